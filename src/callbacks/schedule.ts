/** When to try again. Pure. */

// Seconds before each attempt after the first: quick for a restart, patient for a weekend.
const delaysS = [1, 15, 30, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
// A receiver may ask for more time, within reason.
const retryAfterMaxS = 86_400;
// Spread of retries, so that a receiver coming back is not met by all of them at once.
const jitter = 0.2;

export const attemptsMax = delaysS.length + 1;

/**
 * Seconds to wait after the `attempt`-th failure; undefined when it was the last.
 * `askedS` is the receiver's Retry-After; `random` is in [0, 1).
 */
export function delayAfter(attempt: number, askedS: number | undefined, random: number): number | undefined {
  const plannedS = delaysS[attempt - 1];
  if (plannedS === undefined) return undefined;
  const spreadS = plannedS * (1 + jitter * random);
  return Math.ceil(Math.max(spreadS, Math.min(askedS ?? 0, retryAfterMaxS)));
}

/** Retry-After (RFC 9110 §10.2.3): seconds, or a date. Undefined when absent or unreadable. */
export function retryAfterS(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  // A date has a month in letters; without them Date.parse would make one of `1.5`.
  const atMs = /[a-z]/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
}
