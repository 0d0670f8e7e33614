import { z } from '@hono/zod-openapi';
import type { ApprovalRow, Who } from '../directory/index.ts';
import { cursorOf, idSchema, listOf, pageOf, pageQuery, type Shell, textSchema } from '../http/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import { approve, collect, turnDown } from './decide.ts';
import {
  type ApprovalParts,
  actions,
  approvalSchema,
  collectedActions,
  collectedSchema,
  countsSchema,
  statuses,
  wholeApprovalSchema,
} from './model.ts';
import { decidableBy } from './person.ts';
import { shownIn, shownOf, shownWhole } from './shown.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const deciders: readonly Who[] = ['staff:admin', 'staff:officer'];
const path = '/v1/centre/approvals';
const params = z.object({ approval: idSchema('approval') });
const reason = textSchema(500);
const mayBeSaid = z.strictObject({ reason: reason.optional() }).openapi('ApprovalNote');
const mustBeSaid = z.strictObject({ reason }).openapi('ApprovalRejection');

export function approvalRoutes(shell: Shell, parts: ApprovalParts): void {
  readingRoutes(shell, parts);
  decidingRoutes(shell, parts);
}

function readingRoutes(shell: Shell, parts: ApprovalParts): void {
  const { directory } = parts;
  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Approvals',
      summary:
        'What staff asked for and another person has to approve: what waits oldest first, all newest first',
      access: readers,
      query: pageQuery.extend({
        status: z.enum(statuses).optional().openapi({ description: '`proposed`: what waits' }),
        action: z.enum(actions).optional(),
        object: textSchema(64).optional().openapi({ description: 'Id of what would be changed' }),
        maker: z.union([idSchema('operator'), z.literal('centre')]).optional(),
      }),
      answers: listOf(approvalSchema),
    },
    async ({ query: { limit, cursor, ...filter }, language }) => {
      const page = await directory.approvals(filter, pageOf({ limit, cursor }), Date.now());
      const data = await shownIn(parts, page.rows, language);
      return ok({ data, next_cursor: cursorOf(page.nextCursor) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: '/v1/centre/approval-counts',
      tag: 'Approvals',
      summary: 'How many approvals wait for the caller to decide, for others, and to be collected',
      access: readers,
      answers: countsSchema,
    },
    async ({ caller }) => {
      const may = decidableBy(parts, caller);
      const isAdministrator = caller.who === 'staff:admin';
      const counts = await directory.approvalCounts(
        caller.owner,
        may,
        isAdministrator,
        collectedActions,
        Date.now(),
      );
      return ok({ for_me: counts.forMe, mine: counts.mine, to_collect: counts.toCollect });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{approval}`,
      tag: 'Approvals',
      summary: 'An approval: who asks for what and why, what it would change, and its history',
      access: readers,
      params,
      answers: wholeApprovalSchema,
    },
    async ({ params: { approval }, caller, language }) => {
      const row = await directory.approval(approval);
      return row ? ok(await shownWhole(parts, row, caller, language)) : refuse('approval.not_found');
    },
  );
}

function decidingRoutes(shell: Shell, parts: ApprovalParts): void {
  const { directory } = parts;
  const decidable = { tag: 'Approvals', access: deciders, params, answers: approvalSchema } as const;
  const found = async (id: string): Promise<Result<ApprovalRow>> => {
    const row = await directory.approval(id);
    return row ? ok(row) : refuse('approval.not_found');
  };
  const shown = async (decided: Result<ApprovalRow>, language: Parameters<typeof shownOf>[2]) =>
    decided.ok ? ok(await shownOf(parts, decided.value, language)) : decided;

  shell.endpoint(
    {
      ...decidable,
      method: 'post',
      audit: 'change',
      path: `${path}/{approval}/approve`,
      summary: 'Approve what somebody else asked for: it is done now, as theirs',
      description:
        'By another person than who asked, in a role that may do it. A secret in its answer goes to whoever asked, ' +
        'who collects it.',
      body: mayBeSaid,
      refusals: ['approval.own', 'approval.decided', 'approval.expired'],
    },
    async ({ params: { approval }, body, caller, act, language }) => {
      const row = await found(approval);
      if (!row.ok) return row;
      return shown(await approve(parts, act, caller, row.value, body.reason ?? null), language);
    },
  );

  shell.endpoint(
    {
      ...decidable,
      method: 'post',
      audit: 'change',
      path: `${path}/{approval}/reject`,
      summary: 'Turn down what somebody else asked for, and say why',
      body: mustBeSaid,
      refusals: ['approval.own', 'approval.decided', 'approval.expired'],
    },
    async ({ params: { approval }, body, caller, act, language }) => {
      const row = await found(approval);
      if (!row.ok) return row;
      return shown(await turnDown(parts, act, caller, row.value, 'rejected', body.reason), language);
    },
  );

  shell.endpoint(
    {
      ...decidable,
      method: 'post',
      audit: 'change',
      path: `${path}/{approval}/withdraw`,
      summary: 'Take back what one asked for oneself',
      body: mayBeSaid,
      refusals: ['approval.not_own', 'approval.decided', 'approval.expired'],
    },
    async ({ params: { approval }, body, caller, act, language }) => {
      const row = await found(approval);
      if (!row.ok) return row;
      const note = body.reason ?? null;
      return shown(await turnDown(parts, act, caller, row.value, 'withdrawn', note), language);
    },
  );

  shell.endpoint(
    {
      ...decidable,
      method: 'post',
      audit: 'change',
      path: `${path}/{approval}/collect`,
      summary:
        'Have done what one asked for and somebody approved, and see the secret in its answer this once',
      body: z.strictObject({}),
      refusals: ['approval.not_own', 'approval.not_ready', 'approval.busy'],
      answers: collectedSchema,
    },
    async ({ params: { approval }, caller, act, language }) => {
      const row = await found(approval);
      if (!row.ok) return row;
      const carried = await collect(parts, act, caller, row.value);
      if (!carried.ok) return carried;
      const { row: ended, body } = carried.value;
      return ok({ approval: await shownOf(parts, ended, language), answer: body });
    },
  );
}
