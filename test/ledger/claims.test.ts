/** A claim leaves `open` once: paid, cancelled or expired. Whoever pays in vain keeps the money. */
import { runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { newOrderId } from '../../src/kernel/index.ts';
import type { TransferCommand } from '../../src/ledger/index.ts';
import { migrate, until } from '../support/switch.ts';
import {
  alarm,
  checkRest,
  claimed,
  claimRequest,
  command,
  funded,
  historyOf,
  openedShop,
  outcomeOf,
  paying,
  type TestAccount,
} from './bank.ts';

beforeAll(migrate);

const stateOf = async (shop: TestAccount, id: string) => (await shop.stub.claim(id))?.state;
const pastMs = async (atMs: number) =>
  until(
    async () => Date.now(),
    (nowMs) => nowMs > atMs,
  );

test('a claim is paid, and tells by whom', async () => {
  const { funding, payer } = await funded(1_000n);
  const shop = await openedShop();
  const claim = await claimed(shop, 100n, { reference: 'R-1' });
  expect(claim).toMatchObject({ state: 'open', amountMinor: 100n, endedAtMs: null, transfer: null });
  const tipped = paying(shop, claim, { amountMinor: 110n });
  expect(await outcomeOf(payer, tipped)).toBe('completed');
  const paid = await shop.stub.claim(claim.id);
  expect(paid).toMatchObject({
    state: 'paid',
    reference: 'R-1',
    details: '{"a":1}',
    facts: { till: 'til_1' },
  });
  expect(paid?.transfer).toMatchObject({ amountMinor: 110, debtor: payer.id, facts: { till: 'til_1' } });
  const [accept] = await historyOf(shop);
  expect(JSON.parse(accept!.body).claim).toMatchObject({
    id: claim.id,
    state: 'paid',
    amountMinor: 100,
    endedAtMs: accept!.atMs,
  });
  expect(paid?.endedAtMs).toBe(accept!.atMs);
  await checkRest([funding, payer, shop]);
});

const to = (more: Partial<NonNullable<TransferCommand['claim']>>, amountMinor = 100n) => ({
  more,
  amountMinor,
});

describe('a transfer that may not pay its claim gives the money back', () => {
  test.each([
    ['no such claim', to({ id: newOrderId(1, 0) }), 'order.not_found'],
    ['told less', to({ principalMinor: 99 }), 'payment.amount_mismatch'],
    ['told more', to({ principalMinor: 101 }), 'payment.amount_mismatch'],
    ['told right, brings less', to({}, 99n), 'payment.amount_mismatch'],
    ['another code', to({ payloadDigest: 'other' }), 'qr.altered'],
    [
      'another code and told less',
      to({ payloadDigest: 'other', principalMinor: 1 }),
      'payment.amount_mismatch',
    ],
  ])('%s', async (_, { more, amountMinor }, code) => {
    const { funding, payer } = await funded(1_000n);
    const shop = await openedShop();
    const claim = await claimed(shop, 100n);
    const reference = { id: claim.id, principalMinor: 100, payloadDigest: 'digest', ...more };
    expect(await outcomeOf(payer, command(shop, amountMinor, { claim: reference }))).toBe(code);
    expect(await payer.stub.balance()).toMatchObject({ availableMinor: 1_000n, heldMinor: 0n });
    expect(await stateOf(shop, claim.id)).toBe('open');
    expect(await outcomeOf(payer, paying(shop, claim))).toBe('completed');
    await checkRest([funding, payer, shop]);
  });

  test('paid, cancelled, expired', async () => {
    const { funding, payer } = await funded(1_000n);
    const shop = await openedShop();
    const [paid, cancelled] = await Promise.all([claimed(shop, 1n), claimed(shop, 2n)]);
    const expired = await claimed(shop, 3n, { expiresAtMs: Date.now() - 1 });
    expect(await outcomeOf(payer, paying(shop, paid))).toBe('completed');
    await shop.stub.cancelClaim(cancelled.id);
    expect(await outcomeOf(payer, paying(shop, paid))).toBe('order.already_paid');
    expect(await outcomeOf(payer, paying(shop, cancelled))).toBe('order.cancelled');
    expect(await outcomeOf(payer, paying(shop, expired))).toBe('order.expired');
    expect(await payer.stub.balance()).toMatchObject({ availableMinor: 999n });
    await checkRest([funding, payer, shop]);
  });

  test('a payer without a code pays by the number alone', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop();
    const claim = await claimed(shop, 100n);
    const reference = { id: claim.id, principalMinor: 100 };
    expect(await outcomeOf(payer, command(shop, 100n, { claim: reference }))).toBe('completed');
  });
});

