/** Orders as a file: all that match, each as the list has it, for whoever may see it. */
import { beforeAll, expect, test } from 'vitest';
import { adminKey, call, get, migrate, post } from '../support/switch.ts';
import { newOrder, newShop, newStaffKey, newTill, type Shop } from '../support/town.ts';

// More than are read for a file at a time.
const many = 203;
let shop: Shop;

beforeAll(async () => {
  await migrate();
  shop = await newShop();
});

const pathOf = (query: string): string => `/v1/merchants/${shop.id}/orders?${query}`;
const linesOf = async (query: string, key = shop.key): Promise<string[]> => {
  const { status, headers, body } = await get(pathOf(query), key);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(headers.get('content-disposition')).toBe('attachment; filename="orders.csv"');
  return String(body)
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n');
};

test('holds every order once, newest first, and each as the list shows it', async () => {
  await Promise.all(Array.from({ length: many }, (_, index) => newOrder(shop, 100 + index)));
  const [header, ...lines] = await linesOf('format=csv');
  expect(header).toBe(
    'id,status,reference,description,amount,currency,store,till,person,payment,tip,created_at,expires_at,paid_at',
  );
  const ids = lines.map((line) => line.split(',')[0]);
  expect(ids).toHaveLength(many);
  expect(ids).toEqual([...new Set(ids)].sort().reverse());
  const [newest] = (await get(pathOf('limit=1'), shop.key)).body.data;
  expect(lines[0]).toBe(
    `${newest.id},open,,,${newest.amount.amount},KGS,,,,,,${newest.created_at},${newest.expires_at},`,
  );
});

test('holds what is asked for only, and runs nothing in a spreadsheet', async () => {
  const order = await newOrder(shop, 500, { reference: '=HYPERLINK(1)' });
  await post(`/v1/merchants/${shop.id}/orders/${order.id}/cancel`, shop.key, {});
  const [, ...lines] = await linesOf('format=csv&status=cancelled');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^${order.id},cancelled,"'=HYPERLINK`));
  expect(await linesOf('format=csv&reference=none')).toHaveLength(1);
});

test('is nobody’s who may not see the orders', async () => {
  const other = await newShop();
  expect((await get(pathOf('format=csv'), other.key)).status).toBe(404);
  expect((await call('GET', pathOf('format=csv'))).status).toBe(401);
  expect((await linesOf('format=csv&status=cancelled', adminKey)).length).toBe(2);
});

test('of one till, for whoever may see what is made there', async () => {
  const [one, other] = [await newTill(shop), await newTill(shop)];
  const orders = [
    await newOrder(shop, 700, { till: one.till }),
    await newOrder(shop, 800, { till: other.till }),
  ];
  const idsOf = async (key: string, query: string) =>
    (await get(pathOf(query), key)).body.data?.map(({ id }: { id: string }) => id);
  expect(await idsOf(shop.key, `till=${one.till}`)).toEqual([orders[0].id]);
  expect(await idsOf(await newStaffKey('analyst'), `till=${other.till}&status=open`)).toEqual([orders[1].id]);
  expect(await idsOf(shop.key, `till=${other.till}&status=paid`)).toEqual([]);
  expect(await idsOf(one.key, `till=${one.till}`)).toEqual([orders[0].id]);
  expect(await get(pathOf(`till=${other.till}`), one.key)).toMatchObject({
    status: 404,
    body: { code: 'till.not_found' },
  });
  expect(await get(pathOf('till=mine'), shop.key)).toMatchObject({ status: 422 });
});
