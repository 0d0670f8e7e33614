/**
 * A till's sticker: printed once, it shows what the register wants to be paid next. Whoever pays, pays what they
 * saw; two never pay one order, and one does not push in before another.
 */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AccountRow, directoryOf } from '../../src/directory/index.ts';
import { bookName } from '../../src/ledger/index.ts';
import { adminKey, call, freshKey, get, migrate, post, testEnv } from '../support/switch.ts';
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
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
});

interface Counter {
  shop: Shop;
  till: string;
  sticker: { id: string; payload: string; kind: string };
  /** Of the sticker's order. */
  path: string;
}

async function newCounter(options: Parameters<typeof newShop>[0] = {}): Promise<Counter> {
  const shop = await newShop(options);
  const stores = `/v1/centre/merchants/${shop.id}/stores`;
  const store = (await post(stores, adminKey, { name: 'S' })).body.id;
  const till = (await post(`${stores}/${store}/tills`, adminKey, { name: '1' })).body.id;
  const body = { kind: 'sticker', name: 'Till 1', till };
  const made = await post(`/v1/merchants/${shop.id}/codes`, shop.key, body);
  expect(made.status).toBe(201);
  const sticker = made.body;
  return { shop, till, sticker, path: `/v1/merchants/${shop.id}/codes/${sticker.id}/order` };
}

const show = async ({ shop, path }: Counter, amount: number, more: object = {}) => {
  const answer = await post(path, shop.key, { amount, currency: shop.currency, ...more });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
};
const shown = async ({ shop, path }: Counter) => (await get(path, shop.key)).body;
const scan = async ({ sticker }: Counter, payer?: Payer) =>
  (await post('/v1/scans', issuer.key, { payload: sticker.payload, ...payer })).body;
const orderOf = async ({ shop }: Counter, id: string) =>
  (await get(`/v1/merchants/${shop.id}/orders/${id}`, shop.key)).body;
const balanceOf = async ({ shop }: Counter) =>
  (await get(`/v1/merchants/${shop.id}`, shop.key)).body.balance.amount;
const money = (amount: number, currency = 'KGS') => ({ amount, currency });

/** As when the payer who looked has walked away a minute ago. */
async function aMinuteLater({ shop }: Counter): Promise<void> {
  const account = (await directoryOf(testEnv.DIRECTORY).account(shop.account)) as AccountRow;
  for (const book of account.books) {
    const stub = testEnv.BOOKS.get(testEnv.BOOKS.idFromName(bookName(book)));
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec('UPDATE sticker SET taken_until = 1 WHERE taken_until > 0');
    });
  }
}

test.each(['KGS', 'THB'])(
  'a %s sticker shows the register’s order, which is paid by it',
  async (currency) => {
    const counter = await newCounter({ currency });
    const payer = await newPayer(issuer, 100_000, currency);
    const order = await show(counter, 12_550, { reference: 'sale-7', description: 'Эки нан' });
    expect(await shown(counter)).toMatchObject({ order: { id: order.id }, being_paid_until: null });
    const seen = await scan(counter);
    expect(seen).toMatchObject({
      payable: true,
      code: counter.sticker.id,
      amount: money(12_550, currency),
      amount_editable: false,
      debit: money(12_550, currency),
      order: { id: order.id, status: 'open', reference: 'sale-7', description: 'Эки нан' },
    });
    expect(Date.parse((await shown(counter)).being_paid_until)).toBeGreaterThan(Date.now());
    const paid = await pay(issuer, payer, { scan: seen.scan });
    expect(paid.body).toMatchObject({
      status: 'completed',
      amount: money(12_550, currency),
      order: order.id,
      order_reference: 'sale-7',
      code: counter.sticker.id,
      till: counter.till,
    });
    expect(await orderOf(counter, order.id)).toMatchObject({ status: 'paid', till: counter.till });
    expect(await shown(counter)).toEqual({ order: null, being_paid_until: null });
  },
);

describe('with nothing to be paid', () => {
  test('a sticker takes the amount the payer enters', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    const seen = await scan(counter);
    expect(seen).toMatchObject({ payable: true, amount: null, amount_editable: true, order: null });
    const paid = await pay(issuer, payer, { scan: seen.scan, amount: 300 });
    expect(paid.body).toMatchObject({ status: 'completed', order: null, code: counter.sticker.id });
  });

  test.each(['cancelled', 'cleared', 'paid by its own code'])(
    'it does so again once the order is %s',
    async (how) => {
      const counter = await newCounter();
      const payer = await newPayer(issuer);
      const order = await show(counter, 500);
      if (how === 'cancelled') {
        await post(`/v1/merchants/${counter.shop.id}/orders/${order.id}/cancel`, counter.shop.key, undefined);
      } else if (how === 'cleared') await call('DELETE', counter.path, { key: counter.shop.key });
      else await pay(issuer, payer, { payload: order.qr.payload });
      expect(await shown(counter)).toEqual({ order: null, being_paid_until: null });
      expect(await scan(counter)).toMatchObject({ payable: true, amount: null, order: null });
      const state = how === 'paid by its own code' ? 'paid' : 'cancelled';
      expect(await orderOf(counter, order.id)).toMatchObject({ status: state });
    },
  );
});

