/** What keys make of an amount, as it is typed: digits and at most one `.`, e.g. `125.5`. Knows no page and no money. */

// The largest amount a code carries has ten digits with its decimals (EMVCo MPM v1.1, data object 54).
const wholeDigitsMax = 8;

/** The text after one more key; a key that makes no sense here changes nothing. */
export function typed(text: string, key: string, decimals: number): string {
  if (key === 'Backspace') return text.slice(0, -1);
  const [whole = '', fraction] = text.split('.');
  if (key === '.' || key === ',') {
    return decimals === 0 || fraction !== undefined ? text : `${whole === '' ? '0' : whole}.`;
  }
  if (!/^\d+$/.test(key)) return text;
  return [...key].reduce((now, digit) => withDigit(now, digit, decimals), text);
}

function withDigit(text: string, digit: string, decimals: number): string {
  const [whole = '', fraction] = text.split('.');
  if (fraction !== undefined) return fraction.length < decimals ? text + digit : text;
  if (whole === '0') return digit;
  return whole.length < wholeDigitsMax ? text + digit : text;
}

/** In minor units; 0 for nothing. */
export function minorOf(text: string, decimals: number): number {
  const [whole = '', fraction = ''] = text.split('.');
  return Number(whole + fraction.padEnd(decimals, '0'));
}

/** As a reader's language writes it: thousands apart, its own point, and no more decimals than were typed. */
export function typedText(text: string, locale: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(Number(whole));
  return fraction === undefined ? grouped : grouped + pointOf(locale) + fraction;
}

/** What stands before the decimals in a language. */
export const pointOf = (locale: string): string =>
  new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';

/** Minor units in full, put into a pattern like `{} сом`. */
export function minorText(minor: number, decimals: number, locale: string, pattern: string): string {
  const digits = String(minor).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const exact = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  // A text, not a number: it is written as it is, without passing through a float.
  return pattern.replace('{}', format.format(exact as `${number}`));
}
