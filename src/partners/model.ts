import { z } from '@hono/zod-openapi';
import type { AccountRow, ConnectionRow, RoutingRow } from '../directory/index.ts';
import {
  currencySchema,
  idSchema,
  isoTime,
  moneySchema,
  refusalJson,
  refusalOfSchema,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { type Language, stripesMax, toMoneyJson } from '../kernel/index.ts';
import type { Balance } from '../ledger/index.ts';
import type { Way } from './dry-run.ts';

// Below this a healthy partner across the world fails; above it a payer has gone away.
const deadlineMinMs = 500;
const deadlineMaxMs = 20_000;
const deadlineDefaultMs = 8_000;
const rulesMax = 1_000;

const adapterSchema = z.enum(['balance', 'http', 'iso20022', 'sandbox']);
const urlSchema = z.string().max(2_000);
const perhapsWhy = {
  reason: textSchema(500)
    .optional()
    .openapi({ description: 'For whoever has to approve, and the audit log' }),
};
const deadlineSchema = z.int().min(deadlineMinMs).max(deadlineMaxMs).openapi({
  description: 'How long it may take to answer; then the outcome is unknown',
});

export const newConnection = z
  .strictObject({
    participant: idSchema('participant'),
    adapter: adapterSchema.openapi({
      description:
        'balance: the participant’s accounts in the switch. http: the Tolom issuer protocol. iso20022: pacs and ' +
        'camt messages. sandbox: magic amounts',
    }),
    url: urlSchema.optional().openapi({ description: 'Of http and iso20022' }),
    deadline_ms: deadlineSchema.default(deadlineDefaultMs),
    ...perhapsWhy,
  })
  .openapi('NewConnection');

export const connectionChange = z
  .strictObject({
    url: urlSchema.optional(),
    deadline_ms: deadlineSchema.optional(),
    status: z.enum(['active', 'disabled']).optional().openapi({
      description: 'disabled: nothing new goes there; what has begun is brought to its end',
    }),
    ...perhapsWhy,
  })
  .openapi('ConnectionChange', { description: 'What is left out stays as it is' });

export const connectionSchema = z
  .object({
    id: z.string(),
    participant: z.string(),
    adapter: adapterSchema,
    url: z.string().nullable(),
    deadline_ms: z.int(),
    status: z.enum(['active', 'disabled']),
    silent_since: timeSchema.nullable().openapi({ description: 'null while it answers' }),
    created_at: timeSchema,
  })
  .openapi('Connection');

export const probeSchema = z
  .object({
    answered: z.boolean().openapi({ description: 'Whether it said anything certain in time' }),
    took_ms: z.int(),
  })
  .openapi('ConnectionTest');

export type ConnectionRecord = z.output<typeof connectionSchema>;
export type PositionRecord = z.output<typeof positionSchema>;
export type RoutingRecord = z.output<typeof routingSchema>;
export type DryRunAnswer = z.output<typeof dryRunSchema>;

export const connectionJson = (row: ConnectionRow) => ({
  id: row.id,
  participant: row.participant,
  adapter: row.adapter,
  url: row.url,
  deadline_ms: row.deadlineMs,
  status: row.status,
  silent_since: row.silentSinceMs === null ? null : isoTime(row.silentSinceMs),
  created_at: isoTime(row.createdAtMs),
});

const capSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER).openapi({
  description: 'How far below zero payments may take the position, in minor units; shared by the stripes',
});
const stripesSchema = z.int().min(1).max(stripesMax).openapi({ description: 'Objects that share the load' });

export const newPosition = z
  .strictObject({
    participant: idSchema('participant'),
    currency: currencySchema,
    cap: capSchema.default(0),
    stripes: stripesSchema.default(1),
    ...perhapsWhy,
  })
  .openapi('NewPosition');

export const positionChange = z
  .strictObject({ cap: capSchema.optional(), stripes: stripesSchema.optional(), ...perhapsWhy })
  .openapi('PositionChange', {
    description: 'What is left out stays as it is; stripes are never taken away',
  });

export const positionSchema = z
  .object({
    account: z.string(),
    participant: z.string(),
    status: z.enum(['active', 'frozen', 'closed']),
    balance: moneySchema.openapi({ description: 'What the partner has in the switch; below zero it owes' }),
    available: moneySchema.openapi({ description: 'Without what is held for payments under way' }),
    cap: moneySchema,
    left: moneySchema.openapi({ description: 'What payments may still take' }),
    used_percent: z.number().openapi({ description: 'Of the cap; alerts are sent at 75 and 90' }),
    stripes: z.int(),
  })
  .openapi('Position');

