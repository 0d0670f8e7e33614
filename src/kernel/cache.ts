/**
 * A small cache with a lifetime, for control-plane facts read on the hot path.
 *
 * It holds values, never promises: on Workers a promise belongs to the request that made it, and another
 * request awaiting it hangs. When a value grows old, the first request to notice reads it again while the
 * others go on with the old one for a moment longer; when it cannot be read, all go on with it for minutes.
 */
import { logFault } from './log.ts';

// How much longer an old value serves while it is being read again.
const graceMs = 5_000;
// What was not there may come to be any moment.
const missingMaxMs = 5_000;
// How much longer when it cannot be read: a database that is down for minutes stops nobody who is known.
const outageMsMax = 300_000;
// How soon it is tried again then; the others do not wait for a database that is down.
const retryAfterMs = 5_000;

interface Cached<Value> {
  value: Value;
  expiresAtMs: number;
  refreshing: boolean;
  /** Reading it has just failed: until then nobody tries again. */
  failedUntilMs: number;
}

export class Cache<Value> {
  readonly #entries = new Map<string, Cached<Value>>();
  readonly #lifetimeMs: number;
  readonly #sizeMax: number;

  constructor(lifetimeMs: number, sizeMax: number) {
    this.#lifetimeMs = lifetimeMs;
    this.#sizeMax = sizeMax;
  }

  async get(key: string, load: () => Promise<Value>): Promise<Value> {
    const nowMs = Date.now();
    const cached = this.#entries.get(key);
    if (cached && cached.expiresAtMs > nowMs) return cached.value;
    if (cached?.refreshing && cached.expiresAtMs + graceMs > nowMs) return cached.value;
    const outlasts = cached?.value !== undefined && cached.expiresAtMs + outageMsMax > nowMs;
    if (outlasts && cached.failedUntilMs > nowMs) return cached.value;
    if (cached) cached.refreshing = true;
    try {
      const value = await load();
      this.#put(key, value);
      return value;
    } catch (fault) {
      if (!outlasts) throw fault;
      logFault('cache: an old value serves on', fault);
      cached.failedUntilMs = nowMs + retryAfterMs;
      return cached.value;
    } finally {
      if (cached) cached.refreshing = false;
    }
  }

  /** Whether it was loaded before, however old it is by now. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  #put(key: string, value: Value): void {
    this.#entries.delete(key);
    const lifetimeMs = value === undefined ? Math.min(missingMaxMs, this.#lifetimeMs) : this.#lifetimeMs;
    const expiresAtMs = Date.now() + lifetimeMs;
    this.#entries.set(key, { value, expiresAtMs, refreshing: false, failedUntilMs: 0 });
    // A Map iterates in insertion order, so its first key is the oldest.
    if (this.#entries.size <= this.#sizeMax) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}

/**
 * What is worked out once and kept. Requests that come before the first result each work it out themselves,
 * for the same reason.
 */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: { readonly value: Value } | undefined;
  return async () => {
    made ??= { value: await make() };
    return made.value;
  };
}

/** A pure function that remembers what it made of its last `sizeMax` texts. */
export function remembering<Value>(make: (text: string) => Value, sizeMax: number): (text: string) => Value {
  const made = new Map<string, Value>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const value = make(text);
    made.set(text, value);
    // A Map iterates in insertion order, so its first key is the oldest.
    const oldest = made.size > sizeMax ? made.keys().next() : undefined;
    if (oldest && !oldest.done) made.delete(oldest.value);
    return value;
  };
}
