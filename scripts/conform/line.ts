/** The switch's end of the line to a partner: requests as the switch signs them, and as it never would. */
import http from 'node:http';
import https from 'node:https';
import { utf8 } from '../../src/kernel/index.ts';
import { answerProblem, contentDigest, type RequestSigner, signRequest } from '../../src/signing/index.ts';

export interface Request {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
}

export interface Reply {
  /** HTTP status; null when there was no answer in time. */
  readonly status: number | null;
  readonly tookMs: number;
  readonly body: string;
}

export interface Wish {
  readonly text?: string;
  /** How old the signature says it is. */
  readonly agoS?: number;
  readonly signer?: RequestSigner;
  /** What is signed instead of the path that is asked for. */
  readonly signedPath?: string;
  readonly digest?: 'covered' | 'uncovered' | 'missing';
}

export interface Line {
  signed(method: 'GET' | 'PUT', path: string, wish?: Wish): Promise<Request>;
  send(request: Request): Promise<Reply>;
  /** Sends a request and does not wait for the answer. */
  hangUp(request: Request): Promise<void>;
  /** What was wrong with answers so far, whatever they said: signatures, and time. */
  readonly faults: { readonly signature: string[]; readonly late: string[] };
}

export interface LineTerms {
  readonly url: string;
  readonly signer: RequestSigner;
  /** What the partner signs its answers with. */
  readonly partnerKey: CryptoKey;
  readonly deadlineMs: number;
}

const type = 'application/json';
// Larger than any answer of the protocol.
const answerBytesMax = 65_536;

export function lineTo({ url, signer: own, partnerKey, deadlineMs }: LineTerms): Line {
  const base = url.replace(/\/+$/, '');
  const at = (path: string) => new URL(`${base}/${path}`).href;
  const faults: Line['faults'] = { signature: [], late: [] };
  return {
    faults,

    async signed(method, path, wish = {}) {
      const { text, agoS = 0, signer = own, signedPath = path, digest = 'covered' } = wish;
      const headers = new Headers({ accept: type, 'user-agent': 'Tolom-Switch/1' });
      const digestText = text === undefined ? undefined : await contentDigest(text);
      if (digestText !== undefined) {
        headers.set('content-type', type);
        if (digest === 'covered') headers.set('content-digest', digestText);
      }
      const message = { method, url: at(signedPath), headers };
      const signature = await signRequest(message, signer, { nowMs: Date.now() - agoS * 1_000 });
      if (digestText !== undefined && digest === 'uncovered') headers.set('content-digest', digestText);
      return {
        method,
        url: at(path),
        headers: { ...Object.fromEntries(headers), ...signature },
        ...(text !== undefined && { text }),
      };
    },

    async send(request) {
      const { reply, headers } = await ask(request, deadlineMs);
      const { status, tookMs, body } = reply;
      const asked = `${request.method} ${new URL(request.url).pathname}`;
      if (status === null) faults.late.push(`${asked}: no answer in ${tookMs} ms`);
      // Whoever could not tell who is asking owes no signature; what is certain has to have one, for a signed question.
      if ((status === 200 || status === 404) && request.headers.signature !== undefined) {
        const answer = { status, headers, request: { ...request, headers: new Headers(request.headers) } };
        const bytes = utf8(body);
        const problem = await answerProblem(answer, bytes, async () => partnerKey, Date.now());
        if (problem !== undefined) faults.signature.push(`${asked}, answered ${status}: ${problem}`);
      }
      return reply;
    },

    hangUp: (request) =>
      new Promise((resolve) => {
        const open = opened(request, deadlineMs);
        open.on('error', () => resolve()).on('response', (response) => response.destroy());
        // All of it has been handed over; the answer finds nobody.
        open.end(request.text ?? '', () => open.destroy(new Error('hung up')));
      }),
  };
}

/** A connection of its own; redirects are not followed. */
const opened = ({ method, url, headers, text = '' }: Request, deadlineMs: number) =>
  (url.startsWith('https:') ? https : http).request(url, {
    method,
    headers: { ...headers, ...(method === 'PUT' && { 'content-length': Buffer.byteLength(text) }) },
    signal: AbortSignal.timeout(deadlineMs),
    agent: false,
  });

function ask(request: Request, deadlineMs: number): Promise<{ reply: Reply; headers: Headers }> {
  const atMs = performance.now();
  return new Promise((resolve) => {
    const answered = (status: number | null, body = '', headers = new Headers()) =>
      resolve({ reply: { status, body, tookMs: Math.round(performance.now() - atMs) }, headers });
    const open = opened(request, deadlineMs);
    open.on('error', () => answered(null));
    open.on('response', (response) => {
      const headers = new Headers(
        Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]),
      );
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
        if (body.length > answerBytesMax) response.destroy(new Error('the answer is too long'));
      });
      response.on('error', () => answered(null));
      response.on('end', () => answered(response.statusCode ?? null, body, headers));
    });
    open.end(request.text ?? '');
  });
}
