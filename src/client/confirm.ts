/** Confirming with a device of the payer: what it signs is made of what the payer is shown, never taken as it comes. */
import { type RequestSigner, signedText } from './sign.ts';
import type { NewConfirmation, NewDeviceKey, Payment } from './types.ts';

/**
 * What the payer's device signs to confirm a payment. Make it of the payment whose amount and merchant the payer was
 * shown; only its end may come from elsewhere.
 */
export function confirmationText({ id, amount, merchant, confirmation }: Payment): string {
  if (!confirmation) throw new TypeError(`${id} needs no confirmation`);
  return [
    'tolom payment confirmation',
    id,
    amount.amount,
    amount.currency,
    confirmation.expires_at,
    merchant.id,
    merchant.name,
  ].join('\n');
}

/** The confirmation of a payment by a device key: `{ keyId: 'dvk_…', privateKey }`. */
export const confirmationOf = async (payment: Payment, device: RequestSigner): Promise<NewConfirmation> => ({
  key: device.keyId,
  signature: await signedText(confirmationText(payment), device.privateKey),
});

/** What registers a device: its public key, and the proof that it holds the private one. */
export async function deviceKeyOf(url: string, account: string, pair: CryptoKeyPair): Promise<NewDeviceKey> {
  const { x = '' } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey;
  const text = `tolom device key\n${url}\n${account}\n${x}`;
  return { public_key: x, proof: await signedText(text, pair.privateKey) };
}
