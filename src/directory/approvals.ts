/** What waits for another person: who asked for what, who decided, and what became of it. */
import { and, asc, eq, gt, inArray, isNull, lte, ne, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Act, AuditLog } from './audit.ts';
import type { GuardedAction } from './guarded.ts';
import { list, type Page, type PageRequest } from './page.ts';
import { approvals, audit } from './schema.ts';

export type ApprovalRow = typeof approvals.$inferSelect;
export type ApprovalStatus = ApprovalRow['status'];
type Decision = Pick<ApprovalRow, 'status' | 'decidedBy' | 'decidedAtMs' | 'note' | 'changes'> &
  Partial<Pick<ApprovalRow, 'triedAtMs' | 'expiresAtMs' | 'sealed'>>;
type End = Pick<ApprovalRow, 'status' | 'resultStatus' | 'result' | 'sealed'>;

export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined;
  readonly action?: GuardedAction | undefined;
  readonly object?: string | undefined;
  readonly maker?: string | undefined;
}

// Longer than any request lives: whoever began to carry something out has ended or is gone.
export const carryingMs = 120_000;

export function approvalsOf(db: DrizzleD1Database, log: Pick<AuditLog, 'add' | 'change'>) {
  const isOpen = (nowMs: number) => and(eq(approvals.status, 'proposed'), gt(approvals.expiresAtMs, nowMs));
  const isFree = (nowMs: number) =>
    or(isNull(approvals.triedAtMs), lte(approvals.triedAtMs, nowMs - carryingMs));
  const one = async (where: SQL | undefined): Promise<ApprovalRow | undefined> =>
    (await db.select().from(approvals).where(where).all())[0];

  return {
    approval: (id: string) => one(eq(approvals.id, id)),
    approvalsIn: (ids: readonly string[]): Promise<ApprovalRow[]> =>
      db
        .select()
        .from(approvals)
        .where(inArray(approvals.id, [...ids]))
        .all(),
    /** The same asked for by the same person: while it waits, or at all where the request has a key of its own. */
    sameApproval: (madeBy: string, request: string, atAll: boolean, nowMs: number) =>
      one(
        and(eq(approvals.madeBy, madeBy), eq(approvals.request, request), atAll ? undefined : isOpen(nowMs)),
      ),
    /** One that nobody decided in time makes room for the same asked for again. */
    async closeOverdue(act: Act, madeBy: string, request: string, nowMs: number): Promise<void> {
      const row = await one(
        and(
          eq(approvals.madeBy, madeBy),
          eq(approvals.request, request),
          eq(approvals.status, 'proposed'),
          lte(approvals.expiresAtMs, nowMs),
        ),
      );
      if (row) await this.expireApproval(act, row);
    },
    /** False when the same waits already. */
    addApproval: (act: Act, row: ApprovalRow): Promise<boolean> => log.add(act, approvals, row),
    /** Undefined when it was decided before, or its time is over: of two who decide at once, one does. */
    decideApproval: (act: Act, id: string, decision: Decision, nowMs: number) =>
      log.change(act, approvals, id, decision, isOpen(nowMs)),
    /** Takes back what was approved and is not collected. */
    withdrawApproved: (act: Act, id: string, decision: Decision, nowMs: number) =>
      log.change(act, approvals, id, decision, and(eq(approvals.status, 'approved'), isFree(nowMs))),
    /** The right to carry something out, which one has at a time; undefined when somebody does, or did. */
    async takeApproved(id: string, nowMs: number): Promise<ApprovalRow | undefined> {
      const rows = await db
        .update(approvals)
        .set({ triedAtMs: nowMs })
        .where(and(eq(approvals.id, id), eq(approvals.status, 'approved'), isFree(nowMs)))
        .returning()
        .all();
      return rows[0];
    },
    /** It could not be done now: somebody may try again at once. */
    async releaseApproved(id: string): Promise<void> {
      await db.update(approvals).set({ triedAtMs: null }).where(eq(approvals.id, id)).run();
    },
    /** Writes what became of an approved one, once. */
    endApproval: (act: Act, id: string, end: End) =>
      log.change(act, approvals, id, end, eq(approvals.status, 'approved')),
    /** Those that were approved and nobody carries out; oldest first. `but`: what its maker collects. */
    unfinishedApprovals: (
      limit: number,
      but: readonly GuardedAction[],
      nowMs: number,
    ): Promise<ApprovalRow[]> =>
      db
        .select()
        .from(approvals)
        .where(and(eq(approvals.status, 'approved'), notInArray(approvals.action, [...but]), isFree(nowMs)))
        .orderBy(asc(approvals.id))
        .limit(limit)
        .all(),
    /** Whose time is over although nobody wrote it down. */
    overdueApprovals: (limit: number, nowMs: number): Promise<ApprovalRow[]> =>
      db
        .select()
        .from(approvals)
        .where(
          and(
            inArray(approvals.status, ['proposed', 'approved']),
            lte(approvals.expiresAtMs, nowMs),
            isFree(nowMs),
          ),
        )
        .limit(limit)
        .all(),
    expireApproval: (act: Act, { id, status }: ApprovalRow) =>
      log.change(act, approvals, id, { status: 'expired', sealed: null }, eq(approvals.status, status)),
    /** Newest first; those that wait oldest first. */
    async approvals(filter: ApprovalFilter, page: PageRequest, nowMs: number): Promise<Page<ApprovalRow>> {
      const { status, action, object, maker } = filter;
      const isOver = lte(approvals.expiresAtMs, nowMs);
      const where = and(
        action === undefined ? undefined : eq(approvals.action, action),
        object === undefined ? undefined : eq(approvals.object, object),
        maker === undefined ? undefined : eq(approvals.madeBy, maker),
        status === 'expired'
          ? or(eq(approvals.status, 'expired'), and(eq(approvals.status, 'proposed'), isOver))
          : undefined,
        status === undefined || status === 'proposed' || status === 'expired'
          ? undefined
          : eq(approvals.status, status),
      );
      if (status !== 'proposed') return list<ApprovalRow>(db, approvals, approvals.id, page, where);
      const after = page.cursor === undefined ? undefined : gt(approvals.id, page.cursor);
      const rows = await db
        .select()
        .from(approvals)
        .where(and(isOpen(nowMs), after, where))
        .orderBy(asc(approvals.id))
        .limit(page.limit + 1)
        .all();
      const shown = rows.slice(0, page.limit);
      return { rows: shown, nextCursor: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
    },
    /** How many wait for a person who may decide these actions, how many of their own wait, how many to collect. */
    async approvalCounts(
      person: string,
      mayDecide: readonly GuardedAction[],
      isAdministrator: boolean,
      collected: readonly GuardedAction[],
      nowMs: number,
    ) {
      const count = (where: SQL | undefined) => db.$count(approvals, where);
      const own = eq(approvals.madeBy, person);
      const [forMe, mine, toCollect] = await Promise.all([
        count(
          and(
            isOpen(nowMs),
            ne(approvals.madeBy, person),
            inArray(approvals.action, [...mayDecide]),
            isAdministrator ? undefined : eq(approvals.forAdministrators, false),
          ),
        ),
        count(and(isOpen(nowMs), own)),
        count(
          and(
            eq(approvals.status, 'approved'),
            gt(approvals.expiresAtMs, nowMs),
            own,
            inArray(approvals.action, [...collected]),
          ),
        ),
      ]);
      return { forMe, mine, toCollect };
    },
    /**
     * Whether something was changed here in the name of an approval: written down after the approval was, so that no
     * more of the log is read than has come since.
     */
    async hadEffects(id: string): Promise<boolean> {
      const since = gt(audit.seq, sql`(SELECT min(seq) FROM audit WHERE subject = ${id})`);
      const effects = and(since, eq(audit.request, id), ne(audit.kind, 'request'));
      return (await db.select({ seq: audit.seq }).from(audit).where(effects).limit(1).all()).length > 0;
    },
  };
}
