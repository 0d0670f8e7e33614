/** How far the reports have come with what certain books say. */
import type { Projection } from '../events/index.ts';
import type { Ledger } from '../ledger/index.ts';

/**
 * Until when the reports hold everything these books have written: now, or just before the first entry they
 * miss. Asked before the rows are read, so that it never promises too much.
 */
export async function completeUpTo(
  ledger: Pick<Ledger, 'book'>,
  projection: Pick<Projection, 'watermarks'>,
  books: readonly number[],
): Promise<number> {
  const nowMs = Date.now();
  const numbers = [...new Set(books)];
  const recorded = await projection.watermarks(numbers);
  const times = numbers.map(async (number) => {
    const { entries } = await ledger.book(number).feed(recorded.get(number) ?? 0, 1);
    const missing = entries[0]?.entry.atMs;
    return missing === undefined ? nowMs : Math.min(missing, nowMs);
  });
  return Math.min(nowMs, ...(await Promise.all(times)));
}
