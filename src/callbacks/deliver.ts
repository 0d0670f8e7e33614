import type { Directory, EndpointRow } from '../directory/index.ts';
import { isoTime } from '../http/index.ts';
import { type Config, logFault } from '../kernel/index.ts';
import { type CallbackSigner, open } from '../signing/index.ts';
import { attemptsMax, delayAfter, retryAfterS } from './schedule.ts';
import { urlProblem } from './target-url.ts';

// How long a receiver may take to answer.
const timeoutMs = 15_000;
// The longest a queue keeps a message back; longer waits are taken in steps.
const queueDelayMaxS = 43_200;

/** One attempt to deliver one event to one endpoint. */
export interface CallbackMessage {
  readonly event: string;
  readonly type: string;
  readonly owner: string;
  readonly endpoint: string;
  /** Exactly what is sent and signed; the same for every attempt. */
  readonly body: string;
  readonly attempt: number;
  /** Not before; 0 means at once. */
  readonly dueAtMs: number;
}

export interface DeliveryRecord {
  readonly id: string;
  readonly event: string;
  readonly type: string;
  readonly endpoint: string;
  readonly owner: string;
  readonly status: 'delivered' | 'retrying' | 'parked';
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly body: string | null;
  readonly updatedAtMs: number;
}

export interface DeliveryParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly signer: CallbackSigner;
  readonly queue: Queue<CallbackMessage>;
  readonly record: (delivery: DeliveryRecord) => Promise<void>;
}

/** Handles a batch of the callbacks queue, all messages side by side. */
export async function deliver(batch: MessageBatch<CallbackMessage>, parts: DeliveryParts): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await attempt(message.body, parts);
        message.ack();
      } catch (fault) {
        // Not the receiver's failure but ours: the record or the queue did not take it.
        logFault('callbacks: attempt could not be recorded', fault, { event: message.body.event });
        message.retry({ delaySeconds: Math.min(60, 2 ** message.attempts) });
      }
    }),
  );
}

/** What the dead-letter queue brings: never lost, but for people to look at. */
export async function park(
  batch: MessageBatch<CallbackMessage>,
  parts: Pick<DeliveryParts, 'record'>,
): Promise<void> {
  for (const { body: message } of batch.messages) {
    await parts.record(recordOf(message, 'parked', { status: null, error: 'gave up' }));
  }
  batch.ackAll();
}

interface Outcome {
  readonly status: number | null;
  readonly error: string | null;
  readonly retryAfterS?: number | undefined;
}

async function attempt(message: CallbackMessage, parts: DeliveryParts): Promise<void> {
  const waitMs = message.dueAtMs - Date.now();
  if (waitMs > 1_000) return again(message, parts.queue, Math.ceil(waitMs / 1_000));
  const endpoint = await parts.directory.endpoint(message.endpoint);
  if (endpoint?.status !== 'active') {
    return parts.record(recordOf(message, 'parked', { status: null, error: 'the endpoint is not active' }));
  }
  const outcome = await send(message, endpoint, parts);
  if (outcome.error === null) return parts.record(recordOf(message, 'delivered', outcome));
  if (outcome.status === 410) await parts.directory.disableEndpoint(endpoint.id);
  const delayS =
    outcome.status === 410 ? undefined : delayAfter(message.attempt, outcome.retryAfterS, Math.random());
  if (delayS === undefined) return parts.record(recordOf(message, 'parked', outcome));
  await parts.record(recordOf(message, 'retrying', outcome));
  const next = { ...message, attempt: message.attempt + 1, dueAtMs: Date.now() + delayS * 1_000 };
  await again(next, parts.queue, delayS);
}

const again = async (
  message: CallbackMessage,
  queue: Queue<CallbackMessage>,
  delayS: number,
): Promise<void> => {
  await queue.send(message, { delaySeconds: Math.min(delayS, queueDelayMaxS) });
};

async function send(message: CallbackMessage, endpoint: EndpointRow, parts: DeliveryParts): Promise<Outcome> {
  const refused = urlProblem(endpoint.url, parts.config.mode);
  if (refused) return { status: null, error: refused };
  const secret = await open(parts.config.secret, endpoint.id, endpoint.sealedSecret);
  if (secret === undefined) return { status: null, error: 'the endpoint’s secret cannot be opened' };
  const timestampS = Math.floor(Date.now() / 1_000);
  const signature = await parts.signer.sign({ id: message.event, timestampS, body: message.body }, secret);
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Tolom-Callbacks/1',
        'webhook-id': message.event,
        'webhook-timestamp': String(timestampS),
        'webhook-signature': signature,
      },
      body: message.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    // Nobody reads the body; a connection that breaks now has delivered all the same.
    response.body?.cancel().catch(() => {});
    if (response.ok) return { status: response.status, error: null };
    return {
      status: response.status,
      error: `answered ${response.status}`,
      retryAfterS: retryAfterS(response.headers.get('retry-after'), Date.now()),
    };
  } catch (fault) {
    const name = fault instanceof Error ? fault.name : 'Error';
    return {
      status: null,
      error: name === 'TimeoutError' ? `no answer in ${timeoutMs / 1_000} s` : 'no connection',
    };
  }
}

const recordOf = (
  message: CallbackMessage,
  status: DeliveryRecord['status'],
  outcome: Outcome,
): DeliveryRecord => ({
  id: `${message.event} ${message.endpoint}`,
  event: message.event,
  type: message.type,
  endpoint: message.endpoint,
  owner: message.owner,
  status,
  attempts: Math.min(message.attempt, attemptsMax),
  lastStatus: outcome.status,
  lastError: outcome.error,
  body: status === 'delivered' ? null : message.body,
  updatedAtMs: Date.now(),
});

export const deliveryJson = (record: DeliveryRecord) => ({
  event: record.event,
  type: record.type,
  endpoint: record.endpoint,
  owner: record.owner,
  status: record.status,
  attempts: record.attempts,
  last_status: record.lastStatus,
  last_error: record.lastError,
  updated_at: isoTime(record.updatedAtMs),
});
