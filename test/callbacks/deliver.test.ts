/** Attempts one by one: a batch made by hand, the real directory and report database, a receiver of the test. */
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { batchesOf } from '../../src/callbacks/announce.ts';
import { type CallbackMessage, type DeliveryParts, deliver, park } from '../../src/callbacks/deliver.ts';
import { attemptsMax } from '../../src/callbacks/schedule.ts';
import { directoryOf } from '../../src/directory/index.ts';
import { newId, readConfig } from '../../src/kernel/index.ts';
import { reportsOf } from '../../src/reports/index.ts';
import { callbackSigner } from '../../src/signing/index.ts';
import { adminKey, call, get, migrate, post, testEnv } from '../support/switch.ts';
import { newShop, type Shop } from '../support/town.ts';

const config = readConfig(testEnv);
const reports = reportsOf(testEnv.REPORTS);
let shop: Shop;
let endpoint: { id: string; secret: string };

/** What the receiver does with the next requests, and what it saw. */
let answers: ((request: Request, signal: AbortSignal) => Response | Promise<Response>)[] = [];
let seen: { url: string; headers: Headers; body: string; redirect: string }[] = [];
/** What was given back to the queue. */
let sent: { message: CallbackMessage; delayS: number }[] = [];
let timeouts: number[] = [];

const realFetch = globalThis.fetch;
const realTimeout = AbortSignal.timeout;
beforeAll(async () => {
  await migrate();
  shop = await newShop();
  // The world outside, as the switch reaches it: everything else in these tests is the real thing.
  globalThis.fetch = async (input, init) => {
    const request = new Request(input as string, init as RequestInit);
    seen.push({
      url: request.url,
      headers: request.headers,
      body: await request.clone().text(),
      redirect: request.redirect,
    });
    const next = answers.shift();
    if (!next) throw new TypeError('connection refused');
    return next(request, init?.signal as AbortSignal);
  };
  // The receiver's time runs out at once, however long it would have had.
  AbortSignal.timeout = (ms) => {
    timeouts.push(ms);
    return realTimeout.call(AbortSignal, 20);
  };
});
afterAll(() => {
  globalThis.fetch = realFetch;
  AbortSignal.timeout = realTimeout;
});
beforeEach(async () => {
  [answers, seen, sent, timeouts] = [[], [], [], []];
  const made = await post('/v1/callback-endpoints', shop.key, { url: 'https://receiver.example/hook' });
  expect(made.status).toBe(201);
  endpoint = made.body;
});

const messageOf = (more: Partial<CallbackMessage> = {}): CallbackMessage => ({
  event: newId('event', Date.now()),
  type: 'order.paid',
  owner: shop.id,
  endpoint: endpoint.id,
  body: JSON.stringify({ type: 'order.paid', data: { reference: 'Чек № 7' } }),
  attempt: 1,
  dueAtMs: 0,
  ...more,
});

const parts = async (more: Partial<DeliveryParts> = {}): Promise<DeliveryParts> => ({
  config,
  directory: directoryOf(testEnv.DIRECTORY),
  signer: await callbackSigner(config.secret),
  queue: {
    send: async (message: CallbackMessage, options: QueueSendOptions) => {
      sent.push({ message, delayS: options.delaySeconds ?? 0 });
    },
  } as unknown as Queue<CallbackMessage>,
  record: reports.recordDelivery,
  ...more,
});

async function run(messages: CallbackMessage[], more: Partial<DeliveryParts> = {}) {
  const batch = createMessageBatch<CallbackMessage>(
    'tolom-callbacks',
    messages.map((body, index) => ({ id: `m${index}`, timestamp: new Date(), attempts: 1, body })),
  );
  const context = createExecutionContext();
  await deliver(batch, await parts(more));
  return getQueueResult(batch, context);
}

const rowOf = (message: CallbackMessage) =>
  testEnv.REPORTS.prepare('SELECT * FROM delivery WHERE id = ?')
    .bind(`${message.event} ${message.endpoint}`)
    .first();
const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(null, { status: code, headers });

