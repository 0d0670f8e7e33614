/** What a timeline says of callbacks, from real deliveries to a receiver that takes them and one that is gone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminKey, type Json, newWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterAll(() => world.stop());

async function made(path: string, body: unknown, key = adminKey): Promise<Json> {
  const answer = await world.call('POST', path, key, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

test('each party sees how its own callbacks went, staff see both', async () => {
  const { id: issuer } = await made('/v1/centre/participants', { name: 'A', role: 'issuer', country: 'KG' });
  const { api_key: issuerKey } = await made('/v1/centre/keys', { owner: issuer });
  const place = { city: 'Osh', country: 'KG', category_code: '5411', currency: 'KGS' };
  const shop = await made('/v1/centre/merchants', { name: 'B', ...place });
  const { api_key: shopKey } = await made('/v1/centre/keys', { owner: shop.id, role: 'owner' });
  const account = (await made('/v1/centre/accounts', { participant: issuer, currency: 'KGS' })).id;
  await made(`/v1/accounts/${account}/top-ups`, { amount: 500, currency: 'KGS' });
  await made('/v1/callback-endpoints', { url: 'https://partner.example/ok' }, issuerKey);
  await made('/v1/callback-endpoints', { url: 'https://partner.example/gone' }, shopKey);
  const order = await made(`/v1/merchants/${shop.id}/orders`, { amount: 70, currency: 'KGS' }, shopKey);
  const paid = await made(`/v1/accounts/${account}/payments`, { payload: order.qr.payload }, issuerKey);

  const callbacks = async (path: string, key: string): Promise<Json[]> => {
    const { body } = await world.call('GET', `/v1/${path}/payments/${paid.id}/timeline`, key);
    const steps: Json[] = body.steps ?? [];
    return steps.filter(({ callback }) => callback);
  };
  const ended = (steps: Json[]) =>
    steps.length > 0 && steps.every(({ code }) => /delivered|parked|failed/.test(code));
  const untilMs = Date.now() + 60_000;
  let all = await callbacks('centre', adminKey);
  while (!ended(all) && Date.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    all = await callbacks('centre', adminKey);
  }
  const outcomes = (steps: Json[], code: string) =>
    steps
      .filter((step) => step.code === code)
      .map(({ party, callback: { type, attempt, status } }) => `${party} ${type} ${attempt} ${status}`)
      .sort();
  expect(outcomes(all, 'callback.delivered')).toEqual(['payer payment.completed 1 204']);
  // The first that is told it is gone says so for both.
  const parked = outcomes(all, 'callback.parked');
  expect(parked.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
    'merchant order.paid',
    'merchant payment.completed',
  ]);
  expect(parked.join()).toContain(' 410');
  for (const { at } of all) expect(Date.parse(at)).toBeGreaterThanOrEqual(Date.parse(paid.created_at));

  const payers = await callbacks(`accounts/${account}`, issuerKey);
  expect(payers).toEqual(all.filter(({ party }) => party === 'payer'));
  const merchants = await callbacks(`merchants/${shop.id}`, shopKey);
  expect(merchants).toEqual(all.filter(({ party }) => party === 'merchant'));
});
