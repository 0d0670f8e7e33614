/** What the switch writes down about its work: enough to follow a request, nothing about a person. */
import { createExecutionContext } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Env, switchOf } from '../../src/app.ts';
import { idPrefixes, type LogLevel, newTransferId } from '../../src/kernel/index.ts';
import { linesOf } from '../support/console.ts';
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

const name = 'Айнура Токтогулова';
let issuer: Issuer;
let payer: Payer;
let shop: Shop;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer('Кошелёк Ала-Тоо');
  payer = await newPayer(issuer);
  shop = await newShop({ name });
});

// biome-ignore lint/suspicious/noExplicitAny: lines of any shape are what is being checked
const parsed = (lines: string[]): any[] => lines.map((line) => JSON.parse(line));

/** A request to a switch that writes at this level, as another isolate would answer it. */
const levels = new Map<LogLevel, Env>();
function ask(level: LogLevel, method: string, path: string, key?: string, body?: unknown): Promise<Response> {
  const env = levels.get(level) ?? { ...testEnv, TOLOM_LOG: level };
  levels.set(level, env);
  const request = new Request(`https://switch.test${path}`, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
      'idempotency-key': freshKey(),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return Promise.resolve(switchOf(env).fetch(request, createExecutionContext()));
}

describe('a request', () => {
  test('that succeeds costs no line, a payment least of all', async () => {
    const lines = await linesOf(async () => {
      const order = await newOrder(shop, 700);
      expect((await post('/v1/scans', issuer.key, { payload: order.qr.payload })).body.payable).toBe(true);
      const paid = await pay(issuer, payer, { payload: order.qr.payload });
      expect(paid.body.status).toBe('completed');
      await get(`/v1/accounts/${payer.account}/payments/${paid.body.id}`, issuer.key);
    });
    expect(lines).toEqual([]);
  });

  test('that is refused is one line: who, where, which refusal, and under which id it was answered', async () => {
    let id = '';
    const lines = await linesOf(async () => {
      const answer = await call('GET', `/v1/accounts/${shop.account}?x=1`, { key: issuer.key });
      id = answer.headers.get('x-request-id') ?? '';
    });
    expect(parsed(lines)).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        kind: 'request',
        what: 'request answered',
        request: id,
        route: 'GET /v1/accounts/{account}',
        status: 404,
        owner: issuer.id,
        key: expect.stringMatching(/^key_/),
        refusal: 'account.not_found',
        ms: expect.any(Number),
      },
    ]);
  });

  test('that makes a declined payment names the payment and why it was declined', async () => {
    const order = await newOrder(shop, 9_000_000);
    let payment = '';
    const lines = await linesOf(async () => {
      payment = (await pay(issuer, payer, { payload: order.qr.payload })).body.id;
    });
    expect(parsed(lines)).toMatchObject([
      {
        route: 'POST /v1/accounts/{account}/payments',
        status: 201,
        transfer: payment,
        refusal: 'payment.insufficient_funds',
      },
    ]);
  });

  test.each<[LogLevel, number[]]>([
    ['faults', []],
    ['refusals', [401, 404]],
    ['requests', [200, 401, 404]],
  ])('TOLOM_LOG=%s', async (level, statuses) => {
    const lines = await linesOf(async () => {
      await ask(level, 'GET', '/v1/accounts', issuer.key);
      await ask(level, 'GET', '/v1/accounts');
      await ask(level, 'GET', `/nothing/${payer.account}`);
    });
    expect(parsed(lines).map(({ status }) => status)).toEqual(statuses);
    expect(lines.join()).not.toContain(payer.account);
  });

  test('to a page is known by its pattern too', async () => {
    const lines = await linesOf(() => ask('requests', 'GET', '/docs/refusals'));
    expect(parsed(lines)).toMatchObject([{ route: 'GET /docs/refusals', status: 200 }]);
    const pay = await linesOf(() => ask('requests', 'GET', `/pay/ord_secret?merchant=${shop.id}`));
    expect(parsed(pay)).toMatchObject([{ route: 'GET /pay/:order', status: 404 }]);
  });

  test('a level nobody knows is refused at the start', () => {
    expect(() => switchOf({ ...testEnv, TOLOM_LOG: 'everything' })).toThrow('TOLOM_LOG must be one of');
  });
});

