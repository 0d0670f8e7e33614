import type { AccountRow, Directory } from '../directory/index.ts';
import { amountMinorMax, newId, ok, type Result, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';

type NewAccount = Pick<AccountRow, 'kind' | 'owner' | 'currency' | 'label'> & {
  readonly stripes: number;
  /** How far below zero a merchant's account may go for refunds. */
  readonly limitMinor?: bigint;
};

/**
 * A new, empty account: written down in the directory, then opened on the ledger, stripe by stripe. `books`
 * is how many there are to choose from; the stripes of an account go to neighbouring ones.
 */
export async function openAccount(
  directory: Directory,
  ledger: Ledger,
  books: number,
  { stripes, limitMinor = 0n, ...account }: NewAccount,
): Promise<AccountRow> {
  const nowMs = Date.now();
  const first = Math.floor(Math.random() * books);
  const row: AccountRow = {
    id: newId('account', nowMs),
    books: Array.from({ length: stripes }, (_, stripe) => (first + stripe) % books),
    status: 'active',
    // A funding account is the contra of everything a participant brought in: as low as numbers go.
    limitMinor: account.kind === 'funding' ? amountMinorMax.toString() : limitMinor.toString(),
    version: 1,
    createdAtMs: nowMs,
    ...account,
  };
  if (!(await directory.add(directory.tables.accounts, row)) && row.kind === 'funding') {
    const earlier = await directory.fundingAccount(row.owner, row.currency);
    if (earlier) return earlier;
  }
  await pushFacts(directory, ledger, row);
  return row;
}

/**
 * Tells an account's books what the directory says of it. Repeating it changes nothing, and a push that comes
 * late never undoes a newer one. Refused when one of them cannot be closed.
 *
 * The owner is read after the account's version was taken: whoever changes either takes a version later, so
 * the newest version always carries both as they are.
 */
export async function pushFacts(
  directory: Directory,
  ledger: Ledger,
  row: AccountRow,
): Promise<Result<null>> {
  const { id: account, kind, owner, currency, version, books } = row;
  const merchant = kind === 'merchant' ? await directory.merchant(owner) : undefined;
  const suspended = merchant?.status === 'suspended' && row.status === 'active';
  const status = suspended ? 'frozen' : row.status;
  const facts = { account, kind, owner, currency, status, version } as const;
  const limits = shares(BigInt(row.limitMinor), books.length);
  const answers = await Promise.all(
    books.map((book, stripe) =>
      ledger.stripe(row, stripe).put({ ...facts, stripe, book, limitMinor: limits[stripe] ?? 0n }),
    ),
  );
  return answers.find((answer) => !answer.ok) ?? ok(null);
}

/** Each stripe decides alone, so each has its part of the limit; the first also has what cannot be divided. */
function shares(limitMinor: bigint, stripes: number): bigint[] {
  const share = limitMinor / BigInt(stripes);
  const first = limitMinor - share * BigInt(stripes - 1);
  return Array.from({ length: stripes }, (_, stripe) => (stripe === 0 ? first : share));
}

/**
 * Freezes, closes or reopens an account: first in the directory, then in its books. An account that is not
 * empty is not closed: it is put back as it was, unless somebody has changed it again meanwhile. What a crash
 * leaves half done is finished by repeating the request.
 */
export async function changeStatus(
  directory: Directory,
  ledger: Ledger,
  id: string,
  status: AccountRow['status'],
): Promise<Result<AccountRow>> {
  const before = await directory.account(id);
  const row = before && (await directory.changeAccount(id, status));
  if (!row) return refuse('account.not_found');
  const pushed = await pushFacts(directory, ledger, row);
  if (pushed.ok) return ok(row);
  const back = await directory.changeAccount(id, before.status, row.version);
  if (back) await pushFacts(directory, ledger, back);
  return pushed;
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
  await pushFacts(directory, ledger, existing);
  return existing;
}
