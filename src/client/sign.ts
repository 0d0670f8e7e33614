/** Signed requests (RFC 9421, Ed25519; bodies by RFC 9530): the client's side, on WebCrypto alone. */

export interface RequestSigner {
  /** The id under which the switch knows the public key, `sgk_…`. */
  readonly keyId: string;
  /** An Ed25519 private key. */
  readonly privateKey: CryptoKey;
}

/** A signer from a private JSON Web Key (RFC 8037): `{ kty: 'OKP', crv: 'Ed25519', x, d }`. */
export const signerOf = async (keyId: string, jwk: JsonWebKey): Promise<RequestSigner> => ({
  keyId,
  privateKey: await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign']),
});

export interface Unsigned {
  readonly method: string;
  /** Absolute, exactly as it is asked for. */
  readonly url: string;
  readonly body: string | undefined;
  readonly idempotencyKey: string | undefined;
}

// Long enough for a slow connection and clocks that differ, far below the five minutes that the switch takes.
const lifetimeS = 60;
const encoder = new TextEncoder();

/**
 * The headers that sign a request, `Content-Digest` included. Made anew for every attempt, since a nonce is good
 * once.
 */
export async function signatureHeaders(
  { method, url, body, idempotencyKey }: Unsigned,
  { keyId, privateKey }: RequestSigner,
  nowMs: number,
): Promise<Record<string, string>> {
  const digest = body === undefined ? undefined : await digestOf(body);
  const covered: [name: string, value: string][] = [
    ['@method', method],
    ['@target-uri', url],
  ];
  if (digest !== undefined) covered.push(['content-digest', digest]);
  if (idempotencyKey !== undefined) covered.push(['idempotency-key', idempotencyKey]);
  const createdS = Math.floor(nowMs / 1_000);
  const nonce = toBase64(crypto.getRandomValues(new Uint8Array(18)))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  const parameters =
    `(${covered.map(([name]) => `"${name}"`).join(' ')});created=${createdS};expires=${createdS + lifetimeS}` +
    `;nonce="${nonce}";keyid="${keyId}";alg="ed25519"`;
  const base = [...covered, ['@signature-params', parameters]].map(([name, value]) => `"${name}": ${value}`);
  const signature = await crypto.subtle.sign('Ed25519', privateKey, encoder.encode(base.join('\n')));
  return {
    ...(digest !== undefined && { 'content-digest': digest }),
    'signature-input': `tolom=${parameters}`,
    signature: `tolom=:${toBase64(new Uint8Array(signature))}:`,
  };
}

/** An Ed25519 signature under a text, base64url. */
export async function signedText(text: string, privateKey: CryptoKey): Promise<string> {
  const signature = await crypto.subtle.sign('Ed25519', privateKey, encoder.encode(text));
  return toBase64(new Uint8Array(signature)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

async function digestOf(body: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(body));
  return `sha-256=:${toBase64(new Uint8Array(digest))}:`;
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
