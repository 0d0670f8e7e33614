import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Merchants that somebody listens to, or did within a day: what happens to them is told to their live object. */
export const listeners = sqliteTable('listener', {
  merchant: text('merchant').primaryKey(),
  untilMs: integer('until').notNull(),
  /** Grows whenever something could not be told. */
  gaps: integer('gaps').notNull().default(0),
});
