/**
 * A deployment in mid-payment: every object starts again with other code, and for minutes old and new code
 * share the data and call each other. What was begun under the one is finished under the other.
 */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { beforeAll, expect, test } from 'vitest';
import type { Feed } from '../../src/ledger/index.ts';
import type { HoldBody, TransferDetails } from '../../src/ledger/model.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import { migrate, testEnv, until } from '../support/switch.ts';
import {
  checkRest,
  claimed,
  command,
  cutOff,
  feedOf,
  funded,
  historyOf,
  openedShop,
  outcomeOf,
  paying,
  reconnect,
  type TestAccount,
} from './bank.ts';

beforeAll(migrate);

// What the first release had. Later steps only add to it.
const firstTables = ['account', 'entry', 'batch', 'idempotency', 'credited', 'claim', 'schema_step'];

/** Takes a book back to what the first release would have written, and starts it under the present code. */
async function asOfTheFirstRelease({ book }: TestAccount): Promise<void> {
  await runInDurableObject(book, (_, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    for (const { name } of tables) if (!firstTables.includes(name)) storage.sql.exec(`DROP TABLE ${name}`);
    for (const index of ['claim_person', 'claim_till', 'claim_store'])
      storage.sql.exec(`DROP INDEX IF EXISTS ${index}`);
    storage.sql.exec('DELETE FROM schema_step WHERE step > 0');
    // Accounts did not say then which version and how many stripes they are of.
    storage.sql.exec("UPDATE account SET facts = json_remove(facts, '$.version', '$.stripes')");
  });
  await abortAllDurableObjects();
}

const stepsOf = ({ book }: TestAccount) =>
  runInDurableObject(
    book,
    (_, { storage }) =>
      storage.sql.exec<{ steps: number }>('SELECT count(*) AS steps FROM schema_step').one().steps,
  );

test('a payment held by the first release is finished by this one, and can be refunded', async () => {
  const { funding, payer } = await funded(100n);
  const shop = await openedShop();
  const what = paying(shop, await claimed(shop, 40n));
  await cutOff(payer, 'question lost');
  expect(await outcomeOf(payer, what)).toBe('processing');
  const steps = await stepsOf(payer);
  for (const account of [funding, payer, shop]) await asOfTheFirstRelease(account);
  await runDurableObjectAlarm(payer.book);
  expect(await stepsOf(payer)).toBe(steps);
  const answer = await payer.stub.transfer(what);
  if (!answer.ok) throw new Error(answer.refusal.code);
  const { state, transfer } = answer.value.view;
  expect(state).toBe('completed');
  expect(
    await shop.stub.refund({
      ...{ payment: transfer.id, amountMinor: null, totalMaxMinor: null, facts: {} },
      ...{ creditorBooks: payer.place.books, idempotency: { key: 'refund', request: 'request' } },
    }),
  ).toMatchObject({ value: { view: { state: 'completed' } } });
  expect(await payer.stub.balance()).toMatchObject({ balanceMinor: 100n });
  await checkRest([funding, payer, shop]);
});

test('what the first release wrote and nobody had read yet is reported', async () => {
  const { payer } = await funded(100n);
  const shop = await openedShop();
  const answer = await payer.stub.transfer(command(shop, 30n));
  const id = answer.ok ? answer.value.view.transfer.id : '';
  for (const account of [payer, shop]) await asOfTheFirstRelease(account);
  for (const account of [payer, shop]) await account.book.sweep(0);
  const { transfers } = reportsOf(periodsOf(testEnv));
  await until(
    () => transfers({}, 10_000),
    (rows) => rows.some((row) => row.id === id && row.status === 'completed'),
  );
});

/** A hold as a later release may write it: with facts that this one has never heard of. */
async function heldByTheNext(payer: TestAccount, shop: TestAccount) {
  const { facts, ...rest } = command(shop, 40n);
  const later = { ...facts, loyalty: { card: 'c1', points: 3 } };
  await cutOff(payer, 'question lost');
  await payer.stub.transfer({ ...rest, facts: later });
  const hold = (await historyOf(payer)).find(({ type }) => type === 'hold');
  const { transfer }: HoldBody = JSON.parse(hold?.body ?? '');
  return { ...transfer, risk: { score: 7 } } as TransferDetails;
}

test('a question of the next release is answered once, and what it adds is kept', async () => {
  const { funding, payer } = await funded(100n);
  const shop = await openedShop();
  const transfer = await heldByTheNext(payer, shop);
  const receipt = await shop.book.accept(transfer);
  expect(receipt).toMatchObject({ ok: true });
  // The release before asks again, without what it does not know.
  const { risk: _, ...known } = transfer as TransferDetails & { risk: object };
  expect(await shop.book.accept(known)).toEqual(receipt);
  const [accept] = await historyOf(shop);
  expect(JSON.parse(accept?.body ?? '{}').transfer).toMatchObject({
    facts: { loyalty: { card: 'c1', points: 3 } },
    risk: { score: 7 },
  });
  await reconnect(payer);
  await checkRest([funding, payer, shop]);
});

test('an answer of the next release settles a payment, whatever else it says', async () => {
  const { funding, payer } = await funded(100n);
  const shop = await openedShop();
  await runInDurableObject(payer.book, (instance) => {
    const get = (id: DurableObjectId) => ({
      async accept(transfer: TransferDetails) {
        const answer = await testEnv.BOOKS.get(id).accept(transfer);
        return answer.ok ? { ...answer, value: { ...answer.value, receipt: 'r1' }, release: 2 } : answer;
      },
    });
    const BOOKS = { get, idFromName: (name: string) => testEnv.BOOKS.idFromName(name) };
    Reflect.set(instance, 'env', { ...testEnv, BOOKS });
  });
  expect(await outcomeOf(payer, command(shop, 40n))).toBe('completed');
  await reconnect(payer);
  await checkRest([funding, payer, shop]);
});

test('a message that the next release put into the queue is projected by this one', async () => {
  const { payer } = await funded(100n);
  const shop = await openedShop();
  expect(await outcomeOf(payer, command(shop, 12n))).toBe('completed');
  const entries = await feedOf(shop);
  const id = entries[0]?.entry.subject ?? '';
  const added = entries.map((entry) => ({ ...entry, shard: 4, entry: { ...entry.entry, signature: 's' } }));
  const database = testEnv.REPORTS;
  const recorded = () =>
    until(
      () => database.prepare('SELECT status FROM transfer WHERE id = ?').bind(id).first<string>('status'),
      (status) => status === 'completed',
    );
  await recorded();
  await database.batch([
    database.prepare('DELETE FROM transfer WHERE id = ?').bind(id),
    database.prepare('DELETE FROM watermark WHERE book = ?').bind(shop.facts.book),
  ]);
  const feed = { book: shop.facts.book, entries: added, release: 2 } as Feed;
  await testEnv.EVENTS.send(feed, { contentType: 'v8' });
  await recorded();
});
