/** Limits in the accounts that decide them: exact however many come at once, and after whatever happened. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LimitRule } from '../../src/ledger/index.ts';
import { rowsIn } from '../support/meter.ts';
import {
  alarm,
  claimed,
  command,
  cutOff,
  funded,
  newBook,
  opened,
  openedFunding,
  openedShop,
  outcomeOf,
  paying,
  reconnect,
  statusOf,
  type TestAccount,
} from './bank.ts';

// Far from midnight and the end of a month, where limits begin anew.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-05-15T06:00:00Z') }));
afterEach(() => void vi.useRealTimers());

let revision = 0;
const rule = (more: Partial<LimitRule>): LimitRule => ({
  id: 'lim_1',
  version: 1,
  scope: 'account',
  subject: null,
  currency: 'KGS',
  direction: 'out',
  measure: 'day_sum',
  threshold: 100,
  windowSeconds: null,
  ...more,
});
const put = ({ book }: TestAccount, ...rules: Partial<LimitRule>[]) =>
  book.putRules({ revision: ++revision, books: 1, rules: rules.map(rule) });

/** A payer with money and a shop, in one book, so that a payment is done at once. */
async function neighbours(minor = 100_000n) {
  const book = newBook();
  const funding = await openedFunding({ book });
  const [payer, shop] = [await opened({ book }), await openedShop({ book })];
  await outcomeOf(funding, command(payer, minor, { kind: 'top_up' }));
  return { payer, shop, funding };
}

const payOf = (payer: TestAccount, shop: TestAccount) => (minor: bigint) =>
  outcomeOf(payer, command(shop, minor));

describe.each(['within a book', 'between books'])('a payer, %s', (where) => {
  const pair = async () =>
    where === 'within a book' ? neighbours() : { ...(await funded(100_000n)), shop: await openedShop() };

  test('pays as much in a day as the limit says, to the last tyiyn', async () => {
    const { payer, shop } = await pair();
    const pay = payOf(payer, shop);
    await pay(30n);
    await put(payer, {});
    expect([await pay(40n), await pay(31n), await pay(30n), await pay(1n)]).toEqual([
      'completed',
      'limit.day_sum',
      'completed',
      'limit.day_sum',
    ]);
  });

  test('many at once never pass it', async () => {
    const { payer, shop } = await pair();
    await put(payer, { measure: 'day_count', threshold: 7 }, { threshold: 65 });
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => payOf(payer, shop)(10n)));
    expect(outcomes.filter((outcome) => !outcome.startsWith('limit.')).length).toBe(6);
  });

  test('a crash forgets nothing of it', async () => {
    const { payer, shop } = await pair();
    await put(payer, { threshold: 50 });
    expect(await payOf(payer, shop)(50n)).toBe('completed');
    await abortAllDurableObjects();
    expect(await payOf(payer, shop)(1n)).toBe('limit.day_sum');
  });
});

