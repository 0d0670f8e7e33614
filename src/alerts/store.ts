/** Alerts, in the report database. Whatever two do at once, one of them does: a statement decides, never a look before it. */
import { and, desc, eq, isNotNull, isNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { earliestId, newId } from '../kernel/index.ts';
import type { AlertName } from './conditions.ts';
import { alerts } from './schema.ts';

export type AlertRow = typeof alerts.$inferSelect;
export type AlertStore = ReturnType<typeof alertStore>;

export interface AlertFilter {
  readonly status?: 'open' | 'cleared' | undefined;
  readonly name?: AlertName | undefined;
}

// Of what was over long ago nothing is kept.
const keptMs = 400 * 86_400_000;
// Whoever was cut off while telling is followed by another one after so long.
const claimMs = 120_000;
// More than these are told with the next minutes.
const toldAtOnce = 100;

export function alertStore(database: D1Database) {
  const db = drizzle(database);
  const isOpen = isNull(alerts.clearedAtMs);

  return {
    open: (): Promise<AlertRow[]> => db.select().from(alerts).where(isOpen).all(),

    /** Raises an alert; nothing when one of this condition and subject is open. */
    async raise(
      wish: Pick<AlertRow, 'name' | 'subject' | 'value' | 'concerns' | 'tell'>,
      nowMs: number,
    ): Promise<void> {
      const row: AlertRow = {
        ...wish,
        id: newId('alert', nowMs),
        peak: wish.value,
        ...{ raisedAtMs: nowMs, seenAtMs: nowMs, clearedAtMs: null },
        ...{ acknowledgedAtMs: null, acknowledgedBy: null, note: null },
        ...{ tellAtMs: nowMs, told: 0, claimedUntilMs: 0 },
      };
      await db.insert(alerts).values(row).onConflictDoNothing().run();
    },

    async measured(
      { id }: AlertRow,
      { value, concerns }: Pick<AlertRow, 'value' | 'concerns'>,
      nowMs: number,
    ): Promise<void> {
      const peak = sql`max(${alerts.peak}, ${value})`;
      await db
        .update(alerts)
        .set({ value, concerns, peak, seenAtMs: nowMs })
        .where(and(eq(alerts.id, id), isOpen))
        .run();
    },

    /** It is over. */
    async clear({ id }: AlertRow, value: number, tell: 'cleared' | null, nowMs: number): Promise<void> {
      await db
        .update(alerts)
        .set({ value, clearedAtMs: nowMs, seenAtMs: nowMs, tell, tellAtMs: nowMs, claimedUntilMs: 0 })
        .where(and(eq(alerts.id, id), isOpen))
        .run();
    },

    /** What was told before a time, is still open, and nobody has acknowledged is told again. */
    async remind(names: readonly string[], toldBeforeMs: number, nowMs: number): Promise<void> {
      const unheeded = and(isOpen, isNull(alerts.acknowledgedAtMs), isNull(alerts.tell));
      const reminded = sql`${alerts.name} IN (SELECT value FROM json_each(${JSON.stringify(names)}))`;
      await db
        .update(alerts)
        .set({ tell: 'raised', tellAtMs: nowMs })
        .where(and(unheeded, reminded, lte(alerts.tellAtMs, toldBeforeMs)))
        .run();
    },

    untold: (nowMs: number): Promise<AlertRow[]> =>
      db
        .select()
        .from(alerts)
        .where(and(isNotNull(alerts.tell), lte(alerts.claimedUntilMs, nowMs)))
        .orderBy(alerts.tellAtMs, alerts.id)
        .limit(toldAtOnce)
        .all(),

    /** Takes on telling what a row says; false when somebody else does or it says something else by now. */
    async claim(row: AlertRow, nowMs: number): Promise<boolean> {
      const { meta } = await db
        .update(alerts)
        .set({ claimedUntilMs: nowMs + claimMs })
        .where(and(asRead(row), lte(alerts.claimedUntilMs, nowMs)))
        .run();
      return meta.changes > 0;
    },

    /** It was told: unless it was cleared meanwhile, nothing more is to be said. */
    async told(row: AlertRow): Promise<void> {
      await db.batch([
        db
          .update(alerts)
          .set({ told: sql`${alerts.told} + 1` })
          .where(eq(alerts.id, row.id)),
        db.update(alerts).set({ tell: null, claimedUntilMs: 0 }).where(asRead(row)),
      ]);
    },

    /** The first to acknowledge it; undefined when somebody has. */
    async acknowledge(id: string, by: string, note: string, nowMs: number): Promise<AlertRow | undefined> {
      const [row] = await db
        .update(alerts)
        .set({ acknowledgedAtMs: nowMs, acknowledgedBy: by, note })
        .where(and(eq(alerts.id, id), isNull(alerts.acknowledgedAtMs)))
        .returning()
        .all();
      return row;
    },

    find: async (id: string): Promise<AlertRow | undefined> =>
      (await db.select().from(alerts).where(eq(alerts.id, id)).all())[0],

    /** Newest first; `beforeId` is the cursor. */
    list: ({ status, name }: AlertFilter, limit: number, beforeId?: string): Promise<AlertRow[]> => {
      const standing: Record<'open' | 'cleared', SQL> = {
        open: isOpen,
        cleared: isNotNull(alerts.clearedAtMs),
      };
      return db
        .select()
        .from(alerts)
        .where(
          and(
            status && standing[status],
            name && eq(alerts.name, name),
            beforeId === undefined ? undefined : lt(alerts.id, beforeId),
          ),
        )
        .orderBy(desc(alerts.id))
        .limit(limit)
        .all();
    },

    async forgetOld(nowMs: number): Promise<void> {
      const old = lt(alerts.id, earliestId('alert', nowMs - keptMs));
      await db
        .delete(alerts)
        .where(and(old, isNotNull(alerts.clearedAtMs)))
        .run();
    },
  };
}

/** The row, while it still says what it said when it was read. */
const asRead = ({ id, tell, tellAtMs }: AlertRow): SQL | undefined =>
  and(
    eq(alerts.id, id),
    tell === null ? isNull(alerts.tell) : eq(alerts.tell, tell),
    eq(alerts.tellAtMs, tellAtMs),
  );
