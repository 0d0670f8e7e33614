/** Sending again all since a time: in pages, within a limit, going on where it was. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callbackLogOf, deliveryId } from '../../src/callbacks/log.ts';
import type { LoggedEvent, RetryMessage } from '../../src/callbacks/model.ts';
import { continueResend, continueResends, eventsPerResendMax } from '../../src/callbacks/resend.ts';
import { type ResendRow, resendLogOf } from '../../src/callbacks/resend-log.ts';
import { directoryOf } from '../../src/directory/index.ts';
import { earliestEventId, newId } from '../../src/kernel/index.ts';
import { call, get, migrate, post, testEnv } from '../support/switch.ts';
import { newShop, type Shop } from '../support/town.ts';

const log = callbackLogOf(testEnv.REPORTS);
const dayMs = 86_400_000;
let shop: Shop;
let endpoint: string;
let sent: RetryMessage[] = [];
const parts = {
  directory: directoryOf(testEnv.DIRECTORY),
  log,
  resends: resendLogOf(testEnv.REPORTS),
  retries: {
    sendBatch: async (messages: MessageSendRequest<RetryMessage>[]) => {
      sent.push(...messages.map(({ body }) => body));
    },
  } as unknown as Queue<RetryMessage>,
};

beforeAll(migrate);
beforeEach(async () => {
  sent = [];
  shop = await newShop();
  endpoint = await newEndpoint();
});

const newEndpoint = async (more: object = {}): Promise<string> =>
  (await post('/v1/callback-endpoints', shop.key, { url: 'http://127.0.0.1:1/', ...more })).body.id;

async function told(count: number, sinceMs: number, more: Partial<LoggedEvent> = {}): Promise<string[]> {
  const events = Array.from({ length: count }, (_, index) => ({
    ...{ id: newId('event', sinceMs + index), type: 'order.paid', owner: shop.id, object: 'ord_1' },
    ...{ body: '{"data":{"id":"ord_1"}}', attempts: [], ...more },
  }));
  await log.record({ events, open: [], closed: [] });
  return events.map(({ id }) => id);
}

const resendSince = (sinceMs: number, more: Partial<ResendRow> = {}): ResendRow => ({
  ...{ id: newId('resend', Date.now()), owner: shop.id, endpoint: null, type: null, missedOnly: false },
  ...{ sinceMs, untilMs: Date.now(), status: 'running', cursor: earliestEventId(sinceMs) },
  ...{ events: 0, deliveries: 0, startedBy: 'key', startedAtMs: Date.now(), finishedAtMs: null },
  ...more,
});
const ids = () => sent.map(({ delivery }) => delivery.split(' ')[0]);

describe('a resend', () => {
  test('goes oldest first over the border of two tables, and goes on where it stopped', async () => {
    const sinceMs = Date.now() - 29 * dayMs;
    const old = await told(130, sinceMs);
    const recent = await told(130, Date.now() - 60_000);
    const row = resendSince(sinceMs);
    expect(await parts.resends.add(row)).toBe(true);
    let state: ResendRow = row;
    const steps: number[] = [];
    while (state.status === 'running') {
      state = await continueResend((await parts.resends.find(row.id))!, parts, 0);
      steps.push(state.events);
    }
    expect(steps).toEqual([100, 200, 260]);
    expect(ids()).toEqual([...old, ...recent]);
    expect(state).toMatchObject({ status: 'finished', deliveries: 260, finishedAtMs: expect.any(Number) });
    expect(await parts.resends.find(row.id)).toEqual(state);
  });

  test('leaves out what is older, what came later, other types, and what was taken', async () => {
    const nowMs = Date.now();
    await told(2, nowMs - 20_000);
    const taken = {
      endpoint,
      url: '',
      number: 1,
      atMs: 1,
      tookMs: 1,
      status: 200,
      error: null,
      response: '',
    };
    await told(2, nowMs - 9_000, { attempts: [taken] });
    await told(2, nowMs - 8_000, { type: 'order.expired' });
    const missed = await told(2, nowMs - 7_000, {
      attempts: [{ ...taken, status: 500, error: 'answered 500' }],
    });
    await told(2, nowMs + 60_000);
    const row = resendSince(nowMs - 10_000, { missedOnly: true, type: 'order.paid' });
    await continueResend(row, parts, 5_000);
    expect(ids()).toEqual(missed);
  });

  test('goes to whoever hears of it, or to the one that is named', async () => {
    const nowMs = Date.now();
    const expired = await newEndpoint({ types: ['order.expired'] });
    parts.directory = directoryOf(testEnv.DIRECTORY);
    const [event] = await told(1, nowMs - 5_000);
    await continueResend(resendSince(nowMs - 6_000), parts, 5_000);
    expect(sent).toEqual([{ delivery: deliveryId(event!, endpoint), attempt: 1 }]);
    await continueResend(resendSince(nowMs - 6_000, { endpoint: expired }), parts, 5_000);
    expect(sent.at(-1)).toEqual({ delivery: deliveryId(event!, expired), attempt: 1 });
  });

  test('ends at its limit', async () => {
    const nowMs = Date.now();
    const events = await told(60, nowMs - 5_000);
    const row = resendSince(nowMs - 6_000, { events: eventsPerResendMax - 50 });
    const state = await continueResend(row, parts, 5_000);
    expect(state).toMatchObject({ status: 'limited', events: eventsPerResendMax, cursor: events[49] });
  });

  test('that was left running is gone on with every minute', async () => {
    const nowMs = Date.now();
    const events = await told(5, nowMs - 5_000);
    await parts.resends.add(resendSince(nowMs - 6_000));
    await continueResends(parts, 5_000);
    expect(ids()).toEqual(events);
    expect(await parts.resends.running()).toEqual([]);
  });
});

describe('over the API', () => {
  test('one at a time for an owner, with its progress', async () => {
    const other = resendSince(0);
    await parts.resends.add(other);
    const path = '/v1/callback-resends';
    const since = new Date(Date.now() - 60_000).toISOString();
    expect(await post(path, shop.key, { since })).toMatchObject({
      status: 409,
      body: { code: 'resend.running' },
    });
    await parts.resends.put({ ...other, status: 'finished' });
    await told(3, Date.now() - 50_000);
    const made = await post(path, shop.key, { since, endpoint, type: 'order.paid' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        owner: shop.id,
        endpoint,
        type: 'order.paid',
        missed_only: false,
        status: 'finished',
        events: 3,
        deliveries: 3,
      },
    });
    expect(made.body.reached).toBe(made.body.until);
    expect((await get(`${path}/${made.body.id}`, shop.key)).body).toEqual(made.body);
    const list = await get(`${path}?limit=1`, shop.key);
    expect(list.body).toMatchObject({ data: [{ id: made.body.id }], next_cursor: expect.any(String) });
    const next = await get(`${path}?limit=1&cursor=${list.body.next_cursor}`, shop.key);
    expect(next.body).toMatchObject({ data: [{ id: other.id }], next_cursor: null });
  });

  test('no further back than what is kept', async () => {
    const made = await post('/v1/callback-resends', shop.key, { since: '2020-01-01T00:00:00Z' });
    expect(Date.now() - Date.parse(made.body.since)).toBeLessThan(31 * dayMs);
  });

  test('one event, to those that listen', async () => {
    const [event] = await told(1, Date.now() - 5_000);
    const path = `/v1/events/${event}/resend`;
    expect(await post(path, shop.key, {})).toMatchObject({
      status: 200,
      body: { event, endpoints: [endpoint] },
    });
    await call('DELETE', `/v1/callback-endpoints/${endpoint}`, { key: shop.key });
    for (const body of [{}, { endpoint }]) {
      expect(await post(path, shop.key, body)).toMatchObject({
        status: 404,
        body: { code: 'endpoint.not_found' },
      });
    }
  });
});
