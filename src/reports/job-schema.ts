import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { languages } from '../kernel/index.ts';
import { type FileState, fileFormats } from './files.ts';
import type { Position, Query } from './table.ts';

/** Sums of a file's columns by currency; decimal texts, since sums may be larger than a number says exactly. */
export type ControlTotals = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const jobStates = ['running', 'finished', 'cancelled', 'failed'] as const;

/** Files of reports that are made in steps: one row each, rewritten after every step. */
export const reportJobs = sqliteTable(
  'report_job',
  {
    id: text('id').primaryKey(),
    /** `centre`, or the merchant's id. */
    owner: text('owner').notNull(),
    report: text('report').notNull(),
    format: text('format', { enum: fileFormats }).notNull(),
    /** Of the headings; null: names for programs. */
    language: text('language', { enum: languages }),
    query: text('query', { mode: 'json' }).$type<Query>().notNull(),
    status: text('status', { enum: jobStates }).notNull(),
    startedBy: text('started_by').notNull(),
    startedAtMs: integer('started_at').notNull(),
    finishedAtMs: integer('finished_at'),
    completeUpToMs: integer('complete_up_to').notNull(),
    /** Steps so far. A step counts only if nobody else did it meanwhile. */
    steps: integer('steps').notNull(),
    /** Of the step that is due, failed ones. */
    attempts: integer('attempts').notNull(),
    /** The last row that is in the file. */
    position: text('position', { mode: 'json' }).$type<Position>(),
    file: text('file', { mode: 'json' }).$type<FileState>().notNull(),
    pieces: integer('pieces').notNull(),
    rows: integer('rows').notNull(),
    bytes: integer('bytes').notNull(),
    totals: text('totals', { mode: 'json' }).$type<ControlTotals>().notNull(),
    /** All rows are in it; what is left is its SHA-256. */
    written: integer('written', { mode: 'boolean' }).notNull(),
    sha256: text('sha256'),
  },
  (table) => [
    index('report_job_owner').on(table.owner, table.id),
    index('report_job_status').on(table.status, table.id),
  ],
);

/** Pieces of files, each below what a row may hold. */
export const reportPieces = sqliteTable(
  'report_piece',
  {
    job: text('job').notNull(),
    number: integer('number').notNull(),
    bytes: blob('bytes', { mode: 'buffer' }).notNull(),
  },
  ({ job, number }) => [primaryKey({ columns: [job, number] })],
);
