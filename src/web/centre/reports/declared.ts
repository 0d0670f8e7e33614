/** Reports as the API declares and answers them, and what a page's address asks of one. */
import { clockIn, dayAfter, dayStartIn } from '../../../kernel/index.ts';

type Choices = readonly { readonly value: string; readonly title: string }[] | null;

export interface DeclaredColumn {
  readonly name: string;
  readonly title: string;
  readonly type: 'id' | 'text' | 'money' | 'count' | 'time' | 'flag';
  readonly group: boolean;
  readonly values: Choices;
}

export interface DeclaredFilter {
  readonly name: string;
  readonly title: string;
  readonly type: 'choice' | 'id' | 'text' | 'time' | 'day';
  readonly values: Choices;
  readonly default: string | null;
}

export interface Declared {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly formats: readonly string[];
  readonly grouped: boolean;
  readonly by: readonly string[];
  readonly projected: boolean;
  readonly columns: readonly DeclaredColumn[];
  readonly filters: readonly DeclaredFilter[];
}

export type MoneyCell = { readonly amount: number | null; readonly currency: string };
export type Cell = string | number | boolean | MoneyCell | null;
export type Row = Readonly<Record<string, Cell>>;

export interface Rows {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
  /** Of a report in groups: all of it together, by currency. */
  readonly totals?: readonly Row[];
  readonly complete_up_to: string;
}

export interface Job {
  readonly id: string;
  readonly report: string;
  readonly format: 'csv' | 'xlsx' | 'jsonl';
  readonly filters: Readonly<Record<string, string>>;
  readonly status: 'running' | 'finished' | 'cancelled' | 'failed';
  readonly started_by: string;
  readonly started_at: string;
  readonly complete_up_to: string;
  readonly rows: number;
  readonly bytes: number;
  readonly totals: readonly { readonly column: string; readonly sum: MoneyCell }[];
  readonly sha256: string | null;
  readonly expires_at: string;
}

/** A page's query: filters by their names, and days as `from` and `to`, whatever the report calls its times. */
export type Asked = Readonly<Record<string, string>>;

/** What times a report is narrowed by: its business days, or moments of its rows. */
const timesOf = ({ filters }: Declared): 'day' | 'created' | 'updated' | undefined => {
  const names = filters.map(({ name }) => name);
  if (names.includes('from')) return 'day';
  return (['created', 'updated'] as const).find((name) => names.includes(`${name}[gte]`));
};

export const hasDays = (report: Declared): boolean => timesOf(report) !== undefined;

/** Those that are no days: choices, ids, texts. One with a single choice is no question. */
export const questionsOf = ({ filters }: Declared): DeclaredFilter[] =>
  filters.filter(({ type, values }) => type !== 'time' && type !== 'day' && values?.length !== 1);

/** What was typed of what a report knows. */
export function askedOf(report: Declared, query: Readonly<Record<string, string>>): Asked {
  const names = [
    ...questionsOf(report).map(({ name }) => name),
    ...(hasDays(report) ? ['from', 'to'] : []),
    ...(report.grouped ? ['by'] : []),
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
}

/** The same as the API takes it: days become moments in the scheme's zone where the report has moments. */
export function filtersFor(report: Declared, asked: Asked, zone: string): Record<string, string> {
  const times = timesOf(report);
  const { from, to, ...rest } = asked;
  const more: Record<string, string> = {};
  if (times === 'day') Object.assign(more, { ...(from && { from }), ...(to && { to }) });
  else if (times !== undefined) {
    if (from) more[`${times}[gte]`] = momentOf(from, zone);
    if (to) more[`${times}[lt]`] = momentOf(to, zone, 1);
  }
  return { ...rest, ...more };
}

/** What was asked of a file, as a page's query again. */
export function askedAgain(report: Declared, filters: Readonly<Record<string, string>>, zone: string): Asked {
  const times = timesOf(report);
  const { [`${times}[gte]`]: gte, [`${times}[lt]`]: lt, ...rest } = filters;
  const day = (text: string, before: number) => clockIn(zone, Date.parse(text) - before).day;
  return askedOf(report, { ...rest, ...(gte && { from: day(gte, 0) }), ...(lt && { to: day(lt, 1) }) });
}

/** What was asked, e.g. `From 2026-11-01, Status Completed`. */
export function wordsOf(report: Declared, asked: Asked): string {
  const { columns, filters } = report;
  const days = [asked.from, asked.to].filter((day) => day !== undefined);
  const titled = (name: string, value: string) =>
    columns.find((one) => one.name === name)?.values?.find((one) => one.value === value)?.title ?? value;
  const others = filters
    .filter(({ name }) => name !== 'from' && name !== 'to' && asked[name] !== undefined)
    .map(({ name, title }) => `${title}: ${titled(name, asked[name] ?? '')}`);
  const by = asked.by?.split(',').map((name) => columns.find((one) => one.name === name)?.title ?? name);
  return [[...new Set(days)].join(' – '), ...others, by?.join(' · ')].filter(Boolean).join(', ');
}

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** Where a day begins; what is no day is left as it was typed, for the API to name. */
function momentOf(day: string, zone: string, later = 0): string {
  if (!dayForm.test(day) || Number.isNaN(Date.parse(`${day}T00:00:00Z`))) return day;
  return new Date(dayStartIn(zone, dayAfter(day, later))).toISOString();
}

export type Quick = 'today' | 'yesterday' | 'week' | 'month';

/** Days that are asked for most; a week begins on Monday. */
export function quickDays(zone: string, nowMs: number): Record<Quick, { from: string; to: string }> {
  const today = clockIn(zone, nowMs).day;
  const yesterday = dayAfter(today, -1);
  const sinceMonday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  return {
    today: { from: today, to: today },
    yesterday: { from: yesterday, to: yesterday },
    week: { from: dayAfter(today, -sinceMonday), to: today },
    month: { from: `${today.slice(0, 8)}01`, to: today },
  };
}

/** By what its rows may be grouped: as usual, by each group alone, and as it is now. */
export function groupsOf(report: Declared, now: string): { readonly by: string; readonly title: string }[] {
  const groups = report.columns.filter(({ group, name }) => group && name !== 'currency');
  const titles = (by: string) =>
    groups.filter(({ name }) => by.split(',').includes(name)).map(({ title }) => title);
  const offered = [...new Set([report.by.join(','), ...groups.map(({ name }) => name), now])];
  return offered.map((by) => ({ by, title: titles(by).join(' · ') || by }));
}

/** What a row is told apart by, and what it says: columns of this view. Empty ones are left out. */
export function columnsShown(
  report: Declared,
  by: readonly string[],
  rows: readonly Row[],
): DeclaredColumn[] {
  const { columns } = report;
  const isAsked = ({ name, group }: DeclaredColumn) => !group || by.includes(name);
  const names = new Set(columns.map(({ name }) => name));
  return columns.filter((column) => {
    const { name, group } = column;
    // Beside the id whose name it is.
    if (name.endsWith('_name') && names.has(name.replace(/_name$/, ''))) return false;
    if (report.grouped) return group ? isAsked(column) : true;
    return rows.some((row) => isFilled(row[name] ?? null));
  });
}

const isFilled = (cell: Cell): boolean =>
  cell !== null && cell !== '' && !(typeof cell === 'object' && cell.amount === null);
