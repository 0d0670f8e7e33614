/** What people at the centre have to look at: raised by what really goes wrong, told once, and over when it is. */
import { createMessageBatch } from 'cloudflare:test';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AlertParts, alertStore, type Figures, watch } from '../../src/alerts/index.ts';
import { switchOf } from '../../src/app.ts';
import type { SwitchEvent } from '../../src/events/index.ts';
import { newId } from '../../src/kernel/index.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import { command, cutOff, funded, openedShop, outcomeOf, reconnect } from '../ledger/bank.ts';
import { freshEmail } from '../support/people.ts';
import { adminKey, call, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const path = '/v1/centre/alerts';
const store = alertStore(testEnv.REPORTS);
const reports = reportsOf(periodsOf(testEnv));
const centreUrl = 'https://desk.example/alerts';

const realNow = Date.now;
const realFetch = globalThis.fetch;
/** Time only goes on: books keep their entries in the order of their clocks. */
let aheadMs = 0;
let secret: string;
/** What the centre's receiver was sent. */
let received: { body: string; headers: Record<string, string> }[] = [];
/** What a receiver at another address answers. */
let elsewhere = () => new Response(null, { status: 502 });

beforeAll(async () => {
  await migrate();
  const made = await post('/v1/callback-endpoints', adminKey, { url: centreUrl, owner: 'centre' });
  secret = made.body.secret;
  Date.now = () => realNow() + aheadMs;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input as string, init as RequestInit);
    if (request.url !== centreUrl) return elsewhere();
    received.push({ body: await request.text(), headers: Object.fromEntries(request.headers) });
    return new Response(null, { status: 204 });
  };
});
afterAll(() => {
  Date.now = realNow;
  globalThis.fetch = realFetch;
});
beforeEach(() => {
  received = [];
  elsewhere = () => new Response(null, { status: 502 });
});
afterEach(async () => {
  for (const table of ['alert', 'delivery', 'note'])
    await testEnv.REPORTS.prepare(`DELETE FROM ${table}`).run();
});

/** What the platform does every minute. */
const minute = () => switchOf(testEnv).scheduled('* * * * *');
const laterBy = async (ms: number) => {
  aheadMs += ms;
  await minute();
};
const open = async (name: string) =>
  (await get(`${path}?status=open&name=${name}`, adminKey)).body.data as { concerns: string[] }[];
const told = (name: string) =>
  received
    .map(({ body, headers }) => ({ ...JSON.parse(body), body, headers }))
    .filter(({ data }) => data.name === name)
    .sort((left, right) => left.sequence - right.sequence);
const toldOf = (name: string, count: number) =>
  until(
    async () => told(name),
    (found) => found.length >= count,
  );
/** The queue brings what it gave up: entries that do not follow on those the reports have. */
const givenUp = () => {
  const body = { book: 2, entries: [], upTo: 1_000_000 };
  const message = { id: crypto.randomUUID(), timestamp: new Date(), attempts: 5, body };
  return switchOf(testEnv).queue(createMessageBatch('tolom-events-dead', [message]));
};

/** Sooner or later, as minutes go by. */
const isOver = (name: string) =>
  until(
    async () => {
      await minute();
      return open(name);
    },
    (found) => found.length === 0,
  );
/** What was written so far has reached the reports, however far the clock has gone on meanwhile. */
const allReported = () =>
  until(
    async () => {
      await minute();
      const { books, recorded } = await reports.figures();
      return [...books].every(([book, { position }]) => (recorded.get(book) ?? 0) >= position);
    },
    (done) => done,
  );
const renamed = (database: D1Database, table: string, name: string) =>
  database.prepare(`ALTER TABLE ${table} RENAME TO ${name}`).run();

async function staffKey(role: string): Promise<string> {
  const person = { email: freshEmail(), name: role, role };
  const { id } = (await post('/v1/centre/operators', adminKey, person)).body;
  return (await post('/v1/centre/keys', adminKey, { owner: id })).body.api_key;
}