describe('a payer', () => {
  test('gets back what the merchant refused, and nothing for what is under way', async () => {
    const { payer } = await funded(1_000n);
    const shop = await openedShop();
    await put(payer, {});
    await statusOf(shop, 'frozen');
    expect(await payOf(payer, shop)(100n)).toBe('merchant.inactive');
    await statusOf(shop, 'active');
    await cutOff(payer, 'question lost');
    expect(await payOf(payer, shop)(60n)).toBe('processing');
    expect(await payOf(payer, shop)(41n)).toBe('limit.day_sum');
    await reconnect(payer);
    await alarm(payer);
    expect(await payOf(payer, shop)(40n)).toBe('completed');
    expect(await payOf(payer, shop)(1n)).toBe('limit.day_sum');
  });

  test('is told what is left, and may repeat: the answer stays', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, {});
    const much = command(shop, 130n);
    const first = await payer.stub.transfer(much);
    expect(first).toMatchObject({
      value: { view: { refusal: { code: 'limit.day_sum', detail: expect.stringContaining('left: 100') } } },
    });
    await put(payer);
    const again = await payer.stub.transfer(much);
    expect(again).toMatchObject({ value: { replayed: true, view: { refusal: { code: 'limit.day_sum' } } } });
  });

  test('of another currency, or topped up, is not limited', async () => {
    const { payer, funding } = await neighbours();
    await put(payer, { threshold: 0 }, { direction: 'in', threshold: 0 });
    expect(await outcomeOf(funding, command(payer, 500n, { kind: 'top_up' }))).toBe('completed');
    const book = payer.facts.book;
    const [thai, market] = [
      await opened({ book, currency: 'THB' }),
      await openedShop({ book, currency: 'THB' }),
    ];
    const bank = await openedFunding({ book, currency: 'THB' });
    await outcomeOf(bank, command(thai, 500n, { kind: 'top_up', currency: 'THB' }));
    expect(await outcomeOf(thai, command(market, 1n, { currency: 'THB' }))).toBe('completed');
  });

  test('pays so often within seconds, and again when they are over', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, { measure: 'velocity', threshold: 2, windowSeconds: 60 });
    const pay = payOf(payer, shop);
    const startMs = Date.now();
    expect([await pay(1n), await pay(1n), await pay(1n)]).toEqual([
      'completed',
      'completed',
      'limit.velocity',
    ]);
    vi.setSystemTime(startMs + 59_999);
    expect(await pay(1n)).toBe('limit.velocity');
    vi.setSystemTime(startMs + 60_000);
    expect(await pay(1n)).toBe('completed');
  });

  test('has a new limit from midnight in Bishkek on, and a new one of the month at its end', async () => {
    const endMs = Date.parse('2031-01-31T17:59:59.999Z');
    vi.setSystemTime(endMs - 86_400_000);
    const { payer, shop } = await neighbours();
    await put(payer, { threshold: 100 }, { measure: 'month_sum', threshold: 150 });
    const pay = payOf(payer, shop);
    expect([await pay(100n), await pay(1n)]).toEqual(['completed', 'limit.day_sum']);
    vi.setSystemTime(endMs - 86_399_999);
    expect([await pay(51n), await pay(50n)]).toEqual(['limit.month_sum', 'completed']);
    vi.setSystemTime(endMs);
    expect(await pay(1n)).toBe('limit.month_sum');
    vi.setSystemTime(endMs + 1);
    expect([await pay(100n), await pay(1n)]).toEqual(['completed', 'limit.day_sum']);
  });

  test('held before midnight and refused after it gets it back where it was taken', async () => {
    const endMs = Date.parse('2031-03-31T17:59:59.999Z');
    vi.setSystemTime(endMs);
    const { payer } = await funded(1_000n);
    const shop = await openedShop();
    await put(payer, {});
    await cutOff(payer, 'question lost');
    expect(await payOf(payer, shop)(70n)).toBe('processing');
    vi.setSystemTime(endMs + 1);
    await reconnect(payer);
    await statusOf(shop, 'frozen');
    await alarm(payer);
    await statusOf(shop, 'active');
    expect([await payOf(payer, shop)(101n), await payOf(payer, shop)(100n)]).toEqual([
      'limit.day_sum',
      'completed',
    ]);
  });
});

describe('a payer kept at its issuer, for whom a position pays', () => {
  const from = (position: TestAccount, shop: TestAccount) => (payerAccount: string, minor: bigint) =>
    outcomeOf(
      position,
      command(shop, minor, { facts: { payerParticipant: 'par_test', merchant: 'mch_test', payerAccount } }),
    );

  test('has a limit of its own, whole though the position has stripes', async () => {
    const book = newBook();
    const position = await opened({ book, kind: 'position', limitMinor: 10_000n, stripes: 4 });
    const pay = from(position, await openedShop({ book }));
    expect(await pay('acc_one', 30n)).toBe('completed');
    await put(position, {});
    expect([await pay('acc_one', 71n), await pay('acc_one', 70n)]).toEqual(['limit.day_sum', 'completed']);
    expect([await pay('acc_two', 100n), await pay('acc_two', 1n)]).toEqual(['completed', 'limit.day_sum']);
    await abortAllDurableObjects();
    expect([await pay('acc_one', 1n), await pay('acc_three', 100n)]).toEqual(['limit.day_sum', 'completed']);
  });

  test('is named by a rule of it alone, and counts for its participant', async () => {
    const book = newBook();
    const position = await opened({ book, kind: 'position', limitMinor: 10_000n });
    const pay = from(position, await openedShop({ book }));
    await put(
      position,
      { subject: 'acc_one', measure: 'velocity', threshold: 1, windowSeconds: 60 },
      { scope: 'participant', subject: 'par_test', measure: 'day_count', threshold: 3 },
    );
    expect([await pay('acc_one', 1n), await pay('acc_one', 1n)]).toEqual(['completed', 'limit.velocity']);
    expect([await pay('acc_two', 1n), await pay('acc_two', 1n)]).toEqual(['completed', 'completed']);
    expect(await pay('acc_two', 1n)).toBe('limit.participant');
  });
});

