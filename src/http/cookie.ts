/**
 * The cookie of a session, and whether a browser sent a request for one of our own pages. A browser says so in
 * headers that no page can set (Fetch Metadata, `Origin`); `SameSite` is the second lock on the same door.
 */
import type { Config } from '../kernel/index.ts';

type Place = Pick<Config, 'url'>;

const isSecure = ({ url }: Place): boolean => url.startsWith('https://');
// Browsers take a `__Host-` cookie from no other host, and send it only where it came from.
const nameOf = (config: Place): string => (isSecure(config) ? '__Host-tolom_session' : 'tolom_session');
const flagsOf = (config: Place): string =>
  `Path=/; HttpOnly; SameSite=Lax${isSecure(config) ? '; Secure' : ''}`;

/** The header that gives a browser its session, for so long. */
export const sessionCookie = (config: Place, token: string, seconds: number): string =>
  `${nameOf(config)}=${token}; Max-Age=${seconds}; ${flagsOf(config)}`;

/** The header that takes it away. */
export const endedCookie = (config: Place): string => `${nameOf(config)}=; Max-Age=0; ${flagsOf(config)}`;

/** What the request brings as its session; undefined when it brings none. */
export function sessionToken({ headers }: Request, config: Place): string | undefined {
  const start = `${nameOf(config)}=`;
  const found = (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(start));
  const token = found?.slice(start.length);
  return token === '' ? undefined : token;
}

/** Whether a page of the switch itself asked: known, not assumed. */
export function isOwnSite({ headers }: Request, { url }: Place): boolean {
  return headers.get('sec-fetch-site') === 'same-origin' || headers.get('origin') === new URL(url).origin;
}

/** Whether a page of somebody else asked; a program that is no browser says nothing of either. */
export const isForeignSite = (request: Request, config: Place): boolean =>
  (request.headers.has('sec-fetch-site') || request.headers.has('origin')) && !isOwnSite(request, config);
