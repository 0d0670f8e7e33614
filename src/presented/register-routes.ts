/** What a register sends: what it scanned or was told, with the amount. */
import { z } from '@hono/zod-openapi';
import { type Directory, ownMerchant, placeOf, sees, type Who } from '../directory/index.ts';
import { answer, type EndpointInput, type Given, idSchema, type Shell } from '../http/index.ts';
import { ok, type RefusalCode, type Refused, type Result, refuse } from '../kernel/index.ts';
import type { Ledger, TransferState } from '../ledger/index.ts';
import { paymentJson, paymentSchema } from '../payments/index.ts';
import type { Holders } from '../personal/index.ts';
import { readCode } from './code.ts';
import type { Keys } from './keys.ts';
import { newPasswordPayment, newPresentedPayment, type SaleBody, tag } from './model.ts';
import { findByPassword } from './passwords.ts';
import { digitsIn } from './shown.ts';
import { type Presented, type Sale, take, taken } from './take.ts';

const registers: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];
const waitMaxS = 25;
const lookEveryMs = 1_000;
// What a register waits for: the outcome, or the payer.
const underWay: readonly TransferState[] = ['requires_confirmation', 'processing'];
const merchantParams = z.object({ merchant: idSchema('merchant') });

const saleRefusals: readonly RefusalCode[] = [
  'merchant.inactive',
  'store.not_found',
  'till.not_found',
  'store.closed',
  'till.closed',
  'account.not_found',
  'account.closed',
  'account.frozen',
  'participant.inactive',
  'payment.currency_mismatch',
  'payment.confirmation_required',
  'payment.amount_mismatch',
  'order.not_found',
  'order.already_paid',
  'order.cancelled',
  'order.expired',
  'issuer.unavailable',
];

const takenDescription =
  'Answers 201 with a payment whose status is completed, declined (with a refusal), rarely processing, or ' +
  'requires_confirmation: above their threshold the payer confirms in the wallet, which you wait for below. ' +
  'Send the same key again after a lost answer: it never charges twice.';

export interface Counter {
  readonly directory: Directory;
  readonly ledger: Ledger;
  readonly holders: Holders;
  readonly books: number;
}

export function registerRoutes(shell: Shell, counter: Counter, keys: Keys): void {
  const { directory, ledger, holders, books } = counter;

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/merchants/{merchant}/presented-payments',
      tag,
      summary: 'Take a payment with the code a payer shows',
      description: takenDescription,
      access: registers,
      status: 201,
      idempotency: 'required',
      guesses: ['code.unknown'],
      params: merchantParams,
      body: newPresentedPayment,
      refusals: ['code.unknown', 'code.expired', 'code.used', 'qr.scheme_not_routed', ...saleRefusals],
      answers: paymentSchema,
    },
    async (input) =>
      takenBy(input, 'code', async () => {
        const digits = digitsIn(input.body.code);
        if (!digits.ok) return digits;
        const code = readCode((await keys()).codes, digits.value, Math.floor(Date.now() / 1_000));
        const presenter = code && (await directory.presenterAt(code.locator));
        const account = presenter && (await directory.cachedAccount(presenter.id));
        if (!code || !account) return refuse('code.unknown');
        return code.live ? ok({ account, mark: String(code.madeAtS) }) : refuse('code.expired');
      }),
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/merchants/{merchant}/password-payments',
      tag,
      summary: 'Take a payment with a phone number and the one-time password the payer reads out',
      description: `${takenDescription} Whether a number is known here is not told: the refusal is the same.`,
      access: registers,
      status: 201,
      idempotency: 'required',
      guesses: ['password.refused'],
      params: merchantParams,
      body: newPasswordPayment,
      refusals: ['password.refused', ...saleRefusals],
      answers: paymentSchema,
    },
    async (input) =>
      takenBy(input, 'password', async () => {
        const { phone, password, currency } = input.body;
        const found = await findByPassword({ ledger, holders, books }, (await keys()).passwords, {
          phone,
          password,
          currency,
        });
        return found ? ok({ account: found.account, mark: found.id }) : refuse('password.refused');
      }),
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/presented-payments/{payment}',
      tag,
      summary: 'A payment that was begun with a code or password; `wait` answers as soon as it has ended',
      access: registers,
      polled: true,
      params: merchantParams.extend({ payment: idSchema('payment') }),
      query: z.object({
        wait: z.coerce
          .number()
          .min(0)
          .max(waitMaxS)
          .default(0)
          .openapi({ description: 'Seconds, at most 25' }),
      }),
      refusals: ['account.not_found'],
      answers: paymentSchema,
    },
    async ({ params, query, caller, language }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const payment = await taken(counter, own.value, params.payment);
      if (!payment.ok) return payment;
      const untilMs = Date.now() + query.wait * 1_000;
      for (;;) {
        const view = await payment.value.read();
        if (!view.ok) return view;
        if (!sees(caller, view.value.transfer.facts)) return refuse('payment.not_found');
        const leftMs = untilMs - Date.now();
        if (!underWay.includes(view.value.state) || leftMs <= 0) {
          return ok(paymentJson(view.value, language, 'merchant'));
        }
        await new Promise((resolve) => setTimeout(resolve, Math.min(lookEveryMs, leftMs)));
      }
    },
  );

  type Taking = Pick<
    EndpointInput<{ merchant: string }, undefined, SaleBody>,
    'params' | 'body' | 'caller' | 'idempotency' | 'language'
  >;

  async function takenBy(
    { params, body, caller, idempotency, language }: Taking,
    presentation: Sale['presentation'],
    find: () => Promise<Result<Presented>>,
  ): Promise<Given<ReturnType<typeof paymentJson>> | Refused> {
    const own = await ownMerchant(directory, caller, params.merchant);
    if (!own.ok) return own;
    const merchant = own.value;
    if (!idempotency) return refuse('idempotency.key_required');
    if (merchant.status !== 'active') return refuse('merchant.inactive');
    if (body.currency !== merchant.currency) {
      return refuse('payment.currency_mismatch', `the merchant is paid in ${merchant.currency}`);
    }
    const place = await placeOf(directory, merchant, caller, body);
    if (!place.ok) return place;
    const { order, reference, amount } = body;
    const facts = {
      ...place.value,
      ...(caller.person !== null && { person: caller.person }),
      ...(reference !== undefined && { orderReference: reference }),
    };
    const sale: Sale = {
      ...{ merchant, amountMinor: BigInt(amount), order, facts, presentation, idempotency },
      sees: (made) => sees(caller, made),
    };
    const outcome = await take(counter, sale, find);
    if (!outcome.ok) return outcome;
    return answer(paymentJson(outcome.value.view, language, 'merchant'), outcome.value.replayed);
  }
}