describe('a merchant', () => {
  const rules = { scope: 'merchant', direction: 'in', subject: 'mch_test' } as const;

  test('takes no more than its limit, from payers anywhere; each is told only whose limit it was', async () => {
    const { payer, shop } = await neighbours();
    const { payer: other } = await funded(1_000n);
    await put(shop, { ...rules, threshold: 100 });
    expect(await payOf(payer, shop)(60n)).toBe('completed');
    expect(await payOf(other, shop)(41n)).toBe('limit.receiver');
    expect(await payOf(other, shop)(40n)).toBe('completed');
    expect(await payOf(payer, shop)(1n)).toBe('limit.receiver');
    await abortAllDurableObjects();
    expect(await payOf(payer, shop)(1n)).toBe('limit.receiver');
  });

  test('of two stripes has half of it in each', async () => {
    const id = 'acc_striped_limits';
    const [one, two] = [newBook(), newBook()];
    const first = await openedShop({ account: id, book: one, stripe: 0, stripes: 2 });
    const second = await openedShop({ account: id, book: two, stripe: 1, stripes: 2 });
    for (const stripe of [first, second]) await put(stripe, { ...rules, threshold: 101 });
    const { payer } = await funded(1_000n);
    const payTo = (stripe: number, minor: bigint) =>
      outcomeOf(payer, command(first, minor, { creditorBooks: [one, two], creditorStripe: stripe }));
    expect([await payTo(0, 52n), await payTo(0, 51n)]).toEqual(['limit.receiver', 'completed']);
    expect([await payTo(1, 51n), await payTo(1, 50n)]).toEqual(['limit.receiver', 'completed']);
  });

  test('has limits for each of its tills', async () => {
    const { payer, shop } = await neighbours();
    await put(shop, { scope: 'till', direction: 'in', measure: 'day_count', threshold: 1 });
    const at = async (till: string) =>
      outcomeOf(payer, paying(shop, await claimed(shop, 10n, { facts: { till } })));
    expect([await at('til_a'), await at('til_a'), await at('til_b'), await at('til_b')]).toEqual([
      'completed',
      'limit.receiver',
      'completed',
      'limit.receiver',
    ]);
    expect(await payOf(payer, shop)(10n)).toBe('completed');
    await abortAllDurableObjects();
    expect(await at('til_b')).toBe('limit.receiver');
  });

  test('an order that a limit refused can still be paid', async () => {
    const { payer, shop } = await neighbours();
    const claim = await claimed(shop, 10n);
    await put(shop, { ...rules, threshold: 9 });
    expect(await outcomeOf(payer, paying(shop, claim))).toBe('limit.receiver');
    await put(shop, { ...rules, threshold: 10 });
    expect(await outcomeOf(payer, paying(shop, claim))).toBe('completed');
  });
});

describe('a participant', () => {
  const rules = { scope: 'participant', subject: 'par_test' } as const;

  test('has one limit for all its payers of a book, and a part of it in each book', async () => {
    const { payer, shop, funding } = await neighbours();
    const other = await opened({ book: payer.facts.book });
    await outcomeOf(funding, command(other, 1_000n, { kind: 'top_up' }));
    await payer.book.putRules({
      revision: ++revision,
      books: 1,
      rules: [rule({ ...rules, threshold: 100 })],
    });
    expect([await payOf(payer, shop)(60n), await payOf(other, shop)(41n)]).toEqual([
      'completed',
      'limit.participant',
    ]);
    await abortAllDurableObjects();
    expect([await payOf(other, shop)(40n), await payOf(payer, shop)(1n)]).toEqual([
      'completed',
      'limit.participant',
    ]);
    // Of a thousand books, this one has the smaller part of the limit.
    await payer.book.putRules({ revision, books: 1_000, rules: [rule({ ...rules, threshold: 150_999 })] });
    expect([await payOf(payer, shop)(52n), await payOf(payer, shop)(50n)]).toEqual([
      'limit.participant',
      'completed',
    ]);
  });

  test('gets back what a merchant elsewhere refused, on the same day', async () => {
    const { payer } = await funded(1_000n);
    const shop = await openedShop();
    await put(payer, { ...rules, threshold: 100 });
    await statusOf(shop, 'frozen');
    expect(await payOf(payer, shop)(100n)).toBe('merchant.inactive');
    await statusOf(shop, 'active');
    expect([await payOf(payer, shop)(100n), await payOf(payer, shop)(1n)]).toEqual([
      'completed',
      'limit.participant',
    ]);
  });
});

