/**
 * Confirming a payment: the payer's device signs what is paid, to whom and until when. Who may sign is read from the
 * directory; how often a signature was wrong, and what becomes of the payment, its book decides.
 */
import { z } from '@hono/zod-openapi';
import { type Directory, ownAccount, type Principal } from '../directory/index.ts';
import { idSchema, type Shell } from '../http/index.ts';
import { exampleId, ok, type Result, refuse } from '../kernel/index.ts';
import type { Ledger, TransferView } from '../ledger/index.ts';
import { isSignedBy } from '../signing/index.ts';
import { confirmationTextOf, paymentJson, paymentSchema } from './model.ts';
import { type Purse, purseOf } from './payer.ts';

const params = z.object({ account: idSchema('account'), payment: idSchema('payment') });
const path = '/v1/accounts/{account}/payments/{payment}';

const newConfirmation = z
  .strictObject({
    key: idSchema('deviceKey').openapi({
      description: 'The device key that signed',
      example: exampleId('deviceKey'),
    }),
    signature: z
      .string()
      .regex(/^[\w-]{86}$/, 'not 86 characters of base64url')
      .openapi({
        description:
          'Ed25519, in base64url, under the UTF-8 of seven lines joined by line feeds: `tolom payment confirmation`, ' +
          'and of the payment its id, `amount.amount`, `amount.currency`, `confirmation.expires_at`, `merchant.id` ' +
          'and `merchant.name`. Show the payer what you sign; do not sign `confirmation.text` unread',
        example: 'hZ4eJ0mYpFqg2n3bQhJvGmJ8lq1Wc6uQ0l9tYk2XoV5sRrT7dNwPzKcE3yUxMfBiAa6LhDg4SjO1vCnQp8ItBQ',
      }),
  })
  .openapi('NewConfirmation');

export function confirmationRoutes(shell: Shell, directory: Directory, ledger: Ledger): void {
  shell.endpoint(
    {
      method: 'post',
      path: `${path}/confirm`,
      tag: 'Confirmations',
      summary: 'Confirm a payment with the signature of one of the payer’s devices',
      description:
        'The payment then goes on as if it were made now, and is answered as by its creation. Limits that refuse ' +
        'are checked again, and an order may be paid or over meanwhile. Confirming again answers the payment as it ' +
        'is. After five wrong signatures it is declined. No Idempotency-Key is needed: the payment is its own.',
      access: ['issuer'],
      params,
      body: newConfirmation,
      refusals: [
        'payment.not_awaiting',
        'payment.confirmation_wrong',
        'device_key.not_found',
        'idempotency.in_flight',
        'issuer.unavailable',
      ],
      answers: paymentSchema,
    },
    async ({ params: { account, payment }, body, caller, language }) => {
      const found = await ownPayment(directory, ledger, caller, account, payment);
      if (!found.ok) return found;
      const { purse, view } = found.value;
      if (!view.transfer.confirmation) return refuse('payment.not_awaiting', 'it needed none');
      if (view.state !== 'requires_confirmation') return ok(paymentJson(view, language, 'payer'));
      const key = await directory.deviceKeys.find(account, body.key);
      if (!key || key.revokedAtMs !== null) return refuse('device_key.not_found');
      const { id, legs } = view.transfer;
      if (!(await isSignedBy(key.publicKey, confirmationTextOf(view.transfer), body.signature))) {
        const left = await purse.stripe.misconfirm(id);
        return left.ok ? refuse('payment.confirmation_wrong', `tries left: ${left.value}`) : left;
      }
      const confirmed = { key: key.id, signature: body.signature };
      const outcome = await purse.stripe.confirm(id, confirmed, legs);
      return outcome.ok ? ok(paymentJson(outcome.value.view, language, 'payer')) : outcome;
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${path}/cancel`,
      tag: 'Confirmations',
      summary: 'Cancel a payment that waits for its confirmation',
      description: 'Cancelling again answers the same. What was confirmed goes on: give it back as a refund.',
      access: ['issuer'],
      params,
      refusals: ['payment.not_awaiting'],
      answers: paymentSchema,
    },
    async ({ params: { account, payment }, caller, language }) => {
      const found = await ownPayment(directory, ledger, caller, account, payment);
      if (!found.ok) return found;
      const { purse, view } = found.value;
      if (!view.transfer.confirmation) return refuse('payment.not_awaiting', 'it needed none');
      const ended = await purse.stripe.cancelTransfer(payment);
      if (!ended.ok) return ended;
      const { state } = ended.value;
      return state === 'cancelled'
        ? ok(paymentJson(ended.value, language, 'payer'))
        : refuse('payment.not_awaiting', `it is ${state}`);
    },
  );
}

/** A payment of one of the caller's accounts, and where its money comes from. */
export async function ownPayment(
  directory: Directory,
  ledger: Ledger,
  caller: Principal,
  account: string,
  payment: string,
): Promise<Result<{ purse: Purse; view: TransferView }>> {
  const own = await ownAccount(directory, caller, account);
  if (!own.ok) return own;
  const purse = await purseOf(directory, ledger, own.value);
  const view = await purse.stripe.transferOf(payment);
  if (!view.ok) return view;
  return purse.owns(view.value) ? ok({ purse, view: view.value }) : refuse('payment.not_found');
}
