/**
 * An object's one alarm. Setting a nearer one costs a round trip before the commit, so it stands where it is
 * unless it must come sooner.
 */
// An alarm that should have run this long ago is taken for lost.
const lostAfterMs = 60_000;

export class StandingAlarm {
  readonly #storage: DurableObjectStorage;
  #standsAtMs: number | null = null;
  /** When it must have run; undefined when nothing waits for it. */
  #dueMs: number | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Reads what an earlier life of the object has set. */
  async start(): Promise<void> {
    this.#standsAtMs = await this.#storage.getAlarm();
  }

  /** It is running: nothing stands any more. */
  rang(): void {
    this.#standsAtMs = null;
    this.#dueMs = undefined;
  }

  /** Something waits for it; `arm` sees to it that it rings in time. */
  need(atMs: number): void {
    this.#dueMs = Math.min(atMs, this.#dueMs ?? Number.POSITIVE_INFINITY);
  }

  arm(): void {
    const dueMs = this.#dueMs;
    if (dueMs === undefined) return;
    const standing = this.#standsAtMs;
    const lost = standing !== null && standing < Date.now() - lostAfterMs;
    if (standing !== null && standing <= dueMs && !lost) return;
    this.#standsAtMs = dueMs;
    void this.#storage.setAlarm(dueMs);
  }
}
