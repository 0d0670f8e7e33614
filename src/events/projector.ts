import { logFault } from '../kernel/index.ts';
import type { BookEntry, Feed, Ledger } from '../ledger/index.ts';
import { identify } from './identify.ts';
import type { EventSource, Projection, Run, SwitchEvent } from './model.ts';

// How many entries are fetched from a book at a time.
const fetchPage = 500;
// How many are announced and recorded at a time: small, so that payments on the same thread are not kept waiting.
const entriesPerStep = 150;
// Where databases run on the same thread as payments, a step after the other would keep payments waiting for all.
const others = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
// Pace of trying again when a database or a book does not answer.
const retryAfterS = 5;

export interface ProjectorParts {
  readonly ledger: Ledger;
  readonly projection: Projection;
  readonly sources: readonly EventSource[];
  /** Takes events over for delivery; resolves once they are safe. */
  readonly announce: (events: readonly SwitchEvent[]) => Promise<void>;
}

/** Handles one batch of the events queue. Messages that could not be handled are given back. */
export async function project(batch: MessageBatch<Feed>, parts: ProjectorParts): Promise<void> {
  try {
    await projectFeeds(
      batch.messages.map((message) => message.body),
      parts,
    );
    batch.ackAll();
    return;
  } catch (fault) {
    logFault('projector: batch failed, trying one by one', fault, { count: batch.messages.length });
  }
  for (const message of batch.messages) {
    try {
      await projectFeeds([message.body], parts);
      message.ack();
    } catch (fault) {
      logFault('projector: message failed', fault, { book: message.body.book });
      message.retry({ delaySeconds: retryAfterS * message.attempts });
    }
  }
}

async function projectFeeds(feeds: readonly Feed[], parts: ProjectorParts): Promise<void> {
  const tidings = byBook(feeds);
  const books = [...tidings.keys()];
  const marks = new Map(await parts.projection.watermarks(books));
  const announced = await parts.projection.announced(books);
  for (;;) {
    const runs: Run[] = [];
    let room = entriesPerStep;
    for (const [book, told] of tidings) {
      const run = await runOf(parts.ledger, book, told, marks.get(book) ?? 0, room);
      if (run.entries.length > 0) runs.push(run);
      room -= run.entries.length;
    }
    if (runs.length === 0) return;
    await parts.announce(identify(untold(runs, announced), parts.sources));
    await parts.projection.apply(runs);
    for (const { book, entries } of runs) marks.set(book, entries.at(-1)?.position ?? 0);
    await others();
  }
}

/** What is known of a book: entries by their positions, and how far it has come. */
interface Tidings {
  readonly known: Map<number, BookEntry>;
  upTo: number;
}

function byBook(feeds: readonly Feed[]): Map<number, Tidings> {
  const tidings = new Map<number, Tidings>();
  for (const { book, entries, upTo = 0 } of feeds) {
    const told = tidings.get(book) ?? { known: new Map(), upTo: 0 };
    tidings.set(book, told);
    for (const entry of entries) told.known.set(entry.position, entry);
    told.upTo = Math.max(told.upTo, upTo, entries.at(-1)?.position ?? 0);
  }
  return tidings;
}

/**
 * Records a book's next entries, if there are any, without waiting for the queue: for rebuilds and repairs.
 * Answers how many.
 */
export async function projectNext(book: number, parts: ProjectorParts): Promise<number> {
  const mark = (await parts.projection.watermarks([book])).get(book) ?? 0;
  const feed = await parts.ledger.book(book).feed(mark, entriesPerStep);
  if (feed.entries.length > 0) await projectFeeds([feed], parts);
  return feed.entries.length;
}

/** Tries once more to record what the queue gave up; why it cannot be, or undefined when it is. */
export async function projectAgain(feed: Feed, parts: ProjectorParts): Promise<string | undefined> {
  try {
    await projectFeeds([feed], parts);
    return undefined;
  } catch (fault) {
    return String(fault);
  }
}

const untold = (runs: readonly Run[], announced: ReadonlyMap<number, number>): Run[] =>
  runs.map(({ book, entries }) => ({
    book,
    entries: entries.filter(({ position }) => position > (announced.get(book) ?? 0)),
  }));

/** What of a book is new, in order, at most `limit`; entries that did not come are fetched from the book itself. */
async function runOf(
  ledger: Ledger,
  book: number,
  { known, upTo }: Tidings,
  mark: number,
  limit: number,
): Promise<Run> {
  const last = Math.min(upTo, mark + limit);
  const entries: BookEntry[] = [];
  for (let position = mark + 1; position <= last; position++) {
    if (!known.has(position)) {
      const missing = await ledger.book(book).feed(position - 1, fetchPage);
      for (const entry of missing.entries) known.set(entry.position, entry);
    }
    const entry = known.get(position);
    if (!entry) throw new Error(`book ${book}: entry ${position} is missing`);
    entries.push(entry);
    known.delete(position);
  }
  return { book, entries };
}
