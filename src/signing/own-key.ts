/** The switch's own Ed25519 keys: they follow from the master secret, one for each purpose. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256, toBase64Url } from '../kernel/index.ts';
import { derive, type Purpose } from './derive.ts';

/** A public key as it stands in the JWK set (RFC 7517, RFC 8037). */
export interface PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** `keyIdLength`: how much of the key's digest names it. */
export async function ownKey(
  secret: string,
  purpose: Purpose,
  keyIdLength = 16,
): Promise<{ readonly publicKey: PublicKey; readonly privateKey: CryptoKey }> {
  const seed = await derive(secret, purpose);
  const x = toBase64Url(ed25519.getPublicKey(seed));
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: toBase64Url(seed), x } as const;
  const privateKey = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign']);
  const kid = toBase64Url(await sha256(x)).slice(0, keyIdLength);
  return { publicKey: { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' }, privateKey };
}
