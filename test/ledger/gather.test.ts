/** Money of an account with stripes is brought together for what leaves it: all of it or nothing, whatever crashes. */
import { abortAllDurableObjects } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AccountPlace,
  type Gathering,
  gather,
  type Ledger,
  loansFor,
  type RefundCommand,
} from '../../src/ledger/index.ts';
import { migrate, until } from '../support/switch.ts';
import {
  alarm,
  checkRest,
  command,
  cutOff,
  funded,
  historyOf,
  ledger,
  newBook,
  opened,
  openedShop,
  outcomeOf,
  reconnect,
  statusOf,
  type TestAccount,
} from './bank.ts';

beforeAll(migrate);

let counter = 0;

interface Market {
  readonly place: AccountPlace;
  readonly stripes: readonly TestAccount[];
  readonly payer: TestAccount;
  readonly bank: TestAccount;
  /** Of 100 to each stripe. */
  readonly payments: readonly string[];
  readonly all: readonly TestAccount[];
}

interface Terms {
  readonly limitMinor?: bigint;
  /** All in one book, or each in its own. */
  readonly book?: number;
}

/** A merchant whose stripes were paid 100 each and have so much of it left. */
async function market(left: readonly bigint[], { limitMinor = 0n, book }: Terms = {}): Promise<Market> {
  const within = book === undefined ? {} : { book };
  const { funding, payer } = await funded(10_000n, within);
  const bank = await opened(within);
  const id = `acc_market${++counter}`;
  const books = left.map(() => book ?? newBook());
  const stripes: TestAccount[] = [];
  const payments: string[] = [];
  for (const [stripe, minor] of left.entries()) {
    const facts = { account: id, stripe, stripes: left.length, book: books[stripe]! };
    const shop = await openedShop({ ...facts, limitMinor: stripe === 0 ? limitMinor : 0n });
    const paid = await payer.stub.transfer(command(shop, 100n, { creditorStripe: stripe }));
    if (!paid.ok) throw new Error(paid.refusal.code);
    if (minor < 100n) expect(await outcomeOf(shop, command(bank, 100n - minor))).toBe('completed');
    stripes.push(shop);
    payments.push(paid.value.view.transfer.id);
  }
  return { place: { id, books }, stripes, payer, bank, payments, all: [funding, payer, bank, ...stripes] };
}

const refundOf = (
  { payer, payments }: Market,
  stripe: number,
  amountMinor: bigint | null,
  more: Partial<RefundCommand> = {},
): RefundCommand => ({
  payment: payments[stripe]!,
  amountMinor,
  totalMaxMinor: null,
  creditorBooks: payer.place.books,
  facts: {},
  idempotency: { key: `gathered ${++counter}`, request: 'request' },
  ...more,
});

const leaving = ({ place }: Market, stripe: number, refund: RefundCommand): Gathering => ({
  ...{ place, stripe, owner: 'mch_test', what: { refund } },
});

/** What it came to, in one word. */
async function said(answer: ReturnType<Ledger['gather']>): Promise<string> {
  const outcome = await answer;
  if (!outcome.ok) return outcome.refusal.code;
  const { state, refusal } = outcome.value.view;
  return refusal?.code ?? state;
}

const refunded = (it: Market, stripe: number, amountMinor: bigint | null) =>
  said(ledger.gather(leaving(it, stripe, refundOf(it, stripe, amountMinor))));
const leftOf = ({ stripes }: Market) =>
  Promise.all(stripes.map(async ({ stub }) => Number((await stub.balance())?.availableMinor)));
/** From which stripes money was lent. */
async function loansOf({ stripes }: Market): Promise<number[]> {
  const histories = await Promise.all(stripes.map(historyOf));
  return histories.flatMap((entries, stripe) =>
    entries
      .filter(({ type, subject }) => /^gat_/.test(subject) && (type === 'hold' || type === 'debit'))
      .map(() => stripe),
  );
}

