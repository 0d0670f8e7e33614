import { z } from '@hono/zod-openapi';
import type { Directory, Principal, Who } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { isZone, languages, newId, ok, type Result, refuse } from '../kernel/index.ts';
import { lastDue, nextDue, weekdays } from './calendar.ts';
import { fileFormats } from './files.ts';
import { daySchema } from './filters.ts';
import { queryOf } from './job-query.ts';
import type { RunRow, ScheduleRow } from './schedule-store.ts';
import {
  filtersOfRun,
  newRun,
  periodFilters,
  ruleOf,
  runJson,
  type ScheduleParts,
  scheduledReport,
} from './schedules.ts';
import { reports } from './tables/index.ts';
import { staff } from './tables/payments.ts';

const writers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst'];
const path = '/v1/centre/report-schedules';
const params = z.object({ reportSchedule: idSchema('reportSchedule') });
const zoneLengthMax = 64;

const shape = {
  name: textSchema(80),
  report: z.enum(reports.map(({ name }) => name) as [string]),
  format: z.enum(fileFormats),
  covers: z.enum(['before', 'everything']).openapi({
    description:
      'before: the day, the seven days or the month before it is due; everything: what there is then',
  }),
  every: z.enum(['day', 'week', 'month']),
  at: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'not a time such as 06:30')
    .openapi({
      example: '06:30',
      description:
        'On the clocks of the zone. A time they skip comes as much later; one they show twice counts once',
    }),
  time_zone: z
    .string()
    .max(zoneLengthMax)
    .refine(isZone, 'not the name of a time zone')
    .openapi({ example: 'Asia/Bishkek' }),
};
const weekday = z.enum(weekdays).openapi({ description: 'Of every week' });
const monthDay = z
  .union([z.int().min(1).max(28), z.literal('last')])
  .openapi({ example: 1, description: 'Of every month: 1 to 28, or `last`' });
const filters = z
  .record(z.string().max(40), z.string().max(200))
  .openapi({ example: {}, description: 'As in the query of the list, without those that say when' });

const newSchedule = z
  .strictObject({
    ...shape,
    covers: shape.covers.default('before'),
    language: z
      .enum(languages)
      .optional()
      .openapi({ description: 'Of the headings; absent: names of fields' }),
    filters: filters.optional(),
    weekday: weekday.optional(),
    month_day: monthDay.optional(),
    endpoint: idSchema('endpoint').optional().openapi({
      description: 'Of the centre: who is told; absent: every one that hears of `report.ready`',
    }),
  })
  .openapi('NewReportSchedule');

const scheduleSchema = z
  .object({
    id: z.string(),
    ...shape,
    language: z.enum(languages).nullable(),
    filters,
    weekday: weekday.nullable(),
    month_day: monthDay.nullable(),
    endpoint: z.string().nullable(),
    status: z.enum(['active', 'paused']),
    next_at: timeSchema.nullable().openapi({ description: 'null while it is paused' }),
    created_by: z.string(),
    created_at: timeSchema,
  })
  .openapi('ReportSchedule');

const runSchema = z
  .object({
    id: z.string(),
    schedule: z.string(),
    name: z.string(),
    report: z.string(),
    format: z.enum(fileFormats),
    status: z.enum(['due', 'running', 'finished', 'failed']),
    due_at: timeSchema,
    from: daySchema.openapi({ description: 'First day it is about' }),
    to: daySchema,
    time_zone: z.string(),
    begins_at: timeSchema,
    ends_at: timeSchema,
    ended_at: timeSchema.nullable(),
    reason: z.string().nullable().openapi({ description: 'Why there is no file' }),
    job: z.string().nullable(),
    rows: z.int().nullable(),
    bytes: z.int().nullable(),
    totals: z.array(z.object({ column: z.string(), sum: moneySchema })),
    sha256: z.string().nullable(),
    complete_up_to: timeSchema.nullable(),
    download_url: z.string().nullable().openapi({
      description: 'Wants the key, or the session, of somebody who may read the report',
    }),
    expires_at: timeSchema.nullable(),
  })
  .openapi('ReportRun', { description: 'As the callbacks `report.ready` and `report.failed` carry it' });

