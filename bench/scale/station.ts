/**
 * Somebody who serves one group at a time, first come, first served: a thread (groups of one), or a group
 * commit (all that wait, up to a limit, share one service).
 */
import type { Clock } from './clock.ts';

export interface StationOptions {
  readonly clock: Clock;
  /** How long a service of `size` works takes, and of the load they bring together. */
  readonly serviceMs: (size: number, load: number) => number;
  readonly groupMax: number;
}

interface Work {
  readonly load: number;
  readonly done: () => void;
}

export class Station {
  readonly #options: StationOptions;
  // Taken from `#head` on; cut off now and then, since shifting costs as much as is waiting.
  #waiting: Work[] = [];
  #head = 0;
  #serving = 0;
  #busyMs = 0;
  #served = 0;
  #services = 0;
  #presentMs = 0;
  #changedMs = 0;
  #countedFromMs = 0;

  constructor(options: StationOptions) {
    this.#options = options;
  }

  /** `done` is told when the work has been served. */
  serve(done: () => void, load = 0): void {
    this.#count();
    this.#waiting.push({ done, load });
    if (this.#serving === 0) this.#begin();
  }

  /** Forgets what was counted so far, such as a warm-up. */
  countFromNow(): void {
    this.#count();
    this.#countedFromMs = this.#options.clock.nowMs;
    this.#busyMs = 0;
    this.#served = 0;
    this.#services = 0;
    this.#presentMs = 0;
  }

  get counts() {
    this.#count();
    const elapsedMs = this.#options.clock.nowMs - this.#countedFromMs;
    return {
      served: this.#served,
      services: this.#services,
      /** Share of the time it was at work. */
      busy: this.#busyMs / elapsedMs,
      perSecond: (1_000 * this.#served) / elapsedMs,
      /** Waiting and served, on average over time. */
      present: this.#presentMs / elapsedMs,
    };
  }

  get #queued(): number {
    return this.#waiting.length - this.#head;
  }

  #count(): void {
    const { nowMs } = this.#options.clock;
    const elapsedMs = nowMs - this.#changedMs;
    this.#presentMs += elapsedMs * (this.#queued + this.#serving);
    if (this.#serving > 0) this.#busyMs += elapsedMs;
    this.#changedMs = nowMs;
  }

  #begin(): void {
    const { clock, groupMax, serviceMs } = this.#options;
    const size = Math.min(this.#queued, groupMax);
    const group = this.#waiting.slice(this.#head, this.#head + size);
    this.#head += size;
    if (this.#head > 1_000) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    this.#serving = size;
    const load = group.reduce((sum, work) => sum + work.load, 0);
    clock.after(serviceMs(size, load), () => this.#end(group));
  }

  #end(group: readonly Work[]): void {
    this.#count();
    this.#serving = 0;
    this.#served += group.length;
    this.#services += 1;
    for (const { done } of group) done();
    if (this.#serving === 0 && this.#queued > 0) this.#begin();
  }
}
