/**
 * Legs: what institutions outside the switch have to do for a transfer, between its hold and its accept. A
 * payer's issuer debits, a merchant's acquirer credits, an issuer gives a refund back.
 *
 * The legs of a transfer are done in their order; then it is accepted and settled. When one is refused, or the
 * credited account refuses, those that are done are reversed in the opposite order; then the hold is voided.
 * An unknown outcome is enquired about, and after a while reversed until that is acknowledged. What is decided
 * here stands alone: a pure function from a state and an answer to the next state.
 */
import type { Refusal, Refused } from '../kernel/index.ts';
import { holdsFromMs, type TransferDetails } from './model.ts';

/** One institution's part in a transfer. */
export interface Leg {
  readonly does: 'debit' | 'credit' | 'refund';
  /** The connection to the participant. */
  readonly partner: string;
  /** Whose account there: an account of the switch that stands for it, or the partner's own name of it. */
  readonly account: string;
}

/** What a partner is asked next: to do its part, how that went, or to undo it. */
export interface LegTask {
  readonly does: 'perform' | 'enquire' | 'reverse';
  readonly leg: number;
}

/** What came of a task. All but `unknown` are certain. */
export type LegOutcome =
  | { readonly state: 'approved' }
  | { readonly state: 'refused'; readonly refusal: Refusal }
  /** No answer, or one that says nothing for certain. */
  | { readonly state: 'unknown' }
  /** The partner never heard of it. */
  | { readonly state: 'absent' }
  /** It did something else than it was asked: that must not stand. */
  | { readonly state: 'wrong' }
  /** It is undone, or was never done and never will be. */
  | { readonly state: 'reversed' }
  /** It can no longer be undone. */
  | { readonly state: 'stands' };

/**
 * The world outside, as the ledger sees it. Every task may be asked again with the same transfer: a partner
 * does its part once, and undoes it once.
 */
export interface Partners {
  /** Why these legs cannot be gone now, asked before anything is held; undefined when they can. */
  refuse(legs: readonly Leg[]): Promise<Refused | undefined>;
  /** Never throws: no answer is an answer. */
  ask(task: LegTask, transfer: TransferDetails): Promise<LegOutcome>;
}

/** Where the legs of a transfer stand. Plain data: what must survive a crash is stored as it is. */
export interface LegState {
  /**
   * forward: to the accept. back: to the void. watch: it is voided, but for lack of a certain answer, and a partner
   * that approves its leg late must be told again to undo it.
   */
  readonly way: 'forward' | 'back' | 'watch';
  /** Whose turn it is. Forward: as many as there are when all are done; back: −1 when all are undone. */
  readonly leg: number;
  readonly asks: LegTask['does'];
  /** How often this leg was asked without a certain answer. */
  readonly tries: number;
  readonly askAtMs: number;
  /** Why it turned back. */
  readonly refusal?: Refusal;
  /** It turned back for lack of a certain answer. */
  readonly doubtful?: true;
  /** The hold is voided already. */
  readonly voided?: true;
  /** After a crash nobody knows how far it had come: later legs may have been asked too. */
  readonly found?: true;
}

/** Status enquiries before an unknown outcome is reversed. */
export const enquiriesMax = 5;
// Pace of asking again without a certain answer: 1, 2, 4 … seconds, then every five minutes.
const againAfterMs = 1_000;
const againAfterMaxMs = 5 * 60_000;
// A payer waits no longer: a partner that never heard of a payment by then need not do it any more.
const performWithinMs = 20_000;
// Nor is an unknown outcome enquired about any longer, however often the count began anew after a crash.
const enquireWithinMs = 120_000;
// After a reversal in doubt: when it is looked whether the partner has approved after all.
const watchAfterMs = [10_000, 60_000, 10 * 60_000, 60 * 60_000, 6 * 3_600_000];

/** Of a transfer that was just held. */
export const legsBegun = (nowMs: number): LegState => ({
  way: 'forward',
  leg: 0,
  asks: 'perform',
  tries: 0,
  askAtMs: nowMs,
});

/** After a crash nobody knows what was asked: the first question is how it went. */
export const legsFound = (nowMs: number): LegState => ({ ...legsBegun(nowMs), asks: 'enquire', found: true });

/** What to ask next; undefined when there is nothing left to ask. */
export function taskOf(state: LegState, legs: readonly Leg[]): LegTask | undefined {
  return legs[state.leg] && { does: state.asks, leg: state.leg };
}

/** Whether an answer to this task belongs to this state: others are late and change nothing here. */
export const answers = (state: LegState, task: LegTask): boolean =>
  state.leg === task.leg && (state.way === 'back') === (task.does === 'reverse');

