/** The steps a timeline may have, and what to tell a person about each, in every language. */
import type { Language } from '../kernel/index.ts';
import { en } from './texts/en.ts';
import { km } from './texts/km.ts';
import { ky } from './texts/ky.ts';
import { ru } from './texts/ru.ts';
import { th } from './texts/th.ts';
import { zh } from './texts/zh.ts';

/** Codes are part of the API and never change their meaning. */
export const stepCodes = [
  'payment.requested',
  'payment.presented_code',
  'payment.presented_password',
  'payment.routed',
  'payment.checked',
  'payment.check_refused',
  'payment.confirmation_asked',
  'payment.confirmed',
  'payment.cancelled',
  'payment.expired',
  'payment.held',
  'payment.debited',
  'payment.declined',
  'payment.accepted',
  'payment.accept_refused',
  'payment.accept_awaited',
  'payment.settled',
  'payment.settle_awaited',
  'payment.voided',
  'payment.void_awaited',
  'refund.requested',
  'refund.requested_by_centre',
  'refund.checked',
  'refund.check_refused',
  'refund.held',
  'refund.debited',
  'refund.declined',
  'refund.accepted',
  'refund.accept_refused',
  'refund.accept_awaited',
  'refund.settled',
  'refund.settle_awaited',
  'refund.voided',
  'refund.void_awaited',
  'callback.delivered',
  'callback.failed',
  'callback.retrying',
  'callback.parked',
  'callback.unrecorded',
  'report.recorded',
  'report.awaited',
] as const;
export type StepCode = (typeof stepCodes)[number];

/** A text per step; a language that misses one does not compile. */
export type StepTexts = Readonly<Record<StepCode, string>>;

const texts: Record<Language, StepTexts> = { en, ky, ru, th, km, zh };

export const explanationOf = (code: StepCode, language: Language): string => texts[language][code];
