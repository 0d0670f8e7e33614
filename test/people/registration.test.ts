/** A business opens its account itself. */

import { createExecutionContext } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { browserWith, cookieOf, freshEmail, goodPassword, newBusiness } from '../support/people.ts';
import { adminKey, call, migrate, post, testEnv, until } from '../support/switch.ts';
import { newIssuer, newPayer, pay } from '../support/town.ts';

beforeAll(migrate);
afterEach(() => void vi.useRealTimers());

const wish = () => ({
  business: 'Ала-Тоо кофе',
  city: 'Bishkek',
  category_code: '5812',
  email: freshEmail(),
  password: goodPassword,
});
const register = (body: object, headers: Record<string, string> = {}) =>
  call('POST', '/v1/registrations', { body, headers });

describe('a business that registers itself', () => {
  test('is paid within the minute, in a sandbox', async () => {
    const shop = await newBusiness();
    const issuer = await newIssuer();
    const payer = await newPayer(issuer);
    const order = await shop.owner.post(`/v1/merchants/${shop.merchant}/orders`, {
      amount: 4_200,
      currency: 'KGS',
      till: shop.till,
    });
    expect((await pay(issuer, payer, { payload: order.body.qr.payload })).body.status).toBe('completed');
    const seen = () => shop.owner.get(`/v1/merchants/${shop.merchant}/orders/${order.body.id}`);
    await until(seen, ({ body }) => body.status === 'paid');
  });

  test('has its language from the browser, unless it says another', async () => {
    for (const [language, body] of [
      ['th', wish()],
      ['km', { ...wish(), language: 'km' }],
    ] as const) {
      const made = await register(body, { 'accept-language': 'th' });
      const me = await browserWith(cookieOf(made)).get('/v1/me');
      expect(me.body.merchant.language).toBe(language);
    }
  });

  test('cannot take an address that somebody signs in with', async () => {
    const { email } = await newBusiness();
    expect(await register({ ...wish(), email })).toMatchObject({
      status: 409,
      body: { code: 'operator.exists' },
    });
  });

  test('of two who register with one address at once one gets it', async () => {
    const body = wish();
    const answers = await Promise.all([register(body), register(body)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test.each([
    ['too short', 'abc 12345'],
    ['a common one', 'Password1234!'],
    ['a common one in disguise', 'P@ssw0rd2026'],
    ['a run of the keyboard', 'qwertyuiop'],
    ['one letter', 'aaaaaaaaaaaaaa'],
    ['the business itself', 'АлаТоо-кофе12'],
  ])('needs a password that is not %s', async (_, password) => {
    const answer = await register({ ...wish(), password });
    expect(answer).toMatchObject({ status: 422, body: { code: 'password.weak' } });
  });

  test('is not registered by other sites', async () => {
    const answer = await register(wish(), { origin: 'https://elsewhere.example' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.cross_site' } });
  });
});

describe('in production', () => {
  const production = switchOf({ ...testEnv, TOLOM_MODE: 'production' });
  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const request = new Request(`https://switch.test${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const response = await production.fetch(request, createExecutionContext());
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers freely
    return { status: response.status, cookie, body: (await response.json()) as any };
  };

  test('it waits for staff: it looks around, and is not paid until then', async () => {
    const made = await send('POST', '/v1/registrations', wish());
    expect(made).toMatchObject({ status: 201, body: { status: 'pending' } });
    const { merchant } = made.body;
    const headers = { cookie: made.cookie, origin: 'https://switch.test' };
    expect((await send('GET', '/v1/me', undefined, headers)).body.merchant.status).toBe('pending');
    const order = () =>
      send('POST', `/v1/merchants/${merchant}/orders`, { amount: 100, currency: 'KGS' }, headers);
    expect((await order()).body.code).toBe('merchant.inactive');
    const issuer = await newIssuer();
    const payer = await newPayer(issuer);
    const { qr } = (await send('GET', `/v1/merchants/${merchant}`, undefined, headers)).body;
    const paid = await pay(issuer, payer, { payload: qr.payload, amount: 100 });
    expect(paid.body.code).toBe('merchant.inactive');

    const activated = await post(`/v1/centre/merchants/${merchant}/activate`, adminKey, {
      reason: 'papers seen',
    });
    expect(activated).toMatchObject({ status: 200, body: { status: 'active' } });
    const now = await pay(issuer, payer, { payload: qr.payload, amount: 100 });
    expect(now.body).toMatchObject({ status: 'completed' });
  });

  test('one network opens ten accounts an hour', async () => {
    const headers = { 'x-seen-from': '192.0.2.7' };
    const proxied = switchOf({ ...testEnv, TOLOM_MODE: 'production', TOLOM_ADDRESS_HEADER: 'x-seen-from' });
    const ask = async (password: string) => {
      const body = JSON.stringify({ ...wish(), password });
      const request = new Request('https://switch.test/v1/registrations', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      return (await proxied.fetch(request, createExecutionContext())).status;
    };
    const [hourMs, nowMs] = [3_600_000, Date.now()];
    const nextHourMs = nowMs - (nowMs % hourMs) + hourMs;
    vi.useFakeTimers({ toFake: ['Date'], now: nextHourMs });
    const first = [];
    for (let count = 0; count < 10; count++) first.push(await ask(goodPassword));
    expect(new Set(first)).toEqual(new Set([201]));
    expect(await ask(goodPassword)).toBe(429);
    // Whoever is refused late in one hour is not in the next.
    vi.setSystemTime(nextHourMs + hourMs - 1);
    expect(await ask(goodPassword)).toBe(429);
    vi.setSystemTime(nextHourMs + hourMs);
    expect(await ask(goodPassword)).toBe(201);
  });
});
