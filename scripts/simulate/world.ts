/**
 * A world of its own for one run: time, chance and everything that happens later come from here, so that a
 * seed fixes all of it. What code under test reaches as globals (clock, timers, random numbers) is led here
 * for as long as a run lasts.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers';

/** A rule that does not hold, or something that must never happen. */
export class Violation extends Error {
  override name = 'Violation';
}

/** One life of a process: between a start and a crash. What it left behind does not happen any more. */
export interface Life {
  alive: boolean;
  /** Runs `leave` when what was written before it is on disk: nothing gets out earlier. */
  afterFlush(leave: () => void): void;
}

interface Happening {
  readonly atMs: number;
  readonly order: number;
  readonly label: string;
  readonly life: Life | null;
  readonly run: () => void;
  cancelled: boolean;
}

/** Whose code is running. */
export const lifeOf = new AsyncLocalStorage<Life | null>();

// 2026-11-21, 00:00 UTC.
const startMs = 1_795_219_200_000;
// More than any run needs: a run that goes on is one that never comes to rest.
const stepsMax = 50_000;

export class World {
  readonly #trace = createHash('sha256');
  #state: number;
  #sinceStartMs = 0;
  #offsetMs = startMs;
  #order = 0;
  #steps = 0;
  /** In the order of their time. */
  #ahead: Happening[] = [];
  /** Whether messages get lost, disks fail to answer and objects crash. */
  faults = true;
  readonly #jumped: (() => void)[] = [];
  #violation: Error | undefined;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Wall clock. */
  get nowMs(): number {
    return this.#sinceStartMs + this.#offsetMs;
  }

  get steps(): number {
    return this.#steps;
  }

  /** The same for the same seed; different as soon as anything happened otherwise. */
  traceHash(): string {
    return this.#trace.copy().digest('hex').slice(0, 16);
  }

  note(text: string): void {
    this.#trace.update(text);
  }

  // ── chance ─────────────────────────────────────────────────────────────────────────────────────────

  /** Mulberry32: a whole number from 0 to below `below`. */
  random(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.random(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** True in `percent` of the cases, while there are faults. */
  fault(percent: number): boolean {
    return this.faults && this.random(100) < percent;
  }

  // ── time ───────────────────────────────────────────────────────────────────────────────────────────

  /** Sets the wall clock forwards or backwards; timers do not notice. */
  jump(byMs: number): void {
    this.#offsetMs += byMs;
    for (const jumped of this.#jumped) jumped();
  }

  onJump(jumped: () => void): void {
    this.#jumped.push(jumped);
  }

  /** Belongs to the life that is running, unless told otherwise: `null` outlives every crash. */
  later(
    delayMs: number,
    label: string,
    run: () => void,
    life: Life | null = lifeOf.getStore() ?? null,
  ): Happening {
    const atMs = this.#sinceStartMs + Math.max(0, delayMs);
    const happening = { atMs, order: this.#order++, label, life, run, cancelled: false };
    let index = this.#ahead.length;
    while (index > 0 && (this.#ahead[index - 1]?.atMs ?? 0) > atMs) index--;
    this.#ahead.splice(index, 0, happening);
    return happening;
  }

  sleep(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => this.later(delayMs, label, resolve));
  }

  /** Lets everything happen that happens within this time, or before `done`. */
  async pass(ms: number, done: () => boolean = () => false): Promise<void> {
    const untilMs = this.#sinceStartMs + ms;
    await settled();
    for (;;) {
      const next = this.#ahead[0];
      if (!next || next.atMs > untilMs || done()) break;
      this.#ahead.shift();
      if (next.cancelled || next.life?.alive === false) continue;
      if (++this.#steps > stepsMax) throw new Violation(`still busy after ${stepsMax} steps`);
      this.#sinceStartMs = next.atMs;
      this.#trace.update(`${next.atMs} ${next.label};`);
      lifeOf.run(next.life, next.run);
      await settled();
      if (this.#violation) throw this.#violation;
    }
    this.#sinceStartMs = Math.max(this.#sinceStartMs, done() ? 0 : untilMs);
  }

  /** Ends the run: something happened that must never happen. */
  fail(reason: unknown): void {
    this.#violation ??= reason instanceof Error ? reason : new Violation(String(reason));
  }
}

/** All promises settle before the next thing happens. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
