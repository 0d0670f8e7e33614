import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { languages } from '../kernel/index.ts';
import { weekdays } from './calendar.ts';
import { fileFormats } from './files.ts';

/** Reports that are made again and again. */
export const reportSchedules = sqliteTable(
  'report_schedule',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    report: text('report').notNull(),
    format: text('format', { enum: fileFormats }).notNull(),
    language: text('language', { enum: languages }),
    /** As they were given; the period is added to them. */
    filters: text('filters', { mode: 'json' }).$type<Readonly<Record<string, string>>>().notNull(),
    /** `before`: the days before; `everything`: whatever there is. */
    covers: text('covers', { enum: ['before', 'everything'] }).notNull(),
    every: text('every', { enum: ['day', 'week', 'month'] }).notNull(),
    weekday: text('weekday', { enum: weekdays }),
    /** 1 to 28; 0 is the last day. */
    monthDay: integer('month_day'),
    at: text('at').notNull(),
    zone: text('zone').notNull(),
    /** Who is told; null: every endpoint of the centre that hears of it. */
    endpoint: text('endpoint'),
    status: text('status', { enum: ['active', 'paused'] }).notNull(),
    createdBy: text('created_by').notNull(),
    createdAtMs: integer('created_at').notNull(),
    nextAtMs: integer('next_at').notNull(),
  },
  (table) => [index('report_schedule_next').on(table.status, table.nextAtMs)],
);

/** Due until it has ended: whether its file is under way, the job tells. */
export const runStates = ['due', 'finished', 'failed'] as const;

/** One time a schedule was due: never twice for the same moment. */
export const reportRuns = sqliteTable(
  'report_run',
  {
    id: text('id').primaryKey(),
    schedule: text('schedule').notNull(),
    dueAtMs: integer('due_at').notNull(),
    /** Whole days in the schedule's zone. */
    from: text('from_day').notNull(),
    to: text('to_day').notNull(),
    fromMs: integer('from_ms').notNull(),
    beforeMs: integer('before_ms').notNull(),
    status: text('status', { enum: runStates }).notNull(),
    /** Its id is given before it is begun, so that a crash between the two begins it once. */
    job: text('job').notNull(),
    /** Why there is no file. */
    refusal: text('refusal'),
    createdAtMs: integer('created_at').notNull(),
    endedAtMs: integer('ended_at'),
  },
  (table) => [
    uniqueIndex('report_run_due').on(table.schedule, table.dueAtMs),
    index('report_run_status').on(table.status, table.id),
  ],
);
