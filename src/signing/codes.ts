/** The key that signs QR codes, and those whose printed codes are still good. What is signed is the codec's to say. */
import { toBase64Url } from '../kernel/index.ts';
import { ownKey, type PublicKey } from './own-key.ts';

// A code has little room: enough to tell a handful of keys apart, and the signature itself decides.
const keyIdLength = 8;

export interface CodeSigner {
  /** The first is the one that signs; the others follow from former master secrets. */
  readonly publicKeys: readonly [PublicKey, ...PublicKey[]];
  /** 64 bytes, base64url; the same text has the same signature every time. */
  sign(text: Uint8Array<ArrayBuffer>): Promise<string>;
}

export async function codeSigner(secret: string, formerSecrets: readonly string[]): Promise<CodeSigner> {
  const keyOf = (master: string) => ownKey(master, 'code-ed25519', keyIdLength);
  const { publicKey, privateKey } = await keyOf(secret);
  const former = await Promise.all(formerSecrets.map(keyOf));
  return {
    publicKeys: [publicKey, ...former.map((key) => key.publicKey)],
    async sign(text) {
      return toBase64Url(new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, text)));
    },
  };
}
