/**
 * The sums of ended transfers. A row that has ended never changes again, so it is added once: in the transaction
 * that first writes it as ended. Sums therefore equal the rows, whatever comes twice, late or in any order.
 */

/** Merchant of the sums over all merchants. */
export const allMerchants = '*';

export const hourMs = 3_600_000;

/**
 * The hours from ?1 to before ?2 of which there are sums: seeks by hour and merchant need them one by one.
 */
export const withHours = `WITH RECURSIVE span(value) AS (
  SELECT max(?1, (SELECT min(hour) FROM rollup)) UNION ALL
  SELECT value + 1 FROM span WHERE value + 1 < min(?2, (SELECT max(hour) + 1 FROM rollup)))`;

const key = ['hour', 'merchant', 'participant', 'kind', 'currency', 'status', 'refusal'].join(', ');

/** Adds what rows with the columns of `transfer` come to, or takes it out again; those that have not ended are nothing. */
const added = (rows: string, sign: '' | '-'): string => `INSERT INTO rollup (${key}, count, sum, tips, name)
  SELECT row.ended_at / ${hourMs}, iif(whole, '${allMerchants}', coalesce(row.merchant, '')), row.participant, row.kind,
    row.currency, row.status, coalesce(row.refusal, ''), ${sign}count(*), ${sign}sum(row.amount), ${sign}sum(row.tip),
    iif(whole, NULL, max(row.merchant_name))
  FROM ${rows} AS row CROSS JOIN (SELECT 0 AS whole UNION ALL SELECT 1)
  WHERE row.ended_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
  ON CONFLICT (${key}) DO UPDATE SET count = rollup.count + excluded.count, sum = rollup.sum + excluded.sum,
    tips = rollup.tips + excluded.tips,
    name = nullif(max(coalesce(rollup.name, ''), coalesce(excluded.name, '')), '')`;

const summed = ['id', 'merchant', 'participant', 'kind', 'currency', 'status', 'refusal', 'amount', 'tip'];
const needed = [...summed, 'merchant_name', 'ended_at'];

/** To be run before rows are written that are given as a JSON list of lists: adds those that have ended only now. */
export const addEnding = (columns: readonly string[]): string =>
  added(
    `(SELECT ${needed.map((name) => `value ->> ${columns.indexOf(name)} AS ${name}`).join(', ')} FROM json_each(?1)
      WHERE NOT EXISTS (SELECT 1 FROM transfer AS known WHERE known.id = value ->> ${columns.indexOf('id')}
        AND known.ended_at IS NOT NULL))`,
    '',
  );

/** To be run before the rows of some transfers, a JSON list of ids, are removed. */
export const subtractRemoved = added(
  '(SELECT * FROM transfer WHERE id IN (SELECT value FROM json_each(?1)))',
  '-',
);
