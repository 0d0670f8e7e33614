/** Entries the reports could not take, a row for each book until they can. */
import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { newId } from '../kernel/index.ts';
import { type Act, type AuditLog, ownAct } from './audit.ts';
import { deadLetters } from './schema.ts';

export type DeadLetterRow = typeof deadLetters.$inferSelect;

const booksMax = 100;

export function deadLettersOf(db: DrizzleD1Database, log: Pick<AuditLog, 'change'>) {
  return {
    /** Takes down that a message of a book was given up; one row for each book, however often. */
    async addDeadLetter(letter: Pick<DeadLetterRow, 'book' | 'position' | 'fault'>): Promise<void> {
      const nowMs = Date.now();
      await db
        .insert(deadLetters)
        .values({
          ...letter,
          ...{
            id: newId('deadLetter', nowMs),
            status: 'open',
            times: 1,
            lastAtMs: nowMs,
            createdAtMs: nowMs,
          },
        })
        .onConflictDoUpdate({
          target: deadLetters.book,
          targetWhere: sql`status = 'open'`,
          set: {
            position: sql`max(${deadLetters.position}, excluded.position)`,
            times: sql`${deadLetters.times} + 1`,
            fault: letter.fault,
            lastAtMs: nowMs,
          },
        })
        .run();
    },

    deadLetter: async (id: string): Promise<DeadLetterRow | undefined> =>
      (await db.select().from(deadLetters).where(eq(deadLetters.id, id)).all())[0],

    /** Open ones oldest first, resolved ones newest first; `cursor` is the last id of the page before. */
    deadLetters: (
      status: DeadLetterRow['status'],
      limit: number,
      cursor?: string,
    ): Promise<DeadLetterRow[]> => {
      const oldestFirst = status === 'open';
      const after = oldestFirst ? gt : lt;
      return db
        .select()
        .from(deadLetters)
        .where(
          and(
            eq(deadLetters.status, status),
            cursor === undefined ? undefined : after(deadLetters.id, cursor),
          ),
        )
        .orderBy(oldestFirst ? asc(deadLetters.id) : desc(deadLetters.id))
        .limit(limit)
        .all();
    },

    /** The row, resolved; undefined when it was not open. */
    resolveDeadLetter: (act: Act, id: string): Promise<DeadLetterRow | undefined> =>
      log.change(act, deadLetters, id, { status: 'resolved' }, eq(deadLetters.status, 'open')),

    /** Resolves those the reports have taken since. `recorded`: how far each book is. */
    async resolveRecorded(
      recorded: (books: readonly number[]) => Promise<ReadonlyMap<number, number>>,
    ): Promise<void> {
      const open = await this.deadLetters('open', booksMax);
      if (open.length === 0) return;
      const marks = await recorded(open.map(({ book }) => book));
      for (const { id, book, position } of open) {
        if ((marks.get(book) ?? 0) < position) continue;
        await this.resolveDeadLetter(ownAct('the reports have it'), id);
      }
    },
  };
}
