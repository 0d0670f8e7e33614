/** A payment as the API shows it: the same shape to payers, merchants, staff and in callbacks. */
import { z } from '@hono/zod-openapi';
import { isoTime, moneySchema, refusalJson, refusalOfSchema, timeSchema } from '../http/index.ts';
import { type Language, type Refusal, refusals } from '../kernel/index.ts';
import { type TransferDetails, type TransferState, transferStates } from '../ledger/index.ts';
import { confirmationText } from '../signing/index.ts';

// How long a wallet should wait before it asks again about a payment whose outcome is unknown.
const pollAfterMs = 2_000;

const confirmationSchema = z.object({
  expires_at: timeSchema,
  reason: z.enum(['limit', 'asked']).openapi({
    description:
      'limit: it is above a limit beyond which the payer confirms. asked: the way it was made needs it',
  }),
  confirmed_at: timeSchema.nullable(),
  text: z
    .string()
    .optional()
    .openapi({ description: 'While it waits: what the device signs, to compare with what you make of it' }),
});

export const paymentSchema = z
  .object({
    id: z.string(),
    status: z.enum(transferStates).openapi({
      description:
        'requires_confirmation: nothing is held; the payer’s device has to sign it. processing: the outcome is ' +
        'not known yet. The others are final; what is cancelled or expired was never confirmed.',
    }),
    account: z.string().nullable().openapi({ description: 'The payer’s account; merchants do not see it' }),
    participant: z.string().openapi({ description: 'The payer’s issuer' }),
    merchant: z.object({ id: z.string(), name: z.string() }).openapi({
      description: 'A merchant of another scheme has no id here: it is empty',
    }),
    store: z.string().nullable(),
    till: z.string().nullable(),
    person: z.string().nullable().openapi({
      description: 'Who of the merchant made the order, signed in; payers do not see it',
    }),
    code: z.string().nullable().openapi({ description: 'The printed code it was paid with' }),
    order: z.string().nullable(),
    order_reference: z.string().nullable(),
    amount: moneySchema.openapi({ description: 'What the payer paid, tip included' }),
    tip: moneySchema.nullable(),
    amount_refunded: moneySchema.openapi({
      description: 'What was given back of it; to its merchant, what is on its way back too',
    }),
    reference: z.string().nullable().openapi({ description: 'The wallet’s own reference' }),
    scheme: z.string().nullable(),
    presentation: z
      .enum(['code', 'password'])
      .nullable()
      .openapi({ description: 'What the payer gave the register; null: the payer scanned' }),
    answers: z.record(z.string(), z.string()),
    refusal: refusalOfSchema.nullable(),
    confirmation: confirmationSchema.nullable().openapi({
      description: 'Of a payment that has or had to be confirmed; merchants do not see it',
    }),
    created_at: timeSchema,
    completed_at: timeSchema.nullable(),
    next_poll_after: timeSchema.optional(),
  })
  .openapi('Payment');

/** What a payment is rendered from: committed entries, nothing else. */
export interface PaymentFacts {
  readonly transfer: TransferDetails;
  readonly state: TransferState;
  readonly refusal?: Refusal;
  readonly endedAtMs?: number;
  readonly refundedMinor?: number;
}

/** Who reads it: a merchant is not told the payer's account. */
export type Audience = 'payer' | 'merchant' | 'centre';

/** What is left of a limit, told to the party whose limit it is and to no other. */
function explanationFor({ code, detail }: Refusal, audience: Audience): { explanation?: string } {
  if (!code.startsWith('limit.') || detail === undefined) return {};
  const isMerchants = refusals[code].actor === 'merchant';
  return isMerchants === (audience === 'merchant') ? { explanation: detail } : {};
}

/** What the payer's device signs to confirm a payment. */
export const confirmationTextOf = ({
  id,
  amountMinor,
  currency,
  confirmation,
  facts,
}: TransferDetails): string =>
  confirmationText({
    ...{ id, amountMinor, currency },
    expiresAt: isoTime(confirmation?.expiresAtMs ?? 0),
    merchant: facts.merchant ?? '',
    merchantName: facts.merchantName ?? '',
  });

function confirmationJson(transfer: TransferDetails, state: TransferState) {
  if (!transfer.confirmation) return null;
  const { expiresAtMs, rule, confirmedAtMs } = transfer.confirmation;
  return {
    expires_at: isoTime(expiresAtMs),
    reason: rule === undefined ? ('asked' as const) : ('limit' as const),
    confirmed_at: confirmedAtMs === undefined ? null : isoTime(confirmedAtMs),
    ...(state === 'requires_confirmation' && { text: confirmationTextOf(transfer) }),
  };
}

export function paymentJson(
  { transfer, state, refusal, endedAtMs, refundedMinor = 0 }: PaymentFacts,
  language: Language,
  audience: Audience,
) {
  const { facts, currency } = transfer;
  return {
    id: transfer.id,
    status: state,
    account: audience === 'merchant' ? null : (facts.payerAccount ?? transfer.debtor),
    participant: facts.payerParticipant,
    merchant: { id: facts.merchant ?? '', name: facts.merchantName ?? '' },
    store: facts.store ?? null,
    till: facts.till ?? null,
    person: audience === 'payer' ? null : (facts.person ?? null),
    code: facts.code ?? null,
    order: facts.order ?? null,
    order_reference: facts.orderReference ?? null,
    amount: { amount: transfer.amountMinor, currency },
    tip: facts.tipMinor ? { amount: facts.tipMinor, currency } : null,
    amount_refunded: { amount: refundedMinor, currency },
    reference: facts.reference ?? null,
    scheme: facts.scheme ?? null,
    presentation: facts.presentation ?? null,
    answers: facts.answers ?? {},
    confirmation: audience === 'merchant' ? null : confirmationJson(transfer, state),
    refusal: refusal ? { ...refusalJson(refusal, language), ...explanationFor(refusal, audience) } : null,
    created_at: isoTime(transfer.heldAtMs),
    completed_at: state === 'completed' && endedAtMs !== undefined ? isoTime(endedAtMs) : null,
    ...(state === 'processing' && { next_poll_after: isoTime(Date.now() + pollAfterMs) }),
  };
}
