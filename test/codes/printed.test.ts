/** Printed codes: several for a merchant, each of which is told apart in what it brings in. */
import { beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../../src/emv/index.ts';
import { adminKey, get, migrate, newIsolate, post, testEnv, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, type Payer, pay, type Shop } from '../support/town.ts';

let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let store: string;
let till: string;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 1_000_000);
  shop = await newShop();
  const path = `/v1/centre/merchants/${shop.id}/stores`;
  store = (await post(path, adminKey, { name: 'Ош базары' })).body.id;
  till = (await post(`${path}/${store}/tills`, adminKey, { name: '1' })).body.id;
});

const pathOf = (of: Shop, code = '') => `/v1/merchants/${of.id}/codes${code}`;
async function newCode(more: object = {}, of = shop) {
  const answer = await post(pathOf(of), of.key, { name: 'Терраса', ...more });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}
const scan = async (payload: string) => (await post('/v1/scans', issuer.key, { payload })).body;

test.each(['KGS', 'THB'])('a code of a %s merchant says which one was paid', async (currency) => {
  const merchant = await newShop({ currency });
  const buyer = await newPayer(issuer, 10_000, currency);
  const code = await newCode({ reference: 'stand 7' }, merchant);
  expect(code).toMatchObject({ status: 'active', name: 'Терраса', amount: null, store: null, till: null });
  expect(await scan(code.payload)).toMatchObject({
    signature: 'valid',
    payable: true,
    code: code.id,
    amount: null,
    point_of_initiation_method: 'static',
  });
  const paid = await pay(issuer, buyer, { payload: code.payload, amount: 700 });
  expect(paid.body).toMatchObject({ status: 'completed', code: code.id, order_reference: 'stand 7' });
});

test('a code of a till says the till and its store, in EMVCo’s own objects too', async () => {
  const merchant = await newShop({ currency: 'THB' });
  const path = `/v1/centre/merchants/${merchant.id}/stores`;
  const shopStore = (await post(path, adminKey, { name: 'S' })).body.id;
  const shopTill = (await post(`${path}/${shopStore}/tills`, adminKey, { name: '1' })).body.id;
  const code = await newCode({ till: shopTill, reference: 'r-1' }, merchant);
  expect(code).toMatchObject({ store: shopStore, till: shopTill });
  expect(decode(code.payload)).toMatchObject({
    ok: true,
    additionalData: { '03': shopStore, '05': 'r-1', '07': shopTill },
  });
  const buyer = await newPayer(issuer, 10_000, 'THB');
  const paid = await pay(issuer, buyer, { payload: code.payload, amount: 700 });
  expect(paid.body).toMatchObject({ status: 'completed', store: shopStore, till: shopTill, code: code.id });
});

describe('a code with an amount', () => {
  test('is paid as it says, and no other way', async () => {
    const code = await newCode({ store, amount: 5_000, currency: 'KGS' });
    expect(code.amount).toEqual({ amount: 5_000, currency: 'KGS' });
    expect(await scan(code.payload)).toMatchObject({
      amount: { amount: 5_000, currency: 'KGS' },
      amount_editable: false,
    });
    expect((await pay(issuer, payer, { payload: code.payload })).body).toMatchObject({
      status: 'completed',
      amount: { amount: 5_000 },
      store,
    });
    const other = await pay(issuer, payer, { payload: code.payload, amount: 4_999 });
    expect(other).toMatchObject({ status: 422, body: { code: 'payment.amount_mismatch' } });
  });

  test.each([
    [{ amount: 100, currency: 'USD' }, 422, 'payment.currency_mismatch'],
    [{ amount: 100 }, 422, 'request.invalid'],
    [{ currency: 'KGS' }, 422, 'request.invalid'],
    [{ amount: 10 ** 12, currency: 'KGS' }, 422, 'request.invalid'],
    [{ reference: '***' }, 422, 'request.invalid'],
    [{ reference: 'x'.repeat(26) }, 422, 'request.invalid'],
  ])('%j is refused', async (wish, status, code) => {
    const answer = await post(pathOf(shop), shop.key, { name: 'N', ...wish });
    expect(answer).toMatchObject({ status, body: { code } });
  });
});

test('a till that is in another store is none', async () => {
  const other = (await post(`/v1/centre/merchants/${shop.id}/stores`, adminKey, { name: 'B' })).body.id;
  const answer = await post(pathOf(shop), shop.key, { name: 'N', till, store: other });
  expect(answer).toMatchObject({ status: 404, body: { code: 'till.not_found' } });
});

test('what a code is called may change, what is printed does not', async () => {
  const code = await newCode({ note: 'by the window' });
  const renamed = await post(pathOf(shop, `/${code.id}`), shop.key, { name: 'Hall', note: null });
  expect(renamed.body).toEqual({ ...code, name: 'Hall', note: null });
  expect((await get(pathOf(shop, `/${code.id}`), shop.key)).body).toEqual(renamed.body);
  expect((await post(pathOf(shop, `/${code.id}`), shop.key, {})).status).toBe(422);
});

