import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * What owners were told, one row per event with every attempt to tell it. Three equal tables take turns, a
 * period each, because an old table is emptied for nothing while its rows would be billed one by one.
 */
const eventTable = (name: string) =>
  sqliteTable(
    name,
    {
      owner: text('owner').notNull(),
      id: text('id').notNull(),
      type: text('type').notNull(),
      /** Id of the object it is about. */
      object: text('object').notNull(),
      /** Exactly what is sent. */
      body: text('body').notNull(),
      /** One JSON line per attempt; only ever appended to. */
      attempts: text('attempts').notNull(),
    },
    (table) => [primaryKey({ columns: [table.owner, table.id] })],
  );

export const events0 = eventTable('event_0');
export const events1 = eventTable('event_1');
export const events2 = eventTable('event_2');
export const eventTables = [events0, events1, events2] as const;

/** What is still to be delivered, or was given up: one row per event and endpoint, gone once it is delivered. */
export const deliveries = sqliteTable(
  'delivery',
  {
    /** `event endpoint`. */
    id: text('id').primaryKey(),
    event: text('event').notNull(),
    type: text('type').notNull(),
    endpoint: text('endpoint').notNull(),
    owner: text('owner').notNull(),
    /** Waiting: its endpoint is paused. */
    status: text('status', { enum: ['retrying', 'waiting', 'parked'] }).notNull(),
    /** Attempts made so far. */
    attempts: integer('attempts').notNull(),
    /** HTTP status of the last attempt; null when there was no answer. */
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    body: text('body'),
    /** When the next attempt is planned, while it is retrying. */
    dueAtMs: integer('due_at').notNull().default(0),
    updatedAtMs: integer('updated_at').notNull(),
  },
  (table) => [
    index('delivery_owner').on(table.owner, table.event),
    index('delivery_status').on(table.status, table.dueAtMs),
    index('delivery_oldest').on(table.status, table.event),
    index('delivery_endpoint').on(table.endpoint, table.status),
  ],
);

/** Resending what an owner was told since a time: where it has come to. */
export const resends = sqliteTable(
  'callback_resend',
  {
    id: text('id').primaryKey(),
    owner: text('owner').notNull(),
    /** The only endpoint it goes to; null for all of the owner's. */
    endpoint: text('endpoint'),
    type: text('type'),
    /** Only what an endpoint has not taken yet. */
    missedOnly: integer('missed_only', { mode: 'boolean' }).notNull(),
    sinceMs: integer('since').notNull(),
    untilMs: integer('until').notNull(),
    /** limited: it ended at its limit, before `until`. */
    status: text('status', { enum: ['running', 'finished', 'limited'] }).notNull(),
    /** The last event that was looked at. */
    cursor: text('cursor').notNull(),
    events: integer('events').notNull(),
    deliveries: integer('deliveries').notNull(),
    startedBy: text('started_by').notNull(),
    startedAtMs: integer('started_at').notNull(),
    finishedAtMs: integer('finished_at'),
  },
  (table) => [index('callback_resend_owner').on(table.owner, table.id)],
);
