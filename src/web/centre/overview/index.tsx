/** Whether anything is wrong, at a glance; then how payments go. `?wall=1` is the same for a screen on a wall. */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import type { Overview } from '../../../metrics/index.ts';
import { type List, valueIn } from '../../desk/parts.tsx';
import type { At } from '../desk.tsx';
import { roles } from '../roles.ts';
import { centreTexts } from '../texts.ts';
import { alertPages, heeders } from './alert.tsx';
import { OverviewPage } from './page.tsx';
import type { OpenAlert } from './well.tsx';

// More are not read at a glance.
const alertsShown = 20;

export function overviewPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get(
    '/',
    at(roles, async (desk) => {
      const { api, c, language } = desk;
      const [overview, alerts, approvals] = await Promise.all([
        api.get<Overview>('/v1/centre/overview'),
        api.get<List<OpenAlert>>(`/v1/centre/alerts?status=open&limit=${alertsShown}`),
        api.get<{ readonly for_me: number }>('/v1/centre/approval-counts'),
      ]);
      if (!overview.ok) return desk.refused(overview.problem);
      const wall = c.req.query('wall') !== undefined;
      return desk.page(
        centreTexts(language)('overview'),
        <OverviewPage
          overview={overview.value}
          alerts={valueIn(alerts)?.data}
          approvals={valueIn(approvals)?.for_me ?? 0}
          heeds={desk.may(...heeders)}
          wall={wall}
          zone={desk.zone}
        />,
        { wall, islands: ['centre-overview'] },
      );
    }),
  );
  app.route('/alerts', alertPages(at));
  return app;
}
