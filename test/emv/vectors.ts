// The vectors of test/vectors/emv.jsonl: 239 real codes with what a decoder must say of each.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decoded, Template } from '../../src/emv/index.ts';

export interface Vector {
  id: string;
  scheme: string;
  country: string;
  payload: string;
  valid: boolean;
  strictViolations?: string[];
  checksum?: string;
  error?: string;
  emv?: string;
  expect?: Record<string, unknown>;
}

export const vectors: Vector[] = readFileSync(join(import.meta.dirname, '../vectors/emv.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

export const validVectors = vectors.filter((vector) => vector.valid);

/** A decoded code in the shape of a vector's `expect`. */
export function asExpected(code: Decoded): Record<string, unknown> {
  const raw = (id: string) => code.dataObjects.find((object) => object.id === id)?.value ?? null;
  const rfu = code.dataObjects.filter(({ id }) => id >= '65' && id <= '79');
  const hasTip = ['55', '56', '57'].some((id) => raw(id) !== null);
  return {
    payloadFormat: code.payloadFormatIndicator,
    poi: code.pointOfInitiationMethod,
    ...(raw('01') !== null && code.pointOfInitiationMethod === null && { poiRaw: raw('01') }),
    amount: code.transactionAmount,
    currency: code.transactionCurrency,
    country: code.countryCode,
    merchantName: code.merchantName,
    merchantCity: code.merchantCity,
    mcc: code.merchantCategoryCode,
    postalCode: code.postalCode,
    merchantAccounts: code.merchantAccountInformation.map(template),
    additional: code.additionalData,
    language: code.language,
    ...(raw('64') !== null && code.language === null && { languageRaw: raw('64') }),
    ...(hasTip && { tip: { indicator: raw('55'), fixed: raw('56'), percent: raw('57') } }),
    ...(code.unreservedTemplates.length > 0 && { unreserved: code.unreservedTemplates.map(template) }),
    ...(rfu.length > 0 && { rfu: Object.fromEntries(rfu.map(({ id, value }) => [id, value])) }),
    tagOrder: code.dataObjects.map(({ id }) => id),
    crc: code.checksum.value,
  };
}

function template({ id, guid, fields, value }: Template): Record<string, unknown> {
  if (fields !== null) return { tag: id, guid, sub: fields };
  return id < '26' ? { tag: id, value } : { tag: id, guid: null, value };
}
