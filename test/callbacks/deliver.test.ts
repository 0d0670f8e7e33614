/** Attempts one by one: batches made by hand, the real directory and log, a receiver of the test. */
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { announce, callsOf, messagesOf } from '../../src/callbacks/announce.ts';
import {
  type DeliveryParts,
  deliver,
  park,
  releaseWaiting,
  retry,
  sendOverdue,
} from '../../src/callbacks/deliver.ts';
import { type CallbackLog, callbackLogOf, deliveryId } from '../../src/callbacks/log.ts';
import type { CallbackMessage, EventToSend, RetryMessage } from '../../src/callbacks/model.ts';
import { attemptsMax } from '../../src/callbacks/schedule.ts';
import { directoryOf, goodHealth } from '../../src/directory/index.ts';
import { newId, readConfig } from '../../src/kernel/index.ts';
import { callbackSigner } from '../../src/signing/index.ts';
import { adminKey, call, get, migrate, post, testAct, testEnv } from '../support/switch.ts';
import { newShop, type Shop } from '../support/town.ts';

const config = readConfig(testEnv);
const log = callbackLogOf(testEnv.REPORTS);
const directory = directoryOf(testEnv.DIRECTORY);
let shop: Shop;
let endpoint: { id: string; secret: string };

/** What the receiver does with the next requests, by URL or in their order, and what it saw. */
type Answer = (request: Request, signal: AbortSignal) => Response | Promise<Response>;
let answers: Answer[] = [];
let answersAt: Record<string, Answer> = {};
let seen: { url: string; headers: Headers; body: string; redirect: string }[] = [];
/** What was scheduled to be tried again. */
let scheduled: { message: RetryMessage; delayS: number }[] = [];
/** What owners were told of their endpoints. */
let announced: EventToSend[] = [];
let timeouts: number[] = [];

