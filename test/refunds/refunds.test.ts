/** Refunds over HTTP: a merchant gives money back, and never more than was paid. */
import { beforeAll, describe, expect, test } from 'vitest';
import { newTransferId } from '../../src/kernel/index.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { type Answer, adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  newTill,
  type Payer,
  pay,
  type Shop,
} from '../support/town.ts';

let issuer: Issuer;
let shop: Shop;
let payer: Payer;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop({ stripes: 3 });
  payer = await newPayer(issuer, 10_000_000);
});

/** A payment to a shop, by its printed code or, when asked for, of an order. */
async function paid(amount: number, by = payer, at = shop, ordered = false): Promise<string> {
  const payload = ordered
    ? (await newOrder(at, amount, { reference: 'R-7' })).qr.payload
    : (await get(`/v1/merchants/${at.id}`, at.key)).body.qr.payload;
  const payment = await pay(issuer, by, ordered ? { payload } : { payload, amount });
  expect(payment.body).toMatchObject({ status: 'completed' });
  return payment.body.id;
}

const at = (payment: string, of = shop) => `/v1/merchants/${of.id}/payments/${payment}`;
const refund = (payment: string, body: object = {}, key = shop.key, of = shop, once = freshKey()) =>
  post(`${at(payment, of)}/refunds`, key, body, once);
const keyOf = async (role: string, of = shop): Promise<string> =>
  (await post('/v1/centre/keys', adminKey, { owner: of.id, role })).body.api_key;
const balanceOf = async (account: string) =>
  (await get(`/v1/accounts/${account}`, adminKey)).body.balance.amount;
const stand = async (path: string, verb: string) => {
  const answer = await post(`/v1/centre/${path}/${verb}`, adminKey, { reason: 'a test' });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
};
/** What was refused, and how: by status and code, or as a declined refund. */
const said = ({ status, body }: Answer) => `${status} ${body.refusal?.code ?? body.code ?? body.status}`;
const kgs = (amount: number) => ({ amount, currency: 'KGS' });

/** Takes everything a shop has out of it, or out of the stripe that a payment went to, as a withdrawal would. */
async function emptied(of: Shop, payment?: string): Promise<void> {
  const place = await testEnv.DIRECTORY.prepare('SELECT books FROM account WHERE id = ?')
    .bind(of.account)
    .first<{ books: string }>();
  const bank = await newPayer(issuer, 0);
  const to = await testEnv.DIRECTORY.prepare('SELECT books FROM account WHERE id = ?')
    .bind(bank.account)
    .first<{ books: string }>();
  const books: number[] = JSON.parse(place?.books ?? '[]');
  const creditorBooks: number[] = JSON.parse(to?.books ?? '[]');
  for (const stripe of ledgerOf(testEnv.BOOKS).stripes({ id: of.account, books })) {
    if (payment !== undefined && !(await stripe.credit(payment))) continue;
    const amountMinor = (await stripe.balance())?.availableMinor ?? 0n;
    if (amountMinor === 0n) continue;
    const outcome = await stripe.transfer({
      kind: 'payment',
      amountMinor,
      currency: of.currency,
      creditor: bank.account,
      creditorStripe: 0,
      creditorBooks,
      facts: { payerParticipant: issuer.id },
      idempotency: { key: freshKey(), request: '' },
    });
    expect(outcome).toMatchObject({ ok: true, value: { view: { state: 'completed' } } });
  }
}

