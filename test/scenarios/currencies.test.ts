/** Currencies with no, two and three decimals: what the register asks is what the payer sees and pays. */
import { beforeAll, expect, test } from 'vitest';
import { adminKey, get, migrate, post } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

let issuer: Issuer;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
});

test.each([
  ['JPY', 'JP', '12345'],
  ['THB', 'TH', '123.45'],
  ['KWD', 'KW', '12.345'],
  ['KGS', 'KG', '12345'],
])('%s', async (currency, country, text) => {
  const shop = await newShop({ name: 'Shop', currency, country });
  const payer = await newPayer(issuer, 20_000, currency);
  const order = await newOrder(shop, 12_345);
  expect(decodeURIComponent(order.qr.payload)).toContain(`54${String(text.length).padStart(2, '0')}${text}`);
  const scan = await post('/v1/scans', issuer.key, { payload: order.qr.payload });
  expect(scan.body).toMatchObject({ payable: true, amount: { amount: 12_345, currency } });
  const payment = await pay(issuer, payer, { scan: scan.body.scan });
  expect(payment.body).toMatchObject({ status: 'completed', amount: { amount: 12_345, currency } });
  expect((await get(`/v1/accounts/${payer.account}`, adminKey)).body.balance).toEqual({
    amount: 7_655,
    currency,
  });
});
