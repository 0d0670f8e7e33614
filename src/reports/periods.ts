/**
 * Where report rows are: all of them in one database, `REPORTS`, or those that began in a period that has a database
 * of its own in that one. Its binding names the period, in the business zone: `REPORTS_2026`, `REPORTS_2026Q4`,
 * `REPORTS_2026M11`. The sums of rows are where the rows are. Whatever is no row of a transfer stays in `REPORTS`.
 */
import { assert, earliestAlike, startOfDayMs, timeOfId } from '../kernel/index.ts';

/** Ids of one kind from one to before another, and where their rows are. */
export interface Stretch {
  readonly database: D1Database;
  readonly from: string;
  readonly before: string;
}

export interface Periods {
  /** Keeps what no period does. */
  readonly main: D1Database;
  /** All of them, the main one first. */
  readonly databases: readonly D1Database[];
  /** Where a transfer's row is. */
  of(id: string): D1Database;
  /** Ids of one kind from one to before another, in pieces of one database each, oldest first. */
  between(from: string, before: string): Stretch[];
  /** Databases with rows of transfers that began in a time. */
  during(fromMs: number, beforeMs: number): D1Database[];
}

interface Period {
  readonly fromMs: number;
  readonly beforeMs: number;
  readonly database: D1Database;
}

type Bindings = Readonly<{ REPORTS: D1Database }>;

export function periodsOf(bindings: Bindings): Periods {
  const { REPORTS: main } = bindings;
  const named = Object.entries<D1Database>(bindings).flatMap(([name, database]) => {
    const span = spanOf(name);
    return span ? [{ ...span, database }] : [];
  });
  const all = withoutGaps(main, named);
  const databases = [main, ...named.map(({ database }) => database)];
  const at = (atMs: number) => all.find(({ beforeMs }) => atMs < beforeMs)?.database ?? main;
  return {
    main,
    databases,
    of: (id) => at(timeOfId(id)),
    between: (from, before) =>
      all
        .map(({ fromMs, beforeMs, database }) => ({
          database,
          from: fromMs === firstMs ? from : later(from, earliestAlike(from, fromMs)),
          before: beforeMs === lastMs ? before : earlier(before, earliestAlike(from, beforeMs)),
        }))
        .filter((stretch) => stretch.from < stretch.before),
    during: (fromMs, beforeMs) => [
      ...new Set(
        all
          .filter((period) => period.fromMs < beforeMs && period.beforeMs > fromMs)
          .map(({ database }) => database),
      ),
    ],
  };
}

const firstMs = Number.NEGATIVE_INFINITY;
const lastMs = Number.POSITIVE_INFINITY;
const later = (one: string, other: string) => (one > other ? one : other);
const earlier = (one: string, other: string) => (one < other ? one : other);

const named = /^REPORTS_(\d{4})(?:Q([1-4])|M(0[1-9]|1[0-2]))?$/;

/** The time a binding names; undefined where it names none. */
function spanOf(binding: string): Pick<Period, 'fromMs' | 'beforeMs'> | undefined {
  const [, year, quarter, month] = named.exec(binding) ?? [];
  if (year === undefined) return undefined;
  const first = quarter ? (Number(quarter) - 1) * 3 : month ? Number(month) - 1 : 0;
  const months = quarter ? 3 : month ? 1 : 12;
  const startMs = (index: number) =>
    startOfDayMs(new Date(Date.UTC(Number(year), index)).toISOString().slice(0, 10));
  return { fromMs: startMs(first), beforeMs: startMs(first + months) };
}

/** All of time, oldest first: what no period has is the main database's. */
function withoutGaps(main: D1Database, named: readonly Period[]): Period[] {
  const all: Period[] = [];
  let fromMs = firstMs;
  for (const period of named.toSorted((one, other) => one.fromMs - other.fromMs)) {
    assert(period.fromMs >= fromMs, 'two report databases are for the same time');
    if (period.fromMs > fromMs) all.push({ fromMs, beforeMs: period.fromMs, database: main });
    all.push(period);
    fromMs = period.beforeMs;
  }
  return [...all, { fromMs, beforeMs: lastMs, database: main }];
}
