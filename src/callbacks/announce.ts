import type { Directory } from '../directory/index.ts';
import type { SwitchEvent } from '../events/index.ts';
import { isoTime } from '../http/index.ts';
import type { CallbackMessage } from './deliver.ts';

// What a queue takes in one call: 100 messages, 256 KB.
const messagesPerBatch = 50;
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
  for (let index = 0; index < messages.length; index += messagesPerBatch) {
    await queue.sendBatch(messages.slice(index, index + messagesPerBatch).map((body) => ({ body })));
  }
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
