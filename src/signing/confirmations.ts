/** What payers sign with the keys of their devices: that they hold the key, and that they want a payment. */
import { fromBase64Url, utf8 } from '../kernel/index.ts';
import { importPublicKey } from './public-keys.ts';

/** What the holder of a new device key signs with it: binds the key to one account of one switch. */
export const deviceKeyText = (url: string, account: string, publicKey: string): string =>
  `tolom device key\n${url}\n${account}\n${publicKey}`;

export interface ConfirmedPayment {
  readonly id: string;
  /** Minor units, tip included: what leaves the account. */
  readonly amountMinor: number;
  readonly currency: string;
  /** As the payment shows it. */
  readonly expiresAt: string;
  readonly merchant: string;
  readonly merchantName: string;
}

/** What a payer signs to confirm a payment. The name comes last: it alone may hold any character. */
export const confirmationText = (payment: ConfirmedPayment): string =>
  [
    'tolom payment confirmation',
    payment.id,
    payment.amountMinor,
    payment.currency,
    payment.expiresAt,
    payment.merchant,
    payment.merchantName,
  ].join('\n');

/** Whether `signature` (64 bytes, base64url) is one of the key's (32 bytes, base64url) under a text. */
export async function isSignedBy(publicKey: string, text: string, signature: string): Promise<boolean> {
  const bytes = fromBase64Url(signature);
  if (bytes?.length !== 64) return false;
  return crypto.subtle.verify('Ed25519', await importPublicKey(publicKey), bytes, utf8(text));
}
