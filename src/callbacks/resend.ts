/**
 * Sending again what an owner was told since a time. Goes through the log in pages; each page is written as
 * open deliveries before the next begins, so one that stops goes on where it was.
 */
import type { Directory } from '../directory/index.ts';
import { earliestEventId } from '../kernel/index.ts';
import { hears } from './announce.ts';
import { type DeliveryParts, newRow, schedule } from './deliver.ts';
import type { LoggedEvent } from './model.ts';
import type { ResendLog, ResendRow } from './resend-log.ts';

// Events looked at in one step, and in all. Whoever needs more asks again from where it ended.
const eventsPerStep = 100;
export const eventsPerResendMax = 10_000;

export interface ResendParts extends Pick<DeliveryParts, 'directory' | 'log' | 'retries'> {
  readonly resends: ResendLog;
}

/** Goes on with a resend for about so long. */
export async function continueResend(row: ResendRow, parts: ResendParts, forMs: number): Promise<ResendRow> {
  const untilMs = Date.now() + forMs;
  let state = row;
  while (state.status === 'running') {
    state = await step(state, parts);
    if (Date.now() >= untilMs) break;
  }
  return state;
}

/** Goes on with all that are running, for about so long. */
export async function continueResends(parts: ResendParts, forMs: number): Promise<void> {
  const untilMs = Date.now() + forMs;
  for (const row of await parts.resends.running()) {
    await continueResend(row, parts, Math.max(0, untilMs - Date.now()));
    if (Date.now() >= untilMs) break;
  }
}

async function step(row: ResendRow, { directory, log, retries, resends }: ResendParts): Promise<ResendRow> {
  const room = Math.min(eventsPerStep, eventsPerResendMax - row.events);
  const events = await log.eventsAfter(row, earliestEventId(row.untilMs), room);
  const endpoints = await listeners(row, directory);
  const open = events.flatMap((event) =>
    endpoints.filter((endpoint) => wants(endpoint, event, row)).map(({ id }) => newRow(event, id)),
  );
  await log.record({ events: [], open, closed: [] });
  await schedule(open, retries);
  const seen = row.events + events.length;
  const status = events.length < room ? 'finished' : seen >= eventsPerResendMax ? 'limited' : 'running';
  const after: ResendRow = {
    ...row,
    status,
    cursor: events.at(-1)?.id ?? row.cursor,
    events: seen,
    deliveries: row.deliveries + open.length,
    finishedAtMs: status === 'running' ? null : Date.now(),
  };
  await resends.put(after);
  return after;
}

async function listeners(row: ResendRow, directory: Directory) {
  const all = await directory.openEndpoints(row.owner);
  return row.endpoint === null ? all : all.filter(({ id }) => id === row.endpoint);
}

/** Whoever names an endpoint means it, whatever it usually hears of. */
const wants = (
  endpoint: { id: string; types: string[] | null },
  event: LoggedEvent,
  { endpoint: named, missedOnly }: ResendRow,
): boolean =>
  (named !== null || hears(endpoint, event.type)) &&
  !(missedOnly && event.attempts.some((one) => one.endpoint === endpoint.id && one.error === null));
