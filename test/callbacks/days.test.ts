/** A receiver that is down for days: the clock of the test runs through them, from one scheduled attempt to the next. */
import { createMessageBatch } from 'cloudflare:test';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeliveryParts, deliver, retry } from '../../src/callbacks/deliver.ts';
import { callbackLogOf } from '../../src/callbacks/log.ts';
import type { CallbackMessage, EventToSend, RetryMessage } from '../../src/callbacks/model.ts';
import { directoryOf } from '../../src/directory/index.ts';
import { newId, readConfig } from '../../src/kernel/index.ts';
import { callbackSigner } from '../../src/signing/index.ts';
import { get, migrate, post, testEnv } from '../support/switch.ts';
import { newShop, type Shop } from '../support/town.ts';

const dayMs = 86_400_000;
// More rounds than twelve attempts of each event can take, long waits in steps included.
const roundsMax = 500;

const { now: realNow } = Date;
const realFetch = globalThis.fetch;
let aheadMs = 0;
let shop: Shop;
let endpoint: { id: string; secret: string };
beforeAll(async () => {
  await migrate();
  shop = await newShop();
  endpoint = (await post('/v1/callback-endpoints', shop.key, { url: 'https://receiver.example/hook' })).body;
  Date.now = () => realNow() + aheadMs;
});
afterAll(() => {
  Date.now = realNow;
  globalThis.fetch = realFetch;
});

test('what happened meanwhile is all delivered once it is back, under the same ids, each once', async () => {
  const startMs = Date.now();
  const backMs = startMs + 2 * dayMs;
  const asked: { id: string; atMs: number }[] = [];
  const taken: string[] = [];
  globalThis.fetch = async (_, init) => {
    const headers = Object.fromEntries(new Headers(init?.headers));
    asked.push({ id: String(headers['webhook-id']), atMs: Date.now() });
    if (Date.now() < backMs) throw new TypeError('connection refused');
    // Receivers believe nothing that was signed more than five minutes ago.
    expect(Date.now() - Number(headers['webhook-timestamp']) * 1_000).toBeLessThan(300_000);
    taken.push(String(headers['webhook-id']));
    expect(() => verified(String(init?.body), headers)).not.toThrow();
    return new Response(null, { status: 204 });
  };
  const queue: { message: RetryMessage; atMs: number }[] = [];
  const config = readConfig(testEnv);
  const told = { directory: directoryOf(testEnv.DIRECTORY), log: callbackLogOf(testEnv.REPORTS) };
  const parts: DeliveryParts = {
    config,
    ...told,
    announcing: { ...told, queue: testEnv.CALLBACKS },
    signer: await callbackSigner(config.secret),
    retries: {
      sendBatch: async (messages: MessageSendRequest<RetryMessage>[]) => {
        for (const { body, delaySeconds = 0 } of messages)
          queue.push({ message: body, atMs: Date.now() + delaySeconds * 1_000 });
      },
    } as unknown as Queue<RetryMessage>,
  };
  const events = Array.from(
    { length: 5 },
    (_, index): EventToSend => ({
      ...{ id: newId('event', startMs), type: 'order.paid', owner: shop.id, object: `ord_${index}` },
      ...{
        endpoints: [endpoint.id],
        body: JSON.stringify({ type: 'order.paid', data: { id: `ord_${index}` } }),
      },
    }),
  );
  await deliver(batchOf<CallbackMessage>({ events }), parts);
  for (let round = 0; queue.length > 0; round++) {
    expect(round).toBeLessThan(roundsMax);
    queue.sort((left, right) => left.atMs - right.atMs);
    const next = queue.shift()!;
    aheadMs += Math.max(0, next.atMs - Date.now());
    await retry(batchOf(next.message), parts);
  }
  expect(taken.sort()).toEqual(events.map(({ id }) => id).sort());
  // Patient: not asked without end while it was down.
  for (const { id } of events) expect(asked.filter((one) => one.id === id).length).toBeLessThanOrEqual(12);
  const open = await get('/v1/callback-deliveries', shop.key);
  expect(open.body.data.filter((row: { status: string }) => row.status !== 'delivered')).toEqual([]);
});

const batchOf = <Body>(body: Body) =>
  createMessageBatch<Body>('tolom-callbacks', [{ id: 'm', timestamp: new Date(), attempts: 1, body }]);

/** Throws unless the signature is good; the time is the test's own to judge. */
function verified(body: string, headers: Record<string, string>): void {
  const at = Number(headers['webhook-timestamp']) * 1_000;
  const expected = new Webhook(endpoint.secret).sign(String(headers['webhook-id']), new Date(at), body);
  expect(headers['webhook-signature']?.split(' ')).toContain(expected);
}
