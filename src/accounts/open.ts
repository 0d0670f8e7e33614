import type { AccountRow, Directory } from '../directory/index.ts';
import { amountMinorMax, newId } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';

type NewAccount = Pick<AccountRow, 'kind' | 'owner' | 'currency' | 'label'> & {
  readonly stripes: number;
};

/**
 * A new, empty account: written down in the directory, then opened on the ledger, stripe by stripe. `books`
 * is how many there are to choose from; the stripes of an account go to neighbouring ones.
 */
export async function openAccount(
  directory: Directory,
  ledger: Ledger,
  books: number,
  { stripes, ...account }: NewAccount,
): Promise<AccountRow> {
  const nowMs = Date.now();
  const first = Math.floor(Math.random() * books);
  const row: AccountRow = {
    id: newId('account', nowMs),
    books: Array.from({ length: stripes }, (_, stripe) => (first + stripe) % books),
    status: 'active',
    // A funding account is the contra of everything a participant brought in: as low as numbers go.
    limitMinor: account.kind === 'funding' ? amountMinorMax.toString() : '0',
    createdAtMs: nowMs,
    ...account,
  };
  if (!(await directory.add(directory.tables.accounts, row)) && row.kind === 'funding') {
    const earlier = await directory.fundingAccount(row.owner, row.currency);
    if (earlier) return earlier;
  }
  await pushFacts(ledger, row);
  return row;
}

/** Tells an account's books what the directory says of it. Repeating it changes nothing. */
export async function pushFacts(ledger: Ledger, row: AccountRow): Promise<void> {
  const { id: account, kind, owner, currency, status, books } = row;
  const facts = { account, kind, owner, currency, status, limitMinor: BigInt(row.limitMinor) };
  await Promise.all(books.map((book, stripe) => ledger.stripe(row, stripe).put({ ...facts, stripe, book })));
}

/** The participant's funding account in a currency, opened the first time it is needed. */
export async function ensureFunding(
  directory: Directory,
  ledger: Ledger,
  books: number,
  participant: string,
  currency: string,
): Promise<AccountRow> {
  const existing = await directory.fundingAccount(participant, currency);
  if (!existing) {
    const facts = { kind: 'funding' as const, owner: participant, currency, label: 'Funding', stripes: 1 };
    return openAccount(directory, ledger, books, facts);
  }
  // Opening writes the directory first: whoever comes second makes sure that the ledger knows it too.
  await pushFacts(ledger, existing);
  return existing;
}
