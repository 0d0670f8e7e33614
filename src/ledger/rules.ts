/**
 * Limit rules: what may be paid out of an account, or into one, at once, in a business day or month, or within
 * seconds. Rules are data of the directory, told to every book; here is what one of them means. Pure.
 *
 * Only payments count: no top-ups, refunds or withdrawals, and what is refunded is not given back to a limit. One
 * that was refused counts nowhere.
 *
 * A limit over money that several stripes or books keep is divided among them in whole parts, because no book
 * can ask the others within its transaction. The parts add up to the limit, so it is never passed, but may be
 * reached early where payments spread unevenly. What one payment may be is not divided.
 */
import type { Refusal, RefusalCode } from '../kernel/index.ts';
import type { AccountFacts } from './model.ts';

export const scopes = ['account', 'till', 'merchant', 'participant'] as const;
export type LimitScope = (typeof scopes)[number];
/** Out of the payer's account, or into the merchant's. */
export type Direction = 'out' | 'in';
export const measures = ['amount', 'day_sum', 'day_count', 'month_sum', 'month_count', 'velocity'] as const;
export type Measure = (typeof measures)[number];

export const aboves = ['refuse', 'confirm'] as const;
/** Refused, or made once its payer has confirmed it. */
export type Above = (typeof aboves)[number];

export interface LimitRule {
  readonly id: string;
  readonly version: number;
  readonly scope: LimitScope;
  /** Whose limit it is; null: of each one of its kind. */
  readonly subject: string | null;
  readonly currency: string;
  readonly direction: Direction;
  readonly measure: Measure;
  /** Minor units, or payments: so much may be, no more. */
  readonly threshold: number;
  /** Of a velocity: within how long. */
  readonly windowSeconds: number | null;
  /** What becomes of a payment above it; absent: it is refused. */
  readonly above?: Above;
}

/** All rules in force, as one change left them. */
export interface RuleSet {
  /** Grows with every change. */
  readonly revision: number;
  /** Among how many books a participant's limits are divided. */
  readonly books: number;
  readonly rules: readonly LimitRule[];
}

/** A payment as the rules of one of its accounts see it. */
export interface LimitedPayment {
  readonly direction: Direction;
  readonly account: Pick<AccountFacts, 'account' | 'kind' | 'owner'>;
  readonly till?: string | undefined;
  readonly currency: string;
  readonly amountMinor: number;
}

export interface Tally {
  readonly sum: number;
  readonly count: number;
}

/** Rules by whom they are about, so that a payment without any costs a handful of look-ups. */
export class Rules {
  readonly #bySubject = new Map<string, LimitRule[]>();

  constructor(rules: readonly LimitRule[]) {
    for (const rule of rules) {
      const key = `${rule.scope} ${rule.subject ?? '*'}`;
      this.#bySubject.set(key, [...(this.#bySubject.get(key) ?? []), rule]);
    }
  }

  get none(): boolean {
    return this.#bySubject.size === 0;
  }

  /** Those a payment has to keep. */
  of({ direction, account, till, currency }: LimitedPayment): LimitRule[] {
    const found = this.#about('account', account.account);
    const isUsual = account.kind === (direction === 'out' ? 'payer' : 'merchant');
    if (isUsual) found.push(...this.#about('account', '*'));
    if (isUsual) found.push(...this.#each(direction === 'out' ? 'participant' : 'merchant', account.owner));
    if (till !== undefined) found.push(...this.#each('till', till));
    return found.filter((rule) => rule.direction === direction && rule.currency === currency);
  }

  #each(scope: LimitScope, subject: string): LimitRule[] {
    return [...this.#about(scope, subject), ...this.#about(scope, '*')];
  }

  #about(scope: LimitScope, subject: string): LimitRule[] {
    return [...(this.#bySubject.get(`${scope} ${subject}`) ?? [])];
  }
}

/** The whole parts of a limit add up to it; the first ones are larger where it does not divide. */
export const partOf = (threshold: number, index: number, of: number): number =>
  Math.floor(threshold / of) + (index < threshold % of ? 1 : 0);

/**
 * May a payment be made, going by one rule? Undefined means yes. `soFar` is what the rule's period holds already,
 * `atMost` the part of the limit that is decided here.
 */
export function refuseLimit(
  rule: LimitRule,
  atMost: number,
  soFar: Tally,
  amountMinor: number,
): Refusal | undefined {
  const sums = rule.measure === 'amount' || rule.measure.endsWith('_sum');
  const used = sums ? soFar.sum : soFar.count;
  if (used + (sums ? amountMinor : 1) <= atMost) return undefined;
  const left = Math.max(0, atMost - used);
  const detail = `${rule.id} ${rule.measure}: at most ${atMost}${windowText(rule)}, left: ${left}`;
  return { code: codeOf(rule), detail };
}

const windowText = ({ windowSeconds }: LimitRule): string =>
  windowSeconds === null ? '' : ` in ${windowSeconds} s`;

// Who pays is told which of its limits it was; others only whose.
function codeOf({ scope, direction, measure }: LimitRule): RefusalCode {
  if (direction === 'in') return 'limit.receiver';
  return scope === 'participant' ? 'limit.participant' : `limit.${measure}`;
}
