/** Lists of payments and refunds: all of them for the centre, a merchant's for its people. */
import { z } from '@hono/zod-openapi';
import { type Directory, onlyMade, ownMerchant, type Who } from '../directory/index.ts';
import {
  amountSchema,
  csvFile,
  currencySchema,
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { ok } from '../kernel/index.ts';
import { transferStates } from '../ledger/index.ts';
import { csvText } from './csv.ts';
import type { ReportRow, Reports, TransferFilter } from './store.ts';

export const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const people: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier', ...staff];
// Rows read from D1 at a time while a file is written.
const filePage = 1_000;

const rowSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['payment', 'refund']),
    status: z.enum(transferStates),
    refusal: z.string().nullable(),
    amount: moneySchema,
    tip: moneySchema.nullable(),
    amount_refunded: moneySchema,
    payment: z.string().nullable().openapi({ description: 'Of a refund: the payment it gives back' }),
    account: z.string().nullable().openapi({ description: 'The payer’s; merchants do not see it' }),
    participant: z.string(),
    merchant: z.string().nullable(),
    merchant_name: z.string().nullable(),
    store: z.string().nullable(),
    till: z.string().nullable(),
    person: z.string().nullable().openapi({ description: 'Who made the order, or the refund, signed in' }),
    code: z.string().nullable().openapi({ description: 'The printed code, where the merchant has several' }),
    order: z.string().nullable(),
    order_reference: z.string().nullable(),
    reference: z.string().nullable(),
    scheme: z.string().nullable(),
    created_at: timeSchema,
    ended_at: timeSchema.nullable(),
  })
  .openapi('PaymentReportRow');

const sharedFilters = {
  kind: z.enum(['payment', 'refund']).default('payment'),
  status: z.enum(transferStates).optional(),
  code: idSchema('code').optional(),
  order: idSchema('order').optional(),
  'created[gte]': timeSchema.optional(),
  'created[lt]': timeSchema.optional(),
};

const centreQuery = pageQuery.extend({
  ...sharedFilters,
  merchant: idSchema('merchant').optional(),
  participant: idSchema('participant').optional(),
  currency: currencySchema.optional(),
  reference: textSchema(64).optional(),
  format: z.enum(['json', 'csv']).default('json'),
});

const merchantQuery = pageQuery.extend({
  ...sharedFilters,
  reference: textSchema(64).optional().openapi({ description: 'The register’s or the wallet’s' }),
  amount: z.coerce.number().pipe(amountSchema).optional(),
  store: idSchema('store').optional(),
  till: idSchema('till').optional(),
  person: idSchema('operator').optional(),
  format: z.enum(['json', 'csv']).optional(),
});

export function paymentReports(shell: Shell, directory: Directory, reports: Reports): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/reports/payments',
      tag: 'Reports',
      summary: 'Payments, or refunds, newest first, filtered; `format=csv` gives all matching rows as a file',
      access: staff,
      query: centreQuery,
      answers: listOf(rowSchema),
    },
    async ({ query }) => listed(reports, filterOf(query), query, true),
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/payments',
      tag: 'Merchants',
      summary: 'Payments to a merchant, or its refunds, newest first, filtered; also as a CSV file',
      description:
        'Cashiers are shown their own: what the person made who is signed in, or what was made at the till of ' +
        'the key. `format=csv`, or `Accept: text/csv`, gives all matching rows as a file. A payment is here a ' +
        'moment after it ended.',
      access: people,
      params: z.object({ merchant: idSchema('merchant') }),
      query: merchantQuery,
      answers: listOf(rowSchema),
    },
    async ({ params, query, caller, request }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const only = onlyMade(caller);
      const { reference, ...rest } = query;
      const filter: TransferFilter = {
        ...filterOf(rest),
        merchant: own.value.id,
        ...(reference !== undefined && { anyReference: reference }),
        ...(only && { only }),
      };
      const accepts = request.headers.get('accept')?.startsWith('text/csv') ? 'csv' : 'json';
      const wish = { ...query, format: query.format ?? accepts };
      return listed(reports, filter, wish, caller.who.startsWith('staff:'));
    },
  );
}

interface Wish {
  readonly format: 'json' | 'csv';
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** `withPayers`: whether the accounts of payers are shown. */
async function listed(reports: Reports, filter: TransferFilter, wish: Wish, withPayers: boolean) {
  const json = (row: ReportRow) => rowJson(row, withPayers);
  if (wish.format === 'csv') return csvFile('payments.csv', csvOf(reports, filter, json));
  const rows = await reports.withRefunds(filter, wish.limit + 1, wish.cursor);
  const shown = rows.slice(0, wish.limit);
  const next = rows.length > wish.limit ? (shown.at(-1)?.id ?? null) : null;
  return ok({ data: shown.map(json), next_cursor: cursorOf(next) });
}

const plainFilters = [
  'kind',
  'status',
  'merchant',
  'participant',
  'currency',
  'order',
  'reference',
  'amount',
  'store',
  'till',
  'person',
  'code',
] as const satisfies (keyof TransferFilter)[];
type Query = Partial<z.output<typeof centreQuery> & z.output<typeof merchantQuery>>;

function filterOf(query: { [Name in keyof Query]: Query[Name] | undefined }): TransferFilter {
  const { 'created[gte]': from, 'created[lt]': before } = query;
  const given = Object.fromEntries(
    plainFilters.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
  );
  return {
    ...given,
    ...(from !== undefined && { createdFromMs: Date.parse(from) }),
    ...(before !== undefined && { createdBeforeMs: Date.parse(before) }),
  };
}

const rowJson = (row: ReportRow, withPayer: boolean) => ({
  id: row.id,
  kind: row.kind,
  status: row.status,
  refusal: row.refusal,
  amount: { amount: row.amount, currency: row.currency },
  tip: row.tip > 0 ? { amount: row.tip, currency: row.currency } : null,
  amount_refunded: { amount: row.refunded, currency: row.currency },
  payment: row.payment,
  account: withPayer ? (row.kind === 'refund' ? row.creditor : row.debtor) : null,
  participant: row.participant,
  merchant: row.merchant,
  merchant_name: row.merchantName,
  store: row.store,
  till: row.till,
  person: row.person,
  code: row.code,
  order: row.order,
  order_reference: row.orderReference,
  reference: row.reference,
  scheme: row.scheme,
  created_at: isoTime(row.createdAtMs),
  ended_at: row.endedAtMs === null ? null : isoTime(row.endedAtMs),
});

type RowJson = ReturnType<typeof rowJson>;

const csvRow = ({ amount, tip, amount_refunded: refunded, ...rest }: RowJson) => ({
  ...rest,
  amount: amount.amount,
  tip: tip?.amount ?? 0,
  amount_refunded: refunded.amount,
  currency: amount.currency,
});

/** Page after page, so that a file of any size is never whole in memory. */
async function* csvOf(
  reports: Reports,
  filter: TransferFilter,
  json: (row: ReportRow) => RowJson,
): AsyncGenerator<string> {
  let cursor: string | undefined;
  for (let first = true; ; first = false) {
    const rows = await reports.withRefunds(filter, filePage, cursor);
    if (first && rows.length === 0) yield `${csvColumns.join(',')}\r\n`;
    yield csvText(
      rows.map((row) => csvRow(json(row))),
      first,
    );
    if (rows.length < filePage) return;
    cursor = rows.at(-1)?.id;
  }
}

const csvAmounts = ['amount', 'tip', 'amount_refunded'];
const csvColumns = [
  ...Object.keys(rowSchema.shape).filter((name) => !csvAmounts.includes(name)),
  ...csvAmounts,
  'currency',
];
