/** The sums by hour beside what their rows come to. */

const dimensions = 'hour, merchant, participant, kind, currency, status, refusal';
const rows = `SELECT ended_at / 3600000 AS hour, coalesce(merchant, '') AS merchant, participant, kind, currency,
  status, coalesce(refusal, '') AS refusal, amount, tip FROM transfer WHERE ended_at IS NOT NULL`;
const figures = 'count(*) AS count, sum(amount) AS sum, sum(tip) AS tips';
const summed = `SELECT ${dimensions}, ${figures} FROM (${rows}) GROUP BY ${dimensions}
  UNION ALL SELECT hour, '*', participant, kind, currency, status, refusal, ${figures} FROM (${rows})
  GROUP BY hour, participant, kind, currency, status, refusal`;
const kept = `SELECT ${dimensions}, count, sum, tips FROM rollup WHERE count <> 0 OR sum <> 0 OR tips <> 0`;

export async function sumsOf(database: D1Database) {
  const read = async (query: string) =>
    (await database.prepare(`SELECT * FROM (${query}) ORDER BY ${dimensions}`).all()).results;
  return { kept: await read(kept), rows: await read(summed) };
}
