// Times inside templates. Each scheme writes them its own way, but no two ways have the same length, so the
// length tells which it is; anything else is not a time.

import type { Profile } from './profiles.ts';
import { fieldAt, type View } from './view.ts';

const HOUR_MS = 3_600_000;
/** Before these codes existed, and after this library will: a thirteen-digit number outside is no time. */
const EARLIEST_MS = Date.UTC(2010, 0);
const LATEST_MS = Date.UTC(2200, 0);

/**
 * Epoch milliseconds of a scheme's time text, or null. Thirteen digits are milliseconds already; eight are
 * `yyyyMMdd`, good to the end of that day; twelve `yyMMddHHmmss`; fourteen `yyyyMMddHHmmss`; clocks of the
 * scheme's place.
 */
export function readTime(text: string, utcOffsetHours: number): number | null {
  if (!/^\d+$/.test(text)) return null;
  if (text.length === 13) {
    const ms = Number(text);
    return ms >= EARLIEST_MS && ms < LATEST_MS ? ms : null;
  }
  if (text.length === 8) return clock(`${text}235959`, 999, utcOffsetHours);
  if (text.length === 12) return clock(`20${text}`, 0, utcOffsetHours);
  return text.length === 14 ? clock(text, 0, utcOffsetHours) : null;
}

function clock(text: string, ms: number, utcOffsetHours: number): number | null {
  const iso = text.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(iso);
  // 31 February parses as 3 March in some engines; what does not come back the same was no date.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== iso.slice(0, 19)) return null;
  return time + ms - utcOffsetHours * HOUR_MS;
}

export interface ExpiryReading {
  expiresAtMs: number | null;
  /** The text that is not a time. */
  fault: string | null;
}

const never: ExpiryReading = { expiresAtMs: null, fault: null };

/** When the scheme says the code is dead, where it says so. */
export function readExpiry(view: View, { expiry }: Profile): ExpiryReading {
  if (expiry === undefined) return never;
  const text = fieldAt(view, expiry.template, expiry.field);
  if (text === undefined || text === '') return never;
  const expiresAtMs = readTime(text, expiry.utcOffsetHours);
  return { expiresAtMs, fault: expiresAtMs === null ? text : null };
}
