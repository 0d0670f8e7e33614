/** One signed question over HTTPS and its signed answer (RFC 9421): what adapters that talk to servers share. */
import { answerProblem, contentDigest, type RequestSigner, signRequest } from '../signing/index.ts';

export interface WireTerms {
  readonly url: string;
  readonly signer: () => Promise<RequestSigner>;
  /** The partner's public key behind a `keyid`, while it may be used. */
  readonly keyOf: (id: string) => Promise<CryptoKey | undefined>;
  readonly fetch: (request: Request) => Promise<Response>;
}

export interface Asked {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly url: string;
  /** Media type, of the question and of the answer. */
  readonly type: string;
  readonly text?: string;
}

// Larger than any answer of either protocol.
const answerBytesMax = 65_536;

/** Throws when there is no answer, or none that the partner has signed for this question. */
export async function exchange(
  terms: WireTerms,
  asked: Asked,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  const request = await signed(terms, asked, signal);
  const { method, url, headers } = request;
  const response = await terms.fetch(request);
  const bytes = await bytesOf(response);
  const answer = { status: response.status, headers: response.headers, request: { method, url, headers } };
  const problem = await answerProblem(answer, bytes, terms.keyOf, Date.now());
  if (problem !== undefined) throw new Error(`answered ${response.status}: ${problem}`);
  return { status: response.status, body: new TextDecoder().decode(bytes) };
}

async function signed({ signer }: WireTerms, asked: Asked, signal: AbortSignal): Promise<Request> {
  const { method, type, text } = asked;
  const url = new URL(asked.url).href;
  const headers = new Headers({ accept: type, 'user-agent': 'Tolom-Switch/1' });
  if (text !== undefined) {
    headers.set('content-type', type);
    headers.set('content-digest', await contentDigest(text));
  }
  const signature = await signRequest({ method, url, headers }, await signer(), { nowMs: Date.now() });
  for (const [name, value] of Object.entries(signature)) headers.set(name, value);
  // Where a partner is, is the centre's to say: it sends nobody elsewhere.
  const how = { method, headers, redirect: 'manual', signal } as const;
  return new Request(url, text === undefined ? how : { ...how, body: text });
}

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > answerBytesMax) {
      await reader.cancel();
      throw new Error('the answer is too long');
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
