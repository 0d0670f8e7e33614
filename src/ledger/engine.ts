/**
 * The engine: what happens to the accounts of one book inside a transaction. Every method runs to its end
 * without awaiting; whoever calls it commits or rolls back the whole of it.
 *
 * A transfer within the book is done at once: debit and accept in the same transaction. One that leaves the
 * book, or that institutions outside take part in, is held, asked of the other between transactions, and
 * settled or voided by the answer.
 */
import {
  assert,
  newTransferId,
  ok,
  type Refused,
  type Result,
  refuse,
  type TransferIdKind,
} from '../kernel/index.ts';
import { Accounts } from './accounts.ts';
import type { Answers } from './answers.ts';
import { type ClaimRequest, type Claims, type ClaimView, recordOf, refusalOf } from './claims.ts';
import type { Confirmations } from './confirmations.ts';
import { Confirming } from './confirming.ts';
import { isShort, refuseAccept, refuseHold, refuseRefund } from './decide.ts';
import { type AccountState, type Batch, type EntryKey, type Journal, noBatch } from './journal.ts';
import { Limits, type LimitVerdict } from './limits.ts';
import {
  type AcceptBody,
  type AcceptReceipt,
  type AwaitBody,
  accountName,
  type ClaimBody,
  type Confirmed,
  type DeclineBody,
  type Entry,
  type EntryType,
  type HoldBody,
  type IdempotencyKey,
  type RefundCommand,
  type SettleBody,
  stateOfRefused,
  type TransferCommand,
  type TransferDetails,
  type TransferKind,
  type TransferView,
  type VoidBody,
} from './model.ts';
import type { BookEntry } from './outbox.ts';
import type { StickerView } from './stickers.ts';
import { Views, withFacts } from './views.ts';

/** A hold whose end is not written yet. */
export interface OpenHold {
  /** Name and number of the debited account. */
  readonly account: string;
  readonly no: number;
  readonly holdSeq: number;
  /** Where its entry stands in the book. */
  readonly position: number;
  readonly transfer: TransferDetails;
}

/** A transfer from its debited side. */
export interface Debited {
  readonly transfer: TransferDetails;
  /** Until it has ended. */
  readonly hold?: OpenHold;
  /** It is accepted: nothing can undo it any more. */
  readonly completed: boolean;
}

/** What a command came to; `view` when its outcome is already certain. */
export interface Started {
  readonly id: string;
  readonly replayed: boolean;
  readonly view?: TransferView;
}

// Entries a book reads at its start to find open holds; what has been open for longer is listed by name.
const openEntriesMax = 5_000;
const claimsPerTurn = 500;

const idKinds: Record<TransferKind, TransferIdKind> = {
  payment: 'payment',
  top_up: 'topUp',
  refund: 'refund',
  gather: 'gather',
};

export class Engine {
  readonly #book: number;
  readonly #journal: Journal;
  readonly #answers: Answers;
  readonly #claims: Claims;
  readonly accounts: Accounts;
  readonly limits: Limits;
  readonly confirming: Confirming;
  readonly views: Views;
  /** In the order they were made. */
  readonly open = new Map<string, OpenHold>();
  /** Open holds the other side has accepted; their settles are still to be written. Survives a rollback. */
  readonly accepted = new Map<string, AcceptReceipt>();
  #last: Batch = noBatch;
  /** Entries of the transaction that is running. */
  #written: BookEntry[] = [];
  /** Entries of transactions that are done, until they are taken. */
  #fresh: BookEntry[] = [];
  /** The time of the transaction that is running: one for everything in it. */
  #nowMs = 0;

  constructor(
    book: number,
    journal: Journal,
    answers: Answers,
    claims: Claims,
    confirmations: Confirmations,
  ) {
    this.#book = book;
    this.#journal = journal;
    this.#answers = answers;
    this.#claims = claims;
    this.accounts = new Accounts(journal);
    this.limits = new Limits(book, journal);
    this.confirming = this.#confirmingBy(confirmations);
    this.views = new Views(journal, answers, confirmations, this.open, this.accepted);
    this.reload();
  }

