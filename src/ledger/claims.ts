/**
 * A claim is a one-time receivable of an account: open → paid | cancelled | expired.
 * It leaves `open` exactly once, inside one synchronous transaction, so no two payers can both pay it.
 */
import { ok, type Refused, type Result, refuse } from '../kernel/index.ts';
import type { AcceptReceipt, IdempotencyKey, ProductFacts, TransferDetails } from './model.ts';
import { Stickers } from './stickers.ts';

export type ClaimState = 'open' | 'paid' | 'cancelled' | 'expired';

export interface ClaimRequest {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reference?: string;
  readonly expiresAtMs: number;
  /** SHA-256 (base64url) of the payload shown to the payer: another payload with this claim's id is altered. */
  readonly payloadDigest: string;
  /** Joins the facts of the transfer that pays it. */
  readonly facts: Partial<ProductFacts>;
  /** JSON of the product, returned as it came. */
  readonly details: string;
  readonly idempotency?: IdempotencyKey;
  /** Of how many stripes the key chose this one: once there are more, it is answered here but opens nothing. */
  readonly amongStripes?: number;
}

export interface ClaimView {
  readonly id: string;
  readonly state: ClaimState;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reference: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly endedAtMs: number | null;
  readonly facts: Partial<ProductFacts>;
  readonly details: string;
  readonly payloadDigest: string;
  /** The transfer that paid it. */
  readonly transfer: TransferDetails | null;
}

/** A claim as entries carry it: JSON, without the transfer that stands beside it. */
export type ClaimRecord = Omit<ClaimView, 'amountMinor' | 'transfer'> & { readonly amountMinor: number };

export function recordOf(claim: ClaimView, state: ClaimState, endedAtMs: number): ClaimRecord {
  const { transfer: _, ...rest } = claim;
  return { ...rest, amountMinor: Number(claim.amountMinor), state, endedAtMs };
}

export interface ClaimFilter {
  readonly reference?: string;
  readonly state?: ClaimState;
  readonly createdFromMs?: number;
  readonly createdBeforeMs?: number;
  /** Only those that have all of these: of one person, at one till, in one store; null: of nobody, at none. */
  readonly made?: { readonly [Trait in 'person' | 'till' | 'store']?: string | null };
  /** Only claims with a lower id: the cursor, newest first. */
  readonly beforeId?: string;
  readonly limit: number;
}

export interface ClaimRow extends Record<string, SqlStorageValue> {
  account: number;
  id: string;
  state: string;
  amount: number;
  currency: string;
  reference: string | null;
  created_at: number;
  expires_at: number;
  payload_digest: string;
  facts: string;
  details: string;
  ended_at: number | null;
  accept_seq: number | null;
  transfer: string | null;
}

