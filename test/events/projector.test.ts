/** From entries to report rows and events: whatever happens to messages on their way, the result is the same. */
import {
  applyD1Migrations,
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
} from 'cloudflare:test';
import { beforeAll, expect, test } from 'vitest';
import { type Projection, project, type SwitchEvent } from '../../src/events/index.ts';
import type { BookEntry, Feed } from '../../src/ledger/index.ts';
import { orderEvents } from '../../src/orders/index.ts';
import { paymentEvents } from '../../src/payments/index.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import {
  claimed,
  command,
  feedOf,
  funded,
  historyOf,
  ledger,
  newBook,
  openedShop,
  outcomeOf,
  paying,
  type TestAccount,
} from '../ledger/bank.ts';
import { sumsOf } from '../reports/sums.ts';
import { migrate, testEnv } from '../support/switch.ts';

// The switch projects by itself into its report database; these tests keep one of their own.
const database = testEnv.DIRECTORY;
const { projection } = reportsOf(periodsOf({ REPORTS: database }));

beforeAll(async () => {
  await migrate();
  await applyD1Migrations(database, testEnv.TEST_MIGRATIONS.reports, 'reports_migrations');
});

interface Projected {
  readonly announced: SwitchEvent[];
  readonly acked: string[];
  readonly retried: string[];
}

