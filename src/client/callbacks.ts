/**
 * Callbacks, the receiver's side (Standard Webhooks): signed text is `id.timestamp.body`; `v1` is HMAC-SHA256 with
 * the endpoint's secret, `v1a` Ed25519 with a key of the switch's JWK set. One good signature of either is enough;
 * there are several while a secret is changed. WebCrypto compares them, in constant time.
 */
import type { Order, Payment, Refund } from './types.ts';

interface EventData {
  'order.paid': Order;
  'order.expired': Order;
  'order.cancelled': Order;
  'payment.requires_confirmation': Payment;
  'payment.completed': Payment;
  'payment.declined': Payment;
  'payment.cancelled': Payment;
  'payment.expired': Payment;
  'refund.completed': Refund;
  'refund.declined': Refund;
}

/** An event. Its `type` may also be one that is newer than this client: pass over what you do not know. */
export type Callback = {
  [Type in keyof EventData]: {
    /** The same every time the event is sent: remember it, and do nothing the second time. */
    readonly id: string;
    readonly type: Type;
    readonly timestamp: string;
    readonly data: EventData[Type];
    /** Whom it is told to. */
    readonly owner: string;
    /** Of two events about one object, the later one has the higher. */
    readonly sequence: number;
    readonly api_version: string;
  };
}[keyof EventData];

export type CallbackHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface CallbackTrust {
  /** The endpoint's secrets, `whsec_…`: the present one and, for a while, the one before. */
  readonly secrets?: readonly string[];
  /** Public keys of the switch: see `callbackKeys`. */
  readonly keys?: readonly JsonWebKey[];
  /** How far the callback's time may be from ours; 300 seconds unless given. */
  readonly toleranceS?: number;
  readonly nowMs?: number;
}

export type CallbackProblem = 'header_missing' | 'too_old' | 'too_new' | 'signature_wrong' | 'not_json';

/** Not a callback of the switch, or not one for now. Answer 400, and do nothing. */
export class CallbackRefused extends Error {
  override readonly name = 'CallbackRefused';
  readonly problem: CallbackProblem;

  constructor(problem: CallbackProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

const toleranceDefaultS = 300;
// Two of each while everything changes at once; a stranger's hundred cost us nothing.
const signaturesMax = 16;
const forms: Readonly<Record<string, { readonly algorithm: string; readonly bytes: number } | undefined>> = {
  v1: { algorithm: 'HMAC', bytes: 32 },
  v1a: { algorithm: 'Ed25519', bytes: 64 },
};
const secretPrefix = 'whsec_';

/** The event in a callback that is genuine and recent; throws `CallbackRefused`. `body` is the body as it came. */
export async function verifyCallback(
  { headers, body }: { readonly headers: CallbackHeaders; readonly body: string | Uint8Array },
  trust: CallbackTrust,
): Promise<Callback> {
  const [id, time, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerIn(headers, name),
  );
  if (!id || !time || !signatures || !/^\d{1,12}$/.test(time)) {
    throw new CallbackRefused(
      'header_missing',
      'webhook-id, webhook-timestamp or webhook-signature is missing',
    );
  }
  const { toleranceS = toleranceDefaultS, nowMs = Date.now() } = trust;
  const ageS = Math.floor(nowMs / 1_000) - Number(time);
  if (ageS > toleranceS) throw new CallbackRefused('too_old', `signed ${ageS} seconds ago`);
  if (ageS < -toleranceS) throw new CallbackRefused('too_new', `signed ${-ageS} seconds ahead of our clock`);
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  const signed = joined(encoder.encode(`${id}.${time}.`), bytes);
  if (!(await isSigned(signed, signatures, trust))) {
    throw new CallbackRefused('signature_wrong', 'no signature fits the body and a key of ours');
  }
  try {
    return { ...JSON.parse(text), id };
  } catch {
    throw new CallbackRefused('not_json', 'signed, but not JSON');
  }
}

/** The public keys of the switch at an address, for `v1a`; they rarely change: keep them for an hour or so. */
export async function callbackKeys(url: string): Promise<JsonWebKey[]> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/.well-known/jwks.json`);
  if (!response.ok) throw new Error(`the keys of ${url} answered ${response.status}`);
  return ((await response.json()) as { keys: JsonWebKey[] }).keys;
}

async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  header: string,
  { secrets = [], keys = [] }: CallbackTrust,
): Promise<boolean> {
  const symmetric = await Promise.all(secrets.map(secretKey));
  const asymmetric = await Promise.all(keys.map(publicKey));
  for (const part of header.split(' ').slice(0, signaturesMax)) {
    const [version = '', text = ''] = part.split(',', 2);
    const signature = fromBase64(text);
    const form = forms[version];
    // Not every WebCrypto answers a signature of another length with a plain no.
    if (!form || signature?.length !== form.bytes) continue;
    for (const key of version === 'v1' ? symmetric : asymmetric) {
      if (await crypto.subtle.verify(form.algorithm, key, signature, signed)) return true;
    }
  }
  return false;
}

function secretKey(secret: string): Promise<CryptoKey> {
  const bytes = fromBase64(secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret);
  if (!bytes) throw new TypeError('not a callback secret');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

const publicKey = ({ kty = 'OKP', crv = 'Ed25519', x = '' }: JsonWebKey): Promise<CryptoKey> =>
  crypto.subtle.importKey('jwk', { kty, crv, x }, 'Ed25519', false, ['verify']);

function headerIn(headers: CallbackHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : found?.[0];
}

const encoder = new TextEncoder();

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
