/** The work queue: what waits for a person, the oldest first, and one decision on a page. */
import { Hono } from 'hono';
import type { Event } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import {
  type DeadLetter,
  type StuckTransfer,
  type StuckTransferAfter,
  type Work,
  workKinds,
} from '../../../work/index.ts';
import type { ApiProblem } from '../../api.ts';
import { address, type List, valueIn } from '../../desk/parts.tsx';
import type { At, Desk } from '../desk.tsx';
import { roles } from '../roles.ts';
import { CallbackPage } from './callback.tsx';
import { LetterPage } from './letter.tsx';
import { QueuePage } from './list.tsx';
import { workTexts } from './texts.ts';
import { TransferPage } from './transfer.tsx';

const home = '/centre/work';
const lettersShown = 100;

export function workPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const unblockers = ['admin', 'officer', 'support'] as const;

  app.get('/', at(roles, queuePage));

  app.get('/transfers/:id', at(roles, transferPage));
  app.post(
    '/transfers/:id/ask',
    at(unblockers, async (desk) => {
      const asked = await desk.api.post<StuckTransferAfter>(of(desk, 'transfers', '/ask'), {});
      if (!asked.ok) return desk.refused(asked.problem);
      return desk.done(asked.value.ended ? home : pageOf(desk, 'transfers'), 'asked');
    }),
  );
  app.post(
    '/transfers/:id/decide',
    at(['admin', 'officer'], async (desk) => {
      const { step = '', decision = '', reason = '' } = await desk.form();
      const body = { step, decision, reason };
      const decided = await desk.api.post(of(desk, 'transfers', '/decide'), body);
      if (!decided.ok && decided.status === 422)
        return transferPage(desk, { ...body, problem: decided.problem });
      return desk.after(decided, home, 'decided');
    }),
  );

  app.get('/callbacks/:id/:endpoint', at(roles, callbackPage));
  for (const deed of ['send', 'drop'] as const) {
    app.post(
      `/callbacks/:id/:endpoint/${deed}`,
      at(unblockers, async (desk) => {
        const { reason = '' } = await desk.form();
        const path = of(desk, 'callbacks', `/${idIn(desk, 'endpoint')}/${deed}`);
        const done = await desk.api.post(path, deed === 'drop' ? { reason } : {});
        if (!done.ok && done.status === 422) return callbackPage(desk, { reason, problem: done.problem });
        return desk.after(done, home, deed === 'drop' ? 'dropped' : 'begunAgain');
      }),
    );
  }

  app.get('/dead-letters/:id', at(roles, letterPage));
  app.post(
    '/dead-letters/:id/retry',
    at(unblockers, async (desk) => {
      const tried = await desk.api.post<DeadLetter>(of(desk, 'dead-letters', '/retry'), {});
      if (!tried.ok) return desk.refused(tried.problem);
      const solved = tried.value.status === 'resolved';
      return desk.done(solved ? home : pageOf(desk, 'dead-letters'), solved ? 'resolved' : 'triedInVain');
    }),
  );
  app.post(
    '/dead-letters/:id/resolve',
    at(unblockers, async (desk) => {
      const { reason = '' } = await desk.form();
      const done = await desk.api.post(of(desk, 'dead-letters', '/resolve'), { reason });
      if (!done.ok && done.status === 422) return letterPage(desk, { reason, problem: done.problem });
      return desk.after(done, home, 'resolved');
    }),
  );
  return app;
}

const idIn = ({ c }: Desk, name: string): string => encodeURIComponent(c.req.param(name) ?? '');
const of = (desk: Desk, what: string, more: string): string =>
  `/v1/centre/work/${what}/${idIn(desk, 'id')}${more}`;
const pageOf = (desk: Desk, what: string): string => `${home}/${what}/${idIn(desk, 'id')}`;

/** What was typed, and what was wrong with it. */
export interface Typed {
  readonly reason?: string;
  readonly decision?: string;
  readonly problem?: ApiProblem;
}

const looks = ({ problem }: Typed) => ({ status: problem ? (422 as const) : (200 as const) });

async function queuePage(desk: Desk) {
  const asked = desk.c.req.query('kind');
  const kind = workKinds.find((one) => one === asked);
  const work = await desk.api.get<Work>(address('/v1/centre/work', { kind }));
  if (!work.ok) return desk.refused(work.problem);
  const content = <QueuePage work={work.value} kind={kind} />;
  return desk.page(workTexts(desk.language)('title'), content);
}

async function transferPage(desk: Desk, typed: Typed = {}) {
  const stuck = await desk.api.get<{ data: StuckTransfer[] }>('/v1/centre/work/transfers?older_than=0');
  if (!stuck.ok) return desk.refused(stuck.problem);
  const id = desk.c.req.param('id');
  const transfer = stuck.value.data.find((one) => one.id === id);
  if (!transfer) return desk.done(home, 'over');
  const content = <TransferPage desk={desk} transfer={transfer} typed={typed} />;
  return desk.page(workTexts(desk.language)('transfer'), content, looks(typed));
}

async function callbackPage(desk: Desk, typed: Typed = {}) {
  const work = valueIn(await desk.api.get<Work>('/v1/centre/work?kind=callback'));
  const [id, endpoint] = [desk.c.req.param('id'), desk.c.req.param('endpoint')];
  const item = work?.data.find((one) => one.id === id && one.endpoint === endpoint);
  const owner = desk.c.req.query('owner') ?? item?.about;
  const event = await desk.api.get<Event>(address(`/v1/events/${idIn(desk, 'id')}`, { owner }));
  if (!event.ok) return desk.refused(event.problem);
  const content = <CallbackPage desk={desk} event={event.value} endpoint={endpoint ?? ''} typed={typed} />;
  return desk.page(workTexts(desk.language)('callback'), content, looks(typed));
}

async function letterPage(desk: Desk, typed: Typed = {}) {
  const path = `/v1/centre/work/dead-letters?limit=${lettersShown}`;
  const letters = await desk.api.get<List<DeadLetter>>(path);
  if (!letters.ok) return desk.refused(letters.problem);
  const letter = letters.value.data.find(({ id }) => id === desk.c.req.param('id'));
  if (!letter) return desk.done(home, 'over');
  const content = <LetterPage desk={desk} letter={letter} typed={typed} />;
  return desk.page(workTexts(desk.language)('deadLetter'), content, looks(typed));
}
