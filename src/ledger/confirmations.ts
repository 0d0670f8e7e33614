/**
 * Which transfers wait for their payer's confirmation, until when, and which entry came of it. A row for each that
 * ever waited, none for any other.
 */
export interface Waiting {
  readonly transfer: string;
  /** Number of the debited account. */
  readonly account: number;
  /** Of the entry that began to wait. */
  readonly seq: number;
  readonly expiresAtMs: number;
  /** Wrong signatures so far. */
  readonly failures: number;
  /** Of the entry that ended it; null while it waits. */
  readonly endedSeq: number | null;
}

const columns =
  'transfer, account, seq, expires_at AS expiresAtMs, failures, ended_seq AS endedSeq FROM confirmation';

export class Confirmations {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  insert(transfer: string, account: number, seq: number, expiresAtMs: number): void {
    this.#sql.exec(
      'INSERT INTO confirmation VALUES (?, ?, ?, ?, 0, NULL)',
      transfer,
      account,
      seq,
      expiresAtMs,
    );
  }

  find(transfer: string): Waiting | undefined {
    return this.#read('WHERE transfer = ?', transfer)[0];
  }

  putFailures(transfer: string, failures: number): void {
    this.#sql.exec('UPDATE confirmation SET failures = ? WHERE transfer = ?', failures, transfer);
  }

  end(transfer: string, seq: number): void {
    this.#sql.exec('UPDATE confirmation SET ended_seq = ? WHERE transfer = ?', seq, transfer);
  }

  /** Those whose time is over, oldest first. */
  overdue(nowMs: number, limit: number): Waiting[] {
    return this.#read(
      'WHERE ended_seq IS NULL AND expires_at <= ? ORDER BY expires_at, transfer LIMIT ?',
      nowMs,
      limit,
    );
  }

  nextExpiryMs(): number | undefined {
    return this.#read('WHERE ended_seq IS NULL ORDER BY expires_at LIMIT 1')[0]?.expiresAtMs;
  }

  #read(where: string, ...bindings: SqlStorageValue[]): Waiting[] {
    return this.#sql.exec<Waiting & Row>(`SELECT ${columns} ${where}`, ...bindings).toArray();
  }
}

type Row = Record<string, SqlStorageValue>;
