import type { Directory } from '../directory/index.ts';
import type { SwitchEvent } from '../events/index.ts';
import { isoTime } from '../http/index.ts';
import { utf8 } from '../kernel/index.ts';
import type { CallbackMessage } from './deliver.ts';

// A queue takes 100 messages and 256 KB in one call; the rest is left for what the queue adds.
const messagesPerBatch = 100;
const bytesPerBatch = 200_000;
const apiVersion = '2026-11-01';

/** Hands events to the queue, one message per active endpoint of their owner. Resolves once they are safe. */
export async function announce(
  directory: Directory,
  queue: Queue<CallbackMessage>,
  events: readonly SwitchEvent[],
): Promise<void> {
  const messages: CallbackMessage[] = [];
  for (const event of events) {
    for (const endpoint of await directory.cachedEndpoints(event.owner)) {
      messages.push({
        event: event.id,
        type: event.type,
        owner: event.owner,
        endpoint: endpoint.id,
        body: bodyOf(event),
        attempt: 1,
        dueAtMs: 0,
      });
    }
  }
  for (const batch of batchesOf(messages)) await queue.sendBatch(batch.map((body) => ({ body })));
}

/** The messages in their order, in as few batches as the queue's limits allow. */
export function batchesOf(messages: readonly CallbackMessage[]): CallbackMessage[][] {
  const batches: CallbackMessage[][] = [];
  let batch: CallbackMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = utf8(JSON.stringify(message)).length;
    if (batch.length === messagesPerBatch || (batch.length > 0 && bytes + size > bytesPerBatch)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

const bodyOf = (event: SwitchEvent): string =>
  JSON.stringify({
    type: event.type,
    timestamp: isoTime(event.atMs),
    data: event.data,
    owner: event.owner,
    sequence: event.sequence,
    api_version: apiVersion,
  });
