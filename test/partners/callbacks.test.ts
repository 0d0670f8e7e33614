/** An issuer and a merchant hear of everything that concerns them, and can prove who told them. */
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { adminKey, type Json, newWorld, type Received, type World } from './world.ts';

interface Partner {
  id: string;
  key: string;
  secret: string;
  url: string;
}

let world: World;
let issuer: Partner;
let shop: Partner;
let flakySecret: string;
let payer: string;

const made = async (path: string, body: unknown, key = adminKey): Promise<Json> => {
  const answer = await world.call('POST', path, key, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
};

const register = async (key: string, url: string): Promise<string> =>
  (await made('/v1/callback-endpoints', { url }, key)).secret;

const newOrder = (amount: number, more: object = {}): Promise<Json> =>
  made(`/v1/merchants/${shop.id}/orders`, { amount, currency: 'KGS', ...more }, shop.key);

const pay = (order: Json): Promise<Json> =>
  made(`/v1/accounts/${payer}/payments`, { payload: order.qr.payload }, issuer.key);

const eventOf = (callback: Received): Json => JSON.parse(callback.body);

/** Callbacks to a URL about an order, once there are as many as wanted. */
async function heard(url: string, order: string, count: number, withinMs = 30_000): Promise<Received[]> {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const all = await world.received();
    const found = all.filter((one) => one.url === url && one.body.includes(order));
    if (found.length >= count) return found;
    if (Date.now() > untilMs) throw new Error(`${url} heard ${JSON.stringify(all)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** With both signatures, and nothing of the switch but its published keys. */
async function verify(callback: Received, secret: string): Promise<void> {
  expect(new Webhook(secret).verify(callback.body, callback.headers)).toEqual(eventOf(callback));
  const { keys } = (await world.call('GET', '/.well-known/jwks.json')).body;
  const jwk = { kty: keys[0].kty, crv: keys[0].crv, x: keys[0].x };
  const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']);
  const {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures,
  } = callback.headers;
  const signature = signatures!
    .split(' ')
    .find((one) => one.startsWith('v1a,'))!
    .slice(4);
  const check = (body: string) =>
    crypto.subtle.verify(
      'Ed25519',
      key,
      Buffer.from(signature, 'base64'),
      Buffer.from(`${id}.${timestamp}.${body}`),
    );
  expect(await check(callback.body)).toBe(true);
  expect(await check(`${callback.body} `)).toBe(false);
}

beforeAll(async () => {
  world = await newWorld();
  const participant = await made('/v1/centre/participants', {
    name: 'Кошелёк',
    role: 'issuer',
    country: 'KG',
  });
  const issuerKey = (await made('/v1/centre/keys', { owner: participant.id })).api_key;
  const merchant = await made('/v1/centre/merchants', {
    name: 'Дордой базар',
    city: 'Бишкек',
    category_code: '5411',
    currency: 'KGS',
    stripes: 2,
  });
  const shopKey = (await made('/v1/centre/keys', { owner: merchant.id, role: 'owner' })).api_key;
  const [issuerUrl, shopUrl] = ['https://wallet.example/callbacks', 'https://shop.example/callbacks'];
  issuer = {
    id: participant.id,
    key: issuerKey,
    url: issuerUrl,
    secret: await register(issuerKey, issuerUrl),
  };
  shop = { id: merchant.id, key: shopKey, url: shopUrl, secret: await register(shopKey, shopUrl) };
  flakySecret = await register(shopKey, 'https://shop.example/flaky');
  payer = (await made('/v1/accounts', { currency: 'KGS' }, issuer.key)).id;
  await made(`/v1/accounts/${payer}/top-ups`, { amount: 50_000, currency: 'KGS' });
});
afterAll(() => world?.stop());

describe.concurrent('callbacks', () => {
  test('a paid order: the issuer hears of the payment, the merchant of the payment and the order', async () => {
    const order = await newOrder(12_550, { reference: 'Чек № 1' });
    const payment = await pay(order);
    expect(payment.status).toBe('completed');

    const [toIssuer] = await heard(issuer.url, order.id, 1);
    await verify(toIssuer!, issuer.secret);
    expect(eventOf(toIssuer!)).toEqual({
      type: 'payment.completed',
      timestamp: expect.stringMatching(/Z$/),
      owner: issuer.id,
      sequence: expect.any(Number),
      api_version: '2026-11-01',
      data: expect.objectContaining({
        id: payment.id,
        status: 'completed',
        account: payer,
        amount: { amount: 12_550, currency: 'KGS' },
      }),
    });

    const toShop = await heard(shop.url, order.id, 2);
    for (const callback of toShop) await verify(callback, shop.secret);
    const events = new Map(toShop.map((callback) => [eventOf(callback).type, eventOf(callback)]));
    expect([...events.keys()].sort()).toEqual(['order.paid', 'payment.completed']);
    expect(events.get('payment.completed').data).toMatchObject({ id: payment.id, account: null });
    expect(events.get('order.paid').data).toMatchObject({
      id: order.id,
      status: 'paid',
      reference: 'Чек № 1',
      payment: { id: payment.id },
    });
    // Different events of one entry have ids of their own; a merchant is not told the payer's account.
    expect(new Set([toIssuer!, ...toShop].map(({ headers }) => headers['webhook-id'])).size).toBe(3);
    expect(JSON.stringify(toShop)).not.toContain(payer);
    // Nobody can pass one party's callback off as the other's.
    expect(() => new Webhook(shop.secret).verify(toIssuer!.body, toIssuer!.headers)).toThrow();
  });

  test('a declined payment is told to both', async () => {
    const order = await newOrder(99_999_999);
    const payment = await pay(order);
    expect(payment).toMatchObject({ status: 'declined', refusal: { code: 'payment.insufficient_funds' } });
    for (const partner of [issuer, shop]) {
      const [callback] = await heard(partner.url, order.id, 1);
      await verify(callback!, partner.secret);
      expect(eventOf(callback!)).toMatchObject({
        type: 'payment.declined',
        owner: partner.id,
        data: { id: payment.id, status: 'declined', refusal: { code: 'payment.insufficient_funds' } },
      });
    }
  });

  test('a cancelled order is told to its merchant', async () => {
    const order = await newOrder(700);
    const path = `/v1/merchants/${shop.id}/orders/${order.id}/cancel`;
    expect((await world.call('POST', path, shop.key)).body.status).toBe('cancelled');
    const [callback] = await heard(shop.url, order.id, 1);
    await verify(callback!, shop.secret);
    expect(eventOf(callback!)).toMatchObject({ type: 'order.cancelled', data: { id: order.id } });
  });

  test('an order nobody pays expires, and its merchant hears of it', async () => {
    const order = await newOrder(800, { expires_in: 10 });
    const [callback] = await heard(shop.url, order.id, 1, 90_000);
    await verify(callback!, shop.secret);
    expect(eventOf(callback!)).toMatchObject({
      type: 'order.expired',
      data: { id: order.id, status: 'expired' },
    });
  });

  test('an endpoint that fails twice gets the event on the third try, the same event', async () => {
    const order = await newOrder(900);
    await pay(order);
    const url = 'https://shop.example/flaky';
    // Two events, three attempts each.
    const attempts = (await heard(url, order.id, 6, 90_000)).filter(
      (one) => eventOf(one).type === 'order.paid',
    );
    expect(attempts.map(({ answered }) => answered)).toEqual([500, 500, 204]);
    expect(new Set(attempts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(attempts.map(({ body }) => body)).size).toBe(1);
    for (const attempt of attempts) await verify(attempt, flakySecret);
    const times = attempts.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(times[1]!).toBeGreaterThanOrEqual(times[0]!);
    // Fifteen seconds and jitter; timestamps are cut to whole seconds.
    expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(14);
    const event = attempts[0]!.headers['webhook-id'];
    const read = () => world.call('GET', `/v1/events/${event}`, shop.key);
    const { body } = await vi.waitFor(async () => {
      const found = await read();
      expect(found.body.attempts.filter((one: Json) => one.request.url === url)).toHaveLength(3);
      return found;
    }, 10_000);
    const told = body.attempts.filter((one: Json) => one.request.url === url);
    expect(told.map((one: Json) => [one.number, one.status])).toEqual([
      [1, 500],
      [2, 500],
      [3, 204],
    ]);
    expect(body.body).toBe(attempts[0]!.body);
  });

  test('an endpoint that is gone is disabled, and what it missed is kept', async () => {
    const other = await made('/v1/centre/merchants', {
      name: 'Ош базары',
      city: 'Ош',
      category_code: '5411',
      currency: 'KGS',
    });
    const key = (await made('/v1/centre/keys', { owner: other.id, role: 'owner' })).api_key;
    await register(key, 'https://shop.example/gone');
    const order = await made(`/v1/merchants/${other.id}/orders`, { amount: 100, currency: 'KGS' }, key);
    await pay(order);
    await heard('https://shop.example/gone', order.id, 1);
    await vi.waitFor(async () => {
      const endpoints = await world.call('GET', '/v1/callback-endpoints', key);
      expect(endpoints.body.data[0].status).toBe('disabled');
      const parked = await world.call('GET', '/v1/callback-deliveries?status=parked', key);
      expect(parked.body.data).toHaveLength(2);
    }, 10_000);
  });
});

test('production takes no callback address without TLS or on this machine', async () => {
  for (const url of ['http://shop.example/', 'https://127.0.0.1/', 'https://localhost/', 'https://[::1]/']) {
    const answer = await world.call('POST', '/v1/callback-endpoints', shop.key, { url });
    expect(answer).toMatchObject({ status: 422, body: { code: 'endpoint.url_refused' } });
  }
});

test('production lets no issuer make money for itself', async () => {
  const wish = { amount: 100, currency: 'KGS' };
  const answer = await world.call('POST', `/v1/accounts/${payer}/top-ups`, issuer.key, wish);
  expect(answer).toMatchObject({ status: 403, body: { code: 'sandbox.only' } });
});
