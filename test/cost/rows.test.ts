/**
 * Rows written are most of what a payment costs. What is counted here is what the platform bills; a change
 * that writes more must raise a number below, and say why.
 */
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alone, busy as many } from '../../bench/load/billed.ts';
import { announce, type CallbackMessage, callbackLogOf, deliver } from '../../src/callbacks/index.ts';
import { directoryOf } from '../../src/directory/index.ts';
import { identify, project } from '../../src/events/index.ts';
import { newId, readConfig } from '../../src/kernel/index.ts';
import type { Feed } from '../../src/ledger/index.ts';
import { paymentEvents } from '../../src/payments/index.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import { callbackSigner, newCallbackSecret, seal } from '../../src/signing/index.ts';
import {
  claimed,
  claimRequest,
  command,
  funded,
  ledger,
  newBook,
  opened,
  openedFunding,
  openedShop,
  outcomeOf,
  paying,
} from '../ledger/bank.ts';
import { meteredD1, rowsIn } from '../support/meter.ts';
import { migrate, testAct, testEnv } from '../support/switch.ts';

beforeAll(migrate);

const busy = 100;

async function neighbours() {
  const book = newBook();
  const funding = await openedFunding({ book });
  const [payer, shop] = [await opened({ book }), await openedShop({ book })];
  await outcomeOf(funding, command(payer, 100_000n, { kind: 'top_up' }));
  return { payer, shop };
}

test('within a book, alone: the key, the debit, the accept and the batch', async () => {
  const { payer, shop } = await neighbours();
  expect(await rowsIn(payer, () => outcomeOf(payer, command(shop, 10n)))).toBe(alone.bookRows);
});

test('within a book, together with others: the batch is shared', async () => {
  const { payer, shop } = await neighbours();
  const rows = await rowsIn(payer, () =>
    Promise.all(Array.from({ length: busy }, () => outcomeOf(payer, command(shop, 10n)))),
  );
  expect(rows / busy).toBeLessThanOrEqual(many.bookRows);
});

test('between books: three rows and a batch at the payer’s, two and a batch at the merchant’s', async () => {
  const { payer } = await funded(100_000n);
  const shop = await openedShop();
  let payerRows = 0;
  const shopRows = await rowsIn(shop, async () => {
    payerRows = await rowsIn(payer, async () => {
      await outcomeOf(payer, command(shop, 10n));
      await payer.stub.entries(Number.MAX_SAFE_INTEGER, 1);
    });
  });
  // The settle has a batch of its own here because nothing else comes along; an alarm may be set.
  expect(payerRows).toBeLessThanOrEqual(6);
  expect(shopRows).toBeLessThanOrEqual(4);
});

test('an order: the claim and its indexes to open it, its claim’s row more to pay it', async () => {
  const { payer, shop } = await neighbours();
  const opening = await rowsIn(shop, () => shop.stub.openClaim(claimRequest(10n, { reference: 'R-1' })));
  expect(opening).toBeLessThanOrEqual(4);
  const claim = await claimed(shop, 10n);
  expect(await rowsIn(payer, () => outcomeOf(payer, paying(shop, claim)))).toBeLessThanOrEqual(6);
});

test('the reports: one row and its two indexes a payment; a mark, and two sums of the hour, a message', async () => {
  const { payer, shop } = await neighbours();
  const before = (await ledger.book(payer.facts.book).feed(0, 500)).entries.length;
  for (let count = 0; count < 10; count++) await outcomeOf(payer, command(shop, 10n));
  const feed: Feed = await ledger.book(payer.facts.book).feed(before, 500);
  const metered = meteredD1(testEnv.REPORTS);
  const reports = reportsOf(periodsOf({ REPORTS: metered.database }));
  const batch = createMessageBatch<Feed>('tolom-events', [
    { id: '1', timestamp: Date.now(), attempts: 1, body: feed },
  ]);
  await testEnv.REPORTS.prepare('DELETE FROM transfer').run();
  await testEnv.REPORTS.prepare('DELETE FROM watermark').run();
  await reports.projection.apply([
    { book: payer.facts.book, entries: (await ledger.book(payer.facts.book).feed(0, before)).entries },
  ]);
  const start = metered.rows();
  await project(batch, {
    ledger,
    projection: reports.projection,
    sources: [paymentEvents],
    announce: async () => {},
  });
  await getQueueResult(batch, createExecutionContext());
  expect(metered.rows() - start).toBe(10 * (alone.reportRows - 3) + 3);
});

describe('callbacks', () => {
  const reports = meteredD1(testEnv.REPORTS);
  const directory = meteredD1(testEnv.DIRECTORY);
  const realFetch = globalThis.fetch;
  beforeAll(async () => {
    globalThis.fetch = async () => new Response(null, { status: 204 });
    for (const owner of ['par_test', 'mch_test']) {
      const id = newId('endpoint', Date.now());
      const sealedSecret = await seal(testEnv.TOLOM_SECRET ?? '', id, newCallbackSecret());
      const row = { id, owner, sealedSecret, url: 'https://receiver.example/', createdAtMs: 1 };
      const { add, tables } = directoryOf(testEnv.DIRECTORY);
      await add(testAct, tables.endpoints, { ...row, status: 'active' });
    }
  });
  afterAll(() => {
    globalThis.fetch = realFetch;
  });

  /** Tells what followed from some payments; answers the rows written and the messages it took. */
  async function told(payments: number): Promise<{ rows: number; messages: number }> {
    const { payer, shop } = await neighbours();
    const before = (await ledger.book(payer.facts.book).feed(0, 500)).entries.length;
    for (let count = 0; count < payments; count++) await outcomeOf(payer, command(shop, 10n));
    const { entries } = await ledger.book(payer.facts.book).feed(before, 500);
    const messages: CallbackMessage[] = [];
    const announcing = {
      directory: directoryOf(directory.database),
      log: callbackLogOf(reports.database),
      queue: {
        sendBatch: async (batch: MessageSendRequest<CallbackMessage>[]) => {
          messages.push(...batch.map(({ body }) => body));
        },
      } as unknown as Queue<CallbackMessage>,
    };
    const parts = {
      config: readConfig(testEnv),
      signer: await callbackSigner('a secret that only the tests of this project use'),
      ...announcing,
      announcing,
      retries: testEnv.RETRIES,
    };
    const start = reports.rows() + directory.rows();
    await announce(announcing, await identify([{ book: payer.facts.book, entries }], [paymentEvents]));
    const batch = createMessageBatch<CallbackMessage>(
      'tolom-callbacks',
      messages.map((body, index) => ({ id: `${index}`, timestamp: new Date(), attempts: 1, body })),
    );
    await deliver(batch, parts);
    const { explicitAcks } = await getQueueResult(batch, createExecutionContext());
    expect(explicitAcks).toHaveLength(messages.length);
    return { rows: reports.rows() + directory.rows() - start, messages: messages.length };
  }

  test('delivered, alone: both share a message, and have a row each', async () => {
    expect(await told(1)).toEqual({ rows: alone.deliveryRows, messages: alone.queueMessages - 1 });
  });

  test('delivered, together with others: a message carries as many as are handled well', async () => {
    const { rows, messages } = await told(50);
    expect(rows / 50).toBe(many.deliveryRows);
    // The entries of these payments came in one message.
    expect((messages + 1) / 50).toBeLessThanOrEqual(many.queueMessages);
  });
});
