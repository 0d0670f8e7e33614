/** Σ over all accounts is zero, per currency, and shows when it is not. */
import { beforeAll, describe, expect, test } from 'vitest';
import { adminKey, freshKey, get, migrate, post } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

beforeAll(migrate);
const trial = async () => (await get('/v1/centre/trial-balance', adminKey)).body;

describe('the trial balance', () => {
  test('of an empty switch', async () => {
    expect(await trial()).toMatchObject({ balanced: true, accounts: 0, currencies: [] });
  });

  test('after top-ups, payments, declines and two currencies', async () => {
    const issuer = await newIssuer();
    const [som, dollars] = [await newShop({ stripes: 4 }), await newShop({ currency: 'USD' })];
    const payer = await newPayer(issuer, 50_000);
    const traveller = await newPayer(issuer, 9_000, 'USD');
    for (const amount of [10_000, 20_000, 30_000]) {
      const order = await newOrder(som, amount);
      await pay(issuer, payer, { payload: order.qr.payload });
    }
    const order = await newOrder(dollars, 4_000);
    await pay(issuer, traveller, { payload: order.qr.payload });
    const { balanced, currencies, accounts } = await trial();
    const money = (amount: number, currency: string) => ({ amount, currency });
    expect(balanced).toBe(true);
    // Two payers, two merchants, and the issuer's funding account in each currency.
    expect(accounts).toBe(6);
    expect(currencies).toEqual([
      {
        currency: 'KGS',
        sum: money(0, 'KGS'),
        payer: money(20_000, 'KGS'),
        merchant: money(30_000, 'KGS'),
        funding: money(-50_000, 'KGS'),
        position: money(0, 'KGS'),
        held: money(0, 'KGS'),
        open_transfers: 0,
      },
      {
        currency: 'USD',
        sum: money(0, 'USD'),
        payer: money(5_000, 'USD'),
        merchant: money(4_000, 'USD'),
        funding: money(-9_000, 'USD'),
        position: money(0, 'USD'),
        held: money(0, 'USD'),
        open_transfers: 0,
      },
    ]);
  });

  test('a top-up in the wrong currency moves nothing and opens no account', async () => {
    const issuer = await newIssuer();
    const payer = await newPayer(issuer, 0);
    const body = { amount: 100, currency: 'USD' };
    const answer = await post(`/v1/accounts/${payer.account}/top-ups`, adminKey, body, freshKey());
    expect(answer).toMatchObject({ status: 422, body: { code: 'payment.currency_mismatch' } });
    const accounts = await get(`/v1/centre/accounts?owner=${issuer.id}`, adminKey);
    expect(accounts.body.data).toMatchObject([{ kind: 'payer', currency: 'KGS' }]);
    expect((await get(`/v1/accounts/${payer.account}`, adminKey)).body.balance.amount).toBe(0);
    expect(await trial()).toMatchObject({ balanced: true });
  });
});
