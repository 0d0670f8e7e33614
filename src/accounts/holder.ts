/** Whose account it is: told by its issuer, shown to others as far as their role needs it, and erased on request. */
import { z } from '@hono/zod-openapi';
import { type AccountRow, type Directory, ownAccount, type Principal, type Who } from '../directory/index.ts';
import { idSchema, isoTime, type Shell, textSchema, timeSchema } from '../http/index.ts';
import { type Config, ok, type Result, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { documentOf, type Holder, type Holders, masked, phoneOf } from '../personal/index.ts';
import { accountJson, accountSchema } from './model.ts';

const readers: readonly Who[] = ['issuer', 'staff:admin', 'staff:officer', 'staff:support'];
// Each time one of them looks, the audit log says so.
const seesAll: readonly Who[] = ['issuer', 'staff:admin', 'staff:officer'];

const params = z.object({ account: idSchema('account') });
const path = '/v1/accounts/{account}/holder';

/** A text in its one form; `read` gives it, or undefined. */
const inForm = (lengthMax: number, read: (text: string) => string | undefined, message: string) =>
  z
    .string()
    .max(lengthMax)
    .transform((text, context) => {
      const value = read(text);
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });

export const phoneSchema = inForm(40, phoneOf, 'not a phone number with its country code').openapi({
  example: '+996555123456',
  description: 'With its country code; kept in E.164',
});

/** What an issuer may say of the holder of an account. */
export const holderFields = {
  name: textSchema(120).optional().openapi({ description: 'Of the holder; kept sealed' }),
  phone: phoneSchema.optional(),
  document: inForm(60, documentOf, 'not 4 to 32 letters and digits')
    .optional()
    .openapi({ example: 'AN1234567', description: 'Number of a document; kept sealed' }),
};

interface Told {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly document?: string | undefined;
}

/** Undefined when nothing was said. */
export function holderIn({ name, phone, document }: Told): Holder | undefined {
  if (name === undefined && phone === undefined && document === undefined) return undefined;
  return { name: name ?? null, phone: phone ?? null, document: document ?? null };
}

const nobody: Holder = { name: null, phone: null, document: null };

const holderSchema = z
  .object({
    account: z.string(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    document: z.string().nullable(),
    masked: z.boolean().openapi({ description: 'Whether only as much is shown as tells people apart' }),
  })
  .openapi('Holder');

const exportSchema = z
  .object({
    exported_at: timeSchema,
    name: z.string().nullable(),
    phone: z.string().nullable(),
    document: z.string().nullable(),
    accounts: z.array(
      accountSchema.extend({
        export_url: z.string().openapi({ description: 'All entries of the account' }),
      }),
    ),
  })
  .openapi('HolderExport');

export function holderRoutes(
  shell: Shell,
  { url }: Pick<Config, 'url'>,
  directory: Directory,
  ledger: Ledger,
  holders: Holders,
): void {
  const own = async (caller: Principal, id: string): Promise<Result<AccountRow>> => {
    const account = await ownAccount(directory, caller, id);
    if (!account.ok || account.value.kind === 'payer') return account;
    return refuse('account.not_found', 'not a payer account');
  };

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path,
      tag: 'Accounts',
      summary: 'Say whose account it is; replaces what was said before',
      access: ['issuer'],
      params,
      body: z.strictObject(holderFields).openapi('NewHolder'),
      answers: holderSchema,
    },
    async ({ params: { account }, body, caller, act }) => {
      const row = await own(caller, account);
      if (!row.ok) return row;
      const holder = holderIn(body);
      if (holder) await holders.put(act, row.value, holder);
      else await directory.removeHolder(act, account);
      return ok({ account, ...(holder ?? nobody), masked: false });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Accounts',
      summary:
        'Whose account it is; support sees it masked, and the audit log keeps which of the staff saw more',
      access: readers,
      params,
      answers: holderSchema,
    },
    async ({ params: { account }, caller, act }) => {
      const row = await own(caller, account);
      if (!row.ok) return row;
      const full = seesAll.includes(caller.who);
      if (full && caller.who !== 'issuer') await directory.record(act, account, null);
      const holder = (await holders.of(account)) ?? nobody;
      return ok({ account, ...(full ? holder : masked(holder)), masked: !full });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/export`,
      tag: 'Accounts',
      summary: 'Everything about the person who holds an account, with all their accounts at the issuer',
      description: 'The same person is who has the same document; without one, it is this account alone.',
      access: seesAll,
      params,
      answers: exportSchema,
    },
    async ({ params: { account }, caller, act }) => {
      const row = await own(caller, account);
      if (!row.ok) return row;
      if (caller.who !== 'issuer') await directory.record(act, account, null);
      const rows = await directory.accountsIn(await holders.accountsOf(row.value));
      const accounts = rows.map(async (one) => ({
        ...accountJson(one, (await ledger.balance(one)) ?? undefined),
        export_url: `${url}/v1/accounts/${one.id}/export`,
      }));
      const holder = (await holders.of(account)) ?? nobody;
      return ok({ exported_at: isoTime(Date.now()), ...holder, accounts: await Promise.all(accounts) });
    },
  );

  shell.endpoint(
    {
      method: 'delete',
      audit: 'change',
      path,
      guarded: 'holder.erase',
      tag: 'Accounts',
      summary: 'Forget the person who holds an account; entries stay, which name no person',
      description: 'The same person is who has the same document; without one, it is this account alone.',
      access: seesAll,
      params,
      answers: z.object({ account: z.string(), erased: z.int() }),
    },
    async ({ params: { account }, caller, act }) => {
      const row = await own(caller, account);
      if (!row.ok) return row;
      return ok({ account, erased: await holders.erase(act, row.value) });
    },
  );
}
