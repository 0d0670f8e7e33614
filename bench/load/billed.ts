/** What one payment by a static code is billed for; `test/cost` holds every row count against the real thing. */
export interface Billed {
  /** Rows of tables and indexes, written into books; alarms are counted apart. */
  readonly bookRows: number;
  readonly alarms: number;
  readonly reportRows: number;
  readonly deliveryRows: number;
  readonly workerRequests: number;
  readonly objectRequests: number;
  readonly queueMessages: number;
}

/** Alone: nothing is shared with another payment. Scan, payment, both consumers, two callbacks. */
export const alone: Billed = {
  bookRows: 4,
  alarms: 1,
  reportRows: 4,
  deliveryRows: 4,
  workerRequests: 4,
  objectRequests: 2,
  queueMessages: 3,
};

/** In a busy hour: a batch, a message and a mark of the reports serve many; an alarm stands for all. */
export const busy: Billed = {
  bookRows: 3.15,
  alarms: 0,
  reportRows: 3.02,
  deliveryRows: 4,
  workerRequests: 2.25,
  objectRequests: 1,
  queueMessages: 2.02,
};
