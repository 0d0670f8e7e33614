/** Keys: shown once, hashed at rest, stopped with their owner, bound to their till. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { adminKey, call, get, migrate, post, testEnv } from '../support/switch.ts';
import { newIssuer, newShop } from '../support/town.ts';

const made = async (path: string, body: unknown) => {
  const answer = await post(path, adminKey, body);
  expect(answer.status).toBe(201);
  return answer.body;
};

const setStatus = (table: string, id: string, status: string) =>
  testEnv.DIRECTORY.prepare(`UPDATE ${table} SET status = ? WHERE id = ?`).bind(status, id).run();

/** Longer than anything the switch caches about keys and owners. */
const later = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });

beforeAll(migrate);
afterEach(() => {
  vi.useRealTimers();
});

describe('a new key', () => {
  test('is shown once and is in no list', async () => {
    const shop = await newShop();
    const key = await made('/v1/centre/keys', { owner: shop.id, role: 'manager', label: 'Касса 1' });
    expect(key.api_key).toMatch(/^tolom_mer_[0-9a-hjkmnp-tv-z]{32}$/);
    expect(key).not.toHaveProperty('hash');
    const list = await get(`/v1/centre/keys?owner=${shop.id}`, adminKey);
    expect(list.body.data).toHaveLength(2);
    const listed = list.body.data.find((row: { id: string }) => row.id === key.id);
    expect(listed).toMatchObject({ role: 'manager', label: 'Касса 1', till: null });
    const text = JSON.stringify(list.body);
    expect(text).not.toContain(key.api_key);
    expect(text).not.toMatch(/"(?:api_key|hash|secret)"/);
    // The hint tells keys apart; what is left to guess stays beyond reach.
    expect(key.api_key.startsWith(key.hint)).toBe(true);
    expect(key.api_key.length - key.hint.length).toBeGreaterThanOrEqual(26);
  });

  test('is kept only as its SHA-256', async () => {
    const { key } = await newIssuer();
    const rows = await testEnv.DIRECTORY.prepare('SELECT * FROM api_key').all();
    expect(JSON.stringify(rows.results)).not.toContain(key);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)));
    const hash = btoa(String.fromCharCode(...digest))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace('=', '');
    expect(rows.results.filter((row) => row.hash === hash)).toHaveLength(1);
  });

  test('is never the same twice', async () => {
    const { id } = await newIssuer();
    const keys = await Promise.all(Array.from({ length: 8 }, () => made('/v1/centre/keys', { owner: id })));
    expect(new Set(keys.map((key) => key.api_key)).size).toBe(8);
  });

  test('takes its role from its owner', async () => {
    const { id } = await newIssuer();
    const asked = await post('/v1/centre/keys', adminKey, { owner: id, role: 'admin' });
    expect(asked.status).toBe(422);
    expect((await made('/v1/centre/keys', { owner: id })).role).toBe('issuer');
  });

  test('of a person of a merchant is refused: registers have keys of the merchant', async () => {
    const shop = await newShop();
    const wish = { owner: shop.id, email: 'owner@shop.kg', name: 'Айгүл', role: 'owner' };
    const person = await made('/v1/centre/operators', wish);
    const answer = await post('/v1/centre/keys', adminKey, { owner: person.id });
    expect(answer).toMatchObject({ status: 404, body: { code: 'operator.not_found' } });
  });
});

