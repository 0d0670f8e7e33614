/**
 * The two lanes of delivery. First attempts travel together and are quick: an endpoint that is known to fail
 * or to be slow is not waited for there. Everything else is a delivery of its own, a row in the log with a
 * message for its next attempt, so that nobody waits for anybody else's receiver.
 */
import { type Directory, type EndpointRow, ownAct } from '../directory/index.ts';
import { logFault } from '../kernel/index.ts';
import { type CallbackLog, type DeliveryRow, deliveryId } from './log.ts';
import {
  type Attempt,
  type CallbackMessage,
  type EventToSend,
  objectIn,
  type RetryMessage,
  type SentEvent,
} from './model.ts';
import { attemptsMax, delayAfter } from './schedule.ts';
import { type SendParts, type Sent, send } from './send.ts';

// How long a receiver may take. Whoever needs longer than the first figure is heard out among the slow ones.
const quickMs = 5_000;
const patienceMs = 15_000;
// A Worker has six connections at a time; one is left for the databases.
const connectionsMax = 5;
const connectionsPerEndpoint = 2;
// Behind an attempt that was not answered in time, others to the same endpoint wait at least so long.
const silenceS = 30;
// The longest a queue keeps a message back; longer waits are taken in steps.
const queueDelayMaxS = 43_200;
const messagesPerCall = 100;
// A delivery this late has lost its message: the queue was down, or kept it too long.
const overdueMs = 180_000;
const overduePerSweep = 500;

export interface DeliveryParts extends SendParts {
  readonly directory: Directory;
  readonly log: CallbackLog;
  readonly retries: Queue<RetryMessage>;
}

/** One event for one endpoint. */
interface Job {
  readonly event: SentEvent;
  readonly endpoint: EndpointRow | undefined;
  /** How it stood before its turn; `stored` when the log has it, which it does unless this is its first. */
  readonly row: DeliveryRow;
  readonly stored: boolean;
}

/** How a job stands after its turn: `open` is what remains to be done, null when it is delivered. */
interface Result {
  readonly job: Job;
  readonly attempt: Attempt | null;
  readonly open: DeliveryRow | null;
  readonly gone: boolean;
}

/** Handles messages of first attempts, each by itself. */
export async function deliver(batch: MessageBatch<CallbackMessage>, parts: DeliveryParts): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await firstAttempts(message.body.events, message.attempts > 1, parts);
        message.ack();
      } catch (fault) {
        // Not a receiver's failure but ours: a database did not answer.
        logFault('callbacks: attempts could not be recorded', fault, { count: message.body.events.length });
        message.retry({ delaySeconds: Math.min(60, 2 ** message.attempts) });
      }
    }),
  );
}

/** Handles a batch of further attempts. */
export async function retry(batch: MessageBatch<RetryMessage>, parts: DeliveryParts): Promise<void> {
  try {
    await furtherAttempts(
      batch.messages.map(({ body, attempts }) => ({ ...body, repeated: attempts > 1 })),
      parts,
    );
    batch.ackAll();
  } catch (fault) {
    logFault('callbacks: further attempts could not be recorded', fault, { count: batch.messages.length });
    batch.retryAll({ delaySeconds: silenceS });
  }
}

/** What the dead-letter queue brings: never lost, but for people to look at. */
export async function park(
  batch: MessageBatch<CallbackMessage | RetryMessage>,
  { log }: Pick<DeliveryParts, 'log'>,
): Promise<void> {
  for (const { body } of batch.messages) {
    if ('events' in body) {
      const open = body.events.flatMap((event) =>
        event.endpoints.map((endpoint) => parked(newRow(event, endpoint), 'gave up')),
      );
      await log.record({ events: body.events.map(untried), open, closed: [] });
    } else {
      const row = (await log.deliveriesIn([body.delivery])).get(body.delivery);
      if (row) await log.record({ events: [], open: [parked(row, 'gave up')], closed: [] });
    }
  }
  batch.ackAll();
}

/** Sends anew what is overdue because its message was lost; answers how many. */
export async function sendOverdue({ log, retries }: DeliveryParts): Promise<number> {
  const nowMs = Date.now();
  const rows = await log.overdue(nowMs - overdueMs, overduePerSweep);
  const open = rows.map((row) => ({ ...row, dueAtMs: nowMs }));
  await log.record({ events: [], open, closed: [] });
  await schedule(open, retries);
  return rows.length;
}