describe('is raised by what really goes wrong, told, and cleared when it is over:', () => {
  test('a transfer whose outcome stays unknown', async () => {
    const { payer } = await funded(100n, { book: 1 });
    const shop = await openedShop({ book: 2 });
    await cutOff(payer, 'question lost');
    expect(await outcomeOf(payer, command(shop, 60n))).toBe('processing');
    await laterBy(minuteMs);
    expect(await open('transfers.stuck')).toEqual([]);
    await laterBy(minuteMs + 1_000);
    expect(await open('transfers.stuck')).toMatchObject([{ subject: null, unit: 'seconds' }]);
    await reconnect(payer);
    await isOver('transfers.stuck');
    expect((await toldOf('transfers.stuck', 2)).map(({ type }) => type)).toEqual([
      'alert.raised',
      'alert.cleared',
    ]);
  });

  test('reports that fall behind', async () => {
    const issuer = await newIssuer();
    const shop = await newShop();
    const payer = await newPayer(issuer);
    await allReported();
    await renamed(testEnv.REPORTS, 'transfer', 'down');
    try {
      await pay(issuer, payer, { payload: (await newOrder(shop, 400)).qr.payload });
      await laterBy(minuteMs);
      expect(await open('reports.behind')).toEqual([]);
      await laterBy(minuteMs + 1_000);
      expect(await open('reports.behind')).toMatchObject([{ status: 'open', unit: 'seconds' }]);
    } finally {
      await renamed(testEnv.REPORTS, 'down', 'transfer');
    }
    await isOver('reports.behind');
  });

  test('callbacks that were given up, until people have dealt with them', async () => {
    const shop = await newShop();
    const target = { url: 'https://gone.example/hook' };
    const endpoint = (await post('/v1/callback-endpoints', shop.key, target)).body;
    elsewhere = () => new Response(null, { status: 410 });
    const issuer = await newIssuer();
    await pay(issuer, await newPayer(issuer), { payload: (await newOrder(shop, 400)).qr.payload });
    const parked = () => get('/v1/callback-deliveries?status=parked', shop.key);
    await until(parked, ({ body }) => body.data.length >= 1);
    await minute();
    expect(await open('callbacks.parked')).toMatchObject([{ unit: 'count', clear_at: 0 }]);
    elsewhere = () => new Response(null, { status: 204 });
    expect((await post(`/v1/callback-endpoints/${endpoint.id}/resume`, shop.key, {})).status).toBe(200);
    await post('/v1/callback-deliveries/retry', shop.key, {});
    await isOver('callbacks.parked');
  });

  test('an endpoint that has taken nothing for an hour', async () => {
    const shop = await newShop();
    const target = { url: 'https://broken.example/hook' };
    const endpoint = (await post('/v1/callback-endpoints', shop.key, target)).body;
    const issuer = await newIssuer();
    await pay(issuer, await newPayer(issuer), { payload: (await newOrder(shop, 400)).qr.payload });
    const own = `/v1/callback-endpoints/${endpoint.id}`;
    await until(
      () => get(own, shop.key),
      ({ body }) => body.failing_since !== null,
    );
    await minute();
    expect(await open('callbacks.failing')).toEqual([]);
    await laterBy(hourMs + 1_000);
    expect(await open('callbacks.failing')).toMatchObject([{ value: 1, concerns: [endpoint.id] }]);
    expect((await call('DELETE', own, { key: shop.key })).status).toBe(200);
    await minute();
    expect(await open('callbacks.failing')).toEqual([]);
  });

  test('entries that the reports cannot take', async () => {
    await givenUp();
    await minute();
    const [alert = expect.fail()] = await open('messages.dead');
    expect(alert).toMatchObject({ value: 1, unit: 'count', concerns: [expect.stringMatching(/^dlt_/)] });
    const letter = `/v1/centre/work/dead-letters/${alert.concerns[0]}`;
    await post(`${letter}/resolve`, adminKey, { reason: 'a test' });
    await isOver('messages.dead');
  });

  test('a partner that does not answer', async () => {
    const issuer = await newIssuer('Tien Shan Bank');
    const shop = await newShop();
    const made = async (where: string, body: object, key = adminKey) => (await post(where, key, body)).body;
    const connection = await made('/v1/centre/connections', { participant: issuer.id, adapter: 'sandbox' });
    await made('/v1/centre/positions', { participant: issuer.id, currency: 'KGS', cap: 1_000_000 });
    const payers = [{ participant: issuer.id, connection: connection.id }];
    await made('/v1/centre/routing', { payers, merchants: [], based_on: 0, reason: 'a test' });
    const account = await made('/v1/accounts', { currency: 'KGS', reference: 'KG-1' }, issuer.key);
    const { qr } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body;
    const paying = () => pay(issuer, { account: account.id }, { payload: qr.payload, amount: 100 });

    await renamed(testEnv.DIRECTORY, 'sandbox_order', 'down');
    try {
      await until(paying, ({ body }) => body.code === 'issuer.unavailable');
      await minute();
      expect(await open('partner.down')).toEqual([]);
      await laterBy(minuteMs + 1_000);
      expect(await open('partner.down')).toMatchObject([
        { subject: connection.id, unit: 'seconds', raise_at: 60, section: 'docs/operations.md#partnerdown' },
      ]);
      const shown = (await get('/v1/centre/connections', adminKey)).body.data;
      expect(shown).toMatchObject([{ id: connection.id, silent_since: expect.any(String) }]);
    } finally {
      await renamed(testEnv.DIRECTORY, 'down', 'sandbox_order');
    }
    aheadMs += 2 * minuteMs;
    await until(paying, ({ body }) => body.status === 'completed');
    await isOver('partner.down');
    const [raised, cleared] = await toldOf('partner.down', 2);
    expect(raised).toMatchObject({ type: 'alert.raised', data: { subject: connection.id, status: 'open' } });
    expect(cleared).toMatchObject({ type: 'alert.cleared', data: { id: raised.data.id, status: 'cleared' } });
  });
});

