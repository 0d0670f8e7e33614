/**
 * Signatures and secrets: every key is derived from the master secret by purpose, so losing one purpose
 * loses no other. Callbacks follow Standard Webhooks (v1 HMAC-SHA256, v1a Ed25519), partners' requests HTTP
 * Message Signatures (RFC 9421, Ed25519; bodies by RFC 9530); public keys are JWKs (RFC 8037). Pure: knows
 * nothing of routes, tables or accounts.
 */

export { type CallbackSigner, callbackSigner, newCallbackSecret } from './callbacks.ts';
export { type CodeSigner, codeSigner } from './codes.ts';
export { type ConfirmedPayment, confirmationText, deviceKeyText, isSignedBy } from './confirmations.ts';
export { contentDigest, type DigestAlgorithm, digestProblem } from './content-digest.ts';
export { type DaySigner, daySigner } from './days.ts';
export { derive } from './derive.ts';
export type { PublicKey } from './own-key.ts';
export { type PartnerSigner, partnerSigner } from './partner-signer.ts';
export { importPublicKey, provesRegistration, publicKeyProblem, registrationText } from './public-keys.ts';
export { type ReceiptSigner, receiptSigner } from './receipts.ts';
export { answerProblem, type SignedAnswer, signAnswer } from './responses.ts';
export { open, seal } from './seal.ts';
export { type RequestSigner, type SigningTimes, signRequest } from './sign-request.ts';
export { type SignedMessage, signatureBase } from './signature-base.ts';
export { readToken, signToken } from './token.ts';
export {
  type ReceivedRequest,
  type RequestSignature,
  readSignature,
  skewS,
  verifyRequest,
} from './verify-request.ts';