describe('a fault', () => {
  test('of a request is a line of its own with the same id', async () => {
    let id = '';
    const lines = await linesOf(async () => {
      await testEnv.DIRECTORY.prepare('ALTER TABLE operator RENAME TO gone').run();
      const answer = await post('/v1/centre/operators', adminKey, { email: 'a@b.kg', name, role: 'admin' });
      await testEnv.DIRECTORY.prepare('ALTER TABLE gone RENAME TO operator').run();
      id = answer.headers.get('x-request-id') ?? '';
    });
    const [fault, request] = parsed(lines);
    const route = 'POST /v1/centre/operators';
    expect(fault).toMatchObject({ kind: 'fault', what: 'request failed', request: id, route });
    expect(fault.fault).toContain('no such table');
    expect(request).toMatchObject({
      kind: 'request',
      request: id,
      route,
      status: 500,
      refusal: 'switch.error',
    });
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toMatch(/Айнура|a@b\.kg/);
  });

  test('of a queue’s consumer, a book or the schedule says which', async () => {
    const broken = { ...testEnv, REPORTS: undefined as unknown as D1Database };
    const message = { id: '1', timestamp: new Date(), attempts: 1, body: {}, ack() {}, retry() {} };
    const batch = { queue: 'staging-tolom-callbacks-dead', messages: [message], ackAll() {}, retryAll() {} };
    const lines = await linesOf(async () => {
      await expect(switchOf(broken).queue(batch as unknown as MessageBatch)).rejects.toThrow();
      await switchOf(broken).scheduled('* * * * *');
    });
    expect(parsed(lines).map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
      'fault: queue: callbacks-dead failed',
      'fault: schedule: pulse failed',
      'fault: schedule: sweep failed',
      'fault: schedule: waiting failed',
      'fault: schedule: resends failed',
      'fault: schedule: callbacks failed',
      'fault: schedule: events failed',
      'fault: schedule: alerts failed',
      'fault: schedule: rebuild failed',
      'fault: schedule: reconciliation failed',
      'fault: schedule: matching failed',
      'fault: schedule: days failed',
      'fault: schedule: schedules failed',
      'fault: schedule: reports failed',
    ]);
  });
});

test('no line holds a name, a key, an amount, a payload, a reference or an address', async () => {
  const secrets = [
    name,
    'Кошелёк',
    issuer.key,
    shop.key,
    adminKey,
    'W-ref-7',
    'R-ref-8',
    'a@b.kg',
    'too little salt',
  ];
  const lines = await linesOf(async () => {
    const order = await newOrder(shop, 1_234_500, { reference: 'R-ref-8', description: 'too little salt' });
    secrets.push(order.qr.payload, '1234500');
    const payments = `/v1/accounts/${payer.account}/payments`;
    const scan = { payload: order.qr.payload };
    for (const body of [{ ...scan, reference: 'W-ref-7' }, { payload: name }, { amount: name }, name]) {
      await ask('requests', 'POST', payments, issuer.key, body);
      await ask('requests', 'POST', '/v1/scans', issuer.key, body);
      await ask('requests', 'POST', `${payments}?reference=${name}`, shop.key, body);
    }
    await ask('requests', 'GET', `${payments}?reference=W-ref-7`, issuer.key);
    await ask(
      'requests',
      'GET',
      `/v1/merchants/${shop.id}/payments/${newTransferId('payment', 1, 1)}`,
      shop.key,
    );
    await ask('requests', 'POST', '/v1/centre/operators', adminKey, { email: 'a@b.kg', name, role: 'admin' });
    await ask('requests', 'GET', '/v1/accounts', `${issuer.key}x`);
    await ask('requests', 'GET', `/v1/${encodeURIComponent(name)}`, issuer.key);
  });
  const text = lines.join('\n');
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toContain(encodeURIComponent(name));
  expect(lines.length).toBeGreaterThan(10);
  const ids = new RegExp(`^(?:${Object.values(idPrefixes).join('|')})_[0-9a-z]+$|^centre$|^admin$`);
  for (const { at, kind, what, route, status, ms, refusal, ...rest } of parsed(lines)) {
    expect([at, kind, what, route, status, ms]).not.toContain(undefined);
    if (refusal !== undefined) expect(refusal).toMatch(/^[a-z_]+\.[a-z_]+$/);
    for (const [field, id] of Object.entries(rest)) {
      expect(['request', 'owner', 'key', 'transfer']).toContain(field);
      expect(id).toMatch(ids);
    }
  }
});