describe('rules told to a book', () => {
  test('late or twice change nothing; newer ones are in force at once, between two payments', async () => {
    const { payer, shop } = await neighbours();
    const pay = payOf(payer, shop);
    const setOf = (at: number, threshold: number) => ({
      revision: at,
      books: 1,
      rules: [rule({ threshold })],
    });
    await payer.book.putRules(setOf(5, 100));
    expect(await pay(90n)).toBe('completed');
    await payer.book.putRules(setOf(4, 1_000));
    await payer.book.putRules(setOf(5, 1_000));
    expect(await pay(11n)).toBe('limit.day_sum');
    await payer.book.putRules(setOf(6, 1_000));
    expect(await pay(11n)).toBe('completed');
    await payer.book.putRules({ revision: 7, books: 1, rules: [] });
    expect(await pay(5_000n)).toBe('completed');
    // What was paid while there was no rule counts like the rest.
    await payer.book.putRules(setOf(8, 5_102));
    expect([await pay(1n), await pay(1n)]).toEqual(['completed', 'limit.day_sum']);
  });

  test('change while payments run: each keeps one version or the other', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, { measure: 'day_count', threshold: 10 });
    const first = Array.from({ length: 15 }, () => payOf(payer, shop)(1n));
    const changed = put(payer, { measure: 'day_count', threshold: 20 });
    const then = Array.from({ length: 15 }, () => payOf(payer, shop)(1n));
    await changed;
    const outcomes = await Promise.all([...first, ...then]);
    expect(outcomes.slice(0, 15).filter((outcome) => outcome === 'completed').length).toBe(10);
    expect(outcomes.filter((outcome) => outcome === 'completed').length).toBe(20);
  });

  test('that it does not know refuse', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, { measure: 'year_sum' as never, threshold: 1_000 });
    expect(await payOf(payer, shop)(1n)).toBe('limit.unavailable');
    await put(payer);
    expect(await payOf(payer, shop)(1n)).toBe('completed');
  });

  test('that cannot be counted, because an entry is damaged, refuse; others go on', async () => {
    const { payer, shop, funding } = await neighbours();
    const other = await opened({ book: payer.facts.book });
    await outcomeOf(funding, command(other, 1_000n, { kind: 'top_up' }));
    expect(await payOf(payer, shop)(1n)).toBe('completed');
    await runInDurableObject(payer.book, (_, { storage }) => {
      storage.sql.exec(
        `UPDATE entry SET body = '{' WHERE type = 'debit' AND available < 100000
        AND account = (SELECT no FROM account WHERE name = ?)`,
        `${payer.id}#0`,
      );
    });
    await put(payer, {});
    const outcomes = await Promise.all([payOf(payer, shop)(1n), payOf(other, shop)(1n)]);
    expect(outcomes).toEqual(['limit.unavailable', 'completed']);
  });
});

test('a rule of accounts costs no row; accounts without one cost what they cost', async () => {
  const { payer, shop } = await neighbours();
  const rowsOf = () => rowsIn(payer, () => payOf(payer, shop)(1n));
  const without = await rowsOf();
  await put(payer, { threshold: 1_000 }, { scope: 'merchant', direction: 'in', threshold: 1_000 });
  expect(await rowsOf()).toBe(without);
  await put(payer, { scope: 'participant', subject: 'par_test', threshold: 1_000 });
  expect(await rowsOf()).toBe(without + 1);
});
