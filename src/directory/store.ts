/**
 * The directory's queries. Lists are newest first with the last id as cursor. What payments need on their
 * way is cached in the isolate for seconds: a revoked key or a suspended merchant stops within that time.
 */
import { and, eq, getTableColumns, gt, inArray, isNotNull, isNull, lte, ne, or, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { Cache, isId } from '../kernel/index.ts';
import { importPublicKey } from '../signing/index.ts';
import { hashKey, type Principal, type Signer, type Who } from './access.ts';
import { approvalsOf } from './approvals.ts';
import { type Act, auditOf } from './audit.ts';
import { businessDaysOf } from './business-days.ts';
import { deadLettersOf } from './dead-letters.ts';
import { deviceKeysOf } from './device-keys.ts';
import { limitRulesOf } from './limit-rules.ts';
import { outsideOf } from './outside.ts';
import { containing, list, type PageRequest } from './page.ts';
import { type OperatorRow, peopleOf } from './people.ts';
import { presentersOf } from './presenters.ts';
import { recordsOf } from './records.ts';
import { refundRequestsOf } from './refund-requests.ts';
import * as tables from './schema.ts';
import { searchOf } from './search.ts';

const {
  participants,
  accounts,
  merchants,
  stores,
  tills,
  codes,
  operators,
  keys,
  signingKeys,
  endpoints,
  fileFormats,
  standings,
  holders,
} = tables;

export type ParticipantRow = typeof participants.$inferSelect;
export interface WalletLink {
  readonly name: string;
  readonly link: string;
}
export type AccountRow = typeof accounts.$inferSelect;
export type MerchantRow = typeof merchants.$inferSelect;
export type StoreRow = typeof stores.$inferSelect;
/** A till, and whether its store is open. */
export type PlacedTill = TillRow & { readonly storeStatus: StoreRow['status'] };
export type TillRow = typeof tills.$inferSelect;
export type CodeRow = typeof codes.$inferSelect;
export type KeyRow = typeof keys.$inferSelect;
export type SigningKeyRow = typeof signingKeys.$inferSelect;
export type StandingRow = typeof standings.$inferSelect;
export type HolderRow = typeof holders.$inferSelect;
export type FileFormatRow = typeof fileFormats.$inferSelect;
export type EndpointRow = typeof endpoints.$inferSelect;
/** How an endpoint does, as its last answers show. */
export type EndpointHealth = Pick<EndpointRow, 'failingSinceMs' | 'slow' | 'silentUntilMs'>;
/** Of one that has nothing held against it. */
export const goodHealth: EndpointHealth = { failingSinceMs: null, slow: false, silentUntilMs: null };

/** What a list is asked for: a part of a name or id, a status. */
interface Sought<Status> {
  readonly text?: string;
  readonly status?: Status;
}

// A key revoked here still works for at most this long in an isolate that has just seen it.
const keyLifetimeMs = 20_000;
const factsLifetimeMs = 10_000;
// What payments need of an account never changes: owner, kind, currency, the books of its stripes, though some
// may be added. Whether it may pay or be paid is decided by its books.
const accountLifetimeMs = 60_000;
const cachedMax = 20_000;

// Together as they are asked for together; D1 takes five SELECTs in one.
const namedTables = [
  [
    { kind: 'store', table: stores },
    { kind: 'till', table: tills },
    { kind: 'code', table: codes },
    { kind: 'operator', table: operators },
  ],
  [
    { kind: 'participant', table: participants },
    { kind: 'merchant', table: merchants },
  ],
] as const;

export type Directory = ReturnType<typeof directoryOf>;

export function directoryOf(database: D1Database) {
  const db = drizzle(database);
  const log = auditOf(db);
  const principals = new Cache<Principal | undefined>(keyLifetimeMs, cachedMax);
  const signers = new Cache<Signer | undefined>(keyLifetimeMs, cachedMax);
  const accountCache = new Cache<AccountRow | undefined>(accountLifetimeMs, cachedMax);
  const merchantCache = new Cache<MerchantRow | undefined>(factsLifetimeMs, cachedMax);
  const codeCache = new Cache<CodeRow | undefined>(factsLifetimeMs, cachedMax);
  const endpointCache = new Cache<EndpointRow[]>(factsLifetimeMs, cachedMax);
  const walletLinkCache = new Cache<WalletLink[]>(60_000, 1);

  const one = async <Row>(rows: Promise<Row[]>): Promise<Row | undefined> => (await rows)[0];

  return {
    /** Inserts; false when a unique rule says it is there already. */
    add: log.add,
    /** Of staff's requests whose effects are not in the directory. */
    record: log.record,
    audit: log,
    limitRules: limitRulesOf(db, log),
    deviceKeys: deviceKeysOf(db, log),

    participant: (id: string) =>
      one<ParticipantRow>(db.select().from(participants).where(eq(participants.id, id)).all()),
    participants: (
      page: PageRequest,
      filter: Sought<ParticipantRow['status']> & { role?: ParticipantRow['role'] } = {},
    ) =>
      list<ParticipantRow>(
        db,
        participants,
        participants.id,
        page,
        containing(filter.text, participants.name, participants.id),
        filter.status === undefined ? undefined : eq(participants.status, filter.status),
        filter.role === undefined ? undefined : eq(participants.role, filter.role),
      ),

    /** Wallet apps that can be opened with a code, by name; at most a minute old. */
    walletLinks: (): Promise<WalletLink[]> => walletLinkCache.get('all', () => loadWalletLinks(db)),
    /** Changes what is given: its name, its status, what its requests must come with, how many may come, how its app is opened. */
    async changeParticipant(
      act: Act,
      id: string,
      change: Partial<
        Pick<
          ParticipantRow,
          | 'name'
          | 'country'
          | 'status'
          | 'requireSignature'
          | 'certificates'
          | 'requestsPerSecond'
          | 'walletLink'
        >
      >,
    ): Promise<ParticipantRow | undefined> {
      const changed = await log.change(act, participants, id, change);
      principals.clear();
      signers.clear();
      walletLinkCache.clear();
      return changed;
    },

    account: (id: string) => one<AccountRow>(db.select().from(accounts).where(eq(accounts.id, id)).all()),
    /** As `account`, at most seconds old: for the hot path. */
    cachedAccount(id: string): Promise<AccountRow | undefined> {
      return accountCache.get(id, () => this.account(id));
    },
    /** As `cachedAccount`, but as it is now: for what needs every stripe of an account that may have grown. */
    freshAccount(id: string): Promise<AccountRow | undefined> {
      accountCache.forget(id);
      return this.cachedAccount(id);
    },
    /** An account that has such a stripe; undefined when it has not, even if it has grown meanwhile. */
    async accountWithStripe(id: string, stripe: number): Promise<AccountRow | undefined> {
      const has = (row: AccountRow | undefined) => (row && stripe < row.books.length ? row : undefined);
      return has(await this.cachedAccount(id)) ?? has(await this.freshAccount(id));
    },
    accounts: (page: PageRequest, filter: { owner?: string; kinds?: AccountRow['kind'][] } = {}) =>
      list<AccountRow>(
        db,
        accounts,
        accounts.id,
        page,
        filter.owner === undefined ? undefined : eq(accounts.owner, filter.owner),
        filter.kinds === undefined ? undefined : inArray(accounts.kind, filter.kinds),
      ),
    /** Every account, oldest first: for walks over all of them. */
    accountsAfter: (id: string, limit: number): Promise<AccountRow[]> =>
      db.select().from(accounts).where(gt(accounts.id, id)).orderBy(accounts.id).limit(limit).all(),
    accountsIn: (ids: string[]): Promise<AccountRow[]> =>
      db
        .select()
        .from(accounts)
        .where(sql`${accounts.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
        .all(),
    /**
     * Changes what is given of an account, and its version in any case; the new row. Undefined when there is
     * no such account, or when its version is no longer `atVersion`.
     */
    async changeAccount(
      act: Act,
      id: string,
      change: Partial<Pick<AccountRow, 'status' | 'books' | 'grownFrom' | 'limitMinor'>> = {},
      atVersion?: number,
    ): Promise<AccountRow | undefined> {
      const unchanged = atVersion === undefined ? undefined : eq(accounts.version, atVersion);
      const next = { ...change, version: sql`${accounts.version} + 1` };
      const changed = await log.change(act, accounts, id, next, unchanged);
      accountCache.forget(id);
      return changed;
    },
    /** How many accounts of an owner are not closed, but for those that payers' money came in by. */
    accountsLeft: (owner: string): Promise<number> =>
      db.$count(
        accounts,
        and(eq(accounts.owner, owner), ne(accounts.kind, 'funding'), ne(accounts.status, 'closed')),
      ),
    /** How many merchants of an acquirer are not closed. */
    merchantsLeft: (acquirer: string): Promise<number> =>
      db.$count(merchants, and(eq(merchants.acquirer, acquirer), ne(merchants.status, 'closed'))),
    fundingAccount: (owner: string, currency: string) =>
      one<AccountRow>(
        db
          .select()
          .from(accounts)
          .where(
            and(eq(accounts.owner, owner), eq(accounts.currency, currency), eq(accounts.kind, 'funding')),
          )
          .all(),
      ),

    holder: (account: string) =>
      one<HolderRow>(db.select().from(holders).where(eq(holders.id, account)).all()),
    holdersByPhone: (hashes: string[], page: PageRequest) =>
      list<HolderRow>(db, holders, holders.id, page, inArray(holders.phoneHash, hashes)),
    holdersByDocument: (hashes: string[]): Promise<HolderRow[]> =>
      db.select().from(holders).where(inArray(holders.documentHash, hashes)).orderBy(holders.id).all(),
    /** Writes what is known of an account's holder, in place of what was. */
    async putHolder(act: Act, row: HolderRow): Promise<void> {
      if (await log.add(act, holders, row)) return;
      const { id, createdAtMs: _, ...change } = row;
      await log.change(act, holders, id, change);
    },
    removeHolder: (act: Act, account: string): Promise<boolean> => log.remove(act, holders, account),
    holdersNotSealedBy: (key: string, limit: number): Promise<HolderRow[]> =>
      db.select().from(holders).where(ne(holders.sealedBy, key)).limit(limit).all(),
    /** The same data under another secret, which is nobody's act; not if it has been changed meanwhile. */
    async sealHolderAgain(
      { id, sealed }: HolderRow,
      change: Pick<HolderRow, 'sealed' | 'sealedBy' | 'phoneHash' | 'documentHash'>,
    ): Promise<void> {
      await db
        .update(holders)
        .set(change)
        .where(and(eq(holders.id, id), eq(holders.sealed, sealed)))
        .run();
    },

    merchant: (id: string) => one<MerchantRow>(db.select().from(merchants).where(eq(merchants.id, id)).all()),
    cachedMerchant(id: string): Promise<MerchantRow | undefined> {
      return merchantCache.get(id, () => this.merchant(id));
    },
    merchants: (page: PageRequest, filter: Sought<MerchantRow['status']> = {}) =>
      list<MerchantRow>(
        db,
        merchants,
        merchants.id,
        page,
        containing(filter.text, merchants.name, merchants.id),
        filter.status === undefined ? undefined : eq(merchants.status, filter.status),
      ),
    async changeMerchant(
      act: Act,
      id: string,
      change: Partial<
        Pick<
          MerchantRow,
          'status' | 'signedCodes' | 'name' | 'city' | 'language' | 'categoryCode' | 'acquirer'
        >
      >,
    ): Promise<MerchantRow | undefined> {
      const changed = await log.change(act, merchants, id, change);
      merchantCache.forget(id);
      return changed;
    },
    store: (merchant: string, id: string) =>
      one<StoreRow>(
        db
          .select()
          .from(stores)
          .where(and(eq(stores.id, id), eq(stores.merchant, merchant)))
          .all(),
      ),
    /** All of a merchant's, or the one its caller is kept to. */
    stores: (merchant: string, page: PageRequest, only?: string) =>
      list<StoreRow>(
        db,
        stores,
        stores.id,
        page,
        eq(stores.merchant, merchant),
        only === undefined ? undefined : eq(stores.id, only),
      ),
    changeStore: (
      act: Act,
      merchant: string,
      id: string,
      change: Partial<Pick<StoreRow, 'name' | 'address' | 'status'>>,
    ) => log.change(act, stores, id, change, eq(stores.merchant, merchant)),
    changeTill: (act: Act, merchant: string, id: string, change: Partial<Pick<TillRow, 'name' | 'status'>>) =>
      log.change(act, tills, id, change, eq(tills.merchant, merchant)),
    till: (merchant: string, id: string) =>
      one<PlacedTill>(
        db
          .select({ ...getTableColumns(tills), storeStatus: stores.status })
          .from(tills)
          .innerJoin(stores, eq(stores.id, tills.store))
          .where(and(eq(tills.id, id), eq(tills.merchant, merchant)))
          .all(),
      ),
    tills: (store: string, page: PageRequest) =>
      list<TillRow>(db, tills, tills.id, page, eq(tills.store, store)),

    code: (id: string) => one<CodeRow>(db.select().from(codes).where(eq(codes.id, id)).all()),
    /** As `code`, at most seconds old, and paused where its store or till is closed: for scans and payments. */
    cachedCode(id: string): Promise<CodeRow | undefined> {
      return codeCache.get(id, async () => {
        const code = await this.code(id);
        if (code?.status !== 'active' || code.store === null) return code;
        const { store, till } = code;
        const isClosed = await db.$count(
          stores,
          sql`${stores.id} = ${store} AND (${stores.status} = 'closed' OR EXISTS
            (SELECT 1 FROM ${tills} WHERE ${tills.id} = ${till} AND ${tills.status} = 'closed'))`,
        );
        return isClosed ? { ...code, status: 'paused' } : code;
      });
    },
    codes: (merchant: string, page: PageRequest, store?: string) =>
      list<CodeRow>(
        db,
        codes,
        codes.id,
        page,
        eq(codes.merchant, merchant),
        store === undefined ? undefined : eq(codes.store, store),
      ),
    /** Changes what may be changed of a code; undefined when it is revoked, which is final, or not there. */
    async changeCode(
      act: Act,
      id: string,
      change: Partial<Pick<CodeRow, 'name' | 'note' | 'status' | 'reason'>>,
    ): Promise<CodeRow | undefined> {
      const changed = await log.change(act, codes, id, change, ne(codes.status, 'revoked'));
      codeCache.forget(id);
      return changed;
    },

    /** What people call participants, merchants, stores, tills, printed codes and each other. */
    async namesOf(ids: readonly string[]): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      for (const tables of namedTables) {
        const asked = ids.filter((id) => tables.some(({ kind }) => isId(kind, id)));
        if (asked.length === 0) continue;
        const wanted = sql`IN (SELECT value FROM json_each(${JSON.stringify(asked)}))`;
        const terms = tables.map(({ table }) => sql`SELECT id, name FROM ${table} WHERE id ${wanted}`);
        const rows = await db.all<{ id: string; name: string }>(sql.join(terms, sql` UNION ALL `));
        for (const { id, name } of rows) found.set(id, name);
      }
      return found;
    },

    operator: (id: string) => one<OperatorRow>(db.select().from(operators).where(eq(operators.id, id)).all()),
    operators: (page: PageRequest, owner?: string) =>
      list<OperatorRow>(
        db,
        operators,
        operators.id,
        page,
        owner === undefined ? undefined : eq(operators.owner, owner),
      ),

    key: (id: string) => one<KeyRow>(db.select().from(keys).where(eq(keys.id, id)).all()),
    keys: (page: PageRequest, owner?: string) =>
      list<KeyRow>(db, keys, keys.id, page, owner === undefined ? undefined : eq(keys.owner, owner)),
    /** Of a key that nobody has seen: it is another one from now on. */
    async replaceKey(act: Act, { id, hash, hint }: KeyRow): Promise<void> {
      await log.change(act, keys, id, { hash, hint });
    },
    /** The first revocation counts. */
    async revokeKey(act: Act, id: string, nowMs: number): Promise<void> {
      await log.change(act, keys, id, { revokedAtMs: nowMs }, isNull(keys.revokedAtMs));
      principals.clear();
    },
    /** Whether the key was asked for here before: no new question to the database, or one in a while. */
    knowsKey: (secret: string): boolean => principals.has(secret),
    /** The caller behind a key, while the key and its participant or person are active. */
    principalOf: (secret: string): Promise<Principal | undefined> =>
      principals.get(secret, async () => loadPrincipal(db, await hashKey(secret))),

    signingKey: (participant: string, id: string) =>
      one<SigningKeyRow>(
        db
          .select()
          .from(signingKeys)
          .where(and(eq(signingKeys.id, id), eq(signingKeys.participant, participant)))
          .all(),
      ),
    signingKeys: (participant: string, page: PageRequest) =>
      list<SigningKeyRow>(db, signingKeys, signingKeys.id, page, eq(signingKeys.participant, participant)),
    /** Those that are good at a time; more than a participant may have are not counted. */
    async countSigningKeys(participant: string, nowMs: number): Promise<number> {
      const after = or(isNull(signingKeys.notAfterMs), gt(signingKeys.notAfterMs, nowMs));
      return db.$count(
        signingKeys,
        and(eq(signingKeys.participant, participant), isNull(signingKeys.revokedAtMs), after),
      );
    },
    /** Revokes a key, or says when it ends; the first revocation counts. */
    async endSigningKey(
      act: Act,
      id: string,
      end: { readonly revokedAtMs: number } | { readonly notAfterMs: number },
    ): Promise<SigningKeyRow | undefined> {
      const changed = await log.change(act, signingKeys, id, end, isNull(signingKeys.revokedAtMs));
      signers.forget(id);
      return changed;
    },
    knowsSigner: (id: string): boolean => signers.has(id),
    /** The participant behind a signing key, while it is active and the key is not revoked. */
    signer: (id: string): Promise<Signer | undefined> => signers.get(id, () => loadSigner(db, id)),

    /** Why something was changed, for the list of standings; the change itself has its record already. */
    async noteStanding(row: StandingRow): Promise<void> {
      await db.insert(standings).values(row).onConflictDoNothing().run();
    },
    standings: (page: PageRequest, subject?: string) =>
      list<StandingRow>(
        db,
        standings,
        standings.id,
        page,
        subject === undefined ? undefined : eq(standings.subject, subject),
      ),

    fileFormat: (id: string) =>
      one<FileFormatRow>(db.select().from(fileFormats).where(eq(fileFormats.id, id)).all()),
    fileFormats: (participant: string, page: PageRequest) =>
      list<FileFormatRow>(db, fileFormats, fileFormats.id, page, eq(fileFormats.participant, participant)),

    endpoint: (id: string) => one<EndpointRow>(db.select().from(endpoints).where(eq(endpoints.id, id)).all()),
    endpoints: (page: PageRequest, owner?: string) =>
      list<EndpointRow>(
        db,
        endpoints,
        endpoints.id,
        page,
        owner === undefined ? undefined : eq(endpoints.owner, owner),
      ),
    async endpointsIn(ids: readonly string[]): Promise<Map<string, EndpointRow>> {
      const rows = await db
        .select()
        .from(endpoints)
        .where(sql`${endpoints.id} IN (SELECT value FROM json_each(${JSON.stringify([...new Set(ids)])}))`)
        .all();
      return new Map(rows.map((row) => [row.id, row]));
    },
    /** Endpoints of one owner, at most seconds old. */
    cachedEndpoints: (owner: string): Promise<EndpointRow[]> =>
      endpointCache.get(owner, () => db.select().from(endpoints).where(eq(endpoints.owner, owner)).all()),
    /** Those that are not disabled. */
    async openEndpoints(owner: string): Promise<EndpointRow[]> {
      return (await this.cachedEndpoints(owner)).filter(({ status }) => status !== 'disabled');
    },
    /** How many endpoints of an owner are not disabled. */
    listening: (owner: string): Promise<number> =>
      db.$count(endpoints, and(eq(endpoints.owner, owner), ne(endpoints.status, 'disabled'))),
    /** Adds an endpoint, unless its owner has as many as may be that are not disabled. */
    async addEndpoint(act: Act, row: EndpointRow, countMax: number): Promise<boolean> {
      if ((await this.listening(row.owner)) >= countMax) return false;
      await log.add(act, endpoints, row);
      endpointCache.forget(row.owner);
      return true;
    },
    async changeEndpoint(
      act: Act,
      id: string,
      change: Partial<Omit<EndpointRow, 'id' | 'owner'>>,
    ): Promise<EndpointRow | undefined> {
      const changed = await log.change(act, endpoints, id, change);
      endpointCache.clear();
      return changed;
    },
    /** The endpoint as it is now; undefined when it was disabled already, so that one caller tells its owner. */
    async disableEndpoint(
      act: Act,
      id: string,
      reason: NonNullable<EndpointRow['reason']>,
    ): Promise<EndpointRow | undefined> {
      const listening = ne(endpoints.status, 'disabled');
      const changed = await log.change(act, endpoints, id, { status: 'disabled', reason }, listening);
      endpointCache.clear();
      return changed;
    },
    /**
     * Remembers how an endpoint does, which is nobody's act and not in the audit log; writes only what has
     * changed since `row` was read.
     */
    async noteHealth(row: EndpointRow, health: EndpointHealth): Promise<void> {
      const same = (Object.keys(health) as (keyof EndpointHealth)[]).every(
        (name) => row[name] === health[name],
      );
      if (!same) await db.update(endpoints).set(health).where(eq(endpoints.id, row.id)).run();
    },
    /** Endpoints in use that have taken nothing since a time, longest failing first. */
    failingEndpoints: (sinceMs: number, limit: number): Promise<{ id: string }[]> =>
      db
        .select({ id: endpoints.id })
        .from(endpoints)
        .where(and(eq(endpoints.status, 'active'), lte(endpoints.failingSinceMs, sinceMs)))
        .orderBy(endpoints.failingSinceMs)
        .limit(limit)
        .all(),
    ...approvalsOf(db, log),
    ...recordsOf(db),
    ...outsideOf(db, log),
    ...refundRequestsOf(db, log),
    ...presentersOf(db, log),
    ...searchOf(db),
    ...businessDaysOf(db, log),
    ...deadLettersOf(db, log),
    ...peopleOf(db, log, () => principals.clear()),
    tables,
  };
}

// More buttons than a page has room for.
const walletLinksMax = 24;

async function loadWalletLinks(db: DrizzleD1Database): Promise<WalletLink[]> {
  const rows = await db
    .select({ name: participants.name, link: participants.walletLink })
    .from(participants)
    .where(and(eq(participants.status, 'active'), isNotNull(participants.walletLink)))
    .orderBy(participants.name)
    .limit(walletLinksMax)
    .all();
  return rows.flatMap(({ name, link }) => (link === null ? [] : [{ name, link }]));
}

async function loadPrincipal(db: DrizzleD1Database, hash: string): Promise<Principal | undefined> {
  const [key] = await db
    .select()
    .from(keys)
    .where(and(eq(keys.hash, hash), isNull(keys.revokedAtMs)))
    .all();
  if (!key) return undefined;
  const base = { owner: key.owner, key: key.id, till: key.till, person: null };
  if (key.kind === 'participant') {
    const [owner] = await db.select().from(participants).where(eq(participants.id, key.owner)).all();
    return owner?.status === 'active' ? { ...base, who: owner.role, ...termsOf(owner) } : undefined;
  }
  if (key.kind === 'merchant') {
    const [owner] = await db.select().from(merchants).where(eq(merchants.id, key.owner)).all();
    const [till] = key.till === null ? [] : await db.select().from(tills).where(eq(tills.id, key.till)).all();
    const place = till && { store: till.store };
    return owner ? { ...base, ...place, who: `merchant:${key.role}` as Who } : undefined;
  }
  const [person] = await db
    .select()
    .from(operators)
    .where(and(eq(operators.id, key.owner), inArray(operators.status, ['active'])))
    .all();
  return person ? { ...base, who: `staff:${person.role}` as Who } : undefined;
}

async function loadSigner(db: DrizzleD1Database, id: string): Promise<Signer | undefined> {
  const [row] = await db
    .select()
    .from(signingKeys)
    .innerJoin(participants, eq(participants.id, signingKeys.participant))
    .where(and(eq(signingKeys.id, id), isNull(signingKeys.revokedAtMs), eq(participants.status, 'active')))
    .all();
  if (!row) return undefined;
  const { participant, signing_key: key } = row;
  return {
    principal: {
      who: participant.role,
      owner: participant.id,
      key: id,
      till: null,
      person: null,
      ...termsOf(participant),
    },
    publicKey: await importPublicKey(key.publicKey),
    notAfterMs: key.notAfterMs,
  };
}

/** What a participant asks for beyond the usual; nothing for most, so that looking for it costs nothing. */
function termsOf({
  requireSignature,
  certificates,
  requestsPerSecond,
}: ParticipantRow): Pick<Principal, 'requires' | 'requestsPerSecond'> {
  const requires = { signature: requireSignature, certificates };
  return {
    ...((requireSignature || certificates.length > 0) && { requires }),
    ...(requestsPerSecond !== null && { requestsPerSecond }),
  };
}
