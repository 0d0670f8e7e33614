/** An approval as the API shows it, and what of it is shown to whom. */
import { z } from '@hono/zod-openapi';
import {
  type ApprovalRow,
  type Directory,
  type DirectoryRecord,
  type GuardedAction,
  guardedActions,
  guardedFacts,
} from '../directory/index.ts';
import type { SwitchEvent } from '../events/index.ts';
import { isoTime, refusalJson, refusalOfSchema, type Shell, timeSchema } from '../http/index.ts';
import type { Config, Language, Refusal } from '../kernel/index.ts';
import { open } from '../signing/index.ts';

export interface ApprovalParts {
  readonly config: Pick<Config, 'secret' | 'formerSecrets' | 'fourEyes'>;
  readonly directory: Directory;
  readonly shell: () => Pick<Shell, 'carryOut' | 'endpoints'>;
  readonly announce: (events: readonly SwitchEvent[]) => Promise<void>;
}

export const statuses = [
  'proposed',
  'approved',
  'done',
  'failed',
  'rejected',
  'withdrawn',
  'expired',
] as const;
export const actions = Object.keys(guardedActions) as [GuardedAction, ...GuardedAction[]];
/** What its maker collects. */
export const collectedActions = actions.filter((action) => guardedFacts(action).collected);

const personSchema = z.object({
  id: z.string(),
  name: z.string().nullable().openapi({ description: 'null for the deployment’s own key' }),
});

const changeSchema = z.object({
  field: z.string(),
  before: z.unknown().openapi({ description: 'null: nothing, or not known' }),
  after: z.unknown(),
});

export const approvalSchema = z
  .object({
    id: z.string(),
    status: z.enum(statuses).openapi({
      description:
        'proposed: waits for another person. approved: is being carried out, or waits to be collected. done: carried ' +
        'out. failed: approved, and then refused, see `refusal`. The others are over too, and nothing was done.',
    }),
    action: z.enum(actions),
    summary: z.string().openapi({ example: 'Suspend a participant: its keys stop' }),
    method: z.string(),
    path: z.string(),
    object: z
      .object({ id: z.string(), kind: z.string(), name: z.string().nullable() })
      .nullable()
      .openapi({ description: 'What would be changed; null where something would be made' }),
    made_by: personSchema,
    reason: z.string().nullable(),
    body: z.unknown().openapi({ description: 'What was asked for; nothing of it is kept once it is over' }),
    collected: z.boolean().openapi({
      description:
        'Its answer holds a secret: once approved, it is done when whoever asked for it collects it',
    }),
    decided_by: personSchema.nullable(),
    decided_at: timeSchema.nullable(),
    note: z.string().nullable().openapi({ description: 'What was said with the decision' }),
    refusal: refusalOfSchema.nullable().openapi({ description: 'Why it failed' }),
    created_at: timeSchema,
    expires_at: timeSchema,
  })
  .openapi('Approval');

export const wholeApprovalSchema = approvalSchema
  .extend({
    may_decide: z.boolean().openapi({ description: 'Whether the caller may approve or reject it now' }),
    changes: z.array(changeSchema).openapi({
      description: 'Before → after; once it is over, as it was when it was decided',
    }),
    result: z
      .object({ status: z.int(), body: z.unknown().openapi({ description: 'Without secrets' }) })
      .nullable()
      .openapi({ description: 'What its maker would have been answered' }),
    history: z.array(
      z.object({ at: timeSchema, by: personSchema, status: z.enum(statuses), reason: z.string().nullable() }),
    ),
  })
  .openapi('ApprovalWithHistory');

export const countsSchema = z
  .object({
    for_me: z.int().openapi({ description: 'Others asked, and the caller may decide' }),
    mine: z.int().openapi({ description: 'The caller asked, and they wait for somebody else' }),
    to_collect: z.int().openapi({ description: 'The caller asked, and they are approved' }),
  })
  .openapi('ApprovalCounts');

