/** A timeline as the API shows it, and what of it each audience is shown. */
import { z } from '@hono/zod-openapi';
import { isoTime, moneySchema, refusalJson, refusalOfSchema, timeSchema } from '../http/index.ts';
import type { Language } from '../kernel/index.ts';
import { type TracedEntry, transferStates } from '../ledger/index.ts';
import type { Audience } from '../payments/index.ts';
import type { PaymentHistory } from './history.ts';
import { endOf, type Step, stepsOf } from './steps.ts';
import { explanationOf, stepCodes } from './texts.ts';

const contentsSchema = z
  .object({
    at_ms: z.int(),
    subject: z.string(),
    available_change: z.string(),
    held_change: z.string(),
    available: z.string(),
    held: z.string(),
    body: z.string(),
  })
  .openapi({
    description:
      'For staff. `hash` is SHA-256 (base64url) of the JSON array previous_hash, sequence, at_ms, type, subject, ' +
      'available_change, held_change, available, held, body',
  });

const stepSchema = z
  .object({
    code: z.enum(stepCodes),
    transfer: z.string().openapi({ description: 'The payment, or the refund of it that this belongs to' }),
    party: z.enum(['payer', 'merchant', 'switch']).openapi({ description: 'Whose step it is' }),
    at: timeSchema.nullable().openapi({ description: 'null: not recorded, or still to come' }),
    object: z
      .object({
        account: z.string(),
        stripe: z.int(),
        book: z.int().nullable(),
        sequence: z.int().nullable(),
      })
      .nullable()
      .openapi({ description: 'Where it was written; null for steps of the other party' }),
    entry: z
      .object({
        type: z.string(),
        hash: z.string(),
        previous_hash: z
          .string()
          .openapi({ description: 'Of the entry before; of the first, the account’s name' }),
        contents: contentsSchema.nullable(),
      })
      .nullable(),
    callback: z
      .object({
        event: z.string(),
        type: z.string(),
        endpoint: z.string().nullable(),
        attempt: z.int().nullable(),
        status: z.int().nullable(),
        error: z.string().nullable(),
      })
      .nullable(),
    facts: z
      .record(z.string(), z.union([z.string(), z.int()]))
      .nullable()
      .openapi({ description: 'What is known of it by name, amounts in minor units' }),
    refusal: refusalOfSchema.nullable(),
    explanation: z.string().openapi({ description: 'In the language asked for' }),
  })
  .openapi('TimelineStep');

export const timelineSchema = z
  .object({
    payment: z.string(),
    status: z.enum(transferStates),
    refusal: refusalOfSchema.nullable(),
    amount: moneySchema,
    steps: z
      .array(stepSchema)
      .openapi({ description: 'The payment’s, then those of its refunds one by one' }),
    more_refunds: z.boolean().openapi({ description: 'There are older refunds, in the list of refunds' }),
  })
  .openapi('Timeline');

export function timelineJson(history: PaymentHistory, language: Language, audience: Audience) {
  const { transfer } = history.payment;
  const { status, refusal } = endOf(history.payment);
  return {
    payment: transfer.id,
    status,
    refusal: refusal ? refusalJson(refusal, language) : null,
    amount: { amount: transfer.amountMinor, currency: transfer.currency },
    steps: stepsOf(history)
      .filter((step) => step.callback === undefined || isFor(audience, step))
      .map((step) => stepJson(isFor(audience, step) ? step : withoutPlace(step), language, audience)),
    more_refunds: history.more,
  };
}

/** What happens on the other side is told without saying where or what it left there. */
const isFor = (audience: Audience, { party }: Step): boolean =>
  audience === 'centre' || party === 'switch' || party === audience;

const withoutPlace = ({ code, party, transfer, atMs, refusal }: Step): Step => ({
  code,
  party,
  transfer,
  atMs,
  refusal,
});

function stepJson(
  { account, traced, callback, facts, ...step }: Step,
  language: Language,
  audience: Audience,
) {
  const known = Object.entries(facts ?? {}).filter(([, value]) => value !== undefined);
  return {
    code: step.code,
    transfer: step.transfer,
    party: step.party,
    at: step.atMs === undefined ? null : isoTime(step.atMs),
    object: account
      ? {
          account: account.account,
          stripe: account.stripe,
          book: audience === 'centre' ? account.book : null,
          sequence: traced?.entry.seq ?? null,
        }
      : null,
    entry: traced ? entryJson(traced, audience) : null,
    callback: callback
      ? {
          event: callback.event,
          type: callback.type,
          endpoint: callback.endpoint ?? null,
          attempt: callback.attempt ?? null,
          status: callback.status ?? null,
          error: callback.error ?? null,
        }
      : null,
    facts: known.length > 0 ? Object.fromEntries(known) : null,
    refusal: step.refusal ? refusalJson(step.refusal, language) : null,
    explanation: explanationOf(step.code, language),
  };
}

// An entry's body names the other account and its book: only staff may read it.
const entryJson = ({ entry, previousHash }: TracedEntry, audience: Audience) => ({
  type: entry.type,
  hash: entry.hash,
  previous_hash: previousHash,
  contents:
    audience === 'centre'
      ? {
          at_ms: entry.atMs,
          subject: entry.subject,
          available_change: entry.availableDelta.toString(),
          held_change: entry.heldDelta.toString(),
          available: entry.available.toString(),
          held: entry.held.toString(),
          body: entry.body,
        }
      : null,
});
