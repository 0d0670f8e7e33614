import { type AccountRow, type Act, type Directory, idFor } from '../directory/index.ts';
import { amountMinorMax, newId, ok, type Result, refuse } from '../kernel/index.ts';
import type { AccountFacts, Ledger } from '../ledger/index.ts';
import { haveRules } from './rules.ts';

type NewAccount = Pick<AccountRow, 'kind' | 'owner' | 'currency' | 'label'> & {
  readonly stripes: number;
  /** How far below zero a merchant's account may go for refunds, or a position for payments. */
  readonly limitMinor?: bigint;
};

/**
 * A new, empty account: written down in the directory, then opened on the ledger, stripe by stripe. `books`
 * is how many there are to choose from.
 */
export async function openAccount(
  act: Act,
  directory: Directory,
  ledger: Ledger,
  books: number,
  { stripes, limitMinor = 0n, ...account }: NewAccount,
): Promise<AccountRow> {
  const nowMs = Date.now();
  const first = Math.floor(Math.random() * books);
  const row: AccountRow = {
    id: idFor(act, 'account', nowMs),
    books: withMoreBooks([first], stripes, books),
    grownFrom: [],
    status: 'active',
    // A funding account is the contra of everything a participant brought in: as low as numbers go.
    limitMinor: account.kind === 'funding' ? amountMinorMax.toString() : limitMinor.toString(),
    version: 1,
    reference: null,
    position: null,
    positionStripe: null,
    createdAtMs: nowMs,
    ...account,
  };
  const added = await directory.add(act, directory.tables.accounts, row);
  const opened = (added ? undefined : await onlyOne(directory, row)) ?? row;
  await haveRules(directory, ledger, books, opened.books);
  await pushFacts(directory, ledger, opened);
  return opened;
}

/** The one there is: of the kinds that a participant has one of in each currency, or made by the same act before. */
const onlyOne = async (directory: Directory, { id, kind, owner, currency }: AccountRow) =>
  kind === 'funding'
    ? directory.fundingAccount(owner, currency)
    : kind === 'position'
      ? directory.position(owner, currency)
      : directory.account(id);

/**
 * An account that is kept at its issuer: the directory alone knows of it. The issuer's position pays in its
 * place, always by the same stripe, so that a repeated request finds what the first one led to.
 */
export async function openExternal(
  act: Act,
  directory: Directory,
  position: AccountRow,
  { reference, label }: { readonly reference: string; readonly label: string | null },
): Promise<Result<AccountRow>> {
  const nowMs = Date.now();
  const row: AccountRow = {
    id: newId('account', nowMs),
    kind: 'external',
    owner: position.owner,
    currency: position.currency,
    label,
    books: [],
    grownFrom: [],
    status: 'active',
    limitMinor: '0',
    version: 1,
    reference,
    position: position.id,
    positionStripe: Math.floor(Math.random() * position.books.length),
    createdAtMs: nowMs,
  };
  const added = await directory.add(act, directory.tables.accounts, row);
  return added ? ok(row) : refuse('resource.exists', 'an account with this reference');
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
  return putFacts(ledger, row.id, await factsOf(directory, row, row.books));
}

/** What the books of these stripes are told: the first `row.books.length` of them are the account's own. */
async function factsOf(
  directory: Directory,
  row: AccountRow,
  books: readonly number[],
): Promise<AccountFacts[]> {
  const { id: account, kind, owner, currency, version } = row;
  if (kind === 'external') return [];
  const merchant = kind === 'merchant' ? await directory.merchant(owner) : undefined;
  const stopped = merchant !== undefined && merchant.status !== 'active' && row.status === 'active';
  const status = stopped ? 'frozen' : row.status;
  const facts = { account, kind, owner, currency, status, version, stripes: row.books.length } as const;
  // A merchant's limit is the whole account's, so one stripe decides about it; the others never go below zero.
  const limitOf = (stripe: number) =>
    kind === 'position' ? shareOf(row, stripe) : stripe === 0 ? BigInt(row.limitMinor) : 0n;
  return books.map((book, stripe) => ({ ...facts, stripe, book, limitMinor: limitOf(stripe) }));
}

/** Every payment from outside draws on the cap, so each stripe has its part; the first also what cannot be divided. */
function shareOf({ limitMinor, books }: AccountRow, stripe: number): bigint {
  if (stripe >= books.length) return 0n;
  const limit = BigInt(limitMinor);
  const share = limit / BigInt(books.length);
  return stripe === 0 ? limit - share * BigInt(books.length - 1) : share;
}

