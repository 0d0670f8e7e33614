/** The key of the centre that signs business days, and those whose signatures are still good. */
import { toBase64Url, utf8 } from '../kernel/index.ts';
import { ownKey, type PublicKey } from './own-key.ts';

export interface DaySigner {
  /** The first is the one that signs; the others follow from former master secrets. */
  readonly publicKeys: readonly PublicKey[];
  readonly keyId: string;
  /** Ed25519 over the text as it is, base64url. */
  sign(text: string): Promise<string>;
}

export async function daySigner(secret: string, formerSecrets: readonly string[]): Promise<DaySigner> {
  const keyOf = (master: string) => ownKey(master, 'day-ed25519');
  const { publicKey, privateKey } = await keyOf(secret);
  const former = await Promise.all(formerSecrets.map(keyOf));
  return {
    publicKeys: [publicKey, ...former.map((key) => key.publicKey)],
    keyId: publicKey.kid,
    sign: async (text) =>
      toBase64Url(new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, utf8(text)))),
  };
}
