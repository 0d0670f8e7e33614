/** Gives back a payment: asks the stripe that was paid, and the others for what it has too little. */
import type { Directory } from '../directory/index.ts';
import { type Result, refuse } from '../kernel/index.ts';
import type { Ledger, Leg, RefundCommand, TransferDetails, Transferred } from '../ledger/index.ts';
import type { PaidStripe } from '../payments/index.ts';

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
