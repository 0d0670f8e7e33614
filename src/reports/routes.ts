import { z } from '@hono/zod-openapi';
import type { Directory } from '../directory/index.ts';
import {
  csvFile,
  csvText,
  currencySchema,
  idSchema,
  isoTime,
  moneySchema,
  type Shell,
  timeSchema,
} from '../http/index.ts';
import { businessZone, dayAfter, ok } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { reportCatalogue } from './catalogue.ts';
import { daySchema } from './filters.ts';
import { jobRoutes } from './job-routes.ts';
import { reportLists } from './lists.ts';
import { merchantPaymentList } from './payments.ts';
import {
  continueRebuild,
  type RebuildParts,
  type RebuildState,
  rebuildState,
  startRebuild,
} from './rebuild.ts';
import { scheduleRoutes } from './schedule-routes.ts';
import type { ScheduleParts } from './schedules.ts';
import type { DailyRow, Reports } from './store.ts';
import { reports as declared } from './tables/index.ts';
import { staff } from './tables/payments.ts';
import { trialBalance, trialBalanceSchema } from './trial-balance.ts';

const dailyDaysDefault = 30;
// A small switch is rebuilt within the request that asks for it; a large one goes on every minute.
const rebuildPerRequestMs = 5_000;

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
  lists: ScheduleParts,
): void {
  reportCatalogue(shell);
  reportLists(shell, lists, declared);
  jobRoutes(shell, directory, lists);
  scheduleRoutes(shell, directory, lists);
  merchantPaymentList(shell, directory, lists);

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
      const from = query.from ?? dayAfter(to, 1 - dailyDaysDefault);
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
