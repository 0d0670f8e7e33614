/** What is a person's own: their sessions and their password. */
import { z } from '@hono/zod-openapi';
import { addressOf, cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell } from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import { attempt } from './lock.ts';
import * as model from './model.ts';
import { type PeopleParts, people, personOf } from './parts.ts';
import { hashPassword, isPassword, isWeak } from './password.ts';
import { withoutCookie } from './session.ts';

const endedSchema = z.object({ ended: z.int().openapi({ description: 'How many sessions' }) });

export function accountRoutes(shell: Shell, { config, directory }: PeopleParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/sessions',
      tag: 'People',
      summary: 'Where you are signed in, newest first',
      access: people,
      query: pageQuery,
      refusals: ['session.required'],
      answers: listOf(model.sessionSchema),
    },
    async ({ query, caller }) => {
      const person = personOf(caller);
      if (!person.ok) return person;
      const page = await directory.sessions(person.value, pageOf(query), Date.now());
      return ok({
        data: page.rows.map((row) => model.sessionJson(row, caller.key)),
        next_cursor: cursorOf(page.nextCursor),
      });
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: '/v1/sessions',
      tag: 'People',
      summary: 'Sign out everywhere, here too',
      access: people,
      refusals: ['session.required'],
      answers: endedSchema,
    },
    async ({ caller, act }) => {
      const person = personOf(caller);
      if (!person.ok) return person;
      return withoutCookie({ ended: await directory.endSessions(act, person.value, Date.now()) }, config);
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path: '/v1/sessions/current',
      tag: 'People',
      summary: 'Sign out of this session',
      access: people,
      refusals: ['session.required'],
      answers: endedSchema,
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
      method: 'delete',
      audit: 'change',
      path: '/v1/sessions/{session}',
      tag: 'People',
      summary: 'Sign out of one of your sessions',
      access: people,
      params: z.object({ session: idSchema('session') }),
      refusals: ['session.required'],
      answers: endedSchema,
    },
    async ({ params, caller, act }) => {
      const person = personOf(caller);
      if (!person.ok) return person;
      const ended = await directory.endSession(act, person.value, params.session, Date.now());
      return ended ? ok({ ended: 1 }) : refuse('session.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/me/password',
      tag: 'People',
      summary: 'Choose another password; your other sessions end',
      access: people,
      body: z
        .strictObject({ current: model.passwordSchema, password: model.passwordSchema })
        .openapi('NewPassword'),
      refusals: ['session.required', 'sign_in.refused', 'sign_in.locked', 'password.weak'],
      answers: endedSchema,
    },
    async ({ body, caller, act, request }) => {
      const id = personOf(caller);
      const person = id.ok ? await directory.operator(id.value) : undefined;
      if (!person) return refuse('session.required');
      if (isWeak(body.password, [person.email, person.name])) return refuse('password.weak');
      const { email } = person;
      const nowMs = Date.now();
      const tried = await attempt(directory, { email, network: addressOf(request, config), nowMs });
      if ('refusal' in tried) return tried;
      const login = await directory.login(person.id);
      if (!login || !(await isPassword(body.current, login.passwordHash))) return refuse('sign_in.refused');
      await tried.succeeded();
      await directory.putLogin(act, { ...login, passwordHash: await hashPassword(body.password) });
      return ok({ ended: await directory.endSessions(act, person.id, nowMs, caller.key) });
    },
  );
}
