/** Public keys of partners: read, checked, and shown to be in the hands of whoever registers them. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { fromBase64Url, utf8 } from '../kernel/index.ts';

/** What the holder of a new key signs with it: binds the key to one participant of one switch. */
export const registrationText = (url: string, participant: string, publicKey: string): string =>
  `tolom signing key\n${url}\n${participant}\n${publicKey}`;

/**
 * Why a public key (32 bytes, base64url) cannot be taken; undefined when it can. WebCrypto takes keys of small
 * order, with which one signature fits many texts: they are refused here, as are encodings that are not the
 * only one of their point (RFC 8032, not ZIP 215).
 */
export function publicKeyProblem(publicKey: string): string | undefined {
  const bytes = fromBase64Url(publicKey);
  if (bytes?.length !== 32) return 'not 32 bytes in base64url';
  try {
    const point = ed25519.Point.fromBytes(bytes, false);
    if (point.isSmallOrder()) return 'a key of small order';
    return point.isTorsionFree() ? undefined : 'not in the group of prime order';
  } catch {
    return 'not a point of the curve';
  }
}

/** Whether `proof` (64 bytes, base64url) is the key's own signature under its registration. */
export function provesRegistration(text: string, publicKey: string, proof: string): boolean {
  const [key, signature] = [fromBase64Url(publicKey), fromBase64Url(proof)];
  if (key?.length !== 32 || signature?.length !== 64) return false;
  return ed25519.verify(signature, utf8(text), key, { zip215: false });
}

export const importPublicKey = (publicKey: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x: publicKey }, 'Ed25519', false, ['verify']);