  get lastBatch(): Batch {
    return this.#last;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  // ── the frame of a transaction ─────────────────────────────────────────────────────────────────────

  // The clock may stand still within a turn or step back between machines; a book's time does not.
  begin(): void {
    this.#nowMs = Math.max(Date.now(), this.#last.atMs);
    this.#written = [];
    for (const [id, accepted] of this.accepted) this.#settle(id, accepted);
  }

  /** Writes down which entries were written. `sentTo` is how far the outbox has come. */
  end(sentTo: number): void {
    if (this.#written.length === 0) return;
    const n = this.#last.n + this.#written.length;
    const overdue: EntryKey[] = [];
    let openFrom = n + 1;
    for (const { position, no, holdSeq } of this.open.values()) {
      if (position > n - openEntriesMax) {
        openFrom = position;
        break;
      }
      overdue.push([no, holdSeq]);
    }
    const entries = this.#written.map(({ account, entry }): EntryKey => [account, entry.seq]);
    this.#last = { n, atMs: this.#nowMs, entries, openFrom, overdue, sentTo };
    this.#journal.putBatch(this.#last);
    this.#fresh.push(...this.#written);
  }

  /** The entries written since the last call, in order. */
  takeFresh(): BookEntry[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** Memory follows storage again: at the start, and after a rollback. */
  reload(): void {
    this.accounts.forget();
    this.limits.reload();
    this.#fresh = [];
    this.#last = this.#journal.lastBatch();
    this.open.clear();
    for (const key of this.#last.overdue) this.#loadOpen(0, key);
    const fromPosition = this.#last.openFrom - 1;
    for (const { position, key } of this.#journal.keysAfter(fromPosition, openEntriesMax)) {
      this.#loadOpen(position, key);
    }
  }

  #loadOpen(position: number, [no, seq]: EntryKey): void {
    const entry = this.#journal.entry(no, seq);
    assert(entry, `position ${position} names an entry that is not there`);
    if (entry.type === 'hold') {
      const { transfer }: HoldBody = JSON.parse(entry.body);
      const account = this.accounts.numbered(no).name;
      this.open.set(entry.subject, { account, no, holdSeq: seq, position, transfer });
    } else if (entry.type === 'settle' || entry.type === 'void') {
      // An accept of the same transfer may stand in the same book: it does not end the hold.
      this.open.delete(entry.subject);
    }
  }

  // ── the debited side ───────────────────────────────────────────────────────────────────────────────

  /** Holds, or transfers within the book, or declines; or finds what an earlier request with this key did. */
  start(name: string, command: TransferCommand): Result<Started> {
    const debtor = this.accounts.find(name);
    return debtor ? this.#start(debtor, command) : refuse('account.not_found');
  }

  /**
   * Gives back some of a payment this account accepted. How much is left is read and taken in this one
   * transaction, so refunds that come together never give back more than was paid.
   */
  refund(name: string, command: RefundCommand): Result<Started> {
    const { payment, totalMaxMinor, creditorBooks, legs, idempotency } = command;
    const debtor = this.accounts.find(name);
    if (!debtor) return refuse('account.not_found');
    const earlier = this.#earlier(debtor, idempotency);
    if (earlier) return earlier;
    const paid = this.views.credit(debtor, payment);
    if (paid?.transfer.kind !== 'payment') return refuse('payment.not_found');
    const { amountMinor: paidMinor, currency, debtor: creditor, facts } = paid.transfer;
    const amountMinor = command.amountMinor ?? BigInt(paidMinor - paid.refundedMinor);
    const refusal = refuseRefund(
      { amountMinor: paidMinor, refundedMinor: paid.refundedMinor },
      amountMinor,
      totalMaxMinor,
    );
    if (refusal) return { ok: false, refusal };
    const { reference: _1, tipMinor: _2, answers: _3, person: _4, ...shared } = facts;
    return this.#start(debtor, {
      kind: 'refund',
      amountMinor,
      currency,
      creditor,
      creditorStripe: paid.transfer.debtorStripe ?? 0,
      creditorBooks,
      refundOf: payment,
      ...(command.gathers && { gathers: true }),
      ...(legs && { legs }),
      facts: { ...shared, ...command.facts },
      idempotency,
    });
  }

  #start(debtor: AccountState, command: TransferCommand): Result<Started> {
    const verdict = this.#judge(debtor, command);
    const refusal = verdict && 'refusal' in verdict ? verdict.refusal : undefined;
    if (refusal && command.gathers && isShort(refusal)) {
      return this.#earlier(debtor, command.idempotency) ?? { ok: false, refusal };
    }
    const { key, request } = command.idempotency;
    const transfer = this.#detailsOf(debtor, command);
    if (!this.#answers.rememberKey(debtor.no, key, request, transfer.id)) {
      const earlier = this.#earlier(debtor, command.idempotency);
      assert(earlier, 'a key that was there');
      return earlier;
    }
    const started = { id: transfer.id, replayed: false };
    if (refusal) return ok({ ...started, view: this.#decline(debtor, transfer, { ok: false, refusal }) });
    const rule = verdict && 'confirm' in verdict ? verdict.confirm : undefined;
    if (rule !== undefined || command.confirm) {
      return ok({ ...started, view: this.confirming.wait(debtor, transfer, rule) });
    }
    return ok(this.#move(debtor, transfer));
  }

  /** Why an account may not make a transfer, or only once its payer has confirmed it. */
  #judge(
    debtor: AccountState,
    command: Pick<TransferCommand, 'kind' | 'amountMinor' | 'currency' | 'creditor' | 'mayOwe' | 'facts'>,
  ): LimitVerdict | undefined {
    const refusal = refuseHold(debtor.facts, debtor.tip, command);
    return refusal ? { refusal } : this.limits.judgeDebit(debtor, command, this.#nowMs);
  }

  /** Nothing speaks against it on the debited side: it is done at once, or held. */
  #move(debtor: AccountState, transfer: TransferDetails, confirmed?: Confirmed): Started {
    const started = { id: transfer.id, replayed: false };
    if (transfer.creditorBook === this.#book && !transfer.legs) {
      return { ...started, view: this.#transferWithin(debtor, transfer, confirmed) };
    }
    this.#hold(debtor, transfer, confirmed);
    return started;
  }

  #confirmingBy(confirmations: Confirmations): Confirming {
    const now = () => this.#nowMs;
    return new Confirming(confirmations, this.#journal, {
      get nowMs() {
        return now();
      },
      accounts: this.accounts,
      append: (account, transfer) => this.#append(account, 'await', transfer.id, 0n, 0n, { transfer }).seq,
      decline: (account, transfer, refused) => this.#decline(account, transfer, refused),
      proceed: (account, transfer, confirmed) => {
        const verdict = this.#judge(account, { ...transfer, amountMinor: BigInt(transfer.amountMinor) });
        if (!verdict || 'confirm' in verdict) return this.#move(account, transfer, confirmed);
        const view = this.#decline(account, transfer, { ok: false, ...verdict }, confirmed);
        return { id: transfer.id, replayed: false, view };
      },
    });
  }

  /** What an earlier request with this key started; undefined when there was none. */
  #earlier(debtor: AccountState, idempotency: IdempotencyKey): Result<Started> | undefined {
    const earlier = this.replay(debtor, idempotency);
    return earlier?.ok ? ok({ id: earlier.value, replayed: true }) : earlier;
  }

