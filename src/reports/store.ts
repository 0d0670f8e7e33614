/** The report database: bulk upserts from the projector, queries for staff and merchants. */
import { and, asc, desc, eq, gt, gte, lt, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { BookState, Projection, Run, SweepMemory } from '../events/index.ts';
import { dayAfter, earliestTransferId, startOfDayMs } from '../kernel/index.ts';
import { countedIn, type TransferCount, totalCounts } from './counts.ts';
import type { Periods } from './periods.ts';
import { addEnding, allMerchants, dropSums, subtractRemoved, sumsBetween } from './rollup.ts';
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
const noState: BookState = { atMs: 0, position: 0, open: 0, oldestOpenAtMs: null, unreportedAtMs: null };
const deadLettersNote = 'dead letters';
// How often rows were dropped.
const dropsNote = 'drops';

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
// recorded moves nothing, as when the reports were dropped after its place was read; nor does one whose rows were
// written to other databases, which may have been emptied since, as the number of drops tells that was read before.
const upsertWatermarks = `INSERT INTO watermark (book, position, at, announced, counts)
  SELECT run.value ->> 0, run.value ->> 1, run.value ->> 2, run.value ->> 1, (${countsAfter})
  FROM json_each(?1) AS run LEFT JOIN watermark AS known ON known.book = run.value ->> 0
  WHERE run.value ->> 3 <= 1 + coalesce(known.position, 0)
    AND (?2 IS NULL OR ?2 = coalesce((SELECT value FROM note WHERE name = '${dropsNote}'), '0'))
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

export function reportsOf(periods: Periods) {
  const { main: database } = periods;
  const db = drizzle(database);
  const onlyOne = periods.databases.length === 1;

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
      const rows = byDatabase(transferRows(runs));
      const here = rows.get(database) ?? [];
      rows.delete(database);
      const drops = rows.size > 0 ? ((await noteOf(dropsNote)) ?? '0') : null;
      // Watermarks last, with what is in their own database: until then all of it is written again.
      await Promise.all([...rows].map(([other, theirs]) => other.batch(putTransfers(other, theirs))));
      await database.batch([
        ...putTransfers(database, here),
        database.prepare(upsertWatermarks).bind(JSON.stringify(marks), drops),
      ]);
    },
  };

  const byDatabase = (rows: readonly TransferRow[]) => Map.groupBy(rows, ({ id }) => periods.of(id));

  /** Writes rows that say more than what is there, and adds them to the sums when they have ended by that. */
  function putTransfers(into: D1Database, rows: readonly TransferRow[]): D1PreparedStatement[] {
    const values = JSON.stringify(rows.map(valuesOf));
    return [...addToRollups, upsertTransfers].map((statement) => into.prepare(statement).bind(values));
  }

  /** Takes rows out, and out of the sums. */
  function takeOut(from: D1Database, rows: readonly TransferRow[]): D1PreparedStatement[] {
    const ids = JSON.stringify(rows.map(({ id }) => id));
    return [...subtractRemoved, removeTransfers].map((statement) => from.prepare(statement).bind(ids));
  }

  async function noteOf(name: string): Promise<string | undefined> {
    const [note] = await db.select().from(notes).where(eq(notes.name, name)).all();
    return note?.value;
  }

  async function repairIn(its: D1Database, rows: readonly TransferRow[]) {
    const found = await its
      .prepare(`SELECT ${columns.join(', ')} FROM transfer WHERE id IN (SELECT value FROM json_each(?))`)
      .bind(JSON.stringify(rows.map(({ id }) => id)))
      .all<Record<string, unknown>>();
    const stored = new Map(found.results.map((row) => [row.id, columns.map((column) => row[column])]));
    const wrong = rows.flatMap((row) => {
      const problem = differs(row, stored.get(row.id));
      return problem ? [{ row, problem }] : [];
    });
    const wrongRows = wrong.map(({ row }) => row);
    if (wrong.length > 0) {
      // Where a period got its own database later, its rows are still where they were.
      for (const other of periods.databases) if (other !== its) await other.batch(takeOut(other, wrongRows));
      await its.batch([...takeOut(its, wrongRows.filter(isCertain)), ...putTransfers(its, wrongRows)]);
    }
    return wrong.map(({ row, problem }) => ({ id: row.id, problem }));
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
      const repaired = [];
      for (const [its, rows] of byDatabase(transferRows(runs))) repaired.push(...(await repairIn(its, rows)));
      return repaired;
    },

    /** Those of some transfers that have a row. */
    async reported(ids: readonly string[]): Promise<Map<string, TransferRow>> {
      const found = [...Map.groupBy(ids, periods.of)].map(([its, some]) =>
        drizzle(its)
          .select()
          .from(transfers)
          .where(sql`${transfers.id} IN (SELECT value FROM json_each(${JSON.stringify(some)}))`)
          .all(),
      );
      return new Map((await Promise.all(found)).flat().map((row) => [row.id, row]));
    },

    /** Count and sum of the rows of transfers begun before a time, per currency. */
    async totals(beforeMs: number): Promise<{ currency: string; count: number; sum: string }[]> {
      const found = periods.databases.map((one) =>
        one
          .prepare(
            `SELECT currency, count(*) AS count, CAST(sum(amount) AS TEXT) AS sum
             FROM transfer WHERE created_at < ? GROUP BY currency`,
          )
          .bind(beforeMs)
          .all<{ currency: string; count: number; sum: string }>(),
      );
      const totals = new Map<string, { count: number; sum: string }>();
      for (const { currency, count, sum } of (await Promise.all(found)).flatMap(({ results }) => results)) {
        const known = totals.get(currency) ?? { count: 0, sum: '0' };
        totals.set(currency, {
          count: known.count + count,
          sum: String(BigInt(known.sum) + BigInt(sum)),
        });
      }
      return [...totals]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([currency, total]) => ({ currency, ...total }));
    },

    /** Drops every row that entries can give again. How far events were announced stays known. */
    async drop(): Promise<void> {
      const removals = (from: D1Database) =>
        ['DELETE FROM transfer', ...dropSums].map((text) => from.prepare(text));
      const emptied = () =>
        database.batch([
          ...removals(database),
          database.prepare('UPDATE watermark SET announced = max(announced, position), position = 0, at = 0'),
          database
            .prepare(
              `INSERT INTO note (name, value) VALUES (?, '1')
               ON CONFLICT (name) DO UPDATE SET value = CAST(value + 1 AS TEXT)`,
            )
            .bind(dropsNote),
        ]);
      await emptied();
      if (onlyOne) return;
      for (const other of periods.databases.slice(1)) {
        await other.batch(removals(other));
      }
      // What was recorded meanwhile may have been dropped there.
      await emptied();
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

    note: noteOf,
    async putNote(name: string, value: string): Promise<void> {
      await db
        .insert(notes)
        .values({ name, value })
        .onConflictDoUpdate({ target: notes.name, set: { value } })
        .run();
    },

    /** Newest first; `beforeId` is the cursor. */
    async transfers(filter: TransferFilter, limit: number, beforeId?: string): Promise<TransferRow[]> {
      const found = periods.databases.map((one) =>
        drizzle(one)
          .select()
          .from(transfers)
          .where(and(...conditions(filter), beforeId === undefined ? undefined : lt(transfers.id, beforeId)))
          .orderBy(desc(transfers.id))
          .limit(limit)
          .all(),
      );
      const rows = (await Promise.all(found)).flat();
      return rows.sort((one, other) => (one.id > other.id ? -1 : 1)).slice(0, limit);
    },

    /** Completed payments that began in a time, oldest first; `afterId` is the cursor. */
    async paid(
      filter: Pick<TransferFilter, 'merchant' | 'participant' | 'currency' | 'debtor' | 'creditor' | 'till'>,
      fromMs: number,
      beforeMs: number,
      limit: number,
      afterId = earliestTransferId('payment', fromMs),
    ): Promise<TransferRow[]> {
      const rows: TransferRow[] = [];
      for (const stretch of periods.between(afterId, earliestTransferId('payment', beforeMs))) {
        const found = await drizzle(stretch.database)
          .select()
          .from(transfers)
          .where(
            and(
              ...conditions({ ...filter, kind: 'payment', status: 'completed' }),
              gt(transfers.id, stretch.from),
              lt(transfers.id, stretch.before),
            ),
          )
          .orderBy(asc(transfers.id))
          .limit(limit - rows.length)
          .all();
        rows.push(...found);
        if (rows.length === limit) break;
      }
      return rows;
    },

    /** Completed payments made with a printed code in a time, and refunds that ended in it. */
    async turnover(code: string, fromMs: number, beforeMs: number): Promise<Turnover> {
      const ended = periods.during(Number.NEGATIVE_INFINITY, beforeMs).map((one) =>
        drizzle(one)
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
          .all(),
      );
      return (await Promise.all(ended)).flat().reduce<Turnover>(plus, noTurnover);
    },

    /** What a merchant took in a time, and gave back; see `takings.ts`. */
    takings: (filter: TakingsFilter): Promise<TakingsRow[]> => takings(periods, filter),

    /** Completed payments and refunds per business day, merchant and currency, newest day first. */
    async daily(
      fromDay: string,
      toDay: string,
      { merchant, currency }: Pick<TransferFilter, 'merchant' | 'currency'>,
    ): Promise<DailyRow[]> {
      const figure = (kind: string, column: string) => `sum(iif(kind = '${kind}', ${column}, 0))`;
      const start = sumsBetween(fromDay, toDay, true);
      const found = periods.during(Number.NEGATIVE_INFINITY, startOfDayMs(dayAfter(toDay, 1))).map((one) =>
        one
          .prepare(
            `${start.text}
           SELECT day, nullif(merchant, '') AS merchant, max(name) AS merchantName, currency,
             ${figure('payment', 'count')} AS count, ${figure('payment', 'sum')} AS sum,
             ${figure('refund', 'count')} AS refunds, ${figure('refund', 'sum')} AS refundsSum
           FROM sums
           WHERE sums.merchant ${merchant === undefined ? '<>' : '='} ?
             AND status = 'completed' AND kind IN ('payment', 'refund') AND currency = coalesce(?, currency)
           GROUP BY day, sums.merchant, currency ORDER BY day DESC, sums.merchant, currency`,
          )
          .bind(...start.values, merchant ?? allMerchants, currency ?? null)
          .all<DailyRow>(),
      );
      return addedDays((await Promise.all(found)).flatMap(({ results }) => results));
    },
  };
}

const noTurnover: Turnover = { count: 0, sum: 0, refunds: 0, refundsSum: 0 };

const plus = (one: Turnover, other: Turnover): Turnover => ({
  count: one.count + other.count,
  sum: one.sum + other.sum,
  refunds: one.refunds + other.refunds,
  refundsSum: one.refundsSum + other.refundsSum,
});

const compare = (one: string | null, other: string | null): number =>
  one === other ? 0 : (one ?? '') < (other ?? '') ? -1 : 1;
const greatest = (one: string | null, other: string | null) => (compare(one, other) > 0 ? one : other);

/** What ended on a day may have begun in another period: of each day, merchant and currency one row. */
function addedDays(rows: readonly DailyRow[]): DailyRow[] {
  const days = new Map<string, DailyRow>();
  for (const row of rows) {
    const group = `${row.day} ${row.merchant} ${row.currency}`;
    const known = days.get(group);
    const merchantName = greatest(known?.merchantName ?? null, row.merchantName);
    days.set(group, known ? { ...row, ...plus(known, row), merchantName } : row);
  }
  return [...days.values()].sort(
    (one, other) =>
      compare(other.day, one.day) ||
      compare(one.merchant, other.merchant) ||
      compare(one.currency, other.currency),
  );
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
