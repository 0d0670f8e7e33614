/** Approvals in pages: what waits, the oldest first, and one decision on a page. */
import { Hono } from 'hono';
import type { Approval, ApprovalCounts, CollectedApproval, WholeApproval } from '../../../approvals/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { ApiProblem } from '../../api.ts';
import { address, type List, valueIn } from '../../desk/parts.tsx';
import type { At, Desk } from '../desk.tsx';
import { roles } from '../roles.ts';
import type { DoneText } from '../texts.ts';
import { InboxPage } from './list.tsx';
import { ApprovalPage, CollectedPage } from './page.tsx';
import { actionTexts, approvalTexts } from './texts.ts';

const home = '/centre/approvals';
const api = '/v1/centre/approvals';
const perPage = '25';
const deciders = ['admin', 'officer'] as const;

export const views = ['open', 'mine', 'all'] as const;
export type View = (typeof views)[number];

/** What was typed, and what was wrong with it. */
export interface Typed {
  readonly reason?: string;
  readonly problem?: ApiProblem;
}

export function approvalPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get('/', at(roles, inbox));
  app.get(
    '/:id',
    at(roles, (desk) => approvalPage(desk)),
  );
  for (const deed of ['approve', 'reject', 'withdraw'] as const) {
    app.post(
      `/:id/${deed}`,
      at(deciders, async (desk) => {
        const { reason = '' } = await desk.form();
        const body = reason === '' && deed !== 'reject' ? {} : { reason };
        const decided = await desk.api.post<Approval>(`${api}/${idIn(desk)}/${deed}`, body);
        if (!decided.ok && decided.status === 422)
          return approvalPage(desk, { reason, problem: decided.problem });
        if (!decided.ok) return desk.refused(decided.problem);
        const done = doneOf(decided.value);
        return done ? desk.done(home, done) : desk.c.redirect(`${home}/${idIn(desk)}`, 303);
      }),
    );
  }
  app.post(
    '/:id/collect',
    at(deciders, async (desk) => {
      const collected = await desk.api.post<CollectedApproval>(`${api}/${idIn(desk)}/collect`, {});
      if (!collected.ok) return desk.refused(collected.problem);
      const { approval, answer } = collected.value;
      if (approval.status !== 'done') return approvalPage(desk);
      const content = <CollectedPage approval={approval} answer={answer} />;
      return desk.page(actionTexts(desk.language)(approval.action), content);
    }),
  );
  return app;
}

const idIn = ({ c }: Desk): string => encodeURIComponent(c.req.param('id') ?? '');

/** What is said on the list afterwards; nothing where the approval's own page has more to say. */
const doneOf = ({ status }: Approval): DoneText | undefined => {
  if (status === 'done') return 'carriedOut';
  if (status === 'approved') return 'waitsForMaker';
  return status === 'rejected' || status === 'withdrawn' ? status : undefined;
};

async function inbox(desk: Desk) {
  const { c, person, language } = desk;
  const view = views.find((one) => one === c.req.query('show')) ?? 'open';
  const query = {
    limit: perPage,
    cursor: c.req.query('cursor'),
    status: view === 'open' ? 'proposed' : undefined,
    maker: view === 'mine' ? person.id : undefined,
  };
  const [found, counts] = await Promise.all([
    desk.api.get<List<Approval>>(address(api, query)),
    desk.api.get<ApprovalCounts>('/v1/centre/approval-counts'),
  ]);
  if (!found.ok) return desk.refused(found.problem);
  const content = <InboxPage desk={desk} view={view} found={found.value} counts={valueIn(counts)} />;
  return desk.page(approvalTexts(language)('title'), content);
}

async function approvalPage(desk: Desk, typed: Typed = {}) {
  const found = await desk.api.get<WholeApproval>(`${api}/${idIn(desk)}`);
  if (!found.ok) return desk.refused(found.problem);
  const content = <ApprovalPage desk={desk} approval={found.value} typed={typed} />;
  const title = actionTexts(desk.language)(found.value.action);
  return desk.page(title, content, { status: typed.problem ? 422 : 200 });
}