export class Claims {
  readonly #sql: SqlStorage;
  readonly stickers: Stickers;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.stickers = new Stickers(sql, this);
  }

  insert(account: number, request: ClaimRequest, nowMs: number): void {
    this.#sql.exec(
      `INSERT INTO claim (account, id, state, amount, currency, reference, created_at, expires_at, payload_digest, facts, details)
       VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?)`,
      account,
      request.id,
      Number(request.amountMinor),
      request.currency,
      request.reference ?? null,
      nowMs,
      request.expiresAtMs,
      request.payloadDigest,
      JSON.stringify(request.facts),
      request.details,
    );
  }

  find(account: number, id: string, nowMs: number): ClaimView | undefined {
    const row = this.#row(account, id);
    return row && viewOf(row, nowMs);
  }

  list(account: number, filter: ClaimFilter, nowMs: number): ClaimView[] {
    const conditions = ['account = ?', 'id < ?'];
    const bindings: SqlStorageValue[] = [account, filter.beforeId ?? '~'];
    const add = (condition: string, ...values: SqlStorageValue[]) => {
      conditions.push(condition);
      bindings.push(...values);
    };
    if (filter.reference !== undefined) add('reference = ?', filter.reference);
    if (filter.createdFromMs !== undefined) add('created_at >= ?', filter.createdFromMs);
    if (filter.createdBeforeMs !== undefined) add('created_at < ?', filter.createdBeforeMs);
    if (filter.state === 'open') add("state = 'open' AND expires_at > ?", nowMs);
    else if (filter.state === 'expired')
      add("(state = 'expired' OR state = 'open' AND expires_at <= ?)", nowMs);
    else if (filter.state) add('state = ?', filter.state);
    for (const [trait, wanted] of Object.entries(filter.made ?? {})) {
      if (wanted === null) add(`facts ->> '$.${trait}' IS NULL`);
      else add(`facts ->> '$.${trait}' = ?`, wanted);
    }
    return this.#sql
      .exec<ClaimRow>(
        `SELECT * FROM claim ${indexFor(filter)} WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
        ...bindings,
        filter.limit,
      )
      .toArray()
      .map((row) => viewOf(row, nowMs));
  }

  /** The receipt, if this very transfer has already paid its claim. */
  receiptOf(account: number, transfer: TransferDetails): AcceptReceipt | undefined {
    const row = transfer.claim && this.#row(account, transfer.claim.id);
    if (!row || row.accept_seq === null || row.ended_at === null || row.transfer === null) return undefined;
    if (JSON.parse(row.transfer).id !== transfer.id) return undefined;
    return { seq: row.accept_seq, atMs: row.ended_at, facts: JSON.parse(row.facts) };
  }

  /** Whether `transfer` may pay its claim now; the refusals stand in order of precedence. */
  decide(account: number, transfer: TransferDetails, nowMs: number): Result<null> {
    const reference = transfer.claim;
    if (!reference) return ok(null);
    const claim = this.find(account, reference.id, nowMs);
    if (!claim) return refuse('order.not_found');
    const ended = refusalOf(claim.state);
    if (ended) return ended;
    if (claim.currency !== transfer.currency) return refuse('payment.currency_mismatch');
    if (BigInt(reference.principalMinor) !== claim.amountMinor) return refuse('payment.amount_mismatch');
    if (transfer.amountMinor < reference.principalMinor) return refuse('payment.amount_mismatch');
    if (reference.payloadDigest !== undefined && reference.payloadDigest !== claim.payloadDigest) {
      return refuse('qr.altered');
    }
    return ok(null);
  }

  pay(account: number, transfer: TransferDetails, receipt: AcceptReceipt): void {
    if (!transfer.claim) return;
    this.#sql.exec(
      `UPDATE claim SET state = 'paid', ended_at = ?, accept_seq = ?, transfer = ? WHERE account = ? AND id = ?`,
      receipt.atMs,
      receipt.seq,
      JSON.stringify(transfer),
      account,
      transfer.claim.id,
    );
  }

  end(account: number, id: string, state: 'cancelled' | 'expired', nowMs: number): void {
    this.#sql.exec(
      'UPDATE claim SET state = ?, ended_at = ? WHERE account = ? AND id = ?',
      state,
      nowMs,
      account,
      id,
    );
  }

  /** Open claims of the whole book whose time is over, oldest first. */
  overdue(nowMs: number, limit: number): { account: number; claim: ClaimView }[] {
    return this.#sql
      .exec<ClaimRow>(
        `SELECT * FROM claim WHERE state = 'open' AND expires_at <= ? ORDER BY expires_at LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray()
      .map((row) => ({ account: row.account, claim: viewOf(row, nowMs) }));
  }

  nextExpiryMs(): number | undefined {
    const [row] = this.#sql
      .exec<{ at: number }>(
        `SELECT expires_at AS at FROM claim WHERE state = 'open' ORDER BY expires_at LIMIT 1`,
      )
      .toArray();
    return row?.at;
  }

  #row(account: number, id: string): ClaimRow | undefined {
    return this.#sql
      .exec<ClaimRow>('SELECT * FROM claim WHERE account = ? AND id = ?', account, id)
      .toArray()[0];
  }
}

/** Why a claim that has left `open` cannot be paid or cancelled any more; undefined while it is open. */
export function refusalOf(state: ClaimState): Refused | undefined {
  if (state === 'paid') return refuse('order.already_paid');
  if (state === 'cancelled') return refuse('order.cancelled');
  if (state === 'expired') return refuse('order.expired');
  return undefined;
}

// Left to itself the planner walks all claims of the account for their order.
function indexFor({ reference, made }: ClaimFilter): string {
  if (reference !== undefined) return 'INDEXED BY claim_reference';
  const trait = (['person', 'till', 'store'] as const).find((one) => typeof made?.[one] === 'string');
  return trait ? `INDEXED BY claim_${trait}` : '';
}

// A claim is expired the moment its time is over, whether or not the alarm has written it down yet.
export const viewOf = (row: ClaimRow, nowMs: number): ClaimView => ({
  id: row.id,
  state: row.state === 'open' && row.expires_at <= nowMs ? 'expired' : (row.state as ClaimState),
  amountMinor: BigInt(row.amount),
  currency: row.currency,
  reference: row.reference,
  createdAtMs: row.created_at,
  expiresAtMs: row.expires_at,
  endedAtMs: row.ended_at,
  facts: JSON.parse(row.facts),
  details: row.details,
  payloadDigest: row.payload_digest,
  transfer: row.transfer === null ? null : JSON.parse(row.transfer),
});
