/** Counters once a minute, and what came between: as a table of beats. */
import { describe, expect, it } from 'vitest';
import type { WorkFigures } from '../../src/metrics/figures.ts';
import { type Beat, beat, beatsUntil, between, minutesOf, rateOf } from '../../src/metrics/pulse.ts';

const minuteMs = 60_000;
const nowMs = Date.parse('2026-11-22T06:00:00Z');

const transfer = (status: string, count: number, refusal: string | null = null, kind = 'payment') => ({
  ...{ kind, status, refusal, count },
});
const visited = { atMs: 0, position: 0, open: 0, oldestOpenAtMs: null, unreportedAtMs: null };
const work = (transfers: WorkFigures['transfers'], books = [[0, visited] as const]): WorkFigures => ({
  ...{ transfers, deadLetters: 0, newestEntryAtMs: 0 },
  recorded: new Map(),
  books: new Map(books),
});
const at = (minutesAgo: number, completed: number, refused = 0): Beat => ({
  atMs: nowMs - minutesAgo * minuteMs,
  ended: { completed, ...(refused > 0 && { 'limit.amount': refused }) },
});

function storeWith(beats: readonly Beat[]) {
  let kept = beats;
  const put = async (next: readonly Beat[]) => {
    kept = next;
  };
  return { read: async () => kept, put };
}

describe('a beat', () => {
  it('counts payments by how they ended, and nothing else', () => {
    const figures = work([
      transfer('completed', 7),
      transfer('declined', 2, 'payment.insufficient_funds'),
      transfer('expired', 1, 'payment.confirmation_expired'),
      transfer('requires_confirmation', 4),
      transfer('completed', 9, null, 'top_up'),
    ]);
    expect(beatsUntil(nowMs, [at(1, 0)], figures).at(-1)).toEqual({
      atMs: nowMs,
      ended: { completed: 7, 'payment.insufficient_funds': 2, 'payment.confirmation_expired': 1 },
    });
  });

  it('is taken once a minute, however often the schedule comes', async () => {
    const store = storeWith([at(1, 5)]);
    const parts = { store, work: async () => work([transfer('completed', 8)]) };
    await beat(parts, nowMs);
    await beat(parts, nowMs + 10_000);
    expect(await store.read()).toEqual([at(1, 5), at(0, 8)]);
  });

  it('is forgotten after an hour', () => {
    const beats = [at(120, 1), at(61, 2), at(60, 3), at(1, 4)];
    const kept = beatsUntil(nowMs, beats, work([transfer('completed', 5)]));
    expect(kept.map(({ ended }) => ended.completed)).toEqual([3, 4, 5]);
  });

  it('of a new switch knows that there was nothing before', () => {
    expect(beatsUntil(nowMs, [], work([transfer('completed', 5)], []))).toEqual([
      { atMs: nowMs - minuteMs, ended: {} },
      at(0, 5),
    ]);
    // One that has been at work for long says nothing of the time before it was looked at.
    expect(beatsUntil(nowMs, [], work([transfer('completed', 5)]))).toEqual([at(0, 5)]);
  });
});

describe('between beats', () => {
  it('lies what happened in each minute', () => {
    expect(minutesOf([at(2, 10), at(1, 12, 1), at(0, 12, 4)])).toMatchObject([
      { fromMs: nowMs - 2 * minuteMs, completed: 2, refused: 1 },
      { toMs: nowMs, completed: 0, refused: 3 },
    ]);
  });

  it('nothing is less than nothing, when a database was put back', () => {
    expect([...between(at(1, 10, 3), at(0, 4, 5))]).toEqual([['limit.amount', 2]]);
  });

  it('lies the rate of now, over a minute at least', () => {
    const soon = { atMs: nowMs + minuteMs / 2, ended: { completed: 40 } };
    expect(rateOf([at(1, 10), at(0, 34), soon])).toBe(20);
    expect(rateOf([at(0, 34), soon])).toBeNull();
    expect(rateOf([])).toBeNull();
  });
});
