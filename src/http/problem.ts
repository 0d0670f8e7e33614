/** Refusals on the wire: problem+json, in the caller's language, with a status per code. */
import { z } from '@hono/zod-openapi';
import {
  exampleId,
  type Language,
  languages,
  type Refusal,
  type RefusalCode,
  refusals,
  refusalText,
} from '../kernel/index.ts';
import { dataGuards } from './guards.ts';

/** A code added to the table does not compile until it has a status here. */
const statuses: Record<RefusalCode, number> = {
  'request.malformed': 400,
  'request.invalid': 422,
  'request.too_large': 413,
  'request.too_slow': 408,
  'request.url_too_long': 414,
  'rate.exceeded': 429,
  'request.unsupported_type': 415,
  'request.unknown_route': 404,
  'request.method_not_allowed': 405,
  'request.upgrade_required': 426,
  'auth.missing': 401,
  'auth.invalid': 401,
  'auth.forbidden': 403,
  'auth.cross_site': 403,
  'access.required': 401,
  'access.refused': 401,
  'access.unknown_person': 403,
  'access.unavailable': 503,
  'signature.required': 401,
  'signature.malformed': 401,
  'signature.incomplete': 401,
  'signature.not_yet_valid': 401,
  'signature.expired': 401,
  'signature.key_unknown': 401,
  'signature.digest_mismatch': 401,
  'signature.wrong': 401,
  'signature.replayed': 401,
  'certificate.required': 401,
  'signing_key.not_found': 404,
  'signing_key.refused': 422,
  'signing_key.unproven': 422,
  'device_key.not_found': 404,
  'device_key.refused': 422,
  'device_key.unproven': 422,
  'idempotency.key_required': 400,
  'idempotency.in_flight': 409,
  'idempotency.key_reused': 422,
  'participant.not_found': 404,
  'participant.inactive': 422,
  'participant.closed': 409,
  'participant.not_empty': 409,
  'account.not_found': 404,
  'account.frozen': 422,
  'account.closed': 422,
  'account.balance_limit': 422,
  'account.not_empty': 409,
  'account.growing': 409,
  'account.external': 422,
  'merchant.not_found': 404,
  'merchant.inactive': 422,
  'merchant.not_pending': 409,
  'merchant.closed': 409,
  'merchant.not_empty': 409,
  'store.not_found': 404,
  'till.not_found': 404,
  'store.closed': 409,
  'till.closed': 409,
  'operator.not_found': 404,
  'session.required': 403,
  'session.not_found': 404,
  'sign_in.refused': 401,
  'sign_in.locked': 429,
  'password.weak': 422,
  'passkey.not_found': 404,
  'passkey.refused': 422,
  'invitation.not_found': 404,
  'invitation.expired': 410,
  'operator.exists': 409,
  'operator.last_owner': 409,
  'key.not_found': 404,
  'endpoint.not_found': 404,
  'endpoint.url_refused': 422,
  'endpoint.too_many': 422,
  'endpoint.disabled': 409,
  'event.not_found': 404,
  'resend.not_found': 404,
  'resend.running': 409,
  'resource.exists': 409,
  'qr.unreadable': 422,
  'qr.altered': 422,
  'qr.expired': 410,
  'qr.amount_unreadable': 422,
  'qr.merchant_unknown': 422,
  'qr.scheme_not_routed': 422,
  'qr.currency_unknown': 422,
  'code.not_found': 404,
  'code.paused': 409,
  'code.revoked': 410,
  'scan.invalid': 422,
  'scan.expired': 410,
  'order.not_found': 404,
  'order.already_paid': 409,
  'order.expired': 410,
  'order.cancelled': 409,
  'order.changed': 409,
  'order.being_paid': 409,
  'order.items_mismatch': 422,
  'code.unknown': 422,
  'code.expired': 410,
  'code.used': 409,
  'password.refused': 422,
  'password.locked': 422,
  'payment.not_found': 404,
  'payment.insufficient_funds': 422,
  'payment.amount_required': 422,
  'payment.amount_mismatch': 422,
  'payment.amount_too_large': 422,
  'payment.currency_mismatch': 422,
  'payment.tip_not_allowed': 422,
  'payment.answers_required': 422,
  'payment.same_account': 422,
  'payment.not_completed': 409,
  'payment.confirmation_required': 422,
  'payment.not_awaiting': 409,
  'payment.cancelled': 409,
  'payment.confirmation_wrong': 422,
  'payment.confirmation_failed': 422,
  'payment.confirmation_expired': 410,
  'limit.amount': 422,
  'limit.day_sum': 422,
  'limit.day_count': 422,
  'limit.month_sum': 422,
  'limit.month_count': 422,
  'limit.velocity': 422,
  'limit.receiver': 422,
  'limit.participant': 422,
  'limit.unavailable': 503,
  'limit_rule.not_found': 404,
  'limit_rule.changed': 409,
  'limit_rule.too_many': 422,
  'refund.exceeds_remaining': 422,
  'refund.not_allowed': 403,
  'refund.outside': 409,
  'refund.insufficient_balance': 422,
  'refund_request.not_found': 404,
  'refund_request.own': 403,
  'refund_request.decided': 409,
  'refund_request.declined': 409,
  'refund_request.expired': 410,
  'issuer.unavailable': 503,
  'issuer.no_answer': 422,
  'issuer.declined': 422,
  'issuer.limit_exceeded': 422,
  'issuer.suspected_fraud': 422,
  'issuer.answer_wrong': 422,
  'acquirer.unavailable': 503,
  'acquirer.no_answer': 422,
  'acquirer.declined': 422,
  'acquirer.answer_wrong': 422,
  'position.cap_reached': 422,
  'position.not_found': 404,
  'connection.not_found': 404,
  'connection.refused': 422,
  'routing.changed': 409,
  'reconciliation.not_found': 404,
  'file_format.not_found': 404,
  'partner_file.not_found': 404,
  'partner_file.part_changed': 409,
  'partner_file.out_of_order': 409,
  'partner_file.complete': 409,
  'partner_file.unreadable': 422,
  'reports.behind': 409,
  'business_day.not_found': 404,
  'business_day.not_over': 409,
  'business_day.open_transfers': 409,
  'business_day.not_balanced': 409,
  'business_day.changed': 409,
  'business_day.not_closed': 409,
  'business_day.own': 403,
  'difference.not_found': 404,
  'difference.resolved': 409,
  'difference.changed': 409,
  'difference.no_payment': 422,
  'difference.not_proposed': 409,
  'difference.own': 403,
  'transfer.not_stuck': 404,
  'transfer.gone_on': 409,
  'callback.not_parked': 409,
  'dead_letter.not_found': 404,
  'dead_letter.resolved': 409,
  'approval.not_found': 404,
  'approval.own': 403,
  'approval.not_own': 403,
  'approval.decided': 409,
  'approval.expired': 410,
  'approval.not_ready': 409,
  'approval.busy': 409,
  'report_schedule.not_found': 404,
  'report_schedule.too_many': 409,
  'report_job.not_found': 404,
  'report_job.not_ready': 409,
  'report_job.too_many': 409,
  'alert.not_found': 404,
  'alert.acknowledged': 409,
  'sandbox.only': 403,
  'switch.busy': 503,
  'switch.error': 500,
};

