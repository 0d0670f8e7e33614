/**
 * Signatures and secrets: every key is derived from the master secret by purpose, so losing one purpose
 * loses no other. Callbacks follow Standard Webhooks (v1 HMAC-SHA256, v1a Ed25519); public keys are JWKs
 * (RFC 8037). Pure: knows nothing of requests, tables or accounts.
 */

export { type CallbackKey, type CallbackSigner, callbackSigner, newCallbackSecret } from './callbacks.ts';
export { derive } from './derive.ts';
export { open, seal } from './seal.ts';
export { readToken, signToken } from './token.ts';
