/** A file of several steps: stopped after each, taken up by two workers at once, and the same in the end. */
import { beforeAll, describe, expect, test } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { newId, newTransferId, utf8 } from '../../src/kernel/index.ts';
import { type Format, formatSchema } from '../../src/matching/formats.ts';
import { noCounters, start } from '../../src/matching/model.ts';
import { endOfFile, receivePart } from '../../src/matching/receive.ts';
import { continueFile, type MatchingParts } from '../../src/matching/run.ts';
import { matchingStore, type PartnerFileRow } from '../../src/matching/store.ts';
import { ofPartner, periodsOf, reportsOf } from '../../src/reports/index.ts';
import { migrate, testEnv } from '../support/switch.ts';

const participant = 'par_large';
const fromMs = Date.parse('2026-11-20T18:00:00Z');
const dayMs = 86_400_000;
const count = 4_500;

const payments = Array.from({ length: count }, (_, index) => {
  const atMs = fromMs + Math.floor((index * dayMs) / count);
  // Amounts repeat, as they do.
  const amount = 1_000 + ((index * 7_919) % 500) * 10;
  return { id: newTransferId('payment', atMs, index + 1), reference: `inv-${index}`, amount, atMs };
});

const periods = periodsOf(testEnv);
const store = matchingStore(testEnv.REPORTS);
const parts: MatchingParts = {
  directory: directoryOf(testEnv.DIRECTORY),
  store,
  ofPartner: (walk) => ofPartner(periods, walk),
  reported: reportsOf(periods).reported,
  completeUpTo: async () => Date.now(),
};
const format: Format = formatSchema.parse({
  kind: 'csv',
  columns: { id: 'id', reference: 'reference', amount: 'amount', time: 'time' },
  currency: 'KGS',
});

beforeAll(async () => {
  await migrate();
  await testEnv.REPORTS.prepare(
    `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant,
       reference, created_at, ended_at)
     SELECT value ->> 'id', 'payment', 'completed', value ->> 'amount', 0, 'KGS', 'acc_1', 'acc_2', 0,
       '${participant}', value ->> 'reference', value ->> 'atMs', value ->> 'atMs' FROM json_each(?)`,
  )
    .bind(JSON.stringify(payments))
    .run();
});

type Manner = 'id' | 'reference' | 'amount';

/** Of ours the second is not there, the third has another amount; one row is nobody's, one is there twice. */
async function fileBy(manner: Manner): Promise<PartnerFileRow> {
  const line = ({ id, reference, amount, atMs }: (typeof payments)[number]) =>
    [
      manner === 'id' ? id : '',
      manner === 'reference' ? reference : '',
      (amount / 100).toFixed(2),
      new Date(atMs).toISOString(),
    ].join(',');
  const rows = payments.flatMap((paid, index) => {
    if (index === 1) return [];
    if (index === 2) return [line({ ...paid, amount: 777_777 })];
    return index === 3 ? [line(paid), line(paid)] : [line(paid)];
  });
  const stranger = {
    id: newTransferId('payment', fromMs, 9_999),
    reference: 'none',
    amount: 999_999,
    atMs: fromMs,
  };
  const text = `id,reference,amount,time\n${[...rows, line(stranger)].join('\n')}\n`;
  const file = await newFile();
  const received = await receivePart(store, file, format, 1, utf8(text));
  if (!received.ok) throw new Error(JSON.stringify(received.refusal));
  await endOfFile(store, received.value, format);
  return fresh(file);
}

async function newFile(): Promise<PartnerFileRow> {
  const file: PartnerFileRow = {
    id: newId('partnerFile', Date.now()),
    ...{ participant, format: 'ffm_large', name: 'large.csv', fromMs, beforeMs: fromMs + dayMs },
    ...{ status: 'receiving', by: 'a test', createdAtMs: Date.now(), finishedAtMs: null },
    ...{ parts: [], bytes: 0, place: {}, carry: '', rows: 0, unreadCount: 0, unread: [] },
    ...{ steps: 0, progress: start, counters: noCounters },
  };
  await store.addFile(file);
  return file;
}

