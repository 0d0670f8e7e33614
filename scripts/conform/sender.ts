/** Callbacks as the switch sends them, and as it never would. */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { CallbackSigner } from '../../src/signing/index.ts';

/** What goes over the wire. */
export interface Callback {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  /** HTTP status; null when there was no answer in time. */
  readonly status: number | null;
  readonly tookMs: number;
}

export interface Wish {
  readonly id?: string;
  /** How old the callback says it is. */
  readonly agoS?: number;
  /** What it is signed with instead of the endpoint's secret. */
  readonly secret?: string;
  readonly signer?: CallbackSigner;
}

export interface Sender {
  newId(): string;
  /** A callback of the switch with this body. */
  signed(body: string, wish?: Wish): Promise<Callback>;
  send(callback: Callback): Promise<Answer>;
  /** As `send`, with the body in pieces and pauses between them. */
  drip(callback: Callback): Promise<Answer>;
}

/** How long the switch waits for a first answer; whoever takes longer is called again. */
export const patienceMs = 5_000;
const dripPieces = 4;
const dripPauseMs = 400;

export function senderOf(url: string, secret: string, own: CallbackSigner): Sender {
  const newId = () => `evt_conform${randomUUID().replaceAll('-', '')}`;
  return {
    newId,
    async signed(body, { id = newId(), agoS = 0, secret: with_ = secret, signer = own } = {}) {
      const timestampS = Math.floor(Date.now() / 1_000) - agoS;
      return {
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Tolom-Callbacks/1',
          'webhook-id': id,
          'webhook-timestamp': String(timestampS),
          'webhook-signature': await signer.sign({ id, timestampS, body }, with_),
        },
        body,
      };
    },
    send: (callback) => post(url, callback, 1),
    drip: (callback) => post(url, callback, dripPieces),
  };
}

/** Redirects are not followed: an answer is an answer. */
function post(url: string, { headers, body }: Callback, pieces: number): Promise<Answer> {
  const atMs = performance.now();
  const bytes = Buffer.from(body);
  return new Promise((resolve) => {
    const answered = (status: number | null) =>
      resolve({ status, tookMs: Math.round(performance.now() - atMs) });
    const request = (url.startsWith('https:') ? https : http).request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': bytes.length },
      signal: AbortSignal.timeout(2 * patienceMs),
      agent: false,
    });
    request.on('response', (response) => {
      response.resume().on('error', () => answered(null));
      response.on('end', () => answered(response.statusCode ?? null));
    });
    request.on('error', () => answered(null));
    void (async () => {
      const size = Math.ceil(bytes.length / pieces);
      for (let at = 0; at < bytes.length; at += size) {
        if (at > 0) await new Promise((wake) => setTimeout(wake, dripPauseMs));
        request.write(bytes.subarray(at, at + size));
      }
      request.end();
    })();
  });
}
