/** Reports in groups, from the sums by hour: they read no payment, however many there are. */
import { z } from '@hono/zod-openapi';
import { currencySchema, idSchema } from '../../http/index.ts';
import { businessZone } from '../../kernel/index.ts';
import { transferStates } from '../../ledger/index.ts';
import { days, endOf, equal, hoursIn } from '../filters.ts';
import { allMerchants, hourMs } from '../rollup.ts';
import { type Column, type Query, type Report, type Sql, sql } from '../table.ts';
import type { ColumnName } from '../texts.ts';
import { staff } from './payments.ts';

const hourS = hourMs / 1_000;
const kinds = ['payment', 'refund', 'top_up', 'gather'] as const;

const group = (name: ColumnName, text: string, more: Partial<Column> = {}): Column => ({
  ...{ name, type: 'text', sql: text, group: true },
  ...more,
});
const groups = {
  hour: group('hour', `rollup.hour * ${hourMs}`, { type: 'time', about: 'When it begins' }),
  day: group('day', `date(rollup.hour * ${hourS}, 'unixepoch', '${businessZone.sqlite}')`, {
    about: `Business day, in ${businessZone.name}`,
  }),
  participant: group('participant', 'rollup.participant', { type: 'id', about: 'The payer’s' }),
  merchant: group('merchant', 'rollup.merchant', { type: 'id', about: 'Empty for what has none' }),
  kind: group('kind', 'rollup.kind', { values: kinds }),
  status: group('status', 'rollup.status', { values: transferStates }),
  refusal: group('refusal', 'rollup.refusal', { about: 'Empty for what was completed' }),
  currency: group('currency', 'rollup.currency'),
};

const nameOf = (name: ColumnName, of: NonNullable<Column['nameOf']>): Column => ({
  ...{ name, type: 'text', sql: 'NULL', nullable: true, nameOf: of },
  about: 'As it is called now, where there is a row for each',
});
const participantName = nameOf('participant_name', 'participant');
const merchantName = nameOf('merchant_name', 'merchant');

const count = (name: ColumnName, where?: string): Column => ({
  ...{ name, type: 'count' },
  sql: where === undefined ? 'sum(count)' : `sum(iif(${where}, count, 0))`,
});
const money = (name: ColumnName, text: string): Column => ({ name, type: 'money', sql: text });
const sumOf = (kind: string) => `sum(iif(kind = '${kind}', rollup.sum, 0))`;

/** By hour and merchant: one merchant, each of them, or the sums over all, which are rows of their own. */
function ofMerchants({ merchant, by }: Query): Sql {
  if (merchant !== undefined) return sql('rollup.merchant = ?', String(merchant));
  const each = (by as readonly string[] | undefined)?.includes('merchant');
  return sql(`rollup.merchant ${each ? '<>' : '='} ?`, allMerchants);
}

const always =
  (...conditions: string[]) =>
  (query: Query) => [
    ofMerchants(query),
    sql('span.value < ?2'),
    sql('rollup.count > 0'),
    ...conditions.map((text) => sql(text)),
  ];

const sums = {
  access: staff,
  database: 'reports',
  byPeriod: true,
  projected: true,
  with: hoursIn,
  until: endOf,
  from: 'span CROSS JOIN rollup ON rollup.hour = span.value',
  currency: 'rollup.currency',
} as const;

const filters = {
  ...days,
  merchant: equal('rollup.merchant', idSchema('merchant')),
  participant: equal('rollup.participant', idSchema('participant')),
  currency: equal('rollup.currency', currencySchema),
};

const { hour, day, participant, merchant, kind, status, refusal, currency } = groups;

export const volumes: Report = {
  ...sums,
  name: 'volumes',
  row: 'VolumeReportRow',
  summary:
    'How many transfers ended how, and what they come to: by hour, day, participant, merchant, kind, status',
  columns: [
    hour,
    day,
    ...[participant, participantName],
    ...[merchant, merchantName],
    kind,
    status,
    currency,
    count('count'),
    money('sum', 'sum(rollup.sum)'),
  ],
  by: ['day', 'kind', 'status'],
  filters: {
    ...filters,
    kind: equal('rollup.kind', z.enum(kinds)),
    status: equal('rollup.status', z.enum(transferStates)),
  },
  always: always(),
};

export const declines: Report = {
  ...sums,
  name: 'declines',
  row: 'DeclineReportRow',
  summary: 'Payments that were declined, cancelled or expired, by reason',
  columns: [
    hour,
    day,
    ...[participant, participantName],
    ...[merchant, merchantName],
    refusal,
    currency,
    count('count'),
    money('sum', 'sum(rollup.sum)'),
  ],
  by: ['refusal'],
  filters: { ...filters, refusal: equal('rollup.refusal', z.string().max(64)) },
  always: always("kind = 'payment'", "status <> 'completed'"),
};

export const fees: Report = {
  ...sums,
  name: 'fees',
  row: 'FeeReportRow',
  summary: 'What merchants took and what of it is fees: none yet, since there are no tariffs',
  columns: [
    ...[
      day,
      participant,
      participantName,
      merchant,
      merchantName,
      currency,
      count('payments', "kind = 'payment'"),
    ],
    money('gross', sumOf('payment')),
    money('refunded', sumOf('refund')),
    money('fee', 'sum(0)'),
    money('net', `${sumOf('payment')} - ${sumOf('refund')}`),
  ],
  by: ['day', 'merchant'],
  filters,
  always: (query) =>
    always("kind IN ('payment', 'refund')", "status = 'completed'")({ by: ['merchant'], ...query }),
};

export const positions: Report = {
  ...sums,
  name: 'positions',
  row: 'PositionReportRow',
  summary: 'What each participant’s payers paid, got back and topped up, and what it owes for it',
  columns: [
    ...[hour, day, participant, participantName, currency],
    count('payments', "kind = 'payment'"),
    money('paid', sumOf('payment')),
    count('refunds', "kind = 'refund'"),
    money('refunded', sumOf('refund')),
    money('topped_up', sumOf('top_up')),
    { ...money('net', `${sumOf('payment')} - ${sumOf('refund')}`), about: 'Paid and not given back' },
  ],
  by: ['day', 'participant'],
  filters,
  always: always("kind IN ('payment', 'refund', 'top_up')", "status = 'completed'"),
};