const realFetch = globalThis.fetch;
const realTimeout = AbortSignal.timeout;
beforeAll(async () => {
  await migrate();
  // The world outside, as the switch reaches it: everything else in these tests is the real thing.
  globalThis.fetch = async (input, init) => {
    const request = new Request(input as string, init as RequestInit);
    const { url, headers, redirect } = request;
    seen.push({ url, headers, redirect, body: await request.clone().text() });
    const next = answersAt[url] ?? answers.shift();
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
  [answers, answersAt, seen, scheduled, announced, timeouts] = [[], {}, [], [], [], []];
  await testEnv.REPORTS.prepare('DELETE FROM delivery').run();
  shop = await newShop();
  endpoint = await newEndpoint('https://receiver.example/hook');
});

async function newEndpoint(url: string, more: object = {}) {
  const made = await post('/v1/callback-endpoints', shop.key, { url, ...more });
  expect(made.status).toBe(201);
  return made.body;
}

const eventOf = (more: Partial<EventToSend> = {}): EventToSend => ({
  id: newId('event', Date.now()),
  type: 'order.paid',
  owner: shop.id,
  object: 'ord_7',
  endpoints: [endpoint.id],
  body: JSON.stringify({ type: 'order.paid', data: { id: 'ord_7', reference: 'Чек № 7' } }),
  ...more,
});

const parts = async (more: Partial<DeliveryParts> = {}): Promise<DeliveryParts> => ({
  config,
  directory,
  log,
  signer: await callbackSigner(config.secret),
  retries: {
    sendBatch: async (messages: MessageSendRequest<RetryMessage>[]) => {
      for (const { body, delaySeconds } of messages)
        scheduled.push({ message: body, delayS: delaySeconds ?? 0 });
    },
  } as unknown as Queue<RetryMessage>,
  announcing: {
    directory,
    log,
    queue: {
      sendBatch: async (messages: MessageSendRequest<CallbackMessage>[]) => {
        announced.push(...messages.flatMap(({ body }) => body.events));
      },
    } as unknown as Queue<CallbackMessage>,
  },
  ...more,
});

/** The lane of first attempts: one message with these events. */
async function run(events: EventToSend[], more: Partial<DeliveryParts> = {}, attempts = 1) {
  const batch = createMessageBatch<CallbackMessage>('tolom-callbacks', [
    { id: 'm0', timestamp: new Date(), attempts, body: { events } },
  ]);
  await deliver(batch, await parts(more));
  return getQueueResult(batch, createExecutionContext());
}

/** The lane of further attempts: one batch with these messages. */
async function again(messages: RetryMessage[], more: Partial<DeliveryParts> = {}, attempts = 1) {
  const batch = createMessageBatch<RetryMessage>(
    'tolom-callbacks-again',
    messages.map((body, index) => ({ id: `r${index}`, timestamp: new Date(), attempts, body })),
  );
  await retry(batch, await parts(more));
  return getQueueResult(batch, createExecutionContext());
}

/** As if so much time had passed that every attempt is due. */
const later = () => testEnv.REPORTS.prepare('UPDATE delivery SET due_at = 0').run();
const rowOf = (event: EventToSend, of = endpoint.id) =>
  testEnv.REPORTS.prepare('SELECT * FROM delivery WHERE id = ?').bind(deliveryId(event.id, of)).first();
const attemptsOf = async (event: EventToSend) => (await log.event(event.owner, event.id))?.attempts;
const endpointRow = (id = endpoint.id) => directory.endpoint(id);

const status =
  (code: number, headers: Record<string, string> = {}, body: string | null = null) =>
  () =>
    new Response(body, { status: code, headers });
const stalls: Answer = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
const failing = (method: string) =>
  ({ ...log, [method]: () => Promise.reject(new Error('D1 is away')) }) as unknown as CallbackLog;

describe('a delivery', () => {
  test('that succeeds is signed, sent once, and logged with its answer', async () => {
    const event = eventOf();
    answers = [status(202, {}, 'thank you')];
    expect(await run([event])).toMatchObject({ explicitAcks: ['m0'], retryMessages: [] });
    expect(seen).toHaveLength(1);
    const [{ url, headers, body, redirect } = seen[0]!] = seen;
    expect({ url, body, redirect }).toEqual({
      url: 'https://receiver.example/hook',
      body: event.body,
      redirect: 'manual',
    });
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('webhook-id')).toBe(event.id);
    const verified = new Webhook(endpoint.secret).verify(body, Object.fromEntries(headers));
    expect(verified).toEqual(JSON.parse(event.body));
    expect(await rowOf(event)).toBeNull();
    expect(await attemptsOf(event)).toEqual([
      {
        endpoint: endpoint.id,
        url: 'https://receiver.example/hook',
        number: 1,
        atMs: expect.any(Number),
        tookMs: expect.any(Number),
        status: 202,
        error: null,
        response: 'thank you',
      },
    ]);
    expect(scheduled).toEqual([]);
  });

  test('that fails is tried again with the same id and body, and a fresh timestamp', async () => {
    const event = eventOf();
    answers = [status(500, {}, 'no database'), status(200)];
    expect(await run([event])).toMatchObject({ explicitAcks: ['m0'] });
    expect(await rowOf(event)).toMatchObject({
      status: 'retrying',
      attempts: 1,
      last_status: 500,
      last_error: 'answered 500',
      body: event.body,
    });
    expect(scheduled).toHaveLength(1);
    const [{ message, delayS } = scheduled[0]!] = scheduled;
    expect(message).toEqual({ delivery: deliveryId(event.id, endpoint.id), attempt: 2 });
    expect(delayS).toBeGreaterThanOrEqual(1);
    expect(delayS).toBeLessThanOrEqual(2);
    await later();
    expect(await again([message])).toMatchObject({ ackAll: true });
    expect(seen[1]!.headers.get('webhook-id')).toBe(event.id);
    expect(seen[1]!.body).toBe(event.body);
    expect(await rowOf(event)).toBeNull();
    expect(await attemptsOf(event)).toMatchObject([
      { number: 1, status: 500, error: 'answered 500', response: 'no database' },
      { number: 2, status: 200, error: null },
    ]);
  });

  test('has five seconds at first, and fifteen afterwards', async () => {
    const event = eventOf();
    answers = [status(500), status(500)];
    await run([event]);
    await later();
    await again([scheduled[0]!.message]);
    expect(timeouts).toEqual([5_000, 15_000]);
  });

  test('before its time is only put back', async () => {
    const event = eventOf();
    await run([event]);
    await testEnv.REPORTS.prepare('UPDATE delivery SET due_at = ?')
      .bind(Date.now() + 30_000)
      .run();
    const { message } = scheduled.pop()!;
    await again([message]);
    expect(seen).toHaveLength(1);
    expect(scheduled).toEqual([{ message, delayS: 30 }]);
    expect(await rowOf(event)).toMatchObject({ attempts: 1 });
  });

  test('far in the future is put back for as long as a queue keeps it', async () => {
    await run([eventOf()]);
    await testEnv.REPORTS.prepare('UPDATE delivery SET due_at = ?')
      .bind(Date.now() + 86_400_000)
      .run();
    const { message } = scheduled.pop()!;
    await again([message]);
    expect(scheduled).toEqual([{ message, delayS: 43_200 }]);
  });

  test('whose message comes twice is made once', async () => {
    const event = eventOf();
    answers = [status(500), status(200)];
    await run([event]);
    await later();
    const { message } = scheduled[0]!;
    await again([message, message]);
    await again([message]);
    expect(seen).toHaveLength(2);
    expect(await attemptsOf(event)).toHaveLength(2);
  });

  test.each([301, 302, 303, 307, 308])('to an address that redirects (%i) is not followed', async (code) => {
    const event = eventOf();
    answers = [status(code, { location: 'http://169.254.169.254/' })];
    await run([event]);
    expect(seen).toHaveLength(1);
    expect(await rowOf(event)).toMatchObject({ status: 'retrying', last_status: code });
  });

  test.each([400, 401, 404, 429, 503, 200])('counts as delivered only with 2xx: %i', async (code) => {
    const event = eventOf();
    answers = [status(code)];
    await run([event]);
    if (code === 200) expect(await rowOf(event)).toBeNull();
    else expect(await rowOf(event)).toMatchObject({ status: 'retrying', last_status: code });
  });

  test('to a receiver that does not answer ends', async () => {
    const event = eventOf();
    answers = [stalls];
    await run([event]);
    expect(await rowOf(event)).toMatchObject({
      status: 'retrying',
      last_status: null,
      last_error: 'no answer in 5 s',
    });
    expect(scheduled).toHaveLength(1);
  });

  test('to nobody is tried again, and tells nothing of the network', async () => {
    const event = eventOf();
    await run([event]);
    expect(await rowOf(event)).toMatchObject({ status: 'retrying', last_error: 'no connection' });
  });

  test('waits as long as the receiver asks', async () => {
    for (const [header, atLeastS, atMostS] of [
      ['120', 120, 120],
      [new Date(Date.now() + 600_000).toUTCString(), 590, 600],
      ['10000000', 43_200, 43_200],
    ] as const) {
      scheduled = [];
      endpoint = await newEndpoint('https://receiver.example/hook');
      answers = [status(429, { 'retry-after': header })];
      await run([eventOf()]);
      expect(scheduled[0]!.delayS).toBeGreaterThanOrEqual(atLeastS);
      expect(scheduled[0]!.delayS).toBeLessThanOrEqual(atMostS);
    }
    // A day is longer than a queue keeps a message: the rest of the wait is taken afterwards.
    const [row] = await log.deliveries({ owner: shop.id }, 1);
    expect(row!.dueAtMs - Date.now()).toBeGreaterThan(86_000_000);
  });

  test('answered 410 disables the endpoint; what follows is parked with its body', async () => {
    const [event, next] = [eventOf(), eventOf()];
    answers = [status(410)];
    await run([event]);
    expect(await rowOf(event)).toMatchObject({ status: 'parked', last_status: 410, body: event.body });
    const list = await get('/v1/callback-endpoints', shop.key);
    expect(list.body.data[0]).toMatchObject({ id: endpoint.id, status: 'disabled' });
    await run([next]);
    expect(seen).toHaveLength(1);
    expect(await rowOf(next)).toMatchObject({
      status: 'parked',
      last_error: 'the endpoint is not active',
      body: next.body,
    });
    expect(scheduled).toEqual([]);
  });

  test('whose last attempt fails is parked with its body, for people to see', async () => {
    const event = eventOf();
    await run([event]);
    await testEnv.REPORTS.prepare('UPDATE delivery SET due_at = 0, attempts = ?')
      .bind(attemptsMax - 1)
      .run();
    scheduled = [];
    answers = [status(500)];
    await again([{ delivery: deliveryId(event.id, endpoint.id), attempt: attemptsMax }]);
    expect(scheduled).toEqual([]);
    expect(await rowOf(event)).toMatchObject({
      status: 'parked',
      attempts: attemptsMax,
      body: event.body,
    });
    const parked = await get(`/v1/callback-deliveries?status=parked&owner=${shop.id}`, adminKey);
    expect(parked.body.data[0]).toMatchObject({ event: event.id, last_error: 'answered 500' });
  });

  test('to an endpoint deleted meanwhile is not sent', async () => {
    const event = eventOf();
    await call('DELETE', `/v1/callback-endpoints/${endpoint.id}`, { key: shop.key });
    await run([event]);
    expect(seen).toEqual([]);
    expect(await rowOf(event)).toMatchObject({ status: 'parked' });
  });

  test('to an address that production refuses is not sent, even if it was registered once', async () => {
    endpoint = await newEndpoint('http://127.0.0.1:9000/');
    const event = eventOf();
    await run([event], { config: { ...config, mode: 'production' } });
    expect(seen).toEqual([]);
    expect(await rowOf(event)).toMatchObject({ status: 'retrying', last_error: 'not https' });
  });

  test('with a secret sealed for another endpoint is not sent', async () => {
    const other = await newEndpoint('https://receiver.example/2');
    await testEnv.DIRECTORY.prepare(
      'UPDATE callback_endpoint SET sealed_secret = (SELECT sealed_secret FROM callback_endpoint WHERE id = ?1) WHERE id = ?2',
    )
      .bind(endpoint.id, other.id)
      .run();
    await run([eventOf({ endpoints: [other.id] })]);
    expect(seen).toEqual([]);
  });

  test('is logged with the first kilobyte of what was answered, however much that is', async () => {
    const event = eventOf();
    answers = [status(200, {}, 'ж'.repeat(100_000))];
    await run([event]);
    const [attempt] = (await attemptsOf(event))!;
    expect(attempt!.response).toBe('ж'.repeat(500));
  });
});