async function fresh({ id }: PartnerFileRow): Promise<PartnerFileRow> {
  const file = await store.file(id);
  if (!file) throw new Error('the file is gone');
  return file;
}

const counted = ({ counters: { matched, differences } }: PartnerFileRow) =>
  [matched, differences].flatMap((counts) => Object.values(counts)).reduce((sum, each) => sum + each, 0);

const missingThere = async ({ id }: PartnerFileRow) =>
  (await store.differences({ file: id, type: 'missing_there' }, 100)).map(({ transfer }) => transfer);

describe.each([
  [
    'id',
    { id: count - 1, reference: 0, amount: 0 },
    { missing_here: 1, missing_there: 1, amount: 1, duplicate: 1 },
  ],
  [
    'reference',
    { id: 0, reference: count - 1, amount: 0 },
    { missing_here: 1, missing_there: 1, amount: 1, duplicate: 1 },
  ],
  // Nothing tells what a row of another amount is, or that it is there twice.
  [
    'amount',
    { id: 0, reference: 0, amount: count - 2 },
    { missing_here: 3, missing_there: 2, amount: 0, duplicate: 0 },
  ],
] as const)('by %s', (manner, matched, differences) => {
  test('a file is matched in steps, whoever takes them, and says how far it has come', async () => {
    let file = await fileBy(manner);
    let known = 0;
    while (file.status === 'matching') {
      // Two at once, each stopped after its step; what goes on knows only what was written down.
      await Promise.all([continueFile(parts, file, 0), continueFile(parts, file, 0)]);
      file = await fresh(file);
      expect(counted(file)).toBeGreaterThanOrEqual(known);
      known = counted(file);
    }
    expect(file.counters).toMatchObject({ matched, differences });
    expect(file.counters.ours).toEqual({
      'KGS payment': { count, minor: String(payments.reduce((sum, { amount }) => sum + amount, 0)) },
    });
    const lost = manner === 'amount' ? [payments[1], payments[2]] : [payments[1]];
    expect((await missingThere(file)).sort()).toEqual(lost.map((paid) => paid?.id).sort());
    const found = await testEnv.REPORTS.prepare(
      'SELECT count(*) AS rows, count(DISTINCT transfer) AS ours FROM partner_row WHERE file = ? AND transfer IS NOT NULL',
    )
      .bind(file.id)
      .first();
    const pairs = matched.id + matched.reference + matched.amount;
    expect(found).toEqual({ rows: pairs, ours: pairs });
  });
});

test('of a part with very short rows no statement is handed more than a database takes', async () => {
  const lengths: number[] = [];
  const database = {
    prepare(text: string) {
      const statement = testEnv.REPORTS.prepare(text);
      return {
        bind(...values: unknown[]) {
          lengths.push(...values.map((value) => utf8(String(value)).length));
          return statement.bind(...values);
        },
      };
    },
    batch: (statements: D1PreparedStatement[]) => testEnv.REPORTS.batch(statements),
  } as unknown as D1Database;
  const rows = Array.from({ length: 100_000 }, (_, index) => `${index},1`);
  const bytes = utf8(`reference,amount\n${rows.join('\n')}\n`);
  const short: Format = formatSchema.parse({
    kind: 'csv',
    columns: { reference: 'reference', amount: 'amount' },
    currency: 'KGS',
  });
  const file = await newFile();
  const received = await receivePart(matchingStore(database), file, short, 1, bytes);
  expect(received).toMatchObject({ ok: true, value: { rows: rows.length } });
  expect(Math.max(...lengths)).toBeLessThan(2_000_000);
  const kept = 'SELECT count(*) AS rows, max(line) AS last FROM partner_row WHERE file = ?';
  expect(await testEnv.REPORTS.prepare(kept).bind(file.id).first()).toEqual({
    rows: rows.length,
    last: rows.length + 1,
  });
});