describe('a claim ends once', () => {
  test('twenty payers at once: one pays, the others keep their money', async () => {
    const payers = await Promise.all(Array.from({ length: 20 }, () => funded(100n)));
    const shop = await openedShop();
    const claim = await claimed(shop, 100n);
    const outcomes = await Promise.all(payers.map(({ payer }) => outcomeOf(payer, paying(shop, claim))));
    expect(outcomes.filter((outcome) => outcome === 'completed')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'order.already_paid')).toHaveLength(19);
    const balances = await Promise.all(payers.map(({ payer }) => payer.stub.balance()));
    const winner = outcomes.indexOf('completed');
    expect(balances.map((balance) => balance?.availableMinor)).toEqual(
      balances.map((_, index) => (index === winner ? 0n : 100n)),
    );
    const paid = await shop.stub.claim(claim.id);
    expect(paid?.transfer?.debtor).toBe(payers[winner]!.payer.id);
    await checkRest([shop, ...payers.flatMap(({ funding, payer }) => [funding, payer])]);
  });

  test('cancelled and paid at once: the money moved or it did not, and the claim says which', async () => {
    const { funding, payer } = await funded(3_000n);
    const shop = await openedShop();
    const claims = await Promise.all(Array.from({ length: 30 }, () => claimed(shop, 100n)));
    const pairs = await Promise.all(
      claims.map((claim, index) => {
        const cancel = async () => {
          const answer = await shop.stub.cancelClaim(claim.id);
          return answer.ok ? answer.value.state : answer.refusal.code;
        };
        // Half of the cancels go through the payer's queue of work first, so that both sides win at times.
        const late = async () => {
          await payer.stub.claim('none');
          return cancel();
        };
        return Promise.all([outcomeOf(payer, paying(shop, claim)), index % 2 ? cancel() : late()]);
      }),
    );
    let paid = 0n;
    for (const [index, pair] of pairs.entries()) {
      const state = await stateOf(shop, claims[index]!.id);
      if (state === 'paid') paid += 100n;
      expect(pair).toEqual(
        state === 'paid' ? ['completed', 'order.already_paid'] : ['order.cancelled', 'cancelled'],
      );
    }
    expect((await shop.stub.balance())?.balanceMinor).toBe(paid);
    await checkRest([funding, payer, shop]);
  });

  test('expiring while it is paid: the money moved or it did not', async () => {
    const { funding, payer } = await funded(6_000n);
    const shop = await openedShop();
    const nowMs = Date.now();
    const claims = await Promise.all(
      Array.from({ length: 60 }, (_, index) => claimed(shop, 100n, { expiresAtMs: nowMs + index })),
    );
    const outcomes = await Promise.all(
      claims.flatMap((claim) => [outcomeOf(payer, paying(shop, claim)), alarm(shop)]),
    );
    await pastMs(nowMs + 60);
    await alarm(shop);
    for (const [index, claim] of claims.entries()) {
      const state = await stateOf(shop, claim.id);
      expect([state, outcomes[index * 2]]).toEqual(
        state === 'paid' ? ['paid', 'completed'] : ['expired', 'order.expired'],
      );
    }
    expect((await historyOf(shop)).length).toBe(60);
    await checkRest([funding, payer, shop]);
  });

  test('cancelling: again answers the same, a paid or expired one is refused, an unknown one is not found', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop();
    const [open, paid] = await Promise.all([claimed(shop, 1n), claimed(shop, 2n)]);
    const expired = await claimed(shop, 3n, { expiresAtMs: Date.now() - 1 });
    await payer.stub.transfer(paying(shop, paid));
    const first = await shop.stub.cancelClaim(open.id);
    expect(first).toMatchObject({ ok: true, value: { state: 'cancelled' } });
    expect(await shop.stub.cancelClaim(open.id)).toEqual(first);
    expect(await shop.stub.cancelClaim(paid.id)).toMatchObject({ refusal: { code: 'order.already_paid' } });
    expect(await shop.stub.cancelClaim(expired.id)).toMatchObject({ refusal: { code: 'order.expired' } });
    expect(await shop.stub.cancelClaim('ord_0')).toMatchObject({ refusal: { code: 'order.not_found' } });
    expect((await historyOf(shop)).map(({ type }) => type)).toEqual(['accept', 'cancel']);
  });

  test('an expired claim is expired at once, and the alarm writes it down once', async () => {
    const shop = await openedShop();
    const claim = await claimed(shop, 1n, { expiresAtMs: Date.now() - 1 });
    expect(claim.state).toBe('expired');
    await alarm(shop);
    await alarm(shop);
    const history = await historyOf(shop);
    expect(history.map(({ type, subject }) => [type, subject])).toEqual([['expire', claim.id]]);
    expect(await shop.stub.claim(claim.id)).toMatchObject({ state: 'expired', endedAtMs: history[0]?.atMs });
  });

  test('more claims than one alarm writes down are finished by the next', async () => {
    const shop = await openedShop();
    const expiresAtMs = Date.now() - 1;
    await Promise.all(Array.from({ length: 600 }, () => claimed(shop, 1n, { expiresAtMs })));
    await alarm(shop);
    await until(
      () => historyOf(shop),
      (history) => history.length === 600,
    );
  });
});