describe('a delivery', () => {
  test('that succeeds is signed, sent once, and written down without its body', async () => {
    const message = messageOf();
    answers = [status(204)];
    expect(await run([message])).toMatchObject({ explicitAcks: ['m0'], retryMessages: [] });
    expect(seen).toHaveLength(1);
    const [{ url, headers, body, redirect } = seen[0]!] = seen;
    expect({ url, body, redirect }).toEqual({
      url: 'https://receiver.example/hook',
      body: message.body,
      redirect: 'manual',
    });
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('webhook-id')).toBe(message.event);
    const verified = new Webhook(endpoint.secret).verify(body, Object.fromEntries(headers));
    expect(verified).toEqual(JSON.parse(message.body));
    expect(await rowOf(message)).toMatchObject({
      status: 'delivered',
      attempts: 1,
      last_status: 204,
      last_error: null,
      body: null,
      owner: shop.id,
    });
    expect(sent).toEqual([]);
    expect(timeouts).toEqual([15_000]);
  });

  test('that fails is tried again with the same id and body, and a fresh timestamp', async () => {
    const message = messageOf();
    answers = [status(500), status(200)];
    expect(await run([message])).toMatchObject({ explicitAcks: ['m0'] });
    expect(await rowOf(message)).toMatchObject({
      status: 'retrying',
      attempts: 1,
      last_status: 500,
      last_error: 'answered 500',
      body: message.body,
    });
    expect(sent).toHaveLength(1);
    const [{ message: next, delayS } = sent[0]!] = sent;
    expect(next).toEqual({ ...message, attempt: 2, dueAtMs: expect.any(Number) });
    expect(delayS).toBeGreaterThanOrEqual(1);
    expect(delayS).toBeLessThanOrEqual(2);
    await run([{ ...next, dueAtMs: 0 }]);
    expect(seen[1]!.headers.get('webhook-id')).toBe(message.event);
    expect(seen[1]!.body).toBe(message.body);
    expect(await rowOf(message)).toMatchObject({ status: 'delivered', attempts: 2, body: null });
  });

  test('before its time is only put back', async () => {
    const message = messageOf({ attempt: 3, dueAtMs: Date.now() + 30_000 });
    await run([message]);
    expect(seen).toEqual([]);
    expect(sent).toEqual([{ message, delayS: 30 }]);
    expect(await rowOf(message)).toBeNull();
  });

  test('far in the future is put back for as long as a queue keeps it', async () => {
    const message = messageOf({ attempt: 11, dueAtMs: Date.now() + 86_400_000 });
    await run([message]);
    expect(sent).toEqual([{ message, delayS: 43_200 }]);
  });

  test.each([301, 302, 303, 307, 308])('to an address that redirects (%i) is not followed', async (code) => {
    const message = messageOf();
    answers = [status(code, { location: 'http://169.254.169.254/' })];
    await run([message]);
    expect(seen).toHaveLength(1);
    expect(await rowOf(message)).toMatchObject({ status: 'retrying', last_status: code });
  });

  test.each([400, 401, 404, 429, 503, 200])('counts as delivered only with 2xx: %i', async (code) => {
    const message = messageOf();
    answers = [status(code)];
    await run([message]);
    const done = code === 200;
    expect(await rowOf(message)).toMatchObject({
      status: done ? 'delivered' : 'retrying',
      last_status: code,
    });
  });

  test('to a receiver that does not answer ends', async () => {
    const message = messageOf();
    answers = [
      (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ];
    await run([message]);
    expect(await rowOf(message)).toMatchObject({
      status: 'retrying',
      last_status: null,
      last_error: 'no answer in 15 s',
    });
    expect(sent).toHaveLength(1);
  });

  test('to nobody is tried again, and tells nothing of the network', async () => {
    const message = messageOf();
    await run([message]);
    expect(await rowOf(message)).toMatchObject({ status: 'retrying', last_error: 'no connection' });
  });

  test('waits as long as the receiver asks', async () => {
    for (const [header, atLeastS, atMostS] of [
      ['120', 120, 120],
      [new Date(Date.now() + 600_000).toUTCString(), 598, 600],
      ['10000000', 43_200, 43_200],
    ] as const) {
      sent = [];
      answers = [status(429, { 'retry-after': header })];
      await run([messageOf()]);
      expect(sent[0]!.delayS).toBeGreaterThanOrEqual(atLeastS);
      expect(sent[0]!.delayS).toBeLessThanOrEqual(atMostS);
    }
    // A day is longer than a queue keeps a message: the rest of the wait is taken afterwards.
    expect(sent[0]!.message.dueAtMs - Date.now()).toBeGreaterThan(86_000_000);
  });

  test('answered 410 disables the endpoint; what follows is parked with its body', async () => {
    const [message, later] = [messageOf(), messageOf()];
    answers = [status(410)];
    await run([message]);
    expect(await rowOf(message)).toMatchObject({ status: 'parked', last_status: 410, body: message.body });
    const list = await get('/v1/callback-endpoints', shop.key);
    expect(list.body.data[0]).toMatchObject({ id: endpoint.id, status: 'disabled' });
    await run([later]);
    expect(seen).toHaveLength(1);
    expect(await rowOf(later)).toMatchObject({
      status: 'parked',
      last_error: 'the endpoint is not active',
      body: later.body,
    });
    expect(sent).toEqual([]);
  });

  test('whose last attempt fails is parked with its body, for people to see', async () => {
    const message = messageOf({ attempt: attemptsMax });
    answers = [status(500)];
    expect(await run([message])).toMatchObject({ explicitAcks: ['m0'] });
    expect(sent).toEqual([]);
    expect(await rowOf(message)).toMatchObject({
      status: 'parked',
      attempts: attemptsMax,
      body: message.body,
    });
    const parked = await get(`/v1/callback-deliveries?status=parked&owner=${shop.id}`, adminKey);
    expect(parked.body.data[0]).toMatchObject({ event: message.event, last_error: 'answered 500' });
  });

  test('that was made stays made, whatever a repeat of the message brings', async () => {
    const message = messageOf();
    answers = [status(200), status(500)];
    await run([message]);
    await run([message]);
    expect(await rowOf(message)).toMatchObject({ status: 'delivered', attempts: 1 });
  });

  test('to an endpoint deleted meanwhile is not sent', async () => {
    const message = messageOf();
    await call('DELETE', `/v1/callback-endpoints/${endpoint.id}`, { key: shop.key });
    await run([message]);
    expect(seen).toEqual([]);
    expect(await rowOf(message)).toMatchObject({ status: 'parked' });
  });

  test('to an address that production refuses is not sent, even if it was registered once', async () => {
    const made = await post('/v1/callback-endpoints', shop.key, { url: 'http://127.0.0.1:9000/' });
    expect(made.status).toBe(201);
    const message = messageOf({ endpoint: made.body.id });
    await run([message], { config: { ...config, mode: 'production' } });
    expect(seen).toEqual([]);
    expect(await rowOf(message)).toMatchObject({ status: 'retrying', last_error: 'not https' });
  });

  test('with a secret sealed for another endpoint is not sent', async () => {
    const other = await post('/v1/callback-endpoints', shop.key, { url: 'https://receiver.example/2' });
    await testEnv.DIRECTORY.prepare(
      'UPDATE callback_endpoint SET sealed_secret = (SELECT sealed_secret FROM callback_endpoint WHERE id = ?1) WHERE id = ?2',
    )
      .bind(endpoint.id, other.body.id)
      .run();
    await run([messageOf({ endpoint: other.body.id })]);
    expect(seen).toEqual([]);
  });
});

