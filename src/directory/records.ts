/** Whatever is in the directory as it is now, shown as the audit log shows it: to see what a change would change. */
import { desc, eq, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { shown } from './audit.ts';
import { type GuardedAction, guardedFacts } from './guarded.ts';
import {
  accounts,
  connections,
  endpoints,
  limitRules,
  merchants,
  operators,
  participants,
  routings,
  stores,
  tills,
} from './schema.ts';

export type DirectoryRecord = Readonly<Record<string, unknown>>;

const tables = {
  participant: participants,
  account: accounts,
  merchant: merchants,
  store: stores,
  till: tills,
  operator: operators,
  connection: connections,
  endpoint: endpoints,
} as const;

export function recordsOf(db: DrizzleD1Database) {
  async function rowOf(action: GuardedAction, id: string | null): Promise<DirectoryRecord | undefined> {
    if (action === 'routing.change') {
      const [row] = await db.select().from(routings).orderBy(desc(routings.version)).limit(1).all();
      return row && { ...row.rules };
    }
    const { object } = guardedFacts(action);
    if (object === undefined || id === null) return undefined;
    if (object === 'limitRule') {
      const query = sql`SELECT ${shown(limitRules)} AS text FROM limit_rule WHERE rule = ${id}
        ORDER BY revision DESC LIMIT 1`;
      return parsed(await db.all<{ text: string }>(query));
    }
    const table = tables[object];
    return parsed(
      await db.all<{ text: string }>(
        sql`SELECT ${shown(table)} AS text FROM ${table} WHERE ${eq(table.id, id)}`,
      ),
    );
  }
  return {
    /** What an action is about, under the names that its request uses; undefined when there is none. */
    async recordFor(action: GuardedAction, id: string | null): Promise<DirectoryRecord | undefined> {
      const row = await rowOf(action, id);
      return row && asAskedFor(row);
    },
  };
}

const parsed = ([row]: { text: string }[]): DirectoryRecord | undefined => row && JSON.parse(row.text);

/** Requests call some columns otherwise, and count what the directory lists. */
const asAskedFor = (row: DirectoryRecord): DirectoryRecord => ({
  ...row,
  ...(Array.isArray(row.books) && { stripes: row.books.length, cap: Number(row.limit_minor) }),
  ...('deadline' in row && { deadline_ms: row.deadline }),
});
