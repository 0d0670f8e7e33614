/** What an order asks for: items that add up, a tip on top, and a text to send it with. */
import { beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../../src/emv/index.ts';
import { languages } from '../../src/kernel/index.ts';
import { call, freshKey, get, migrate, post } from '../support/switch.ts';
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

let issuer: Issuer;
let payer: Payer;
let shop: Shop;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 1_000_000);
  shop = await newShop({ name: 'Coffee House' });
});

const asked = (body: object) =>
  post(`/v1/merchants/${shop.id}/orders`, shop.key, { currency: 'KGS', ...body }, freshKey());
const latte = { name: 'Латте', quantity: 2, unit_price: 18_000 };
const discount = { name: 'Арзандатуу', quantity: 1, unit_price: -1_000 };

describe('items', () => {
  test('are kept with the order, and its payer is shown them', async () => {
    const answer = await asked({ amount: 35_000, items: [latte, discount] });
    expect(answer).toMatchObject({ status: 201, body: { items: [latte, discount] } });
    const page = await get(`/pay/${answer.body.id}?merchant=${shop.id}&lang=en`);
    expect(page.body).toContain('2 × Латте');
    const again = await get(`/v1/merchants/${shop.id}/orders/${answer.body.id}`, shop.key);
    expect(again.body.items).toEqual([latte, discount]);
  });

  test.each([
    ['too little', 34_999, [latte, discount]],
    ['too much', 36_001, [latte]],
    ['far more than a number holds', 1, [{ ...latte, quantity: 100_000, unit_price: 2 ** 53 - 1 }]],
  ])('that come to something else are refused: %s', async (_, amount, items) => {
    expect(await asked({ amount, items })).toMatchObject({
      status: 422,
      body: { code: 'order.items_mismatch' },
    });
  });

  test.each([
    [[]],
    [[{ ...latte, quantity: 0 }]],
    [[{ ...latte, quantity: 1.5 }]],
    [[{ ...latte, name: '' }]],
    [Array.from({ length: 51 }, () => latte)],
  ])('of another form are refused: %j', async (items) => {
    expect(await asked({ amount: 36_000, items })).toMatchObject({
      status: 422,
      body: { code: 'request.invalid' },
    });
  });

  test('an order without any has none', async () => {
    expect((await newOrder(shop, 100)).items).toEqual([]);
  });
});

describe('a tip', () => {
  test('that is asked for is the payer’s to choose, on top of the amount', async () => {
    const { body: order } = await asked({ amount: 4_500, tip_requested: true });
    expect(order.tip_requested).toBe(true);
    const code = decode(order.qr.payload);
    expect(code.ok && code.tip).toEqual({ kind: 'prompt' });
    const scan = await post('/v1/scans', issuer.key, { payload: order.qr.payload });
    expect(scan.body).toMatchObject({ payable: true, tip: { kind: 'prompt' }, signature: 'valid' });
    const payment = await pay(issuer, payer, { scan: scan.body.scan, tip: 500 });
    expect(payment.body).toMatchObject({
      status: 'completed',
      amount: { amount: 5_000 },
      tip: { amount: 500 },
    });
    const paid = await get(`/v1/merchants/${shop.id}/orders/${order.id}`, shop.key);
    expect(paid.body).toMatchObject({
      status: 'paid',
      payment: { amount: { amount: 5_000 }, tip: { amount: 500 } },
    });
  });

  test('that is asked for may be none', async () => {
    const { body: order } = await asked({ amount: 4_500, tip_requested: true });
    const payment = await pay(issuer, payer, { payload: order.qr.payload });
    expect(payment.body).toMatchObject({ status: 'completed', amount: { amount: 4_500 }, tip: null });
  });

  test('that nobody asked for is refused', async () => {
    const order = await newOrder(shop, 4_500);
    const payment = await pay(issuer, payer, { payload: order.qr.payload, tip: 500 });
    expect(payment.body.code).toBe('payment.tip_not_allowed');
  });
});

describe('the text to send an order with', () => {
  test('says who asks for how much, and where to pay, in the language asked for', async () => {
    const { id, link, share_text: english } = await newOrder(shop, 4_500);
    expect(english).toBe(`Pay 45.00 KGS to Coffee House: ${link}`);
    const texts = await Promise.all(
      languages.map(async (language) => {
        const headers = { 'accept-language': language };
        const path = `/v1/merchants/${shop.id}/orders/${id}`;
        return (await call('GET', path, { key: shop.key, headers })).body.share_text as string;
      }),
    );
    expect(new Set(texts).size).toBe(languages.length);
    for (const text of texts) {
      expect(text).toContain('45.00 KGS');
      expect(text).toContain('Coffee House');
      expect(text.endsWith(link)).toBe(true);
    }
  });
});
