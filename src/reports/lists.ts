/** Every declared report as an endpoint: pages in JSON, and all matching rows as a file. */
import { z } from '@hono/zod-openapi';
import Papa from 'papaparse';
import {
  csvFile,
  csvText,
  fileOf,
  isoTime,
  listOf,
  pageQuery,
  type Shell,
  timeSchema,
} from '../http/index.ts';
import { fromBase64Url, type Language, languages, ok, toBase64Url, utf8 } from '../kernel/index.ts';
import { type Databases, readPage, readTotals } from './read.ts';
import { fileRow, rowJson, rowSchema, totalJson, totalSchema } from './shape.ts';
import {
  fileColumns,
  groupsOf,
  type Page,
  type Position,
  positionOf,
  type Query,
  type Report,
  type Row,
  type Sql,
} from './table.ts';
import { headingOf } from './texts.ts';
import { emptyXlsx, xlsxEnd, xlsxRows, xlsxType } from './xlsx.ts';

// Rows read at a time while a file is written.
const filePage = 1_000;

export interface ListParts {
  readonly databases: Databases;
  /** Until when everything that happened is in the reports. */
  readonly completeUpTo: () => Promise<number>;
}

const positionSchema = z
  .array(z.union([z.string().max(200), z.number()]))
  .min(1)
  .max(10);

/** Where the page before ended, opaque to callers. */
const cursorSchema = z
  .string()
  .max(1_000)
  .transform((text, context): Position => {
    const parsed = positionSchema.safeParse(jsonIn(new TextDecoder().decode(fromBase64Url(text))));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'not a cursor of this list' });
    return z.NEVER;
  })
  .optional()
  .openapi({ description: '`next_cursor` of the page before' });

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const formats = ['json', 'csv', 'xlsx', 'jsonl'] as const;
type Format = (typeof formats)[number];

/** The filters of a report, and which columns its rows are made by. */
export const filtersOf = (report: Report) => ({
  ...Object.fromEntries(Object.entries(report.filters).map(([name, { schema }]) => [name, schema])),
  ...(report.by && { by: bySchema(report) }),
});

function bySchema({ columns, by = [] }: Report) {
  const groups = columns.filter(({ group, name }) => group && name !== 'currency');
  const names: string[] = groups.map(({ name }) => name);
  return z
    .string()
    .max(200)
    .refine((text) => text.split(',').every((name) => names.includes(name)), `not of ${names.join(', ')}`)
    .transform((text) => text.split(','))
    .optional()
    .openapi({
      description: `What there is a row for each of, with commas between: ${names.join(', ')}. As a rule: ${by.join(', ')}`,
    });
}

export const reportQuery = (report: Report) =>
  z.object({
    limit: pageQuery.shape.limit,
    cursor: cursorSchema,
    format: z.enum(formats).optional(),
    language: z.enum(languages).optional(),
    ...filtersOf(report),
  });

export const reportAnswer = (report: Report) =>
  listOf(rowSchema(report)).extend({
    ...(report.by && { totals: z.array(totalSchema(report)) }),
    complete_up_to: timeSchema.openapi({ description: 'Everything that happened until then is in it' }),
  });

export const aboutFiles =
  'As a file, `csv`, `xlsx` or `jsonl`, it holds all matching rows. `language` says in what words its columns are ' +
  'headed; without it CSV has the names of the fields, and a spreadsheet the words of `Accept-Language`.';

export function reportLists(shell: Shell, parts: ListParts, reports: readonly Report[]): void {
  for (const report of reports) {
    shell.endpoint(
      {
        method: 'get',
        path: `/v1/centre/reports/${report.name}`,
        tag: 'Reports',
        summary: report.summary,
        description: [report.description, aboutFiles].filter(Boolean).join(' '),
        access: report.access,
        query: reportQuery(report),
        answers: reportAnswer(report),
        contentTypes: ['text/csv', xlsxType, 'application/jsonl'],
      },
      async ({ query, language }) => listed(parts, report, query as ListQuery, language),
    );
  }
}

export interface ListQuery extends Query {
  readonly limit: number;
  readonly cursor?: Position | undefined;
  readonly format?: Format | undefined;
  /** Of the headings of a file. */
  readonly language?: Language | undefined;
}

/** Answers a page, or the file. `more` narrows it to what the caller may see. */
export async function listed(
  parts: ListParts,
  report: Report,
  query: ListQuery,
  language: Language,
  more: readonly Sql[] = [],
) {
  const { limit, cursor: after, format = 'json', language: heading = null } = query;
  const pages = (page: Page) => readPage(parts.databases, report, query, page, more);
  if (format === 'csv')
    return csvFile(`${report.name}.csv`, csvOf(report, allOf(report, query, pages), heading));
  if (format === 'xlsx') {
    return fileOf(
      `${report.name}.xlsx`,
      xlsxType,
      xlsxOf(report, allOf(report, query, pages), heading ?? language),
    );
  }
  if (format === 'jsonl') {
    const lines = jsonLines(report, allOf(report, query, pages));
    return fileOf(`${report.name}.jsonl`, 'application/jsonl', lines);
  }
  // Asked before the rows are read, so that it never promises too much.
  const completeUpToMs = report.projected ? await parts.completeUpTo() : Date.now();
  const rows = fits(report, query, after) ? await pages({ limit: limit + 1, after }) : [];
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const totals = report.by && (await readTotals(parts.databases, report, query, more));
  return ok({
    data: shown.map((row) => rowJson(report, row)),
    next_cursor: last ? toBase64Url(utf8(JSON.stringify(positionOf(report, query, last)))) : null,
    ...(totals && { totals: totals.map((row) => totalJson(report, row)) }),
    complete_up_to: isoTime(completeUpToMs),
  });
}

/** A cursor of another list leads nowhere. */
const fits = (report: Report, query: Query, after: Position | undefined): boolean =>
  after === undefined || after.length === (report.by ? groupsOf(report, query).length : 1);

/** Page after page, so that a file of any size is never whole in memory. */
async function* allOf(
  report: Report,
  query: Query,
  pages: (page: Page) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let after: Position | undefined; ; ) {
    const rows = await pages({ limit: filePage, after });
    yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < filePage) return;
    after = positionOf(report, query, last);
  }
}

async function* csvOf(
  report: Report,
  pages: AsyncIterable<Row[]>,
  language: Language | null,
): AsyncGenerator<string> {
  yield csvHead(report, language);
  for await (const rows of pages) yield csvRows(report, rows);
}

async function* xlsxOf(
  report: Report,
  pages: AsyncIterable<Row[]>,
  language: Language,
): AsyncGenerator<Uint8Array> {
  let state = emptyXlsx;
  for await (const rows of pages) {
    const piece = xlsxRows(report, rows, state, { language });
    state = piece.state;
    yield piece.bytes;
  }
  yield xlsxEnd(report, state, language);
}

async function* jsonLines(report: Report, pages: AsyncIterable<Row[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield jsonRows(report, rows);
}

export const csvHead = (report: Report, language: Language | null): string =>
  `${Papa.unparse([fileColumns(report).map(({ name }) => headingOf(name, language))])}\r\n`;
export const csvRows = (report: Report, rows: readonly Row[]): string =>
  csvText(
    rows.map((row) => fileRow(report, row)),
    false,
  );
export const jsonRows = (report: Report, rows: readonly Row[]): string =>
  rows.map((row) => `${JSON.stringify(rowJson(report, row))}\n`).join('');
