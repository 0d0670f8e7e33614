/** Payments that wait for their payer: nothing is held for them, and they end once, whatever happens meanwhile. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { auditStart, type LimitRule, type TransferCommand } from '../../src/ledger/index.ts';
import { rowsIn } from '../support/meter.ts';
import {
  alarm,
  checkHistory,
  checkRest,
  claimed,
  command,
  cutOff,
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

const minuteMs = 60_000;
// Far from midnight, where limits begin anew.
const noonMs = Date.parse('2031-05-15T06:00:00Z');
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: noonMs }));
afterEach(() => void vi.useRealTimers());
const later = (ms: number) => void vi.setSystemTime(Date.now() + ms);

let revision = 0;
const put = ({ book }: TestAccount, ...rules: Partial<LimitRule>[]) =>
  book.putRules({
    revision: ++revision,
    books: 1,
    rules: rules.map((more, index) => ({
      id: `lim_${index}`,
      version: 1,
      scope: 'account',
      subject: null,
      currency: 'KGS',
      direction: 'out',
      measure: 'amount',
      threshold: 100,
      windowSeconds: null,
      above: 'confirm',
      ...more,
    })),
  });

async function neighbours(minor = 1_000n) {
  const book = newBook();
  const funding = await openedFunding({ book });
  const [payer, shop] = [await opened({ book }), await openedShop({ book })];
  await outcomeOf(funding, command(payer, minor, { kind: 'top_up' }));
  return { payer, shop, funding };
}
const strangers = async (minor = 1_000n) => ({ ...(await funded(minor)), shop: await openedShop() });

const evidence = { key: 'dvk_1', signature: 'signed' };
const typesOf = async (account: TestAccount) => (await historyOf(account)).map(({ type }) => type).join(' ');
const stateOf = async (payer: TestAccount, id: string) => {
  const view = await payer.stub.transferOf(id);
  return view.ok ? (view.value.refusal?.code ?? view.value.state) : view.refusal.code;
};
const confirm = async (payer: TestAccount, id: string) => {
  const answer = await payer.stub.confirm(id, evidence);
  if (!answer.ok) return answer.refusal.code;
  const { state, refusal } = answer.value.view;
  return refusal?.code ?? state;
};

/** A payment that waits, by its id. */
async function waiting(payer: TestAccount, what: TransferCommand): Promise<string> {
  const answer = await payer.stub.transfer({ ...what, confirm: true });
  if (!answer.ok) throw new Error(answer.refusal.code);
  expect(answer.value.view.state).toBe('requires_confirmation');
  return answer.value.view.transfer.id;
}

