/**
 * Account: one Durable Object per payer account, per merchant stripe, per funding account.
 *
 * It serialises everything that happens to its money. Commands are decided and written without awaiting,
 * inside a group commit; what has to be asked of the other side happens between commits and is asked again
 * by the alarm until the answer is definite.
 */
import { DurableObject } from 'cloudflare:workers';
import {
  assert,
  newTransferId,
  ok,
  type Refused,
  type Result,
  refuse,
  sequenceOfTransfer,
} from '../kernel/index.ts';
import type { Feed } from './chain.ts';
import {
  type ClaimFilter,
  type ClaimRequest,
  Claims,
  type ClaimView,
  recordOf,
  refusalOf,
} from './claims.ts';
import { accountName } from './client.ts';
import { refuseAccept, refuseHold } from './decide.ts';
import { GroupCommit } from './group-commit.ts';
import { Journal, type Tip } from './journal.ts';
import type {
  AcceptBody,
  AcceptReceipt,
  AccountFacts,
  Balance,
  ClaimBody,
  DeclineBody,
  Entry,
  EntryType,
  HoldBody,
  IdempotencyKey,
  ProductFacts,
  SettleBody,
  TransferCommand,
  TransferDetails,
  TransferView,
  VoidBody,
} from './model.ts';
import { Outbox } from './outbox.ts';
import { Waiters } from './waiters.ts';

// A settle rides along with the account's next commit, or is written by the alarm this much later.
const settleWithinMs = 5_000;
// How soon the alarm looks after entries whose messages were sent at once: only a crash leaves it work.
const checkWithinMs = 30_000;
// Pace of asking again while the other side gives no answer.
const retryAfterMs = 5_000;
// An answer later than this is fetched by asking again: accept is idempotent.
const answerWithinMs = 3_000;
// However many holds are open, one visit asks about so many, and about so many at a time.
const asksPerVisitMax = 500;
const asksAtOnceMax = 50;
const claimsPerAlarm = 500;

export interface AccountEnv {
  ACCOUNTS: DurableObjectNamespace<Account>;
  EVENTS: Queue<Feed>;
}

/** A hold whose end is not written yet. */
interface OpenHold {
  readonly holdSeq: number;
  readonly transfer: TransferDetails;
}

export interface Transferred {
  readonly view: TransferView;
  /** The answer was stored by an earlier request with the same idempotency key. */
  readonly replayed: boolean;
}

export interface ClaimOpened {
  readonly claim: ClaimView;
  readonly replayed: boolean;
}

export class Account extends DurableObject<AccountEnv> {
  readonly #journal: Journal;
  readonly #claims: Claims;
  readonly #commits: GroupCommit;
  readonly #outbox: Outbox;
  readonly #waiters = new Waiters<ClaimView>();
  #facts: AccountFacts | undefined;
  #tip: Tip;
  #open: Map<string, OpenHold>;
  /** Open holds the other side has accepted; their settles are still to be written. Survives a rollback. */
  readonly #accepted = new Map<string, AcceptReceipt>();
  /** Questions to credited accounts that are under way. */
  readonly #asking = new Map<string, Promise<void>>();
  /** The time of the transaction that is running: one for everything in it. */
  #nowMs = 0;
  #alarmAtMs: number | null = null;
  /** When the alarm must have run; undefined when nothing waits for it. */
  #alarmDueMs: number | undefined;

