/** Cashiers see, cancel and refund what was made at their own till; the rest of the shop is not there for them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, adminKey, call, freshKey, get, migrate, post, until } from '../support/switch.ts';
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

interface Till {
  id: string;
  store: string;
  cashier: string;
}

let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let [ours, theirs] = [{} as Till, {} as Till];

const made = async (path: string, body: object) => (await post(path, adminKey, body)).body;

async function newTill(name: string): Promise<Till> {
  const stores = `/v1/centre/merchants/${shop.id}/stores`;
  const { id: store } = await made(stores, { name });
  const { id } = await made(`${stores}/${store}/tills`, { name });
  const { api_key: cashier } = await made('/v1/centre/keys', { owner: shop.id, role: 'cashier', till: id });
  return { id, store, cashier };
}

/** An order made at a till, and its payment. */
async function soldAt({ cashier }: Till, amount: number, reference = 'R-1') {
  const order = await newOrder({ ...shop, key: cashier }, amount, { reference });
  const payment = await pay(issuer, payer, { payload: order.qr.payload });
  expect(payment.body.status).toBe('completed');
  return { order: order.id as string, payment: payment.body.id as string };
}

const at = (path: string) => `/v1/merchants/${shop.id}${path}`;
const said = ({ status, body }: Answer) => `${status} ${body.code ?? ''}`.trim();
const idsIn = ({ body }: Answer): string[] => body.data.map(({ id }: { id: string }) => id);

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 10_000_000);
  shop = await newShop({ stripes: 3 });
  [ours, theirs] = [await newTill('Ош базары'), await newTill('ЦУМ')];
});

describe('a cashier of another till', () => {
  test('is answered as if the order, the payment and its refunds were not there', async () => {
    const { order, payment } = await soldAt(ours, 1_000);
    const open = await newOrder({ ...shop, key: ours.cashier }, 500);
    await post(at(`/payments/${payment}/refunds`), ours.cashier, { amount: 100 }, freshKey());
    const asked = async (key: string) => [
      said(await get(at(`/orders/${order}`), key)),
      said(await get(at(`/orders/${open.id}?wait=0.1`), key)),
      said(await get(at(`/payments/${payment}`), key)),
      said(await get(at(`/payments/${payment}/refunds`), key)),
      said(await get(at(`/payments/${payment}/timeline`), key)),
      said(await post(at(`/payments/${payment}/refunds`), key, { amount: 1 }, freshKey())),
      said(await post(at(`/orders/${open.id}/cancel`), key, {})),
    ];
    const [anOrder, aPayment] = ['404 order.not_found', '404 payment.not_found'];
    expect(await asked(theirs.cashier)).toEqual([
      ...[anOrder, anOrder, aPayment, aPayment, aPayment, aPayment, anOrder],
    ]);
    expect(await asked(ours.cashier)).toEqual(['200', '200', '200', '200', '200', '201', '200']);
  });

  test('has lists of its own, with and without a reference', async () => {
    const [mine, other] = [await soldAt(ours, 700, 'L-1'), await soldAt(theirs, 800, 'L-1')];
    for (const query of ['reference=L-1', 'status=paid&reference=L-1']) {
      expect(idsIn(await get(at(`/orders?${query}`), ours.cashier))).toEqual([mine.order]);
      expect(idsIn(await get(at(`/orders?${query}`), theirs.cashier))).toEqual([other.order]);
      expect(idsIn(await get(at(`/orders?${query}`), shop.key))).toEqual(
        [other.order, mine.order].sort().reverse(),
      );
    }
    expect(idsIn(await get(at('/orders?limit=100'), ours.cashier))).not.toContain(other.order);
    expect(idsIn(await get(at('/orders?limit=100'), ours.cashier))).toContain(mine.order);
  });
});

describe('payments of a merchant as a list', () => {
  const list = (query: string, key = shop.key) => get(at(`/payments?${query}`), key);
  const reported = (payment: string) =>
    until(
      () => list(''),
      (answer) => idsIn(answer).includes(payment),
    );

  test('are found by reference, amount, order, store, till and time; a cashier finds its own', async () => {
    const since = new Date().toISOString();
    const [mine, other] = [await soldAt(ours, 12_345, 'F-1'), await soldAt(theirs, 54_321, 'F-2')];
    await reported(mine.payment);
    await reported(other.payment);
    const found: [query: string, payments: string[]][] = [
      ['reference=F-1', [mine.payment]],
      ['reference=F-9', []],
      ['amount=54321', [other.payment]],
      [`order=${mine.order}`, [mine.payment]],
      [`store=${theirs.store}&created[gte]=${since}`, [other.payment]],
      [`till=${ours.id}&created[gte]=${since}`, [mine.payment]],
      [`created[gte]=${since}`, [mine.payment, other.payment]],
      [`created[gte]=${since}&status=declined`, []],
      ['created[lt]=2026-01-01T00:00:00Z', []],
      ['created[gte]=9999-12-31T23:59:59Z', []],
    ];
    for (const [query, payments] of found) {
      const wanted = [...payments].sort().reverse();
      expect(idsIn(await list(query)), query).toEqual(wanted);
      const own = wanted.filter((id) => id === mine.payment);
      expect(idsIn(await list(query, ours.cashier)), query).toEqual(own);
    }
    const [row] = (await list('reference=F-1')).body.data;
    expect(row).toMatchObject({ account: null, till: ours.id, order_reference: 'F-1', person: null });
    expect((await list('reference=F-1', adminKey)).body.data[0].account).toBe(payer.account);
    expect(said(await list('amount=1.5'))).toBe('422 request.invalid');
  });

  test('refunds are asked for by their kind, and show who made them', async () => {
    const { payment } = await soldAt(ours, 900, 'B-1');
    const back = await post(at(`/payments/${payment}/refunds`), ours.cashier, { amount: 300 }, freshKey());
    expect(back.body.made_by).toMatch(/^key_/);
    const seen = await until(
      () => list(`kind=refund&till=${ours.id}`, ours.cashier),
      (answer) => idsIn(answer).includes(back.body.id),
    );
    expect(seen.body.data[0]).toMatchObject({ kind: 'refund', payment, amount: { amount: 300 } });
    expect(idsIn(await list('kind=refund', theirs.cashier))).toEqual([]);
    const [paid] = (await list('reference=B-1')).body.data;
    expect(paid.amount_refunded.amount).toBe(300);
  });

  test.each([
    ['format=csv', {}],
    ['', { accept: 'text/csv' }],
  ])('come as a file too: %s %j', async (query, headers) => {
    const { payment } = await soldAt(ours, 777, 'C-1');
    await reported(payment);
    const path = at(`/payments?reference=C-1&${query}`);
    const answer = await call('GET', path, { key: ours.cashier, headers });
    const text = answer.body as unknown as string;
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toContain(payment);
    expect(text).not.toContain(payer.account);
  });
});
