/** The Account object through its stub: what a transfer comes to, and that it comes to it once. */
import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { amountMinorMax } from '../../src/kernel/index.ts';
import { accountName, type Book } from '../../src/ledger/index.ts';
import { migrate } from '../support/switch.ts';
import {
  checkHistory,
  checkRest,
  claimed,
  command,
  funded,
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

const typesOf = async (account: TestAccount) => (await historyOf(account)).map(({ type }) => type);
const balanceOf = async ({ stub }: TestAccount) => (await stub.balance())?.balanceMinor;

const stranger = () => ({
  id: 'acc_that_never_was',
  place: { id: 'acc_that_never_was', books: [newBook()] },
});

describe('one transfer', () => {
  test('is held, accepted and settled', async () => {
    const { funding, payer } = await funded(1_000n);
    const shop = await openedShop();
    expect(await outcomeOf(payer, command(shop, 300n))).toBe('completed');
    await checkRest([funding, payer, shop]);
    expect(await typesOf(payer)).toEqual(['accept', 'hold', 'settle']);
    expect(await typesOf(shop)).toEqual(['accept']);
    expect(await balanceOf(payer)).toBe(700n);
    expect(await balanceOf(shop)).toBe(300n);
  });

  test('has one time on both sides, whoever is asked', async () => {
    const { payer } = await funded(1_000n);
    const shop = await openedShop();
    for (let count = 0; count < 50; count++) await payer.stub.transfer(command(shop, 1n));
    await payer.stub.entries(Number.MAX_SAFE_INTEGER, 1);
    const accepts = new Map((await historyOf(shop)).map(({ subject, atMs }) => [subject, atMs]));
    const settles = (await historyOf(payer)).filter(({ type }) => type === 'settle');
    expect(settles).toHaveLength(50);
    for (const { subject, body } of settles)
      expect(JSON.parse(body).accepted.atMs).toBe(accepts.get(subject));
  });

  test('up to the last coin and not beyond', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop();
    expect(await outcomeOf(payer, command(shop, 101n))).toBe('payment.insufficient_funds');
    expect(await outcomeOf(payer, command(shop, 100n))).toBe('completed');
    expect(await outcomeOf(payer, command(shop, 1n))).toBe('payment.insufficient_funds');
    expect(await balanceOf(payer)).toBe(0n);
  });

  test('down to the overdraft limit and not beyond', async () => {
    const payer = await opened({ limitMinor: 50n });
    const shop = await openedShop();
    expect(await outcomeOf(payer, command(shop, 50n))).toBe('completed');
    expect(await outcomeOf(payer, command(shop, 1n))).toBe('payment.insufficient_funds');
    await checkRest([payer, shop]);
  });

  test('of the largest amount there is, exactly', async () => {
    const { funding, payer } = await funded(amountMinorMax);
    expect(await balanceOf(payer)).toBe(amountMinorMax);
    expect(await balanceOf(funding)).toBe(-amountMinorMax);
    const more = command(payer, 1n, { kind: 'top_up' });
    expect(await outcomeOf(funding, more)).toBe('payment.insufficient_funds');
    expect(await outcomeOf(await openedFunding(), more)).toBe('account.balance_limit');
    const shop = await openedShop();
    expect(await outcomeOf(payer, command(shop, amountMinorMax))).toBe('completed');
    await checkRest([funding, payer, shop]);
  });

  test.each(['JPY', 'KGS', 'KWD', 'CLF'])('in %s', async (currency) => {
    const { funding, payer } = await funded(1_001n, { currency });
    const shop = await openedShop({ currency });
    expect(await outcomeOf(payer, command(shop, 1_000n, { currency }))).toBe('completed');
    await checkRest([funding, payer, shop]);
    expect(await payer.stub.balance()).toMatchObject({ currency, availableMinor: 1n });
  });

  test('to an account of stripes lands on one of them, every stripe in turn', async () => {
    const { funding, payer } = await funded(1_000n);
    const place = { id: 'acc_striped', books: [newBook(), newBook(), newBook(), newBook()] };
    const stripes = await Promise.all(
      place.books.map((book, stripe) => openedShop({ account: place.id, book, stripe })),
    );
    for (let count = 0; count < 60; count++) {
      const even = command({ id: place.id, place }, 1n, { creditorStripe: null });
      expect(await outcomeOf(payer, even)).toBe('completed');
    }
    for (const stripe of stripes) expect(await balanceOf(stripe)).toBeGreaterThan(0n);
    expect(await ledger.balance(place)).toMatchObject({ balanceMinor: 60n, openTransfers: 0 });
    // More stripes than were opened yet: the account is still the sum of those that are.
    expect(await ledger.balance({ ...place, books: [...place.books, newBook()] })).toMatchObject({
      balanceMinor: 60n,
    });
    await checkRest([funding, payer, ...stripes]);
  });

  test('from an account that was never opened is refused and leaves nothing', async () => {
    const shop = await openedShop();
    const book = newBook();
    const stub = ledger.stripe({ id: 'acc_nobody', books: [book] });
    expect(await stub.transfer(command(shop, 1n))).toEqual({
      ok: false,
      refusal: { code: 'account.not_found' },
    });
    expect(await stub.balance()).toBeNull();
    expect((await ledger.book(book).feed(0, 10)).entries).toEqual([]);
  });
});

