/** Tells books the limit rules in force. A book has them before its first account, so none is ever without. */
import type { Directory, LimitRuleRow } from '../directory/index.ts';
import { logFault } from '../kernel/index.ts';
import type { Ledger, LimitRule, RuleSet } from '../ledger/index.ts';

const booksAtOnceMax = 50;

/** What books are to be told; `books` is how many there are in all. */
export async function rulesInForce(directory: Directory, books: number): Promise<RuleSet> {
  const { revision, rows } = await directory.limitRules.inForce();
  return { revision, books, rules: rows.map(ruleOf) };
}

export const ruleOf = (row: LimitRuleRow): LimitRule => ({
  id: row.rule,
  version: row.version,
  scope: row.scope,
  subject: row.subject,
  currency: row.currency,
  direction: row.direction,
  measure: row.measure,
  threshold: row.threshold,
  windowSeconds: row.windowSeconds,
  above: row.above,
});

/**
 * Those that could be told. Repeating it changes nothing, and a set that comes late never undoes a newer one.
 */
export async function tellRules(ledger: Ledger, set: RuleSet, books: readonly number[]): Promise<number[]> {
  const told: number[] = [];
  const next = [...new Set(books)].values();
  const tellOneByOne = async () => {
    for (const book of next) {
      try {
        await ledger.book(book).putRules(set);
        told.push(book);
      } catch (fault) {
        logFault('limits: a book was not told its rules', fault, { book });
      }
    }
  };
  await Promise.all(Array.from({ length: booksAtOnceMax }, tellOneByOne));
  return told;
}

/** For books that are about to get an account: throws when one of them cannot be told. */
export async function haveRules(
  directory: Directory,
  ledger: Ledger,
  booksInAll: number,
  books: readonly number[],
): Promise<void> {
  const set = await rulesInForce(directory, booksInAll);
  if (set.revision === 0) return;
  const told = await tellRules(ledger, set, books);
  if (told.length < new Set(books).size) throw new Error('a book was not told its limit rules');
}