describe.each([
  ['within a book', neighbours, 'accept await debit'],
  ['between books', strangers, 'accept await hold settle'],
] as const)('%s', (_, pair, written) => {
  test('a payment above a rule waits, holds nothing, and is made once its payer confirms', async () => {
    const { payer, shop, funding } = await pair();
    await put(payer, {});
    expect(await outcomeOf(payer, command(shop, 100n))).toBe('completed');
    const answer = await payer.stub.transfer(command(shop, 101n));
    if (!answer.ok) throw new Error(answer.refusal.code);
    const { state, transfer } = answer.value.view;
    expect(state).toBe('requires_confirmation');
    expect(transfer.confirmation).toEqual({ rule: 'lim_0', expiresAtMs: noonMs + 5 * minuteMs });
    expect(await payer.stub.balance()).toMatchObject({
      ...{ availableMinor: 900n, heldMinor: 0n, balanceMinor: 900n, openTransfers: 0 },
    });
    expect(await confirm(payer, transfer.id)).toBe('completed');
    expect(await payer.stub.balance()).toMatchObject({ availableMinor: 799n, heldMinor: 0n });
    await checkRest([payer, shop, funding]);
  });

  test('confirming again answers the same, and moves nothing', async () => {
    const { payer, shop, funding } = await pair();
    const id = await waiting(payer, command(shop, 10n));
    later(1_000);
    const first = await payer.stub.confirm(id, evidence);
    expect(await payer.stub.confirm(id, { key: 'dvk_2', signature: 'other' })).toEqual(
      first.ok && { ok: true, value: { ...first.value, replayed: true } },
    );
    expect(first).toMatchObject({
      value: { view: { state: 'completed', transfer: { confirmation: { confirmedAtMs: noonMs + 1_000 } } } },
    });
    await checkRest([payer, shop, funding]);
    expect(await typesOf(payer)).toBe(written);
    const evidences = (await historyOf(payer)).flatMap(({ body }) => JSON.parse(body).confirmed ?? []);
    expect(evidences).toEqual([evidence]);
  });

  test('many confirmations at once make one payment', async () => {
    const { payer, shop, funding } = await pair();
    const id = await waiting(payer, command(shop, 10n));
    const said = await Promise.all(Array.from({ length: 8 }, () => confirm(payer, id)));
    // While the first one asks the other book, a repeat is told to ask again.
    expect(said.filter((one) => one !== 'idempotency.in_flight' && one !== 'completed')).toEqual([]);
    expect(await stateOf(payer, id)).toBe('completed');
    expect(await payer.stub.balance()).toMatchObject({ availableMinor: 990n });
    await checkRest([payer, shop, funding]);
  });

  test('a repeat of the command tells how it stands, and makes no second payment', async () => {
    const { payer, shop, funding } = await pair();
    const what = command(shop, 10n, { confirm: true });
    expect(await outcomeOf(payer, what)).toBe('requires_confirmation');
    expect(await outcomeOf(payer, what)).toBe('requires_confirmation');
    const [newest] = await payer.stub.transfers(Number.MAX_SAFE_INTEGER, 1);
    await confirm(payer, newest?.view.transfer.id ?? '');
    expect(await outcomeOf(payer, what)).toBe('completed');
    await checkRest([payer, shop, funding]);
  });

  test('one that was confirmed can be given back', async () => {
    const { payer, shop, funding } = await pair();
    const id = await waiting(payer, command(shop, 10n));
    later(minuteMs);
    await confirm(payer, id);
    const refund = {
      ...{ payment: id, amountMinor: 4n, totalMaxMinor: null, creditorBooks: payer.place.books, facts: {} },
      idempotency: { key: 'refund', request: 'request' },
    };
    expect(await shop.stub.refund(refund)).toMatchObject({ value: { view: { state: 'completed' } } });
    expect(await payer.stub.transferOf(id)).toMatchObject({ value: { refundedMinor: 4 } });
    await checkRest([payer, shop, funding]);
  });

  test('what became impossible meanwhile is declined for its own reason', async () => {
    const { payer, shop, funding } = await pair();
    const other = await funded(100n);
    const [taken, over, short, frozen] = [
      await claimed(shop, 10n),
      await claimed(shop, 10n, { expiresAtMs: Date.now() + minuteMs }),
      command(shop, 800n),
      command(shop, 10n),
    ];
    const ids = [];
    for (const what of [paying(shop, taken), paying(shop, over), short, frozen]) {
      ids.push(await waiting(payer, what));
    }
    expect(await outcomeOf(other.payer, paying(shop, taken))).toBe('completed');
    await outcomeOf(payer, command(shop, 300n));
    later(2 * minuteMs);
    const [first, second, third, last] = ids as [string, string, string, string];
    expect(await confirm(payer, first)).toBe('order.already_paid');
    expect(await confirm(payer, second)).toBe('order.expired');
    expect(await confirm(payer, third)).toBe('payment.insufficient_funds');
    await statusOf(payer, 'frozen');
    expect(await confirm(payer, last)).toBe('account.frozen');
    await statusOf(payer, 'active');
    expect(await confirm(payer, last)).toBe('account.frozen');
    await checkRest([payer, shop, funding, other.payer, other.funding]);
  });

  test('a crash keeps it waiting: it can be confirmed afterwards', async () => {
    const { payer, shop, funding } = await pair();
    const id = await waiting(payer, command(shop, 10n));
    await abortAllDurableObjects();
    expect(await stateOf(payer, id)).toBe('requires_confirmation');
    expect(await confirm(payer, id)).toBe('completed');
    await abortAllDurableObjects();
    expect(await confirm(payer, id)).toBe('completed');
    await checkRest([payer, shop, funding]);
  });

  test('it expires after a restart, by the alarm that stands', async () => {
    const { payer, shop, funding } = await pair();
    const id = await waiting(payer, command(shop, 10n));
    await abortAllDurableObjects();
    await payer.stub.balance();
    const standsAtMs = await runInDurableObject(payer.book, (_, { storage }) => storage.getAlarm());
    expect(standsAtMs).toBeLessThanOrEqual(noonMs + 5 * minuteMs);
    later(5 * minuteMs);
    await alarm(payer);
    expect((await historyOf(payer)).at(-1)).toMatchObject({ type: 'decline', subject: id });
    expect(await stateOf(payer, id)).toBe('payment.confirmation_expired');
    await checkRest([payer, shop, funding]);
  });
});

