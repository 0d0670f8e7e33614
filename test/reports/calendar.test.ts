/** When reports are due, on the clocks of zones that change them and of zones that do not. */
import { expect, test } from 'vitest';
import { isoTime } from '../../src/http/index.ts';
import { momentIn } from '../../src/kernel/index.ts';
import { lastDue, nextDue, type Rule } from '../../src/reports/calendar.ts';

const rule = (more: Partial<Rule>): Rule => ({
  ...{ every: 'day', weekday: null, monthDay: null, at: '06:30', zone: 'Asia/Bishkek' },
  ...more,
});
const shown = ({ dueAtMs, from, to, fromMs, beforeMs }: ReturnType<typeof nextDue>) => [
  isoTime(dueAtMs).slice(0, 16),
  `${from} – ${to}`,
  (beforeMs - fromMs) / 3_600_000,
];

/** What is due after a time, one after the other. */
function due(more: Partial<Rule>, after: string, count: number) {
  const found = [];
  for (let atMs = Date.parse(after); found.length < count; ) {
    const next = nextDue(rule(more), atMs);
    expect(lastDue(rule(more), next.dueAtMs)).toEqual(next);
    expect(lastDue(rule(more), next.dueAtMs + 1)).toEqual(next);
    found.push(shown(next));
    atMs = next.dueAtMs;
  }
  return found;
}

test.each<[string, Partial<Rule>, string, ReturnType<typeof due>]>([
  [
    'every day in Bishkek',
    {},
    '2026-11-20T00:29:59Z',
    [
      ['2026-11-20T00:30', '2026-11-19 – 2026-11-19', 24],
      ['2026-11-21T00:30', '2026-11-20 – 2026-11-20', 24],
    ],
  ],
  [
    'at the very time: the next one',
    {},
    '2026-11-20T00:30:00Z',
    [['2026-11-21T00:30', '2026-11-20 – 2026-11-20', 24]],
  ],
  [
    'at midnight in Phnom Penh',
    { at: '00:00', zone: 'Asia/Phnom_Penh' },
    '2026-12-31T16:59:00Z',
    [['2026-12-31T17:00', '2026-12-31 – 2026-12-31', 24]],
  ],
  [
    'every Monday: the week from Monday to Sunday',
    { every: 'week', weekday: 'mon' },
    '2026-11-20T00:00:00Z',
    [
      ['2026-11-23T00:30', '2026-11-16 – 2026-11-22', 168],
      ['2026-11-30T00:30', '2026-11-23 – 2026-11-29', 168],
    ],
  ],
  [
    'every first of a month',
    { every: 'month', monthDay: 1 },
    '2027-01-15T00:00:00Z',
    [
      ['2027-02-01T00:30', '2027-01-01 – 2027-01-31', 744],
      ['2027-03-01T00:30', '2027-02-01 – 2027-02-28', 672],
    ],
  ],
  [
    'every last day of a month, whichever it is',
    { every: 'month', monthDay: 'last' },
    '2028-01-31T01:00:00Z',
    [
      ['2028-02-29T00:30', '2028-01-01 – 2028-01-31', 744],
      ['2028-03-31T00:30', '2028-02-01 – 2028-02-29', 696],
      ['2028-04-30T00:30', '2028-03-01 – 2028-03-31', 744],
    ],
  ],
  [
    // On 28 March 2027 clocks in Kyiv go from 03:00 to 04:00.
    'a time that a clock skips comes an hour later, once; that day is short',
    { at: '03:30', zone: 'Europe/Kyiv' },
    '2027-03-26T23:00:00Z',
    [
      ['2027-03-27T01:30', '2027-03-26 – 2027-03-26', 24],
      ['2027-03-28T01:30', '2027-03-27 – 2027-03-27', 24],
      ['2027-03-29T00:30', '2027-03-28 – 2027-03-28', 23],
      ['2027-03-30T00:30', '2027-03-29 – 2027-03-29', 24],
    ],
  ],
  [
    // On 31 October 2027 they go from 04:00 back to 03:00.
    'a time that a clock shows twice counts once, the first time; that day is long',
    { at: '03:30', zone: 'Europe/Kyiv' },
    '2027-10-29T23:00:00Z',
    [
      ['2027-10-30T00:30', '2027-10-29 – 2027-10-29', 24],
      ['2027-10-31T00:30', '2027-10-30 – 2027-10-30', 24],
      ['2027-11-01T01:30', '2027-10-31 – 2027-10-31', 25],
    ],
  ],
])('%s', (_, more, after, expected) => {
  expect(due(more, after, expected.length)).toEqual(expected);
});

test.each(['Europe/Kyiv', 'Australia/Lord_Howe'])(
  'in %s every day of a year has one moment for every time, in their order',
  (zone) => {
    for (const at of ['00:00', '02:15', '03:30']) {
      let last = 0;
      for (let day = 0; day < 365; day++) {
        const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
        const moment = momentIn(zone, date, at);
        expect(moment, `${date} ${at}`).toBeGreaterThan(last);
        last = moment;
      }
    }
  },
);
