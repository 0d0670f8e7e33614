/** Limits: how often, how large, how deep, how slow; and that what is refused for it says so. */
import { createExecutionContext } from 'cloudflare:test';
import { z } from '@hono/zod-openapi';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { directoryOf } from '../../src/directory/index.ts';
import { type Shell, shell } from '../../src/http/index.ts';
import { ok, readConfig } from '../../src/kernel/index.ts';
import { nonceStore } from '../../src/nonces/index.ts';
import { newSigner, signedHeaders } from '../support/signing.ts';
import { adminKey, migrate, nobodyWaits, post, testEnv } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, type Shop } from '../support/town.ts';

let issuer: Issuer;
let shop: Shop;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop();
});
// The clock stands still unless a test moves it: nothing is paid down by a slow machine.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** A switch of its own with low limits, over the same databases. */
function limitedSwitch(limits: string, env: object = {}) {
  const { fetch } = switchOf({ ...testEnv, TOLOM_LIMITS: limits, ...env });
  return async (path: string, key: string | undefined, init: RequestInit & { cf?: object } = {}) => {
    const headers = { ...(key && { authorization: `Bearer ${key}` }), ...(init.headers as object) };
    const request = new Request(`https://switch.test${path}`, { ...init, headers }) as Request;
    const response = await fetch(request, createExecutionContext());
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers freely
    const body = (text.startsWith('{') ? JSON.parse(text) : text) as any;
    return { status: response.status, headers: response.headers, body };
  };
}

/** Statuses of so many requests, one after the other. */
async function statuses(count: number, ask: () => Promise<{ status: number }>): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await ask()).status);
  return seen;
}
const times = (count: number, status: number) => Array<number>(count).fill(status);

describe('a key', () => {
  test('has ten seconds’ worth at once, then as many a second as it may', async () => {
    const ask = limitedSwitch('participant=2');
    const list = () => ask('/v1/accounts', issuer.key);
    expect(await statuses(21, list)).toEqual([...times(20, 200), 429]);
    pass(499);
    expect((await list()).status).toBe(429);
    pass(1);
    expect(await statuses(2, list)).toEqual([200, 429]);
    pass(60_000);
    expect(await statuses(21, list)).toEqual([...times(20, 200), 429]);
  });

  test('is not locked out by a clock that is set back', async () => {
    const ask = limitedSwitch('participant=2');
    pass(3_600_000);
    await statuses(20, () => ask('/v1/accounts', issuer.key));
    pass(-3_600_000);
    expect((await ask('/v1/accounts', issuer.key)).status).toBe(200);
  });

  test('beyond its limit is told when to come back', async () => {
    const ask = limitedSwitch('participant=1');
    await statuses(10, () => ask('/v1/accounts', issuer.key));
    const refused = await ask('/v1/accounts', issuer.key);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate.exceeded', retryable: true } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  test('is counted alone: another of the same owner has its own', async () => {
    const ask = limitedSwitch('participant=1');
    const { api_key: other } = (await post('/v1/centre/keys', adminKey, { owner: issuer.id })).body;
    await statuses(11, () => ask('/v1/accounts', issuer.key));
    expect((await ask('/v1/accounts', issuer.key)).status).toBe(429);
    expect((await ask('/v1/accounts', other)).status).toBe(200);
  });

  test('is counted whatever it asks for, and whether it may', async () => {
    const ask = limitedSwitch('register=1');
    const paths = ['/v1/centre/participants', `/v1/merchants/${shop.id}`];
    let turn = 0;
    const seen = await statuses(11, () => ask(paths[turn++ % 2]!, shop.key));
    expect(seen).toEqual([403, 200, 403, 200, 403, 200, 403, 200, 403, 200, 429]);
  });

  test.each([
    ['participant=1', () => issuer.key, '/v1/accounts'],
    ['register=1', () => shop.key, `/v1/merchants`],
    ['staff=1', () => adminKey, '/v1/centre/keys'],
  ])('%s', async (limit, key, path) => {
    const ask = limitedSwitch(limit);
    const target = path === '/v1/merchants' ? `${path}/${shop.id}` : path;
    expect(await statuses(11, () => ask(target, key()))).toEqual([...times(10, 200), 429]);
  });

  test('that signs is counted too', async () => {
    const signer = await newSigner(issuer.id);
    const ask = limitedSwitch('participant=1');
    const headers = await signedHeaders(signer, 'GET', '/v1/accounts');
    const seen = await statuses(11, () => ask('/v1/accounts', undefined, { headers }));
    expect(seen).toEqual([...times(10, 200), 429]);
  });

  test('of a participant with its own limit has that', async () => {
    const { id, key } = await newIssuer();
    const rate = (perSecond: number | null) =>
      post(`/v1/centre/participants/${id}/rate`, adminKey, { requests_per_second: perSecond });
    expect((await rate(3)).body).toMatchObject({ participant: id, requests_per_second: 3 });
    const ask = limitedSwitch('participant=1');
    expect(await statuses(31, () => ask('/v1/accounts', key))).toEqual([...times(30, 200), 429]);
    expect((await rate(null)).body).toMatchObject({ requests_per_second: null });
    expect((await rate(0)).status).toBe(422);
  });
});