describe('a payer who is looking', () => {
  test('has the order to themselves: a second one waits, and looks again when the first has walked away', async () => {
    const counter = await newCounter();
    const [first, second] = [await newPayer(issuer), await newPayer(issuer)];
    await show(counter, 500);
    const seen = await scan(counter, first);
    const waiting = await scan(counter, second);
    expect(waiting).toMatchObject({ payable: false, refusal: { code: 'order.being_paid', retryable: true } });
    // Nor does the scan it has now help it later.
    const pushed = await pay(issuer, second, { scan: waiting.scan, amount: 500 });
    expect(pushed).toMatchObject({ status: 422, body: { code: 'scan.invalid' } });
    // The first may look twice.
    expect(await scan(counter, first)).toMatchObject({ payable: true, amount: money(500) });
    await aMinuteLater(counter);
    const turn = await scan(counter, second);
    expect(turn).toMatchObject({ payable: true, amount: money(500) });
    expect((await pay(issuer, first, { scan: seen.scan })).body).toMatchObject({
      status: 'declined',
      refusal: { code: 'order.being_paid' },
    });
    expect((await pay(issuer, second, { scan: turn.scan })).body.status).toBe('completed');
  });

  test('still pays after their minute when nobody else came', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    await show(counter, 500);
    const { scan: token } = await scan(counter);
    await aMinuteLater(counter);
    expect((await pay(issuer, payer, { scan: token })).body.status).toBe('completed');
  });

  test('is one of many who look at once', async () => {
    const counter = await newCounter();
    await show(counter, 500);
    const seen = await Promise.all(Array.from({ length: 8 }, () => scan(counter)));
    expect(seen.filter(({ payable }) => payable)).toHaveLength(1);
  });
});

describe('an order is paid once', () => {
  test('however many saw it and pay at once', async () => {
    const counter = await newCounter();
    const payers = await Promise.all(Array.from({ length: 6 }, () => newPayer(issuer)));
    const order = await show(counter, 700);
    const tokens: string[] = [];
    for (const payer of payers) {
      tokens.push((await scan(counter, payer)).scan);
      await aMinuteLater(counter);
    }
    const paid = await Promise.all(payers.map((payer, at) => pay(issuer, payer, { scan: tokens[at] })));
    const said = paid.map(({ body }) => body.refusal?.code ?? body.order);
    expect(said.sort()).toEqual([order.id, ...Array(5).fill('order.already_paid')]);
    expect(await balanceOf(counter)).toBe(700);
  });

  test('and a repeat is answered as the first time', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    await show(counter, 700);
    const { scan: token } = await scan(counter);
    const key = freshKey();
    const first = await pay(issuer, payer, { scan: token }, key);
    await show(counter, 900);
    const again = await pay(issuer, payer, { scan: token }, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await balanceOf(counter)).toBe(700);
  });
});

describe('nobody pays what they did not see', () => {
  test('a payer whose order was replaced is refused, and the old order is cancelled', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    const before = await show(counter, 500);
    const { scan: token } = await scan(counter);
    await show(counter, 9_000);
    const late = await pay(issuer, payer, { scan: token });
    expect(late.body).toMatchObject({ status: 'declined', refusal: { code: 'order.changed' } });
    expect(await orderOf(counter, before.id)).toMatchObject({ status: 'cancelled' });
    expect(await balanceOf(counter)).toBe(0);
    // The turn went with the order.
    const again = await scan(counter);
    expect(again).toMatchObject({ payable: true, amount: money(9_000) });
    expect((await pay(issuer, payer, { scan: again.scan })).body.amount).toEqual(money(9_000));
  });

  test('one who looked when nothing was to be paid does not pay into an order', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    const { scan: token } = await scan(counter);
    await show(counter, 500);
    const late = await pay(issuer, payer, { scan: token, amount: 500 });
    expect(late.body).toMatchObject({ status: 'declined', refusal: { code: 'order.changed' } });
  });

  test('one who has not looked is refused', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    const straight = await pay(issuer, payer, { payload: counter.sticker.payload, amount: 500 });
    expect(straight).toMatchObject({ status: 422, body: { code: 'scan.invalid' } });
  });

  test('an order that was cancelled is not paid by who saw it', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    const order = await show(counter, 500);
    const { scan: token } = await scan(counter);
    await post(`/v1/merchants/${counter.shop.id}/orders/${order.id}/cancel`, counter.shop.key, undefined);
    const late = await pay(issuer, payer, { scan: token });
    expect(late.body).toMatchObject({ status: 'declined', refusal: { code: 'order.cancelled' } });
  });

  test('replaced while many confirm, every payer pays what they saw or nothing', async () => {
    const counter = await newCounter();
    const payers = await Promise.all(Array.from({ length: 5 }, () => newPayer(issuer)));
    const amounts = payers.map((_, index) => 1_000 + index);
    const paid = await Promise.all(
      payers.map(async (payer, index) => {
        await show(counter, amounts[index]!);
        const seen = await scan(counter, payer);
        if (!seen.payable || seen.order === null) return undefined;
        const { body } = await pay(issuer, payer, { scan: seen.scan });
        return { saw: seen.amount, order: seen.order.id, body };
      }),
    );
    let sum = 0;
    for (const one of paid) {
      if (!one) continue;
      if (one.body.status === 'completed') {
        expect(one.body).toMatchObject({ amount: one.saw, order: one.order });
        sum += one.body.amount.amount;
      } else
        expect(['order.changed', 'order.cancelled', 'order.being_paid']).toContain(one.body.refusal.code);
    }
    expect(await balanceOf(counter)).toBe(sum);
  });
});