/** A switch at which all is well, but for what a test says. */
const parts = (figures: Partial<Figures>, announced: SwitchEvent[] = []): AlertParts => ({
  store,
  announce: async (events) => void announced.push(...events),
  figures: {
    books: 3,
    work: async () => ({ books: new Map(), recorded: new Map() }),
    deadLetters: async () => [],
    silentPartners: async () => [],
    parkedCallbacks: async () => 0,
    failingEndpoints: async () => [],
    positions: async () => [],
    unclosedDays: async () => [],
    findings: async () => undefined,
    ...figures,
  },
});
const parked = (count: number, announced: SwitchEvent[] = []) =>
  parts({ parkedCallbacks: async () => count }, announced);
const typesOf = (events: readonly SwitchEvent[]) => events.map(({ type }) => type);

describe('is measured', () => {
  const state = { atMs: 0, position: 5, open: 0, oldestOpenAtMs: null, unreportedAtMs: null };
  const nowMs = 100 * hourMs;
  const work = (more: object, recorded = 5): Partial<Figures> => ({
    work: async () => ({
      books: new Map([[1, { ...state, atMs: nowMs, ...more }]]),
      recorded: new Map([[1, recorded]]),
    }),
  });
  const agoS = (seconds: number) => nowMs - seconds * 1_000;

  test.each<[string, Partial<Figures>, [string, string, number][]]>([
    ['nothing', {}, []],
    ['a lag just below', work({ unreportedAtMs: agoS(119) }, 4), []],
    ['a lag', work({ unreportedAtMs: agoS(120) }, 4), [['reports.behind', '', 120]]],
    ['a lag that was made up since', work({ unreportedAtMs: agoS(120) }, 5), []],
    ['a transfer that is nearly stuck', work({ oldestOpenAtMs: agoS(119) }), []],
    ['a transfer that is stuck', work({ oldestOpenAtMs: agoS(500) }), [['transfers.stuck', '', 500]]],
    [
      'a transfer as old as it was when its book was last visited',
      work({ oldestOpenAtMs: agoS(230), atMs: agoS(200) }),
      [],
    ],
    ['a book that missed its rounds', work({ atMs: agoS(241) }), [['books.silent', '', 1]]],
    [
      'partners that are silent, each by itself',
      {
        silentPartners: async () => [
          { id: 'con_1', silentSinceMs: agoS(60) },
          { id: 'con_2', silentSinceMs: agoS(90) },
          { id: 'con_3', silentSinceMs: agoS(59) },
        ],
      },
      [
        ['partner.down', 'con_1', 60],
        ['partner.down', 'con_2', 90],
      ],
    ],
    [
      'a position near its cap',
      {
        positions: async () => [
          { account: 'acc_1', usedPercent: 89.9 },
          { account: 'acc_2', usedPercent: 90 },
        ],
      },
      [['position.near_cap', 'acc_2', 90]],
    ],
    [
      'days that are not closed: the oldest, and how many',
      { unclosedDays: async () => ['2026-03-13', '2026-03-15'] },
      [['day.not_closed', '2026-03-13', 2]],
    ],
    [
      'what the reconciliation could not repair',
      { findings: async () => ({ run: 'rec_1', count: 2 }) },
      [['reconciliation.findings', '', 2]],
    ],
  ])('%s', async (_, figures, expected) => {
    await watch(parts(figures), nowMs);
    const found = (await store.open()).map(({ name, subject, value }) => [name, subject, value]);
    expect(found.sort()).toEqual(expected);
  });
});

