/**
 * Book: one Durable Object that keeps many accounts.
 *
 * It serialises everything that happens to their money. Commands that arrive together, whichever account
 * they are for, share one transaction and one write to disk. What has to be asked of another book happens
 * between transactions, and is asked again by the alarm until the answer is definite.
 */
import { DurableObject } from 'cloudflare:workers';
import { assert, isId, logFault, ok, type Refusal, type Result, refuse } from '../kernel/index.ts';
import { StandingAlarm } from './alarm.ts';
import { Answers } from './answers.ts';
import { type AuditCursor, type AuditPage, auditPage } from './audit.ts';
import { type ClaimSought, type ClaimsFound, findClaims } from './claim-search.ts';
import { type ClaimFilter, type ClaimRequest, Claims, type ClaimView } from './claims.ts';
import { ledgerOf } from './client.ts';
import { Confirmations } from './confirmations.ts';
import { Engine, type OpenHold, type Started } from './engine.ts';
import { Errands, type Standing } from './errands.ts';
import { type Gathering, gather } from './gather.ts';
import { GroupCommit } from './group-commit.ts';
import { type AccountState, Journal } from './journal.ts';
import type { LegOutcome, LegTask, Partners } from './legs.ts';
import {
  type AcceptReceipt,
  type AccountFacts,
  accountName,
  type Balance,
  bookName,
  type Confirmed,
  type CreditView,
  type Entry,
  holdsFromMs,
  type IdempotencyKey,
  type RefundCommand,
  type Trace,
  type TransferCommand,
  type TransferDetails,
  type TransferView,
} from './model.ts';
import { type Feed, Outbox } from './outbox.ts';
import { type NewPassword, Passwords } from './passwords.ts';
import type { RuleSet } from './rules.ts';
import type { StickerView } from './stickers.ts';
import { Turns } from './turns.ts';
import { Waiters } from './waiters.ts';

// A settle rides along with the book's next transaction, or is written by the alarm this much later.
const settleWithinMs = 5_000;
// How soon the alarm looks after entries whose messages were sent at once: only a crash leaves it work.
const checkWithinMs = 30_000;
// Pace of asking again while the other book gives no answer.
const retryAfterMs = 5_000;
// An answer later than this is fetched by asking again: accept is idempotent.
const answerWithinMs = 3_000;
// However many holds are open, one visit asks about so many, and about so many at a time.
const asksPerVisitMax = 500;
const asksAtOnceMax = 50;
// The alarm waits no longer for partners outside, who are asked on meanwhile, and looks after them again so soon.
const partnersWithinMs = 2_000;

export interface BookEnv {
  BOOKS: DurableObjectNamespace<Book>;
  EVENTS: Queue<Feed>;
}

export interface Transferred {
  readonly view: TransferView;
  /** The answer was stored by an earlier request with the same idempotency key. */
  readonly replayed: boolean;
  /** What the caller is to ask a partner outside, and to bring the outcome of to `report`. */
  readonly task?: LegTask;
}

export interface ClaimOpened {
  readonly claim: ClaimView;
  readonly replayed: boolean;
}

/** What a visit of the sweeper leaves behind. */
export interface Swept {
  readonly open: number;
  /** Position of the book's last entry. */
  readonly position: number;
  /** When the oldest transfer began that has not ended; see `Book.unended`. */
  readonly oldestOpenAtMs: number | null;
  /** When the first entry was written that the reports had not got; null when they had all. */
  readonly unreportedAtMs: number | null;
}

/** A transfer that has not ended. */
export interface Unended {
  /** Name of the debited account. */
  readonly account: string;
  readonly transfer: TransferDetails;
  readonly sinceMs: number;
  /** What its partner is asked; null: the credited account's book is. */
  readonly standing: Standing | null;
}

