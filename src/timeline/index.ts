/**
 * Timelines: everything that is known of a payment, step by step, with a time and a place where one was
 * recorded and an explanation in the caller's language. Made up of what is durable anyway (entries, report
 * rows, deliveries); nothing is written for it. Staff see all, each party its own side: no account, book,
 * sequence or callback of the other.
 */
export type { CallbackMark, TimelineParts } from './history.ts';
export type { CentrePayment } from './payment.ts';
export { eventsOfPayment, timelineRoutes } from './routes.ts';
