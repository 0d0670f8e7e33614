/** Money as people type and read it. Amounts on the wire are integers in minor units; never calculate with floats. */
import type { Money } from './types.ts';

// ISO 4217: two decimals are the rule, these are the exceptions.
const exceptions: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const decimals = new Map(
  Object.entries(exceptions).flatMap(([count, codes]) =>
    codes.split(' ').map((code) => [code, Number(count)]),
  ),
);

/** Decimals of a currency's minor unit: 2 for KGS, 0 for JPY. */
export const decimalsOf = (currency: string): number => decimals.get(currency) ?? 2;

/**
 * Minor units of what somebody typed, `12.5` or `12,50`; undefined when it is no amount of this currency: signs,
 * groups of digits, more decimals than the currency has, nothing, or more than the switch can keep.
 */
export function amountOf(text: string, currency: string): number | undefined {
  const places = decimalsOf(currency);
  const [, whole, , fraction = ''] = /^(\d{1,16})([.,](\d{1,4}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || fraction.length > places) return undefined;
  const minor = Number(whole + fraction.padEnd(places, '0'));
  return Number.isSafeInteger(minor) ? minor : undefined;
}

/** `12 550` minor units of KGS as `125.50 KGS`, in the digits and order of a language. */
export function moneyText({ amount, currency }: Money, language = 'en'): string {
  const places = decimalsOf(currency);
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  const cut = digits.length - places;
  const exact = `${amount < 0 ? '-' : ''}${digits.slice(0, cut)}${places === 0 ? '' : `.${digits.slice(cut)}`}`;
  const form = {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  } as const;
  // A text, not a number: it is formatted as it is, without passing through a float.
  return new Intl.NumberFormat(language, form).format(exact as unknown as number);
}
