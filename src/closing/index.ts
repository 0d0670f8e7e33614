/**
 * The daily close: once everything that began in a business day has ended, the reports have it, and the accounts
 * add up to zero, the day's totals are frozen, signed by the centre and kept. Another person may reopen a day, with
 * a reason; every version stays. What shows up in a closed day later is named.
 */
export type { ClosingParts } from './close.ts';
export { tellUnclosed, unclosedDays } from './close.ts';
export { closingRoutes } from './routes.ts';
