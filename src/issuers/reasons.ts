/** Reasons of partners, in their words and in ours: codes of the switch, or of ISO 20022 (pacs.002). */
import { type Refusal, type RefusalCode, refusals } from '../kernel/index.ts';
import type { Answer, Movement } from './contract.ts';

/** What a partner may refuse an order for, under the code it has in the switch. */
const ours: readonly RefusalCode[] = [
  'payment.insufficient_funds',
  'account.not_found',
  'account.closed',
  'account.frozen',
  'account.balance_limit',
  'payment.amount_too_large',
  'payment.currency_mismatch',
  'qr.merchant_unknown',
  'merchant.inactive',
  'issuer.limit_exceeded',
  'issuer.suspected_fraud',
  'issuer.declined',
  'acquirer.declined',
];

/** ISO 20022 external status reason codes that have a better word here than "declined". */
const iso: Readonly<Record<string, RefusalCode>> = {
  AC01: 'account.not_found',
  AC02: 'account.not_found',
  AC03: 'qr.merchant_unknown',
  AC04: 'account.closed',
  AC05: 'account.closed',
  AC06: 'account.frozen',
  AC07: 'merchant.inactive',
  AM02: 'payment.amount_too_large',
  AM03: 'payment.currency_mismatch',
  AM04: 'payment.insufficient_funds',
  AM13: 'issuer.limit_exceeded',
  AM14: 'issuer.limit_exceeded',
  BE01: 'account.not_found',
  FR01: 'issuer.suspected_fraud',
  FRAD: 'issuer.suspected_fraud',
};

// "I have had this one already" is no refusal of it: how it went has to be asked.
const duplicates = new Set(['AM05', 'DUPL']);

/** What a refusal for this reason means to the switch. */
export function refusalOfReason(reason: string | undefined): Answer {
  if (reason !== undefined && duplicates.has(reason)) return { state: 'pending' };
  const code = ours.find((known) => known === reason) ?? (reason === undefined ? undefined : iso[reason]);
  const refusal: Refusal = code ? { code } : { code: 'issuer.declined', ...detailOf(reason) };
  return { state: 'refused', refusal };
}

// A word of the partner's, for staff; nothing that could be a text about a person.
const detailOf = (reason: string | undefined) =>
  reason !== undefined && /^[A-Z0-9]{4}$/.test(reason) ? { detail: reason } : {};

/** Of a credit the account in question is the merchant's, and whoever declines is its acquirer. */
const ofCredits: Partial<Record<RefusalCode, RefusalCode>> = {
  'account.not_found': 'qr.merchant_unknown',
  'account.closed': 'merchant.inactive',
  'account.frozen': 'merchant.inactive',
  'issuer.declined': 'acquirer.declined',
};

/** A partner's refusal as the payer and the merchant should hear it. */
export const refusalOf = (movement: Movement, refusal: Refusal): Refusal => {
  const code = movement === 'credit' ? ofCredits[refusal.code] : undefined;
  return code ? { ...refusal, code } : refusal;
};

/** How a refusal is said in ISO 20022. */
export const isoReason = ({ code }: Refusal): string => refusals[code].reason;
