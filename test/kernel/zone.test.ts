import { describe, expect, test } from 'vitest';
import {
  clockIn,
  dayAfter,
  dayStartIn,
  dayStartMs,
  monthStartMs,
  startOfDayMs,
} from '../../src/kernel/index.ts';

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

describe('a day of another zone', () => {
  test.each([
    ['America/Havana', '2026-03-08', '2026-03-08T05:00:00.000Z', 'midnight is skipped, west of Greenwich'],
    ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00.000Z', 'and south of the equator'],
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', 'midnight is skipped, east of Greenwich'],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', 'midnight comes twice'],
    [
      'Atlantic/Azores',
      '2026-03-29',
      '2026-03-29T01:00:00.000Z',
      'midnight is skipped where it is that of UTC',
    ],
    ['America/Nuuk', '2026-03-29', '2026-03-29T01:00:00.000Z', 'clocks were put forward an hour before'],
    ['Asia/Bishkek', '2026-11-21', '2026-11-20T18:00:00.000Z', 'nothing happens'],
  ])('of %s, %s, begins at %s: %s', (zone, day, at) => {
    expect(iso(dayStartIn(zone, day))).toBe(at);
  });

  test.each(['America/Havana', 'America/Santiago', 'Atlantic/Azores', 'Africa/Cairo', 'Australia/Lord_Howe'])(
    'of %s, each of a year: its first moment is its own, and the one before is not',
    (zone) => {
      for (let day = '2026-01-01'; day < '2027-01-01'; day = dayAfter(day, 1)) {
        const beginsMs = dayStartIn(zone, day);
        expect(clockIn(zone, beginsMs).day, day).toBe(day);
        expect(clockIn(zone, beginsMs - 1).day, day).toBe(dayAfter(day, -1));
      }
    },
  );
});
