/**
 * Callbacks: signed notices of events (Standard Webhooks) to the endpoints owners registered. Delivered at
 * least once, in nobody's way: each attempt is a queue message, retried with backoff until it succeeds or
 * is parked for people to decide. The delivery carries "delivered", never the event.
 */
export { announce } from './announce.ts';
export { type CallbackMessage, deliver, park } from './deliver.ts';
export { marksOf } from './marks.ts';
export { callbackRoutes } from './routes.ts';
