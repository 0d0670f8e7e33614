/**
 * The two lanes of delivery. First attempts travel together and are quick: an endpoint that is known to fail
 * or to be slow is not waited for there. Everything else is a delivery of its own, a row in the log with a
 * message for its next attempt, so that nobody waits for anybody else's receiver.
 */
import type { Directory, EndpointRow } from '../directory/index.ts';
import { logFault } from '../kernel/index.ts';
import type { AnnounceParts } from './announce.ts';
import { disable } from './endpoints.ts';
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
export const patienceMs = 15_000;
// A Worker has six connections at a time; one is left for the databases.
const connectionsMax = 5;
const connectionsPerEndpoint = 2;
// An endpoint that lets its time run out is not waited for again for so long: a quarter of the time it has
// been failing, within these bounds.
const silenceMinMs = 30_000;
const silenceMaxMs = 600_000;
// Pace of trying again when a database does not answer.
const retryAfterS = 30;
// The longest a queue keeps a message back; longer waits are taken in steps.
const queueDelayMaxS = 43_200;
const messagesPerCall = 100;
// A delivery this late has lost its message: the queue was down, or kept it too long.
const overdueMs = 180_000;
const overduePerStep = 500;

// An endpoint that took nothing for so long is disabled: longer than the retries of any one event.
const failingMaxMs = 5 * 86_400_000;

export interface DeliveryParts extends SendParts {
  readonly directory: Directory;
  readonly log: CallbackLog;
  readonly retries: Queue<RetryMessage>;
  /** For telling owners that an endpoint was disabled. */
  readonly announcing: AnnounceParts;
}

/** One event for one endpoint. */
interface Job {
  readonly event: SentEvent;
  readonly endpoint: EndpointRow | undefined;
  /** How it stood before its turn. */
  readonly row: DeliveryRow;
  /** It is among the first attempts, where nobody is waited for long. */
  readonly quick: boolean;
  /** The log may have it as an open delivery. */
  readonly stored: boolean;
}

/** How a job stands after its turn: `open` is what remains to be done, null when it is delivered. */
interface Result {
  readonly job: Job;
  readonly attempt: Attempt | null;
  readonly open: DeliveryRow | null;
  readonly gone: boolean;
  /** The endpoint let its time run out. */
  readonly timedOut: boolean;
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
    batch.retryAll({ delaySeconds: retryAfterS });
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

/** What waited for an endpoint that is not paused any more, by whatever way that came about, begins anew. */
export async function releaseWaiting({
  directory,
  log,
}: Pick<DeliveryParts, 'directory' | 'log'>): Promise<void> {
  const waited = await log.waitedFor();
  const endpoints = await directory.endpointsIn(waited);
  for (const endpoint of waited) {
    if (endpoints.get(endpoint)?.status !== 'paused') await log.reopen({ status: 'waiting', endpoint });
  }
}

/** Sends anew what is overdue because its message was lost or never sent, for about so long; answers how many. */
export async function sendOverdue(
  { log, retries }: Pick<DeliveryParts, 'log' | 'retries'>,
  forMs: number,
): Promise<number> {
  const untilMs = Date.now() + forMs;
  for (let sent = 0; ; ) {
    const nowMs = Date.now();
    const rows = await log.overdue(nowMs - overdueMs, overduePerStep);
    const open = rows.map((row) => ({ ...row, dueAtMs: nowMs }));
    await log.record({ events: [], open, closed: [] });
    await schedule(open, retries);
    sent += rows.length;
    if (rows.length < overduePerStep || Date.now() >= untilMs) return sent;
  }
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
      .map((id) => ({
        ...{ event, endpoint: endpoints.get(id), row: newRow(event, id) },
        // The one before may have failed, and been cut off after it was recorded.
        ...{ quick: true, stored: repeated },
      })),
  );
  const results = await inLanes(jobs, (job, silent) => {
    const { endpoint } = job;
    if (endpoint?.status !== 'active') return inactive(job, endpoint);
    if (silent || endpoint.slow || endpoint.failingSinceMs !== null) {
      return putOff(job, Math.max(Date.now(), endpoint.silentUntilMs ?? 0));
    }
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
    if (endpoint?.status !== 'active') return inactive(job, endpoint);
    const nowMs = Date.now();
    const untilMs = silent ? nowMs + silenceMs(endpoint, nowMs) : (endpoint.silentUntilMs ?? 0);
    if (untilMs > nowMs) return putOff(job, untilMs);
    return attempted(job, endpoint, patienceMs, parts);
  });
  await settle(results, parts);
  await schedule([...early.values()], parts.retries);
}

/**
 * Works through jobs side by side, in order per endpoint, with few connections and fewer to one endpoint. An
 * endpoint that let a job's time run out is silent for the rest of the turn.
 */
async function inLanes(
  jobs: readonly Job[],
  work: (job: Job, silent: boolean) => Result | Promise<Result>,
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
): Promise<Result> {
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
/** Behind a pause events wait; behind the end of an endpoint they are parked. */
const inactive = (job: Job, endpoint: EndpointRow | undefined): Result => ({
  ...untouched,
  job,
  open:
    endpoint?.status === 'paused'
      ? { ...job.row, status: 'waiting', updatedAtMs: Date.now() }
      : parked(job.row, 'the endpoint is not active'),
});
const putOff = (job: Job, dueAtMs: number): Result => ({
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
  await noteHealth(results, parts);
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

/** Remembers which endpoints fail or are slow, when that has changed, and disables those beyond hope. */
async function noteHealth(
  results: readonly Result[],
  { directory, announcing }: DeliveryParts,
): Promise<void> {
  for (const own of Map.groupBy(results, ({ job }) => job.row.endpoint).values()) {
    const endpoint = own[0]?.job.endpoint;
    const attempts = own.flatMap(({ attempt }) => attempt ?? []);
    if (!endpoint || attempts.length === 0) continue;
    const answers = attempts.filter(({ error }) => error === null);
    const works = answers.length > 0;
    const nowMs = Date.now();
    const failingSinceMs = works ? null : (endpoint.failingSinceMs ?? nowMs);
    // Only who let the longer time run out: after the shorter one it is heard out.
    const silent = !works && own.some(({ job, timedOut }) => timedOut && !job.quick);
    await directory.noteHealth(endpoint, {
      failingSinceMs,
      slow: works ? answers.some(({ tookMs }) => tookMs > quickMs) : endpoint.slow,
      silentUntilMs: works ? null : silent ? nowMs + silenceMs(endpoint, nowMs) : endpoint.silentUntilMs,
    });
    const failedForDays = failingSinceMs !== null && nowMs - failingSinceMs > failingMaxMs;
    if (own.some(({ gone }) => gone)) await disable(endpoint.id, 'gone', directory, announcing);
    else if (failedForDays) await disable(endpoint.id, 'failing', directory, announcing);
  }
}

const silenceMs = ({ failingSinceMs }: EndpointRow, nowMs: number): number =>
  Math.min(Math.max(silenceMinMs, Math.round((nowMs - (failingSinceMs ?? nowMs)) / 4)), silenceMaxMs);

/** A message per open delivery. One that the queue does not take is found overdue later. */
export async function schedule(rows: readonly DeliveryRow[], retries: Queue<RetryMessage>): Promise<void> {
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
  return { event, endpoint, row, quick: false, stored: true };
};

/** A delivery that is to be made now, or made again from the beginning. */
export const newRow = (event: SentEvent, endpoint: string): DeliveryRow => ({
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
