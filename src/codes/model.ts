import { z } from '@hono/zod-openapi';
import type { CodeRow, MerchantRow } from '../directory/index.ts';
import {
  amountSchema,
  currencySchema,
  idSchema,
  isoTime,
  moneySchema,
  textSchema,
  timeSchema,
} from '../http/index.ts';

// EMVCo MPM v1.1 §4.7: a reference label has 25 characters, and `***` asks the payer for one.
const referenceMax = 25;
const askForOne = '***';
// EMVCo MPM v1.1 table 3.2: an amount has 13 characters, its point and decimals among them.
const amountMax = 9_999_999_999;

const nameSchema = textSchema(40).openapi({ example: 'Terrace, table 5' });
const noteSchema = textSchema(200).openapi({
  description: 'For the merchant’s people; payers do not see it',
});

export const newCode = z
  .strictObject({
    kind: z.enum(['static', 'sticker']).default('static').openapi({
      description: 'sticker: one for each till, which shows the order that its register sets',
    }),
    name: nameSchema,
    note: noteSchema.optional(),
    store: idSchema('store').optional(),
    till: idSchema('till').optional(),
    amount: amountSchema
      .max(amountMax)
      .optional()
      .openapi({ description: 'What every payment pays; absent: the payer enters it' }),
    currency: currencySchema.optional().openapi({ description: 'Beside an amount' }),
    reference: textSchema(referenceMax)
      .refine((text) => text !== askForOne, 'would ask the payer for one')
      .optional()
      .openapi({ description: 'On every payment made with it, as `order_reference`' }),
  })
  .refine(({ amount, currency }) => (amount === undefined) === (currency === undefined), {
    path: ['currency'],
    message: 'send an amount and its currency, or neither',
  })
  .refine(({ kind, till }) => kind !== 'sticker' || till !== undefined, {
    path: ['till'],
    message: 'a sticker is for a till',
  })
  .refine(({ kind, amount, reference }) => kind !== 'sticker' || (amount ?? reference) === undefined, {
    path: ['kind'],
    message: 'a sticker’s amount and reference are those of the order it shows',
  })
  .openapi('NewPrintedCode');

export const codeChange = z
  .strictObject({ name: nameSchema.optional(), note: noteSchema.nullable().optional() })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
  .openapi('PrintedCodeChange');

export const pauseWish = z.strictObject({ reason: textSchema(200).optional() }).openapi('PausePrintedCode');
export const revokeWish = z.strictObject({ reason: textSchema(200) }).openapi('RevokePrintedCode');

export const codeSchema = z
  .object({
    id: idSchema('code'),
    merchant: z.string(),
    kind: z.enum(['static', 'sticker']),
    name: z.string(),
    note: z.string().nullable(),
    status: z.enum(['active', 'paused', 'revoked']).openapi({ description: 'revoked is final' }),
    reason: z.string().nullable().openapi({ description: 'Why it was paused or revoked' }),
    store: z.string().nullable(),
    till: z.string().nullable(),
    amount: moneySchema.nullable().openapi({ description: 'null: the payer enters it' }),
    reference: z.string().nullable(),
    payload: z.string().openapi({ description: 'Put exactly this into a QR code' }),
    images: z
      .object({ svg_url: z.string(), png_url: z.string(), pdf_url: z.string() })
      .openapi({ description: 'With `size` and `ecc`, as large and as sturdy as you need it' }),
    sheet_url: z.string().openapi({
      example: 'https://pay.example.kg/print/codes/qrc_1hq3v8k2m0abcdefgh01',
      description: 'A page to print: `?sheet=a6` or `a4`, `&language=` other than the merchant’s',
    }),
    created_at: timeSchema,
  })
  .openapi('PrintedCode');

const figures = { count: z.int(), sum: moneySchema };
export const turnoverSchema = z
  .object({
    code: idSchema('code'),
    from: timeSchema,
    to: timeSchema,
    ...figures,
    refunds: z.object(figures).openapi({ description: 'Of payments made with it; not subtracted above' }),
    complete_up_to: timeSchema.openapi({ description: 'Everything that ended before is counted' }),
  })
  .openapi('PrintedCodeTurnover');

/** `url` is the switch's public URL. */
export const codeJson = (row: CodeRow, { currency }: MerchantRow, payload: string, url: string) => ({
  id: row.id,
  merchant: row.merchant,
  kind: row.kind,
  name: row.name,
  note: row.note,
  status: row.status,
  reason: row.reason,
  store: row.store,
  till: row.till,
  amount: row.amountMinor === null ? null : { amount: row.amountMinor, currency },
  reference: row.reference,
  payload,
  images: imagesOf(`${url}/v1/merchants/${row.merchant}/codes/${row.id}`),
  sheet_url: `${url}/print/codes/${row.id}`,
  created_at: isoTime(row.createdAtMs),
});

const imagesOf = (path: string) => ({
  svg_url: `${path}/qr.svg`,
  png_url: `${path}/qr.png`,
  pdf_url: `${path}/qr.pdf`,
});
