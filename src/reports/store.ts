/** The report database: bulk upserts from the projector, queries for staff and merchants. */
import { and, asc, desc, eq, gt, gte, lt, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { BookState, Projection, Run, SweepMemory } from '../events/index.ts';
import { businessZone, dayAfter, earliestTransferId, startOfDayMs } from '../kernel/index.ts';
import { countedIn, type TransferCount, totalCounts } from './counts.ts';
import { addEnding, allMerchants, hourMs, subtractRemoved, withHours } from './rollup.ts';
import { certaintyOf, type TransferRow, transferRows } from './rows.ts';
import { notes, transfers } from './schema.ts';
import { type TakingsFilter, type TakingsRow, takings } from './takings.ts';

export interface TransferFilter {
  readonly kind?: TransferRow['kind'];
  readonly status?: TransferRow['status'];
  readonly merchant?: string;
  readonly participant?: string;
  readonly currency?: string;
  readonly debtor?: string;
  readonly creditor?: string;
  readonly till?: string;
  readonly code?: string;
}

export interface DailyRow {
  readonly day: string;
  readonly merchant: string | null;
  readonly merchantName: string | null;
  readonly currency: string;
  readonly count: number;
  readonly sum: number;
  readonly refunds: number;
  readonly refundsSum: number;
}

/** What was paid and given back, in minor units. */
export type Turnover = Pick<DailyRow, 'count' | 'sum' | 'refunds' | 'refundsSum'>;

export interface ReportFigures {
  readonly transfers: readonly TransferCount[];
  /** How far each book is recorded. */
  readonly recorded: ReadonlyMap<number, number>;
  readonly newestEntryAtMs: number;
  /** Each book as the sweeper last found it. */
  readonly books: ReadonlyMap<number, BookState>;
  readonly deadLetters: number;
}

export type Reports = ReturnType<typeof reportsOf>;

// What the sweeper found, some books to a note, so that one visit writes one row.
const statesNote = 'books ';
const statesPerNote = 100;
const noState: BookState = { atMs: 0, position: 0, open: 0, oldestOpenAtMs: null };
const deadLettersNote = 'dead letters';

const columns = [
  'id',
  'kind',
  'status',
  'amount',
  'tip',
  'currency',
  'debtor',
  'creditor',
  'creditor_stripe',
  'participant',
  'merchant',
  'merchant_name',
  'store',
  'till',
  'order_id',
  'order_reference',
  'reference',
  'scheme',
  'refusal',
  'payment',
  'created_at',
  'ended_at',
  'person',
  'code',
] as const;

/** As `certaintyOf` says it. */
const certaintyIn = (row: string) =>
  `CASE ${row}.status WHEN 'requires_confirmation' THEN 0 WHEN 'processing' THEN 1 ELSE 2 END`;

// Many rows in one parameter: D1 binds at most 100. A row that is certain is never written again.
const upsertTransfers = `INSERT INTO transfer (${columns.join(', ')})
  SELECT ${columns.map((_, index) => `value ->> ${index}`).join(', ')} FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO UPDATE SET ${columns
    .filter((column) => column !== 'id')
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}
  WHERE ${certaintyIn('transfer')} < ${certaintyIn('excluded')}`;

// Counters as they were, and one more for each entry that was not counted yet.
const countsAfter = `SELECT json_group_object(name, count) FROM (SELECT name, sum(count) AS count FROM (
    SELECT key AS name, value AS count FROM json_each(coalesce(known.counts, '{}'))
    UNION ALL
    SELECT value ->> 1, 1 FROM json_each(run.value, '$[4]') WHERE value ->> 0 > coalesce(known.announced, 0)
  ) GROUP BY name)`;

// [book, position, at, first position of the run, what its entries count]: a run that does not follow what is
// recorded moves nothing, as when the reports were dropped after its place was read.
const upsertWatermarks = `INSERT INTO watermark (book, position, at, announced, counts)
  SELECT run.value ->> 0, run.value ->> 1, run.value ->> 2, run.value ->> 1, (${countsAfter})
  FROM json_each(?1) AS run LEFT JOIN watermark AS known ON known.book = run.value ->> 0
  WHERE run.value ->> 3 <= 1 + coalesce(known.position, 0)
  ON CONFLICT (book) DO UPDATE SET position = excluded.position, at = excluded.at,
    announced = max(watermark.announced, excluded.announced), counts = excluded.counts
  WHERE excluded.position > watermark.position`;

const addToRollups = addEnding(columns);
const removeTransfers = 'DELETE FROM transfer WHERE id IN (SELECT value FROM json_each(?1))';

const valuesOf = (row: TransferRow) => [
  row.id,
  row.kind,
  row.status,
  row.amount,
  row.tip,
  row.currency,
  row.debtor,
  row.creditor,
  row.creditorStripe,
  row.participant,
  row.merchant,
  row.merchantName,
  row.store,
  row.till,
  row.order,
  row.orderReference,
  row.reference,
  row.scheme,
  row.refusal,
  row.payment,
  row.createdAtMs,
  row.endedAtMs,
  row.person,
  row.code,
];

export function reportsOf(database: D1Database) {
  const db = drizzle(database);

  const projection: Projection = {
    async watermarks(books) {
      const found = await database
        .prepare('SELECT book, position FROM watermark WHERE book IN (SELECT value FROM json_each(?))')
        .bind(JSON.stringify(books))
        .all<{ book: number; position: number }>();
      return new Map(found.results.map(({ book, position }) => [book, position]));
    },
    async announced(books) {
      const found = await database
        .prepare('SELECT book, announced FROM watermark WHERE book IN (SELECT value FROM json_each(?))')
        .bind(JSON.stringify(books))
        .all<{ book: number; announced: number }>();
      return new Map(found.results.map(({ book, announced }) => [book, announced]));
    },
    async apply(runs) {
      const marks = runs.flatMap(({ book, entries }) => {
        const [first, last] = [entries[0], entries.at(-1)];
        if (!first || !last) return [];
        return [[book, last.position, last.entry.atMs, first.position, countedIn(entries)]];
      });
      await database.batch([
        ...putTransfers(transferRows(runs)),
        database.prepare(upsertWatermarks).bind(JSON.stringify(marks)),
      ]);
    },
  };

  /** Writes rows that say more than what is there, and adds them to the sums when they have ended by that. */
  function putTransfers(rows: readonly TransferRow[]): D1PreparedStatement[] {
    const values = JSON.stringify(rows.map(valuesOf));
    return [addToRollups, upsertTransfers].map((statement) => database.prepare(statement).bind(values));
  }

  const memory: SweepMemory = {
    async next() {
      const [note] = await db.select().from(notes).where(eq(notes.name, 'sweep')).all();
      return Number(note?.value ?? 0);
    },
    async remember(next) {
      const note = { name: 'sweep', value: String(next) };
      await db.insert(notes).values(note).onConflictDoUpdate({ target: notes.name, set: note }).run();
    },
    async found(states) {
      const pages = new Map<string, Record<number, BookState>>();
      for (const [book, state] of states) {
        const name = `${statesNote}${Math.floor(book / statesPerNote)}`;
        pages.set(name, { ...pages.get(name), [book]: state });
      }
      const merge = database.prepare(
        `INSERT INTO note (name, value) VALUES (?, ?)
         ON CONFLICT (name) DO UPDATE SET value = json_patch(value, excluded.value)`,
      );
      const merged = [...pages].map(([name, page]) => merge.bind(name, JSON.stringify(page)));
      if (merged.length > 0) await database.batch(merged);
    },
  };

  return {
    projection,
    memory,

    /**
     * Compares rows with what recorded entries say, and puts right what is missing or says something else;
     * answers which.
     */
    async repair(runs: readonly Run[]): Promise<{ id: string; problem: string }[]> {
      const rows = transferRows(runs);
      const found = await database
        .prepare(`SELECT ${columns.join(', ')} FROM transfer WHERE id IN (SELECT value FROM json_each(?))`)
        .bind(JSON.stringify(rows.map(({ id }) => id)))
        .all<Record<string, unknown>>();
      const stored = new Map(found.results.map((row) => [row.id, columns.map((column) => row[column])]));
      const wrong = rows.flatMap((row) => {
        const problem = differs(row, stored.get(row.id));
        return problem ? [{ row, problem }] : [];
      });
      if (wrong.length > 0) {
        const certain = wrong.map(({ row }) => row).filter(isCertain);
        const ids = JSON.stringify(certain.map(({ id }) => id));
        await database.batch([
          ...[subtractRemoved, removeTransfers].map((statement) => database.prepare(statement).bind(ids)),
          ...putTransfers(wrong.map(({ row }) => row)),
        ]);
      }
      return wrong.map(({ row, problem }) => ({ id: row.id, problem }));
    },

    /** Those of some transfers that have a row. */
    async reported(ids: readonly string[]): Promise<Map<string, TransferRow>> {
      const rows = await db
        .select()
        .from(transfers)
        .where(sql`${transfers.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
        .all();
      return new Map(rows.map((row) => [row.id, row]));
    },

    /** Count and sum of the rows of transfers begun before a time, per currency. */
    async totals(beforeMs: number): Promise<{ currency: string; count: number; sum: string }[]> {
      const found = await database
        .prepare(
          `SELECT currency, count(*) AS count, CAST(sum(amount) AS TEXT) AS sum
           FROM transfer WHERE created_at < ? GROUP BY currency ORDER BY currency`,
        )
        .bind(beforeMs)
        .all<{ currency: string; count: number; sum: string }>();
      return found.results;
    },

    /** Drops every row that entries can give again, and notes it. How far events were announced stays known. */
    async drop(note: { name: string; value: string }): Promise<void> {
      await database.batch([
        database
          .prepare('INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)')
          .bind(note.name, note.value),
        database.prepare('DELETE FROM transfer'),
        database.prepare('DELETE FROM rollup'),
        database.prepare('UPDATE watermark SET announced = max(announced, position), position = 0, at = 0'),
      ]);
    },

    /** Messages that the events queue gave up: their entries are sent again, but somebody should know why. */
    async countDeadLetters(count: number): Promise<void> {
      await database
        .prepare(
          `INSERT INTO note (name, value) VALUES (?, ?)
           ON CONFLICT (name) DO UPDATE SET value = CAST(value + excluded.value AS TEXT)`,
        )
        .bind(deadLettersNote, String(count))
        .run();
    },

    /** What the reports know of the switch at work: a row per book, however much was ever paid. */
    async figures(): Promise<ReportFigures> {
      const [marks, states, dead] = await database.batch([
        database.prepare('SELECT book, position, at, counts FROM watermark ORDER BY book'),
        database
          .prepare('SELECT value FROM note WHERE name >= ? AND name < ?')
          .bind(statesNote, `${statesNote}~`),
        database.prepare('SELECT value FROM note WHERE name = ?').bind(deadLettersNote),
      ]);
      const rows = (marks?.results ?? []) as { book: number; position: number; at: number; counts: string }[];
      const pages = (states?.results ?? []) as { value: string }[];
      const [deadLetters] = (dead?.results ?? []) as { value: string }[];
      // Merging leaves out what is null.
      const found = pages.flatMap(({ value }) => Object.entries<Partial<BookState>>(JSON.parse(value)));
      return {
        transfers: totalCounts(rows),
        recorded: new Map(rows.map(({ book, position }) => [book, position])),
        newestEntryAtMs: rows.reduce((newest, { at }) => Math.max(newest, at), 0),
        books: new Map(found.map(([book, state]) => [Number(book), { ...noState, ...state }])),
        deadLetters: Number(deadLetters?.value ?? 0),
      };
    },

    async note(name: string): Promise<string | undefined> {
      const [note] = await db.select().from(notes).where(eq(notes.name, name)).all();
      return note?.value;
    },
    async putNote(name: string, value: string): Promise<void> {
      await db
        .insert(notes)
        .values({ name, value })
        .onConflictDoUpdate({ target: notes.name, set: { value } })
        .run();
    },

    /** Newest first; `beforeId` is the cursor. */
    transfers: (filter: TransferFilter, limit: number, beforeId?: string): Promise<TransferRow[]> =>
      db
        .select()
        .from(transfers)
        .where(and(...conditions(filter), beforeId === undefined ? undefined : lt(transfers.id, beforeId)))
        .orderBy(desc(transfers.id))
        .limit(limit)
        .all(),

    /** Completed payments that began in a time, oldest first; `afterId` is the cursor. */
    paid: (
      filter: Pick<TransferFilter, 'merchant' | 'participant' | 'currency' | 'debtor' | 'creditor' | 'till'>,
      fromMs: number,
      beforeMs: number,
      limit: number,
      afterId = earliestTransferId('payment', fromMs),
    ): Promise<TransferRow[]> =>
      db
        .select()
        .from(transfers)
        .where(
          and(
            ...conditions({ ...filter, kind: 'payment', status: 'completed' }),
            gt(transfers.id, afterId),
            lt(transfers.id, earliestTransferId('payment', beforeMs)),
          ),
        )
        .orderBy(asc(transfers.id))
        .limit(limit)
        .all(),

    /** Completed payments made with a printed code in a time, and refunds that ended in it. */
    async turnover(code: string, fromMs: number, beforeMs: number): Promise<Turnover> {
      const [sums] = await db
        .select({
          count: sql<number>`coalesce(sum(${transfers.kind} = 'payment'), 0)`,
          sum: sql<number>`coalesce(sum(iif(${transfers.kind} = 'payment', ${transfers.amount}, 0)), 0)`,
          refunds: sql<number>`coalesce(sum(${transfers.kind} = 'refund'), 0)`,
          refundsSum: sql<number>`coalesce(sum(iif(${transfers.kind} = 'refund', ${transfers.amount}, 0)), 0)`,
        })
        .from(transfers)
        .where(
          and(
            ...conditions({ code, status: 'completed' }),
            gte(transfers.endedAtMs, fromMs),
            lt(transfers.endedAtMs, beforeMs),
          ),
        )
        .all();
      return sums ?? { count: 0, sum: 0, refunds: 0, refundsSum: 0 };
    },

    /** What a merchant took in a time, and gave back; see `takings.ts`. */
    takings: (filter: TakingsFilter): Promise<TakingsRow[]> => takings(database, filter),

    /** Completed payments and refunds per business day, merchant and currency, newest day first. */
    async daily(
      fromDay: string,
      toDay: string,
      { merchant, currency }: Pick<TransferFilter, 'merchant' | 'currency'>,
    ): Promise<DailyRow[]> {
      const day = `date(rollup.hour * ${hourMs / 1_000}, 'unixepoch', '${businessZone.sqlite}')`;
      const figure = (kind: string, column: string) => `sum(iif(kind = '${kind}', ${column}, 0))`;
      const found = await database
        .prepare(
          `${withHours}
           SELECT ${day} AS day, nullif(merchant, '') AS merchant, max(name) AS merchantName, currency,
             ${figure('payment', 'count')} AS count, ${figure('payment', 'sum')} AS sum,
             ${figure('refund', 'count')} AS refunds, ${figure('refund', 'sum')} AS refundsSum
           FROM span CROSS JOIN rollup ON rollup.hour = span.value
             AND rollup.merchant ${merchant === undefined ? '<>' : '='} ?3
           WHERE span.value < ?2 AND status = 'completed' AND kind IN ('payment', 'refund') AND count > 0
             AND currency = coalesce(?4, currency)
           GROUP BY 1, rollup.merchant, currency ORDER BY 1 DESC, rollup.merchant, currency`,
        )
        .bind(
          startOfDayMs(fromDay) / hourMs,
          startOfDayMs(dayAfter(toDay, 1)) / hourMs,
          merchant ?? allMerchants,
          currency ?? null,
        )
        .all<DailyRow>();
      return found.results;
    },
  };
}

const isCertain = (row: TransferRow): boolean => certaintyOf(row) === 2;

/** A row that entries leave undecided may be decided by others of them: then it only has to be there. */
function differs(row: TransferRow, stored: readonly unknown[] | undefined): string | undefined {
  if (!stored) return 'the row is missing';
  if (!isCertain(row)) return undefined;
  const values = valuesOf(row);
  const names = columns.filter((_, index) => values[index] !== stored[index]);
  return names.length > 0 ? `the row differs in ${names.join(', ')}` : undefined;
}

function conditions(filter: TransferFilter): (SQL | undefined)[] {
  const equal = <Value>(column: SQLiteColumn, value: Value | undefined) =>
    value === undefined ? undefined : eq(column, value);
  return [
    equal(transfers.kind, filter.kind),
    equal(transfers.status, filter.status),
    equal(transfers.merchant, filter.merchant),
    equal(transfers.participant, filter.participant),
    equal(transfers.currency, filter.currency),
    equal(transfers.debtor, filter.debtor),
    equal(transfers.creditor, filter.creditor),
    equal(transfers.till, filter.till),
    equal(transfers.code, filter.code),
  ];
}
