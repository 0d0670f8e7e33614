import type { Act, Directory, MerchantRow } from '../directory/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { openAccount, pushFacts } from './open.ts';

type NewMerchant = Omit<MerchantRow, 'id' | 'account' | 'createdAtMs'> & {
  readonly stripes: number;
  /** How far below zero refunds may take the balance. */
  readonly limitMinor: bigint;
};

/** A new merchant and its account, which is open to payments if the merchant is active. */
export async function openMerchant(
  act: Act,
  directory: Directory,
  ledger: Ledger,
  books: number,
  id: string,
  { stripes, limitMinor, ...facts }: NewMerchant,
): Promise<MerchantRow> {
  const { name: label, currency } = facts;
  const wish = { kind: 'merchant', owner: id, currency, label, stripes, limitMinor } as const;
  const account = await openAccount(act, directory, ledger, books, wish);
  const row: MerchantRow = { id, ...facts, account: account.id, createdAtMs: Date.now() };
  await directory.add(act, directory.tables.merchants, row);
  // Opened before there was a merchant to ask about, its books do not know yet that it waits.
  const waits = row.status === 'active' ? undefined : await directory.changeAccount(act, account.id);
  if (waits) await pushFacts(directory, ledger, waits);
  return row;
}
