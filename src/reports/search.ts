/**
 * Finds transfers by what people know of them: a reference, an order, an amount. References have an index, so they are
 * found whatever their age. Orders and amounts have none, since each would cost a row written with every payment; so rows
 * are looked through from the newest back, so many at most, and the answer says how far.
 */
import { earliestTransferId, timeOfId } from '../kernel/index.ts';
import type { Periods } from './periods.ts';

export interface FoundTransfer {
  readonly id: string;
  readonly kind: 'payment' | 'refund';
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly merchantName: string | null;
  readonly orderReference: string | null;
  readonly reference: string | null;
  /** Of a refund: the payment it gives back. */
  readonly payment: string | null;
  readonly createdAtMs: number;
}

export interface Sought {
  readonly order?: string;
  /** The same amount as it is written down in each currency. */
  readonly amounts?: readonly { readonly minor: number; readonly currency: string }[];
}

export interface Found {
  readonly rows: readonly FoundTransfer[];
  /** Everything that began since then was looked through. */
  readonly sinceMs: number;
}

// One statement keeps a database from others for some tens of milliseconds.
const rowsPerStatement = 25_000;
const statementsMax = 4;

const shown = `id, kind, status, amount, currency, merchant_name AS merchantName, order_reference AS orderReference,
  reference, payment, created_at AS createdAtMs`;

interface Range {
  readonly fromMs: number;
  readonly beforeMs: number;
}

const kinds = ['payment', 'refund'] as const;

/** Payments and refunds that began in a time and whose reference, the merchant's or the wallet's, it is; newest first. */
export async function transfersReferred(
  between: Periods['between'],
  reference: string,
  { fromMs, beforeMs }: Range,
  limit: number,
): Promise<FoundTransfer[]> {
  const pieces = kinds.flatMap((kind) =>
    between(earliestTransferId(kind, fromMs), earliestTransferId(kind, beforeMs)),
  );
  const found = await Promise.all(
    pieces.map(({ database, from, before }) =>
      database.batch<FoundTransfer>(
        referredQueries.map((query) => database.prepare(query).bind(reference, from, before, limit)),
      ),
    ),
  );
  const rows = found.flat().flatMap(({ results }) => results);
  // Both references of one may be the same.
  const each = new Map(rows.map((row) => [row.id, row]));
  return newestFirst([...each.values()]).slice(0, limit);
}

/** Each by its own index: of two at once the planner would rather walk through ids. */
export const referredQueries = ['reference', 'order_reference'].map(
  (column) =>
    `SELECT ${shown} FROM transfer WHERE ${column} = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4`,
);

/** Payments and refunds that began in a time, newest first. */
export async function findTransfers(
  between: Periods['between'],
  sought: Sought,
  range: Range,
  limit: number,
): Promise<Found> {
  const found = await Promise.all(kinds.map((kind) => findOf(kind, between, sought, range, limit)));
  const rows = newestFirst(found.flatMap((of) => of.rows));
  return { rows: rows.slice(0, limit), sinceMs: Math.max(...found.map(({ sinceMs }) => sinceMs)) };
}

const newestFirst = (rows: readonly FoundTransfer[]): FoundTransfer[] =>
  rows.toSorted((one, other) => other.createdAtMs - one.createdAtMs || (one.id < other.id ? 1 : -1));

async function findOf(
  kind: 'payment' | 'refund',
  between: Periods['between'],
  sought: Sought,
  { fromMs, beforeMs }: Range,
  limit: number,
): Promise<Found> {
  const rows: FoundTransfer[] = [];
  let statements = 0;
  const pieces = between(earliestTransferId(kind, fromMs), earliestTransferId(kind, beforeMs));
  for (const { database, from, before } of pieces.toReversed()) {
    for (let end = before; ; ) {
      if (rows.length >= limit || statements === statementsMax) return { rows, sinceMs: timeOfId(end) };
      statements++;
      const step = await look(database, sought, from, end, limit - rows.length);
      rows.push(...step.rows);
      if (step.last === null) break;
      end = step.last;
    }
  }
  return { rows, sinceMs: fromMs };
}

/** Looks through some rows; `last` is the oldest of them, null when there are no more. */
async function look(
  database: D1Database,
  { order, amounts = [] }: Sought,
  from: string,
  before: string,
  limit: number,
): Promise<{ rows: FoundTransfer[]; last: string | null }> {
  const some = `SELECT * FROM transfer WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT ${rowsPerStatement}`;
  const [found, end] = await database.batch([
    database
      .prepare(
        `SELECT ${shown} FROM (${some}) WHERE order_id = ?3
           OR (amount, currency) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?4)) ORDER BY id DESC LIMIT ?5`,
      )
      .bind(
        ...[from, before, order ?? null],
        JSON.stringify(amounts.map(({ minor, currency }) => [minor, currency])),
        limit,
      ),
    database
      .prepare(
        `SELECT id FROM transfer WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT 1 OFFSET ${rowsPerStatement - 1}`,
      )
      .bind(from, before),
  ]);
  const rows = (found?.results ?? []) as unknown as FoundTransfer[];
  // When as many were found as are wanted, what is older than the last of them was not looked at for certain.
  const [last] = (end?.results ?? []) as { id: string }[];
  return { rows, last: rows.length === limit ? (rows.at(-1)?.id ?? null) : (last?.id ?? null) };
}
