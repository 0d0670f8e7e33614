/** Who waits for something to happen: told once, in memory; a waiter that is never told times out. */
export class Waiters<Value> {
  readonly #waiting = new Map<string, Set<(value: Value) => void>>();

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** The told value, or undefined after `waitMs`. */
  wait(key: string, waitMs: number): Promise<Value | undefined> {
    return new Promise((resolve) => {
      const told = (value?: Value) => {
        clearTimeout(timer);
        this.#forget(key, told);
        resolve(value);
      };
      const timer = setTimeout(() => told(), waitMs);
      const waiting = this.#waiting.get(key) ?? new Set();
      waiting.add(told);
      this.#waiting.set(key, waiting);
    });
  }

  tell(key: string, value: Value): void {
    for (const told of [...(this.#waiting.get(key) ?? [])]) told(value);
  }

  #forget(key: string, told: (value: Value) => void): void {
    const waiting = this.#waiting.get(key);
    waiting?.delete(told);
    if (waiting?.size === 0) this.#waiting.delete(key);
  }
}
