/** What one payment by a static code is billed for; `test/cost` holds every row count against the real thing. */
export interface Billed {
  /** Rows of tables and indexes, written into books; alarms are counted apart. */
  readonly bookRows: number;
  readonly alarms: number;
  readonly reportRows: number;
  /** The log of what was told; emptied for nothing when it is old. */
  readonly deliveryRows: number;
  readonly workerRequests: number;
  readonly objectRequests: number;
  readonly queueMessages: number;
}

/** Alone: nothing is shared with another payment. Scan, payment, both consumers, two callbacks. */
export const alone: Billed = {
  bookRows: 4,
  alarms: 1,
  reportRows: 6,
  deliveryRows: 2,
  workerRequests: 4,
  objectRequests: 2,
  queueMessages: 2,
};

/**
 * Of the payments that the reports take in one step (150 entries), how many are the first to their merchant, each of
 * which adds to a sum of its own: a country's hundred thousand merchants by Zipf's law, as in `docs/scale.md`.
 */
export function firstOfMerchant(merchants = 100_000, paymentsAtOnce = 75): number {
  const weights = Array.from({ length: merchants }, (_, rank) => 1 / (rank + 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const expected = weights.reduce((sum, weight) => sum + 1 - (1 - weight / whole) ** paymentsAtOnce, 0);
  return expected / paymentsAtOnce;
}

/**
 * In a busy hour: a batch, a message and a mark of the reports serve many, 25 callbacks share a message, and an
 * alarm stands for all.
 */
export const busy: Billed = {
  bookRows: 3.15,
  alarms: 0,
  // A row and two indexes, a share of mark and whole sum, and the sum of a merchant.
  reportRows: 3.07 + firstOfMerchant(),
  deliveryRows: 2,
  // Scan and payment; a message of either queue is an invocation.
  workerRequests: 2.1,
  objectRequests: 1,
  queueMessages: 0.1,
};
