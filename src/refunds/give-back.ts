/** Gives back a payment: finds the stripe that was paid, and asks it, and the others for what it has too little. */
import { type AccountRow, type Directory, ownMerchant, type Principal, sees } from '../directory/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import type {
  AccountStripe,
  CreditView,
  Ledger,
  Leg,
  RefundCommand,
  TransferDetails,
  Transferred,
} from '../ledger/index.ts';

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
  const paid = await stripeOf(directory, ledger, own.value.account, payment);
  return paid && sees(caller, paid.credit.transfer.facts) ? ok(paid) : refuse('payment.not_found');
}

/**
 * The stripe of an account that accepted a payment: every stripe is asked, since any may have, also one that
 * the account has got since it was last read.
 */
export async function stripeOf(
  directory: Directory,
  ledger: Ledger,
  id: string,
  payment: string,
): Promise<PaidStripe | undefined> {
  const account = await directory.cachedAccount(id);
  const found = account && (await stripeThatWasPaid(ledger, account, payment));
  if (found) return found;
  const fresh = await directory.freshAccount(id);
  const grown = fresh && fresh.books.length > (account?.books.length ?? 0) ? fresh : undefined;
  return grown && stripeThatWasPaid(ledger, grown, payment);
}

async function stripeThatWasPaid(
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

/** Refunds from the stripe that was paid, after gathering from the others what it has too little. */
export async function giveBack(
  directory: Directory,
  ledger: Ledger,
  { account, number, stripe, credit }: PaidStripe,
  wish: Omit<RefundCommand, 'creditorBooks' | 'legs' | 'gathers'>,
): Promise<Result<Transferred>> {
  const payer = await directory.cachedAccount(credit.transfer.debtor);
  if (!payer) return refuse('account.not_found');
  const legs = refundLegs(credit.transfer);
  const refund: RefundCommand = { ...wish, creditorBooks: payer.books, ...(legs && { legs }) };
  const outcome = await stripe.refund({ ...refund, gathers: true });
  if (outcome.ok || outcome.refusal.code !== 'refund.insufficient_balance') return outcome;
  const row = await directory.freshAccount(account);
  if (!row) return outcome;
  const { id, books, owner } = row;
  return ledger.gather({ place: { id, books }, owner, stripe: number, what: { refund } });
}

/** A payer whose account is at an issuer outside is given the money back there, the way it came. */
const refundLegs = ({ legs = [] }: TransferDetails): Leg[] | undefined => {
  const debit = legs.find(({ does }) => does === 'debit');
  return debit && [{ ...debit, does: 'refund' }];
};
