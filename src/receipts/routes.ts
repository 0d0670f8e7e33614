import { z } from '@hono/zod-openapi';
import { type Directory, ownAccount, type Who } from '../directory/index.ts';
import { idSchema, isoTime, moneySchema, type Shell, timeSchema } from '../http/index.ts';
import { type Config, ok, refuse } from '../kernel/index.ts';
import type { Ledger, TransferDetails } from '../ledger/index.ts';
import { paidStripe, purseOf } from '../payments/index.ts';
import type { ReceiptSigner } from '../signing/index.ts';
import { signedReceipt } from './text.ts';

const staff: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const merchants: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];

const receiptSchema = z
  .object({
    payment: z.string(),
    receipt: z.string().openapi({
      description:
        'Signed: check it with `checkReceipt` of `tolom/client` and the keys of /.well-known/jwks.json',
    }),
    link: z.string().openapi({ description: 'A page that shows it; put exactly this into a QR code' }),
    qr_url: z.string().openapi({ description: 'That QR code as a picture' }),
    merchant: z.object({ id: z.string(), name: z.string() }),
    amount: moneySchema,
    completed_at: timeSchema,
    amount_refunded: moneySchema.openapi({ description: 'As of now; the receipt does not say' }),
  })
  .openapi('SignedReceipt');

export interface ReceiptParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly ledger: Ledger;
  readonly signer: () => Promise<ReceiptSigner>;
}

export function receiptRoutes(shell: Shell, { config, directory, ledger, signer }: ReceiptParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}/payments/{payment}/receipt',
      tag: 'Payments',
      summary: 'The signed receipt of a payment, for its payer to show',
      access: ['issuer', ...staff],
      params: z.object({ account: idSchema('account'), payment: idSchema('payment') }),
      refusals: ['payment.not_completed'],
      answers: receiptSchema,
    },
    async ({ params, caller }) => {
      const own = await ownAccount(directory, caller, params.account);
      if (!own.ok) return own;
      const purse = await purseOf(directory, ledger, own.value);
      const found = await purse.stripe.transferOf(params.payment);
      if (!found.ok) return found;
      if (!purse.owns(found.value)) return refuse('payment.not_found');
      const { transfer, state, endedAtMs, refundedMinor = 0 } = found.value;
      if (state !== 'completed' || endedAtMs === undefined) return refuse('payment.not_completed');
      return ok(await receiptOf(transfer, endedAtMs, refundedMinor));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/payments/{payment}/receipt',
      tag: 'Merchants',
      summary: 'The signed receipt of a payment, for its merchant to give',
      access: [...merchants, ...staff],
      params: z.object({ merchant: idSchema('merchant'), payment: idSchema('payment') }),
      answers: receiptSchema,
    },
    async ({ params, caller }) => {
      const paid = await paidStripe(directory, ledger, caller, params);
      if (!paid.ok) return paid;
      const { transfer, atMs, refundedMinor } = paid.value.credit;
      return ok(await receiptOf(transfer, atMs, refundedMinor));
    },
  );

  async function receiptOf(transfer: TransferDetails, endedAtMs: number, refundedMinor: number) {
    const { id, amountMinor, currency, facts } = transfer;
    const amount = { amount: amountMinor, currency };
    const receipt = await signedReceipt(await signer(), transfer, endedAtMs);
    const link = `${config.url}/receipt/${receipt}`;
    return {
      payment: id,
      receipt,
      link,
      qr_url: `${link}/qr.svg`,
      merchant: { id: facts.merchant ?? '', name: facts.merchantName ?? '' },
      amount,
      completed_at: isoTime(endedAtMs),
      amount_refunded: { amount: refundedMinor, currency },
    };
  }
}
