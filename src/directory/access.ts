/**
 * Who is calling, and what they may do. A key belongs to a participant, a merchant or a person of the
 * centre; routes name who may call them, and check themselves whose object is asked for.
 */
import { type Config, type Refusal, randomBase32, sameSecret, sha256, toBase64Url } from '../kernel/index.ts';
import type { Directory } from './store.ts';

/** A caller: `issuer`, `merchant:cashier`, `staff:admin` and so on. */
export type Who =
  | 'issuer'
  | 'acquirer'
  | 'merchant:owner'
  | 'merchant:manager'
  | 'merchant:cashier'
  | 'staff:admin'
  | 'staff:officer'
  | 'staff:analyst'
  | 'staff:support';

export interface Principal {
  readonly who: Who;
  /** Participant id, merchant id, or operator id: the owner of whatever this caller makes. */
  readonly owner: string;
  readonly key: string;
  /** The till the key is bound to, or the person is kept to, if any. */
  readonly till: string | null;
  /** The person who has signed in; null for keys. */
  readonly person: string | null;
  /** The store of that till, or the one the person is kept to; absent: all of them. */
  readonly store?: string;
  /** How much of one payment this person may give back, in minor units; absent: as usual for the role. */
  readonly refundLimitMinor?: number;
  /** What a participant asks of its own requests beyond a key; absent when nothing. */
  readonly requires?: Requirements;
  /** The participant's own limit, where it has one. */
  readonly requestsPerSecond?: number;
}

export interface Requirements {
  readonly signature: boolean;
  /** SHA-256 in hex of the client certificates it may come with; when there is any, one must come. */
  readonly certificates: readonly string[];
}

/** A caller who signs: the key that verifies, and until when it is good. */
export interface Signer {
  readonly principal: Principal;
  readonly publicKey: CryptoKey;
  readonly notAfterMs: number | null;
}

const keyPrefix = 'tolom';
// Ours have 42 characters; a deployment's own administrator key may have more.
const secretLengthMax = 1_024;
const keyForm = /^tolom_(?:par|mer|sta)_[0-9a-z]{32}$/;

/** A new bearer key: 160 random bits, recognisable by secret scanners from its first letters. */
export const newKeySecret = (kind: 'participant' | 'merchant' | 'staff'): string =>
  `${keyPrefix}_${kind.slice(0, 3)}_${randomBase32(32)}`;

// Forty characters of five bits each.
const tokenLength = 40;
const tokenForm = /^[0-9a-z]{40}$/;

/** What the cookie of a session or the link of an invitation carries: 200 random bits. */
export const newToken = (): string => randomBase32(tokenLength);
export const isToken = (text: string): boolean => tokenForm.test(text);

export const hashKey = async (secret: string): Promise<string> => toBase64Url(await sha256(secret));

/**
 * The caller behind a bearer key; refused when it is unknown, revoked, or its participant or person is not
 * active. A suspended merchant still reads; what it may not do is the routes' to say. A key that was never seen
 * here is looked up only while `mayLookUp` allows it.
 */
export async function authenticate(
  directory: Directory,
  config: Config,
  secret: string,
  mayLookUp: () => boolean,
): Promise<Principal | Refusal> {
  if (keyForm.test(secret)) {
    if (!directory.knowsKey(secret) && !mayLookUp()) return { code: 'rate.exceeded' };
    return (await directory.principalOf(secret)) ?? { code: 'auth.invalid' };
  }
  const isAdministrator =
    config.adminKey !== undefined &&
    secret.length <= secretLengthMax &&
    (await sameSecret(secret, config.adminKey));
  if (!isAdministrator) return { code: 'auth.invalid' };
  return { who: 'staff:admin', owner: 'centre', key: 'admin', till: null, person: null };
}

/** The person behind a session's token; refused when the session is over or the person may not work now. */
export async function authenticateSession(
  directory: Directory,
  token: string,
  mayLookUp: () => boolean,
): Promise<Principal | Refusal> {
  if (!isToken(token)) return { code: 'auth.invalid' };
  if (!directory.knowsSession(token) && !mayLookUp()) return { code: 'rate.exceeded' };
  return (await directory.principalOfSession(token, Date.now())) ?? { code: 'auth.invalid' };
}

export const permits = (allowed: readonly Who[], principal: Principal): boolean =>
  allowed.includes(principal.who);
