import { eventId, sha256 } from '../kernel/index.ts';
import type { EventSource, Run, SwitchEvent } from './model.ts';

/** All events of some runs; ids follow from entry, type and owner, so a repeat carries the same ones. */
export async function identify(
  runs: readonly Run[],
  sources: readonly EventSource[],
): Promise<SwitchEvent[]> {
  const events: SwitchEvent[] = [];
  for (const { object, facts, entries } of runs) {
    for (const entry of entries) {
      for (const event of sources.flatMap((source) => source(facts, entry))) {
        const digest = await sha256(`${object} ${entry.seq} ${event.type} ${event.owner}`);
        events.push({ ...event, id: eventId(entry.atMs, digest), atMs: entry.atMs, sequence: entry.seq });
      }
    }
  }
  return events;
}
