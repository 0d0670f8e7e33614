import { z } from '@hono/zod-openapi';
import { isoTime, moneySchema, textSchema, timeSchema } from '../http/index.ts';
import type { Language } from '../kernel/index.ts';
import type { ClaimRecord, TransferDetails } from '../ledger/index.ts';
import { shareText } from './share.ts';

// Entries and callbacks carry the items of an order, so they stay small.
const itemsMax = 50;
const itemNameMax = 60;
const quantityMax = 100_000;

/** One line of what is sold. A discount is a line with a negative price. */
export const itemSchema = z
  .strictObject({
    name: textSchema(itemNameMax),
    quantity: z.int().min(1).max(quantityMax),
    unit_price: z.int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER).openapi({
      example: 4_500,
      description: 'Integer minor units; negative: a discount',
    }),
  })
  .openapi('OrderItem');
export const itemsSchema = z.array(itemSchema).min(1).max(itemsMax);
export type OrderItem = z.output<typeof itemSchema>;

/** What items come to, in minor units. */
export const sumOf = (items: readonly OrderItem[]): bigint =>
  items.reduce((sum, item) => sum + BigInt(item.quantity) * BigInt(item.unit_price), 0n);

/** What an order adds to its claim; kept in the claim's details. */
export interface OrderDetails {
  readonly merchant: string;
  /** The merchant's name as it was then. */
  readonly merchantName?: string;
  readonly description?: string;
  readonly items?: readonly OrderItem[];
  /** The payer is asked for a tip. */
  readonly tipRequested?: true;
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
    items: z.array(itemSchema).openapi({ description: 'What is sold; empty where the register did not say' }),
    tip_requested: z.boolean(),
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
    share_text: z.string().openapi({
      example: 'Pay 45.00 KGS to Coffee House: https://…',
      description: 'To be sent to the payer, in the language asked for',
    }),
  })
  .openapi('Order');

/** An order is rendered from its claim and the transfer that paid it. `url` is the switch's public URL. */
export function orderJson(
  claim: Omit<ClaimRecord, 'payloadDigest'>,
  transfer: TransferDetails | null,
  url: string,
  language: Language,
) {
  const details: OrderDetails = JSON.parse(claim.details);
  const { currency, state } = claim;
  const path = `${url}/v1/merchants/${details.merchant}/orders/${claim.id}`;
  const link = `${url}/pay/${claim.id}?merchant=${details.merchant}`;
  const name = details.merchantName ?? details.merchant;
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
    items: [...(details.items ?? [])],
    tip_requested: details.tipRequested ?? false,
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
    link,
    share_text: shareText(claim.amountMinor, currency, name, link, language),
  };
}
