/** Above a cashier's limit a refund waits for a manager: asked for by one, decided by another, given back once. */
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { newId } from '../../src/kernel/index.ts';
import { type Answer, adminKey, freshKey, get, migrate, post, testEnv } from '../support/switch.ts';
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
  type Till,
} from '../support/town.ts';

let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let manager: string;
let cashier: string;
let till: Till;

const keyOf = async (role: string): Promise<string> =>
  (await post('/v1/centre/keys', adminKey, { owner: shop.id, role })).body.api_key;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 100_000_000);
  shop = await newShop({ stripes: 2 });
  manager = await keyOf('manager');
  till = await newTill(shop);
  cashier = till.key;
});

async function paid(amount = 1_000_000): Promise<string> {
  const { qr } = await newOrder({ ...shop, key: cashier }, amount);
  const payment = await pay(issuer, payer, { payload: qr.payload });
  expect(payment.body.status).toBe('completed');
  return payment.body.id;
}

const at = (path: string) => `/v1/merchants/${shop.id}${path}`;
const refund = (payment: string, body: object, key: string, once = freshKey()) =>
  post(at(`/payments/${payment}/refunds`), key, body, once);
const decide = (request: string, verb: 'approve' | 'decline', key = manager, body = {}) =>
  post(at(`/refund-requests/${request}/${verb}`), key, body);
const one = (request: string, key = manager) => get(at(`/refund-requests/${request}`), key);
const said = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;
const givenBack = async (payment: string): Promise<number> =>
  (await get(at(`/payments/${payment}`), shop.key)).body.amount_refunded.amount;

/** A refund that a cashier asked for, and has not got. */
async function asked(payment: string, amount = 600_000, once = freshKey()) {
  const answer = await refund(payment, { amount, reason: 'Бузук', reference: 'B-1' }, cashier, once);
  expect(said(answer)).toBe('201 requires_approval');
  return answer.body;
}

async function overdue(request: string): Promise<void> {
  await testEnv.DIRECTORY.prepare('UPDATE refund_request SET expires_at = 1 WHERE id = ?')
    .bind(request)
    .run();
}

