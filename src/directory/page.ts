/** Lists are newest first, page by page, with the last id as cursor. */
import { and, desc, lt, or, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';

export interface PageRequest {
  readonly limit: number;
  /** The last id of the page before. */
  readonly cursor?: string;
}

export interface Page<Row> {
  readonly rows: Row[];
  readonly nextCursor: string | null;
}

export async function list<Row extends { id: string }>(
  db: DrizzleD1Database,
  table: SQLiteTable,
  id: SQLiteColumn,
  page: PageRequest,
  ...conditions: (SQL | undefined)[]
): Promise<Page<Row>> {
  const before = page.cursor === undefined ? undefined : lt(id, page.cursor);
  const rows = (await db
    .select()
    .from(table)
    .where(and(before, ...conditions))
    .orderBy(desc(id))
    .limit(page.limit + 1)
    .all()) as Row[];
  const shown = rows.slice(0, page.limit);
  return { rows: shown, nextCursor: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
}

/** Rows one of whose columns has a text somewhere; SQLite knows small and capital letters of English only. */
export function containing(text: string | undefined, ...columns: SQLiteColumn[]): SQL | undefined {
  if (text === undefined) return undefined;
  const small = text.toLowerCase();
  const forms = new Set([
    text,
    small,
    text.toUpperCase(),
    `${small.slice(0, 1).toUpperCase()}${small.slice(1)}`,
  ]);
  return or(...columns.flatMap((column) => [...forms].map((form) => sql`instr(${column}, ${form}) > 0`)));
}