describe('a refusal by the debited account is written down as a decline', () => {
  test.each([
    ['frozen', 'account.frozen'],
    ['closed', 'account.closed'],
  ] as const)('%s', async (status, code) => {
    const payer = await opened({ limitMinor: 1n });
    const shop = await openedShop();
    await statusOf(payer, status);
    const what = command(shop, 1n);
    expect(await outcomeOf(payer, what)).toBe(code);
    expect(await typesOf(payer)).toEqual(['decline']);
    await statusOf(payer, 'active');
    // Once declined, always declined.
    expect(await outcomeOf(payer, what)).toBe(code);
    expect(await outcomeOf(payer, command(shop, 1n))).toBe('completed');
  });

  test('to itself, another currency, nothing', async () => {
    const { payer } = await funded(100n);
    expect(await outcomeOf(payer, command(payer, 1n))).toBe('payment.same_account');
    expect(await outcomeOf(payer, command(stranger(), 1n, { currency: 'USD' }))).toBe(
      'payment.currency_mismatch',
    );
    expect(await outcomeOf(payer, command(stranger(), 0n))).toBe('payment.amount_too_large');
    expect(await typesOf(payer)).toEqual(['accept', 'decline', 'decline', 'decline']);
    await checkHistory(payer);
  });
});

describe('a refusal by the credited account gives the money back', () => {
  test.each([
    ['frozen', 'merchant.inactive'],
    ['closed', 'merchant.inactive'],
  ] as const)('%s', async (status, code) => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    await statusOf(shop, status);
    const what = command(shop, 100n);
    expect(await outcomeOf(payer, what)).toBe(code);
    expect(await typesOf(payer)).toEqual(['accept', 'hold', 'void']);
    expect(await payer.stub.balance()).toMatchObject({ availableMinor: 100n, heldMinor: 0n });
    await statusOf(shop, 'active');
    expect(await outcomeOf(payer, what)).toBe(code);
    await checkRest([funding, payer, shop]);
  });

  test('never opened, another currency', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop({ currency: 'USD' });
    expect(await outcomeOf(payer, command(stranger(), 1n))).toBe('account.not_found');
    expect(await outcomeOf(payer, command(shop, 1n))).toBe('payment.currency_mismatch');
    expect(await payer.stub.balance()).toMatchObject({ availableMinor: 100n, heldMinor: 0n });
  });
});

describe('the same idempotency key', () => {
  const answersOf = async (payer: TestAccount, what: ReturnType<typeof command>) => {
    const answers: unknown[] = [];
    const ask = async () => {
      const answer = await payer.stub.transfer(what);
      if (!answer.ok) throw new Error(answer.refusal.code);
      answers.push(answer.value.view);
      return answer.value.replayed;
    };
    expect(await ask()).toBe(false);
    expect(await ask(), 'at once').toBe(true);
    await payer.stub.entries(Number.MAX_SAFE_INTEGER, 1);
    expect(await ask(), 'after the end is written').toBe(true);
    await evictDurableObject(payer.book);
    expect(await ask(), 'after eviction').toBe(true);
    await abortAllDurableObjects();
    expect(await ask(), 'after a crash').toBe(true);
    const stored = await payer.stub.replay(what.idempotency);
    if (stored?.ok) answers.push(stored.value);
    expect(answers).toHaveLength(6);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  };

  test('gives the same answer for ever: completed', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    await answersOf(payer, command(shop, 60n));
    await checkRest([funding, payer, shop]);
    expect(await balanceOf(shop)).toBe(60n);
  });

  test('gives the same answer for ever: a claim was paid', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    await answersOf(payer, paying(shop, await claimed(shop, 60n)));
    await checkRest([funding, payer, shop]);
  });

  test('gives the same answer for ever: declined by the payer', async () => {
    const { payer } = await funded(10n);
    const shop = await openedShop();
    await answersOf(payer, command(shop, 60n));
    expect(await typesOf(payer)).toEqual(['accept', 'decline']);
  });

  test('gives the same answer for ever: refused by the merchant', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop({ status: 'frozen' });
    await answersOf(payer, command(shop, 60n));
    expect(await typesOf(payer)).toEqual(['accept', 'hold', 'void']);
  });

  test('with another request is refused', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop();
    const what = command(shop, 60n);
    expect(await outcomeOf(payer, what)).toBe('completed');
    const other = { ...what, idempotency: { ...what.idempotency, request: 'other' } };
    expect(await outcomeOf(payer, other)).toBe('idempotency.key_reused');
    expect(await payer.stub.replay(other.idempotency)).toMatchObject({ ok: false });
    expect(await payer.stub.replay({ key: 'never used', request: 'x' })).toBeNull();
    expect(await typesOf(payer)).toEqual(['accept', 'hold', 'settle']);
  });

  test('sent twenty times at once makes one transfer', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    const what = command(shop, 10n);
    const answers = await Promise.all(Array.from({ length: 20 }, () => payer.stub.transfer(what)));
    const ids = new Set<string>();
    let first = 0;
    for (const answer of answers) {
      if (!answer.ok) expect(answer.refusal.code).toBe('idempotency.in_flight');
      else {
        ids.add(answer.value.view.transfer.id);
        expect(answer.value.view.state).toBe('completed');
        if (!answer.value.replayed) first++;
      }
    }
    expect(ids.size).toBe(1);
    expect(first).toBe(1);
    expect(await balanceOf(payer)).toBe(90n);
    await checkRest([funding, payer, shop]);
  });

  test('sent twice before either is written makes one transfer', async () => {
    const { funding, payer } = await funded(100n);
    const shop = await openedShop();
    const what = command(shop, 10n);
    const outcomes = await runInDurableObject(payer.book, async (instance: Book) => {
      // The first keeps the account committing, so that the others wait for one commit together.
      const answers = await Promise.all(
        [command(shop, 1n), what, what].map((one) => instance.transfer(accountName(payer.id, 0), one)),
      );
      return answers.map((answer) => (answer.ok ? answer.value.view.state : answer.refusal.code));
    });
    expect(outcomes).toEqual(['completed', 'completed', 'idempotency.in_flight']);
    expect(await outcomeOf(payer, what)).toBe('completed');
    expect(await balanceOf(payer)).toBe(89n);
    await checkRest([funding, payer, shop]);
  });
});

