/** The callback log, in the report database: what was told to whom, and what is still to be told. */
import { and, desc, eq, gt, inArray, lt, lte, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { earliestEventId, timeOfId } from '../kernel/index.ts';
import type { Attempt, EventToSend, LoggedEvent, SentEvent } from './model.ts';
import type { ResendRow } from './resend-log.ts';
import { deliveries, eventTables } from './schema.ts';

// A table is written for a period, then kept for one more, then emptied while the third is written.
const periodMs = 30 * 86_400_000;
const clockSkewMs = 3_600_000;
// Resending is not logged beyond this, so that a row stays far below the 2 MB a database takes.
const attemptsLengthMax = 200_000;
// Beyond this nobody counts what is not delivered: how many there are makes no difference any more.
const undeliveredMax = 10_000;
// Rows changed by one statement, which has thirty seconds.
const reopenedPerStatement = 10_000;

export type DeliveryRow = typeof deliveries.$inferSelect;

export interface EventFilter {
  readonly type?: string;
  readonly object?: string;
  readonly fromMs?: number;
  readonly beforeMs?: number;
}

/** What came of some attempts; written in one transaction. */
export interface Outcomes {
  /** Events with their new attempts. */
  readonly events: readonly LoggedEvent[];
  /** What is still to be delivered, or given up. */
  readonly open: readonly DeliveryRow[];
  /** Ids of deliveries that were made at last. */
  readonly closed: readonly string[];
}

export interface Undelivered {
  /** At most 10,000 of either. */
  readonly retrying: number;
  readonly parked: number;
  /** When the oldest event happened that is still being retried; null when there is none. */
  readonly oldestAtMs: number | null;
}

/** Which open deliveries begin anew. */
export interface ReopenFilter {
  readonly status: 'waiting' | 'parked';
  readonly owner?: string;
  readonly endpoint?: string;
  /** A single one. */
  readonly event?: string;
}

export type CallbackLog = ReturnType<typeof callbackLogOf>;

export const deliveryId = (event: string, endpoint: string): string => `${event} ${endpoint}`;

const periodOf = (atMs: number): number => Math.floor(atMs / periodMs);
const tableOf = (period: number) => eventTables[period % eventTables.length] ?? eventTables[0];
const tableOfEvent = (id: string) => tableOf(periodOf(timeOfId(id)));
const nameOf = (table: (typeof eventTables)[number]): string => getTableConfig(table).name;

export function callbackLogOf(database: D1Database) {
  const db = drizzle(database);

  /** Appends attempts to events, and adds those it has not seen: one row written each. */
  function upsertEvents(events: readonly LoggedEvent[]): D1PreparedStatement[] {
    return eventTables.flatMap((table) => {
      const rows = events.filter(({ id }) => tableOfEvent(id) === table);
      if (rows.length === 0) return [];
      const name = nameOf(table);
      const values = rows.map((row) => [
        row.owner,
        row.id,
        row.type,
        row.object,
        row.body,
        row.attempts.map((attempt) => `${JSON.stringify(attempt)}\n`).join(''),
      ]);
      const statement = `INSERT INTO ${name} (owner, id, type, object, body, attempts)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
        FROM json_each(?) WHERE true
        ON CONFLICT (owner, id) DO UPDATE SET attempts = ${name}.attempts || excluded.attempts
        WHERE excluded.attempts <> '' AND length(${name}.attempts) < ${attemptsLengthMax}`;
      return [database.prepare(statement).bind(JSON.stringify(values))];
    });
  }

  function upsertDeliveries(rows: readonly DeliveryRow[]): D1PreparedStatement[] {
    if (rows.length === 0) return [];
    const statement = `INSERT INTO delivery
      (id, event, type, endpoint, owner, status, attempts, last_status, last_error, body, due_at, updated_at)
      SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
        value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11
      FROM json_each(?) WHERE true
      ON CONFLICT (id) DO UPDATE SET status = excluded.status, attempts = excluded.attempts,
        last_status = excluded.last_status, last_error = excluded.last_error,
        due_at = excluded.due_at, updated_at = excluded.updated_at`;
    const values = rows.map((row) => [
      row.id,
      row.event,
      row.type,
      row.endpoint,
      row.owner,
      row.status,
      row.attempts,
      row.lastStatus,
      row.lastError,
      row.body,
      row.dueAtMs,
      row.updatedAtMs,
    ]);
    return [database.prepare(statement).bind(JSON.stringify(values))];
  }

  return {
    async record({ events, open, closed }: Outcomes): Promise<void> {
      const statements = [...upsertEvents(events), ...upsertDeliveries(open)];
      if (closed.length > 0) {
        const made = 'DELETE FROM delivery WHERE id IN (SELECT value FROM json_each(?))';
        statements.push(database.prepare(made).bind(JSON.stringify(closed)));
      }
      if (statements.length > 0) await database.batch(statements);
    },

    /** One event of an owner, with its attempts in the order they ended. */
    async event(owner: string, id: string): Promise<LoggedEvent | undefined> {
      const table = tableOfEvent(id);
      const rows = db
        .select()
        .from(table)
        .where(and(eq(table.owner, owner), eq(table.id, id)));
      const [row] = await rows.all();
      return row && { ...row, attempts: attemptsIn(row.attempts) };
    },

    /** An event of one of these owners: a look-up for each. */
    async eventOf(owners: readonly string[], id: string): Promise<SentEvent | undefined> {
      const table = tableOfEvent(id);
      const { owner, type, object, body } = table;
      const rows = db
        .select({ id: table.id, owner, type, object, body })
        .from(table)
        .where(
          and(sql`${owner} IN (SELECT value FROM json_each(${JSON.stringify(owners)}))`, eq(table.id, id)),
        );
      return (await rows.limit(1).all())[0];
    },

    /** An owner's events, newest first; `beforeId` is the cursor. */
    async events(
      owner: string,
      { type, object, fromMs = 0, beforeMs }: EventFilter,
      limit: number,
      beforeId?: string,
    ): Promise<LoggedEvent[]> {
      const nowPeriod = periodOf(Date.now());
      // Nothing is told of an object before there is one, clocks of several machines aside.
      const sinceMs = object === undefined ? fromMs : Math.max(fromMs, timeOfId(object) - clockSkewMs);
      const found: LoggedEvent[] = [];
      for (const period of [nowPeriod, nowPeriod - 1]) {
        const table = tableOf(period);
        const conditions: (SQL | undefined)[] = [
          eq(table.owner, owner),
          beforeId === undefined ? undefined : lt(table.id, beforeId),
          beforeMs === undefined ? undefined : lt(table.id, earliestEventId(beforeMs)),
          gt(table.id, earliestEventId(Math.max(sinceMs, period * periodMs))),
          type === undefined ? undefined : eq(table.type, type),
          object === undefined ? undefined : eq(table.object, object),
        ];
        const rows = db
          .select()
          .from(table)
          .where(and(...conditions));
        const page = await rows
          .orderBy(desc(table.id))
          .limit(limit - found.length)
          .all();
        found.push(...page.map((row) => ({ ...row, attempts: attemptsIn(row.attempts) })));
        if (found.length === limit) break;
      }
      return found;
    },

    /** What a resend looks at next: an owner's events, oldest first, after its cursor and before an id. */
    async eventsAfter(
      { owner, type, cursor }: Pick<ResendRow, 'owner' | 'type' | 'cursor'>,
      beforeId: string,
      limit: number,
    ): Promise<LoggedEvent[]> {
      const nowPeriod = periodOf(Date.now());
      const found: LoggedEvent[] = [];
      for (const period of [nowPeriod - 1, nowPeriod]) {
        const table = tableOf(period);
        const rows = db
          .select()
          .from(table)
          .where(
            and(
              eq(table.owner, owner),
              gt(table.id, cursor),
              gt(table.id, earliestEventId(period * periodMs)),
              lt(table.id, beforeId),
              type === null ? undefined : eq(table.type, type),
            ),
          );
        const page = await rows
          .orderBy(table.id)
          .limit(limit - found.length)
          .all();
        found.push(...page.map((row) => ({ ...row, attempts: attemptsIn(row.attempts) })));
        if (found.length === limit) break;
      }
      return found;
    },

    /** Which endpoints some events already reached, as ids of deliveries. */
    async deliveredOf(events: readonly EventToSend[]): Promise<Set<string>> {
      const delivered = new Set<string>();
      for (const { owner, id } of events) {
        const event = await this.event(owner, id);
        for (const { endpoint, error } of event?.attempts ?? []) {
          if (error === null) delivered.add(deliveryId(id, endpoint));
        }
      }
      return delivered;
    },

    /** Newest first; `beforeId` is the cursor. */
    deliveries: (
      filter: { owner?: string; endpoint?: string; status?: DeliveryRow['status'] },
      limit: number,
      beforeId?: string,
    ): Promise<DeliveryRow[]> =>
      db
        .select()
        .from(deliveries)
        .where(
          and(
            filter.owner === undefined ? undefined : eq(deliveries.owner, filter.owner),
            filter.endpoint === undefined ? undefined : eq(deliveries.endpoint, filter.endpoint),
            filter.status === undefined ? undefined : eq(deliveries.status, filter.status),
            beforeId === undefined ? undefined : lt(deliveries.id, beforeId),
          ),
        )
        .orderBy(desc(deliveries.id))
        .limit(limit)
        .all(),

    /** What is open of some events. */
    async openOf(events: readonly { readonly id: string; readonly owner: string }[]): Promise<DeliveryRow[]> {
      const wanted = JSON.stringify(events.map(({ owner, id }) => [owner, id]));
      return db
        .select()
        .from(deliveries)
        .where(
          sql`(${deliveries.owner}, ${deliveries.event}) IN
            (SELECT value ->> 0, value ->> 1 FROM json_each(${wanted}))`,
        )
        .all();
    },

    async deliveriesIn(ids: readonly string[]): Promise<Map<string, DeliveryRow>> {
      const rows = await db
        .select()
        .from(deliveries)
        .where(sql`${deliveries.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
        .all();
      return new Map(rows.map((row) => [row.id, row]));
    },

    /** Deliveries whose attempt was planned before a time, oldest plan first. */
    overdue: (beforeMs: number, limit: number): Promise<DeliveryRow[]> =>
      db
        .select()
        .from(deliveries)
        .where(and(eq(deliveries.status, 'retrying'), lte(deliveries.dueAtMs, beforeMs)))
        .orderBy(deliveries.dueAtMs)
        .limit(limit)
        .all(),

    /** What is not delivered, by three look-ups in indexes. */
    async undelivered(): Promise<Undelivered> {
      const counted = database.prepare(
        `SELECT count(*) AS found FROM (SELECT 1 FROM delivery WHERE status = ? LIMIT ${undeliveredMax})`,
      );
      const [retrying, parked, oldest] = await database.batch<{ found: number | string | null }>([
        counted.bind('retrying'),
        counted.bind('parked'),
        database.prepare("SELECT min(event) AS found FROM delivery WHERE status = 'retrying'"),
      ]);
      const event = oldest?.results[0]?.found;
      return {
        retrying: Number(retrying?.results[0]?.found ?? 0),
        parked: Number(parked?.results[0]?.found ?? 0),
        oldestAtMs: typeof event === 'string' ? timeOfId(event) : null,
      };
    },

    /** What was given up, oldest first. */
    parked: (limit: number): Promise<DeliveryRow[]> =>
      db
        .select()
        .from(deliveries)
        .where(eq(deliveries.status, 'parked'))
        .orderBy(deliveries.event)
        .limit(limit)
        .all(),

    /** Forgets what was given up; false when it was not. */
    async dropParked(event: string, endpoint: string): Promise<boolean> {
      const { meta } = await db
        .delete(deliveries)
        .where(and(eq(deliveries.id, deliveryId(event, endpoint)), eq(deliveries.status, 'parked')))
        .run();
      return meta.changes > 0;
    },

    /** Endpoints that deliveries wait for. */
    async waitedFor(): Promise<string[]> {
      const rows = await db
        .selectDistinct({ endpoint: deliveries.endpoint })
        .from(deliveries)
        .where(eq(deliveries.status, 'waiting'))
        .all();
      return rows.map(({ endpoint }) => endpoint);
    },

    /** Has deliveries begin anew: they are overdue from now on. Answers how many. */
    async reopen({ status, owner, endpoint, event }: ReopenFilter): Promise<number> {
      const chosen = db
        .select({ id: deliveries.id })
        .from(deliveries)
        .where(
          and(
            eq(deliveries.status, status),
            owner === undefined ? undefined : eq(deliveries.owner, owner),
            endpoint === undefined ? undefined : eq(deliveries.endpoint, endpoint),
            event === undefined ? undefined : eq(deliveries.event, event),
          ),
        )
        .limit(reopenedPerStatement);
      for (let reopened = 0; ; ) {
        const { meta } = await db
          .update(deliveries)
          .set({ status: 'retrying', attempts: 0, dueAtMs: 0, updatedAtMs: Date.now() })
          .where(inArray(deliveries.id, chosen))
          .run();
        reopened += meta.changes;
        if (meta.changes < reopenedPerStatement) return reopened;
      }
    },

    /**
     * Empties the table that is written next. Dropping a table and making it again writes no rows, which
     * deleting them would.
     */
    async emptySpare(nowMs: number): Promise<boolean> {
      const name = nameOf(tableOf(periodOf(nowMs) + 1));
      if (!(await database.prepare(`SELECT 1 FROM ${name} LIMIT 1`).first())) return false;
      const made = await database
        .prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?")
        .bind(name)
        .first<string>('sql');
      if (made === null) return false;
      await database.batch([database.prepare(`DROP TABLE ${name}`), database.prepare(made)]);
      return true;
    },
  };
}

const attemptsIn = (lines: string): Attempt[] =>
  lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
