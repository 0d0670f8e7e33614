/** One business day in sums: of everything that began in it, whatever day it ended. */
import { assert, earliestTransferId, type TransferIdKind } from '../kernel/index.ts';
import type { Periods } from './periods.ts';
import type { TransferRow } from './rows.ts';

const kinds: readonly TransferIdKind[] = ['payment', 'refund', 'topUp'];

export interface DaySum {
  readonly currency: string;
  readonly participant: string;
  readonly kind: string;
  readonly status: TransferRow['status'];
  readonly count: number;
  /** Minor units, as decimal text. */
  readonly sum: string;
}

// Ids sort by when transfers began: each kind's day is one range of the primary key.
const ranges = (fromMs: number, beforeMs: number): string =>
  kinds
    .map((kind) => {
      const [from, before] = [earliestTransferId(kind, fromMs), earliestTransferId(kind, beforeMs)];
      return `SELECT * FROM transfer WHERE id >= '${from}' AND id < '${before}'`;
    })
    .join(' UNION ALL ');

/** Periods begin with business days: no day is in two databases. */
const databaseOf = (periods: Periods, fromMs: number, beforeMs: number): D1Database => {
  const [database, other] = periods.during(fromMs, beforeMs);
  assert(database !== undefined && other === undefined, 'a business day is in one report database');
  return database;
};

/** In a fixed order. */
export async function daySums(periods: Periods, fromMs: number, beforeMs: number): Promise<DaySum[]> {
  const found = await databaseOf(periods, fromMs, beforeMs)
    .prepare(
      `SELECT currency, participant, kind, status, count(*) AS count, CAST(sum(amount) AS TEXT) AS sum
       FROM (${ranges(fromMs, beforeMs)}) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
    )
    .all<DaySum>();
  return found.results;
}

/** The first ids of a day's transfers that have not ended yet, or ended after a time. */
export async function dayStragglers(
  periods: Periods,
  fromMs: number,
  beforeMs: number,
  endedAfterMs: number | null,
  limit: number,
): Promise<string[]> {
  const found = await databaseOf(periods, fromMs, beforeMs)
    .prepare(
      `SELECT id FROM (${ranges(fromMs, beforeMs)})
       WHERE ended_at IS NULL OR ended_at > coalesce(?1, ended_at) ORDER BY id LIMIT ?2`,
    )
    .bind(endedAfterMs, limit)
    .all<{ id: string }>();
  return found.results.map(({ id }) => id);
}
