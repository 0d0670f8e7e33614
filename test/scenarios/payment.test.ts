import { beforeAll, describe, expect, test } from 'vitest';
import { adminKey, get, migrate, post, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

let issuer: Issuer;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
});

const balanceOf = async (account: string) =>
  (await get(`/v1/accounts/${account}`, adminKey)).body.balance.amount;

describe('a buyer pays an order', () => {
  test('the payer is debited, the merchant credited, the order paid, the centre sees it', async () => {
    const shop = await newShop({ stripes: 3 });
    const payer = await newPayer(issuer, 50_000);
    const order = await newOrder(shop, 12_550, { reference: 'R-1', description: 'Нан' });
    const scan = await post('/v1/scans', issuer.key, { payload: order.qr.payload });
    expect(scan.body).toMatchObject({
      payable: true,
      profile: 'elqr',
      amount: { amount: 12_550, currency: 'KGS' },
      merchant: { id: shop.id, name: 'Дордой базар' },
      order: { id: order.id, status: 'open', description: 'Нан' },
    });
    const payment = await pay(issuer, payer, { scan: scan.body.scan });
    expect(payment.status).toBe(201);
    expect(payment.body).toMatchObject({ status: 'completed', order: order.id, order_reference: 'R-1' });
    expect(await balanceOf(payer.account)).toBe(37_450);
    const merchant = await get(`/v1/merchants/${shop.id}`, shop.key);
    expect(merchant.body.balance).toEqual({ amount: 12_550, currency: 'KGS' });
    const paid = await get(`/v1/merchants/${shop.id}/orders/${order.id}`, shop.key);
    expect(paid.body).toMatchObject({ status: 'paid', payment: { id: payment.body.id } });
    const row = await until(
      async () => (await get(`/v1/centre/reports/payments?order=${order.id}`, adminKey)).body.data[0],
      (found) => found?.status === 'completed',
    );
    expect(row).toMatchObject({ id: payment.body.id, merchant: shop.id, order_reference: 'R-1' });
    const trial = await get('/v1/centre/trial-balance', adminKey);
    expect(trial.body).toMatchObject({ balanced: true });
  });
});
