/** What happens to a merchant, heard as it happens: nothing twice, nothing out of order, nothing missed. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { exports } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/kernel/index.ts';
import type { Told } from '../../src/live/model.ts';
import { liveTeller } from '../../src/live/tell.ts';
import { colleagueOf, newBusiness, site } from '../support/people.ts';
import { adminKey, call, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  newTill,
  type Payer,
  pay,
  type Shop,
} from '../support/town.ts';

interface Message {
  type: string;
  sequence: number;
  id?: string;
  data?: { id: string; till: string | null; order: string | null };
}

let issuer: Issuer;
let payer: Payer;
const open: Ear[] = [];

/** Somebody who listens. */
class Ear {
  readonly heard: Message[] = [];
  closedWith: number | undefined;
  readonly protocol: string | null;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, protocol: string | null) {
    this.#socket = socket;
    this.protocol = protocol;
    socket.addEventListener('message', ({ data }) => this.heard.push(JSON.parse(String(data))));
    socket.addEventListener('close', ({ code }) => {
      this.closedWith = code;
    });
    socket.accept();
  }

  get events(): string[] {
    return this.heard.flatMap(({ type, data }) => (data ? [`${type} ${data.id}`] : []));
  }
  get last(): number {
    return this.heard.at(-1)?.sequence ?? 0;
  }
  close(): void {
    this.#socket.close(1_000);
  }
  /** Waits until something was heard. */
  async hears(what: string): Promise<void> {
    await until(
      async () => this.events,
      (events) => events.includes(what),
    );
  }
  async isTold(type: string): Promise<void> {
    await until(
      async () => this.heard.map((message) => message.type),
      (types) => types.includes(type),
    );
  }
}

const path = (shop: { id: string }, query = '') => `/v1/merchants/${shop.id}/live?${query}`;

async function asked(
  shop: { id: string },
  query: string,
  headers: Record<string, string>,
): Promise<Response> {
  const request = new Request(site + path(shop, query), { headers: { upgrade: 'websocket', ...headers } });
  return (exports as unknown as { default: Fetcher }).default.fetch(request);
}

async function listen(
  shop: Pick<Shop, 'id' | 'key'>,
  query = '',
  headers: Record<string, string> = { authorization: `Bearer ${shop.key}` },
): Promise<Ear> {
  const answer = await asked(shop, query, headers);
  if (!answer.webSocket) throw new Error(`${answer.status} ${await answer.text()}`);
  const ear = new Ear(answer.webSocket, answer.headers.get('sec-websocket-protocol'));
  open.push(ear);
  await until(
    async () => ear.heard.length,
    (count) => count > 0,
  );
  return ear;
}

async function sold(shop: Shop, amount = 1_000, key = shop.key) {
  const order = await newOrder({ ...shop, key }, amount);
  const payment = await pay(issuer, payer, { payload: order.qr.payload });
  expect(payment.body.status).toBe('completed');
  return { order: order.id as string, payment: payment.body.id as string };
}

const objectOf = ({ id }: { id: string }) => testEnv.LIVE.get(testEnv.LIVE.idFromName(id));
let counter = 0;
const anEvent = (data: object = {}): Told => ({
  id: newId('event', Date.now()),
  type: 'order.paid',
  timestamp: new Date().toISOString(),
  data: { id: `thing ${++counter}`, ...data },
});

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 10_000_000);
});
afterEach(() => {
  for (const ear of open.splice(0)) ear.close();
});

