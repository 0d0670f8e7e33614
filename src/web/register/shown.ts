/**
 * Which receipts a device was shown: a genuine one may be photographed and shown again, and is good for goods only
 * once. Kept on the device, so that it is known without a connection. Pure.
 */
export interface Shown {
  readonly payment: string;
  readonly atMs: number;
}

// A receipt of another day is asked about in any case.
const keptMs = 2 * 86_400_000;
// More than a till is shown in that time.
const keptMax = 2_000;

/** When this receipt was shown here first; undefined: not before. */
export const shownAtMs = (kept: readonly Shown[], payment: string): number | undefined =>
  kept.find((one) => one.payment === payment)?.atMs;

/** What is kept after a receipt was shown. */
export const afterShowing = (kept: readonly Shown[], payment: string, nowMs: number): Shown[] =>
  shownAtMs(kept, payment) === undefined
    ? [...kept.filter(({ atMs }) => atMs > nowMs - keptMs), { payment, atMs: nowMs }].slice(-keptMax)
    : [...kept];

/** What a device has kept; nothing where that cannot be read. */
export function keptIn(text: string | null): Shown[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
