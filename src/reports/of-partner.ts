/** Payments and refunds that concern one partner, for walks over all of them. */
import type { Periods } from './periods.ts';
import type { TransferRow } from './rows.ts';

export interface PartnerWalk {
  readonly participant: string;
  /** Its positions: what it credits for merchants outside has its accounts on one side. */
  readonly accounts: readonly string[];
  /** Ids between which they are; of one kind, ids sort by when they began. */
  readonly afterId: string;
  readonly beforeId: string;
  readonly limit: number;
}

export type PartnerTransfer = Pick<
  TransferRow,
  | 'id'
  | 'kind'
  | 'status'
  | 'amount'
  | 'currency'
  | 'participant'
  | 'debtor'
  | 'creditor'
  | 'reference'
  | 'orderReference'
  | 'createdAtMs'
  | 'endedAtMs'
>;

/** Oldest first. An issuer's are found by its index; an acquirer's among all of the time. */
export async function ofPartner(periods: Periods, walk: PartnerWalk): Promise<PartnerTransfer[]> {
  const rows: PartnerTransfer[] = [];
  for (const { database, from, before } of periods.between(walk.afterId, walk.beforeId)) {
    const rest = { ...walk, afterId: from, beforeId: before, limit: walk.limit - rows.length };
    rows.push(...(await ofPartnerIn(database, rest)));
    if (rows.length === walk.limit) break;
  }
  return rows;
}

async function ofPartnerIn(
  database: D1Database,
  { participant, accounts, afterId, beforeId, limit }: PartnerWalk,
): Promise<PartnerTransfer[]> {
  const mine =
    accounts.length === 0
      ? 'participant = ?3'
      : `(participant = ?3 OR creditor IN (SELECT value FROM json_each(?5))
          OR debtor IN (SELECT value FROM json_each(?5)))`;
  const found = await database
    .prepare(
      `SELECT id, kind, status, amount, currency, participant, debtor, creditor, reference,
         order_reference AS orderReference, created_at AS createdAtMs, ended_at AS endedAtMs
       FROM transfer WHERE id > ?1 AND id < ?2 AND ${mine} ORDER BY id LIMIT ?4`,
    )
    .bind(afterId, beforeId, participant, limit, ...(accounts.length === 0 ? [] : [JSON.stringify(accounts)]))
    .all<PartnerTransfer>();
  return found.results;
}
