/** The peer's one transaction per payment, in the two ways it may be written. */
import type postgres from 'postgres';
import type { PaidRow } from './model.ts';

export interface Paying {
  readonly id: string;
  readonly debtor: number;
  readonly creditor: number;
  readonly key: string;
  readonly request: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly facts: string;
}
type Pay = (payment: Paying) => Promise<PaidRow>;

/** One round trip: everything happens inside the database. */
export const payByFunction =
  (sql: postgres.Sql): Pay =>
  async (p) => {
    const [paid] = await sql<PaidRow[]>`SELECT * FROM pay(${p.id}, ${p.debtor}, ${p.creditor}, ${p.key},
      ${p.request}, ${p.amountMinor}, ${p.currency}, ${p.facts})`;
    if (!paid) throw new Error('pay() gave no row');
    return paid;
  };

/**
 * Statements of the application, as few and as late as they can be: what does not wait for an answer goes
 * out together, and the merchant's row, which everybody wants, is updated last.
 */
export const payByStatements =
  (sql: postgres.Sql): Pay =>
  (p) =>
    sql.begin(async (tx) => {
      const at = new Date();
      const fresh = tx`INSERT INTO payment VALUES (${p.id}, ${p.debtor}, ${p.creditor}, ${p.key}, ${p.request},
        ${p.amountMinor}, ${p.currency}, 'completed', NULL, ${p.facts}, ${at})
        ON CONFLICT (debtor, key) DO NOTHING RETURNING id`;
      if ((await fresh).length === 0) return repeated(tx, p);
      const [payer] = await tx<{ available: string; seq: string }[]>`
        UPDATE account SET available = available - ${p.amountMinor}, seq = seq + 1
        WHERE no = ${p.debtor} AND status = 'active' AND currency = ${p.currency}
          AND available - ${p.amountMinor} >= -limit_minor
        RETURNING available, seq`;
      if (!payer) return declined(tx, p, at);
      const [, , credited] = await Promise.all([
        tx`INSERT INTO entry VALUES (${p.debtor}, ${payer.seq}, ${at}, 'debit', ${p.id}, ${-p.amountMinor},
          ${payer.available})`,
        tx`INSERT INTO outbox (payment) VALUES (${p.id})`,
        tx`WITH credited AS (
            UPDATE account SET available = available + ${p.amountMinor}, seq = seq + 1
            WHERE no = ${p.creditor} AND status = 'active' RETURNING seq, available)
          INSERT INTO entry SELECT ${p.creditor}::integer, seq, ${at}, 'accept', ${p.id}, ${p.amountMinor}, available
          FROM credited RETURNING seq`,
      ]);
      // Rolled back: the whole of it is asked again or refused by the caller's own check of the merchant.
      if (credited.length === 0) throw new Error('the merchant became inactive: nothing was done');
      return { ...answerOf(p, at), status: 'completed', refusal: null };
    });

type Tx = postgres.TransactionSql;

const answerOf = ({ id, request }: Paying, at: Date) => ({ id, at, request, replayed: false, facts: null });

async function repeated(tx: Tx, { debtor, key }: Paying): Promise<PaidRow> {
  const [earlier] = await tx<PaidRow[]>`SELECT id, status, refusal, at, request, facts FROM payment
    WHERE debtor = ${debtor} AND key = ${key}`;
  if (!earlier) throw new Error('a payment that is there is not there');
  return { ...earlier, replayed: true };
}

async function declined(tx: Tx, p: Paying, at: Date): Promise<PaidRow> {
  const [payer] = await tx<{ status: string; currency: string; available: string; seq: string }[]>`
    UPDATE account SET seq = seq + 1 WHERE no = ${p.debtor} RETURNING status, currency, available, seq`;
  if (!payer) throw new Error('no such account');
  const refusal =
    payer.status !== 'active'
      ? `account.${payer.status}`
      : payer.currency !== p.currency
        ? 'payment.currency_mismatch'
        : 'payment.insufficient_funds';
  await Promise.all([
    tx`UPDATE payment SET status = 'declined', refusal = ${refusal} WHERE id = ${p.id}`,
    tx`INSERT INTO entry VALUES (${p.debtor}, ${payer.seq}, ${at}, 'decline', ${p.id}, 0, ${payer.available})`,
    tx`INSERT INTO outbox (payment) VALUES (${p.id})`,
  ]);
  return { ...answerOf(p, at), status: 'declined', refusal };
}