export class Book extends DurableObject<BookEnv> {
  readonly #number: number;
  readonly #journal: Journal;
  readonly #answers: Answers;
  readonly #claims: Claims;
  readonly #passwords: Passwords;
  readonly #engine: Engine;
  readonly #commits: GroupCommit;
  readonly #outbox: Outbox;
  readonly #waiters = new Waiters<ClaimView>();
  /** Questions to other books that are under way. */
  readonly #asking = new Map<string, Promise<void>>();
  readonly #gatherings = new Turns();
  readonly #alarm: StandingAlarm;
  readonly #errands: Errands;

  /** Without `partners` what they are needed for stays open. */
  constructor(ctx: DurableObjectState, env: BookEnv, partners?: Partners) {
    super(ctx, env);
    this.#number = numberIn(ctx.id.name);
    this.#journal = new Journal(ctx.storage);
    this.#alarm = new StandingAlarm(ctx.storage);
    this.#answers = new Answers(ctx.storage.sql);
    this.#claims = new Claims(ctx.storage.sql);
    this.#passwords = new Passwords(ctx.storage.sql);
    const confirmations = new Confirmations(ctx.storage.sql);
    this.#engine = new Engine(this.#number, this.#journal, this.#answers, this.#claims, confirmations);
    this.#outbox = new Outbox(this.#number, this.#journal, env.EVENTS, this.#engine.lastBatch.sentTo);
    this.#commits = new GroupCommit({
      storage: ctx.storage,
      begin: () => {
        this.#errands.settle(this.#engine.accepted.keys());
        this.#engine.begin();
      },
      end: () => this.#engine.end(this.#outbox.sentTo),
      reload: () => this.#reload(),
      written: () => this.#written(),
    });
    this.#errands = new Errands(ctx.storage.sql, {
      partners,
      transfer: (account, id) => this.#engine.debited(account, id)?.transfer,
      report: (account, id, task, outcome) => this.#report(account, id, task, outcome),
    });
    this.#errands.reload(this.#engine.abroad());
    void ctx.blockConcurrencyWhile(async () => {
      await this.#alarm.start();
      if (this.#engine.open.size > 0) this.#alarm.need(Date.now() + retryAfterMs);
      this.#needExpiries();
      const nextErrandMs = this.#errands.nextAtMs();
      if (nextErrandMs !== undefined) this.#alarm.need(nextErrandMs);
      this.#alarm.arm();
    });
  }

  #reload(): void {
    this.#engine.reload();
    this.#errands.reload(this.#engine.abroad());
  }

  // ── control ────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Opens an account, or brings what it knows of itself up to date. Repeating it changes nothing, nor do
   * facts older than those it has. Refuses to close an account that is not empty.
   */
  async put(facts: AccountFacts): Promise<Result<null>> {
    assert(facts.book === this.#number, 'an account of another book');
    return (await this.#commits.commit(() => this.#engine.accounts.put(facts))) ?? ok(null);
  }

  /** Brings the limit rules in force up to date; a set older than the one it has changes nothing. */
  async putRules(set: RuleSet): Promise<void> {
    await this.#commits.commit(() => this.#engine.limits.put(set));
  }

  // ── the debited side ───────────────────────────────────────────────────────────────────────────────

  /**
   * Debits an account of this book and credits another. Answers completed, declined (both final) or, when
   * the other book gave no answer in time, processing. The same key and request give the same answer for ever.
   * What partners outside have to do for it, the caller asks them and brings to `report`.
   */
  async transfer(name: string, command: TransferCommand): Promise<Result<Transferred>> {
    const started = await this.#commits.commit(() => this.#begun(this.#engine.start(name, command)));
    return this.#finished(name, started);
  }

  /** Gives back a payment that an account of this book accepted, or a part of it; answers as `transfer`. */
  async refund(name: string, command: RefundCommand): Promise<Result<Transferred>> {
    const started = await this.#commits.commit(() => this.#begun(this.#engine.refund(name, command)));
    return this.#finished(name, started);
  }

  /**
   * Lets money leave from one stripe of an account, brought there from the others if need be. The book of the
   * first stripe does it, one at a time for an account: else several would take from each other for ever what
   * they have just brought together.
   */
  async gather(gathering: Gathering): Promise<Result<Transferred>> {
    return this.#gatherings.take(gathering.place.id, () => gather(ledgerOf(this.env.BOOKS), gathering));
  }

  /** What a partner outside answered to a task about a transfer; answers as `transfer`. */
  async report(name: string, id: string, task: LegTask, outcome: LegOutcome): Promise<Result<Transferred>> {
    await this.#report(name, id, task, outcome);
    const answer = await this.#outcomeOf(name, id);
    return answer.ok ? ok(this.#withTask({ view: answer.value, replayed: false })) : answer;
  }

  async #report(name: string, id: string, task: LegTask, outcome: LegOutcome): Promise<void> {
    await this.#commits.commit(() => {
      const debited = this.#engine.debited(name, id);
      if (!debited || debited.completed) return;
      const { transfer, hold } = debited;
      const verdict = this.#errands.take(name, transfer, hold !== undefined, task, outcome);
      if (hold && verdict?.end === 'void') this.#engine.void(hold, { ok: false, refusal: verdict.refusal });
    });
    this.#needErrands();
    await this.#drive(id);
  }

  /**
   * The payer has signed for a transfer that waits for it: it goes on as if it were asked for now, and is answered as
   * `transfer` answers. One that no longer waits is answered as it is.
   */
  async confirm(name: string, id: string, confirmed: Confirmed): Promise<Result<Transferred>> {
    const started = await this.#commits.commit(() =>
      this.#begun(this.#engine.confirming.confirm(name, id, confirmed)),
    );
    return this.#finished(name, started);
  }

  /** Somebody has signed wrongly for a transfer that waits: how often that may happen again. */
  async misconfirm(name: string, id: string): Promise<Result<number>> {
    return this.#commits.commit(() => this.#engine.confirming.misconfirm(name, id));
  }

  /** Ends the waiting of a transfer. One that no longer waits is answered as it is. */
  async cancelTransfer(name: string, id: string): Promise<Result<TransferView>> {
    const refused = await this.#commits.commit(() => this.#engine.confirming.cancel(name, id));
    return refused ?? this.#outcomeOf(name, id);
  }

  #begun(started: Result<Started>): Result<Started> {
    const isNew = started.ok && !started.value.replayed;
    const hold = isNew ? this.#engine.open.get(started.value.id) : undefined;
    if (hold?.transfer.legs) this.#errands.begin(hold.transfer.id, hold.account);
    return started;
  }

  #withTask(answer: Transferred): Transferred {
    const task = answer.view.transfer.legs && this.#errands.lend(answer.view.transfer);
    this.#needErrands();
    return task ? { ...answer, task } : answer;
  }

  /** The alarm rings when partners have to be asked again. */
  #needErrands(): void {
    const nextMs = this.#errands.nextAtMs();
    if (nextMs === undefined) return;
    this.#alarm.need(Math.max(nextMs, Date.now() + partnersWithinMs));
    this.#alarm.arm();
  }

  async #finished(name: string, started: Result<Started>): Promise<Result<Transferred>> {
    if (!started.ok) return started;
    const { id, replayed, view } = started.value;
    if (view) {
      const { creditor, creditorStripe, claim, confirmation } = view.transfer;
      if (view.state === 'requires_confirmation' && confirmation) {
        this.#alarm.need(confirmation.expiresAtMs);
        this.#alarm.arm();
      }
      if (claim) this.#tellWaiters(accountName(creditor, creditorStripe), claim.id);
      return ok({ view, replayed });
    }
    if (replayed && this.#asking.has(id)) return refuse('idempotency.in_flight');
    const outcome = await this.#outcomeOf(name, id);
    return outcome.ok ? ok(this.#withTask({ view: outcome.value, replayed })) : outcome;
  }

  /** The stored answer to a key, if there is one. */
  async replay(name: string, idempotency: IdempotencyKey): Promise<Result<TransferView> | null> {
    const account = this.#engine.accounts.find(name);
    const earlier = account && this.#engine.replay(account, idempotency);
    if (!earlier?.ok) return earlier ?? null;
    return this.#outcomeOf(name, earlier.value);
  }

  /** One transfer an account was asked to make. Asks the other book first if its outcome is unknown. */
  async transferOf(name: string, id: string): Promise<Result<TransferView>> {
    const outcome = await this.#outcomeOf(name, id);
    const account = this.#engine.accounts.find(name);
    return outcome.ok && account ? ok(this.#engine.views.withRefunds(account, outcome.value)) : outcome;
  }

  async #outcomeOf(name: string, id: string): Promise<Result<TransferView>> {
    await this.#drive(id);
    const view = this.#view(name, id);
    const waitsUntilMs = view?.state === 'requires_confirmation' && view.transfer.confirmation?.expiresAtMs;
    if (waitsUntilMs && waitsUntilMs <= Date.now()) {
      await this.#commits.commit(() => this.#engine.confirming.expire());
      return this.#outcomeOf(name, id);
    }
    return view ? ok(view) : refuse('payment.not_found');
  }

  #view(name: string, id: string): TransferView | undefined {
    const account = this.#engine.accounts.find(name);
    return account && this.#engine.views.view(account, id);
  }

  /**
   * Transfers an account was asked to make, newest first; `beforeSeq` is the cursor. Undecided ones are asked about
   * first: after a crash a transfer that was answered as completed is not listed as one under way.
   */
  async transfers(
    name: string,
    beforeSeq: number,
    limit: number,
  ): Promise<{ seq: number; view: TransferView }[]> {
    const { accounts, views } = this.#engine;
    const asked = accounts.find(name);
    if (!asked) return [];
    const listed = views.asked(asked, beforeSeq, limit);
    await this.#driveAll(listed.map(({ subject }) => subject));
    const account = accounts.find(name);
    assert(account, 'an account that was there');
    return listed.map(({ seq, subject }) => {
      const view = views.view(account, subject);
      assert(view, 'an entry without its transfer');
      return { seq, view: views.withRefunds(account, view) };
    });
  }

  /** Refunds an account was asked to make of a payment, newest first; `beforeId` is the cursor. */
  async refunds(name: string, payment: string, beforeId: string, limit: number): Promise<TransferView[]> {
    const account = this.#engine.accounts.find(name);
    if (!account) return [];
    const ids = this.#answers.refundsOf(account.no, payment, beforeId, limit);
    await this.#driveAll(ids);
    return ids.flatMap((id) => this.#engine.views.view(account, id) ?? []);
  }

  // ── the credited side ──────────────────────────────────────────────────────────────────────────────

  /** Credits an account of this book, once, however often it is asked; the commit point of a transfer. */
  async accept(transfer: TransferDetails): Promise<Result<AcceptReceipt>> {
    const outcome = await this.#commits.commit(() => this.#engine.accept(transfer));
    const { creditor, creditorStripe, claim } = transfer;
    if (outcome.ok && claim) this.#tellWaiters(accountName(creditor, creditorStripe), claim.id);
    return outcome;
  }

  /** A transfer that credited an account, and what of it was given back; null when none of this id did. */
  async credit(name: string, id: string): Promise<CreditView | null> {
    const account = this.#engine.accounts.find(name);
    return (account && this.#engine.views.credit(account, id)) ?? null;
  }

  async openClaim(name: string, request: ClaimRequest): Promise<Result<ClaimOpened>> {
    const opened = await this.#commits.commit(() => this.#engine.openClaim(name, request));
    if (!opened.ok) return opened;
    this.#alarm.need(request.expiresAtMs);
    this.#alarm.arm();
    const claim = this.#claim(name, opened.value.id);
    assert(claim, 'a claim that was just opened');
    return ok({ claim, replayed: opened.value.replayed });
  }

  async claim(name: string, id: string): Promise<ClaimView | null> {
    return this.#claim(name, id) ?? null;
  }

  async claims(name: string, filter: ClaimFilter): Promise<ClaimView[]> {
    const account = this.#engine.accounts.find(name);
    return account ? this.#claims.list(account.no, filter, Date.now()) : [];
  }

  /** Claims of whichever account, of so many accounts after one: see `claim-search.ts`. */
  async findClaims(sought: ClaimSought, afterAccount: number): Promise<ClaimsFound> {
    return findClaims(this.ctx.storage.sql, sought, afterAccount, Date.now());
  }

  /** The claim as soon as it has left `open`, or as it is when `waitMs` is over. */
  async waitForClaim(name: string, id: string, waitMs: number): Promise<ClaimView | null> {
    const claim = this.#claim(name, id);
    if (claim?.state !== 'open') return claim ?? null;
    const untilExpiryMs = claim.expiresAtMs - Date.now();
    const ended = await this.#waiters.wait(`${name} ${id}`, Math.min(waitMs, Math.max(untilExpiryMs, 0)));
    return ended ?? this.#claim(name, id) ?? null;
  }

  /** Cancels an open claim. Cancelling it again answers the same; a paid one stays paid: money wins. */
  async cancelClaim(name: string, id: string): Promise<Result<ClaimView>> {
    const refused = await this.#commits.commit(() => this.#engine.cancelClaim(name, id));
    if (refused) return refused;
    this.#tellWaiters(name, id);
    const claim = this.#claim(name, id);
    assert(claim, 'a claim that was just cancelled');
    return ok(claim);
  }

  // ── what products keep with an account ─────────────────────────────────────────────────────────────

  /** Lets a key of an account stand for something; answers what it stood for first, however often it is asked. */
  async remember(name: string, idempotency: IdempotencyKey, subject: string): Promise<Result<string>> {
    return this.#commits.commit(() => this.#engine.remember(name, idempotency, subject));
  }

  /** What a key was told to stand for; null when nobody did. */
  async remembered(name: string, idempotency: IdempotencyKey): Promise<Result<string> | null> {
    const account = this.#engine.accounts.find(name);
    return (account && this.#engine.replay(account, idempotency)) ?? null;
  }

  /** Makes a one-time password the only one of an account; until when it is good, or refused while it is locked. */
  async putPassword(name: string, password: NewPassword): Promise<Result<number>> {
    return this.#commits.commit(() => {
      const account = this.#engine.accounts.find(name);
      return account
        ? this.#passwords.put(account.no, password, this.#engine.nowMs)
        : refuse('account.not_found');
    });
  }

  /** The id of an account's password; null when it is wrong, which is counted. The same work where there is none. */
  async attemptPassword(name: string, hash: string): Promise<string | null> {
    return this.#commits.commit(() => {
      const account = this.#engine.accounts.find(name);
      return this.#passwords.attempt(account?.no ?? 0, hash, this.#engine.nowMs) ?? null;
    });
  }

  /** Shows a new claim, an open one, or none on a sticker, in place of what it showed. */
  async showOnSticker(
    name: string,
    sticker: string,
    what: ClaimRequest | string | null,
  ): Promise<Result<ClaimOpened | null>> {
    const shown = await this.#commits.commit(() => this.#engine.showOnSticker(name, sticker, what));
    if (!shown.ok) return shown;
    const { id, replayed, replaced } = shown.value;
    if (replaced !== undefined) this.#tellWaiters(name, replaced);
    if (id === null) return ok(null);
    const claim = this.#claim(name, id);
    assert(claim, 'a claim that was just shown');
    this.#alarm.need(claim.expiresAtMs);
    this.#alarm.arm();
    return ok({ claim, replayed });
  }

  /** What a sticker shows a payer, who has it to themselves for a minute. */
  async takeSticker(name: string, sticker: string, payer: string): Promise<Result<ClaimView | null>> {
    return this.#commits.commit(() => this.#engine.takeSticker(name, sticker, payer));
  }

  async stickerView(name: string, sticker: string): Promise<StickerView> {
    return this.#engine.stickerView(name, sticker, Date.now());
  }

  // ── reading ────────────────────────────────────────────────────────────────────────────────────────

  /** The balance now; undecided transfers are asked about first. Null when the account was never opened. */
  async balance(name: string): Promise<Balance | null> {
    const account = await this.#driven(name);
    if (!account) return null;
    const { facts, tip } = account;
    const settlingMinor = this.#engine.views.settlingMinor(account);
    const open = this.#engine.views.openOf(account);
    return {
      currency: facts.currency,
      balanceMinor: tip.available + tip.held - settlingMinor,
      availableMinor: tip.available,
      heldMinor: tip.held - settlingMinor,
      status: facts.status,
      limitMinor: facts.limitMinor,
      seq: tip.seq,
      openTransfers: open.length,
      openGathers: open.filter((id) => isId('gather', id)).length,
    };
  }

  /** Entries newest first, those before `beforeSeq`. Settles are written first, so that the list is whole. */
  async entries(name: string, beforeSeq: number, limit: number): Promise<Entry[]> {
    const account = await this.#settled(name);
    return account ? this.#journal.before(account.no, beforeSeq, limit) : [];
  }

  /** Entries oldest first, those after `afterSeq`, exactly as they are stored. */
  async history(name: string, afterSeq: number, limit: number): Promise<Entry[]> {
    const account = this.#engine.accounts.find(name);
    return account ? this.#journal.after(account.no, afterSeq, limit) : [];
  }

  /** What an account wrote about some transfers, exactly as it is stored; nothing is asked or settled first. */
  async traces(name: string, ids: readonly string[], refundsMax: number): Promise<Trace[]> {
    const account = this.#engine.accounts.find(name);
    return account ? ids.map((id) => this.#engine.views.trace(account, id, refundsMax)) : [];
  }

  /** The last entry the account had at a time; null when it had none. Settles are written first. */
  async lastEntryAt(name: string, atMs: number): Promise<Entry | null> {
    const account = await this.#settled(name);
    return (account && this.#journal.lastAt(account.no, account.tip.seq, atMs)) ?? null;
  }

  /** The transfers the account had on hold when it had written an entry. */
  async heldAfter(name: string, seq: number): Promise<TransferDetails[]> {
    const account = this.#engine.accounts.find(name);
    const entry = account && this.#journal.entry(account.no, seq);
    return entry ? this.#engine.views.heldAfter(account, entry) : [];
  }

  /** One page of the walk that checks everything this book holds; see `audit.ts`. */
  async audit(cursor: AuditCursor, cutoffMs: number): Promise<AuditPage> {
    const { open, accepted, confirming, lastBatch } = this.#engine;
    const book = { journal: this.#journal, open, accepted, confirming, position: lastBatch.n };
    return auditPage(book, cursor, cutoffMs);
  }

  /** Which of these accounts the book keeps. */
  async known(names: readonly string[]): Promise<boolean[]> {
    return names.map((name) => this.#journal.has(name));
  }

  /** Entries of the whole book oldest first, for projections that miss some. */
  async feed(afterPosition: number, limit: number): Promise<Feed> {
    return this.#outbox.after(afterPosition, limit);
  }

  /** The sweeper's visit: finish what is open and send what the reports have not got. */
  async sweep(projectedPosition: number): Promise<Swept> {
    this.#outbox.rewind(projectedPosition);
    await this.alarm();
    const { open, lastBatch } = this.#engine;
    const [oldest] = this.#unended(Number.POSITIVE_INFINITY, 1);
    const [unreported] = this.#outbox.after(projectedPosition, 1).entries;
    return {
      open: open.size,
      position: lastBatch.n,
      oldestOpenAtMs: oldest?.sinceMs ?? null,
      unreportedAtMs: unreported?.entry.atMs ?? null,
    };
  }

  /**
   * Transfers that began before a time and have not ended, oldest first: an institution outside or another book gives
   * no certain answer, or has still to undo what is void here. Other books are asked first, for a moment: after a crash
   * nothing that they know has ended is named.
   */
  async unended(beforeMs: number, limit: number): Promise<Unended[]> {
    const undecided = this.#unended(beforeMs, limit).map(({ transfer }) => transfer.id);
    await inTime(this.#driveAll(undecided), partnersWithinMs).catch(() => {});
    return this.#unended(beforeMs, limit);
  }

  #unended(beforeMs: number, limit: number): Unended[] {
    const open = [...this.#engine.open.values()]
      .filter(({ transfer }) => !this.#engine.accepted.has(transfer.id))
      .map(({ account, transfer }) => ({ account, transfer }));
    const voided = this.#errands.voided().flatMap(([id, account]) => {
      const transfer = this.#engine.debited(account, id)?.transfer;
      return transfer ? [{ account, transfer }] : [];
    });
    return [...open, ...voided]
      .map((one) => ({ ...one, sinceMs: holdsFromMs(one.transfer) }))
      .filter(({ sinceMs }) => sinceMs < beforeMs)
      .sort((left, right) => left.sinceMs - right.sinceMs)
      .slice(0, limit)
      .map((one) => ({ ...one, standing: this.#errands.standing(one.transfer) ?? null }));
  }

  /** Asks about a transfer now, whenever its turn was. */
  async hurry(id: string): Promise<void> {
    await this.#commits.commit(() => this.#errands.hurry(id));
    await this.#drive(id);
    await inTime(this.#errands.visit(), partnersWithinMs).catch(() => {});
    this.#needErrands();
  }

  // An alarm that throws is retried a few times and then dropped for good: nothing may escape.
  override async alarm(): Promise<void> {
    this.#alarm.rang();
    try {
      const partners = this.#errands.visit();
      await this.#driveAll([...this.#engine.open.keys()]);
      const expired = await this.#commits.commit(() => {
        this.#engine.confirming.expire();
        return this.#engine.expireClaims();
      });
      for (const { name, id } of expired) this.#tellWaiters(name, id);
      if (!(await this.#outbox.send())) this.#alarm.need(Date.now() + retryAfterMs);
      this.#needExpiries();
      await inTime(partners, partnersWithinMs).catch(() => {});
    } catch (fault) {
      logFault('book: alarm failed', fault, { book: this.#number });
      this.#alarm.need(Date.now() + retryAfterMs);
    }
    if (this.#engine.open.size > 0) this.#alarm.need(Date.now() + retryAfterMs);
    this.#needErrands();
    this.#alarm.arm();
  }

  // ── between transactions ───────────────────────────────────────────────────────────────────────────

  async #driven(name: string): Promise<AccountState | undefined> {
    const account = this.#engine.accounts.find(name);
    if (!account) return undefined;
    await this.#driveAll(this.#engine.views.openOf(account));
    return this.#engine.accounts.find(name);
  }

  async #settled(name: string): Promise<AccountState | undefined> {
    const account = await this.#driven(name);
    if (account && this.#engine.views.settlingMinor(account) > 0n)
      await this.#commits.commit(() => undefined);
    return this.#engine.accounts.find(name);
  }

  async #drive(id: string): Promise<void> {
    const hold = this.#engine.open.get(id);
    if (!hold || this.#engine.accepted.has(id) || this.#errands.pending(hold.transfer)) return;
    const asking = this.#asking.get(id) ?? this.#ask(hold).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    await asking;
  }

  /** Asks about open holds; about some, chosen anew each time, when there are too many for one visit. */
  async #driveAll(ids: readonly string[]): Promise<void> {
    const undecided = ids.filter((id) => {
      const transfer = this.#engine.open.get(id)?.transfer;
      return transfer && !this.#engine.accepted.has(id) && !this.#errands.pending(transfer);
    });
    const from = undecided.length > asksPerVisitMax ? Math.floor(Math.random() * undecided.length) : 0;
    const next = [...undecided.slice(from), ...undecided.slice(0, from)].slice(0, asksPerVisitMax).values();
    const askOneByOne = async () => {
      for (const id of next) await this.#drive(id);
    };
    await Promise.all(Array.from({ length: Math.min(undecided.length, asksAtOnceMax) }, askOneByOne));
  }

  /** Asks the credited account's book. A fault leaves the hold as it is: unknown is not failed. */
  async #ask(hold: OpenHold): Promise<void> {
    const { transfer } = hold;
    try {
      const outcome = await this.#askToAccept(transfer);
      if (!this.#engine.open.has(transfer.id)) return;
      if (outcome.ok) this.#engine.accepted.set(transfer.id, outcome.value);
      else if (transfer.legs) await this.#turnBack(hold, outcome.refusal);
      else await this.#commits.commit(() => this.#engine.void(hold, outcome));
    } catch (fault) {
      const fields = { book: this.#number, transfer: transfer.id };
      logFault('book: no answer from the credited account', fault, fields);
    }
  }

  async #askToAccept(transfer: TransferDetails): Promise<Result<AcceptReceipt>> {
    if (transfer.creditorBook === this.#number) return this.accept(transfer);
    const book = this.env.BOOKS.get(this.env.BOOKS.idFromName(bookName(transfer.creditorBook)));
    return inTime<Result<AcceptReceipt>>(book.accept(transfer));
  }

  /** What partners outside did for a transfer that was refused after it is to be undone, then it is voided. */
  async #turnBack({ account, transfer }: OpenHold, refusal: Refusal): Promise<void> {
    await this.#commits.commit(() => this.#errands.turnBack(account, transfer, refusal));
    this.#needErrands();
  }

  #claim(name: string, id: string): ClaimView | undefined {
    const account = this.#engine.accounts.find(name);
    return account && this.#claims.find(account.no, id, Date.now());
  }

  #tellWaiters(name: string, id: string): void {
    const key = `${name} ${id}`;
    if (!this.#waiters.has(key)) return;
    const claim = this.#claim(name, id);
    if (claim && claim.state !== 'open') this.#waiters.tell(key, claim);
  }

  #needExpiries(): void {
    for (const nextMs of [this.#claims.nextExpiryMs(), this.#engine.confirming.nextExpiryMs()]) {
      if (nextMs !== undefined) this.#alarm.need(nextMs);
    }
  }

  /** In the turn of a write: forget what has been settled, and see to it that the rest is looked after. */
  #written(): void {
    const { open, accepted, lastBatch } = this.#engine;
    this.#outbox.add(this.#engine.takeFresh());
    for (const id of accepted.keys()) if (!open.has(id)) accepted.delete(id);
    if (lastBatch.n > this.#outbox.sentTo) {
      this.#alarm.need(Date.now() + (open.size > 0 ? settleWithinMs : checkWithinMs));
      this.#outbox.sendSoon();
    }
    this.#alarm.arm();
  }
}

function numberIn(name: string | undefined): number {
  const number = /^book (\d{1,5})$/.exec(name ?? '')?.[1];
  assert(number, 'a book without a number');
  return Number(number);
}

/** Throws when there is no answer in time. */
async function inTime<Answer>(answer: Promise<Answer>, withinMs = answerWithinMs): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${withinMs} ms`)), withinMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
