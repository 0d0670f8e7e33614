/** Where an invitation's link leads: name, password, and in. */
import { type Context, Hono } from 'hono';
import type { VisitEnv } from '../../http/index.ts';
import type { Api, ApiProblem } from '../api.ts';
import { formOf } from '../form.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { type Invitation, InvitationPage, UselessPage } from './page.tsx';

export function invitationPages(api: Api): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get('/invitation/:token', (c) => page(c, api));

  app.post('/invitation/:token', async (c) => {
    const { name = '', password = '' } = await formOf(c);
    const accepted = await api(c).post(`${pathOf(c)}/accept`, { name, password });
    return accepted.ok ? c.redirect('/sign-in', 303) : page(c, api, { name, problem: accepted.problem });
  });
  return app;
}

const pathOf = (c: Context<VisitEnv>): string =>
  `/v1/invitations/${encodeURIComponent(c.req.param('token') ?? '')}`;

async function page(c: Context<VisitEnv>, api: Api, sent: { name?: string; problem?: ApiProblem } = {}) {
  const answer = { language: languageFor(c), cache: 'never' } as const;
  const invitation = await api(c).get<Invitation>(pathOf(c));
  if (!invitation.ok) {
    return show(c, <UselessPage problem={invitation.problem} />, { ...answer, status: 404 });
  }
  const status = sent.problem ? 422 : 200;
  return show(c, <InvitationPage invitation={invitation.value} {...sent} />, { ...answer, status });
}