describe('nobody waits for somebody else’s receiver', () => {
  test('in one message: each delivery has its own outcome, and only what failed is scheduled', async () => {
    const [good, bad, slow] = [
      await newEndpoint('https://good.example/'),
      await newEndpoint('https://bad.example/'),
      await newEndpoint('https://slow.example/'),
    ];
    answersAt = {
      'https://good.example/': status(204),
      'https://bad.example/': status(503),
      'https://slow.example/': stalls,
    };
    const events = Array.from({ length: 8 }, () => eventOf({ endpoints: [good.id, bad.id, slow.id] }));
    expect(await run(events)).toMatchObject({ explicitAcks: ['m0'] });
    const to = (host: string) => seen.filter(({ url }) => url === `https://${host}.example/`).length;
    expect(to('good')).toBe(8);
    expect(to('bad')).toBe(8);
    // Two connections, and after their time none at all: the others go into the other lane untried.
    expect(to('slow')).toBe(2);
    for (const event of events) {
      expect(await rowOf(event, good.id)).toBeNull();
      expect(await rowOf(event, bad.id)).toMatchObject({ status: 'retrying', attempts: 1 });
      expect(await rowOf(event, slow.id)).toMatchObject({ status: 'retrying' });
    }
    expect(scheduled).toHaveLength(16);
    expect(scheduled.filter(({ message }) => message.attempt === 1)).toHaveLength(6);
  });

  test('an endpoint that fails is not waited for among the first, until it works again', async () => {
    const [first, second, third] = [eventOf(), eventOf(), eventOf()];
    await run([first]);
    expect(await endpointRow()).toMatchObject({ failingSinceMs: expect.any(Number) });
    await run([second]);
    expect(seen).toHaveLength(1);
    expect(await rowOf(second)).toMatchObject({ status: 'retrying', attempts: 0, last_error: null });
    expect(scheduled.at(-1)).toEqual({
      message: { delivery: deliveryId(second.id, endpoint.id), attempt: 1 },
      delayS: 0,
    });
    answers = [status(200), status(200)];
    await again([scheduled.at(-1)!.message]);
    expect(await rowOf(second)).toBeNull();
    expect(await endpointRow()).toMatchObject({ failingSinceMs: null });
    await run([third]);
    expect(seen).toHaveLength(3);
    expect(await attemptsOf(third)).toMatchObject([{ error: null }]);
  });

  test.each([
    [0, 30],
    [60, 30],
    [1_200, 300],
    [86_400, 600],
  ])('an endpoint failing for %i s is left alone for %i s after a silence', async (failingS, silentS) => {
    const event = eventOf();
    await run([event]);
    await directory.changeEndpoint(testAct, endpoint.id, { failingSinceMs: Date.now() - failingS * 1_000 });
    await later();
    answers = [stalls];
    await again([scheduled[0]!.message]);
    const leftAloneS = ((await endpointRow())!.silentUntilMs! - Date.now()) / 1_000;
    expect(Math.abs(leftAloneS - silentS)).toBeLessThan(10);
  });

  test('since when it fails is the first failure, not the last', async () => {
    await run([eventOf()]);
    await testEnv.DIRECTORY.prepare('UPDATE callback_endpoint SET failing_since = 5').run();
    await later();
    await again([scheduled[0]!.message]);
    expect(seen).toHaveLength(2);
    expect(await endpointRow()).toMatchObject({ failingSinceMs: 5 });
  });

  test('among the retries, an endpoint that keeps silent is asked by two connections a turn', async () => {
    const events = Array.from({ length: 6 }, () => eventOf());
    answersAt = { 'https://receiver.example/hook': stalls };
    await run(events);
    await later();
    const messages = scheduled.map(({ message }) => message);
    [seen, scheduled] = [[], []];
    await again(messages);
    expect(seen).toHaveLength(2);
    expect(scheduled).toHaveLength(6);
    // Those that had no turn lose no attempt.
    const waiting = scheduled.filter(({ delayS }) => delayS >= 30);
    expect(waiting.length).toBeGreaterThanOrEqual(4);
    const rows = await Promise.all(events.map((event) => rowOf(event)));
    expect(rows.reduce((sum, row) => sum + Number(row!.attempts), 0)).toBe(4);
    // Nor do its next turns keep anybody waiting, until its silence is over.
    const next = () => again(scheduled.splice(0).map(({ message }) => message));
    await later();
    seen = [];
    await next();
    expect(seen).toEqual([]);
    expect(scheduled).toHaveLength(6);
    await directory.changeEndpoint(testAct, endpoint.id, { silentUntilMs: Date.now() - 1 });
    await later();
    answersAt = { 'https://receiver.example/hook': status(200) };
    await next();
    expect(seen).toHaveLength(6);
    expect(await endpointRow()).toMatchObject({ failingSinceMs: null, silentUntilMs: null });
  });
});

