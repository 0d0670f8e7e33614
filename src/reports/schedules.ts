/**
 * Reports that are made again and again: when one is due, its run is written down together with when the next one is;
 * then its file is begun, and once that has ended somebody is told. Each step may be taken again after a crash. What
 * was missed is made up for in order, as far back as files are kept.
 */
import type { SwitchEvent } from '../events/index.ts';
import { isoTime } from '../http/index.ts';
import { eventId, logFault, newId, ok, type RefusalCode, type Result, refuse } from '../kernel/index.ts';
import { type Due, nextDue, type Rule } from './calendar.ts';
import { queryOf } from './job-query.ts';
import type { JobRow } from './job-store.ts';
import { type JobParts, keptMs, keptUntilMs, startJob, totalsJson } from './jobs.ts';
import type { RunRow, ScheduleRow, Schedules } from './schedule-store.ts';
import type { Report } from './table.ts';
import { reports } from './tables/index.ts';

export interface ScheduleParts extends JobParts {
  readonly schedules: Schedules;
  readonly announce: (events: readonly SwitchEvent[]) => Promise<void>;
  /** Public base URL of the switch. */
  readonly url: string;
}

// Runs that are written down in one go: the others wait a minute.
const dueAtOnce = 20;
// Longer than any file is kept, and than what is made up for.
const runsKeptMs = 90 * 86_400_000;
// A report waits so long until everything of its days is in it; then it is not made, and that is told.
const waitsMs = 6 * 3_600_000;

export const ruleOf = ({ every, weekday, monthDay, at, zone }: ScheduleRow): Rule => ({
  ...{ every, weekday, at, zone },
  monthDay: monthDay === 0 ? 'last' : monthDay,
});

export const scheduledReport = ({ report }: Pick<ScheduleRow, 'report'>): Report | undefined =>
  reports.find(({ name }) => name === report);

/** The filters that say of when a report is; undefined where it always shows what is there now. */
export function periodFilters({ filters }: Report): readonly [from: string, before: string] | undefined {
  if ('created[gte]' in filters) return ['created[gte]', 'created[lt]'];
  if ('from' in filters) return ['from', 'to'];
  return 'updated[gte]' in filters ? ['updated[gte]', 'updated[lt]'] : undefined;
}

/** What is asked of the report by a run; filters by days take the days of the same name. */
export function filtersOfRun(
  { filters, covers }: Pick<ScheduleRow, 'filters' | 'covers'>,
  report: Report,
  { from, to, fromMs, beforeMs }: Pick<Due, 'from' | 'to' | 'fromMs' | 'beforeMs'>,
): Record<string, string> {
  const names = covers === 'before' ? periodFilters(report) : undefined;
  if (!names) return { ...filters };
  const values = names[0] === 'from' ? [from, to] : [isoTime(fromMs), isoTime(beforeMs)];
  return { ...filters, [names[0]]: values[0] ?? '', [names[1]]: values[1] ?? '' };
}

/** Runs sort by when they were due: of those that were missed the oldest is made first. */
export const newRun = (schedule: string, due: Due, nowMs: number): RunRow => ({
  id: newId('reportRun', due.dueAtMs),
  schedule,
  ...due,
  status: 'due',
  job: newId('reportJob', nowMs),
  refusal: null,
  createdAtMs: nowMs,
  endedAtMs: null,
});

/** Every minute: what is due is begun, what is under way is looked after. */
export async function continueSchedules(parts: ScheduleParts, nowMs = Date.now()): Promise<void> {
  for (let begun = 0; begun < dueAtOnce; begun++) {
    const [schedule] = await parts.schedules.due(nowMs, 1);
    if (!schedule) break;
    await beginDue(parts, schedule, nowMs);
  }
  // One after the other of each schedule: the files of missed days come in their order.
  const waiting = new Set<string>();
  for (const run of await parts.schedules.open()) {
    if (waiting.has(run.schedule)) continue;
    const ended = await continueRun(parts, run, nowMs);
    if (!ended) waiting.add(run.schedule);
  }
  await parts.schedules.forget(nowMs - runsKeptMs);
}

async function beginDue({ schedules }: ScheduleParts, schedule: ScheduleRow, nowMs: number): Promise<void> {
  const rule = ruleOf(schedule);
  // A file of what is longer ago would be forgotten at once.
  const due = nextDue(rule, Math.max(schedule.nextAtMs - 1, nowMs - keptMs));
  if (due.dueAtMs > nowMs) await schedules.change(schedule.id, { nextAtMs: due.dueAtMs });
  else {
    const next = nextDue(rule, due.dueAtMs).dueAtMs;
    await schedules.begin(schedule, newRun(schedule.id, due, nowMs), next);
  }
}

