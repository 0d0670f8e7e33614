/** How a partner's file is to be read: saved once per partner, never changed; a new way of writing is a new format. */
import { z } from '@hono/zod-openapi';
import { currencySchema, textSchema } from '../http/index.ts';
import { businessZone } from '../kernel/index.ts';

const columnSchema = z
  .union([z.int().min(1).max(500), textSchema(100)])
  .openapi({ description: 'Name in the header, or number from 1', example: 'amount' });
const wordsSchema = z.array(textSchema(40)).max(20).default([]);
const offsetSchema = z
  .string()
  .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, 'not an offset such as +06:00')
  .default(businessZone.offset)
  .openapi({ description: 'Of times that do not say their own', example: '+06:00' });
const signSchema = z.enum(['none', 'payments_negative', 'refunds_negative']).openapi({
  description: 'Whether the sign, or debit and credit, tells payments from refunds',
});
const windowSchema = z.int().min(1).max(86_400).default(600).openapi({
  description: 'How far the times of both sides may be apart where a row is looked for by amount and time',
});

const csvSchema = z.strictObject({
  kind: z.literal('csv'),
  encoding: z.enum(['utf-8', 'windows-1251']).default('utf-8'),
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  skip_lines: z.int().min(0).max(100).default(0).openapi({ description: 'Before the header or the rows' }),
  header: z.boolean().default(true),
  columns: z.strictObject({
    id: columnSchema.optional().openapi({ description: 'The switch’s id, as the partner was told it' }),
    reference: columnSchema.optional(),
    amount: columnSchema,
    currency: columnSchema.optional(),
    time: columnSchema.optional(),
    status: columnSchema.optional(),
  }),
  currency: currencySchema.optional().openapi({ description: 'Where no column says it' }),
  decimal: z.enum(['.', ',']).default('.'),
  grouping: z.enum(['', ' ', ',', '.', "'"]).default(''),
  unit: z.enum(['major', 'minor']).default('major'),
  sign: signSchema.default('none'),
  time: z
    .union([
      z.enum(['iso', 'unix_s', 'unix_ms']),
      z
        .string()
        .max(40)
        .regex(/^(?=.*yyyy)(?=.*MM)(?=.*dd)[yMdHms .:/T-]+$/),
    ])
    .default('iso')
    .openapi({
      example: 'dd.MM.yyyy HH:mm:ss',
      description: '`iso`, `unix_s`, `unix_ms`, or how it is written',
    }),
  offset: offsetSchema,
  statuses: z
    .strictObject({ completed: wordsSchema, pending: wordsSchema, declined: wordsSchema })
    .optional()
    .openapi({ description: 'Their words for each; a row without a status is completed' }),
  window_seconds: windowSchema,
});

const camtSchema = z.strictObject({
  kind: z.literal('camt053'),
  sign: signSchema.default('payments_negative').openapi({
    description: '`payments_negative`: debits are payments; `refunds_negative`: credits are',
  }),
  offset: offsetSchema,
  window_seconds: windowSchema,
});

export const formatSchema = z.discriminatedUnion('kind', [csvSchema, camtSchema]).openapi('FileFormatRules');
export type CsvFormat = z.output<typeof csvSchema>;
export type CamtFormat = z.output<typeof camtSchema>;
export type Format = z.output<typeof formatSchema>;
