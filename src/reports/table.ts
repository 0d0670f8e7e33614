/**
 * A report is one declared table: its columns, filters, order, groups, and who may read it. From the declaration
 * come the query, the endpoint with its answer, and the files; nothing else says what a report is.
 */
import type { z } from '@hono/zod-openapi';
import type { Who } from '../directory/index.ts';
import type { ColumnName, ColumnValue, FilterName, ReportName } from './texts.ts';

export type Value = string | number | null;

/** A piece of SQL with what its question marks stand for. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Value[];
}

export interface Column {
  readonly name: ColumnName;
  /** Money is in minor units of the row's currency; `flag` is 0 or 1; time is in ms. */
  readonly type: 'id' | 'text' | 'money' | 'count' | 'time' | 'flag';
  readonly sql: string;
  /** Of a sum over what may be in databases of later periods: the statement that gives their `sum` by `key`, of a JSON list of keys. */
  readonly later?: string;
  readonly nullable?: true;
  /** All that it may say. */
  readonly values?: readonly ColumnValue[];
  readonly about?: string;
  /** Of a report in groups: a row for each of its values, if asked for. Never null. */
  readonly group?: true;
  /** Of a report in groups: the column whose ids these names are of. They are the directory's, read for the rows of a page. */
  readonly nameOf?: 'merchant' | 'participant';
}

/** What was asked for, as the filters' schemas let it through. */
export type Query = Readonly<Record<string, unknown>>;

export interface Filter {
  readonly schema: z.ZodType;
  /** Absent where the report itself looks at what was asked for. */
  readonly where?: (value: Value, query: Query) => Sql;
  /** Of a filter of the key: where its rows begin, or end. */
  readonly from?: (value: Value, query: Query) => string;
  readonly before?: (value: Value, query: Query) => string;
}

export type Filters = Readonly<Partial<Record<FilterName, Filter>>>;

export interface Report {
  /** The last part of its path, and the name of its files. */
  readonly name: ReportName;
  readonly summary: string;
  readonly description?: string;
  /** What a row is called in the API's description. */
  readonly row: string;
  readonly access: readonly Who[];
  readonly database: 'reports' | 'directory';
  /** Its rows are in the databases of their periods. */
  readonly byPeriod?: true;
  /** Of sums by when their rows ended: before what time. */
  readonly until?: (query: Query) => number;
  /** Whether it is made from entries, and may therefore lag behind them. */
  readonly projected: boolean;
  /** Put before the query. */
  readonly with?: (query: Query) => Sql;
  readonly from: string;
  readonly columns: readonly Column[];
  /** SQL of the currency of all its money. */
  readonly currency?: string;
  /** Of a report of rows: what tells every row apart, an index in its order, newest first. */
  readonly key?: string;
  /** Of a report in groups: those of its columns that are usual. The currency is always one of them. */
  readonly by?: readonly string[];
  readonly filters: Filters;
  /** Between what its keys are, whatever is asked for. */
  readonly range?: (query: Query) => { readonly from: string; readonly before: string };
  /** What holds whatever is asked for. */
  readonly always?: (query: Query) => readonly Sql[];
}

export type Row = Readonly<Record<string, Value>>;

/** Where a page ended. */
export type Position = readonly (string | number)[];

export interface Page {
  readonly limit: number;
  readonly after?: Position | undefined;
  /** Of a report of rows: between which keys, instead of behind a position. */
  readonly bounds?: Bounds;
}

export interface Bounds {
  readonly from?: string | undefined;
  readonly before?: string | undefined;
}

export const sql = (text: string, ...values: Value[]): Sql => ({ text, values });

const joined = (parts: readonly Sql[], between: string): Sql => ({
  text: parts.map(({ text }) => text).join(between),
  values: parts.flatMap(({ values }) => values),
});

const conditionsOf = (report: Report, query: Query, more: readonly Sql[]): Sql[] => [
  ...(report.always?.(query) ?? []),
  ...Object.entries(report.filters).flatMap(([name, { where }]) => {
    const value = query[name];
    return where === undefined || value === undefined ? [] : [where(value as Value, query)];
  }),
  ...more,
];