describe('many at once', () => {
  test('200 transfers over one payer never overdraw', async () => {
    const { funding, payer } = await funded(1_000n);
    const shops = await Promise.all([openedShop(), openedShop({ status: 'frozen' }), openedShop()]);
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, index) => outcomeOf(payer, command(shops[index % 3]!, 17n))),
    );
    const count = (code: string) => outcomes.filter((outcome) => outcome === code).length;
    expect(count('completed')).toBeLessThanOrEqual(58);
    expect(count('completed')).toBeGreaterThan(0);
    expect(count('completed') + count('merchant.inactive') + count('payment.insufficient_funds')).toBe(200);
    expect(await balanceOf(payer)).toBe(1_000n - 17n * BigInt(count('completed')));
    await checkRest([funding, payer, ...shops]);
  });

  test('two accounts that pay each other do not wait for each other', async () => {
    const [left, right] = await Promise.all([funded(100n), funded(100n)]);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2
          ? outcomeOf(left.payer, command(right.payer, 1n))
          : outcomeOf(right.payer, command(left.payer, 1n)),
      ),
    );
    expect(new Set(outcomes)).toEqual(new Set(['completed']));
    await checkRest([left.funding, left.payer, right.funding, right.payer]);
  });
});

describe('reading', () => {
  test('transfers and entries are listed newest first, page by page', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop();
    for (const amount of [1n, 2n, 1_000n, 3n]) await payer.stub.transfer(command(shop, amount));
    const first = await payer.stub.transfers(Number.MAX_SAFE_INTEGER, 3);
    const second = await payer.stub.transfers(first.at(-1)?.seq ?? 0, 3);
    expect([...first, ...second].map(({ view }) => [view.transfer.amountMinor, view.state])).toEqual([
      [3, 'completed'],
      [1_000, 'declined'],
      [2, 'completed'],
      [1, 'completed'],
    ]);
    const newest = await payer.stub.entries(Number.MAX_SAFE_INTEGER, 2);
    expect(newest.map(({ type }) => type)).toEqual(['settle', 'hold']);
    const before = await payer.stub.entries(newest.at(-1)?.seq ?? 0, 100);
    expect([...newest, ...before].map(({ seq }) => seq)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test.each(['', 'pay_', 'pay_000000000000000000000009', 'pay_000000000000000000000001', 'ord_1'])(
    'there is no transfer %s',
    async (id) => {
      const { payer } = await funded(1n);
      expect(await payer.stub.transferOf(id)).toEqual({ ok: false, refusal: { code: 'payment.not_found' } });
    },
  );

  test('facts of another book or currency are refused, its own ones may be repeated', async () => {
    const payer = await opened();
    const put = async (facts: typeof payer.facts) => payer.stub.put(facts).catch(String);
    expect(await put({ ...payer.facts, book: payer.facts.book + 1 })).toMatch(/another book/);
    expect(await put({ ...payer.facts, currency: 'USD' })).toMatch(/never changes/);
    expect(await put(payer.facts)).toEqual({ ok: true, value: null });
    expect(await payer.stub.balance()).toMatchObject({ currency: 'KGS', status: 'active' });
  });
});
