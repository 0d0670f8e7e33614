/**
 * Takings: a merchant's day in figures, against the same time of the day before, by hour, person, till, store and
 * printed code. From the report database, which says how far it is complete; nothing decides on it. The day is that
 * of the merchant's clocks.
 */
export { takingsRoutes } from './routes.ts';
