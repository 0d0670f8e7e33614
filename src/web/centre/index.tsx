/**
 * The centre's desk: where staff see whether all is well, find and explain any payment, keep the directory, decide what
 * waits, pull reports and reconcile. Every page asks the API as its visitor and is refused what they are.
 */
import { Hono } from 'hono';
import type { VisitEnv } from '../../http/index.ts';
import { approvalPages } from './approvals/index.tsx';
import { auditPages } from './audit/index.tsx';
import { dayPages } from './days/index.tsx';
import { type DeskParts, desksOf } from './desk.tsx';
import { accountPages } from './directory/accounts.tsx';
import { merchantPages } from './directory/merchants.tsx';
import { participantPages } from './directory/participants.tsx';
import { peoplePages } from './directory/people.tsx';
import { orderPages } from './orders/index.tsx';
import { overviewPages } from './overview/index.tsx';
import { paymentPages } from './payments/index.tsx';
import { reconciliationPages } from './reconciliation/index.tsx';
import { reportPages } from './reports/index.tsx';
import { limitPages } from './rules/limits.tsx';
import { routingPages } from './rules/routing.tsx';
import { schedulePages } from './schedules/index.tsx';
import { searchPages } from './search/index.tsx';
import { workPages } from './work/index.tsx';

export function centrePages(parts: DeskParts): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const at = desksOf(parts);
  app.route('/', overviewPages(at));
  app.route('/search', searchPages(at));
  app.route('/payments', paymentPages(at));
  app.route('/reports/schedules', schedulePages(at));
  app.route('/reports', reportPages(at));
  app.route('/approvals', approvalPages(at));
  app.route('/audit', auditPages(at));
  app.route('/merchants/:id/orders', orderPages(at));
  app.route('/merchants', merchantPages(at));
  app.route('/work', workPages(at));
  app.route('/reconciliation', reconciliationPages(at));
  app.route('/participants', participantPages(at));
  app.route('/accounts', accountPages(at));
  app.route('/people', peoplePages(at));
  app.route('/days', dayPages(at));
  app.route('/routing', routingPages(at));
  app.route('/rules', limitPages(at));
  return app;
}
