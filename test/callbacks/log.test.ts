/** The log: what was told, what is open, read over the API; and how old tables are emptied for nothing. */
import { beforeAll, describe, expect, test } from 'vitest';
import { callbackLogOf, type DeliveryRow } from '../../src/callbacks/log.ts';
import type { Attempt, LoggedEvent } from '../../src/callbacks/model.ts';
import { earliestEventId, newId } from '../../src/kernel/index.ts';
import { meteredD1 } from '../support/meter.ts';
import { type Answer, adminKey, get, migrate, testEnv } from '../support/switch.ts';
import { newShop, type Shop } from '../support/town.ts';

const log = callbackLogOf(testEnv.REPORTS);
const dayMs = 86_400_000;
let shop: Shop;
beforeAll(async () => {
  await migrate();
  shop = await newShop();
});

const eventAt = (atMs: number, more: Partial<LoggedEvent> = {}): LoggedEvent => ({
  id: newId('event', atMs),
  type: 'order.paid',
  owner: shop.id,
  object: 'ord_1',
  body: '{"data":{"id":"ord_1"}}',
  attempts: [],
  ...more,
});
const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  endpoint: 'cbe_1',
  url: 'https://receiver.example/',
  number: 1,
  atMs: Date.parse('2026-11-21T08:30:00.250Z'),
  tookMs: 12,
  status: 204,
  error: null,
  response: '',
  ...more,
});
const record = (...events: LoggedEvent[]) => log.record({ events, open: [], closed: [] });

async function pagesOf(path: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Answer = await get(`${path}${cursor && `&cursor=${cursor}`}`, shop.key);
    expect(page.status).toBe(200);
    ids.push(...page.body.data.map((row: { id?: string; event: string }) => row.id ?? row.event));
    cursor = page.body.next_cursor;
  }
  return ids;
}

describe('events', () => {
  test('are read newest first, page by page, over the border of two tables', async () => {
    const nowMs = Date.now();
    const events = Array.from({ length: 35 }, (_, day) => eventAt(nowMs - day * dayMs + 1));
    await record(...events);
    const kept = events.map(({ id }) => id).slice(0, 30);
    for (const limit of [3, 100]) {
      expect((await pagesOf(`/v1/events?limit=${limit}`)).slice(0, 30)).toEqual(kept);
    }
  });

  test('are found by type, object and time', async () => {
    shop = await newShop();
    const beganMs = Date.now() - 10_000;
    const order = newId('order', beganMs + 900);
    const events = [
      eventAt(beganMs, { type: 'payment.completed', object: 'pay_1' }),
      eventAt(beganMs + 1_000, { object: order }),
      eventAt(beganMs + 2_000),
    ];
    await record(...events, eventAt(beganMs, { owner: 'mch_other' }));
    const time = (ms: number) => new Date(beganMs + ms).toISOString();
    for (const [query, found] of [
      ['', [2, 1, 0]],
      ['type=order.paid', [2, 1]],
      ['object=pay_1', [0]],
      [`object=${order}`, [1]],
      ['object=pay_9', []],
      [`created[gte]=${time(1_000)}`, [2, 1]],
      [`created[lt]=${time(1_000)}`, [0]],
      [`created[gte]=${time(1)}&created[lt]=${time(2_000)}`, [1]],
    ] as const) {
      expect(await pagesOf(`/v1/events?${query}`), query).toEqual(found.map((index) => events[index]!.id));
    }
    expect((await get(`/v1/events?owner=${shop.id}`, adminKey)).body.data).toHaveLength(3);
    expect(await get('/v1/events', adminKey)).toMatchObject({ status: 404 });
  });

  test('show every attempt, in the order they ended, with request and answer but no signature', async () => {
    const event = eventAt(Date.now());
    await record({ ...event, attempts: [attempt({ status: 500, error: 'answered 500', response: 'oh' })] });
    await record({ ...event, attempts: [attempt({ number: 2 }), attempt({ endpoint: 'cbe_2' })] });
    // Recorded again without attempts, nothing is lost.
    await record(event);
    const { body } = await get(`/v1/events/${event.id}`, shop.key);
    expect(body).toMatchObject({ id: event.id, object: 'ord_1', body: event.body });
    expect(body.attempts).toMatchObject([{ number: 1 }, { number: 2 }, { endpoint: 'cbe_2' }]);
    expect(body.attempts[0]).toEqual({
      endpoint: 'cbe_1',
      number: 1,
      at: '2026-11-21T08:30:00.250Z',
      took_ms: 12,
      request: {
        url: 'https://receiver.example/',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Tolom-Callbacks/1',
          'webhook-id': event.id,
          'webhook-timestamp': '1795249800',
        },
      },
      status: 500,
      error: 'answered 500',
      response: 'oh',
    });
    expect(await get(`/v1/events/${newId('event', Date.now())}`, shop.key)).toMatchObject({
      status: 404,
      body: { code: 'event.not_found' },
    });
  });

  test('that are sent again and again stop growing', async () => {
    const event = eventAt(Date.now());
    const long = attempt({ response: 'x'.repeat(1_000) });
    for (let time = 0; time < 30; time++) {
      await record({ ...event, attempts: Array.from({ length: 20 }, () => long) });
    }
    const { attempts } = (await log.event(shop.id, event.id))!;
    expect(attempts.length).toBeGreaterThan(150);
    expect(attempts.length).toBeLessThan(250);
  });
});

