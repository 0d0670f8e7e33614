/**
 * Signed answers, both sides: RFC 9421 with Ed25519. An answer covers its status and its body, and of the request
 * the method, the address and the signature (§2.4), so that it answers this one request and no other.
 */
import { isInnerList, parseDictionary, serializeInnerList } from 'structured-headers';
import { toBase64, utf8 } from '../kernel/index.ts';
import { digestProblem } from './content-digest.ts';
import type { RequestSigner } from './sign-request.ts';
import { componentValue, type SignedMessage } from './signature-base.ts';
import { skewS } from './verify-request.ts';

/** An answer as far as its signature is concerned, and the request it is to. */
export interface SignedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly request: SignedMessage;
}

interface Component {
  readonly name: string;
  /** It is the request's. */
  readonly req: boolean;
}

const covered: readonly Component[] = [
  { name: '@status', req: false },
  { name: 'content-digest', req: false },
  { name: '@method', req: true },
  { name: '@target-uri', req: true },
  { name: 'signature', req: true },
];
// An answer is used as it comes; older ones are somebody's recording.
const lifetimeMaxS = 300;

const textOf = ({ name, req }: Component): string => `"${name}"${req ? ';req' : ''}`;

function componentIn({ name, req }: Component, answer: SignedAnswer): string | undefined {
  if (req) return componentValue(answer.request, name);
  return name === '@status' ? String(answer.status) : (answer.headers.get(name)?.trim() ?? undefined);
}

function baseOf(components: readonly Component[], parameters: string, answer: SignedAnswer) {
  let text = '';
  for (const component of components) {
    const value = componentIn(component, answer);
    if (value === undefined) return undefined;
    text += `${textOf(component)}: ${value}\n`;
  }
  return `${text}"@signature-params": ${parameters}`;
}

/** The headers that sign an answer, which must have its `Content-Digest` already. */
export async function signAnswer(
  answer: SignedAnswer,
  { keyId, privateKey }: RequestSigner,
  nowMs: number,
): Promise<{ 'signature-input': string; signature: string }> {
  const createdS = Math.floor(nowMs / 1_000);
  const parameters = `(${covered.map(textOf).join(' ')});created=${createdS};keyid="${keyId}";alg="ed25519"`;
  const base = baseOf(covered, parameters, answer) ?? '';
  const signature = await crypto.subtle.sign('Ed25519', privateKey, utf8(base));
  return {
    'signature-input': `tolom=${parameters}`,
    signature: `tolom=:${toBase64(new Uint8Array(signature))}:`,
  };
}

/** What is wrong with an answer's signature; undefined when it is good. `keyOf` knows the partner's own keys. */
export async function answerProblem(
  answer: SignedAnswer,
  body: Uint8Array<ArrayBuffer>,
  keyOf: (id: string) => Promise<CryptoKey | undefined>,
  nowMs: number,
): Promise<string | undefined> {
  const read = readAnswer(answer.headers);
  if (typeof read === 'string') return read;
  const missing = covered.find(
    ({ name, req }) => !read.components.some((it) => it.name === name && it.req === req),
  );
  if (missing) return `${textOf(missing)} is not covered`;
  if (Math.abs(nowMs / 1_000 - read.createdS) > lifetimeMaxS + skewS) return 'created is not now';
  const base = baseOf(read.components, read.parameters, answer);
  if (base === undefined) return 'something is covered that is not there';
  const digest = await digestProblem(answer.headers.get('content-digest') ?? '', body);
  if (digest !== undefined) return digest;
  const key = await keyOf(read.keyId);
  if (!key) return 'keyid is not a key of the partner';
  const good = await crypto.subtle.verify('Ed25519', key, read.signature, utf8(base));
  return good ? undefined : `not a signature of this text:\n${base}`;
}

function readAnswer(headers: Headers) {
  try {
    const [input] = parseDictionary(headers.get('signature-input') ?? '');
    if (!input) return 'it is not signed';
    const [label, list] = input;
    const [signature] = parseDictionary(headers.get('signature') ?? '').get(label) ?? [];
    if (!isInnerList(list) || !(signature instanceof ArrayBuffer)) return 'its signature is malformed';
    const components = list[0].map(([name, parameters]): Component => {
      const [only, ...more] = parameters.keys();
      if (typeof name !== 'string' || more.length > 0 || (only !== undefined && only !== 'req')) {
        throw new TypeError('a component with parameters');
      }
      return { name, req: only === 'req' };
    });
    const [createdS, keyId, algorithm] = ['created', 'keyid', 'alg'].map((name) => list[1].get(name));
    if (typeof createdS !== 'number' || typeof keyId !== 'string') return 'created or keyid is missing';
    if (algorithm !== undefined && algorithm !== 'ed25519') return 'alg is not ed25519';
    return { components, createdS, keyId, signature, parameters: serializeInnerList(list) };
  } catch {
    return 'its signature is malformed';
  }
}
