/** Every way a payment can be refused: each has its own code, and none moves money. */
import { beforeAll, describe, expect, test } from 'vitest';
import { decode, encode, linkTo } from '../../src/emv/index.ts';
import { adminKey, freshKey, get, migrate, post } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  type Payer,
  pay,
  type Shop,
} from '../support/town.ts';
import vectors from '../vectors/emv.jsonl?raw';

let issuer: Issuer;
let shop: Shop;
let payer: Payer;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop();
  payer = await newPayer(issuer, 1_000_000);
});

const payerBalance = async () => (await get(`/v1/accounts/${payer.account}`, issuer.key)).body;
const shopBalance = async () => (await get(`/v1/merchants/${shop.id}`, shop.key)).body;

/** Runs a payment that must be refused, and checks that both sides stand as before. */
async function refused(
  attempt: () => Promise<{ status: number; body: { code?: string; refusal?: { code: string } } }>,
) {
  const [payerBefore, shopBefore] = [await payerBalance(), await shopBalance()];
  const { status, body } = await attempt();
  const [payerAfter, shopAfter] = [await payerBalance(), await shopBalance()];
  for (const [before, after] of [
    [payerBefore, payerAfter],
    [shopBefore, shopAfter],
  ]) {
    expect(after.balance).toEqual(before.balance);
    expect(after.available).toEqual(before.available);
    expect(after.held.amount).toBe(0);
  }
  return { status, code: body.refusal?.code ?? body.code };
}

/** The merchant's order code with something changed, its signature taken off, and the checksum made right again. */
function forged(payload: string, change: (objects: { id: string; value: string }[]) => void): string {
  const code = decode(payload);
  if (!code.ok) throw new Error('not a code');
  const said = code.dataObjects.filter(({ id }) => id !== '63' && id < '80');
  const objects = said.map(({ id, value }) => ({ id, value }));
  change(objects);
  const encoded = encode({ profile: 'elqr', checksum: 'sha256-last4', dataObjects: objects });
  if (!encoded.ok) throw new Error(encoded.detail);
  return linkTo('qr.tolom.kg', encoded.payload);
}

const replace = (objects: { id: string; value: string }[], id: string, value: string) => {
  for (const object of objects) if (object.id === id) object.value = value;
};