describe('opening', () => {
  test('with the same key gives the same claim, with another request none', async () => {
    const shop = await openedShop();
    const idempotency = { key: 'orders 1', request: 'a' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => shop.stub.openClaim(claimRequest(5n, { idempotency }))),
    );
    const ids = answers.map((answer) => (answer.ok ? answer.value.claim.id : answer.refusal.code));
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter((answer) => answer.ok && !answer.value.replayed)).toHaveLength(1);
    const other = claimRequest(5n, { idempotency: { ...idempotency, request: 'b' } });
    expect(await shop.stub.openClaim(other)).toMatchObject({ refusal: { code: 'idempotency.key_reused' } });
    expect(await shop.stub.claims({ limit: 10 })).toHaveLength(1);
  });

  test('needs an open, active account of its currency', async () => {
    const request = claimRequest(1n);
    const refused = async (shop: TestAccount) => {
      const answer = await shop.stub.openClaim(request);
      return answer.ok ? 'opened' : answer.refusal.code;
    };
    expect(await refused(await openedShop({ status: 'frozen' }))).toBe('merchant.inactive');
    expect(await refused(await openedShop({ currency: 'USD' }))).toBe('payment.currency_mismatch');
    expect(await refused(await openedShop())).toBe('opened');
  });
});

describe('waiting', () => {
  test('ends when the claim is paid, for everybody who waits', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop();
    const claim = await claimed(shop, 100n);
    // Longer than the test may take: only being told ends these in time.
    const waiting = [1, 2, 3].map(() => shop.stub.waitForClaim(claim.id, 60_000));
    await shop.stub.claim(claim.id);
    expect(await outcomeOf(payer, paying(shop, claim))).toBe('completed');
    for (const ended of await Promise.all(waiting)) {
      expect(ended).toMatchObject({ state: 'paid', transfer: { debtor: payer.id } });
    }
  });

  test('ends when the claim is cancelled', async () => {
    const shop = await openedShop();
    const claim = await claimed(shop, 100n);
    const waiting = shop.stub.waitForClaim(claim.id, 60_000);
    await shop.stub.cancelClaim(claim.id);
    expect(await waiting).toMatchObject({ state: 'cancelled' });
  });

  test('ends when time is over, the waiter’s or the claim’s', async () => {
    const shop = await openedShop();
    const claim = await claimed(shop, 100n);
    expect(await shop.stub.waitForClaim(claim.id, 20)).toMatchObject({ state: 'open' });
    const short = await claimed(shop, 100n, { expiresAtMs: Date.now() + 50 });
    const ended = await shop.stub.waitForClaim(short.id, 60_000);
    await pastMs(short.expiresAtMs);
    expect(ended?.id).toBe(short.id);
    expect(await stateOf(shop, short.id)).toBe('expired');
  });

  test('does not begin for a claim that has ended or never was', async () => {
    const shop = await openedShop();
    const claim = await claimed(shop, 100n, { expiresAtMs: Date.now() - 1 });
    expect(await shop.stub.waitForClaim(claim.id, 60_000)).toMatchObject({ state: 'expired' });
    expect(await shop.stub.waitForClaim('ord_0', 60_000)).toBeNull();
  });
});