describe('waiting', () => {
  test('ends when its time is over, whoever notices first', async () => {
    const { payer, shop } = await neighbours();
    const [read, confirmed, cancelled, wrong] = [
      await waiting(payer, command(shop, 1n)),
      await waiting(payer, command(shop, 2n)),
      await waiting(payer, command(shop, 3n)),
      await waiting(payer, command(shop, 4n)),
    ];
    later(5 * minuteMs);
    expect(await payer.stub.misconfirm(wrong)).toEqual({ ok: true, value: 0 });
    expect(await payer.stub.cancelTransfer(cancelled)).toMatchObject({ value: { state: 'expired' } });
    expect(await confirm(payer, confirmed)).toBe('payment.confirmation_expired');
    expect(await payer.stub.transferOf(read)).toMatchObject({ value: { state: 'expired' } });
    expect(await typesOf(payer)).toBe('accept await await await await decline decline decline decline');
    await checkHistory(payer);
  });

  test('is cancelled by its wallet, once and for all', async () => {
    const { payer, shop } = await neighbours();
    const id = await waiting(payer, command(shop, 1n));
    expect(await payer.stub.cancelTransfer(id)).toMatchObject({ value: { state: 'cancelled' } });
    expect(await payer.stub.cancelTransfer(id)).toMatchObject({ value: { state: 'cancelled' } });
    expect(await confirm(payer, id)).toBe('payment.cancelled');
    later(5 * minuteMs);
    await alarm(payer);
    expect(await typesOf(payer)).toBe('accept await decline');
  });

  test('is not cancelled any more once it was confirmed', async () => {
    const { payer, shop } = await neighbours();
    const id = await waiting(payer, command(shop, 1n));
    await confirm(payer, id);
    expect(await payer.stub.cancelTransfer(id)).toMatchObject({ value: { state: 'completed' } });
  });

  test('ends with the fifth wrong signature, counted across crashes and all at once', async () => {
    const { payer, shop } = await neighbours();
    const id = await waiting(payer, command(shop, 1n));
    expect(await payer.stub.misconfirm(id)).toEqual({ ok: true, value: 4 });
    await abortAllDurableObjects();
    const left = await Promise.all(Array.from({ length: 6 }, () => payer.stub.misconfirm(id)));
    expect(left.map((one) => one.ok && one.value)).toEqual([3, 2, 1, 0, 0, 0]);
    expect(await confirm(payer, id)).toBe('payment.confirmation_failed');
    expect(await payer.stub.transferOf(id)).toMatchObject({ value: { state: 'declined' } });
    expect(await typesOf(payer)).toBe('accept await decline');
  });

  test('leaves its order to everybody else', async () => {
    const { payer, shop } = await neighbours();
    const other = await funded(100n);
    const claim = await claimed(shop, 10n);
    await waiting(payer, paying(shop, claim));
    expect(await shop.stub.claim(claim.id)).toMatchObject({ state: 'open' });
    expect(await outcomeOf(other.payer, paying(shop, claim))).toBe('completed');
  });

  test('is nobody else’s to confirm, cancel or fail, and not of a payment that needed none', async () => {
    const { payer, shop } = await neighbours();
    const stranger = await opened({ book: payer.facts.book });
    const id = await waiting(payer, command(shop, 1n));
    const plain = await payer.stub.transfer(command(shop, 1n));
    const done = plain.ok ? plain.value.view.transfer.id : '';
    for (const [account, one] of [
      [stranger, id],
      [payer, done],
      [payer, 'pay_0'],
    ] as const) {
      expect(await confirm(account, one)).toBe('payment.not_awaiting');
      expect(await account.stub.misconfirm(one)).toMatchObject({ ok: false });
      expect(await account.stub.cancelTransfer(one)).toMatchObject({ ok: false });
    }
    expect(await confirm(payer, id)).toBe('completed');
  });

  test('is listed once, in pages of any size, before and after it ended', async () => {
    const { payer, shop } = await neighbours();
    const ids: string[] = [];
    for (let count = 0; count < 4; count++) ids.unshift(await waiting(payer, command(shop, 1n)));
    await confirm(payer, ids[3] as string);
    await payer.stub.cancelTransfer(ids[1] as string);
    for (const size of [1, 2, 3, 10]) {
      const seen: [string, string][] = [];
      for (let before = Number.MAX_SAFE_INTEGER; ; ) {
        const page = await payer.stub.transfers(before, size);
        seen.push(...page.map(({ view }): [string, string] => [view.transfer.id, view.state]));
        const last = page.at(-1);
        if (!last || page.length < size) break;
        before = last.seq;
      }
      const waits = 'requires_confirmation';
      expect(seen.map(([id]) => id)).toEqual(ids);
      expect(seen.map(([, state]) => state)).toEqual([waits, 'cancelled', waits, 'completed']);
    }
  });

  test('costs a payment without it not a row', async () => {
    const { payer, shop } = await neighbours();
    const before = await rowsIn(payer, () => outcomeOf(payer, command(shop, 1n)));
    for (let count = 0; count < 3; count++) await waiting(payer, command(shop, 1n));
    expect(await rowsIn(payer, () => outcomeOf(payer, command(shop, 1n)))).toBeLessThanOrEqual(before);
  });

  test('is no finding of the audit until it should have ended', async () => {
    const { payer, shop } = await neighbours();
    const done = await waiting(payer, command(shop, 5n));
    await confirm(payer, done);
    const id = await waiting(payer, command(shop, 7n));
    const findings = async () => {
      const pages = [];
      for (let cursor: typeof auditStart | null = auditStart; cursor; ) {
        const page = await payer.book.audit(cursor, Date.now() + 1);
        pages.push(page);
        cursor = page.next;
      }
      return pages;
    };
    const quiet = await findings();
    expect(quiet.flatMap((page) => page.findings)).toEqual([]);
    const sums = quiet.flatMap((page) => [...page.sums.values()]);
    // The top-up and both payments, each once.
    expect(sums).toMatchObject([{ netMinor: 0n, openMinor: 0n, transfers: 3, transfersMinor: 1_012n }]);
    later(6 * minuteMs);
    expect((await findings()).flatMap((page) => page.findings)).toMatchObject([
      { check: 'open', subject: id },
    ]);
    await ledger.book(payer.facts.book).sweep(0);
    expect((await findings()).flatMap((page) => page.findings)).toEqual([]);
  });
});