async function projected(
  feeds: readonly Feed[],
  more: { projection?: Projection; announce?: (events: readonly SwitchEvent[]) => Promise<void> } = {},
): Promise<Projected> {
  const announced: SwitchEvent[] = [];
  const messages = feeds.map((body, index) => ({
    id: String(index),
    timestamp: Date.now(),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch<Feed>('tolom-events', messages);
  await project(batch, {
    ledger,
    projection,
    sources: [paymentEvents, orderEvents('https://switch.test')],
    announce: async (events) => void announced.push(...events),
    ...more,
  });
  const result = await getQueueResult(batch, createExecutionContext());
  const acked = result.ackAll ? messages.map(({ id }) => id) : result.explicitAcks;
  return { announced, acked, retried: result.retryMessages.map(({ msgId }) => msgId) };
}

const messageOf = ({ facts }: TestAccount, entries: readonly BookEntry[]): Feed => ({
  book: facts.book,
  entries,
});

/** One message per entry, as a busy hour would leave them if nothing were ever grouped. */
async function story() {
  const { funding, payer } = await funded(1_000n);
  const shop = await openedShop({ owner: 'mch_test' });
  const claim = await claimed(shop, 100n, {
    details: JSON.stringify({ merchant: 'mch_test', payload: 'p' }),
  });
  const cancelled = await claimed(shop, 7n, { details: claim.details });
  expect(await outcomeOf(payer, paying(shop, claim))).toBe('completed');
  expect(await outcomeOf(payer, paying(shop, claim))).toBe('order.already_paid');
  expect(await outcomeOf(payer, command(shop, 5_000n))).toBe('payment.insufficient_funds');
  expect(await outcomeOf(payer, command(shop, 30n))).toBe('completed');
  await shop.stub.cancelClaim(cancelled.id);
  const accounts = [funding, payer, shop];
  const feeds: Feed[] = [];
  for (const account of accounts) {
    await account.stub.entries(Number.MAX_SAFE_INTEGER, 1);
    for (const entry of await feedOf(account)) feeds.push(messageOf(account, [entry]));
  }
  return { accounts, feeds, payer };
}

async function rowsOf(accounts: readonly TestAccount[]) {
  const query = (text: string, values: readonly unknown[]) =>
    database.prepare(text).bind(JSON.stringify(values)).all<Record<string, unknown>>();
  const [transfers, marks] = await Promise.all([
    query(
      'SELECT * FROM transfer WHERE debtor IN (SELECT value FROM json_each(?)) ORDER BY id',
      idsIn(accounts),
    ),
    query(
      'SELECT book, position FROM watermark WHERE book IN (SELECT value FROM json_each(?)) ORDER BY book',
      booksOf(accounts),
    ),
  ]);
  return { transfers: transfers.results, marks: marks.results };
}

const idsIn = (accounts: readonly TestAccount[]) => accounts.map(({ id }) => id);
const booksOf = (accounts: readonly TestAccount[]) => accounts.map(({ facts }) => facts.book);

async function forget(accounts: readonly TestAccount[]): Promise<void> {
  const remove = (text: string, values: readonly unknown[]) =>
    database.prepare(`${text} IN (SELECT value FROM json_each(?))`).bind(JSON.stringify(values));
  await database.batch([
    database.prepare('DELETE FROM transfer'),
    database.prepare('DELETE FROM rollup'),
    remove('DELETE FROM watermark WHERE book', booksOf(accounts)),
  ]);
}

const idsOf = (events: readonly SwitchEvent[]) => [...new Set(events.map(({ id }) => id))].sort();

test('in order, all at once: every transfer has its row, every party its events', async () => {
  const { accounts, feeds } = await story();
  const { announced, acked } = await projected(feeds);
  expect(acked).toHaveLength(feeds.length);
  const { transfers, marks } = await rowsOf(accounts);
  expect(transfers.map(({ status, amount, refusal }) => `${amount} ${status} ${refusal}`).sort()).toEqual([
    '100 completed null',
    '100 declined order.already_paid',
    '1000 completed null',
    '30 completed null',
    '5000 declined payment.insufficient_funds',
  ]);
  for (const account of accounts) {
    const position = (await historyOf(account)).length;
    expect(marks).toContainEqual({ book: account.facts.book, position });
  }
  const types = announced.map(({ type, owner }) => `${type} ${owner}`).sort();
  expect(types).toEqual([
    'order.cancelled mch_test',
    'order.paid mch_test',
    'payment.completed mch_test',
    'payment.completed mch_test',
    'payment.completed par_test',
    'payment.completed par_test',
    'payment.declined mch_test',
    'payment.declined mch_test',
    'payment.declined par_test',
    'payment.declined par_test',
  ]);
  expect(idsOf(announced)).toHaveLength(announced.length);
});

const journeys: [string, (feeds: Feed[]) => Feed[][]][] = [
  ['one by one', (feeds) => feeds.map((feed) => [feed])],
  ['backwards', (feeds) => feeds.toReversed().map((feed) => [feed])],
  ['each three times, in one batch', (feeds) => [[...feeds, ...feeds.toReversed(), ...feeds]]],
  [
    'only how far each book has come',
    (feeds) => feeds.map(({ book, entries }) => [{ book, entries: [], upTo: entries[0]!.position }]),
  ],
  ['each in two batches', (feeds) => [feeds, feeds]],
  ['only the last of each book', (feeds) => [feeds.filter((feed, i) => feeds[i + 1]?.book !== feed.book)]],
  [
    'every other message lost',
    (feeds) => [feeds.filter((feed, i) => i % 2 || feeds[i + 1]?.book !== feed.book)],
  ],
];

test.each(journeys)('%s: the same rows and the same events', async (_, journey) => {
  const { accounts, feeds } = await story();
  const straight = await projected(feeds);
  const rows = await rowsOf(accounts);
  await forget(accounts);
  const announced: SwitchEvent[] = [];
  for (const batch of journey(feeds)) {
    const some = await projected(batch);
    expect(some.acked).toHaveLength(batch.length);
    announced.push(...some.announced);
  }
  expect(await rowsOf(accounts)).toEqual(rows);
  const { kept, rows: summed } = await sumsOf(database);
  expect(summed).not.toEqual([]);
  expect(kept).toEqual(summed);
  expect(idsOf(announced)).toEqual(idsOf(straight.announced));
  for (const event of announced) {
    expect(event).toEqual(straight.announced.find(({ id }) => id === event.id));
  }
});

test('a database that fails: nothing is acknowledged, nothing recorded, and the next time all of it is', async () => {
  const { accounts, feeds } = await story();
  const broken: Projection = { ...projection, apply: () => Promise.reject(new Error('no database')) };
  const failed = await projected(feeds, { projection: broken });
  expect(failed.acked).toEqual([]);
  expect(failed.retried).toHaveLength(feeds.length);
  expect((await rowsOf(accounts)).marks).toEqual([]);
  const again = await projected(feeds);
  expect(again.acked).toHaveLength(feeds.length);
  expect(idsOf(failed.announced)).toEqual(idsOf(again.announced));
});

test('callbacks that cannot be taken over are not recorded as announced', async () => {
  const { accounts, feeds } = await story();
  const failed = await projected(feeds, { announce: () => Promise.reject(new Error('no queue')) });
  expect(failed.acked).toEqual([]);
  expect((await rowsOf(accounts)).transfers).toEqual([]);
  const { announced } = await projected(feeds);
  expect(announced).toHaveLength(10);
});

test('one bad message does not hold up the others', async () => {
  const { accounts, feeds } = await story();
  const bad: Feed = { book: newBook(), entries: [{ ...feeds[0]!.entries[0]!, position: 5 }] };
  const { acked, retried } = await projected([feeds[0]!, bad, ...feeds.slice(1)]);
  expect(retried).toEqual(['1']);
  expect(acked).toHaveLength(feeds.length);
  expect((await rowsOf(accounts)).marks).toHaveLength(3);
});

test('a history of thousands is caught up with in steps a database takes', async () => {
  const { payer } = await funded(10_000n);
  const shop = await openedShop();
  await Promise.all(Array.from({ length: 1_300 }, () => payer.stub.transfer(command(shop, 1n))));
  await payer.stub.entries(Number.MAX_SAFE_INTEGER, 1);
  const history = await feedOf(payer);
  const last = history.at(-1)!;
  const sizes: number[] = [];
  const counting: Projection = {
    ...projection,
    apply: (runs) => {
      sizes.push(runs.reduce((sum, { entries }) => sum + entries.length, 0));
      return projection.apply(runs);
    },
  };
  const { acked } = await projected([messageOf(payer, [last])], { projection: counting });
  expect(acked).toEqual(['0']);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(history.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  const marks = await projection.watermarks([payer.facts.book]);
  expect(marks.get(payer.facts.book)).toBe(last.position);
  expect((await rowsOf([payer])).transfers).toHaveLength(1_300);
});