export function positionJson(row: AccountRow, { availableMinor, balanceMinor, status }: Balance) {
  const money = (minor: bigint) => toMoneyJson(minor, row.currency);
  const capMinor = BigInt(row.limitMinor);
  const usedMinor = availableMinor < 0n ? -availableMinor : 0n;
  return {
    account: row.id,
    participant: row.owner,
    status,
    balance: money(balanceMinor),
    available: money(availableMinor),
    cap: money(capMinor),
    left: money(capMinor + availableMinor),
    used_percent: capMinor === 0n ? 0 : Number((usedMinor * 1_000n) / capMinor) / 10,
    stripes: row.books.length,
  };
}

const guidSchema = textSchema(32).toLowerCase();
const payerRule = z.strictObject({
  participant: idSchema('participant').openapi({ description: 'The issuer whose external accounts pay' }),
  currency: currencySchema.nullable().default(null).openapi({ description: 'null: every currency' }),
  connection: idSchema('connection'),
});
const merchantRule = z.strictObject({
  profile: textSchema(40).openapi({ example: 'khqr', description: 'Profile of the code' }),
  guid: guidSchema.nullable().default(null).openapi({ description: 'Of one of its templates' }),
  provider: textSchema(99).nullable().default(null).openapi({
    description: 'A field of that template, or what stands behind its `@`: who keeps the merchant',
  }),
  connection: idSchema('connection').openapi({ description: 'To the acquirer that credits the merchant' }),
});
const rules = {
  payers: z.array(payerRule).max(rulesMax),
  merchants: z.array(merchantRule).max(rulesMax),
};

export const newRouting = z
  .strictObject({
    ...rules,
    based_on: z.int().min(0).openapi({ description: 'The version you have read; 0 when there is none' }),
    reason: textSchema(200),
  })
  .openapi('NewRouting');

const rerunMax = 200;

const payerWish = z.strictObject({
  account: idSchema('account').optional(),
  issuer: idSchema('participant')
    .optional()
    .openapi({ description: 'Of any account outside; instead of `account`' }),
  currency: currencySchema.default('KGS').openapi({ description: 'Of an account outside' }),
});
const merchantWish = z.union([
  z.strictObject({ payload: z.string().min(1).max(4_296).openapi({ description: 'The text of a code' }) }),
  z.strictObject({
    profile: textSchema(40),
    guid: guidSchema.nullable().default(null),
    provider: textSchema(99).nullable().default(null),
  }),
]);
export const newDryRun = z
  .strictObject({
    draft: z
      .strictObject(rules)
      .optional()
      .openapi({ description: 'A table to be tried; absent: only the one in force' }),
    payer: payerWish.optional(),
    merchant: merchantWish.optional(),
    last: z.int().min(0).max(rerunMax).default(0).openapi({
      description: 'So many real payments, the newest, are routed again by the draft',
    }),
  })
  .openapi('NewRoutingDryRun');

const waySchema = z
  .object({
    where: z.enum(['switch', 'partner', 'refused']).openapi({
      description:
        'switch: its account is kept here; partner: a connection leads to it; refused: a payment is declined',
    }),
    connection: z.string().nullable(),
    participant: z.string().nullable(),
    refusal: refusalOfSchema.nullable(),
  })
  .openapi('RoutingWay');
const sideSchema = z.object({ live: waySchema, draft: waySchema.nullable() }).nullable();

export const dryRunSchema = z
  .object({
    version: z.int().openapi({ description: 'Of the table in force' }),
    payer: sideSchema,
    merchant: sideSchema,
    last: z
      .object({
        payments: z.int().openapi({ description: 'Looked at' }),
        changed: z.int().openapi({ description: 'Sides of payments that would go another way' }),
        data: z.array(
          z.object({
            payment: z.string(),
            side: z.enum(['payer', 'merchant']),
            live: z.string().nullable().openapi({ description: 'Connection; null: none' }),
            draft: z.string().nullable(),
          }),
        ),
      })
      .nullable()
      .openapi({ description: 'What was refused for want of a route left no payment to look at' }),
  })
  .openapi('RoutingDryRun');

export function wayJson(way: Way, language: Language) {
  const nothing = { connection: null, participant: null, refusal: null };
  if (way.where !== 'refused') return { ...nothing, ...way };
  const { detail } = way.refusal;
  const refusal = {
    ...refusalJson(way.refusal, language),
    ...(detail !== undefined && { explanation: detail }),
  };
  return { ...nothing, where: way.where, refusal };
}

export const routingSchema = z
  .object({
    version: z.int(),
    ...rules,
    reason: z.string().nullable(),
    operator: z.string().nullable(),
    created_at: timeSchema.nullable(),
  })
  .openapi('Routing', {
    description:
      'Codes of the switch’s own are always credited in the switch; those of other schemes where a rule says.',
  });

export const routingJson = (row: Omit<RoutingRow, 'id'> | undefined) => ({
  version: row?.version ?? 0,
  payers: row?.rules.payers ?? [],
  merchants: row?.rules.merchants ?? [],
  reason: row?.reason ?? null,
  operator: row?.operator ?? null,
  created_at: row ? isoTime(row.createdAtMs) : null,
});
