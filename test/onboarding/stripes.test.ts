/** A merchant's account gets more stripes while it is in use: nothing is lost, doubled or hidden meanwhile. */
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyExport } from '../../scripts/export/verify.ts';
import { growAccount, withMoreBooks } from '../../src/accounts/index.ts';
import { type Directory, directoryOf } from '../../src/directory/index.ts';
import { newId, stripeOfOrder } from '../../src/kernel/index.ts';
import { type Ledger, ledgerOf, type TransferCommand } from '../../src/ledger/index.ts';
import { continueRun, reconciliationsOf, startRun } from '../../src/reconcile/index.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import {
  type Answer,
  adminKey,
  type Call,
  call,
  freshKey,
  get,
  migrate,
  newIsolate,
  post,
  testAct,
  testEnv,
  until,
} from '../support/switch.ts';
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

const directory = directoryOf(testEnv.DIRECTORY);
const ledger = ledgerOf(testEnv.BOOKS);
const reports = reportsOf(periodsOf(testEnv));
const runs = reconciliationsOf(testEnv.REPORTS);
const projector = { ledger, projection: reports.projection, sources: [], announce: async () => undefined };
const booksInAll = 3;

let issuer: Issuer;
let payer: Payer;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 10_000_000);
});

const grow = (shop: Pick<Shop, 'id'>, stripes: number, reason = 'Нооруз') =>
  post(`/v1/centre/merchants/${shop.id}/stripes`, adminKey, { stripes, reason });
const order = (shop: Shop, key: string, through: Call = call, amount = 700) =>
  through('POST', `/v1/merchants/${shop.id}/orders`, {
    key: shop.key,
    body: { amount, currency: 'KGS' },
    headers: { 'idempotency-key': key },
  });
