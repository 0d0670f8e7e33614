/** Runs, in the report database: each step is written with what it found, or not at all. */
import { and, desc, eq, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { reconciliations } from './schema.ts';

export type RunRow = typeof reconciliations.$inferSelect;
export type Reconciliations = ReturnType<typeof reconciliationsOf>;

export function reconciliationsOf(database: D1Database) {
  const db = drizzle(database);
  return {
    async find(id: string): Promise<RunRow | undefined> {
      return (await db.select().from(reconciliations).where(eq(reconciliations.id, id)).all())[0];
    },

    async running(): Promise<RunRow | undefined> {
      const rows = db.select().from(reconciliations).where(eq(reconciliations.status, 'running'));
      return (await rows.orderBy(reconciliations.id).limit(1).all())[0];
    },

    /** The newest that came to its end. */
    async lastFinished(): Promise<RunRow | undefined> {
      const rows = db.select().from(reconciliations).where(eq(reconciliations.status, 'finished'));
      return (await rows.orderBy(desc(reconciliations.id)).limit(1).all())[0];
    },

    /** Newest first; `beforeId` is the cursor. */
    list: (limit: number, beforeId?: string): Promise<RunRow[]> =>
      db
        .select()
        .from(reconciliations)
        .where(beforeId === undefined ? undefined : lt(reconciliations.id, beforeId))
        .orderBy(desc(reconciliations.id))
        .limit(limit)
        .all(),

    async add(row: RunRow): Promise<void> {
      await db.insert(reconciliations).values(row).run();
    },

    /** Writes a step down; false when somebody else took it first: then it was for nothing. */
    async advance(before: RunRow, after: RunRow): Promise<boolean> {
      const { id, steps } = before;
      const { meta } = await db
        .update(reconciliations)
        .set(after)
        .where(and(eq(reconciliations.id, id), eq(reconciliations.steps, steps)))
        .run();
      return meta.changes > 0;
    },
  };
}