test('codes are listed newest first, page by page', async () => {
  const merchant = await newShop();
  const ids: string[] = [];
  for (const name of ['1', '2', '3']) ids.unshift((await newCode({ name }, merchant)).id);
  const first = (await get(`${pathOf(merchant)}?limit=2`, merchant.key)).body;
  const second = (await get(`${pathOf(merchant)}?limit=2&cursor=${first.next_cursor}`, merchant.key)).body;
  const listed = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
  expect(listed.sort()).toEqual(ids.sort());
  expect(second.next_cursor).toBeNull();
});

describe('a code that shall not be paid with', () => {
  const refusedAs = async (payload: string, code: string, status: number) => {
    expect(await scan(payload)).toMatchObject({ payable: false, refusal: { code } });
    const paid = await pay(issuer, payer, { payload, amount: 100 });
    expect(paid).toMatchObject({ status, body: { code } });
  };

  test('is paused and resumed', async () => {
    const code = await newCode();
    const paused = await post(pathOf(shop, `/${code.id}/pause`), shop.key, { reason: 'repairs' });
    expect(paused.body).toMatchObject({ status: 'paused', reason: 'repairs' });
    await refusedAs(code.payload, 'code.paused', 409);
    const resumed = await post(pathOf(shop, `/${code.id}/resume`), shop.key, {});
    expect(resumed.body).toMatchObject({ status: 'active', reason: null });
    expect((await pay(issuer, payer, { payload: code.payload, amount: 100 })).body.status).toBe('completed');
  });

  test('is revoked for good, and says why', async () => {
    const code = await newCode();
    expect((await post(pathOf(shop, `/${code.id}/revoke`), shop.key, {})).status).toBe(422);
    const revoked = await post(pathOf(shop, `/${code.id}/revoke`), shop.key, { reason: 'stolen' });
    expect(revoked.body).toMatchObject({ status: 'revoked', reason: 'stolen' });
    await refusedAs(code.payload, 'code.revoked', 410);
    for (const [verb, body] of [
      ['/resume', {}],
      ['/pause', {}],
      ['', { name: 'N' }],
      ['/revoke', { reason: 'again' }],
    ] as const) {
      const answer = await post(pathOf(shop, `/${code.id}${verb}`), shop.key, body);
      expect(answer, verb).toMatchObject({ status: 410, body: { code: 'code.revoked' } });
    }
  });

  test('stops nobody from paying with the merchant’s other codes, the one for all of it included', async () => {
    const code = await newCode();
    await post(pathOf(shop, `/${code.id}/revoke`), shop.key, { reason: 'lost' });
    const other = await newCode();
    const general = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr.payload;
    for (const [payload, id] of [
      [other.payload, other.id],
      [general, null],
    ]) {
      const paid = await pay(issuer, payer, { payload, amount: 100 });
      expect(paid.body).toMatchObject({ status: 'completed', code: id });
    }
  });

  test('is unknown to a switch that has never made it', async () => {
    const code = await newCode();
    await testEnv.DIRECTORY.prepare('DELETE FROM code WHERE id = ?').bind(code.id).run();
    // Another isolate remembers nothing of it.
    const elsewhere = newIsolate();
    const seen = await elsewhere('POST', '/v1/scans', { key: issuer.key, body: { payload: code.payload } });
    expect(seen.body).toMatchObject({ payable: false, refusal: { code: 'code.not_found' } });
  });
});

test('turnover counts what a code brought in and what was given back of it', async () => {
  const merchant = await newShop();
  const [code, other] = [await newCode({}, merchant), await newCode({}, merchant)];
  const first = await pay(issuer, payer, { payload: code.payload, amount: 300 });
  await pay(issuer, payer, { payload: code.payload, amount: 200 });
  await pay(issuer, payer, { payload: other.payload, amount: 999 });
  const { body } = await post(
    `/v1/merchants/${merchant.id}/payments/${first.body.id}/refunds`,
    merchant.key,
    { amount: 50 },
    crypto.randomUUID(),
  );
  expect(body.status).toBe('completed');
  const asked = Date.now();
  const turnover = await until(
    async () => (await get(pathOf(merchant, `/${code.id}/turnover`), merchant.key)).body,
    ({ complete_up_to }) => Date.parse(complete_up_to) >= asked,
    25_000,
  );
  const money = (amount: number) => ({ amount, currency: 'KGS' });
  expect(turnover).toMatchObject({ code: code.id, count: 2, sum: money(500) });
  expect(turnover.refunds).toEqual({ count: 1, sum: money(50) });
  const before = `?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z`;
  const none = (await get(pathOf(merchant, `/${code.id}/turnover${before}`), merchant.key)).body;
  expect(none).toMatchObject({ count: 0, sum: money(0), complete_up_to: '2026-01-02T00:00:00.000Z' });
  for (const [list, key] of [
    ['/v1/centre/reports/payments', adminKey],
    [`/v1/merchants/${merchant.id}/payments`, merchant.key],
  ]) {
    const rows = (await get(`${list}?code=${code.id}`, key)).body.data;
    expect(rows.map((row: { amount: object; code: string }) => [row.amount, row.code])).toEqual([
      [money(200), code.id],
      [money(300), code.id],
    ]);
  }
});