describe('limits and a confirmed payment', () => {
  test('a rule that refuses counts before one that has it confirmed', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, {}, { threshold: 200, above: 'refuse' });
    expect(await outcomeOf(payer, command(shop, 201n))).toBe('limit.amount');
    expect(await outcomeOf(payer, command(shop, 150n))).toBe('requires_confirmation');
  });

  test('rules that refuse are asked again, and waiting counts nowhere', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, {}, { measure: 'day_sum', threshold: 400, above: 'refuse' });
    const first = await waiting(payer, command(shop, 300n));
    const second = await waiting(payer, command(shop, 300n));
    expect(await confirm(payer, first)).toBe('completed');
    expect(await confirm(payer, second)).toBe('limit.day_sum');
    expect(await outcomeOf(payer, command(shop, 100n))).toBe('completed');
  });

  test('one signature is enough for every rule that asks for one', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, {}, { measure: 'day_count', threshold: 1 });
    const id = await waiting(payer, command(shop, 300n));
    await outcomeOf(payer, command(shop, 10n));
    expect(await confirm(payer, id)).toBe('completed');
    expect(await outcomeOf(payer, command(shop, 1n))).toBe('requires_confirmation');
  });

  test('a rule that cannot be understood refuses, whatever it says', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, { measure: 'phase_of_moon' as never });
    expect(await outcomeOf(payer, command(shop, 1n))).toBe('limit.unavailable');
  });

  test('it counts on the day it is confirmed, after a crash too', async () => {
    const { payer, shop } = await neighbours();
    await put(payer, { measure: 'day_sum', threshold: 100, above: 'refuse' });
    // Half past eleven in the evening, Bishkek, and a little more.
    vi.setSystemTime(Date.parse('2031-05-15T17:58:00Z'));
    const id = await waiting(payer, command(shop, 80n));
    later(4 * minuteMs);
    expect(await confirm(payer, id)).toBe('completed');
    expect(await outcomeOf(payer, command(shop, 21n))).toBe('limit.day_sum');
    await abortAllDurableObjects();
    expect(await outcomeOf(payer, command(shop, 21n))).toBe('limit.day_sum');
    expect(await outcomeOf(payer, command(shop, 20n))).toBe('completed');
  });
});

test('a crash between the confirmation and the answer of the other book is finished like any other', async () => {
  const { payer, shop, funding } = await strangers();
  const id = await waiting(payer, command(shop, 10n));
  await cutOff(payer, 'answer lost');
  expect(await confirm(payer, id)).toBe('processing');
  await abortAllDurableObjects();
  expect(await stateOf(payer, id)).toBe('completed');
  expect(await confirm(payer, id)).toBe('completed');
  await checkRest([payer, shop, funding]);
});