describe('when the switch’s own parts fail', () => {
  test('a record that is not taken gives the message back to the queue', async () => {
    answers = [status(200)];
    const result = await run([messageOf()], { record: () => Promise.reject(new Error('D1 is away')) });
    expect(result).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: 'm0' }] });
  });

  test('a queue that takes no retry gives the message back too', async () => {
    const queue = {
      send: () => Promise.reject(new Error('queue is away')),
    } as unknown as Queue<CallbackMessage>;
    answers = [status(500)];
    const result = await run([messageOf()], { queue });
    expect(result).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: 'm0' }] });
  });

  test('one message’s trouble is not its neighbour’s', async () => {
    const [bad, good] = [messageOf(), messageOf()];
    answers = [status(200), status(200)];
    const result = await run([bad, good], {
      record: (row) =>
        row.event === bad.event ? Promise.reject(new Error('away')) : reports.recordDelivery(row),
    });
    expect(result.explicitAcks).toEqual(['m1']);
    expect(result.retryMessages).toMatchObject([{ msgId: 'm0' }]);
    expect(await rowOf(good)).toMatchObject({ status: 'delivered' });
  });

  test('what reaches the dead-letter queue is parked with its body', async () => {
    const message = messageOf({ attempt: 4 });
    const batch = createMessageBatch<CallbackMessage>('staging-tolom-callbacks-dead', [
      { id: 'd0', timestamp: new Date(), attempts: 1, body: message },
    ]);
    const context = createExecutionContext();
    await switchOf(testEnv).queue(batch);
    expect(await getQueueResult(batch, context)).toMatchObject({ ackAll: true });
    expect(await rowOf(message)).toMatchObject({
      status: 'parked',
      attempts: 4,
      last_error: 'gave up',
      body: message.body,
    });
  });

  test('a dead letter that cannot be recorded is not lost', async () => {
    const batch = createMessageBatch<CallbackMessage>('tolom-callbacks-dead', [
      { id: 'd0', timestamp: new Date(), attempts: 1, body: messageOf() },
    ]);
    await expect(park(batch, { record: () => Promise.reject(new Error('away')) })).rejects.toThrow('away');
    expect(await getQueueResult(batch, createExecutionContext())).toMatchObject({ ackAll: false });
  });
});

describe('events on their way into the queue', () => {
  test('go in batches a queue takes, in order, none lost', () => {
    const size = (batch: CallbackMessage[]) => new TextEncoder().encode(JSON.stringify(batch)).length;
    const small = Array.from({ length: 250 }, () => messageOf());
    expect(batchesOf(small).map((batch) => batch.length)).toEqual([100, 100, 50]);
    const large = Array.from({ length: 30 }, () => messageOf({ body: 'ក'.repeat(13_000) }));
    const batches = batchesOf(large);
    expect(batches.flat()).toEqual(large);
    for (const batch of batches) expect(size(batch)).toBeLessThan(256_000);
    expect(batchesOf([])).toEqual([]);
    expect(batchesOf([messageOf({ body: 'x'.repeat(300_000) })])).toHaveLength(1);
  });
});