describe('open deliveries', () => {
  test('are read newest first, by status and page, without their bodies', async () => {
    shop = await newShop();
    const statuses = ['retrying', 'parked', 'parked', 'retrying', 'retrying'] as const;
    const open = statuses.map((status, index): DeliveryRow => {
      const event = `evt_1hq3v8k2m0abcdefgh0${index}`;
      const endpoint = 'cbe_1hq3v8k2m0abcdefgh01';
      return {
        ...{ id: `${event} ${endpoint}`, event, endpoint, type: 'order.paid', owner: shop.id, status },
        ...{ attempts: 1, lastStatus: null, lastError: null, dueAtMs: 1_000, updatedAtMs: 2_000 },
        body: '{"secret":"body"}',
      };
    });
    await log.record({ events: [], open, closed: [] });
    const last = async (path: string) => (await pagesOf(path)).map((event) => event.at(-1));
    expect(await last('/v1/callback-deliveries?limit=2')).toEqual(['4', '3', '2', '1', '0']);
    expect(await last('/v1/callback-deliveries?status=parked')).toEqual(['2', '1']);
    const { data } = (await get('/v1/callback-deliveries', shop.key)).body;
    expect(JSON.stringify(data)).not.toContain('secret');
    expect(data[0].next_attempt_at).toBe('1970-01-01T00:00:01.000Z');
    expect(data[3].next_attempt_at).toBeNull();
    await log.record({ events: [], open: [], closed: [open[4]!.id] });
    expect(await last('/v1/callback-deliveries?limit=2')).toEqual(['3', '2', '1', '0']);
  });
});

describe('what is old', () => {
  test('is dropped a table at a time, when the next but one period begins, and its rows are not billed', async () => {
    shop = await newShop();
    const metered = meteredD1(testEnv.REPORTS);
    const cleaner = callbackLogOf(metered.database);
    const startMs = 1_000 * 30 * dayMs;
    const [first, second] = [eventAt(startMs + 1), eventAt(startMs + 30 * dayMs)];
    const others = Array.from({ length: 100 }, (_, index) => eventAt(startMs + index));
    await record(first, second, ...others);
    const kept = async () =>
      (await Promise.all([first, second].map(({ id }) => log.event(shop.id, id)))).map(Boolean);
    const cleanedOn = async (day: number) => {
      await cleaner.emptySpare(startMs + day * dayMs);
      return kept();
    };
    expect(await cleanedOn(30)).toEqual([true, true]);
    expect(await cleanedOn(59.9)).toEqual([true, true]);
    expect(await cleanedOn(60)).toEqual([false, true]);
    expect(await cleanedOn(89.9)).toEqual([false, true]);
    expect(await cleanedOn(90)).toEqual([false, false]);
    // Two tables were made anew; their hundred rows went for nothing.
    expect(metered.rows()).toBeLessThanOrEqual(4);
    expect(await cleaner.emptySpare(startMs + 91 * dayMs)).toBe(false);
    // The tables are as good as new.
    await record(first, second);
    expect(await kept()).toEqual([true, true]);
    const tables = await testEnv.REPORTS.prepare(
      "SELECT count(*) AS n FROM sqlite_master WHERE name LIKE 'event__' AND sql LIKE '%WITHOUT ROWID'",
    ).first('n');
    expect(tables).toBe(3);
  });

  test('an event’s place follows from its id', () => {
    expect(earliestEventId(5) < newId('event', 5)).toBe(true);
    expect(newId('event', 4) < earliestEventId(5)).toBe(true);
    for (const ms of [-1, Date.parse('9999-12-31T23:59:59.999Z')])
      expect(earliestEventId(ms)).toHaveLength(13);
  });
});