  constructor(ctx: DurableObjectState, env: AccountEnv) {
    super(ctx, env);
    this.#journal = new Journal(ctx.storage);
    this.#claims = new Claims(ctx.storage.sql);
    this.#tip = this.#journal.tip();
    this.#facts = this.#journal.facts();
    this.#open = this.#loadOpen();
    this.#outbox = new Outbox(this.#journal, env.EVENTS, () => this.#facts, this.#tip.sentTo);
    this.#commits = new GroupCommit({
      storage: ctx.storage,
      begin: () => this.#begin(),
      reload: () => this.#reload(),
      written: () => this.#written(),
    });
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarmAtMs = await ctx.storage.getAlarm();
      if (this.#open.size > 0) this.#needAlarm(Date.now() + retryAfterMs);
      this.#armAlarm();
    });
  }

  // ── control ────────────────────────────────────────────────────────────────────────────────────────

  /** Opens the account, or brings what it knows of itself up to date. Repeating it changes nothing. */
  async put(facts: AccountFacts): Promise<void> {
    await this.#commits.commit(() => {
      assert(this.#facts === undefined || this.#facts.account === facts.account, 'facts of another account');
      assert(
        this.#facts === undefined || this.#facts.currency === facts.currency,
        'a currency never changes',
      );
      this.#journal.putFacts(facts);
      this.#facts = facts;
    });
  }

  // ── the debited side ───────────────────────────────────────────────────────────────────────────────

  /**
   * Debits this account and credits another. Answers completed, declined (both final) or, when the other
   * side gave no answer in time, processing. The same key and request give the same answer for ever.
   */
  async transfer(command: TransferCommand): Promise<Result<Transferred>> {
    const earlier = this.#replay(command.idempotency);
    if (earlier && !earlier.ok) return earlier;
    if (earlier) {
      if (this.#asking.has(earlier.value)) return refuse('idempotency.in_flight');
      await this.#drive(earlier.value);
      return this.#answer(earlier.value, true);
    }
    const started = await this.#commits.commit(() => this.#start(command));
    if (!started.ok) return started;
    await this.#drive(started.value.id);
    return this.#answer(started.value.id, started.value.replayed);
  }

  /** The stored answer to a key, if there is one. */
  async replay(idempotency: IdempotencyKey): Promise<Result<TransferView> | null> {
    const earlier = this.#replay(idempotency);
    if (!earlier?.ok) return earlier ?? null;
    return this.transferOf(earlier.value);
  }

  /** One transfer this account was asked to make. Asks the other side first if its outcome is unknown. */
  async transferOf(id: string): Promise<Result<TransferView>> {
    await this.#drive(id);
    const view = this.#view(id);
    return view ? ok(view) : refuse('payment.not_found');
  }

  /** Transfers of this account, newest first; `beforeSeq` is the cursor. */
  async transfers(beforeSeq: number, limit: number): Promise<{ seq: number; view: TransferView }[]> {
    return this.#journal.before(beforeSeq, limit, ['hold', 'decline']).map((entry) => {
      const view = this.#view(entry.subject);
      assert(view, 'an entry without its transfer');
      return { seq: entry.seq, view };
    });
  }

  // ── the credited side ──────────────────────────────────────────────────────────────────────────────

  /** Credits this account, once, however often it is asked; this is the commit point of a transfer. */
  async accept(transfer: TransferDetails): Promise<Result<AcceptReceipt>> {
    const outcome = await this.#commits.commit(() => this.#accept(transfer));
    if (outcome.ok && transfer.claim) this.#tellWaiters(transfer.claim.id);
    this.#outbox.sendSoon();
    return outcome;
  }

  async openClaim(request: ClaimRequest): Promise<Result<ClaimOpened>> {
    const opened = await this.#commits.commit(() => this.#openClaim(request));
    if (!opened.ok) return opened;
    const claim = this.#claims.find(opened.value.id, Date.now());
    assert(claim, 'a claim that was just opened');
    return ok({ claim, replayed: opened.value.replayed });
  }

  async claim(id: string): Promise<ClaimView | null> {
    return this.#claims.find(id, Date.now()) ?? null;
  }

  async claims(filter: ClaimFilter): Promise<ClaimView[]> {
    return this.#claims.list(filter, Date.now());
  }

  /** The claim as soon as it has left `open`, or as it is when `waitMs` is over. */
  async waitForClaim(id: string, waitMs: number): Promise<ClaimView | null> {
    const claim = this.#claims.find(id, Date.now());
    if (claim?.state !== 'open') return claim ?? null;
    const untilExpiryMs = claim.expiresAtMs - Date.now();
    const ended = await this.#waiters.wait(id, Math.min(waitMs, Math.max(untilExpiryMs, 0)));
    return ended ?? this.#claims.find(id, Date.now()) ?? null;
  }

  /** Cancels an open claim. Cancelling it again answers the same; a paid one stays paid: money wins. */
  async cancelClaim(id: string): Promise<Result<ClaimView>> {
    const outcome = await this.#commits.commit((): Refused | undefined => {
      const claim = this.#claims.find(id, this.#nowMs);
      if (!claim) return refuse('order.not_found');
      if (claim.state === 'cancelled') return undefined;
      if (claim.state !== 'open') return refusalOf(claim.state);
      this.#endClaim(claim, 'cancelled');
      return undefined;
    });
    if (outcome) return outcome;
    this.#tellWaiters(id);
    this.#outbox.sendSoon();
    const claim = this.#claims.find(id, Date.now());
    assert(claim, 'a claim that was just cancelled');
    return ok(claim);
  }

  // ── reading ────────────────────────────────────────────────────────────────────────────────────────

  /** The balance now; undecided transfers are asked about first. Null when the account was never opened. */
  async balance(): Promise<Balance | null> {
    if (!this.#facts) return null;
    await this.#driveAll();
    const settling = this.#sumOfAccepted();
    return {
      currency: this.#facts.currency,
      balanceMinor: this.#tip.available + this.#tip.held - settling,
      availableMinor: this.#tip.available,
      heldMinor: this.#tip.held - settling,
      status: this.#facts.status,
      limitMinor: this.#facts.limitMinor,
      seq: this.#tip.seq,
      openTransfers: this.#open.size - this.#accepted.size,
    };
  }

  /** Entries newest first, those before `beforeSeq`. Settles are written first, so that the list is whole. */
  async entries(beforeSeq: number, limit: number): Promise<Entry[]> {
    await this.#driveAll();
    if (this.#accepted.size > 0) await this.#commits.commit(() => undefined);
    return this.#journal.before(beforeSeq, limit);
  }

  /** Entries oldest first, for projections that miss some. */
  async feed(afterSeq: number, limit: number): Promise<Feed | null> {
    return this.#facts ? { facts: this.#facts, entries: this.#journal.after(afterSeq, limit) } : null;
  }

  /** The sweeper's visit: finish what is open and send what the reports have not got. */
  async sweep(projectedSeq: number): Promise<{ open: number; seq: number }> {
    this.#outbox.rewind(projectedSeq);
    await this.alarm();
    return { open: this.#open.size, seq: this.#tip.seq };
  }

  // An alarm that throws is retried a few times and then dropped for good: nothing may escape.
  override async alarm(): Promise<void> {
    this.#alarmAtMs = null;
    this.#alarmDueMs = undefined;
    try {
      await this.#driveAll();
      await this.#commits.commit(() => this.#expireClaims());
      if (!(await this.#outbox.send())) this.#needAlarm(Date.now() + retryAfterMs);
      const nextExpiryMs = this.#claims.nextExpiryMs();
      if (nextExpiryMs !== undefined) this.#needAlarm(nextExpiryMs);
    } catch (fault) {
      const { account, stripe } = this.#facts ?? { account: '?', stripe: 0 };
      console.error('account: alarm failed', accountName(account, stripe), String(fault));
      this.#needAlarm(Date.now() + retryAfterMs);
    }
    if (this.#open.size > 0) this.#needAlarm(Date.now() + retryAfterMs);
    this.#armAlarm();
  }

  // ── inside a commit: no await below this line until "between commits" ───────────────────────────────

  #start(command: TransferCommand): Result<{ id: string; replayed: boolean }> {
    // Asked again inside the commit: two requests with one key may have arrived together.
    const earlier = this.#replay(command.idempotency);
    if (earlier && !earlier.ok) return earlier;
    if (earlier) return refuse('idempotency.in_flight');
    if (!this.#facts) return refuse('account.not_found');
    const nowMs = this.#nowMs;
    const id = newTransferId(command.kind === 'payment' ? 'payment' : 'topUp', nowMs, this.#tip.seq + 1);
    const transfer: TransferDetails = {
      id,
      kind: command.kind,
      amountMinor: Number(command.amountMinor),
      currency: command.currency,
      debtor: this.#facts.account,
      creditor: command.creditor,
      creditorStripe: command.creditorStripe ?? stripeFor(id, command.creditorStripes),
      ...(command.claim && { claim: command.claim }),
      heldAtMs: nowMs,
      facts: command.facts,
    };
    this.#journal.putIdempotent(command.idempotency.key, command.idempotency.request, id);
    const refusal = refuseHold(this.#facts, this.#tip, command);
    if (refusal) {
      const body: DeclineBody = { transfer, refusal };
      this.#append('decline', id, 0n, 0n, body);
      this.#needAlarm(nowMs + checkWithinMs);
      this.#outbox.sendSoon();
      return ok({ id, replayed: false });
    }
    const holdSeq = this.#tip.seq + 1;
    this.#open.set(id, { holdSeq, transfer });
    const body: HoldBody = { transfer };
    this.#append('hold', id, -command.amountMinor, command.amountMinor, body);
    this.#needAlarm(nowMs + settleWithinMs);
    return ok({ id, replayed: false });
  }

  #replay(idempotency: IdempotencyKey): Result<string> | undefined {
    const earlier = this.#journal.idempotent(idempotency.key);
    if (!earlier) return undefined;
    return earlier.request === idempotency.request ? ok(earlier.subject) : refuse('idempotency.key_reused');
  }

  // The clock may stand still within a turn or step back between machines; an account's time does not.
  #begin(): void {
    this.#nowMs = Math.max(Date.now(), this.#tip.atMs);
    for (const [id, accepted] of this.#accepted) this.#settle(id, accepted);
  }

  #settle(id: string, accepted: AcceptReceipt): void {
    const hold = this.#open.get(id);
    if (!hold) return;
    this.#open.delete(id);
    const body: SettleBody = {
      holdSeq: hold.holdSeq,
      acceptedSeq: accepted.seq,
      acceptedAtMs: accepted.atMs,
      transfer: withFacts(hold.transfer, accepted.facts),
    };
    this.#append('settle', id, 0n, -BigInt(hold.transfer.amountMinor), body);
  }

  #void(hold: OpenHold, refused: Refused): void {
    const { transfer, holdSeq } = hold;
    if (!this.#open.delete(transfer.id)) return;
    const amount = BigInt(transfer.amountMinor);
    const body: VoidBody = { holdSeq, transfer, refusal: refused.refusal };
    this.#append('void', transfer.id, amount, -amount, body);
    this.#needAlarm(this.#nowMs + checkWithinMs);
    this.#outbox.sendSoon();
  }

  /**
   * A refusal is remembered like a credit: the debited side voids its hold when it hears of it, so a late
   * copy of the same question must never be answered yes.
   */
  #accept(transfer: TransferDetails): Result<AcceptReceipt> {
    const answered = this.#journal.credited(transfer.id);
    if (answered?.refusal) return { ok: false, refusal: JSON.parse(answered.refusal) };
    if (answered?.seq) return ok({ seq: answered.seq, atMs: answered.atMs });
    const paid = this.#claims.receiptOf(transfer);
    if (paid) return ok(paid);
    const nowMs = this.#nowMs;
    const refused = this.#refuseAccept(transfer, nowMs);
    if (refused) {
      this.#journal.putCredited(transfer.id, null, nowMs, JSON.stringify(refused.refusal));
      return refused;
    }
    const claim = transfer.claim && this.#claims.find(transfer.claim.id, nowMs);
    const credited = withFacts(transfer, claim?.facts);
    const body: AcceptBody = { transfer: credited, ...(claim && { claim: recordOf(claim, 'paid', nowMs) }) };
    const { seq } = this.#append('accept', transfer.id, BigInt(transfer.amountMinor), 0n, body);
    const receipt: AcceptReceipt = { seq, atMs: nowMs, ...(claim && { facts: claim.facts }) };
    if (transfer.claim) this.#claims.pay(credited, receipt);
    else this.#journal.putCredited(transfer.id, seq, nowMs, null);
    this.#needAlarm(nowMs + checkWithinMs);
    return ok(receipt);
  }

  #refuseAccept(transfer: TransferDetails, nowMs: number): Refused | undefined {
    if (!this.#facts) return refuse('account.not_found');
    const refusal = refuseAccept(this.#facts, this.#tip, transfer);
    if (refusal) return { ok: false, refusal };
    const claim = this.#claims.decide(transfer, nowMs);
    return claim.ok ? undefined : claim;
  }

  #openClaim(request: ClaimRequest): Result<{ id: string; replayed: boolean }> {
    const earlier = request.idempotency && this.#replay(request.idempotency);
    if (earlier && !earlier.ok) return earlier;
    if (earlier) return ok({ id: earlier.value, replayed: true });
    if (!this.#facts) return refuse('account.not_found');
    const refusal = refuseAccept(this.#facts, this.#tip, {
      amountMinor: Number(request.amountMinor),
      currency: request.currency,
    });
    if (refusal) return { ok: false, refusal };
    this.#claims.insert(request, this.#nowMs);
    if (request.idempotency) {
      this.#journal.putIdempotent(request.idempotency.key, request.idempotency.request, request.id);
    }
    this.#needAlarm(request.expiresAtMs);
    return ok({ id: request.id, replayed: false });
  }

  #endClaim(claim: ClaimView, state: 'cancelled' | 'expired'): void {
    const nowMs = this.#nowMs;
    this.#claims.end(claim.id, state, nowMs);
    const body: ClaimBody = { claim: recordOf(claim, state, nowMs) };
    this.#append(state === 'expired' ? 'expire' : 'cancel', claim.id, 0n, 0n, body);
    this.#needAlarm(nowMs + checkWithinMs);
  }

  #expireClaims(): void {
    for (const claim of this.#claims.overdue(this.#nowMs, claimsPerAlarm)) this.#endClaim(claim, 'expired');
  }

  #append(type: EntryType, subject: string, availableDelta: bigint, heldDelta: bigint, body: object): Entry {
    this.#tip.sentTo = this.#outbox.sentTo;
    return this.#journal.append(this.#tip, {
      type,
      subject,
      availableDelta,
      heldDelta,
      openFrom: this.#openFrom(),
      atMs: this.#nowMs,
      body: JSON.stringify(body),
    });
  }

  // Holds are in the order they were made, so the first open one has the lowest sequence.
  #openFrom(): number {
    const [first] = this.#open.values();
    return first ? first.holdSeq : this.#tip.seq + 2;
  }

  // ── between commits ────────────────────────────────────────────────────────────────────────────────

  async #drive(id: string): Promise<void> {
    const hold = this.#open.get(id);
    if (!hold || this.#accepted.has(id)) return;
    const asking = this.#asking.get(id) ?? this.#ask(hold).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    await asking;
  }

  /** Asks about open holds; about some, chosen anew each time, when there are too many for one visit. */
  async #driveAll(): Promise<void> {
    const ids = [...this.#open.keys()].filter((id) => !this.#accepted.has(id));
    const from = ids.length > asksPerVisitMax ? Math.floor(Math.random() * ids.length) : 0;
    const next = [...ids.slice(from), ...ids.slice(0, from)].slice(0, asksPerVisitMax).values();
    const askOneByOne = async () => {
      for (const id of next) await this.#drive(id);
    };
    await Promise.all(Array.from({ length: Math.min(ids.length, asksAtOnceMax) }, askOneByOne));
  }

  /** Asks the credited account. A fault leaves the hold as it is: unknown is not failed. */
  async #ask(hold: OpenHold): Promise<void> {
    const { transfer } = hold;
    const name = accountName(transfer.creditor, transfer.creditorStripe);
    try {
      const creditor = this.env.ACCOUNTS.get(this.env.ACCOUNTS.idFromName(name));
      const outcome: Result<AcceptReceipt> = await inTime<Result<AcceptReceipt>>(creditor.accept(transfer));
      if (!this.#open.has(transfer.id)) return;
      if (outcome.ok) this.#accepted.set(transfer.id, outcome.value);
      else await this.#commits.commit(() => this.#void(hold, outcome));
    } catch (fault) {
      console.error('account: no answer from the credited account', transfer.id, String(fault));
    }
  }

  #answer(id: string, replayed: boolean): Result<Transferred> {
    const view = this.#view(id);
    return view ? ok({ view, replayed }) : refuse('payment.not_found');
  }

  #view(id: string): TransferView | undefined {
    const open = this.#open.get(id);
    const accepted = this.#accepted.get(id);
    if (open && accepted) {
      const transfer = withFacts(open.transfer, accepted.facts);
      return { transfer, state: 'completed', endedAtMs: accepted.atMs };
    }
    if (open) return { transfer: open.transfer, state: 'processing' };
    const first = this.#journal.entry(sequenceOfTransfer(id) ?? 0);
    if (first?.subject !== id || (first.type !== 'hold' && first.type !== 'decline')) return undefined;
    const last = first.type === 'decline' ? first : this.#journal.endOf(first.seq, id);
    assert(last, 'a hold that is neither open nor ended');
    return viewOfEnd(last);
  }

  #sumOfAccepted(): bigint {
    let sum = 0n;
    for (const id of this.#accepted.keys()) sum += BigInt(this.#open.get(id)?.transfer.amountMinor ?? 0);
    return sum;
  }

  #tellWaiters(id: string): void {
    if (!this.#waiters.has(id)) return;
    const claim = this.#claims.find(id, Date.now());
    if (claim) this.#waiters.tell(id, claim);
  }

  // ── memory ─────────────────────────────────────────────────────────────────────────────────────────

  #reload(): void {
    this.#tip = this.#journal.tip();
    this.#facts = this.#journal.facts();
    this.#open = this.#loadOpen();
  }

  /** The last entry says from where on holds may be open: walk from there. */
  #loadOpen(): Map<string, OpenHold> {
    const open = new Map<string, OpenHold>();
    for (const entry of this.#journal.openHolds(this.#tip.openFrom)) {
      const { transfer }: HoldBody = JSON.parse(entry.body);
      open.set(entry.subject, { holdSeq: entry.seq, transfer });
    }
    return open;
  }

  #written(): void {
    for (const id of this.#accepted.keys()) if (!this.#open.has(id)) this.#accepted.delete(id);
    this.#armAlarm();
  }

  #needAlarm(atMs: number): void {
    this.#alarmDueMs = Math.min(atMs, this.#alarmDueMs ?? Number.POSITIVE_INFINITY);
  }

  // One standing alarm: setting a nearer one costs a round trip, so it is only done when it must come sooner.
  #armAlarm(): void {
    const dueMs = this.#alarmDueMs;
    if (dueMs === undefined) return;
    const standing = this.#alarmAtMs;
    const lost = standing !== null && standing < Date.now() - 60_000;
    if (standing !== null && standing <= dueMs && !lost) return;
    this.#alarmAtMs = dueMs;
    void this.ctx.storage.setAlarm(dueMs);
  }
}

/** The transfer with what its claim adds; the payer's own facts are never replaced. */
const withFacts = (transfer: TransferDetails, facts: Partial<ProductFacts> | undefined): TransferDetails =>
  facts ? { ...transfer, facts: { ...facts, ...transfer.facts } } : transfer;

/** Throws when there is no answer in time. */
async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answerWithinMs} ms`)), answerWithinMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function viewOfEnd(last: Entry): TransferView {
  if (last.type === 'settle') {
    const body: SettleBody = JSON.parse(last.body);
    return { transfer: body.transfer, state: 'completed', endedAtMs: body.acceptedAtMs };
  }
  assert(last.type === 'void' || last.type === 'decline', `a transfer ended by ${last.type}`);
  const { transfer, refusal }: VoidBody | DeclineBody = JSON.parse(last.body);
  return { transfer, state: 'declined', refusal, endedAtMs: last.atMs };
}

// The tail of the id's random part: even, and the same wherever it is computed.
const stripeFor = (id: string, stripes: number): number => {
  let sum = 0;
  for (const character of id.slice(-12, -4)) sum = (sum * 33 + character.charCodeAt(0)) % 1_000_003;
  return sum % stripes;
};