/** The state after an answer to its task; undefined when nothing has to be watched any more. */
export function advanced(
  state: LegState,
  { legs = [], ...held }: Pick<TransferDetails, 'legs' | 'heldAtMs' | 'confirmation'>,
  outcome: LegOutcome,
  nowMs: number,
): LegState | undefined {
  if (state.way === 'forward') return forward(state, legs, holdsFromMs(held), outcome, nowMs);
  return state.way === 'back' ? back(state, outcome, nowMs) : watched(state, legs, outcome, nowMs);
}

function forward(
  state: LegState,
  legs: readonly Leg[],
  heldAtMs: number,
  outcome: LegOutcome,
  nowMs: number,
): LegState {
  const { leg, tries } = state;
  const does = legs[leg]?.does ?? 'debit';
  if (outcome.state === 'approved') return nextLeg(state, nowMs);
  if (outcome.state === 'refused') return turnedBack(leg - 1, outcome.refusal, nowMs);
  if (outcome.state === 'reversed') return turnedBack(leg - 1, refusalsOf[does].declined, nowMs);
  if (outcome.state === 'wrong') return turnedBack(leg, refusalsOf[does].wrong, nowMs);
  const again = { ...state, tries: tries + 1, askAtMs: nowMs + pauseMs(tries) };
  const isAbsent = outcome.state === 'absent';
  const ageMs = nowMs - heldAtMs;
  const enough = isAbsent ? ageMs > performWithinMs : tries >= enquiriesMax || ageMs > enquireWithinMs;
  // Money that is on its way back to a payer is never given up.
  if (enough && does !== 'refund') {
    const last = state.found ? legs.length - 1 : leg;
    return { ...turnedBack(last, refusalsOf[does].silent, nowMs), doubtful: true };
  }
  return { ...again, asks: isAbsent ? 'perform' : 'enquire' };
}

// What was found is enquired about leg by leg: one that is approved says nothing of the next.
const nextLeg = ({ leg, found }: LegState, nowMs: number): LegState =>
  found ? { ...legsFound(nowMs), leg: leg + 1 } : { ...legsBegun(nowMs), leg: leg + 1 };

function back(state: LegState, outcome: LegOutcome, nowMs: number): LegState {
  if (outcome.state === 'reversed') return { ...state, leg: state.leg - 1, tries: 0, askAtMs: nowMs };
  if (outcome.state === 'stands' && !state.voided) return { ...legsBegun(nowMs), leg: state.leg + 1 };
  return { ...state, tries: state.tries + 1, askAtMs: nowMs + pauseMs(state.tries) };
}

function watched(
  state: LegState,
  legs: readonly Leg[],
  outcome: LegOutcome,
  nowMs: number,
): LegState | undefined {
  if (outcome.state === 'approved' || outcome.state === 'wrong') {
    return { ...state, way: 'back', asks: 'reverse', tries: 0, askAtMs: nowMs };
  }
  if (state.leg + 1 < legs.length) return { ...state, leg: state.leg + 1, askAtMs: nowMs };
  const nextMs = watchAfterMs[state.tries + 1];
  if (nextMs === undefined) return undefined;
  return { ...state, leg: 0, tries: state.tries + 1, askAtMs: nowMs + nextMs };
}

/** Everything up to a leg is to be undone. */
export const turnedBack = (leg: number, refusal: Refusal, nowMs: number): LegState => ({
  way: 'back',
  leg,
  asks: 'reverse',
  tries: 0,
  askAtMs: nowMs,
  refusal,
});

/** All is undone and the hold is voided: what is left to look after; undefined when nothing is. */
export function afterVoid(state: LegState, nowMs: number): LegState | undefined {
  if (!state.doubtful) return undefined;
  const askAtMs = nowMs + (watchAfterMs[0] ?? 0);
  return { ...state, way: 'watch', leg: 0, asks: 'enquire', tries: 0, askAtMs, voided: true };
}

/** A partner says yes to what was already given up: it is to be undone once more. */
export const approvedLate = (leg: number, refusal: Refusal, voided: boolean, nowMs: number): LegState => ({
  ...turnedBack(leg, refusal, nowMs),
  doubtful: true,
  ...(voided && { voided }),
});

const pauseMs = (tries: number): number => Math.min(againAfterMs * 2 ** tries, againAfterMaxMs);

const refusalsOf: Record<Leg['does'], Record<'declined' | 'silent' | 'wrong', Refusal>> = {
  debit: {
    declined: { code: 'issuer.declined' },
    silent: { code: 'issuer.no_answer' },
    wrong: { code: 'issuer.answer_wrong' },
  },
  credit: {
    declined: { code: 'acquirer.declined' },
    silent: { code: 'acquirer.no_answer' },
    wrong: { code: 'acquirer.answer_wrong' },
  },
  refund: {
    declined: { code: 'issuer.declined' },
    silent: { code: 'issuer.no_answer' },
    wrong: { code: 'issuer.answer_wrong' },
  },
};
