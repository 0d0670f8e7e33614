/** The signing side of RFC 9421, for clients: imports nothing of a server and needs no library. */
import { toBase64, toBase64Url, utf8 } from '../kernel/index.ts';
import { type SignedMessage, signatureBase } from './signature-base.ts';

export interface RequestSigner {
  /** The id under which the switch knows the public key. */
  readonly keyId: string;
  /** An Ed25519 private key. */
  readonly privateKey: CryptoKey;
}

export interface SigningTimes {
  readonly nowMs: number;
  /** How long the signature is good for; the switch takes 300 seconds at most. */
  readonly lifetimeS?: number;
}

const lifetimeDefaultS = 60;
// What is covered when the request has it, after the method and the address.
const coveredHeaders = ['content-digest', 'idempotency-key'];

/**
 * The headers that sign a request. A request with a body must have its `Content-Digest` header already; sign
 * anew for every attempt, since a nonce is good once.
 */
export async function signRequest(
  message: SignedMessage,
  { keyId, privateKey }: RequestSigner,
  { nowMs, lifetimeS = lifetimeDefaultS }: SigningTimes,
): Promise<{ 'signature-input': string; signature: string }> {
  const components = [
    '@method',
    '@target-uri',
    ...coveredHeaders.filter((name) => message.headers.get(name) !== null),
  ];
  const createdS = Math.floor(nowMs / 1_000);
  const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  const names = components.map((name) => `"${name}"`).join(' ');
  const parameters =
    `(${names});created=${createdS};expires=${createdS + lifetimeS};` +
    `nonce="${nonce}";keyid="${keyId}";alg="ed25519"`;
  const base = signatureBase(message, components, parameters) ?? '';
  const signature = await crypto.subtle.sign('Ed25519', privateKey, utf8(base));
  return {
    'signature-input': `tolom=${parameters}`,
    signature: `tolom=:${toBase64(new Uint8Array(signature))}:`,
  };
}
