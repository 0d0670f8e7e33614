/** Report jobs and the pieces of their files, in the report database. */
import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { earliestId } from '../kernel/index.ts';
import { reportJobs, reportPieces } from './job-schema.ts';

export type JobRow = typeof reportJobs.$inferSelect;
export type Jobs = ReturnType<typeof jobsOf>;

// An owner's files that may be under way at once.
const runningMax = 5;

export function jobsOf(database: D1Database) {
  const db = drizzle(database);
  const one = async (rows: Promise<JobRow[]>): Promise<JobRow | undefined> => (await rows)[0];
  return {
    find: (id: string) => one(db.select().from(reportJobs).where(eq(reportJobs.id, id)).all()),

    /** Those of these ids that there are. */
    async among(ids: readonly string[]): Promise<Map<string, JobRow>> {
      const wanted = sql`${reportJobs.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
      const rows = await db.select().from(reportJobs).where(wanted).all();
      return new Map(rows.map((row) => [row.id, row]));
    },

    /** The one that waits longest. */
    next: () =>
      one(
        db
          .select()
          .from(reportJobs)
          .where(eq(reportJobs.status, 'running'))
          .orderBy(asc(reportJobs.id))
          .limit(1)
          .all(),
      ),

    /** Newest first; `beforeId` is the cursor. */
    list: (owner: string, limit: number, beforeId?: string): Promise<JobRow[]> =>
      db
        .select()
        .from(reportJobs)
        .where(
          and(eq(reportJobs.owner, owner), beforeId === undefined ? undefined : lt(reportJobs.id, beforeId)),
        )
        .orderBy(desc(reportJobs.id))
        .limit(limit)
        .all(),

    async add(row: JobRow): Promise<boolean> {
      const running = and(eq(reportJobs.owner, row.owner), eq(reportJobs.status, 'running'));
      if ((await db.$count(reportJobs, running)) >= runningMax) return false;
      await db.insert(reportJobs).values(row).run();
      return true;
    },

    /** Writes a step down with its piece; nothing of it when somebody else took the step, or it was cancelled. */
    async advance(before: JobRow, after: JobRow, piece?: Uint8Array): Promise<void> {
      const { id, steps } = before;
      const mine = and(eq(reportJobs.id, id), eq(reportJobs.steps, steps), eq(reportJobs.status, 'running'));
      const update = db
        .update(reportJobs)
        .set({ ...after, steps: steps + 1 })
        .where(mine);
      if (piece === undefined) {
        await update.run();
        return;
      }
      const put = db
        .insert(reportPieces)
        .select(
          sql`SELECT ${id}, ${before.pieces}, ${piece} WHERE EXISTS (SELECT 1 FROM ${reportJobs} WHERE ${mine})`,
        );
      await db.batch([put, update]);
    },

    async cancel(id: string, nowMs: number): Promise<void> {
      const running = and(eq(reportJobs.id, id), eq(reportJobs.status, 'running'));
      await db.batch([
        db.update(reportJobs).set({ status: 'cancelled', finishedAtMs: nowMs }).where(running),
        db
          .delete(reportPieces)
          .where(
            and(
              eq(reportPieces.job, id),
              sql`EXISTS (SELECT 1 FROM ${reportJobs} WHERE ${reportJobs.id} = ${id} AND ${reportJobs.status} = 'cancelled')`,
            ),
          ),
      ]);
    },

    /** Pieces of a file from one to before another, in their order. */
    async pieces(id: string, from: number, before: number): Promise<Uint8Array[]> {
      const rows = await db
        .select()
        .from(reportPieces)
        .where(and(eq(reportPieces.job, id), gte(reportPieces.number, from), lt(reportPieces.number, before)))
        .orderBy(asc(reportPieces.number))
        .all();
      return rows.map(({ bytes }) => new Uint8Array(bytes));
    },

    /** Removes what was begun before a time. */
    async forget(beforeMs: number): Promise<void> {
      const before = earliestId('reportJob', beforeMs);
      await db.batch([
        db.delete(reportPieces).where(lt(reportPieces.job, before)),
        db.delete(reportJobs).where(lt(reportJobs.id, before)),
      ]);
    },
  };
}
