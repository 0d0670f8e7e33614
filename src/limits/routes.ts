import { z } from '@hono/zod-openapi';
import { ruleOf } from '../accounts/index.ts';
import {
  type AccountRow,
  type Act,
  type Directory,
  idFor,
  type LimitRuleRow,
  type Who,
} from '../directory/index.ts';
import { cursorOf, idSchema, isoTime, listOf, moneySchema, pageQuery, type Shell } from '../http/index.ts';
import { businessZone, newId, ok, type Refused, type Result, refuse } from '../kernel/index.ts';
import type { Direction } from '../ledger/index.ts';
import * as model from './model.ts';
import { type DryRunParts, runDry } from './past.ts';
import type { RuleTeller } from './tell.ts';

const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
const writers: readonly Who[] = ['staff:admin', 'staff:officer'];
const path = '/v1/centre/limit-rules';
const params = z.object({ limitRule: idSchema('limitRule') });
const dayMs = 86_400_000;
// Books keep all rules in one row and look at some for each payment.
const activeMax = 500;

const dryRunSchema = z
  .object({
    day: z.iso.date().openapi({ example: '2026-11-21' }),
    time_zone: z.string(),
    payments: z.int().openapi({ description: 'Completed payments of the day that the rule is about' }),
    refused: z
      .int()
      .openapi({ description: 'How many of them the rule would have refused, or had confirmed' }),
    refused_sum: moneySchema,
    complete: z.boolean().openapi({
      description:
        'false: some are missing here, because there were more payments than are looked at, or because payers ' +
        'kept at their issuers paid, whom the reports do not name',
    }),
    data: z.array(
      z.object({
        payment: z.string(),
        account: z.string(),
        merchant: z.string().nullable(),
        till: z.string().nullable(),
        amount: moneySchema,
        created_at: z.string(),
        code: z.string(),
        explanation: z.string(),
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .openapi('LimitDryRun');
export type LimitDryRun = z.output<typeof dryRunSchema>;

export function limitRoutes(shell: Shell, parts: DryRunParts, tell: RuleTeller): void {
  const { directory } = parts;

  /** Writes a version and tells the books. */
  const put = async (act: Act, row: Omit<LimitRuleRow, 'revision'>) => {
    if (!(await directory.limitRules.add(act, row))) return refuse('limit_rule.changed');
    return ok({ ...model.limitRuleJson(row), books_left: await tell() });
  };
  const next = (last: LimitRuleRow, nowMs: number): Omit<LimitRuleRow, 'revision'> => {
    const { revision: _, ...row } = last;
    return { ...row, id: newId('limitRuleVersion', nowMs), version: last.version + 1, createdAtMs: nowMs };
  };

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path,
      guarded: 'limit_rule.create',
      tag: 'Limits',
      summary: 'Make a limit rule; it is in force at once',
      description:
        'What one payment may be is exact everywhere. Limits of several payments are divided among the stripes of ' +
        'a merchant’s account, and a participant’s among all books; the parts add up to the limit.',
      access: writers,
      status: 201,
      body: model.newLimitRule,
      refusals: [
        'account.not_found',
        'merchant.not_found',
        'till.not_found',
        'participant.not_found',
        'limit_rule.too_many',
        'limit_rule.changed',
      ],
      answers: model.toldRuleSchema,
    },
    async ({ body, act }) => {
      const refused = await refuseSubject(directory, body.rule);
      if (refused) return refused;
      const { rows } = await directory.limitRules.inForce();
      if (rows.length >= activeMax) return refuse('limit_rule.too_many', `${activeMax} are in force`);
      const nowMs = Date.now();
      const id = newId('limitRuleVersion', nowMs);
      return put(
        { ...act, reason: body.reason },
        rowOf(body.rule, idFor(act, 'limitRule', nowMs), id, nowMs),
      );
    },
  );

  shell.endpoint(
    {
      method: 'post',
      path: `${path}/dry-run`,
      tag: 'Limits',
      summary: 'See which of a day’s payments a rule would have refused, or had confirmed',
      description:
        'Of completed payments in the reports, oldest first. What the rule refuses does not count towards it; what ' +
        'it has confirmed does.',
      access: readers,
      query: pageQuery,
      body: model.newDryRun,
      answers: dryRunSchema,
    },
    async ({ body, query }) => {
      const yesterday = new Date(Date.now() - dayMs + zoneOffsetMs).toISOString().slice(0, 10);
      const day = body.day ?? yesterday;
      const rule = ruleOf({ ...rowOf(body.rule, 'dry run', 'dry run', 0), revision: 0 });
      const { payments, refused, complete } = await runDry(parts, rule, day);
      const after = refused.findIndex(({ payment }) => payment.id === query.cursor) + 1;
      const shown = refused.slice(after, after + query.limit);
      const more = refused.length > after + shown.length;
      const { currency } = rule;
      return ok({
        day,
        time_zone: businessZone.name,
        payments,
        refused: refused.length,
        refused_sum: { amount: refused.reduce((sum, { payment }) => sum + payment.amount, 0), currency },
        complete,
        data: shown.map(({ payment, refusal }) => ({
          payment: payment.id,
          account: payment.debtor,
          merchant: payment.merchant,
          till: payment.till,
          amount: { amount: payment.amount, currency },
          created_at: isoTime(payment.createdAtMs),
          code: refusal.code,
          explanation: refusal.detail ?? '',
        })),
        next_cursor: cursorOf(more ? (shown.at(-1)?.payment.id ?? null) : null),
      });
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path,
      tag: 'Limits',
      summary: 'Limit rules as they are now, newest first',
      access: readers,
      query: pageQuery.extend({ status: z.enum(['active', 'retired']).optional() }),
      answers: listOf(model.limitRuleSchema),
    },
    async ({ query: { limit, cursor, status } }) => {
      const filter = status === undefined ? {} : { status };
      const rows = await directory.limitRules.list(filter, limit + 1, cursor);
      return ok(pageJson(rows, limit, ({ rule }) => rule));
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{limitRule}`,
      tag: 'Limits',
      summary: 'A limit rule as it is now',
      access: readers,
      params,
      answers: model.limitRuleSchema,
    },
    async ({ params: { limitRule } }) => {
      const row = await directory.limitRules.find(limitRule);
      return row ? ok(model.limitRuleJson(row)) : refuse('limit_rule.not_found');
    },
  );

  shell.endpoint(
    {
      method: 'get',
      path: `${path}/{limitRule}/versions`,
      tag: 'Limits',
      summary: 'Everything a limit rule ever said, newest first; who changed it and why is in the audit log',
      access: readers,
      params,
      query: pageQuery,
      answers: listOf(model.limitRuleSchema),
    },
    async ({ params: { limitRule }, query: { limit, cursor } }) => {
      const before = cursor === undefined ? undefined : Number(cursor);
      if (Number.isNaN(before)) return refuse('request.invalid', 'not a cursor of this list');
      const rows = await directory.limitRules.versions(limitRule, limit + 1, before);
      if (rows.length === 0 && before === undefined) return refuse('limit_rule.not_found');
      return ok(pageJson(rows, limit, ({ version }) => String(version)));
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${path}/{limitRule}/change`,
      guarded: 'limit_rule.change',
      tag: 'Limits',
      summary:
        'Give a limit rule another threshold or window, or let it refuse or have confirmed what is above it',
      access: writers,
      params,
      body: model.newLimitRuleVersion,
      refusals: ['limit_rule.changed'],
      answers: model.toldRuleSchema,
    },
    async ({ params: { limitRule }, body, act }) => {
      const last = await lastOf(directory, limitRule, body.version);
      if (!last.ok) return last;
      const threshold = body.threshold ?? last.value.threshold;
      const windowSeconds = body.window_seconds ?? last.value.windowSeconds;
      const above = body.above ?? last.value.above;
      const row = { ...next(last.value, Date.now()), threshold, windowSeconds, above };
      const problem = model.changeProblem(row);
      if (problem !== undefined) return refuse('request.invalid', problem);
      return put({ ...act, reason: body.reason }, row);
    },
  );

  shell.endpoint(
    {
      method: 'post',
      audit: 'change',
      path: `${path}/{limitRule}/retire`,
      guarded: 'limit_rule.retire',
      tag: 'Limits',
      summary: 'Take a limit rule out of force for good',
      access: writers,
      params,
      body: model.newRetirement,
      refusals: ['limit_rule.changed'],
      answers: model.toldRuleSchema,
    },
    async ({ params: { limitRule }, body, act }) => {
      const last = await lastOf(directory, limitRule, body.version);
      if (!last.ok) return last;
      return put({ ...act, reason: body.reason }, { ...next(last.value, Date.now()), status: 'retired' });
    },
  );
}

// Midnight of the first of January 1970 in the zone: minus its offset.
const zoneOffsetMs = -Date.parse(`1970-01-01T00:00:00${businessZone.offset}`);

/** What a rule says now, if that is the version the caller has read and it is still in force. */
async function lastOf(directory: Directory, rule: string, version: number): Promise<Result<LimitRuleRow>> {
  const last = await directory.limitRules.find(rule);
  if (!last) return refuse('limit_rule.not_found');
  if (last.version !== version) return refuse('limit_rule.changed', `it is at version ${last.version}`);
  return last.status === 'active' ? ok(last) : refuse('limit_rule.not_found', 'it is retired');
}

// Positions have their caps, and funding accounts make no payments.
const limited: Record<Direction, readonly AccountRow['kind'][]> = {
  out: ['payer', 'external'],
  in: ['merchant'],
};

/** Why a rule cannot be about whom it names; undefined when it can. */
async function refuseSubject(
  directory: Directory,
  { scope, subject, currency, direction }: model.RuleInput,
): Promise<Refused | undefined> {
  if (subject === null) return undefined;
  if (scope === 'till') {
    return (await directory.limitRules.hasTill(subject)) ? undefined : refuse('till.not_found');
  }
  if (scope === 'participant') {
    return (await directory.participant(subject)) ? undefined : refuse('participant.not_found');
  }
  const found = await (scope === 'account' ? directory.account(subject) : directory.merchant(subject));
  if (!found) return refuse(`${scope}.not_found`);
  if ('kind' in found && !limited[direction].includes(found.kind)) {
    return refuse('request.invalid', `subject: a ${found.kind} account`);
  }
  return found.currency === currency
    ? undefined
    : refuse('request.invalid', `currency: the ${scope} is in ${found.currency}`);
}

const rowOf = (
  rule: model.RuleInput,
  id: string,
  versionId: string,
  nowMs: number,
): Omit<LimitRuleRow, 'revision'> => ({
  id: versionId,
  rule: id,
  version: 1,
  scope: rule.scope,
  subject: rule.subject,
  currency: rule.currency,
  direction: rule.direction,
  measure: rule.measure,
  threshold: rule.threshold,
  windowSeconds: rule.window_seconds ?? null,
  above: rule.above,
  status: 'active',
  createdAtMs: nowMs,
});

function pageJson(rows: readonly LimitRuleRow[], limit: number, cursor: (row: LimitRuleRow) => string) {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { data: shown.map(model.limitRuleJson), next_cursor: cursorOf(last ? cursor(last) : null) };
}
