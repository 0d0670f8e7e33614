/** Sums by hour are folded into sums by day: whatever is asked, and whenever, they say what the rows say. */
import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Random, randomOf } from '../../scripts/chaos/random.ts';
import type { Run } from '../../src/events/index.ts';
import { dayAfter, newTransferId } from '../../src/kernel/index.ts';
import type { TransferDetails } from '../../src/ledger/index.ts';
import { foldNext } from '../../src/reports/fold.ts';
import { foldDays, periodsOf, reportsOf } from '../../src/reports/index.ts';
import { readPage, readTotals } from '../../src/reports/read.ts';
import { subtractRemoved } from '../../src/reports/rollup.ts';
import { measuresOf, type Query, type Report, type Row } from '../../src/reports/table.ts';
import { declines, fees, positions, volumes } from '../../src/reports/tables/sums.ts';
import { meteredD1 } from '../support/meter.ts';
import { migrate, testEnv } from '../support/switch.ts';
import { runsOf, story } from './story.ts';
import { daySumsOf, sumsOf } from './sums.ts';

const { REPORTS: database, SHELF_1: unfolded } = testEnv;
const reports = reportsOf(periodsOf({ REPORTS: database }));
const beside = reportsOf(periodsOf({ REPORTS: unfolded }));
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (text: string) => Date.parse(text);

beforeAll(async () => {
  await migrate();
  await applyD1Migrations(unfolded, testEnv.TEST_MIGRATIONS.reports);
});

beforeEach(async () => {
  for (const one of [database, unfolded]) {
    const tables = ['transfer', 'rollup', 'rollup_day', 'watermark', 'note'];
    await one.batch(tables.map((table) => one.prepare(`DELETE FROM ${table}`)));
  }
});

