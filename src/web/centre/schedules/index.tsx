/** Schedules: reports that are made by themselves, what each has made, and stopping or repeating them. */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import type { ApiProblem } from '../../api.ts';
import { address, errorsOf, type List, shown, valueIn } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import type { At, Desk } from '../desk.tsx';
import { askedOf, type Declared } from '../reports/declared.ts';
import { namesFor } from '../reports/question.tsx';
import { roles } from '../roles.ts';
import {
  ChooseReportPage,
  NewSchedulePage,
  type Run,
  type Schedule,
  SchedulePage,
  SchedulesPage,
} from './pages.tsx';
import { scheduleTexts } from './texts.ts';

const place = '/centre/reports/schedules';
const api = '/v1/centre/report-schedules';
const writers = ['admin', 'officer', 'analyst'] as const;

export function schedulePages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at(roles, async (desk) => {
      const [schedules, declared] = await Promise.all([
        desk.api.get<List<Schedule>>(address(api, { cursor: desk.c.req.query('cursor') })),
        desk.api.get<List<Declared>>('/v1/centre/reports'),
      ]);
      if (!schedules.ok) return desk.refused(schedules.problem);
      if (!declared.ok) return desk.refused(declared.problem);
      const title = scheduleTexts(desk.language)('schedules');
      const writes = desk.may(...writers);
      return desk.page(
        title,
        <SchedulesPage schedules={schedules.value} reports={declared.value.data} writes={writes} />,
      );
    }),
  );

  // What a report's page was asked stands in the address: the schedule asks it too.
  app.get(
    '/new',
    at(writers, (desk) =>
      newPage(desk, {
        ...{ every: 'day', at: '06:00', zone: desk.zone, format: 'xlsx' },
        ...desk.c.req.query(),
      }),
    ),
  );

  app.post(
    '/new',
    at(writers, async (desk) => {
      const form = await desk.form();
      const report = await reportIn(desk, form);
      const filters = report && filtersIn(report, form);
      const made = await desk.api.post<Schedule>(api, {
        ...{ name: form.name, report: form.report, format: form.format, every: form.every, at: form.at },
        ...{ time_zone: form.zone, language: desk.language, filters },
        ...(form.every === 'week' && { weekday: form.weekday }),
        ...(form.every === 'month' && { month_day: Number(form.month_day) }),
      });
      if (!made.ok) return newPage(desk, form, made.problem);
      return desk.after(made, `${place}/${made.value.id}`, 'saved');
    }),
  );

  app.get(
    '/:schedule',
    at(roles, async (desk) => {
      const path = pathOf(desk);
      const [schedule, runs, declared] = await Promise.all([
        desk.api.get<Schedule>(path),
        desk.api.get<List<Run>>(address(`${path}/runs`, { cursor: desk.c.req.query('cursor') })),
        desk.api.get<List<Declared>>('/v1/centre/reports'),
      ]);
      if (!schedule.ok) return desk.refused(schedule.problem);
      if (!runs.ok) return desk.refused(runs.problem);
      if (!declared.ok) return desk.refused(declared.problem);
      return desk.page(
        schedule.value.name,
        <SchedulePage
          schedule={schedule.value}
          runs={runs.value}
          reports={declared.value.data}
          writes={desk.may(...writers)}
        />,
      );
    }),
  );

  for (const verb of ['pause', 'resume', 'run'] as const) {
    app.post(
      `/:schedule/${verb}`,
      at(writers, async (desk) => {
        const done = await desk.api.post(`${pathOf(desk)}/${verb}`, {});
        return desk.after(done, `${place}/${idIn(desk)}`, verb === 'run' ? 'fileBegun' : 'saved');
      }),
    );
  }
  app.post(
    '/:schedule/remove',
    at(writers, async (desk) => desk.after(await desk.api.delete(pathOf(desk)), place, 'saved')),
  );
  return app;
}

const idIn = ({ c }: Desk): string => encodeURIComponent(c.req.param('schedule') ?? '');
const pathOf = (desk: Desk): string => `${api}/${idIn(desk)}`;

async function reportIn({ api }: Desk, { report }: Form): Promise<Declared | undefined> {
  const declared = await api.get<List<Declared>>('/v1/centre/reports');
  return valueIn(declared)?.data.find(({ name }) => name === report);
}

/** What is asked of the report besides its days, which follow from when it is made. */
function filtersIn(report: Declared, form: Form): Record<string, string> {
  const { from: _1, to: _2, by, ...filters } = askedOf(report, form);
  return { ...filters, ...(by !== undefined && by !== report.by.join(',') && { by }) };
}

/** First which report, then what is asked of it and when. */
async function newPage(desk: Desk, form: Form, problem?: ApiProblem) {
  const { api, language } = desk;
  const title = scheduleTexts(language)('newSchedule');
  const declared = await api.get<List<Declared>>('/v1/centre/reports');
  if (!declared.ok) return desk.refused(declared.problem);
  const reports = declared.value.data;
  const report = reports.find(({ name }) => name === form.report);
  if (!report) return desk.page(title, <ChooseReportPage reports={reports} />);
  const errors = problem && {
    ...errorsOf(problem, language),
    ...(await filterErrors(desk, report, filtersIn(report, form))),
  };
  return desk.page(
    title,
    <NewSchedulePage
      report={report}
      form={{ name: report.title, ...form }}
      names={await namesFor(desk)}
      problem={problem}
      errors={errors ?? {}}
    />,
    problem ? { status: shown(problem) } : {},
  );
}

/** Which of them the report does not take, by name: what refuses a schedule says it to developers. */
async function filterErrors({ api, language }: Desk, report: Declared, filters: Record<string, string>) {
  const asked = await api.get(address(report.path, { ...filters, limit: '1' }));
  return asked.ok ? {} : errorsOf(asked.problem, language);
}
