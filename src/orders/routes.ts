import { z } from '@hono/zod-openapi';
import { type Directory, onlyMade, ownMerchant, placeOf, type Who } from '../directory/index.ts';
import {
  amountSchema,
  answer,
  currencySchema,
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { type Config, type Language, newOrderId, ok, refuse, toMoneyJson } from '../kernel/index.ts';
import type { ClaimView, Ledger } from '../ledger/index.ts';
import { type Codes, digestOf } from '../payments/index.ts';
import { orderObject } from './claims.ts';
import { codeRoutes } from './codes.ts';
import { itemsSchema, type OrderDetails, orderJson, orderSchema, qrSchema, sumOf } from './model.ts';
import { openOnce } from './stripes.ts';

const registers: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];
const readers: readonly Who[] = [
  ...registers,
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];
const expiresInMaxS = 86_400;
const expiresInDefaultS = 900;
const waitMaxS = 25;

const merchantParams = z.object({ merchant: idSchema('merchant') });
const orderParams = merchantParams.extend({ order: idSchema('order') });

const newOrder = z
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

const merchantSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    city: z.string(),
    country: z.string(),
    category_code: z.string(),
    language: z.string(),
    status: z.enum(['active', 'pending', 'suspended']).openapi({
      description: 'pending: it registered itself, and staff have not yet looked at it',
    }),
    currency: z.string(),
    account: z.string(),
    balance: moneySchema,
    available: moneySchema,
    held: moneySchema,
    qr: qrSchema.openapi({ description: 'The merchant’s static code: the payer enters the amount' }),
    created_at: timeSchema,
  })
  .openapi('Merchant');