describe('who listens', () => {
  test('hears of each sale what callbacks say, once, in order', async () => {
    const shop = await newShop({ stripes: 3 });
    const ear = await listen(shop);
    expect(ear.heard).toEqual([{ type: 'hello', sequence: expect.any(Number) }]);
    const sales = [await sold(shop), await sold(shop), await sold(shop)];
    for (const { order, payment } of sales) {
      await ear.hears(`order.paid ${order}`);
      await ear.hears(`payment.completed ${payment}`);
    }
    const refund = await post(
      `/v1/merchants/${shop.id}/payments/${sales[0]!.payment}/refunds`,
      shop.key,
      { amount: 10 },
      freshKey(),
    );
    await ear.hears(`refund.completed ${refund.body.id}`);
    expect(ear.events).toHaveLength(7);
    const sequences = ear.heard.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
    expect(JSON.stringify(ear.heard)).not.toContain(payer.account);
  });

  test('comes back after a lost connection, and hears what it missed and nothing twice', async () => {
    const shop = await newShop();
    const first = await listen(shop);
    const before = await sold(shop);
    await first.hears(`payment.completed ${before.payment}`);
    await first.hears(`order.paid ${before.order}`);
    const since = first.last;
    first.close();
    const missed = await sold(shop);
    // What was missed is on its way, or kept already: both are heard.
    const second = await listen(shop, `since=${since}`);
    expect(second.heard[0]).toEqual({ type: 'hello', sequence: since });
    await second.hears(`payment.completed ${missed.payment}`);
    await second.hears(`order.paid ${missed.order}`);
    const after = await sold(shop);
    await second.hears(`order.paid ${after.order}`);
    await second.hears(`payment.completed ${after.payment}`);
    expect(second.events).toHaveLength(4);
    const all = [...first.heard.slice(1), ...second.heard.slice(1)].map(({ sequence }) => sequence);
    expect(all).toEqual(all.map((_, index) => (all[0] ?? 0) + index));
  });

  test('sleeps: an evicted object has forgotten nothing, and its sockets go on', async () => {
    const shop = await newShop();
    const ear = await listen(shop);
    const first = await sold(shop);
    await ear.hears(`order.paid ${first.order}`);
    // Once it stands in the reports, whoever told it has been answered.
    await until(
      () => get(`/v1/merchants/${shop.id}/payments?status=completed`, shop.key),
      ({ body }) => body.data.length === 1,
    );
    await evictDurableObject(objectOf(shop));
    const second = await sold(shop);
    await ear.hears(`order.paid ${second.order}`);
    await ear.hears(`payment.completed ${second.payment}`);
    expect(new Set(ear.events).size).toBe(ear.events.length);
    expect(ear.events).toHaveLength(4);
  });

  test('of one till, or one order, hears of that alone', async () => {
    const shop = await newShop();
    const stores = `/v1/centre/merchants/${shop.id}/stores`;
    const { id: store } = (await post(stores, adminKey, { name: 'ЦУМ' })).body;
    const tillOf = async (name: string) => {
      const { id } = (await post(`${stores}/${store}/tills`, adminKey, { name })).body;
      const wish = { owner: shop.id, role: 'cashier', till: id };
      return {
        id: id as string,
        key: (await post('/v1/centre/keys', adminKey, wish)).body.api_key as string,
      };
    };
    const [one, two] = [await tillOf('1'), await tillOf('2')];
    const asked = await newOrder({ ...shop, key: two.key }, 700);
    const [all, ofTill, cashier, ofOrder] = [
      await listen(shop),
      await listen(shop, `till=${one.id}`),
      await listen({ id: shop.id, key: one.key }),
      await listen(shop, `order=${asked.id}`),
    ];
    const mine = await sold(shop, 500, one.key);
    const payment = (await pay(issuer, payer, { payload: asked.qr.payload })).body.id;
    for (const what of [`order.paid ${asked.id}`, `payment.completed ${payment}`]) {
      await all.hears(what);
      await ofOrder.hears(what);
    }
    for (const ear of [all, ofTill, cashier]) {
      await ear.hears(`order.paid ${mine.order}`);
      await ear.hears(`payment.completed ${mine.payment}`);
    }
    expect([all, ofTill, cashier, ofOrder].map(({ events }) => events.length)).toEqual([4, 2, 2, 2]);
    const refused = async (query: string, key: string) => (await get(path(shop, query), key)).body.code;
    expect(await refused(`till=${two.id}`, one.key)).toBe('till.not_found');
    expect(await refused(`order=${asked.id}`, one.key)).toBe('order.not_found');
    expect(await refused(`till=${newId('till', 1)}`, shop.key)).toBe('till.not_found');
  });
});