const rowsOf = async (from: D1Database, table: string) =>
  (await from.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3, 4, 5, 6, 7`).all()).results;

async function foldAll(nowMs: number, rows?: number): Promise<number> {
  for (let pieces = 0; ; pieces++) if (!(await foldNext(database, nowMs, rows))) return pieces;
}

/** Sums by hour are those of the rows, sums by day are those of the rows of folded hours. */
async function exact(): Promise<void> {
  const hours = await sumsOf(database);
  expect(hours.kept).toEqual(hours.rows);
  const days = await daySumsOf(database);
  expect(days.kept).toEqual(days.rows);
}

const bys = [
  ...[['day', 'merchant'], ['merchant'], ['day', 'participant'], ['day'], ['kind', 'status']],
  ...[['hour'], ['hour', 'merchant'], ['merchant', 'participant'], ['day', 'merchant', 'participant']],
];
const filters: Query[] = [{}, { merchant: 'mch_a' }, { participant: 'par_y' }, { currency: 'THB' }];

type Question = [report: Report, query: Query];

const questions: Question[] = [volumes, declines, fees, positions].flatMap((report) => {
  const possible = bys.filter((by) => by.every((name) => report.columns.some((one) => one.name === name)));
  return filters.flatMap((filter) =>
    [{}, ...possible.map((by) => ({ by }))].map((by): Question => [report, { ...filter, ...by }]),
  );
});

/** Every figure of some rows, by currency. */
function added(report: Report, rows: readonly Row[]) {
  const sums = new Map<string, number>();
  for (const row of rows) {
    for (const { name } of measuresOf(report)) {
      const figure = `${row.currency} ${name}`;
      sums.set(figure, (sums.get(figure) ?? 0) + Number(row[name]));
    }
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What is read from sums, of some days. */
async function answers(from: string, to: string, asked: readonly Question[], its: D1Database) {
  const periods = periodsOf({ REPORTS: its });
  const databases = { reports: periods, directory: testEnv.DIRECTORY };
  const told: unknown[] = [];
  for (const [report, wanted] of asked) {
    const query = { from, to, ...wanted };
    const rows = await readPage(databases, report, query, { limit: 5_000 });
    const totals = await readTotals(databases, report, query);
    expect(added(report, totals), JSON.stringify(query)).toEqual(added(report, rows));
    told.push([report.name, query, rows, totals]);
  }
  for (const filter of [{}, { merchant: 'mch_b' }, { merchant: 'mch_c', currency: 'KGS' }]) {
    told.push(await reportsOf(periods).daily(from, to, filter));
  }
  return told;
}

async function same(from: string, to: string, asked = questions): Promise<void> {
  const expected = await answers(from, to, asked, unfolded);
  expect(await answers(from, to, asked, database)).toEqual(expected);
}

const shuffled = <Item>({ below }: Random, items: readonly Item[]): Item[] => {
  const left = [...items];
  return items.flatMap(() => left.splice(below(left.length), 1));
};

describe.each([1, 2])('half a year, folded at any moment, story %i', (seed) => {
  const chance = randomOf(seed);
  const { below, percent, pick } = chance;
  const { entries } = story(seed, 60);
  const runs = runsOf(entries, 12);
  const someOf = (count: number) => Array.from({ length: count }, () => pick(questions));
  const somewhenMs = () => at('2026-06-20T00:00:00Z') + below(260) * dayMs + below(24) * hourMs;

  /** Rows that are lost with their part of the sums, and found again by the reconciliation. */
  async function lostAndFound(known: readonly Run[]): Promise<void> {
    for (const [one, its] of [
      [database, reports],
      [unfolded, beside],
    ] as const) {
      const { results } = await one.prepare('SELECT id FROM transfer ORDER BY id LIMIT 5').all();
      const ids = JSON.stringify(results.map(({ id }) => id));
      const removal = 'DELETE FROM transfer WHERE id IN (SELECT value FROM json_each(?1))';
      await one.batch([...subtractRemoved, removal].map((text) => one.prepare(text).bind(ids)));
      if (one === database) await exact();
      for (const run of known) await its.repair([run]);
    }
  }

  test('every sum is what it is without folding: late, twice, lost and found, dropped', async () => {
    const known: Run[] = [];
    for (const [index, run] of shuffled(chance, runs).entries()) {
      for (const { projection } of [reports, beside]) await projection.apply([run]);
      known.push(run);
      if (percent(30)) await reports.projection.apply([known[below(known.length)]!]);
      const nowMs = somewhenMs();
      for (let pieces = below(30); pieces > 0; pieces--) await foldNext(database, nowMs, below(3));
      await exact();
      if (index % 5 === 2) await lostAndFound(known);
      if (index === 9) {
        await reports.drop();
        expect(await rowsOf(database, 'rollup_day')).toEqual([]);
        for (const each of known) await reports.projection.apply([each]);
      }
    }
    await same('2026-06-01', '2027-03-01', someOf(20));
    await foldAll(at('2027-06-01T00:00:00Z'));
    await exact();
    await same('2026-06-01', '2027-03-01');
  }, 120_000);

  test('from any day to any other, while a day is folded in pieces', async () => {
    for (const run of runs) for (const { projection } of [reports, beside]) await projection.apply([run]);
    const nowMs = at('2026-10-01T03:00:00Z');
    while (await foldNext(database, nowMs, 0)) {
      if (!percent(10)) continue;
      const from = dayAfter('2026-06-18', below(100));
      await same(from, dayAfter(from, below(20)), someOf(5));
    }
    await exact();
    await same('2026-09-25', '2026-10-05', someOf(20));
  }, 120_000);

  test('made again from entries and folded again, the sums by day are the same', async () => {
    for (const run of runs) await reports.projection.apply([run]);
    await foldAll(at('2027-06-01T00:00:00Z'));
    const before = await rowsOf(database, 'rollup_day');
    expect(before).not.toEqual([]);
    await reports.drop();
    for (const run of runs.toReversed()) await reports.projection.apply([run]);
    await foldAll(at('2027-06-01T00:00:00Z'), 1);
    expect(await rowsOf(database, 'rollup_day')).toEqual(before);
  }, 120_000);
});

let sequence = 0;

/** A payment that ended then, recorded on its own. */
async function paid(time: string, merchant = 'mch_a', into = reports, participant = 'par_x'): Promise<void> {
  const atMs = at(time);
  const transfer = {
    id: newTransferId('payment', atMs, ++sequence),
    ...{ kind: 'payment', amountMinor: 100, currency: 'KGS', heldAtMs: atMs },
    ...{ debtor: 'acc_payer', creditor: 'acc_shop', creditorStripe: 0, creditorBook: 0 },
    facts: { payerParticipant: participant, merchant, merchantName: 'Shop' },
  } as TransferDetails;
  const entry = { seq: sequence, atMs, type: 'accept', body: JSON.stringify({ transfer }) };
  const run = { book: 0, entries: [{ position: sequence, entry }] } as unknown as Run;
  await into.projection.apply([run]);
}

const daysKept = async () =>
  (await rowsOf(database, 'rollup_day')).map(({ day, merchant, participant, count }) =>
    [day, merchant, participant, count].join(' '),
  );

describe('what is folded', () => {
  test('days begin and end at midnight in Bishkek; each merchant has one row for all participants', async () => {
    await paid('2026-10-09T17:59:59.999Z');
    await paid('2026-10-09T18:00:00.000Z');
    await paid('2026-10-10T17:59:59.999Z', 'mch_a', reports, 'par_y');
    await paid('2026-10-10T18:00:00.000Z', 'mch_b');
    await foldAll(at('2026-11-01T00:00:00Z'));
    expect(await daysKept()).toEqual([
      ...['2026-10-09 * par_x 1', '2026-10-09 mch_a * 1'],
      ...['2026-10-10 * par_x 1', '2026-10-10 * par_y 1', '2026-10-10 mch_a * 2'],
      ...['2026-10-11 * par_x 1', '2026-10-11 mch_b * 1'],
    ]);
    await exact();
  });

  test('hours that are over for ten minutes, six of them together; a day that is over, at once', async () => {
    await paid('2026-10-09T20:00:00Z');
    await paid('2026-10-10T01:00:00Z');
    const foldedUntil = async (time: string) => {
      await foldAll(at(time));
      const note = await reports.note('folded');
      return note === undefined ? null : new Date(JSON.parse(note).hour * hourMs).toISOString();
    };
    expect(await foldedUntil('2026-10-10T00:09:59Z')).toBeNull();
    expect(await foldedUntil('2026-10-10T00:10:00Z')).toBe('2026-10-10T00:00:00.000Z');
    expect(await foldedUntil('2026-10-10T06:09:59Z')).toBe('2026-10-10T00:00:00.000Z');
    expect(await foldedUntil('2026-10-10T06:10:00Z')).toBe('2026-10-10T06:00:00.000Z');
    // Without sums there is nothing to fold, and the mark stays: what comes there late is found by it.
    expect(await foldedUntil('2026-10-30T00:00:00Z')).toBe('2026-10-10T06:00:00.000Z');
    await paid('2026-10-20T00:00:00Z');
    await paid('2026-10-12T00:00:00Z');
    expect(await foldNext(database, at('2026-10-30T00:00:00Z'))).toBe(true);
    expect(JSON.parse((await reports.note('folded'))!).hour * hourMs).toBe(at('2026-10-12T18:00:00Z'));
    await foldAll(at('2026-10-30T00:00:00Z'));
    await exact();
  });

  test('in pieces of bounded size, whose mark is a merchant', async () => {
    const merchants = Array.from({ length: 9 }, (_, index) => `mch_${index}`);
    for (const merchant of merchants) {
      await paid('2026-10-09T20:00:00Z', merchant);
      await paid('2026-10-10T03:00:00Z', merchant, reports, 'par_y');
    }
    const marks: string[] = [];
    while (await foldNext(database, at('2026-11-01T00:00:00Z'), 3)) {
      marks.push(JSON.parse((await reports.note('folded'))!).merchant);
      await exact();
    }
    // The sums over all come first; at the end the mark is behind the day.
    expect(marks).toEqual(['mch_3', 'mch_7', '']);
  });

  test('a day that is folded in part says what it says by hour, also when more comes before and behind the mark', async () => {
    const time = (hour: number) => new Date(at('2026-10-09T18:00:00Z') + hour * hourMs).toISOString();
    const paidTwice = async (hour: number, merchant: string, participant = 'par_x') => {
      for (const into of [reports, beside]) await paid(time(hour), merchant, into, participant);
    };
    for (const merchant of ['mch_a', 'mch_b', 'mch_c', 'mch_d']) {
      for (const hour of [1, 9, 17]) await paidTwice(hour, merchant, hour === 9 ? 'par_x' : 'par_y');
    }
    const asked = [
      { by: ['day', 'merchant'] },
      { by: ['day'] },
      { by: ['hour', 'merchant'] },
      { merchant: 'mch_b' },
    ];
    const volumesAsked = asked.map((query): Question => [volumes, query]);
    let pieces = 0;
    do {
      await paidTwice(1, 'mch_b');
      await paidTwice(2, 'mch_d');
      await exact();
      await same('2026-10-10', '2026-10-10', volumesAsked);
      pieces++;
    } while (await foldNext(database, at('2026-11-01T00:00:00Z'), 0));
    expect(pieces).toBe(6);
  }, 120_000);

  test('while reports are made again nothing is, since old hours are written', async () => {
    await paid('2021-10-09T20:00:00Z');
    const state = (status: string) => reports.putNote('rebuild', JSON.stringify({ status }));
    await state('running');
    await foldDays(periodsOf(testEnv), reports, 60_000);
    expect(await daysKept()).toEqual([]);
    await state('finished');
    await foldDays(periodsOf(testEnv), reports, 60_000);
    expect(await daysKept()).toHaveLength(2);
  });

  test('every database of a period, each as far as it has hours', async () => {
    const periods = periodsOf({ REPORTS: database, ...{ REPORTS_2021M11: unfolded } });
    const both = reportsOf(periods);
    await paid('2021-10-09T20:00:00Z', 'mch_a', both);
    await paid('2021-11-09T20:00:00Z', 'mch_a', both);
    // There is no time for it, then there is.
    await foldDays(periods, both, 0);
    expect(await daysKept()).toEqual([]);
    await foldDays(periods, both, 60_000);
    expect(await daysKept()).toHaveLength(2);
    expect(await rowsOf(unfolded, 'rollup_day')).toHaveLength(2);
  });
});

describe('every hour is folded once', () => {
  const nowMs = at('2026-11-01T00:00:00Z');

  beforeEach(async () => {
    for (const merchant of ['mch_a', 'mch_b', 'mch_c']) {
      await paid('2026-10-09T20:00:00Z', merchant);
      await paid('2026-10-11T20:00:00Z', merchant);
    }
  });

  /** A database whose writes are preceded, or prevented, by something else. */
  const disturbed = (before: () => Promise<unknown>) =>
    new Proxy(database, {
      get: (target, property) => {
        const value = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        if (property !== 'batch') return value.bind(target);
        return async (statements: D1PreparedStatement[]) => {
          await before();
          return target.batch(statements);
        };
      },
    });

  test('whatever crashes', async () => {
    const failing = disturbed(async () => {
      throw new Error('lost');
    });
    for (let pieces = 8; pieces > 0; pieces--) {
      await expect(foldNext(failing, nowMs, 0)).rejects.toThrow('lost');
      await exact();
      expect(await foldNext(database, nowMs, 0)).toBe(true);
    }
    expect(await foldNext(failing, nowMs, 0)).toBe(false);
    expect(await daysKept()).toHaveLength(8);
  });

  test('a transaction that fails in its middle leaves neither sums nor a mark', async () => {
    await database
      .prepare(`CREATE TRIGGER full BEFORE INSERT ON note BEGIN SELECT raise(ABORT, 'full'); END`)
      .run();
    await expect(foldNext(database, nowMs)).rejects.toThrow('full');
    await database.prepare('DROP TRIGGER full').run();
    expect(await daysKept()).toEqual([]);
    await foldAll(nowMs);
    await exact();
  });

  test('however many work at it', async () => {
    for (;;) {
      const done = await Promise.all([1, 2, 3].map(() => foldNext(database, nowMs, 0)));
      await exact();
      if (!done.includes(true)) break;
    }
    expect(await daysKept()).toHaveLength(8);
  });

  test.each([
    ['all is folded', () => foldAll(nowMs)],
    ['all is dropped', () => reports.drop()],
    ['an earlier hour gets its first sum', () => paid('2026-10-08T00:00:00Z', 'mch_late')],
    ['one of its hours gets more', () => paid('2026-10-09T20:00:01Z', 'mch_a')],
    ['one of its days gets an hour', () => paid('2026-10-10T10:00:00Z', 'mch_0')],
  ])('also when %s in the middle of a piece', async (_, happens) => {
    let happened = false;
    const disturbing = disturbed(async () => {
      happened = true;
      await happens();
    });
    await foldNext(disturbing, nowMs, 1);
    expect(happened).toBe(true);
    await exact();
    await foldAll(nowMs);
    await exact();
  });
});

describe('what it costs', () => {
  const nowMs = at('2026-11-01T00:00:00Z');

  /** Rows that recording a payment reads and writes. */
  async function recording(time: string): Promise<{ read: number; written: number }> {
    const rows = { read: 0, written: 0 };
    const counted = new Proxy(database, {
      get: (target, property) =>
        property === 'batch'
          ? async (statements: D1PreparedStatement[]) => {
              const results = await target.batch(statements);
              for (const { meta } of results) {
                rows.read += meta.rows_read;
                rows.written += meta.rows_written;
              }
              return results;
            }
          : Reflect.get(target, property).bind(target),
    });
    await paid(time, 'mch_a', reportsOf(periodsOf({ REPORTS: counted })));
    return rows;
  }

  test('a payment of now writes what it did, and reads two rows more: the mark, and itself again', async () => {
    await paid('2026-10-09T20:00:00Z');
    await recording('2026-11-01T00:00:00Z');
    const before = await recording('2026-11-01T00:00:01Z');
    await foldAll(nowMs);
    const after = await recording('2026-11-01T00:00:02Z');
    expect(after.written).toBe(before.written);
    expect(after.read).toBeLessThanOrEqual(before.read + 2);
    // One that is late adds to its day as well: the sum over all, and its merchant's.
    expect((await recording('2026-10-09T20:00:01Z')).written).toBe(before.written + 2);
  });

  test('a day’s row is written a few times, however many pay in however many hours', async () => {
    for (let hour = 0; hour < 24; hour++) {
      const ended = (second: number) =>
        new Date(at('2026-10-09T18:00:00Z') + hour * hourMs + second * 1_000).toISOString();
      for (const second of [1, 2]) await paid(ended(second), 'mch_a', reports, `par_${second}`);
    }
    const metered = meteredD1(database);
    while (await foldNext(metered.database, nowMs));
    // Of a whole day at once: a row for each participant, and the merchant’s; the mark.
    expect(metered.rows()).toBeLessThanOrEqual(3 + 2);
    const { results, meta } = await database.prepare('SELECT * FROM rollup_day').all();
    expect(results).toHaveLength(3);
    expect(meta.rows_read).toBe(3);
  });

  test('a question about folded days reads a row of each, not of each hour and participant', async () => {
    for (let hour = 0; hour < 24; hour++) {
      const ended = new Date(at('2026-10-09T18:00:01Z') + hour * hourMs).toISOString();
      for (const participant of ['par_x', 'par_y', 'par_z']) await paid(ended, 'mch_a', reports, participant);
    }
    const asked = async () => {
      let read = 0;
      const counted = new Proxy(database, {
        get: (target, property) =>
          property === 'prepare'
            ? (text: string) => ({
                bind: (...values: unknown[]) => ({
                  all: async () => {
                    const answer = await target
                      .prepare(text)
                      .bind(...values)
                      .all();
                    read += answer.meta.rows_read;
                    return answer;
                  },
                }),
              })
            : Reflect.get(target, property).bind(target),
      });
      const { daily } = reportsOf(periodsOf({ REPORTS: counted }));
      const rows = await daily('2026-10-10', '2026-10-10', {});
      expect(rows).toMatchObject([{ merchant: 'mch_a', count: 72, sum: 7_200 }]);
      return read;
    };
    expect(await asked()).toBeGreaterThan(72);
    await foldAll(nowMs);
    expect(await asked()).toBeLessThan(20);
  });
});
