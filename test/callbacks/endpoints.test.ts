/** Registering where events go, and reading how they went. */
import { beforeAll, describe, expect, test } from 'vitest';
import alerts from '../../src/alerts/watch.ts?raw';
import approvals from '../../src/approvals/tell.ts?raw';
import { eventTypes } from '../../src/callbacks/endpoints.ts';
import closing from '../../src/closing/close.ts?raw';
import orders from '../../src/orders/events.ts?raw';
import partners from '../../src/partners/events.ts?raw';
import payments from '../../src/payments/events.ts?raw';
import refunds from '../../src/refunds/events.ts?raw';
import schedules from '../../src/reports/schedules.ts?raw';
import { adminKey, call, get, migrate, post, testEnv } from '../support/switch.ts';
import { newIssuer, newShop } from '../support/town.ts';

const sources = { alerts, approvals, closing, schedules, orders, partners, payments, refunds };
beforeAll(migrate);
const url = 'https://receiver.example/hook';

describe('endpoints', () => {
  test('a secret is shown once, and kept sealed', async () => {
    const shop = await newShop();
    const made = await post('/v1/callback-endpoints', shop.key, { url });
    expect(made).toMatchObject({ status: 201, body: { owner: shop.id, url, status: 'active' } });
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const list = await get('/v1/callback-endpoints', shop.key);
    expect(list.body.data).toHaveLength(1);
    expect(list.body.data[0]).not.toHaveProperty('secret');
    const rows = await testEnv.DIRECTORY.prepare('SELECT * FROM callback_endpoint').all();
    expect(JSON.stringify(rows.results)).not.toContain(made.body.secret.slice(6, 40));
  });

  test.each(['ftp://receiver.example/', 'receiver.example', 'https://a:b@receiver.example/', 'http://x/#y'])(
    '%s is refused and says why',
    async (bad) => {
      const shop = await newShop();
      const answer = await post('/v1/callback-endpoints', shop.key, { url: bad });
      expect(answer).toMatchObject({ status: 422, body: { code: 'endpoint.url_refused' } });
      expect(answer.body.explanation).toBeTypeOf('string');
    },
  );

  test('staff name an owner that exists', async () => {
    const issuer = await newIssuer();
    const made = await post('/v1/callback-endpoints', adminKey, { url, owner: issuer.id });
    expect(made).toMatchObject({ status: 201, body: { owner: issuer.id } });
    for (const body of [{ url }, { url, owner: 'par_1hq3v8k2m0abcdefgh01' }]) {
      expect(await post('/v1/callback-endpoints', adminKey, body)).toMatchObject({
        status: 404,
        body: { code: 'participant.not_found' },
      });
    }
    const found = await get(`/v1/callback-endpoints?owner=${issuer.id}`, adminKey);
    expect(found.body.data).toMatchObject([{ id: made.body.id }]);
  });

  test('an owner has ten that listen, and more when some are disabled', async () => {
    const shop = await newShop();
    const ids: string[] = [];
    for (let number = 0; number < 10; number++) {
      ids.push((await post('/v1/callback-endpoints', shop.key, { url })).body.id);
    }
    const refused = { status: 422, body: { code: 'endpoint.too_many' } };
    expect(await post('/v1/callback-endpoints', shop.key, { url })).toMatchObject(refused);
    await call('DELETE', `/v1/callback-endpoints/${ids[0]}`, { key: shop.key });
    expect(await post('/v1/callback-endpoints', shop.key, { url })).toMatchObject({ status: 201 });
    expect(await post(`/v1/callback-endpoints/${ids[0]}/resume`, shop.key, {})).toMatchObject(refused);
  });

  test('where one is and what it hears of can be changed, each by itself', async () => {
    const shop = await newShop();
    const made = (await post('/v1/callback-endpoints', shop.key, { url, types: ['order.paid'] })).body;
    expect(made).toMatchObject({
      types: ['order.paid'],
      status: 'active',
      reason: null,
      failing_since: null,
    });
    const path = `/v1/callback-endpoints/${made.id}`;
    const elsewhere = 'https://receiver.example/elsewhere';
    expect((await post(path, shop.key, { url: elsewhere })).body).toMatchObject({
      url: elsewhere,
      types: ['order.paid'],
    });
    expect((await post(path, shop.key, { types: null })).body).toMatchObject({ url: elsewhere, types: null });
    expect((await get(path, shop.key)).body).toMatchObject({ url: elsewhere, types: null });
    expect(await post(path, shop.key, { url: 'ftp://x/' })).toMatchObject({
      status: 422,
      body: { code: 'endpoint.url_refused' },
    });
    for (const types of [[], ['order.shipped'], 'order.paid']) {
      expect((await post(path, shop.key, { types })).status).toBe(422);
    }
  });

  test('pausing and going on', async () => {
    const shop = await newShop();
    const { id } = (await post('/v1/callback-endpoints', shop.key, { url })).body;
    const act = (what: string) => post(`/v1/callback-endpoints/${id}/${what}`, shop.key, {});
    for (const [what, status] of [
      ['pause', 'paused'],
      ['pause', 'paused'],
      ['resume', 'active'],
      ['resume', 'active'],
    ]) {
      expect((await act(what!)).body).toMatchObject({ id, status });
    }
    await call('DELETE', `/v1/callback-endpoints/${id}`, { key: shop.key });
    expect((await get(`/v1/callback-endpoints/${id}`, shop.key)).body).toMatchObject({ reason: 'asked' });
    expect(await act('pause')).toMatchObject({ status: 409, body: { code: 'endpoint.disabled' } });
    expect((await act('resume')).body).toMatchObject({ status: 'active', reason: null });
  });

  test('a new secret is kept sealed like the old one, and both are told apart', async () => {
    const shop = await newShop();
    const made = (await post('/v1/callback-endpoints', shop.key, { url })).body;
    const rotated = await post(`/v1/callback-endpoints/${made.id}/rotate-secret`, shop.key, {});
    expect(rotated.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(rotated.body.secret).not.toBe(made.secret);
    const rows = await testEnv.DIRECTORY.prepare('SELECT * FROM callback_endpoint').all();
    for (const { secret } of [made, rotated.body]) {
      expect(JSON.stringify(rows.results)).not.toContain(secret.slice(6, 40));
    }
    const list = await get('/v1/callback-endpoints', shop.key);
    expect(list.body.data[0]).not.toHaveProperty('secret');
    for (const overlap_hours of [-1, 169, 1.5]) {
      const refused = await post(`/v1/callback-endpoints/${made.id}/rotate-secret`, shop.key, {
        overlap_hours,
      });
      expect(refused.status).toBe(422);
    }
  });

  test('every type of event that the switch tells can be asked for, and no other', () => {
    const told = Object.values(sources).flatMap(
      (text) => text.match(/'(?:payment|refund|order|position|day|alert|approval|report)\.[a-z_]+'/g) ?? [],
    );
    const types = [...new Set(told.map((type) => type.slice(1, -1))), 'callback_endpoint.disabled'];
    expect(types.toSorted()).toEqual(eventTypes.toSorted());
  });

  test('deleting is repeatable and stays visible', async () => {
    const shop = await newShop();
    const { id } = (await post('/v1/callback-endpoints', shop.key, { url })).body;
    for (let time = 0; time < 2; time++) {
      const answer = await call('DELETE', `/v1/callback-endpoints/${id}`, { key: shop.key });
      expect(answer).toMatchObject({ status: 200, body: { id, status: 'disabled' } });
    }
    expect((await get('/v1/callback-endpoints', shop.key)).body.data).toMatchObject([{ status: 'disabled' }]);
  });
});
