/**
 * How often a key may call, and an address may fail. Each isolate counts by itself, in memory: nothing is
 * written, nothing is asked of anybody. One machine runs one isolate, so there the limits are exact; on
 * Cloudflare a caller whose requests reach several isolates has each one's limit.
 */
import type { Principal, Who } from '../directory/index.ts';
import type { Config } from '../kernel/index.ts';

// What may come at once: so many seconds' worth. Registers open in the morning, all together.
const burstMs = 10_000;
// Keys and addresses remembered, twice over; whoever is forgotten starts with a full burst.
const rememberedMax = 20_000;

/** What the shell asks about a caller. */
export interface Limits {
  /** Whether the caller may go on; counts the request. */
  admits(caller: Principal): boolean;
  /** Whether the caller may ask for the same thing again already; counts the request. */
  admitsPoll(caller: Principal, path: string): boolean;
  /** Whether so many requests from this address failed that nothing more is looked up for it. */
  isBlocked(address: string): boolean;
  countFailure(address: string): void;
  /** Whether the caller has guessed wrong so often that it may not try again yet. */
  isGuessing(caller: Principal): boolean;
  countGuess(caller: Principal): void;
}

export function limitsOf({ limits }: Pick<Config, 'limits'>): Limits {
  const [keys, polls, failures, guesses] = [new Rates(), new Rates(), new Rates(), new Rates()];
  const perSecond: Record<Who, number> = {
    issuer: limits.participant,
    acquirer: limits.participant,
    'merchant:owner': limits.register,
    'merchant:manager': limits.register,
    'merchant:cashier': limits.register,
    'staff:admin': limits.staff,
    'staff:officer': limits.staff,
    'staff:analyst': limits.staff,
    'staff:support': limits.staff,
  };
  return {
    admits: ({ key, who, requestsPerSecond }) => keys.take(key, requestsPerSecond ?? perSecond[who]),
    admitsPoll: ({ key }, path) => polls.take(`${key} ${path}`, limits.poll),
    isBlocked: (address) => !failures.has(address, limits.failure),
    countFailure: (address) => {
      failures.take(address, limits.failure);
    },
    isGuessing: ({ key }) => !guesses.has(key, limits.guess),
    countGuess: ({ key }) => {
      guesses.take(key, limits.guess);
    },
  };
}

/**
 * Many counters, each one number: the time at which everything taken so far has been paid for (the generic cell
 * rate algorithm of ITU-T I.371). Two generations, so that forgetting costs nothing.
 */
class Rates {
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  has(key: string, perSecond: number): boolean {
    const nowMs = Date.now();
    return this.#paidAt(key, nowMs) + 1_000 / perSecond <= nowMs + burstMs;
  }

  take(key: string, perSecond: number): boolean {
    const nowMs = Date.now();
    const paidAtMs = this.#paidAt(key, nowMs) + 1_000 / perSecond;
    if (paidAtMs > nowMs + burstMs) return false;
    this.#young.set(key, paidAtMs);
    if (this.#young.size >= rememberedMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return true;
  }

  #paidAt(key: string, nowMs: number): number {
    const paidAtMs = this.#young.get(key) ?? this.#old.get(key) ?? nowMs;
    // Further ahead than any is ever put: the clock was set back, and nobody is to wait until it has caught up.
    return paidAtMs < nowMs || paidAtMs > nowMs + burstMs ? nowMs : paidAtMs;
  }
}
