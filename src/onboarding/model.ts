import { z } from '@hono/zod-openapi';
import type {
  KeyRow,
  MerchantRow,
  OperatorRow,
  ParticipantRow,
  StandingRow,
  StoreRow,
  TillRow,
} from '../directory/index.ts';
import { currencySchema, idSchema, isoTime, textSchema, timeSchema } from '../http/index.ts';
import { languages, stripesMax } from '../kernel/index.ts';

// EMVCo MPM v1.1: data object 59 holds 25 characters, 60 holds 15.
const merchantNameMax = 25;
const merchantCityMax = 15;

const countrySchema = z
  .string()
  .regex(/^[A-Z]{2}$/, 'not an ISO 3166 alpha-2 code')
  .openapi({ example: 'KG' });
export const soughtSchema = textSchema(80).openapi({ description: 'A part of the name or of the id' });
const reasonSchema = textSchema(200).openapi({ description: 'Kept beside the change, for the centre' });
const categoryCodeSchema = z
  .string()
  .regex(/^\d{4}$/, 'not an ISO 18245 code')
  .openapi({ example: '5411' });
const perhapsWhy = {
  reason: textSchema(500)
    .optional()
    .openapi({ description: 'For whoever has to approve, and the audit log' }),
};
const emailSchema = z.email().max(254).toLowerCase();
const merchantRoles = ['owner', 'manager', 'cashier'] as const;
const staffRoles = ['admin', 'officer', 'analyst', 'support'] as const;

export const newParticipant = z
  .strictObject({
    name: textSchema(80),
    role: z.enum(['issuer', 'acquirer']),
    country: countrySchema,
    ...perhapsWhy,
  })
  .openapi('NewParticipant');
export const newAccount = z
  .strictObject({
    participant: idSchema('participant'),
    currency: currencySchema,
    label: textSchema(80).optional(),
    ...perhapsWhy,
  })
  .openapi('NewAccount');
export const newMerchant = z
  .strictObject({
    name: textSchema(merchantNameMax),
    city: textSchema(merchantCityMax),
    country: countrySchema.default('KG'),
    category_code: categoryCodeSchema,
    language: z.enum(languages).default('ky'),
    currency: currencySchema,
    acquirer: idSchema('participant').optional(),
    stripes: z
      .int()
      .min(1)
      .max(stripesMax)
      .default(1)
      .openapi({ description: 'Objects that share the load' }),
    refund_limit: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).openapi({
      description: 'How far below zero refunds may take the balance, in minor units',
    }),
    signed_codes: z.boolean().default(true).openapi({
      description: 'Whether its codes carry our signature; 140 characters more',
    }),
    ...perhapsWhy,
    pending: z.boolean().default(false).openapi({
      description:
        'Whether it waits to be activated, as one does that registered itself; until then nobody can pay it',
    }),
  })
  .openapi('NewMerchant');
