import { z } from '@hono/zod-openapi';
import {
  type Act,
  type CodeRow,
  type Directory,
  keptTo,
  type MerchantRow,
  openPlace,
  ownMerchant,
  type Principal,
  type Who,
} from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  pageOf,
  pageQuery,
  type Shell,
  timeSchema,
} from '../http/index.ts';
import { type Config, dayStartMs, newId, ok, type Result, refuse } from '../kernel/index.ts';
import { type Codes, imageFormats, imageQuery, imageTypeOf, qrImage } from '../payments/index.ts';
import * as model from './model.ts';

const writers: readonly Who[] = ['merchant:owner', 'merchant:manager', 'staff:admin', 'staff:officer'];
const readers: readonly Who[] = [...writers, 'merchant:cashier', 'staff:analyst', 'staff:support'];
// Cashiers see what they took themselves, not what a whole code did.
const accountants = readers.filter((who) => who !== 'merchant:cashier');
const merchantParams = z.object({ merchant: idSchema('merchant') });
const codeParams = merchantParams.extend({ code: idSchema('code') });

/** What was paid with a code, and what was given back of it, in minor units; asked of the reports. */
export interface CodeTurnover {
  readonly count: number;
  readonly sum: number;
  readonly refunds: number;
  readonly refundsSum: number;
  /** What ended before is counted. */
  readonly completeUpToMs: number;
}

export interface CodeParts {
  readonly config: Config;
  readonly codes: Codes;
  readonly directory: Directory;
  turnover(merchant: MerchantRow, code: string, fromMs: number, beforeMs: number): Promise<CodeTurnover>;
}

interface OwnCode {
  readonly merchant: MerchantRow;
  readonly code: CodeRow;
}

