/** How the wallet's pages are answered, and what those know that need a wallet. */
import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { VisitEnv } from '../../http/index.ts';
import type { Config } from '../../kernel/index.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import type { Issuer, IssuerFor } from './issuer.ts';
import { type Phone, phoneOf } from './phone.ts';

export type Visiting = Context<VisitEnv>;
export type List<Item> = { readonly data: readonly Item[]; readonly next_cursor: string | null };
type Status = 200 | 403 | 404 | 500;
type Answer = (c: Visiting, phone: Phone, issuer: Issuer) => Response | Promise<Response>;

export interface Answering {
  page(c: Visiting, view: JSX.Element, status?: Status): Promise<Response>;
  /** Of a phone that has a wallet; others are led to where one is opened. */
  holding(answer: Answer): (c: Visiting) => Promise<Response>;
}

export const answeringOf = (config: Config, issuerFor: IssuerFor): Answering => ({
  page: async (c, view, status = 200) => show(c, view, { language: languageFor(c), status, cache: 'never' }),
  holding: (answer) => async (c) => {
    const phone = await phoneOf(c, config);
    if (phone) return answer(c, phone, issuerFor(c, phone.participant));
    return c.redirect(withCode('/wallet', c.req.query('payload')), 303);
  },
});

/** An address, and the code somebody came to pay, so that it is not lost while a wallet is opened. */
export const withCode = (path: string, payload: unknown): string =>
  typeof payload === 'string' && payload !== '' ? `${path}?payload=${encodeURIComponent(payload)}` : path;