/** Between which keys rows are. The planner seeks with one bound on either side: of several, only the nearest is told. */
export function boundsOf({ range: rangeOf, filters }: Report, query: Query, after?: Position): Bounds {
  const range = rangeOf?.(query);
  const given = (side: 'from' | 'before') =>
    Object.entries(filters).flatMap(([name, filter]) => {
      const value = query[name];
      const bound = value === undefined ? undefined : filter[side]?.(value as Value, query);
      return bound === undefined ? [] : [bound];
    });
  const sorted = (bounds: readonly (string | number)[]) => bounds.toSorted((a, b) => (a < b ? -1 : 1));
  return {
    from: sorted([...(range ? [range.from] : []), ...given('from')]).at(-1) as string | undefined,
    before: sorted([...(range ? [range.before] : []), ...given('before'), ...(after ?? [])])[0] as
      | string
      | undefined,
  };
}

const within = (key: string, { from, before }: Bounds): Sql[] => [
  ...(from === undefined ? [] : [sql(`${key} >= ?`, from)]),
  ...(before === undefined ? [] : [sql(`${key} < ?`, before)]),
];

const whereOf = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? sql('') : joined([sql('WHERE'), joined(conditions, ' AND ')], ' ');

const named = ({ name, sql: text }: Column): Sql => sql(`${text} AS "${name}"`);
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const isGrouped = (report: Report): boolean => report.by !== undefined;

/** The columns that rows of a report in groups are made by. */
export function groupsOf(report: Report, query: Query): readonly Column[] {
  const wanted = (query.by as readonly string[] | undefined) ?? report.by ?? [];
  return report.columns.filter(({ name, group }) => group && (name === 'currency' || wanted.includes(name)));
}

/** How far a page of these rows goes. */
export const positionOf = (report: Report, query: Query, row: Row): Position =>
  keyOf(report, query).map((name) => row[name] ?? '');

export const keyName = 'row_key';
const keyOf = (report: Report, query: Query): string[] =>
  isGrouped(report) ? groupsOf(report, query).map(({ name }) => name) : [keyName];

/** A page of rows; one more is asked for than is shown. `more` narrows it to what the caller may see. */
export function pageOf(report: Report, query: Query, page: Page, more: readonly Sql[] = []): Sql {
  const { limit, after } = page;
  const conditions = conditionsOf(report, query, more);
  const start = report.with?.(query) ?? sql('');
  const end = sql('LIMIT ?', limit);
  const { currency, key, from } = report;
  if (key !== undefined) {
    const money = currency === undefined ? [] : [sql(`${currency} AS currency`)];
    const columns = joined([...report.columns.map(named), ...money, sql(`${key} AS ${keyName}`)], ', ');
    const where = whereOf([...conditions, ...within(key, page.bounds ?? boundsOf(report, query, after))]);
    const parts = [start, sql('SELECT'), columns, sql(`FROM ${from}`), where, sql(`ORDER BY ${key} DESC`)];
    return joined([...parts, end], ' ');
  }
  const groups = groupsOf(report, query);
  const names = quoted(groups.map(({ name }) => name));
  const behind =
    after === undefined ? sql('') : sql(`WHERE (${names}) > (${after.map(() => '?').join(', ')})`, ...after);
  const rows = joined([grouped(report, groups, whereOf(conditions)), sql(`GROUP BY ${names}`)], ' ');
  const outer = [sql('SELECT * FROM ('), rows, sql(')'), behind, sql(`ORDER BY ${names}`), end];
  return joined([start, ...outer], ' ');
}

/** Of a report in groups: all of it together, by currency, for which no other group has to be told apart. */
export function totalsOf(report: Report, asked: Query, more: readonly Sql[] = []): Sql {
  const query = { ...asked, by: [] };
  const start = report.with?.(query) ?? sql('');
  const currency = report.columns.filter(({ name }) => name === 'currency');
  const where = whereOf(conditionsOf(report, query, more));
  return joined([start, grouped(report, currency, where), sql('GROUP BY currency ORDER BY currency')], ' ');
}

function grouped({ columns, from }: Report, groups: readonly Column[], where: Sql): Sql {
  const shown = columns.map((column) =>
    !column.group || groups.includes(column) ? named(column) : sql(`NULL AS "${column.name}"`),
  );
  return joined([sql('SELECT'), joined(shown, ', '), sql(`FROM ${from}`), where], ' ');
}

export const measuresOf = ({ columns }: Report): Column[] =>
  columns.filter(({ group, nameOf }) => !group && nameOf === undefined);

/** Columns of files: money at the end, in minor units, and the currency behind it. */
export function fileColumns({ columns, currency }: Report): Column[] {
  const money = columns.filter(({ type }) => type === 'money');
  const last: Column[] = currency === undefined ? [] : [{ name: 'currency', type: 'text', sql: currency }];
  const rest = columns.filter(({ name, type }) => type !== 'money' && name !== 'currency');
  return [...rest, ...money, ...last];
}
