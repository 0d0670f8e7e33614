import { z } from '@hono/zod-openapi';
import type { LimitRuleRow } from '../directory/index.ts';
import { currencySchema, isoTime, textSchema, timeSchema } from '../http/index.ts';
import { businessZone, isId } from '../kernel/index.ts';
import { aboves, type Direction, type LimitScope, measures, scopes } from '../ledger/index.ts';

// An hour of payments is read again for each of them, and no more than so many.
const windowSecondsMax = 3_600;
const velocityMax = 1_000;

/** On which side of a payment a rule of a scope can be. */
const directionsOf: Record<LimitScope, readonly Direction[]> = {
  account: ['out', 'in'],
  till: ['in'],
  merchant: ['in'],
  participant: ['out'],
};

const thresholdSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER).openapi({
  example: 500_000,
  description: 'So much may be paid, no more: minor units of sums and amounts, payments of the others',
});
const windowSchema = z
  .int()
  .min(1)
  .max(windowSecondsMax)
  .openapi({ description: 'Of a velocity: within how many seconds' });

const aboveSchema = z.enum(aboves).openapi({
  description:
    'What becomes of a payment above it. refuse: it is declined. confirm: it is made once the payer’s device has ' +
    'signed it; only of what accounts pay (`out`)',
});

const ruleShape = {
  scope: z.enum(scopes).openapi({ description: 'Whose payments are limited' }),
  subject: z
    .string()
    .max(64)
    .nullable()
    .default(null)
    .openapi({ description: 'Id of the account, till, merchant or participant; null: each one by itself' }),
  currency: currencySchema,
  direction: z.enum(['out', 'in']).openapi({
    description: 'out: what payers’ accounts pay; in: what merchants’ accounts take. Only payments count',
  }),
  measure: z.enum(measures).openapi({
    description:
      `amount: of one payment. The others are of a business day or month (${businessZone.name}), ` +
      'or within `window_seconds`',
  }),
  threshold: thresholdSchema,
  window_seconds: windowSchema.optional(),
  above: aboveSchema.default('refuse'),
};
const ruleSchema = z.strictObject(ruleShape).superRefine((rule, context) => {
  const wrong = (path: keyof typeof ruleShape, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  const { scope, subject, measure, threshold, window_seconds: window } = rule;
  if (subject !== null && !isId(scope, subject)) wrong('subject', `not the id of the ${scope}`);
  if (!directionsOf[scope].includes(rule.direction)) wrong('direction', `not of a ${scope}`);
  if (measure === 'velocity' && scope === 'participant') wrong('measure', 'not of a participant');
  if (rule.above === 'confirm' && rule.direction === 'in') wrong('above', 'confirm is of `out` only');
  checkVelocity(measure, threshold, window, wrong);
});

function checkVelocity(
  measure: LimitRuleRow['measure'],
  threshold: number,
  window: number | undefined,
  wrong: (path: 'threshold' | 'window_seconds', message: string) => void,
): void {
  const isVelocity = measure === 'velocity';
  if (isVelocity && threshold > velocityMax) wrong('threshold', `more than ${velocityMax} payments`);
  if (isVelocity !== (window !== undefined)) wrong('window_seconds', 'of a velocity, and of nothing else');
}

/** What is wrong with new values of a rule; undefined when nothing. */
export function changeProblem({
  measure,
  threshold,
  windowSeconds,
  above,
  direction,
}: Pick<LimitRuleRow, 'measure' | 'threshold' | 'windowSeconds' | 'above' | 'direction'>):
  | string
  | undefined {
  let problem: string | undefined;
  if (above === 'confirm' && direction === 'in') problem = 'above: confirm is of `out` only';
  checkVelocity(measure, threshold, windowSeconds ?? undefined, (path, message) => {
    problem = `${path}: ${message}`;
  });
  return problem;
}

const reason = textSchema(500).openapi({ description: 'For the audit log' });

export const newLimitRule = z
  .strictObject({ rule: ruleSchema, reason })
  .openapi('NewLimitRule', { description: 'A limit, and why it is made' });

export const newLimitRuleVersion = z
  .strictObject({
    version: z.int().min(1).openapi({ description: 'The one that was read: another is refused' }),
    threshold: thresholdSchema.optional(),
    window_seconds: windowSchema.optional(),
    above: aboveSchema.optional(),
    reason,
  })
  .openapi('NewLimitRuleVersion', { description: 'What is left out stays as it is' });

export const newRetirement = z
  .strictObject({ version: z.int().min(1), reason })
  .openapi('NewLimitRuleRetirement');

export const newDryRun = z
  .strictObject({
    rule: ruleSchema,
    day: z.iso
      .date()
      .refine((day) => day >= '2000-01-01', 'before the year 2000')
      .optional()
      .openapi({ example: '2026-11-21', description: 'A business day; yesterday when left out' }),
  })
  .openapi('NewLimitDryRun');

export type RuleInput = z.output<typeof ruleSchema>;

export const limitRuleSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    version_id: z.string().openapi({ description: 'Its subject in the audit log' }),
    status: z.enum(['active', 'retired']),
    scope: z.enum(scopes),
    subject: z.string().nullable(),
    currency: z.string(),
    direction: z.enum(['out', 'in']),
    measure: z.enum(measures),
    threshold: z.int(),
    window_seconds: z.int().nullable(),
    above: z.enum(aboves),
    created_at: timeSchema.openapi({ description: 'Of this version' }),
  })
  .openapi('LimitRule');
export type LimitRecord = z.output<typeof limitRuleSchema>;

export const limitRuleJson = (row: Omit<LimitRuleRow, 'revision'>) => ({
  id: row.rule,
  version: row.version,
  version_id: row.id,
  status: row.status,
  scope: row.scope,
  subject: row.subject,
  currency: row.currency,
  direction: row.direction,
  measure: row.measure,
  threshold: row.threshold,
  window_seconds: row.windowSeconds,
  above: row.above,
  created_at: isoTime(row.createdAtMs),
});

export const toldRuleSchema = limitRuleSchema
  .extend({
    books_left: z.int().openapi({
      description: 'Books that have not been told yet, and are within minutes; 0: it is in force everywhere',
    }),
  })
  .openapi('ToldLimitRule');
