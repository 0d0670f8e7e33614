/**
 * Configuration: what a deployment may set, from the environment only. Read once per isolate.
 * Secrets never appear in a default, a log line or an error text.
 */
import { type LogLevel, logLevels } from './log.ts';

export type Mode = 'production' | 'sandbox';

/** Whose acts of consequence another person has to approve: all staff's, those of people who signed in, or nobody's. */
export const fourEyes = ['everyone', 'people', 'off'] as const;
export type FourEyes = (typeof fourEyes)[number];

export interface Config {
  /** `sandbox` opens test-only routes and lets callbacks reach this machine; everything else is production. */
  readonly mode: Mode;
  /** Public base URL without a trailing slash: what links, QR images and documents point at. */
  readonly url: string;
  /** Master secret, at least 32 characters; every key the switch holds is derived from it by purpose. */
  readonly secret: string;
  /** Master secrets before this one: what they sealed still opens, codes they signed are still good. */
  readonly formerSecrets: readonly string[];
  /** The first administrator's bearer key, so that an empty directory can be filled; absent when not set. */
  readonly adminKey: string | undefined;
  /** How many books new accounts are spread over. It may grow at any time, never shrink. */
  readonly books: number;
  /** ELQR provider name printed into our codes (data object 32-00) and the host of their URL form. */
  readonly qrProvider: string;
  /** Which requests are logged; faults always are. */
  readonly log: LogLevel;
  /** The header in which a trusted proxy passes on a verified client certificate (RFC 9440); absent: none does. */
  readonly certificateHeader: string | undefined;
  /** The header in which a trusted proxy says where a request came from; absent: Cloudflare, or the connection. */
  readonly addressHeader: string | undefined;
  readonly limits: RateLimits;
  readonly fourEyes: FourEyes;
  /** Cloudflare Access, where it signs in the centre's staff, who then cannot sign in otherwise; absent: they do here. */
  readonly access: { readonly issuer: string; readonly audience: string } | undefined;
}

/** Requests a second: of one key by its kind of owner, failed ones from one address, one key for one thing, one key's guesses. */
export type RateLimits = Readonly<Record<keyof typeof rateLimits, number>>;

// A register serves one queue of people, a participant all its customers. Failures: a mistyped key, not a search;
// guesses: a code that was scanned badly, a password misheard.
const rateLimits = { participant: 1_000, register: 100, staff: 200, failure: 20, poll: 1, guess: 1 };

export interface ConfigEnv {
  TOLOM_MODE?: string;
  TOLOM_URL?: string;
  TOLOM_SECRET?: string;
  TOLOM_FORMER_SECRETS?: string;
  TOLOM_ADMIN_KEY?: string;
  TOLOM_QR_PROVIDER?: string;
  TOLOM_BOOKS?: string;
  TOLOM_LOG?: string;
  TOLOM_CERTIFICATE_HEADER?: string;
  TOLOM_ADDRESS_HEADER?: string;
  TOLOM_LIMITS?: string;
  TOLOM_FOUR_EYES?: string;
  TOLOM_ACCESS_ISSUER?: string;
  TOLOM_ACCESS_AUDIENCE?: string;
}

const secretLengthMin = 32;

/** Throws when a secret is missing or short: a switch without one must not answer a single request. */
export function readConfig(env: ConfigEnv): Config {
  const secret = env.TOLOM_SECRET ?? '';
  if (secret.length < secretLengthMin) {
    throw new Error(`TOLOM_SECRET must be set to at least ${secretLengthMin} characters`);
  }
  const adminKey = env.TOLOM_ADMIN_KEY || undefined;
  if (adminKey !== undefined && adminKey.length < secretLengthMin) {
    throw new Error(`TOLOM_ADMIN_KEY must have at least ${secretLengthMin} characters`);
  }
  const mode = env.TOLOM_MODE === 'sandbox' ? 'sandbox' : 'production';
  return {
    mode,
    url: (env.TOLOM_URL || 'http://127.0.0.1:8787').replace(/\/+$/, ''),
    secret,
    formerSecrets: formerIn(env.TOLOM_FORMER_SECRETS),
    adminKey,
    books: booksIn(env.TOLOM_BOOKS),
    qrProvider: env.TOLOM_QR_PROVIDER || 'qr.tolom.kg',
    log: levelIn(env.TOLOM_LOG),
    certificateHeader: env.TOLOM_CERTIFICATE_HEADER || undefined,
    addressHeader: env.TOLOM_ADDRESS_HEADER || undefined,
    limits: limitsIn(env.TOLOM_LIMITS),
    fourEyes: fourEyesIn(env.TOLOM_FOUR_EYES, mode),
    access: accessIn(env.TOLOM_ACCESS_ISSUER, env.TOLOM_ACCESS_AUDIENCE),
  };
}

function formerIn(text: string | undefined): string[] {
  const former = (text ?? '').split(',').filter(Boolean);
  if (former.every(({ length }) => length >= secretLengthMin)) return former;
  throw new Error(`TOLOM_FORMER_SECRETS: each must have at least ${secretLengthMin} characters`);
}

/** `participant=1000,poll=2`: what is not named keeps its default. */
function limitsIn(text: string | undefined): RateLimits {
  const limits = { ...rateLimits };
  for (const part of (text ?? '').split(',').filter(Boolean)) {
    const [, name, perSecond] = /^\s*(\w+)=(\d{1,7})\s*$/.exec(part) ?? [];
    if (name === undefined || !Object.hasOwn(limits, name) || Number(perSecond) < 1) {
      const names = Object.keys(limits).join(', ');
      throw new Error(`TOLOM_LIMITS: "${part}" is not a limit of one a second or more, such as ${names}`);
    }
    limits[name as keyof RateLimits] = Number(perSecond);
  }
  return limits;
}

/** In a sandbox scripts go on by key, and people see how it will be. */
function fourEyesIn(text: string | undefined, mode: Mode): FourEyes {
  const chosen = fourEyes.find((known) => known === (text || (mode === 'sandbox' ? 'people' : 'everyone')));
  if (chosen) return chosen;
  throw new Error(`TOLOM_FOUR_EYES must be one of ${fourEyes.join(', ')}`);
}

/** Half a configuration would let staff in by a door that nobody watches. */
function accessIn(issuer: string | undefined, audience: string | undefined): Config['access'] {
  if (!issuer && !audience) return undefined;
  if (!issuer || !audience) throw new Error('TOLOM_ACCESS_ISSUER and TOLOM_ACCESS_AUDIENCE belong together');
  if (!/^https:\/\/[a-z0-9.-]+$/.test(issuer)) {
    throw new Error('TOLOM_ACCESS_ISSUER must be of the form https://team.cloudflareaccess.com');
  }
  if (!/^[0-9a-f]{64}$/.test(audience)) {
    throw new Error('TOLOM_ACCESS_AUDIENCE must be the 64 hexadecimal digits of the application’s AUD tag');
  }
  return { issuer, audience };
}

const booksMax = 10_000;

function booksIn(text: string | undefined): number {
  const books = text ? Number(text) : 1;
  if (Number.isInteger(books) && books >= 1 && books <= booksMax) return books;
  throw new Error(`TOLOM_BOOKS must be a whole number from 1 to ${booksMax}`);
}

function levelIn(text: string | undefined): LogLevel {
  const level = logLevels.find((known) => known === (text || 'refusals'));
  if (level) return level;
  throw new Error(`TOLOM_LOG must be one of ${logLevels.join(', ')}`);
}
