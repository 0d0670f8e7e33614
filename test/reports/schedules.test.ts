/** Reports that are made again and again: each time once, whatever happens, and somebody is told. */
import { exports } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { announce } from '../../src/callbacks/announce.ts';
import { callbackLogOf } from '../../src/callbacks/log.ts';
import type { CallbackMessage } from '../../src/callbacks/model.ts';
import { directoryOf } from '../../src/directory/index.ts';
import type { SwitchEvent } from '../../src/events/index.ts';
import { newId, newTransferId, toHex } from '../../src/kernel/index.ts';
import { continueSchedules, jobsOf, periodsOf, schedulesOf } from '../../src/reports/index.ts';
import { continueJobs } from '../../src/reports/jobs.ts';
import { newRun, type ScheduleParts } from '../../src/reports/schedules.ts';
import { type Answer, adminKey, call, get, migrate, post, testEnv } from '../support/switch.ts';
import { newStaffKey } from '../support/town.ts';

const path = '/v1/centre/report-schedules';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const merchant = newId('merchant', 1);
const schedules = schedulesOf(testEnv.REPORTS);
const jobs = jobsOf(testEnv.REPORTS);
let told: SwitchEvent[] = [];
const parts: ScheduleParts = {
  databases: { reports: periodsOf(testEnv), directory: testEnv.DIRECTORY },
  ...{ jobs, schedules, url: 'https://switch.test' },
  completeUpTo: async () => Date.now(),
  announce: async (events) => void told.push(...events),
};

const at = (time: string) => void vi.setSystemTime(`${time}+06:00`);
/** The minutes after a time: schedules, and the files they ask for. */
async function minutes(some: ScheduleParts = parts, count = 3): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    await continueSchedules(some);
    await continueJobs(some, 60_000);
  }
  await continueSchedules(some);
}

