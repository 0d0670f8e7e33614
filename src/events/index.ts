/**
 * Events: from books' entries to everything that follows from them. Entries arrive at least once and in any
 * order; each book's are put in order by their positions, and missing ones are asked for. What follows is
 * announced first and recorded last, so a crash in between repeats the announcement and loses nothing.
 */
export { eventsOf, identify } from './identify.ts';
export type { EventSource, Projection, Run, SwitchEvent } from './model.ts';
export { type ProjectorParts, project, projectAgain, projectNext } from './projector.ts';
export { type BookState, type SweepMemory, silentAfterMs, sweep } from './sweeper.ts';
