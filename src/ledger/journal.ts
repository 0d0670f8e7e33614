/**
 * A book's storage: raw SQL over the object's own SQLite. Entries, batches and idempotency keys are only
 * ever inserted; an account's state is its last entry, so a balance needs no row of its own.
 * Nothing here decides anything, and nothing here awaits.
 *
 * Rows are what storage costs, so tables are keyed by what they are looked up by and carry no index, except
 * claims, which are also looked for by reference and by the time they end.
 */
import { assert } from '../kernel/index.ts';
import { genesisHash, hashEntry } from './chain.ts';
import type { AccountFacts, Entry, EntryType } from './model.ts';
import type { Direction, RuleSet, Tally } from './rules.ts';
import { migrate } from './schema.ts';

type Row = Record<string, SqlStorageValue>;

interface EntryRow extends Row {
  account: number;
  seq: number;
  at: number;
  type: string;
  subject: string;
  available_delta: number;
  held_delta: number;
  available: number;
  held: number;
  body: string;
  hash: string;
}

/** Where an account's history ends: all there is to know before reading a single old entry. */
export interface Tip {
  seq: number;
  atMs: number;
  available: bigint;
  held: bigint;
  hash: string;
}

/** An account of this book, in memory. */
export interface AccountState {
  readonly no: number;
  readonly name: string;
  facts: AccountFacts;
  readonly tip: Tip;
}

/** What was paid since a time. */
export interface PeriodTally extends Tally {
  readonly fromMs: number;
}

/** Which account's which entry. */
export type EntryKey = readonly [account: number, seq: number];

/**
 * What one transaction wrote. The entries of a book have positions 1, 2, 3… across all its accounts, in the
 * order they were written: what the outbox sends and projections count by.
 */
export interface Batch {
  /** Position of its last entry. */
  readonly n: number;
  readonly atMs: number;
  readonly entries: readonly EntryKey[];
  /** Holds that are still open stand at this position or later, except the overdue ones. */
  readonly openFrom: number;
  readonly overdue: readonly EntryKey[];
  /** How far the outbox had been sent when this was written. */
  readonly sentTo: number;
}

export const noBatch: Batch = { n: 0, atMs: 0, entries: [], openFrom: 1, overdue: [], sentTo: 0 };