export const collectedSchema = z
  .object({
    approval: approvalSchema,
    answer: z.unknown().openapi({ description: 'As the request itself would have been answered' }),
  })
  .openapi('CollectedApproval');

export type Approval = z.output<typeof approvalSchema>;
export type WholeApproval = z.output<typeof wholeApprovalSchema>;
export type ApprovalCounts = z.output<typeof countsSchema>;
export type CollectedApproval = z.output<typeof collectedSchema>;

/** What was asked for, as it was sealed. */
export interface Sealed {
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** What an approval asks for; undefined when it is over, or its seal is of a secret that is gone. */
export async function openedOf(
  { secret, formerSecrets }: ApprovalParts['config'],
  { id, sealed }: Pick<ApprovalRow, 'id' | 'sealed'>,
): Promise<Sealed | undefined> {
  if (sealed === null) return undefined;
  for (const each of [secret, ...formerSecrets]) {
    const text = await open(each, id, sealed);
    if (text !== undefined) return JSON.parse(text);
  }
  return undefined;
}

export const statusAt = (
  { status, expiresAtMs }: Pick<ApprovalRow, 'status' | 'expiresAtMs'>,
  nowMs: number,
): ApprovalRow['status'] => (status === 'proposed' && expiresAtMs <= nowMs ? 'expired' : status);

export const summaryOf = (parts: ApprovalParts, action: GuardedAction): string =>
  parts.shell().endpoints.find(({ guarded }) => guarded === action)?.summary ?? action;

// They say why, or which version was read: nothing of the object.
const notOfTheObject = ['reason', 'version', 'based_on'];

/** What the object would become, field by field. */
export function changesOf(
  action: GuardedAction,
  before: DirectoryRecord | undefined,
  body: unknown,
): { field: string; before: unknown; after: unknown }[] {
  const { rule, ...named } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const after = { ...named, ...(rule as object | undefined), ...guardedFacts(action).becomes };
  return Object.entries(after)
    .filter(([field, value]) => value !== undefined && !notOfTheObject.includes(field))
    .map(([field, value]) => ({ field, before: before?.[field] ?? null, after: value }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** What may be kept of them: nothing about people. */
export const withoutPersonal = <Change extends { readonly field: string }>(
  action: GuardedAction,
  changes: readonly Change[],
): Change[] => changes.filter(({ field }) => !guardedFacts(action).personal?.includes(field));

export interface Shown {
  readonly names: ReadonlyMap<string, string>;
  readonly body: unknown;
  readonly summary: string;
  readonly nowMs: number;
  readonly language: Language;
}

export function approvalJson(row: ApprovalRow, { names, body, summary, nowMs, language }: Shown) {
  const person = (id: string) => ({ id, name: names.get(id) ?? null });
  const { object } = row;
  const { object: inDirectory, elsewhere } = guardedFacts(row.action);
  const kind = inDirectory ?? elsewhere;
  return {
    id: row.id,
    status: statusAt(row, nowMs),
    action: row.action,
    summary,
    method: row.method,
    path: row.path,
    object: object === null ? null : { id: object, kind: kind ?? '', name: names.get(object) ?? null },
    made_by: person(row.madeBy),
    reason: row.reason,
    body: body ?? null,
    collected: guardedFacts(row.action).collected ?? false,
    decided_by: row.decidedBy === null ? null : person(row.decidedBy),
    decided_at: row.decidedAtMs === null ? null : isoTime(row.decidedAtMs),
    note: row.note,
    refusal: row.status === 'failed' ? failureJson(row, language) : null,
    created_at: isoTime(row.createdAtMs),
    expires_at: isoTime(row.expiresAtMs),
  };
}

function failureJson({ result }: ApprovalRow, language: Language) {
  const { code, detail } = result as Refusal;
  return { ...refusalJson({ code }, language), ...(detail !== undefined && { explanation: detail }) };
}