describe('who may listen', () => {
  test('a key may be offered as a protocol, as browsers must', async () => {
    const shop = await newShop();
    const ear = await listen(shop, '', { 'sec-websocket-protocol': `tolom, bearer.${shop.key}` });
    expect(ear.protocol).toBe('tolom');
    const answer = await asked(shop, '', { 'sec-websocket-protocol': 'tolom, bearer.tolom_mer_wrong' });
    expect(answer.status).toBe(401);
    expect((await asked(shop, '', {})).status).toBe(401);
  });

  test('whoever is signed in, from our own pages only', async () => {
    const { merchant, owner } = await newBusiness();
    const { cookie } = owner;
    await listen({ id: merchant, key: '' }, '', { cookie, origin: site });
    for (const headers of [{ cookie }, { cookie, origin: 'https://elsewhere.example' }]) {
      expect((await asked({ id: merchant }, '', headers)).status).toBe(403);
    }
  });

  test('a manager who is kept to a store hears that store, until they are moved to another', async () => {
    const business = await newBusiness();
    const shop = { id: business.merchant, account: '', key: '', currency: 'KGS' };
    const [ours, theirs] = [await newTill(shop, business.store), await newTill(shop)];
    const manager = await colleagueOf(business, 'manager', { store: ours.store });
    const headers = { cookie: manager.cookie, origin: site };
    const ear = await listen(shop, '', headers);
    const elsewhere = await sold(shop, 400, theirs.key);
    const here = await sold(shop, 500, ours.key);
    await ear.hears(`order.paid ${here.order}`);
    await ear.hears(`payment.completed ${here.payment}`);
    expect(ear.events.filter((event) => event.includes(elsewhere.order))).toEqual([]);
    expect(ear.events.filter((event) => event.includes(elsewhere.payment))).toEqual([]);
    const refused = async (query: string) => (await manager.get(path(shop, query))).body.code;
    expect(await refused(`till=${theirs.till}`)).toBe('till.not_found');
    expect(await refused(`till=${ours.till}`)).toBe('request.upgrade_required');
    expect(await refused(`order=${elsewhere.order}`)).toBe('order.not_found');
    const second = await listen(shop, '', headers);
    const { person } = (await manager.get('/v1/me')).body;
    const staff = `/v1/merchants/${business.merchant}/staff/${person.id}`;
    expect((await business.owner.post(staff, { store: theirs.store })).status).toBe(200);
    await sold(shop, 600, ours.key);
    await until(
      async () => second.closedWith,
      (code) => code === 4_401,
    );
    expect(second.events).toEqual([]);
  });

  test('without a WebSocket there is nothing to hear', async () => {
    const shop = await newShop();
    expect(await get(path(shop), shop.key)).toMatchObject({
      status: 426,
      body: { code: 'request.upgrade_required' },
    });
  });

  test('a revoked key hears nothing more and is shut out; others go on', async () => {
    const shop = await newShop();
    const made = (await post('/v1/centre/keys', adminKey, { owner: shop.id, role: 'manager' })).body;
    const [revoked, other] = [await listen({ id: shop.id, key: made.api_key }), await listen(shop)];
    await call('DELETE', `/v1/centre/keys/${made.id}`, { key: adminKey });
    const { order } = await sold(shop);
    await other.hears(`order.paid ${order}`);
    await until(
      async () => revoked.closedWith,
      (code) => code === 4_401,
    );
    expect(revoked.events).toEqual([]);
  });
});