const ordersOf = async (shop: Shop, through: Call = call): Promise<string[]> => {
  const { body } = await through('GET', `/v1/merchants/${shop.id}/orders?limit=100`, { key: shop.key });
  return body.data.map(({ id }: { id: string }) => id);
};
const printed = async (shop: Shop): Promise<string> =>
  (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr.payload;
const said = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;
/** Isolates that have read the merchant's account: they go on with what they know of it for seconds. */
async function isolatesThatKnow(shop: Shop, count: number): Promise<Call[]> {
  const isolates = Array.from({ length: count }, newIsolate);
  for (const isolate of isolates) await order(shop, freshKey(), isolate);
  return isolates;
}
/** Takes money out of a shop, more than its first stripe has, as a withdrawal would. */
async function takeOut(shop: Shop, minor: number): Promise<void> {
  const [from, to] = [await directory.account(shop.account), await directory.account(payer.account)];
  const transfer: TransferCommand = {
    kind: 'payment',
    amountMinor: BigInt(minor),
    currency: 'KGS',
    creditor: to!.id,
    creditorBooks: to!.books,
    creditorStripe: 0,
    facts: { payerParticipant: issuer.id },
    idempotency: { key: freshKey(), request: '' },
  };
  const place = { id: from!.id, books: from!.books };
  const taken = await ledger.gather({ place, owner: shop.id, stripe: 0, what: { transfer } });
  expect(taken).toMatchObject({ ok: true, value: { view: { state: 'completed' } } });
}
async function paidInFull(payload: string): Promise<void> {
  expect((await pay(issuer, payer, { payload })).body).toMatchObject({ status: 'completed' });
}
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
/** Until the reports have every entry of every book. */
async function rested(): Promise<void> {
  const numbers = Array.from({ length: booksInAll }, (_, book) => book);
  await until(
    async () => {
      const marks = await reports.projection.watermarks(numbers);
      const ends = await Promise.all(numbers.map((book) => ledger.book(book).sweep(marks.get(book) ?? 0)));
      return ends.map(({ position, open }, book) => position - (marks.get(book) ?? 0) + open);
    },
    (behind) => behind.every((entries) => entries === 0),
  );
}
/** What a reconciliation finds for which everything that has happened so far is long past. */
async function findings() {
  await rested();
  const parts = { ...{ books: booksInAll, ledger, directory, projector, rows: reports, runs } };
  const { id } = await startRun(parts, 'test');
  await testEnv.REPORTS.prepare('UPDATE reconciliation SET started_at = ? WHERE id = ?')
    .bind(Date.now() + 120_000, id)
    .run();
  const done = await continueRun(parts, { forMs: 20_000 });
  expect(done).toMatchObject({ id, status: 'finished' });
  return done?.findings;
}
const balanceOf = async (shop: Shop, through: Call = call) =>
  (await through('GET', `/v1/merchants/${shop.id}`, { key: shop.key })).body.balance.amount;

describe('staff make an account grow', () => {
  test('and the reason is written down', async () => {
    const shop = await newShop();
    const grown = await grow(shop, 5);
    expect(grown).toMatchObject({ status: 200, body: { id: shop.account, stripes: 5, status: 'active' } });
    const { data } = (await get(`/v1/centre/standings?subject=${shop.id}`, adminKey)).body;
    expect(data).toMatchObject([{ status: 'grown', reason: 'Нооруз', operator: 'centre' }]);
    const row = await directory.account(shop.account);
    expect(row).toMatchObject({ grownFrom: [1], version: 2 });
    // Three books: each has one stripe before any has two.
    expect(new Set(row?.books.slice(0, 3)).size).toBe(3);
    for (const stripe of ledger.stripes(row!))
      expect(await stripe.balance()).toMatchObject({ balanceMinor: 0n });
  });

  test('never fewer, no more than ids can tell apart, and the same again changes nothing', async () => {
    const shop = await newShop({ stripes: 4 });
    expect(said(await grow(shop, 3))).toBe('422 request.invalid');
    expect((await grow(shop, 1_025)).body.violations).toMatchObject([{ pointer: '/stripes' }]);
    expect((await grow(shop, 4)).body.stripes).toBe(4);
    expect(await directory.account(shop.account)).toMatchObject({ grownFrom: [], version: 1 });
    const nobody = { id: newId('merchant', Date.now()) };
    expect(said(await grow(nobody, 4))).toBe('404 merchant.not_found');
    const path = `/v1/centre/merchants/${shop.id}/stripes`;
    expect((await post(path, adminKey, { stripes: 5 })).body.violations).toMatchObject([
      { pointer: '/reason' },
    ]);
  });

  test('however many ask at once', async () => {
    const shop = await newShop();
    const answers = await Promise.all([6, 4, 6, 2].map((stripes) => grow(shop, stripes)));
    for (const answer of answers) expect(['200 active', '422 request.invalid']).toContain(said(answer));
    const row = await directory.account(shop.account);
    expect(row?.books).toHaveLength(6);
    expect(row?.grownFrom).toEqual([...(row?.grownFrom ?? [])].sort((left, right) => left - right));
    for (const stripe of ledger.stripes(row!)) expect(await stripe.balance()).not.toBeNull();
  });

  test('and a frozen account stays frozen on every stripe', async () => {
    const shop = await newShop();
    const stand = (verb: string) =>
      post(`/v1/centre/merchants/${shop.id}/${verb}`, adminKey, { reason: 'a test' });
    const [grown, suspended] = await Promise.all([grow(shop, 3), stand('suspend')]);
    expect([grown.status, suspended.status]).toEqual([200, 200]);
    const row = await directory.account(shop.account);
    for (const stripe of ledger.stripes(row!))
      expect(await stripe.balance()).toMatchObject({ status: 'frozen' });
    await stand('resume');
    for (const stripe of ledger.stripes(row!))
      expect(await stripe.balance()).toMatchObject({ status: 'active' });
  });
});

describe('the books of new stripes', () => {
  test.each([
    [[0], 1, 3, [0]],
    [[0], 3, 3, [0, 1, 2]],
    [[2], 3, 3, [2, 0, 1]],
    [[1], 7, 3, [1, 2, 0, 1, 2, 0, 1]],
    // Books that came later are taken first.
    [[0, 1, 0, 1], 8, 4, [0, 1, 0, 1, 2, 3, 2, 3]],
    [[5], 2, 6, [5, 0]],
  ])('%j to %i of %i books: %j', (has, stripes, books, expected) => {
    expect(withMoreBooks(has, stripes, books)).toEqual(expected);
    for (let fewer = has.length; fewer <= stripes; fewer++) {
      expect(withMoreBooks(has, fewer, books)).toEqual(expected.slice(0, fewer));
    }
  });
});

describe('an order is made once', () => {
  test('also when the account grows between a request and its repeat, twice', async () => {
    const shop = await newShop();
    const keys = Array.from({ length: 24 }, freshKey);
    const first = await Promise.all(keys.map((key) => order(shop, key)));
    for (const stripes of [3, 8]) {
      await grow(shop, stripes);
      const again = await Promise.all(keys.map((key) => order(shop, key)));
      expect(again.map(({ status }) => status)).toEqual(keys.map(() => 200));
      expect(again.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    }
    expect(await ordersOf(shop)).toHaveLength(24);
    expect(said(await order(shop, keys[0]!, call, 701))).toBe('422 idempotency.key_reused');
    // New keys use the new stripes.
    const later = await Promise.all(Array.from({ length: 40 }, () => order(shop, freshKey())));
    const used = new Set(later.map(({ body }) => stripeOfOrder(body.id)));
    expect(used.size).toBeGreaterThan(3);
    const unkeyed = await Promise.all(Array.from({ length: 40 }, () => newOrder(shop, 5)));
    expect(new Set(unkeyed.map(({ id }) => stripeOfOrder(id))).size).toBeGreaterThan(3);
  });

  test('also by isolates that do not know of the growth yet, before the others or after them', async () => {
    const shop = await newShop({ stripes: 2 });
    const old = await isolatesThatKnow(shop, 12);
    await grow(shop, 5);
    for (const [index, isolate] of old.entries()) {
      const [one, other] = index % 2 === 0 ? [isolate, call] : [call, isolate];
      const key = freshKey();
      const first = await order(shop, key, one);
      const again = await order(shop, key, other);
      expect([first.status, again.status]).toEqual([201, 200]);
      expect(again.body).toEqual(first.body);
    }
    expect(await ordersOf(shop)).toHaveLength(12 + old.length);
  });

  test('also while it grows, with the same key on several isolates at the same time', async () => {
    const shop = await newShop();
    const isolates = await isolatesThatKnow(shop, 3);
    const keys = Array.from({ length: 30 }, freshKey);
    const growing = (async () => {
      for (const stripes of [2, 5, 7]) expect((await grow(shop, stripes)).status).toBe(200);
    })();
    const answers = await Promise.all(
      keys.map(async (key, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 3));
        return Promise.all(isolates.map((isolate) => order(shop, key, isolate)));
      }),
    );
    await growing;
    for (const [index, same] of answers.entries()) {
      const again = await order(shop, keys[index]!, newIsolate());
      expect(again.status).toBe(200);
      for (const { body } of same) expect(body.code ?? body.id).toBe(again.body.id);
    }
    expect(await ordersOf(shop)).toHaveLength(30 + isolates.length);
  });
});

