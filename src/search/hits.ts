/** What is found, as it is answered. */
import { z } from '@hono/zod-openapi';
import type { Recorded } from '../directory/index.ts';
import { recordedKinds } from '../directory/index.ts';
import { isoTime, moneySchema, timeSchema } from '../http/index.ts';
import { isId, timeOfId } from '../kernel/index.ts';

/** A payment or refund as the reports have it. */
export interface Transfer {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly merchantName: string | null;
  readonly orderReference: string | null;
  readonly reference: string | null;
  readonly payment: string | null;
  readonly createdAtMs: number;
}

/** An order as its book has it. */
export interface Order {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly merchant: string;
  readonly merchantName: string | null;
  readonly reference: string | null;
  readonly payment: string | null;
  readonly createdAtMs: number;
}

/** By name, by reference as orders and as payments, by amount: so many of each. */
export const hitsMax = 20;

const hitSchema = z
  .object({
    kind: z.enum(['payment', 'refund', 'order', 'event', ...recordedKinds]),
    id: z.string(),
    name: z.string().nullable().openapi({ description: 'Of a payment or an order: the merchant’s' }),
    owner: z.string().nullable().openapi({ description: 'The participant or merchant it belongs to' }),
    status: z.string().nullable(),
    amount: moneySchema.nullable(),
    references: z.array(z.string()).openapi({ description: 'The merchant’s and the wallet’s' }),
    payment: z.string().nullable().openapi({ description: 'The payment it belongs to' }),
    order: z.string().nullable().openapi({ description: 'The order it is or tells of' }),
    at: timeSchema.nullable(),
  })
  .openapi('SearchHit');

export const answerSchema = z
  .object({
    data: z.array(hitSchema).openapi({
      description: `At most ${hitsMax} orders and ${hitsMax} payments by reference and ${hitsMax} by amount, the newest first`,
    }),
    more_by_reference: z.boolean().openapi({
      description: 'More have this reference than are shown: ask with `created[lt]`',
    }),
    silent_books: z.int().openapi({
      description:
        'Books that were asked for orders and did not answer in time: orders may be missing, ask again',
    }),
    payments_since: timeSchema.nullable().openapi({
      description: 'Where payments were looked through for an amount: how far back they were',
    }),
    next_cursor: z.string().nullable().openapi({
      description: 'Send it as `cursor` with the same text and times to look for the amount further back',
    }),
  })
  .openapi('SearchAnswer');

export type Hit = z.infer<typeof hitSchema>;
export type SearchAnswer = z.infer<typeof answerSchema>;

export const nothing: SearchAnswer = {
  ...{ data: [], more_by_reference: false, silent_books: 0, payments_since: null, next_cursor: null },
};

const nobody = { amount: null, references: [], payment: null, order: null, at: null };

export const recordedHit = ({ kind, id, name, owner, status }: Recorded): Hit => ({
  ...{ kind, id, name, owner, status },
  ...nobody,
});

/** `payment`: that what is told about belongs to. */
export const eventHit = (
  id: string,
  { type, owner, object }: { readonly type: string; readonly owner: string; readonly object: string },
  payment: string | null,
): Hit => ({
  ...{ ...nobody, kind: 'event', id, name: type, owner, status: null, payment },
  order: isId('order', object) ? object : null,
  at: isoTime(timeOfId(id)),
});

export const transferHit = (row: Transfer): Hit => ({
  kind: row.kind === 'refund' ? 'refund' : 'payment',
  id: row.id,
  name: row.merchantName,
  owner: null,
  status: row.status,
  amount: { amount: row.amount, currency: row.currency },
  references: [row.orderReference, row.reference].filter((reference) => reference !== null),
  payment: row.kind === 'refund' ? row.payment : row.id,
  order: null,
  at: isoTime(row.createdAtMs),
});

export const orderHit = (order: Order): Hit => ({
  kind: 'order',
  ...{ id: order.id, name: order.merchantName, owner: order.merchant, status: order.status },
  amount: { amount: order.amount, currency: order.currency },
  references: [order.reference].filter((reference) => reference !== null),
  ...{ payment: order.payment, order: order.id },
  at: isoTime(order.createdAtMs),
});
