import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** One row per transfer, from the entries of either side: whichever says more wins. */
export const transfers = sqliteTable(
  'transfer',
  {
    id: text('id').primaryKey(),
    kind: text('kind', { enum: ['payment', 'top_up', 'refund', 'gather'] }).notNull(),
    status: text('status', {
      enum: ['requires_confirmation', 'processing', 'completed', 'declined', 'cancelled', 'expired'],
    }).notNull(),
    amount: integer('amount').notNull(),
    tip: integer('tip').notNull(),
    currency: text('currency').notNull(),
    debtor: text('debtor').notNull(),
    creditor: text('creditor').notNull(),
    creditorStripe: integer('creditor_stripe').notNull(),
    participant: text('participant').notNull(),
    merchant: text('merchant'),
    merchantName: text('merchant_name'),
    store: text('store'),
    till: text('till'),
    order: text('order_id'),
    orderReference: text('order_reference'),
    reference: text('reference'),
    scheme: text('scheme'),
    refusal: text('refusal'),
    /** Of a refund: the payment it gives back. */
    payment: text('payment'),
    createdAtMs: integer('created_at').notNull(),
    endedAtMs: integer('ended_at'),
    /** Who of the merchant made its order, or the refund, signed in. */
    person: text('person'),
    /** The merchant's printed code that was scanned. */
    code: text('code'),
  },
  (table) => [
    index('transfer_merchant').on(table.merchant, table.id),
    index('transfer_participant').on(table.participant, table.id),
    index('transfer_code').on(table.code, table.endedAtMs).where(sql`code IS NOT NULL`),
    index('transfer_refund').on(table.payment).where(sql`payment IS NOT NULL`),
    // References are few, and people search for them: whoever sends none pays for none.
    index('transfer_reference').on(table.reference, table.id).where(sql`reference IS NOT NULL`),
    index('transfer_order_reference')
      .on(table.orderReference, table.id)
      .where(sql`order_reference IS NOT NULL`),
    index('transfer_person').on(table.person, table.id).where(sql`person IS NOT NULL`),
  ],
);

const sumColumns = {
  /** Empty for transfers without one. */
  merchant: text('merchant').notNull(),
  participant: text('participant').notNull(),
  kind: text('kind').notNull(),
  currency: text('currency').notNull(),
  status: text('status').notNull(),
  /** Why they were refused; empty for completed ones. */
  refusal: text('refusal').notNull(),
  count: integer('count').notNull(),
  sum: integer('sum').notNull(),
  tips: integer('tips').notNull(),
  /** As the merchant called itself. */
  name: text('name'),
};

/**
 * Sums of the rows of transfers that have ended, by the hour of their end: a row for each merchant, and one for all
 * of them together, whose merchant is `*`. Written with the rows they sum, in the same transaction.
 */
export const rollups = sqliteTable(
  'rollup',
  {
    /** Whole hours since 1970, UTC. */
    hour: integer('hour').notNull(),
    ...sumColumns,
  },
  ({ hour, merchant, participant, kind, currency, status, refusal }) => [
    primaryKey({ columns: [hour, merchant, participant, kind, currency, status, refusal] }),
  ],
);

/**
 * The same by business day, of hours that are over: for each merchant over all participants, `*`, and for all
 * merchants by participant. Folded from the sums by hour up to a mark, and kept equal to them from then on.
 */
export const dayRollups = sqliteTable(
  'rollup_day',
  {
    /** Such as `2026-11-21`. */
    day: text('day').notNull(),
    ...sumColumns,
  },
  ({ day, merchant, participant, kind, currency, status, refusal }) => [
    primaryKey({ columns: [day, merchant, participant, kind, currency, status, refusal] }),
  ],
);

/** How far each book has been recorded. */
export const watermarks = sqliteTable('watermark', {
  book: integer('book').primaryKey(),
  position: integer('position').notNull(),
  atMs: integer('at').notNull(),
  /** How far its events were announced; stays when the rows are dropped to be rebuilt. */
  announced: integer('announced').notNull().default(0),
  /** JSON: how many of its transfers ended how, up to `announced`; see `counts.ts`. */
  counts: text('counts').notNull().default('{}'),
});

/** Small facts the background work remembers, such as where the sweeper stopped. */
export const notes = sqliteTable('note', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
});
