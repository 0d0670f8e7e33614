import type { AccountRow, Directory } from '../directory/index.ts';
import { amountMinorMax, newId } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';

type NewAccount = Pick<AccountRow, 'kind' | 'owner' | 'currency' | 'label' | 'stripes'>;

/** A new, empty account: written down in the directory, then opened on the ledger, stripe by stripe. */
export async function openAccount(
  directory: Directory,
  ledger: Ledger,
  account: NewAccount,
): Promise<AccountRow> {
  const nowMs = Date.now();
  // A funding account is the contra of everything a participant brought in: it may go as low as numbers do.
  const limitMinor = account.kind === 'funding' ? amountMinorMax.toString() : '0';
  const row: AccountRow = {
    id: newId('account', nowMs),
    status: 'active',
    limitMinor,
    createdAtMs: nowMs,
    ...account,
  };
  if (!(await directory.add(directory.tables.accounts, row)) && row.kind === 'funding') {
    const first = await directory.fundingAccount(row.owner, row.currency);
    if (first) return first;
  }
  await pushFacts(ledger, row);
  return row;
}

/** Tells an account's objects what the directory says of it. Repeating it changes nothing. */
export async function pushFacts(ledger: Ledger, row: AccountRow): Promise<void> {
  const { id: account, kind, owner, currency, status, stripes } = row;
  const facts = { account, kind, owner, currency, status, limitMinor: BigInt(row.limitMinor) };
  await Promise.all(
    ledger.stripes(account, stripes).map((object, stripe) => object.put({ ...facts, stripe })),
  );
}

/** The participant's funding account in a currency, opened the first time it is needed. */
export async function ensureFunding(
  directory: Directory,
  ledger: Ledger,
  participant: string,
  currency: string,
): Promise<AccountRow> {
  const existing = await directory.fundingAccount(participant, currency);
  if (!existing) {
    return openAccount(directory, ledger, {
      kind: 'funding',
      owner: participant,
      currency,
      label: 'Funding',
      stripes: 1,
    });
  }
  // Opening writes the directory first: whoever comes second makes sure that the ledger knows it too.
  await pushFacts(ledger, existing);
  return existing;
}
