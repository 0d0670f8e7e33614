/** Rows of a report from wherever they are: of one database, or of several as if they were one. */
import { timeOfId } from '../kernel/index.ts';
import type { Periods, Stretch } from './periods.ts';
import {
  boundsOf,
  groupsOf,
  keyName,
  measuresOf,
  type Page,
  pageOf,
  type Query,
  type Report,
  type Row,
  type Sql,
  totalsOf,
} from './table.ts';

export interface Databases {
  readonly reports: Periods;
  readonly directory: D1Database;
}

/** A page of rows. `more` narrows it to what the caller may see. */
export async function readPage(
  { reports, directory }: Databases,
  report: Report,
  query: Query,
  page: Page,
  more: readonly Sql[] = [],
): Promise<Row[]> {
  if (report.database === 'directory') return rowsOf(directory, pageOf(report, query, page, more));
  if (!report.byPeriod) return rowsOf(reports.main, pageOf(report, query, page, more));
  if (!report.by) return newestFirst(reports, report, query, page, more);
  const names = groupsOf(report, query).map(({ name }) => name);
  const found = await ofAll(reports, report, query, pageOf(report, query, page, more));
  return withNames(directory, report, added(report, names, found).slice(0, page.limit));
}

/** Rows of sums with what the directory calls whom they are of. */
async function withNames(directory: D1Database, { columns }: Report, rows: Row[]): Promise<Row[]> {
  let named = rows;
  for (const { name, nameOf } of columns) {
    const ids = nameOf ? [...new Set(named.map((row) => row[nameOf]).filter(Boolean))] : [];
    if (!nameOf || ids.length === 0) continue;
    const text = `SELECT id, name FROM ${nameOf} WHERE id IN (SELECT value FROM json_each(?))`;
    const found = await rowsOf(directory, { text, values: [JSON.stringify(ids)] });
    const names = new Map(found.map((row) => [row.id, row.name]));
    named = named.map((row) => ({ ...row, [name]: names.get(row[nameOf] ?? null) ?? null }));
  }
  return named;
}

/** What a report in groups comes to, by currency. */
export async function readTotals(
  { reports }: Databases,
  report: Report,
  query: Query,
  more: readonly Sql[] = [],
): Promise<Row[]> {
  return added(report, ['currency'], await ofAll(reports, report, query, totalsOf(report, query, more)));
}

async function rowsOf(database: D1Database, { text, values }: Sql): Promise<Row[]> {
  const found = await database
    .prepare(text)
    .bind(...values)
    .all<Row>();
  return found.results;
}

/** One database after the other, until the page is full: a cursor skips those that it has left behind. */
async function newestFirst(
  periods: Periods,
  report: Report,
  query: Query,
  { limit, after }: Page,
  more: readonly Sql[],
): Promise<Row[]> {
  const { from = '', before = '~' } = boundsOf(report, query, after);
  const rows: Row[] = [];
  for (const stretch of periods.between(from, before).toReversed()) {
    const page = { limit: limit - rows.length, bounds: stretch };
    const found = await rowsOf(stretch.database, pageOf(report, query, page, more));
    rows.push(...(await withLater(periods, report, stretch, found)));
    if (rows.length === limit) break;
  }
  return rows;
}

/** Rows with what databases of later periods add to them. */
async function withLater(
  periods: Periods,
  report: Report,
  { database, from }: Stretch,
  rows: Row[],
): Promise<Row[]> {
  const others = periods.during(timeOfId(from), Number.POSITIVE_INFINITY).filter((one) => one !== database);
  const columns = report.columns.filter(({ later }) => later !== undefined);
  if (others.length === 0 || columns.length === 0 || rows.length === 0) return rows;
  const keys = JSON.stringify(rows.map((row) => row[keyName]));
  const more = new Map<string, number>();
  for (const { name, later = '' } of columns) {
    const found = await Promise.all(others.map((other) => rowsOf(other, { text: later, values: [keys] })));
    for (const { key, sum } of found.flat()) {
      more.set(`${name} ${key}`, (more.get(`${name} ${key}`) ?? 0) + Number(sum));
    }
  }
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(
      columns.map(({ name }) => [name, Number(row[name]) + (more.get(`${name} ${row[keyName]}`) ?? 0)]),
    ),
  }));
}

/** Sums stand with their rows, by when those ended: in no database that begins later, but perhaps in any earlier one. */
async function ofAll(periods: Periods, report: Report, query: Query, statement: Sql): Promise<Row[]> {
  const untilMs = report.until?.(query) ?? Number.POSITIVE_INFINITY;
  const databases = periods.during(Number.NEGATIVE_INFINITY, untilMs);
  return (await Promise.all(databases.map((database) => rowsOf(database, statement)))).flat();
}

/** Rows of the same group are one row; in the order of the groups. */
function added(report: Report, groups: readonly string[], rows: readonly Row[]): Row[] {
  const measures = measuresOf(report).map(({ name }) => name);
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const group = JSON.stringify(groups.map((name) => row[name]));
    const known = sums.get(group);
    const sum = (name: string) => [name, Number(known?.[name] ?? 0) + Number(row[name] ?? 0)];
    sums.set(group, known ? { ...row, ...Object.fromEntries(measures.map(sum)) } : row);
  }
  const inOrder = (one: Row, other: Row): number => {
    const name = groups.find((each) => one[each] !== other[each]);
    return name === undefined ? 0 : (one[name] ?? '') < (other[name] ?? '') ? -1 : 1;
  };
  return [...sums.values()].sort(inOrder);
}
