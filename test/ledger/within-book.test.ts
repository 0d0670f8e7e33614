/** Two accounts in one book: debit and credit in one transaction, with the same rules as between books. */
import { abortAllDurableObjects } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../support/switch.ts';
import {
  checkRest,
  claimed,
  command,
  historyOf,
  ledger,
  newBook,
  opened,
  openedFunding,
  openedShop,
  outcomeOf,
  paying,
  statusOf,
  type TestAccount,
} from './bank.ts';

beforeAll(migrate);

const typesOf = async (account: TestAccount) => (await historyOf(account)).map(({ type }) => type).join(' ');

async function neighbours(amountMinor: bigint) {
  const book = newBook();
  const [funding, payer, shop] = [
    await openedFunding({ book }),
    await opened({ book }),
    await openedShop({ book }),
  ];
  expect(await outcomeOf(funding, command(payer, amountMinor, { kind: 'top_up' }))).toBe('completed');
  return { funding, payer, shop, all: [funding, payer, shop] };
}

test('a transfer is a debit and an accept, final at once, with nothing held', async () => {
  const { payer, shop, all } = await neighbours(1_000n);
  const answer = await payer.stub.transfer(command(shop, 300n));
  expect(answer).toMatchObject({ ok: true, value: { replayed: false, view: { state: 'completed' } } });
  expect(await typesOf(payer)).toBe('accept debit');
  expect(await typesOf(shop)).toBe('accept');
  expect(await payer.stub.balance()).toMatchObject({ balanceMinor: 700n, heldMinor: 0n, openTransfers: 0 });
  await checkRest(all);
});

describe('what the credited account refuses is declined before anything moves', () => {
  test.each([
    ['frozen', 'merchant.inactive'],
    ['closed', 'merchant.inactive'],
  ] as const)('%s', async (status, code) => {
    const { payer, shop, all } = await neighbours(100n);
    await statusOf(shop, status);
    expect(await outcomeOf(payer, command(shop, 10n))).toBe(code);
    expect(await typesOf(payer)).toBe('accept decline');
    expect(await typesOf(shop)).toBe('');
    await checkRest(all);
  });

  test('an account that is not there, another currency, a claim that is not open', async () => {
    const { payer, shop, all } = await neighbours(100n);
    const nobody = { id: 'acc_nobody', place: { id: 'acc_nobody', books: shop.place.books } };
    expect(await outcomeOf(payer, command(nobody, 1n))).toBe('account.not_found');
    const claim = await claimed(shop, 10n);
    expect(await outcomeOf(payer, paying(shop, claim))).toBe('completed');
    expect(await outcomeOf(payer, paying(shop, claim))).toBe('order.already_paid');
    expect(await outcomeOf(payer, command(shop, 91n))).toBe('payment.insufficient_funds');
    expect(await typesOf(payer)).toBe('accept decline debit decline decline');
    await checkRest(all);
  });
});

test('the same key gives the same answer, at once and after a crash; another request is refused', async () => {
  const { payer, shop, all } = await neighbours(100n);
  const what = command(shop, 40n);
  const [first, second] = await Promise.all([payer.stub.transfer(what), payer.stub.transfer(what)]);
  if (!first.ok || !second.ok) throw new Error('refused');
  expect([first.value.replayed, second.value.replayed]).toEqual([false, true]);
  expect(second.value.view).toEqual(first.value.view);
  await abortAllDurableObjects();
  expect(await payer.stub.transfer(what)).toEqual({ ok: true, value: { ...first.value, replayed: true } });
  const other = { ...what, idempotency: { ...what.idempotency, request: 'other' } };
  expect(await outcomeOf(payer, other)).toBe('idempotency.key_reused');
  await checkRest(all);
});

test('whoever waits for a claim is told when a neighbour pays it', async () => {
  const { payer, shop } = await neighbours(100n);
  const claim = await claimed(shop, 40n);
  const waiting = shop.stub.waitForClaim(claim.id, 10_000);
  expect(await outcomeOf(payer, paying(shop, claim))).toBe('completed');
  expect(await waiting).toMatchObject({ state: 'paid' });
});

test('of several stripes the one in the payer’s own book is credited', async () => {
  const { payer } = await neighbours(100n);
  const place = { id: 'acc_near', books: [newBook(), payer.facts.book] };
  for (const [stripe, book] of place.books.entries()) await openedShop({ account: place.id, book, stripe });
  for (let count = 0; count < 5; count++) {
    expect(await outcomeOf(payer, command({ id: place.id, place }, 1n, { creditorStripe: null }))).toBe(
      'completed',
    );
  }
  expect(await ledger.stripe(place, 0).balance()).toMatchObject({ balanceMinor: 0n });
  expect(await ledger.stripe(place, 1).balance()).toMatchObject({ balanceMinor: 5n });
});

test('a thousand neighbours paying at once share few transactions', async () => {
  const book = newBook();
  const funding = await openedFunding({ book });
  const shop = await openedShop({ book });
  const payers = await Promise.all(Array.from({ length: 50 }, () => opened({ book })));
  await Promise.all(payers.map((payer) => outcomeOf(funding, command(payer, 20n, { kind: 'top_up' }))));
  const outcomes = await Promise.all(
    payers.flatMap((payer) => Array.from({ length: 20 }, () => outcomeOf(payer, command(shop, 1n)))),
  );
  expect(new Set(outcomes)).toEqual(new Set(['completed']));
  expect(await shop.stub.balance()).toMatchObject({ balanceMinor: 1_000n });
  await checkRest([funding, shop, ...payers]);
});
