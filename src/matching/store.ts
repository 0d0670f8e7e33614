/** Files, their rows and the differences, in the report database: each step is written with what it found, or not at all. */
import { and, asc, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { newId } from '../kernel/index.ts';
import type { Difference } from './match.ts';
import type { DifferenceType, History, Sums } from './model.ts';
import type { FileRow } from './rows.ts';
import { differences, partnerFiles } from './schema.ts';

export type PartnerFileRow = typeof partnerFiles.$inferSelect;
export type DifferenceRow = typeof differences.$inferSelect;
export type MatchingStore = ReturnType<typeof matchingStore>;

export interface DifferenceFilter {
  readonly file?: string | undefined;
  readonly participant?: string | undefined;
  readonly type?: DifferenceType | undefined;
  readonly status?: DifferenceRow['status'] | undefined;
}

/** A row that was found to be one of ours. */
export interface Matched {
  readonly line: number;
  readonly transfer: string;
  readonly kind: string;
}

export interface StepWrites {
  readonly matched: readonly Matched[];
  readonly found: readonly Difference[];
}

/** Beyond so many candidates of one amount in one time, amount and time tell nothing apart. */
export const openRowsMax = 50_000;
const undecidedStatuses = ['open', 'proposed', 'approved'] as const;
const undecidedCountMax = 10_000;

// A value that D1 is handed holds two megabytes at most, and a row has up to four hundred bytes in it.
const rowsPerStatement = 4_000;

// Whoever writes a step down was not overtaken by somebody who took the same one.
const unchanged = 'EXISTS (SELECT 1 FROM partner_file WHERE id = ?2 AND steps = ?3)';
const insertRows = `INSERT INTO partner_row (file, line, key, amount, currency, kind, status, earliest, latest)
  SELECT ?2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
  FROM json_each(?1) WHERE ${unchanged}`;
// An upsert, and a join in this order: an UPDATE … FROM would look through all pairs for each row of the file.
const markMatched = `INSERT INTO partner_row (file, line, amount, currency, status, transfer, kind)
  SELECT file, line, amount, currency, status, pair.value ->> 1, pair.value ->> 2
  FROM json_each(?1) AS pair CROSS JOIN partner_row ON file = ?2 AND line = pair.value ->> 0
  WHERE ${unchanged}
  ON CONFLICT (file, line) DO UPDATE SET transfer = excluded.transfer, kind = excluded.kind`;
const differenceColumns = [
  ...['id', 'file', 'participant', 'type', 'status', 'action', 'line', 'key', 'transfer', 'currency'],
  ...['ours', 'theirs', 'our_status', 'their_status', 'created_at', 'history'],
];
const insertDifferences = `INSERT INTO difference (${differenceColumns.join(', ')})
  SELECT ${differenceColumns.map((_, index) => `value ->> ${index}`).join(', ')}
  FROM json_each(?1) WHERE ${unchanged}`;

// Indexes are named, or `+` keeps one out, where the planner takes the one of open rows: it would read them all.
const rowColumns = 'line, key, amount, currency, kind, status, earliest AS earliestMs, latest AS latestMs';

export function matchingStore(database: D1Database) {
  const db = drizzle(database);
  const one = async <Row>(rows: Promise<Row[]>): Promise<Row | undefined> => (await rows)[0];
  const changed = ({ id, steps }: PartnerFileRow, after: Partial<PartnerFileRow>) =>
    db
      .update(partnerFiles)
      .set({ ...after, steps: steps + 1 })
      .where(and(eq(partnerFiles.id, id), eq(partnerFiles.steps, steps)));
  const guarded = (statement: string, { id, steps }: PartnerFileRow, values: readonly unknown[]) =>
    database.prepare(statement).bind(JSON.stringify(values), id, steps);
  /** All of it, or nothing when the file has gone on without us. */
  const write = async (
    file: PartnerFileRow,
    after: Partial<PartnerFileRow>,
    statements: D1PreparedStatement[],
  ): Promise<boolean> => {
    const last = changed(file, after).toSQL();
    const results = await database.batch([...statements, database.prepare(last.sql).bind(...last.params)]);
    return (results.at(-1)?.meta.changes ?? 0) > 0;
  };

  return {
    file: (id: string) =>
      one<PartnerFileRow>(db.select().from(partnerFiles).where(eq(partnerFiles.id, id)).all()),
    /** Newest first; `beforeId` is the cursor. */
    files: (participant: string | undefined, limit: number, beforeId?: string): Promise<PartnerFileRow[]> =>
      db
        .select()
        .from(partnerFiles)
        .where(
          and(
            participant === undefined ? undefined : eq(partnerFiles.participant, participant),
            beforeId === undefined ? undefined : lt(partnerFiles.id, beforeId),
          ),
        )
        .orderBy(desc(partnerFiles.id))
        .limit(limit)
        .all(),
    /** Those that are being matched, oldest first. */
    unfinished: (limit: number): Promise<PartnerFileRow[]> =>
      db
        .select()
        .from(partnerFiles)
        .where(eq(partnerFiles.status, 'matching'))
        .orderBy(asc(partnerFiles.id))
        .limit(limit)
        .all(),
    async addFile(row: PartnerFileRow): Promise<void> {
      await db.insert(partnerFiles).values(row).run();
    },
    /** Writes a part down with its rows. */
    receive: (
      file: PartnerFileRow,
      after: Partial<PartnerFileRow>,
      rows: readonly FileRow[],
    ): Promise<boolean> =>
      write(
        file,
        after,
        inPieces(rows.map(valuesOf)).map((piece) => guarded(insertRows, file, piece)),
      ),
    /** Writes a step of matching down. */
    step: (file: PartnerFileRow, after: Partial<PartnerFileRow>, writes: StepWrites): Promise<boolean> => {
      const nowMs = Date.now();
      const statements = [
        [markMatched, writes.matched.map(({ line, transfer, kind }) => [line, transfer, kind])] as const,
        [insertDifferences, writes.found.map((found) => differenceOf(file, found, nowMs))] as const,
      ];
      const needed = statements.filter(([, values]) => values.length > 0);
      return write(
        file,
        after,
        needed.map(([statement, values]) => guarded(statement, file, values)),
      );
    },

    /** Rows with one of these keys that nothing is matched with yet. */
    async withKeys(file: string, keys: readonly string[]): Promise<FileRow[]> {
      const found = await database
        .prepare(
          `SELECT ${rowColumns} FROM partner_row INDEXED BY partner_row_key
           WHERE file = ?1 AND key IN (SELECT value FROM json_each(?2)) AND transfer IS NULL ORDER BY line`,
        )
        .bind(file, JSON.stringify([...new Set(keys)]))
        .all<FileRow>();
      return found.results;
    },
    /** Rows of one of these amounts that nothing is matched with yet, and that may have happened in that time. */
    async withAmounts(
      file: string,
      amounts: readonly number[],
      fromMs: number,
      toMs: number,
    ): Promise<FileRow[]> {
      const found = await database
        .prepare(
          `SELECT ${rowColumns} FROM (SELECT value AS wanted FROM json_each(?2)) CROSS JOIN partner_row
           ON file = ?1 AND amount = wanted AND earliest <= ?4 AND latest >= ?3 AND transfer IS NULL
           ORDER BY line LIMIT ${openRowsMax}`,
        )
        .bind(file, JSON.stringify([...new Set(amounts)]), fromMs, toMs)
        .all<FileRow>();
      return found.results;
    },
    /** Rows that nothing is matched with, in their order. */
    async openRows(file: string, afterLine: number, limit: number): Promise<FileRow[]> {
      const found = await database
        .prepare(
          `SELECT ${rowColumns} FROM partner_row WHERE file = ? AND line > ? AND +transfer IS NULL ORDER BY line LIMIT ?`,
        )
        .bind(file, afterLine, limit)
        .all<FileRow>();
      return found.results;
    },
    /** Whether any row with a key is matched with nothing. */
    async hasOpenKeys(file: string): Promise<boolean> {
      const found = await database
        .prepare(
          `SELECT 1 FROM partner_row INDEXED BY partner_row_key
           WHERE file = ? AND key IS NOT NULL AND transfer IS NULL LIMIT 1`,
        )
        .bind(file)
        .all();
      return found.results.length > 0;
    },
    /** What of ours the rows with these keys are matched with. */
    async matchedBy(file: string, keys: readonly string[]): Promise<Set<string>> {
      const found = await database
        .prepare(
          `SELECT transfer FROM partner_row INDEXED BY partner_row_key
           WHERE file = ?1 AND key IN (SELECT value FROM json_each(?2)) AND transfer IS NOT NULL`,
        )
        .bind(file, JSON.stringify([...new Set(keys)]))
        .all<{ transfer: string }>();
      return new Set(found.results.map(({ transfer }) => transfer));
    },
    /** Which of these keys a matched row has. */
    async matchedKeys(file: string, keys: readonly string[]): Promise<Set<string>> {
      const found = await database
        .prepare(
          `SELECT DISTINCT key FROM partner_row INDEXED BY partner_row_key
           WHERE file = ?1 AND key IN (SELECT value FROM json_each(?2)) AND transfer IS NOT NULL`,
        )
        .bind(file, JSON.stringify(keys))
        .all<{ key: string }>();
      return new Set(found.results.map(({ key }) => key));
    },
    /** What the partner says has completed. */
    async theirSums(file: string): Promise<Sums> {
      const found = await database
        .prepare(
          `SELECT currency || ' ' || coalesce(kind, 'payment') AS name, count(*) AS count,
             CAST(sum(amount) AS TEXT) AS minor
           FROM partner_row WHERE file = ? AND status = 'completed' GROUP BY name ORDER BY name`,
        )
        .bind(file)
        .all<{ name: string; count: number; minor: string }>();
      return Object.fromEntries(found.results.map(({ name, count, minor }) => [name, { count, minor }]));
    },

    difference: (id: string) =>
      one<DifferenceRow>(db.select().from(differences).where(eq(differences.id, id)).all()),
    /** Newest first; `beforeId` is the cursor. */
    differences: (filter: DifferenceFilter, limit: number, beforeId?: string): Promise<DifferenceRow[]> => {
      const { file, participant, type, status } = filter;
      const conditions: (SQL | undefined)[] = [
        file === undefined ? undefined : eq(differences.file, file),
        participant === undefined ? undefined : eq(differences.participant, participant),
        type === undefined ? undefined : eq(differences.type, type),
        status === undefined ? undefined : eq(differences.status, status),
        beforeId === undefined ? undefined : lt(differences.id, beforeId),
      ];
      const rows = db
        .select()
        .from(differences)
        .where(and(...conditions));
      return rows.orderBy(desc(differences.id)).limit(limit).all();
    },
    /** What nobody has resolved, oldest first. */
    undecided: (limit: number): Promise<DifferenceRow[]> =>
      db
        .select()
        .from(differences)
        .where(inArray(differences.status, [...undecidedStatuses]))
        .orderBy(asc(differences.id))
        .limit(limit)
        .all(),
    /** How much nobody has resolved, at most 10,000. */
    async undecidedCount(): Promise<number> {
      const found = await database
        .prepare(
          `SELECT count(*) AS found FROM (SELECT 1 FROM difference
           WHERE status IN (SELECT value FROM json_each(?)) LIMIT ${undecidedCountMax})`,
        )
        .bind(JSON.stringify(undecidedStatuses))
        .first<number>('found');
      return found ?? 0;
    },
    /** Adds to what was said of a difference, and moves it on; undefined when it is no longer as it was read. */
    async decide(
      { id, status, history }: DifferenceRow,
      said: History,
      change: Partial<Pick<DifferenceRow, 'status' | 'proposal' | 'refund'>> = {},
    ): Promise<DifferenceRow | undefined> {
      const asRead = and(
        eq(differences.id, id),
        eq(differences.status, status),
        sql`json_array_length(${differences.history}) = ${history.length}`,
      );
      const set = { ...change, history: [...history, said] };
      return (await db.update(differences).set(set).where(asRead).returning().all())[0];
    },
  };
}

/** Of a part with short rows there are more than one statement takes. */
const inPieces = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / rowsPerStatement) }, (_, index) =>
    items.slice(index * rowsPerStatement, (index + 1) * rowsPerStatement),
  );

const valuesOf = (row: FileRow) => [
  ...[row.line, row.key, row.amount, row.currency, row.kind, row.status, row.earliestMs, row.latestMs],
];

function differenceOf(file: PartnerFileRow, { type, action, row, ours }: Difference, nowMs: number) {
  return [
    newId('difference', nowMs),
    file.id,
    file.participant,
    type,
    'open',
    action,
    row?.line ?? null,
    row?.key ?? null,
    ours?.id ?? null,
    ours?.currency ?? row?.currency,
    ours?.amount ?? null,
    row?.amount ?? null,
    ours?.status ?? null,
    row?.status ?? null,
    nowMs,
    '[]',
  ];
}
