import { describe, expect, test } from 'vitest';
import { attemptsMax, delayAfter, retryAfterS } from '../../src/callbacks/schedule.ts';

describe('how long to wait after a failure', () => {
  const rows: [attempt: number, asked: number | undefined, random: number, seconds: number | undefined][] = [
    [1, undefined, 0, 1],
    [2, undefined, 0, 15],
    [3, undefined, 0, 30],
    [4, undefined, 0, 300],
    [5, undefined, 0, 1_800],
    [6, undefined, 0, 7_200],
    [7, undefined, 0, 18_000],
    [8, undefined, 0, 36_000],
    [9, undefined, 0, 50_400],
    [10, undefined, 0, 72_000],
    [11, undefined, 0, 86_400],
    [12, undefined, 0, undefined],
    [13, undefined, 0, undefined],
    // Jitter: up to a fifth more, never less.
    [2, undefined, 0.5, 17],
    [2, undefined, 0.999_999, 18],
    [11, undefined, 0.999_999, 103_680],
    // The receiver may ask for more, not for less, and for no more than a day.
    [1, 120, 0, 120],
    [4, 120, 0, 300],
    [1, 10_000_000, 0, 86_400],
    [1, 0, 0, 1],
    [12, 60, 0, undefined],
  ];
  test.each(rows)('failure %s, asked %s, random %s → %s', (attempt, asked, random, seconds) => {
    expect(delayAfter(attempt, asked, random)).toBe(seconds);
  });

  test('twelve attempts, over three days', () => {
    expect(attemptsMax).toBe(12);
    let totalS = 0;
    for (let attempt = 1; attempt < attemptsMax; attempt++) totalS += delayAfter(attempt, undefined, 0) ?? 0;
    expect(totalS / 86_400).toBeGreaterThan(3);
  });
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-11-21T08:30:00Z');
  const rows: [header: string | null, seconds: number | undefined][] = [
    [null, undefined],
    ['', undefined],
    ['120', 120],
    [' 120 ', 120],
    ['0', 0],
    ['Sat, 21 Nov 2026 08:31:00 GMT', 60],
    ['Sat, 21 Nov 2026 08:29:00 GMT', 0],
    ['soon', undefined],
    ['1e9999', undefined],
    ['99999999999999999999', undefined],
    ['-5', undefined],
    ['1.5', undefined],
  ];
  test.each(rows)('“%s” → %s', (header, seconds) => {
    expect(retryAfterS(header, nowMs)).toBe(seconds);
  });
});
