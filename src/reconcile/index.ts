/**
 * Reconciliation: every night, or when staff ask, the switch checks itself. It walks all books and works out
 * every hash, total and hold again, adds up what moved between accounts, compares the directory and the
 * reports with the accounts, and looks for transfers that stay open. Gaps in the reports are repaired; the
 * rest is named and left to people. A run goes on in small steps and survives whatever stops it.
 */
export { reconcileRoutes } from './routes.ts';
export { continueRun, type ReconcileParts, startRun } from './run.ts';
export { reconciliationsOf } from './store.ts';
