import { eventId, sha256 } from '../kernel/index.ts';
import { accountName, type BookEntry } from '../ledger/index.ts';
import type { EventSource, Run, SwitchEvent } from './model.ts';

/** All events of some runs; ids follow from entry, type and owner, so a repeat carries the same ones. */
export async function identify(
  runs: readonly Run[],
  sources: readonly EventSource[],
): Promise<SwitchEvent[]> {
  const events: SwitchEvent[] = [];
  for (const entry of runs.flatMap((run) => run.entries)) events.push(...(await eventsOf(entry, sources)));
  return events;
}

/** The events of one entry. */
export async function eventsOf(
  { facts, entry }: Pick<BookEntry, 'facts' | 'entry'>,
  sources: readonly EventSource[],
): Promise<SwitchEvent[]> {
  const events: SwitchEvent[] = [];
  for (const event of sources.flatMap((source) => source(facts, entry))) {
    const name = accountName(facts.account, facts.stripe);
    const digest = await sha256(`${name} ${entry.seq} ${event.type} ${event.owner}`);
    events.push({ ...event, id: eventId(entry.atMs, digest), atMs: entry.atMs, sequence: entry.seq });
  }
  return events;
}
