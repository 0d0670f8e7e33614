import { z } from '@hono/zod-openapi';
import {
  type Directory,
  onlyMade,
  ownMerchant,
  type Principal,
  type RefundRequestRow,
  sees,
  type Who,
} from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell, textSchema } from '../http/index.ts';
import { type Language, ok, refuse } from '../kernel/index.ts';
import { requestJson, requestSchema, requestStatuses } from './request-model.ts';
import { decide, type RequestParts } from './requests.ts';

const readers: readonly Who[] = [
  'merchant:owner',
  'merchant:manager',
  'merchant:cashier',
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];
const deciders: readonly Who[] = ['merchant:owner', 'merchant:manager'];
const merchantParams = z.object({ merchant: idSchema('merchant') });
const params = merchantParams.extend({ refundRequest: idSchema('refundRequest') });
const path = '/v1/merchants/{merchant}/refund-requests';

export function requestRoutes(shell: Shell, parts: RequestParts): void {
  const { directory } = parts;
  const namesIn = (rows: readonly RefundRequestRow[]) =>
    directory.namesOf(rows.flatMap(({ madeBy, decidedBy }) => [madeBy, decidedBy ?? '']));
  const json = async (row: RefundRequestRow, language: Language) =>
    requestJson(row, await namesIn([row]), Date.now(), language);

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Refunds',
      summary: 'Refunds that wait for a manager, newest first, and those that did',
      description: 'Cashiers are shown what they asked for themselves.',
      access: readers,
      params: merchantParams,
      query: pageQuery.extend({ status: z.enum(requestStatuses).optional() }),
      answers: listOf(requestSchema),
    },
    async ({ params: { merchant }, query, caller, language }) => {
      const own = await ownMerchant(directory, caller, merchant);
      if (!own.ok) return own;
      const nowMs = Date.now();
      const filter = { status: query.status, only: onlyMade(caller) };
      const page = await directory.refundRequests(merchant, pageOf(query), filter, nowMs);
      const names = await namesIn(page.rows);
      const data = page.rows.map((row) => requestJson(row, names, nowMs, language));
      return ok({ data, next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{refundRequest}`,
      tag: 'Refunds',
      summary: 'One refund that was asked for, and what became of it',
      access: readers,
      params,
      answers: requestSchema,
    },
    async ({ params: wanted, caller, language }) => {
      const found = await requestOf(directory, caller, wanted);
      return found.ok ? ok(await json(found.value, language)) : found;
    },
  );

  for (const [verb, status, summary] of [
    ['approve', 'approved', 'Approve a refund that was asked for, and give the money back'],
    ['decline', 'declined', 'Decline a refund that was asked for'],
  ] as const) {
    shell.endpoint(
      {
        method: 'post',
        audit: 'change',
        path: `${path}/{refundRequest}/${verb}`,
        tag: 'Refunds',
        summary,
        description:
          'Never by whoever asked. Doing it again answers the same and gives nothing back a second time.',
        access: deciders,
        params,
        body: z.strictObject({ note: textSchema(140).optional() }).openapi('RefundDecision'),
        refusals: ['refund_request.own', 'refund_request.decided', 'refund_request.expired'],
        answers: requestSchema,
      },
      async ({ params: wanted, body, caller, act, language }) => {
        const found = await requestOf(directory, caller, wanted);
        if (!found.ok) return found;
        const decision = { status, note: body.note ?? null };
        const decided = await decide(parts, act, caller, found.value, decision);
        return decided.ok ? ok(await json(decided.value, language)) : decided;
      },
    );
  }
}

async function requestOf(
  directory: Directory,
  caller: Principal,
  { merchant, refundRequest }: { readonly merchant: string; readonly refundRequest: string },
) {
  const own = await ownMerchant(directory, caller, merchant);
  if (!own.ok) return own;
  const row = await directory.refundRequest(merchant, refundRequest);
  return row && sees(caller, row) ? ok(row) : refuse('refund_request.not_found');
}
