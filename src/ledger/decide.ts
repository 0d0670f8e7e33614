/**
 * The ledger's decisions, as pure functions of plain values. Refusals stand in order of precedence:
 * the first that applies is the answer.
 */
import { amountMinorMax, type Refusal } from '../kernel/index.ts';
import type { AccountFacts, TransferCommand, TransferKind } from './model.ts';

interface Totals {
  readonly available: bigint;
  readonly held: bigint;
}

/** May the account that was paid give back this much of it? Undefined means yes; the account itself is not asked. */
export function refuseRefund(
  paid: { readonly amountMinor: number; readonly refundedMinor: number },
  amountMinor: bigint,
  totalMaxMinor: bigint | null,
): Refusal | undefined {
  const leftMinor = BigInt(paid.amountMinor - paid.refundedMinor);
  if (amountMinor <= 0n || amountMinor > leftMinor) {
    return { code: 'refund.exceeds_remaining', detail: `left: ${leftMinor}` };
  }
  if (totalMaxMinor !== null && BigInt(paid.refundedMinor) + amountMinor > totalMaxMinor) {
    return { code: 'refund.not_allowed', detail: `at most ${totalMaxMinor} of one payment` };
  }
  return undefined;
}

/** May the closing account be closed? Undefined means yes. */
export const refuseClose = (totals: Totals): Refusal | undefined =>
  totals.available === 0n && totals.held === 0n ? undefined : { code: 'account.not_empty' };

/** May the debited account hold this amount? Undefined means yes. */
export function refuseHold(
  facts: AccountFacts,
  totals: Totals,
  command: Pick<TransferCommand, 'kind' | 'amountMinor' | 'currency' | 'creditor' | 'mayOwe'>,
): Refusal | undefined {
  // Whose position it is, the payer has nothing to do with.
  const inactive = facts.kind === 'position' ? 'participant.inactive' : undefined;
  if (facts.status === 'closed') return { code: inactive ?? 'account.closed' };
  if (facts.status === 'frozen') return { code: inactive ?? 'account.frozen' };
  if (command.creditor === facts.account && command.kind !== 'gather')
    return { code: 'payment.same_account' };
  if (command.currency !== facts.currency) {
    return {
      code: 'payment.currency_mismatch',
      detail: `account ${facts.currency}, code ${command.currency}`,
    };
  }
  if (command.amountMinor <= 0n || command.amountMinor > amountMinorMax) {
    return { code: 'payment.amount_too_large' };
  }
  const isRefund = command.kind === 'refund';
  const mayOwe = isRefund || command.mayOwe === true;
  const limitMinor = facts.kind === 'merchant' && !mayOwe ? 0n : facts.limitMinor;
  if (totals.available - command.amountMinor < -limitMinor) {
    if (facts.kind === 'position') return { code: 'position.cap_reached' };
    return { code: isRefund ? 'refund.insufficient_balance' : 'payment.insufficient_funds' };
  }
  // Funding accounts run far below zero by nature; they too must stay where integers are exact.
  if (totals.available - command.amountMinor < -amountMinorMax) return { code: 'account.balance_limit' };
  if (totals.held + command.amountMinor > amountMinorMax) return { code: 'account.balance_limit' };
  return undefined;
}

/** Whether an account was refused for want of money alone. */
export const isShort = ({ code }: Refusal): boolean =>
  code === 'payment.insufficient_funds' ||
  code === 'refund.insufficient_balance' ||
  code === 'position.cap_reached';

/** May the credited account take this amount? Undefined means yes. */
export function refuseAccept(
  facts: AccountFacts,
  totals: Totals,
  transfer: { readonly kind?: TransferKind; readonly amountMinor: number; readonly currency: string },
): Refusal | undefined {
  const stopped = facts.kind === 'merchant' ? 'merchant.inactive' : undefined;
  if (facts.status === 'closed') return { code: stopped ?? 'account.closed' };
  // What a payer is given back is the payer's, frozen or not; what a partner has paid out, the partner's.
  const isOwnMoney = facts.kind === 'position' || (transfer.kind === 'refund' && facts.kind === 'payer');
  if (facts.status === 'frozen' && !isOwnMoney) return { code: stopped ?? 'account.frozen' };
  if (transfer.currency !== facts.currency) {
    return {
      code: 'payment.currency_mismatch',
      detail: `account ${facts.currency}, transfer ${transfer.currency}`,
    };
  }
  if (totals.available + totals.held + BigInt(transfer.amountMinor) > amountMinorMax) {
    return { code: 'account.balance_limit' };
  }
  return undefined;
}