describe('an endpoint', () => {
  const told = { type: 'callback_endpoint.disabled', endpoints: [expect.stringMatching(/^cbe_/)] };

  test('that failed for days is disabled, and its owner’s others are told', async () => {
    const other = await newEndpoint('https://other.example/');
    const day = 86_400_000;
    for (const [days, disabled] of [
      [4.9, false],
      [5.1, true],
    ] as const) {
      await directory.changeEndpoint(testAct, endpoint.id, { failingSinceMs: Date.now() - days * day });
      const event = eventOf();
      await run([event]);
      await again([scheduled.at(-1)!.message]);
      expect((await endpointRow())!.status).toBe(disabled ? 'disabled' : 'active');
    }
    expect(announced).toMatchObject([
      { ...told, endpoints: [other.id], owner: shop.id, object: endpoint.id },
    ]);
    const body = JSON.parse(announced[0]!.body);
    expect(body.data).toMatchObject({ id: endpoint.id, status: 'disabled', reason: 'failing' });
    // What was its, is parked.
    await later();
    await again(scheduled.map(({ message }) => message));
    const { data } = (await get('/v1/callback-deliveries?status=parked', shop.key)).body;
    expect(data).toHaveLength(2);
  });

  test('that is gone is disabled once, however many say so, and its owner can read of it', async () => {
    answers = [status(410), status(410)];
    await run([eventOf(), eventOf()]);
    expect(seen).toHaveLength(2);
    // There is nobody else to tell: it stands in the log.
    expect(announced).toEqual([]);
    const { data } = (await get('/v1/events?type=callback_endpoint.disabled', shop.key)).body;
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ object: endpoint.id, attempts: [] });
  });

  test('that is paused lets events wait; when it goes on they begin anew', async () => {
    const [first, second] = [eventOf(), eventOf()];
    await run([first]);
    await directory.changeEndpoint(testAct, endpoint.id, { status: 'paused' });
    await run([second]);
    await later();
    await again([scheduled[0]!.message]);
    expect(seen).toHaveLength(1);
    for (const event of [first, second]) expect(await rowOf(event)).toMatchObject({ status: 'waiting' });
    scheduled = [];
    await releaseWaiting(await parts());
    await sendOverdue(await parts(), 0);
    expect(scheduled).toEqual([]);
    await directory.changeEndpoint(testAct, endpoint.id, { status: 'active', failingSinceMs: null });
    await releaseWaiting(await parts());
    await sendOverdue(await parts(), 0);
    answers = [status(200), status(200)];
    await again(scheduled.map(({ message }) => message));
    expect(seen).toHaveLength(3);
    for (const event of [first, second]) expect(await rowOf(event)).toBeNull();
  });

  test('that was disabled during its pause has what waited parked', async () => {
    const event = eventOf();
    await directory.changeEndpoint(testAct, endpoint.id, { status: 'paused' });
    await run([event]);
    await directory.disableEndpoint(testAct, endpoint.id, 'asked');
    await releaseWaiting(await parts());
    await again([{ delivery: deliveryId(event.id, endpoint.id), attempt: 1 }]);
    expect(seen).toEqual([]);
    expect(await rowOf(event)).toMatchObject({ status: 'parked' });
  });

  test('whose secret is being rotated verifies with the old and with the new one, then with the new only', async () => {
    const path = `/v1/callback-endpoints/${endpoint.id}/rotate-secret`;
    const rotated = await post(path, shop.key, { overlap_hours: 2 });
    expect(rotated).toMatchObject({ status: 200, body: { id: endpoint.id } });
    const inTwoHours = Date.parse(rotated.body.previous_secret_until) - Date.now();
    expect(Math.abs(inTwoHours - 7_200_000)).toBeLessThan(60_000);
    answers = [status(200), status(200), status(200)];
    const verifies = (secret: string) => {
      const { headers, body } = seen.at(-1)!;
      try {
        return new Webhook(secret).verify(body, Object.fromEntries(headers)) !== undefined;
      } catch {
        return false;
      }
    };
    await run([eventOf()]);
    expect(seen.at(-1)!.headers.get('webhook-signature')).toMatch(/^v1,\S+ v1,\S+ v1a,\S+$/);
    expect([endpoint.secret, rotated.body.secret].map(verifies)).toEqual([true, true]);
    await directory.changeEndpoint(testAct, endpoint.id, { previousUntilMs: Date.now() - 1 });
    await run([eventOf()]);
    expect([endpoint.secret, rotated.body.secret].map(verifies)).toEqual([false, true]);
    expect((await get(`/v1/callback-endpoints/${endpoint.id}`, shop.key)).body).toMatchObject({
      previous_secret_until: null,
    });
    const atOnce = (await post(path, shop.key, { overlap_hours: 0 })).body;
    await run([eventOf()]);
    expect([rotated.body.secret, atOnce.secret].map(verifies)).toEqual([false, true]);
  });
});