describe('who waits', () => {
  test('asks for one thing once a second', async () => {
    const ask = limitedSwitch('poll=1');
    const [one, other] = [await newOrder(shop, 100), await newOrder(shop, 100)];
    const poll = (id: string) => ask(`/v1/merchants/${shop.id}/orders/${id}`, shop.key);
    expect(await statuses(11, () => poll(one.id))).toEqual([...times(10, 200), 429]);
    expect((await poll(one.id)).body).toMatchObject({
      code: 'rate.exceeded',
      explanation: expect.any(String),
    });
    expect((await poll(other.id)).status).toBe(200);
    pass(1_000);
    expect(await statuses(2, () => poll(one.id))).toEqual([200, 429]);
  });

  test('is not counted by what is no path of ours', async () => {
    const ask = limitedSwitch('poll=1');
    const path = `/v1/merchants/${shop.id}/orders/${'x'.repeat(4_000)}`;
    expect(await statuses(12, () => ask(path, shop.key))).toEqual(times(12, 422));
  });

  test('asks for payments at the same pace', async () => {
    const ask = limitedSwitch('poll=1');
    const payer = await newPayer(issuer);
    const path = `/v1/accounts/${payer.account}/payments/pay_${'0'.repeat(24)}`;
    expect(await statuses(11, () => ask(path, issuer.key))).toEqual([...times(10, 404), 429]);
  });
});

