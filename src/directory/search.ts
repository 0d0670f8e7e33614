/** Whatever the directory has under an id, and whoever signs in with an address. */
import { sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { type IdKind, isId } from '../kernel/index.ts';

/** By the kind of its id: what it calls itself, or what tells it from others; whose it is; how it stands. */
const lookups = {
  participant: 'name, id AS owner, status FROM participant',
  merchant: 'name, id AS owner, status FROM merchant',
  account: "coalesce(label, kind || ' ' || currency) AS name, owner, status FROM account",
  store: 'name, merchant AS owner, NULL AS status FROM store',
  till: 'name, merchant AS owner, NULL AS status FROM till',
  code: 'name, merchant AS owner, status FROM code',
  operator: 'name, owner, status FROM operator',
  key: "coalesce(label, hint) AS name, owner, iif(revoked_at IS NULL, 'active', 'revoked') AS status FROM api_key",
  signingKey: 'label AS name, participant AS owner, NULL AS status FROM signing_key',
  endpoint: 'url AS name, owner, status FROM callback_endpoint',
  connection: 'adapter AS name, participant AS owner, status FROM connection',
  businessDay: "day AS name, 'centre' AS owner, status FROM business_day",
  fileFormat: 'name, participant AS owner, NULL AS status FROM file_format',
} as const satisfies Partial<Record<IdKind, string>>;

export type RecordedKind = keyof typeof lookups;
export const recordedKinds = Object.keys(lookups) as [RecordedKind, ...RecordedKind[]];

export interface Recorded {
  readonly kind: RecordedKind;
  readonly id: string;
  readonly name: string | null;
  /** The participant or merchant it belongs to, or itself; `centre` for the centre's own. */
  readonly owner: string;
  readonly status: string | null;
}

// Beyond so many owners with endpoints nobody looks for an event by its id alone.
const ownersMax = 10_000;

export function searchOf(db: DrizzleD1Database) {
  return {
    /** By one look-up in the table that ids of this kind are in. */
    async recorded(id: string): Promise<Recorded | undefined> {
      const kind = recordedKinds.find((one) => isId(one, id));
      if (!kind) return undefined;
      const rows = await db.all<Omit<Recorded, 'kind'>>(
        sql`SELECT id, ${sql.raw(lookups[kind])} WHERE id = ${id}`,
      );
      return rows[0] && { ...rows[0], kind };
    },

    /** People by the address they sign in with, wherever they work, and people of the centre who have not yet. */
    async peopleWithEmail(email: string): Promise<Recorded[]> {
      const rows = await db.all<Omit<Recorded, 'kind'>>(
        sql`SELECT id, name, owner, status FROM operator
          WHERE id IN (SELECT id FROM login WHERE email = ${email}) OR (owner = 'centre' AND email = ${email})`,
      );
      return rows.map((row) => ({ ...row, kind: 'operator' }));
    },

    /** Owners of callback endpoints: nobody else was ever told anything. */
    async toldOwners(): Promise<string[]> {
      const rows = await db.all<{ owner: string }>(
        sql`SELECT DISTINCT owner FROM callback_endpoint ORDER BY owner LIMIT ${ownersMax}`,
      );
      return rows.map(({ owner }) => owner);
    },
  };
}
