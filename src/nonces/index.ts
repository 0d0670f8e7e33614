/**
 * Nonces: what a key signed once is not taken twice. Each signing key has one Durable Object, which keeps the
 * nonces of requests that are still within their time; nobody ever asks for older ones. Kept on disk before
 * the request goes on, so that a restart forgets none.
 */
export { type NonceEnv, type NonceStore, Nonces, nonceStore } from './store.ts';
