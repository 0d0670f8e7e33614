/**
 * The sweeper: every minute it visits some of the books, so that work whose alarm was lost is finished and
 * reports that fell behind catch up. Going round, it reaches every book.
 */
import { logFault } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Projection } from './model.ts';

// One visit is one request to an object: this many keep the minute's work small.
const booksPerSweep = 100;
const minuteMs = 60_000;
// A book that missed so many rounds is silent.
const roundsMissedMax = 3;

/** A book as the sweeper found it. */
export interface BookState {
  readonly atMs: number;
  /** Position of its last entry. */
  readonly position: number;
  /** Transfers whose outcome it did not know yet, or had still to write. */
  readonly open: number;
  /** When the oldest of them began; null when there is none. */
  readonly oldestOpenAtMs: number | null;
  /** When the first entry was written that the reports had not got; null when they had all. */
  readonly unreportedAtMs: number | null;
}

export interface SweepMemory {
  /** The book the next sweep begins with; 0 at the start. */
  next(): Promise<number>;
  remember(next: number): Promise<void>;
  /** Takes down how books were found. */
  found(states: ReadonlyMap<number, BookState>): Promise<void>;
}

/** How long ago the sweeper may have visited a book that is not silent. */
export const silentAfterMs = (books: number): number =>
  (Math.ceil(books / booksPerSweep) + roundsMissedMax) * minuteMs;

export async function sweep(
  books: number,
  ledger: Ledger,
  projection: Projection,
  memory: SweepMemory,
): Promise<{ visited: number; open: number }> {
  const first = await memory.next();
  const visited = Array.from(
    { length: Math.min(books, booksPerSweep) },
    (_, index) => (first + index) % books,
  );
  const marks = await projection.watermarks(visited);
  const states = new Map<number, BookState>();
  for (const book of visited) {
    try {
      const mark = marks.get(book) ?? 0;
      const { open, position, oldestOpenAtMs, unreportedAtMs } = await ledger.book(book).sweep(mark);
      states.set(book, { atMs: Date.now(), position, open, oldestOpenAtMs, unreportedAtMs });
      // What was reported was on disk once: a file that is older than that was put back, or the disk forgot it.
      if (position < mark) {
        logFault('sweeper: a book has lost entries', undefined, { book, count: mark - position });
      }
    } catch (fault) {
      logFault('sweeper: a book did not answer', fault, { book });
    }
  }
  await memory.found(states);
  if (books > booksPerSweep) await memory.remember((first + booksPerSweep) % books);
  return { visited: visited.length, open: [...states.values()].reduce((sum, { open }) => sum + open, 0) };
}
