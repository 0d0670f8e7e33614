/**
 * Limits: whether the rules in force let a payment pass, decided in the transaction of the account it is about.
 *
 * What an account has paid or taken is read off its entries the first time a rule asks, and kept in memory: no
 * row is written for it, nothing is to be repaired after a crash, and accounts without rules cost nothing. A
 * participant's accounts are many, so a book counts for it in rows, from the time a rule is in force.
 *
 * A rule that cannot be understood or counted refuses the payment.
 */
import { dayStartMs, logFault, monthStartMs, type Refusal } from '../kernel/index.ts';
import type { AccountState, Journal } from './journal.ts';
import {
  type AccountFacts,
  type EntryType,
  holdsFromMs,
  type TransferCommand,
  type TransferDetails,
} from './model.ts';
import {
  type Direction,
  type LimitedPayment,
  type LimitRule,
  measures,
  partOf,
  type RuleSet,
  Rules,
  refuseLimit,
  type Tally,
} from './rules.ts';

/** Payments of one account since a time, by till or by whom it paid for; see the journal. */
interface Counted {
  readonly direction: Direction;
  readonly fromMs: number;
  readonly parts: Map<string, Tally>;
}

/** No, or only if the payer confirms it, by which rule. */
export type LimitVerdict = { readonly refusal: Refusal } | { readonly confirm: string };

const nothing: Tally = { sum: 0, count: 0 };
const noRules: RuleSet = { revision: 0, books: 1, rules: [] };
const unavailable = (detail: string): Refusal => ({ code: 'limit.unavailable', detail });

export class Limits {
  readonly #book: number;
  readonly #journal: Journal;
  #set: RuleSet = noRules;
  #rules = new Rules([]);
  // An account that memory forgets, above all after a rollback, takes its counters along.
  #counted = new WeakMap<AccountState, Map<string, Counted>>();

  constructor(book: number, journal: Journal) {
    this.#book = book;
    this.#journal = journal;
  }

  /** What storage says is in force. */
  reload(): void {
    this.#set = this.#journal.ruleSet() ?? noRules;
    this.#rules = new Rules(this.#set.rules);
    // While there was no rule, nothing was counted.
    this.#counted = new WeakMap();
  }

  /** Takes a newer set than it has; an older one, or the same, changes nothing. */
  put(set: RuleSet): void {
    const { revision, books } = this.#set;
    if (set.revision < revision || (set.revision === revision && set.books <= books)) return;
    this.#journal.putRuleSet(set);
    this.reload();
  }

