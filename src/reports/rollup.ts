/**
 * The sums of ended transfers, by hour. A row that has ended never changes again, so it is added once: in the
 * transaction that first writes it as ended. Sums therefore equal the rows, whatever comes twice, late or in any order.
 *
 * Hours that are over are folded into sums by business day (`fold.ts`), up to a mark. What is added to an hour behind
 * the mark is added to its day in the same transaction, and whoever reads takes days up to the mark and hours from
 * there on: every ended row stands in exactly one of what is read.
 */
import { businessZone, dayAfter, startOfDayMs } from '../kernel/index.ts';
import { type Sql, sql } from './table.ts';

/** Merchant of the sums over all merchants. */
export const allMerchants = '*';

/** Participant of a merchant's sums by day, which are over all participants. */
export const allParticipants = '*';

export const hourMs = 3_600_000;

/** The note in each report database that says how far its hours are folded; see `Mark`. */
export const foldedNote = 'folded';

/** All hours before `hour` are folded; of those before `until`, merchants before `merchant`. */
export interface Mark {
  readonly hour: number;
  readonly until: number;
  readonly merchant: string;
}

/** The business day of an hour. */
export const dayOf = (hour: string): string =>
  `date(${hour} * ${hourMs / 1_000}, 'unixepoch', '${businessZone.sqlite}')`;

// Behind the hour, or the day.
const key = ['merchant', 'participant', 'kind', 'currency', 'status', 'refusal'];
const columns = [...key, 'count', 'sum', 'tips', 'name'];

/** Adds rows of sums to those that are there. */
export const addTo = (table: 'rollup' | 'rollup_day', rows: string): string => {
  const period = table === 'rollup' ? 'hour' : 'day';
  return `INSERT INTO ${table} (${[period, ...columns].join(', ')}) ${rows}
  ON CONFLICT (${[period, ...key].join(', ')}) DO UPDATE SET count = ${table}.count + excluded.count,
    sum = ${table}.sum + excluded.sum, tips = ${table}.tips + excluded.tips,
    name = nullif(max(coalesce(${table}.name, ''), coalesce(excluded.name, '')), '')`;
};

/**
 * Adds what rows with the columns of `transfer` come to, or takes it out again; those that have not ended are nothing.
 * Two statements: the second, for what was folded already, reads no more than the mark where nothing was.
 */
const added = (rows: string, sign: '' | '-'): string[] => {
  const hour = `(row.ended_at / ${hourMs})`;
  const merchant = `iif(whole, '${allMerchants}', coalesce(row.merchant, ''))`;
  const figures = `row.kind, row.currency, row.status, coalesce(row.refusal, ''),
    ${sign}count(*), ${sign}sum(row.amount), ${sign}sum(row.tip), iif(whole, NULL, max(row.merchant_name))`;
  const from = `${rows} AS row CROSS JOIN (SELECT 0 AS whole UNION ALL SELECT 1)`;
  const groups = 'GROUP BY 1, 2, 3, 4, 5, 6, 7';
  return [
    addTo(
      'rollup',
      `SELECT ${hour}, ${merchant}, row.participant, ${figures}
       FROM ${from} WHERE row.ended_at IS NOT NULL ${groups}`,
    ),
    addTo(
      'rollup_day',
      `SELECT ${dayOf(hour)}, ${merchant}, iif(whole, row.participant, '${allParticipants}'), ${figures}
       FROM (SELECT value ->> 'hour' AS hour, value ->> 'until' AS until, value ->> 'merchant' AS merchant
         FROM note WHERE name = '${foldedNote}') AS folded CROSS JOIN ${from}
       WHERE ${hour} < folded.until AND (${hour} < folded.hour OR ${merchant} < folded.merchant) ${groups}`,
    ),
  ];
};

const summed = ['id', 'merchant', 'participant', 'kind', 'currency', 'status', 'refusal', 'amount', 'tip'];
const needed = [...summed, 'merchant_name', 'ended_at'];

/** To be run before rows are written that are given as a JSON list of lists: adds those that have ended only now. */
export const addEnding = (given: readonly string[]): string[] =>
  added(
    `(SELECT ${needed.map((name) => `value ->> ${given.indexOf(name)} AS ${name}`).join(', ')} FROM json_each(?1)
      WHERE NOT EXISTS (SELECT 1 FROM transfer AS known WHERE known.id = value ->> ${given.indexOf('id')}
        AND known.ended_at IS NOT NULL))`,
    '',
  );

/** To be run before the rows of some transfers, a JSON list of ids, are removed. */
export const subtractRemoved = added(
  '(SELECT * FROM transfer WHERE id IN (SELECT value FROM json_each(?1)))',
  '-',
);

/** To be run when all rows are removed. */
export const dropSums = [
  'DELETE FROM rollup',
  'DELETE FROM rollup_day',
  `DELETE FROM note WHERE name = '${foldedNote}'`,
];

/** The hours from one to before another of which there are sums, and their days, each worked out once. */
export const hoursWithSums = (from: string, before: string): string => {
  const next = (after: string) => `(SELECT min(hour) FROM rollup WHERE hour ${after} AND hour < ${before})`;
  return `found(hour) AS (SELECT ${next(`>= ${from}`)} UNION ALL
    SELECT ${next('> found.hour')} FROM found WHERE found.hour IS NOT NULL),
  hours(hour, day) AS MATERIALIZED (SELECT hour, ${dayOf('hour')} FROM found WHERE hour IS NOT NULL)`;
};

/**
 * To be put before a query of `sums`: those of business days from one to another, both whole. `byDay` lets days stand
 * for their hours: not where somebody asks for hours, or for participants of a merchant.
 */
export function sumsBetween(fromDay: string, toDay: string, byDay: boolean): Sql {
  const hourAt = (day: string) => startOfDayMs(day) / hourMs;
  const values = [hourAt(fromDay), hourAt(dayAfter(toDay, 1)), fromDay, toDay, byDay ? 1 : 0];
  return sql(sumsByHourAndDay, ...values);
}

const nextDay = (after: string): string =>
  `(SELECT min(day) FROM rollup_day WHERE day ${after} AND day <= ?4 AND ?5)`;
const columnsOf = (table: string) => columns.map((column) => `${table}.${column}`).join(', ');
const sumsByHourAndDay = `WITH RECURSIVE
  folded(hour, until, merchant) AS (SELECT coalesce(max(value ->> 'hour'), 0), coalesce(max(value ->> 'until'), 0),
    coalesce(max(value ->> 'merchant'), '') FROM note WHERE name = '${foldedNote}' AND ?5),
  ${hoursWithSums('max(?1, (SELECT hour FROM folded))', '?2')},
  days(day) AS (SELECT ${nextDay('>= ?3')} UNION ALL
    SELECT ${nextDay('> days.day')} FROM days WHERE days.day IS NOT NULL),
  sums AS (
    SELECT hours.hour, hours.day, ${columnsOf('rollup')}
    FROM folded CROSS JOIN hours CROSS JOIN rollup ON rollup.hour = hours.hour
    WHERE rollup.count > 0 AND (hours.hour >= folded.until OR rollup.merchant >= folded.merchant)
    UNION ALL
    SELECT NULL, days.day, ${columnsOf('rollup_day')}
    FROM days CROSS JOIN rollup_day ON rollup_day.day = days.day WHERE rollup_day.count > 0)`;
