/** What a wallet asks for: a code, a password, and up to which amount either is enough. */
import { z } from '@hono/zod-openapi';
import { type AccountRow, type Directory, ownAccount, type Principal, type Who } from '../directory/index.ts';
import { idSchema, isoTime, type Shell } from '../http/index.ts';
import { ok, type Result, refuse, toMoneyJson } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { codeLifetimeS, codeOf } from './code.ts';
import type { Keys } from './keys.ts';
import { codeSchema, newSettings, passwordSchema, settingsSchema, tag } from './model.ts';
import { hashOf, newPassword, newPasswordId, passwordLifetimeMs } from './passwords.ts';
import { confirmAboveOf } from './settings.ts';
import { qrTextOf } from './shown.ts';

const readers: readonly Who[] = ['issuer', 'staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const accountParams = z.object({ account: idSchema('account') });

export function walletRoutes(shell: Shell, directory: Directory, ledger: Ledger, keys: Keys): void {
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
      const madeAtS = Math.floor(Date.now() / 1_000);
      const code = codeOf((await keys()).codes[0], presenter.locator, madeAtS);
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
      const hash = hashOf((await keys()).passwords, params.account, password);
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
