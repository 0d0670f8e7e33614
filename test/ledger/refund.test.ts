/** Refunds on the ledger: what is left of a payment is decided once, whatever crashes in between. */
import { abortAllDurableObjects } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AccountFacts, RefundCommand, TransferView } from '../../src/ledger/index.ts';
import { migrate } from '../support/switch.ts';
import {
  alarm,
  checkRest,
  claimed,
  command,
  cutOff,
  historyOf,
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

beforeAll(migrate);

let counter = 0;

interface Sale {
  readonly payer: TestAccount;
  readonly shop: TestAccount;
  readonly payment: string;
  readonly all: TestAccount[];
}

/** A payment of 100 by a payer who had 1,000: between two books, or within one. */
async function sale(
  where: 'between' | 'within',
  more: Partial<AccountFacts> = {},
  ordered = false,
): Promise<Sale> {
  const place = where === 'within' ? { book: newBook() } : {};
  const [funding, payer, shop] = [
    await openedFunding(place),
    await opened(place),
    await openedShop({ ...place, ...more }),
  ];
  expect(await outcomeOf(funding, command(payer, 1_000n, { kind: 'top_up' }))).toBe('completed');
  const what = ordered ? paying(shop, await claimed(shop, 100n)) : command(shop, 100n);
  const answer = await payer.stub.transfer(what);
  if (!answer.ok) throw new Error(answer.refusal.code);
  expect(answer.value.view.state).toBe('completed');
  return { payer, shop, payment: answer.value.view.transfer.id, all: [funding, payer, shop] };
}

const refundOf = (
  { payer, payment }: Sale,
  amountMinor: bigint | null,
  more: Partial<RefundCommand> = {},
): RefundCommand => ({
  payment,
  amountMinor,
  totalMaxMinor: null,
  creditorBooks: payer.place.books,
  facts: { reason: 'returned' },
  idempotency: { key: `refund ${++counter}`, request: 'request' },
  ...more,
});

/** What a refund came to, in one word. */
async function refunded({ shop }: Sale, what: RefundCommand): Promise<string> {
  const answer = await shop.stub.refund(what);
  if (!answer.ok) return answer.refusal.code;
  const { state, refusal } = answer.value.view;
  return refusal?.code ?? state;
}

async function viewOf({ shop }: Sale, what: RefundCommand): Promise<TransferView> {
  const answer = await shop.stub.refund(what);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.view;
}

const balanceOf = async ({ stub }: TestAccount) => (await stub.balance())?.balanceMinor;
const leftOf = async ({ shop, payment }: Sale) =>
  100 - ((await shop.stub.credit(payment))?.refundedMinor ?? 0);
const seenByPayer = async ({ payer, payment }: Sale) => {
  const view = await payer.stub.transferOf(payment);
  return view.ok ? view.value.refundedMinor : undefined;
};
/** Takes everything the shop has, as a withdrawal would. */
async function emptied({ shop, all }: Sale): Promise<void> {
  const bank = await opened();
  expect(await outcomeOf(shop, command(bank, (await balanceOf(shop)) ?? 0n))).toBe('completed');
  all.push(bank);
}

describe.each(['between', 'within'] as const)('%s books', (where) => {
  test.each([false, true])('all of it, once (paying an order: %s)', async (ordered) => {
    const it = await sale(where, {}, ordered);
    expect(await refunded(it, refundOf(it, null))).toBe('completed');
    expect(await balanceOf(it.payer)).toBe(1_000n);
    expect(await balanceOf(it.shop)).toBe(0n);
    expect([await leftOf(it), await seenByPayer(it)]).toEqual([0, 100]);
    expect(await refunded(it, refundOf(it, null))).toBe('refund.exceeds_remaining');
    expect(await refunded(it, refundOf(it, 1n))).toBe('refund.exceeds_remaining');
    await checkRest(it.all);
  });

  test('in parts, to the last coin and not beyond', async () => {
    const it = await sale(where);
    expect(await refunded(it, refundOf(it, 101n))).toBe('refund.exceeds_remaining');
    for (const part of [60n, 30n]) expect(await refunded(it, refundOf(it, part))).toBe('completed');
    expect(await refunded(it, refundOf(it, 11n))).toBe('refund.exceeds_remaining');
    expect(await refunded(it, refundOf(it, null))).toBe('completed');
    const list = await it.shop.stub.refunds(it.payment, '~', 10);
    expect(list.map(({ transfer }) => transfer.amountMinor)).toEqual([10, 30, 60]);
    const [newest] = list;
    const rest = await it.shop.stub.refunds(it.payment, newest?.transfer.id ?? '', 1);
    expect(rest.map(({ transfer }) => transfer.amountMinor)).toEqual([30]);
    await checkRest(it.all);
  });

  test('many at once never give back more than was paid', async () => {
    const it = await sale(where);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => refunded(it, refundOf(it, 30n))));
    expect(outcomes.filter((outcome) => outcome === 'completed')).toHaveLength(3);
    expect(new Set(outcomes)).toEqual(new Set(['completed', 'refund.exceeds_remaining']));
    expect(await leftOf(it)).toBe(10);
    await checkRest(it.all);
  });

  test('the same key gives the same answer, also after a crash; another request is refused', async () => {
    const it = await sale(where);
    const what = refundOf(it, null);
    const first = await it.shop.stub.refund(what);
    await abortAllDurableObjects();
    const again = await it.shop.stub.refund(what);
    if (!first.ok || !again.ok) throw new Error('refused');
    expect(again.value.replayed).toBe(true);
    expect(again.value.view).toEqual(first.value.view);
    const other = { ...what, idempotency: { ...what.idempotency, request: 'other' } };
    expect(await refunded(it, other)).toBe('idempotency.key_reused');
    expect(await balanceOf(it.payer)).toBe(1_000n);
    await checkRest(it.all);
  });

  test('a frozen payer is credited', async () => {
    const it = await sale(where);
    await statusOf(it.payer, 'frozen');
    expect(await refunded(it, refundOf(it, 40n))).toBe('completed');
    expect(await balanceOf(it.payer)).toBe(940n);
    await checkRest(it.all);
  });

  test('a closed payer is not, and what was taken of the payment is given back', async () => {
    const it = await sale(where);
    expect(await outcomeOf(it.payer, command(it.shop, 900n))).toBe('completed');
    expect(await statusOf(it.payer, 'closed')).toEqual({ ok: true, value: null });
    expect(await refunded(it, refundOf(it, 40n))).toBe('account.closed');
    expect(await leftOf(it)).toBe(100);
    expect(await it.shop.stub.refunds(it.payment, '~', 10)).toMatchObject([{ state: 'declined' }]);
    await statusOf(it.payer, 'active');
    expect(await refunded(it, refundOf(it, 100n))).toBe('completed');
    await checkRest(it.all);
  });

  test('a shop without money is refused, and goes as far below zero as its terms allow', async () => {
    const poor = await sale(where);
    await emptied(poor);
    expect(await refunded(poor, refundOf(poor, 1n))).toBe('refund.insufficient_balance');
    expect(await leftOf(poor)).toBe(100);
    const trusted = await sale(where, { limitMinor: 50n });
    await emptied(trusted);
    expect(await refunded(trusted, refundOf(trusted, 51n))).toBe('refund.insufficient_balance');
    expect(await refunded(trusted, refundOf(trusted, 50n))).toBe('completed');
    expect(await balanceOf(trusted.shop)).toBe(-50n);
    expect(await outcomeOf(trusted.shop, command(trusted.payer, 1n))).toBe('payment.insufficient_funds');
    for (const { all } of [poor, trusted]) await checkRest(all);
  });

  test('on a word that is good for a part only, several small ones get no further', async () => {
    const it = await sale(where);
    const small = (amountMinor: bigint) => refundOf(it, amountMinor, { totalMaxMinor: 50n });
    expect(await refunded(it, small(51n))).toBe('refund.not_allowed');
    for (const part of [30n, 20n]) expect(await refunded(it, small(part))).toBe('completed');
    expect(await refunded(it, small(1n))).toBe('refund.not_allowed');
    expect(await refunded(it, refundOf(it, 50n))).toBe('completed');
  });

  test('a frozen shop gives nothing back', async () => {
    const it = await sale(where);
    await statusOf(it.shop, 'frozen');
    expect(await refunded(it, refundOf(it, 1n))).toBe('account.frozen');
    expect(await leftOf(it)).toBe(100);
  });

  test('what is no payment to this shop is not found', async () => {
    const [it, other] = [await sale(where), await sale(where)];
    const back = await viewOf(it, refundOf(it, 10n));
    const [topUp] = await historyOf(it.payer);
    for (const payment of [other.payment, back.transfer.id, topUp?.subject ?? '', 'pay_x', '']) {
      expect(await refunded(it, refundOf(it, 1n, { payment }))).toBe('payment.not_found');
    }
    // Nor is a payment that was refused, nor one of the payer's side.
    const declined = await it.payer.stub.transfer(command(it.shop, 10_000n));
    const id = declined.ok ? declined.value.view.transfer.id : '';
    expect(await refunded(it, refundOf(it, 1n, { payment: id }))).toBe('payment.not_found');
    expect((await it.payer.stub.refund(refundOf(it, 1n))).ok).toBe(false);
  });

  test('a payment is found again among thousands', async () => {
    const it = await sale(where);
    const later = Array.from({ length: 300 }, () => it.payer.stub.transfer(command(it.shop, 1n)));
    const ids = (await Promise.all(later)).flatMap((one) => (one.ok ? [one.value.view.transfer.id] : []));
    const credits = await Promise.all([it.payment, ...ids].map((id) => it.shop.stub.credit(id)));
    expect(credits.map((credit) => credit?.transfer.id)).toEqual([it.payment, ...ids]);
  });
});