describe('who hears of what', () => {
  test('an endpoint hears of the types it asked for, and everything when it asked for none', async () => {
    const [paid, both] = [
      await newEndpoint('https://receiver.example/paid', { types: ['order.paid'] }),
      await newEndpoint('https://receiver.example/both', { types: ['order.paid', 'order.expired'] }),
    ];
    const { announcing } = await parts();
    const atMs = Date.now();
    const events = ['order.paid', 'order.expired', 'refund.completed'].map((type) => ({
      ...{ id: newId('event', atMs), type, atMs, owner: shop.id, sequence: 7, data: { id: 'ord_1' } },
    }));
    await announce(announcing, events);
    const listeners = announced.map((event) => [event.type, event.endpoints.toSorted()]);
    expect(listeners).toEqual([
      ['order.paid', [endpoint.id, paid.id, both.id].toSorted()],
      ['order.expired', [endpoint.id, both.id].toSorted()],
      ['refund.completed', [endpoint.id]],
    ]);
    const body = JSON.parse(announced[0]!.body);
    expect(body).toEqual({
      type: 'order.paid',
      timestamp: new Date(atMs).toISOString(),
      data: { id: 'ord_1' },
      owner: shop.id,
      sequence: 7,
      api_version: '2026-11-01',
    });
  });

  test('what none of an owner’s endpoints hears of is logged all the same', async () => {
    const other = await newShop();
    const url = 'https://receiver.example/refunds';
    await post('/v1/callback-endpoints', other.key, { url, types: ['refund.completed'] });
    const { announcing } = await parts();
    const atMs = Date.now();
    const event = { type: 'order.paid', atMs, owner: other.id, sequence: 1, data: { id: 'ord_1' } };
    const id = newId('event', atMs);
    // Told twice, as after a crash.
    for (let time = 0; time < 2; time++) await announce(announcing, [{ ...event, id }]);
    expect(announced).toEqual([]);
    expect((await get('/v1/events', other.key)).body.data).toMatchObject([{ id, attempts: [] }]);
  });

  test('who never had an endpoint costs no row', async () => {
    const other = await newShop();
    const { announcing } = await parts();
    const atMs = Date.now();
    const event = { type: 'order.paid', atMs, owner: other.id, sequence: 1, data: { id: 'ord_1' } };
    await announce(announcing, [{ ...event, id: newId('event', atMs) }]);
    expect((await get('/v1/events', other.key)).body.data).toEqual([]);
  });
});