describe('where something was missed', () => {
  test('a number that was never given is told to begin anew', async () => {
    const shop = await newShop();
    const ear = await listen(shop, 'since=999999');
    expect(ear.heard[0]?.type).toBe('resync');
    expect((await listen(shop, 'since=0')).heard[0]?.type).toBe('resync');
    expect((await listen(shop, `since=${ear.last}`)).heard[0]).toEqual({ type: 'hello', sequence: ear.last });
  });

  test('because nobody listened for days', async () => {
    const shop = await newShop();
    const ear = await listen(shop);
    const since = ear.last;
    ear.close();
    await runInDurableObject(objectOf(shop), (_, { storage }) => {
      storage.sql.exec('UPDATE state SET until = 1');
    });
    await evictDurableObject(objectOf(shop));
    await testEnv.REPORTS.prepare('UPDATE listener SET until = 1 WHERE merchant = ?').bind(shop.id).run();
    const { order } = await sold(shop);
    const back = await listen(shop, `since=${since}`);
    expect(back.heard[0]?.type).toBe('resync');
    const again = await sold(shop);
    await back.hears(`order.paid ${again.order}`);
    expect(back.events.filter((event) => event.endsWith(order)).length).toBeLessThanOrEqual(1);
  });

  test('because the object did not answer: reports go on, and everybody is told', async () => {
    const shop = await newShop();
    const ear = await listen(shop);
    const owner = shop.id;
    const broken = {
      idFromName: (name: string) => testEnv.LIVE.idFromName(name),
      get: () => ({ tell: () => Promise.reject(new Error('not to be reached')) }),
    } as unknown as typeof testEnv.LIVE;
    const event = {
      id: newId('event', 1),
      type: 'order.paid',
      atMs: 1,
      owner,
      sequence: 1,
      data: { id: 'lost' },
    };
    await liveTeller(testEnv.REPORTS, broken)([event]);
    const back = await listen(shop, `since=${ear.last}`);
    expect(back.heard[0]?.type).toBe('resync');
    await ear.isTold('resync');
    const { order } = await sold(shop);
    await back.hears(`order.paid ${order}`);
    await ear.hears(`order.paid ${order}`);
  });

  test('because more than is kept has happened since', async () => {
    const shop = await newShop();
    const ear = await listen(shop);
    const since = ear.last;
    ear.close();
    const tell = (count: number) =>
      objectOf(shop).tell(
        Array.from({ length: count }, () => anEvent()),
        0,
      );
    for (let batch = 0; batch < 12; batch++) await tell(100);
    expect((await listen(shop, `since=${since}`)).heard[0]?.type).toBe('resync');
    const recent = await listen(shop, `since=${since + 500}`);
    await until(
      async () => recent.events.length,
      (count) => count === 700,
    );
  });
});

test('what is told twice is heard once, also by an object that slept', async () => {
  const shop = await newShop();
  const ear = await listen(shop);
  const [one, two, three] = [anEvent(), anEvent(), anEvent()];
  await objectOf(shop).tell([one, two], 0);
  await objectOf(shop).tell([one, two], 0);
  await evictDurableObject(objectOf(shop));
  await objectOf(shop).tell([two, three], 0);
  await until(
    async () => ear.events.length,
    (count) => count >= 3,
  );
  expect(ear.heard.flatMap(({ id }) => id ?? [])).toEqual([one.id, two.id, three.id]);
});

test('a merchant nobody listens to costs nothing: no object is woken, no row written', async () => {
  const asked: string[] = [];
  const live = {
    idFromName: (name: string) => asked.push(name),
    get: () => ({ tell: async () => {} }),
  } as unknown as typeof testEnv.LIVE;
  const owner = newId('merchant', 1);
  const event = { id: newId('event', 1), type: 'order.paid', atMs: 1, owner, sequence: 1, data: {} };
  await liveTeller(testEnv.REPORTS, live)([event]);
  expect(asked).toEqual([]);
  const rows = await testEnv.REPORTS.prepare('SELECT * FROM listener WHERE merchant = ?').bind(owner).all();
  expect(rows.results).toEqual([]);
});
