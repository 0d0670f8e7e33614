/** The reports are dropped and made again: the same to the last column, and nobody is told twice. */
import { beforeAll, expect, test } from 'vitest';
import type { Run, SwitchEvent } from '../../src/events/index.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { paymentEvents } from '../../src/payments/index.ts';
import { continueRebuild, periodsOf, reportsOf } from '../../src/reports/index.ts';
import { startRebuild } from '../../src/reports/rebuild.ts';
import { subtractRemoved } from '../../src/reports/rollup.ts';
import { adminKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  type Payer,
  pay,
  type Shop,
} from '../support/town.ts';
import { sumsOf } from './sums.ts';

const books = 3;
const numbers = [0, 1, 2];
const path = '/v1/centre/reports/rebuild';
const ledger = ledgerOf(testEnv.BOOKS);
const reports = reportsOf(periodsOf(testEnv));
const told: SwitchEvent[] = [];
const parts = {
  ...{ books, ledger, reports, projection: reports.projection, sources: [paymentEvents] },
  announce: async (events: readonly SwitchEvent[]) => void told.push(...events),
};

let issuer: Issuer;
let shop: Shop;
let payers: Payer[];

async function payments(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const order = await newOrder(shop, 100 + index, { reference: `r${index}` });
    await pay(issuer, payers[index % payers.length]!, { payload: order.qr.payload });
  }
}

async function rested(): Promise<void> {
  await until(
    async () => {
      const marks = await reports.projection.watermarks(numbers);
      const ends = await Promise.all(numbers.map((book) => ledger.book(book).sweep(marks.get(book) ?? 0)));
      return ends.map(({ position, open }, book) => position - (marks.get(book) ?? 0) + open);
    },
    (behind) => behind.every((entries) => entries === 0),
  );
}

async function dump() {
  const rows = async (query: string) => (await testEnv.REPORTS.prepare(query).all()).results;
  return {
    transfers: await rows('SELECT * FROM transfer ORDER BY id'),
    sums: await rows(
      'SELECT * FROM rollup ORDER BY hour, merchant, participant, kind, currency, status, refusal',
    ),
    watermarks: await rows('SELECT * FROM watermark ORDER BY book'),
    events: await rows('SELECT id FROM event_0 UNION SELECT id FROM event_1 UNION SELECT id FROM event_2'),
  };
}

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop({ stripes: 2 });
  payers = [await newPayer(issuer), await newPayer(issuer, 150), await newPayer(issuer, 5_000)];
  await payments(12);
  await rested();
});

test('the sums by hour are those of the rows, also after rows were put right', async () => {
  const equal = async () => {
    const { kept, rows } = await sumsOf(testEnv.REPORTS);
    expect(rows).not.toEqual([]);
    expect(kept).toEqual(rows);
  };
  await equal();
  const [number, mark] = [...(await reports.projection.watermarks(numbers))].sort(
    ([, a], [, b]) => b - a,
  )[0]!;
  const { entries } = await ledger.book(number).feed(0, mark);
  const runs: Run[] = [{ book: number, entries }];
  // A row that is gone took its part of the sums with it.
  const [gone] = (await reports.repair(runs)) ?? [];
  expect(gone).toBeUndefined();
  const { results } = await testEnv.REPORTS.prepare(
    "SELECT id FROM transfer WHERE status = 'completed'",
  ).all();
  const ids = JSON.stringify(results.slice(0, 3).map(({ id }) => id));
  await testEnv.REPORTS.batch([
    ...subtractRemoved.map((text) => testEnv.REPORTS.prepare(text).bind(ids)),
    testEnv.REPORTS.prepare(
      "UPDATE transfer SET status = 'processing', ended_at = NULL WHERE id IN (SELECT value FROM json_each(?))",
    ).bind(ids),
  ]);
  await equal();
  for (const book of numbers) {
    const feed = await ledger.book(book).feed(0, 500);
    await reports.repair([{ book, entries: feed.entries }]);
  }
  await equal();
});

test('over the API: every row and every watermark is the same', async () => {
  expect((await get(path, adminKey)).body).toMatchObject({ status: 'never' });
  const before = await dump();
  expect(before.transfers.length).toBe(15);
  await testEnv.REPORTS.prepare("UPDATE transfer SET amount = 1, merchant_name = 'x'").run();
  const done = await post(path, adminKey, {});
  expect(done).toMatchObject({ status: 200, body: { status: 'finished', books, books_done: books } });
  expect(await dump()).toEqual(before);
  expect((await get(path, adminKey)).body).toEqual(done.body);
});

test('step by step, with payments meanwhile: the old rows are the same, the new ones there, nobody told twice', async () => {
  const before = await dump();
  await startRebuild(parts);
  expect((await dump()).transfers).toEqual([]);
  let state = await continueRebuild(parts, 0);
  await payments(3);
  for (let steps = 1; state?.status === 'running'; steps++) {
    expect(steps).toBeLessThan(50);
    // Asked again, it goes on where it is.
    await startRebuild(parts);
    state = await continueRebuild(parts, 0);
  }
  await rested();
  const after = await dump();
  const old = new Set(before.transfers.map(({ id }) => id));
  expect(after.transfers.filter(({ id }) => old.has(id))).toEqual(before.transfers);
  expect(after.transfers).toHaveLength(before.transfers.length + 3);
  for (const { data } of told) expect(old.has((data as { id: string }).id)).toBe(false);
});

test('a projector that read its place before the drop does not skip what was dropped', async () => {
  const before = await dump();
  const marks = await reports.projection.watermarks(numbers);
  // One with a place to lose: how many accounts a book got is chance.
  const [number, mark] = [...marks].sort(([, left], [, right]) => right - left)[0]!;
  const feed = await ledger.book(number).feed(mark - 2, 10);
  const run: Run = { book: number, entries: feed.entries };
  await startRebuild(parts);
  await reports.projection.apply([run]);
  expect((await reports.projection.watermarks([number])).get(number)).toBe(0);
  await continueRebuild(parts, 10_000);
  expect(await dump()).toEqual(before);
});