export class Journal {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    storage.transactionSync(() => migrate(storage.sql));
  }

  // ── accounts ───────────────────────────────────────────────────────────────────────────────────────

  account(name: string): AccountState | undefined {
    return this.#accountWhere('name = ?', name);
  }

  accountOf(no: number): AccountState | undefined {
    return this.#accountWhere('no = ?', no);
  }

  facts(no: number): AccountFacts | undefined {
    const [row] = this.#sql.exec<{ facts: string }>('SELECT facts FROM account WHERE no = ?', no).toArray();
    return row && factsOf(row.facts);
  }

  #accountWhere(condition: string, value: SqlStorageValue): AccountState | undefined {
    const [row] = this.#sql
      .exec<{ no: number; name: string; facts: string }>(
        `SELECT no, name, facts FROM account WHERE ${condition}`,
        value,
      )
      .toArray();
    if (!row) return undefined;
    return { no: row.no, name: row.name, facts: factsOf(row.facts), tip: this.#tip(row.no, row.name) };
  }

  #tip(no: number, name: string): Tip {
    const last = this.before(no, Number.MAX_SAFE_INTEGER, 1)[0];
    if (!last) return { seq: 0, atMs: 0, available: 0n, held: 0n, hash: genesisHash(name) };
    const { seq, atMs, available, held, hash } = last;
    return { seq, atMs, available, held, hash };
  }

  /** Adds an account, or replaces its facts. */
  putAccount(name: string, facts: AccountFacts): AccountState {
    this.#sql.exec(
      `INSERT INTO account (name, facts) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET facts = excluded.facts WHERE facts <> excluded.facts`,
      name,
      JSON.stringify({ ...facts, limitMinor: facts.limitMinor.toString() }),
    );
    const account = this.account(name);
    assert(account, 'an account that was just written');
    return account;
  }

  /** Every account's number, from one on: for walks over a whole book. */
  accountsAfter(no: number, limit: number): AccountState[] {
    return this.#sql
      .exec<{ no: number }>('SELECT no FROM account WHERE no > ? ORDER BY no LIMIT ?', no, limit)
      .toArray()
      .flatMap((row) => this.accountOf(row.no) ?? []);
  }

  has(name: string): boolean {
    return this.#sql.exec('SELECT 1 FROM account WHERE name = ?', name).toArray().length > 0;
  }

  /** The account after a number, however damaged its facts and entries may be: for the audit. */
  accountNameAfter(no: number): { no: number; name: string } | undefined {
    return this.#sql
      .exec<{ no: number; name: string }>('SELECT no, name FROM account WHERE no > ? ORDER BY no LIMIT 1', no)
      .toArray()[0];
  }

  /** How many entries the accounts have together, going by their last ones. */
  entriesInAll(): number {
    return this.#sql
      .exec<{ entries: number }>(
        'SELECT coalesce(sum((SELECT max(seq) FROM entry WHERE account = no)), 0) AS entries FROM account',
      )
      .one().entries;
  }

  // ── entries ────────────────────────────────────────────────────────────────────────────────────────

  /** Appends to an account and moves its tip forward. The caller runs inside a transaction. */
  append(
    account: AccountState,
    draft: Pick<Entry, 'type' | 'subject' | 'availableDelta' | 'heldDelta' | 'atMs' | 'body'>,
  ): Entry {
    const { tip, no } = account;
    const unhashed = {
      ...draft,
      seq: tip.seq + 1,
      available: tip.available + draft.availableDelta,
      held: tip.held + draft.heldDelta,
    };
    assert(unhashed.held >= 0n, 'held below zero');
    const entry: Entry = { ...unhashed, hash: hashEntry(tip.hash, unhashed) };
    this.#sql.exec(
      'INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?,?)',
      no,
      entry.seq,
      entry.atMs,
      entry.type,
      entry.subject,
      Number(entry.availableDelta),
      Number(entry.heldDelta),
      Number(entry.available),
      Number(entry.held),
      entry.body,
      entry.hash,
    );
    tip.seq = entry.seq;
    tip.atMs = entry.atMs;
    tip.available = entry.available;
    tip.held = entry.held;
    tip.hash = entry.hash;
    return entry;
  }

  entry(no: number, seq: number): Entry | undefined {
    return this.#entries('SELECT * FROM entry WHERE account = ? AND seq = ?', no, seq)[0];
  }

  /** Which sequences are there, without reading what they hold: for the audit. */
  sequencesAfter(no: number, seq: number, limit: number): number[] {
    return this.#sql
      .exec<{ seq: number }>(
        'SELECT seq FROM entry WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?',
        no,
        seq,
        limit,
      )
      .toArray()
      .map((row) => row.seq);
  }

  /** The last entry an account had at a time. A book's time never steps back, so halving finds it. */
  lastAt(no: number, tipSeq: number, atMs: number): Entry | undefined {
    let [low, high] = [0, tipSeq];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const entry = this.entry(no, middle);
      assert(entry, `entry ${middle} is not there`);
      if (entry.atMs <= atMs) low = middle;
      else high = middle - 1;
    }
    return low === 0 ? undefined : this.entry(no, low);
  }

  /** Oldest first, at most `limit`, those with a higher sequence than `seq`. */
  after(no: number, seq: number, limit: number): Entry[] {
    return this.#entries(
      'SELECT * FROM entry WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?',
      no,
      seq,
      limit,
    );
  }

  /** Newest first, at most `limit`, those with a lower sequence than `seq`; of some types only, if given. */
  before(no: number, seq: number, limit: number, types?: readonly EntryType[]): Entry[] {
    const ofTypes = types ? `AND type IN (${types.map(() => '?').join(',')})` : '';
    return this.#entries(
      `SELECT * FROM entry WHERE account = ? AND seq < ? ${ofTypes} ORDER BY seq DESC LIMIT ?`,
      no,
      seq,
      ...(types ?? []),
      limit,
    );
  }

  /** The entry that ended a hold. It is near the hold, so walking forward reads a handful of rows. */
  endOf(no: number, holdSeq: number, transfer: string): Entry | undefined {
    return this.#entries(
      'SELECT * FROM entry WHERE account = ? AND seq > ? AND subject = ? ORDER BY seq LIMIT 1',
      no,
      holdSeq,
      transfer,
    )[0];
  }

  #entries(query: string, ...bindings: SqlStorageValue[]): Entry[] {
    return this.#sql
      .exec<EntryRow>(query, ...bindings)
      .toArray()
      .map(entryOf);
  }

  /**
   * The entry that credited an account within its book: it carries the time its transfer's id begins with.
   * Times of an account never step back, so a handful of entries is read, however many there are.
   */
  acceptAt(account: AccountState, transfer: string, atMs: number): Entry | undefined {
    const from = this.#firstSince(account, atMs);
    const end = this.#firstSince(account, atMs + 1);
    return this.#entries(
      `SELECT * FROM entry WHERE account = ? AND seq >= ? AND seq < ? AND subject = ? AND type = 'accept'`,
      account.no,
      from,
      end,
      transfer,
    )[0];
  }

  /** The first sequence at or after a time; one beyond the last when there is none. */
  #firstSince({ no, tip }: AccountState, atMs: number): number {
    let low = 1;
    let high = tip.seq + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { at } = this.#sql
        .exec<{ at: number }>('SELECT at FROM entry WHERE account = ? AND seq = ?', no, middle)
        .one();
      if (at < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // ── limits ─────────────────────────────────────────────────────────────────────────────────────────

  /**
   * The payments an account made or took since a time, those that were voided aside: what it took by till, what a
   * position paid by the account it paid for, everything else under ''; of one of these only, if given.
   */
  paymentsSince(
    account: AccountState,
    direction: Direction,
    fromMs: number,
    only?: string,
  ): Map<string, Tally> {
    const types = direction === 'in' ? "'accept'" : "'hold', 'debit', 'void'";
    const held = direction === 'in' ? 0 : fromMs;
    const part = direction === 'in' ? 'till' : 'payerAccount';
    const rows = this.#sql
      .exec<{ part: string; sum: number; count: number }>(
        `SELECT part, sum(CASE type WHEN 'void' THEN -amount ELSE amount END) AS sum,
           sum(CASE type WHEN 'void' THEN -1 ELSE 1 END) AS count
         FROM (
           SELECT type, body ->> '$.transfer.amountMinor' AS amount,
             coalesce(body ->> '$.transfer.facts.${part}', '') AS part
           FROM entry
           WHERE account = ?1 AND seq >= ?2 AND type IN (${types})
             AND body ->> '$.transfer.kind' = 'payment'
             AND coalesce(body ->> '$.transfer.confirmation.confirmedAtMs', body ->> '$.transfer.heldAtMs') >= ?3)
         WHERE ?4 IS NULL OR part = ?4
         GROUP BY part`,
        account.no,
        this.#firstSince(account, fromMs),
        held,
        only ?? null,
      )
      .toArray();
    return new Map(rows.map(({ part, sum, count }) => [part, { sum, count }]));
  }

  ruleSet(): RuleSet | undefined {
    const [row] = this.#sql
      .exec<{ revision: number; books: number; rules: string }>('SELECT revision, books, rules FROM rule_set')
      .toArray();
    return row && { revision: row.revision, books: row.books, rules: JSON.parse(row.rules) };
  }

  putRuleSet({ revision, books, rules }: RuleSet): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO rule_set VALUES (1, ?, ?, ?)',
      revision,
      books,
      JSON.stringify(rules),
    );
  }

  /** What a participant's accounts in this book have paid since a day or month began. */
  participantTally(participant: string, currency: string, period: string): PeriodTally | undefined {
    return this.#sql
      .exec<{ fromMs: number; sum: number; count: number }>(
        `SELECT from_at AS fromMs, sum, count FROM participant_tally
         WHERE participant = ? AND currency = ? AND period = ?`,
        participant,
        currency,
        period,
      )
      .toArray()[0];
  }

  putParticipantTally(
    participant: string,
    currency: string,
    period: string,
    { fromMs, sum, count }: PeriodTally,
  ): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO participant_tally VALUES (?, ?, ?, ?, ?, ?)',
      participant,
      currency,
      period,
      fromMs,
      sum,
      count,
    );
  }

  // ── batches ────────────────────────────────────────────────────────────────────────────────────────

  putBatch(batch: Batch): void {
    this.#sql.exec(
      'INSERT INTO batch VALUES (?,?,?,?,?,?)',
      batch.n,
      batch.atMs,
      JSON.stringify(batch.entries),
      batch.openFrom,
      JSON.stringify(batch.overdue),
      batch.sentTo,
    );
  }

  lastBatch(): Batch {
    return this.#batches('SELECT * FROM batch ORDER BY n DESC LIMIT 1')[0] ?? noBatch;
  }

  /** Batches that reach beyond a position, oldest first; the first may begin before it. */
  batchesAfter(position: number, limit: number): Batch[] {
    return this.#batches('SELECT * FROM batch WHERE n > ? ORDER BY n LIMIT ?', position, limit);
  }

  /** Keys of the entries after a position, oldest first, at most `limit`. */
  keysAfter(position: number, limit: number): { position: number; key: EntryKey }[] {
    return this.batchesAfter(position, limit)
      .flatMap(({ n, entries }) =>
        entries.map((key, index) => ({ position: n - entries.length + 1 + index, key })),
      )
      .filter((entry) => entry.position > position)
      .slice(0, limit);
  }

  #batches(query: string, ...bindings: SqlStorageValue[]): Batch[] {
    return this.#sql
      .exec<{ n: number; at: number; entries: string; open_from: number; overdue: string; sent_to: number }>(
        query,
        ...bindings,
      )
      .toArray()
      .map((row) => ({
        n: row.n,
        atMs: row.at,
        entries: JSON.parse(row.entries),
        openFrom: row.open_from,
        overdue: JSON.parse(row.overdue),
        sentTo: row.sent_to,
      }));
  }
}

function factsOf(text: string): AccountFacts {
  const stored = JSON.parse(text);
  return { version: 0, stripes: 0, ...stored, limitMinor: BigInt(stored.limitMinor) };
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
  body: row.body,
  hash: row.hash,
});
