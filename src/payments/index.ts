/**
 * Payments, the trunk product: scan → confirm → pay → status. Decides who is paid and how much from a QR
 * code, and asks the payer's account for one transfer; the merchant's account has the last word.
 */
export { type Codes, codesOf, type MerchantCode, merchantCode } from './codes.ts';
export { paymentEvents } from './events.ts';
export { type ImageFormat, imageFormats, imageQuery, imageTypeOf, qrImage } from './images.ts';
export { type Audience, type PaymentFacts, paymentJson, paymentSchema } from './model.ts';
export { type PaidStripe, paidStripe, stripeThatWasPaid } from './paid.ts';
export { type Purse, payerLegs, purseOf } from './payer.ts';
export { paymentRoutes } from './routes.ts';
export { digestOf, resolve } from './target.ts';
