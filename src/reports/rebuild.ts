/**
 * The rebuild: every row that comes from entries is dropped and made again from the books. It goes on in
 * steps, from wherever an earlier one stopped; what happens meanwhile is recorded as always, and nobody is
 * told anything a second time.
 */
import { type ProjectorParts, projectNext } from '../events/index.ts';
import { logFault } from '../kernel/index.ts';
import type { Reports } from './store.ts';

export interface RebuildState {
  readonly status: 'running' | 'finished';
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
  readonly books: number;
  /** How many books are done. */
  readonly book: number;
  readonly entries: number;
  /** Books that gave no answer: the sweeper sends what they have once they do. */
  readonly failed: readonly number[];
  /** False until what there was is dropped. */
  readonly dropped: boolean;
}

const noteName = 'rebuild';

export interface RebuildParts extends ProjectorParts {
  readonly reports: Reports;
  readonly books: number;
}

export async function rebuildState(reports: Reports): Promise<RebuildState | undefined> {
  const note = await reports.note(noteName);
  return note === undefined ? undefined : JSON.parse(note);
}

/** Drops the rows and begins; one that is running goes on as it is. */
export async function startRebuild(parts: RebuildParts): Promise<RebuildState> {
  const { reports, books } = parts;
  const earlier = await rebuildState(reports);
  if (earlier?.status === 'running') return earlier;
  const nowMs = Date.now();
  const facts = { startedAtMs: nowMs, finishedAtMs: null, books, book: 0, entries: 0, failed: [] };
  const state: RebuildState = { status: 'running', ...facts, dropped: false };
  await reports.putNote(noteName, JSON.stringify(state));
  const dropped = await step(parts, state);
  await reports.putNote(noteName, JSON.stringify(dropped));
  return dropped;
}

/** Goes on for about so long; undefined when no rebuild was ever asked for. */
export async function continueRebuild(parts: RebuildParts, forMs: number): Promise<RebuildState | undefined> {
  const untilMs = Date.now() + forMs;
  let state = await rebuildState(parts.reports);
  while (state?.status === 'running') {
    state = await step(parts, state);
    await parts.reports.putNote(noteName, JSON.stringify(state));
    if (Date.now() >= untilMs) break;
  }
  return state;
}

async function step(parts: RebuildParts, state: RebuildState): Promise<RebuildState> {
  if (state.dropped === false) {
    await parts.reports.drop();
    return { ...state, dropped: true };
  }
  try {
    const entries = await projectNext(state.book, parts);
    return entries > 0 ? { ...state, entries: state.entries + entries } : bookDone(state);
  } catch (fault) {
    logFault('rebuild: a book is passed over', fault, { book: state.book });
    return bookDone({ ...state, failed: [...state.failed, state.book] });
  }
}

function bookDone(state: RebuildState): RebuildState {
  const book = state.book + 1;
  if (book < state.books) return { ...state, book };
  return { ...state, book, status: 'finished', finishedAtMs: Date.now() };
}
