/**
 * Finds transfers by what people know of them: a reference, an amount. References have an index, so they are found
 * whatever their age. Amounts have none, since it would cost a row written with every payment; so rows are looked
 * through from the newest back, so many at most, and the answer says how far, and where to go on.
 */
import { earliestTransferId, idPrefixes, timeOfId } from '../kernel/index.ts';
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

/** The same amount as it is written down in each currency. */
export type Amounts = readonly { readonly minor: number; readonly currency: string }[];

export interface Found {
  readonly rows: readonly FoundTransfer[];
  /** Everything that began since then was looked through. */
  readonly sinceMs: number;
  /** Of which payment on, and of which refund of the same time and number, it was; null when nothing is left. */
  readonly cursor: string | null;
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

/**
 * Payments and refunds of an amount that began in a time, newest first. `cursor`: what was looked through before ends
 * with it.
 */
export async function findTransfers(
  between: Periods['between'],
  amounts: Amounts,
  { fromMs, beforeMs, cursor }: Range & { readonly cursor?: string | undefined },
  limit: number,
): Promise<Found> {
  const first = placeIn(earliestTransferId('payment', fromMs));
  const range = { from: first, before: placeIn(cursor ?? earliestTransferId('payment', beforeMs)) };
  const found = await Promise.all(kinds.map((kind) => findOf(kind, between, amounts, range, limit)));
  // One kind may have been looked through further back than the other: nothing is shown before what both have reached.
  const reached =
    found
      .map(({ end }) => end)
      .toSorted()
      .at(-1) ?? first;
  const all = newestFirst(found.flatMap((of) => of.rows)).filter(({ id }) => placeIn(id) >= reached);
  const rows = all.slice(0, limit);
  const last = rows.at(-1);
  const end = all.length > limit && last ? placeIn(last.id) : reached;
  return {
    rows,
    sinceMs: Math.max(fromMs, timeOfId(ofKind('payment', end))),
    cursor: end > first ? ofKind('payment', end) : null,
  };
}

/** Where an id stands among those of all kinds. */
const placeIn = (id: string): string => id.slice(idPrefixes.payment.length + 1);
const ofKind = (kind: (typeof kinds)[number], place: string): string => `${idPrefixes[kind]}_${place}`;
const newestFirst = (rows: readonly FoundTransfer[]): FoundTransfer[] =>
  rows.toSorted((one, other) => (placeIn(one.id) < placeIn(other.id) ? 1 : -1));

interface Places {
  readonly from: string;
  readonly before: string;
}

/** `end`: where what was looked through begins. */
async function findOf(
  kind: (typeof kinds)[number],
  between: Periods['between'],
  amounts: Amounts,
  places: Places,
  limit: number,
): Promise<{ rows: FoundTransfer[]; end: string }> {
  const rows: FoundTransfer[] = [];
  let statements = 0;
  const pieces = between(ofKind(kind, places.from), ofKind(kind, places.before));
  for (const { database, from, before } of pieces.toReversed()) {
    for (let end = before; ; ) {
      if (rows.length >= limit || statements === statementsMax) return { rows, end: placeIn(end) };
      statements++;
      const step = await look(database, amounts, from, end, limit - rows.length);
      rows.push(...step.rows);
      if (step.last === null) break;
      end = step.last;
    }
  }
  return { rows, end: places.from };
}

/** Looks through some rows; `last` is the oldest of them, null when there are no more. */
async function look(
  database: D1Database,
  amounts: Amounts,
  from: string,
  before: string,
  limit: number,
): Promise<{ rows: FoundTransfer[]; last: string | null }> {
  const some = `SELECT * FROM transfer WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT ${rowsPerStatement}`;
  const [found, end] = await database.batch([
    database
      .prepare(
        `SELECT ${shown} FROM (${some})
           WHERE (amount, currency) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3)) ORDER BY id DESC LIMIT ?4`,
      )
      .bind(
        ...[from, before, JSON.stringify(amounts.map(({ minor, currency }) => [minor, currency])), limit],
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
