/**
 * Metrics: the switch at work as numbers for a machine that watches it (OpenMetrics 1.0, which Prometheus
 * reads). Taken from the report database, a row per book, so they survive restarts, are the same whichever
 * isolate answers, and cost the same however much was ever paid.
 */
export { metricRoutes } from './routes.ts';
