/** Resends, in the report database: each step is written with what it did. */
import { and, desc, eq, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { resends } from './schema.ts';

export type ResendRow = typeof resends.$inferSelect;
export type ResendLog = ReturnType<typeof resendLogOf>;

export function resendLogOf(database: D1Database) {
  const db = drizzle(database);
  return {
    /** Begins a resend; false when one of the same owner is running. */
    async add(row: ResendRow): Promise<boolean> {
      const running = await db.$count(
        resends,
        and(eq(resends.owner, row.owner), eq(resends.status, 'running')),
      );
      if (running > 0) return false;
      await db.insert(resends).values(row).run();
      return true;
    },

    async put({ id, ...row }: ResendRow): Promise<void> {
      await db.update(resends).set(row).where(eq(resends.id, id)).run();
    },

    async find(id: string): Promise<ResendRow | undefined> {
      return (await db.select().from(resends).where(eq(resends.id, id)).all())[0];
    },

    running: (): Promise<ResendRow[]> => db.select().from(resends).where(eq(resends.status, 'running')).all(),

    /** Newest first; `beforeId` is the cursor. */
    list: (owner: string | undefined, limit: number, beforeId?: string): Promise<ResendRow[]> =>
      db
        .select()
        .from(resends)
        .where(
          and(
            owner === undefined ? undefined : eq(resends.owner, owner),
            beforeId === undefined ? undefined : lt(resends.id, beforeId),
          ),
        )
        .orderBy(desc(resends.id))
        .limit(limit)
        .all(),
  };
}
