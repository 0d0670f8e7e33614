/**
 * Entries the reports could not take, however often the queue brought them. They are safe in their accounts; each minute
 * the sweeper sends them again, and when the reports have them nobody needs to do anything any more.
 */
import type { Directory } from '../directory/index.ts';
import { type ProjectorParts, projectAgain } from '../events/index.ts';
import { logFault } from '../kernel/index.ts';
import type { Feed } from '../ledger/index.ts';

export interface DeadLetterParts {
  readonly directory: Directory;
  readonly projector: ProjectorParts;
}

/** What the dead-letter queue brings is tried once more, to know why, and written down. */
export async function takeDeadLetters(
  batch: MessageBatch<Feed>,
  { directory, projector }: DeadLetterParts,
): Promise<void> {
  for (const { body } of batch.messages) {
    const fault = await projectAgain(body, projector);
    if (fault === undefined) continue;
    logFault('events: given up for now', fault, { book: body.book });
    await directory.addDeadLetter({ book: body.book, position: lastOf(body), fault: cut(fault) });
  }
  batch.ackAll();
}

/** Tries a book's entries once more; why it cannot be done, or undefined when it is. */
export async function tryAgain(book: number, { projector }: DeadLetterParts): Promise<string | undefined> {
  const mark = (await projector.projection.watermarks([book])).get(book) ?? 0;
  const feed: Feed = await projector.ledger.book(book).feed(mark, entriesPerTry);
  const fault = await projectAgain(feed, projector);
  return fault === undefined ? undefined : cut(fault);
}

/** Those that the reports have taken since are done. */
export const settleDeadLetters = ({ directory, projector }: DeadLetterParts): Promise<void> =>
  directory.resolveRecorded((books) => projector.projection.watermarks(books));

// As many as one asks for at a time; the sweeper sends the rest.
const entriesPerTry = 500;
const faultLengthMax = 500;
const cut = (fault: string): string => fault.slice(0, faultLengthMax);
const lastOf = ({ entries, upTo = 0 }: Feed): number => Math.max(upTo, entries.at(-1)?.position ?? 0);