test('isolates that still remember the smaller account find, pay and count what is on the new stripes', async () => {
  const shop = await newShop();
  // One for each question: whoever met a new stripe has learned of it.
  const [reader, wallet, till, lister, refunder] = await isolatesThatKnow(shop, 5);
  await grow(shop, 16);
  const made = await Promise.all(Array.from({ length: 40 }, () => order(shop, freshKey())));
  const { id, qr } = made.map(({ body }) => body).find((body) => stripeOfOrder(body.id) !== 0);
  const path = `/v1/merchants/${shop.id}`;
  const once = () => ({ 'idempotency-key': freshKey() });
  const found = await reader!('GET', `${path}/orders/${id}`, { key: shop.key });
  expect(found.body).toMatchObject({ id, status: 'open' });
  const body = { payload: qr.payload };
  const pays = { key: issuer.key, body, headers: once() };
  const paid = await wallet!('POST', `/v1/accounts/${payer.account}/payments`, pays);
  expect(paid.body).toMatchObject({ status: 'completed' });
  const { body: merchant } = await till!('GET', path, { key: shop.key });
  expect(merchant.balance.amount).toBe(700);
  expect(await ordersOf(shop, lister)).toContain(id);
  const back = { key: shop.key, body: { amount: 300 }, headers: once() };
  const refund = await refunder!('POST', `${path}/payments/${paid.body.id}/refunds`, back);
  expect(refund.body).toMatchObject({ status: 'completed' });
});

