/** Schedules of reports and their runs, in the report database. */
import { and, asc, desc, eq, lt, lte } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { earliestId } from '../kernel/index.ts';
import { reportRuns, reportSchedules } from './schedule-schema.ts';

export type ScheduleRow = typeof reportSchedules.$inferSelect;
export type RunRow = typeof reportRuns.$inferSelect;
export type Schedules = ReturnType<typeof schedulesOf>;

// More than anybody reads; each is looked at when it is due only.
const schedulesMax = 100;
// Runs that are gone on with in one go: the others wait a minute.
const runsAtOnce = 20;

export function schedulesOf(database: D1Database) {
  const db = drizzle(database);
  const one = async <Row>(rows: Promise<Row[]>): Promise<Row | undefined> => (await rows)[0];
  return {
    find: (id: string) => one(db.select().from(reportSchedules).where(eq(reportSchedules.id, id)).all()),

    /** Newest first; `beforeId` is the cursor. */
    list: (limit: number, beforeId?: string): Promise<ScheduleRow[]> =>
      db
        .select()
        .from(reportSchedules)
        .where(beforeId === undefined ? undefined : lt(reportSchedules.id, beforeId))
        .orderBy(desc(reportSchedules.id))
        .limit(limit)
        .all(),

    async add(row: ScheduleRow): Promise<boolean> {
      if ((await db.$count(reportSchedules)) >= schedulesMax) return false;
      await db.insert(reportSchedules).values(row).run();
      return true;
    },

    change: (id: string, change: Partial<Pick<ScheduleRow, 'status' | 'nextAtMs'>>) =>
      one(db.update(reportSchedules).set(change).where(eq(reportSchedules.id, id)).returning().all()),

    /** With its runs; files that were made stay as long as any. */
    async remove(id: string): Promise<void> {
      await db.batch([
        db.delete(reportRuns).where(eq(reportRuns.schedule, id)),
        db.delete(reportSchedules).where(eq(reportSchedules.id, id)),
      ]);
    },

    /** Those whose time has come, the longest first. */
    due: (nowMs: number, limit: number): Promise<ScheduleRow[]> =>
      db
        .select()
        .from(reportSchedules)
        .where(and(eq(reportSchedules.status, 'active'), lte(reportSchedules.nextAtMs, nowMs)))
        .orderBy(asc(reportSchedules.nextAtMs))
        .limit(limit)
        .all(),

    /** Writes a run down and when the next one is due; nothing of it when somebody else did. */
    async begin({ id, nextAtMs }: ScheduleRow, run: RunRow, nextMs: number): Promise<void> {
      await db.batch([
        db.insert(reportRuns).values(run).onConflictDoNothing(),
        db
          .update(reportSchedules)
          .set({ nextAtMs: nextMs })
          .where(and(eq(reportSchedules.id, id), eq(reportSchedules.nextAtMs, nextAtMs))),
      ]);
    },

    addRun: (run: RunRow) => db.insert(reportRuns).values(run).onConflictDoNothing().run(),

    run: (id: string) => one(db.select().from(reportRuns).where(eq(reportRuns.id, id)).all()),

    /** Newest first; `beforeId` is the cursor. */
    runs: (schedule: string, limit: number, beforeId?: string): Promise<RunRow[]> =>
      db
        .select()
        .from(reportRuns)
        .where(
          and(
            eq(reportRuns.schedule, schedule),
            beforeId === undefined ? undefined : lt(reportRuns.id, beforeId),
          ),
        )
        .orderBy(desc(reportRuns.id))
        .limit(limit)
        .all(),

    /** What has not ended, oldest first. */
    open: (): Promise<RunRow[]> =>
      db
        .select()
        .from(reportRuns)
        .where(eq(reportRuns.status, 'due'))
        .orderBy(asc(reportRuns.id))
        .limit(runsAtOnce)
        .all(),

    changeRun: (id: string, change: Partial<Pick<RunRow, 'status' | 'refusal' | 'endedAtMs'>>) =>
      db.update(reportRuns).set(change).where(eq(reportRuns.id, id)).run(),

    removeRun: (id: string) => db.delete(reportRuns).where(eq(reportRuns.id, id)).run(),

    /** Removes runs that were begun before a time. */
    forget: (beforeMs: number) =>
      db
        .delete(reportRuns)
        .where(lt(reportRuns.id, earliestId('reportRun', beforeMs)))
        .run(),
  };
}
