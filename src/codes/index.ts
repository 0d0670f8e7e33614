/**
 * Printed codes: several for each merchant, each for a store, a till or an event, with a name. A code's id is in
 * its text, so every payment made with it says which one it was. What is printed never changes: a code is
 * renamed, paused, or revoked for good, and what it may do is looked up whenever it is scanned or paid.
 */
export { codeRoutes } from './routes.ts';
