/** A refund as the API shows it: the same shape to merchants, payers, staff and in callbacks. */
import { z } from '@hono/zod-openapi';
import type { Principal, RefundRequestRow } from '../directory/index.ts';
import {
  amountSchema,
  isoTime,
  moneySchema,
  refusalJson,
  refusalOfSchema,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import type { Language, RefusalCode } from '../kernel/index.ts';
import type { TransferDetails } from '../ledger/index.ts';
import type { Audience, PaymentFacts } from '../payments/index.ts';
import { type RequestStatus, statusAt } from './request-model.ts';

// All refunds of one payment together, on a cashier's word: in several small ones a cashier gets no further.
const cashierTotalMaxMinor = 500_000n;

/** How much of one payment this caller may give back in all, in minor units; null: all of it. */
export const totalMaxOf = ({ who, refundLimitMinor }: Principal): bigint | null =>
  who === 'merchant:cashier' ? BigInt(refundLimitMinor ?? cashierTotalMaxMinor) : null;

export const newRefund = z
  .strictObject({
    amount: amountSchema.optional().openapi({ description: 'Absent: all that is left of the payment' }),
    reason: textSchema(140).optional(),
    reference: textSchema(64).optional().openapi({ description: 'The register’s own number of the refund' }),
  })
  .openapi('NewRefund');
export type NewRefund = z.output<typeof newRefund>;

export const refundSchema = z
  .object({
    id: z.string(),
    status: z.enum(['requires_approval', 'processing', 'completed', 'declined']).openapi({
      description:
        'requires_approval: more than this cashier gives back; `id` is the request’s, which a manager decides. ' +
        'processing: the outcome is not known yet. completed and declined are final.',
    }),
    payment: z.string(),
    account: z.string().nullable().openapi({ description: 'The payer’s account; merchants do not see it' }),
    participant: z.string().openapi({ description: 'The payer’s issuer' }),
    merchant: z.object({ id: z.string(), name: z.string() }),
    store: z.string().nullable(),
    till: z.string().nullable(),
    order: z.string().nullable(),
    order_reference: z.string().nullable(),
    asked_by: z.enum(['merchant', 'centre']).openapi({
      description: 'centre: the processing centre decided on it in the merchant’s place',
    }),
    made_by: z.string().nullable().openapi({
      description: 'The person who was signed in, or the key; issuers do not see it',
    }),
    approved_by: z.string().nullable().openapi({ description: 'Where somebody else had to: who it was' }),
    amount: moneySchema,
    reason: z.string().nullable(),
    reference: z.string().nullable(),
    refusal: refusalOfSchema.nullable(),
    created_at: timeSchema,
    completed_at: timeSchema.nullable(),
  })
  .openapi('Refund');

/** What a refund is rendered from: a transfer of its kind. */
export type RefundFacts = Omit<PaymentFacts, 'refundedMinor'>;

export function refundJson(
  { transfer, state, refusal, endedAtMs }: RefundFacts,
  language: Language,
  audience: Audience,
) {
  const { facts, currency } = transfer;
  return {
    id: transfer.id,
    status: state,
    payment: transfer.refundOf ?? '',
    account: audience === 'merchant' ? null : (facts.payerAccount ?? transfer.creditor),
    participant: facts.payerParticipant,
    merchant: { id: facts.merchant ?? '', name: facts.merchantName ?? '' },
    store: facts.store ?? null,
    till: facts.till ?? null,
    order: facts.order ?? null,
    order_reference: facts.orderReference ?? null,
    asked_by: facts.centrePerson === undefined ? ('merchant' as const) : ('centre' as const),
    made_by: audience === 'payer' ? null : (facts.centrePerson ?? facts.person ?? facts.key ?? null),
    approved_by: audience === 'payer' ? null : (facts.approvedBy ?? null),
    amount: { amount: transfer.amountMinor, currency },
    reason: facts.reason ?? null,
    reference: facts.reference ?? null,
    refusal: refusal ? refusalJson(refusal, language) : null,
    created_at: isoTime(transfer.heldAtMs),
    completed_at: state === 'completed' && endedAtMs !== undefined ? isoTime(endedAtMs) : null,
  };
}

/** A refund that waits for a manager, or that none approved: in the shape of the refund it is to become. */
export function askedJson(
  row: RefundRequestRow,
  { facts }: Pick<TransferDetails, 'facts'>,
  nowMs: number,
  language: Language,
) {
  const status = statusAt(row, nowMs);
  const refusal = refusalOf(row, status);
  return {
    id: row.id,
    status: refusal ? ('declined' as const) : ('requires_approval' as const),
    payment: row.payment,
    account: null,
    participant: facts.payerParticipant,
    merchant: { id: row.merchant, name: facts.merchantName ?? '' },
    store: facts.store ?? null,
    till: facts.till ?? null,
    order: facts.order ?? null,
    order_reference: facts.orderReference ?? null,
    asked_by: 'merchant' as const,
    made_by: row.madeBy,
    approved_by: null,
    amount: { amount: row.amount, currency: row.currency },
    reason: row.reason,
    reference: row.reference,
    refusal: refusal ? refusalJson({ code: refusal }, language) : null,
    created_at: isoTime(row.createdAtMs),
    completed_at: null,
  };
}

function refusalOf({ refusal }: RefundRequestRow, status: RequestStatus): RefusalCode | undefined {
  if (status === 'declined') return 'refund_request.declined';
  if (status === 'expired') return 'refund_request.expired';
  return refusal === null ? undefined : (refusal as RefusalCode);
}
