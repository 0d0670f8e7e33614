/** Shapes that many endpoints share: ids, money, time, text, pages. */
import { z } from '@hono/zod-openapi';
import { currencyOf } from '../emv/index.ts';
import { exampleId, fromBase64Url, type IdKind, isId, toBase64Url, utf8 } from '../kernel/index.ts';

const pageLimitMax = 100;
const pageLimitDefault = 20;

const withArticle = (noun: string): string => `${/^[aeo]/.test(noun) ? 'an' : 'a'} ${noun}`;

export const idSchema = (kind: IdKind) =>
  z
    .string()
    .refine((text) => isId(kind, text), `not the id of ${withArticle(kind)}`)
    .openapi({
      example: exampleId(kind),
      description: `Id of ${withArticle(kind)}`,
    });

/** Integer minor units, 1 to 2^53 − 1. */
export const amountSchema = z
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .openapi({ example: 12550, description: 'Integer minor units (tyiyn, cents)' });

export const currencySchema = z
  .string()
  .refine((code) => currencyOf(code)?.code === code, 'not an ISO 4217 alphabetic code')
  .openapi({ example: 'KGS', description: 'ISO 4217 alphabetic code' });

export const moneySchema = z
  .object({ amount: z.int(), currency: z.string() })
  .openapi('Money', { example: { amount: 12550, currency: 'KGS' } });

export const timeSchema = z.iso.datetime().openapi({ example: '2026-11-21T08:30:00.000Z' });

/** Text that people read: no control characters, not blank at its ends. */
export const textSchema = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being refused
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'control characters are not allowed');

export const isoTime = (ms: number): string => new Date(ms).toISOString();

// Where a page ended: a sequence number, an id, or the two ids of a delivery.
const positionForm = /^(?:\d{1,15}|[a-z]{3}_[0-9a-z]+(?: [a-z]{3}_[0-9a-z]+)?)$/;

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(pageLimitMax).default(pageLimitDefault),
  cursor: z
    .string()
    .max(200)
    .transform((text, context) => {
      const position = new TextDecoder().decode(fromBase64Url(text));
      if (positionForm.test(position)) return position;
      context.addIssue({ code: 'custom', message: 'not a cursor of this list' });
      return z.NEVER;
    })
    .optional()
    .openapi({ description: '`next_cursor` of the page before' }),
});

/** Opaque to callers, so that what a cursor holds may change. */
export const cursorOf = (position: string | null): string | null =>
  position === null ? null : toBase64Url(utf8(position));

export const pageOf = ({ limit, cursor }: { limit: number; cursor?: string | undefined }) =>
  cursor === undefined ? { limit } : { limit, cursor };

export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable() });
