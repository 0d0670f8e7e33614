/** A payment from the merchant's side: the stripe of its account that was paid. */
import { type AccountRow, type Directory, ownMerchant, type Principal, sees } from '../directory/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import type { AccountStripe, CreditView, Ledger } from '../ledger/index.ts';

export interface PaidStripe {
  readonly account: string;
  readonly number: number;
  readonly stripe: AccountStripe;
  readonly credit: CreditView;
}

/** The payment of a merchant as the caller may see it. */
export async function paidStripe(
  directory: Directory,
  ledger: Ledger,
  caller: Principal,
  { merchant, payment }: { readonly merchant: string; readonly payment: string },
): Promise<Result<PaidStripe>> {
  const own = await ownMerchant(directory, caller, merchant);
  if (!own.ok) return own;
  const paid = await stripeThatWasPaid(directory, ledger, own.value.account, payment);
  return paid && sees(caller, paid.credit.transfer.facts) ? ok(paid) : refuse('payment.not_found');
}

/**
 * The stripe of an account that accepted a payment: every stripe is asked, since any may have, also one that
 * the account has got since it was last read.
 */
export async function stripeThatWasPaid(
  directory: Directory,
  ledger: Ledger,
  id: string,
  payment: string,
): Promise<PaidStripe | undefined> {
  const account = await directory.cachedAccount(id);
  const found = account && (await paidAmong(ledger, account, payment));
  if (found) return found;
  const fresh = await directory.freshAccount(id);
  const grown = fresh && fresh.books.length > (account?.books.length ?? 0) ? fresh : undefined;
  return grown && paidAmong(ledger, grown, payment);
}

async function paidAmong(
  ledger: Ledger,
  account: AccountRow,
  payment: string,
): Promise<PaidStripe | undefined> {
  const stripes = ledger.stripes(account);
  const credits = await Promise.all(stripes.map((stripe) => stripe.credit(payment)));
  for (const [index, credit] of credits.entries()) {
    const stripe = stripes[index];
    if (credit && stripe) return { account: account.id, number: index, stripe, credit };
  }
  return undefined;
}
