/** What a rule would have done to payments that were made without it. Pure. */
import { dayStartMs, monthStartMs, type Refusal } from '../kernel/index.ts';
import { type LimitRule, partOf, Rules, refuseLimit } from '../ledger/index.ts';

/** A completed payment, as the reports have it. */
export interface PastPayment {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly creditorStripe: number;
  readonly participant: string;
  readonly merchant: string | null;
  readonly till: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

/** What accounts are, and the books of their stripes. */
export type Places = ReadonlyMap<string, { readonly kind: string; readonly books: readonly number[] }>;

export interface WouldRefuse {
  readonly payment: PastPayment;
  readonly refusal: Refusal;
}

/** When the account the rule is about decided. */
export const decidedAtMs = ({ direction }: Pick<LimitRule, 'direction'>, payment: PastPayment): number =>
  direction === 'in' ? (payment.endedAtMs ?? payment.createdAtMs) : payment.createdAtMs;

/** When the period began that a rule counts in. */
export function periodStartMs({ measure, windowSeconds }: LimitRule, atMs: number): number {
  if (measure === 'amount') return atMs;
  if (measure === 'velocity') return atMs - (windowSeconds ?? 0) * 1_000 + 1;
  return measure.startsWith('day') ? dayStartMs(atMs) : monthStartMs(atMs);
}

/**
 * Those of some payments, in the order they were decided, that the rule would have refused or had confirmed. What
 * it refuses does not count towards its limit. `books` is how many there are in all.
 */
export function dryRun(
  rule: LimitRule,
  payments: readonly PastPayment[],
  places: Places,
  books: number,
): WouldRefuse[] {
  const rules = new Rules([rule]);
  const counters = new Map<string, Counter>();
  return payments.flatMap((payment) => {
    if (rules.of(seenBy(rule, payment)).length === 0) return [];
    const { counter, part } = counterOf(rule, payment, places, books);
    const atMs = decidedAtMs(rule, payment);
    const fromMs = periodStartMs(rule, atMs);
    const counted = since(counters.get(counter), rule, fromMs);
    counters.set(counter, counted);
    const refusal = refuseLimit(rule, part, counted, payment.amount);
    const stopped = refusal ? [{ payment, refusal }] : [];
    if (refusal && rule.above !== 'confirm') return stopped;
    counted.sum += payment.amount;
    counted.count++;
    if (rule.measure === 'velocity') counted.times.push(atMs);
    return stopped;
  });
}

/** What was paid since the period began. */
interface Counter {
  readonly fromMs: number;
  sum: number;
  count: number;
  /** Of a velocity: each payment, and of a rule that refuses there are never more than its limit. */
  readonly times: number[];
}

function since(before: Counter | undefined, { measure }: LimitRule, fromMs: number): Counter {
  if (before && measure === 'velocity') {
    const times = before.times.filter((atMs) => atMs >= fromMs);
    return { fromMs, sum: 0, count: times.length, times };
  }
  const continues = measure !== 'amount' && before?.fromMs === fromMs;
  return continues ? before : { fromMs, sum: 0, count: 0, times: [] };
}

const seenBy = ({ direction }: LimitRule, payment: PastPayment) => ({
  direction,
  account:
    direction === 'out'
      ? { account: payment.debtor, kind: 'payer' as const, owner: payment.participant }
      : { account: payment.creditor, kind: 'merchant' as const, owner: payment.merchant ?? '' },
  till: payment.till ?? undefined,
  currency: payment.currency,
  amountMinor: payment.amount,
});

/** What keeps the count for a payment, and its part of the limit. */
function counterOf(rule: LimitRule, payment: PastPayment, places: Places, books: number) {
  if (rule.measure === 'amount') return { counter: '', part: rule.threshold };
  if (rule.scope === 'participant') {
    const book = places.get(payment.debtor)?.books[0] ?? 0;
    return { counter: `${payment.participant} ${book}`, part: partOf(rule.threshold, book, books) };
  }
  if (rule.direction === 'out') return { counter: payment.debtor, part: rule.threshold };
  const stripes = places.get(payment.creditor)?.books.length ?? 1;
  const till = rule.scope === 'till' ? payment.till : '';
  return {
    counter: `${payment.creditor} ${payment.creditorStripe} ${till}`,
    part: partOf(rule.threshold, payment.creditorStripe, stripes),
  };
}
