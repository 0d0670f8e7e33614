/** The centre gives back a payment in its merchant's place: asked for by one person, approved by another, done once. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { carryingMs, directoryOf } from '../../src/directory/index.ts';
import { newTransferId } from '../../src/kernel/index.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { approve, type Clerk, newClerk, proposed, reject, seen } from '../support/centre.ts';
import {
  type Answer,
  adminKey,
  call,
  freshKey,
  get,
  migrate,
  newIsolate,
  post,
  testAct,
  testEnv,
  until,
} from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, type Payer, pay, type Shop } from '../support/town.ts';

const directory = directoryOf(testEnv.DIRECTORY);
const reason = 'the buyer was charged twice';
const kgs = (amount: number) => ({ amount, currency: 'KGS' });
let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let maker: Clerk;
let checker: Clerk;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 10_000_000);
  shop = await newShop({ stripes: 2 });
  [maker, checker] = [await newClerk('officer'), await newClerk('admin')];
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (payment: string) => `/v1/centre/payments/${payment}`;
const refundsOf = (payment: string) => `${at(payment)}/refunds`;
const said = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;

/** A payment the reports have. */
async function paid(amount = 12_550, to = shop): Promise<string> {
  const { payload } = (await get(`/v1/merchants/${to.id}`, to.key)).body.qr;
  const { id } = (await pay(issuer, payer, { payload, amount })).body;
  await until(
    () => get(at(id), adminKey),
    ({ status }) => status === 200,
  );
  return id;
}
const givenBack = async (payment: string, of = shop): Promise<number> =>
  (await get(`/v1/merchants/${of.id}/payments/${payment}`, of.key)).body.amount_refunded.amount;
const refundsAt = async (payment: string, of = shop) =>
  (await get(`/v1/merchants/${of.id}/payments/${payment}/refunds`, of.key)).body.data;

describe('a payment is given back by two people of the centre', () => {
  test('all that is left of it: nothing moves before, and everybody is told who decided', async () => {
    const payment = await paid();
    const asked = await maker.browser.post(refundsOf(payment), { reason });
    expect(asked).toMatchObject({
      status: 202,
      body: {
        action: 'payment.refund',
        status: 'proposed',
        object: { id: payment, kind: 'payment', name: null },
        body: { ...kgs(12_550), reason },
        made_by: { id: maker.id },
        reason,
      },
    });
    expect(await givenBack(payment)).toBe(0);
    expect((await seen(checker, asked.body.id)).changes).toEqual([
      { field: 'amount', before: null, after: 12_550 },
      { field: 'currency', before: null, after: 'KGS' },
    ]);
    expect((await approve(checker, asked.body.id)).body.status).toBe('done');
    expect(await givenBack(payment)).toBe(12_550);

    const byCentre = { asked_by: 'centre', made_by: maker.id, approved_by: checker.id, reason };
    const [refund] = await refundsAt(payment);
    expect(refund).toMatchObject({ ...byCentre, status: 'completed', amount: kgs(12_550) });
    const { steps } = (await get(`/v1/merchants/${shop.id}/payments/${payment}/timeline`, shop.key)).body;
    expect(steps).toContainEqual(
      expect.objectContaining({
        code: 'refund.requested_by_centre',
        facts: { reason, made_by: maker.id, approved_by: checker.id },
      }),
    );
    const { refunds } = (await get(at(payment), adminKey)).body;
    expect(refunds).toMatchObject([
      {
        id: refund.id,
        by_centre: {
          made_by: { id: maker.id, name: maker.name },
          approved_by: { id: checker.id, name: checker.name },
        },
      },
    ]);
    const { data } = (await get(`/v1/audit?subject=${payment}`, adminKey)).body;
    expect(data).toMatchObject([
      { actor: maker.id, approved_by: checker.id, reason, request: asked.body.id, after: kgs(12_550) },
    ]);
  });

  test('in parts, and tells the payer and the merchant as of any refund', async () => {
    const payment = await paid(1_000);
    const endpoint = { url: 'https://receiver.example/hook', types: ['order.expired'] };
    await post('/v1/callback-endpoints', shop.key, endpoint);
    for (const amount of [400, 600]) {
      const id = await proposed(maker, refundsOf(payment), { amount, reason });
      expect((await approve(checker, id)).body.status).toBe('done');
    }
    expect(await givenBack(payment)).toBe(1_000);
    const told = await until(
      () => get(`${at(payment)}/events`, adminKey),
      ({ body }) =>
        body.data?.filter(({ type }: { type: string }) => type === 'refund.completed').length >= 2,
    );
    const owners = told.body.data
      .filter(({ type }: { type: string }) => type === 'refund.completed')
      .map(({ owner }: { owner: string }) => owner);
    expect(owners).toContain(shop.id);
    const nothingLeft = await maker.browser.post(refundsOf(payment), { reason });
    expect(said(nothingLeft)).toBe('422 refund.exceeds_remaining');
  });

  test('never by whoever asked, and not once another person has turned it down', async () => {
    const payment = await paid();
    const id = await proposed(maker, refundsOf(payment), { reason });
    expect(said(await approve(maker, id))).toBe('403 approval.own');
    await reject(checker, id);
    expect(said(await approve(checker, id))).toBe('409 approval.decided');
    expect(await givenBack(payment)).toBe(0);
  });
});

