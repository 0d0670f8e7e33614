import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Counters, History, Place, Progress, Proposal } from './model.ts';
import type { Unread } from './rows.ts';

/** One row per file: how far it was received and matched, and what came out. */
export const partnerFiles = sqliteTable('partner_file', {
  id: text('id').primaryKey(),
  participant: text('participant').notNull(),
  format: text('format').notNull(),
  name: text('name').notNull(),
  /** The time it is about, in epoch milliseconds. */
  fromMs: integer('from_at').notNull(),
  beforeMs: integer('before_at').notNull(),
  status: text('status', { enum: ['receiving', 'matching', 'finished'] }).notNull(),
  by: text('made_by').notNull(),
  createdAtMs: integer('created_at').notNull(),
  finishedAtMs: integer('finished_at'),
  /** SHA-256 of each part, base64url: a part that comes again is known by it. */
  parts: text('parts', { mode: 'json' }).$type<string[]>().notNull(),
  bytes: integer('bytes').notNull(),
  /** Where reading stands, and the bytes behind the last whole row, base64url. */
  place: text('place', { mode: 'json' }).$type<Place>().notNull(),
  carry: text('carry').notNull(),
  rows: integer('rows').notNull(),
  unreadCount: integer('unread_count').notNull(),
  /** The first ones. */
  unread: text('unread', { mode: 'json' }).$type<Unread[]>().notNull(),
  /** Steps so far. A step counts only if nobody else did it meanwhile. */
  steps: integer('steps').notNull(),
  progress: text('progress', { mode: 'json' }).$type<Progress>().notNull(),
  counters: text('counters', { mode: 'json' }).$type<Counters>().notNull(),
});

/** Rows of the files, as their partners wrote them, and what they were matched with. */
export const partnerRows = sqliteTable(
  'partner_row',
  {
    file: text('file').notNull(),
    line: integer('line').notNull(),
    key: text('key'),
    amount: integer('amount').notNull(),
    currency: text('currency').notNull(),
    kind: text('kind', { enum: ['payment', 'refund'] }),
    status: text('status', { enum: ['completed', 'pending', 'declined'] }).notNull(),
    earliestMs: integer('earliest'),
    latestMs: integer('latest'),
    /** What it is, of ours. */
    transfer: text('transfer'),
  },
  (table) => [
    primaryKey({ columns: [table.file, table.line] }),
    index('partner_row_key').on(table.file, table.key),
    index('partner_row_open').on(table.file, table.amount, table.earliestMs).where(sql`transfer IS NULL`),
  ],
);

/** What does not agree: for people to explain or put right. */
export const differences = sqliteTable(
  'difference',
  {
    id: text('id').primaryKey(),
    file: text('file').notNull(),
    participant: text('participant').notNull(),
    type: text('type', {
      enum: ['missing_here', 'missing_there', 'amount', 'status', 'duplicate'],
    }).notNull(),
    status: text('status', { enum: ['open', 'proposed', 'approved', 'resolved'] }).notNull(),
    action: text('action', {
      enum: ['partner_returns', 'partner_books', 'partner_corrects', 'wait'],
    }).notNull(),
    /** Of the file; null where it has none. */
    line: integer('line'),
    key: text('key'),
    transfer: text('transfer'),
    currency: text('currency').notNull(),
    ours: integer('ours'),
    theirs: integer('theirs'),
    ourStatus: text('our_status'),
    theirStatus: text('their_status'),
    /** What somebody wants given back, until somebody else has decided. */
    proposal: text('proposal', { mode: 'json' }).$type<Proposal>(),
    /** The refund that was made. */
    refund: text('refund'),
    createdAtMs: integer('created_at').notNull(),
    /** Comments and decisions, oldest first. */
    history: text('history', { mode: 'json' }).$type<History[]>().notNull(),
  },
  (table) => [
    index('difference_file').on(table.file, table.id),
    index('difference_status').on(table.status, table.id),
  ],
);
