/** Receivers in real life: they pause, go away, lose their secret, and ask for what they missed. */
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Town } from './town.ts';
import { adminKey, newWorld, type Received, type World } from './world.ts';

let world: World;
let town: Town;
beforeAll(async () => {
  world = await newWorld();
  town = await Town.founded(world);
});
afterAll(() => world?.stop());

const typeOf = ({ body }: Received): string => JSON.parse(body).type;
const eventOf = ({ headers }: Received): string => headers['webhook-id']!;

describe.concurrent('a receiver', () => {
  test('hears of what it asked for, beside others of the same owner', async () => {
    const shop = await town.shop('Фильтр');
    const [till, books] = ['https://filter.example/till', 'https://filter.example/books'];
    await shop.listenAt(till, { types: ['order.paid', 'order.cancelled'] });
    await shop.listenAt(books);
    await shop.paid();
    await shop.cancelled();
    expect((await town.heard(books, 3)).map(typeOf).sort()).toEqual([
      'order.cancelled',
      'order.paid',
      'payment.completed',
    ]);
    expect((await town.heard(till, 2)).map(typeOf).sort()).toEqual(['order.cancelled', 'order.paid']);
  });

  test('that pauses misses nothing', async () => {
    const shop = await town.shop('Пауза');
    const url = 'https://pause.example/';
    const { id, secret } = await shop.listenAt(url);
    await shop.post(`/v1/callback-endpoints/${id}/pause`);
    await shop.paid();
    await vi.waitFor(
      async () => {
        const { data } = await shop.get('/v1/callback-deliveries?status=waiting');
        expect(data).toHaveLength(2);
      },
      { timeout: 30_000, interval: 100 },
    );
    expect((await world.received()).filter((one) => one.url === url)).toEqual([]);
    expect(await shop.post(`/v1/callback-endpoints/${id}/resume`)).toMatchObject({ status: 'active' });
    for (const callback of await town.heard(url, 2))
      new Webhook(secret).verify(callback.body, callback.headers);
    await vi.waitFor(async () => {
      expect((await shop.get('/v1/callback-deliveries')).data).toEqual([]);
    }, 10_000);
  });

  test('that was gone is told on another address; come back, it gets what was parked', async () => {
    const shop = await town.shop('Переезд');
    const [moved, other] = ['https://moved.example/moved', 'https://moved.example/other'];
    const { id } = await shop.listenAt(moved, { types: ['order.cancelled', 'order.paid'] });
    await shop.listenAt(other, { types: ['callback_endpoint.disabled'] });
    const order = await shop.cancelled();
    const [notice] = await town.heard(other, 1);
    expect(JSON.parse(notice!.body)).toMatchObject({
      type: 'callback_endpoint.disabled',
      data: { id, status: 'disabled', reason: 'gone' },
    });
    // Staff see it among the dead letters.
    const parked = await vi.waitFor(async () => {
      const list = await world.call('GET', `/v1/callback-deliveries?status=parked&endpoint=${id}`, adminKey);
      expect(list.body.data).toMatchObject([{ owner: shop.id, type: 'order.cancelled', last_status: 410 }]);
      return list.body.data[0];
    }, 10_000);
    await shop.post(`/v1/callback-endpoints/${id}/resume`);
    const retried = await world.call('POST', '/v1/callback-deliveries/retry', adminKey, { endpoint: id });
    expect(retried).toMatchObject({ status: 200, body: { deliveries: 1 } });
    const [first, second] = await town.heard(moved, 2);
    expect([first!.answered, second!.answered]).toEqual([410, 204]);
    expect(eventOf(second!)).toBe(parked.event);
    expect(second!.body).toBe(first!.body);
    expect(JSON.parse(second!.body).data.id).toBe(order.id);
  });

  test('that lost events has one sent again, and all since a time', async () => {
    const shop = await town.shop('Архив');
    const since = new Date(Date.now() - 1_000).toISOString();
    const [till, late] = ['https://archive.example/till', 'https://archive.example/late'];
    await shop.listenAt(till);
    const order = await shop.paid();
    const before = await town.heard(till, 2);
    const path = `/v1/events?type=order.paid&object=${order.id}`;
    const [event] = (
      await vi.waitFor(async () => {
        const list = await shop.get(path);
        expect(list.data).toHaveLength(1);
        return list;
      }, 10_000)
    ).data;
    await shop.post(`/v1/events/${event.id}/resend`);
    const again = (await town.heard(till, 3)).filter((one) => eventOf(one) === event.id);
    expect(again).toHaveLength(2);
    expect(again[1]!.body).toBe(again[0]!.body);

    // An endpoint registered later gets everything there was, under the same ids.
    const { id, secret } = await shop.listenAt(late);
    const resend = await shop.post('/v1/callback-resends', { since, endpoint: id });
    expect(resend).toMatchObject({ status: 'finished', events: 2, deliveries: 2 });
    const caughtUp = await town.heard(late, 2);
    expect(caughtUp.map(eventOf).sort()).toEqual(before.map(eventOf).sort());
    for (const callback of caughtUp) new Webhook(secret).verify(callback.body, callback.headers);
    // Asked for what it missed, there is nothing.
    await vi.waitFor(async () => {
      const wish = { since, endpoint: id, missed_only: true };
      expect(await shop.post('/v1/callback-resends', wish)).toMatchObject({ events: 2, deliveries: 0 });
    }, 10_000);
  });

  test('changes its secret without missing a callback', async () => {
    const shop = await town.shop('Ключ');
    const url = 'https://rotate.example/';
    const { id, secret: old } = await shop.listenAt(url, { types: ['order.cancelled'] });
    const { secret: fresh } = await shop.post(`/v1/callback-endpoints/${id}/rotate-secret`);
    await shop.cancelled();
    const [callback] = await town.heard(url, 1);
    for (const secret of [old, fresh]) new Webhook(secret).verify(callback!.body, callback!.headers);
  });

  test('tries itself with a ping, and is told why a signature fails', async () => {
    const shop = await town.shop('Проба');
    const url = 'https://ping.example/';
    const { id, secret } = await shop.listenAt(url);
    const ping = await shop.post(`/v1/callback-endpoints/${id}/ping`);
    expect(ping).toMatchObject({ status: 204, error: null, number: 1, request: { url } });
    const [callback] = await town.heard(url, 1);
    expect(eventOf(callback!)).toBe(ping.event);
    expect(new Webhook(secret).verify(callback!.body, callback!.headers)).toMatchObject({
      type: 'callback.ping',
      data: { id },
    });
    const explain = (body: string) =>
      shop.post(`/v1/callback-endpoints/${id}/explain-signature`, { headers: callback!.headers, body });
    expect(await explain(callback!.body)).toEqual({ verifies: true, findings: [] });
    expect(await explain(`${callback!.body}\n`)).toMatchObject({
      verifies: false,
      findings: [{ code: 'body_changed' }],
    });
    const { id: gone } = await shop.listenAt('https://ping.example/gone');
    expect(await shop.post(`/v1/callback-endpoints/${gone}/ping`)).toMatchObject({
      status: 410,
      error: 'answered 410',
    });
    // A ping decides nothing.
    expect(await shop.get(`/v1/callback-endpoints/${gone}`)).toMatchObject({ status: 'active' });
  });
});