/** A directory and a ledger that fail after so many calls: what an isolate leaves behind that dies there. */
function dyingAfter(calls: number): [Directory, Ledger] {
  let left = calls;
  const mortal = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(it, name) {
        const value = Reflect.get(it, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (left-- <= 0) throw new Error('the isolate died');
          const result = value.apply(it, args);
          return name === 'stripe' ? mortal(result) : result;
        };
      },
    });
  return [mortal(directory), mortal(ledger)];
}

describe('wherever growing breaks off', () => {
  test('orders and payments go on, and asking again finishes it', async () => {
    let deaths = 0;
    for (let finished = false; !finished; ) {
      const shop = await newShop({ stripes: 2 });
      const [before, key] = [await isolatesThatKnow(shop, 1), freshKey()];
      const [dyingDirectory, dyingLedger] = dyingAfter(deaths);
      finished = await growAccount(testAct, dyingDirectory, dyingLedger, booksInAll, shop.account, 4).then(
        () => true,
        () => false,
      );
      deaths += finished ? 0 : 1;
      const payload = await printed(shop);
      expect((await pay(issuer, payer, { payload, amount: 50 })).body.status).toBe('completed');
      const orders = [await order(shop, key), await order(shop, key, before[0])];
      expect(orders.map(({ status }) => status)).toEqual([201, 200]);
      await paidInFull(orders[0]!.body.qr.payload);
      expect((await grow(shop, 4)).status).toBe(200);
      expect((await order(shop, key)).status).toBe(200);
      const row = await directory.account(shop.account);
      expect(row).toMatchObject({ grownFrom: [2], version: 2 });
      for (const stripe of ledger.stripes(row!)) expect(await stripe.balance()).not.toBeNull();
      expect(await balanceOf(shop)).toBe(750);
    }
    expect(deaths).toBeGreaterThan(15);
    expect(await findings()).toEqual([]);
  });
});

describe('an account that has grown', () => {
  test('is one account still: balance, statement, export, trial balance and reports', async () => {
    const shop = await newShop();
    const began = new Date().toISOString();
    await pause();
    let sum = 0;
    for (const stripes of [1, 3, 7]) {
      await grow(shop, stripes);
      for (let count = 0; count < 8; count++) {
        const made = await order(shop, freshKey(), call, 100 + count);
        await paidInFull(made.body.qr.payload);
        sum += 100 + count;
      }
    }
    await takeOut(shop, sum - 100);
    sum = 100;
    await pause();
    const account = `/v1/accounts/${shop.account}`;
    expect(await balanceOf(shop)).toBe(sum);
    // Reading it once writes the settles of what was just held.
    const { body: statement } = await until(
      () => get(`${account}/statement`, adminKey),
      ({ body }) => body.closing.held === 0,
    );
    await pause();
    const balanceAt = async (at: string) =>
      (await get(`${account}/balance?at=${at}`, adminKey)).body.balance.amount;
    expect([await balanceAt(began), await balanceAt(new Date().toISOString())]).toEqual([0, sum]);
    const { entries, closing } = statement;
    let running = 0;
    for (const line of entries) {
      running += line.change;
      expect(line.balance).toBe(running);
    }
    expect([running, closing.balance]).toEqual([sum, sum]);
    expect(new Set(entries.map(({ stripe }: { stripe: number }) => stripe)).size).toBeGreaterThan(3);
    const { body } = await get(`${account}/export`, adminKey);
    const verified = verifyExport((body as string).trim().split('\n'));
    expect(verified).toMatchObject({ balance: BigInt(sum), problems: [] });
    expect((await get('/v1/centre/trial-balance', adminKey)).body.balanced).toBe(true);
    await rested();
    const report = async () =>
      (await get(`/v1/centre/reports/payments?merchant=${shop.id}&limit=100`, adminKey)).body.data;
    const before = await report();
    expect(before).toHaveLength(24);
    expect((await post('/v1/centre/reports/rebuild', adminKey, {})).body.status).toBe('finished');
    expect(await report()).toEqual(before);
    expect(await findings()).toEqual([]);
  });
});
