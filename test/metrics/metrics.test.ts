/** What a machine that watches the switch is told, and what it costs to tell it. */
import { createMessageBatch } from 'cloudflare:test';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { callbackLogOf } from '../../src/callbacks/index.ts';
import type { BookState, Run } from '../../src/events/index.ts';
import { eventId, newId, newTransferId, type RefusalCode } from '../../src/kernel/index.ts';
import type { BookEntry, Entry } from '../../src/ledger/index.ts';
import { metricsOf } from '../../src/metrics/figures.ts';
import { openMetrics } from '../../src/metrics/openmetrics.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import { readOpenMetrics } from '../support/openmetrics.ts';
import { adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

beforeAll(migrate);

const database = testEnv.REPORTS;
const reports = reportsOf(periodsOf({ REPORTS: database }));
const { undelivered } = callbackLogOf(database);
const nowMs = Date.parse('2026-11-21T12:00:00Z');

/** The metrics as the route renders them, read by the strict reader. */
async function read(books = 3) {
  return readOpenMetrics(openMetrics(metricsOf(books, await reports.figures(), await undelivered(), nowMs)));
}
const value = (families: Awaited<ReturnType<typeof read>>, sample: string): number | undefined =>
  families.get(sample.replace(/(?:_total)?(?:\{.*)?$/, ''))?.samples.get(sample);

describe('over the API', () => {
  test('staff get OpenMetrics text with what happened', async () => {
    const issuer = await newIssuer();
    const shop = await newShop();
    const payer = await newPayer(issuer, 1_000);
    const paid = await pay(issuer, payer, { payload: (await newOrder(shop, 400)).qr.payload });
    await pay(issuer, payer, { payload: (await newOrder(shop, 400)).qr.payload });
    await pay(issuer, payer, { payload: (await newOrder(shop, 400_000)).qr.payload });
    const refunds = `/v1/merchants/${shop.id}/payments/${paid.body.id}/refunds`;
    await post(refunds, shop.key, { amount: 100 }, freshKey());
    await switchOf(testEnv).scheduled('* * * * *');
    const wanted: [string, number][] = [
      ['tolom_transfers_total{kind="payment",status="completed"}', 2],
      ['tolom_transfers_total{kind="payment",status="declined",refusal="payment.insufficient_funds"}', 1],
      ['tolom_transfers_total{kind="refund",status="completed"}', 1],
      ['tolom_transfers_total{kind="top_up",status="completed"}', 1],
    ];
    await until(
      () => reports.figures(),
      ({ transfers, books, recorded }) =>
        transfers.reduce((sum, { count }) => sum + count, 0) === 5 &&
        [...books].every(([book, { position }]) => (recorded.get(book) ?? 0) >= position),
    );
    const answer = await get('/metrics', adminKey);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    const families = readOpenMetrics(answer.body as unknown as string);
    expect([...families.keys()]).toEqual([
      'tolom_transfers',
      'tolom_confirmations_asked',
      'tolom_open_transfers',
      'tolom_oldest_open_transfer_age_seconds',
      'tolom_outbox_lag_entries',
      'tolom_books',
      'tolom_books_silent',
      'tolom_reports_newest_entry_timestamp_seconds',
      'tolom_callbacks_undelivered',
      'tolom_oldest_undelivered_callback_age_seconds',
      'tolom_dead_letters',
    ]);
    for (const [name, { help }] of families) expect(help, name).not.toBe('');
    for (const [sample, count] of wanted) expect(value(families, sample), sample).toBe(count);
    expect(value(families, 'tolom_books')).toBe(3);
    expect(value(families, 'tolom_outbox_lag_entries{book="2"}')).toBe(0);
    expect(answer.body).not.toContain(issuer.id);
  });
});

describe('from the report database', () => {
  beforeEach(async () => {
    for (const table of ['transfer', 'watermark', 'delivery', 'note']) {
      await database.prepare(`DELETE FROM ${table}`).run();
    }
  });

  let sequence = 0;
  function bookEntry(position: number, type: Entry['type'], refusal?: RefusalCode): BookEntry {
    const id = newTransferId('payment', nowMs, ++sequence);
    const account = newId('account', nowMs);
    const facts = { account, stripe: 0, stripes: 1, book: 1, owner: newId('participant', nowMs), version: 1 };
    const details = {
      id,
      kind: 'payment',
      amountMinor: 1,
      currency: 'KGS',
      debtor: account,
      creditor: account,
    };
    const transfer = { ...details, creditorStripe: 0, heldAtMs: nowMs, facts: { payerParticipant: 'par_1' } };
    const body = JSON.stringify({ transfer, ...(refusal && { refusal: { code: refusal } }) });
    return {
      position,
      account: 1,
      facts: { ...facts, kind: 'payer', currency: 'KGS', status: 'active', limitMinor: 0n },
      entry: {
        ...{ seq: position, atMs: nowMs, type, subject: id, body, hash: '' },
        ...{ availableDelta: 0n, heldDelta: 0n, available: 0n, held: 0n },
      },
    };
  }
  const run = (first: number, entries: [Entry['type'], RefusalCode?][], book = 1): Run => ({
    book,
    entries: entries.map(([type, refusal], index) => bookEntry(first + index, type, refusal)),
  });
  const completed = 'tolom_transfers_total{kind="payment",status="completed"}';
  const declined = (code: string) =>
    `tolom_transfers_total{kind="payment",status="declined",refusal="${code}"}`;

  test('an end is counted once, however often and in whatever pieces it comes', async () => {
    const { apply } = reports.projection;
    const whole = run(1, [['accept'], ['debit'], ['hold'], ['void', 'order.expired'], ['accept']]);
    const piece = (from: number, to: number): Run => ({ book: 1, entries: whole.entries.slice(from, to) });
    await apply([piece(0, 2)]);
    await apply([piece(0, 2)]);
    await apply([piece(3, 5)]);
    expect(value(await read(), completed)).toBe(1);
    await apply([piece(1, 4), run(1, [['accept'], ['decline', 'account.frozen']], 2)]);
    await apply([piece(0, 5)]);
    const families = await read();
    expect(value(families, completed)).toBe(3);
    expect(value(families, declined('order.expired'))).toBe(1);
    expect(value(families, declined('account.frozen'))).toBe(1);
    expect(families.get('tolom_transfers')?.samples.size).toBe(3);
  });

  test('a rebuild of the reports counts nothing again', async () => {
    const entries = run(1, [['accept'], ['accept'], ['decline', 'account.frozen']]);
    await reports.projection.apply([entries]);
    const before = await read();
    await reports.drop();
    expect(value(await read(), completed)).toBe(2);
    await reports.projection.apply([{ book: 1, entries: entries.entries.slice(0, 1) }]);
    await reports.projection.apply([entries]);
    expect(await read()).toEqual(before);
    await reports.projection.apply([run(4, [['accept']])]);
    expect(value(await read(), completed)).toBe(3);
  });

  test('open transfers, lags and silent books are as the sweeper found them', async () => {
    const state = (more: Partial<BookState>): BookState => ({
      ...{ atMs: nowMs - 30_000, position: 3, open: 0, oldestOpenAtMs: null, unreportedAtMs: null },
      ...more,
    });
    await reports.projection.apply([run(1, [['accept'], ['accept'], ['accept']])]);
    const stuck = state({ position: 7, open: 2, oldestOpenAtMs: nowMs - 90_000 });
    await reports.memory.found(new Map([[0, state({ position: 0 })]]));
    await reports.memory.found(
      new Map([
        [1, stuck],
        [299, state({ open: 1, oldestOpenAtMs: nowMs - 60_000 })],
      ]),
    );
    const families = await read(301);
    expect(value(families, 'tolom_open_transfers')).toBe(3);
    expect(value(families, 'tolom_oldest_open_transfer_age_seconds')).toBe(90);
    expect([...(families.get('tolom_outbox_lag_entries')?.samples ?? [])]).toEqual([
      ['tolom_outbox_lag_entries{book="0"}', 0],
      ['tolom_outbox_lag_entries{book="1"}', 4],
      ['tolom_outbox_lag_entries{book="299"}', 3],
    ]);
    expect(value(families, 'tolom_books_silent')).toBe(298);
    expect(value(families, 'tolom_reports_newest_entry_timestamp_seconds')).toBe(nowMs / 1_000);
    // What was open is not any more, and a book that is silent for long counts as such.
    await reports.memory.found(new Map([[1, state({ atMs: nowMs - 1_000_000 })]]));
    const later = await read(301);
    expect(value(later, 'tolom_open_transfers')).toBe(1);
    expect(value(later, 'tolom_oldest_open_transfer_age_seconds')).toBe(60);
    expect(value(later, 'tolom_books_silent')).toBe(299);
  });

  async function delivery(state: string, ageS: number): Promise<void> {
    const event = eventId(nowMs - ageS * 1_000, crypto.randomUUID());
    await database
      .prepare(
        `INSERT INTO delivery (id, event, type, endpoint, owner, status, attempts, updated_at)
         VALUES (?1 || ' cbe_1', ?1, 'payment.completed', 'cbe_1', 'par_1', ?2, 1, ?3)`,
      )
      .bind(event, state, nowMs)
      .run();
  }

  test('callbacks that are not delivered are counted, and the oldest that is retried has its age', async () => {
    expect(value(await read(), 'tolom_oldest_undelivered_callback_age_seconds')).toBe(0);
    await delivery('parked', 9_000);
    await delivery('retrying', 75);
    await delivery('retrying', 5);
    const families = await read();
    expect(value(families, 'tolom_callbacks_undelivered{state="retrying"}')).toBe(2);
    expect(value(families, 'tolom_callbacks_undelivered{state="parked"}')).toBe(1);
    expect(value(families, 'tolom_oldest_undelivered_callback_age_seconds')).toBe(75);
  });

  test('messages that were given up are counted', async () => {
    const { queue } = switchOf(testEnv);
    const message = { id: '1', timestamp: new Date(), attempts: 1, body: { book: 1, entries: [] } };
    for (let times = 0; times < 2; times++) {
      await queue(createMessageBatch('tolom-events-dead', [message, { ...message, id: '2' }]));
    }
    expect(value(await read(), 'tolom_dead_letters_total')).toBe(4);
  });

  /** Every statement of one reading, and the rows they read together. */
  async function costOf(work: (watched: D1Database) => Promise<unknown>) {
    const queries: [string, unknown[]][] = [];
    let rowsRead = 0;
    const inner = new Map<object, D1PreparedStatement>();
    const statement = (prepared: D1PreparedStatement, query: string): D1PreparedStatement => {
      const wrapped = {
        bind(...values: unknown[]) {
          queries.push([query, values]);
          return statement(prepared.bind(...values), query);
        },
      } as unknown as D1PreparedStatement;
      inner.set(wrapped, prepared);
      return wrapped;
    };
    const watched = {
      prepare(query: string) {
        if (!query.includes('?')) queries.push([query, []]);
        return statement(database.prepare(query), query);
      },
      async batch(statements: D1PreparedStatement[]) {
        const results = await database.batch(statements.map((one) => inner.get(one) ?? one));
        for (const { meta } of results) rowsRead += meta.rows_read;
        return results;
      },
    } as unknown as D1Database;
    await work(watched);
    return { queries, rowsRead };
  }

  test('to read them costs the same however much was paid and delivered', async () => {
    const reading = () =>
      costOf(async (watched) => {
        await reportsOf(periodsOf({ REPORTS: watched })).figures();
        await callbackLogOf(watched).undelivered();
      });
    await reports.projection.apply([run(1, [['accept']])]);
    const little = await reading();
    await database
      .prepare(
        `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe,
           participant, created_at)
         SELECT 'pay_' || value, 'payment', 'completed', 1, 0, 'KGS', 'a', 'b', 0, 'p', 1
         FROM json_each(?)`,
      )
      .bind(JSON.stringify(Array.from({ length: 3_000 }, (_, index) => index)))
      .run();
    await database
      .prepare(
        `INSERT INTO event_0 (owner, id, type, object, body, attempts)
         SELECT 'par_1', 'evt_' || value, 't', 'pay_' || value, '{}', '' FROM json_each(?)`,
      )
      .bind(JSON.stringify(Array.from({ length: 3_000 }, (_, index) => index)))
      .run();
    const much = await reading();
    expect(much.rowsRead).toBe(little.rowsRead);
    expect(much.queries.length).toBe(6);
    for (const [query, values] of much.queries) {
      const plan = await database
        .prepare(`EXPLAIN QUERY PLAN ${query}`)
        .bind(...values)
        .all<{ detail: string }>();
      for (const { detail } of plan.results)
        expect(detail, query).not.toMatch(/SCAN (transfer|delivery|event)/);
    }
    // Of what is not delivered no more is counted than matters.
    await database
      .prepare(
        `INSERT INTO delivery (id, event, type, endpoint, owner, status, attempts, updated_at)
         SELECT value || ' cbe_1', value, 't', 'cbe_1', 'par_1', 'retrying', 1, 1 FROM json_each(?)`,
      )
      .bind(JSON.stringify(Array.from({ length: 12_000 }, (_, index) => eventId(nowMs + index, ''))))
      .run();
    expect((await reading()).rowsRead - much.rowsRead).toBeLessThanOrEqual(10_010);
    expect(await undelivered()).toEqual({ retrying: 10_000, parked: 0, oldestAtMs: nowMs });
  });
});
