/** Reports in groups, from the sums by day and hour: they read no payment, however many there are. */
import { z } from '@hono/zod-openapi';
import { currencySchema, idSchema } from '../../http/index.ts';
import { businessZone } from '../../kernel/index.ts';
import { transferStates } from '../../ledger/index.ts';
import { days, daysIn, endOf, equal } from '../filters.ts';
import { allMerchants, hourMs, sumsBetween } from '../rollup.ts';
import { type Column, type Query, type Report, type Sql, sql } from '../table.ts';
import type { ColumnName } from '../texts.ts';
import { staff } from './payments.ts';

const kinds = ['payment', 'refund', 'top_up', 'gather'] as const;

const group = (name: ColumnName, more: Partial<Column> = {}): Column => ({
  ...{ name, type: 'text', sql: `sums.${name}`, group: true },
  ...more,
});
const groups = {
  hour: group('hour', { sql: `sums.hour * ${hourMs}`, type: 'time', about: 'When it begins' }),
  day: group('day', { about: `Business day, in ${businessZone.name}` }),
  participant: group('participant', { type: 'id', about: 'The payer’s' }),
  merchant: group('merchant', { type: 'id', about: 'Empty for what has none' }),
  kind: group('kind', { values: kinds }),
  status: group('status', { values: transferStates }),
  refusal: group('refusal', { about: 'Empty for what was completed' }),
  currency: group('currency'),
};

const nameOf = (name: ColumnName, of: NonNullable<Column['nameOf']>): Column => ({
  ...{ name, type: 'text', sql: 'NULL', nullable: true, nameOf: of },
  about: 'As it is called now, where there is a row for each',
});
const participantName = nameOf('participant_name', 'participant');
const merchantName = nameOf('merchant_name', 'merchant');

const count = (name: ColumnName, where?: string): Column => ({
  ...{ name, type: 'count' },
  sql: where === undefined ? 'sum(sums.count)' : `sum(iif(${where}, sums.count, 0))`,
});
const money = (name: ColumnName, text: string): Column => ({ name, type: 'money', sql: text });
const sumOf = (kind: string) => `sum(iif(kind = '${kind}', sums.sum, 0))`;

/** Whose sums: one merchant's, each merchant's, or those over all, which are rows of their own. */
function ofMerchants({ merchant }: Query, by: readonly string[]): Sql {
  if (merchant !== undefined) return sql('sums.merchant = ?', String(merchant));
  return sql(`sums.merchant ${by.includes('merchant') ? '<>' : '='} ?`, allMerchants);
}

/** Whether sums by day say all that is asked for: no hours, and of merchants no participants. */
function isByDay({ merchant, participant }: Query, by: readonly string[]): boolean {
  const ofEach = merchant !== undefined || by.includes('merchant');
  const ofParticipants = participant !== undefined || by.includes('participant');
  return !by.includes('hour') && !(ofEach && ofParticipants);
}

/** What these reports share; `usual`: their groups unless others are asked for. */
const sumsBy = (
  usual: readonly ColumnName[],
  ...conditions: readonly string[]
): Omit<Report, 'name' | 'row' | 'summary' | 'columns' | 'filters'> => {
  const groupsOf = ({ by }: Query) => (by as readonly string[] | undefined) ?? usual;
  return {
    access: staff,
    database: 'reports',
    byPeriod: true,
    projected: true,
    by: usual,
    with(query: Query) {
      const { from, to } = daysIn(query);
      return sumsBetween(from, to, isByDay(query, groupsOf(query)));
    },
    until: endOf,
    from: 'sums',
    currency: 'sums.currency',
    always: (query: Query) => [ofMerchants(query, groupsOf(query)), ...conditions.map((text) => sql(text))],
  };
};

const filters = {
  ...days,
  merchant: equal('sums.merchant', idSchema('merchant')),
  participant: equal('sums.participant', idSchema('participant')),
  currency: equal('sums.currency', currencySchema),
};

const { hour, day, participant, merchant, kind, status, refusal, currency } = groups;

export const volumes: Report = {
  ...sumsBy(['day', 'kind', 'status']),
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
    money('sum', 'sum(sums.sum)'),
  ],
  filters: {
    ...filters,
    kind: equal('sums.kind', z.enum(kinds)),
    status: equal('sums.status', z.enum(transferStates)),
  },
};

export const declines: Report = {
  ...sumsBy(['refusal'], "kind = 'payment'", "status <> 'completed'"),
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
    money('sum', 'sum(sums.sum)'),
  ],
  filters: { ...filters, refusal: equal('sums.refusal', z.string().max(64)) },
};

export const fees: Report = {
  ...sumsBy(['day', 'merchant'], "kind IN ('payment', 'refund')", "status = 'completed'"),
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
  filters,
};

export const positions: Report = {
  ...sumsBy(['day', 'participant'], "kind IN ('payment', 'refund', 'top_up')", "status = 'completed'"),
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
  filters,
};
