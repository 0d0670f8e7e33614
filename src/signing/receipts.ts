/** The key that signs receipts, and those whose receipts are still good. What a receipt is, the client says. */
import { type CheckedReceipt, checkReceipt, type Receipt, receiptText, signedText } from '../client/index.ts';
import { toBase64Url } from '../kernel/index.ts';
import { ownKey, type PublicKey } from './own-key.ts';

// A receipt has little room: enough to tell a handful of keys apart, and the signature itself decides.
const keyIdLength = 8;

export interface ReceiptSigner {
  /** The first is the one that signs; the others follow from former master secrets. */
  readonly publicKeys: readonly [PublicKey, ...PublicKey[]];
  /** The receipt with its signature; the same one has the same signature every time. */
  sign(receipt: Omit<Receipt, 'kid' | 'status'>): Promise<string>;
  /** Whether a receipt is the switch's own, whenever and to whomever it was paid. */
  check(text: string): Promise<CheckedReceipt>;
}

export async function receiptSigner(
  secret: string,
  formerSecrets: readonly string[],
): Promise<ReceiptSigner> {
  const keyOf = (master: string) => ownKey(master, 'receipt-ed25519', keyIdLength);
  const { publicKey, privateKey } = await keyOf(secret);
  const former = await Promise.all(formerSecrets.map(keyOf));
  const publicKeys = [publicKey, ...former.map((key) => key.publicKey)] as const;
  return {
    publicKeys: [publicKey, ...publicKeys.slice(1)],
    async sign(facts) {
      const receipt: Receipt = { ...facts, status: 'completed', kid: publicKey.kid };
      const signature = await crypto.subtle.sign('Ed25519', privateKey, signedText(receipt));
      return `${receiptText(receipt)}~${toBase64Url(new Uint8Array(signature))}`;
    },
    check: (text) => checkReceipt(text, { keys: publicKeys, maxAgeS: Number.POSITIVE_INFINITY }),
  };
}
