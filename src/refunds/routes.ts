import { z } from '@hono/zod-openapi';
import type { Directory, Principal, RefundRequestRow, Who } from '../directory/index.ts';
import { answer, cursorOf, idSchema, listOf, pageQuery, type Shell } from '../http/index.ts';
import { type Language, ok, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { type Audience, type PaidStripe, paidStripe, paymentJson, paymentSchema } from '../payments/index.ts';
import { giveBack } from './give-back.ts';
import { askedJson, newRefund, refundJson, refundSchema, totalMaxOf } from './model.ts';
import { requestRoutes } from './request-routes.ts';
import { ask, earlierRequest, refundOf } from './requests.ts';

const merchants: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];
const readers: readonly Who[] = [
  ...merchants,
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];

const params = z.object({ merchant: idSchema('merchant'), payment: idSchema('payment') });
const path = '/v1/merchants/{merchant}/payments/{payment}';

export function refundRoutes(shell: Shell, directory: Directory, ledger: Ledger): void {
  const parts = { directory, ledger };
  requestRoutes(shell, parts);

  /** A request for a refund as the refund it has become, or is to become. */
  async function shown(row: RefundRequestRow, paid: PaidStripe, language: Language, replayed: boolean) {
    if (row.refund !== null) {
      const outcome = await refundOf(parts, row);
      return outcome.ok ? answer(refundJson(outcome.value.view, language, 'merchant'), replayed) : outcome;
    }
    return answer(askedJson(row, paid.credit.transfer, Date.now(), language), replayed);
  }

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Refunds',
      summary: 'A payment as its merchant sees it, with what was given back of it',
      access: readers,
      params,
      answers: paymentSchema,
    },
    async ({ params: wanted, caller, language }) => {
      const paid = await paidStripe(directory, ledger, caller, wanted);
      if (!paid.ok) return paid;
      const { transfer, atMs, refundedMinor } = paid.value.credit;
      const payment = { transfer, state: 'completed', endedAtMs: atMs, refundedMinor } as const;
      return ok(paymentJson(payment, language, audienceOf(caller)));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${path}/refunds`,
      tag: 'Refunds',
      summary: 'Give back a payment or a part of it',
      description:
        'Answers 201 with a refund whose status is completed, declined (with a refusal) or, rarely, processing. ' +
        'More than is left is refused. Cashiers give back up to 500,000 minor units of a payment; of more it becomes ' +
        'a request (`requires_approval`) that somebody else of the merchant approves or declines within a day.',
      access: merchants,
      status: 201,
      idempotency: 'required',
      params,
      body: newRefund,
      refusals: ['account.not_found', 'refund.exceeds_remaining'],
      answers: refundSchema,
    },
    async ({ params: wanted, body, caller, act, idempotency, language }) => {
      if (!idempotency) return refuse('idempotency.key_required');
      const paid = await paidStripe(directory, ledger, caller, wanted);
      if (!paid.ok) return paid;
      const asked = { ...wanted, body, idempotency };
      // Whoever sends it again: a request that waits must not be given back beside it.
      const earlier = await earlierRequest(parts, asked);
      if (earlier) return earlier.ok ? shown(earlier.value, paid.value, language, true) : earlier;
      const outcome = await giveBack(directory, ledger, paid.value, {
        payment: wanted.payment,
        amountMinor: body.amount === undefined ? null : BigInt(body.amount),
        totalMaxMinor: totalMaxOf(caller),
        facts: {
          ...(body.reason !== undefined && { reason: body.reason }),
          ...(body.reference !== undefined && { reference: body.reference }),
          ...(caller.person === null ? { key: caller.key } : { person: caller.person }),
        },
        idempotency: { key: `${wanted.payment} refunds ${idempotency.key}`, request: idempotency.request },
      });
      if (outcome.ok)
        return answer(refundJson(outcome.value.view, language, 'merchant'), outcome.value.replayed);
      if (outcome.refusal.code !== 'refund.not_allowed') return outcome;
      const request = await ask(parts, act, caller, paid.value, asked);
      return request.ok ? shown(request.value, paid.value, language, false) : request;
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/refunds`,
      tag: 'Refunds',
      summary: 'Refunds of a payment, newest first, declined ones too',
      access: readers,
      params,
      query: pageQuery,
      answers: listOf(refundSchema),
    },
    async ({ params: wanted, query, caller, language }) => {
      const paid = await paidStripe(directory, ledger, caller, wanted);
      if (!paid.ok) return paid;
      const found = await paid.value.stripe.refunds(wanted.payment, query.cursor ?? '~', query.limit + 1);
      const shown = found.slice(0, query.limit);
      const next = found.length > query.limit ? (shown.at(-1)?.transfer.id ?? null) : null;
      return ok({
        data: shown.map((refund) => refundJson(refund, language, audienceOf(caller))),
        next_cursor: cursorOf(next),
      });
    },
  );
}

const audienceOf = ({ who }: Principal): Audience => (who.startsWith('staff:') ? 'centre' : 'merchant');