describe('an address', () => {
  const wrong = () => `tolom_par_${crypto.randomUUID().replaceAll('-', '')}`;
  const from = (address: string) => ({ cf: { clientIp: address } });

  test('from which requests fail is not looked up for any more, until it has cooled down', async () => {
    const ask = limitedSwitch('failure=1');
    const fail = () => ask('/v1/accounts', wrong(), from('203.0.113.7:50123'));
    expect(await statuses(11, fail)).toEqual([...times(10, 401), 429]);
    expect((await ask('/v1/accounts', wrong(), from('203.0.113.8:50123'))).status).toBe(401);
    pass(1_000);
    expect(await statuses(2, fail)).toEqual([401, 429]);
  });

  test('shared with honest callers keeps those that are known', async () => {
    const ask = limitedSwitch('failure=1');
    const shared = from('203.0.113.9:1');
    expect((await ask('/v1/accounts', issuer.key, shared)).status).toBe(200);
    await statuses(11, () => ask('/v1/accounts', wrong(), shared));
    // Its place in the cache has grown old by now, and still counts.
    pass(60_000);
    await statuses(20, () => ask('/v1/accounts', wrong(), shared));
    expect((await ask('/v1/accounts', wrong(), shared)).status).toBe(429);
    expect((await ask('/v1/accounts', issuer.key, shared)).status).toBe(200);
  });

  test('that signs with unknown keys is counted too', async () => {
    const ask = limitedSwitch('failure=1');
    const fail = async () => {
      const keyId = `sgk_${'0'.repeat(9)}${crypto
        .randomUUID()
        .replaceAll(/[^0-9a-f]/g, '')
        .slice(0, 11)}`;
      const signer = { keyId, privateKey: (await newSigner(issuer.id)).privateKey };
      const headers = await signedHeaders(signer, 'GET', '/v1/accounts');
      return ask('/v1/accounts', undefined, { headers, ...from('203.0.113.10:1') });
    };
    const seen: number[] = [];
    for (let index = 0; index < 9; index++) {
      seen.push((await ask('/v1/accounts', wrong(), from('203.0.113.10:1'))).status);
    }
    expect([...seen, (await fail()).status, (await fail()).status]).toEqual([...times(10, 401), 429]);
  });

  test.each([
    ['Cloudflare’s word', {}, { colo: 'FRU' }, (ip: string) => ({ 'cf-connecting-ip': ip }), true],
    ['no word of Cloudflare’s from elsewhere', {}, {}, (ip: string) => ({ 'cf-connecting-ip': ip }), false],
    ['a header nobody named', {}, {}, (ip: string) => ({ 'x-forwarded-for': ip }), false],
    [
      'the named proxy’s word',
      { TOLOM_ADDRESS_HEADER: 'x-forwarded-for' },
      {},
      (ip: string) => ({ 'x-forwarded-for': `6.6.6.6, ${ip}` }),
      true,
    ],
    [
      'the network of an IPv6 address',
      { TOLOM_ADDRESS_HEADER: 'x-real-ip' },
      {},
      (ip: string) => ({ 'x-real-ip': `2001:db8:0:${ip.split('.').at(-1)}::1` }),
      true,
    ],
  ])('is told apart by %s: %#', async (_, env, cf, header, apart) => {
    const ask = limitedSwitch('failure=1', env);
    const fail = (ip: string) => ask('/v1/accounts', wrong(), { cf, headers: header(ip) });
    await statuses(10, () => fail('198.51.100.1'));
    expect((await fail('198.51.100.1')).status).toBe(429);
    expect((await fail('198.51.100.2')).status).toBe(apart ? 401 : 429);
  });

  test('of an IPv6 caller is its whole network, however it is written', async () => {
    const ask = limitedSwitch('failure=1');
    const written = ['[2001:db8::1]:1', '[2001:db8:0:0:ffff::2]:2', '[2001:db8:0:0:1:2:3:4]:3'];
    let turn = 0;
    await statuses(10, () => ask('/v1/accounts', wrong(), from(written[turn++ % 3]!)));
    for (const address of written) {
      expect((await ask('/v1/accounts', wrong(), from(address))).status).toBe(429);
    }
    expect((await ask('/v1/accounts', wrong(), from('[2001:db8:0:1::1]:1'))).status).toBe(401);
  });

  test('without any key is told so as often as it asks: that costs nothing', async () => {
    const ask = limitedSwitch('failure=1');
    expect(await statuses(12, () => ask('/v1/accounts', undefined))).toEqual(times(12, 401));
  });
});

describe('TOLOM_LIMITS', () => {
  const limits = (text?: string) => readConfig({ ...testEnv, TOLOM_LIMITS: text! }).limits;

  test('changes what it names and nothing else', () => {
    const usual = { participant: 1_000, register: 100, staff: 200, failure: 20, poll: 1, guess: 1 };
    expect(limits('')).toEqual(usual);
    expect(limits('poll=2, staff=50')).toEqual({ ...usual, poll: 2, staff: 50 });
  });

  test.each([
    'staff',
    'staff=',
    'staff=0',
    'staff=-1',
    'staff=1.5',
    'people=3',
    'constructor=3',
    'staff=1;poll=2',
  ])('%j stops the switch from starting', (text) => {
    expect(() => limits(text)).toThrow('TOLOM_LIMITS');
  });
});

