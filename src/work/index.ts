/**
 * The work queue: what waits for a person of the centre. Transfers that no institution gives a certain answer about,
 * callbacks that were given up, entries the reports could not take; differences found in partners' files are counted
 * here and decided in `matching/`. Everything done is in the audit log, under the id of what it was done to.
 */
export type { WorkParts } from './common.ts';
export { settleDeadLetters, takeDeadLetters } from './dead-letters.ts';
export type { DeadLetter } from './letter-routes.ts';
export { type Work, type WorkItem, workKinds, workRoutes } from './routes.ts';
export type { StuckTransfer, StuckTransferAfter } from './stuck-routes.ts';