const scheduleJson = (row: ScheduleRow) => ({
  id: row.id,
  name: row.name,
  report: row.report,
  format: row.format,
  covers: row.covers,
  every: row.every,
  at: row.at,
  time_zone: row.zone,
  language: row.language,
  filters: row.filters,
  weekday: row.weekday,
  month_day: ruleOf(row).monthDay,
  endpoint: row.endpoint,
  status: row.status,
  next_at: row.status === 'active' ? isoTime(row.nextAtMs) : null,
  created_by: row.createdBy,
  created_at: isoTime(row.createdAtMs),
});

type Wish = z.output<typeof newSchedule>;

export function scheduleRoutes(shell: Shell, directory: Directory, parts: ScheduleParts): void {
  const { schedules } = parts;

  /** A schedule of a report the caller may read. */
  async function scheduleOf(caller: Principal, id: string): Promise<Result<ScheduleRow>> {
    const row = await schedules.find(id);
    return row && mayRead(caller, row) ? ok(row) : refuse('report_schedule.not_found');
  }

  shell.endpoint(
    {
      method: 'post',
      path,
      tag: 'Reports',
      summary: 'Have a report made again and again: daily, weekly or monthly, at a time in a zone',
      description:
        'Once its file is there, `report.ready` is told to the centre, with control totals, SHA-256 and a link; ' +
        '`report.failed` where there is none. What was missed while the switch was down is made up for, one file ' +
        'for each time, oldest first, up to thirty days back.',
      access: writers,
      body: newSchedule,
      refusals: ['report_schedule.too_many', 'endpoint.not_found'],
      status: 201,
      answers: scheduleSchema,
    },
    async ({ body, caller }) => {
      const row = rowOf(body, caller.person ?? caller.owner, Date.now());
      if (!row.ok) return row;
      if (!mayRead(caller, row.value)) return refuse('auth.forbidden');
      if (body.endpoint !== undefined) {
        const endpoint = await directory.endpoint(body.endpoint);
        if (endpoint?.owner !== 'centre') return refuse('endpoint.not_found');
      }
      if (!(await schedules.add(row.value))) return refuse('report_schedule.too_many');
      return ok(scheduleJson(row.value));
    },
  );

  shell.endpoint(
    {
      ...{ method: 'get', path, tag: 'Reports', access: staff, query: pageQuery },
      summary: 'Schedules of reports, newest first',
      answers: listOf(scheduleSchema),
    },
    async ({ query, caller }) => {
      const rows = await schedules.list(query.limit + 1, query.cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      const seen = shown.filter((row) => mayRead(caller, row));
      return ok({ data: seen.map(scheduleJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      ...{ method: 'get', path: `${path}/{reportSchedule}`, tag: 'Reports', access: staff, params },
      summary: 'A schedule of a report, and when it is due next',
      answers: scheduleSchema,
    },
    async ({ params: { reportSchedule }, caller }) => {
      const found = await scheduleOf(caller, reportSchedule);
      return found.ok ? ok(scheduleJson(found.value)) : found;
    },
  );

  shell.endpoint(
    {
      ...{ method: 'delete', path: `${path}/{reportSchedule}`, tag: 'Reports', access: writers, params },
      summary: 'Stop making a report; files that were made stay as long as any',
      answers: scheduleSchema,
    },
    async ({ params: { reportSchedule }, caller }) => {
      const found = await scheduleOf(caller, reportSchedule);
      if (!found.ok) return found;
      await schedules.remove(reportSchedule);
      return ok(scheduleJson(found.value));
    },
  );

  const turns = [
    ['pause', 'Make a report no more for a while; what is under way is finished'],
    ['resume', 'Make a report again, from the next time it is due'],
  ] as const;
  for (const [verb, summary] of turns) {
    shell.endpoint(
      {
        ...{
          method: 'post',
          path: `${path}/{reportSchedule}/${verb}`,
          tag: 'Reports',
          access: writers,
          params,
        },
        summary,
        body: z.strictObject({}),
        answers: scheduleSchema,
      },
      async ({ params: { reportSchedule }, caller }) => {
        const found = await scheduleOf(caller, reportSchedule);
        if (!found.ok) return found;
        const status = verb === 'pause' ? 'paused' : 'active';
        // What it would have made while it was paused was not wanted.
        const nextAtMs = nextDue(ruleOf(found.value), Date.now()).dueAtMs;
        const changes = found.value.status !== status;
        const row = changes ? await schedules.change(reportSchedule, { status, nextAtMs }) : found.value;
        return row ? ok(scheduleJson(row)) : refuse('report_schedule.not_found');
      },
    );
  }

  shell.endpoint(
    {
      ...{ method: 'post', path: `${path}/{reportSchedule}/run`, tag: 'Reports', access: writers, params },
      summary: 'Make the report of the last days it was due for once more, now',
      body: z.strictObject({}),
      status: 201,
      answers: runSchema,
    },
    async ({ params: { reportSchedule }, caller }) => {
      const found = await scheduleOf(caller, reportSchedule);
      if (!found.ok) return found;
      const nowMs = Date.now();
      const due = { ...lastDue(ruleOf(found.value), nowMs), dueAtMs: nowMs };
      const run = newRun(reportSchedule, due, nowMs);
      await schedules.addRun(run);
      return ok(runJson(run, found.value, undefined, parts.url));
    },
  );

  shell.endpoint(
    {
      ...{ method: 'get', path: `${path}/{reportSchedule}/runs`, tag: 'Reports', access: staff, params },
      query: pageQuery,
      summary: 'What a schedule has made, newest first, with links to the files',
      answers: listOf(runSchema),
    },
    async ({ params: { reportSchedule }, query, caller }) => {
      const found = await scheduleOf(caller, reportSchedule);
      if (!found.ok) return found;
      const rows = await schedules.runs(reportSchedule, query.limit + 1, query.cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      const jobs = await parts.jobs.among(shown.map(({ job }) => job));
      const json = (run: RunRow) => runJson(run, found.value, jobs.get(run.job), parts.url);
      return ok({ data: shown.map(json), next_cursor: cursorOf(next) });
    },
  );
}

const mayRead = (caller: Principal, row: Pick<ScheduleRow, 'report'>): boolean =>
  scheduledReport(row)?.access.includes(caller.who) ?? false;

/** The schedule, once the report takes what it would be asked. */
function rowOf(wish: Wish, createdBy: string, nowMs: number): Result<ScheduleRow> {
  const { name, report, format, language = null, filters: given = {}, covers, every, at } = wish;
  if ((every === 'week') !== (wish.weekday !== undefined))
    return refuse('request.invalid', 'weekday: of every week, and of that only');
  if ((every === 'month') !== (wish.month_day !== undefined))
    return refuse('request.invalid', 'month_day: of every month, and of that only');
  const { weekday: day = null, month_day: dayOfMonth = null, endpoint = null } = wish;
  const row: ScheduleRow = {
    id: newId('reportSchedule', nowMs),
    ...{ name, report, format, language, filters: given, covers, every, weekday: day, at, endpoint },
    monthDay: dayOfMonth === 'last' ? 0 : dayOfMonth,
    zone: wish.time_zone,
    status: 'active',
    createdBy,
    createdAtMs: nowMs,
    nextAtMs: 0,
  };
  const declared = scheduledReport(row);
  if (!declared) return refuse('request.invalid');
  const when = covers === 'before' ? (periodFilters(declared) ?? []) : [];
  const twice = when.find((filter) => given[filter] !== undefined);
  if (twice !== undefined) return refuse('request.invalid', `filters: ${twice}: the schedule says when`);
  const rule = ruleOf(row);
  const query = queryOf(declared, filtersOfRun(row, declared, lastDue(rule, nowMs)));
  return query.ok ? ok({ ...row, nextAtMs: nextDue(rule, nowMs).dueAtMs }) : query;
}
