/** An account in a minute: one form, and its owner is signed in. */
import { type Context, Hono } from 'hono';
import type { VisitEnv } from '../../http/index.ts';
import type { Mode } from '../../kernel/index.ts';
import type { Api, ApiProblem } from '../api.ts';
import { type Form, formOf } from '../form.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { RegisterPage } from './page.tsx';

export function registerPages(api: Api, mode: Mode): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get('/register-business', (c) => page(c, mode, {}));

  app.post('/register-business', async (c) => {
    const form = await formOf(c);
    const { business, city, category_code, name, email, password } = form;
    const wish = { business, city, category_code, email, password, ...(name && { name }) };
    const registered = await api(c).post('/v1/registrations', wish);
    if (!registered.ok) return page(c, mode, form, registered.problem);
    return c.redirect('/sign-in?next=/portal', 303);
  });
  return app;
}

function page(c: Context<VisitEnv>, mode: Mode, form: Form, problem?: ApiProblem) {
  const view = <RegisterPage mode={mode} form={form} {...(problem && { problem })} />;
  return show(c, view, { language: languageFor(c), status: problem ? 422 : 200, cache: 'never' });
}
