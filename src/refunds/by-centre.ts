/** Refunds that the centre's people decided on, one proposing and another approving. */
import type { Directory } from '../directory/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { stripeThatWasPaid } from '../payments/index.ts';
import { giveBack } from './give-back.ts';

export interface CentreRefund {
  readonly payment: string;
  /** The merchant's account that was paid. */
  readonly account: string;
  readonly amount: number;
  readonly reason: string;
  readonly by: string;
  readonly approvedBy: string;
  /** What was decided: the same decision gives back once. */
  readonly decision: string;
}

/** The id of the refund: made if it has not been, found if it has. */
export async function giveBackDecided(
  { directory, ledger }: { readonly directory: Directory; readonly ledger: Ledger },
  { payment, account, amount, reason, by, approvedBy, decision }: CentreRefund,
): Promise<Result<string>> {
  const paid = await stripeThatWasPaid(directory, ledger, account, payment);
  if (!paid) return refuse('payment.not_found');
  const outcome = await giveBack(directory, ledger, paid, {
    payment,
    amountMinor: BigInt(amount),
    totalMaxMinor: null,
    facts: { reason, person: by, approvedBy },
    idempotency: { key: `${payment} decided ${decision}`, request: decision },
  });
  return outcome.ok ? ok(outcome.value.view.transfer.id) : outcome;
}
