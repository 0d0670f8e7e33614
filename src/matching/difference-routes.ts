import { z } from '@hono/zod-openapi';
import type { Principal } from '../directory/index.ts';
import {
  amountSchema,
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  moneySchema,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { ok, type RefusalCode, type Result, refuse } from '../kernel/index.ts';
import { approve, comment, type DecidingParts, decline, propose, resolve } from './decide.ts';
import { readers, writers } from './format-routes.ts';
import { actions, differenceTypes } from './model.ts';
import type { DifferenceRow } from './store.ts';

const path = '/v1/centre/differences';
const params = z.object({ difference: idSchema('difference') });
const statuses = ['open', 'proposed', 'approved', 'resolved'] as const;
// What was said of one difference stands in its row: beyond so much, only what ends it is added.
const saidMax = 100;

const differenceSchema = z
  .object({
    id: z.string(),
    file: z.string(),
    participant: z.string(),
    type: z.enum(differenceTypes),
    status: z.enum(statuses).openapi({
      description: 'approved: the refund has been decided, and its outcome is not known yet: approve again',
    }),
    suggested_action: z.enum(actions).openapi({
      description:
        'partner_returns: the partner gives its client back what it took; partner_books: it books what it has ' +
        'not, or we give back; partner_corrects: it books the amount that is right; wait: it is under way',
    }),
    line: z.int().nullable().openapi({ description: 'Of the file' }),
    key: z.string().nullable().openapi({ description: 'Id or reference in the file' }),
    transfer: z.string().nullable().openapi({ description: 'Ours' }),
    ours: z.object({ amount: moneySchema, status: z.string() }).nullable(),
    theirs: z.object({ amount: moneySchema, status: z.string() }).nullable(),
    proposal: z
      .object({ amount: moneySchema, by: z.string(), reason: z.string(), approved_by: z.string().nullable() })
      .nullable(),
    refund: z.string().nullable().openapi({ description: 'That was made' }),
    created_at: timeSchema,
    history: z.array(
      z.object({
        at: timeSchema,
        by: z.string(),
        did: z.enum(['commented', 'resolved', 'proposed', 'approved', 'declined']),
        text: z.string(),
      }),
    ),
  })
  .openapi('Difference');

const reasonSchema = z.strictObject({ reason: textSchema(500) }).openapi('DifferenceDecision');
const refundCodes: readonly RefusalCode[] = [
  'payment.not_found',
  'account.not_found',
  'account.closed',
  'account.growing',
  'refund.exceeds_remaining',
  'refund.not_allowed',
  'refund.insufficient_balance',
  'idempotency.in_flight',
  'idempotency.key_reused',
];

export function differenceRoutes(shell: Shell, parts: DecidingParts): void {
  const { store } = parts;

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Matching',
      summary: 'Differences between partners’ files and the switch, newest first',
      access: readers,
      query: pageQuery.extend({
        file: idSchema('partnerFile').optional(),
        participant: idSchema('participant').optional(),
        type: z.enum(differenceTypes).optional(),
        status: z.enum(statuses).optional(),
      }),
      answers: listOf(differenceSchema),
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const rows = await store.differences(filter, limit + 1, cursor);
      const shown = rows.slice(0, limit);
      const next = rows.length > limit ? (shown.at(-1)?.id ?? null) : null;
      return ok({ data: shown.map(differenceJson), next_cursor: cursorOf(next) });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{difference}`,
      tag: 'Matching',
      summary: 'A difference, with what was said and decided',
      access: readers,
      params,
      answers: differenceSchema,
    },
    async ({ params: { difference } }) => {
      const row = await store.difference(difference);
      return row ? ok(differenceJson(row)) : refuse('difference.not_found');
    },
  );

  const act = <Body extends z.ZodObject>(
    verb: string,
    summary: string,
    body: Body,
    more: {
      readonly access?: typeof readers;
      readonly refusals?: readonly RefusalCode[];
      readonly ends?: true;
    },
    decide: (caller: Principal, row: DifferenceRow, body: z.output<Body>) => Promise<Result<DifferenceRow>>,
  ) =>
    shell.endpoint(
      {
        method: 'post',
        path: `${path}/{difference}/${verb}`,
        tag: 'Matching',
        summary,
        access: more.access ?? writers,
        params,
        body,
        refusals: ['difference.changed', ...(more.refusals ?? [])],
        answers: differenceSchema,
      },
      async ({ params: { difference }, body: given, caller }) => {
        const row = await store.difference(difference);
        if (!row) return refuse('difference.not_found');
        if (row.history.length >= saidMax && !more.ends)
          return refuse('difference.changed', 'too much was said of it');
        const decided = await decide(caller, row, given as z.output<Body>);
        return decided.ok ? ok(differenceJson(decided.value)) : decided;
      },
    );

  act(
    'comment',
    'Say something about a difference',
    z.strictObject({ text: textSchema(500) }).openapi('DifferenceComment'),
    { access: readers },
    (caller, row, { text }) => comment(parts, caller, row, text),
  );
  act(
    'resolve',
    'Close a difference that is explained, or that the partner has put right; no money moves',
    reasonSchema,
    { refusals: ['difference.resolved'], ends: true },
    (caller, row, { reason }) => resolve(parts, caller, row, reason),
  );
  act(
    'propose',
    'Propose to give back some or all of our payment; somebody else has to approve it',
    z
      .strictObject({ amount: amountSchema.optional(), reason: textSchema(140) })
      .openapi('DifferenceProposal'),
    { refusals: ['difference.resolved', 'difference.no_payment', 'refund.exceeds_remaining'] },
    (caller, row, body) => propose(parts, caller, row, body),
  );
  act(
    'approve',
    'Approve what somebody else proposed, and give the money back',
    reasonSchema,
    {
      refusals: ['difference.not_proposed', 'difference.own', 'difference.no_payment', ...refundCodes],
      ends: true,
    },
    (caller, row, { reason }) => approve(parts, caller, row, reason),
  );
  act(
    'decline',
    'Turn down what was proposed, or take it back; the difference is open again',
    reasonSchema,
    { refusals: ['difference.not_proposed'], ends: true },
    (caller, row, { reason }) => decline(parts, caller, row, reason),
  );
}

const differenceJson = (row: DifferenceRow) => {
  const money = (amount: number) => ({ amount, currency: row.currency });
  const side = (amount: number | null, status: string | null) =>
    amount === null || status === null ? null : { amount: money(amount), status };
  return {
    id: row.id,
    file: row.file,
    participant: row.participant,
    type: row.type,
    status: row.status,
    suggested_action: row.action,
    line: row.line,
    key: row.key,
    transfer: row.transfer,
    ours: side(row.ours, row.ourStatus),
    theirs: side(row.theirs, row.theirStatus),
    proposal: row.proposal && {
      amount: money(row.proposal.amount),
      by: row.proposal.by,
      reason: row.proposal.reason,
      approved_by: row.proposal.approvedBy ?? null,
    },
    refund: row.refund,
    created_at: isoTime(row.createdAtMs),
    history: row.history.map(({ atMs, by, did, text }) => ({ at: isoTime(atMs), by, did, text })),
  };
};
