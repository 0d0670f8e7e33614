/**
 * Callback signatures, Standard Webhooks: the signed text is `id.timestamp.body`; the header holds a
 * symmetric signature (`v1`, HMAC-SHA256 with the endpoint's `whsec_…` secret) and an asymmetric one
 * (`v1a`, Ed25519, public key in the JWK set), so any off-the-shelf verifier works.
 */
import { fromBase64, toBase64, utf8 } from '../kernel/index.ts';
import { ownKey, type PublicKey } from './own-key.ts';
import { importPublicKey } from './public-keys.ts';

const secretPrefix = 'whsec_';

export interface CallbackSigner {
  readonly publicKey: PublicKey;
  /** The value of `webhook-signature` for one attempt: with each of the endpoint's secrets, and with our key. */
  sign(
    message: { id: string; timestampS: number; body: string },
    ...endpointSecrets: readonly string[]
  ): Promise<string>;
  /** Whether a `v1a` signature of a text is ours. */
  verify(text: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/** A new endpoint secret: 32 random bytes in the form every Standard Webhooks library reads. */
export const newCallbackSecret = (): string =>
  secretPrefix + toBase64(crypto.getRandomValues(new Uint8Array(32)));

/** The switch's own signer; its Ed25519 key follows from the master secret. */
export async function callbackSigner(secret: string): Promise<CallbackSigner> {
  const { publicKey, privateKey } = await ownKey(secret, 'callback-ed25519');
  const verifying = await importPublicKey(publicKey.x);
  return {
    publicKey,
    async sign({ id, timestampS, body }, ...endpointSecrets) {
      const signed = utf8(`${id}.${timestampS}.${body}`);
      const [asymmetric, ...symmetric] = await Promise.all([
        crypto.subtle.sign('Ed25519', privateKey, signed),
        ...endpointSecrets.map((secret) => hmac(secret, signed)),
      ]);
      const ours = `v1a,${toBase64(new Uint8Array(asymmetric))}`;
      return [...symmetric.map((one) => `v1,${toBase64(one)}`), ours].join(' ');
    },
    verify: (text, signature) => crypto.subtle.verify('Ed25519', verifying, signature, text),
  };
}

async function hmac(endpointSecret: string, signed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const bytes = fromBase64(endpointSecret.slice(secretPrefix.length));
  if (!bytes || !endpointSecret.startsWith(secretPrefix)) throw new TypeError('not a callback secret');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, signed));
}
