/**
 * Asking a partner through its adapter: with a deadline, with the breaker told what came of it, and with every
 * answer checked before it is believed.
 */
import { logFault, type Refusal } from '../kernel/index.ts';
import type { Breaker } from './breaker.ts';
import type { Adapter, Answer, Movement, Order, Terms } from './contract.ts';
import { refusalOf } from './reasons.ts';

/** A way to a partner that can be used: its adapter, its terms, and who it is for the breaker. */
export interface Connection {
  readonly id: string;
  readonly adapter: Adapter;
  readonly terms: Terms;
}

/** What the switch may rely on; `unknown` is everything else. */
export type Outcome =
  | { readonly state: 'approved' | 'absent' | 'wrong' | 'reversed' | 'stands' | 'unknown' }
  | { readonly state: 'refused'; readonly refusal: Refusal };

export type Question = 'perform' | 'status' | 'reverse';

/** Never throws: no answer in time, or one that makes no sense, is `unknown`. */
export async function reach(
  { id, adapter, terms }: Connection,
  breaker: Breaker,
  question: Question,
  movement: Movement,
  order: Order,
): Promise<Outcome> {
  try {
    const answer = await inTime(terms.deadlineMs, (signal) => adapter[question](movement, order, signal));
    breaker.answered(id);
    return outcomeOf(question, movement, order, answer);
  } catch (fault) {
    breaker.silent(id, Date.now());
    logFault(`partner: no answer to ${question} ${movement}`, fault, { partner: id, transfer: order.id });
    return { state: 'unknown' };
  }
}

/** What an answer is worth to this question. */
function outcomeOf(question: Question, movement: Movement, order: Order, answer: Answer): Outcome {
  if (answer.state === 'pending') return { state: 'unknown' };
  if (answer.state === 'approved') {
    if (question === 'reverse') return { state: 'unknown' };
    const same = answer.amountMinor === order.amountMinor && answer.currency === order.currency;
    return { state: same ? 'approved' : 'wrong' };
  }
  if (question === 'reverse') {
    if (answer.state === 'refused') return { state: 'unknown' };
    // Never heard of it is no promise that it will not be done: only a reversal is.
    if (answer.state === 'absent') return { state: 'unknown' };
    // An issuer can always give back what it took.
    return answer.state === 'stands' && movement === 'debit' ? { state: 'unknown' } : answer;
  }
  if (answer.state === 'stands') return { state: 'unknown' };
  if (answer.state === 'refused') return { state: 'refused', refusal: refusalOf(movement, answer.refusal) };
  return answer.state === 'absent' && question === 'perform' ? { state: 'unknown' } : answer;
}

async function inTime<Value>(ms: number, ask: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms} ms`));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([ask(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
