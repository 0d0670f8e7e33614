/**
 * What every page of the centre's desk stands on: who has signed in, with which role, and the API as this visitor may
 * use it. Whoever has not signed in is sent to do so and comes back; what a role may not see is refused here and, in
 * any case, by the API.
 */
import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { ApprovalCounts } from '../../approvals/index.ts';
import type { Me } from '../../client/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { businessZone, type Language, type Mode, refusalText } from '../../kernel/index.ts';
import type { Api, ApiAnswer, ApiProblem, PageApi } from '../api.ts';
import { shown } from '../desk/parts.tsx';
import { type Form, formOf } from '../form.ts';
import type { IslandName } from '../islands.ts';
import { languageFor } from '../language.ts';
import { type ShowStatus, show } from '../respond.tsx';
import { toSignIn, visitorOf } from '../visitor.ts';
import { Frame, NotForYou, Stranger, Trouble, TurnedAway } from './frame.tsx';
import { type Role, roles } from './roles.ts';
import type { DoneText } from './texts.ts';

export type Person = NonNullable<Me['person']>;

/** A page's view of its visitor. */
export interface Desk {
  readonly c: Context<VisitEnv>;
  readonly api: PageApi;
  readonly person: Person;
  readonly role: Role;
  readonly language: Language;
  readonly sandbox: boolean;
  /** The scheme's clocks. */
  readonly zone: string;
  may(...roles: Role[]): boolean;
  form(): Promise<Form>;
  page(title: string, content: JSX.Element, more?: Looks): Response | Promise<Response>;
  /** What the API refused, as a page. */
  refused(problem: ApiProblem): Response | Promise<Response>;
  /** To another page, which says what was done. */
  done(path: string, what: DoneText): Response;
  /** After a deed: to the page that says so, or that it waits for another person (202), or what was refused. */
  after(answer: ApiAnswer<unknown>, path: string, what: DoneText): Response | Promise<Response>;
}

interface Looks {
  readonly status?: ShowStatus;
  readonly islands?: readonly IslandName[];
  /** Without the places at the side: for a screen on a wall. */
  readonly wall?: boolean;
}

export interface DeskParts {
  readonly api: Api;
  readonly mode: Mode;
  /** Whether staff are signed in by Cloudflare Access, and nowhere else. */
  readonly access: boolean;
}

/** A route's handler, which tells whom it lets in. */
export type Handler = ((c: Context<VisitEnv>) => Response | Promise<Response>) & {
  readonly allowed: readonly Role[];
};
type Handle = (desk: Desk) => Response | Promise<Response>;
/** Makes a route's handler: `at(['admin', 'officer'], (desk) => …)`; `at(roles, …)` is for all of the centre's people. */
export type At = (allowed: readonly Role[], handle: Handle) => Handler;

/** Whoever Access has not signed in, or nobody here knows: there is no form that would help them. */
async function turnAway(c: Context<VisitEnv>, api: PageApi): Promise<Response> {
  const language = languageFor(c);
  const me = await api.get<Me>('/v1/me');
  const code = me.ok || me.problem.code === 'auth.missing' ? 'access.required' : me.problem.code;
  const status = code === 'access.unavailable' ? 500 : 403;
  return show(c, <TurnedAway why={refusalText(code, language)} />, { language, status, cache: 'never' });
}

export function desksOf({ api: apiOf, mode, access }: DeskParts): At {
  return (allowed, handle) => {
    const handler = async (c: Context<VisitEnv>) => {
      const api = apiOf(c);
      const me = await visitorOf(api);
      if (!me?.person && access) return turnAway(c, api);
      if (!me?.person) return c.req.method === 'GET' ? toSignIn(c) : c.redirect('/sign-in?next=/centre', 303);
      const { person } = me;
      const language = languageFor(c);
      const answer = { language, cache: 'never' } as const;
      const role = roles.find((one) => me.who === `staff:${one}`);
      if (!role) return show(c, <Stranger />, { ...answer, status: 403 });
      const sandbox = mode === 'sandbox';
      const frame = { person, role, sandbox, islands: ['desk'] as readonly IslandName[] };
      const refused = (problem: ApiProblem) =>
        show(c, <Trouble {...frame} problem={problem} />, { ...answer, status: shown(problem) });
      const done = (path: string, what: DoneText) =>
        c.redirect(`${path}${path.includes('?') ? '&' : '?'}done=${what}`, 303);
      if (!allowed.includes(role)) return show(c, <NotForYou {...frame} />, { ...answer, status: 403 });
      return handle({
        ...{ c, api, person, role, language, sandbox, refused, done },
        zone: businessZone.name,
        may: (...wanted) => wanted.includes(role),
        form: () => formOf(c),
        page: async (title, content, { status = 200, islands = [], wall = false } = {}) =>
          show(
            c,
            <Frame
              {...frame}
              title={title}
              waiting={await waitingFor(api, role)}
              islands={[...frame.islands, ...islands]}
              done={c.req.query('done')}
              wall={wall}
            >
              {content}
            </Frame>,
            { ...answer, status },
          ),
        after: (given, path, what) => {
          if (!given.ok) return refused(given.problem);
          return given.status === 202 ? done(path, 'approval') : done(path, what);
        },
      });
    };
    return Object.assign(handler, { allowed });
  };
}

/** How many approvals wait for this person: to be decided, or collected. */
async function waitingFor(api: PageApi, role: Role): Promise<number> {
  if (role !== 'admin' && role !== 'officer') return 0;
  const counts = await api.get<ApprovalCounts>('/v1/centre/approval-counts');
  return counts.ok ? counts.value.for_me + counts.value.to_collect : 0;
}
