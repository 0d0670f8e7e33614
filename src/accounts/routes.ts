import { z } from '@hono/zod-openapi';
import {
  type AccountRow,
  type Act,
  type Directory,
  ownAccount,
  type Principal,
  type Who,
} from '../directory/index.ts';
import {
  amountSchema,
  answer,
  csvFile,
  currencySchema,
  cursorOf,
  fileOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageOf,
  pageQuery,
  refusalJson,
  refusalOfSchema,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { type Config, ok, type Result, refuse, stripesMax, toMoneyJson } from '../kernel/index.ts';
import { type Entry, entryTypes, type Ledger } from '../ledger/index.ts';
import type { Holders } from '../personal/index.ts';
import { holderFields, holderIn, holderRoutes, phoneSchema } from './holder.ts';
import { accountJson, accountSchema } from './model.ts';
import { ensureFunding, openAccount, openExternal } from './open.ts';
import { exportLines, statement, statementCsv, statementJson, totalsAt } from './statement.ts';

const readers: readonly Who[] = ['issuer', 'staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const params = z.object({ account: idSchema('account') });

const entrySchema = z
  .object({
    sequence: z.int(),
    type: z.enum(entryTypes),
    subject: z.string().openapi({ description: 'The transfer or claim this entry is about' }),
    kind: z.string().nullable(),
    amount: moneySchema.nullable(),
    available_change: z.int(),
    held_change: z.int(),
    available: z.int(),
    held: z.int(),
    balance: z.int(),
    created_at: timeSchema,
    hash: z.string(),
  })
  .openapi('Entry');

const entryJson = (entry: Entry, currency: string) => {
  const { transfer } = JSON.parse(entry.body);
  return {
    sequence: entry.seq,
    type: entry.type,
    subject: entry.subject,
    kind: transfer?.kind ?? null,
    amount: transfer ? { amount: transfer.amountMinor, currency } : null,
    available_change: Number(entry.availableDelta),
    held_change: Number(entry.heldDelta),
    available: Number(entry.available),
    held: Number(entry.held),
    balance: Number(entry.available + entry.held),
    created_at: isoTime(entry.atMs),
    hash: entry.hash,
  };
};

const balanceAtSchema = z
  .object({
    account: z.string(),
    at: timeSchema,
    balance: moneySchema.openapi({ description: 'available + held' }),
    available: moneySchema,
    held: moneySchema,
  })
  .openapi('BalanceAt');

const totalsShape = {
  balance: z.int().openapi({ description: 'available + held' }),
  available: z.int(),
  held: z.int(),
};
const totalsSchema = z.object(totalsShape);

const statementSchema = z
  .object({
    account: z.string(),
    currency: z.string(),
    from: timeSchema,
    to: timeSchema,
    opening: totalsSchema,
    entries: z.array(
      z.object({
        stripe: z.int(),
        sequence: z.int(),
        type: z.string(),
        subject: z.string(),
        kind: z.string().nullable(),
        reference: z.string().nullable(),
        change: z.int(),
        available_change: z.int(),
        held_change: z.int(),
        ...totalsShape,
        created_at: timeSchema,
      }),
    ),
    closing: totalsSchema,
  })
  .openapi('Statement', { description: 'Amounts in minor units of `currency`' });

const topUpSchema = z
  .object({
    id: z.string(),
    status: z.enum(['processing', 'completed', 'declined']),
    account: z.string(),
    amount: moneySchema,
    reference: z.string().nullable(),
    refusal: refusalOfSchema.nullable(),
    created_at: timeSchema,
  })
  .openapi('TopUp');

/** As `ownAccount`, for what only accounts have that the switch keeps. */
async function keptAccount(directory: Directory, caller: Principal, id: string): Promise<Result<AccountRow>> {
  const own = await ownAccount(directory, caller, id);
  return own.ok && own.value.kind === 'external' ? refuse('account.external') : own;
}

export function accountRoutes(
  shell: Shell,
  config: Config,
  directory: Directory,
  ledger: Ledger,
  holders: Holders,
): void {
  /** A new account of a payer: one of the switch, or one that its issuer keeps. */
  async function opening(
    act: Act,
    owner: string,
    wish: { currency: string; label?: string | undefined; reference?: string | undefined },
  ): Promise<Result<AccountRow>> {
    const { currency, label = null, reference } = wish;
    if (reference === undefined) {
      const account = { kind: 'payer', owner, currency, label, stripes: 1 } as const;
      return ok(await openAccount(act, directory, ledger, config.books, account));
    }
    const position = await directory.position(owner, currency);
    return position
      ? openExternal(act, directory, position, { reference, label })
      : refuse('position.not_found');
  }

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/accounts',
      tag: 'Accounts',
      summary: 'Open an account for a payer, or register one that you keep yourself',
      access: ['issuer'],
      status: 201,
      body: z.strictObject({
        currency: currencySchema,
        label: textSchema(80)
          .optional()
          .openapi({ description: 'For people to read; nothing about a person' }),
        reference: textSchema(140).optional().openapi({
          description:
            'Your own name of an account that you keep: its payments are asked of you. Nothing about a person',
        }),
        ...holderFields,
      }),
      refusals: ['position.not_found', 'resource.exists'],
      answers: accountSchema,
    },
    async ({ body, caller, act }) => {
      const opened = await opening(act, caller.owner, body);
      if (!opened.ok) return opened;
      const row = opened.value;
      const holder = holderIn(body);
      if (holder) await holders.put(act, row, holder);
      return ok(accountJson(row));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts',
      tag: 'Accounts',
      summary: "The calling participant's accounts, newest first; `phone` finds those of one person",
      access: ['issuer'],
      query: pageQuery.extend({ phone: phoneSchema.optional() }),
      answers: listOf(accountSchema),
    },
    async ({ query, caller }) => {
      const { owner } = caller;
      const page =
        query.phone === undefined
          ? await directory.accounts(pageOf(query), { owner, kinds: ['payer', 'external'] })
          : await holders.byPhone(owner, query.phone, pageOf(query));
      return ok({ data: page.rows.map((row) => accountJson(row)), next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}',
      tag: 'Accounts',
      summary: 'An account and its balance',
      access: readers,
      params,
      answers: accountSchema,
    },
    async ({ params: { account }, caller }) => {
      const own = await ownAccount(directory, caller, account);
      if (!own.ok) return own;
      if (own.value.kind === 'external') return ok(accountJson(own.value));
      const balance = await ledger.balance(own.value);
      return balance
        ? ok(accountJson({ ...own.value, status: balance.status }, balance))
        : refuse('account.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}/entries',
      tag: 'Accounts',
      summary: 'Every change of an account, newest first, with running balance and hash chain',
      access: readers,
      params,
      query: pageQuery.extend({
        stripe: z.coerce
          .number()
          .int()
          .min(0)
          .max(stripesMax - 1)
          .default(0)
          .openapi({ description: 'Of a merchant account' }),
      }),
      refusals: ['account.external'],
      answers: listOf(entrySchema),
    },
    async ({ params: { account }, query, caller }) => {
      const own = await keptAccount(directory, caller, account);
      if (!own.ok) return own;
      if (query.stripe >= own.value.books.length) return refuse('account.not_found', 'no such stripe');
      const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor);
      if (!Number.isSafeInteger(before)) return refuse('request.invalid', 'not a cursor of this list');
      const entries = await ledger.stripe(own.value, query.stripe).entries(before, query.limit);
      const next = entries.length === query.limit ? (entries.at(-1)?.seq ?? 1) : 1;
      return ok({
        data: entries.map((entry) => entryJson(entry, own.value.currency)),
        next_cursor: cursorOf(next > 1 ? String(next) : null),
      });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}/balance',
      tag: 'Accounts',
      summary: 'The balance of an account at any time, worked out from its entries',
      access: readers,
      params,
      query: z.object({ at: timeSchema.optional().openapi({ description: 'Now, unless given' }) }),
      refusals: ['account.external'],
      answers: balanceAtSchema,
    },
    async ({ params: { account }, query, caller }) => {
      const own = await keptAccount(directory, caller, account);
      if (!own.ok) return own;
      const at = query.at ?? isoTime(Date.now());
      const { available, held } = await totalsAt(ledger, own.value, Date.parse(at));
      const money = (minor: bigint) => toMoneyJson(minor, own.value.currency);
      return ok({
        account,
        at: isoTime(Date.parse(at)),
        balance: money(available + held),
        available: money(available),
        held: money(held),
      });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}/statement',
      tag: 'Accounts',
      summary: 'A statement: opening balance, entries with running balance, closing balance',
      description:
        'From `from` on and before `to`; everything so far, unless they are given. Moves between the stripes of ' +
        'an account are left out. A file.',
      access: readers,
      params,
      query: z.object({
        from: timeSchema.optional(),
        to: timeSchema.optional(),
        format: z.enum(['json', 'csv']).default('json'),
      }),
      refusals: ['account.external'],
      answers: statementSchema,
      contentTypes: ['text/csv'],
    },
    async ({ params: { account }, query, caller }) => {
      const own = await keptAccount(directory, caller, account);
      if (!own.ok) return own;
      const fromMs = query.from === undefined ? own.value.createdAtMs : Date.parse(query.from);
      const toMs = query.to === undefined ? Date.now() + 1 : Date.parse(query.to);
      if (fromMs > toMs) return refuse('request.invalid', 'it ends before it begins');
      const period = { from: isoTime(fromMs), to: isoTime(toMs) };
      const found = await statement(ledger, own.value, fromMs, toMs);
      return query.format === 'csv'
        ? csvFile('statement.csv', statementCsv(own.value, period, found))
        : fileOf('statement.json', 'application/json', statementJson(own.value, period, found));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/accounts/{account}/export',
      tag: 'Accounts',
      summary: 'Every entry of an account with its hash, as JSON lines',
      description: 'Enough to work out every figure again: `npm run verify-export -- FILE` does.',
      access: readers,
      params,
      refusals: ['account.external'],
      contentTypes: ['application/jsonl'],
    },
    async ({ params: { account }, caller }) => {
      const own = await keptAccount(directory, caller, account);
      if (!own.ok) return own;
      return fileOf(`${account}.jsonl`, 'application/jsonl; charset=utf-8', exportLines(ledger, own.value));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: '/v1/accounts/{account}/top-ups',
      guarded: 'account.top_up',
      tag: 'Accounts',
      summary: 'Bring money in from the participant’s funding account',
      description: 'Staff anywhere; issuers in the sandbox only.',
      access: ['issuer', 'staff:admin', 'staff:officer'],
      status: 201,
      idempotency: 'required',
      params,
      body: z.strictObject({
        amount: amountSchema,
        currency: currencySchema,
        reference: textSchema(64).optional(),
      }),
      refusals: ['sandbox.only', 'payment.currency_mismatch'],
      answers: topUpSchema,
    },
    async ({ params: { account }, body, caller, act, idempotency, language }) => {
      if (caller.who === 'issuer' && config.mode !== 'sandbox') return refuse('sandbox.only');
      const own = await ownAccount(directory, caller, account);
      if (!own.ok) return own;
      if (own.value.kind !== 'payer' && own.value.kind !== 'position') {
        return refuse('account.not_found', 'only payer accounts and positions are topped up');
      }
      if (!idempotency) return refuse('idempotency.key_required');
      if (body.currency !== own.value.currency) {
        return refuse('payment.currency_mismatch', `the account is in ${own.value.currency}`);
      }
      const funding = await ensureFunding(
        act,
        directory,
        ledger,
        config.books,
        own.value.owner,
        body.currency,
      );
      const outcome = await ledger.stripe(funding).transfer({
        kind: 'top_up',
        amountMinor: BigInt(body.amount),
        currency: body.currency,
        creditor: account,
        creditorStripe: own.value.kind === 'position' ? null : 0,
        creditorBooks: own.value.books,
        facts: {
          payerParticipant: own.value.owner,
          ...(body.reference !== undefined && { reference: body.reference }),
        },
        idempotency: { key: `${caller.owner} top-ups ${idempotency.key}`, request: idempotency.request },
      });
      if (!outcome.ok) return outcome;
      const { view, replayed } = outcome.value;
      const json = {
        id: view.transfer.id,
        status: view.state,
        account,
        amount: { amount: view.transfer.amountMinor, currency: view.transfer.currency },
        reference: view.transfer.facts.reference ?? null,
        refusal: view.refusal ? refusalJson(view.refusal, language) : null,
        created_at: isoTime(view.transfer.heldAtMs),
      };
      return answer(json, replayed);
    },
  );

  holderRoutes(shell, config, directory, ledger, holders);
}
