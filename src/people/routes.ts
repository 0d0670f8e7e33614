import { z } from '@hono/zod-openapi';
import type { Directory, Principal, Who } from '../directory/index.ts';
import { addressOf, isForeignSite, type Shell } from '../http/index.ts';
import { type Config, isId, ok, type Result, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { attempt, forgetFailures } from './lock.ts';
import * as model from './model.ts';
import { isPassword } from './password.ts';
import { registrationRoutes } from './registration.ts';
import { beginSession, withCookie, withoutCookie } from './session.ts';

export interface PeopleParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly ledger: Ledger;
}

const everybody: readonly Who[] = [
  'issuer',
  'acquirer',
  'merchant:owner',
  'merchant:manager',
  'merchant:cashier',
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];

export function peopleRoutes(shell: Shell, parts: PeopleParts): void {
  sessionRoutes(shell, parts);
  registrationRoutes(shell, parts);
}

/** Every minute: what is long over is forgotten. */
export async function forgetOld(directory: Directory): Promise<void> {
  const nowMs = Date.now();
  await Promise.all([directory.forgetSessions(nowMs), forgetFailures(directory, nowMs)]);
}

function sessionRoutes(shell: Shell, { config, directory }: PeopleParts): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/sessions',
      tag: 'People',
      summary: 'Sign in with e-mail address and password',
      description:
        'The answer sets the session’s cookie, which stands in for a key from then on. Requests by cookie that ' +
        'change something must come from the switch’s own pages. After five failures one waits, longer each time.',
      access: 'public',
      status: 201,
      body: model.newSession,
      refusals: ['sign_in.refused', 'sign_in.locked', 'auth.cross_site'],
      answers: model.sessionSchema,
    },
    async ({ body, request, act }) => {
      if (isForeignSite(request, config)) return refuse('auth.cross_site');
      const { email, password } = body;
      const tried = await attempt(directory, {
        email,
        network: addressOf(request, config),
        nowMs: Date.now(),
      });
      if ('refusal' in tried) return tried;
      const login = await directory.loginByEmail(email);
      const right = await isPassword(password, login?.passwordHash);
      const person = login && right ? await directory.operator(login.id) : undefined;
      if (person?.status !== 'active') return refuse('sign_in.refused');
      await tried.succeeded();
      const { row, cookie } = await beginSession({ config, directory }, act, person, 'password', request);
      return withCookie(model.sessionJson(row, row.id), cookie);
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: '/v1/sessions/current',
      tag: 'People',
      summary: 'Sign out of this session',
      access: everybody,
      refusals: ['session.required'],
      answers: z.object({ ended: z.int() }),
    },
    async ({ caller, act }) => {
      const person = personOf(caller);
      if (!person.ok) return person;
      const ended = await directory.endSession(act, person.value, caller.key, Date.now());
      return withoutCookie({ ended: Number(ended) }, config);
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/me',
      tag: 'People',
      summary: 'Who is calling: the person, and the merchant they work for',
      access: everybody,
      answers: model.meSchema,
    },
    async ({ caller }) => {
      const [person, merchant] = await Promise.all([
        caller.person === null ? undefined : directory.operator(caller.person),
        isId('merchant', caller.owner) ? directory.cachedMerchant(caller.owner) : undefined,
      ]);
      return ok(model.meJson(caller, person, merchant));
    },
  );
}

/** The person behind a request; a key is nobody. */
export const personOf = ({ person }: Principal): Result<string> =>
  person === null ? refuse('session.required') : ok(person);
