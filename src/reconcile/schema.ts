import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Counters, Finding, Progress } from './model.ts';

/** One row per run, rewritten after every step: where it stands and what it found. */
export const reconciliations = sqliteTable('reconciliation', {
  id: text('id').primaryKey(),
  status: text('status', { enum: ['running', 'finished'] }).notNull(),
  /** Who asked for it: an operator's id, or `schedule`. */
  startedBy: text('started_by').notNull(),
  startedAtMs: integer('started_at').notNull(),
  finishedAtMs: integer('finished_at'),
  /** Steps so far. A step counts only if nobody else did it meanwhile. */
  steps: integer('steps').notNull(),
  progress: text('progress', { mode: 'json' }).$type<Progress>().notNull(),
  counters: text('counters', { mode: 'json' }).$type<Counters>().notNull(),
  /** The first ones; `counters.findings` counts all. */
  findings: text('findings', { mode: 'json' }).$type<Finding[]>().notNull(),
});
