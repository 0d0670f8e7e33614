/**
 * Live: what happens to a merchant, told over WebSockets as it is committed. One Durable Object for each merchant
 * that somebody listens to: it numbers what it is told, keeps the last of it for those who come back, and sleeps
 * while its sockets stay open. Told are the events of callbacks, from the entries that made them, once each; where
 * something could not be told, everybody hears that instead. Merchants nobody listens to cost nothing.
 */
export { liveRoutes, stillGoodIn } from './routes.ts';
export { type LiveEnv, LiveObject } from './store.ts';
export { liveTeller } from './tell.ts';
