/** Business days: which are closed, what keeps one open and what to do about it; closing, reopening, the trial balance. */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import { clockIn, dayAfter } from '../../../kernel/index.ts';
import type { ApiProblem } from '../../api.ts';
import { address, errorsOf, type List, shown, valueIn } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import type { At, Desk } from '../desk.tsx';
import type { Rows } from '../reports/declared.ts';
import { roles } from '../roles.ts';
import { BalancePage } from './balance.tsx';
import { DayPage } from './day.tsx';
import { DaysPage } from './list.tsx';
import { daysOf, type Obstacles, type TrialBalance, type Version, type WholeDay } from './shapes.ts';
import { dayTexts } from './texts.ts';

const place = '/centre/days';
const closers = ['admin', 'officer'] as const;
const daysShown = 31;

type Named = { readonly id: string; readonly name: string };

export function dayPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at(roles, async (desk) => {
      const { api, zone } = desk;
      const today = clockIn(zone, Date.now()).day;
      const days = { from: dayAfter(today, 1 - daysShown), to: today };
      const asked = { ...days, by: 'day', kind: 'payment', status: 'completed', limit: '100' };
      const [versions, volumes, people] = await Promise.all([
        api.get<List<Version>>('/v1/centre/business-days?limit=100'),
        api.get<Rows>(address('/v1/centre/reports/volumes', asked)),
        namesOf(desk, 'operators'),
      ]);
      if (!versions.ok) return desk.refused(versions.problem);
      if (!volumes.ok) return desk.refused(volumes.problem);
      return desk.page(
        dayTexts(desk.language)('days'),
        <DaysPage
          days={daysOf(versions.value.data, volumes.value.data, today)}
          people={people}
          today={today}
          zone={zone}
        />,
      );
    }),
  );

  app.get(
    '/balance',
    at(roles, async (desk) => {
      const balance = await desk.api.get<TrialBalance>('/v1/centre/trial-balance');
      if (!balance.ok) return desk.refused(balance.problem);
      return desk.page(dayTexts(desk.language)('balance'), <BalancePage balance={balance.value} />);
    }),
  );

  app.get(
    '/:day',
    at(roles, (desk) => dayPage(desk)),
  );

  app.post(
    '/:day/close',
    at(closers, async (desk) => {
      const closed = await desk.api.post(`/v1/centre/business-days/${dayIn(desk)}/close`, {});
      if (!closed.ok) return dayPage(desk, { form: {}, problem: closed.problem });
      return desk.after(closed, `${place}/${dayIn(desk)}`, 'dayClosed');
    }),
  );

  app.post(
    '/:day/reopen',
    at(closers, async (desk) => {
      const form = await desk.form();
      const path = `/v1/centre/business-days/${dayIn(desk)}/reopen`;
      const opened = await desk.api.post(path, { reason: form.reason ?? '' });
      if (!opened.ok) return dayPage(desk, { form, problem: opened.problem });
      return desk.after(opened, `${place}/${dayIn(desk)}`, 'dayReopened');
    }),
  );
  return app;
}

const dayIn = ({ c }: Desk): string => encodeURIComponent(c.req.param('day') ?? '');

async function namesOf(
  { api }: Desk,
  of: 'operators' | 'participants',
): Promise<ReadonlyMap<string, string>> {
  const answer = await api.get<List<Named>>(`/v1/centre/${of}?limit=100`);
  return new Map((valueIn(answer)?.data ?? []).map(({ id, name }) => [id, name]));
}

interface Decided {
  readonly form: Form;
  readonly problem: ApiProblem;
}

async function dayPage(desk: Desk, decided?: Decided) {
  const { api, language } = desk;
  const path = `/v1/centre/business-days/${dayIn(desk)}`;
  const [day, obstacles, people, participants] = await Promise.all([
    api.get<WholeDay>(path),
    api.get<Obstacles>(`${path}/obstacles`),
    namesOf(desk, 'operators'),
    namesOf(desk, 'participants'),
  ]);
  // One that was never closed is no record yet, and may be closed.
  if (!day.ok && day.problem.code !== 'business_day.not_found') return desk.refused(day.problem);
  if (!obstacles.ok) return desk.refused(obstacles.problem);
  return desk.page(
    obstacles.value.day,
    <DayPage
      known={valueIn(day)}
      obstacles={obstacles.value}
      {...{ people, participants }}
      me={desk.person.id}
      closes={desk.may(...closers)}
      form={decided?.form ?? {}}
      problem={decided?.problem}
      errors={decided ? errorsOf(decided.problem, language) : {}}
    />,
    decided ? { status: shown(decided.problem) } : {},
  );
}
