/** The directory's queries about institutions outside the switch: connections, routing, positions. */
import { and, asc, desc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { Cache } from '../kernel/index.ts';
import { importPublicKey } from '../signing/index.ts';
import type { Act, AuditLog } from './audit.ts';
import { list, type PageRequest } from './page.ts';
import { noRules, type RoutingRules } from './routing.ts';
import { accounts, connections, participants, routings, sandboxOrders, signingKeys } from './schema.ts';
import type { AccountRow } from './store.ts';

export type ConnectionRow = typeof connections.$inferSelect;
export type RoutingRow = typeof routings.$inferSelect;

interface PartnerKey {
  readonly publicKey: CryptoKey;
  readonly notAfterMs: number | null;
}

// A change of the routing table or of a connection is everywhere within this time.
const lifetimeMs = 10_000;
const connectionsMax = 1_000;
// Two change one record at the same time; more than a few in a row mean something else is wrong.
const changesMax = 10;

export function outsideOf(db: DrizzleD1Database, audit: Pick<AuditLog, 'add' | 'change'>) {
  const connectionCache = new Cache<ConnectionRow | undefined>(lifetimeMs, connectionsMax);
  const usableCache = new Cache<ConnectionRow | undefined>(lifetimeMs, connectionsMax);
  const keyCache = new Cache<PartnerKey | undefined>(lifetimeMs, connectionsMax);
  const rulesCache = new Cache<RoutingRules>(lifetimeMs, 1);
  const positionCache = new Cache<AccountRow | undefined>(lifetimeMs, connectionsMax);

  const connection = async (id: string): Promise<ConnectionRow | undefined> =>
    (await db.select().from(connections).where(eq(connections.id, id)).all())[0];
  // Whoever is suspended takes part in nothing new.
  const usable = async (id: string): Promise<ConnectionRow | undefined> => {
    const [row] = await db
      .select()
      .from(connections)
      .innerJoin(participants, eq(participants.id, connections.participant))
      .where(eq(connections.id, id))
      .all();
    return row?.connection.status === 'active' && row.participant.status === 'active'
      ? row.connection
      : undefined;
  };
  const partnerKey = async (participant: string, id: string): Promise<PartnerKey | undefined> => {
    const own = and(eq(signingKeys.id, id), eq(signingKeys.participant, participant));
    const [row] = await db.select().from(signingKeys).where(own).all();
    if (!row || row.revokedAtMs !== null) return undefined;
    return { publicKey: await importPublicKey(row.publicKey), notAfterMs: row.notAfterMs };
  };
  const position = async (owner: string, currency: string): Promise<AccountRow | undefined> => {
    const kind = eq(accounts.kind, 'position');
    const found = and(eq(accounts.owner, owner), eq(accounts.currency, currency), kind);
    return (await db.select().from(accounts).where(found).all())[0];
  };
  const routing = async (): Promise<RoutingRow | undefined> =>
    (await db.select().from(routings).orderBy(desc(routings.version)).limit(1).all())[0];

  return {
    connection,
    /** A connection that may be used for something new: neither it nor its participant is stopped. */
    usableConnection: (id: string) => usableCache.get(id, () => usable(id)),
    /** Any connection: what has begun is brought to its end also where nothing new may begin. */
    cachedConnection: (id: string) => connectionCache.get(id, () => connection(id)),
    connections: (page: PageRequest, participant?: string) =>
      list<ConnectionRow>(
        db,
        connections,
        connections.id,
        page,
        participant === undefined ? undefined : eq(connections.participant, participant),
      ),
    /** The key behind a `keyid` of a participant's answers, suspended or not. */
    async partnerKey(participant: string, id: string): Promise<CryptoKey | undefined> {
      const key = await keyCache.get(`${participant} ${id}`, () => partnerKey(participant, id));
      return key && (key.notAfterMs ?? Number.POSITIVE_INFINITY) > Date.now() ? key.publicKey : undefined;
    },
    async changeConnection(
      act: Act,
      id: string,
      change: Pick<ConnectionRow, 'url' | 'deadlineMs' | 'status'>,
    ): Promise<ConnectionRow | undefined> {
      const changed = await audit.change(act, connections, id, change);
      connectionCache.forget(id);
      usableCache.forget(id);
      return changed;
    },

    /** Remembers that a partner is silent, or answers again: nobody's act, and not in the audit log. */
    async noteSilence({ id }: Pick<ConnectionRow, 'id'>, silentSinceMs: number | null): Promise<void> {
      const changes = silentSinceMs === null ? isNotNull : isNull;
      await db
        .update(connections)
        .set({ silentSinceMs })
        .where(and(eq(connections.id, id), changes(connections.silentSinceMs)))
        .run();
      connectionCache.forget(id);
      usableCache.forget(id);
    },
    /** Connections in use whose partner does not answer. */
    silentConnections: (): Promise<ConnectionRow[]> =>
      db
        .select()
        .from(connections)
        .where(and(eq(connections.status, 'active'), isNotNull(connections.silentSinceMs)))
        .limit(connectionsMax)
        .all(),

    /** A participant's position in a currency. */
    position,
    /** Positions of all participants, the first so many. */
    positions: (limit: number): Promise<AccountRow[]> =>
      db
        .select()
        .from(accounts)
        // Written out, so that the index of positions serves: among all accounts there are few.
        .where(sql`kind = 'position'`)
        .orderBy(asc(accounts.owner), asc(accounts.currency))
        .limit(limit)
        .all(),
    cachedPosition: (owner: string, currency: string) =>
      positionCache.get(`${owner} ${currency}`, () => position(owner, currency)),

    /** The routing table as it is; undefined while nobody has written one. */
    routing,
    cachedRules: (): Promise<RoutingRules> =>
      rulesCache.get('rules', async () => (await routing())?.rules ?? noRules),
    async routingBefore(version: number, limit: number): Promise<RoutingRow[]> {
      const before = lt(routings.version, version);
      return db.select().from(routings).where(before).orderBy(desc(routings.version)).limit(limit).all();
    },
    /** A new version; false when somebody else has written it first. */
    async addRouting(act: Act, row: Omit<RoutingRow, 'id'>): Promise<boolean> {
      const added = await audit.add(act, routings, { ...row, id: `rou_${row.version}` });
      rulesCache.clear();
      return added;
    },

    /** Changes one record of the sandbox partner's books; of two changes at once, one sees the other. */
    async changeSandboxOrder<Kept extends object>(
      key: string,
      change: (record: Kept | undefined) => Kept | undefined,
    ): Promise<Kept | undefined> {
      for (let attempt = 0; attempt < changesMax; attempt++) {
        const [row] = await db.select().from(sandboxOrders).where(eq(sandboxOrders.key, key)).all();
        const before = row?.record as Kept | undefined;
        const record = change(before);
        if (!record || record === before) return record;
        const version = (row?.version ?? 0) + 1;
        const result = row
          ? await db
              .update(sandboxOrders)
              .set({ version, record })
              .where(and(eq(sandboxOrders.key, key), eq(sandboxOrders.version, row.version)))
              .run()
          : await db.insert(sandboxOrders).values({ key, version, record }).onConflictDoNothing().run();
        if (result.meta.changes > 0) return record;
      }
      throw new Error('the sandbox partner’s books are too busy');
    },
  };
}
