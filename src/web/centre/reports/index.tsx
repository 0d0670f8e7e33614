/**
 * Reports: every declared one by the same page, made from what the API says of it. Its filters stand in the address as
 * days of the scheme's zone; the same rows are downloaded at once, or made as a file where they are many.
 */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import { dayAfter } from '../../../kernel/index.ts';
import type { ApiProblem } from '../../api.ts';
import { address, errorsOf, type List, shown, valueIn } from '../../desk/parts.tsx';
import type { At, Desk } from '../desk.tsx';
import { roles } from '../roles.ts';
import type { Series } from './chart.tsx';
import {
  type Asked,
  askedOf,
  type Declared,
  filtersFor,
  hasDays,
  type Job,
  quickDays,
  type Rows,
} from './declared.ts';
import { FilesPage } from './files.tsx';
import { ReportsPage } from './list.tsx';
import { namesFor } from './question.tsx';
import { ReportPage } from './report.tsx';
import { reportTexts } from './texts.ts';

const perPage = 50;
// Of a report in groups: a month of days, and what they are grouped by besides.
const groupsPerPage = 100;
const usualDays = 30;

export function reportPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get(
    '/',
    at(roles, async (desk) => {
      const declared = await declaredFor(desk);
      if (!Array.isArray(declared)) return desk.refused(declared);
      const { from, to } = quickDays(desk.zone, Date.now()).yesterday;
      const totals = await desk.api.get<Rows>(
        address('/v1/centre/reports/volumes', { from, to, by: 'kind', kind: 'payment', status: 'completed' }),
      );
      const title = reportTexts(desk.language)('reports');
      return desk.page(
        title,
        <ReportsPage
          reports={declared}
          yesterday={valueIn(totals)?.totals ?? []}
          day={from}
          zone={desk.zone}
        />,
      );
    }),
  );

  app.get(
    '/files',
    at(roles, async (desk) => {
      const [declared, jobs] = await Promise.all([
        declaredFor(desk),
        desk.api.get<List<Job>>(
          address('/v1/centre/report-jobs', { cursor: desk.c.req.query('cursor'), limit: '20' }),
        ),
      ]);
      if (!Array.isArray(declared)) return desk.refused(declared);
      if (!jobs.ok) return desk.refused(jobs.problem);
      const title = reportTexts(desk.language)('files');
      return desk.page(title, <FilesPage reports={declared} jobs={jobs.value} zone={desk.zone} />);
    }),
  );

  app.post(
    '/files/:job/cancel',
    at(roles, async (desk) => {
      const job = encodeURIComponent(desk.c.req.param('job') ?? '');
      const stopped = await desk.api.post(`/v1/centre/report-jobs/${job}/cancel`, {});
      return desk.after(stopped, '/centre/reports/files', 'fileStopped');
    }),
  );

  app.get(
    '/:report',
    at(roles, (desk) => reportPage(desk)),
  );

  /** What the page asked, as a file that is made in the background. */
  app.post(
    '/:report/files',
    at(roles, async (desk) => {
      const declared = await declaredFor(desk);
      if (!Array.isArray(declared)) return desk.refused(declared);
      const report = declared.find(({ name }) => name === desk.c.req.param('report'));
      if (!report) return reportPage(desk);
      const form = await desk.form();
      const filters = filtersFor(report, askedOf(report, form), desk.zone);
      const made = await desk.api.post('/v1/centre/report-jobs', {
        report: report.name,
        format: form.format,
        language: desk.language,
        filters,
      });
      return desk.after(made, '/centre/reports/files', 'fileBegun');
    }),
  );
  return app;
}

/** The reports the visitor may read, or why there are none. */
async function declaredFor({ api }: Desk): Promise<Declared[] | ApiProblem> {
  const answer = await api.get<List<Declared>>('/v1/centre/reports');
  return answer.ok ? answer.value.data : answer.problem;
}

async function reportPage(desk: Desk) {
  const { c, api, language, zone } = desk;
  const declared = await declaredFor(desk);
  if (!Array.isArray(declared)) return desk.refused(declared);
  const name = c.req.param('report') ?? '';
  const report = declared.find((one) => one.name === name);
  // Of one that there is not, or that the visitor may not read, the API says so.
  if (!report) {
    const refused = await api.get(`/v1/centre/reports/${encodeURIComponent(name)}`);
    return refused.ok ? c.notFound() : desk.refused(refused.problem);
  }
  const asked = askedOf(report, c.req.query());
  const filters = filtersFor(report, asked, zone);
  const limit = String(report.grouped ? groupsPerPage : perPage);
  const cursor = c.req.query('cursor');
  const [rows, names, charts] = await Promise.all([
    api.get<Rows>(address(report.path, { ...filters, cursor, limit })),
    namesFor(desk),
    chartsOf(desk, report, filters, asked),
  ]);
  const problem = rows.ok ? undefined : rows.problem;
  if (problem && problem.status !== 422) return desk.refused(problem);
  return desk.page(
    report.title,
    <ReportPage
      {...{ report, asked, names, charts, zone, problem }}
      rows={valueIn(rows)}
      errors={problem ? daysNamed(errorsOf(problem, language)) : {}}
      file={(format) => address(report.path, { ...filters, language, format })}
      schedules={desk.may('admin', 'officer', 'analyst')}
    />,
    { status: problem ? shown(problem) : 200 },
  );
}

/** A page has days where the API has moments. */
const daysNamed = (errors: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(errors).map(([name, text]) => [
      name.endsWith('[gte]') ? 'from' : name.endsWith('[lt]') ? 'to' : name,
      text,
    ]),
  );

/** The same over time: by hours of one day, else by days. Of transfers those that count as money taken, unless asked. */
async function chartsOf(
  { api, zone }: Desk,
  report: Declared,
  filters: Readonly<Record<string, string>>,
  asked: Asked,
): Promise<Series | undefined> {
  const column = (name: string) => report.columns.find((one) => one.name === name && one.group);
  if (!report.grouped || !hasDays(report) || !column('day')) return undefined;
  const to = asked.to ?? quickDays(zone, Date.now()).today.to;
  const from = asked.from ?? dayAfter(to, 1 - usualDays);
  const by = from === to && column('hour') ? 'hour' : 'day';
  const hasFilter = (name: string) => report.filters.some((one) => one.name === name);
  const usual = {
    ...(hasFilter('kind') && { kind: 'payment' }),
    ...(hasFilter('status') && { status: 'completed' }),
  };
  const answer = await api.get<Rows>(
    address(report.path, { ...usual, ...filters, by, limit: String(groupsPerPage) }),
  );
  // A part of the time would look like all of it.
  if (!answer.ok || answer.value.next_cursor !== null || answer.value.data.length === 0) return undefined;
  const narrowed = Object.entries(usual).filter(([name]) => asked[name] === undefined);
  return { by, from, to, rows: answer.value.data, narrowed };
}
