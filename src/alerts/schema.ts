import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** One row per alert, from when it was raised; those that are over stay as history. */
export const alerts = sqliteTable(
  'alert',
  {
    id: text('id').primaryKey(),
    /** Name of the condition. */
    name: text('name').notNull(),
    /** Id of what it is about, where there can be several of a condition at a time; otherwise empty. */
    subject: text('subject').notNull(),
    /** The figure as it was last measured, and the highest one since it was raised. */
    value: integer('value').notNull(),
    peak: integer('peak').notNull(),
    /** Ids of what it concerns; the first ones. */
    concerns: text('concerns', { mode: 'json' }).$type<string[]>().notNull(),
    raisedAtMs: integer('raised_at').notNull(),
    /** When it was last measured. */
    seenAtMs: integer('seen_at').notNull(),
    clearedAtMs: integer('cleared_at'),
    acknowledgedAtMs: integer('acknowledged_at'),
    acknowledgedBy: text('acknowledged_by'),
    note: text('note'),
    /** What the centre is still to be told of it, and since when; null when it knows. */
    tell: text('tell', { enum: ['raised', 'cleared'] }),
    tellAtMs: integer('tell_at').notNull(),
    /** How often the centre was told. */
    told: integer('told').notNull(),
    /** Until then somebody is telling it. */
    claimedUntilMs: integer('claimed_until').notNull(),
  },
  (table) => [
    // Of a condition and subject one is open at a time, whoever raises it.
    uniqueIndex('alert_open').on(table.name, table.subject).where(sql`cleared_at IS NULL`),
    index('alert_tell').on(table.tellAtMs).where(sql`tell IS NOT NULL`),
  ],
);
