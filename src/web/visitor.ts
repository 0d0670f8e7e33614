/** Who looks at a page, and the way to the sign-in page for whoever has not signed in. */
import type { Context } from 'hono';
import { accessHeader, type VisitEnv } from '../http/index.ts';
import type { Config } from '../kernel/index.ts';
import type { Me } from '../people/index.ts';
import type { PageApi } from './api.ts';

/** Whoever has signed in, and undefined for whoever has not. */
export async function visitorOf(api: PageApi): Promise<Me | undefined> {
  const me = await api.get<Me>('/v1/me');
  return me.ok && me.value.person ? me.value : undefined;
}

/** To the sign-in page, and from there back to this one. */
export const toSignIn = (c: Context<VisitEnv>): Response => {
  const { pathname, search } = new URL(c.req.url);
  return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
};

/** Where somebody goes after signing out; whom Access has signed in, Access signs out, on this host too. */
export const signedOutPath = (c: Context<VisitEnv>, { access }: Pick<Config, 'access'>): string =>
  access && c.req.raw.headers.has(accessHeader) ? '/cdn-cgi/access/logout' : '/sign-in';

/** Where somebody goes after signing in: to a page of ours they came from, else to the first one of their role. */
export function nextPath(wish: string | undefined, { who }: Pick<Me, 'who'>): string {
  const first = who.startsWith('staff:') ? '/centre' : who === 'merchant:cashier' ? '/register' : '/portal';
  return wish !== undefined && isOwnPath(wish) ? wish : first;
}

/** A path on this host; `//elsewhere.example` and `/\elsewhere.example` are paths to other hosts. */
export const isOwnPath = (text: string): boolean =>
  /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && !text.includes('\\');