describe('a merchant gives money back', () => {
  test.each([false, true])(
    'all of it (of an order: %s): both sides and the centre see it',
    async (ordered) => {
      const buyer = await newPayer(issuer, 50_000);
      const payment = await paid(12_550, buyer, shop, ordered);
      const before = await balanceOf(shop.account);
      const answer = await refund(payment, { reason: 'Нан катып калган', reference: 'B-1' });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({
        id: expect.stringMatching(/^ref_[0-9a-z]{24}$/),
        status: 'completed',
        payment,
        account: null,
        participant: issuer.id,
        merchant: { id: shop.id, name: 'Дордой базар' },
        order_reference: ordered ? 'R-7' : null,
        amount: kgs(12_550),
        reason: 'Нан катып калган',
        reference: 'B-1',
        refusal: null,
      });
      expect(await balanceOf(buyer.account)).toBe(50_000);
      expect(await balanceOf(shop.account)).toBe(before - 12_550);
      const seen = { id: payment, status: 'completed', amount: kgs(12_550), amount_refunded: kgs(12_550) };
      expect((await get(at(payment), shop.key)).body).toMatchObject({ ...seen, account: null });
      expect((await get(at(payment), adminKey)).body).toMatchObject({ ...seen, account: buyer.account });
      const list = `/v1/accounts/${buyer.account}/payments`;
      expect((await get(`${list}/${payment}`, issuer.key)).body).toMatchObject(seen);
      expect((await get(list, issuer.key)).body.data).toMatchObject([seen]);
      const report = '/v1/centre/reports/payments';
      const row = await until(
        async () => (await get(`${report}?merchant=${shop.id}&kind=refund`, adminKey)).body.data[0],
        (found) => found?.id === answer.body.id,
      );
      expect(row).toMatchObject({
        status: 'completed',
        payment,
        account: buyer.account,
        amount: kgs(12_550),
      });
      const [paidRow] = (await get(`${report}?merchant=${shop.id}`, adminKey)).body.data;
      expect(paidRow).toMatchObject({ id: payment, amount_refunded: kgs(12_550) });
      expect((await get('/v1/centre/trial-balance', adminKey)).body).toMatchObject({ balanced: true });
    },
  );

  test('in parts, each of them shown, to the last tyiyn and not beyond', async () => {
    const payment = await paid(1_000);
    expect(said(await refund(payment, { amount: 1_001 }))).toBe('422 refund.exceeds_remaining');
    for (const amount of [400, 350]) expect(said(await refund(payment, { amount }))).toBe('201 completed');
    expect(said(await refund(payment, { amount: 251 }))).toBe('422 refund.exceeds_remaining');
    expect((await refund(payment)).body.amount).toEqual(kgs(250));
    expect(said(await refund(payment))).toBe('422 refund.exceeds_remaining');
    const page = await get(`${at(payment)}/refunds?limit=2`, shop.key);
    const rest = await get(`${at(payment)}/refunds?cursor=${page.body.next_cursor}`, shop.key);
    const amounts = [...page.body.data, ...rest.body.data].map(({ amount }) => amount.amount);
    expect([amounts, rest.body.next_cursor]).toEqual([[250, 350, 400], null]);
  });

  test('two at once cannot exceed what is left', async () => {
    for (let round = 0; round < 5; round++) {
      const payment = await paid(1_000);
      const answers = await Promise.all([600, 600].map((amount) => refund(payment, { amount })));
      expect(answers.map(said).sort()).toEqual(['201 completed', '422 refund.exceeds_remaining']);
      expect((await get(at(payment), shop.key)).body.amount_refunded).toEqual(kgs(600));
    }
  });

  test('the same key gives the same answer; another body is refused', async () => {
    const payment = await paid(1_000);
    const key = freshKey();
    const first = await refund(payment, { amount: 600 }, shop.key, shop, key);
    const again = await refund(payment, { amount: 600 }, shop.key, shop, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(said(await refund(payment, { amount: 601 }, shop.key, shop, key))).toBe(
      '422 idempotency.key_reused',
    );
    expect((await get(at(payment), shop.key)).body.amount_refunded).toEqual(kgs(600));
    expect((await post(`${at(payment)}/refunds`, shop.key, {})).body.code).toBe('idempotency.key_required');
  });

  test('the payment’s own answer stays what it was', async () => {
    const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
    const key = freshKey();
    const first = await pay(issuer, payer, { payload, amount: 500 }, key);
    expect(said(await refund(first.body.id))).toBe('201 completed');
    expect((await pay(issuer, payer, { payload, amount: 500 }, key)).body).toEqual(first.body);
  });
});

describe('who may', () => {
  test('a manager may give back everything, a cashier a part', async () => {
    const manager = await keyOf('manager');
    const { key: cashier } = await newTill(shop);
    const { qr } = await newOrder({ ...shop, key: cashier }, 1_000_000);
    const payment: string = (await pay(issuer, payer, { payload: qr.payload })).body.id;
    expect(said(await refund(payment, { amount: 500_001 }, cashier))).toBe('201 requires_approval');
    expect(said(await refund(payment, {}, cashier))).toBe('201 requires_approval');
    expect(said(await refund(payment, { amount: 300_000 }, cashier))).toBe('201 completed');
    // Nor in several small ones.
    expect(said(await refund(payment, { amount: 200_001 }, cashier))).toBe('201 requires_approval');
    expect(said(await refund(payment, { amount: 200_000 }, cashier))).toBe('201 completed');
    expect(said(await refund(payment, {}, manager))).toBe('201 completed');
  });

  test('another merchant’s payment, one that was declined and one that never was are not found', async () => {
    const other = await newShop();
    const payment = await paid(1_000);
    const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
    const poor = await newPayer(issuer, 0);
    const declined = await pay(issuer, poor, { payload, amount: 1 });
    expect(said(declined)).toBe('201 payment.insufficient_funds');
    const never = newTransferId('payment', Date.now(), 3);
    for (const [id, of] of [
      [payment, other],
      [declined.body.id, shop],
      [never, shop],
    ] as const) {
      expect(said(await refund(id, {}, of.key, of))).toBe('404 payment.not_found');
      expect(said(await get(at(id, of), of.key))).toBe('404 payment.not_found');
      expect(said(await get(`${at(id, of)}/refunds`, of.key))).toBe('404 payment.not_found');
    }
  });

  test.each([{ amount: 0 }, { amount: -1 }, { amount: 1.5 }, { amount: '1' }, { more: 1 }])(
    '%j is refused',
    async (body) => {
      expect(said(await refund(newTransferId('payment', Date.now(), 1), body))).toBe('422 request.invalid');
    },
  );
});

describe('what stands in the way', () => {
  test('a frozen payer is credited all the same', async () => {
    const buyer = await newPayer(issuer, 1_000);
    const payment = await paid(600, buyer);
    await stand(`accounts/${buyer.account}`, 'freeze');
    expect(said(await refund(payment))).toBe('201 completed');
    expect(await balanceOf(buyer.account)).toBe(1_000);
  });

  test('a closed payer is not: the refund is declined, and the payment can be refunded once it is open', async () => {
    const buyer = await newPayer(issuer, 600);
    const payment = await paid(600, buyer);
    await stand(`accounts/${buyer.account}`, 'close');
    expect(said(await refund(payment))).toBe('201 account.closed');
    expect((await get(at(payment), shop.key)).body.amount_refunded).toEqual(kgs(0));
    const { data } = (await get(`${at(payment)}/refunds`, shop.key)).body;
    expect(data).toMatchObject([{ status: 'declined', refusal: { code: 'account.closed' } }]);
    await stand(`accounts/${buyer.account}`, 'reopen');
    expect(said(await refund(payment))).toBe('201 completed');
  });

  test('a merchant without balance is told so', async () => {
    const poor = await newShop();
    const payment = await paid(600, payer, poor);
    await emptied(poor);
    expect(said(await refund(payment, {}, poor.key, poor))).toBe('201 refund.insufficient_balance');
    expect(await balanceOf(poor.account)).toBe(0);
  });

  test('or goes below zero, as far as its terms allow, over all its stripes', async () => {
    const trusted = await newShop({ stripes: 2, refundLimit: 1_000 });
    const payments: string[] = [];
    for (let count = 0; count < 12; count++) payments.push(await paid(600, payer, trusted));
    await emptied(trusted);
    const outcomes: string[] = [];
    for (const payment of payments) {
      outcomes.push(said(await refund(payment, { amount: 500 }, trusted.key, trusted)));
    }
    expect(outcomes).toEqual(
      payments.map((_, index) => (index < 2 ? '201 completed' : '201 refund.insufficient_balance')),
    );
    expect(await balanceOf(trusted.account)).toBe(-1_000);
  });

  test('what the stripe that was paid has too little, the others give; nobody is shown that', async () => {
    const wide = await newShop();
    const payments = [await paid(600, payer, wide)];
    await post(`/v1/centre/merchants/${wide.id}/stripes`, adminKey, { stripes: 6, reason: 'a test' });
    for (let count = 0; count < 8; count++) payments.push(await paid(600, payer, wide, true));
    const [first] = payments;
    await emptied(wide, first);
    const before = await balanceOf(wide.account);
    const key = freshKey();
    const answer = await refund(first!, {}, wide.key, wide, key);
    expect(said(answer)).toBe('201 completed');
    const again = await refund(first!, {}, wide.key, wide, key);
    expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', answer.body]);
    expect(await balanceOf(wide.account)).toBe(before - 600);
    const outcomes = await Promise.all(
      payments.slice(1).map(async (one) => said(await refund(one, {}, wide.key, wide))),
    );
    const made = outcomes.filter((outcome) => outcome === '201 completed').length;
    expect([made, new Set(outcomes).size]).toEqual([before / 600 - 1, 2]);
    expect(outcomes).toContain('201 refund.insufficient_balance');
    expect(await balanceOf(wide.account)).toBe(0);
    // Reading it once writes the settles of what was just held.
    const { body: statement } = await until(
      () => get(`/v1/accounts/${wide.account}/statement`, adminKey),
      ({ body }) => body.closing.held === 0,
    );
    expect(statement.entries.map(({ kind }: { kind: string }) => kind)).not.toContain('gather');
    expect([statement.entries.at(-1).balance, statement.closing.balance]).toEqual([0, 0]);
    expect((await get('/v1/centre/trial-balance', adminKey)).body).toMatchObject({ balanced: true });
    const rows = async (query: string) =>
      (await get(`/v1/centre/reports/payments?merchant=${wide.id}&limit=100${query}`, adminKey)).body.data;
    await until(
      () => rows('&kind=refund&status=completed'),
      (found) => found.length === made + 1,
    );
    expect(new Set((await rows('')).map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['payment']));
  });

  test('a suspended merchant gives nothing back', async () => {
    const bad = await newShop();
    const payment = await paid(600, payer, bad);
    await stand(`merchants/${bad.id}`, 'suspend');
    expect(said(await refund(payment, {}, bad.key, bad))).toBe('201 account.frozen');
    await stand(`merchants/${bad.id}`, 'resume');
    expect(said(await refund(payment, {}, bad.key, bad))).toBe('201 completed');
  });
});
