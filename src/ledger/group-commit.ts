/**
 * Group commit: works that arrive while a commit is under way share the next one. Each work runs to its
 * end without awaiting, inside one transaction; a work that throws takes nothing of the others with it.
 */
// One commit's worth: large enough to amortise the disk, small enough to answer within milliseconds.
const groupMax = 256;

interface Waiting {
  run: () => void;
  committed: () => void;
  failed: (reason: unknown) => void;
}

export interface CommitHost {
  readonly storage: DurableObjectStorage;
  /** Runs first in every transaction. */
  begin(): void;
  /** Runs last in every transaction. */
  end(): void;
  /** A transaction was rolled back: whatever memory holds must be read again. */
  reload(): void;
  /** Runs in the turn of the write, so that an alarm set here commits with it. */
  written(): void;
}

export class GroupCommit {
  readonly #host: CommitHost;
  #waiting: Waiting[] = [];
  #committing = false;

  constructor(host: CommitHost) {
    this.#host = host;
  }

  /** Resolves with `work`'s result once it is durable; rejects, with nothing written, when it throws. */
  commit<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T;
      this.#waiting.push({
        run: () => {
          result = work();
        },
        committed: () => resolve(result),
        failed: reject,
      });
      if (!this.#committing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#committing = true;
    try {
      while (this.#waiting.length > 0) {
        const written = this.#write(this.#waiting.splice(0, groupMax));
        try {
          this.#host.written();
          await this.#host.storage.sync();
          for (const waiting of written) waiting.committed();
        } catch (reason) {
          for (const waiting of written) waiting.failed(reason);
        }
      }
    } finally {
      this.#committing = false;
    }
  }

  #write(group: Waiting[]): Waiting[] {
    try {
      this.#host.storage.transactionSync(() => {
        this.#host.begin();
        for (const waiting of group) waiting.run();
        this.#host.end();
      });
      return group;
    } catch (reason) {
      this.#host.reload();
      const [first] = group;
      if (group.length > 1) return group.flatMap((waiting) => this.#write([waiting]));
      first?.failed(reason);
      return [];
    }
  }
}
