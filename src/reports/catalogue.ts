/** What reports there are: their columns, filters and groups, called as the reader's language calls them. */
import { z } from '@hono/zod-openapi';
import { listOf, type Shell } from '../http/index.ts';
import { type Language, ok } from '../kernel/index.ts';
import { formats } from './lists.ts';
import type { Column, Report } from './table.ts';
import { reports } from './tables/index.ts';
import { staff } from './tables/payments.ts';
import {
  type ColumnValue,
  columnTitle,
  type FilterName,
  filterTitle,
  reportTitle,
  valueTitle,
} from './texts.ts';

const columnTypes = ['id', 'text', 'money', 'count', 'time', 'flag'] as const;
const filterTypes = ['choice', 'id', 'text', 'time', 'day'] as const;

const valuesSchema = z
  .array(z.object({ value: z.string(), title: z.string() }))
  .nullable()
  .openapi({ description: 'All that it may be; null where it may be anything of its type' });

const reportSchema = z
  .object({
    name: z.string().openapi({ example: 'volumes' }),
    title: z.string(),
    path: z.string().openapi({ description: 'Where its rows are', example: '/v1/centre/reports/volumes' }),
    formats: z.array(z.enum(formats)),
    grouped: z.boolean().openapi({
      description: 'Its rows are groups, with totals; the columns marked `group` are asked for with `by`',
    }),
    by: z.array(z.string()).openapi({ description: 'The groups of one that is asked for without `by`' }),
    projected: z.boolean().openapi({ description: 'Made from entries: `complete_up_to` may lag behind' }),
    columns: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        type: z.enum(columnTypes),
        group: z.boolean(),
        values: valuesSchema,
      }),
    ),
    filters: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        type: z.enum(filterTypes),
        values: valuesSchema,
        default: z.string().nullable().openapi({ description: 'What it is unless it is given' }),
      }),
    ),
  })
  .openapi('ReportDeclaration');

export function reportCatalogue(shell: Shell): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/reports',
      tag: 'Reports',
      summary: 'The reports you may read, with their columns and filters',
      description:
        'Titles are in the language of `Accept-Language`. All of them at once: there is no next page.',
      access: staff,
      answers: listOf(reportSchema),
    },
    async ({ caller, language }) => {
      const readable = reports.filter(({ access }) => access.includes(caller.who));
      return ok({ data: readable.map((report) => declarationOf(report, language)), next_cursor: null });
    },
  );
}

function declarationOf(report: Report, language: Language) {
  const { name, by = [], projected, columns } = report;
  return {
    name,
    title: reportTitle(name, language),
    path: `/v1/centre/reports/${name}`,
    formats: [...formats],
    grouped: report.by !== undefined,
    by: [...by],
    projected,
    columns: columns.map((column) => ({
      name: column.name,
      title: columnTitle(column.name, language),
      type: column.type,
      group: column.group === true,
      values: choices(column.values, language),
    })),
    filters: filtersIn(report, language),
  };
}

const choices = (values: readonly ColumnValue[] | undefined, language: Language) =>
  values ? values.map((value) => ({ value, title: valueTitle(value, language) })) : null;

const filtersIn = ({ filters, columns }: Report, language: Language) =>
  Object.entries(filters).map(([key, { schema }]) => {
    const name = key as FilterName;
    const column = columns.find((one) => one.name === name);
    const values = column?.values?.filter((value) => schema.safeParse(value).success);
    const usual = schema.safeParse(undefined).data;
    return {
      name,
      title: filterTitle(name, language),
      type: values ? ('choice' as const) : typeOf(name, column),
      values: choices(values, language),
      default: typeof usual === 'string' ? usual : null,
    };
  });

function typeOf(name: FilterName, column: Column | undefined): (typeof filterTypes)[number] {
  if (name.endsWith(']')) return 'time';
  if (name === 'from' || name === 'to') return 'day';
  return column?.type === 'id' ? 'id' : 'text';
}
