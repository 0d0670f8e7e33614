/** Rows of partners' files, and how their texts become amounts, times and statuses. Pure. */
import { currencyOf } from '../emv/index.ts';
import { isTransferId } from '../kernel/index.ts';

export type TheirStatus = 'completed' | 'pending' | 'declined';
export type Kind = 'payment' | 'refund';

/** One row, as the partner says it. */
export interface FileRow {
  /** Of the file, from 1; of camt.053 the number of the transaction. */
  readonly line: number;
  /** Our id where the row has one, otherwise the partner's reference. */
  readonly key: string | null;
  /** Minor units, never negative. */
  readonly amount: number;
  readonly currency: string;
  /** Null where the file does not tell payments from refunds. */
  readonly kind: Kind | null;
  readonly status: TheirStatus;
  /** Between which times, in epoch milliseconds, it happened as far as the row tells; null when it does not. */
  readonly earliestMs: number | null;
  readonly latestMs: number | null;
}

/** A row that cannot be read, and why. */
export interface Unread {
  readonly line: number;
  readonly problem: string;
}

export type Sign = 'none' | 'payments_negative' | 'refunds_negative';

// A reference that is longer says something else.
const keyLengthMax = 100;
const dayMs = 86_400_000;

/** Our own id wherever it stands; otherwise the first reference there is. */
export function keyOf(texts: readonly (string | undefined)[]): string | null {
  const given = texts.map((text) => text?.trim()).filter((text) => text !== undefined && text !== '');
  const key = given.find((text) => text !== undefined && isTransferId(text)) ?? given[0];
  return key?.slice(0, keyLengthMax) ?? null;
}

/** What a signed amount, and an id, say about the direction. */
export function kindOf(sign: Sign, isNegative: boolean, key: string | null): Kind | null {
  if (key !== null && isTransferId(key)) return key.startsWith('ref_') ? 'refund' : 'payment';
  if (sign === 'none') return null;
  return isNegative === (sign === 'payments_negative') ? 'payment' : 'refund';
}

interface Written {
  readonly decimal: '.' | ',';
  readonly grouping: string;
  readonly unit: 'major' | 'minor';
}

/** Signed minor units of a text, exactly; undefined when it is not an amount of that currency. */
export function minorOf(
  text: string,
  currency: string,
  { decimal, grouping, unit }: Written,
): number | undefined {
  const exponent = currencyOf(currency)?.decimals;
  if (exponent === undefined) return undefined;
  let bare = text.trim().replaceAll('\u2212', '-');
  // Spaces that keep a number together are written in several ways.
  if (grouping === ' ') bare = bare.replaceAll(/[\s\u00a0\u202f]/g, '');
  else if (grouping !== '') bare = bare.replaceAll(grouping, '');
  const [, sign, whole = '', given = ''] =
    (decimal === ',' ? /^([+-]?)(\d{1,16})(?:,(\d+))?$/ : /^([+-]?)(\d{1,16})(?:\.(\d+))?$/).exec(bare) ?? [];
  if (sign === undefined) return undefined;
  const decimals = unit === 'minor' ? 0 : exponent;
  if (/[1-9]/.test(given.slice(decimals))) return undefined;
  const minor = Number(whole + given.slice(0, decimals).padEnd(decimals, '0'));
  if (!Number.isSafeInteger(minor)) return undefined;
  return sign === '-' ? -minor : minor;
}

/** The first and the last millisecond a text may mean: a day when it says no more. */
export type TimeReader = (text: string) => readonly [fromMs: number, toMs: number] | undefined;

const isoForm = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

const at = (ms: number): readonly [number, number] | undefined =>
  Number.isFinite(ms) ? [ms, ms] : undefined;
const day = (date: string, offset: string): readonly [number, number] | undefined => {
  const ms = Date.parse(`${date}T00:00:00${offset}`);
  return Number.isFinite(ms) ? [ms, ms + dayMs - 1] : undefined;
};

export function timeReader(form: string, offset: string): TimeReader {
  if (form === 'unix_s') return (text) => (/^\d{1,11}$/.test(text) ? at(Number(text) * 1_000) : undefined);
  if (form === 'unix_ms') return (text) => (/^\d{1,14}$/.test(text) ? at(Number(text)) : undefined);
  if (form === 'iso') return (text) => isoTimes(text, offset);
  const parts: string[] = [];
  const pattern = form.replaceAll(/yyyy|MM|dd|HH|mm|ss|[^yMdHms]|./g, (part) => {
    if (part.length === 1) return part === '.' ? '\\.' : part;
    parts.push(part);
    return `(\\d{${part.length}})`;
  });
  const whole = new RegExp(`^${pattern}$`);
  return (text) => {
    const found = whole.exec(text);
    if (!found) return undefined;
    const value = (part: string) => (parts.includes(part) ? found[parts.indexOf(part) + 1] : '00');
    const date = `${value('yyyy')}-${value('MM')}-${value('dd')}`;
    if (!parts.includes('HH')) return day(date, offset);
    return at(Date.parse(`${date}T${value('HH')}:${value('mm')}:${value('ss')}${offset}`));
  };
}

function isoTimes(text: string, offset: string): readonly [number, number] | undefined {
  const [, date, time, zone] = isoForm.exec(text) ?? [];
  if (date === undefined) return undefined;
  return time === undefined ? day(date, offset) : at(Date.parse(`${date}T${time}${zone ?? offset}`));
}

/** With what both sides' clocks may differ by. */
export const spanOf = (times: readonly [number, number] | undefined, windowMs: number) => ({
  earliestMs: times ? times[0] - windowMs : null,
  latestMs: times ? times[1] + windowMs : null,
});
