/**
 * Alerts: what people at the centre have to look at, found every minute from figures that are kept anyway. A table
 * says what is measured and from which figure on it is an alert (`conditions.ts`). An alert is one row from the moment
 * it is raised until it is cleared; whoever raises it at the same time finds that row, so each is told once, and
 * again every hour until somebody has acknowledged it. What each means, and what to do: `docs/operations.md`.
 */
export type { Figures } from './conditions.ts';
export { alertRoutes } from './routes.ts';
export { type AlertStore, alertStore } from './store.ts';
export { type AlertParts, watch } from './watch.ts';
