/**
 * Matching: what a participant or a bank says in a file, held against what the switch has of it. A file comes in
 * parts and is read row by row, by the format saved for its partner; then each row is looked for by id, by
 * reference, by amount and time, in small steps that survive whatever stops them. What does not agree becomes a
 * difference, which people explain, discuss and resolve. Nothing here moves money by itself.
 */

export { matchingRoutes } from './routes.ts';
export { continueMatching, type MatchingParts } from './run.ts';
export { matchingStore } from './store.ts';
