/** A statement as the API shows it, and where its pages end. */
import { z } from '@hono/zod-openapi';
import type { LinePlace } from '../accounts/index.ts';
import type { AccountRow } from '../directory/index.ts';
import { isoTime, listOf, moneySchema, timeSchema } from '../http/index.ts';
import { dayAfter, dayStartIn, fromBase64Url, toBase64Url, toMoneyJson, utf8 } from '../kernel/index.ts';
import type { BookedLine, KindSums } from './booked.ts';

/** Of whose account a statement is, and whose days its period is made of. */
export interface Holder {
  readonly account: AccountRow;
  readonly id: string;
  readonly name: string;
  readonly zone: string;
}

/** Whole days. */
export interface Period {
  readonly from: string;
  readonly to: string;
  readonly fromMs: number;
  readonly beforeMs: number;
}

export const daysMax = 366;
export const limitMax = 1_000;

export const daySchema = z.iso
  .date()
  .refine((day) => day >= '2000-01-01' && day < '3000-01-01', 'not a day of this millennium')
  .openapi({ example: '2026-11-21' });

export const periodOf = (zone: string, from: string, to: string): Period => ({
  from,
  to,
  fromMs: dayStartIn(zone, from),
  beforeMs: dayStartIn(zone, dayAfter(to, 1)),
});

const sideSchema = z.object({ count: z.int(), sum: moneySchema });

const entrySchema = z
  .object({
    time: timeSchema.openapi({ description: 'When it was booked' }),
    id: z.string().openapi({ description: 'Of the payment, refund or top-up' }),
    kind: z.string(),
    side: z.enum(['credit', 'debit']),
    amount: moneySchema,
    balance: moneySchema.openapi({ description: 'After it' }),
    counterparty: z
      .object({ id: z.string(), name: z.string().nullable() })
      .nullable()
      .openapi({ description: 'To a merchant: whose payer it was. To a participant: which merchant' }),
    account: z.string().nullable().openapi({ description: 'To a participant: the account of its own payer' }),
    order: z.string().nullable(),
    order_reference: z.string().nullable(),
    reference: z.string().nullable().openapi({ description: 'The wallet’s' }),
  })
  .openapi('StatementEntry');

export const statementSchema = listOf(entrySchema)
  .extend({
    owner: z.object({ id: z.string(), name: z.string() }),
    account: z.string(),
    kind: z.string(),
    currency: z.string(),
    from: daySchema,
    to: daySchema,
    time_zone: z.string().openapi({ example: 'Asia/Bishkek' }),
    begins_at: timeSchema,
    ends_at: timeSchema.openapi({ description: 'The beginning of the day after the last' }),
    opening: moneySchema,
    closing: moneySchema,
    available: moneySchema.openapi({
      description: 'Of the closing balance: what is not held for open debits',
    }),
    sums: z.array(z.object({ kind: z.string(), credits: sideSchema, debits: sideSchema })).openapi({
      description: 'By kind, of the entries up to here; on the last page of all of them',
    }),
    complete_up_to: timeSchema.openapi({ description: 'Nothing is booked in it any more before then' }),
  })
  .openapi('AccountStatement');

/** What a reader may know of the other side of an entry. */
export interface Told {
  readonly counterparty: { readonly id: string; readonly name: string | null } | null;
  readonly account: string | null;
}

export const entryJson = (
  { place, transfer, changeMinor, balanceMinor }: BookedLine,
  { counterparty, account }: Told,
) => {
  const { id, kind, currency, facts } = transfer;
  return {
    time: isoTime(place.atMs),
    id,
    kind,
    side: changeMinor > 0n ? ('credit' as const) : ('debit' as const),
    amount: toMoneyJson(changeMinor > 0n ? changeMinor : -changeMinor, currency),
    balance: toMoneyJson(balanceMinor, currency),
    counterparty,
    account,
    order: facts.order ?? null,
    order_reference: facts.orderReference ?? null,
    reference: facts.reference ?? null,
  };
};

export const sumsJson = (sums: KindSums, currency: string) =>
  [...sums].map(([kind, { credits, creditMinor, debits, debitMinor }]) => ({
    kind,
    credits: { count: credits, sum: toMoneyJson(creditMinor, currency) },
    debits: { count: debits, sum: toMoneyJson(debitMinor, currency) },
  }));

/** Where a page ended, with what had come together until then: nothing is read twice. */
export interface Cursor {
  readonly place: LinePlace;
  readonly sums: KindSums;
}

const count = z.int().min(0);
const minor = z
  .string()
  .regex(/^-?\d{1,16}$/)
  .transform(BigInt);
const kindSum = z.tuple([z.string().max(20), count, minor, count, minor]);
const cursorForm = z.tuple([count, count, count, minor, minor, z.array(kindSum).max(20)]);

export const cursorText = ({ place, sums }: Cursor): string => {
  const { stripe, sequence, atMs, running } = place;
  const kinds = [...sums].map(([kind, { credits, creditMinor, debits, debitMinor }]) => [
    ...[kind, credits, `${creditMinor}`, debits, `${debitMinor}`],
  ]);
  const parts = [stripe, sequence, atMs, `${running.available}`, `${running.held}`, kinds];
  return toBase64Url(utf8(JSON.stringify(parts)));
};

/** Opaque to callers. */
export const cursorSchema = z
  .string()
  .max(1_500)
  .transform((text, context): Cursor => {
    const parsed = cursorForm.safeParse(jsonIn(new TextDecoder().decode(fromBase64Url(text))));
    if (!parsed.success) {
      context.addIssue({ code: 'custom', message: 'not a cursor of this list' });
      return z.NEVER;
    }
    const [stripe, sequence, atMs, available, held, kinds] = parsed.data;
    const sums: KindSums = new Map(
      kinds.map(([kind, credits, creditMinor, debits, debitMinor]) => [
        kind,
        { credits, creditMinor, debits, debitMinor },
      ]),
    );
    return { place: { stripe, sequence, atMs, running: { available, held } }, sums };
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
