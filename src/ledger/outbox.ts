/**
 * The outbox: an account's entries are its own. Entries not yet sent travel to the events queue in order,
 * in as few messages as possible; sending twice is harmless, because projections skip what they have.
 */
import type { Feed } from './chain.ts';
import type { Journal } from './journal.ts';
import type { AccountFacts } from './model.ts';

// A queue message holds 128 KB and an entry is well under 2 KB.
const entriesPerMessage = 50;
// A busy account's entries share messages; a quiet one's leave almost at once.
const lingerQuietMs = 50;
const lingerBusyMs = 1_000;

export class Outbox {
  readonly #journal: Journal;
  readonly #queue: Queue<Feed>;
  readonly #facts: () => AccountFacts | undefined;
  #sentTo: number;
  #lastSentMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<boolean> | undefined;

  constructor(journal: Journal, queue: Queue<Feed>, facts: () => AccountFacts | undefined, sentTo: number) {
    this.#journal = journal;
    this.#queue = queue;
    this.#facts = facts;
    this.#sentTo = sentTo;
  }

  /** The highest sequence known to have been sent; written beside each entry as it is appended. */
  get sentTo(): number {
    return this.#sentTo;
  }

  /** Projections have less than was sent: send again from there. */
  rewind(seq: number): void {
    this.#sentTo = Math.min(this.#sentTo, seq);
  }

  /** Sends soon. Losing the timer loses nothing: the alarm sends what is unsent. */
  sendSoon(): void {
    if (this.#timer !== undefined) return;
    const busy = Date.now() - this.#lastSentMs < lingerBusyMs;
    this.#timer = setTimeout(() => void this.send(), busy ? lingerBusyMs : lingerQuietMs);
  }

  /** Sends all that is unsent. False when the queue did not take it; the entries stay unsent then. */
  send(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<boolean> {
    const facts = this.#facts();
    if (!facts) return true;
    for (;;) {
      const entries = this.#journal.after(this.#sentTo, entriesPerMessage);
      const last = entries.at(-1);
      if (!last) return true;
      try {
        await this.#queue.send({ facts, entries }, { contentType: 'v8' });
      } catch (fault) {
        console.error('outbox: queue send failed', facts.account, facts.stripe, String(fault));
        return false;
      }
      this.#sentTo = Math.max(this.#sentTo, last.seq);
      this.#lastSentMs = Date.now();
    }
  }
}
