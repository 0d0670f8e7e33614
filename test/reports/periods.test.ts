/** Report rows in several databases by period: whoever asks is answered as if they were in one. */
import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '../../src/events/index.ts';
import { earliestTransferId, newTransferId, startOfDayMs } from '../../src/kernel/index.ts';
import { type BookEntry, ledgerOf, type TransferDetails } from '../../src/ledger/index.ts';
import { foldNext } from '../../src/reports/fold.ts';
import {
  busiest,
  dayStragglers,
  daySums,
  ofPartner,
  type Periods,
  periodsOf,
  reportsOf,
} from '../../src/reports/index.ts';
import { readPage, readTotals } from '../../src/reports/read.ts';
import { dropSums } from '../../src/reports/rollup.ts';
import { positionOf, type Query, type Report, type Row } from '../../src/reports/table.ts';
import { reports as declared } from '../../src/reports/tables/index.ts';
import { payments, refunds } from '../../src/reports/tables/payments.ts';
import { volumes } from '../../src/reports/tables/sums.ts';
import { adminKey, get, migrate, newIsolate, testEnv, until } from '../support/switch.ts';
import { newIssuer, newPayer, newShop, pay } from '../support/town.ts';
import { runsOf, story } from './story.ts';
import { daySumsOf, sumsOf } from './sums.ts';

const { SHELF_1: rest, SHELF_2: summer, SHELF_3: november } = testEnv;
const single = periodsOf({ REPORTS: testEnv.REPORTS });
const many = periodsOf({ REPORTS: rest, ...{ REPORTS_2026Q3: summer, REPORTS_2026M11: november } });
const one = reportsOf(single);
const split = reportsOf(many);
const ledger = ledgerOf(testEnv.BOOKS);
const all = [testEnv.REPORTS, rest, summer, november];

beforeAll(async () => {
  await migrate();
  for (const database of [rest, summer, november]) {
    await applyD1Migrations(database, testEnv.TEST_MIGRATIONS.reports);
  }
});

beforeEach(async () => {
  for (const database of all) {
    await database.batch(
      ['transfer', 'rollup', 'rollup_day', 'watermark', 'note'].map((table) =>
        database.prepare(`DELETE FROM ${table}`),
      ),
    );
  }
});

const at = (text: string) => Date.parse(text);
const dayMs = 86_400_000;

/** Where there are several databases, some of each is folded by then; what comes late is added to it. */
async function recorded(entries: readonly BookEntry[], into = [one, split]): Promise<void> {
  for (const run of runsOf(entries, 120)) {
    for (const { projection } of into) await projection.apply([run]);
    for (const database of [rest, summer, november]) {
      for (let pieces = 0; pieces < 10; pieces++) await foldNext(database, at('2026-12-01T00:00:00Z'), 1);
    }
  }
}

const databasesOf = (reports: Periods) => ({ reports, directory: testEnv.DIRECTORY });

/** Every page of a report, in steps that end anywhere. */
async function walked(periods: Periods, report: Report, query: Query, limit = 50): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const last = rows.at(-1);
    const after = last && positionOf(report, query, last);
    const page = await readPage(databasesOf(periods), report, query, { limit, after });
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}

const exact = async (databases: readonly D1Database[] = all) => {
  for (const database of databases) {
    for (const { kept, rows } of [await sumsOf(database), await daySumsOf(database)]) {
      expect(kept).toEqual(rows);
    }
  }
};

const rowsIn = async (database: D1Database) =>
  (await database.prepare('SELECT id FROM transfer ORDER BY id').all<{ id: string }>()).results.map(
    ({ id }) => id,
  );

const spread = declared.filter(({ byPeriod }) => byPeriod);
const queries: Query[] = [
  {},
  { merchant: 'mch_a' },
  { participant: 'par_y', currency: 'THB' },
  { reference: 'inv-3', status: 'completed' },
  { 'created[gte]': '2026-09-15T00:00:00Z', 'created[lt]': '2026-11-10T00:00:00Z' },
  { 'created[lt]': '2026-07-15T00:00:00Z' },
  { from: '2026-09-20', to: '2026-10-05' },
  { from: '2026-07-01', to: '2027-01-10', by: ['merchant', 'hour'] },
  { from: '2026-07-01', to: '2027-01-10', by: ['day', 'participant'] },
];

