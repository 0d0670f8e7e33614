/** What a payer pays: the code's amount or the entered one, and the tip the code allows. Pure. */
import type { Tip } from '../emv/index.ts';
import { amountMinorMax, ok, type Result, refuse } from '../kernel/index.ts';

export interface Priced {
  readonly principalMinor: bigint;
  readonly tipMinor: bigint;
  /** What leaves the payer's account. */
  readonly totalMinor: bigint;
}

export interface PriceTerms {
  /** The amount the code states; null when the payer enters it. */
  readonly fixedMinor: bigint | null;
  /** Whether the payer may change a stated amount. */
  readonly editable: boolean;
  readonly tip: Tip | null;
}

/** The tip the code itself sets for this principal; undefined when the payer chooses. */
export function tipOf(tip: Tip | null, principalMinor: bigint): bigint | undefined {
  if (!tip) return 0n;
  if (tip.kind === 'fixed') return tip.minor;
  if (tip.kind === 'percentage') return (principalMinor * BigInt(tip.hundredths) + 5_000n) / 10_000n;
  return undefined;
}

/** Refusals in order of precedence: amount missing, amount wrong, tip wrong, too much. */
export function price(terms: PriceTerms, wish: { amountMinor?: bigint; tipMinor?: bigint }): Result<Priced> {
  const principalMinor = wish.amountMinor ?? terms.fixedMinor;
  if (principalMinor === null) return refuse('payment.amount_required');
  if (terms.fixedMinor !== null && principalMinor !== terms.fixedMinor && !terms.editable) {
    return refuse('payment.amount_mismatch', `the code says ${terms.fixedMinor} minor units`);
  }
  const set = tipOf(terms.tip, principalMinor);
  if (set !== undefined && wish.tipMinor !== undefined && wish.tipMinor !== set) {
    return refuse('payment.tip_not_allowed', `the code sets the tip to ${set} minor units`);
  }
  const tipMinor = set ?? wish.tipMinor ?? 0n;
  const totalMinor = principalMinor + tipMinor;
  if (totalMinor > amountMinorMax) return refuse('payment.amount_too_large');
  return ok({ principalMinor, tipMinor, totalMinor });
}
