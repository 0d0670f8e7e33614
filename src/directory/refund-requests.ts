/** Refunds that a cashier asked for and may not decide alone: who asked, who decided, and what became of it. */
import { and, asc, eq, gt, isNull, lte, type SQL } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Act, AuditLog } from './audit.ts';
import { type Made, traitsOf } from './ownership.ts';
import { list, type PageRequest } from './page.ts';
import { refundRequests } from './schema.ts';

export type RefundRequestRow = typeof refundRequests.$inferSelect;
export type RefundRequestStatus = RefundRequestRow['status'] | 'expired';
type Decision = Pick<RefundRequestRow, 'status' | 'decidedBy' | 'decidedAtMs' | 'note'>;
type Outcome = Partial<Pick<RefundRequestRow, 'status' | 'refund' | 'refusal'>>;

export interface RefundRequestFilter {
  readonly status?: RefundRequestStatus | undefined;
  readonly only?: Made | undefined;
}

export function refundRequestsOf(db: DrizzleD1Database, log: Pick<AuditLog, 'add' | 'change'>) {
  const find = async (merchant: string, where: SQL): Promise<RefundRequestRow | undefined> =>
    (
      await db
        .select()
        .from(refundRequests)
        .where(and(eq(refundRequests.merchant, merchant), where))
        .all()
    )[0];
  return {
    refundRequest: (merchant: string, id: string) => find(merchant, eq(refundRequests.id, id)),
    /** What was asked for with an idempotency key of the merchant. */
    refundRequestOfKey: (merchant: string, key: string) =>
      find(merchant, eq(refundRequests.idempotencyKey, key)),
    refundRequests: (merchant: string, page: PageRequest, filter: RefundRequestFilter, nowMs: number) =>
      list<RefundRequestRow>(
        db,
        refundRequests,
        refundRequests.id,
        page,
        eq(refundRequests.merchant, merchant),
        ...conditions(filter, nowMs),
      ),
    /** False when there is one with this key already. */
    addRefundRequest: (act: Act, row: RefundRequestRow): Promise<boolean> =>
      log.add(act, refundRequests, row),
    /** Undefined when it was decided before, or its time is over: of two who decide at once, one does. */
    decideRefundRequest: (act: Act, id: string, decision: Decision, nowMs: number) =>
      log.change(
        act,
        refundRequests,
        id,
        decision,
        and(eq(refundRequests.status, 'pending'), gt(refundRequests.expiresAtMs, nowMs)),
      ),
    /** Writes what became of an approved one, once. */
    endRefundRequest: (act: Act, id: string, outcome: Outcome) =>
      log.change(
        act,
        refundRequests,
        id,
        outcome,
        and(eq(refundRequests.status, 'approved'), isNull(refundRequests.refund)),
      ),
    /** Those that were approved, and nobody knows yet what became of them; oldest first. */
    unfinishedRefundRequests: (limit: number): Promise<RefundRequestRow[]> =>
      db
        .select()
        .from(refundRequests)
        .where(and(eq(refundRequests.status, 'approved'), isNull(refundRequests.refund)))
        .orderBy(asc(refundRequests.id))
        .limit(limit)
        .all(),
  };
}

function conditions({ status, only }: RefundRequestFilter, nowMs: number): (SQL | undefined)[] {
  const isOver = lte(refundRequests.expiresAtMs, nowMs);
  return [
    ...traitsOf(only).map(([trait, wanted]) =>
      wanted === null ? isNull(refundRequests[trait]) : eq(refundRequests[trait], wanted),
    ),
    status === 'expired' ? and(eq(refundRequests.status, 'pending'), isOver) : undefined,
    status === 'pending'
      ? and(eq(refundRequests.status, 'pending'), gt(refundRequests.expiresAtMs, nowMs))
      : undefined,
    status === undefined || status === 'expired' || status === 'pending'
      ? undefined
      : eq(refundRequests.status, status),
  ];
}