async function firstAttempts(
  events: readonly EventToSend[],
  repeated: boolean,
  parts: DeliveryParts,
): Promise<void> {
  const delivered = repeated ? await parts.log.deliveredOf(events) : new Set<string>();
  const endpoints = await parts.directory.endpointsIn(events.flatMap((event) => event.endpoints));
  const jobs = events.flatMap((event): Job[] =>
    event.endpoints
      .filter((id) => !delivered.has(deliveryId(event.id, id)))
      .map((id) => ({ event, endpoint: endpoints.get(id), row: newRow(event, id), stored: false })),
  );
  const results = await inLanes(jobs, (job, silent) => {
    const { endpoint } = job;
    if (endpoint?.status !== 'active') return inactive(job);
    if (silent || endpoint.slow || endpoint.failingSinceMs !== null) return putOff(job, Date.now());
    return attempted(job, endpoint, quickMs, parts);
  });
  await settle(results, parts);
}

async function furtherAttempts(
  messages: readonly (RetryMessage & { repeated: boolean })[],
  parts: DeliveryParts,
): Promise<void> {
  const rows = await parts.log.deliveriesIn(messages.map(({ delivery }) => delivery));
  const endpoints = await parts.directory.endpointsIn([...rows.values()].map(({ endpoint }) => endpoint));
  const jobs = new Map<string, Job>();
  const early = new Map<string, DeliveryRow>();
  for (const { delivery, attempt, repeated } of messages) {
    const row = rows.get(delivery);
    // Delivered, given up or tried meanwhile: another message, or people, were faster. But a message that comes
    // again may itself have been the other one, and have been cut off before it sent the next.
    if (row?.status !== 'retrying' || (row.attempts !== attempt - 1 && !repeated)) continue;
    if (row.dueAtMs - Date.now() > 1_000) early.set(delivery, row);
    else jobs.set(delivery, jobOf(row, endpoints.get(row.endpoint)));
  }
  const results = await inLanes([...jobs.values()], (job, silent) => {
    const { endpoint } = job;
    if (endpoint?.status !== 'active') return inactive(job);
    if (silent) {
      const delayS = Math.max(silenceS, delayAfter(job.row.attempts + 1, undefined, Math.random()) ?? 0);
      return putOff(job, Date.now() + delayS * 1_000);
    }
    return attempted(job, endpoint, patienceMs, parts);
  });
  await settle(results, parts);
  await schedule([...early.values()], parts.retries);
}

type Turn = Result & { readonly timedOut: boolean };

/**
 * Works through jobs side by side, in order per endpoint, with few connections and fewer to one endpoint. An
 * endpoint that let a job's time run out is silent for the rest of the turn.
 */
async function inLanes(
  jobs: readonly Job[],
  work: (job: Job, silent: boolean) => Turn | Promise<Turn>,
): Promise<Result[]> {
  const byEndpoint = Map.groupBy(jobs, ({ row }) => row.endpoint);
  const lanes = [...byEndpoint.values()].flatMap((own) => {
    const rest = own.values();
    return Array.from({ length: Math.min(own.length, connectionsPerEndpoint) }, () => rest);
  });
  const silent = new Set<string>();
  const results: Result[] = [];
  const waiting = lanes.values();
  const connection = async () => {
    for (const lane of waiting) {
      for (const job of lane) {
        const turn = await work(job, silent.has(job.row.endpoint));
        if (turn.timedOut) silent.add(job.row.endpoint);
        results.push(turn);
      }
    }
  };
  await Promise.all(Array.from({ length: connectionsMax }, connection));
  return results;
}

async function attempted(
  job: Job,
  endpoint: EndpointRow,
  timeoutMs: number,
  parts: DeliveryParts,
): Promise<Turn> {
  const number = job.row.attempts + 1;
  const sent = await send(job.event, endpoint, number, timeoutMs, parts);
  const { attempt, timedOut } = sent;
  const gone = attempt.status === 410;
  return { job, attempt, open: attempt.error === null ? null : openAfter(job, sent, gone), gone, timedOut };
}