describe('who lends how much', () => {
  const lender = (availableMinor: bigint, limitMinor = 0n) => ({
    availableMinor,
    limitMinor,
    currency: 'KGS',
    seq: 1,
  });
  test.each<
    [
      string,
      (ReturnType<typeof lender> | null)[],
      number,
      bigint,
      boolean,
      Record<number, bigint> | undefined,
    ]
  >([
    ['nothing is missing', [lender(5n), lender(9n)], 0, 5n, false, {}],
    ['the one with the most first', [lender(5n), lender(9n), lender(1n)], 2, 8n, false, { 1: 7n }],
    ['then the next', [lender(5n), lender(9n), lender(1n)], 2, 15n, false, { 1: 9n, 0: 5n }],
    ['all together have too little', [lender(5n), lender(9n), lender(1n)], 2, 16n, false, undefined],
    ['a limit is not for everything', [lender(5n, 10n), lender(1n)], 1, 7n, false, undefined],
    [
      'below zero only what nobody has',
      [lender(5n, 10n), lender(3n), lender(1n)],
      2,
      12n,
      true,
      { 0: 8n, 1: 3n },
    ],
    ['to the limit', [lender(0n, 10n), lender(0n)], 1, 10n, true, { 0: 10n }],
    ['not beyond it', [lender(0n, 10n), lender(0n)], 1, 11n, true, undefined],
    ['what is owed already counts', [lender(-4n, 10n), lender(0n)], 1, 6n, true, { 0: 6n }],
    ['and is not lent again', [lender(-4n, 10n), lender(0n)], 1, 7n, true, undefined],
    ['what is owed has to be left', [lender(-4n, 10n), lender(9n), lender(0n)], 2, 6n, false, undefined],
    ['the first may owe itself', [lender(2n, 10n), lender(0n)], 0, 12n, true, {}],
    ['one that is not there lends nothing', [lender(1n), null, lender(4n)], 0, 5n, false, { 2: 4n }],
  ])('%s', (_, balances, stripe, amount, toLimit, expected) => {
    const loans = loansFor(balances, stripe, amount, toLimit);
    const found = loans && Object.fromEntries(loans.map(({ from, amountMinor }) => [from, amountMinor]));
    expect(found).toEqual(expected);
  });
});

describe.each([
  ['each in its own book', () => ({})],
  ['all in one book', () => ({ book: newBook() })],
])('stripes %s', (_, terms) => {
  test('lend what one has too little, and no more', async () => {
    const it = await market([70n, 50n, 20n], terms());
    expect(await refunded(it, 2, 90n)).toBe('completed');
    expect(await leftOf(it)).toEqual([0, 50, 0]);
    expect(await loansOf(it)).toEqual([0]);
    expect(await refunded(it, 2, null)).toBe('completed');
    expect(await leftOf(it)).toEqual([0, 40, 0]);
    await checkRest(it.all);
  });

  test('lend nothing when all together have too little', async () => {
    const it = await market([30n, 20n, 10n], terms());
    expect(await refunded(it, 1, 61n)).toBe('refund.insufficient_balance');
    expect([await leftOf(it), await loansOf(it)]).toEqual([[30, 20, 10], []]);
    expect(await it.stripes[1]?.stub.refunds(it.payments[1]!, '~', 10)).toMatchObject([
      { state: 'declined' },
    ]);
    expect(await refunded(it, 1, 60n)).toBe('completed');
    expect(await leftOf(it)).toEqual([0, 0, 0]);
    await checkRest(it.all);
  });

  test('owe together as much as the merchant may, and only the first does', async () => {
    const it = await market([10n, 0n, 30n], { ...terms(), limitMinor: 50n });
    expect(await refunded(it, 1, 91n)).toBe('refund.insufficient_balance');
    expect(await refunded(it, 1, 60n)).toBe('completed');
    expect(await leftOf(it)).toEqual([-20, 0, 0]);
    expect(await refunded(it, 2, 31n)).toBe('refund.insufficient_balance');
    expect(await refunded(it, 2, 30n)).toBe('completed');
    expect(await leftOf(it)).toEqual([-50, 0, 0]);
    expect(await refunded(it, 0, 1n)).toBe('refund.insufficient_balance');
    await checkRest(it.all);
  });

  test('lend for any other transfer too, but never what is owed', async () => {
    const it = await market([10n, 0n, 30n], { ...terms(), limitMinor: 50n });
    const out = (amountMinor: bigint, transfer = command(it.bank, amountMinor)) => {
      return said(ledger.gather({ place: it.place, owner: 'mch_test', stripe: 1, what: { transfer } }));
    };
    expect(await out(41n)).toBe('payment.insufficient_funds');
    const once = command(it.bank, 5n);
    for (const time of ['first', 'again']) expect(await out(5n, once), time).toBe('completed');
    expect(await loansOf(it)).toHaveLength(1);
    expect(await out(20n)).toBe('completed');
    expect(await refunded(it, 0, 35n)).toBe('completed');
    // More is owed than has come in: nothing leaves but what goes back.
    expect(await outcomeOf(it.payer, command(it.stripes[2]!, 15n, { creditorStripe: 2 }))).toBe('completed');
    expect(await leftOf(it)).toEqual([-25, 0, 20]);
    expect(await out(1n)).toBe('payment.insufficient_funds');
    await checkRest(it.all);
  });

  test('are asked for many refunds at once: each ends, and as many as there is money for are made', async () => {
    const it = await market([60n, 60n, 60n, 0n], terms());
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => refunded(it, index % 4, 50n)));
    expect(outcomes.filter((outcome) => outcome === 'completed')).toHaveLength(3);
    expect(new Set(outcomes)).toEqual(new Set(['completed', 'refund.insufficient_balance']));
    expect((await leftOf(it)).reduce((sum, left) => sum + left, 0)).toBe(30);
    await checkRest(it.all);
  });

  test('do not take from each other for ever what each has brought together', async () => {
    for (let round = 0; round < 3; round++) {
      const it = await market([60n, 60n], terms());
      const outcomes = await Promise.all([refunded(it, 0, 100n), refunded(it, 1, 100n)]);
      expect(outcomes.sort()).toEqual(['completed', 'refund.insufficient_balance']);
      expect((await leftOf(it)).reduce((sum, left) => sum + left, 0)).toBe(20);
      await checkRest(it.all);
    }
  });

  test('the same key gives the same answer; another request is refused', async () => {
    const it = await market([70n, 50n, 20n], terms());
    const refund = refundOf(it, 2, 90n);
    const asked = leaving(it, 2, refund);
    const [first, again] = await Promise.all([ledger.gather(asked), ledger.gather(asked)]);
    if (!first.ok || !again.ok) throw new Error('refused');
    expect([first.value.replayed, again.value.replayed].sort()).toEqual([false, true]);
    expect(first.value.view).toEqual(again.value.view);
    const other = { ...refund, idempotency: { ...refund.idempotency, request: 'other' } };
    expect(await said(ledger.gather(leaving(it, 2, other)))).toBe('idempotency.key_reused');
    expect(await leftOf(it)).toEqual([0, 50, 0]);
  });

  test('of a frozen merchant lend nothing', async () => {
    const it = await market([70n, 50n, 20n], terms());
    for (const stripe of it.stripes) await statusOf(stripe, 'frozen');
    expect(await refunded(it, 2, 90n)).toBe('account.frozen');
    expect(await loansOf(it)).toEqual([]);
  });
});

