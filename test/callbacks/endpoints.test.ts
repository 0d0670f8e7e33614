/** Registering where events go, and reading how they went. */
import { beforeAll, describe, expect, test } from 'vitest';
import { adminKey, call, get, migrate, post, testEnv } from '../support/switch.ts';
import { newIssuer, newShop } from '../support/town.ts';

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
