/**
 * Money: integer minor units, `bigint` inside, `{ amount, currency }` outside; never a float.
 * The largest amount is 2^53 − 1, because SQLite bindings and JSON both round above it.
 */
export const amountMinorMax = 2n ** 53n - 1n;

/** An amount as the API shows it: integer minor units and the ISO 4217 alphabetic code. */
export interface MoneyJson {
  amount: number;
  currency: string;
}

/** For the wire. The ledger keeps every amount and balance within ±(2^53 − 1), so this never rounds. */
export const toMoneyJson = (minor: bigint, currency: string): MoneyJson => ({
  amount: Number(minor),
  currency,
});

/** Minor units as a decimal text with exactly `exponent` decimals, e.g. `(5n, 2)` → `0.05`. */
export function formatMinor(minor: bigint, exponent: number): string {
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
