/**
 * Callbacks: signed notices of events (Standard Webhooks) to the endpoints owners registered. Delivered at
 * least once, in nobody's way: first attempts travel together and quickly, what fails is retried by itself
 * with backoff until it succeeds or is parked for people to decide. The delivery carries "delivered", never
 * the event.
 */
export { type AnnounceParts, announce } from './announce.ts';
export { type DeliveryParts, deliver, park, releaseWaiting, retry, sendOverdue } from './deliver.ts';
export { type CallbackLog, callbackLogOf } from './log.ts';
export { marksOf } from './marks.ts';
export type { CallbackMessage, RetryMessage } from './model.ts';
export { continueResends } from './resend.ts';
export { resendLogOf } from './resend-log.ts';
export { type CallbackParts, callbackRoutes } from './routes.ts';
export { urlProblem } from './target-url.ts';
