/** A claim is found in its book without knowing whose it is, and without reading what others have. */
import { runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { earliestId, newOrderId } from '../../src/kernel/index.ts';
import { byIdQuery, byReferenceQuery, holdersQuery } from '../../src/ledger/claim-search.ts';
import type { ClaimsFound } from '../../src/ledger/index.ts';
import { migrate } from '../support/switch.ts';
import { claimed, ledger, newBook, openedShop, type TestAccount } from './bank.ts';

beforeAll(migrate);

const everything = { from: earliestId('order', 0), before: 'ord_~', limit: 3 };
const beganMs = Date.parse('2026-01-01T00:00:00Z');
const idOf = (second: number) => newOrderId(beganMs + second * 1_000, 0);

/** Claims as if they had been opened, for accounts by their numbers: those that nobody has keep away from their rows. */
const filled = (
  shop: TestAccount,
  rows: readonly (readonly [account: number, id: string, reference: string])[],
) =>
  runInDurableObject(shop.book, (_, { storage }) => {
    storage.sql.exec(
      `INSERT INTO claim (account, id, state, amount, currency, reference, created_at, expires_at, payload_digest, facts, details)
       SELECT value ->> 0, value ->> 1, 'cancelled', 5, 'KGS', value ->> 2, 0, 0, 'digest', '{}', '{}' FROM json_each(?)`,
      JSON.stringify(rows),
    );
  });

/** All a book finds, and how often it was asked. */
async function found(shop: TestAccount, sought: Parameters<TestAccount['book']['findClaims']>[0]) {
  const ids: string[] = [];
  let times = 0;
  for (let after: number | null = 0; after !== null; times++) {
    const page: ClaimsFound = await shop.book.findClaims(sought, after);
    ids.push(...page.claims.map(({ id }) => id));
    after = page.next;
  }
  return { ids, times };
}

test('by its id, among the claims of several accounts', async () => {
  const book = newBook();
  const shops = await Promise.all([openedShop({ book }), openedShop({ book }), openedShop({ book })]);
  const claims = await Promise.all(shops.map((shop) => claimed(shop, 100n, { reference: 'R-1' })));
  for (const { id } of claims) {
    const { claims: hits, next } = await ledger.book(book).findClaims({ id }, 0);
    expect(hits).toMatchObject([{ id, state: 'open', amountMinor: 100n, reference: 'R-1' }]);
    expect(next).toBeNull();
  }
  expect(await ledger.book(book).findClaims({ id: idOf(1) }, 0)).toEqual({ claims: [], next: null });
});

test('an empty book finds nothing', async () => {
  const shop = await openedShop();
  expect(await shop.book.findClaims({ id: idOf(1) }, 0)).toEqual({ claims: [], next: null });
  expect(await found(shop, { reference: 'R-1', ...everything })).toEqual({ ids: [], times: 1 });
});

test('by its reference: the newest of all accounts, within the times that are asked for', async () => {
  const shop = await openedShop();
  const ids = Array.from({ length: 6 }, (_, second) => idOf(second));
  await filled(
    shop,
    ids.map((id, index) => [1_000 + (index % 2), id, 'R-7']),
  );
  await filled(shop, [[1_002, idOf(9), 'R-8']]);
  expect((await found(shop, { reference: 'R-7', ...everything })).ids).toEqual(ids.slice(3).toReversed());
  const some = { from: earliestId('order', beganMs + 1_000), before: earliestId('order', beganMs + 3_000) };
  expect((await found(shop, { reference: 'R-7', ...some, limit: 3 })).ids).toEqual([ids[2], ids[1]]);
});

test('so many accounts are asked at once, and the next ones after them', async () => {
  const shop = await openedShop();
  const ids = Array.from({ length: 4_500 }, (_, second) => idOf(second));
  await filled(
    shop,
    ids.map((id, index) => [1_000 + index, id, 'same']),
  );
  for (const index of [0, 1_999, 2_000, 4_499]) {
    expect(await found(shop, { id: ids[index]! })).toEqual({ ids: [ids[index]], times: 3 });
  }
  const newest = await found(shop, { reference: 'same', ...everything, limit: 2 });
  expect(newest.ids).toEqual([1_999, 1_998, 3_999, 3_998, 4_499, 4_498].map((index) => ids[index]));
});

describe('whatever an account has', () => {
  const many = 3_000;
  let shop: TestAccount;
  beforeAll(async () => {
    shop = await openedShop();
    await filled(
      shop,
      Array.from({ length: many }, (_, second) => [1_000, idOf(second), 'same']),
    );
  });
  const read = (query: string, ...bindings: SqlStorageValue[]) =>
    runInDurableObject(shop.book, (_, { storage }) => {
      const cursor = storage.sql.exec(query, ...bindings);
      cursor.toArray();
      return cursor.rowsRead;
    });

  test('it is one seek to see whether there is another account', async () => {
    expect(await read(holdersQuery, 0, 10)).toBeLessThan(20);
  });

  test('a claim is one seek in it, and its newest of a reference are no more than they are', async () => {
    expect(await read(byIdQuery, '[1000]', idOf(5))).toBeLessThan(10);
    const { from, before } = everything;
    expect(await read(byReferenceQuery, '[1000]', 'same', from, before, 5)).toBeLessThan(30);
  });

  test.each([
    ['accounts', holdersQuery, [0, 10], [/^SEARCH claim USING PRIMARY KEY \(account>\?\)$/]],
    ['an id', byIdQuery, ['[1]', 'x'], [/^SEARCH claim USING PRIMARY KEY \(account=\? AND id=\?\)$/]],
    [
      'a reference',
      byReferenceQuery,
      ['[1]', 'x', 'a', 'b', 5],
      [
        /^SEARCH claim USING PRIMARY KEY \(account=\? AND id=\?\)$/,
        /^SEARCH claim USING (COVERING )?INDEX claim_reference \(account=\? AND reference=\? AND id>\? AND id<\?\)$/,
      ],
    ],
  ])('%s: no claims are walked through', async (_, query, bindings, wanted) => {
    const plan = await runInDurableObject(shop.book, (__, { storage }) =>
      storage.sql.exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...bindings).toArray(),
    );
    const ofClaims = plan.map(({ detail }) => detail).filter((detail) => /\bclaim\b/.test(detail));
    for (const step of ofClaims)
      expect(
        wanted.some((form) => form.test(step)),
        step,
      ).toBe(true);
    for (const form of wanted)
      expect(
        ofClaims.some((step) => form.test(step)),
        String(form),
      ).toBe(true);
  });
});
