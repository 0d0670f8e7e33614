/** What the API says of people and their sessions. */
import { z } from '@hono/zod-openapi';
import type { MerchantRow, OperatorRow, Principal, SessionRow } from '../directory/index.ts';
import { isoTime, textSchema, timeSchema } from '../http/index.ts';
import { passwordLengthMax } from './password.ts';

export const emailSchema = z.email().max(254).toLowerCase().openapi({ example: 'aigul@example.kg' });
export const passwordSchema = z
  .string()
  .min(1)
  .max(passwordLengthMax)
  .openapi({ example: 'seven quiet yurts' });
export const personNameSchema = textSchema(80).openapi({ example: 'Aigul Asanova' });

export const newSession = z
  .strictObject({ email: emailSchema, password: passwordSchema })
  .openapi('NewSession');

export const sessionSchema = z
  .object({
    id: z.string(),
    method: z.enum(['password', 'passkey', 'invitation', 'registration']),
    agent: z.string().openapi({ description: 'What the browser calls itself' }),
    current: z.boolean(),
    created_at: timeSchema,
    seen_at: timeSchema.openapi({ description: 'Up to five minutes old' }),
    expires_at: timeSchema.openapi({ description: 'When it ends in any case' }),
  })
  .openapi('Session');

export const personSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.string(),
    store: z.string().nullable(),
    till: z.string().nullable(),
    refund_limit: z.int().nullable().openapi({
      description:
        'How much of one payment a cashier may give back, in minor units; null: as usual for the role',
    }),
  })
  .openapi('Person');

export const staffSchema = personSchema
  .extend({
    status: z.enum(['active', 'invited', 'suspended']),
    created_at: timeSchema,
  })
  .openapi('Staff');

export const meSchema = z
  .object({
    who: z.string().openapi({ example: 'merchant:owner' }),
    owner: z.string().openapi({ description: 'The merchant, participant or person of the centre' }),
    key: z.string().openapi({ description: 'The key, or the session' }),
    till: z.string().nullable(),
    person: personSchema.nullable().openapi({ description: 'null for keys' }),
    merchant: z
      .object({
        id: z.string(),
        name: z.string(),
        city: z.string(),
        country: z.string(),
        language: z.string(),
        currency: z.string(),
        status: z.enum(['active', 'pending', 'suspended', 'closed']),
      })
      .nullable()
      .openapi({ description: 'Who the caller works for; null when it is no merchant' }),
  })
  .openapi('Me');
export type Me = z.output<typeof meSchema>;

export const sessionJson = (row: SessionRow, current: string) => ({
  id: row.id,
  method: row.method,
  agent: row.agent,
  current: row.id === current,
  created_at: isoTime(row.createdAtMs),
  seen_at: isoTime(row.seenAtMs),
  expires_at: isoTime(row.endsAtMs),
});

export const personJson = (row: OperatorRow) => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  store: row.store,
  till: row.till,
  refund_limit: row.refundLimitMinor,
});

export const staffJson = (row: OperatorRow) => ({
  ...personJson(row),
  status: row.status,
  created_at: isoTime(row.createdAtMs),
});

export const meJson = (
  { who, owner, key, till }: Principal,
  person: OperatorRow | undefined,
  merchant: MerchantRow | undefined,
): Me => ({
  who,
  owner,
  key,
  till,
  person: person ? personJson(person) : null,
  merchant: merchant
    ? {
        id: merchant.id,
        name: merchant.name,
        city: merchant.city,
        country: merchant.country,
        language: merchant.language,
        currency: merchant.currency,
        status: merchant.status,
      }
    : null,
});