describe('listing', () => {
  test('newest first, by state, reference and time, page by page', async () => {
    const { payer } = await funded(100n);
    const shop = await openedShop();
    const nowMs = Date.now();
    const make = (index: number, more: Parameters<typeof claimed>[2] = {}) =>
      claimed(shop, 1n, { id: newOrderId(nowMs + index, 0), reference: `R-${index % 2}`, ...more });
    const [open, paid, cancelled] = [await make(0), await make(1), await make(2)];
    const lapsed = await make(3, { expiresAtMs: nowMs - 1 });
    const expired = await make(4, { expiresAtMs: nowMs - 1 });
    await payer.stub.transfer(paying(shop, paid));
    await shop.stub.cancelClaim(cancelled.id);
    const idsOf = async (filter: Partial<Parameters<typeof shop.stub.claims>[0]>) =>
      (await shop.stub.claims({ limit: 100, ...filter })).map(({ id }) => id);
    expect(await idsOf({})).toEqual([expired.id, lapsed.id, cancelled.id, paid.id, open.id]);
    expect(await idsOf({ limit: 2 })).toEqual([expired.id, lapsed.id]);
    expect(await idsOf({ limit: 2, beforeId: lapsed.id })).toEqual([cancelled.id, paid.id]);
    expect(await idsOf({ state: 'open' })).toEqual([open.id]);
    expect(await idsOf({ state: 'paid' })).toEqual([paid.id]);
    expect(await idsOf({ state: 'cancelled' })).toEqual([cancelled.id]);
    // Expired is expired, whether the alarm has come by or not.
    expect(await idsOf({ state: 'expired' })).toEqual([expired.id, lapsed.id]);
    await alarm(shop);
    expect(await idsOf({ state: 'expired' })).toEqual([expired.id, lapsed.id]);
    expect(await idsOf({ reference: 'R-1' })).toEqual([lapsed.id, paid.id]);
    expect(await idsOf({ reference: 'R-1', state: 'paid' })).toEqual([paid.id]);
    expect(await idsOf({ reference: 'R-2' })).toEqual([]);
    const { createdAtMs } = cancelled;
    const since = await idsOf({ createdFromMs: createdAtMs });
    const before = await idsOf({ createdBeforeMs: createdAtMs });
    expect([...since, ...before]).toEqual([expired.id, lapsed.id, cancelled.id, paid.id, open.id]);
  });

  test('what is asked often goes by an index', async () => {
    const shop = await openedShop();
    await runInDurableObject(shop.book, (_, { storage }) => {
      const planOf = (query: string) =>
        storage.sql
          .exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`)
          .toArray()
          .map(({ detail }) => detail)
          .join('; ');
      const due = "SELECT * FROM claim WHERE state = 'open' AND expires_at <= 1 ORDER BY expires_at LIMIT 5";
      expect(planOf(due)).toMatch(/^SEARCH claim USING INDEX claim_open/);
      const next = "SELECT expires_at FROM claim WHERE state = 'open' ORDER BY expires_at LIMIT 1";
      expect(planOf(next)).toMatch(/^SCAN claim USING COVERING INDEX claim_open$/);
      const referenced =
        "SELECT * FROM claim INDEXED BY claim_reference WHERE account = 1 AND id < '~' AND reference = 'R' ORDER BY id DESC LIMIT 5";
      expect(planOf(referenced)).toMatch(
        /^SEARCH claim USING INDEX claim_reference \(account=\? AND reference=\? AND id<\?\)$/,
      );
      const page = "SELECT * FROM claim WHERE account = 1 AND id < '~' ORDER BY id DESC LIMIT 5";
      expect(planOf(page)).toMatch(/^SEARCH claim USING PRIMARY KEY/);
      expect([due, next, referenced, page].map(planOf).join()).not.toMatch(/TEMP B-TREE/);
    });
  });
});
