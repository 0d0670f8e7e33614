import { z } from '@hono/zod-openapi';
import {
  type AccountRow,
  type Directory,
  ownAccount,
  ownMerchant,
  type Principal,
  placeOf,
  sees,
  type Who,
} from '../directory/index.ts';
import { answer, type EndpointInput, type Given, idSchema, isoTime, type Shell } from '../http/index.ts';
import {
  type Config,
  ok,
  once,
  type RefusalCode,
  type Refused,
  type Result,
  refuse,
  toMoneyJson,
} from '../kernel/index.ts';
import type { Ledger, Transferred } from '../ledger/index.ts';
import { paymentJson, paymentSchema } from '../payments/index.ts';
import type { Holders } from '../personal/index.ts';
import { derive } from '../signing/index.ts';
import { codeKeysOf, codeLifetimeS, codeOf, readCode } from './code.ts';
import {
  codeSchema,
  newPasswordPayment,
  newPresentedPayment,
  newSettings,
  passwordSchema,
  type SaleBody,
  settingsSchema,
} from './model.ts';
import { findByPassword, hashOf, newPassword, newPasswordId, passwordLifetimeMs } from './passwords.ts';
import { confirmAboveOf } from './settings.ts';
import { digitsIn, qrTextOf } from './shown.ts';
import { type Presented, type Sale, take, taken } from './take.ts';

const registers: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier'];
const readers: readonly Who[] = ['issuer', 'staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const tag = 'Shown by the payer';
const waitMaxS = 25;
const lookEveryMs = 1_000;

const accountParams = z.object({ account: idSchema('account') });
const merchantParams = z.object({ merchant: idSchema('merchant') });

const saleRefusals: readonly RefusalCode[] = [
  'merchant.inactive',
  'store.not_found',
  'till.not_found',
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
  'Answers 201 with a payment whose status is completed, declined (with a refusal) or, rarely, processing. ' +
  'Send the same key again after a lost answer: it never charges twice.';

export function presentedRoutes(
  shell: Shell,
  config: Config,
  directory: Directory,
  ledger: Ledger,
  holders: Holders,
): void {
  const parts = { directory, ledger };
  const codeKeys = once(() => Promise.all([config.secret, ...config.formerSecrets].map(codeKeysOf)));
  const passwordKey = once(() => derive(config.secret, 'presented-password'));

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/accounts/{account}/codes',
      tag,
      summary: 'A code to show at a register: good for a minute, for one payment',
      description: 'Nothing is stored for it, so ask as often as the screen needs a new one.',
      access: ['issuer'],
      status: 201,
      params: accountParams,
      answers: codeSchema,
    },
    async ({ params, caller, act }) => {
      const own = await payingAccount(directory, caller, params.account);
      if (!own.ok) return own;
      const { id, currency } = own.value;
      const presenter = await directory.ensurePresenter(act, id);
      const [keys] = await codeKeys();
      if (!keys) return refuse('switch.error');
      const madeAtS = Math.floor(Date.now() / 1_000);
      const code = codeOf(keys, presenter.locator, madeAtS);
      return ok({
        account: id,
        code,
        qr: qrTextOf(code),
        confirm_above: toMoneyJson(BigInt(confirmAboveOf(presenter, currency)), currency),
        created_at: isoTime(madeAtS * 1_000),
        expires_at: isoTime((madeAtS + codeLifetimeS) * 1_000),
      });
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/accounts/{account}/passwords',
      tag,
      summary:
        'A one-time password to read out beside the phone number: good for three minutes, for one payment',
      description:
        'The one before is worth nothing from now on. After five wrong ones: none for fifteen minutes.',
      access: ['issuer'],
      status: 201,
      params: accountParams,
      refusals: ['account.external', 'password.locked'],
      answers: passwordSchema,
    },
    async ({ params, caller }) => {
      const own = await payingAccount(directory, caller, params.account);
      if (!own.ok) return own;
      if (own.value.kind === 'external')
        return refuse('account.external', 'its issuer knows the phone number');
      const password = newPassword();
      const hash = hashOf(await passwordKey(), params.account, password);
      const expires = await ledger
        .stripe(own.value)
        .putPassword({ id: newPasswordId(), hash, lifetimeMs: passwordLifetimeMs });
      if (!expires.ok) return expires;
      return ok({
        account: params.account,
        password,
        created_at: isoTime(expires.value - passwordLifetimeMs),
        expires_at: isoTime(expires.value),
      });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}/presented-settings',
      tag,
      summary: 'Up to which amount showing a code is enough',
      access: readers,
      params: accountParams,
      answers: settingsSchema,
    },
    async ({ params, caller }) => {
      const own = await payingAccount(directory, caller, params.account);
      return own.ok ? ok(await settingsOf(directory, own.value)) : own;
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/accounts/{account}/presented-settings',
      tag,
      summary: 'Say up to which amount showing a code is enough',
      access: ['issuer'],
      params: accountParams,
      body: newSettings,
      answers: settingsSchema,
    },
    async ({ params, body, caller, act }) => {
      const own = await payingAccount(directory, caller, params.account);
      if (!own.ok) return own;
      await directory.changePresenter(act, params.account, body.confirm_above);
      return ok(await settingsOf(directory, own.value));
    },
  );

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
        const code = readCode(await codeKeys(), digits.value, Math.floor(Date.now() / 1_000));
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
        const key = await passwordKey();
        const found = await findByPassword({ ledger, holders, books: config.books }, key, {
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
      const payment = await taken(parts, own.value, params.payment);
      if (!payment.ok) return payment;
      const untilMs = Date.now() + query.wait * 1_000;
      for (;;) {
        const view = await payment.value.read();
        if (!view.ok) return view;
        if (!sees(caller, view.value.transfer.facts)) return refuse('payment.not_found');
        const leftMs = untilMs - Date.now();
        if (view.value.state !== 'processing' || leftMs <= 0) {
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
    const sale = { merchant, amountMinor: BigInt(amount), order, facts, presentation, idempotency };
    const outcome: Result<Transferred> = await take(parts, sale, find);
    if (!outcome.ok) return outcome;
    return answer(paymentJson(outcome.value.view, language, 'merchant'), outcome.value.replayed);
  }
}

/** An account of the calling issuer that payments come from. */
async function payingAccount(
  directory: Directory,
  caller: Principal,
  id: string,
): Promise<Result<AccountRow>> {
  const own = await ownAccount(directory, caller, id);
  if (!own.ok || own.value.kind === 'payer' || own.value.kind === 'external') return own;
  return refuse('account.not_found', 'not a payer account');
}

async function settingsOf(directory: Directory, { id, currency }: AccountRow) {
  const presenter = await directory.presenter(id);
  return {
    account: id,
    confirm_above: toMoneyJson(BigInt(confirmAboveOf(presenter, currency)), currency),
    is_default: (presenter?.confirmAboveMinor ?? null) === null,
  };
}