export const merchantChange = z
  .strictObject({
    name: textSchema(merchantNameMax).optional(),
    city: textSchema(merchantCityMax).optional(),
    language: z.enum(languages).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
  .openapi('MerchantChange');
/** What staff change, why, and at least something of it. */
const correction = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject({ ...shape, reason: reasonSchema })
    .refine((change) => Object.keys(change).length > 1, 'nothing to change');

export const merchantCorrection = correction({
  name: textSchema(merchantNameMax).optional(),
  city: textSchema(merchantCityMax).optional(),
  category_code: categoryCodeSchema.optional(),
  language: z.enum(languages).optional(),
  acquirer: idSchema('participant').nullable().optional().openapi({ description: 'null: none' }),
}).openapi('MerchantCorrection', { description: 'What is left out stays as it is' });
export const participantCorrection = correction({
  name: textSchema(80).optional(),
  country: countrySchema.optional(),
}).openapi('ParticipantCorrection', { description: 'What is left out stays as it is' });
const placeStatus = z.enum(['open', 'closed']).openapi({
  description: 'closed: nothing new is sold there; what was made before is paid and given back as ever',
});
export const storeCorrection = correction({
  name: textSchema(80).optional(),
  address: textSchema(200).nullable().optional(),
  status: placeStatus.optional(),
}).openapi('StoreCorrection', { description: 'What is left out stays as it is' });
export const tillCorrection = correction({
  name: textSchema(40).optional(),
  status: placeStatus.optional(),
}).openapi('TillCorrection', { description: 'What is left out stays as it is' });
export const operatorCorrection = correction({
  name: textSchema(80).optional(),
  role: z.enum(staffRoles).optional(),
}).openapi('OperatorCorrection', { description: 'What is left out stays as it is' });
export const newStripes = z
  .strictObject({
    stripes: z.int().min(1).max(stripesMax).openapi({ description: 'How many there shall be; never fewer' }),
    reason: reasonSchema,
  })
  .openapi('NewStripes');
const storeShape = { name: textSchema(80), address: textSchema(200).optional() };
export const newStore = z.strictObject(storeShape).openapi('NewStore');
export const newStoreByCentre = z.strictObject({ ...storeShape, ...perhapsWhy }).openapi('NewStoreByCentre');
export const newTill = z.strictObject({ name: textSchema(40) }).openapi('NewTill');
export const newTillByCentre = z
  .strictObject({ name: textSchema(40), ...perhapsWhy })
  .openapi('NewTillByCentre');
export const newOperator = z
  .union([
    z.strictObject({
      owner: z.literal('centre').default('centre'),
      email: emailSchema,
      name: textSchema(80),
      role: z.enum(staffRoles),
      ...perhapsWhy,
    }),
    z.strictObject({
      owner: idSchema('merchant'),
      email: emailSchema,
      name: textSchema(80),
      role: z.enum(merchantRoles),
      ...perhapsWhy,
    }),
  ])
  .openapi('NewOperator');
/** A cashier sees and gives back what was made at its till, so its key is for one. */
const isForTill = ({ role, till }: { role: string; till?: string | undefined }): boolean =>
  role !== 'cashier' || till !== undefined;
const needsTill = { path: ['till'], message: 'a cashier’s key is for a till' };
const tillOfKey = idSchema('till')
  .optional()
  .openapi({ description: 'Where it is used, and of a cashier what it sees: it must be there' });

export const newKey = z
  .union([
    z.strictObject({ owner: idSchema('participant'), label: textSchema(80).optional(), ...perhapsWhy }),
    z.strictObject({
      owner: idSchema('merchant'),
      role: z.enum(merchantRoles).default('cashier'),
      till: tillOfKey,
      label: textSchema(80).optional(),
      ...perhapsWhy,
    }),
    z.strictObject({ owner: idSchema('operator'), label: textSchema(80).optional(), ...perhapsWhy }),
  ])
  .refine((wish) => !('role' in wish) || isForTill(wish), needsTill)
  .openapi('NewKey', { description: 'A key has the role of its owner; a merchant’s names its own.' });

export const newOwnKey = z
  .strictObject({
    role: z.enum(merchantRoles).default('cashier'),
    till: tillOfKey,
    label: textSchema(80).optional(),
  })
  .refine(isForTill, needsTill)
  .openapi('NewRegisterKey');

export const newStanding = z.strictObject({ reason: reasonSchema }).openapi('NewStanding');

const created = { created_at: timeSchema };
export const participantSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.string(),
    country: z.string(),
    status: z.string(),
    wallet_link: z.string().nullable().openapi({ description: 'Opens its wallet app with a code' }),
    ...created,
  })
  .openapi('Participant');
export const merchantSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    city: z.string(),
    country: z.string(),
    category_code: z.string(),
    language: z.string(),
    currency: z.string(),
    account: z.string(),
    acquirer: z.string().nullable(),
    signed_codes: z.boolean(),
    status: z.string(),
    ...created,
  })
  .openapi('MerchantRecord');
