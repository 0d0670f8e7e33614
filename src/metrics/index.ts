/**
 * Metrics: the switch at work as numbers, for a machine that watches it (OpenMetrics 1.0, which Prometheus reads) and
 * for people (the overview). Taken from the report database, a row per book, so they survive restarts, are the same
 * whichever isolate answers, and cost the same however much was ever paid; all who watch share one reading.
 */
export type { Overview } from './overview.ts';
export { overviewRoutes } from './overview-routes.ts';
export { type Beat, beat } from './pulse.ts';
export { metricRoutes } from './routes.ts';
