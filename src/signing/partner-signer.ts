import { ownKey, type PublicKey } from './own-key.ts';
import type { RequestSigner } from './sign-request.ts';

/** The switch's own key for requests to partners. */
export interface PartnerSigner extends RequestSigner {
  /** As it stands in the JWK set; its `kid` is the `keyid` of signatures. */
  readonly publicKey: PublicKey;
}

export async function partnerSigner(secret: string): Promise<PartnerSigner> {
  const { publicKey, privateKey } = await ownKey(secret, 'partner-ed25519');
  return { keyId: publicKey.kid, privateKey, publicKey };
}