async function putFacts(ledger: Ledger, id: string, facts: readonly AccountFacts[]): Promise<Result<null>> {
  const books = facts.map(({ book }) => book);
  const answers = await Promise.all(facts.map((it) => ledger.stripe({ id, books }, it.stripe).put(it)));
  return answers.find((answer) => !answer.ok) ?? ok(null);
}

/**
 * Gives an account more stripes while it is in use; repeating it finishes what a crash left half done.
 *
 * The books of the new stripes know them before the directory names them, so whoever reads of a stripe can use
 * it; the older stripes are told last. From then on they open nothing new for who does not know how many
 * stripes there are, and that can be read in the directory already.
 */
export async function growAccount(
  act: Act,
  directory: Directory,
  ledger: Ledger,
  booksInAll: number,
  id: string,
  stripes: number,
): Promise<Result<AccountRow>> {
  for (;;) {
    const before = await directory.account(id);
    if (!before) return refuse('account.not_found');
    const has = before.books.length;
    if (stripes < has) return refuse('request.invalid', `it has ${has} stripes, and none is ever taken away`);
    const books = withMoreBooks(before.books, stripes, booksInAll);
    await haveRules(directory, ledger, booksInAll, books);
    await putFacts(ledger, id, await factsOf(directory, before, books));
    if (stripes === has) return ok(before);
    const change = { books, grownFrom: [...before.grownFrom, has] };
    const row = await directory.changeAccount(act, id, change, before.version);
    // Somebody changed it meanwhile, or made it grow: what the new stripes were told may be out of date.
    if (!row) continue;
    await pushFacts(directory, ledger, row);
    return ok(row);
  }
}

/**
 * Where so many stripes go: each to one of the books that have the fewest of this account's, the next one on.
 * Repeating it with the same books gives the same, and fewer stripes get the first of more.
 */
export function withMoreBooks(has: readonly number[], stripes: number, books: number): number[] {
  const chosen = [...has];
  const used = Array.from({ length: books }, (_, book) => has.filter((it) => it === book).length);
  while (chosen.length < stripes) {
    const fewest = Math.min(...used);
    const from = (chosen.at(-1) ?? 0) + 1;
    const next = used.findIndex((_, offset) => used[(from + offset) % books] === fewest);
    const book = (from + next) % books;
    used[book] = fewest + 1;
    chosen.push(book);
  }
  return chosen;
}

/**
 * Freezes, closes or reopens an account: first in the directory, then in its books. An account that is not
 * empty is not closed: it is put back as it was, unless somebody has changed it again meanwhile. What a crash
 * leaves half done is finished by repeating the request.
 */
export async function changeStatus(
  act: Act,
  directory: Directory,
  ledger: Ledger,
  id: string,
  status: AccountRow['status'],
): Promise<Result<AccountRow>> {
  const before = await directory.account(id);
  const row = before && (await directory.changeAccount(act, id, { status }));
  if (!row) return refuse('account.not_found');
  const pushed = await pushFacts(directory, ledger, row);
  if (pushed.ok) return ok(row);
  const back = await directory.changeAccount(act, id, { status: before.status }, row.version);
  if (back) await pushFacts(directory, ledger, back);
  return pushed;
}

/** How far below zero an account may go from now on. What it owes already, it owes. */
export async function changeLimit(
  act: Act,
  directory: Directory,
  ledger: Ledger,
  id: string,
  limitMinor: bigint,
): Promise<Result<AccountRow>> {
  const row = await directory.changeAccount(act, id, { limitMinor: limitMinor.toString() });
  if (!row) return refuse('account.not_found');
  const pushed = await pushFacts(directory, ledger, row);
  return pushed.ok ? ok(row) : pushed;
}

/** The participant's funding account in a currency, opened the first time it is needed. */
export async function ensureFunding(
  act: Act,
  directory: Directory,
  ledger: Ledger,
  books: number,
  participant: string,
  currency: string,
): Promise<AccountRow> {
  const existing = await directory.fundingAccount(participant, currency);
  if (!existing) {
    const facts = { kind: 'funding' as const, owner: participant, currency, label: 'Funding', stripes: 1 };
    return openAccount(act, directory, ledger, books, facts);
  }
  // Opening writes the directory first: whoever comes second makes sure that the ledger knows it too.
  await pushFacts(directory, ledger, existing);
  return existing;
}
