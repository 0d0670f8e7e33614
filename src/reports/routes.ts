import { z } from '@hono/zod-openapi';
import Papa from 'papaparse';
import type { Directory, Who } from '../directory/index.ts';
import {
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
import { businessZone, ok } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import {
  continueRebuild,
  type RebuildParts,
  type RebuildState,
  rebuildState,
  startRebuild,
} from './rebuild.ts';
import type { DailyRow, ReportRow, Reports, TransferFilter } from './store.ts';
import { trialBalance, trialBalanceSchema } from './trial-balance.ts';

const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
// Rows read from D1 at a time while a file is written.
const filePage = 1_000;
const dailyDaysDefault = 30;
const dayMs = 86_400_000;
// A small switch is rebuilt within the request that asks for it; a large one goes on every minute.
const rebuildPerRequestMs = 5_000;

const paymentRowSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['payment', 'refund']),
    status: z.enum(['processing', 'completed', 'declined']),
    refusal: z.string().nullable(),
    amount: moneySchema,
    tip: moneySchema.nullable(),
    amount_refunded: moneySchema,
    payment: z.string().nullable().openapi({ description: 'Of a refund: the payment it gives back' }),
    account: z.string().openapi({ description: 'The payer’s' }),
    participant: z.string(),
    merchant: z.string().nullable(),
    merchant_name: z.string().nullable(),
    store: z.string().nullable(),
    till: z.string().nullable(),
    order: z.string().nullable(),
    order_reference: z.string().nullable(),
    reference: z.string().nullable(),
    scheme: z.string().nullable(),
    created_at: timeSchema,
    ended_at: timeSchema.nullable(),
  })
  .openapi('PaymentReportRow');

const filterQuery = z.object({
  kind: z.enum(['payment', 'refund']).default('payment'),
  status: z.enum(['processing', 'completed', 'declined']).optional(),
  merchant: idSchema('merchant').optional(),
  participant: idSchema('participant').optional(),
  currency: currencySchema.optional(),
  order: idSchema('order').optional(),
  reference: textSchema(64).optional(),
  'created[gte]': timeSchema.optional(),
  'created[lt]': timeSchema.optional(),
});

const daySchema = z.iso
  .date()
  .refine((day) => day >= '2000-01-01', 'before the year 2000')
  .openapi({ example: '2026-11-21' });
const dailySchema = z
  .object({
    time_zone: z.string(),
    from: daySchema,
    to: daySchema,
    data: z.array(
      z.object({
        day: daySchema,
        merchant: z.string().nullable(),
        merchant_name: z.string().nullable(),
        count: z.int(),
        sum: moneySchema,
        refunds: z.object({ count: z.int(), sum: moneySchema }),
      }),
    ),
    totals: z.array(
      z.object({
        count: z.int(),
        sum: moneySchema,
        refunds: z.object({ count: z.int(), sum: moneySchema }),
      }),
    ),
  })
  .openapi('DailyReport');

const rebuildSchema = z
  .object({
    status: z.enum(['never', 'running', 'finished']),
    started_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
    books: z.int(),
    books_done: z.int(),
    books_failed: z.array(z.int()).openapi({ description: 'They gave no answer and follow later' }),
    entries: z.int(),
  })
  .openapi('Rebuild');

const rebuildJson = (state: RebuildState | undefined) => ({
  status: state?.status ?? ('never' as const),
  started_at: state ? isoTime(state.startedAtMs) : null,
  finished_at: state?.finishedAtMs ? isoTime(state.finishedAtMs) : null,
  books: state?.books ?? 0,
  books_done: state?.book ?? 0,
  books_failed: [...(state?.failed ?? [])],
  entries: state?.entries ?? 0,
});

export function reportRoutes(
  shell: Shell,
  directory: Directory,
  ledger: Ledger,
  reports: Reports,
  rebuilding: RebuildParts,
): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/reports/payments',
      tag: 'Reports',
      summary: 'Payments, or refunds, newest first, filtered; `format=csv` gives all matching rows as a file',
      access: staff,
      query: pageQuery.extend({ ...filterQuery.shape, format: z.enum(['json', 'csv']).default('json') }),
      answers: listOf(paymentRowSchema),
    },
    async ({ query }) => {
      const filter = filterOf(query);
      if (query.format === 'csv') return csvFile('payments.csv', csvOf(reports, filter));
      const rows = await reports.withRefunds(filter, query.limit + 1, query.cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({ data: shown.map(paymentRowJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/reports/daily',
      tag: 'Reports',
      summary: 'Completed payments and refunds per business day, merchant and currency',
      access: staff,
      query: z.object({
        from: daySchema.optional(),
        to: daySchema.optional(),
        merchant: idSchema('merchant').optional(),
        currency: currencySchema.optional(),
        format: z.enum(['json', 'csv']).default('json'),
      }),
      answers: dailySchema,
    },
    async ({ query }) => {
      const today = new Date(Date.now() - zoneStartMs).toISOString().slice(0, 10);
      const to = query.to ?? today;
      const from = query.from ?? dayBefore(to, dailyDaysDefault - 1);
      const rows = await reports.daily(from, to, {
        ...(query.merchant !== undefined && { merchant: query.merchant }),
        ...(query.currency !== undefined && { currency: query.currency }),
      });
      if (query.format === 'csv') {
        const lines = rows.map((row) => ({
          day: row.day,
          merchant: row.merchant,
          merchant_name: row.merchantName,
          currency: row.currency,
          count: row.count,
          sum: row.sum,
          refunds: row.refunds,
          refunds_sum: row.refundsSum,
        }));
        return csvFile('daily.csv', [
          lines.length > 0 ? csvText(lines, true) : `${dailyColumns.join(',')}\r\n`,
        ]);
      }
      return ok({
        time_zone: businessZone.name,
        from,
        to,
        data: rows.map((row) => ({
          day: row.day,
          merchant: row.merchant,
          merchant_name: row.merchantName,
          ...figuresJson(row),
        })),
        totals: totalsOf(rows),
      });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/trial-balance',
      tag: 'Reports',
      summary: 'The sum over all accounts, read from the accounts themselves: zero in every currency',
      access: staff,
      answers: trialBalanceSchema,
    },
    async () => ok(await trialBalance(directory, ledger)),
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/centre/reports/rebuild',
      tag: 'Reports',
      summary: 'Drop the payment reports and make them again from the accounts',
      description: 'Asked again while it runs, it goes on. Nobody is told anything a second time.',
      access: ['staff:admin'],
      body: z.strictObject({}),
      answers: rebuildSchema,
    },
    async () => {
      await startRebuild(rebuilding);
      return ok(rebuildJson(await continueRebuild(rebuilding, rebuildPerRequestMs)));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/reports/rebuild',
      tag: 'Reports',
      summary: 'How far the last rebuild of the reports has come',
      access: staff,
      answers: rebuildSchema,
    },
    async () => ok(rebuildJson(await rebuildState(reports))),
  );
}

// Midnight of the first of January 1970 in the zone: minus its offset.
const zoneStartMs = Date.parse(`1970-01-01T00:00:00${businessZone.offset}`);
const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * dayMs).toISOString().slice(0, 10);