describe('an order', () => {
  test('is not paid twice, not even by another payer', async () => {
    const order = await newOrder(shop, 500);
    expect((await pay(issuer, payer, { payload: order.qr.payload })).body.status).toBe('completed');
    expect(await refused(() => pay(issuer, payer, { payload: order.qr.payload }))).toEqual({
      status: 201,
      code: 'order.already_paid',
    });
    const other = await newPayer(issuer, 10_000);
    const late = await pay(issuer, other, { payload: order.qr.payload });
    expect(late.body).toMatchObject({
      status: 'declined',
      refusal: { code: 'order.already_paid', reason: 'DUPL' },
    });
    const scan = await post('/v1/scans', issuer.key, { payload: order.qr.payload });
    expect(scan.body).toMatchObject({ payable: false, refusal: { code: 'order.already_paid' } });
  });

  test('is not paid after the register cancelled it', async () => {
    const order = await newOrder(shop, 500);
    const cancelled = await post(`/v1/merchants/${shop.id}/orders/${order.id}/cancel`, shop.key, undefined);
    expect(cancelled.body.status).toBe('cancelled');
    expect(await refused(() => pay(issuer, payer, { payload: order.qr.payload }))).toEqual({
      status: 201,
      code: 'order.cancelled',
    });
    const paid = await newOrder(shop, 600);
    await pay(issuer, payer, { payload: paid.qr.payload });
    const tooLate = await post(`/v1/merchants/${shop.id}/orders/${paid.id}/cancel`, shop.key, undefined);
    expect(tooLate).toMatchObject({ status: 409, body: { code: 'order.already_paid' } });
  });

  test('is not paid with another amount', async () => {
    const order = await newOrder(shop, 500);
    expect(await refused(() => pay(issuer, payer, { payload: order.qr.payload, amount: 499 }))).toEqual({
      status: 422,
      code: 'payment.amount_mismatch',
    });
    expect(await refused(() => pay(issuer, payer, { payload: order.qr.payload, tip: 10 }))).toEqual({
      status: 422,
      code: 'payment.tip_not_allowed',
    });
  });

  test('is not paid with a code somebody changed', async () => {
    const order = await newOrder(shop, 500);
    const broken = order.qr.payload.replace('5403500', '5403400');
    expect((await refused(() => pay(issuer, payer, { payload: broken }))).code).toBe('qr.unreadable');
    const cheaper = forged(order.qr.payload, (objects) => replace(objects, '54', '5'));
    expect(await refused(() => pay(issuer, payer, { payload: cheaper }))).toEqual({
      status: 201,
      code: 'payment.amount_mismatch',
    });
    const renamed = forged(order.qr.payload, (objects) => replace(objects, '59', 'Somebody else'));
    expect(await refused(() => pay(issuer, payer, { payload: renamed }))).toEqual({
      status: 201,
      code: 'qr.altered',
    });
    const scan = await post('/v1/scans', issuer.key, { payload: renamed });
    expect(scan.body).toMatchObject({ payable: false, refusal: { code: 'qr.altered' } });
    const otherCurrency = forged(order.qr.payload, (objects) => replace(objects, '53', '840'));
    expect((await refused(() => pay(issuer, payer, { payload: otherCurrency }))).code).toMatch(/^qr\./);
  });

  test('of another merchant, or of nobody, is not paid', async () => {
    const order = await newOrder(shop, 500);
    const nobody = forged(order.qr.payload, (objects) => {
      const template = objects.find(({ id }) => id === '32');
      if (template) template.value = template.value.replace(shop.id, 'mch_00000000000000000000');
    });
    expect(await refused(() => pay(issuer, payer, { payload: nobody }))).toEqual({
      status: 422,
      code: 'qr.merchant_unknown',
    });
    const gone = forged(order.qr.payload, (objects) => {
      const template = objects.find(({ id }) => id === '32');
      if (template) template.value = template.value.replace(order.id, `${order.id.slice(0, 14)}zzzzzzzz00`);
    });
    expect(await refused(() => pay(issuer, payer, { payload: gone }))).toEqual({
      status: 201,
      code: 'order.not_found',
    });
  });
});

test('an order is not paid after its time', async () => {
  const order = await newOrder(shop, 500, { expires_in: 10 });
  await new Promise((resolve) => setTimeout(resolve, 10_100));
  expect(await refused(() => pay(issuer, payer, { payload: order.qr.payload }))).toEqual({
    status: 201,
    code: 'order.expired',
  });
  const scan = await post('/v1/scans', issuer.key, { payload: order.qr.payload });
  expect(scan.body).toMatchObject({ payable: false, refusal: { code: 'order.expired' } });
  expect((await get(`/v1/merchants/${shop.id}/orders/${order.id}`, shop.key)).body.status).toBe('expired');
});

describe('a payer', () => {
  test('without enough money pays nothing', async () => {
    const poor = await newPayer(issuer, 499);
    const order = await newOrder(shop, 500);
    const payment = await pay(issuer, poor, { payload: order.qr.payload });
    expect(payment).toMatchObject({
      status: 201,
      body: {
        status: 'declined',
        refusal: { code: 'payment.insufficient_funds', reason: 'AM04', actor: 'payer' },
      },
    });
    expect((await get(`/v1/accounts/${poor.account}`, issuer.key)).body.balance.amount).toBe(499);
    expect((await get(`/v1/merchants/${shop.id}/orders/${order.id}`, shop.key)).body.status).toBe('open');
  });

  test('in another currency is refused', async () => {
    const baht = await newPayer(issuer, 10_000, 'THB');
    const order = await newOrder(shop, 500);
    const payment = await pay(issuer, baht, { payload: order.qr.payload });
    expect(payment).toMatchObject({ status: 422, body: { code: 'payment.currency_mismatch' } });
  });

  test('must enter the amount of an open code', async () => {
    const { qr } = await shopBalance();
    expect(await refused(() => pay(issuer, payer, { payload: qr.payload }))).toEqual({
      status: 422,
      code: 'payment.amount_required',
    });
    const paid = await pay(issuer, payer, { payload: qr.payload, amount: 1_234 });
    expect(paid.body).toMatchObject({ status: 'completed', amount: { amount: 1_234 }, order: null });
  });

  test('cannot use a scan of another issuer, a changed one, or something else', async () => {
    const order = await newOrder(shop, 500);
    const scan = (await post('/v1/scans', issuer.key, { payload: order.qr.payload })).body.scan;
    const other = await newIssuer('Another');
    const theirs = await newPayer(other, 10_000);
    expect((await pay(other, theirs, { scan })).body.code).toBe('scan.invalid');
    expect((await refused(() => pay(issuer, payer, { scan: `${scan}x` }))).code).toBe('scan.invalid');
    expect((await refused(() => pay(issuer, payer, { scan: 'scan_e30.AAAA' }))).code).toBe('scan.invalid');
    expect((await pay(issuer, payer, { scan })).body.status).toBe('completed');
  });
});