describe('a refund left open by a crash', () => {
  test.each(['question lost', 'answer lost'] as const)(
    '%s: it counts until it is known, and ends once',
    async (fault) => {
      const it = await sale('between');
      await cutOff(it.shop, fault);
      const what = refundOf(it, 80n);
      const { transfer, state } = await viewOf(it, what);
      expect(state).toBe('processing');
      expect(await refunded(it, refundOf(it, 21n))).toBe('refund.exceeds_remaining');
      await abortAllDurableObjects();
      expect(await refunded(it, refundOf(it, 21n))).toBe('refund.exceeds_remaining');
      await alarm(it.shop);
      expect(await it.shop.stub.transferOf(transfer.id)).toMatchObject({ value: { state: 'completed' } });
      expect([await leftOf(it), await seenByPayer(it)]).toEqual([20, 80]);
      await checkRest(it.all);
    },
  );

  test('the payer was closed meanwhile: it is voided and what it took is left again', async () => {
    const it = await sale('between');
    expect(await outcomeOf(it.payer, command(it.shop, 900n))).toBe('completed');
    await cutOff(it.shop, 'question lost');
    const { transfer } = await viewOf(it, refundOf(it, 80n));
    await statusOf(it.payer, 'closed');
    await abortAllDurableObjects();
    await alarm(it.shop);
    expect(await it.shop.stub.transferOf(transfer.id)).toMatchObject({
      value: { state: 'declined', refusal: { code: 'account.closed' } },
    });
    expect(await leftOf(it)).toBe(100);
    await checkRest(it.all);
  });

  test('the payer’s book crashes after it has credited', async () => {
    const it = await sale('between');
    await cutOff(it.shop, 'answer lost');
    const { transfer } = await viewOf(it, refundOf(it, 80n));
    await abortAllDurableObjects();
    await reconnect(it.shop);
    expect(await seenByPayer(it)).toBe(80);
    expect(await it.shop.stub.transferOf(transfer.id)).toMatchObject({ value: { state: 'completed' } });
    await checkRest(it.all);
  });
});

