/** What a payment reads and writes is the same beside ten entries and beside thousands. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { beforeAll, expect, test } from 'vitest';
import { engineOf } from '../../bench/growth/engine.ts';
import { RowMeter, type Rows } from '../../bench/growth/meter.ts';
import { Journal } from '../../src/ledger/journal.ts';
import { accountName } from '../../src/ledger/model.ts';
import {
  checkHistory,
  command,
  newBook,
  opened,
  openedFunding,
  openedShop,
  outcomeOf,
  type TestAccount,
} from '../ledger/bank.ts';
import { migrate } from '../support/switch.ts';

beforeAll(migrate);

const groupSize = 250;

async function neighbours() {
  const book = newBook();
  const funding = await openedFunding({ book });
  const [payer, shop] = [await opened({ book }), await openedShop({ book })];
  await outcomeOf(funding, command(payer, 100_000n, { kind: 'top_up' }));
  return { payer, shop };
}

/** Payments by the ledger's own engine, in the object's own storage; whoever comes next finds them there. */
async function grow(payer: TestAccount, shop: TestAccount, payments: number): Promise<void> {
  await runInDurableObject(payer.book, (_, { storage }) => {
    const engine = engineOf(payer.facts.book, storage);
    for (let left = payments; left > 0; left -= groupSize) {
      const group = Math.min(left, groupSize);
      storage.transactionSync(() => {
        engine.begin();
        for (let one = 0; one < group; one++) engine.start(accountName(payer.id, 0), command(shop, 1n));
        // A payment is two entries; all of them count as sent.
        engine.end(engine.lastBatch.n + 2 * group);
      });
    }
  });
  await evictDurableObject(payer.book);
}

/** Of a payment that comes alone: the least of some, since the book may look after older things beside it. */
async function rowsOfPayment(payer: TestAccount, shop: TestAccount): Promise<Rows> {
  const all: Rows[] = [];
  for (let time = 0; time < 4; time++) {
    const rows = await runInDurableObject(payer.book, (_, { storage }) => new RowMeter(storage.sql));
    expect(await outcomeOf(payer, command(shop, 1n))).toBe('completed');
    all.push(rows.take(false));
    await runInDurableObject(payer.book, (_, { storage }) => {
      Reflect.deleteProperty(storage.sql, 'exec');
    });
  }
  const least = (values: number[]) => Math.min(...values);
  return { read: least(all.map(({ read }) => read)), written: least(all.map(({ written }) => written)) };
}

test('a payment reads and writes as many rows beside 5,000 entries as beside 10', async () => {
  const { payer, shop } = await neighbours();
  await grow(payer, shop, 10);
  const few = await rowsOfPayment(payer, shop);
  await grow(payer, shop, 5_000);
  expect(await rowsOfPayment(payer, shop)).toEqual(few);
  expect(few.written).toBe(4);
  expect(few.read).toBeLessThanOrEqual(4);
  expect((await shop.stub.balance())?.seq).toBe(10 + 4 + 5_000 + 4);
});

test('so it does among 2,000 accounts', async () => {
  const { payer, shop } = await neighbours();
  const few = await rowsOfPayment(payer, shop);
  await runInDurableObject(payer.book, (_, { storage }) => {
    const journal = new Journal(storage);
    storage.transactionSync(() => {
      for (let one = 0; one < 2_000; one++) {
        const facts = { ...payer.facts, account: `acc_neighbour${one}` };
        journal.putAccount(accountName(facts.account, 0), facts);
      }
    });
  });
  await evictDurableObject(payer.book);
  expect(await rowsOfPayment(payer, shop)).toEqual(few);
  await checkHistory(shop);
});
