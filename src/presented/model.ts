/** What wallets and registers say and hear about codes and passwords. */
import { z } from '@hono/zod-openapi';
import { presentedLengthMax } from '../emv/index.ts';
import {
  amountSchema,
  currencySchema,
  idSchema,
  moneySchema,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { phoneOf } from '../personal/index.ts';
import { codeLength } from './code.ts';
import { passwordLength } from './passwords.ts';

export const tag = 'Shown by the payer';

export const codeSchema = z
  .object({
    account: z.string(),
    code: z
      .string()
      .openapi({ example: '48209133756102948837', description: 'Twenty digits: show them as a Code 128' }),
    qr: z.string().openapi({ description: 'Put exactly this into an EMV consumer-presented QR code' }),
    confirm_above: moneySchema.openapi({ description: 'Above this the payer confirms in the wallet' }),
    created_at: timeSchema,
    expires_at: timeSchema.openapi({ description: 'Show the next one before' }),
  })
  .openapi('PresentedCode');

export const passwordSchema = z
  .object({
    account: z.string(),
    password: z.string().openapi({ example: '048213', description: 'For the payer to read out' }),
    created_at: timeSchema,
    expires_at: timeSchema,
  })
  .openapi('OneTimePassword');

export const settingsSchema = z
  .object({
    account: z.string(),
    confirm_above: moneySchema,
    is_default: z.boolean().openapi({ description: 'The payer has not said otherwise' }),
  })
  .openapi('PresentedSettings');

export const newSettings = z
  .strictObject({
    confirm_above: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .nullable()
      .openapi({ example: 100_000, description: 'Minor units; 0: confirm everything; null: as usual' }),
  })
  .openapi('NewPresentedSettings');

const sale = {
  amount: amountSchema,
  currency: currencySchema,
  order: idSchema('order').optional().openapi({ description: 'The order this pays, if it is one’s' }),
  reference: textSchema(64).optional().openapi({ description: 'The register’s own number of the sale' }),
  store: idSchema('store').optional(),
  till: idSchema('till').optional(),
};

export const newPresentedPayment = z
  .strictObject({
    code: z.string().min(codeLength).max(presentedLengthMax).openapi({
      example: '48209133756102948837',
      description: 'What was scanned: the digits, or the text of the QR code',
    }),
    ...sale,
  })
  .openapi('NewPresentedPayment');

const phoneSchema = z
  .string()
  .max(40)
  .transform((text, context) => {
    const phone = phoneOf(text);
    if (phone !== undefined) return phone;
    context.addIssue({ code: 'custom', message: 'not a phone number with its country code' });
    return z.NEVER;
  })
  .openapi({ example: '+996555123456', description: 'With its country code' });

export const newPasswordPayment = z
  .strictObject({
    phone: phoneSchema,
    password: z
      .string()
      .regex(new RegExp(`^\\d{${passwordLength}}$`), `not ${passwordLength} digits`)
      .openapi({ example: '048213' }),
    ...sale,
  })
  .openapi('NewPasswordPayment');

export type SaleBody = Omit<z.output<typeof newPresentedPayment>, 'code'>;