describe('it is refused before anybody is asked to approve', () => {
  test('what is more than is left, or in another currency', async () => {
    const payment = await paid();
    const ask = (body: object) => maker.browser.post(refundsOf(payment), { reason, ...body });
    expect(said(await ask({ amount: 12_551 }))).toBe('422 refund.exceeds_remaining');
    expect(said(await ask({ amount: 1, currency: 'THB' }))).toBe('422 payment.currency_mismatch');
    expect(said(await maker.browser.post(refundsOf(payment), { amount: 1 }))).toBe('422 request.invalid');
    expect((await get(`/v1/centre/approvals?object=${payment}`, adminKey)).body.data).toEqual([]);
  });

  test('a payment that is not completed, and one that never was', async () => {
    const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
    const declined = await pay(issuer, await newPayer(issuer, 1), { payload, amount: 900 });
    expect(declined.body.status).toBe('declined');
    await until(
      () => get(at(declined.body.id), adminKey),
      ({ status }) => status === 200,
    );
    for (const [payment, code] of [
      [declined.body.id, '409 payment.not_completed'],
      [newTransferId('payment', Date.now(), 1), '404 payment.not_found'],
    ]) {
      expect(said(await maker.browser.post(refundsOf(payment), { reason }))).toBe(code);
      // Nor by whoever has to ask nobody.
      expect(said(await post(refundsOf(payment), maker.key, { reason }, freshKey()))).toBe(code);
    }
  });

  test('from whoever may not decide about money', async () => {
    const payment = await paid();
    for (const role of ['analyst', 'support'] as const) {
      const { browser } = await newClerk(role);
      expect(said(await browser.post(refundsOf(payment), { reason }))).toBe('403 auth.forbidden');
    }
    for (const key of [shop.key, issuer.key]) {
      expect(said(await post(refundsOf(payment), key, { reason }, freshKey()))).toBe('403 auth.forbidden');
    }
    const unkeyed = await post(refundsOf(payment), maker.key, { reason });
    expect(said(unkeyed)).toBe('400 idempotency.key_required');
  });
});

describe('it is refused when it is done', () => {
  test('where the merchant has given it back meanwhile', async () => {
    const payment = await paid(700);
    const id = await proposed(maker, refundsOf(payment), { reason });
    const own = `/v1/merchants/${shop.id}/payments/${payment}/refunds`;
    expect((await post(own, shop.key, { amount: 1 }, freshKey())).status).toBe(201);
    expect((await approve(checker, id)).body).toMatchObject({
      status: 'failed',
      refusal: { code: 'refund.exceeds_remaining' },
    });
    expect(await givenBack(payment)).toBe(1);
  });

  test('where the merchant has too little: its approval says so, and nothing of it is left waiting', async () => {
    const poor = await newShop();
    const [first, second] = [await paid(700, poor), await paid(300, poor)];
    await spent(poor, 600);
    const id = await proposed(maker, refundsOf(first), { reason });
    expect((await approve(checker, id)).body).toMatchObject({
      status: 'failed',
      refusal: { code: 'refund.insufficient_balance' },
    });
    expect(await givenBack(first, poor)).toBe(0);
    expect(await refundsAt(first, poor)).toMatchObject([{ status: 'declined', asked_by: 'centre' }]);
    const less = await proposed(maker, refundsOf(second), { reason });
    expect((await approve(checker, less)).body.status).toBe('done');
    expect(await givenBack(second, poor)).toBe(300);
  });
});

