/** A payment as the centre's staff look into it: both sides, what was given back, what was told, over HTTP. */
import { beforeAll, describe, expect, test } from 'vitest';
import { newTransferId } from '../../src/kernel/index.ts';
import { adminKey, freshKey, get, migrate, post, until } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  newStaffKey,
  type Payer,
  pay,
  type Shop,
} from '../support/town.ts';

let issuer: Issuer;
let shop: Shop;
let payer: Payer;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer('Ыссык-Көл банк');
  shop = await newShop({ name: 'Алма дүкөнү' });
  payer = await newPayer(issuer, 10_000);
});

async function paid(amount: number): Promise<string> {
  const order = await newOrder(shop, amount, { reference: 'R-7' });
  return (await pay(issuer, payer, { payload: order.qr.payload, reference: 'W-7' })).body.id;
}

const looked = async (payment: string, key = adminKey) =>
  (
    await until(
      () => get(`/v1/centre/payments/${payment}`, key),
      ({ status, body }) => status === 200 && body.reported !== null,
    )
  ).body;

describe('a payment that was made', () => {
  test('shows who was debited and who was credited, whose accounts they are, and that reports have it', async () => {
    const id = await paid(700);
    const seen = await looked(id);
    expect(seen).toMatchObject({
      payment: {
        ...{ id, status: 'completed', account: payer.account, refusal: null },
        ...{ order_reference: 'R-7', reference: 'W-7', amount: { amount: 700, currency: 'KGS' } },
      },
      participant_name: 'Ыссык-Көл банк',
      refunds: [],
      more_refunds: false,
      reported: 'completed',
      partners: [],
    });
    expect(Date.parse(seen.complete_up_to)).toBeGreaterThan(0);
    expect(seen.sides).toMatchObject([
      {
        ...{ transfer: id, side: 'debit', account: payer.account, kind: 'payer', moved: true },
        ...{ owner: issuer.id, owner_name: 'Ыссык-Көл банк', amount: { amount: 700 } },
      },
      {
        ...{ transfer: id, side: 'credit', account: shop.account, kind: 'merchant', moved: true },
        ...{ owner: shop.id, owner_name: 'Алма дүкөнү', written: [{ type: 'accept' }] },
      },
    ]);
  });

  test('shows what was given back of it, and the sides of that the other way round', async () => {
    const id = await paid(900);
    const wish = { amount: 400, reason: 'Бузук' };
    const back = await post(`/v1/merchants/${shop.id}/payments/${id}/refunds`, shop.key, wish, freshKey());
    expect(await looked(id)).toMatchObject({
      payment: { amount_refunded: { amount: 400 } },
      refunds: [{ id: back.body.id, status: 'completed', amount: { amount: 400 }, reason: 'Бузук' }],
      sides: [
        { side: 'debit', account: payer.account },
        { side: 'credit', account: shop.account },
        { transfer: back.body.id, side: 'debit', account: shop.account },
        { transfer: back.body.id, side: 'credit', account: payer.account },
      ],
    });
  });
});

test('of a declined payment nothing moved, and it says why', async () => {
  const seen = await looked(await paid(9_999_999), await newStaffKey('support'));
  expect(seen).toMatchObject({
    payment: { status: 'declined', refusal: { code: 'payment.insufficient_funds' } },
    sides: [
      { side: 'debit', moved: false },
      { side: 'credit', moved: false, written: [] },
    ],
    reported: 'declined',
  });
});

test('what was told of it is there with its bytes, sent or not', async () => {
  // It hears of other things: these are only written down.
  const endpoint = { url: 'https://receiver.example/hook', types: ['order.expired'] };
  await post('/v1/callback-endpoints', shop.key, endpoint);
  const id = await paid(300);
  const analyst = await newStaffKey('analyst');
  const told = await until(
    () => get(`/v1/centre/payments/${id}/events`, analyst),
    ({ body }) => body.data?.length === 2,
  );
  const types = told.body.data.map(({ owner, type }: { owner: string; type: string }) => `${owner} ${type}`);
  expect(types.sort()).toEqual([`${shop.id} order.paid`, `${shop.id} payment.completed`]);
  for (const { body, attempts } of told.body.data) {
    expect(JSON.parse(body)).toMatchObject({ owner: shop.id, data: { id: expect.any(String) } });
    expect(attempts).toEqual([]);
  }
});

test.each(['', '/events'])('a payment that never was has no%s answer', async (path) => {
  const never = newTransferId('payment', Date.now(), 1);
  expect(await get(`/v1/centre/payments/${never}${path}`, adminKey)).toMatchObject({
    status: 404,
    body: { code: 'payment.not_found' },
  });
});