describe('a key stops', () => {
  test('when it is revoked', async () => {
    const issuer = await newIssuer();
    const [key] = (await get(`/v1/centre/keys?owner=${issuer.id}`, adminKey)).body.data;
    expect((await get('/v1/accounts', issuer.key)).status).toBe(200);
    const revoked = await call('DELETE', `/v1/centre/keys/${key.id}`, { key: adminKey });
    expect(revoked.body.revoked_at).not.toBeNull();
    expect(await get('/v1/accounts', issuer.key)).toMatchObject({
      status: 401,
      body: { code: 'auth.invalid' },
    });
    // Revoking again keeps the first time.
    const again = await call('DELETE', `/v1/centre/keys/${key.id}`, { key: adminKey });
    expect(again.body).toEqual(revoked.body);
  });

  test('when its participant is suspended, and works again afterwards', async () => {
    const issuer = await newIssuer();
    expect((await get('/v1/accounts', issuer.key)).status).toBe(200);
    await setStatus('participant', issuer.id, 'suspended');
    later();
    expect(await get('/v1/accounts', issuer.key)).toMatchObject({
      status: 401,
      body: { code: 'auth.invalid' },
    });
    await setStatus('participant', issuer.id, 'active');
    later();
    expect((await get('/v1/accounts', issuer.key)).status).toBe(200);
  });

  test('when its person is suspended', async () => {
    const person = await made('/v1/centre/operators', { email: 'a@b.kg', name: 'A', role: 'admin' });
    const { api_key: key } = await made('/v1/centre/keys', { owner: person.id });
    expect((await get('/v1/centre/participants', key)).status).toBe(200);
    await setStatus('operator', person.id, 'suspended');
    later();
    expect((await get('/v1/centre/participants', key)).status).toBe(401);
  });

  test('a suspended merchant reads, but takes no orders', async () => {
    const shop = await newShop();
    await setStatus('merchant', shop.id, 'suspended');
    later();
    expect((await get(`/v1/merchants/${shop.id}`, shop.key)).body.status).toBe('suspended');
    const wish = { amount: 100, currency: 'KGS' };
    const order = await post(`/v1/merchants/${shop.id}/orders`, shop.key, wish);
    expect(order).toMatchObject({ status: 422, body: { code: 'merchant.inactive' } });
  });
});

describe('the administrator’s key of the deployment', () => {
  test('opens an empty directory', async () => {
    expect((await get('/v1/centre/keys', adminKey)).status).toBe(200);
  });

  test.each([
    ['another last character', `${adminKey.slice(0, -1)}!`],
    ['one character less', adminKey.slice(0, -1)],
    ['other case', adminKey.toUpperCase()],
  ])('does not open with %s', async (_, key) => {
    expect((await get('/v1/centre/keys', key)).status).toBe(401);
  });

  test('moves no money of others: it is staff, not an issuer', async () => {
    expect((await get('/v1/accounts', adminKey)).status).toBe(403);
  });
});

describe('a key bound to a till', () => {
  test('makes orders of that till, and cannot name another', async () => {
    const shop = await newShop();
    const stores = `/v1/centre/merchants/${shop.id}/stores`;
    const store = (await made(stores, { name: 'ЦУМ' })).id;
    const till = (await made(`${stores}/${store}/tills`, { name: '1' })).id;
    const other = (await made(`${stores}/${store}/tills`, { name: '2' })).id;
    const { api_key: key, role } = await made('/v1/centre/keys', { owner: shop.id, till });
    expect(role).toBe('cashier');
    const wish = { amount: 100, currency: 'KGS' };
    const orders = `/v1/merchants/${shop.id}/orders`;
    expect((await post(orders, key, wish)).body).toMatchObject({ till, store });
    expect((await post(orders, key, { ...wish, till })).body).toMatchObject({ till, store });
    expect(await post(orders, key, { ...wish, till: other })).toMatchObject({
      status: 404,
      body: { code: 'till.not_found' },
    });
  });

  test('must be a till of the same merchant', async () => {
    const [shop, other] = [await newShop(), await newShop()];
    const stores = `/v1/centre/merchants/${other.id}/stores`;
    const store = (await made(stores, { name: 'ЦУМ' })).id;
    const till = (await made(`${stores}/${store}/tills`, { name: '1' })).id;
    const answer = await post('/v1/centre/keys', adminKey, { owner: shop.id, till });
    expect(answer).toMatchObject({ status: 404, body: { code: 'till.not_found' } });
  });
});
