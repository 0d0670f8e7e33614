/** A receiver that takes what it gets and never answers, and what that costs the others: nothing. */
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Town } from './town.ts';
import { type Json, newWorld, type World } from './world.ts';

const [silent, swift] = ['https://slow.example/stall', 'https://swift.example/'];
let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterAll(() => world?.stop());

test('a receiver that never answers delays nobody else, and no payment', async () => {
  const town = await Town.founded(world);
  const [stalling, prompt] = [await town.shop('Тишина'), await town.shop('Эхо')];
  await stalling.listenAt(silent);
  const { secret } = await prompt.listenAt(swift);
  for (let round = 0; round < 12; round++) await Promise.all([stalling.paid(), prompt.paid()]);
  for (const callback of await town.heard(swift, 24)) {
    new Webhook(secret).verify(callback.body, callback.headers);
  }
  // Nothing the silent one got was ever answered: all of the other's came all the same.
  const { data } = await stalling.get('/v1/events?limit=100');
  const statuses = data.flatMap(({ attempts }: Json) => attempts).map(({ status }: Json) => status);
  expect(statuses.filter((status: number | null) => status !== null)).toEqual([]);
  // It is found to fail, and told in the other lane from then on; the other goes on as before.
  await vi.waitFor(
    async () => {
      const [endpoint] = (await stalling.get('/v1/callback-endpoints')).data;
      expect(endpoint).toMatchObject({ status: 'active', failing_since: expect.any(String) });
    },
    { timeout: 60_000, interval: 200 },
  );
  await Promise.all([stalling.paid(), prompt.paid()]);
  await town.heard(swift, 26);
});