async function insert(day: string, amounts: readonly number[]): Promise<void> {
  const startMs = Date.parse(`${day}T12:00:00+06:00`);
  const rows = amounts.map((amount, index) => [
    ...[newTransferId('payment', startMs + index, index + 1), amount, startMs + index],
  ]);
  await testEnv.REPORTS.prepare(
    `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant,
       merchant, merchant_name, created_at, ended_at)
     SELECT value ->> 0, 'payment', 'completed', value ->> 1, 0, 'KGS', 'a', 'b', 0, 'p', ?2, 'Нан', value ->> 2,
       value ->> 2 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(rows), merchant)
    .run();
}

const wish = (more: object = {}) => ({
  ...{ name: 'Payments of the day', report: 'payments', format: 'csv', every: 'day', at: '06:30' },
  ...{ time_zone: 'Asia/Bishkek', filters: { merchant }, ...more },
});
async function made(more: object = {}) {
  const answer = await post(path, adminKey, wish(more));
  expect(answer.body, JSON.stringify(answer.body)).toMatchObject({ status: 'active' });
  return answer.body;
}
const runsOf = async (id: string) => (await get(`${path}/${id}/runs`, adminKey)).body.data;
const removed = (id: string): Promise<Answer> => call('DELETE', `${path}/${id}`, { key: adminKey });

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  at('2031-03-03T08:00:00');
  await migrate();
  for (const [day, amounts] of [
    ['2031-03-02', [9]],
    ['2031-03-03', [100, 20]],
    ['2031-03-04', [3]],
    ['2031-03-05', []],
    ['2031-03-06', [4_000]],
  ] as const) {
    await insert(day, amounts);
  }
});
afterAll(() => void vi.useRealTimers());

describe('every day', () => {
  test('the day before is made once, with a link, sums and SHA-256', async () => {
    const { id, next_at } = await made();
    expect(next_at).toBe('2031-03-04T00:30:00.000Z');
    at('2031-03-04T06:29:59');
    await minutes();
    expect(await runsOf(id)).toEqual([]);
    at('2031-03-04T06:30:00');
    told = [];
    await minutes();
    await minutes();
    const [run, ...others] = await runsOf(id);
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      ...{ status: 'finished', from: '2031-03-03', to: '2031-03-03', time_zone: 'Asia/Bishkek', rows: 2 },
      totals: expect.arrayContaining([{ column: 'amount', sum: { amount: 120, currency: 'KGS' } }]),
    });
    expect(told).toMatchObject([{ type: 'report.ready', owner: 'centre', data: run }]);
    const worker = (exports as unknown as { default: Fetcher }).default;
    const file = await worker.fetch(run.download_url, { headers: { authorization: `Bearer ${adminKey}` } });
    const bytes = await file.arrayBuffer();
    expect(toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))).toBe(run.sha256);
    expect((await worker.fetch(run.download_url)).status).toBe(401);
    await removed(id);
  });

  test('what was missed is made up for: each day once, oldest first', async () => {
    at('2031-03-04T06:00:00');
    const { id } = await made();
    at('2031-03-07T20:00:00');
    told = [];
    await minutes(parts, 6);
    await minutes();
    expect(told.map(({ data }) => [Reflect.get(data, 'from'), Reflect.get(data, 'rows')])).toEqual([
      ['2031-03-03', 2],
      ['2031-03-04', 1],
      ['2031-03-05', 0],
      ['2031-03-06', 1],
    ]);
    expect((await get(`${path}/${id}`, adminKey)).body.next_at).toBe('2031-03-08T00:30:00.000Z');
    const { body } = await get(`${path}/${id}/runs?limit=3`, adminKey);
    expect(body.data.map(({ from }: { from: string }) => from)).toEqual([
      '2031-03-06',
      '2031-03-05',
      '2031-03-04',
    ]);
    const rest = await get(`${path}/${id}/runs?cursor=${body.next_cursor}`, adminKey);
    expect(rest.body).toMatchObject({ data: [{ from: '2031-03-03' }], next_cursor: null });
    await removed(id);
  });

  test('after half a year only as far back as files are kept', async () => {
    const { id } = await made({ report: 'volumes', filters: {} });
    vi.setSystemTime(Date.now() + 180 * dayMs);
    await minutes(parts, 3);
    const runs = await runsOf(id);
    expect((await get(`${path}/${id}/runs?limit=100`, adminKey)).body.data).toHaveLength(30);
    expect(runs[0].status).toBe('due');
    at('2031-03-07T21:00:00');
    await removed(id);
  });

  test('two workers at once, and one that stops before it is noted that somebody was told', async () => {
    const { id } = await made();
    at('2031-03-08T06:31:00');
    told = [];
    const stops = {
      ...parts,
      announce: async (events: readonly SwitchEvent[]) => {
        told.push(...events);
        throw new Error('the worker is gone');
      },
    };
    await Promise.all([continueSchedules(parts), continueSchedules(parts)]);
    await continueJobs(parts, 60_000);
    await continueSchedules(stops);
    expect((await runsOf(id))[0].status).toBe('running');
    await Promise.all([continueSchedules(parts), continueSchedules(parts)]);
    expect((await runsOf(id)).map(({ status }: { status: string }) => status)).toEqual(['finished']);
    expect(new Set(told.map((event) => event.id)).size).toBe(1);
    await removed(id);
  });

  test('it waits until the reports have the whole day, and gives up after six hours', async () => {
    const { id } = await made();
    const endMs = Date.parse('2031-03-09T00:00:00+06:00');
    const behind = { ...parts, completeUpTo: async () => endMs - 1 };
    at('2031-03-09T06:31:00');
    told = [];
    await minutes(behind);
    expect(await runsOf(id)).toMatchObject([{ status: 'due', job: null }]);
    vi.setSystemTime(Date.now() + 6 * hourMs + 1);
    await minutes(behind);
    expect(told).toMatchObject([
      { type: 'report.failed', data: { reason: 'reports.behind', download_url: null } },
    ]);
    expect(await runsOf(id)).toMatchObject([{ status: 'failed', reason: 'reports.behind' }]);
    await removed(id);
  });

  test('one whose file was stopped has failed', async () => {
    const { id } = await made();
    at('2031-03-10T06:31:00');
    told = [];
    await continueSchedules(parts);
    const [{ job }] = await runsOf(id);
    await post(`/v1/centre/report-jobs/${job}/cancel`, adminKey, {});
    await minutes();
    expect(told).toMatchObject([{ type: 'report.failed', data: { reason: 'cancelled' } }]);
    await removed(id);
  });
});

test('runs of schedules that are removed keep no other waiting', async () => {
  at('2031-03-06T12:00:00');
  const { id } = await made();
  const due = { dueAtMs: Date.now(), from: '2031-03-05', to: '2031-03-05', fromMs: 0, beforeMs: 0 };
  // More than are gone on with at a time, each written down while its schedule was being removed.
  const orphans = Array.from({ length: 25 }, () => newRun(newId('reportSchedule', 1), due, Date.now()));
  for (const run of orphans) await schedules.addRun(run);
  const own = (await post(`${path}/${id}/run`, adminKey, {})).body.id;
  await minutes();
  expect((await runsOf(id)).find((run: { id: string }) => run.id === own)).toMatchObject({
    status: 'finished',
  });
  expect(await schedules.run(orphans[0]?.id ?? '')).toBeUndefined();
  await removed(id);
});

test('paused it makes nothing; resumed it goes on with the next', async () => {
  at('2031-03-10T08:00:00');
  const { id } = await made();
  expect((await post(`${path}/${id}/pause`, adminKey, {})).body).toMatchObject({
    status: 'paused',
    next_at: null,
  });
  at('2031-03-12T08:00:00');
  await minutes();
  expect(await runsOf(id)).toEqual([]);
  const resumed = await post(`${path}/${id}/resume`, adminKey, {});
  expect(resumed.body).toMatchObject({ status: 'active', next_at: '2031-03-13T00:30:00.000Z' });
  await minutes();
  expect(await runsOf(id)).toEqual([]);
  expect((await removed(id)).status).toBe(200);
  expect((await get(`${path}/${id}`, adminKey)).body.code).toBe('report_schedule.not_found');
});

test('now: the last month once more, by days of the calendar, in somebody’s words', async () => {
  at('2031-04-10T08:00:00');
  const more = { report: 'volumes', every: 'month', month_day: 'last', language: 'ru', filters: {} };
  const { id } = await made({ ...more, time_zone: 'Asia/Phnom_Penh' });
  const begun = await post(`${path}/${id}/run`, adminKey, {});
  expect(begun).toMatchObject({ status: 201, body: { status: 'due', from: '2031-02-01', to: '2031-02-28' } });
  await switchOf(testEnv).scheduled('* * * * *');
  await switchOf(testEnv).scheduled('* * * * *');
  const [run] = await runsOf(id);
  expect(run).toMatchObject({ id: begun.body.id, status: 'finished' });
  const file = await get(`/v1/centre/report-jobs/${run.job}/file`, adminKey);
  expect(String(file.body)).toContain('Час,Операционный день,Участник');
  await removed(id);
});

test('only the endpoint that was named is told', async () => {
  const url = (name: string) => ({
    owner: 'centre',
    url: `https://receiver.example/${name}`,
    types: ['day.closed'],
  });
  const first = await post('/v1/callback-endpoints', adminKey, url('one'));
  await post('/v1/callback-endpoints', adminKey, url('two'));
  const { id } = await made({ endpoint: first.body.id });
  await post(`${path}/${id}/run`, adminKey, {});
  told = [];
  await minutes();
  const sent: CallbackMessage[] = [];
  const queue = {
    sendBatch: async (messages: MessageSendRequest<CallbackMessage>[]) =>
      void sent.push(...messages.map(({ body }) => body)),
  } as unknown as Queue<CallbackMessage>;
  const [directory, log] = [directoryOf(testEnv.DIRECTORY), callbackLogOf(testEnv.REPORTS)];
  await announce({ directory, log, queue }, told);
  expect(sent.flatMap(({ events }) => events)).toMatchObject([
    { type: 'report.ready', endpoints: [first.body.id] },
  ]);
  await removed(id);
});

