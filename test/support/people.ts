/** People who sign in, as browsers do: with a cookie, from the switch's own pages. */
import { type Answer, adminKey, call, freshKey, post } from './switch.ts';

export const site = 'https://switch.test';
export const cookieName = '__Host-tolom_session';

export interface Browser {
  /** The whole `Cookie` header. */
  readonly cookie: string;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export function browserWith(cookie: string): Browser {
  const headers = () => ({ cookie, origin: site, 'idempotency-key': freshKey() });
  return {
    cookie,
    get: (path) => call('GET', path, { headers: { cookie } }),
    post: (path, body = {}) => call('POST', path, { body, headers: headers() }),
    delete: (path) => call('DELETE', path, { headers: headers() }),
  };
}

/** The cookie an answer sets, as a browser sends it back. */
export function cookieOf({ headers }: Answer): string {
  const [pair = ''] = (headers.get('set-cookie') ?? '').split(';');
  return pair;
}

export const goodPassword = 'seven quiet yurts';

export interface Business {
  readonly merchant: string;
  readonly store: string;
  readonly till: string;
  readonly person: string;
  readonly email: string;
  readonly owner: Browser;
}

let counter = 0;
export const freshEmail = (): string => `person-${++counter}-${crypto.randomUUID()}@shop.kg`;

/** A business that has registered itself, and its owner's browser. */
export async function newBusiness(wish: Record<string, unknown> = {}): Promise<Business> {
  const email = freshEmail();
  const body = {
    business: 'Ала-Тоо кофе',
    city: 'Bishkek',
    category_code: '5812',
    email,
    password: goodPassword,
    ...wish,
  };
  const answer = await call('POST', '/v1/registrations', { body });
  if (answer.status !== 201) throw new Error(`registration: ${JSON.stringify(answer.body)}`);
  const { merchant, store, till, person } = answer.body;
  return { merchant, store, till, person: person.id, email, owner: browserWith(cookieOf(answer)) };
}

export const signIn = (email: string, password: string, headers: Record<string, string> = {}) =>
  call('POST', '/v1/sessions', { body: { email, password }, headers });

/** Somebody whom the owner of a new business has invited. */
export async function newColleague(wish: Record<string, unknown> = {}) {
  const { owner, merchant, store, till } = await newBusiness();
  const email = freshEmail();
  const invited = await owner.post(`/v1/merchants/${merchant}/invitations`, {
    email,
    role: 'cashier',
    ...wish,
  });
  const token = String(invited.body.link).split('/').at(-1) ?? '';
  const path = `/v1/merchants/${merchant}/staff/${invited.body.person?.id}`;
  return { owner, merchant, store, till, email, invited, token, path };
}

/** The same, having accepted, with a browser of their own. */
export async function newStaff(wish: Record<string, unknown> = {}) {
  const colleague = await newColleague(wish);
  const body = { name: 'Айгүл', password: goodPassword };
  const accepted = await call('POST', `/v1/invitations/${colleague.token}/accept`, { body });
  if (accepted.status !== 201) throw new Error(`invitation: ${JSON.stringify(accepted.body)}`);
  return { ...colleague, browser: browserWith(cookieOf(accepted)) };
}

/** Somebody whom the owner of this business has invited, signed in. */
export async function colleagueOf({ owner, merchant }: Business, role: string, wish: object = {}) {
  const invited = await owner.post(`/v1/merchants/${merchant}/invitations`, {
    email: freshEmail(),
    role,
    ...wish,
  });
  const token = String(invited.body.link).split('/').at(-1) ?? '';
  const body = { name: `A ${role}`, password: goodPassword };
  const accepted = await call('POST', `/v1/invitations/${token}/accept`, { body });
  if (accepted.status !== 201) throw new Error(`invitation: ${JSON.stringify(accepted.body)}`);
  return browserWith(cookieOf(accepted));
}

/** Somebody of the centre, with a role of staff, signed in. */
export async function newStaffPerson(role: string): Promise<Browser & { readonly id: string }> {
  const person = await post('/v1/centre/operators', adminKey, {
    email: freshEmail(),
    name: `A ${role}`,
    role,
  });
  const invited = await post(`/v1/centre/operators/${person.body.id}/invite`, adminKey, {});
  const token = String(invited.body.link).split('/').at(-1) ?? '';
  const body = { name: `A ${role}`, password: goodPassword };
  const accepted = await call('POST', `/v1/invitations/${token}/accept`, { body });
  if (accepted.status !== 201) throw new Error(`invitation: ${JSON.stringify(accepted.body)}`);
  return { ...browserWith(cookieOf(accepted)), id: person.body.id };
}
