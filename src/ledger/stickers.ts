/**
 * A sticker is a place where an account shows one claim at a time to whoever comes: printed once, it stands at a
 * till whose register says what is to be paid next. What a payer was shown is checked in the transaction that
 * would credit it, so nobody pays what they did not see; while one payer has it, others wait.
 */
import { ok, type Result, refuse } from '../kernel/index.ts';
import type { Claims, ClaimView } from './claims.ts';
import type { TransferDetails } from './model.ts';

// Long enough to read, confirm and be authorised; short enough for the next payer where this one walks away.
const turnMs = 60_000;

/** What a sticker shows now: an open claim or nothing, and until when it is somebody's turn. */
export interface StickerView {
  readonly claim: ClaimView | null;
  readonly takenUntilMs: number | null;
}

interface StickerRow extends Record<string, SqlStorageValue> {
  claim: string | null;
  own: number;
  payer: string | null;
  taken_until: number;
}

export class Stickers {
  readonly #sql: SqlStorage;
  readonly #claims: Claims;

  constructor(sql: SqlStorage, claims: Claims) {
    this.#sql = sql;
    this.#claims = claims;
  }

  view(account: number, id: string, nowMs: number): StickerView {
    const row = this.#row(account, id);
    const claim = this.#open(account, row, nowMs) ?? null;
    return { claim, takenUntilMs: claim && row && row.taken_until > nowMs ? row.taken_until : null };
  }

  /** The open claim that was made to be shown here, and by nothing else. */
  own(account: number, id: string, nowMs: number): ClaimView | undefined {
    const row = this.#row(account, id);
    return row?.own === 1 ? this.#open(account, row, nowMs) : undefined;
  }

  /** Shows a claim, or nothing; whoever had their turn has lost it. */
  show(account: number, id: string, claim: string | null, own: boolean): void {
    this.#sql.exec(
      `INSERT INTO sticker VALUES (?, ?, ?, ?, NULL, 0) ON CONFLICT (account, id) DO UPDATE
       SET claim = excluded.claim, own = excluded.own, payer = NULL, taken_until = 0`,
      account,
      id,
      claim,
      own ? 1 : 0,
    );
  }

  /** A payer looks: the claim is theirs to pay for a while, unless it is somebody else's. None, no turn. */
  take(account: number, id: string, payer: string, nowMs: number): Result<ClaimView | null> {
    const row = this.#row(account, id);
    const claim = this.#open(account, row, nowMs);
    if (!row || !claim) return ok(null);
    if (isTaken(row, [payer], nowMs)) return refuse('order.being_paid');
    this.#sql.exec(
      'UPDATE sticker SET payer = ?, taken_until = ? WHERE account = ? AND id = ?',
      payer,
      nowMs + turnMs,
      account,
      id,
    );
    return ok(claim);
  }

  /** Whether a transfer pays what the sticker it came by shows; whether that is open, the claim says. */
  decide(account: number, { sticker, claim }: TransferDetails, nowMs: number): Result<null> {
    if (!sticker) return ok(null);
    const row = this.#row(account, sticker.id);
    if (!claim) return this.#open(account, row, nowMs) ? refuse('order.changed') : ok(null);
    if (row?.claim !== claim.id) {
      const isPaid = this.#claims.find(account, claim.id, nowMs)?.state === 'paid';
      return refuse(isPaid ? 'order.already_paid' : 'order.changed');
    }
    return isTaken(row, sticker.payers, nowMs) ? refuse('order.being_paid') : ok(null);
  }

  #open(account: number, row: StickerRow | undefined, nowMs: number): ClaimView | undefined {
    const claim = row?.claim ? this.#claims.find(account, row.claim, nowMs) : undefined;
    return claim?.state === 'open' ? claim : undefined;
  }

  #row(account: number, id: string): StickerRow | undefined {
    return this.#sql
      .exec<StickerRow>(
        'SELECT claim, own, payer, taken_until FROM sticker WHERE account = ? AND id = ?',
        account,
        id,
      )
      .toArray()[0];
  }
}

const isTaken = ({ payer, taken_until }: StickerRow, payers: readonly string[], nowMs: number): boolean =>
  payer !== null && taken_until > nowMs && !payers.includes(payer);