export const storeSchema = z
  .object({
    id: z.string(),
    merchant: z.string(),
    name: z.string(),
    address: z.string().nullable(),
    status: placeStatus,
    ...created,
  })
  .openapi('Store');
export const tillSchema = z
  .object({
    id: z.string(),
    merchant: z.string(),
    store: z.string(),
    name: z.string(),
    status: placeStatus,
    ...created,
  })
  .openapi('Till');
export const operatorSchema = z
  .object({
    id: z.string(),
    owner: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.string(),
    status: z.string(),
    ...created,
  })
  .openapi('Operator');
export const standingSchema = z
  .object({
    id: z.string(),
    subject: z.string().openapi({ description: 'The participant, merchant or account' }),
    status: z.string(),
    reason: z.string(),
    operator: z.string(),
    ...created,
  })
  .openapi('Standing');
export const keySchema = z
  .object({
    id: z.string(),
    kind: z.enum(['participant', 'merchant', 'staff']),
    owner: z.string(),
    role: z.string(),
    till: z.string().nullable(),
    label: z.string().nullable(),
    hint: z.string().openapi({ description: 'First characters, to tell keys apart' }),
    revoked_at: timeSchema.nullable(),
    ...created,
  })
  .openapi('Key');
export const newKeySchema = keySchema
  .extend({ api_key: z.string().openapi({ description: 'Shown this once; kept only as a hash' }) })
  .openapi('NewKeyShown');

/** What the API says of each, for whoever shows it. */
export type ParticipantRecord = z.output<typeof participantSchema>;
export type MerchantRecord = z.output<typeof merchantSchema>;
export type StoreRecord = z.output<typeof storeSchema>;
export type TillRecord = z.output<typeof tillSchema>;
export type PersonRecord = z.output<typeof operatorSchema>;
export type KeyRecord = z.output<typeof keySchema>;
export type MadeKey = z.output<typeof newKeySchema>;

export const participantJson = (row: ParticipantRow) => ({
  id: row.id,
  name: row.name,
  role: row.role,
  country: row.country,
  status: row.status,
  wallet_link: row.walletLink,
  created_at: isoTime(row.createdAtMs),
});

export const merchantJson = (row: MerchantRow) => ({
  id: row.id,
  name: row.name,
  city: row.city,
  country: row.country,
  category_code: row.categoryCode,
  language: row.language,
  currency: row.currency,
  account: row.account,
  acquirer: row.acquirer,
  signed_codes: row.signedCodes,
  status: row.status,
  created_at: isoTime(row.createdAtMs),
});

export const storeJson = (row: StoreRow) => ({
  id: row.id,
  merchant: row.merchant,
  name: row.name,
  address: row.address,
  status: row.status,
  created_at: isoTime(row.createdAtMs),
});

export const tillJson = (row: TillRow) => ({
  id: row.id,
  merchant: row.merchant,
  store: row.store,
  name: row.name,
  status: row.status,
  created_at: isoTime(row.createdAtMs),
});

export const operatorJson = (row: OperatorRow) => ({
  id: row.id,
  owner: row.owner,
  email: row.email,
  name: row.name,
  role: row.role,
  status: row.status,
  created_at: isoTime(row.createdAtMs),
});

export const standingJson = (row: StandingRow) => ({
  id: row.id,
  subject: row.subject,
  status: row.status,
  reason: row.reason,
  operator: row.operator,
  created_at: isoTime(row.createdAtMs),
});

export const keyJson = (row: KeyRow) => ({
  id: row.id,
  kind: row.kind,
  owner: row.owner,
  role: row.role,
  till: row.till,
  label: row.label,
  hint: row.hint,
  revoked_at: row.revokedAtMs === null ? null : isoTime(row.revokedAtMs),
  created_at: isoTime(row.createdAtMs),
});
