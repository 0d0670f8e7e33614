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
 * In a busy hour: a batch, a message and a mark of the reports serve many, 25 callbacks share a message, and an
 * alarm stands for all.
 */
export const busy: Billed = {
  bookRows: 3.15,
  alarms: 0,
  // At worst: when the payments of a message are all to different merchants, each adds to a sum of its own.
  reportRows: 4.07,
  deliveryRows: 2,
  // Scan and payment; a message of either queue is an invocation.
  workerRequests: 2.1,
  objectRequests: 1,
  queueMessages: 0.1,
};
