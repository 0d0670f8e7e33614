/** Filters that reports share. */
import { z } from '@hono/zod-openapi';
import { timeSchema } from '../http/index.ts';
import { businessZone, dayAfter, startOfDayMs } from '../kernel/index.ts';
import { type Filter, type Filters, type Query, sql, type Value } from './table.ts';

/** Rows whose column is what was asked for. */
export const equal = (column: string, schema: z.ZodType): Filter => ({
  schema: schema.optional(),
  where: (value) => sql(`${column} = ?`, value),
});

/** Rows from a time to before another, by a column with milliseconds. */
export const between = (name: 'created' | 'updated', column: string): Filters => ({
  [`${name}[gte]`]: {
    schema: timeSchema.optional(),
    where: (value: Value) => sql(`${column} >= ?`, Date.parse(String(value))),
  },
  [`${name}[lt]`]: {
    schema: timeSchema.optional(),
    where: (value: Value) => sql(`${column} < ?`, Date.parse(String(value))),
  },
});

export const daySchema = z.iso
  .date()
  .refine((day) => day >= '2000-01-01' && day < '3000-01-01', 'not a day of this millennium')
  .openapi({ example: '2026-11-21' });

const daysDefault = 30;

/** Business days from one to another, the last thirty unless said. */
export const days: Filters = {
  from: { schema: daySchema.optional().openapi({ description: 'Business day; the first of thirty' }) },
  to: { schema: daySchema.optional().openapi({ description: 'Business day; today' }) },
};

const today = (): string =>
  new Date(Date.now() - Date.parse(`1970-01-01T00:00:00${businessZone.offset}`)).toISOString().slice(0, 10);

/** The days that were asked for. */
export function daysIn(query: Query): { readonly from: string; readonly to: string } {
  const to = (query.to as string | undefined) ?? today();
  return { from: (query.from as string | undefined) ?? dayAfter(to, 1 - daysDefault), to };
}

/** When the last of the days that were asked for ends. */
export const endOf = (query: Query): number => startOfDayMs(dayAfter(daysIn(query).to, 1));
