/** Rows as the API and files show them. */
import { z } from '@hono/zod-openapi';
import { isoTime, moneySchema, timeSchema } from '../http/index.ts';
import { type Column, fileColumns, measuresOf, type Report, type Row, type Value } from './table.ts';

const described = (schema: z.ZodType, { nullable, about }: Column): z.ZodType => {
  const whole = nullable ? schema.nullable() : schema;
  return about === undefined ? whole : whole.openapi({ description: about });
};

function schemaOf({ type, values }: Column): z.ZodType {
  if (type === 'money') return moneySchema;
  if (type === 'count') return z.int();
  if (type === 'time') return timeSchema;
  if (type === 'flag') return z.boolean();
  return values ? z.enum(values) : z.string();
}

const objectOf = (columns: readonly Column[]) =>
  z.object(
    Object.fromEntries(
      columns.map((column) => {
        const nullable = column.nullable || (column.group && column.name !== 'currency');
        return [column.name, described(schemaOf(column), { ...column, ...(nullable && { nullable }) })];
      }),
    ),
  );

export const rowSchema = (report: Report) => objectOf(report.columns).openapi(report.row);

/** What all rows of a report in groups come to, by currency. */
export const totalSchema = (report: Report) =>
  z.object({ currency: z.string() }).extend(measures(report).shape);
const measures = (report: Report) => objectOf(measuresOf(report));

const jsonOf = (type: Column['type'], value: Value, currency: Value) => {
  if (value === null) return null;
  if (type === 'money') return { amount: value, currency };
  if (type === 'time') return isoTime(Number(value));
  return type === 'flag' ? value === 1 : value;
};

const object = (columns: readonly Column[], row: Row) =>
  Object.fromEntries(
    columns.map(({ name, type }) => [name, jsonOf(type, row[name] ?? null, row.currency ?? null)]),
  );

export const rowJson = ({ columns }: Report, row: Row) => object(columns, row);
export const totalJson = (report: Report, row: Row) => ({
  currency: row.currency,
  ...object(measuresOf(report), row),
});

/** A row as files have it. */
export const fileRow = (report: Report, row: Row): Record<string, Value | boolean> =>
  Object.fromEntries(
    fileColumns(report).map((column) => [column.name, cellOf(column, row[column.name] ?? null)]),
  );

function cellOf({ type }: Column, value: Value): Value | boolean {
  if (type === 'money') return value ?? 0;
  if (value === null) return null;
  if (type === 'time') return isoTime(Number(value));
  return type === 'flag' ? value === 1 : value;
}
