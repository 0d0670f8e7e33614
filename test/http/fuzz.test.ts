/**
 * Nothing a caller sends makes the switch fail or tell what it should not. Driven by its own OpenAPI document, so
 * that no route and no field can be forgotten. `npm run fuzz -- --seeds N` does it again with other rubbish.
 */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomOf } from '../../scripts/chaos/random.ts';
import { switchOf } from '../../src/app.ts';
import { refusals } from '../../src/kernel/index.ts';
import { newMissing } from '../support/partner-file.ts';
import { type Odd, oddRequests, operationsOf } from '../support/rubbish.ts';
import { type Answer, adminKey, call, get, migrate, post, testEnv } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

const { TEST_FUZZ_SEED: firstSeed, TEST_FUZZ_SEEDS: seeds } = env as unknown as Record<string, string>;
// Two kinds of rubbish for each field make a few thousand requests.
const perField = 2;

// biome-ignore lint/suspicious/noExplicitAny: the OpenAPI document
const document: any = (await get('/openapi.json')).body;
// What ends something ends it for those that follow.
const isLast = ({ method, path }: { method: string; path: string }) =>
  method === 'DELETE' || /\/(?:suspend|close|freeze|trust|rate|expire|disable)$/.test(path);
const operations = operationsOf(document).sort((left, right) => Number(isLast(left)) - Number(isLast(right)));

// What would tell an attacker how the switch is made. An id may spell `stack`, but not as a word.
const leaks =
  /SQLITE|D1_ERROR|drizzle|\bat \S+ \(|node_modules|\.ts:\d|TypeError|ReferenceError|\bstack\b|SELECT |INSERT /;

const keys: Record<string, string> = { 'staff:admin': adminKey };
/** Ids and keys that no caller but staff may come to see. */
let theirs: string[];
let ids: Record<string, string>;
/** Among them a code that can be paid. */
let known: Record<string, unknown>;

beforeAll(migrate);

/** Two towns: one to send rubbish to and from, and one that must not show. */
async function newTowns(): Promise<void> {
  const party = async () => {
    const issuer = await newIssuer();
    const shop = await newShop();
    const payer = await newPayer(issuer);
    const order = await newOrder(shop, 1_000);
    const payment = await pay(issuer, payer, { payload: order.qr.payload });
    const stores = `/v1/centre/merchants/${shop.id}/stores`;
    const store = (await post(stores, adminKey, { name: 'S' })).body.id;
    const till = (await post(`${stores}/${store}/tills`, adminKey, { name: 'T' })).body.id;
    const target = { url: 'https://receiver.example/' };
    const endpoint = (await post('/v1/callback-endpoints', shop.key, target)).body.id;
    return { issuer, shop, payer, order, payment, store, till, endpoint };
  };
  const [mine, other] = [await party(), await party()];
  const acquirer = { name: 'A', role: 'acquirer', country: 'KG' };
  const { id } = (await post('/v1/centre/participants', adminKey, acquirer)).body;
  keys.acquirer = (await post('/v1/centre/keys', adminKey, { owner: id })).body.api_key;
  keys.issuer = mine.issuer.key;
  keys['merchant:owner'] = mine.shop.key;
  ids = {
    acc: mine.payer.account,
    mch: mine.shop.id,
    par: mine.issuer.id,
    ord: mine.order.id,
    pay: mine.payment.body.id,
    sto: mine.store,
    til: mine.till,
    cbe: mine.endpoint,
    ...(await ofTheCentre(mine.issuer.id)),
  };
  const { qr } = (await get(`/v1/merchants/${mine.shop.id}`, mine.shop.key)).body;
  known = { payload: qr.payload, amount: 100, url: 'https://receiver.example/', email: 'n@n.kg' };
  theirs = [other.issuer.id, other.issuer.key, other.shop.id, other.shop.account, other.shop.key];
  theirs.push(other.payer.account, other.order.id, other.payment.body.id, other.endpoint);
}

/** What staff look after: of each kind one that there is. */
async function ofTheCentre(participant: string): Promise<Record<string, string>> {
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await post(path, adminKey, body);
    expect(answer.status, path).toBe(201);
    return answer.body.id;
  };
  const daily = { report: 'payments', format: 'csv', every: 'day', at: '06:30', time_zone: 'Asia/Bishkek' };
  const person = { email: `clerk-${crypto.randomUUID()}@centre.kg`, name: 'C', role: 'officer' };
  const opr = await made('/v1/centre/operators', person);
  const { file, difference, format } = await newMissing();
  return {
    opr,
    rpj: await made('/v1/centre/report-jobs', { report: 'payments', format: 'csv' }),
    rps: await made('/v1/centre/report-schedules', { name: 'Daily', ...daily }),
    key: await made('/v1/centre/keys', { owner: opr }),
    con: await made('/v1/centre/connections', { participant, adapter: 'sandbox' }),
    ...{ pfl: file, dif: difference, ffm: format },
  };
}

function expectHarmless(answer: Answer, odd: Odd, what: string, key: string | undefined): void {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  expect(answer.status, what).toBeLessThan(500);
  expect(text, what).not.toMatch(leaks);
  expect(text, what).not.toContain(testEnv.TOLOM_SECRET);
  expect(text, what).not.toContain(adminKey);
  expect(answer.headers.get('x-injected'), what).toBeNull();
  if (key !== adminKey) for (const secret of theirs) expect(text, what).not.toContain(secret);
  if (answer.status < 400 || odd.method === 'HEAD') return;
  expect(answer.headers.get('content-type'), what).toMatch(/^application\/problem\+json/);
  expect(answer.body.status, what).toBe(answer.status);
  expect(Object.keys(refusals), what).toContain(answer.body.code);
}

