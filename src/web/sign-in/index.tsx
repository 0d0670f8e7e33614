/** Signing in and out. The form posts here, and here it becomes a call of the API; it works without script. */
import { type Context, Hono } from 'hono';
import type { VisitEnv } from '../../http/index.ts';
import type { Config } from '../../kernel/index.ts';
import type { Api, ApiProblem } from '../api.ts';
import { formOf } from '../form.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { nextPath, signedOutPath, visitorOf } from '../visitor.ts';
import { SignInPage } from './page.tsx';

export function signInPages(api: Api, config: Pick<Config, 'access'>): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get('/sign-in', async (c) => {
    const me = await visitorOf(api(c));
    if (me) return c.redirect(nextPath(c.req.query('next'), me), 303);
    return form(c, { next: c.req.query('next') ?? '', email: '' });
  });

  app.post('/sign-in', async (c) => {
    const { email = '', password = '', next = '' } = await formOf(c);
    const signedIn = await api(c).post('/v1/sessions', { email, password });
    if (!signedIn.ok) return form(c, { next, email, problem: signedIn.problem });
    // The browser gets its session with this answer; only the next request brings it.
    return c.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);
  });

  app.post('/sign-out', async (c) => {
    await api(c).delete('/v1/sessions/current');
    return c.redirect(signedOutPath(c, config), 303);
  });
  return app;
}

function form(c: Context<VisitEnv>, given: { next: string; email: string; problem?: ApiProblem }) {
  const language = languageFor(c);
  const status = given.problem ? 422 : 200;
  return show(c, <SignInPage {...given} />, { language, status, cache: 'never' });
}
