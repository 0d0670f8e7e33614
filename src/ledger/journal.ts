/**
 * An account's storage: raw SQL over the object's own SQLite. Entries and idempotency keys are only
 * ever inserted; the account's state is its last entry, so a balance needs no row of its own.
 * Nothing here decides anything, and nothing here awaits.
 */
import { assert } from '../kernel/index.ts';
import { genesisHash, hashEntry } from './chain.ts';
import type { AccountFacts, Entry, EntryType } from './model.ts';

// Append only: objects of every age run the steps they have not run yet. Keep each step additive, since
// during a deployment old and new code share the data for minutes.
const steps = [
  `CREATE TABLE facts (one INTEGER PRIMARY KEY CHECK (one = 1), facts TEXT NOT NULL);
   CREATE TABLE entry (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
     available_delta INTEGER NOT NULL, held_delta INTEGER NOT NULL,
     available INTEGER NOT NULL, held INTEGER NOT NULL,
     open_from INTEGER NOT NULL, sent_to INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL);
   CREATE TABLE idempotency (
     key TEXT PRIMARY KEY, request TEXT NOT NULL, subject TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE credited (
     transfer TEXT PRIMARY KEY, seq INTEGER, at INTEGER NOT NULL, refusal TEXT) WITHOUT ROWID;
   CREATE TABLE claim (
     id TEXT PRIMARY KEY, state TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
     reference TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
     payload_digest TEXT NOT NULL, facts TEXT NOT NULL, details TEXT NOT NULL,
     ended_at INTEGER, accept_seq INTEGER, transfer TEXT) WITHOUT ROWID;
   CREATE INDEX claim_open ON claim (expires_at) WHERE state = 'open';
   CREATE INDEX claim_reference ON claim (reference) WHERE reference IS NOT NULL;`,
];

interface EntryRow extends Record<string, SqlStorageValue> {
  seq: number;
  at: number;
  type: string;
  subject: string;
  available_delta: number;
  held_delta: number;
  available: number;
  held: number;
  open_from: number;
  sent_to: number;
  body: string;
  hash: string;
}

/** Everything an account knows of itself before looking at a single old entry. */
export interface Tip {
  seq: number;
  atMs: number;
  available: bigint;
  held: bigint;
  openFrom: number;
  /** How far the outbox had been sent when the last entry was written. */
  sentTo: number;
  hash: string;
}

export const emptyTip: Readonly<Tip> = {
  seq: 0,
  atMs: 0,
  available: 0n,
  held: 0n,
  openFrom: 1,
  sentTo: 0,
  hash: genesisHash,
};

export class Journal {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    storage.transactionSync(() => this.#migrate());
  }

