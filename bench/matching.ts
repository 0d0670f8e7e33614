/**
 * A participant's file of many rows against as many payments in the report database: by id, by reference, and by
 * amount and time alone, each with three planted differences that have to be the only ones. Rows read and written
 * are counted by D1, as the platform bills them; seconds depend on the machine, which also runs D1's own process.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { newId, newTransferId } from '../src/kernel/index.ts';
import type { Format } from '../src/matching/formats.ts';
import { noCounters, start } from '../src/matching/model.ts';
import { endOfFile, partBytesMax, receivePart } from '../src/matching/receive.ts';
import { continueFile, type MatchingParts, type ReportedTransfer } from '../src/matching/run.ts';
import { matchingStore, type PartnerFileRow } from '../src/matching/store.ts';
import { ofPartner } from '../src/reports/of-partner.ts';
import { periodsOf } from '../src/reports/periods.ts';
import { machine } from './load/machine.ts';

const participant = 'par_bench';
const fromMs = Date.parse('2026-11-20T18:00:00Z');
const dayMs = 86_400_000;
const insertedAtOnce = 5_000;
const manners = ['id', 'reference', 'amount'] as const;
type Manner = (typeof manners)[number];

interface Paid {
  readonly id: string;
  readonly reference: string;
  readonly amount: number;
  readonly atMs: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { rows: { type: 'string', default: '100000' } } });
  const count = Number(values.rows);
  console.log(machine());
  const options = convertV4MiniflareOptions({
    workers: [
      {
        name: 'bench',
        compatibilityDate: '2026-11-01',
        modules: [{ type: 'ESModule', path: 'bench.js', contents: 'export default {}' }],
        d1Databases: { REPORTS: 'reports' },
      },
    ],
  });
  const miniflare = new Miniflare(options);
  try {
    const database = (await miniflare.getD1Database('REPORTS')) as unknown as D1Database;
    await migrate(database);
    const payments = paymentsOf(count);
    await fill(database, payments);
    for (const manner of manners) await measure(database, payments, manner);
  } finally {
    await miniflare.dispose();
  }
}

async function migrate(database: D1Database): Promise<void> {
  const folder = join(import.meta.dirname, '..', 'migrations', 'reports');
  const { entries } = JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8'));
  for (const { tag } of entries) {
    const text = readFileSync(join(folder, `${tag}.sql`), 'utf8');
    for (const statement of text.split('--> statement-breakpoint')) await database.prepare(statement).run();
  }
}

/** Spread over a day; amounts repeat, as they do. */
const paymentsOf = (count: number): Paid[] =>
  Array.from({ length: count }, (_, index) => {
    const atMs = fromMs + Math.floor((index * dayMs) / count);
    const amount = 1_000 + ((index * 7_919) % 5_000) * 10;
    return { id: newTransferId('payment', atMs, index + 1), reference: `inv-${index}`, amount, atMs };
  });

async function fill(database: D1Database, payments: readonly Paid[]): Promise<void> {
  const insert = database.prepare(
    `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant,
       reference, created_at, ended_at)
     SELECT value ->> 0, 'payment', 'completed', value ->> 1, 0, 'KGS', 'acc_1', 'acc_2', 0, '${participant}',
       value ->> 2, value ->> 3, value ->> 3 FROM json_each(?)`,
  );
  for (let at = 0; at < payments.length; at += insertedAtOnce) {
    const some = payments.slice(at, at + insertedAtOnce);
    const rows = some.map(({ id, amount, reference, atMs }) => [id, amount, reference, atMs]);
    await insert.bind(JSON.stringify(rows)).run();
  }
}

/** The partner's side: one payment is not there, one has another amount, one is nobody's. */
function fileOf(payments: readonly Paid[], manner: Manner): string {
  const line = ({ id, reference, amount, atMs }: Paid) =>
    [
      manner === 'id' ? id : '',
      manner === 'reference' ? reference : '',
      (amount / 100).toFixed(2),
      new Date(atMs).toISOString(),
    ].join(',');
  const rows = payments
    .slice(1)
    .map((paid, index) => line(index === 0 ? { ...paid, amount: 777_777 } : paid));
  const stranger = newTransferId('payment', fromMs, payments.length + 1);
  rows.push(line({ id: stranger, reference: 'none', amount: 999_999, atMs: fromMs }));
  return `id,reference,amount,time\n${rows.join('\n')}\n`;
}