describe('when the switch’s own parts fail', () => {
  test('a log that takes no record gives the message back to the queue', async () => {
    answers = [status(200)];
    const result = await run([eventOf()], { log: failing('record') });
    expect(result).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: 'm0' }] });
  });

  test('a message that comes again leaves out what was delivered', async () => {
    const [made, missing] = [eventOf(), eventOf()];
    answers = [status(200), status(200)];
    await run([made]);
    await run([made, missing], {}, 2);
    expect(seen.map(({ headers }) => headers.get('webhook-id'))).toEqual([made.id, missing.id]);
  });

  test('a message that comes again because it was cut off leaves nothing open that it delivers', async () => {
    const event = eventOf();
    answers = [status(500), status(200)];
    await run([event]);
    await directory.noteHealth((await endpointRow())!, goodHealth);
    await run([event], {}, 2);
    expect(await attemptsOf(event)).toMatchObject([{ status: 500 }, { status: 200 }]);
    expect(await rowOf(event)).toBeNull();
  });

  test('a queue that takes no retries loses none: they are found overdue', async () => {
    const event = eventOf();
    const broken = { sendBatch: () => Promise.reject(new Error('queue is away')) };
    const retries = broken as unknown as Queue<RetryMessage>;
    expect(await run([event], { retries })).toMatchObject({ explicitAcks: ['m0'] });
    await later();
    await sendOverdue(await parts(), 0);
    const found = scheduled.filter(({ message }) => message.delivery.startsWith(event.id));
    expect(found).toEqual([
      { message: { delivery: deliveryId(event.id, endpoint.id), attempt: 2 }, delayS: 0 },
    ]);
    scheduled = [];
    // Not every minute anew.
    await sendOverdue(await parts(), 0);
    expect(scheduled).toEqual([]);
  });

  test('an attempt cut off after it was recorded is followed by the next all the same', async () => {
    const event = eventOf();
    answers = [status(500), status(500), status(200)];
    await run([event]);
    await later();
    const { message } = scheduled[0]!;
    await again([message]);
    scheduled = [];
    // The next message was never sent; this one comes again.
    await again([message], {}, 2);
    expect(scheduled).toEqual([{ message: { ...message, attempt: 3 }, delayS: expect.any(Number) }]);
    await later();
    await again([message], {}, 3);
    expect(await rowOf(event)).toBeNull();
    expect(seen).toHaveLength(3);
  });

  test('further attempts that cannot be recorded are given back', async () => {
    await run([eventOf()]);
    await later();
    answers = [status(200)];
    const result = await again([scheduled[0]!.message], { log: failing('record') });
    expect(result).toMatchObject({ retryBatch: { retry: true } });
  });

  test('what reaches the dead-letter queue is parked with its body', async () => {
    const [event, tried] = [eventOf(), eventOf()];
    await run([tried]);
    const batch = createMessageBatch<CallbackMessage | RetryMessage>('staging-tolom-callbacks-dead', [
      { id: 'd0', timestamp: new Date(), attempts: 1, body: { events: [event] } },
      { id: 'd1', timestamp: new Date(), attempts: 1, body: scheduled[0]!.message },
    ]);
    await switchOf(testEnv).queue(batch);
    expect(await getQueueResult(batch, createExecutionContext())).toMatchObject({ ackAll: true });
    for (const [one, attempts] of [
      [event, 0],
      [tried, 1],
    ] as const) {
      const lost = { status: 'parked', attempts, last_error: 'gave up', body: one.body };
      expect(await rowOf(one)).toMatchObject(lost);
      expect(await attemptsOf(one)).toHaveLength(attempts);
    }
  });

  test('a dead letter that cannot be recorded is not lost', async () => {
    const batch = createMessageBatch<CallbackMessage>('tolom-callbacks-dead', [
      { id: 'd0', timestamp: new Date(), attempts: 1, body: { events: [eventOf()] } },
    ]);
    await expect(park(batch, { log: failing('record') })).rejects.toThrow('away');
    expect(await getQueueResult(batch, createExecutionContext())).toMatchObject({ ackAll: false });
  });
});

describe('events on their way into the queue', () => {
  test('share messages of as many deliveries as are handled well, in order, none lost', () => {
    const small = Array.from({ length: 60 }, () => eventOf());
    const messages = messagesOf(small);
    expect(messages.map(({ events }) => events.length)).toEqual([25, 25, 10]);
    expect(messages.flatMap(({ events }) => events)).toEqual(small);
    const many = Array.from({ length: 3 }, () => eventOf({ endpoints: Array(10).fill(endpoint.id) }));
    expect(messagesOf(many).map(({ events }) => events.length)).toEqual([2, 1]);
    expect(messagesOf([])).toEqual([]);
  });

  test('go in messages and calls that a queue takes', () => {
    const size = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
    const large = Array.from({ length: 30 }, () => eventOf({ body: 'ក'.repeat(13_000) }));
    const messages = messagesOf(large);
    for (const message of messages) expect(size(message)).toBeLessThan(128_000);
    const calls = callsOf(messages);
    expect(calls.flat()).toEqual(messages);
    for (const one of calls) expect(size(one)).toBeLessThan(256_000);
    expect(callsOf(messagesOf(Array.from({ length: 2_600 }, () => eventOf()))).length).toBeGreaterThan(1);
  });
});
