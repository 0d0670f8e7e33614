/** Nothing a caller sends makes the switch fail: for each route, each part of a request filled with rubbish. */
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import type { Who } from '../../src/directory/index.ts';
import { type Answer, adminKey, call, freshKey, get, migrate, post, testEnv } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

// biome-ignore lint/suspicious/noExplicitAny: the OpenAPI document
type Json = any;
const endpoints = switchOf(testEnv).endpoints;

const texts = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'null',
  'undefined',
  "' OR 1=1 --",
  '"; DROP TABLE api_key; --',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '%',
  '%ff%fe',
  '\u0000',
  '\ud800',
  '\u202e\u200b\ufeff',
  'ก็ខ្មែរ支付төлөм',
  '👩‍👩‍👧‍👦'.repeat(8),
  '{{7*7}}<%= 7*7 %>#{7*7}',
  '<img src=x onerror=alert(1)>',
  '__proto__',
  'constructor',
  'a'.repeat(5_000),
  '0000-01-01',
  '0000-01-01T00:00:00Z',
  '9999-12-31',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30',
];
const values: unknown[] = [
  ...texts,
  null,
  true,
  0,
  -1,
  1,
  1.5,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 63),
  1e308,
  [],
  {},
  [[[[[]]]]],
  { __proto__: null, toString: 1, constructor: 1 },
  Array.from({ length: 500 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 'v'])),
];

// What would tell an attacker how the switch is made.
const leaks = /SQLITE|D1_ERROR|drizzle|\bat \S+ \(|node_modules|\.ts:\d|TypeError|stack|SELECT |INSERT /;

function expectHarmless(answer: Answer, what: string): void {
  expect(answer.status, what).toBeLessThan(500);
  expect(JSON.stringify(answer.body), what).not.toMatch(leaks);
}

let document: Json;
let ids: Record<string, string>;
const keys: Partial<Record<Who, string>> = { 'staff:admin': adminKey };

beforeAll(async () => {
  await migrate();
  document = (await get('/openapi.json')).body;
  const issuer = await newIssuer();
  const shop = await newShop();
  const payer = await newPayer(issuer);
  const order = await newOrder(shop, 1_000);
  const payment = await pay(issuer, payer, { payload: order.qr.payload });
  keys.issuer = issuer.key;
  keys['merchant:owner'] = shop.key;
  const store = await post(`/v1/centre/merchants/${shop.id}/stores`, adminKey, { name: 'S' });
  ids = {
    account: payer.account,
    merchant: shop.id,
    order: order.id,
    payment: payment.body.id,
    store: store.body.id,
    endpoint: 'cbe_1hq3v8k2m0abcdefgh01',
    key: 'key_1hq3v8k2m0abcdefgh01',
  };
});

const keyFor = (access: readonly Who[] | 'public') =>
  access === 'public' ? undefined : access.map((who) => keys[who]).find((key) => key !== undefined);
const fill = (path: string, other: Record<string, string> = {}) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => other[name] ?? ids[name] ?? name);

/** A schema's own field names, through references and alternatives. */
function fieldsOf(schema: Json): string[] {
  if (schema.$ref) return fieldsOf(document.components.schemas[schema.$ref.split('/').at(-1)]);
  const inner = [...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.oneOf ?? [])];
  return [...new Set([...Object.keys(schema.properties ?? {}), ...inner.flatMap(fieldsOf)])];
}

/** Right values by field name, so that rubbish in one field is reached. */
const right: Record<string, unknown> = {
  amount: 100,
  currency: 'KGS',
  name: 'N',
  role: 'issuer',
  country: 'KG',
  city: 'Osh',
  category_code: '5411',
  url: 'https://receiver.example/',
  email: 'n@n.kg',
  payload: 'x',
};

describe.each(
  endpoints.map(
    ({ method, path, access }) => [`${method.toUpperCase()} ${path}`, method, path, access] as const,
  ),
)('%s', (_, declared, path, access) => {
  const method = declared.toUpperCase();
  const send = (target: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(method, target, {
      key: keyFor(access),
      ...(method === 'POST' && { body: body === undefined ? {} : JSON.stringify(body) }),
      headers: { 'idempotency-key': freshKey(), ...headers },
    });
  const operation = () => document.paths[path][declared];

  if (path.includes('{'))
    test('rubbish in the path', async () => {
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
        for (const text of texts) {
          for (const part of [encodeURIComponent(text.toWellFormed()), text.replace(/[?#\ud800]/g, '')]) {
            const answer = await send(fill(path, { [name!]: part }));
            expectHarmless(answer, `${name}=${JSON.stringify(text)}`);
            // An empty part or `..` is another address; whatever it is, it is nobody's object.
            if (part !== '' && !part.includes('..'))
              expect(answer.status, `${name}=${JSON.stringify(text)}`).toBeGreaterThanOrEqual(400);
          }
        }
      }
    });

  test('rubbish in the query', async () => {
    const parameters: Json[] = operation().parameters ?? [];
    const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name as string);
    for (const name of [...names, 'unknown']) {
      for (const text of texts) {
        const value = `${encodeURIComponent(name)}=${encodeURIComponent(text.toWellFormed())}`;
        expectHarmless(await send(`${fill(path)}?${value}`), value);
      }
    }
  });

  if (method === 'POST')
    test('rubbish in the body', async () => {
      const schema = operation().requestBody?.content['application/json'].schema ?? {};
      const fields = fieldsOf(schema);
      const base = Object.fromEntries(
        fields.flatMap((field) => (field in right ? [[field, right[field]]] : [])),
      );
      for (const value of values) {
        expectHarmless(await send(fill(path), value), JSON.stringify(value));
        for (const field of [...fields, 'unknown']) {
          const what = `${field}=${JSON.stringify(value)?.slice(0, 60)}`;
          expectHarmless(await send(fill(path), { ...base, [field]: value }), what);
        }
      }
    });

  test('rubbish in the headers', async () => {
    for (const text of ['\u00ff', ',;q=,;', 'a'.repeat(4_000), "' OR 1=1", '{}']) {
      for (const name of ['accept-language', 'idempotency-key', 'x-request-id', 'accept', 'content-type']) {
        expectHarmless(await send(fill(path), {}, { [name]: text }), `${name}: ${text}`);
      }
    }
  });
});

test('after all that the books balance and the directory stands', async () => {
  expect((await get('/v1/centre/trial-balance', adminKey)).body).toMatchObject({ balanced: true });
  expect((await get('/healthz')).body).toEqual({ status: 'ok' });
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
        const { api_key: key } = (await post('/v1/centre/keys', adminKey, { owner: merchant.body.id })).body;
        expect((await get(`/v1/merchants/${merchant.body.id}`, key)).status).toBe(200);
        expect((await get(`/v1/merchants/${merchant.body.id}/qr.svg`)).status).toBe(200);
        const order = await post(`/v1/merchants/${merchant.body.id}/orders`, key, { amount: 100, currency });
        expect(order.status).toBe(201);
        const issuer = keys.issuer!;
        const scan = await post('/v1/scans', issuer, { payload: order.body.qr.payload });
        expect(scan.body).toMatchObject({ payable: true, merchant: { id: merchant.body.id } });
      },
    );
  }
});
