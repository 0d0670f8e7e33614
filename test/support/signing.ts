/** A participant that signs: its keys, their registration, and requests signed with them. */
import {
  contentDigest,
  deviceKeyText,
  type RequestSigner,
  registrationText,
  signRequest,
} from '../../src/signing/index.ts';
import { type Answer, adminKey, call, freshKey, post } from './switch.ts';

const url = 'https://switch.test';

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: CryptoKey;
}

export async function newKeyPair(): Promise<KeyPair> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey;
  return { publicKey: jwk.x ?? '', privateKey: pair.privateKey };
}

/** An Ed25519 signature under a text, base64url. */
export async function signText(privateKey: CryptoKey, text: string): Promise<string> {
  const signature = await crypto.subtle.sign('Ed25519', privateKey, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(signature)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

export const proofOf = ({ publicKey, privateKey }: KeyPair, participant: string, at = url) =>
  signText(privateKey, registrationText(at, participant, publicKey));

export const deviceProofOf = ({ publicKey, privateKey }: KeyPair, account: string, at = url) =>
  signText(privateKey, deviceKeyText(at, account, publicKey));

export interface Device extends KeyPair {
  /** The id of its registered key. */
  readonly id: string;
}

/** A device of a payer, registered by its issuer. */
export async function newDevice(account: string, issuerKey: string): Promise<Device> {
  const pair = await newKeyPair();
  const body = { public_key: pair.publicKey, proof: await deviceProofOf(pair, account) };
  const answer = await post(`/v1/accounts/${account}/device-keys`, issuerKey, body);
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return { ...pair, id: answer.body.id };
}

export const keysOf = (participant: string) => `/v1/participants/${participant}/signing-keys`;

/** A new key, registered for a participant. */
export async function newSigner(participant: string, key = adminKey): Promise<RequestSigner> {
  const pair = await newKeyPair();
  const proof = await proofOf(pair, participant);
  const answer = await post(keysOf(participant), key, { public_key: pair.publicKey, proof });
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return { keyId: answer.body.id, privateKey: pair.privateKey };
}

export interface Wish {
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly nowMs?: number;
}

/** The headers of a signed request. */
export async function signedHeaders(
  signer: RequestSigner,
  method: string,
  path: string,
  { body, idempotencyKey, nowMs = Date.now() }: Wish = {},
): Promise<Record<string, string>> {
  const headers = new Headers();
  if (body !== undefined) headers.set('content-digest', await contentDigest(JSON.stringify(body)));
  if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
  const signature = await signRequest({ method, url: url + path, headers }, signer, { nowMs });
  return { ...Object.fromEntries(headers), ...signature };
}

export async function signedCall(
  signer: RequestSigner,
  method: string,
  path: string,
  wish: Wish = {},
): Promise<Answer> {
  const idempotencyKey = wish.idempotencyKey ?? (method === 'POST' ? freshKey() : undefined);
  const all = { ...wish, ...(idempotencyKey !== undefined && { idempotencyKey }) };
  const headers = await signedHeaders(signer, method, path, all);
  return call(method, path, { headers, ...(wish.body !== undefined && { body: wish.body }) });
}
