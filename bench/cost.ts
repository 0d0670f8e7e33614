/** Dollars per million payments on Cloudflare's paid plan, item by item, from the counted units. */
import { alone, type Billed, busy } from './load/billed.ts';

// Marginal prices in dollars per million units (paid plan, November 2026).
const prices = {
  workerRequest: 0.3,
  objectRequest: 0.15,
  row: 1,
  // A message is written, read and deleted.
  queueMessage: 3 * 0.4,
} as const;
// Measured: about 1 ms of Worker time and 5 ms of a 128 MB object; a dozen rows read.
const computeDollars = 1 * 0.02 + 5e-3 * 0.125 * 12.5 + 12 * 0.001;

/** Dollars per million payments, item by item. */
export const itemsOf = (billed: Billed): [string, number][] => [
  ['Worker requests', billed.workerRequests * prices.workerRequest],
  ['object requests and alarms', billed.objectRequests * prices.objectRequest],
  ['rows written by books', (billed.bookRows + billed.alarms) * prices.row],
  ['rows of the reports', billed.reportRows * prices.row],
  ['rows of two callbacks', billed.deliveryRows * prices.row],
  ['queue operations', billed.queueMessages * prices.queueMessage],
  ['compute and rows read', computeDollars],
];

export async function run(): Promise<void> {
  const [one, many] = [itemsOf(alone), itemsOf(busy)];
  console.log('Dollars per million payments (static code; scan, payment, report row, two callbacks)\n');
  console.log(`${''.padEnd(30)}${'alone'.padStart(8)}${'busy'.padStart(8)}`);
  const line = (name: string, left: number, right: number) =>
    console.log(`${name.padEnd(30)}${left.toFixed(2).padStart(8)}${right.toFixed(2).padStart(8)}`);
  for (const [index, [name, dollars]] of one.entries()) line(name, dollars, many[index]?.[1] ?? 0);
  const sum = (items: [string, number][]) => items.reduce((total, [, dollars]) => total + dollars, 0);
  line('together', sum(one), sum(many));
}
