/**
 * What every page of the portal stands on: who has signed in, for which merchant, and the API as this visitor may
 * use it. Whoever has not signed in is sent to do so and comes back; what a role may not see is refused here and,
 * in any case, by the API.
 */
import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Me, Store, Till } from '../../client/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { type Language, type Mode, zoneOf } from '../../kernel/index.ts';
import type { Api, ApiProblem, PageApi } from '../api.ts';
import { type List, shown, valueIn } from '../desk/parts.tsx';
import { type Form, formOf } from '../form.ts';
import type { IslandName } from '../islands.ts';
import { languageFor } from '../language.ts';
import { type ShowStatus, show } from '../respond.tsx';
import { toSignIn, visitorOf } from '../visitor.ts';
import { Frame, NotForYou, Stranger, Trouble } from './frame.tsx';

/** Each may do what the one before it may, and more. */
export const ranks = ['cashier', 'manager', 'owner'] as const;
export type Role = (typeof ranks)[number];

export type Merchant = NonNullable<Me['merchant']>;
export type Person = NonNullable<Me['person']>;

/** A page's view of its visitor. */
export interface Desk {
  readonly c: Context<VisitEnv>;
  readonly api: PageApi;
  readonly merchant: Merchant;
  readonly person: Person;
  readonly role: Role;
  readonly language: Language;
  readonly sandbox: boolean;
  /** The merchant's clocks. */
  readonly zone: string;
  /** The path of the merchant's own things in the API, e.g. `of('/orders')`. */
  of(path: string): string;
  may(role: Role): boolean;
  form(): Promise<Form>;
  page(title: string, content: JSX.Element, more?: Looks): Response | Promise<Response>;
  /** What the API refused, as a page. */
  refused(problem: ApiProblem): Response | Promise<Response>;
  /** To another page, which says what was done. */
  done(path: string, what: string): Response;
}

interface Looks {
  readonly status?: ShowStatus;
  readonly islands?: readonly IslandName[];
}

export interface DeskParts {
  readonly api: Api;
  readonly mode: Mode;
}

/** A route's handler, which tells whom it lets in. */
export type Handler = ((c: Context<VisitEnv>) => Response | Promise<Response>) & {
  readonly allowed: readonly Role[];
};
type Handle = (desk: Desk) => Response | Promise<Response>;
/** Makes a route's handler: `at('manager', (desk) => …)` is for managers and owners. */
export type At = (least: Role, handle: Handle) => Handler;

export function desksOf({ api: apiOf, mode }: DeskParts): At {
  return (least, handle) => {
    const handler = async (c: Context<VisitEnv>) => {
      const api = apiOf(c);
      const me = await visitorOf(api);
      if (!me?.person) return c.req.method === 'GET' ? toSignIn(c) : c.redirect('/sign-in?next=/portal', 303);
      const language = languageFor(c);
      const answer = { language, cache: 'never' } as const;
      const role = ranks.find((rank) => me.who === `merchant:${rank}`);
      if (!me.merchant || !role) return show(c, <Stranger />, { ...answer, status: 403 });
      const { merchant, person } = me;
      const sandbox = mode === 'sandbox';
      const may = (wanted: Role) => ranks.indexOf(role) >= ranks.indexOf(wanted);
      const frame = { merchant, role, sandbox, islands: ['desk'] as readonly IslandName[] };
      const desk: Desk = {
        ...{ c, api, merchant, person, role, language, sandbox, may },
        zone: zoneOf(merchant.country),
        of: (path) => `/v1/merchants/${merchant.id}${path}`,
        form: () => formOf(c),
        page: (title, content, { status = 200, islands = [] } = {}) =>
          show(
            c,
            <Frame
              {...frame}
              title={title}
              islands={[...frame.islands, ...islands]}
              done={c.req.query('done')}
            >
              {content}
            </Frame>,
            { ...answer, status },
          ),
        refused: (problem) =>
          show(c, <Trouble {...frame} problem={problem} />, { ...answer, status: shown(problem) }),
        done: (path, what) => c.redirect(`${path}${path.includes('?') ? '&' : '?'}done=${what}`, 303),
      };
      if (!may(least)) return show(c, <NotForYou {...frame} />, { ...answer, status: 403 });
      return handle(desk);
    };
    return Object.assign(handler, { allowed: ranks.slice(ranks.indexOf(least)) });
  };
}

export interface Places {
  readonly stores: readonly (Store & { readonly tills: readonly Till[] })[];
  /** Of a store or a till. */
  nameOf(id: string | null): string | null;
}

/** Those where something new may be sold. */
export const openOf = ({ stores }: Places): Places['stores'] =>
  stores
    .filter(({ status }) => status === 'open')
    .map((store) => ({ ...store, tills: store.tills.filter(({ status }) => status === 'open') }));

// As many as one chooses from in a list.
const storesShown = 50;

/** The merchant's stores and tills. */
export async function placesOf({ api, of }: Desk): Promise<Places> {
  const stores = valueIn(await api.get<List<Store>>(of(`/stores?limit=${storesShown}`)))?.data ?? [];
  const tills = await Promise.all(
    stores.map(({ id }) => api.get<List<Till>>(of(`/stores/${id}/tills?limit=100`))),
  );
  const found = stores.map((store, index) => {
    const answer = tills[index];
    return { ...store, tills: (answer && valueIn(answer)?.data) ?? [] };
  });
  const names = new Map<string, string>();
  for (const { id, name, tills: own } of found) {
    names.set(id, name);
    for (const till of own) names.set(till.id, found.length > 1 ? `${name}, ${till.name}` : till.name);
  }
  return { stores: found, nameOf: (id) => (id === null ? null : (names.get(id) ?? null)) };
}