export const statusOf = (code: RefusalCode): number => statuses[code];

/** One field that is wrong: where (RFC 6901), which rule, and what the rule says. */
export interface Violation {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface ProblemContext {
  readonly requestId: string;
  readonly path: string;
  readonly language: Language;
}

/** A refusal inside an answer that is itself a success, e.g. of a declined payment. */
export const refusalJson = (refusal: Refusal, language: Language) => ({
  code: refusal.code,
  reason: refusals[refusal.code].reason,
  actor: refusals[refusal.code].actor,
  retryable: refusals[refusal.code].retryable,
  detail: refusalText(refusal.code, language),
});

export const refusalCodeSchema = z
  .enum(Object.keys(refusals) as [RefusalCode, ...RefusalCode[]])
  .openapi('RefusalCode', {
    description: 'Which refusal it is. A code never changes its meaning; new ones may be added.',
  });

export const refusalOfSchema = z
  .object({
    code: refusalCodeSchema,
    reason: z.string().openapi({ description: 'ISO 20022 status reason code' }),
    actor: z.enum(['payer', 'issuer', 'merchant', 'switch']),
    retryable: z.boolean(),
    detail: z.string().openapi({ description: 'What to tell a person, in the language asked for' }),
    explanation: z
      .string()
      .optional()
      .openapi({ description: 'Of a limit, to whom it concerns: what is left of it' }),
  })
  .openapi('Refusal');

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: refusalCodeSchema,
    reason: z.string(),
    actor: z.enum(['payer', 'issuer', 'merchant', 'switch']),
    retryable: z.boolean(),
    request_id: z.string(),
    explanation: z.string().optional(),
    violations: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');

function problemJson(code: RefusalCode, { requestId, path, language }: ProblemContext) {
  const { reason, actor, retryable } = refusals[code];
  return {
    type: `/docs/refusals#${code}`,
    title: refusalText(code, 'en'),
    status: statusOf(code),
    detail: refusalText(code, language),
    instance: path,
    code,
    reason,
    actor,
    retryable,
    request_id: requestId,
  };
}

/** What a caller sees of a refusal, for documents. */
export const problemExample = (code: RefusalCode) =>
  problemJson(code, { requestId: exampleId('request'), path: '/v1/…', language: 'en' });

/** The whole answer for a refusal. Never cached; a retryable one says when to come back. */
export function problem(
  context: ProblemContext,
  refusal: Refusal,
  violations?: readonly Violation[],
): Response {
  const status = statusOf(refusal.code);
  const { retryable } = refusals[refusal.code];
  const body = {
    ...problemJson(refusal.code, context),
    ...(refusal.detail !== undefined && { explanation: refusal.detail }),
    ...(violations && violations.length > 0 && { violations }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'content-language': context.language,
      'x-request-id': context.requestId,
      ...dataGuards,
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="tolom"' }),
      ...(retryable && { 'retry-after': String(refusal.retryAfterS ?? 1) }),
    },
  });
}

// Browsers send some fifty characters.
const headerLengthRead = 200;

/** The best language we speak for an Accept-Language header; English when it names none of ours. */
export function languageOf(header: string | null | undefined): Language {
  if (!header) return 'en';
  const wishes = header
    .slice(0, headerLengthRead)
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';');
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
      return { tag: tag.split('-')[0] ?? '', quality: quality ? Number(quality.trim().slice(2)) || 0 : 1 };
    });
  wishes.sort((left, right) => right.quality - left.quality);
  for (const { tag, quality } of wishes) {
    const language = languages.find((known) => known === tag);
    if (language && quality > 0) return language;
  }
  return 'en';
}
