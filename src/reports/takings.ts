/** What a merchant took in a time, and gave back. */
import type { Made } from '../directory/index.ts';
import { earliestTransferId } from '../kernel/index.ts';

export interface TakingsFilter {
  readonly merchant: string;
  readonly fromMs: number;
  readonly beforeMs: number;
  /** What a cashier's view is narrowed to. */
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
export async function takings(
  database: D1Database,
  { merchant, fromMs, beforeMs, only }: TakingsFilter,
): Promise<TakingsRow[]> {
  const narrowed = only && ('person' in only ? 'AND person = ?4' : 'AND till = ?4');
  const range = (from: string, before: string) =>
    `SELECT kind, (created_at - ?2) / ${hourMs} AS hour, person, till, store, code,
       count(*) AS count, sum(amount) AS sum, sum(tip) AS tips
     FROM transfer WHERE merchant = ?1 AND id >= '${from}' AND id < '${before}' AND created_at < ?3
       AND status = 'completed' ${narrowed ?? ''}
     GROUP BY kind, hour, person, till, store, code`;
  const ranges = (['payment', 'refund'] as const).map((kind) =>
    range(earliestTransferId(kind, fromMs), earliestTransferId(kind, beforeMs)),
  );
  const mine = only && ('person' in only ? only.person : only.till);
  const bindings = [merchant, fromMs, beforeMs, ...(mine === undefined ? [] : [mine])];
  const found = await database
    .prepare(ranges.join(' UNION ALL '))
    .bind(...bindings)
    .all<TakingsRow>();
  return found.results;
}
