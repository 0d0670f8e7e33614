/** Refunds that the centre's people decided on, one proposing and another approving. */
import type { Directory } from '../directory/index.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/index.ts';
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

/** The id of a refund, or why there is none; `declined` when it was made and declined, which trying again does not change. */
type GivenBack = Result<string> | (Refused & { readonly declined: true });

/** Makes the refund if it has not been made, finds it if it has. */
export async function giveBackDecided(
  { directory, ledger }: { readonly directory: Directory; readonly ledger: Ledger },
  { payment, account, amount, reason, by, approvedBy, decision }: CentreRefund,
): Promise<GivenBack> {
  const paid = await stripeThatWasPaid(directory, ledger, account, payment);
  if (!paid) return refuse('payment.not_found');
  const outcome = await giveBack(directory, ledger, paid, {
    payment,
    amountMinor: BigInt(amount),
    totalMaxMinor: null,
    facts: { reason, person: by, approvedBy },
    idempotency: { key: `${payment} decided ${decision}`, request: decision },
  });
  if (!outcome.ok) return outcome;
  const { transfer, refusal } = outcome.value.view;
  return refusal ? { ok: false, refusal, declined: true } : ok(transfer.id);
}