/** Takes the next step of a run; says whether it has ended. */
async function continueRun(parts: ScheduleParts, run: RunRow, nowMs: number): Promise<boolean> {
  const schedule = await parts.schedules.find(run.schedule);
  if (!schedule) {
    // It was removed while this run was being written down: nobody waits for it, and it would be in the way for ever.
    await parts.schedules.removeRun(run.id);
    return true;
  }
  try {
    const job = await parts.jobs.find(run.job);
    if (job) return await look(parts, schedule, run, job);
    const begun = await beginJob(parts, schedule, run, nowMs);
    if (begun.ok) return false;
    return await failed(parts, schedule, run, begun.refusal.code, nowMs);
  } catch (fault) {
    logFault('report schedule: a run did not go on', fault, { run: run.id });
    return false;
  }
}

/** Begins the file, once everything is in it and others leave room. */
async function beginJob(
  parts: ScheduleParts,
  schedule: ScheduleRow,
  run: RunRow,
  nowMs: number,
): Promise<Result<null>> {
  const report = scheduledReport(schedule);
  const query = report ? queryOf(report, filtersOfRun(schedule, report, run)) : refuse('request.invalid');
  if (!report || !query.ok) return refuse('request.invalid');
  if (report.projected && (await parts.completeUpTo()) < run.beforeMs) {
    return nowMs > run.createdAtMs + waitsMs ? refuse('reports.behind') : ok(null);
  }
  const { format, language } = schedule;
  const wish = { owner: 'centre', report, format, language, query: query.value, startedBy: schedule.id };
  // Where too many are under way, none is begun: there is another turn in a minute.
  await startJob(parts, wish, run.job);
  return ok(null);
}

/** Tells what came of the file, and writes down that it was told: again, with the same id, after a crash between. */
async function look(parts: ScheduleParts, schedule: ScheduleRow, run: RunRow, job: JobRow): Promise<boolean> {
  if (job.status === 'running') return false;
  const atMs = job.finishedAtMs ?? job.startedAtMs;
  if (job.status !== 'finished') return failed(parts, schedule, run, job.status, atMs);
  const data = runJson({ ...run, status: 'finished', endedAtMs: atMs }, schedule, job, parts.url);
  await parts.announce([eventOf('report.ready', schedule, run, atMs, data)]);
  await parts.schedules.changeRun(run.id, { status: 'finished', endedAtMs: atMs });
  return true;
}

async function failed(
  parts: ScheduleParts,
  schedule: ScheduleRow,
  run: RunRow,
  why: RefusalCode | 'cancelled' | 'failed',
  atMs: number,
): Promise<boolean> {
  const ended = { status: 'failed', refusal: why, endedAtMs: atMs } as const;
  const data = runJson({ ...run, ...ended }, schedule, undefined, parts.url);
  await parts.announce([eventOf('report.failed', schedule, run, run.createdAtMs, data)]);
  await parts.schedules.changeRun(run.id, ended);
  return true;
}

const eventOf = (
  type: string,
  { endpoint }: ScheduleRow,
  run: RunRow,
  atMs: number,
  data: object,
): SwitchEvent => ({
  id: eventId(atMs, `${type} ${run.id}`),
  type,
  atMs,
  owner: 'centre',
  sequence: 1,
  data,
  ...(endpoint !== null && { endpoint }),
});

/** A run as the API and its callback show it. The link wants a key of somebody who may read the report. */
export const runJson = (
  run: RunRow,
  { name, report, format, zone }: ScheduleRow,
  job: JobRow | undefined,
  url: string,
) => ({
  id: run.id,
  schedule: run.schedule,
  name,
  report,
  format,
  status: run.status === 'due' && job ? ('running' as const) : run.status,
  due_at: isoTime(run.dueAtMs),
  from: run.from,
  to: run.to,
  time_zone: zone,
  begins_at: isoTime(run.fromMs),
  ends_at: isoTime(run.beforeMs),
  ended_at: run.endedAtMs === null ? null : isoTime(run.endedAtMs),
  reason: run.refusal,
  job: job?.id ?? null,
  rows: job?.rows ?? null,
  bytes: job?.bytes ?? null,
  totals: job ? totalsJson(job) : [],
  sha256: job?.sha256 ?? null,
  complete_up_to: job ? isoTime(job.completeUpToMs) : null,
  download_url: job?.status === 'finished' ? `${url}/v1/centre/report-jobs/${job.id}/file` : null,
  expires_at: job ? isoTime(keptUntilMs(job)) : null,
});