export function orderRoutes(
  shell: Shell,
  config: Config,
  codes: Codes,
  directory: Directory,
  ledger: Ledger,
): void {
  shell.app.openAPIRegistry.register('QrCode', qrSchema);
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}',
      tag: 'Merchants',
      summary: 'A merchant, its balance and its static QR code',
      access: readers,
      params: merchantParams,
      refusals: ['account.not_found'],
      answers: merchantSchema,
    },
    async ({ params, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const merchant = own.value;
      const account = await directory.freshAccount(merchant.account);
      const balance = account && (await ledger.balance(account));
      if (!balance) return refuse('account.not_found');
      const path = `${config.url}/v1/merchants/${merchant.id}`;
      return ok({
        id: merchant.id,
        name: merchant.name,
        city: merchant.city,
        country: merchant.country,
        category_code: merchant.categoryCode,
        language: merchant.language,
        status: merchant.status,
        currency: merchant.currency,
        account: merchant.account,
        balance: toMoneyJson(balance.balanceMinor, balance.currency),
        available: toMoneyJson(balance.availableMinor, balance.currency),
        held: toMoneyJson(balance.heldMinor, balance.currency),
        qr: {
          payload: (await codes.codeOf(merchant)).payload,
          svg_url: `${path}/qr.svg`,
          png_url: `${path}/qr.png`,
        },
        created_at: isoTime(merchant.createdAtMs),
      });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/merchants/{merchant}/orders',
      tag: 'Orders',
      summary: 'Ask to be paid: makes a dynamic QR code and a link',
      access: registers,
      status: 201,
      idempotency: 'optional',
      params: merchantParams,
      body: newOrder,
      refusals: [
        'merchant.inactive',
        'payment.currency_mismatch',
        'order.items_mismatch',
        'store.not_found',
        'till.not_found',
        'account.not_found',
        'account.closed',
        'account.frozen',
        'account.balance_limit',
      ],
      answers: orderSchema,
    },
    async ({ params, body, caller, idempotency, language }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const merchant = own.value;
      if (merchant.status !== 'active') return refuse('merchant.inactive');
      if (body.currency !== merchant.currency) {
        return refuse('payment.currency_mismatch', `the merchant is paid in ${merchant.currency}`);
      }
      const place = await placeOf(directory, merchant, caller, body);
      if (!place.ok) return place;
      const amountMinor = BigInt(body.amount);
      if (body.items && sumOf(body.items) !== amountMinor) {
        return refuse('order.items_mismatch', `the items come to ${sumOf(body.items)} minor units`);
      }
      const opened = await openOnce(directory, merchant, idempotency?.key, async (account, stripe) => {
        const nowMs = Date.now();
        const id = newOrderId(nowMs, stripe.number);
        const code = await codes.codeOf(merchant, { id, amountMinor, asksForTip: body.tip_requested });
        const details: OrderDetails = {
          merchant: merchant.id,
          merchantName: merchant.name,
          payload: code.payload,
          ...(body.description !== undefined && { description: body.description }),
          ...(body.items && { items: body.items }),
          ...(body.tip_requested && { tipRequested: true as const }),
        };
        return ledger.stripe(account, stripe.number).openClaim({
          id,
          amountMinor,
          currency: body.currency,
          ...(body.reference !== undefined && { reference: body.reference }),
          expiresAtMs: nowMs + body.expires_in * 1_000,
          payloadDigest: await digestOf(code.emvText),
          facts: {
            ...place.value,
            ...(caller.person !== null && { person: caller.person }),
            ...(body.reference !== undefined && { orderReference: body.reference }),
          },
          details: JSON.stringify(details),
          ...(idempotency && {
            idempotency: { key: `${merchant.id} orders ${idempotency.key}`, request: idempotency.request },
            amongStripes: stripe.among,
          }),
        });
      });
      if (!opened.ok) return opened;
      return answer(viewJson(opened.value.claim, config, language), opened.value.replayed);
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/orders/{order}',
      tag: 'Orders',
      summary: 'One order; `wait` answers as soon as it is paid, cancelled or expired',
      access: readers,
      polled: true,
      params: orderParams,
      query: z.object({
        wait: z.coerce
          .number()
          .min(0)
          .max(waitMaxS)
          .default(0)
          .openapi({ description: 'Seconds, at most 25' }),
      }),
      answers: orderSchema,
    },
    async ({ params, query, caller, language }) => {
      const object = await orderObject(directory, ledger, caller, params);
      if (!object.ok) return object;
      const claim =
        query.wait > 0
          ? await object.value.waitForClaim(params.order, query.wait * 1_000)
          : await object.value.claim(params.order);
      return claim ? ok(viewJson(claim, config, language)) : refuse('order.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/orders',
      tag: 'Orders',
      summary: 'Orders of a merchant, newest first; `reference` finds one whose answer was lost',
      access: readers,
      params: merchantParams,
      query: pageQuery.extend({
        reference: textSchema(64).optional(),
        status: z.enum(['open', 'paid', 'cancelled', 'expired']).optional(),
        'created[gte]': timeSchema.optional(),
        'created[lt]': timeSchema.optional(),
      }),
      refusals: ['account.not_found'],
      answers: listOf(orderSchema),
    },
    async ({ params, query, caller, language }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const account = await directory.freshAccount(own.value.account);
      if (!account) return refuse('account.not_found');
      const { 'created[gte]': from, 'created[lt]': before } = query;
      const made = onlyMade(caller);
      const filter = {
        limit: query.limit + 1,
        ...(made && { made }),
        ...(query.cursor !== undefined && { beforeId: query.cursor }),
        ...(query.reference !== undefined && { reference: query.reference }),
        ...(query.status !== undefined && { state: query.status }),
        ...(from !== undefined && { createdFromMs: Date.parse(from) }),
        ...(before !== undefined && { createdBeforeMs: Date.parse(before) }),
      };
      const parts = ledger.stripes(account).map((object) => object.claims(filter));
      const found: ClaimView[] = (await Promise.all(parts)).flat();
      const claims = found.sort((left, right) => (left.id < right.id ? 1 : -1));
      const shown = claims.slice(0, query.limit);
      const next = claims.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({
        data: shown.map((claim) => viewJson(claim, config, language)),
        next_cursor: cursorOf(next),
      });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/merchants/{merchant}/orders/{order}/cancel',
      tag: 'Orders',
      summary: 'Cancel an open order; a paid one stays paid',
      access: registers,
      params: orderParams,
      refusals: ['order.already_paid', 'order.expired', 'order.cancelled', 'order.being_paid'],
      answers: orderSchema,
    },
    async ({ params, caller, language }) => {
      const object = await orderObject(directory, ledger, caller, params);
      if (!object.ok) return object;
      const cancelled = await object.value.cancelClaim(params.order);
      return cancelled.ok ? ok(viewJson(cancelled.value, config, language)) : cancelled;
    },
  );

  codeRoutes(shell, codes, directory, ledger);
}

const viewJson = (claim: ClaimView, config: Config, language: Language) =>
  orderJson({ ...claim, amountMinor: Number(claim.amountMinor) }, claim.transfer, config.url, language);