describe('standing', () => {
  test('older facts that come late change nothing', async () => {
    const payer = await opened();
    const put = (status: AccountFacts['status'], version: number) =>
      payer.stub.put({ ...payer.facts, status, version });
    await put('frozen', 1_000_003);
    await put('active', 1_000_002);
    await put('closed', 1_000_003);
    expect(await payer.stub.balance()).toMatchObject({ status: 'frozen' });
    await abortAllDurableObjects();
    await put('active', 1_000_001);
    expect(await payer.stub.balance()).toMatchObject({ status: 'frozen' });
    await put('active', 1_000_004);
    expect(await payer.stub.balance()).toMatchObject({ status: 'active' });
  });

  test('an account is closed when it is empty and nothing of it is held', async () => {
    const it = await sale('between');
    const notEmpty = { ok: false, refusal: { code: 'account.not_empty' } };
    expect(await statusOf(it.payer, 'closed')).toEqual(notEmpty);
    await cutOff(it.payer, 'question lost');
    expect(await outcomeOf(it.payer, command(it.shop, 900n))).toBe('processing');
    expect(await statusOf(it.payer, 'closed')).toEqual(notEmpty);
    await abortAllDurableObjects();
    await alarm(it.payer);
    expect(await statusOf(it.payer, 'closed')).toEqual({ ok: true, value: null });
    expect(await outcomeOf(it.payer, command(it.shop, 1n))).toBe('account.closed');
    await checkRest(it.all);
  });
});