describe('the centre', () => {
  test('is told with a signature that any verifier of Standard Webhooks accepts', async () => {
    await givenUp();
    await minute();
    const [sent] = await toldOf('messages.dead', 1);
    expect(() => new Webhook(secret).verify(sent.body, sent.headers)).not.toThrow();
    expect(sent).toMatchObject({
      type: 'alert.raised',
      owner: 'centre',
      sequence: 1,
      data: { name: 'messages.dead', value: 1, section: 'docs/operations.md#messagesdead' },
    });
  });

  test('is told once, however many look at the same time', async () => {
    const announced: SwitchEvent[] = [];
    const nowMs = Date.now();
    await Promise.all(Array.from({ length: 5 }, (_, index) => watch(parked(2, announced), nowMs + index)));
    expect(typesOf(announced)).toEqual(['alert.raised']);
    expect(await store.open()).toMatchObject([{ name: 'callbacks.parked', value: 2, told: 1, tell: null }]);
    await Promise.all(
      Array.from({ length: 5 }, (_, index) => watch(parked(0, announced), nowMs + 9 + index)),
    );
    expect(typesOf(announced)).toEqual(['alert.raised', 'alert.cleared']);
    expect(announced.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  test('is told again every hour, until somebody says that they look after it', async () => {
    const announced: SwitchEvent[] = [];
    const startMs = Date.now();
    for (let minutes = 0; minutes <= 125; minutes += 5) {
      await watch(parked(1, announced), startMs + minutes * minuteMs);
    }
    expect(announced.map(({ atMs }) => (atMs - startMs) / minuteMs)).toEqual([0, 60, 120]);
    expect(new Set(announced.map(({ id }) => id)).size).toBe(3);
    const [{ id } = expect.fail()] = await store.open();
    await store.acknowledge(id, 'opr_1', 'calling them', startMs + 126 * minuteMs);
    await watch(parked(1, announced), startMs + 300 * minuteMs);
    expect(announced).toHaveLength(3);
    await watch(parked(0, announced), startMs + 301 * minuteMs);
    expect(typesOf(announced).at(-1)).toBe('alert.cleared');
  });

  test('is told later, by the same id, when telling was cut off', async () => {
    const startMs = Date.now();
    const cutOffAt: SwitchEvent[] = [];
    const announce = async (events: readonly SwitchEvent[]) => {
      cutOffAt.push(...events);
      throw new Error('the queue is down');
    };
    await expect(watch({ ...parked(1), announce }, startMs)).rejects.toThrow('the queue is down');
    const announced: SwitchEvent[] = [];
    await watch(parked(1, announced), startMs + minuteMs);
    expect(announced).toEqual([]);
    await watch(parked(1, announced), startMs + 3 * minuteMs);
    expect(announced).toMatchObject([{ id: cutOffAt[0]?.id, type: 'alert.raised' }]);
  });

  test('hears of a position or a day by their own events, and finds them in the list', async () => {
    const announced: SwitchEvent[] = [];
    const figures = {
      positions: async () => [{ account: 'acc_1', usedPercent: 95 }],
      unclosedDays: async () => ['2026-03-15'],
    };
    await watch(parts(figures, announced));
    await watch(parts({}, announced));
    expect(announced).toEqual([]);
    const { data } = (await get(`${path}?status=cleared`, adminKey)).body;
    expect(data.map(({ name }: { name: string }) => name).sort()).toEqual([
      'day.not_closed',
      'position.near_cap',
    ]);
  });
});

describe('an alert', () => {
  const lag = (seconds: number, nowMs: number) => ({
    silentPartners: async () => [],
    work: async () => ({
      books: new Map([
        [
          1,
          {
            atMs: nowMs,
            position: 2,
            open: 1,
            oldestOpenAtMs: nowMs - seconds * 1_000,
            unreportedAtMs: null,
          },
        ],
      ]),
      recorded: new Map([[1, 2]]),
    }),
  });

  test('does not flutter: it is cleared well below where it was raised, and keeps its worst figure', async () => {
    const announced: SwitchEvent[] = [];
    let nowMs = Date.now();
    for (const seconds of [119, 130, 300, 119, 121, 61]) {
      nowMs += minuteMs;
      await watch(parts(lag(seconds, nowMs), announced), nowMs);
    }
    expect(typesOf(announced)).toEqual(['alert.raised']);
    expect(await store.open()).toMatchObject([{ name: 'transfers.stuck', value: 61, peak: 300 }]);
    await watch(parts(lag(60, nowMs), announced), nowMs + minuteMs);
    expect(typesOf(announced)).toEqual(['alert.raised', 'alert.cleared']);
  });

  test('stays as it is while it cannot be measured', async () => {
    const announced: SwitchEvent[] = [];
    const nowMs = Date.now();
    await watch(parts({ parkedCallbacks: async () => 1 }, announced), nowMs);
    const down = async () => {
      throw new Error('the database is down');
    };
    const other = { silentPartners: async () => [{ id: 'con_1', silentSinceMs: nowMs - hourMs }] };
    await watch(parts({ ...other, parkedCallbacks: down }, announced), nowMs + minuteMs);
    expect((await store.open()).map(({ name }) => name).sort()).toEqual(['callbacks.parked', 'partner.down']);
  });

  test('is acknowledged once, by those who may, with a note; analysts only read', async () => {
    const [analyst, support, officer] = [
      await staffKey('analyst'),
      await staffKey('support'),
      await staffKey('officer'),
    ];
    await watch(parked(1));
    const { data } = (await get(`${path}?status=open`, analyst)).body;
    const own = `${path}/${data[0].id}`;
    expect(data).toMatchObject([{ acknowledged: null, status: 'open' }]);
    expect(await post(`${own}/acknowledge`, analyst, { note: 'mine' })).toMatchObject({ status: 403 });
    expect(await post(`${own}/acknowledge`, support, {})).toMatchObject({ status: 422 });
    const taken = await post(`${own}/acknowledge`, support, { note: 'calling the shop' });
    expect(taken).toMatchObject({
      status: 200,
      body: { acknowledged: { by: expect.stringMatching(/^opr_/), note: 'calling the shop' } },
    });
    expect(await post(`${own}/acknowledge`, officer, { note: 'me too' })).toMatchObject({
      status: 409,
      body: { code: 'alert.acknowledged' },
    });
    expect((await get(own, analyst)).body).toEqual(taken.body);
    const records = (await get(`/v1/audit?subject=${own}/acknowledge`, adminKey)).body.data;
    expect(records).toMatchObject([{}, { actor: taken.body.acknowledged.by }]);
    const absent = `${path}/${newId('alert', Date.now())}`;
    expect((await get(absent, analyst)).body.code).toBe('alert.not_found');
    expect((await post(`${absent}/acknowledge`, officer, { note: 'x' })).body.code).toBe('alert.not_found');
  });

  test('is history when it is over, newest first, page by page, for more than a year', async () => {
    const startMs = Date.now() - 401 * 24 * hourMs;
    for (let round = 0; round < 3; round++) {
      await watch(parked(1), startMs + 2 * round * minuteMs);
      await watch(parked(0), startMs + (2 * round + 1) * minuteMs);
    }
    await watch(parked(1));
    // Before the last round those of more than 400 days ago were forgotten, and one of now is open.
    expect((await get(`${path}?status=cleared`, adminKey)).body.data).toEqual([]);
    await watch(parked(0));
    await watch(parked(1), Date.now() + minuteMs);
    const first = (await get(`${path}?limit=1`, adminKey)).body;
    expect(first.data).toMatchObject([{ status: 'open' }]);
    const second = (await get(`${path}?limit=1&cursor=${first.next_cursor}`, adminKey)).body;
    expect(second).toMatchObject({ data: [{ status: 'cleared' }], next_cursor: null });
  });
});
