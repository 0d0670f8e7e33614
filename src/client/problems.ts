/** The two ways in which a call does not succeed: the switch said no, or nobody knows what it said. */
import type { Problem, RefusalCode } from './types.ts';

/** The switch said no, and why. Nothing was changed by this call. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;
  /** How long the switch asks to wait before the same call; undefined when it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs: number | undefined) {
    super(`${problem.code}: ${problem.detail}${problem.explanation ? ` (${problem.explanation})` : ''}`);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  get code(): RefusalCode {
    return this.problem.code;
  }
}

/**
 * No answer came, however often the call was repeated. Whether it was done is not known: make the same call with
 * the same `idempotencyKey` when there is a connection again, and it is answered, not done a second time.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** The key that the call was made with; undefined when it had none. */
  readonly idempotencyKey: string | undefined;
  /** The last that was heard, when it was a problem of the switch itself. */
  readonly problem: Problem | undefined;

  constructor(
    reason: string,
    facts: { idempotencyKey?: string | undefined; problem?: Problem | undefined; cause?: unknown },
  ) {
    super(reason, { cause: facts.cause });
    this.idempotencyKey = facts.idempotencyKey;
    this.problem = facts.problem;
  }
}
