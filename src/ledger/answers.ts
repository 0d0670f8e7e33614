/**
 * What a book remembers of its answers: what a key led to, whom a transfer credited, what refunds took of a
 * payment. Keyed by what they are looked up by, without another index. Nothing here decides, nothing awaits.
 */
export class Answers {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  idempotent(no: number, key: string): { request: string; subject: string } | undefined {
    return this.#sql
      .exec<{ request: string; subject: string }>(
        'SELECT request, subject FROM idempotency WHERE account = ? AND key = ?',
        no,
        key,
      )
      .toArray()[0];
  }

  /** Remembers what a key led to; false when it has led to something before. */
  rememberKey(no: number, key: string, request: string, subject: string): boolean {
    return (
      this.#sql
        .exec(
          'INSERT INTO idempotency VALUES (?,?,?,?) ON CONFLICT DO NOTHING RETURNING 1',
          no,
          key,
          request,
          subject,
        )
        .toArray().length > 0
    );
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

  /** Writes down, or corrects, what a refund takes of its payment. */
  putRefund(no: number, payment: string, transfer: string, amountMinor: number): void {
    this.#sql.exec(
      `INSERT INTO refund VALUES (?,?,?,?)
       ON CONFLICT (account, payment, transfer) DO UPDATE SET amount = excluded.amount`,
      no,
      payment,
      transfer,
      amountMinor,
    );
  }

  refundedMinor(no: number, payment: string): number {
    return this.#sql
      .exec<{ sum: number }>(
        'SELECT coalesce(sum(amount), 0) AS sum FROM refund WHERE account = ? AND payment = ?',
        no,
        payment,
      )
      .one().sum;
  }

  /** Refunds of a payment, refused ones too, newest first. */
  refundsOf(no: number, payment: string, before: string, limit: number): string[] {
    return this.#sql
      .exec<{ transfer: string }>(
        `SELECT transfer FROM refund WHERE account = ? AND payment = ? AND transfer < ?
         ORDER BY transfer DESC LIMIT ?`,
        no,
        payment,
        before,
        limit,
      )
      .toArray()
      .map((row) => row.transfer);
  }
}