describe('a request', () => {
  let own: Shell;
  beforeAll(() => {
    own = shell(readConfig(testEnv), directoryOf(testEnv.DIRECTORY), nonceStore(testEnv.NONCES), nobodyWaits);
    own.endpoint(
      {
        method: 'post',
        path: '/things',
        tag: 'Test',
        summary: 'Test',
        access: ['staff:admin'],
        body: z.any(),
        answers: z.any(),
      },
      async ({ body }) => ok({ length: JSON.stringify(body).length }),
    );
  });
  const send = async (body: BodyInit, headers: Record<string, string> = {}) => {
    const request = new Request('https://switch.test/things', {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json', ...headers },
      body,
    });
    const answer = await own.fetch(request, createExecutionContext());
    return { status: answer.status, body: (await answer.json()) as { code?: string } };
  };
  const streamed = (chunks: number, chunkLength: number, end = true) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let index = 0; index < chunks; index++)
          controller.enqueue(new Uint8Array(chunkLength).fill(0x31));
        if (end) controller.close();
      },
    });

  test.each([
    ['64 KiB', 65_536, 200],
    ['a byte more', 65_537, 413],
  ])('of %s', async (_, length, status) => {
    const text = '1'.repeat(length);
    expect((await send(text, { 'content-length': String(length) })).status).toBe(status);
    expect((await send(streamed(1, length))).status).toBe(status);
    const chunked = streamed(Math.ceil(length / 4_096), 4_096);
    expect((await send(chunked)).status).toBe(length === 65_536 ? 200 : 413);
  });

  test('whose body does not come is refused after ten seconds', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = send(streamed(1, 10, false));
    let answered = false;
    void answer.then(() => {
      answered = true;
    });
    // The key is looked up first: the timer is there when the body is being waited for.
    while (vi.getTimerCount() === 0) await scheduler.wait(1);
    vi.advanceTimersByTime(9_999);
    await scheduler.wait(1);
    expect(answered).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await answer).toMatchObject({ status: 408, body: { code: 'request.too_slow' } });
  });

  test('that came in time leaves no timer behind', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    expect((await send('{}')).status).toBe(200);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['32 deep', `${'['.repeat(32)}${']'.repeat(32)}`, 200],
    ['33 deep', `${'['.repeat(33)}${']'.repeat(33)}`, 400],
    ['33 deep in objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 400],
    ['50 wide', `[${'[],'.repeat(50)}{}]`, 200],
    ['brackets in texts', JSON.stringify({ a: '[{'.repeat(99), b: '"\\[[['.repeat(40) }), 200],
    ['endless', '['.repeat(60_000), 400],
    ['an endless text', `"${'['.repeat(60_000)}`, 400],
  ])('%s', async (_, text, status) => {
    const answer = await send(text);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.code).toBe('request.malformed');
  });

  test('to an address without end is refused, known or not', async () => {
    const long = `?x=${'y'.repeat(8_192)}`;
    for (const path of ['/v1/accounts', '/nothing', '/']) {
      const request = new Request(`https://switch.test${path}${long}`);
      const answer = await own.fetch(request, createExecutionContext());
      expect(answer.status, path).toBe(414);
      expect(await answer.json()).toMatchObject({ code: 'request.url_too_long' });
    }
  });

  test('with an endless key is refused before anything is worked out', async () => {
    const digest = vi.spyOn(crypto.subtle, 'digest');
    const answer = await send('{}', { authorization: `Bearer tolom_sta_${'0'.repeat(50_000)}` });
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid' } });
    expect(digest).not.toHaveBeenCalled();
    digest.mockRestore();
  });
});

describe('every answer, whatever became of the request', () => {
  const rows: [what: string, status: number, path: () => string, key?: () => string, init?: RequestInit][] = [
    ['a page', 200, () => '/'],
    ['the documentation', 200, () => '/docs'],
    ['the document', 200, () => '/openapi.json'],
    ['a value', 200, () => '/v1/accounts', () => issuer.key],
    ['an SVG', 200, () => `/v1/merchants/${shop.id}/qr.svg`],
    ['a PNG', 200, () => `/v1/merchants/${shop.id}/qr.png`],
    ['a file', 200, () => '/v1/centre/reports/payments?format=csv', () => adminKey],
    ['no key', 401, () => '/v1/accounts'],
    ['not allowed', 403, () => '/v1/centre/keys', () => shop.key],
    ['no such page', 404, () => '/nothing'],
    ['no such thing', 404, () => '/pay/ord_1hq3v8k2m0abcdefgh01'],
    ['another method', 405, () => '/v1/accounts', () => issuer.key, { method: 'PUT' }],
    ['too long', 414, () => `/?${'y'.repeat(8_192)}`],
    ['too large', 413, () => '/v1/scans', () => issuer.key, { method: 'POST', body: 'x'.repeat(70_000) }],
  ];
  test.each(rows)('%s (%i) is guarded', async (_, status, path, key, init) => {
    vi.useRealTimers();
    const ask = limitedSwitch('');
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(path(), key?.(), { ...init, headers });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
      'x-request-id': expect.any(String),
    });
    const type = answer.headers.get('content-type') ?? '';
    // What a browser runs as a document says what it may run.
    if (/html|svg/.test(type)) {
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});
