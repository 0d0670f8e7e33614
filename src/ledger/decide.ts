/**
 * The ledger's decisions, as pure functions of plain values. Refusals stand in order of precedence:
 * the first that applies is the answer.
 */
import { amountMinorMax, type Refusal } from '../kernel/index.ts';
import type { AccountFacts, TransferCommand } from './model.ts';

interface Totals {
  readonly available: bigint;
  readonly held: bigint;
}

/** May the debited account hold this amount? Undefined means yes. */
export function refuseHold(
  facts: AccountFacts,
  totals: Totals,
  command: Pick<TransferCommand, 'amountMinor' | 'currency' | 'creditor'>,
): Refusal | undefined {
  if (facts.status === 'closed') return { code: 'account.closed' };
  if (facts.status === 'frozen') return { code: 'account.frozen' };
  if (command.creditor === facts.account) return { code: 'payment.same_account' };
  if (command.currency !== facts.currency) {
    return {
      code: 'payment.currency_mismatch',
      detail: `account ${facts.currency}, code ${command.currency}`,
    };
  }
  if (command.amountMinor <= 0n || command.amountMinor > amountMinorMax) {
    return { code: 'payment.amount_too_large' };
  }
  if (totals.available - command.amountMinor < -facts.limitMinor) {
    return { code: 'payment.insufficient_funds' };
  }
  // Funding accounts run far below zero by nature; they too must stay where integers are exact.
  if (totals.available - command.amountMinor < -amountMinorMax) return { code: 'account.balance_limit' };
  if (totals.held + command.amountMinor > amountMinorMax) return { code: 'account.balance_limit' };
  return undefined;
}

/** May the credited account take this amount? Undefined means yes. */
export function refuseAccept(
  facts: AccountFacts,
  totals: Totals,
  transfer: { readonly amountMinor: number; readonly currency: string },
): Refusal | undefined {
  const stopped = facts.kind === 'merchant' ? 'merchant.inactive' : undefined;
  if (facts.status === 'closed') return { code: stopped ?? 'account.closed' };
  if (facts.status === 'frozen') return { code: stopped ?? 'account.frozen' };
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