test.each([
  ['a weekday of every day', { weekday: 'mon' }],
  ['a week without its day', { every: 'week' }],
  ['a month without its day', { every: 'month' }],
  ['the 29th', { every: 'month', month_day: 29 }],
  ['a time that there is not', { at: '24:00' }],
  ['a zone that there is not', { time_zone: 'Asia/Bishkekk' }],
  ['a filter that says when', { filters: { 'created[gte]': '2031-01-01T00:00:00Z' } }],
  ['a filter that there is not', { filters: { colour: 'red' } }],
  ['a report that there is not', { report: 'nothing' }],
])('%s is refused', async (_, more) => {
  expect((await post(path, adminKey, wish(more))).body.code).toBe('request.invalid');
});

test('somebody else’s endpoint, and a report one may not read, are refused; others are not shown it', async () => {
  const endpoint = newId('endpoint', 1);
  expect((await post(path, adminKey, wish({ endpoint }))).body.code).toBe('endpoint.not_found');
  const support = await newStaffKey('support');
  expect((await post(path, support, wish())).body.code).toBe('auth.forbidden');
  const { id } = await made({ report: 'audit', filters: {} });
  expect((await get(`${path}/${id}`, support)).body.code).toBe('report_schedule.not_found');
  expect((await get(path, support)).body.data).toEqual([]);
  expect((await get(path, adminKey)).body.data).toMatchObject([{ id, report: 'audit' }]);
});
