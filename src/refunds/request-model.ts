/** A refund that was asked for, as the API shows it. */
import { z } from '@hono/zod-openapi';
import type { RefundRequestRow } from '../directory/index.ts';
import { isoTime, moneySchema, refusalJson, refusalOfSchema, timeSchema } from '../http/index.ts';
import type { Language, RefusalCode } from '../kernel/index.ts';

export const requestStatuses = ['pending', 'approved', 'declined', 'expired', 'refused'] as const;
export type RequestStatus = (typeof requestStatuses)[number];

export const requestSchema = z
  .object({
    id: z.string(),
    status: z.enum(requestStatuses).openapi({
      description: 'refused: it was approved, and could not be given back any more, see `refusal`',
    }),
    merchant: z.string(),
    payment: z.string(),
    till: z.string().nullable(),
    amount: moneySchema,
    reason: z.string().nullable(),
    reference: z.string().nullable(),
    made_by: z.string().openapi({ description: 'The person who was signed in, or the key' }),
    made_by_name: z.string().nullable().openapi({ description: 'What that person is called; null for keys' }),
    decided_by: z.string().nullable(),
    decided_by_name: z.string().nullable(),
    decided_at: timeSchema.nullable(),
    note: z.string().nullable().openapi({ description: 'What was said with the decision' }),
    refund: z.string().nullable().openapi({ description: 'The refund that was made' }),
    refusal: refusalOfSchema.nullable(),
    created_at: timeSchema,
    expires_at: timeSchema,
  })
  .openapi('RefundRequest');

export const statusAt = ({ status, expiresAtMs }: RefundRequestRow, nowMs: number): RequestStatus =>
  status === 'pending' && expiresAtMs <= nowMs ? 'expired' : status;

/** `names`: what the people are called who asked and decided. */
export const requestJson = (
  row: RefundRequestRow,
  names: ReadonlyMap<string, string>,
  nowMs: number,
  language: Language,
) => ({
  id: row.id,
  status: statusAt(row, nowMs),
  merchant: row.merchant,
  payment: row.payment,
  till: row.till,
  amount: { amount: row.amount, currency: row.currency },
  reason: row.reason,
  reference: row.reference,
  made_by: row.madeBy,
  made_by_name: names.get(row.madeBy) ?? null,
  decided_by: row.decidedBy,
  decided_by_name: names.get(row.decidedBy ?? '') ?? null,
  decided_at: row.decidedAtMs === null ? null : isoTime(row.decidedAtMs),
  note: row.note,
  refund: row.refund,
  refusal: row.refusal === null ? null : refusalJson({ code: row.refusal as RefusalCode }, language),
  created_at: isoTime(row.createdAtMs),
  expires_at: isoTime(row.expiresAtMs),
});
