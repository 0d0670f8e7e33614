import { z } from '@hono/zod-openapi';
import type { AuditRow, Directory } from '../directory/index.ts';
import {
  cursorOf,
  idSchema,
  isoTime,
  listOf,
  pageQuery,
  type Shell,
  textSchema,
  timeSchema,
} from '../http/index.ts';
import { isId, ok } from '../kernel/index.ts';

const recordSchema = z
  .object({
    id: z.string(),
    sequence: z.int().openapi({ description: 'Without gaps' }),
    at: timeSchema,
    actor: z
      .string()
      .openapi({ description: 'Operator, participant or merchant; `switch` when nobody asked' }),
    role: z.string(),
    key: z.string(),
    action: z.string().openapi({ example: 'POST /v1/centre/keys' }),
    request: z.string().openapi({
      description: 'X-Request-Id of the request; of what another person approved, the approval',
    }),
    approved_by: z
      .string()
      .nullable()
      .openapi({ description: 'The other person, where there had to be one' }),
    reason: z.string().nullable(),
    kind: z.string().openapi({ description: 'What was changed; `request` when it is not in the directory' }),
    subject: z.string(),
    before: z.unknown().openapi({ description: 'null: it was made' }),
    after: z.unknown().openapi({ description: 'Of a request: what it said' }),
    hash: z
      .string()
      .nullable()
      .openapi({
        description:
          'SHA-256, in hex, over the hash before it (64 zeros before the first), a line feed, and the JSON list of ' +
          'sequence, id, time in ms, actor, role, key, action, request, reason, kind, subject, and the JSON texts ' +
          'of before and after; null for up to a minute',
      }),
  })
  .openapi('AuditRecord');
export type AuditRecord = z.output<typeof recordSchema>;

export function auditRoutes(shell: Shell, directory: Directory): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/audit',
      tag: 'Audit',
      summary: 'Who did what, with what it was before and after, newest first',
      access: ['staff:admin', 'staff:officer', 'staff:analyst'],
      query: pageQuery.extend({
        subject: textSchema(64).optional().openapi({ description: 'Id of what was changed' }),
        actor: z.union([idSchema('operator'), idSchema('participant'), textSchema(64)]).optional(),
        request: textSchema(255).optional(),
        action: textSchema(100)
          .optional()
          .openapi({ description: 'A part of the action', example: '/merchants' }),
        kind: textSchema(40)
          .optional()
          .openapi({ description: 'What was changed: `merchant`, `account`, `request` …' }),
        'created[gte]': timeSchema.optional(),
        'created[lt]': timeSchema.optional(),
      }),
      answers: listOf(recordSchema),
    },
    async ({ query }) => {
      const { subject, actor, request, action, kind, 'created[gte]': from, 'created[lt]': before } = query;
      const filter = {
        ...(subject !== undefined && { subject }),
        ...(actor !== undefined && { actor }),
        ...(request !== undefined && { request }),
        ...(action !== undefined && { action }),
        ...(kind !== undefined && { kind }),
        ...(from !== undefined && { fromMs: Date.parse(from) }),
        ...(before !== undefined && { beforeMs: Date.parse(before) }),
      };
      await directory.audit.seal();
      // A cursor of another list leads nowhere.
      const cursor = query.cursor === undefined ? undefined : Number(query.cursor) || 0;
      const rows = await directory.audit.list(filter, query.limit + 1, cursor);
      const shown = rows.slice(0, query.limit);
      const next = rows.length > query.limit ? String(shown.at(-1)?.seq) : null;
      const approvers = await approversOf(directory, shown);
      const data = shown.map((row) => recordJson(row, approvers.get(row.request) ?? null));
      return ok({ data, next_cursor: cursorOf(next) });
    },
  );
}

/** Who approved what was done in the name of an approval, by its id. */
async function approversOf(directory: Directory, rows: readonly AuditRow[]) {
  const ids = rows.map(({ request }) => request).filter((request) => isId('approval', request));
  const approvals = await directory.approvalsIn([...new Set(ids)]);
  return new Map(approvals.map(({ id, decidedBy }) => [id, decidedBy]));
}

const recordJson = (row: AuditRow, approvedBy: string | null) => ({
  id: row.id,
  sequence: row.seq,
  at: isoTime(row.atMs),
  actor: row.actor,
  role: row.who,
  key: row.key,
  action: row.action,
  request: row.request,
  approved_by: approvedBy,
  reason: row.reason,
  kind: row.kind,
  subject: row.subject,
  before: row.before === null ? null : JSON.parse(row.before),
  after: row.after === null ? null : JSON.parse(row.after),
  hash: row.hash,
});