describe('it is done once', () => {
  const withKey = (by: Clerk, payment: string, once: string, body: object = { reason }) =>
    call('POST', refundsOf(payment), {
      body,
      headers: { cookie: by.browser.cookie, origin: 'https://switch.test', 'idempotency-key': once },
    });
  const approvedAndLeft = (id: string, triedAtMs: number) =>
    directory.decideApproval(
      testAct,
      id,
      {
        ...{ status: 'approved', decidedBy: checker.id, decidedAtMs: Date.now(), note: null, changes: [] },
        triedAtMs,
      },
      Date.now(),
    );
  const sweep = () => switchOf(testEnv).scheduled('* * * * *');

  test('however often it is asked for with the same key, also afterwards', async () => {
    const payment = await paid();
    const once = freshKey();
    const first = await withKey(maker, payment, once);
    expect((await withKey(maker, payment, once)).body.id).toBe(first.body.id);
    await approve(checker, first.body.id);
    expect(await withKey(maker, payment, once)).toMatchObject({
      status: 202,
      body: { id: first.body.id, status: 'done' },
    });
    expect(await refundsAt(payment)).toHaveLength(1);
  });

  test('where two ask for all of it and both are approved', async () => {
    const payment = await paid();
    const [one, two] = [
      await proposed(maker, refundsOf(payment), { reason }),
      await proposed(checker, refundsOf(payment), { reason }),
    ];
    const answers = await Promise.all([approve(checker, one), approve(maker, two)]);
    expect(answers.map(({ body }) => body.status).sort()).toEqual(['done', 'failed']);
    expect(await givenBack(payment)).toBe(12_550);
  });

  test('by the schedule, after a crash between the approval and the refund', async () => {
    const payment = await paid();
    const id = await proposed(maker, refundsOf(payment), { amount: 500, reason });
    await approvedAndLeft(id, Date.now());
    await sweep();
    expect(await givenBack(payment)).toBe(0);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + carryingMs + 1_000 });
    await sweep();
    await sweep();
    expect((await directory.approval(id))?.status).toBe('done');
    expect(await refundsAt(payment)).toMatchObject([
      { amount: kgs(500), made_by: maker.id, approved_by: checker.id },
    ]);
  });

  test('after a crash that forgot the refund was made', async () => {
    const payment = await paid();
    const id = await proposed(maker, refundsOf(payment), { amount: 500, reason });
    const { sealed } = (await directory.approval(id)) ?? {};
    await approve(checker, id);
    await testEnv.DIRECTORY.prepare(
      `UPDATE approval SET status = 'approved', tried_at = NULL, sealed = ? WHERE id = ?`,
    )
      .bind(sealed, id)
      .run();
    await sweep();
    expect((await directory.approval(id))?.status).toBe('done');
    expect(await refundsAt(payment)).toHaveLength(1);
    expect(await givenBack(payment)).toBe(500);
  });
});

test('where four eyes are off it is done at once, and said who did it', async () => {
  const off = newIsolate({ TOLOM_FOUR_EYES: 'off' });
  const payment = await paid();
  const once = freshKey();
  const ask = (body: object) =>
    off('POST', refundsOf(payment), {
      body,
      headers: { cookie: maker.browser.cookie, origin: 'https://switch.test', 'idempotency-key': once },
    });
  const made = await ask({ reason });
  expect(made).toMatchObject({
    status: 201,
    body: { status: 'completed', amount: kgs(12_550), made_by: maker.id, approved_by: null },
  });
  expect(await ask({ reason })).toMatchObject({ status: 200, body: { id: made.body.id } });
  expect(said(await ask({ amount: 1, reason }))).toBe('422 idempotency.key_reused');
  expect(await givenBack(payment)).toBe(12_550);
});

/** Takes money out of a shop, as a withdrawal would. */
async function spent(from: Shop, amount: number): Promise<void> {
  const bank = await newPayer(issuer, 0);
  const [place, to] = [
    await directory.freshAccount(from.account),
    await directory.freshAccount(bank.account),
  ];
  if (!place || !to) throw new Error('no such account');
  const outcome = await ledgerOf(testEnv.BOOKS)
    .stripe(place, 0)
    .transfer({
      kind: 'payment',
      amountMinor: BigInt(amount),
      currency: from.currency,
      creditor: to.id,
      creditorStripe: 0,
      creditorBooks: to.books,
      facts: { payerParticipant: issuer.id },
      idempotency: { key: freshKey(), request: '' },
    });
  expect(outcome).toMatchObject({ ok: true, value: { view: { state: 'completed' } } });
}