/** What remains of a job whose attempt failed: another one at its time, or none. */
function openAfter(job: Job, { attempt, retryAfterS }: Sent, gone: boolean): DeliveryRow {
  const delayS = gone ? undefined : delayAfter(attempt.number, retryAfterS, Math.random());
  return {
    ...job.row,
    status: delayS === undefined ? 'parked' : 'retrying',
    attempts: Math.min(attempt.number, attemptsMax),
    lastStatus: attempt.status,
    lastError: attempt.error,
    dueAtMs: delayS === undefined ? 0 : Date.now() + delayS * 1_000,
    updatedAtMs: Date.now(),
  };
}

const untouched = { attempt: null, gone: false, timedOut: false } as const;
const inactive = (job: Job): Turn => ({
  ...untouched,
  job,
  open: parked(job.row, 'the endpoint is not active'),
});
const putOff = (job: Job, dueAtMs: number): Turn => ({
  ...untouched,
  job,
  open: { ...job.row, dueAtMs, updatedAtMs: Date.now() },
});

/** Writes down how a turn ended, then sees to it that what is open is tried again. */
async function settle(results: readonly Result[], parts: DeliveryParts): Promise<void> {
  const open = results.flatMap((result) => result.open ?? []);
  const made = results.filter((result) => result.open === null && result.job.stored);
  await parts.log.record({
    events: eventsOf(results),
    open,
    closed: made.map(({ job }) => job.row.id),
  });
  await noteHealth(results, parts.directory);
  await schedule(
    open.filter(({ status }) => status === 'retrying'),
    parts.retries,
  );
}

/** Each event once, with the attempts of all its endpoints. */
const eventsOf = (results: readonly Result[]) =>
  [...Map.groupBy(results, ({ job }) => job.event.id).values()].flatMap((own) => {
    const event = own[0]?.job.event;
    return event ? [{ ...event, attempts: own.flatMap(({ attempt }) => attempt ?? []) }] : [];
  });

const stopped = ownAct('an endpoint answered 410');

/** Remembers which endpoints fail or are slow, when that has changed. */
async function noteHealth(results: readonly Result[], directory: Directory): Promise<void> {
  for (const own of Map.groupBy(results, ({ job }) => job.row.endpoint).values()) {
    const endpoint = own[0]?.job.endpoint;
    const attempts = own.flatMap(({ attempt }) => attempt ?? []);
    if (!endpoint || attempts.length === 0) continue;
    if (own.some(({ gone }) => gone)) await directory.disableEndpoint(stopped, endpoint.id);
    const answers = attempts.filter(({ error }) => error === null);
    const works = answers.length > 0;
    await directory.noteHealth(endpoint, {
      failingSinceMs: works ? null : (endpoint.failingSinceMs ?? Date.now()),
      slow: works ? answers.some(({ tookMs }) => tookMs > quickMs) : endpoint.slow,
    });
  }
}

/** A message per open delivery. One that the queue does not take is found overdue later. */
async function schedule(rows: readonly DeliveryRow[], retries: Queue<RetryMessage>): Promise<void> {
  const nowMs = Date.now();
  const messages = rows.map((row) => ({
    body: { delivery: row.id, attempt: row.attempts + 1 },
    delaySeconds: Math.min(Math.max(0, Math.ceil((row.dueAtMs - nowMs) / 1_000)), queueDelayMaxS),
  }));
  try {
    for (let from = 0; from < messages.length; from += messagesPerCall) {
      await retries.sendBatch(messages.slice(from, from + messagesPerCall));
    }
  } catch (fault) {
    logFault('callbacks: the queue takes no further attempts', fault, { count: messages.length });
  }
}

const jobOf = (row: DeliveryRow, endpoint: EndpointRow | undefined): Job => {
  const body = row.body ?? '{}';
  const event = { id: row.event, type: row.type, owner: row.owner, object: objectIn(body), body };
  return { event, endpoint, row, stored: true };
};

const newRow = (event: SentEvent, endpoint: string): DeliveryRow => ({
  id: deliveryId(event.id, endpoint),
  event: event.id,
  type: event.type,
  endpoint,
  owner: event.owner,
  status: 'retrying',
  attempts: 0,
  lastStatus: null,
  lastError: null,
  body: event.body,
  dueAtMs: 0,
  updatedAtMs: Date.now(),
});

const parked = (row: DeliveryRow, lastError: string): DeliveryRow => ({
  ...row,
  status: 'parked',
  lastError,
  updatedAtMs: Date.now(),
});

const untried = (event: SentEvent) => ({ ...event, attempts: [] });
