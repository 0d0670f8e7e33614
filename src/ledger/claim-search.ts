/**
 * Finds claims of a book whoever's they are, by what the table has anyway: its key and its index of references both
 * begin with the account, so each account that has claims is asked in turn, so many at a time. No index of its own,
 * which would cost a row written with every claim for a question that is asked some times a day.
 */
import { type ClaimRow, type ClaimView, viewOf } from './claims.ts';

export type ClaimSought =
  | { readonly id: string }
  | {
      readonly reference: string;
      /** Ids from one to before another. */
      readonly from: string;
      readonly before: string;
      /** The newest of them. */
      readonly limit: number;
    };

export interface ClaimsFound {
  readonly claims: ClaimView[];
  /** Where to go on; null when all accounts were asked. */
  readonly next: number | null;
}

// Each costs a seek or three: payments do not wait longer than for a busy transaction.
const accountsAtOnce = 2_000;

/** Accounts with claims, after one: a seek for each, however many claims they have. */
export const holdersQuery = `
  WITH RECURSIVE holder (no) AS (
    SELECT (SELECT account FROM claim WHERE account > ?1 ORDER BY account LIMIT 1)
    UNION ALL
    SELECT (SELECT account FROM claim WHERE account > holder.no ORDER BY account LIMIT 1)
      FROM holder WHERE holder.no IS NOT NULL LIMIT ?2)
  SELECT no FROM holder WHERE no IS NOT NULL`;

export const byIdQuery = `
  SELECT claim.* FROM json_each(?1) AS holder
    CROSS JOIN claim ON claim.account = holder.value AND claim.id = ?2`;

/** Of each account the newest: one that repeats a reference for ever is not read as a whole. */
export const byReferenceQuery = `
  SELECT claim.* FROM json_each(?1) AS holder
    CROSS JOIN claim ON claim.account = holder.value AND claim.id IN (
      SELECT id FROM claim INDEXED BY claim_reference
        WHERE account = holder.value AND reference = ?2 AND id >= ?3 AND id < ?4 ORDER BY id DESC LIMIT ?5)
    ORDER BY claim.id DESC LIMIT ?5`;

/** Claims of the next accounts after one; 0: of the first. */
export function findClaims(
  sql: SqlStorage,
  sought: ClaimSought,
  afterAccount: number,
  nowMs: number,
): ClaimsFound {
  const holders = sql
    .exec<{ no: number }>(holdersQuery, afterAccount, accountsAtOnce)
    .toArray()
    .map(({ no }) => no);
  const among = JSON.stringify(holders);
  const rows =
    'id' in sought
      ? sql.exec<ClaimRow>(byIdQuery, among, sought.id)
      : sql.exec<ClaimRow>(
          byReferenceQuery,
          ...[among, sought.reference, sought.from, sought.before, sought.limit],
        );
  return {
    claims: rows.toArray().map((row) => viewOf(row, nowMs)),
    next: holders.length === accountsAtOnce ? (holders.at(-1) ?? null) : null,
  };
}
