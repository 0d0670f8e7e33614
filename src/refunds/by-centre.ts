/** Refunds that the centre's people decided on in the merchant's place, which pays for them as for its own. */
import type { Directory } from '../directory/index.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/index.ts';
import type { IdempotencyKey, Ledger, Transferred } from '../ledger/index.ts';
import { type PaidStripe, stripeThatWasPaid } from '../payments/index.ts';
import { giveBack } from './give-back.ts';

interface Parts {
  readonly directory: Directory;
  readonly ledger: Ledger;
}

export interface CentreRefund {
  readonly payment: string;
  /** Null: all that is left. */
  readonly amount: number | null;
  readonly reason: string;
  /** Who proposed it. */
  readonly by: string;
  /** Null where nobody had to. */
  readonly approvedBy: string | null;
  readonly idempotency: IdempotencyKey;
}

export const giveBackForCentre = (
  { directory, ledger }: Parts,
  paid: PaidStripe,
  { payment, amount, reason, by, approvedBy, idempotency }: CentreRefund,
): Promise<Result<Transferred>> =>
  giveBack(directory, ledger, paid, {
    payment,
    amountMinor: amount === null ? null : BigInt(amount),
    totalMaxMinor: null,
    facts: { reason, centrePerson: by, ...(approvedBy !== null && { approvedBy }) },
    idempotency,
  });

export interface DecidedRefund extends Omit<CentreRefund, 'idempotency'> {
  /** The merchant's account that was paid. */
  readonly account: string;
  /** What was decided: the same decision gives back once. */
  readonly decision: string;
}

/** The id of a refund, or why there is none; `declined` when it was made and declined, which trying again does not change. */
type GivenBack = Result<string> | (Refused & { readonly declined: true });

/** Makes the refund if it has not been made, finds it if it has. */
export async function giveBackDecided(
  parts: Parts,
  { account, decision, ...refund }: DecidedRefund,
): Promise<GivenBack> {
  const { payment } = refund;
  const paid = await stripeThatWasPaid(parts.directory, parts.ledger, account, payment);
  if (!paid) return refuse('payment.not_found');
  const idempotency = { key: `${payment} decided ${decision}`, request: decision };
  const outcome = await giveBackForCentre(parts, paid, { ...refund, idempotency });
  if (!outcome.ok) return outcome;
  const { transfer, refusal } = outcome.value.view;
  return refusal ? { ok: false, refusal, declined: true } : ok(transfer.id);
}
