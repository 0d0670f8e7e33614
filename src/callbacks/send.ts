/** One attempt: an event signed and posted to an endpoint, and what came of it. */
import type { EndpointRow } from '../directory/index.ts';
import type { Config } from '../kernel/index.ts';
import type { CallbackSigner } from '../signing/index.ts';
import { secretsOf } from './endpoints.ts';
import type { Attempt, SentEvent } from './model.ts';
import { retryAfterS } from './schedule.ts';
import { urlProblem } from './target-url.ts';

// Of an answer so much is kept for people to look at, if it comes within this time.
const responseBytesMax = 1_000;
const responseWithinMs = 1_000;

export interface SendParts {
  readonly config: Config;
  readonly signer: CallbackSigner;
}

export interface Sent {
  readonly attempt: Attempt;
  readonly retryAfterS?: number | undefined;
  /** The receiver's time was over before it answered. */
  readonly timedOut: boolean;
}

/** Never throws: whatever happens is the outcome. `patienceMs` is how long the receiver may take. */
export async function send(
  event: SentEvent,
  endpoint: EndpointRow,
  number: number,
  patienceMs: number,
  { config, signer }: SendParts,
): Promise<Sent> {
  const atMs = Date.now();
  const outcome = (error: string | null, status: number | null = null, response: string | null = null) => ({
    endpoint: endpoint.id,
    url: endpoint.url,
    number,
    atMs,
    tookMs: Date.now() - atMs,
    status,
    error,
    response,
  });
  const refused = urlProblem(endpoint.url, config.mode);
  if (refused) return { attempt: outcome(refused), timedOut: false };
  const secrets = await secretsOf(endpoint, config);
  if (secrets.length === 0) {
    return { attempt: outcome('the endpoint’s secret cannot be opened'), timedOut: false };
  }
  const timestampS = secondsOf(atMs);
  const signature = await signer.sign({ id: event.id, timestampS, body: event.body }, ...secrets);
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: { ...unsignedHeaders(event.id, atMs), 'webhook-signature': signature },
      body: event.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    const error = response.ok ? null : `answered ${response.status}`;
    const attempt = outcome(error, response.status);
    return {
      attempt: { ...attempt, response: await beginningOf(response) },
      retryAfterS: retryAfterS(response.headers.get('retry-after'), Date.now()),
      timedOut: false,
    };
  } catch (fault) {
    const timedOut = fault instanceof Error && fault.name === 'TimeoutError';
    const error = timedOut ? `no answer in ${patienceMs / 1_000} s` : 'no connection';
    return { attempt: outcome(error), timedOut };
  }
}

const secondsOf = (atMs: number): number => Math.floor(atMs / 1_000);

/** The headers of an attempt made at a time, but for its signatures. */
export const unsignedHeaders = (event: string, atMs: number) => ({
  'content-type': 'application/json',
  'user-agent': 'Tolom-Callbacks/1',
  'webhook-id': event,
  'webhook-timestamp': String(secondsOf(atMs)),
});

/** The first bytes of an answer. Whatever breaks here, the status has been told. */
async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), responseWithinMs);
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  try {
    while (bytes < responseBytesMax) {
      const { done, value } = await reader.read();
      if (done) break;
      const piece = value.subarray(0, responseBytesMax - bytes);
      bytes += piece.length;
      text += decoder.decode(piece, { stream: true });
    }
  } catch {
    // A connection that breaks now has delivered all the same.
  } finally {
    clearTimeout(timer);
    void reader.cancel().catch(() => {});
  }
  return text;
}
