/** Registering where events go, and reading how they went. */
import { beforeAll, describe, expect, test } from 'vitest';
import { reportsOf } from '../../src/reports/index.ts';
import { type Answer, adminKey, call, get, migrate, post, testEnv } from '../support/switch.ts';
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

test('deliveries are read newest first, by status and page', async () => {
  const shop = await newShop();
  const record = reportsOf(testEnv.REPORTS).recordDelivery;
  const statuses = ['delivered', 'retrying', 'parked', 'parked', 'delivered'] as const;
  for (const [index, status] of statuses.entries()) {
    await record({
      id: `evt_1hq3v8k2m0abcdefgh0${index} cbe_1hq3v8k2m0abcdefgh01`,
      event: `evt_1hq3v8k2m0abcdefgh0${index}`,
      type: 'order.paid',
      endpoint: 'cbe_1hq3v8k2m0abcdefgh01',
      owner: shop.id,
      status,
      attempts: 1,
      lastStatus: null,
      lastError: null,
      body: '{"secret":"body"}',
      updatedAtMs: Date.now(),
    });
  }
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Answer = await get(
      `/v1/callback-deliveries?limit=2${cursor && `&cursor=${cursor}`}`,
      shop.key,
    );
    expect(page.body.data[0]).not.toHaveProperty('body');
    seen.push(...page.body.data.map((row: { event: string }) => row.event.at(-1)));
    cursor = page.body.next_cursor;
  }
  expect(seen).toEqual(['4', '3', '2', '1', '0']);
  const parked = await get('/v1/callback-deliveries?status=parked', shop.key);
  expect(parked.body.data.map((row: { event: string }) => row.event.at(-1))).toEqual(['3', '2']);
});