  #migrate(): void {
    this.#sql.exec('CREATE TABLE IF NOT EXISTS schema_step (step INTEGER PRIMARY KEY)');
    const { done } = this.#sql.exec<{ done: number }>('SELECT count(*) AS done FROM schema_step').one();
    for (const [index, step] of steps.entries()) {
      if (index < done) continue;
      this.#sql.exec(step);
      this.#sql.exec('INSERT INTO schema_step VALUES (?)', index);
    }
  }

  facts(): AccountFacts | undefined {
    const [row] = this.#sql.exec<{ facts: string }>('SELECT facts FROM facts').toArray();
    if (!row) return undefined;
    const stored = JSON.parse(row.facts);
    return { ...stored, limitMinor: BigInt(stored.limitMinor) };
  }

  putFacts(facts: AccountFacts): void {
    const text = JSON.stringify({ ...facts, limitMinor: facts.limitMinor.toString() });
    this.#sql.exec(
      `INSERT INTO facts VALUES (1, ?) ON CONFLICT DO UPDATE SET facts = excluded.facts
       WHERE facts.facts <> excluded.facts`,
      text,
    );
  }

  tip(): Tip {
    const [row] = this.#sql.exec<EntryRow>('SELECT * FROM entry ORDER BY seq DESC LIMIT 1').toArray();
    return row ? { ...entryOf(row), sentTo: row.sent_to } : { ...emptyTip };
  }

  /** Appends after `tip` and moves it forward. The caller runs inside a transaction. */
  append(tip: Tip, draft: Omit<Entry, 'seq' | 'available' | 'held' | 'hash'>): Entry {
    const unhashed = {
      ...draft,
      seq: tip.seq + 1,
      available: tip.available + draft.availableDelta,
      held: tip.held + draft.heldDelta,
    };
    assert(unhashed.held >= 0n, 'held below zero');
    const entry: Entry = { ...unhashed, hash: hashEntry(tip.hash, unhashed) };
    this.#sql.exec(
      'INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?,?,?)',
      entry.seq,
      entry.atMs,
      entry.type,
      entry.subject,
      Number(entry.availableDelta),
      Number(entry.heldDelta),
      Number(entry.available),
      Number(entry.held),
      entry.openFrom,
      tip.sentTo,
      entry.body,
      entry.hash,
    );
    tip.seq = entry.seq;
    tip.atMs = entry.atMs;
    tip.available = entry.available;
    tip.held = entry.held;
    tip.openFrom = entry.openFrom;
    tip.hash = entry.hash;
    return entry;
  }

  /** Holds that have not ended, among the entries from `fromSeq` on, in order. Only their bodies are read. */
  openHolds(fromSeq: number): Entry[] {
    const open = new Map<string, number>();
    const walk = this.#sql.exec<Pick<EntryRow, 'seq' | 'type' | 'subject'>>(
      'SELECT seq, type, subject FROM entry WHERE seq >= ? ORDER BY seq',
      fromSeq,
    );
    for (const { seq, type, subject } of walk) {
      if (type === 'hold') open.set(subject, seq);
      else open.delete(subject);
    }
    return [...open.values()].flatMap((seq) => this.entry(seq) ?? []);
  }

  entry(seq: number): Entry | undefined {
    return this.#entries('SELECT * FROM entry WHERE seq = ?', seq)[0];
  }

  /** Oldest first, at most `limit`, those with a higher sequence than `seq`. */
  after(seq: number, limit: number): Entry[] {
    return this.#entries('SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ?', seq, limit);
  }

  /** Newest first, at most `limit`, those with a lower sequence than `seq`; of some types only, if given. */
  before(seq: number, limit: number, types?: readonly EntryType[]): Entry[] {
    const ofTypes = types ? `AND type IN (${types.map(() => '?').join(',')})` : '';
    return this.#entries(
      `SELECT * FROM entry WHERE seq < ? ${ofTypes} ORDER BY seq DESC LIMIT ?`,
      seq,
      ...(types ?? []),
      limit,
    );
  }

  /** The entry that ended a hold. It is near the hold, so walking forward reads a handful of rows. */
  endOf(holdSeq: number, transfer: string): Entry | undefined {
    return this.#entries(
      'SELECT * FROM entry WHERE seq > ? AND subject = ? ORDER BY seq LIMIT 1',
      holdSeq,
      transfer,
    )[0];
  }

  idempotent(key: string): { request: string; subject: string } | undefined {
    return this.#sql
      .exec<{ request: string; subject: string }>(
        'SELECT request, subject FROM idempotency WHERE key = ?',
        key,
      )
      .toArray()[0];
  }

  putIdempotent(key: string, request: string, subject: string): void {
    this.#sql.exec('INSERT INTO idempotency VALUES (?,?,?)', key, request, subject);
  }

  credited(transfer: string): { seq: number | null; atMs: number; refusal: string | null } | undefined {
    return this.#sql
      .exec<{ seq: number | null; atMs: number; refusal: string | null }>(
        'SELECT seq, at AS atMs, refusal FROM credited WHERE transfer = ?',
        transfer,
      )
      .toArray()[0];
  }

  putCredited(transfer: string, seq: number | null, atMs: number, refusal: string | null): void {
    this.#sql.exec('INSERT INTO credited VALUES (?,?,?,?)', transfer, seq, atMs, refusal);
  }

  #entries(query: string, ...bindings: SqlStorageValue[]): Entry[] {
    return this.#sql
      .exec<EntryRow>(query, ...bindings)
      .toArray()
      .map(entryOf);
  }
}

const entryOf = (row: EntryRow): Entry => ({
  seq: row.seq,
  atMs: row.at,
  type: row.type as EntryType,
  subject: row.subject,
  availableDelta: BigInt(row.available_delta),
  heldDelta: BigInt(row.held_delta),
  available: BigInt(row.available),
  held: BigInt(row.held),
  openFrom: row.open_from,
  body: row.body,
  hash: row.hash,
});
