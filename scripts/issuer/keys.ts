/** Ed25519 keys of the sandbox partner: its own to sign with, the switch's to check with. */
import type { RequestSigner } from '../../src/signing/index.ts';

export const signerOf = async (keyId: string, jwk: JsonWebKey): Promise<RequestSigner> => ({
  keyId,
  privateKey: await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign']),
});

/** The switch's public keys by their `kid`, from its JWK set. */
export async function keysOf(set: { keys: (JsonWebKey & { kid?: string })[] }) {
  const keys = new Map<string, CryptoKey>();
  for (const { kty, crv, x, kid = '' } of set.keys) {
    const jwk = { kty, crv, x } as JsonWebKey;
    keys.set(kid, await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']));
  }
  return async (id: string) => keys.get(id);
}