describe.each(Array.from({ length: Number(seeds) }, (_, index) => Number(firstSeed) + index))(
  'seed %i',
  (seed) => {
    beforeAll(newTowns);

    test.each(operations.map((one) => [`${one.method} ${one.path}`, one] as const))(
      '%s',
      async (name, operation) => {
        const random = randomOf(seed ^ [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
        const mayCall = operation.roles.map((role) => keys[role]).filter((key) => key !== undefined);
        for (const odd of oddRequests(operation, { document, random, ids, known, perField })) {
          const key = mayCall.length > 0 ? random.pick(mayCall) : undefined;
          const { method, path, body, what } = odd;
          const headers = {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...odd.headers,
          };
          const answer = await call(method, path, { key, headers, ...(body !== undefined && { body }) });
          expectHarmless(answer, odd, `seed ${seed}, ${method} ${path}: ${what}`, key);
        }
      },
    );
  },
);

test('pages and addresses that are none are as harmless', async () => {
  const random = randomOf(Number(firstSeed));
  for (const path of [
    '/',
    '/docs',
    '/docs/refusals',
    '/pay/x',
    '/pay/x/status',
    '/v1',
    '/nothing',
    '//',
    '/v1//x',
  ]) {
    const page = { method: 'GET', path, roles: [], declared: {} };
    for (const odd of oddRequests(page, { document, random, ids: {}, known: {}, perField })) {
      const { body, ...rest } = odd;
      const answer = await call(rest.method, rest.path, {
        headers: rest.headers,
        ...(body !== undefined && { body }),
      });
      expect(answer.status, `${rest.method} ${rest.path}: ${rest.what}`).toBeLessThan(500);
      expect(String(answer.body), rest.what).not.toMatch(leaks);
    }
  }
});

test('no route is missing, and hundreds of fields are reached', () => {
  const declared = switchOf(testEnv).endpoints.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(declared.sort());
  const random = randomOf(1);
  const all = operations.flatMap((one) =>
    oddRequests(one, { document, random, ids: {}, known: {}, perField }),
  );
  expect(all.length).toBeGreaterThan(1_500);
  expect(all.length).toBeLessThan(6_000);
  console.info(`${all.length} requests a seed`);
});

test.each<[string, Partial<Answer>]>([
  ['fails', { status: 500 }],
  [
    'tells how it is made',
    { body: { status: 404, code: 'auth.missing', explanation: 'D1_ERROR: no such table' } },
  ],
  ['tells the administrator’s key', { body: { status: 404, code: 'auth.missing', key: adminKey } }],
  ['is no problem document', { headers: new Headers({ 'content-type': 'text/html' }) }],
  ['has a code of its own', { body: { status: 404, code: 'oops' } }],
])('an answer that %s is found', (_, bad) => {
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  const good = { status: 404, headers, body: { status: 404, code: 'auth.missing' } } as Answer;
  const odd: Odd = { method: 'GET', path: '/', headers: {}, what: '' };
  expectHarmless(good, odd, '', adminKey);
  expect(() => expectHarmless({ ...good, ...bad } as Answer, odd, '', adminKey)).toThrow();
});

test('after all that the books balance, the directory stands, and no prototype has changed', async () => {
  expect((await get('/v1/centre/trial-balance', adminKey)).body).toMatchObject({ balanced: true });
  expect((await get('/healthz')).body).toEqual({ status: 'ok' });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe('amounts at their limits', () => {
  test.each([
    ['KGS', 2 ** 53 - 1],
    ['KGS', 10 ** 13],
    ['USD', 2 ** 53 - 1],
    ['USD', 10 ** 13],
    ['KWD', 10 ** 13],
    ['JPY', 2 ** 53 - 1],
  ])('an order of %s %i minor units is made or refused, never a failure', async (currency, amount) => {
    const shop = await newShop({ currency });
    const answer = await post(`/v1/merchants/${shop.id}/orders`, shop.key, { amount, currency });
    expect([201, 422]).toContain(answer.status);
    if (answer.status === 201) expect(answer.body.amount).toEqual({ amount, currency });
  });
});

describe('names at their limits', () => {
  const names = [
    'ก'.repeat(25),
    'ខ្មែរខ្មែរខ្មែរខ្មែរខ្មែរ',
    '支付宝'.repeat(8),
    'Ы'.repeat(25),
    '👩‍👩‍👧‍👦👩‍👩‍👧‍👦',
    '\ud800',
    'a\u202eb',
    '&<>"\'',
  ];
  for (const currency of ['KGS', 'THB', 'KHR']) {
    test.each(names)(
      `a ${currency} merchant called %j is refused, or has a code and orders`,
      async (name) => {
        const body = { name, city: 'Bishkek', country: 'KG', category_code: '5411', currency };
        const merchant = await post('/v1/centre/merchants', adminKey, body);
        expect([201, 422]).toContain(merchant.status);
        if (merchant.status === 422) return;
        const { api_key: key } = (
          await post('/v1/centre/keys', adminKey, { owner: merchant.body.id, role: 'owner' })
        ).body;
        expect((await get(`/v1/merchants/${merchant.body.id}`, key)).status).toBe(200);
        expect((await get(`/v1/merchants/${merchant.body.id}/qr.svg`)).status).toBe(200);
        const order = await post(`/v1/merchants/${merchant.body.id}/orders`, key, { amount: 100, currency });
        expect(order.status).toBe(201);
        const { key: issuer } = await newIssuer();
        const scan = await post('/v1/scans', issuer, { payload: order.body.qr.payload });
        expect(scan.body).toMatchObject({ payable: true, merchant: { id: merchant.body.id } });
      },
    );
  }
});
