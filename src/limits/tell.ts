import { rulesInForce, tellRules } from '../accounts/index.ts';
import type { Directory } from '../directory/index.ts';
import type { Ledger } from '../ledger/index.ts';

// A request or a visit of the schedule may ask so many objects; the next visit goes on.
const booksPerVisitMax = 500;

/** Tells books what they have not been told by this isolate; answers how many are left, the unreachable too. */
export type RuleTeller = () => Promise<number>;

export function ruleTeller(directory: Directory, ledger: Ledger, books: number): RuleTeller {
  // By what each book is known to have; after a restart all are told again, which changes nothing in them.
  const revisions = new Map<number, number>();

  return async () => {
    const set = await rulesInForce(directory, books);
    if (set.revision === 0) return 0;
    const behind = Array.from({ length: books }, (_, book) => book).filter(
      (book) => (revisions.get(book) ?? 0) < set.revision,
    );
    const told = await tellRules(ledger, set, behind.slice(0, booksPerVisitMax));
    for (const book of told) revisions.set(book, set.revision);
    return behind.length - told.length;
  };
}
