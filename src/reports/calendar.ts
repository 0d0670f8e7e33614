/**
 * When a report is due and which days it is about, on the clocks of a zone. Pure. Each day of a calendar has one moment
 * for a time: the first where clocks show it twice; where they skip it, as much later as they are put forward.
 */
import { clockIn, dayAfter, dayStartIn, momentIn } from '../kernel/index.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];
export type MonthDay = number | 'last';

export interface Rule {
  readonly every: 'day' | 'week' | 'month';
  /** Of every week. */
  readonly weekday: Weekday | null;
  /** Of every month: 1 to 28, or its last day. */
  readonly monthDay: MonthDay | null;
  /** `06:30` on the clocks of the zone. */
  readonly at: string;
  readonly zone: string;
}

/** Whole days before the one it is due on. */
export interface Due {
  readonly dueAtMs: number;
  readonly from: string;
  readonly to: string;
  readonly fromMs: number;
  readonly beforeMs: number;
}

// A month and a day to spare: some day of it is always due.
const daysLooked = 33;

/** The first time after another. */
export function nextDue(rule: Rule, afterMs: number): Due {
  const { day } = clockIn(rule.zone, afterMs);
  for (let ahead = 0; ahead <= daysLooked; ahead++) {
    const due = dueOn(rule, dayAfter(day, ahead));
    if (due && due.dueAtMs > afterMs) return due;
  }
  throw new Error('a schedule that is never due');
}

/** The last time up to another. */
export function lastDue(rule: Rule, untilMs: number): Due {
  const { day } = clockIn(rule.zone, untilMs);
  for (let back = 0; back <= daysLooked; back++) {
    const due = dueOn(rule, dayAfter(day, -back));
    if (due && due.dueAtMs <= untilMs) return due;
  }
  throw new Error('a schedule that was never due');
}

function dueOn(rule: Rule, day: string): Due | undefined {
  if (!isDueOn(rule, day)) return undefined;
  const { from, to } = daysBefore(rule, day);
  return {
    dueAtMs: momentIn(rule.zone, day, rule.at),
    from,
    to,
    fromMs: dayStartIn(rule.zone, from),
    beforeMs: dayStartIn(rule.zone, dayAfter(to, 1)),
  };
}

function isDueOn({ every, weekday, monthDay }: Rule, day: string): boolean {
  if (every === 'day') return true;
  const date = new Date(`${day}T00:00:00Z`);
  if (every === 'week') return weekdays[(date.getUTCDay() + 6) % 7] === weekday;
  return monthDay === 'last' ? dayAfter(day, 1).endsWith('-01') : date.getUTCDate() === monthDay;
}

/** The day, the seven days, or the month of the calendar before a day. */
function daysBefore({ every }: Rule, day: string): { from: string; to: string } {
  if (every === 'day') return { from: dayAfter(day, -1), to: dayAfter(day, -1) };
  if (every === 'week') return { from: dayAfter(day, -7), to: dayAfter(day, -1) };
  const to = dayAfter(`${day.slice(0, 8)}01`, -1);
  return { from: `${to.slice(0, 8)}01`, to };
}
