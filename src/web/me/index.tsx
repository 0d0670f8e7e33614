/** What is one's own: passkeys, password, and where one is signed in. */
import { type Context, Hono } from 'hono';
import type { VisitEnv } from '../../http/index.ts';
import type { Config } from '../../kernel/index.ts';
import type { Api, ApiProblem } from '../api.ts';
import { formOf } from '../form.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { nextPath, signedOutPath, toSignIn, visitorOf } from '../visitor.ts';
import { MePage, type Passkey, type Session } from './page.tsx';

interface List<Item> {
  readonly data: readonly Item[];
}

export function mePages(api: Api, config: Pick<Config, 'access'>): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get('/me', (c) => page(c, api, config));

  app.post('/me/password', async (c) => {
    const { current = '', password = '' } = await formOf(c);
    const changed = await api(c).post('/v1/me/password', { current, password });
    return changed.ok ? c.redirect('/me?done=password', 303) : page(c, api, config, changed.problem);
  });

  app.post('/me/sign-out-everywhere', async (c) => {
    await api(c).delete('/v1/sessions');
    return c.redirect(signedOutPath(c, config), 303);
  });

  for (const [kind, path] of [
    ['sessions', '/v1/sessions'],
    ['passkeys', '/v1/me/passkeys'],
  ] as const) {
    app.post(`/me/${kind}/:id`, async (c) => {
      const ended = await api(c).delete(`${path}/${encodeURIComponent(c.req.param('id') ?? '')}`);
      return ended.ok ? c.redirect(`/me?done=${kind}`, 303) : page(c, api, config, ended.problem);
    });
  }
  return app;
}

async function page(
  c: Context<VisitEnv>,
  api: Api,
  { access }: Pick<Config, 'access'>,
  problem?: ApiProblem,
) {
  const own = api(c);
  const me = await visitorOf(own);
  if (!me?.person) return toSignIn(c);
  const [passkeys, sessions] = await Promise.all([
    own.get<List<Passkey>>('/v1/me/passkeys?limit=100'),
    own.get<List<Session>>('/v1/sessions?limit=100'),
  ]);
  const view = (
    <MePage
      person={me.person}
      back={nextPath(undefined, me)}
      byAccess={access !== undefined && me.who.startsWith('staff:')}
      passkeys={passkeys.ok ? passkeys.value.data : []}
      sessions={sessions.ok ? sessions.value.data : []}
      agent={c.req.header('user-agent') ?? ''}
      done={c.req.query('done')}
      problem={problem}
    />
  );
  return show(c, view, { language: languageFor(c), status: problem ? 422 : 200, cache: 'never' });
}
