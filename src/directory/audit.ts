/**
 * The audit log. Whoever changes the directory names the act, and the record is written in the transaction of
 * the change: one is never there without the other. Records are chained by hash afterwards, in the order of
 * their numbers; whoever does so comes to the same hashes, so any number of writers make one chain.
 */
import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  getTableName,
  gt,
  gte,
  isNotNull,
  isNull,
  lt,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { derivedId, type IdKind, newId, sha256, timeOfId, toHex } from '../kernel/index.ts';
import type { Who } from './access.ts';
import { audit } from './schema.ts';

/** Who does something, and what was asked for. */
export interface Act {
  readonly by: {
    readonly owner: string;
    readonly key: string;
    readonly who: Who | 'switch';
    readonly person?: string | null;
  };
  /** The request's id. */
  readonly request: string;
  /** The route, e.g. `POST /v1/centre/keys`. */
  readonly action: string;
  readonly reason?: string;
  /** Somebody else's approval in whose name it is done. */
  readonly approval?: string;
}

export type AuditRow = typeof audit.$inferSelect;
export interface AuditFilter {
  readonly subject?: string;
  readonly actor?: string;
  readonly request?: string;
  /** A part of it. */
  readonly action?: string;
  readonly kind?: string;
  readonly fromMs?: number;
  readonly beforeMs?: number;
}
type RowTable = SQLiteTable & { id: SQLiteColumn };

/** What the switch does by itself. */
export const ownAct = (action: string): Act => ({
  by: { owner: 'switch', key: 'switch', who: 'switch' },
  request: 'switch',
  action,
});

/** The id of what an act makes: of an approved one always the same, so that doing it again makes nothing twice. */
export const idFor = ({ approval }: Act, kind: IdKind, nowMs: number): string =>
  approval === undefined ? newId(kind, nowMs) : derivedId(kind, timeOfId(approval), `${kind} ${approval}`);

/** The same act, and why. */
export const because = (act: Act, reason: string | null | undefined): Act =>
  reason === null || reason === undefined ? act : { ...act, reason };

/** The hash before the first record's. */
export const logStart = '0'.repeat(64);

/** A record's hash, in hex: SHA-256 over the hash before it, a line feed, and its fields as a JSON list. */
export async function recordHash(previous: string, row: AuditRow): Promise<string> {
  const { seq, id, atMs, actor, who, key, action, request, reason, kind, subject, before, after } = row;
  const fields = [seq, id, atMs, actor, who, key, action, request, reason, kind, subject, before, after];
  return toHex(await sha256(`${previous}\n${JSON.stringify(fields)}`));
}

const sealedPerStep = 200;
// A request is shown as far as it explains itself.
const requestLengthMax = 2_000;

export type AuditLog = ReturnType<typeof auditOf>;

