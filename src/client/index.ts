/**
 * `tolom/client`: for wallets, registers and whoever receives callbacks. Runs in browsers, Node ≥ 20 and workers
 * on nothing but `fetch` and WebCrypto, and imports nothing of the switch; `npm run build:client` makes one file
 * of it. What it repeats it repeats with the same idempotency key, so nothing is ever debited twice.
 */
export {
  type Callback,
  type CallbackHeaders,
  type CallbackProblem,
  CallbackRefused,
  type CallbackTrust,
  callbackKeys,
  verifyCallback,
} from './callbacks.ts';
export { type Client, type ClientOptions, type Credentials, clientOf, type Input } from './client.ts';
export { confirmationOf, confirmationText, deviceKeyOf } from './confirm.ts';
export { amountOf, decimalsOf, moneyText } from './money.ts';
export { NoAnswer, Refused } from './problems.ts';
export {
  type CheckedReceipt,
  checkReceipt,
  type Receipt,
  type ReceiptProblem,
  type ReceiptWish,
  receiptText,
  signedText,
} from './receipts.ts';
export { type Register, registerOf, type Waiting } from './register.ts';
export { type RequestSigner, signatureHeaders, signerOf } from './sign.ts';
export type * from './types.ts';
export { type Wallet, walletOf } from './wallet.ts';
