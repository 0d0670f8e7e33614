import { describe, expect, test } from 'vitest';
import { dayStartMs, monthStartMs, startOfDayMs } from '../../src/kernel/index.ts';

const iso = (ms: number) => new Date(ms).toISOString();

describe('the business day and month, in Bishkek', () => {
  test.each([
    ['2026-11-21T17:59:59.999Z', '2026-11-20T18:00:00.000Z', '2026-10-31T18:00:00.000Z'],
    ['2026-11-21T18:00:00.000Z', '2026-11-21T18:00:00.000Z', '2026-10-31T18:00:00.000Z'],
    ['2026-11-30T17:59:59.999Z', '2026-11-29T18:00:00.000Z', '2026-10-31T18:00:00.000Z'],
    ['2026-11-30T18:00:00.000Z', '2026-11-30T18:00:00.000Z', '2026-11-30T18:00:00.000Z'],
    ['2026-12-31T18:00:00.000Z', '2026-12-31T18:00:00.000Z', '2026-12-31T18:00:00.000Z'],
    ['2028-02-29T12:00:00.000Z', '2028-02-28T18:00:00.000Z', '2028-01-31T18:00:00.000Z'],
  ])('of %s', (at, day, month) => {
    expect([iso(dayStartMs(Date.parse(at))), iso(monthStartMs(Date.parse(at)))]).toEqual([day, month]);
  });

  test('a day begins where its date says', () => {
    expect(startOfDayMs('2026-11-21')).toBe(dayStartMs(Date.parse('2026-11-21T00:00:00Z')));
  });
});
