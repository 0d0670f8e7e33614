/**
 * Staff of the centre as Cloudflare Access knows them. Access signs people in before their requests come here, and
 * says who they are in a token of its own with each; what it says is worth something only when its signature, issuer,
 * audience and times are right. Whether the person may work, and as what, is the directory's to say. Where anything
 * of that cannot be checked, nobody gets in.
 */
import { verifyWithJwks } from 'hono/jwt';
import type { Directory, Principal } from '../directory/index.ts';
import { type Config, logFault, type Refusal } from '../kernel/index.ts';

type Access = NonNullable<Config['access']>;
type Keys = NonNullable<Parameters<typeof verifyWithJwks>[1]['keys']>;

export const accessHeader = 'cf-access-jwt-assertion';
// Tokens have some 1,000 characters.
const tokenLengthMax = 8_192;
// How far its clock may be ahead of ours.
const skewS = 60;

export function staffAccess(access: Access, directory: Pick<Directory, 'staffByEmail'>) {
  const keys = keysOf(access);
  return async (token: string): Promise<Principal | Refusal> => {
    const email = await emailIn(token, access, keys);
    if (typeof email !== 'string') return email;
    const person = await directory.staffByEmail(email);
    return person ?? { code: 'access.unknown_person' };
  };
}

/** Whom a token names, once everything about it is right. */
async function emailIn(
  token: string,
  { issuer, audience }: Access,
  keysFor: (kid: string) => Promise<Keys | undefined>,
): Promise<string | Refusal> {
  const kid = token.length <= tokenLengthMax ? kidIn(token) : undefined;
  if (kid === undefined) return wrong('it is no token of Access');
  const keys = await keysFor(kid);
  if (!keys) return { code: 'access.unavailable', retryAfterS: failedAgainMs / 1_000 };
  try {
    const { exp, nbf, iat, email } = await verifyWithJwks(token, {
      keys,
      allowedAlgorithms: ['RS256'],
      // Times that its clock may have ahead of ours are looked at below.
      verification: { iss: issuer, aud: audience, exp: true, nbf: false, iat: false },
    });
    if (typeof exp !== 'number') return wrong('it never expires');
    const latestS = Date.now() / 1_000 + skewS;
    if (![nbf, iat].every((fromS) => fromS === undefined || (typeof fromS === 'number' && fromS <= latestS)))
      return wrong('it is not valid yet');
    return typeof email === 'string' && email !== '' ? email.toLowerCase() : wrong('it names no person');
  } catch (fault) {
    return wrong(fault instanceof Error ? fault.name : 'it cannot be read');
  }
}

const wrong = (detail: string): Refusal => ({ code: 'access.refused', detail });

/** Which key a token says it was signed with; undefined when it says nothing that can be read. */
function kidIn(token: string): string | undefined {
  const [header = ''] = token.split('.', 1);
  try {
    const { kid } = JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}

// Keys change every six weeks, and former ones stay good for a week after that: an hour old is as good as new, and a
// day old while they cannot be had.
const freshMs = 3_600_000;
const staleMaxMs = 86_400_000;
// How soon they are asked for again because of a key nobody knows, or because they could not be had.
const unknownAgainMs = 60_000;
const failedAgainMs = 5_000;
const fetchMs = 5_000;

/**
 * The keys Access signs with, as far as they are needed; undefined while they cannot be had. Requests that come while
 * they are being fetched fetch them, too: none may wait for the promise of another, and none is turned away for it.
 */
function keysOf({ issuer }: Access) {
  let known: { readonly keys: Keys; readonly atMs: number } | undefined;
  let againAtMs = 0;
  return async (kid: string): Promise<Keys | undefined> => {
    const nowMs = Date.now();
    const has = known?.keys.some((key) => key.kid === kid) ?? false;
    const fresh = known !== undefined && nowMs - known.atMs < freshMs;
    if (!(has && fresh) && nowMs >= againAtMs) {
      try {
        known = { keys: await fetchKeys(`${issuer}/cdn-cgi/access/certs`), atMs: nowMs };
        againAtMs = nowMs + unknownAgainMs;
      } catch (fault) {
        againAtMs = nowMs + failedAgainMs;
        logFault('access: its keys cannot be had', fault);
      }
    }
    return known !== undefined && nowMs - known.atMs < staleMaxMs ? known.keys : undefined;
  };
}

async function fetchKeys(url: string): Promise<Keys> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(fetchMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const { keys } = (await response.json()) as { keys?: Keys };
  if (!Array.isArray(keys)) throw new Error(`${url} has no keys`);
  return keys.filter((key) => key !== null && typeof key === 'object' && key.kty === 'RSA');
}
