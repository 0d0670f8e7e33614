/**
 * Refusals: every expected "no" of the switch, in one closed table. A refusal is a value, never an
 * exception; `http/` maps each code to a status, and the texts in `texts/` say it in six languages.
 * Codes are part of the API and never change their meaning.
 */
import { en } from './texts/en.ts';
import { km } from './texts/km.ts';
import { ky } from './texts/ky.ts';
import { ru } from './texts/ru.ts';
import { th } from './texts/th.ts';
import { zh } from './texts/zh.ts';

/** Who has to act before the same request can succeed. */
export type Actor = 'payer' | 'issuer' | 'merchant' | 'switch';

interface RefusalFacts {
  /** ISO 20022 external status reason code (pacs.002), for partners and files. */
  readonly reason: string;
  /** Whether the very same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly actor: Actor;
}

const no = (reason: string, actor: Actor): RefusalFacts => ({ reason, retryable: false, actor });
const later = (reason: string, actor: Actor): RefusalFacts => ({ reason, retryable: true, actor });

export const refusals = {
  'request.malformed': no('FF01', 'issuer'),
  'request.invalid': no('FF01', 'issuer'),
  'request.too_large': no('FF01', 'issuer'),
  'request.too_slow': no('FF01', 'issuer'),
  'request.url_too_long': no('FF01', 'issuer'),
  'rate.exceeded': later('AG01', 'issuer'),
  'request.unsupported_type': no('FF01', 'issuer'),
  'request.unknown_route': no('FF01', 'issuer'),
  'request.method_not_allowed': no('FF01', 'issuer'),
  'request.upgrade_required': no('FF01', 'issuer'),
  'auth.missing': no('AG01', 'issuer'),
  'auth.invalid': no('AG01', 'issuer'),
  'auth.forbidden': no('AG01', 'issuer'),
  'auth.cross_site': no('AG01', 'switch'),
  'access.required': no('AG01', 'switch'),
  'access.refused': no('AG01', 'switch'),
  'access.unknown_person': no('AG01', 'switch'),
  'access.unavailable': later('ED05', 'switch'),
  'signature.required': no('AG01', 'issuer'),
  'signature.malformed': no('FF01', 'issuer'),
  'signature.incomplete': no('FF01', 'issuer'),
  'signature.not_yet_valid': no('TM01', 'issuer'),
  'signature.expired': no('TM01', 'issuer'),
  'signature.key_unknown': no('AG01', 'issuer'),
  'signature.digest_mismatch': no('FF01', 'issuer'),
  'signature.wrong': no('AG01', 'issuer'),
  'signature.replayed': no('DUPL', 'issuer'),
  'certificate.required': no('AG01', 'issuer'),
  'signing_key.not_found': no('AG01', 'issuer'),
  'signing_key.refused': no('AG01', 'issuer'),
  'signing_key.unproven': no('AG01', 'issuer'),
  'device_key.not_found': no('AG01', 'issuer'),
  'device_key.refused': no('AG01', 'issuer'),
  'device_key.unproven': no('AG01', 'issuer'),
  'idempotency.key_required': no('FF01', 'issuer'),
  'idempotency.in_flight': later('DUPL', 'issuer'),
  'idempotency.key_reused': no('DUPL', 'issuer'),
  'participant.not_found': no('RC01', 'issuer'),
  'participant.inactive': no('AG01', 'switch'),
  'participant.closed': no('AC04', 'switch'),
  'participant.not_empty': no('AG01', 'switch'),
  'account.not_found': no('AC01', 'issuer'),
  'account.frozen': no('AC06', 'issuer'),
  'account.closed': no('AC04', 'issuer'),
  'account.balance_limit': no('AM14', 'issuer'),
  'account.not_empty': no('AG01', 'issuer'),
  'account.growing': later('ED05', 'switch'),
  'account.external': no('AG01', 'issuer'),
  'merchant.not_found': no('AC03', 'merchant'),
  'merchant.inactive': no('AC06', 'merchant'),
  'merchant.not_pending': no('AG01', 'switch'),
  'merchant.closed': no('AC04', 'switch'),
  'merchant.not_empty': no('AG01', 'switch'),
  'store.not_found': no('AC03', 'merchant'),
  'till.not_found': no('AC03', 'merchant'),
  'store.closed': no('AC06', 'merchant'),
  'till.closed': no('AC06', 'merchant'),
  'operator.not_found': no('AG01', 'switch'),
  'session.required': no('AG01', 'switch'),
  'session.not_found': no('AG01', 'switch'),
  'sign_in.refused': no('AG01', 'switch'),
  'sign_in.locked': later('AG01', 'switch'),
  'password.weak': no('AG01', 'switch'),
  'passkey.not_found': no('AG01', 'switch'),
  'passkey.refused': no('AG01', 'switch'),
  'invitation.not_found': no('AG01', 'merchant'),
  'invitation.expired': no('TM01', 'merchant'),
  'operator.exists': no('DUPL', 'merchant'),
  'operator.last_owner': no('AG01', 'merchant'),
  'key.not_found': no('AG01', 'switch'),
  'endpoint.not_found': no('AG01', 'merchant'),
  'endpoint.url_refused': no('AG01', 'merchant'),
  'endpoint.too_many': no('AG01', 'merchant'),
  'endpoint.disabled': no('AG01', 'merchant'),
  'event.not_found': no('AG01', 'merchant'),
  'resend.not_found': no('AG01', 'merchant'),
  'resend.running': later('DUPL', 'merchant'),
  'resource.exists': no('DUPL', 'issuer'),
  'qr.unreadable': no('FF01', 'payer'),
  'qr.altered': no('FF01', 'merchant'),
  'qr.expired': no('TM01', 'payer'),
  'qr.amount_unreadable': no('AM12', 'merchant'),
  'qr.merchant_unknown': no('AC03', 'merchant'),
  'qr.scheme_not_routed': no('RC01', 'switch'),
  'qr.currency_unknown': no('AM03', 'merchant'),
  'code.not_found': no('AC03', 'merchant'),
  'code.paused': no('AC06', 'merchant'),
  'code.revoked': no('AC04', 'merchant'),
  'scan.invalid': no('FF01', 'issuer'),
  'scan.expired': no('TM01', 'payer'),
  'order.not_found': no('AC03', 'merchant'),
  'order.already_paid': no('DUPL', 'payer'),
  'order.expired': no('TM01', 'merchant'),
  'order.cancelled': no('CUST', 'merchant'),
  'order.changed': no('CUST', 'payer'),
  'order.being_paid': later('DUPL', 'payer'),
  'order.items_mismatch': no('AM09', 'merchant'),
  'code.unknown': no('FF01', 'payer'),
  'code.expired': no('TM01', 'payer'),
  'code.used': no('DUPL', 'payer'),
  'password.refused': no('AG01', 'payer'),
  'password.locked': no('AG01', 'payer'),
  'payment.not_found': no('AC01', 'issuer'),
  'payment.insufficient_funds': no('AM04', 'payer'),
  'payment.amount_required': no('AM12', 'payer'),
  'payment.amount_mismatch': no('AM09', 'payer'),
  'payment.amount_too_large': no('AM02', 'payer'),
  'payment.currency_mismatch': no('AM03', 'payer'),
  'payment.tip_not_allowed': no('AM09', 'payer'),
  'payment.answers_required': no('FF01', 'payer'),
  'payment.same_account': no('AC03', 'payer'),
  'payment.not_completed': no('AG01', 'payer'),
  'payment.confirmation_required': no('AG01', 'payer'),
  'payment.not_awaiting': no('AG01', 'issuer'),
  'payment.cancelled': no('CUST', 'payer'),
  'payment.confirmation_wrong': no('AG01', 'issuer'),
  'payment.confirmation_failed': no('AG01', 'payer'),
  'payment.confirmation_expired': no('TM01', 'payer'),
  'limit.amount': no('AM14', 'payer'),
  'limit.day_sum': later('AM14', 'payer'),
  'limit.day_count': later('AM14', 'payer'),
  'limit.month_sum': later('AM14', 'payer'),
  'limit.month_count': later('AM14', 'payer'),
  'limit.velocity': later('AM14', 'payer'),
  'limit.receiver': later('AM14', 'merchant'),
  'limit.participant': later('AM14', 'issuer'),
  'limit.unavailable': later('ED05', 'switch'),
  'limit_rule.not_found': no('AG01', 'switch'),
  'limit_rule.changed': no('DUPL', 'switch'),
  'limit_rule.too_many': no('AG01', 'switch'),
  'refund.exceeds_remaining': no('AM09', 'merchant'),
  'refund.not_allowed': no('AG01', 'merchant'),
  'refund.outside': no('AG01', 'switch'),
  'refund.insufficient_balance': no('AM04', 'merchant'),
  'refund_request.not_found': no('AG01', 'merchant'),
  'refund_request.own': no('AG01', 'merchant'),
  'refund_request.decided': no('DUPL', 'merchant'),
  'refund_request.declined': no('CUST', 'merchant'),
  'refund_request.expired': no('TM01', 'merchant'),
  'issuer.unavailable': later('AB07', 'issuer'),
  'issuer.no_answer': later('AB06', 'issuer'),
  'issuer.declined': no('MS03', 'issuer'),
  'issuer.limit_exceeded': no('AM14', 'payer'),
  'issuer.suspected_fraud': no('FRAD', 'payer'),
  'issuer.answer_wrong': no('ED05', 'issuer'),
  'acquirer.unavailable': later('AB08', 'switch'),
  'acquirer.no_answer': later('AB05', 'switch'),
  'acquirer.declined': no('MS03', 'merchant'),
  'acquirer.answer_wrong': no('ED05', 'switch'),
  'position.cap_reached': later('AM23', 'issuer'),
  'position.not_found': no('AG01', 'issuer'),
  'connection.not_found': no('AG01', 'switch'),
  'connection.refused': no('AG01', 'switch'),
  'routing.changed': no('AG01', 'switch'),
  'reconciliation.not_found': no('AG01', 'switch'),
  'file_format.not_found': no('AG01', 'switch'),
  'partner_file.not_found': no('AG01', 'switch'),
  'partner_file.part_changed': no('DUPL', 'switch'),
  'partner_file.out_of_order': no('FF01', 'switch'),
  'partner_file.complete': no('AG01', 'switch'),
  'partner_file.unreadable': no('FF01', 'switch'),
  'reports.behind': later('ED05', 'switch'),
  'business_day.not_found': no('AG01', 'switch'),
  'business_day.not_over': later('TM01', 'switch'),
  'business_day.open_transfers': later('ED05', 'switch'),
  'business_day.not_balanced': later('ED05', 'switch'),
  'business_day.changed': later('DUPL', 'switch'),
  'business_day.not_closed': no('AG01', 'switch'),
  'business_day.own': no('AG01', 'switch'),
  'difference.not_found': no('AG01', 'switch'),
  'difference.resolved': no('DUPL', 'switch'),
  'difference.changed': later('DUPL', 'switch'),
  'difference.no_payment': no('AG01', 'switch'),
  'difference.not_proposed': no('AG01', 'switch'),
  'difference.own': no('AG01', 'switch'),
  'transfer.not_stuck': no('AG01', 'switch'),
  'transfer.gone_on': later('DUPL', 'switch'),
  'callback.not_parked': no('AG01', 'switch'),
  'dead_letter.not_found': no('AG01', 'switch'),
  'dead_letter.resolved': no('DUPL', 'switch'),
  'approval.not_found': no('AG01', 'switch'),
  'approval.own': no('AG01', 'switch'),
  'approval.not_own': no('AG01', 'switch'),
  'approval.decided': no('DUPL', 'switch'),
  'approval.expired': no('TM01', 'switch'),
  'approval.not_ready': no('AG01', 'switch'),
  'approval.busy': later('DUPL', 'switch'),
  'report_schedule.not_found': no('AG01', 'switch'),
  'report_schedule.too_many': no('AG01', 'switch'),
  'report_job.not_found': no('AG01', 'switch'),
  'report_job.not_ready': later('AG01', 'switch'),
  'report_job.too_many': later('AG01', 'switch'),
  'alert.not_found': no('AG01', 'switch'),
  'alert.acknowledged': no('DUPL', 'switch'),
  'sandbox.only': no('AG01', 'switch'),
  'switch.busy': later('ED05', 'switch'),
  'switch.error': later('MS03', 'switch'),
} as const satisfies Record<string, RefusalFacts>;

export type RefusalCode = keyof typeof refusals;

/** A refusal as it travels: across objects, into entries, to the edge. Plain data, safe to store. */
export interface Refusal {
  readonly code: RefusalCode;
  /** For the developer, in English: which value, which limit. Holds no personal data. */
  readonly detail?: string;
  /** How long to wait before the same request may succeed, where that is known. */
  readonly retryAfterS?: number;
}

export type Result<Value> = { readonly ok: true; readonly value: Value } | Refused;
export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

export const ok = <Value>(value: Value): Result<Value> => ({ ok: true, value });
export const refuse = (code: RefusalCode, detail?: string): Refused => ({
  ok: false,
  refusal: detail === undefined ? { code } : { code, detail },
});

export const languages = ['en', 'ky', 'ru', 'th', 'km', 'zh'] as const;
export type Language = (typeof languages)[number];

/** A text per code; a language that misses one does not compile. */
export type RefusalTexts = Readonly<Record<RefusalCode, string>>;

const texts: Record<Language, RefusalTexts> = { en, ky, ru, th, km, zh };

/** What to tell a person about a refusal, in their language. */
export const refusalText = (code: RefusalCode, language: Language): string => texts[language][code];
