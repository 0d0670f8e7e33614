import { z } from '@hono/zod-openapi';
import { isoTime, moneySchema, timeSchema } from '../http/index.ts';
import type { ClaimRecord, TransferDetails } from '../ledger/index.ts';

/** What an order adds to its claim; kept in the claim's details. */
export interface OrderDetails {
  readonly merchant: string;
  readonly description?: string;
  /** The text to put into the QR code. */
  readonly payload: string;
}

export const qrSchema = z
  .object({
    payload: z.string().openapi({ description: 'Put exactly this into a QR code' }),
    svg_url: z.string(),
    png_url: z.string(),
  })
  .openapi('QrCode');

const statuses = ['open', 'paid', 'cancelled', 'expired'] as const;

export const orderSchema = z
  .object({
    id: z.string(),
    status: z.enum(statuses),
    merchant: z.string(),
    store: z.string().nullable(),
    till: z.string().nullable(),
    person: z.string().nullable().openapi({ description: 'Who made it, signed in' }),
    amount: moneySchema,
    reference: z.string().nullable(),
    description: z.string().nullable(),
    claim: z
      .object({ status: z.enum(statuses), expires_at: timeSchema, ended_at: timeSchema.nullable() })
      .openapi({ description: 'The one-time receivable behind the order' }),
    payment: z
      .object({ id: z.string(), amount: moneySchema, tip: moneySchema.nullable(), participant: z.string() })
      .nullable(),
    created_at: timeSchema,
    expires_at: timeSchema,
    paid_at: timeSchema.nullable(),
    qr: qrSchema,
    link: z.string(),
  })
  .openapi('Order');

/** An order is rendered from its claim and the transfer that paid it. `url` is the switch's public URL. */
export function orderJson(
  claim: Omit<ClaimRecord, 'payloadDigest'>,
  transfer: TransferDetails | null,
  url: string,
) {
  const details: OrderDetails = JSON.parse(claim.details);
  const { currency, state } = claim;
  const path = `${url}/v1/merchants/${details.merchant}/orders/${claim.id}`;
  const endedAt = claim.endedAtMs === null ? null : isoTime(claim.endedAtMs);
  return {
    id: claim.id,
    status: state,
    merchant: details.merchant,
    store: claim.facts.store ?? null,
    till: claim.facts.till ?? null,
    person: claim.facts.person ?? null,
    amount: { amount: claim.amountMinor, currency },
    reference: claim.reference,
    description: details.description ?? null,
    claim: { status: state, expires_at: isoTime(claim.expiresAtMs), ended_at: endedAt },
    payment: transfer && {
      id: transfer.id,
      amount: { amount: transfer.amountMinor, currency },
      tip: transfer.facts.tipMinor ? { amount: transfer.facts.tipMinor, currency } : null,
      participant: transfer.facts.payerParticipant,
    },
    created_at: isoTime(claim.createdAtMs),
    expires_at: isoTime(claim.expiresAtMs),
    paid_at: state === 'paid' ? endedAt : null,
    qr: { payload: details.payload, svg_url: `${path}/qr.svg`, png_url: `${path}/qr.png` },
    link: `${url}/pay/${claim.id}?merchant=${details.merchant}`,
  };
}
