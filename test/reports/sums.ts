/** The sums by hour, and those by day, beside what their rows come to. */

const key = 'merchant, participant, kind, currency, status, refusal';
const figures = 'count(*) AS count, sum(amount) AS sum, sum(tip) AS tips';
const isSome = '(count <> 0 OR sum <> 0 OR tips <> 0)';
const rows = `SELECT ended_at / 3600000 AS hour, date(ended_at / 1000, 'unixepoch', '+6 hours') AS day,
  iif(whole, '*', coalesce(merchant, '')) AS merchant, participant, kind, currency, status,
  coalesce(refusal, '') AS refusal, amount, tip
  FROM transfer, (SELECT 0 AS whole UNION ALL SELECT 1) WHERE ended_at IS NOT NULL`;
const mark = "(SELECT max(value) FROM note WHERE name = 'folded')";
const folded = `SELECT day, merchant, iif(merchant = '*', participant, '*') AS participant, kind, currency, status,
  refusal, amount, tip FROM (${rows})
  WHERE hour < ${mark} ->> 'hour' OR (hour < ${mark} ->> 'until' AND merchant < ${mark} ->> 'merchant')`;

const readIn = (database: D1Database, period: string) => async (query: string) =>
  (await database.prepare(`SELECT * FROM (${query}) ORDER BY ${period}, ${key}`).all()).results;

export async function sumsOf(database: D1Database) {
  const read = readIn(database, 'hour');
  return {
    kept: await read(`SELECT hour, ${key}, count, sum, tips FROM rollup WHERE ${isSome}`),
    rows: await read(`SELECT hour, ${key}, ${figures} FROM (${rows}) GROUP BY hour, ${key}`),
  };
}

/** Of the hours that are folded. */
export async function daySumsOf(database: D1Database) {
  const read = readIn(database, 'day');
  return {
    kept: await read(`SELECT day, ${key}, count, sum, tips FROM rollup_day WHERE ${isSome}`),
    rows: await read(`SELECT day, ${key}, ${figures} FROM (${folded}) GROUP BY day, ${key}`),
  };
}
