/** What every request passes, seen from outside: problems, languages, ids, headers, idempotency, pages. */
import { exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Language, languages, refusalText } from '../../src/kernel/index.ts';
import { type Answer, adminKey, call, freshKey, get, migrate, post } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  type Payer,
  type Shop,
} from '../support/town.ts';

const worker = (exports as unknown as { default: Fetcher }).default;
let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let orders: string;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer);
  shop = await newShop();
  orders = `/v1/merchants/${shop.id}/orders`;
});

const wish = { amount: 100, currency: 'KGS' };

/** Every problem has the same form, whatever went wrong. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toMatchObject({
    type: `/docs/refusals#${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: expect.stringMatching(/^\//),
    code,
    reason: expect.stringMatching(/^[A-Z]{2}[A-Z0-9]{2}$/),
    actor: expect.stringMatching(/^(?:payer|issuer|merchant|switch)$/),
    retryable: expect.any(Boolean),
    request_id: answer.headers.get('x-request-id'),
  });
}

describe('a request that cannot be read', () => {
  test.each([
    ['nothing', ''],
    ['half an object', '{"amount":'],
    ['single quotes', "{'amount':1}"],
    ['a bare NaN', '{"amount":NaN}'],
    ['two objects', '{}{}'],
  ])('%s is 400', async (_, body) => {
    expectProblem(await call('POST', orders, { key: shop.key, body }), 400, 'request.malformed');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'text/json',
    'application/jsonx',
    'multipart/form-data; boundary=x',
  ])('%s is 415', async (type) => {
    const headers = { 'content-type': type };
    const answer = await call('POST', orders, { key: shop.key, body: wish, headers });
    expectProblem(answer, 415, 'request.unsupported_type');
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/vnd.x+json',
  ])('%s is read', async (type) => {
    const headers = { 'content-type': type };
    expect((await call('POST', orders, { key: shop.key, body: wish, headers })).status).toBe(201);
  });

  test('more than 64 KB is 413', async () => {
    const body = { ...wish, description: 'x'.repeat(65 * 1024) };
    expectProblem(await call('POST', orders, { key: shop.key, body }), 413, 'request.too_large');
  });

  test('an unknown address is 404, whatever the method', async () => {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
      expectProblem(await call(method, '/v1/nothing'), 404, 'request.unknown_route');
    }
    expectProblem(await get('/v1/accounts/', adminKey), 404, 'request.unknown_route');
  });

  test.each([
    ['PUT', '/v1/accounts', 'GET, HEAD, POST'],
    ['DELETE', '/v1/accounts', 'GET, HEAD, POST'],
    ['GET', '/v1/scans', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['GET', '/v1/centre/keys/key_1hq3v8k2m0abcdefgh01', 'DELETE'],
    ['OPTIONS', '/v1/scans', 'POST'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const answer = await call(method, path);
    expect(answer.headers.get('allow')).toBe(allow);
    expectProblem(answer, 405, 'request.method_not_allowed');
  });

  test('HEAD goes where GET goes', async () => {
    const head = (path: string) => worker.fetch(`https://switch.test${path}`, { method: 'HEAD' });
    expect((await head('/healthz')).status).toBe(200);
    expect((await head('/v1/scans')).status).toBe(405);
    expect(await (await head('/healthz')).text()).toBe('');
  });
});

describe('a value that is wrong is 422 and named', () => {
  const cases: [what: string, body: unknown, pointers: string[]][] = [
    ['no amount', { currency: 'KGS' }, ['/amount']],
    ['an amount in words', { ...wish, amount: '100' }, ['/amount']],
    ['a float', { ...wish, amount: 100.5 }, ['/amount']],
    ['a negative amount', { ...wish, amount: -1 }, ['/amount']],
    ['zero', { ...wish, amount: 0 }, ['/amount']],
    ['2^53', { ...wish, amount: 2 ** 53 }, ['/amount']],
    ['1e308', { ...wish, amount: 1e308 }, ['/amount']],
    ['null', { ...wish, amount: null }, ['/amount']],
    ['a list', { ...wish, amount: [1] }, ['/amount']],
    ['an unknown currency', { ...wish, currency: 'XXQ' }, ['/currency']],
    ['a numeric currency', { ...wish, currency: '417' }, ['/currency']],
    ['a currency in small letters', { ...wish, currency: 'kgs' }, ['/currency']],
    ['two at once', { amount: 0, currency: 'kgs' }, ['/amount', '/currency']],
    ['a till that is none', { ...wish, till: 'til_1' }, ['/till']],
    ['control characters', { ...wish, reference: 'a\u0000b' }, ['/reference']],
    ['only blanks', { ...wish, reference: '   ' }, ['/reference']],
    ['an unknown field', { ...wish, discount: 1 }, ['']],
    ['no object', [], ['']],
    ['null alone', null, ['']],
  ];

  test.each(cases)('%s', async (_, body, pointers) => {
    const answer = await call('POST', orders, { key: shop.key, body: JSON.stringify(body) });
    expectProblem(answer, 422, 'request.invalid');
    const named = new Set(answer.body.violations.map((one: { pointer: string }) => one.pointer));
    expect([...named].sort()).toEqual(pointers);
    for (const one of answer.body.violations) {
      expect(one).toEqual({ pointer: one.pointer, code: expect.any(String), message: expect.any(String) });
    }
  });

  test.each([
    ['an unknown query parameter', '/v1/accounts?colour=red', '/query'],
    ['a parameter given twice', '/v1/accounts?limit=1&limit=9', '/query/limit'],
    ['a limit of 0', '/v1/accounts?limit=0', '/query/limit'],
    ['a limit of 101', '/v1/accounts?limit=101', '/query/limit'],
    ['a limit in words', '/v1/accounts?limit=ten', '/query/limit'],
    ['a cursor that is no base64url', '/v1/accounts?cursor=***', '/query/cursor'],
    ['a cursor of nothing', '/v1/accounts?cursor=', '/query/cursor'],
    ['a cursor somebody made up', '/v1/accounts?cursor=bm90LWEtY3Vyc29y', '/query/cursor'],
    ['an id of another kind', '/v1/accounts/mch_1hq3v8k2m0abcdefgh01', '/params/account'],
    ['an id with a look-alike letter', '/v1/accounts/acc_1hq3v8k2m0abcdefghil', '/params/account'],
  ])('%s', async (_, path, pointer) => {
    const answer = await get(path, issuer.key);
    expectProblem(answer, 422, 'request.invalid');
    expect(answer.body.violations).toMatchObject([{ pointer }]);
  });

  test('of several forms, what the nearest miss is named', async () => {
    const body = { email: 'somebody@centre.kg', name: 'S', role: 'owner' };
    const answer = await post('/v1/centre/operators', adminKey, body);
    expectProblem(answer, 422, 'request.invalid');
    expect(answer.body.violations.map((one: { pointer: string }) => one.pointer)).toContain('/role');
  });

  test('a payment carries a handful of answers, not a request full of them', async () => {
    const order = await newOrder(shop, 100);
    const answers = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, '"'.repeat(99)]));
    const path = `/v1/accounts/${payer.account}/payments`;
    const body = (count: number) => ({ payload: order.qr.payload, answers: answers(count) });
    const tooMany = await post(path, issuer.key, body(17), freshKey());
    expect(tooMany).toMatchObject({ status: 422, body: { violations: [{ pointer: '/answers' }] } });
    const enough = await post(path, issuer.key, body(16), freshKey());
    expect(enough).toMatchObject({ status: 201, body: { status: 'completed', answers: answers(16) } });
  });

  test('what was sent is not repeated', async () => {
    const answer = await post(orders, shop.key, { ...wish, currency: '<script>alert(1)</script>' });
    expect(JSON.stringify(answer.body)).not.toContain('script');
  });
});

describe('languages', () => {
  const rows: [header: string, language: Language][] = [
    ...languages.map((language) => [language, language] as [string, Language]),
    ['', 'en'],
    ['*', 'en'],
    ['de', 'en'],
    ['ky-KG', 'ky'],
    ['zh-Hans-CN', 'zh'],
    ['RU', 'ru'],
    ['de, fr;q=0.9, th;q=0.1', 'th'],
    ['en;q=0.5, km;q=0.8', 'km'],
    ['ru;q=0, ky;q=0.1', 'ky'],
    ['ru;q=0', 'en'],
    ['ky;q=zzz, ru;q=0.2', 'ru'],
    ['de-AT;q=1, ru-KG;q=0.9, en;q=0.9', 'ru'],
    [',,;;q', 'en'],
  ];
  test.each(rows)('“%s” is answered in %s', async (header, language) => {
    const answer = await call('GET', '/v1/accounts', { headers: { 'accept-language': header } });
    expect(answer.body.detail).toBe(refusalText('auth.missing', language));
    expect(answer.body.title).toBe(refusalText('auth.missing', 'en'));
    expect(answer.headers.get('content-language')).toBe(language);
  });

  test('a declined payment says why in the payer’s language', async () => {
    const order = await newOrder(shop, 999_999_999);
    const headers = { 'accept-language': 'th-TH', 'idempotency-key': freshKey() };
    const body = { payload: order.qr.payload };
    const answer = await call('POST', `/v1/accounts/${payer.account}/payments`, {
      key: issuer.key,
      body,
      headers,
    });
    expect(answer.body).toMatchObject({
      status: 'declined',
      refusal: {
        code: 'payment.insufficient_funds',
        detail: refusalText('payment.insufficient_funds', 'th'),
      },
    });
  });
});

describe('ids and headers', () => {
  test('every answer has a request id, the caller’s own if it is harmless', async () => {
    const first = (await get('/healthz')).headers.get('x-request-id');
    const second = (await get('/healthz')).headers.get('x-request-id');
    expect(first).toMatch(/^req_[0-9a-z]{20}$/);
    expect(second).not.toBe(first);
    const own = await call('GET', '/v1/nothing', { headers: { 'x-request-id': 'till-7_1' } });
    expect(own.body.request_id).toBe('till-7_1');
    for (const bad of ['a b', '<x>', 'x'.repeat(256)]) {
      const answer = await call('GET', '/v1/nothing', { headers: { 'x-request-id': bad } });
      expect(answer.body.request_id).toMatch(/^req_/);
    }
  });

  test.each(['/healthz', '/v1/nothing', '/v1/accounts', '/openapi.json'])('%s is guarded', async (path) => {
    const { headers } = await get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    expect(headers.get('x-frame-options') ?? headers.get('content-security-policy')).toMatch(
      /SAMEORIGIN|frame-ancestors 'none'/,
    );
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test('what a caller may see is cached nowhere', async () => {
    expect((await get('/v1/accounts', issuer.key)).headers.get('cache-control')).toBe('no-store');
    const code = await get(`/v1/merchants/${shop.id}/qr.svg`);
    expect(code.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(code.headers.get('content-type')).toBe('image/svg+xml');
  });

  test('what to try again says when', async () => {
    const first = newOrder(shop, 100);
    expect((await first).status).toBe('open');
    const answer = await call('GET', '/v1/nothing');
    expect(answer.body.retryable).toBe(false);
    expect(answer.headers.get('retry-after')).toBeNull();
  });
});

describe('idempotency keys', () => {
  const topUps = () => `/v1/accounts/${payer.account}/top-ups`;

  test('are required where money moves', async () => {
    for (const headers of [{}, { 'idempotency-key': '' }]) {
      const answer = await call('POST', topUps(), { key: adminKey, body: wish, headers });
      expectProblem(answer, 400, 'idempotency.key_required');
    }
  });

  test('hold 255 characters, not 256', async () => {
    expect((await post(topUps(), adminKey, wish, 'k'.repeat(255))).status).toBe(201);
    const answer = await post(topUps(), adminKey, wish, 'k'.repeat(256));
    expectProblem(answer, 422, 'request.invalid');
    expect(answer.body.violations).toMatchObject([{ pointer: '/headers/idempotency-key' }]);
  });

  test('give the stored answer to a repeat, and say so', async () => {
    const key = freshKey();
    const first = await post(topUps(), adminKey, wish, key);
    const again = await post(topUps(), adminKey, wish, key);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('refuse another body', async () => {
    const key = freshKey();
    await post(topUps(), adminKey, wish, key);
    const answer = await post(topUps(), adminKey, { ...wish, amount: 101 }, key);
    expectProblem(answer, 422, 'idempotency.key_reused');
  });

  test('are the caller’s own: another issuer’s same key is another key', async () => {
    const key = freshKey();
    const other = await newIssuer();
    const theirs = await newPayer(other);
    const mine = await post(topUps(), issuer.key, wish, key);
    const answer = await post(`/v1/accounts/${theirs.account}/top-ups`, other.key, wish, key);
    expect([mine.status, answer.status]).toEqual([201, 201]);
    expect(answer.body.id).not.toBe(mine.body.id);
  });

  test('make an order once, on any of its merchant’s stripes', async () => {
    const wide = await newShop({ stripes: 5 });
    const path = `/v1/merchants/${wide.id}/orders`;
    const key = freshKey();
    const first = await post(path, wide.key, wish, key);
    const again = await post(path, wide.key, wish, key);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expectProblem(await post(path, wide.key, { ...wish, amount: 7 }, key), 422, 'idempotency.key_reused');
    expect((await get(path, wide.key)).body.data).toHaveLength(1);
  });
});

describe('lists', () => {
  test('go through all pages, newest first, without gaps or repeats', async () => {
    const own = await newShop({ stripes: 3 });
    const made: string[] = [];
    for (let index = 0; index < 7; index++) made.push((await newOrder(own, 100 + index)).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Answer = await get(
        `/v1/merchants/${own.id}/orders?limit=3${cursor && `&cursor=${cursor}`}`,
        own.key,
      );
      expect(page.body.data.length).toBeLessThanOrEqual(3);
      seen.push(...page.body.data.map((order: { id: string }) => order.id));
      cursor = page.body.next_cursor;
    }
    expect(seen).toEqual([...made].sort().reverse());
  });

  test('an account’s entries and payments too', async () => {
    const own = await newPayer(issuer, 10_000);
    for (let index = 0; index < 3; index++) {
      await post(`/v1/accounts/${own.account}/top-ups`, adminKey, wish, freshKey());
    }
    const sequences: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Answer = await get(
        `/v1/accounts/${own.account}/entries?limit=2${cursor && `&cursor=${cursor}`}`,
        issuer.key,
      );
      sequences.push(...page.body.data.map((entry: { sequence: number }) => entry.sequence));
      cursor = page.body.next_cursor;
    }
    expect(sequences).toEqual([4, 3, 2, 1]);
  });

  test('a cursor of a list of another kind is refused where numbers are counted', async () => {
    const { next_cursor } = (await get(`/v1/centre/keys?limit=1`, adminKey)).body;
    const answer = await get(`/v1/accounts/${payer.account}/entries?cursor=${next_cursor}`, issuer.key);
    expectProblem(answer, 422, 'request.invalid');
  });
});