  #detailsOf(debtor: AccountState, command: TransferCommand): TransferDetails {
    const id = newTransferId(idKinds[command.kind], this.#nowMs, debtor.tip.seq + 1);
    const stripe = command.creditorStripe ?? stripeFor(id, command.creditorBooks, this.#book);
    const book = command.creditorBooks[stripe];
    assert(book !== undefined, 'a stripe without a book');
    return {
      id,
      kind: command.kind,
      amountMinor: Number(command.amountMinor),
      currency: command.currency,
      debtor: debtor.facts.account,
      ...(debtor.facts.stripe > 0 && command.kind === 'payment' && { debtorStripe: debtor.facts.stripe }),
      creditor: command.creditor,
      creditorStripe: stripe,
      creditorBook: book,
      ...(command.claim && { claim: command.claim }),
      ...(command.sticker && { sticker: command.sticker }),
      ...(command.refundOf !== undefined && { refundOf: command.refundOf }),
      ...(command.legs && { legs: command.legs }),
      heldAtMs: this.#nowMs,
      facts: command.facts,
    };
  }

  #decline(
    debtor: AccountState,
    transfer: TransferDetails,
    { refusal }: Refused,
    confirmed?: Confirmed,
  ): TransferView {
    const body: DeclineBody = { transfer, refusal, ...(confirmed && { confirmed }) };
    this.#countRefund(debtor, transfer, 0);
    const { atMs } = this.#append(debtor, 'decline', transfer.id, 0n, 0n, body);
    return { transfer, state: stateOfRefused(refusal), refusal, endedAtMs: atMs };
  }