async function measure(plain: D1Database, payments: readonly Paid[], manner: Manner): Promise<void> {
  const { database, rows } = metered(plain);
  const store = matchingStore(database);
  const periods = periodsOf({ REPORTS: database });
  const parts: MatchingParts = {
    directory: { participant: async () => undefined } as unknown as MatchingParts['directory'],
    store,
    ofPartner: (walk) => ofPartner(periods, walk),
    reported: async (ids) => new Map((await reported(database, ids)).map((row) => [row.id, row])),
    completeUpTo: async () => Date.now(),
  };
  const format: Format = {
    kind: 'csv',
    columns: { id: 'id', reference: 'reference', amount: 'amount', time: 'time' },
    currency: 'KGS',
    ...{ encoding: 'utf-8', delimiter: ',', skip_lines: 0, header: true, decimal: '.', grouping: '' },
    ...{ unit: 'major', sign: 'none', time: 'iso', offset: '+06:00', window_seconds: 60 },
  };
  let file = newFile();
  await store.addFile(file);
  const bytes = new TextEncoder().encode(fileOf(payments, manner));

  const began = performance.now();
  for (let at = 0, number = 1; at < bytes.length; at += partBytesMax, number++) {
    const part = await receivePart(store, file, format, number, bytes.slice(at, at + partBytesMax));
    if (!part.ok) throw new Error(JSON.stringify(part.refusal));
    file = part.value;
  }
  await endOfFile(store, file, format);
  const received = { seconds: secondsSince(began), ...rows() };
  const matching = performance.now();
  const begun = await store.file(file.id);
  const done = begun && (await continueFile(parts, begun, 600_000));
  const seconds = secondsSince(matching);
  const all = rows();
  console.log(
    JSON.stringify({
      by: manner,
      rows: done?.rows,
      megabytes: Math.round(bytes.length / 1e5) / 10,
      received,
      matching: { seconds, read: all.read - received.read, written: all.written - received.written },
      steps: done?.steps,
      matched: done?.counters.matched,
      differences: done?.counters.differences,
    }),
  );
}

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 100) / 10;

const newFile = (): PartnerFileRow => ({
  id: newId('partnerFile', Date.now()),
  participant,
  format: 'ffm_bench',
  name: 'bench.csv',
  fromMs,
  beforeMs: fromMs + dayMs,
  status: 'receiving',
  by: 'bench',
  createdAtMs: Date.now(),
  finishedAtMs: null,
  ...{ parts: [], bytes: 0, place: {}, carry: '', rows: 0, unreadCount: 0, unread: [] },
  ...{ steps: 0, progress: start, counters: noCounters },
});

async function reported(database: D1Database, ids: readonly string[]): Promise<ReportedTransfer[]> {
  const found = await database
    .prepare(
      `SELECT id, kind, status, amount, currency, participant, debtor, creditor, reference,
         order_reference AS orderReference, created_at AS createdAtMs, ended_at AS endedAtMs
       FROM transfer WHERE id IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(ids))
    .all<ReportedTransfer>();
  return found.results;
}

/** A database that counts the rows it reads and writes. */
function metered(plain: D1Database) {
  const total = { read: 0, written: 0 };
  const count = <Result extends { meta: D1Meta }>(result: Result): Result => {
    total.read += result.meta.rows_read;
    total.written += result.meta.rows_written;
    return result;
  };
  const inner = new WeakMap<object, D1PreparedStatement>();
  const statement = (own: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => statement(own.bind(...values)),
      all: async () => count(await own.all()),
      run: async () => count(await own.run()),
      // Drizzle reads rows as lists, of which D1 tells no counts: the same question, counted, and its values.
      raw: async () => count(await own.all<Record<string, unknown>>()).results.map(Object.values),
    } as unknown as D1PreparedStatement;
    inner.set(wrapped, own);
    return wrapped;
  };
  const database = {
    prepare: (query: string) => statement(plain.prepare(query)),
    batch: async (statements: D1PreparedStatement[]) =>
      (await plain.batch(statements.map((one) => inner.get(one) ?? one))).map(count),
  } as unknown as D1Database;
  return { database, rows: () => ({ ...total }) };
}