export function codeRoutes(shell: Shell, parts: CodeParts): void {
  const { config, codes, directory } = parts;
  const json = async ({ merchant, code }: OwnCode) =>
    model.codeJson(code, merchant, (await codes.printedCodeOf(merchant, code)).payload, config.url);

  /** A code of the calling merchant, as it is now; of the store the caller is kept to. */
  const ownCode = async (caller: Principal, path: z.output<typeof codeParams>): Promise<Result<OwnCode>> => {
    const own = await ownMerchant(directory, caller, path.merchant);
    if (!own.ok) return own;
    const code = await directory.code(path.code);
    const isElsewhere = (keptTo(caller) ?? code?.store) !== code?.store;
    if (code?.merchant !== own.value.id || isElsewhere) return refuse('code.not_found');
    return ok({ merchant: own.value, code });
  };

  const changed = async (own: Result<OwnCode>, act: Act, change: Parameters<Directory['changeCode']>[2]) => {
    if (!own.ok) return own;
    const code = await directory.changeCode(act, own.value.code.id, change);
    return code ? ok(await json({ ...own.value, code })) : refuse('code.revoked');
  };

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/codes',
      tag: 'Printed codes',
      summary: 'Make a code to print, for a store, a till or an event',
      description: 'Its text never changes. Payments made with it name it, and the store and till it is for.',
      access: writers,
      status: 201,
      params: merchantParams,
      body: model.newCode,
      refusals: [
        'payment.currency_mismatch',
        'store.not_found',
        'till.not_found',
        'store.closed',
        'till.closed',
        'resource.exists',
      ],
      answers: model.codeSchema,
    },
    async ({ params, body, caller, act }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const merchant = own.value;
      if (body.currency !== undefined && body.currency !== merchant.currency) {
        return refuse('payment.currency_mismatch', `the merchant is paid in ${merchant.currency}`);
      }
      const kept = keptTo(caller);
      const store = body.store ?? kept;
      if (kept !== undefined && store !== kept) return refuse('store.not_found');
      const place = await openPlace(directory, merchant.id, { store, till: body.till });
      if (!place.ok) return place;
      const nowMs = Date.now();
      const code: CodeRow = {
        id: newId('code', nowMs),
        merchant: merchant.id,
        kind: body.kind,
        stripe: await stripeFor(directory, merchant, body.kind),
        name: body.name,
        note: body.note ?? null,
        store: place.value.store ?? null,
        till: place.value.till ?? null,
        amountMinor: body.amount ?? null,
        reference: body.reference ?? null,
        status: 'active',
        reason: null,
        createdAtMs: nowMs,
      };
      const added = await directory.add(act, directory.tables.codes, code);
      return added ? ok(await json({ merchant, code })) : refuse('resource.exists', 'the till has a sticker');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/codes',
      tag: 'Printed codes',
      summary: 'Printed codes of a merchant, newest first',
      access: readers,
      params: merchantParams,
      query: pageQuery,
      answers: listOf(model.codeSchema),
    },
    async ({ params, query, caller }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const merchant = own.value;
      const { rows, nextCursor } = await directory.codes(merchant.id, pageOf(query), keptTo(caller));
      const data = await Promise.all(rows.map((code) => json({ merchant, code })));
      return ok({ data, next_cursor: cursorOf(nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/codes/{code}',
      tag: 'Printed codes',
      summary: 'One printed code',
      access: readers,
      params: codeParams,
      answers: model.codeSchema,
    },
    async ({ params, caller }) => {
      const own = await ownCode(caller, params);
      return own.ok ? ok(await json(own.value)) : own;
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/codes/{code}',
      tag: 'Printed codes',
      summary: 'Rename a printed code, or change its note',
      access: writers,
      params: codeParams,
      body: model.codeChange,
      refusals: ['code.revoked'],
      answers: model.codeSchema,
    },
    async ({ params, body, caller, act }) =>
      changed(await ownCode(caller, params), act, {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.note !== undefined && { note: body.note }),
      }),
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/codes/{code}/pause',
      tag: 'Printed codes',
      summary: 'Pause a printed code: it is refused within 25 seconds everywhere',
      access: writers,
      params: codeParams,
      body: model.pauseWish,
      refusals: ['code.revoked'],
      answers: model.codeSchema,
    },
    async ({ params, body: { reason = null }, caller, act }) =>
      changed(await ownCode(caller, params), act, { status: 'paused', reason }),
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/codes/{code}/resume',
      tag: 'Printed codes',
      summary: 'Resume a paused code',
      access: writers,
      params: codeParams,
      body: z.strictObject({}),
      refusals: ['code.revoked'],
      answers: model.codeSchema,
    },
    async ({ params, caller, act }) =>
      changed(await ownCode(caller, params), act, { status: 'active', reason: null }),
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: '/v1/merchants/{merchant}/codes/{code}/revoke',
      tag: 'Printed codes',
      summary: 'Revoke a printed code for good; it is refused within 25 seconds everywhere',
      access: writers,
      params: codeParams,
      body: model.revokeWish,
      refusals: ['code.revoked'],
      answers: model.codeSchema,
    },
    async ({ params, body: { reason }, caller, act }) =>
      changed(await ownCode(caller, params), act, { status: 'revoked', reason }),
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/codes/{code}/turnover',
      tag: 'Printed codes',
      summary: 'What was paid with a printed code in a time, and given back of it',
      access: accountants,
      params: codeParams,
      query: z.object({
        from: timeSchema.optional().openapi({ description: 'Absent: the beginning of this business day' }),
        to: timeSchema.optional().openapi({ description: 'Absent: now' }),
      }),
      answers: model.turnoverSchema,
    },
    async ({ params, query, caller }) => {
      const own = await ownCode(caller, params);
      if (!own.ok) return own;
      const { merchant, code } = own.value;
      const nowMs = Date.now();
      const fromMs = query.from === undefined ? dayStartMs(nowMs) : Date.parse(query.from);
      const toMs = query.to === undefined ? nowMs + 1 : Date.parse(query.to);
      const found = await parts.turnover(merchant, code.id, fromMs, toMs);
      const money = (amount: number) => ({ amount, currency: merchant.currency });
      return ok({
        code: code.id,
        from: isoTime(fromMs),
        to: isoTime(toMs),
        count: found.count,
        sum: money(found.sum),
        refunds: { count: found.refunds, sum: money(found.refundsSum) },
        complete_up_to: isoTime(Math.min(found.completeUpToMs, toMs)),
      });
    },
  );

  // For the public to scan: whoever knows the id of a code may see it.
  for (const format of imageFormats) {
    shell.endpoint(
      {
        method: 'get',
        path: `/v1/merchants/{merchant}/codes/{code}/qr.${format}`,
        tag: 'Printed codes',
        summary: `A printed code as ${format.toUpperCase()}`,
        access: 'public',
        params: codeParams,
        query: imageQuery(format),
        refusals: ['code.revoked'],
        contentTypes: [imageTypeOf(format)],
      },
      async ({ params, query }) => {
        const merchant = await directory.cachedMerchant(params.merchant);
        const code = await directory.cachedCode(params.code);
        if (!merchant) return refuse('merchant.not_found');
        if (code?.merchant !== merchant.id) return refuse('code.not_found');
        if (code.status === 'revoked') return refuse('code.revoked');
        return qrImage(format, (await codes.printedCodeOf(merchant, code)).payload, query);
      },
    );
  }
}

/** Where a sticker keeps what it shows: anywhere among the merchant's stripes, and there for good. */
async function stripeFor(
  directory: Directory,
  { account }: MerchantRow,
  kind: CodeRow['kind'],
): Promise<number> {
  const stripes = kind === 'sticker' ? ((await directory.cachedAccount(account))?.books.length ?? 1) : 1;
  return Math.floor(Math.random() * stripes);
}
