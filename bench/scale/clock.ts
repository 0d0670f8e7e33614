/** A discrete-event clock: what is due next happens next, and nothing takes longer than it is said to. */
export class Clock {
  nowMs = 0;
  // A binary heap by time, then by the order in which things were put in, so that a run repeats exactly.
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #happenings: (() => void)[] = [];
  #count = 0;

  after(delayMs: number, happen: () => void): void {
    let at = this.#times.length;
    this.#times.push(this.nowMs + delayMs);
    this.#orders.push(this.#count++);
    this.#happenings.push(happen);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Until nothing is due before `untilMs`. */
  run(untilMs: number): void {
    while (this.#times.length > 0 && (this.#times[0] ?? 0) <= untilMs) this.#next();
    this.nowMs = untilMs;
  }

  #next(): void {
    this.nowMs = this.#times[0] ?? this.nowMs;
    const happen = this.#happenings[0];
    const last = this.#times.length - 1;
    this.#swap(0, last);
    this.#times.pop();
    this.#orders.pop();
    this.#happenings.pop();
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let first = at;
      if (left < last && this.#before(left, first)) first = left;
      if (right < last && this.#before(right, first)) first = right;
      if (first === at) break;
      this.#swap(at, first);
      at = first;
    }
    happen?.();
  }

  #before(left: number, right: number): boolean {
    const [one, other] = [this.#times[left] ?? 0, this.#times[right] ?? 0];
    return one < other || (one === other && (this.#orders[left] ?? 0) < (this.#orders[right] ?? 0));
  }

  #swap(left: number, right: number): void {
    for (const list of [this.#times, this.#orders, this.#happenings] as unknown[][]) {
      [list[left], list[right]] = [list[right], list[left]];
    }
  }
}
