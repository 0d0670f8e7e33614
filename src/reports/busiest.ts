/** Who pays and who is paid, from the sums by hour: how payments ended since an hour began. */
import type { Periods } from './periods.ts';
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
  { databases }: Periods,
  fromMs: number,
  limit: number,
): Promise<{ issuers: Share[]; merchants: Share[] }> {
  const hour = Math.floor(fromMs / hourMs);
  const recent = databases.length === 1 ? databases : await withSumsSince(databases, hour);
  // Who is among the first of all need not be in any of several.
  const rows = recent.length > 1 ? -1 : limit;
  const found = await Promise.all(recent.map((database) => busiestIn(database, hour, rows)));
  const all = (of: (one: { completed: number; refused: number }) => number, lists: Share[][]) =>
    added(lists.flat())
      .sort(
        (one, other) => of(other) - of(one) || madeBy(other) - madeBy(one) || (one.id < other.id ? -1 : 1),
      )
      .slice(0, limit);
  return {
    issuers: all(
      madeBy,
      found.map(({ issuers }) => issuers),
    ),
    merchants: all(
      ({ refused }) => refused,
      found.map(({ merchants }) => merchants),
    ),
  };
}

const madeBy = ({ completed, refused }: Pick<Share, 'completed' | 'refused'>): number => completed + refused;

async function withSumsSince(databases: readonly D1Database[], hour: number): Promise<D1Database[]> {
  const newest = databases.map((one) =>
    one.prepare('SELECT max(hour) AS hour FROM rollup').first<number>('hour'),
  );
  const hours = await Promise.all(newest);
  return databases.filter((_, index) => (hours[index] ?? 0) >= hour);
}

function added(shares: readonly Share[]): Share[] {
  const sums = new Map<string, Share>();
  for (const share of shares) {
    const known = sums.get(share.id);
    const completed = share.completed + (known?.completed ?? 0);
    sums.set(share.id, { ...share, completed, refused: share.refused + (known?.refused ?? 0) });
  }
  return [...sums.values()];
}

async function busiestIn(database: D1Database, hour: number, limit: number) {
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
