import { z } from '@hono/zod-openapi';
import { type Act, because, type Directory } from '../directory/index.ts';
import { amountSchema, answer, currencySchema, idSchema, type Shell, textSchema } from '../http/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import { type Ledger, refuseRefund } from '../ledger/index.ts';
import { type PaidStripe, stripeThatWasPaid } from '../payments/index.ts';
import { giveBackForCentre } from './by-centre.ts';
import { refundJson, refundSchema } from './model.ts';

export interface CentreRefundParts {
  readonly directory: Directory;
  readonly ledger: Ledger;
  /** The report rows of those of these transfers that have one. */
  readonly reported: (
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, { readonly creditor: string; readonly merchant: string | null }>>;
}

const params = z.object({ payment: idSchema('payment') });
const wish = z
  .strictObject({
    amount: amountSchema.optional().openapi({ description: 'Absent: all that is left of the payment' }),
    currency: currencySchema.optional().openapi({ description: 'The payment’s; another is refused' }),
    reason: textSchema(140).openapi({ description: 'The merchant and the payer are told' }),
  })
  .openapi('NewCentreRefund');
type Wish = z.output<typeof wish>;

export function centreRefundRoutes(shell: Shell, parts: CentreRefundParts): void {
  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/centre/payments/{payment}/refunds',
      guarded: 'payment.refund',
      tag: 'Refunds',
      summary: 'Give back a payment or a part of it in its merchant’s place, who pays for it',
      description:
        'Once somebody else has approved it, as any refund: from the merchant’s balance, no more than is left, told to ' +
        'both parties. An amount left out is what was left when it was asked for. Answers 201 with a refund whose ' +
        'status is completed, declined (with a refusal) or, rarely, processing; declined, its approval has failed.',
      access: ['staff:admin', 'staff:officer'],
      status: 201,
      idempotency: 'required',
      params,
      body: wish,
      refusals: [
        'payment.not_completed',
        'payment.currency_mismatch',
        'account.not_found',
        'refund.outside',
        'refund.exceeds_remaining',
      ],
      answers: refundSchema,
    },
    async ({ params: { payment }, body, caller, act, idempotency, language }) => {
      if (!idempotency) return refuse('idempotency.key_required');
      const paid = await paidFor(parts, payment, body);
      if (!paid.ok) return paid;
      const { reason, ...asked } = body;
      await parts.directory.record(because(act, reason), payment, asked);
      const outcome = await giveBackForCentre(parts, paid.value, {
        ...{ payment, reason, amount: body.amount ?? null },
        by: caller.owner,
        approvedBy: await approverOf(parts, act),
        // The same request of the same person gives back once, however often it is carried out.
        idempotency: {
          key: `${payment} centre ${caller.owner} ${idempotency.key}`,
          request: idempotency.request,
        },
      });
      if (!outcome.ok) return outcome;
      const { view, replayed } = outcome.value;
      return answer(refundJson(view, language, 'centre'), replayed);
    },
    async ({ params: { payment }, body }) => {
      const paid = await paidFor(parts, payment, body);
      return paid.ok ? settled(paid.value, body) : paid;
    },
  );
}

/** The payment as its merchant's account accepted it. */
async function paidFor(
  { directory, ledger, reported }: CentreRefundParts,
  payment: string,
  { currency }: Wish,
): Promise<Result<PaidStripe>> {
  const row = (await reported([payment])).get(payment);
  if (!row) return refuse('payment.not_found');
  if (row.merchant === null) return refuse('refund.outside');
  const paid = await stripeThatWasPaid(directory, ledger, row.creditor, payment);
  if (!paid) return refuse('payment.not_completed');
  const own = paid.credit.transfer.currency;
  return currency === undefined || currency === own
    ? ok(paid)
    : refuse('payment.currency_mismatch', `the payment is in ${own}`);
}

/** What is asked of whoever approves it: an amount and a currency, whether they were named or not. */
function settled({ credit: { transfer, refundedMinor } }: PaidStripe, wished: Wish): Result<Wish> {
  const { amountMinor, currency } = transfer;
  const amount = wished.amount ?? amountMinor - refundedMinor;
  const refusal = refuseRefund({ amountMinor, refundedMinor }, BigInt(amount), null);
  return refusal ? { ok: false, refusal } : ok({ ...wished, amount, currency });
}

async function approverOf({ directory }: CentreRefundParts, { approval }: Act): Promise<string | null> {
  return approval === undefined ? null : ((await directory.approval(approval))?.decidedBy ?? null);
}