/** A ledger that fails after so many calls: what is left when whoever gathers dies there. */
function dyingAfter(calls: number): Ledger {
  let left = calls;
  const mortal = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (it, name) => {
        const value = Reflect.get(it, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'stripe') return mortal(value.apply(it, args));
          // As a call between objects fails: later. Thrown at once, it would leave calls beside it that nobody waits for.
          if (left-- <= 0) return Promise.reject(new Error('died'));
          return value.apply(it, args);
        };
      },
    });
  return mortal(ledger);
}

describe('a gathering that breaks off', () => {
  test.each([false, true])('anywhere, is finished by asking again (books crash too: %s)', async (crash) => {
    let deaths = 0;
    for (let finished = false; !finished; ) {
      const it = await market([40n, 50n, 20n], { limitMinor: 10n });
      const asked = leaving(it, 2, refundOf(it, 2, 100n));
      finished = await gather(dyingAfter(deaths), asked).then(
        () => true,
        () => false,
      );
      deaths += finished ? 0 : 1;
      if (crash) await abortAllDurableObjects();
      // Whatever was moved, the merchant has what it had, or what is left after the refund.
      await until(
        async () => Number((await ledger.balance(it.place))?.balanceMinor),
        (total) => total === 110 || total === 10,
      );
      expect(await said(ledger.gather(asked))).toBe('completed');
      expect((await leftOf(it)).reduce((sum, left) => sum + left, 0)).toBe(10);
      expect(await it.payer.stub.balance()).toMatchObject({ balanceMinor: 9_800n });
      await checkRest(it.all);
    }
    // Refund, balances, credit, loans and refund again.
    expect(deaths).toBeGreaterThanOrEqual(7);
  });

  test.each(['question lost', 'answer lost'] as const)(
    'while a loan is on its way, %s: nothing leaves until it is known, and it is lent once',
    async (fault) => {
      const it = await market([0n, 80n, 20n]);
      const [, lender] = it.stripes;
      await cutOff(lender!, fault);
      const asked = leaving(it, 2, refundOf(it, 2, 100n));
      expect(await said(ledger.gather(asked))).toBe('switch.busy');
      expect(await ledger.balance(it.place)).toMatchObject({ openTransfers: 1, openGathers: 1 });
      await abortAllDurableObjects();
      await alarm(lender!);
      expect(await said(ledger.gather(asked))).toBe('completed');
      expect([await leftOf(it), await loansOf(it)]).toEqual([[0, 0, 0], [1]]);
      await checkRest(it.all);
    },
  );

  test('after the loan, before the payer’s book has answered', async () => {
    const it = await market([0n, 80n, 20n]);
    await cutOff(it.stripes[2]!, 'question lost');
    const asked = leaving(it, 2, refundOf(it, 2, 100n));
    expect(await said(ledger.gather(asked))).toBe('processing');
    await reconnect(it.stripes[2]!);
    expect(await said(ledger.gather(asked))).toBe('completed');
    expect(await loansOf(it)).toEqual([1]);
    await checkRest(it.all);
  });

  test('money that is on its way is not taken for money that is not there', async () => {
    const it = await market([0n, 80n, 20n]);
    const [, lender] = it.stripes;
    await cutOff(lender!, 'question lost');
    expect(await refunded(it, 2, 100n)).toBe('switch.busy');
    expect(await refunded(it, 0, 100n)).toBe('switch.busy');
    await reconnect(lender!);
    expect(await refunded(it, 0, 100n)).toBe('completed');
    await checkRest(it.all);
  });
});
