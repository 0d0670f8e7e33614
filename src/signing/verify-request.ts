/**
 * Signed requests, the verifying side: RFC 9421 with Ed25519. What a signature has to cover and carry is
 * ours to ask for (§3.2.1); each way in which one falls short has its own answer. Whether the nonce was seen
 * before is the caller's to find out, last: only good signatures are worth remembering.
 */
import {
  type BareItem,
  isInnerList,
  type Parameters,
  parseDictionary,
  serializeInnerList,
} from 'structured-headers';
import { ok, type Result, refuse, utf8 } from '../kernel/index.ts';
import { digestProblem } from './content-digest.ts';
import { componentValue, type SignedMessage, signatureBase } from './signature-base.ts';

/** How far apart two honest clocks may be, either way. */
export const skewS = 30;
const lifetimeMaxS = 300;
const signatureBytes = 64;
// One signature over every header of a request takes a few hundred characters.
const headerLengthMax = 4_096;
// Short ones repeat by chance, long ones are no nonces.
const nonceForm = /^[\x21-\x7e]{16,128}$/;

export interface RequestSignature {
  readonly keyId: string;
  readonly nonce: string;
  readonly createdS: number;
  readonly expiresS: number;
  readonly components: readonly string[];
  /** The value of `@signature-params`. */
  readonly parameters: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface ReceivedRequest extends SignedMessage {
  /** Read only when everything else is in order, so that strangers send headers at most. */
  readonly body: () => Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/**
 * The signature of a request, when it is good for it now. `keyOf` gives the public key behind an id, while it
 * may be used.
 */
export async function verifyRequest(
  request: ReceivedRequest,
  keyOf: (id: string) => Promise<CryptoKey | undefined>,
  nowMs: number,
): Promise<Result<RequestSignature>> {
  const read = readSignature(request.headers);
  if (!read.ok) return read;
  const signature = read.value;
  const late = timeProblem(signature, Math.floor(nowMs / 1_000));
  if (late) return late;
  const missing = uncovered(signature, request.headers);
  if (missing !== undefined) return incomplete(`"${missing}" is not covered`);
  const base = signatureBase(request, signature.components, signature.parameters);
  if (base === undefined) {
    const absent = signature.components.find((name) => componentValue(request, name) === undefined);
    return incomplete(`"${absent}" is covered, but not in the request`);
  }
  const key = await keyOf(signature.keyId);
  if (!key) return refuse('signature.key_unknown', 'keyid is unknown, revoked, or past its last day');
  const problem = await bodyProblem(request);
  if (problem) return problem;
  const good = await crypto.subtle.verify('Ed25519', key, signature.bytes, utf8(base));
  return good ? ok(signature) : refuse('signature.wrong', `not a signature of this text:\n${base}`);
}

/** The one signature of a request, with every parameter asked for. */
export function readSignature(headers: Headers): Result<RequestSignature> {
  const inputs = dictionaryIn(headers, 'signature-input');
  const signatures = dictionaryIn(headers, 'signature');
  if (!inputs || !signatures)
    return malformed('signature-input and signature must be dictionaries of 4,096 characters at most');
  const [first, ...others] = inputs;
  if (!first || others.length > 0) return malformed('signature-input must hold one signature');
  const [label, covered] = first;
  const [bytes] = signatures.get(label) ?? [];
  if (!(bytes instanceof ArrayBuffer)) return malformed(`signature has no byte sequence "${label}"`);
  if (bytes.byteLength !== signatureBytes) return malformed(`signature "${label}" must have 64 bytes`);
  if (!isInnerList(covered)) return malformed('signature-input must list the covered components');
  const components: string[] = [];
  for (const [name, parameters] of covered[0]) {
    if (typeof name !== 'string' || parameters.size > 0) {
      return malformed('components must be strings without parameters');
    }
    if (components.includes(name)) return malformed(`"${name}" is covered twice`);
    components.push(name);
  }
  return withParameters(components, covered[1], serializeInnerList(covered), new Uint8Array(bytes));
}

function withParameters(
  components: readonly string[],
  given: Parameters,
  parameters: string,
  bytes: Uint8Array<ArrayBuffer>,
): Result<RequestSignature> {
  const [createdS, expiresS] = [given.get('created'), given.get('expires')];
  const [nonce, keyId, algorithm] = [given.get('nonce'), given.get('keyid'), given.get('alg')];
  if (!isWhole(createdS)) return incomplete('created is missing');
  if (!isWhole(expiresS)) return incomplete('expires is missing');
  if (typeof nonce !== 'string') return incomplete('nonce is missing');
  if (!nonceForm.test(nonce)) return malformed('nonce must have 16 to 128 visible characters');
  if (typeof keyId !== 'string') return incomplete('keyid is missing');
  if (algorithm !== undefined && algorithm !== 'ed25519') return malformed('alg must be "ed25519"');
  return ok({ keyId, nonce, createdS, expiresS, components, parameters, bytes });
}

const isWhole = (value: BareItem | undefined): value is number => Number.isSafeInteger(value);

function timeProblem({ createdS, expiresS }: RequestSignature, nowS: number) {
  if (expiresS <= createdS || expiresS - createdS > lifetimeMaxS) {
    return malformed(`expires must be 1 to ${lifetimeMaxS} seconds after created`);
  }
  if (createdS > nowS + skewS) {
    return refuse('signature.not_yet_valid', `created is ${createdS - nowS} seconds ahead; it is ${nowS}`);
  }
  if (expiresS < nowS - skewS) {
    return refuse('signature.expired', `expired ${nowS - expiresS} seconds ago; it is ${nowS}`);
  }
  return undefined;
}

/** The first component that has to be covered and is not. */
function uncovered({ components }: RequestSignature, headers: Headers): string | undefined {
  const present = ['content-digest', 'idempotency-key'].filter((name) => headers.get(name) !== null);
  return ['@method', '@target-uri', ...present].find((name) => !components.includes(name));
}

async function bodyProblem(request: ReceivedRequest) {
  const read = await request.body();
  if (!read.ok) return read;
  const body = read.value;
  const header = request.headers.get('content-digest');
  if (header === null) return body.length > 0 ? incomplete('"content-digest" is not covered') : undefined;
  const problem = await digestProblem(header, body);
  return problem === undefined ? undefined : refuse('signature.digest_mismatch', problem);
}

function dictionaryIn(headers: Headers, name: string) {
  try {
    const text = headers.get(name) ?? '';
    return text.length > headerLengthMax ? undefined : parseDictionary(text);
  } catch {
    return undefined;
  }
}

const malformed = (detail: string) => refuse('signature.malformed', detail);
const incomplete = (detail: string) => refuse('signature.incomplete', detail);