  /** May the debited account make this payment? Undefined means yes; a rule that refuses counts first. */
  judgeDebit(
    debtor: AccountState,
    {
      kind,
      amountMinor,
      currency,
      facts,
    }: Pick<TransferCommand, 'kind' | 'amountMinor' | 'currency' | 'facts'>,
    nowMs: number,
  ): LimitVerdict | undefined {
    if (this.#rules.none || kind !== 'payment') return undefined;
    const account = payerOf(debtor.facts, facts.payerAccount);
    const payment = { direction: 'out', account, currency, amountMinor: Number(amountMinor) } as const;
    let confirm: LimitVerdict | undefined;
    for (const { rule, refusal } of this.#stops(debtor, payment, nowMs)) {
      if (rule.above !== 'confirm' || refusal.code === 'limit.unavailable') return { refusal };
      confirm ??= { confirm: rule.id };
    }
    return confirm;
  }

  /** May the credited account take it? Undefined means yes. */
  refuseCredit(
    creditor: AccountState,
    { kind, amountMinor, currency }: TransferDetails,
    tillOf: () => string | undefined,
    nowMs: number,
  ): Refusal | undefined {
    if (this.#rules.none || kind !== 'payment') return undefined;
    const { facts: account } = creditor;
    const payment = { direction: 'in', account, currency, amountMinor, till: tillOf() } as const;
    const [first] = this.#stops(creditor, payment, nowMs);
    return first?.refusal;
  }

  /** The rules that a payment is above, one after the other. */
  *#stops(account: AccountState, payment: LimitedPayment, nowMs: number) {
    for (const rule of this.#rules.of(payment)) {
      const refusal = this.#refuseBy(rule, account, payment, nowMs);
      if (refusal) yield { rule, refusal };
    }
  }

  #refuseBy(
    rule: LimitRule,
    account: AccountState,
    payment: LimitedPayment,
    nowMs: number,
  ): Refusal | undefined {
    const { amountMinor } = payment;
    // A newer version of the switch may know rules that this one does not.
    if (!measures.includes(rule.measure)) return unavailable(`${rule.id}: not known here`);
    if (rule.measure === 'amount') return refuseLimit(rule, rule.threshold, nothing, amountMinor);
    try {
      if (rule.scope === 'participant') {
        const part = partOf(rule.threshold, this.#book, this.#set.books);
        return refuseLimit(rule, part, this.#ofParticipant(account, rule, nowMs), amountMinor);
      }
      const { stripe, stripes, kind } = account.facts;
      // A position pays for an account always by the same stripe.
      const part =
        kind === 'position' ? rule.threshold : partOf(rule.threshold, stripe, Math.max(stripes, 1));
      return refuseLimit(
        rule,
        part,
        this.#ofAccount(account, rule, partIn(rule, account, payment), nowMs),
        amountMinor,
      );
    } catch (fault) {
      logFault('book: a limit cannot be counted', fault, { book: this.#book });
      return unavailable(`${rule.id}: cannot be counted`);
    }
  }

  /** `part`: only what was taken at this till, or paid for this account; undefined: everything. */
  #ofAccount(account: AccountState, rule: LimitRule, part: string | undefined, nowMs: number): Tally {
    const { direction, windowSeconds } = rule;
    if (rule.measure === 'velocity') {
      const fromMs = nowMs - (windowSeconds ?? 0) * 1_000 + 1;
      return inAll(this.#journal.paymentsSince(account, direction, fromMs, part));
    }
    const { parts } = this.#since(account, direction, periodOf(rule), startOf(rule, nowMs));
    return part === undefined ? inAll(parts) : (parts.get(part) ?? nothing);
  }

  #since(account: AccountState, direction: Direction, period: Period, fromMs: number): Counted {
    const known = this.#counted.get(account) ?? new Map<string, Counted>();
    this.#counted.set(account, known);
    const name = `${direction} ${period}`;
    const before = known.get(name);
    if (before?.fromMs === fromMs) return before;
    const parts = this.#journal.paymentsSince(account, direction, fromMs);
    const counted = { direction, fromMs, parts };
    known.set(name, counted);
    return counted;
  }

  #ofParticipant({ facts }: AccountState, rule: LimitRule, nowMs: number): Tally {
    const row = this.#journal.participantTally(facts.owner, rule.currency, periodOf(rule));
    return row?.fromMs === startOf(rule, nowMs) ? row : nothing;
  }

  /** Counts what an entry of an account says about a payment. */
  note(account: AccountState, type: EntryType, transfer: TransferDetails, nowMs: number): void {
    if (this.#rules.none || transfer.kind !== 'payment') return;
    const sign = type === 'accept' || type === 'hold' || type === 'debit' ? 1 : type === 'void' ? -1 : 0;
    if (sign === 0) return;
    const direction = type === 'accept' ? 'in' : 'out';
    const part = (direction === 'in' ? transfer.facts.till : transfer.facts.payerAccount) ?? '';
    // What a void gives back, it gives to the day and month of its hold.
    const atMs = type === 'void' ? holdsFromMs(transfer) : nowMs;
    for (const counted of this.#counted.get(account)?.values() ?? []) {
      if (counted.direction !== direction || atMs < counted.fromMs) continue;
      counted.parts.set(part, plus(counted.parts.get(part) ?? nothing, sign, transfer.amountMinor));
    }
    if (direction === 'out') this.#noteParticipant(account, transfer, sign, atMs, nowMs);
  }

  #noteParticipant(
    { facts }: AccountState,
    { currency, amountMinor, facts: { payerAccount } }: TransferDetails,
    sign: number,
    atMs: number,
    nowMs: number,
  ): void {
    const rules = this.#rules
      .of({ direction: 'out', account: payerOf(facts, payerAccount), currency, amountMinor })
      .filter(({ scope, measure }) => scope === 'participant' && measure !== 'amount');
    for (const period of new Set(rules.map(periodOf))) {
      const fromMs = period === 'day' ? dayStartMs(nowMs) : monthStartMs(nowMs);
      if (atMs < fromMs) continue;
      const before = this.#journal.participantTally(facts.owner, currency, period);
      const after = plus(before?.fromMs === fromMs ? before : nothing, sign, amountMinor);
      // A payment that was held before the rule came is not in the count that its void would be taken from.
      const tally = { fromMs, sum: Math.max(0, after.sum), count: Math.max(0, after.count) };
      this.#journal.putParticipantTally(facts.owner, currency, period, tally);
    }
  }
}

/** Whom a debited account pays for: itself, or the account at its issuer whose place a position takes. */
const payerOf = (facts: AccountFacts, payerAccount: string | undefined): LimitedPayment['account'] =>
  payerAccount === undefined ? facts : { account: payerAccount, kind: 'payer', owner: facts.owner };

function partIn(
  rule: LimitRule,
  { facts }: AccountState,
  { account, till }: LimitedPayment,
): string | undefined {
  if (rule.scope === 'till') return till;
  return facts.kind === 'position' && rule.direction === 'out' ? account.account : undefined;
}

const plus = ({ sum, count }: Tally, sign: number, amountMinor: number): Tally => ({
  sum: sum + sign * amountMinor,
  count: count + sign,
});

function inAll(parts: ReadonlyMap<string, Tally>): Tally {
  let [sum, count] = [0, 0];
  for (const part of parts.values()) {
    sum += part.sum;
    count += part.count;
  }
  return { sum, count };
}

type Period = 'day' | 'month';
const periodOf = ({ measure }: LimitRule): Period => (measure.startsWith('day') ? 'day' : 'month');
const startOf = (rule: LimitRule, nowMs: number): number =>
  periodOf(rule) === 'day' ? dayStartMs(nowMs) : monthStartMs(nowMs);
