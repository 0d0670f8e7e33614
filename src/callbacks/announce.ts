import type { Directory, EndpointRow } from '../directory/index.ts';
import type { SwitchEvent } from '../events/index.ts';
import { isoTime } from '../http/index.ts';
import { utf8 } from '../kernel/index.ts';
import type { CallbackLog } from './log.ts';
import { type CallbackMessage, type EventToSend, objectIn, type SentEvent } from './model.ts';

// One message is one invocation's work: as many deliveries as a healthy internet takes in a second or two.
const deliveriesPerMessage = 25;
// A message holds 128 KB, a call takes 100 messages and 256 KB; the rest is left for what the queue adds.
const bytesPerMessage = 100_000;
const messagesPerCall = 100;
const bytesPerCall = 200_000;
const apiVersion = '2026-11-01';

export interface AnnounceParts {
  readonly directory: Directory;
  readonly queue: Queue<CallbackMessage>;
  readonly log: CallbackLog;
}

/** Hands events over for delivery, those of one batch together. Resolves once they are safe. */
export async function announce(
  { directory, queue, log }: AnnounceParts,
  events: readonly SwitchEvent[],
): Promise<void> {
  const toSend: EventToSend[] = [];
  for (const event of events) {
    const endpoints = await directory.cachedEndpoints(event.owner);
    // Who never had an endpoint reads payments, refunds and orders themselves: no row is written for nobody.
    if (endpoints.length === 0) continue;
    const wants = (row: EndpointRow) =>
      event.endpoint === undefined ? hears(row, event.type) : row.id === event.endpoint;
    const listening = endpoints.filter((row) => row.status !== 'disabled' && wants(row));
    toSend.push({ ...sentEvent(event), endpoints: listening.map(({ id }) => id) });
  }
  // What no endpoint wants now is only written down: it can be read, and sent later.
  const untold = toSend.filter(({ endpoints }) => endpoints.length === 0);
  await log.record({ events: untold.map((event) => ({ ...event, attempts: [] })), open: [], closed: [] });
  const told = toSend.filter(({ endpoints }) => endpoints.length > 0);
  for (const messages of callsOf(messagesOf(told))) {
    await queue.sendBatch(messages.map((body) => ({ body })));
  }
}

/** Events in their order, in as few messages as are handled well. */
export function messagesOf(events: readonly EventToSend[]): CallbackMessage[] {
  const weigh = (event: EventToSend) => ({ count: event.endpoints.length, bytes: bytesOf(event) });
  return fitting(events, weigh, deliveriesPerMessage, bytesPerMessage).map((some) => ({ events: some }));
}

/** Messages in their order, in as few calls as the queue allows. */
export function callsOf(messages: readonly CallbackMessage[]): CallbackMessage[][] {
  return fitting(
    messages,
    (message) => ({ count: 1, bytes: bytesOf(message) }),
    messagesPerCall,
    bytesPerCall,
  );
}

/** Cuts a list where it gets too long or too heavy; what is too heavy alone stays alone. */
function fitting<Item>(
  items: readonly Item[],
  weigh: (item: Item) => { count: number; bytes: number },
  countMax: number,
  bytesMax: number,
): Item[][] {
  const parts: Item[][] = [];
  let part: Item[] = [];
  let [count, bytes] = [0, 0];
  for (const item of items) {
    const weight = weigh(item);
    if (part.length > 0 && (count + weight.count > countMax || bytes + weight.bytes > bytesMax)) {
      parts.push(part);
      part = [];
      [count, bytes] = [0, 0];
    }
    part.push(item);
    count += weight.count;
    bytes += weight.bytes;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

const bytesOf = (value: object): number => utf8(JSON.stringify(value)).length;

/** Whether an endpoint wants to hear of events of a type. */
export const hears = ({ types }: Pick<EndpointRow, 'types'>, type: string): boolean =>
  types === null || types.includes(type);

export function sentEvent({ id, type, owner, atMs, data, sequence }: SwitchEvent): SentEvent {
  const timestamp = isoTime(atMs);
  const body = JSON.stringify({ type, timestamp, data, owner, sequence, api_version: apiVersion });
  return { id, type, owner, object: objectIn(body), body };
}
