/** How payments went in each of the last minutes: counters as they stood once a minute, and what came between. */
import type { WorkFigures } from './figures.ts';

/** What had been counted by some time, by how it ended: `completed`, or the code of its refusal. */
export interface Beat {
  readonly atMs: number;
  readonly ended: Readonly<Record<string, number>>;
}

/** What happened between two beats. */
export interface Minute {
  readonly fromMs: number;
  readonly toMs: number;
  readonly completed: number;
  readonly refused: number;
}

/** Where the last beats are kept: one small text. */
export interface PulseStore {
  read(): Promise<readonly Beat[]>;
  put(beats: readonly Beat[]): Promise<void>;
}

export const completed = 'completed';
const minuteMs = 60_000;
const keptMs = 61 * minuteMs;
// The schedule may come twice in a minute.
const apartMs = minuteMs / 2;

/** Takes down how the counters stand; to be called every minute. */
export async function beat(
  { store, work }: { readonly store: PulseStore; readonly work: () => Promise<WorkFigures> },
  nowMs = Date.now(),
): Promise<void> {
  const beats = await store.read();
  const last = beats.at(-1);
  if (last && nowMs - last.atMs < apartMs) return;
  await store.put(beatsUntil(nowMs, beats, await work()));
}

/** The beats of the last hour, with one of now. */
export function beatsUntil(nowMs: number, beats: readonly Beat[], work: WorkFigures): Beat[] {
  // A switch whose books nobody has visited yet began within this minute, with nothing.
  const isNew = beats.length === 0 && work.books.size === 0;
  const before = isNew ? [{ atMs: nowMs - minuteMs, ended: {} }] : beats;
  return [...before.filter(({ atMs }) => atMs > nowMs - keptMs), { atMs: nowMs, ended: endedIn(work) }];
}

function endedIn({ transfers }: WorkFigures): Record<string, number> {
  const ended: Record<string, number> = {};
  for (const { kind, status, refusal, count } of transfers) {
    if (kind !== 'payment' || status === 'requires_confirmation') continue;
    const name = refusal ?? completed;
    ended[name] = (ended[name] ?? 0) + count;
  }
  return ended;
}

export const minutesOf = (beats: readonly Beat[]): Minute[] =>
  beats.slice(1).flatMap((to, index) => {
    const from = beats[index];
    return from ? [{ fromMs: from.atMs, toMs: to.atMs, ...sumOf(between(from, to)) }] : [];
  });

/** How many ended how between two beats; counters only grow, unless a database was put back. */
export const between = (from: Beat, to: Beat): Map<string, number> =>
  new Map(
    Object.entries(to.ended)
      .map(([name, count]) => [name, Math.max(0, count - (from.ended[name] ?? 0))] as const)
      .filter(([, count]) => count > 0),
  );

export function sumOf(ended: ReadonlyMap<string, number>): Pick<Minute, 'completed' | 'refused'> {
  const all = [...ended.values()].reduce((sum, count) => sum + count, 0);
  const good = ended.get(completed) ?? 0;
  return { completed: good, refused: all - good };
}

/** Payments that ended in a minute, lately: over the shortest time that is a minute at least. */
export function rateOf(beats: readonly Beat[]): number | null {
  const now = beats.at(-1);
  const from = beats.findLast(({ atMs }) => now !== undefined && now.atMs - atMs >= minuteMs);
  if (!now || !from) return null;
  const { completed: good, refused } = sumOf(between(from, now));
  return ((good + refused) * minuteMs) / (now.atMs - from.atMs);
}