describe('the register', () => {
  test('shows an order it has made already, which stays open when it leaves the sticker', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    const order = await newOrder(counter.shop, 800);
    const { status, body } = await post(counter.path, counter.shop.key, { order: order.id });
    expect([status, body.id]).toEqual([201, order.id]);
    const { scan: token } = await scan(counter);
    await show(counter, 100);
    expect(await orderOf(counter, order.id)).toMatchObject({ status: 'open' });
    expect((await pay(issuer, payer, { scan: token })).body).toMatchObject({
      status: 'declined',
      refusal: { code: 'order.changed' },
    });
    expect((await pay(issuer, payer, { payload: order.qr.payload })).body.status).toBe('completed');
    const over = await post(counter.path, counter.shop.key, { order: order.id });
    expect(over).toMatchObject({ status: 409, body: { code: 'order.already_paid' } });
  });

  test('sends its order twice and shows one', async () => {
    const counter = await newCounter({ stripes: 3 });
    const key = freshKey();
    const body = { amount: 500, currency: 'KGS' };
    const first = await post(counter.path, counter.shop.key, body, key);
    await show(counter, 900);
    const again = await post(counter.path, counter.shop.key, body, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body.id).toBe(first.body.id);
    expect((await shown(counter)).order.amount).toEqual(money(900));
  });

  test('asks for a tip', async () => {
    const counter = await newCounter();
    const payer = await newPayer(issuer);
    await show(counter, 1_000, { tip_requested: true });
    const seen = await scan(counter);
    expect(seen.tip).toEqual({ kind: 'prompt', amount: null, percentage: null });
    const paid = await pay(issuer, payer, { scan: seen.scan, tip: 150 });
    expect(paid.body).toMatchObject({ status: 'completed', amount: money(1_150), tip: money(150) });
  });

  test('of another till sees nothing of it', async () => {
    const counter = await newCounter();
    const [one, two] = [counter, await newCounter()];
    const stores = `/v1/centre/merchants/${one.shop.id}/stores`;
    const store = (await post(stores, adminKey, { name: 'S2' })).body.id;
    const other = (await post(`${stores}/${store}/tills`, adminKey, { name: '2' })).body.id;
    const wish = { owner: one.shop.id, role: 'cashier', till: other };
    const { api_key: key } = (await post('/v1/centre/keys', adminKey, wish)).body;
    for (const answer of [
      await get(one.path, key),
      await post(one.path, key, { amount: 1, currency: 'KGS' }),
      await call('DELETE', one.path, { key }),
      await get(two.path.replace(two.shop.id, one.shop.id), one.shop.key),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'code.not_found' } });
    }
  });
});

test('a till has one sticker until it is revoked', async () => {
  const { shop, till, sticker } = await newCounter();
  const path = `/v1/merchants/${shop.id}/codes`;
  const wish = { kind: 'sticker', name: 'Again', till };
  expect(await post(path, shop.key, wish)).toMatchObject({ status: 409, body: { code: 'resource.exists' } });
  await post(`${path}/${sticker.id}/revoke`, shop.key, { reason: 'torn' });
  expect((await post(path, shop.key, wish)).status).toBe(201);
});

test.each([
  [{ kind: 'sticker' }, 'till'],
  [{ kind: 'sticker', till: 'til_1hq3v8k2m0abcdefgh01', amount: 5, currency: 'KGS' }, 'kind'],
])('a sticker %j is refused', async (wish, pointer) => {
  const shop = await newShop();
  const answer = await post(`/v1/merchants/${shop.id}/codes`, shop.key, { name: 'N', ...wish });
  expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  expect(JSON.stringify(answer.body.violations)).toContain(`/${pointer}`);
});

test('what a sticker shows and whose turn it is survive a crash', async () => {
  const counter = await newCounter();
  const [first, second] = [await newPayer(issuer), await newPayer(issuer)];
  await show(counter, 600);
  const { scan: token } = await scan(counter, first);
  await abortAllDurableObjects();
  expect(await scan(counter, second)).toMatchObject({
    payable: false,
    refusal: { code: 'order.being_paid' },
  });
  expect((await pay(issuer, first, { scan: token })).body).toMatchObject({
    status: 'completed',
    amount: money(600),
  });
  await abortAllDurableObjects();
  expect(await shown(counter)).toEqual({ order: null, being_paid_until: null });
});
