import { z } from '@hono/zod-openapi';
import { type Directory, ownMerchant, type Principal, type Who } from '../directory/index.ts';
import { answer, idSchema, isoTime, moneySchema, type Shell, timeSchema } from '../http/index.ts';
import { type Config, ok, refuse, toMoneyJson } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Codes } from '../payments/index.ts';
import { orderObject } from './claims.ts';
import { codeRoutes } from './codes.ts';
import { listRoute } from './list.ts';
import { claimRequest, newOrder, orderRefusals, saleOf, viewJson } from './make.ts';
import { orderSchema, qrSchema } from './model.ts';
import { stickerRoutes } from './sticker.ts';
import { openOnce } from './stripes.ts';

const registers: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];
const readers: readonly Who[] = [
  ...registers,
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];
const waitMaxS = 25;

/** What stands on the account is the owners' to know: others see what they took. */
const seesBalance = ({ who }: Principal): boolean => who === 'merchant:owner' || who.startsWith('staff:');

const merchantParams = z.object({ merchant: idSchema('merchant') });
const orderParams = merchantParams.extend({ order: idSchema('order') });

const merchantSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    city: z.string(),
    country: z.string(),
    category_code: z.string(),
    language: z.string(),
    status: z.enum(['active', 'pending', 'suspended', 'closed']).openapi({
      description: 'pending: it registered itself, and staff have not yet looked at it',
    }),
    currency: z.string(),
    account: z.string(),
    balance: moneySchema.nullable().openapi({
      description: 'This and what it is made of: null for all but owners and staff',
    }),
    available: moneySchema.nullable(),
    held: moneySchema.nullable(),
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
      if (!account) return refuse('account.not_found');
      const balance = seesBalance(caller) ? await ledger.balance(account) : undefined;
      const money = (minor: bigint | undefined) =>
        balance && minor !== undefined ? toMoneyJson(minor, balance.currency) : null;
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
        balance: money(balance?.balanceMinor),
        available: money(balance?.availableMinor),
        held: money(balance?.heldMinor),
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
      refusals: orderRefusals,
      answers: orderSchema,
    },
    async ({ params, body, caller, idempotency, language }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const sale = await saleOf(directory, own.value, caller, body);
      if (!sale.ok) return sale;
      const opened = await openOnce(directory, own.value, idempotency?.key, async (account, stripe) => {
        const request = await claimRequest(codes, sale.value, stripe.number, idempotency);
        const among = idempotency && { amongStripes: stripe.among };
        return ledger.stripe(account, stripe.number).openClaim({ ...request, ...among });
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

  listRoute(shell, config, directory, ledger);

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
  stickerRoutes(shell, config, codes, directory, ledger);
}
