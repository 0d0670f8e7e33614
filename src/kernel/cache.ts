/**
 * A small cache with a lifetime, for control-plane facts read on the hot path. Holds promises, so a
 * hundred requests arriving together ask once; a failed look-up is not kept.
 */
export class Cache<Value> {
  readonly #entries = new Map<string, { expiresAtMs: number; value: Promise<Value> }>();
  readonly #lifetimeMs: number;
  readonly #sizeMax: number;

  constructor(lifetimeMs: number, sizeMax: number) {
    this.#lifetimeMs = lifetimeMs;
    this.#sizeMax = sizeMax;
  }

  get(key: string, load: () => Promise<Value>): Promise<Value> {
    const nowMs = Date.now();
    const cached = this.#entries.get(key);
    if (cached && cached.expiresAtMs > nowMs) return cached.value;
    const value = load();
    this.#entries.delete(key);
    this.#entries.set(key, { expiresAtMs: nowMs + this.#lifetimeMs, value });
    value.catch(() => this.forget(key));
    this.#evict();
    return value;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  // A Map iterates in insertion order, so its first key is the oldest.
  #evict(): void {
    if (this.#entries.size <= this.#sizeMax) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
