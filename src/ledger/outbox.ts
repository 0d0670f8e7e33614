/**
 * The outbox: an account's entries are its own. Entries not yet sent travel to the events queue in order,
 * in as few messages as possible; sending twice is harmless, because projections skip what they have.
 */
import type { Feed } from './chain.ts';
import type { Journal } from './journal.ts';
import type { AccountFacts, Entry } from './model.ts';

// A queue message holds 128 KB. Most entries are under 2 KB, but one may carry a whole request of 64 KB.
const entriesPerMessage = 50;
const bytesPerMessage = 100_000;
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
      const sentTo = this.#sentTo;
      const entries = fitting(this.#journal.after(sentTo, entriesPerMessage));
      const last = entries.at(-1);
      if (!last) return true;
      try {
        await this.#queue.send({ facts, entries }, { contentType: 'v8' });
      } catch (fault) {
        console.error('outbox: queue send failed', facts.account, facts.stripe, String(fault));
        return false;
      }
      // Unless it was rewound meanwhile: then the next round starts from there.
      if (this.#sentTo === sentTo) this.#sentTo = last.seq;
      this.#lastSentMs = Date.now();
    }
  }
}

/** As many of the first entries as one message holds, at least one. */
function fitting(entries: readonly Entry[]): readonly Entry[] {
  let bytes = 0;
  const end = entries.findIndex((entry, index) => {
    // In the queue's encoding a text takes one byte per character, or two if any of them needs two.
    bytes += 500 + entry.body.length * (/[^ -ÿ]/.test(entry.body) ? 2 : 1);
    return index > 0 && bytes > bytesPerMessage;
  });
  return end < 0 ? entries : entries.slice(0, end);
}
