/** Codes of merchants and orders: whether they are signed, and their pictures. */
import { z } from '@hono/zod-openapi';
import { type Directory, ownMerchant, type Who } from '../directory/index.ts';
import { idSchema, type Shell } from '../http/index.ts';
import { ok, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { type Codes, imageFormats, imageQuery, imageTypeOf, qrImage } from '../payments/index.ts';
import { claimOf } from './claims.ts';
import type { OrderDetails } from './model.ts';

const managers: readonly Who[] = ['merchant:owner', 'merchant:manager', 'staff:admin', 'staff:officer'];
const merchantParams = z.object({ merchant: idSchema('merchant') });
const orderParams = merchantParams.extend({ order: idSchema('order') });

const codesSchema = z
  .object({
    id: z.string(),
    signed_codes: z.boolean(),
    payload: z.string().openapi({ description: 'The static code from now on' }),
  })
  .openapi('MerchantCodes');

/** QR images are for the public to scan: whoever knows the id of a code may see it. */
export function codeRoutes(shell: Shell, codes: Codes, directory: Directory, ledger: Ledger): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/code-signing',
      tag: 'Merchants',
      summary: 'Say whether a merchant’s codes are signed',
      description:
        'A signed code tells a wallet without asking that nobody changed it; an unsigned one is 140 characters ' +
        'shorter, for small prints. Codes made before stay good either way.',
      access: managers,
      whole: true,
      params: merchantParams,
      body: z.strictObject({ signed_codes: z.boolean() }),
      answers: codesSchema,
    },
    async ({ params, body, caller, act }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const change = { signedCodes: body.signed_codes };
      const merchant = await directory.changeMerchant(act, own.value.id, change);
      if (!merchant) return refuse('merchant.not_found');
      const { payload } = await codes.codeOf(merchant);
      return ok({ id: merchant.id, signed_codes: merchant.signedCodes, payload });
    },
  );

  for (const format of imageFormats) {
    const image = {
      access: 'public',
      query: imageQuery(format),
      contentTypes: [imageTypeOf(format)],
    } as const;

    shell.endpoint(
      {
        method: 'get',
        path: `/v1/merchants/{merchant}/qr.${format}`,
        tag: 'Merchants',
        summary: `The merchant’s static QR code as ${format.toUpperCase()}`,
        params: merchantParams,
        ...image,
      },
      async ({ params, query }) => {
        const merchant = await directory.cachedMerchant(params.merchant);
        if (!merchant) return refuse('merchant.not_found');
        return qrImage(format, (await codes.codeOf(merchant)).payload, query);
      },
    );

    shell.endpoint(
      {
        method: 'get',
        path: `/v1/merchants/{merchant}/orders/{order}/qr.${format}`,
        tag: 'Orders',
        summary: `The order’s QR code as ${format.toUpperCase()}`,
        params: orderParams,
        ...image,
      },
      async ({ params, query }) => {
        const claim = await claimOf(directory, ledger, params);
        if (!claim) return refuse('order.not_found');
        const details: OrderDetails = JSON.parse(claim.details);
        return qrImage(format, details.payload, query);
      },
    );
  }
}
