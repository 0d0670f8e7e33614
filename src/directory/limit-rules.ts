/** The versions of limit rules: inserted with their record in the audit log, never changed. */
import { and, asc, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Act, auditOf } from './audit.ts';
import { accounts, limitRules, tills } from './schema.ts';

type AccountRow = typeof accounts.$inferSelect;

export type LimitRuleRow = typeof limitRules.$inferSelect;

/** The last versions of all rules that are not retired. */
export interface RulesInForce {
  /** Of the last change of any rule; 0 before the first. */
  readonly revision: number;
  readonly rows: readonly LimitRuleRow[];
}

const isLast = sql`NOT EXISTS (SELECT 1 FROM limit_rule AS later
  WHERE later.rule = ${limitRules.rule} AND later.version > ${limitRules.version})`;

export function limitRulesOf(db: DrizzleD1Database, log: ReturnType<typeof auditOf>) {
  const last = (where: SQL | undefined, limit: number) =>
    db.select().from(limitRules).where(and(isLast, where)).orderBy(desc(limitRules.rule)).limit(limit).all();

  return {
    /** False when the rule has a version of this number already: somebody else was quicker. */
    add: (act: Act, row: Omit<LimitRuleRow, 'revision'>): Promise<boolean> => log.add(act, limitRules, row),

    /** What a rule says now. */
    find: async (rule: string): Promise<LimitRuleRow | undefined> =>
      (await last(eq(limitRules.rule, rule), 1))[0],

    /** What rules say now, newest first; `beforeRule` is the cursor. */
    list: (filter: { status?: LimitRuleRow['status'] }, limit: number, beforeRule?: string) =>
      last(
        and(
          filter.status === undefined ? undefined : eq(limitRules.status, filter.status),
          beforeRule === undefined ? undefined : lt(limitRules.rule, beforeRule),
        ),
        limit,
      ),

    /** Everything a rule ever said, newest first; `beforeVersion` is the cursor. */
    versions: (rule: string, limit: number, beforeVersion?: number): Promise<LimitRuleRow[]> =>
      db
        .select()
        .from(limitRules)
        .where(
          and(
            eq(limitRules.rule, rule),
            beforeVersion === undefined ? undefined : lt(limitRules.version, beforeVersion),
          ),
        )
        .orderBy(desc(limitRules.version))
        .limit(limit)
        .all(),

    /** What some accounts are, and the books of their stripes, in their order. */
    async places(ids: readonly string[]): Promise<Map<string, Pick<AccountRow, 'kind' | 'books'>>> {
      const rows = await db
        .select({ id: accounts.id, kind: accounts.kind, books: accounts.books })
        .from(accounts)
        .where(sql`${accounts.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
        .all();
      return new Map(rows.map(({ id, kind, books }) => [id, { kind, books }]));
    },

    /** Whether a till of any merchant has this id. */
    hasTill: async (id: string): Promise<boolean> => (await db.$count(tills, eq(tills.id, id))) > 0,

    /** Both in one transaction: a set never carries the number of another. */
    async inForce(): Promise<RulesInForce> {
      const [[newest], rows] = await db.batch([
        db
          .select({ revision: limitRules.revision })
          .from(limitRules)
          .orderBy(desc(limitRules.revision))
          .limit(1),
        db
          .select()
          .from(limitRules)
          .where(and(isLast, eq(limitRules.status, 'active')))
          .orderBy(asc(limitRules.rule)),
      ]);
      return { revision: newest?.revision ?? 0, rows };
    },
  };
}
