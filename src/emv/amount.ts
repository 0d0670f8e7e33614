// Tags 53–57: texts to minor units. Only a text with one sure reading becomes an amount: a wrong guess here
// is a hundredfold charge.

import type { Currency } from './currencies.ts';
import { currencyOf } from './currencies.ts';
import type { AmountRule, Profile } from './profiles.ts';
import type { Amount, Decoded, Tip } from './types.ts';

/** Amounts travel as JSON numbers, which are whole up to here. */
export const AMOUNT_MINOR_MAX = Number.MAX_SAFE_INTEGER;
/** Twelve digits with leading zeros is how card messages (ISO 8583 field 4) write minor units. */
const PADDED_LENGTH = 12;

export type AmountFault =
  | 'format'
  | 'currency-missing'
  | 'currency-unknown'
  | 'currency-not-of-scheme'
  | 'too-many-decimals'
  | 'too-large'
  | 'unit-unclear';

export interface AmountReading {
  amount: Amount | null;
  amountRule: Decoded['amountRule'];
  /** Why the text gives no amount. */
  fault: AmountFault | null;
}

const open: AmountReading = { amount: null, amountRule: 'open', fault: null };

/** Reads tag 54 by the profile's rule. */
export function readAmount(values: readonly (string | undefined)[], profile: Profile): AmountReading {
  const text = values[54];
  if (text === undefined || text === '' || text === '***' || isZero(text)) return open;
  const currency = currencyFor(values[53], profile);
  if (typeof currency === 'string') return { amount: null, amountRule: 'unreadable', fault: currency };
  const minor = toMinor(text, currency.decimals, profile.amount);
  if (typeof minor === 'string') return { amount: null, amountRule: 'unreadable', fault: minor };
  return { amount: { minor: BigInt(minor), currency: currency.code }, amountRule: 'fixed', fault: null };
}

export interface TipReading {
  tip: Tip | null;
  fault: AmountFault | null;
}

/** Reads tags 55–57. A fee that cannot be read for sure is no tip, but a fault. */
export function readTip(values: readonly (string | undefined)[], profile: Profile): TipReading {
  const indicator = values[55];
  if (indicator === '01') return { tip: { kind: 'prompt' }, fault: null };
  if (indicator === '02') {
    const currency = currencyFor(values[53], profile);
    if (typeof currency === 'string') return { tip: null, fault: currency };
    const minor = toMinor(values[56] ?? '', currency.decimals, profile.amount);
    if (typeof minor === 'string') return { tip: null, fault: minor };
    return { tip: { kind: 'fixed', minor: BigInt(minor) }, fault: null };
  }
  if (indicator === '03') {
    const hundredths = toMinor(values[57] ?? '', 2, 'major');
    if (typeof hundredths === 'string') return { tip: null, fault: hundredths };
    // §4.7.7: 00.01 to 99.99.
    if (hundredths === 0 || hundredths > 9_999) return { tip: null, fault: 'format' };
    return { tip: { kind: 'percentage', hundredths }, fault: null };
  }
  return { tip: null, fault: null };
}

/** The minor units a text spells under the rule, or why it spells none. */
export function toMinor(text: string, decimals: number, rule: AmountRule = 'major'): number | AmountFault {
  const length = text.length;
  let sum = 0;
  let digits = 0;
  let point = -1;
  let left = decimals;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 46 && point < 0) {
      point = at;
      continue;
    }
    if (unit < 48 || unit > 57) return 'format';
    digits++;
    if (point >= 0 && left-- <= 0) {
      if (unit !== 48) return 'too-many-decimals';
      continue;
    }
    // The digit first: a step above 2^53 on the way would lose the last place.
    sum = sum * 10 + (unit - 48);
    if (sum > AMOUNT_MINOR_MAX) return 'too-large';
  }
  if (digits === 0) return 'format';
  if (point < 0) {
    const padded = length === PADDED_LENGTH && text.charCodeAt(0) === 48;
    if (rule === 'minor' || (rule === 'minor-padded' && length === PADDED_LENGTH)) return sum;
    if (rule !== 'major' || padded) return 'unit-unclear';
  } else if (rule === 'minor') return 'format';
  for (; left > 0; left--) sum *= 10;
  return sum > AMOUNT_MINOR_MAX ? 'too-large' : sum;
}

/** How tag 54 spells minor units under the rule: `12.50`, or `1250` where amounts are integers. */
export function fromMinor(minor: bigint, decimals: number, rule: AmountRule = 'major'): string {
  if (rule === 'minor') return String(minor);
  if (rule === 'minor-padded') return String(minor).padStart(PADDED_LENGTH, '0');
  const text = String(minor).padStart(decimals + 1, '0');
  // `unclear` schemes are only sure of a text with a point.
  if (decimals === 0) return rule === 'unclear' ? `${text}.` : text;
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

function currencyFor(text: string | undefined, profile: Profile): Currency | AmountFault {
  if (text === undefined || text === '') return 'currency-missing';
  if (profile.currency !== undefined && text !== profile.currency) return 'currency-not-of-scheme';
  return currencyOf(text) ?? 'currency-unknown';
}

/** `0`, `0.00`, `000`: sent by several schemes to say "not set". */
export function isZero(text: string): boolean {
  let zeros = 0;
  let points = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 48) zeros++;
    else if (unit !== 46 || points++ > 0) return false;
  }
  return zeros > 0;
}
