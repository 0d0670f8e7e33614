/**
 * How the rest of the house reaches accounts. An account of N stripes is N objects, `account#0…N-1`;
 * whoever only needs the account sees one balance.
 */
import type { Account } from './account.ts';
import type { Balance } from './model.ts';

export type AccountsBinding = DurableObjectNamespace<Account>;

/** The name of the object that holds one stripe of an account. */
export const accountName = (account: string, stripe: number): string => `${account}#${stripe}`;

export interface Ledger {
  /** The object itself: calls are RPC, refusals are values, faults throw. */
  stripe(account: string, stripe: number): DurableObjectStub<Account>;
  /** All stripes of an account, in order. */
  stripes(account: string, stripes: number): DurableObjectStub<Account>[];
  /** The sum over all stripes; null when the account was never opened. */
  balance(account: string, stripes: number): Promise<Balance | null>;
}

export function ledgerOf(accounts: AccountsBinding): Ledger {
  const stripe = (account: string, index: number) =>
    accounts.get(accounts.idFromName(accountName(account, index)));
  const stripes = (account: string, count: number) =>
    Array.from({ length: count }, (_, index) => stripe(account, index));
  return {
    stripe,
    stripes,
    async balance(account, count) {
      const parts: (Balance | null)[] = await Promise.all(
        stripes(account, count).map((part) => part.balance()),
      );
      return parts.reduce((sum, part) => (sum && part ? add(sum, part) : (sum ?? part)), null);
    },
  };
}

const add = (left: Balance, right: Balance): Balance => ({
  ...left,
  balanceMinor: left.balanceMinor + right.balanceMinor,
  availableMinor: left.availableMinor + right.availableMinor,
  heldMinor: left.heldMinor + right.heldMinor,
  seq: left.seq + right.seq,
  openTransfers: left.openTransfers + right.openTransfers,
});
