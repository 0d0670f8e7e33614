/** Closings of business days, a row for each version: inserted with their record in the audit log, never changed. */
import { and, desc, eq, gte, lte, max } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Act, AuditLog } from './audit.ts';
import { list, type PageRequest } from './page.ts';
import { businessDays } from './schema.ts';

export type BusinessDayRow = typeof businessDays.$inferSelect;

// Of one day; who reopens a day more often has other problems.
const versionsMax = 100;

export function businessDaysOf(db: DrizzleD1Database, log: Pick<AuditLog, 'add'>) {
  const versions = (day: string, limit: number): Promise<BusinessDayRow[]> =>
    db
      .select()
      .from(businessDays)
      .where(eq(businessDays.day, day))
      .orderBy(desc(businessDays.version))
      .limit(limit)
      .all();
  return {
    /** The newest version of a day. */
    businessDay: async (day: string): Promise<BusinessDayRow | undefined> => (await versions(day, 1))[0],
    /** Those from one day to another whose newest version is closed. */
    async closedDays(fromDay: string, toDay: string): Promise<string[]> {
      const { day, status, version } = businessDays;
      const found = await db
        // With the greatest version come the other columns of its row.
        .select({ day, status, version: max(version) })
        .from(businessDays)
        .where(and(gte(day, fromDay), lte(day, toDay)))
        .groupBy(day)
        .all();
      return found.filter((row) => row.status === 'closed').map((row) => row.day);
    },
    /** Newest first. */
    versionsOfDay: (day: string) => versions(day, versionsMax),
    businessDays: (page: PageRequest) => list<BusinessDayRow>(db, businessDays, businessDays.id, page),
    /** False when the day has a version of this number already: somebody else was quicker. */
    addBusinessDay: (act: Act, row: BusinessDayRow): Promise<boolean> => log.add(act, businessDays, row),
  };
}
