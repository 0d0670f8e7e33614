/** Who pays and who is paid, from the sums by hour: how payments ended since an hour began. */
import { allMerchants, hourMs } from './rollup.ts';

export interface Share {
  readonly id: string;
  readonly name: string | null;
  readonly completed: number;
  readonly refused: number;
}

const ended = `sum(iif(status = 'completed', count, 0)) AS completed,
  sum(iif(status = 'completed', 0, count)) AS refused`;
const hours = `hour >= ?1 AND kind = 'payment'`;

/** Issuers by how many payments they made, and merchants by how many were refused; the first few of each. */
export async function busiest(
  database: D1Database,
  fromMs: number,
  limit: number,
): Promise<{ issuers: Share[]; merchants: Share[] }> {
  const hour = Math.floor(fromMs / hourMs);
  const [issuers, merchants] = await database.batch<Share>([
    database
      .prepare(
        `SELECT participant AS id, NULL AS name, ${ended} FROM rollup
         WHERE ${hours} AND merchant = '${allMerchants}' GROUP BY participant
         ORDER BY sum(count) DESC, participant LIMIT ?2`,
      )
      .bind(hour, limit),
    database
      .prepare(
        `SELECT merchant AS id, max(name) AS name, ${ended} FROM rollup
         WHERE ${hours} AND merchant NOT IN ('${allMerchants}', '') GROUP BY merchant
         ORDER BY refused DESC, sum(count) DESC, merchant LIMIT ?2`,
      )
      .bind(hour, limit),
  ]);
  return { issuers: issuers?.results ?? [], merchants: merchants?.results ?? [] };
}
