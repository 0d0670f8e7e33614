/**
 * Confirming: a payment that a limit rule or its product wants confirmed waits for a signature of its payer. Nothing
 * is held for it and its claim stays open to others: whoever could make somebody confirm could otherwise lock their
 * money, or a merchant's order, without any of them having agreed. All is decided when the payer confirms, as if the
 * payment had been asked for then; only rules that ask for a confirmation have it now.
 *
 * Waiting is written down as an entry that moves nothing. It ends once, by one more entry: the hold or debit of a
 * payment that goes on, or a decline that says why it does not.
 */
import { assert, ok, type Refusal, type Refused, type Result, refuse } from '../kernel/index.ts';
import type { Accounts } from './accounts.ts';
import type { Confirmations, Waiting } from './confirmations.ts';
import type { Started } from './engine.ts';
import type { AccountState, Journal } from './journal.ts';
import type { AwaitBody, Confirmed, TransferDetails, TransferView } from './model.ts';

// Long enough to find the phone and enter a PIN, shorter than anybody waits at a till.
const confirmWithinMs = 5 * 60_000;
// A signature is not guessed: so many wrong ones are a broken wallet, or somebody who tries keys.
export const failuresMax = 5;
const expiredPerTurn = 500;

/** What confirming needs of the engine, inside a transaction. */
export interface ConfirmingHost {
  readonly nowMs: number;
  readonly accounts: Accounts;
  append(account: AccountState, transfer: TransferDetails): number;
  decline(account: AccountState, transfer: TransferDetails, refused: Refused): TransferView;
  /** Decides about a transfer anew, now that it is confirmed. */
  proceed(account: AccountState, transfer: TransferDetails, confirmed: Confirmed): Started;
}

export class Confirming {
  readonly #table: Confirmations;
  readonly #journal: Journal;
  readonly #host: ConfirmingHost;

  constructor(table: Confirmations, journal: Journal, host: ConfirmingHost) {
    this.#table = table;
    this.#journal = journal;
    this.#host = host;
  }

  /** A transfer that was just asked for waits; `rule`: the limit rule because of which it does. */
  wait(debtor: AccountState, asked: TransferDetails, rule: string | undefined): TransferView {
    const expiresAtMs = this.#host.nowMs + confirmWithinMs;
    const confirmation = { expiresAtMs, ...(rule !== undefined && { rule }) };
    const transfer = { ...asked, confirmation };
    const seq = this.#host.append(debtor, transfer);
    this.#table.insert(transfer.id, debtor.no, seq, expiresAtMs);
    return { transfer, state: 'requires_confirmation' };
  }

  /** The payer has signed. What no longer waits is answered as it is. */
  confirm(name: string, id: string, confirmed: Confirmed): Result<Started> {
    const found = this.#find(name, id);
    if (!found.ok) return found;
    const { debtor, waiting, transfer } = found.value;
    if (this.#hasEnded(waiting)) return ok({ id, replayed: true });
    const { nowMs } = this.#host;
    const confirmation = { expiresAtMs: waiting.expiresAtMs, ...transfer.confirmation, confirmedAtMs: nowMs };
    this.#table.end(id, debtor.tip.seq + 1);
    return ok(this.#host.proceed(debtor, { ...transfer, confirmation }, confirmed));
  }

  /** A signature was wrong: how many more may be, before the transfer is declined. */
  misconfirm(name: string, id: string): Result<number> {
    const found = this.#find(name, id);
    if (!found.ok) return found;
    const { debtor, waiting, transfer } = found.value;
    if (this.#hasEnded(waiting)) return ok(0);
    const failures = waiting.failures + 1;
    this.#table.putFailures(id, failures);
    if (failures >= failuresMax) this.#end(debtor, transfer, { code: 'payment.confirmation_failed' });
    return ok(failuresMax - failures);
  }

  /** Undefined when it is cancelled, now or already. */
  cancel(name: string, id: string): Refused | undefined {
    const found = this.#find(name, id);
    if (!found.ok) return found;
    const { debtor, waiting, transfer } = found.value;
    if (this.#hasEnded(waiting)) return undefined;
    this.#end(debtor, transfer, { code: 'payment.cancelled' });
    return undefined;
  }

  /** Ends some of those whose time is over. */
  expire(): void {
    for (const waiting of this.overdue(this.#host.nowMs)) this.#expire(waiting);
  }

  /** Some that should have ended by a time, the oldest first. */
  overdue(atMs: number): Waiting[] {
    return this.#table.overdue(atMs, expiredPerTurn);
  }

  nextExpiryMs(): number | undefined {
    return this.#table.nextExpiryMs();
  }

  /** Whether it no longer waits; one whose time is over ends here. */
  #hasEnded(waiting: Waiting): boolean {
    if (waiting.endedSeq !== null) return true;
    if (waiting.expiresAtMs > this.#host.nowMs) return false;
    this.#expire(waiting);
    return true;
  }

  #expire(waiting: Waiting): void {
    const debtor = this.#host.accounts.numbered(waiting.account);
    this.#end(debtor, this.#transferOf(waiting), { code: 'payment.confirmation_expired' });
  }

  #end(debtor: AccountState, transfer: TransferDetails, refusal: Refusal): void {
    this.#table.end(transfer.id, debtor.tip.seq + 1);
    this.#host.decline(debtor, transfer, { ok: false, refusal });
  }

  #find(name: string, id: string) {
    const debtor = this.#host.accounts.find(name);
    const waiting = debtor && this.#table.find(id);
    if (!waiting || waiting.account !== debtor.no) return refuse('payment.not_awaiting');
    return ok({ debtor, waiting, transfer: this.#transferOf(waiting) });
  }

  #transferOf({ transfer: id, account, seq }: Waiting): TransferDetails {
    const entry = this.#journal.entry(account, seq);
    assert(entry?.subject === id, 'a transfer that waits without its entry');
    const { transfer }: AwaitBody = JSON.parse(entry.body);
    return transfer;
  }
}