  #transferWithin(debtor: AccountState, transfer: TransferDetails, confirmed?: Confirmed): TransferView {
    const creditor = this.accounts.find(accountName(transfer.creditor, transfer.creditorStripe));
    const refused = this.#refuseAccept(creditor, transfer);
    if (refused) return this.#decline(debtor, transfer, refused, confirmed);
    assert(creditor, 'an account that accepts');
    const { credited, receipt } = this.#credit(creditor, transfer);
    // The time in its id is that of its asking: this accept is not found by it.
    if (confirmed) this.#answers.putCredited(transfer.id, receipt.seq, receipt.atMs, null);
    const body: HoldBody = { transfer: credited, ...(confirmed && { confirmed }) };
    this.#countRefund(debtor, transfer, transfer.amountMinor);
    const { atMs } = this.#append(debtor, 'debit', transfer.id, -BigInt(transfer.amountMinor), 0n, body);
    return { transfer: credited, state: 'completed', endedAtMs: atMs };
  }

  #hold(debtor: AccountState, transfer: TransferDetails, confirmed?: Confirmed): void {
    const { kind, limitMinor } = debtor.facts;
    const body: HoldBody = {
      transfer,
      ...(kind === 'position' && { capMinor: Number(limitMinor) }),
      ...(confirmed && { confirmed }),
    };
    this.#countRefund(debtor, transfer, transfer.amountMinor);
    const amount = BigInt(transfer.amountMinor);
    const { seq } = this.#append(debtor, 'hold', transfer.id, -amount, amount, body);
    const { name, no } = debtor;
    const position = this.#last.n + this.#written.length;
    this.open.set(transfer.id, { account: name, no, holdSeq: seq, position, transfer });
  }

  /** Transfers under way that institutions outside take part in, with their debited accounts. */
  *abroad(): Generator<[id: string, account: string]> {
    for (const [id, { transfer, account }] of this.open) if (transfer.legs) yield [id, account];
  }

  /** A transfer that an account of this book was debited for, with its hold while that is open. */
  debited(name: string, id: string): Debited | undefined {
    const hold = this.open.get(id);
    if (hold) return { transfer: hold.transfer, hold, completed: this.accepted.has(id) };
    const account = this.accounts.find(name);
    const view = account && this.views.view(account, id);
    return view && { transfer: view.transfer, completed: view.state === 'completed' };
  }

  /** The transfer an idempotency key led to; undefined when it is new. */
  replay(account: AccountState, { key, request }: IdempotencyKey): Result<string> | undefined {
    const earlier = this.#answers.idempotent(account.no, key);
    if (!earlier) return undefined;
    return earlier.request === request ? ok(earlier.subject) : refuse('idempotency.key_reused');
  }

  /** Lets a key stand for something, which is not the ledger's to know; answers what it stands for since before. */
  remember(name: string, idempotency: IdempotencyKey, subject: string): Result<string> {
    const account = this.accounts.find(name);
    if (!account) return refuse('account.not_found');
    const earlier = this.replay(account, idempotency);
    if (!earlier) this.#answers.rememberKey(account.no, idempotency.key, idempotency.request, subject);
    return earlier ?? ok(subject);
  }

  #settle(id: string, accepted: AcceptReceipt): void {
    const hold = this.open.get(id);
    if (!hold) return;
    this.open.delete(id);
    const { holdSeq, transfer } = hold;
    const body: SettleBody = { holdSeq, accepted };
    this.#append(this.accounts.get(hold.account), 'settle', id, 0n, -BigInt(transfer.amountMinor), body);
  }

  void(hold: OpenHold, { refusal }: Refused): void {
    const { transfer, holdSeq } = hold;
    if (!this.open.delete(transfer.id)) return;
    const amount = BigInt(transfer.amountMinor);
    const body: VoidBody = { holdSeq, transfer, refusal };
    const debtor = this.accounts.get(hold.account);
    this.#countRefund(debtor, transfer, 0);
    this.#append(debtor, 'void', transfer.id, amount, -amount, body);
  }

  /** On both sides of a refund: what it takes of its payment. */
  #countRefund({ no }: AccountState, { id, refundOf }: TransferDetails, minor: number): void {
    if (refundOf !== undefined) this.#answers.putRefund(no, refundOf, id, minor);
  }

  // ── the credited side ──────────────────────────────────────────────────────────────────────────────

  /**
   * Credits an account of this book for a transfer of another, once, however often it is asked. A refusal
   * is remembered like a credit: the debited side voids its hold when it hears of it, so a late copy of the
   * same question must never be answered yes.
   */
  accept(transfer: TransferDetails): Result<AcceptReceipt> {
    const answered = this.#answers.credited(transfer.id);
    if (answered?.refusal) return { ok: false, refusal: JSON.parse(answered.refusal) };
    const creditor = this.accounts.find(accountName(transfer.creditor, transfer.creditorStripe));
    const paid = creditor && this.#claims.receiptOf(creditor.no, transfer);
    if (paid) return ok(paid);
    if (answered?.seq) return ok({ seq: answered.seq, atMs: answered.atMs });
    const refused = this.#refuseAccept(creditor, transfer);
    if (refused) {
      this.#answers.putCredited(transfer.id, null, this.#nowMs, JSON.stringify(refused.refusal));
      return refused;
    }
    assert(creditor, 'an account that accepts');
    const { receipt } = this.#credit(creditor, transfer);
    this.#answers.putCredited(transfer.id, receipt.seq, receipt.atMs, null);
    return ok(receipt);
  }

  #refuseAccept(creditor: AccountState | undefined, transfer: TransferDetails): Refused | undefined {
    if (!creditor) return refuse('account.not_found');
    const refusal = refuseAccept(creditor.facts, creditor.tip, transfer);
    if (refusal) return { ok: false, refusal };
    const shown = this.#claims.stickers.decide(creditor.no, transfer, this.#nowMs);
    if (!shown.ok) return shown;
    const claim = this.#claims.decide(creditor.no, transfer, this.#nowMs);
    if (!claim.ok) return claim;
    const tillOf = () => transfer.facts.till ?? this.#claimOf(creditor, transfer)?.facts.till;
    const limited = this.limits.refuseCredit(creditor, transfer, tillOf, this.#nowMs);
    return limited && { ok: false, refusal: limited };
  }

  #claimOf(creditor: AccountState, { claim }: TransferDetails): ClaimView | undefined {
    return claim && this.#claims.find(creditor.no, claim.id, this.#nowMs);
  }

  #credit(creditor: AccountState, transfer: TransferDetails) {
    const claim = this.#claimOf(creditor, transfer);
    const credited = withFacts(transfer, claim?.facts);
    const body: AcceptBody = {
      transfer: credited,
      ...(claim && { claim: recordOf(claim, 'paid', this.#nowMs) }),
    };
    const { seq } = this.#append(creditor, 'accept', transfer.id, BigInt(transfer.amountMinor), 0n, body);
    const receipt: AcceptReceipt = { seq, atMs: this.#nowMs, ...(claim && { facts: claim.facts }) };
    this.#claims.pay(creditor.no, credited, receipt);
    this.#countRefund(creditor, transfer, transfer.amountMinor);
    return { credited, receipt };
  }

  // ── claims ─────────────────────────────────────────────────────────────────────────────────────────

  openClaim(name: string, request: ClaimRequest): Result<{ id: string; replayed: boolean }> {
    const account = this.accounts.find(name);
    if (!account) return refuse('account.not_found');
    const earlier = request.idempotency && this.replay(account, request.idempotency);
    if (earlier && !earlier.ok) return earlier;
    if (earlier) return ok({ id: earlier.value, replayed: true });
    const { currency, amongStripes = account.facts.stripes } = request;
    if (amongStripes < account.facts.stripes) return refuse('account.growing');
    const refusal = refuseAccept(account.facts, account.tip, {
      amountMinor: Number(request.amountMinor),
      currency,
    });
    if (refusal) return { ok: false, refusal };
    this.#claims.insert(account.no, request, this.#nowMs);
    if (request.idempotency) {
      const { key, request: digest } = request.idempotency;
      this.#answers.rememberKey(account.no, key, digest, request.id);
    }
    return ok({ id: request.id, replayed: false });
  }

  /** Undefined when it is cancelled, now or already. */
  cancelClaim(name: string, id: string): Refused | undefined {
    const account = this.accounts.find(name);
    const claim = account && this.#claims.find(account.no, id, this.#nowMs);
    if (!account || !claim) return refuse('order.not_found');
    if (claim.state === 'cancelled') return undefined;
    if (claim.state !== 'open') return refusalOf(claim.state);
    this.#endClaim(account, claim, 'cancelled');
    return undefined;
  }

  /** Ends some of the claims whose time is over; their names and ids. */
  expireClaims(): { name: string; id: string }[] {
    return this.#claims.overdue(this.#nowMs, claimsPerTurn).map(({ account: no, claim }) => {
      const account = this.accounts.numbered(no);
      this.#endClaim(account, claim, 'expired');
      return { name: account.name, id: claim.id };
    });
  }

  /**
   * Shows a claim on a sticker: one that is opened for it, one that is open already, or none. What was opened
   * for it before is cancelled in the same transaction; `replaced` names it.
   */
  showOnSticker(
    name: string,
    sticker: string,
    what: ClaimRequest | string | null,
  ): Result<{ id: string | null; replayed: boolean; replaced?: string }> {
    const account = this.accounts.find(name);
    if (!account) return refuse('account.not_found');
    const shown = typeof what === 'object' && what ? this.openClaim(name, what) : this.#shown(account, what);
    if (!shown.ok || shown.value.replayed) return shown;
    const before = this.#claims.stickers.own(account.no, sticker, this.#nowMs);
    const replaced = before && before.id !== what ? before : undefined;
    if (replaced) this.#endClaim(account, replaced, 'cancelled');
    const isOwn = before?.id === what || typeof what === 'object';
    this.#claims.stickers.show(account.no, sticker, shown.value.id, isOwn);
    return ok({ ...shown.value, ...(replaced && { replaced: replaced.id }) });
  }

  #shown(account: AccountState, id: string | null): Result<{ id: string | null; replayed: boolean }> {
    if (id === null) return ok({ id, replayed: false });
    const claim = this.#claims.find(account.no, id, this.#nowMs);
    if (!claim) return refuse('order.not_found');
    return refusalOf(claim.state) ?? ok({ id, replayed: false });
  }

  /** The claim a sticker shows, for a payer to pay; null when there is none. */
  takeSticker(name: string, sticker: string, payer: string): Result<ClaimView | null> {
    const account = this.accounts.find(name);
    return account
      ? this.#claims.stickers.take(account.no, sticker, payer, this.#nowMs)
      : refuse('account.not_found');
  }

  stickerView(name: string, sticker: string, nowMs: number): StickerView {
    const account = this.accounts.find(name);
    return account
      ? this.#claims.stickers.view(account.no, sticker, nowMs)
      : { claim: null, takenUntilMs: null };
  }

  #endClaim(account: AccountState, claim: ClaimView, state: 'cancelled' | 'expired'): void {
    this.#claims.end(account.no, claim.id, state, this.#nowMs);
    const body: ClaimBody = { claim: recordOf(claim, state, this.#nowMs) };
    this.#append(account, state === 'expired' ? 'expire' : 'cancel', claim.id, 0n, 0n, body);
  }

  #append(
    account: AccountState,
    type: EntryType,
    subject: string,
    availableDelta: bigint,
    heldDelta: bigint,
    body: AcceptBody | AwaitBody | ClaimBody | DeclineBody | HoldBody | SettleBody | VoidBody,
  ): Entry {
    const entry = this.#journal.append(account, {
      type,
      subject,
      availableDelta,
      heldDelta,
      atMs: this.#nowMs,
      body: JSON.stringify(body),
    });
    if ('transfer' in body) this.limits.note(account, type, body.transfer, this.#nowMs);
    const position = this.#last.n + this.#written.length + 1;
    this.#written.push({ position, account: account.no, facts: account.facts, entry });
    return entry;
  }
}

/** A stripe in the debtor's own book if there is one; else evenly, by the id's random part. */
function stripeFor(id: string, books: readonly number[], own: number): number {
  const local = books.indexOf(own);
  if (local >= 0) return local;
  let sum = 0;
  for (const character of id.slice(-8)) sum = (sum * 33 + character.charCodeAt(0)) % 1_000_003;
  return sum % books.length;
}