describe('a cashier who gives back more than a cashier may', () => {
  test('makes a request instead, and nothing moves', async () => {
    const payment = await paid();
    const request = await asked(payment);
    expect(request).toMatchObject({
      id: expect.stringMatching(/^rrq_/),
      payment,
      amount: { amount: 600_000, currency: 'KGS' },
      made_by: expect.stringMatching(/^key_/),
      approved_by: null,
      reason: 'Бузук',
      refusal: null,
    });
    expect(await givenBack(payment)).toBe(0);
    expect((await one(request.id, cashier)).body).toMatchObject({ status: 'pending', refund: null });
  });

  test('asks for all that is left when no amount is said, and for no more than is left', async () => {
    const payment = await paid();
    expect(said(await refund(payment, { amount: 400_000 }, cashier))).toBe('201 completed');
    const rest = await refund(payment, {}, cashier);
    expect(rest.body).toMatchObject({ status: 'requires_approval', amount: { amount: 600_000 } });
    expect(said(await refund(payment, { amount: 600_001 }, cashier))).toBe('422 refund.exceeds_remaining');
  });

  test('repeats the request and is told what became of it', async () => {
    const payment = await paid();
    const once = freshKey();
    const request = await asked(payment, 600_000, once);
    const repeat = () =>
      refund(payment, { amount: 600_000, reason: 'Бузук', reference: 'B-1' }, cashier, once);
    const again = await repeat();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(request);
    expect(said(await refund(payment, { amount: 600_001 }, cashier, once))).toBe(
      '422 idempotency.key_reused',
    );
    const approved = await decide(request.id, 'approve');
    expect((await repeat()).body).toMatchObject({ id: approved.body.refund, status: 'completed' });
    expect(await givenBack(payment)).toBe(600_000);
  });

  test('and is repeated by a manager at the same register: it still waits, and goes back once', async () => {
    const payment = await paid();
    const once = freshKey();
    const body = { amount: 600_000, reason: 'Бузук', reference: 'B-1' };
    const request = await asked(payment, body.amount, once);
    const repeated = await refund(payment, body, manager, once);
    expect(repeated).toMatchObject({ status: 200, body: { id: request.id, status: 'requires_approval' } });
    expect(await givenBack(payment)).toBe(0);
    expect((await decide(request.id, 'approve', shop.key)).body.status).toBe('approved');
    expect(await givenBack(payment)).toBe(600_000);
  });

  test('asks once, however often it is sent at the same time', async () => {
    const payment = await paid();
    const once = freshKey();
    const answers = await Promise.all(
      [1, 2, 3].map(() => refund(payment, { amount: 700_000 }, cashier, once)),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });
});

describe('a manager', () => {
  test('approves: the money goes back, and the refund says who asked and who approved', async () => {
    const payment = await paid();
    const request = await asked(payment);
    const approved = await decide(request.id, 'approve', manager, { note: 'чекти көрдүм' });
    expect(approved).toMatchObject({
      status: 200,
      body: { status: 'approved', note: 'чекти көрдүм', refusal: null },
    });
    const [made] = (await get(at(`/payments/${payment}/refunds`), cashier)).body.data;
    expect(made).toMatchObject({
      id: approved.body.refund,
      status: 'completed',
      amount: { amount: 600_000 },
      made_by: request.made_by,
      approved_by: approved.body.decided_by,
      reason: 'Бузук',
      reference: 'B-1',
    });
    expect(approved.body.decided_by).not.toBe(request.made_by);
    const log = (await get(`/v1/audit?subject=${request.id}`, adminKey)).body.data;
    expect(log.length).toBeGreaterThanOrEqual(2);
  });

  test('approves twice, or two at once: it goes back once', async () => {
    const payment = await paid();
    const request = await asked(payment);
    const answers = await Promise.all(
      [manager, manager, shop.key].map((key) => decide(request.id, 'approve', key)),
    );
    expect(answers.map(said)).toEqual(['200 approved', '200 approved', '200 approved']);
    expect(said(await decide(request.id, 'approve'))).toBe('200 approved');
    expect(await givenBack(payment)).toBe(600_000);
    expect((await get(at(`/payments/${payment}/refunds`), shop.key)).body.data).toHaveLength(1);
  });

  test('declines, and cannot approve any more', async () => {
    const payment = await paid();
    const once = freshKey();
    const request = await asked(payment, 600_000, once);
    expect(said(await decide(request.id, 'decline', manager, { note: 'жок' }))).toBe('200 declined');
    expect(said(await decide(request.id, 'decline'))).toBe('200 declined');
    expect(said(await decide(request.id, 'approve'))).toBe('409 refund_request.decided');
    const body = { amount: 600_000, reason: 'Бузук', reference: 'B-1' };
    const told = await refund(payment, body, cashier, once);
    expect(told.body).toMatchObject({ status: 'declined', refusal: { code: 'refund_request.declined' } });
    expect(await givenBack(payment)).toBe(0);
  });

  test('cannot decline what was approved', async () => {
    const request = await asked(await paid());
    expect(said(await decide(request.id, 'approve'))).toBe('200 approved');
    expect(said(await decide(request.id, 'decline'))).toBe('409 refund_request.decided');
  });

  test('is too late after a day', async () => {
    const payment = await paid();
    const request = await asked(payment);
    await overdue(request.id);
    expect((await one(request.id)).body.status).toBe('expired');
    for (const verb of ['approve', 'decline'] as const) {
      expect(said(await decide(request.id, verb))).toBe('410 refund_request.expired');
    }
    expect(await givenBack(payment)).toBe(0);
  });

  test('who asked cannot decide, whatever role they have by now', async () => {
    const request = await asked(await paid());
    await testEnv.DIRECTORY.prepare(
      'UPDATE refund_request SET made_by = (SELECT id FROM api_key WHERE owner = ? AND role = ?) WHERE id = ?',
    )
      .bind(shop.id, 'manager', request.id)
      .run();
    expect(said(await decide(request.id, 'approve'))).toBe('403 refund_request.own');
    expect(said(await decide(request.id, 'approve', shop.key))).toBe('200 approved');
  });

  test('approves what is no longer left of the payment: refused, and said so', async () => {
    const payment = await paid();
    const request = await asked(payment);
    expect(said(await refund(payment, { amount: 500_000 }, manager))).toBe('201 completed');
    const late = await decide(request.id, 'approve');
    expect(late.body).toMatchObject({
      status: 'refused',
      refund: null,
      refusal: { code: 'refund.exceeds_remaining' },
    });
    expect(said(await decide(request.id, 'approve'))).toBe('200 refused');
    expect(await givenBack(payment)).toBe(500_000);
  });

  test('whose approval was written down and then lost is finished by the schedule, once', async () => {
    const payment = await paid();
    const request = await asked(payment);
    await testEnv.DIRECTORY.prepare(
      "UPDATE refund_request SET status = 'approved', decided_by = 'key_gone', decided_at = 1 WHERE id = ?",
    )
      .bind(request.id)
      .run();
    for (let minute = 0; minute < 2; minute++) await switchOf(testEnv).scheduled('* * * * *');
    const { body } = await one(request.id);
    expect(body).toMatchObject({ status: 'approved', refund: expect.stringMatching(/^ref_/) });
    expect(await givenBack(payment)).toBe(600_000);
  });
});

describe('requests of a merchant', () => {
  test('are listed by what became of them', async () => {
    const [pending, over, approved] = [
      await asked(await paid()),
      await asked(await paid()),
      await asked(await paid()),
    ];
    await overdue(over.id);
    await decide(approved.id, 'approve');
    const listed = async (query: string) =>
      (await get(at(`/refund-requests?limit=100&${query}`), manager)).body.data.map(
        ({ id }: { id: string }) => id,
      );
    expect(await listed('status=pending')).toContain(pending.id);
    expect(await listed('status=pending')).not.toContain(over.id);
    expect(await listed('status=expired')).toContain(over.id);
    expect(await listed('status=approved')).toContain(approved.id);
    expect(await listed('')).toEqual(expect.arrayContaining([pending.id, over.id, approved.id]));
  });

  test('a cashier of another till does not see them, and no cashier decides', async () => {
    const { id: store } = (await post(`/v1/centre/merchants/${shop.id}/stores`, adminKey, { name: 'ЦУМ' }))
      .body;
    const tills = `/v1/centre/merchants/${shop.id}/stores/${store}/tills`;
    const { id: till } = (await post(tills, adminKey, { name: '1' })).body;
    const key = (await post('/v1/centre/keys', adminKey, { owner: shop.id, role: 'cashier', till })).body
      .api_key;
    const request = await asked(await paid());
    expect(said(await one(request.id, key))).toBe('404 refund_request.not_found');
    expect((await get(at('/refund-requests'), key)).body.data).toEqual([]);
    expect(said(await decide(request.id, 'approve', cashier))).toBe('403 auth.forbidden');
    expect(said(await one(newId('refundRequest', Date.now())))).toBe('404 refund_request.not_found');
  });
});
