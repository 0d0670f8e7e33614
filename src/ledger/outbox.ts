/**
 * The outbox: a book's entries are its own. Entries not yet sent travel to the events queue in order, in as
 * few messages as possible; sending twice is harmless, because projections skip what they have.
 */
import { assert, logFault } from '../kernel/index.ts';
import type { Journal } from './journal.ts';
import type { AccountFacts, Entry } from './model.ts';

/** An entry with the account it belongs to and where it stands in its book. */
export interface BookEntry {
  readonly position: number;
  /** The account's number in the book. */
  readonly account: number;
  readonly facts: AccountFacts;
  readonly entry: Entry;
}

/** A run of a book's entries, as it travels to projections. */
export interface Feed {
  readonly book: number;
  readonly entries: readonly BookEntry[];
}

// A queue message holds 128 KB. Most entries are under 2 KB, but one may carry a whole request of 64 KB.
const bytesPerMessage = 100_000;
const entriesPerMessage = 100;
// Beyond this many the unsent are read from storage when their turn comes.
const recentMax = 10_000;
// A busy book's entries share messages; a quiet one's leave almost at once.
const lingerQuietMs = 50;
const lingerBusyMs = 250;

export class Outbox {
  readonly #book: number;
  readonly #journal: Journal;
  readonly #queue: Queue<Feed>;
  #sentTo: number;
  /** Entries just written, so that they need not be read again. */
  #recent: BookEntry[] = [];
  #lastSentMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<boolean> | undefined;

  constructor(book: number, journal: Journal, queue: Queue<Feed>, sentTo: number) {
    this.#book = book;
    this.#journal = journal;
    this.#queue = queue;
    this.#sentTo = sentTo;
  }

  /** The highest position known to have been sent; written beside each batch. */
  get sentTo(): number {
    return this.#sentTo;
  }

  /** Takes entries that were just committed. What does not follow on what is here starts anew. */
  add(entries: readonly BookEntry[]): void {
    const follows = this.#recent.at(-1)?.position === (entries[0]?.position ?? 0) - 1;
    if (!follows || this.#recent.length > recentMax) this.#recent = [];
    this.#recent.push(...entries);
  }

  /** Projections have less than was sent: send again from there. */
  rewind(position: number): void {
    this.#sentTo = Math.min(this.#sentTo, position);
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
    for (;;) {
      const sentTo = this.#sentTo;
      const feed = this.#next(sentTo);
      const last = feed.entries.at(-1);
      if (!last) return true;
      try {
        await this.#queue.send(feed, { contentType: 'v8' });
      } catch (fault) {
        logFault('outbox: the queue did not take entries', fault, { book: this.#book });
        return false;
      }
      // Unless it was rewound meanwhile: then the next round starts from there.
      if (this.#sentTo === sentTo) this.#sentTo = last.position;
      this.#lastSentMs = Date.now();
    }
  }

  #next(sentTo: number): Feed {
    const from = this.#recent.findIndex(({ position }) => position === sentTo + 1);
    if (from < 0) return feedAfter(this.#book, this.#journal, sentTo, entriesPerMessage);
    this.#recent.splice(0, from);
    return { book: this.#book, entries: fitting(this.#recent.slice(0, entriesPerMessage)) };
  }
}

/** Entries after a position, oldest first: at most `limit`, no more than one message holds, at least one. */
export function feedAfter(book: number, journal: Journal, position: number, limit: number): Feed {
  const facts = new Map<number, AccountFacts>();
  const entries = journal.keysAfter(position, limit).map(({ position: at, key }): BookEntry => {
    const known = facts.get(key[0]) ?? journal.facts(key[0]);
    const entry = journal.entry(...key);
    assert(known && entry, `position ${at} names an entry that is not there`);
    facts.set(key[0], known);
    return { position: at, account: key[0], facts: known, entry };
  });
  return { book, entries: fitting(entries) };
}

/** As many of the first entries as one message holds, at least one. */
function fitting(entries: readonly BookEntry[]): readonly BookEntry[] {
  let bytes = 0;
  const end = entries.findIndex(({ entry }, index) => {
    bytes += sizeOf(entry);
    return index > 0 && bytes > bytesPerMessage;
  });
  return end < 0 ? entries : entries.slice(0, end);
}

// In the queue's encoding a text takes one byte per character, or two if any of them needs two.
const sizeOf = (entry: Entry): number => 500 + entry.body.length * (/[^ -ÿ]/.test(entry.body) ? 2 : 1);
