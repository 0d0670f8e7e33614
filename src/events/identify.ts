import { eventId } from '../kernel/index.ts';
import type { BookEntry } from '../ledger/index.ts';
import type { EventSource, Run, SwitchEvent } from './model.ts';

/** All events of some runs; ids follow from entry, type and owner, so a repeat carries the same ones. */
export const identify = (runs: readonly Run[], sources: readonly EventSource[]): SwitchEvent[] =>
  runs.flatMap((run) => run.entries).flatMap((entry) => eventsOf(entry, sources));

/** The events of one entry. */
export const eventsOf = (
  { facts, entry }: Pick<BookEntry, 'facts' | 'entry'>,
  sources: readonly EventSource[],
): SwitchEvent[] =>
  sources
    .flatMap((source) => source(facts, entry))
    .map((event) => ({
      ...event,
      // Its hash stands for the entry: it covers the account, the number and everything it says.
      id: eventId(entry.atMs, `${entry.hash} ${event.type} ${event.owner}`),
      atMs: entry.atMs,
      sequence: entry.seq,
    }));
