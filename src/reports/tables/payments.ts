/** Payments and refunds, one row each. */
import { z } from '@hono/zod-openapi';
import type { Who } from '../../directory/index.ts';
import { amountSchema, currencySchema, idSchema, textSchema, timeSchema } from '../../http/index.ts';
import { earliestTransferId, timeOfId } from '../../kernel/index.ts';
import { transferStates } from '../../ledger/index.ts';
import { equal } from '../filters.ts';
import { type Column, type Filters, type Query, type Report, sql } from '../table.ts';

export const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];

const kinds = ['payment', 'refund'] as const;
type Kind = (typeof kinds)[number];

// The index of refunds by payment is a partial one: the planner takes it only for a value that is not null.
const refunded = `(SELECT coalesce(sum(refund.amount), 0) FROM transfer AS refund
  WHERE refund.payment = transfer.id AND refund.payment IS NOT NULL AND refund.status = 'completed')`;

// Of payments of earlier periods too.
const refundedLater = `SELECT payment AS key, sum(amount) AS sum FROM transfer
  WHERE payment IN (SELECT value FROM json_each(?)) AND payment IS NOT NULL AND status = 'completed' GROUP BY payment`;

const columns: readonly Column[] = [
  { name: 'id', type: 'id', sql: 'transfer.id' },
  { name: 'kind', type: 'text', sql: 'kind', values: kinds },
  { name: 'status', type: 'text', sql: 'status', values: transferStates },
  { name: 'refusal', type: 'text', sql: 'refusal', nullable: true },
  { name: 'amount', type: 'money', sql: 'amount' },
  { name: 'tip', type: 'money', sql: 'nullif(tip, 0)', nullable: true },
  { name: 'amount_refunded', type: 'money', sql: refunded, later: refundedLater },
  {
    ...{ name: 'payment', type: 'id', sql: 'payment', nullable: true },
    about: 'Of a refund: the payment it gives back',
  },
  {
    ...{ name: 'account', type: 'id', sql: "iif(kind = 'refund', creditor, debtor)", nullable: true },
    about: 'The payer’s; merchants do not see it',
  },
  { name: 'participant', type: 'id', sql: 'participant' },
  { name: 'merchant', type: 'id', sql: 'merchant', nullable: true },
  { name: 'merchant_name', type: 'text', sql: 'merchant_name', nullable: true },
  { name: 'store', type: 'id', sql: 'store', nullable: true },
  { name: 'till', type: 'id', sql: 'till', nullable: true },
  {
    ...{ name: 'person', type: 'id', sql: 'person', nullable: true },
    about: 'Who made the order, or the refund, signed in',
  },
  {
    ...{ name: 'code', type: 'id', sql: 'code', nullable: true },
    about: 'The printed code, where the merchant has several',
  },
  { name: 'order', type: 'id', sql: 'order_id', nullable: true },
  { name: 'order_reference', type: 'text', sql: 'order_reference', nullable: true },
  { name: 'reference', type: 'text', sql: 'reference', nullable: true },
  { name: 'scheme', type: 'text', sql: 'scheme', nullable: true },
  { name: 'created_at', type: 'time', sql: 'created_at' },
  { name: 'ended_at', type: 'time', sql: 'ended_at', nullable: true },
];

// Ids of one kind sort by the time they began, and indexes end with the id: a range needs no walk.
const began = (value: unknown, { kind }: Query): string =>
  earliestTransferId(kind as Kind, Date.parse(String(value)));

const filters: Filters = {
  kind: { schema: z.enum(kinds).default('payment') },
  status: equal('status', z.enum(transferStates)),
  code: equal('code', idSchema('code')),
  order: equal('order_id', idSchema('order')),
  'created[gte]': { schema: timeSchema.optional(), from: began },
  'created[lt]': { schema: timeSchema.optional(), before: began },
};

/** Only transfers of the kind; their ids stand together, so there is no walk over those of others. */
const ofKind = ({ kind }: Query) => [sql('kind = ?', kind as Kind)];
const idsOfKind = ({ kind }: Query) => ({
  from: earliestTransferId(kind as Kind, 0),
  before: `${earliestTransferId(kind as Kind, Number.MAX_SAFE_INTEGER)}~`,
});

const about = {
  row: 'PaymentReportRow',
  access: staff,
  database: 'reports',
  byPeriod: true,
  projected: true,
  from: 'transfer',
  columns,
  currency: 'transfer.currency',
  key: 'transfer.id',
  range: idsOfKind,
  always: ofKind,
} as const;

export const payments: Report = {
  ...about,
  name: 'payments',
  summary: 'Payments, or refunds, newest first, filtered; `format=csv` gives all matching rows as a file',
  filters: {
    ...filters,
    merchant: equal('merchant', idSchema('merchant')),
    participant: equal('participant', idSchema('participant')),
    currency: equal('currency', currencySchema),
    reference: equal('reference', textSchema(64)),
  },
};

export const refunds: Report = {
  ...payments,
  name: 'refunds',
  summary: 'Refunds, newest first, filtered, with the payments they give back',
  filters: {
    ...payments.filters,
    kind: { schema: z.literal('refund').default('refund') },
    payment: {
      schema: idSchema('payment').optional(),
      from: (value) => earliestTransferId('refund', timeOfId(String(value))),
      where: (value) => sql('payment = ? AND payment IS NOT NULL', value),
    },
  },
};

/** Of one merchant, who must be added to what is asked for. */
export const merchantPayments: Report = {
  ...about,
  name: 'payments',
  summary: 'Payments to a merchant, or its refunds, newest first, filtered; also as a file',
  filters: {
    ...filters,
    reference: {
      schema: textSchema(64).optional().openapi({ description: 'The register’s or the wallet’s' }),
      where: (value) => sql('(order_reference = ? OR reference = ?)', value, value),
    },
    amount: equal('amount', z.coerce.number().pipe(amountSchema)),
    store: equal('store', idSchema('store')),
    till: equal('till', idSchema('till')),
    person: equal('person', idSchema('operator')),
  },
};

/** The same without the accounts of payers, for the merchant's own people. */
export const merchantPaymentsShown: Report = {
  ...merchantPayments,
  columns: columns.map((column) => (column.name === 'account' ? { ...column, sql: 'NULL' } : column)),
};

/** As a file, which is made after the request: its merchant stands among what was asked for. */
export const merchantFile: Report = {
  ...merchantPaymentsShown,
  always: (query) => [...ofKind(query), sql('merchant = ?', String(query.merchant))],
};