export function auditOf(db: DrizzleD1Database) {
  return {
    /** Inserts a row with its record; false, with no record, when a unique rule says it is there already. */
    async add<Table extends RowTable>(act: Act, table: Table, row: Table['$inferInsert'] & { id: string }) {
      // `changes()` speaks of the statement before, in the same transaction.
      const added = and(eq(table.id, row.id), sql`changes() > 0`) ?? sql`0`;
      const [inserted] = await db.batch([
        db.insert(table).values(row).onConflictDoNothing(),
        db.insert(audit).select(recordOf(act, newId('audit', Date.now()), table, 'after', added)),
      ]);
      return inserted.meta.changes > 0;
    },

    /** Changes a row with its record; the new row, or undefined when none with this id matches. */
    async change<Table extends RowTable>(
      act: Act,
      table: Table,
      id: string,
      set: Partial<{ [Name in keyof Table['$inferInsert']]: Table['$inferInsert'][Name] | SQL }>,
      where?: SQL,
    ): Promise<Table['$inferSelect'] | undefined> {
      const matching = and(eq(table.id, id), where) ?? sql`0`;
      const record = newId('audit', Date.now());
      const [, rows] = await db.batch([
        db.insert(audit).select(recordOf(act, record, table, 'before', matching)),
        db.update(table).set(set).where(matching).returning(),
        db
          .update(audit)
          .set({ after: sql`(SELECT ${shown(table)} FROM ${table} WHERE ${table.id} = ${id})` })
          .where(and(sql`${audit.seq} = (SELECT max(seq) FROM audit)`, eq(audit.id, record))),
      ]);
      return (rows as Table['$inferSelect'][])[0];
    },

    /** Deletes a row with its record; false when there is none. */
    async remove(act: Act, table: RowTable, id: string): Promise<boolean> {
      const matching = eq(table.id, id);
      const [, deleted] = await db.batch([
        db.insert(audit).select(recordOf(act, newId('audit', Date.now()), table, 'before', matching)),
        db.delete(table).where(matching),
      ]);
      return deleted.meta.changes > 0;
    },

    /** Writes down that something was asked for whose effects are not here. */
    async record(act: Act, subject: string, said: unknown): Promise<void> {
      const text = JSON.stringify(said ?? null);
      const cut = text.length > requestLengthMax;
      const after = cut ? JSON.stringify({ cut: text.slice(0, requestLengthMax) }) : text;
      const row = { id: newId('audit', Date.now()), atMs: Date.now(), ...whoOf(act), kind: 'request' };
      await db
        .insert(audit)
        .values({ ...row, subject, before: null, after, hash: null })
        .run();
    },

    /** Newest first; `beforeSeq` is the cursor. */
    list: (filter: AuditFilter, limit: number, beforeSeq?: number): Promise<AuditRow[]> =>
      db
        .select()
        .from(audit)
        .where(
          and(
            beforeSeq === undefined ? undefined : lt(audit.seq, beforeSeq),
            filter.subject === undefined ? undefined : eq(audit.subject, filter.subject),
            filter.actor === undefined ? undefined : eq(audit.actor, filter.actor),
            filter.request === undefined ? undefined : eq(audit.request, filter.request),
            filter.action === undefined ? undefined : sql`instr(${audit.action}, ${filter.action}) > 0`,
            filter.kind === undefined ? undefined : eq(audit.kind, filter.kind),
            filter.fromMs === undefined ? undefined : gte(audit.atMs, filter.fromMs),
            filter.beforeMs === undefined ? undefined : lt(audit.atMs, filter.beforeMs),
          ),
        )
        .orderBy(desc(audit.seq))
        .limit(limit)
        .all(),

    /** Oldest first, for walks over all of them. */
    after: (seq: number, limit: number): Promise<AuditRow[]> =>
      db.select().from(audit).where(gt(audit.seq, seq)).orderBy(asc(audit.seq)).limit(limit).all(),

    /** Gives every record its hash that has none yet. Done twice at once, it is done the same. */
    async seal(): Promise<void> {
      const newest = desc(audit.seq);
      const [last] = await db
        .select()
        .from(audit)
        .where(isNotNull(audit.hash))
        .orderBy(newest)
        .limit(1)
        .all();
      let hash = last?.hash ?? logStart;
      let seq = last?.seq ?? 0;
      for (;;) {
        const rows = await this.after(seq, sealedPerStep);
        if (rows.length === 0) return;
        const sealed: [seq: number, hash: string][] = [];
        for (const row of rows) {
          hash = await recordHash(hash, row);
          seq = row.seq;
          sealed.push([seq, hash]);
        }
        await db.run(sql`
          UPDATE audit SET hash = sealed.hash
          FROM (
            SELECT json_extract(value, '$[0]') AS seq, json_extract(value, '$[1]') AS hash
            FROM json_each(${JSON.stringify(sealed)})
          ) AS sealed
          WHERE audit.seq = sealed.seq AND audit.hash IS NULL`);
      }
    },

    /** How many records wait for their hash. */
    unsealed: (): Promise<number> => db.$count(audit, isNull(audit.hash)),
  };
}

const whoOf = ({ by, action, request, reason }: Act) => ({
  // A person answers for what they did, whoever they did it for.
  actor: by.person ?? by.owner,
  who: by.who,
  key: by.key,
  action,
  request,
  reason: reason ?? null,
});

/** The record of a change, made from the row itself: before it, or after it. Every column, in their order. */
function recordOf(act: Act, id: string, table: RowTable, when: 'before' | 'after', where: SQL): SQL {
  const { actor, who, key, action, request, reason } = whoOf(act);
  const [before, after] = when === 'before' ? [shown(table), sql`NULL`] : [sql`NULL`, shown(table)];
  return sql`SELECT NULL, ${id}, ${Date.now()}, ${actor}, ${who}, ${key}, ${action}, ${request}, ${reason},
    ${getTableName(table)}, ${table.id}, ${before}, ${after}, NULL FROM ${table} WHERE ${where}`;
}

/** A row as JSON, without what nobody may read: hashes, sealed secrets and personal data. */
export function shown(table: SQLiteTable): SQL {
  const columns = Object.values(getTableColumns(table)).filter(
    ({ name }) => !/hash|secret|^sealed$/.test(name),
  );
  const pairs = columns.map(({ name, columnType }) => {
    const value = columnType === 'SQLiteTextJson' ? `json("${name}")` : `"${name}"`;
    return `'${name}', ${value}`;
  });
  return sql.raw(`json_object(${pairs.join(', ')})`);
}