describe('idempotency', () => {
  test('the same key and body give the same answer; another body is refused', async () => {
    const order = await newOrder(shop, 700);
    const key = freshKey();
    const first = await pay(issuer, payer, { payload: order.qr.payload }, key);
    const again = await pay(issuer, payer, { payload: order.qr.payload }, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(
      await refused(() => pay(issuer, payer, { payload: order.qr.payload, reference: 'x' }, key)),
    ).toEqual({
      status: 422,
      code: 'idempotency.key_reused',
    });
  });

  test('a repeat is answered as before even when the scan has become invalid meanwhile', async () => {
    const order = await newOrder(shop, 700);
    const key = freshKey();
    const body = { payload: order.qr.payload };
    const first = await pay(issuer, payer, body, key);
    await post(`/v1/centre/merchants`, adminKey, {});
    expect((await pay(issuer, payer, body, key)).body).toEqual(first.body);
  });

  test('a declined payment stays declined under its key', async () => {
    const poor = await newPayer(issuer, 1);
    const order = await newOrder(shop, 700);
    const key = freshKey();
    const first = await pay(issuer, poor, { payload: order.qr.payload }, key);
    expect(first.body.status).toBe('declined');
    await post(
      `/v1/accounts/${poor.account}/top-ups`,
      adminKey,
      { amount: 5_000, currency: 'KGS' },
      freshKey(),
    );
    expect((await pay(issuer, poor, { payload: order.qr.payload }, key)).body).toEqual(first.body);
    expect((await pay(issuer, poor, { payload: order.qr.payload })).body.status).toBe('completed');
  });

  test('an order made twice with one key is one order', async () => {
    const key = freshKey();
    const body = { amount: 100, currency: 'KGS', reference: 'same' };
    const first = await post(`/v1/merchants/${shop.id}/orders`, shop.key, body, key);
    const again = await post(`/v1/merchants/${shop.id}/orders`, shop.key, body, key);
    expect(first.status).toBe(201);
    expect(again.body).toEqual(first.body);
    const found = await get(`/v1/merchants/${shop.id}/orders?reference=same`, shop.key);
    expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([first.body.id]);
  });
});

describe('codes of other schemes', () => {
  const real = vectors
    .split('\n')
    .filter(Boolean)
    .map((line): { scheme: string; payload: string; valid: boolean } => JSON.parse(line))
    .filter(({ valid }) => valid);
  const schemes = [...new Map(real.map((vector) => [vector.scheme, vector])).values()];

  test.each(schemes.map(({ scheme, payload }) => [scheme, payload]))(
    '%s scans, and has no route',
    async (_, payload) => {
      const scan = await post('/v1/scans', issuer.key, { payload });
      expect(scan.status).toBe(200);
      expect(scan.body).toMatchObject({ payable: false, refusal: { code: 'qr.scheme_not_routed' } });
      const payment = await pay(issuer, payer, { payload, amount: 100 });
      expect(payment).toMatchObject({ status: 422, body: { code: 'qr.scheme_not_routed' } });
      expect(payment.body.explanation).toContain(scan.body.scheme);
    },
  );

  test('none of them moved anything', async () => {
    expect((await payerBalance()).held.amount).toBe(0);
    expect((await get('/v1/centre/trial-balance', adminKey)).body.balanced).toBe(true);
  });
});
