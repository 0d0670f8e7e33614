/** What a merchant keeps up itself: its name and language, stores, tills and keys. */
import { createExecutionContext } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { adminKey, call, freshKey, get, migrate, post, testEnv } from '../support/switch.ts';
import { newShop, newTill, type Shop, type Till } from '../support/town.ts';

let shop: Shop;
let manager: string;
let cashier: string;
let till: Till;

const keyOf = async (role: string): Promise<string> =>
  (await post('/v1/centre/keys', adminKey, { owner: shop.id, role })).body.api_key;

beforeAll(async () => {
  await migrate();
  shop = await newShop();
  manager = await keyOf('manager');
  till = await newTill(shop);
  cashier = till.key;
});

const own = (path: string) => `/v1/merchants/${shop.id}${path}`;

describe('settings', () => {
  it('the owner changes what stands on codes from then on, and only what was asked', async () => {
    const changed = await post(own(''), shop.key, { name: 'Ошский базар', language: 'ru' });
    expect(changed.body).toMatchObject({ name: 'Ошский базар', city: 'Bishkek', language: 'ru' });
    expect((await get(own(''), shop.key)).body).toMatchObject({ name: 'Ошский базар', language: 'ru' });
    expect((await get(own('/settings'), cashier)).body).toMatchObject({ signed_codes: true, language: 'ru' });
  });

  it('a manager does not, and nothing is no change', async () => {
    expect(await post(own(''), manager, { language: 'ky' })).toMatchObject({ status: 403 });
    expect(await post(own(''), shop.key, {})).toMatchObject({ status: 422 });
    expect(await post(own(''), shop.key, { name: 'x'.repeat(26) })).toMatchObject({ status: 422 });
  });
});

describe('settings outside a sandbox', () => {
  it('in production the name is the centre’s to change', async () => {
    const production = switchOf({ ...testEnv, TOLOM_MODE: 'production' });
    const send = (body: object) =>
      production.fetch(
        new Request(`https://switch.test${own('')}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${shop.key}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
        createExecutionContext(),
      );
    expect((await send({ name: 'Another' })).status).toBe(403);
    expect((await send({ city: 'Osh' })).status).toBe(403);
    expect((await send({ language: 'ky' })).status).toBe(200);
  });
});

describe('stores and tills', () => {
  it('a manager opens them and sees them newest first, a till’s key its own store', async () => {
    const first = await post(own('/stores'), manager, { name: 'Ош', address: 'Токтогул 1' });
    const second = await post(own('/stores'), shop.key, { name: 'Дордой' });
    expect([first.status, second.status]).toEqual([201, 201]);
    const opened = await post(own(`/stores/${first.body.id}/tills`), manager, { name: '2' });
    expect(opened.body).toMatchObject({ store: first.body.id, name: '2' });
    const stores = (await get(own('/stores'), manager)).body.data;
    expect(stores.map(({ name }: { name: string }) => name)).toEqual(['Дордой', 'Ош', 'Ош базары']);
    const tills = (await get(own(`/stores/${first.body.id}/tills`), manager)).body.data;
    expect(tills).toMatchObject([{ id: opened.body.id }]);
    expect((await get(own('/stores'), cashier)).body.data).toMatchObject([{ name: 'Ош базары' }]);
    expect(await post(own('/stores'), cashier, { name: 'Z' })).toMatchObject({ status: 403 });
  });
});

describe('keys', () => {
  it('are made by the owner, shown once, and stop when they are revoked', async () => {
    const made = await post(own('/keys'), shop.key, { label: 'Front', till: till.till });
    expect(made).toMatchObject({ status: 201, body: { role: 'cashier', label: 'Front', revoked_at: null } });
    const key = made.body.api_key;
    expect((await get(own('/orders'), key)).status).toBe(200);
    const { data } = (await get(own('/keys'), shop.key)).body;
    expect(data[0]).toMatchObject({ id: made.body.id, hint: key.slice(0, 14) });
    expect(JSON.stringify(data)).not.toContain(key);
    const path = own(`/keys/${made.body.id}`);
    const revoked = await call('DELETE', path, {
      key: shop.key,
      headers: { 'idempotency-key': freshKey() },
    });
    expect(revoked.body.revoked_at).not.toBeNull();
    expect((await get(own('/orders'), key)).status).toBe(401);
  });

  it('are no manager’s to see', async () => {
    expect((await get(own('/keys'), manager)).status).toBe(403);
    expect((await post(own('/keys'), manager, {})).status).toBe(403);
  });
});
