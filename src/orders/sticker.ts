/** What a till's sticker shows: the register sets it, payers who scan it see it, and it clears by itself. */
import { z } from '@hono/zod-openapi';
import {
  type CodeRow,
  type Directory,
  type MerchantRow,
  ownMerchant,
  type Principal,
  sees,
  type Who,
} from '../directory/index.ts';
import { answer, idSchema, isoTime, type Shell, timeSchema } from '../http/index.ts';
import { type Config, ok, type Result, refuse, stripeOfOrder } from '../kernel/index.ts';
import type { AccountStripe, Ledger } from '../ledger/index.ts';
import type { Codes } from '../payments/index.ts';
import { claimRequest, newOrder, orderRefusals, saleOf, viewJson } from './make.ts';
import { orderSchema } from './model.ts';

const registers: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];
const readers: readonly Who[] = [
  ...registers,
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];
const params = z.object({ merchant: idSchema('merchant'), code: idSchema('code') });

const newShown = z.union([
  newOrder.omit({ store: true, till: true }).openapi('NewStickerOrder'),
  z
    .strictObject({
      order: idSchema('order').openapi({
        description:
          'An open order; of a merchant with several stripes, one that this sticker has shown before',
      }),
    })
    .openapi('StickerOrder'),
]);

const isAt = ({ store, till }: Principal, code: CodeRow): boolean =>
  (store === undefined || store === code.store) && (till === null || till === code.till);

const shownSchema = z
  .object({
    order: orderSchema.nullable().openapi({
      description: 'null: the payer enters the amount, or it is another cashier’s',
    }),
    being_paid_until: timeSchema.nullable().openapi({
      description: 'A payer is looking at it; until then it is theirs, and others wait',
    }),
  })
  .openapi('Sticker');

interface Sticker {
  readonly merchant: MerchantRow;
  readonly code: CodeRow;
  readonly stripe: AccountStripe;
}

export function stickerRoutes(
  shell: Shell,
  config: Config,
  codes: Codes,
  directory: Directory,
  ledger: Ledger,
): void {
  /** A sticker of the calling merchant; whoever is kept to a store or a till has those of that place only. */
  const ownSticker = async (caller: Principal, path: z.output<typeof params>): Promise<Result<Sticker>> => {
    const own = await ownMerchant(directory, caller, path.merchant);
    if (!own.ok) return own;
    const merchant = own.value;
    const code = await directory.code(path.code);
    const isOwn = code?.merchant === merchant.id && code.kind === 'sticker';
    if (!code || !isOwn || !isAt(caller, code)) return refuse('code.not_found');
    if (code.status === 'revoked') return refuse('code.revoked');
    const account = await directory.accountWithStripe(merchant.account, code.stripe);
    if (!account) return refuse('account.not_found');
    return ok({ merchant, code, stripe: ledger.stripe(account, code.stripe) });
  };

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/merchants/{merchant}/codes/{code}/order',
      tag: 'Printed codes',
      summary: 'Show an order on a till’s sticker, in place of what it showed',
      description:
        'Whoever scans the sticker then pays this order, once. It clears when the order is paid, cancelled or ' +
        'expired. What was made for the sticker before is cancelled; a payer who was about to pay that is ' +
        'refused with `order.changed` and scans again.',
      access: registers,
      status: 201,
      idempotency: 'optional',
      params,
      body: newShown,
      refusals: [
        ...orderRefusals,
        'code.revoked',
        'order.not_found',
        'order.already_paid',
        'order.cancelled',
        'order.expired',
      ],
      answers: orderSchema,
    },
    async ({ params: path, body, caller, idempotency, language }) => {
      const own = await ownSticker(caller, path);
      if (!own.ok) return own;
      const { merchant, code, stripe } = own.value;
      if ('order' in body) {
        if (stripeOfOrder(body.order) !== code.stripe) return refuse('order.not_found', 'on another stripe');
        const claim = await stripe.claim(body.order);
        if (claim && !sees(caller, claim.facts)) return refuse('order.not_found');
        const shown = await stripe.showOnSticker(code.id, body.order);
        if (!shown.ok) return shown;
        return shown.value ? ok(viewJson(shown.value.claim, config, language)) : refuse('order.not_found');
      }
      const wish = { ...body, ...(code.till !== null && { till: code.till }) };
      const sale = await saleOf(directory, merchant, caller, wish);
      if (!sale.ok) return sale;
      const request = await claimRequest(codes, sale.value, code.stripe, idempotency);
      const shown = await stripe.showOnSticker(code.id, request);
      if (!shown.ok) return shown;
      if (!shown.value) return refuse('order.not_found');
      return answer(viewJson(shown.value.claim, config, language), shown.value.replayed);
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/codes/{code}/order',
      tag: 'Printed codes',
      summary: 'What a till’s sticker shows now',
      access: readers,
      polled: true,
      params,
      refusals: ['code.revoked', 'account.not_found'],
      answers: shownSchema,
    },
    async ({ params: path, caller, language }) => {
      const own = await ownSticker(caller, path);
      if (!own.ok) return own;
      const { claim, takenUntilMs } = await own.value.stripe.stickerView(own.value.code.id);
      return ok({
        order: claim && sees(caller, claim.facts) ? viewJson(claim, config, language) : null,
        being_paid_until: takenUntilMs === null ? null : isoTime(takenUntilMs),
      });
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      path: '/v1/merchants/{merchant}/codes/{code}/order',
      tag: 'Printed codes',
      summary: 'Clear a till’s sticker; an order that was made for it is cancelled',
      access: registers,
      params,
      refusals: ['code.revoked', 'account.not_found'],
      answers: shownSchema,
    },
    async ({ params: path, caller }) => {
      const own = await ownSticker(caller, path);
      if (!own.ok) return own;
      const cleared = await own.value.stripe.showOnSticker(own.value.code.id, null);
      return cleared.ok ? ok({ order: null, being_paid_until: null }) : cleared;
    },
  );
}
