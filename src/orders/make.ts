/** From what a register asks for to the claim that is opened for it, whichever code it is shown by. */
import { z } from '@hono/zod-openapi';
import { type Directory, type MerchantRow, type Principal, placeOf } from '../directory/index.ts';
import { amountSchema, currencySchema, idSchema, textSchema } from '../http/index.ts';
import {
  type Config,
  type Language,
  newOrderId,
  ok,
  type RefusalCode,
  type Result,
  refuse,
} from '../kernel/index.ts';
import type { ClaimRequest, ClaimView, IdempotencyKey } from '../ledger/index.ts';
import { type Codes, digestOf } from '../payments/index.ts';
import { itemsSchema, type OrderDetails, orderJson, sumOf } from './model.ts';

const expiresInMaxS = 86_400;
const expiresInDefaultS = 900;

export const newOrder = z
  .strictObject({
    amount: amountSchema,
    currency: currencySchema,
    reference: textSchema(64).optional().openapi({ description: 'The register’s own number of the sale' }),
    description: textSchema(140).optional(),
    expires_in: z
      .int()
      .min(10)
      .max(expiresInMaxS)
      .default(expiresInDefaultS)
      .openapi({ description: 'Seconds' }),
    store: idSchema('store').optional(),
    till: idSchema('till').optional(),
    items: itemsSchema.optional().openapi({ description: 'What is sold; adds up to the amount' }),
    tip_requested: z.boolean().default(false).openapi({
      description: 'Whether the payer’s wallet asks for a tip, which comes on top of the amount',
    }),
  })
  .openapi('NewOrder');

export type NewOrder = z.output<typeof newOrder>;

/** What may be said against an order. */
export const orderRefusals: readonly RefusalCode[] = [
  'merchant.inactive',
  'payment.currency_mismatch',
  'order.items_mismatch',
  'store.not_found',
  'till.not_found',
  'store.closed',
  'till.closed',
  'account.not_found',
  'account.closed',
  'account.frozen',
  'account.balance_limit',
];

/** What is asked for, checked, and by whom and where. */
export interface Sale {
  readonly merchant: MerchantRow;
  readonly body: NewOrder;
  readonly place: { readonly store?: string; readonly till?: string };
  readonly person: string | null;
}

export async function saleOf(
  directory: Directory,
  merchant: MerchantRow,
  caller: Principal,
  body: NewOrder,
): Promise<Result<Sale>> {
  if (merchant.status !== 'active') return refuse('merchant.inactive');
  if (body.currency !== merchant.currency) {
    return refuse('payment.currency_mismatch', `the merchant is paid in ${merchant.currency}`);
  }
  const place = await placeOf(directory, merchant, caller, body);
  if (!place.ok) return place;
  if (body.items && sumOf(body.items) !== BigInt(body.amount)) {
    return refuse('order.items_mismatch', `the items come to ${sumOf(body.items)} minor units`);
  }
  return ok({ merchant, body, place: place.value, person: caller.person });
}

/** The claim to open on a stripe of the merchant's account, with the code that shows it. */
export async function claimRequest(
  codes: Codes,
  { merchant, body, place, person }: Sale,
  stripe: number,
  idempotency: IdempotencyKey | undefined,
): Promise<ClaimRequest> {
  const nowMs = Date.now();
  const id = newOrderId(nowMs, stripe);
  const amountMinor = BigInt(body.amount);
  const code = await codes.codeOf(merchant, { id, amountMinor, asksForTip: body.tip_requested });
  const details: OrderDetails = {
    merchant: merchant.id,
    merchantName: merchant.name,
    payload: code.payload,
    ...(body.description !== undefined && { description: body.description }),
    ...(body.items && { items: body.items }),
    ...(body.tip_requested && { tipRequested: true as const }),
  };
  return {
    id,
    amountMinor,
    currency: body.currency,
    ...(body.reference !== undefined && { reference: body.reference }),
    expiresAtMs: nowMs + body.expires_in * 1_000,
    payloadDigest: await digestOf(code.emvText),
    facts: {
      ...place,
      ...(person !== null && { person }),
      ...(body.reference !== undefined && { orderReference: body.reference }),
    },
    details: JSON.stringify(details),
    ...(idempotency && {
      idempotency: { key: `${merchant.id} orders ${idempotency.key}`, request: idempotency.request },
    }),
  };
}

export const viewJson = (claim: ClaimView, config: Config, language: Language) =>
  orderJson({ ...claim, amountMinor: Number(claim.amountMinor) }, claim.transfer, config.url, language);