/** What a report understands of a question, with what it says unasked. */
const fitting = (report: Report, query: Query): Query => ({
  ...(report.filters.kind && { kind: report === refunds ? 'refund' : 'payment' }),
  ...Object.fromEntries(
    Object.entries(query).filter(([name, value]) =>
      name === 'by'
        ? report.by && (value as string[]).every((by) => report.columns.some((column) => column.name === by))
        : name in report.filters,
    ),
  ),
  ...(report.by && { from: '2026-06-01', to: '2027-03-01', ...('from' in query && query) }),
});

/** Each once: most reports understand only some of it. */
const asked = (report: Report): Query[] => [
  ...new Map(
    queries.map((query) => fitting(report, query)).map((query) => [JSON.stringify(query), query]),
  ).values(),
];

/** Names are whichever a merchant had last. */
const unnamed = ({ issuers, merchants }: Awaited<ReturnType<typeof busiest>>) => ({
  issuers,
  merchants: merchants.map(({ id, completed, refused }) => ({ id, completed, refused })),
});

describe.each([1, 2])('half a year over three databases, story %i', (seed) => {
  const { entries, payments: ids } = story(seed);

  test('every report, page by page, says what one database would', async () => {
    await recorded(entries);
    expect((await Promise.all([rest, summer, november].map(rowsIn))).map(({ length }) => length > 0)).toEqual(
      [true, true, true],
    );
    for (const report of spread) {
      for (const query of asked(report)) {
        const what = `${report.name} ${JSON.stringify(query)}`;
        const rows = await walked(single, report, query, 1_000);
        expect(await walked(many, report, query), what).toEqual(rows);
        if (!report.by) continue;
        const totals = await readTotals(databasesOf(single), report, query);
        expect(await readTotals(databasesOf(many), report, query), what).toEqual(totals);
      }
    }
    await exact();
  }, 120_000);

  test('and so does whatever else reads rows', async () => {
    await recorded(entries);
    const [early, late] = [at('2026-06-25T00:00:00Z'), at('2026-12-20T00:00:00Z')];
    const walk = {
      ...{ participant: 'par_x', accounts: ['acc_shop'] },
      ...{ afterId: earliestTransferId('payment', early), beforeId: earliestTransferId('payment', late) },
    };
    const answers = async (reports: typeof one, periods: Periods) => ({
      reported: [...(await reports.reported(ids)).values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      totals: await reports.totals(late),
      newest: await reports.transfers({ status: 'completed' }, 50),
      paid: [
        await reports.paid({}, early, late, 1_000),
        await reports.paid({ merchant: 'mch_b' }, early, late, 30),
      ],
      turnover: await reports.turnover('cod_1', early, late),
      daily: [
        await reports.daily('2026-06-20', '2026-12-31', {}),
        await reports.daily('2026-09-29', '2026-10-01', { merchant: 'mch_a' }),
      ],
      partner: [
        await ofPartner(periods, { ...walk, limit: 1_000 }),
        await ofPartner(periods, { ...walk, limit: 40 }),
      ],
      days: await Promise.all(
        ['2026-09-30', '2026-10-01', '2026-11-30', '2026-12-01'].map(async (day) => [
          await daySums(periods, startOfDayMs(day), startOfDayMs(day) + dayMs),
          await dayStragglers(periods, startOfDayMs(day), startOfDayMs(day) + dayMs, null, 100),
        ]),
      ),
    });
    const since = startOfDayMs('2026-09-20');
    for (const limit of [1, 2, 10])
      expect(await busiest(many, since, limit)).toMatchObject(unnamed(await busiest(single, since, limit)));
    const [expected, found] = [await answers(one, single), await answers(split, many)];
    expect(found).toEqual(expected);
    expect(expected.paid[0]?.length).toBeGreaterThan(50);
    const takings = async (reports: typeof one) => {
      const rows = await reports.takings({ merchant: 'mch_a', fromMs: early, beforeMs: late });
      return rows.map((row) => JSON.stringify(row)).sort();
    };
    expect(await takings(split)).toEqual(await takings(one));
  });

  test('the same comes of what is recorded twice, or late', async () => {
    const runs = runsOf(entries, 25);
    for (const run of runs) for (const _ of [1, 2]) await split.projection.apply([run]);
    for (const run of runs.toReversed()) await split.projection.apply([run]);
    await recorded(entries, [one]);
    expect(await walked(many, payments, { kind: 'payment' })).toEqual(
      await walked(single, payments, { kind: 'payment' }, 1_000),
    );
    expect(await split.projection.watermarks([0])).toEqual(new Map([[0, entries.length]]));
    await exact();
  });
});

describe('a row is where its transfer began', () => {
  test('also when it ends, or is given back, in another period', async () => {
    const heldAtMs = at('2026-10-31T17:59:59Z');
    const transfer = JSON.parse(story(1, 1).entries[0]!.entry.body).transfer as TransferDetails;
    const paid = {
      ...transfer,
      id: newTransferId('payment', heldAtMs, 1),
      heldAtMs,
      amountMinor: 900,
      currency: 'KGS',
    };
    const backAtMs = at('2026-11-20T00:00:00Z');
    const refund = {
      ...paid,
      ...{ id: newTransferId('refund', backAtMs, 2), kind: 'refund', refundOf: paid.id },
      ...{ heldAtMs: backAtMs, amountMinor: 250 },
    };
    const told = [
      [heldAtMs, 'hold', { transfer: paid }],
      [heldAtMs + 2_000, 'accept', { transfer: paid }],
      [backAtMs, 'accept', { transfer: refund }],
    ] as const;
    for (const [index, [atMs, type, body]] of told.entries()) {
      const entry = { seq: index + 1, atMs, type, body: JSON.stringify(body) };
      const run = { book: 0, entries: [{ position: index + 1, entry }] } as unknown as Run;
      await split.projection.apply([run]);
    }
    expect(await rowsIn(rest)).toEqual([paid.id]);
    expect(await rowsIn(november)).toEqual([refund.id]);
    const [row] = await walked(many, payments, { kind: 'payment' });
    expect(row).toMatchObject({ id: paid.id, status: 'completed', amount_refunded: 250 });
    const [back] = await walked(many, refunds, { kind: 'refund', payment: paid.id });
    expect(back).toMatchObject({ id: refund.id, payment: paid.id });
    // It ended in November, business time: the sum of November has it, from the database of October.
    const query = { from: '2026-11-01', to: '2026-11-30', by: ['kind'] };
    expect(await walked(many, volumes, query)).toMatchObject([
      { kind: 'payment', count: 1, sum: 900 },
      { kind: 'refund', count: 1, sum: 250 },
    ]);
  });

  test('and only the databases concerned are asked', async () => {
    await recorded(story(1).entries, [split]);
    const asked = new Set<string>();
    const watched = (name: string, database: D1Database) =>
      new Proxy(database, {
        get: (target, property) => {
          if (property === 'prepare') asked.add(name);
          const value = Reflect.get(target, property);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    const periods = periodsOf({
      REPORTS: watched('rest', rest),
      ...{ REPORTS_2026Q3: watched('summer', summer), REPORTS_2026M11: watched('november', november) },
    });
    const askedFor = async (work: () => Promise<unknown>) => {
      asked.clear();
      await work();
      return [...asked].sort();
    };
    // Of rows without refunds, which may be in any later database.
    const rows = (query: Query, limit = 1_000, after?: string) =>
      askedFor(() =>
        readPage(
          databasesOf(periods),
          refunds,
          { kind: 'refund', ...query },
          { limit, after: after ? [after] : undefined },
        ),
      );
    const summerOnly = { 'created[gte]': '2026-07-15T00:00:00Z', 'created[lt]': '2026-09-01T00:00:00Z' };
    const plain = { ...refunds, columns: refunds.columns.filter(({ later }) => !later) };
    expect(
      await askedFor(() =>
        readPage(databasesOf(periods), plain, { kind: 'refund', ...summerOnly }, { limit: 99 }),
      ),
    ).toEqual(['summer']);
    expect(
      await rows({ 'created[gte]': '2026-11-03T00:00:00Z', 'created[lt]': '2026-11-04T00:00:00Z' }),
    ).toEqual(['november']);
    expect(await rows({}, 1, earliestTransferId('refund', at('2026-11-25T00:00:00Z')))).toContain('november');
    const id = (await rowsIn(november)).find((each) => each.startsWith('pay_'));
    expect(await askedFor(() => reportsOf(periods).reported([id!]))).toEqual(['november']);
    expect(
      await askedFor(() =>
        readTotals(databasesOf(periods), volumes, { from: '2026-06-21', to: '2026-06-22' }),
      ),
    ).toEqual(['rest']);
  });

  test('no two databases may be for one time', () => {
    const both = { REPORTS: rest, ...{ REPORTS_2026: summer, REPORTS_2026M11: november } };
    expect(() => periodsOf(both)).toThrow('same time');
  });

  test('periods begin with business days, and touch', () => {
    const { between } = periodsOf({
      REPORTS: rest,
      ...{ REPORTS_2025: summer, REPORTS_2026Q1: november, REPORTS_2026M12: summer },
    });
    const pieces = between(earliestTransferId('payment', 0), 'pay_~').map(({ database, from, before }) => [
      database,
      from,
      before,
    ]);
    const borders = ['2025-01-01', '2026-01-01', '2026-04-01', '2026-12-01', '2027-01-01'].map((day) =>
      earliestTransferId('payment', startOfDayMs(day)),
    );
    const froms = [earliestTransferId('payment', 0), ...borders];
    const expected = [rest, summer, november, rest, summer, rest];
    expect(pieces).toEqual(
      expected.map((database, index) => [database, froms[index], froms[index + 1] ?? 'pay_~']),
    );
  });
});

describe('recording is exact', () => {
  /** A database that does something else first, or after, when it is written to. */
  const disturbed = (database: D1Database, around: (write: () => Promise<unknown>) => Promise<unknown>) =>
    new Proxy(database, {
      get: (target, property) => {
        const value = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        if (property !== 'batch') return value.bind(target);
        return (statements: D1PreparedStatement[]) => around(() => target.batch(statements));
      },
    });
  const { entries } = story(4);

  test('after a crash between two databases', async () => {
    await recorded(entries, [one]);
    let crashes = 0;
    const main = disturbed(rest, async (write) => {
      if (crashes++ % 2 === 0) throw new Error('lost');
      return write();
    });
    const { projection } = reportsOf(
      periodsOf({ REPORTS: main, ...{ REPORTS_2026Q3: summer, REPORTS_2026M11: november } }),
    );
    for (const run of runsOf(entries, 40)) {
      const { position } = run.entries[0]!;
      await expect(projection.apply([run])).rejects.toThrow('lost');
      expect((await projection.watermarks([0])).get(0) ?? 0).toBe(position - 1);
      await projection.apply([run]);
    }
    expect(await walked(many, payments, { kind: 'payment' })).toEqual(
      await walked(single, payments, { kind: 'payment' }, 1_000),
    );
    await exact();
  });

  test('when all is dropped between two databases, and made again', async () => {
    await recorded(entries, [one]);
    const run = { book: 0, entries: entries.slice(0, 60) };
    let dropped = false;
    const shelf = disturbed(summer, async (write) => {
      const written = await write();
      if (!dropped) {
        dropped = true;
        await split.drop();
      }
      return written;
    });
    const { projection } = reportsOf(
      periodsOf({ REPORTS: rest, ...{ REPORTS_2026Q3: shelf, REPORTS_2026M11: november } }),
    );
    await projection.apply([run]);
    expect(dropped).toBe(true);
    // It was told of rows that are gone: all of it comes again.
    expect((await projection.watermarks([0])).get(0) ?? 0).toBe(0);
    await recorded(entries, [split]);
    expect(await walked(many, payments, { kind: 'payment' })).toEqual(
      await walked(single, payments, { kind: 'payment' }, 1_000),
    );
    await split.drop();
    expect((await Promise.all([rest, summer, november].map(rowsIn))).flat()).toEqual([]);
    await exact();
  });

  test('and what is missing, or says something else, is put right where it belongs', async () => {
    await recorded(entries);
    await summer
      .prepare('UPDATE transfer SET amount = 1 WHERE id IN (SELECT id FROM transfer LIMIT 3)')
      .run();
    const lost = (await rowsIn(november)).slice(0, 2);
    await november.batch(dropSums.map((text) => november.prepare(text)));
    await november.prepare('DELETE FROM transfer').run();
    const repaired = await split.repair(runsOf(entries, 1_000));
    expect(repaired.map(({ id }) => id)).toEqual(expect.arrayContaining(lost));
    expect(await split.repair(runsOf(entries, 1_000))).toEqual([]);
    expect(await walked(many, payments, { kind: 'payment' })).toEqual(
      await walked(single, payments, { kind: 'payment' }, 1_000),
    );
    await exact([rest, november]);
  });

  test('a period that gets its database later: the reconciliation brings its rows there', async () => {
    const before = periodsOf({ REPORTS: rest });
    await recorded(entries, [one, reportsOf(before)]);
    await split.repair(runsOf(entries, 1_000));
    const [old, moved] = [await rowsIn(rest), [...(await rowsIn(summer)), ...(await rowsIn(november))]];
    expect(moved.length).toBeGreaterThan(12);
    expect(old.filter((id) => moved.includes(id))).toEqual([]);
    for (const report of spread) {
      const query = fitting(report, {});
      expect(await walked(many, report, query), report.name).toEqual(
        await walked(single, report, query, 1_000),
      );
    }
    await exact();
  });
});

/** Until the reports have every entry, and neither a transfer nor a message of one is under way. */
async function allRecorded(): Promise<void> {
  const books = [0, 1, 2];
  await until(
    async () => {
      const marks = await one.projection.watermarks(books);
      const mark = (book: number) => marks.get(book) ?? 0;
      const missing = await Promise.all(books.map((book) => ledger.book(book).feed(mark(book), 1)));
      // A sweep sends again what is missing: a second message would come when the reports are dropped already.
      if (missing.some(({ entries }) => entries.length > 0))
        return missing.map(({ entries }) => entries.length);
      const ends = await Promise.all(books.map((book) => ledger.book(book).sweep(mark(book))));
      return ends.map(({ position, open }, book) => position - mark(book) + open);
    },
    (behind) => behind.every((entries) => entries === 0),
  );
}

test('the whole switch, with a database for this month: a rebuild fills it, and the API says what it said', async () => {
  const issuer = await newIssuer();
  const payer = await newPayer(issuer, 100_000);
  const shop = await newShop();
  const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
  for (const amount of [100, 200, 300]) await pay(issuer, payer, { payload, amount });
  await allRecorded();
  const path = `/v1/centre/reports/payments?merchant=${shop.id}`;
  const told = await get(path, adminKey);
  expect(told.body.data).toHaveLength(3);
  const month = new Date(Date.now() - at('1970-01-01T00:00:00+06:00'))
    .toISOString()
    .slice(0, 7)
    .replace('-', 'M');
  const call = newIsolate({ [`REPORTS_${month}`]: november });
  const ask = (method: string, where: string, body?: object) => call(method, where, { key: adminKey, body });
  expect((await ask('GET', path)).body.data).toEqual([]);
  const done = await until(
    () => ask('POST', '/v1/centre/reports/rebuild', {}),
    ({ body }) => body.status === 'finished',
  );
  expect(done.body.books_failed).toEqual([]);
  expect((await ask('GET', path)).body.data).toEqual(told.body.data);
  expect(await rowsIn(testEnv.REPORTS)).toEqual([]);
  const job = await ask('POST', '/v1/centre/report-jobs', {
    report: 'payments',
    format: 'csv',
    filters: { merchant: shop.id },
  });
  expect(job.body).toMatchObject({ status: 'finished', rows: 3 });
});
