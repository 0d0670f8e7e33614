/** Closing for good: merchants and participants, once nothing is left to do for them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { adminKey, freshKey, get, migrate, post } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

beforeAll(migrate);

const why = { reason: 'they asked for it' };
const close = (kind: 'merchants' | 'participants' | 'accounts', id: string) =>
  post(`/v1/centre/${kind}/${id}/close`, adminKey, why);

describe('a merchant', () => {
  test('with money or open orders is not closed, and is told what is left', async () => {
    const issuer = await newIssuer();
    const shop = await newShop();
    const order = await newOrder(shop, 1_000);
    expect(await close('merchants', shop.id)).toMatchObject({
      status: 409,
      body: { code: 'merchant.not_empty', explanation: `open orders ${order.id}` },
    });
    const paid = await pay(issuer, await newPayer(issuer), { payload: order.qr.payload });
    expect((await close('merchants', shop.id)).body.explanation).toBe('1000 KGS (minor units)');
    const back = `/v1/merchants/${shop.id}/payments/${paid.body.id}/refunds`;
    expect((await post(back, shop.key, {}, freshKey())).body.status).toBe('completed');
    expect(await close('merchants', shop.id)).toMatchObject({ status: 200, body: { status: 'closed' } });
  });

  test('that is closed takes no orders, still reads, and does not come back', async () => {
    const shop = await newShop();
    await close('merchants', shop.id);
    expect((await close('merchants', shop.id)).body.status).toBe('closed');
    const order = await post(`/v1/merchants/${shop.id}/orders`, shop.key, { amount: 1, currency: 'KGS' });
    expect(order.body.code).toBe('merchant.inactive');
    expect((await get(`/v1/merchants/${shop.id}`, shop.key)).body.status).toBe('closed');
    expect((await get(`/v1/accounts/${shop.account}`, adminKey)).body.status).toBe('closed');
    for (const verb of ['resume', 'suspend']) {
      const answer = await post(`/v1/centre/merchants/${shop.id}/${verb}`, adminKey, why);
      expect(answer).toMatchObject({ status: 409, body: { code: 'merchant.closed' } });
    }
    const { data } = (await get(`/v1/centre/standings?subject=${shop.id}`, adminKey)).body;
    expect(data[0]).toMatchObject({ status: 'closed', reason: why.reason });
  });
});

describe('a participant', () => {
  test('whose accounts are open is not closed; with none left it is, for good', async () => {
    const issuer = await newIssuer();
    const { account } = await newPayer(issuer, 0);
    expect(await close('participants', issuer.id)).toMatchObject({
      status: 409,
      body: { code: 'participant.not_empty', explanation: '1 accounts and 0 merchants are not closed' },
    });
    await close('accounts', account);
    expect(await close('participants', issuer.id)).toMatchObject({ status: 200, body: { status: 'closed' } });
    expect((await get('/v1/accounts', issuer.key)).status).toBe(401);
    const resumed = await post(`/v1/centre/participants/${issuer.id}/resume`, adminKey, why);
    expect(resumed).toMatchObject({ status: 409, body: { code: 'participant.closed' } });
  });
});
