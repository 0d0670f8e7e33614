import type { Directory, Who } from '../directory/index.ts';
import { addressOf, isForeignSite, type Shell } from '../http/index.ts';
import { isId, ok, refuse } from '../kernel/index.ts';
import { accountRoutes } from './account.ts';
import { invitationRoutes } from './invitations.ts';
import { attempt, forgetFailures } from './lock.ts';
import * as model from './model.ts';
import { type PeopleParts, people } from './parts.ts';
import { passkeyRoutes } from './passkeys.ts';
import { isPassword } from './password.ts';
import { registrationRoutes } from './registration.ts';
import { beginSession, signsInHere, withCookie } from './session.ts';
import { staffRoutes } from './staff.ts';

const everybody: readonly Who[] = ['issuer', 'acquirer', ...people];

export function peopleRoutes(shell: Shell, parts: PeopleParts): void {
  sessionRoutes(shell, parts);
  passkeyRoutes(shell, parts);
  accountRoutes(shell, parts);
  registrationRoutes(shell, parts);
  invitationRoutes(shell, parts);
  staffRoutes(shell, parts);
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
      refusals: ['sign_in.refused', 'sign_in.locked', 'auth.cross_site', 'access.required'],
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
      const here = signsInHere(config, person);
      if (!here.ok) return here;
      const { row, cookie } = await beginSession({ config, directory }, act, person, 'password', request);
      return withCookie(model.sessionJson(row, row.id), cookie);
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
