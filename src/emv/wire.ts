// A decoded code as JSON: what the command line prints and what an API may answer. Bigints become whole
// JSON numbers (amounts stop at 2^53 − 1), templates lose what repeats.

import type { Decoded, Fields, Refusal, Template, Tip } from './types.ts';

export type WireTemplate =
  | { id: string; guid: string | null; fields: Fields }
  | { id: string; guid?: null; value: string };

export type WireTip = Exclude<Tip, { kind: 'fixed' }> | { kind: 'fixed'; minor: number };

/** `Decoded`, ready for `JSON.stringify`. */
export interface WireCode
  extends Omit<
    Decoded,
    'amount' | 'tip' | 'merchantAccountInformation' | 'unreservedTemplates' | 'dataObjects'
  > {
  amount: { minor: number; currency: string } | null;
  tip: WireTip | null;
  merchantAccountInformation: WireTemplate[];
  unreservedTemplates: WireTemplate[];
  /** Root IDs in the order they stand. */
  tagOrder: string[];
}

/** Any result of `decode` as plain JSON data. */
export function toWire(result: Decoded | Refusal): WireCode | Refusal {
  return result.ok ? wireOf(result) : result;
}

export function wireOf(code: Decoded): WireCode {
  const { amount, tip } = code;
  return {
    ok: true,
    profile: code.profile,
    scheme: code.scheme,
    country: code.country,
    pointOfInitiationMethod: code.pointOfInitiationMethod,
    amount: amount === null ? null : { minor: Number(amount.minor), currency: amount.currency },
    transactionAmount: code.transactionAmount,
    transactionCurrency: code.transactionCurrency,
    merchantCategoryCode: code.merchantCategoryCode,
    countryCode: code.countryCode,
    merchantName: code.merchantName,
    merchantCity: code.merchantCity,
    postalCode: code.postalCode,
    merchantAccountInformation: code.merchantAccountInformation.map(wireTemplate),
    additionalData: code.additionalData,
    language: code.language,
    warnings: code.warnings,
    payloadFormatIndicator: code.payloadFormatIndicator,
    amountRule: code.amountRule,
    amountEditable: code.amountEditable,
    tip: tip?.kind === 'fixed' ? { kind: 'fixed', minor: Number(tip.minor) } : tip,
    tipOrConvenienceIndicator: code.tipOrConvenienceIndicator,
    valueOfConvenienceFeeFixed: code.valueOfConvenienceFeeFixed,
    valueOfConvenienceFeePercentage: code.valueOfConvenienceFeePercentage,
    askPayer: code.askPayer,
    expiresAtMs: code.expiresAtMs,
    unreservedTemplates: code.unreservedTemplates.map(wireTemplate),
    checksum: code.checksum,
    lengthUnit: code.lengthUnit,
    link: code.link,
    payload: code.payload,
    tagOrder: code.dataObjects.map((object) => object.id),
  };
}

function wireTemplate({ id, guid, fields, value }: Template): WireTemplate {
  if (fields !== null) return { id, guid, fields };
  // 02–25 are never templates; elsewhere a missing GUID is worth saying.
  return id < '26' ? { id, value } : { id, guid: null, value };
}