type Figures = Pick<DailyRow, 'currency' | 'count' | 'sum' | 'refunds' | 'refundsSum'>;

const figuresJson = ({ currency, count, sum, refunds, refundsSum }: Figures) => ({
  count,
  sum: { amount: sum, currency },
  refunds: { count: refunds, sum: { amount: refundsSum, currency } },
});

function totalsOf(rows: readonly Figures[]) {
  const totals = new Map<string, Figures>();
  for (const row of rows) {
    const total = totals.get(row.currency);
    totals.set(row.currency, {
      currency: row.currency,
      count: row.count + (total?.count ?? 0),
      sum: row.sum + (total?.sum ?? 0),
      refunds: row.refunds + (total?.refunds ?? 0),
      refundsSum: row.refundsSum + (total?.refundsSum ?? 0),
    });
  }
  return [...totals.values()].map(figuresJson);
}

function filterOf(query: z.output<typeof filterQuery>): TransferFilter {
  const { 'created[gte]': from, 'created[lt]': before, ...rest } = query;
  const given = Object.fromEntries(
    (['kind', 'status', 'merchant', 'participant', 'currency', 'order', 'reference'] as const).flatMap(
      (name) => (rest[name] === undefined ? [] : [[name, rest[name]]]),
    ),
  );
  return {
    ...given,
    ...(from !== undefined && { createdFromMs: Date.parse(from) }),
    ...(before !== undefined && { createdBeforeMs: Date.parse(before) }),
  };
}

const paymentRowJson = (row: ReportRow) => ({
  id: row.id,
  kind: row.kind,
  status: row.status,
  refusal: row.refusal,
  amount: { amount: row.amount, currency: row.currency },
  tip: row.tip > 0 ? { amount: row.tip, currency: row.currency } : null,
  amount_refunded: { amount: row.refunded, currency: row.currency },
  payment: row.payment,
  account: row.kind === 'refund' ? row.creditor : row.debtor,
  participant: row.participant,
  merchant: row.merchant,
  merchant_name: row.merchantName,
  store: row.store,
  till: row.till,
  order: row.order,
  order_reference: row.orderReference,
  reference: row.reference,
  scheme: row.scheme,
  created_at: isoTime(row.createdAtMs),
  ended_at: row.endedAtMs === null ? null : isoTime(row.endedAtMs),
});

const csvRow = (row: ReportRow) => {
  const { amount, tip, amount_refunded: refunded, ...rest } = paymentRowJson(row);
  return {
    ...rest,
    amount: amount.amount,
    tip: tip?.amount ?? 0,
    amount_refunded: refunded.amount,
    currency: amount.currency,
  };
};

// A cell that a spreadsheet would run as a formula is quoted as text.
const csvText = (lines: object[], header: boolean): string =>
  lines.length === 0 ? '' : `${Papa.unparse(lines, { header, escapeFormulae: true })}\r\n`;

/** Page after page, so that a file of any size is never whole in memory. */
async function* csvOf(reports: Reports, filter: TransferFilter): AsyncGenerator<string> {
  let cursor: string | undefined;
  for (let first = true; ; first = false) {
    const rows = await reports.withRefunds(filter, filePage, cursor);
    if (first && rows.length === 0) yield `${csvColumns.join(',')}\r\n`;
    yield csvText(rows.map(csvRow), first);
    if (rows.length < filePage) return;
    cursor = rows.at(-1)?.id;
  }
}

const csvAmounts = ['amount', 'tip', 'amount_refunded'];
const csvColumns = [
  ...Object.keys(paymentRowSchema.shape).filter((name) => !csvAmounts.includes(name)),
  ...csvAmounts,
  'currency',
];

const dailyColumns = [
  'day',
  'merchant',
  'merchant_name',
  'currency',
  'count',
  'sum',
  'refunds',
  'refunds_sum',
];
