/**
 * The outbox: a book's entries are its own. Projections are told of entries not yet told of: a few travel with
 * the message; of many only how far the book has come, and projections fetch them. Telling twice is harmless,
 * because projections skip what they have.
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
  /** The book has entries up to this position, and the message none of them. */
  readonly upTo?: number;
}

// More entries than these, or larger ones, are not put through a queue: it would write each of them to a disk twice.
const entriesPerMessage = 24;
const bytesPerMessage = 60_000;
// What an answer to a projection may hold.
const bytesPerFeed = 1_000_000;
// Entries kept in memory for the projections that fetch them; those before are read from storage.
const recentMax = 4_000;
// A busy book's entries share messages; a quiet one's leave almost at once.
const lingerQuietMs = 50;
const lingerBusyMs = 250;

export class Outbox {
  readonly #book: number;
  readonly #journal: Journal;
  readonly #queue: Queue<Feed>;
  #sentTo: number;
  /** The newest entries, in order and without a hole. */
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
    if (!follows) this.#recent = [];
    this.#recent.push(...entries);
    if (this.#recent.length > 2 * recentMax) this.#recent = this.#recent.slice(-recentMax);
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

  /** Entries after a position, oldest first: at most `limit`, no more than one answer holds, at least one. */
  after(position: number, limit: number): Feed {
    return this.#feed(position, limit, bytesPerFeed);
  }

  async #sendAll(): Promise<boolean> {
    for (;;) {
      const sentTo = this.#sentTo;
      const feed = this.#next(sentTo);
      const position = feed.upTo ?? feed.entries.at(-1)?.position;
      if (position === undefined) return true;
      try {
        await this.#queue.send(feed, { contentType: 'v8' });
      } catch (fault) {
        logFault('outbox: queue send failed', fault, { book: this.#book });
        return false;
      }
      // Unless it was rewound meanwhile: then the next round starts from there.
      if (this.#sentTo === sentTo) this.#sentTo = position;
      this.#lastSentMs = Date.now();
    }
  }

  #next(sentTo: number): Feed {
    const last = this.#recent.at(-1)?.position ?? this.#journal.lastBatch().n;
    if (last - sentTo > entriesPerMessage) return { book: this.#book, entries: [], upTo: last };
    return this.#feed(sentTo, entriesPerMessage, bytesPerMessage);
  }

  #feed(position: number, limit: number, bytesMax: number): Feed {
    const from = position + 1 - (this.#recent[0]?.position ?? Number.POSITIVE_INFINITY);
    const entries = from >= 0 ? this.#recent.slice(from, from + limit) : this.#read(position, limit);
    return { book: this.#book, entries: fitting(entries, bytesMax) };
  }

  #read(position: number, limit: number): BookEntry[] {
    const facts = new Map<number, AccountFacts>();
    return this.#journal.keysAfter(position, limit).map(({ position: at, key }) => {
      const known = facts.get(key[0]) ?? this.#journal.facts(key[0]);
      const entry = this.#journal.entry(...key);
      assert(known && entry, `position ${at} names an entry that is not there`);
      facts.set(key[0], known);
      return { position: at, account: key[0], facts: known, entry };
    });
  }
}

/** As many of the first entries as so many bytes hold, at least one. */
function fitting(entries: readonly BookEntry[], bytesMax: number): readonly BookEntry[] {
  let bytes = 0;
  const end = entries.findIndex(({ entry }, index) => {
    bytes += sizeOf(entry);
    return index > 0 && bytes > bytesMax;
  });
  return end < 0 ? entries : entries.slice(0, end);
}

// In the queue's encoding a text takes one byte per character, or two if any of them needs two.
const sizeOf = (entry: Entry): number => 500 + entry.body.length * (/[^ -ÿ]/.test(entry.body) ? 2 : 1);
