/** Up to which amount showing a code is enough; above it the payer confirms in the wallet. */
import type { PresenterRow } from '../directory/index.ts';

/** About ten euros, in minor units; in other currencies everything is confirmed until the payer says otherwise. */
const confirmAboveDefaults: Readonly<Record<string, number>> = {
  KGS: 100_000,
  THB: 40_000,
  KHR: 4_000_000,
  CNY: 8_000,
  USD: 1_000,
};

export const confirmAboveOf = (
  presenter: Pick<PresenterRow, 'confirmAboveMinor'> | undefined,
  currency: string,
): number => presenter?.confirmAboveMinor ?? confirmAboveDefaults[currency] ?? 0;
