/**
 * A scan: decoded, checked and priced for the payer; changes nothing, except that a till’s sticker waits for its
 * payer. Its token is good for five minutes.
 */
import { z } from '@hono/zod-openapi';
import { type CodeSignature, currencyOf, type Decoded } from '../emv/index.ts';
import { isoTime, moneySchema, refusalJson, refusalOfSchema, timeSchema } from '../http/index.ts';
import {
  type Config,
  type Language,
  ok,
  type Refusal,
  type Result,
  refuse,
  toMoneyJson,
} from '../kernel/index.ts';
import type { ClaimView } from '../ledger/index.ts';
import { readToken, signToken } from '../signing/index.ts';
import { tipOf } from './price.ts';
import type { Seen } from './sticker.ts';
import type { Target } from './target.ts';

const scanLifetimeMs = 5 * 60_000;
const tokenPrefix = 'scan';

/** What was scanned, and on a sticker, seen. */
export interface Scanned {
  readonly payload: string;
  readonly seen?: Seen;
}

interface TokenContents extends Scanned {
  readonly participant: string;
  readonly expiresAtMs: number;
}

export const tokenOf = (config: Config, contents: TokenContents) =>
  signToken(config.secret, tokenPrefix, contents);

/** What is behind a scan token of this participant. */
export async function contentsOf(
  config: Config,
  token: string,
  participant: string,
): Promise<Result<Scanned>> {
  const contents = (await readToken(config.secret, tokenPrefix, token)) as TokenContents | undefined;
  if (contents?.participant !== participant) return refuse('scan.invalid');
  return contents.expiresAtMs > Date.now() ? ok(contents) : refuse('scan.expired');
}

export const newExpiryMs = (): number => Date.now() + scanLifetimeMs;

export const scanSchema = z
  .object({
    scan: z.string().openapi({ description: 'Pay with this instead of the payload' }),
    expires_at: timeSchema,
    profile: z.string().openapi({ example: 'elqr' }),
    scheme: z.string(),
    country: z.string().nullable(),
    signature: z.enum(['valid', 'absent', 'invalid']).openapi({
      description: 'Of the switch, over what the code says; an altered code is not payable',
    }),
    payable: z.boolean(),
    refusal: refusalOfSchema.nullable().openapi({ description: 'Why it cannot be paid' }),
    merchant: z.object({
      id: z.string().nullable(),
      name: z.string().nullable(),
      city: z.string().nullable(),
      category_code: z.string().nullable(),
    }),
    currency: z.string().nullable(),
    amount: moneySchema.nullable().openapi({ description: 'null: the payer enters it' }),
    amount_editable: z.boolean(),
    tip: z
      .object({
        kind: z.enum(['prompt', 'fixed', 'percentage']),
        amount: moneySchema.nullable(),
        percentage: z.string().nullable(),
      })
      .nullable(),
    debit: moneySchema
      .nullable()
      .openapi({ description: 'What leaves the account, tip included, as far as known' }),
    ask_payer: z
      .array(z.string())
      .openapi({ description: 'Ask the payer for these and send them as `answers`' }),
    order: z
      .object({
        id: z.string(),
        status: z.enum(['open', 'paid', 'cancelled', 'expired']),
        reference: z.string().nullable(),
        description: z.string().nullable(),
        expires_at: timeSchema,
      })
      .nullable(),
    code: z.string().nullable().openapi({ description: 'The merchant’s printed code it is' }),
    code_expires_at: timeSchema.nullable(),
    point_of_initiation_method: z.enum(['static', 'dynamic']).nullable(),
    warnings: z.array(z.string()),
  })
  .openapi('Scan');

export interface ScanFacts {
  readonly token: string;
  readonly expiresAtMs: number;
  readonly code: Decoded;
  readonly signature: CodeSignature['status'];
  readonly target: Target | undefined;
  readonly claim: ClaimView | null;
  readonly refusal: Refusal | undefined;
  readonly language: Language;
}

export function scanJson(facts: ScanFacts) {
  const { code, target, claim } = facts;
  const currency = target?.currency ?? currencyOf(code.transactionCurrency ?? '')?.code ?? null;
  const money = (minor: bigint | null | undefined) =>
    minor === null || minor === undefined || currency === null ? null : toMoneyJson(minor, currency);
  const principalMinor = target?.fixedMinor ?? code.amount?.minor ?? null;
  const tip = target ? target.tip : code.tip;
  const tipMinor = principalMinor === null ? undefined : tipOf(tip, principalMinor);
  return {
    scan: facts.token,
    expires_at: isoTime(facts.expiresAtMs),
    profile: code.profile,
    scheme: code.scheme,
    country: code.country,
    signature: facts.signature,
    payable: facts.refusal === undefined,
    refusal: facts.refusal ? refusalJson(facts.refusal, facts.language) : null,
    merchant: {
      id: target?.merchant.id ?? null,
      name: target?.merchant.name ?? code.merchantName,
      city: target?.merchant.city ?? code.merchantCity,
      category_code: target?.merchant.categoryCode ?? code.merchantCategoryCode,
    },
    currency,
    amount: money(principalMinor),
    amount_editable: target ? target.editable || principalMinor === null : principalMinor === null,
    tip: tip && {
      kind: tip.kind,
      amount: money(tipMinor),
      percentage: tip.kind === 'percentage' ? (tip.hundredths / 100).toFixed(2) : null,
    },
    debit: money(principalMinor === null ? null : principalMinor + (tipMinor ?? 0n)),
    ask_payer: code.askPayer,
    order: claim && {
      id: claim.id,
      status: claim.state,
      reference: claim.reference,
      description: (JSON.parse(claim.details).description as string | undefined) ?? null,
      expires_at: isoTime(claim.expiresAtMs),
    },
    code: target?.printed?.id ?? null,
    code_expires_at: code.expiresAtMs === null ? null : isoTime(code.expiresAtMs),
    point_of_initiation_method: code.pointOfInitiationMethod,
    warnings: code.warnings,
  };
}
