/** What a merchant took in a time, and gave back. */
import { type Made, traitsOf } from '../directory/index.ts';
import { earliestTransferId } from '../kernel/index.ts';
import type { Periods } from './periods.ts';

export interface TakingsFilter {
  readonly merchant: string;
  readonly fromMs: number;
  readonly beforeMs: number;
  /** What the caller's view is narrowed to. */
  readonly only?: Made | undefined;
}

/** All that was taken, or given back, in one hour by the same person, at the same till, with the same code. */
export interface TakingsRow {
  readonly kind: 'payment' | 'refund';
  /** Counted from the beginning of the time. */
  readonly hour: number;
  readonly person: string | null;
  readonly till: string | null;
  readonly store: string | null;
  readonly code: string | null;
  readonly count: number;
  readonly sum: number;
  readonly tips: number;
}

const hourMs = 3_600_000;

/**
 * By when they began, since ids sort by that time: two ranges of the index of merchant and id, or of a cashier's
 * own, however much the merchant ever took.
 */
export async function takings(periods: Periods, filter: TakingsFilter): Promise<TakingsRow[]> {
  const databases = periods.during(filter.fromMs, filter.beforeMs);
  return (await Promise.all(databases.map((database) => takingsIn(database, filter)))).flat();
}

async function takingsIn(
  database: D1Database,
  { merchant, fromMs, beforeMs, only }: TakingsFilter,
): Promise<TakingsRow[]> {
  const traits = traitsOf(only);
  const narrowed = traits
    .map(([trait, wanted], index) => `AND ${trait} ${wanted === null ? 'IS' : '='} ?${index + 4}`)
    .join(' ');
  const range = (from: string, before: string) =>
    `SELECT kind, (created_at - ?2) / ${hourMs} AS hour, person, till, store, code,
       count(*) AS count, sum(amount) AS sum, sum(tip) AS tips
     FROM transfer WHERE merchant = ?1 AND id >= '${from}' AND id < '${before}' AND created_at < ?3
       AND status = 'completed' ${narrowed}
     GROUP BY kind, hour, person, till, store, code`;
  const ranges = (['payment', 'refund'] as const).map((kind) =>
    range(earliestTransferId(kind, fromMs), earliestTransferId(kind, beforeMs)),
  );
  const found = await database
    .prepare(ranges.join(' UNION ALL '))
    .bind(merchant, fromMs, beforeMs, ...traits.map(([, wanted]) => wanted))
    .all<TakingsRow>();
  return found.results;
}
