/** Callbacks as the switch sends them, and as it never would. */
import { randomUUID } from 'node:crypto';
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
const dripPauseMs = 400;

export function senderOf(url: string, secret: string, own: CallbackSigner): Sender {
  const post = async (headers: Callback['headers'], body: string | ReadableStream): Promise<Answer> => {
    const atMs = performance.now();
    const took = () => Math.round(performance.now() - atMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(2 * patienceMs),
        ...(typeof body !== 'string' && { duplex: 'half' }),
      });
      await response.arrayBuffer();
      return { status: response.status, tookMs: took() };
    } catch {
      return { status: null, tookMs: took() };
    }
  };
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
    send: ({ headers, body }) => post(headers, body),
    drip: ({ headers, body }) => post(headers, inPieces(body)),
  };
}

function inPieces(body: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(body);
  const size = Math.ceil(bytes.length / 4);
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at > 0) await new Promise((resolve) => setTimeout(resolve, dripPauseMs));
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
      if (at >= bytes.length) controller.close();
    },
  });
}
