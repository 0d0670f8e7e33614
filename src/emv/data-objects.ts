// EMVCo MPM v1.1 tables 3.1–3.9: the data objects, one line each, and what the specification asks of them.

import type { DataObject } from './tlv.ts';

/** Plain data, all of one shape, so that the check over them is one quick function. */
export interface DataObjectRule {
  id: string;
  name: string;
  mandatory: boolean;
  /** Nothing else may stand there. */
  oneOf: readonly string[] | null;
  format: 'digits' | 'letters' | 'amount' | 'percentage' | null;
  /** Exact length of `digits` and `letters`. */
  length: number;
  /** Most characters. */
  max: number;
  /** §4.1 "ANS": printable ASCII. */
  ans: boolean;
}

const anything: Omit<DataObjectRule, 'id' | 'name'> = {
  mandatory: false,
  oneOf: null,
  format: null,
  length: 0,
  max: 99,
  ans: false,
};

const rule = (id: string, name: string, more: Partial<DataObjectRule> = {}): DataObjectRule => ({
  ...anything,
  id,
  name,
  ...more,
});

export const root: readonly DataObjectRule[] = [
  rule('00', 'payloadFormatIndicator', { mandatory: true, oneOf: ['01'] }),
  rule('01', 'pointOfInitiationMethod', { oneOf: ['11', '12'] }),
  rule('52', 'merchantCategoryCode', { mandatory: true, format: 'digits', length: 4 }),
  rule('53', 'transactionCurrency', { mandatory: true, format: 'digits', length: 3 }),
  rule('54', 'transactionAmount', { format: 'amount', max: 13 }),
  rule('55', 'tipOrConvenienceIndicator', { oneOf: ['01', '02', '03'] }),
  rule('56', 'valueOfConvenienceFeeFixed', { format: 'amount', max: 13 }),
  rule('57', 'valueOfConvenienceFeePercentage', { format: 'percentage', max: 5 }),
  rule('58', 'countryCode', { mandatory: true, format: 'letters', length: 2 }),
  rule('59', 'merchantName', { mandatory: true, max: 25, ans: true }),
  rule('60', 'merchantCity', { mandatory: true, max: 15, ans: true }),
  rule('61', 'postalCode', { max: 10, ans: true }),
  rule('62', 'additionalData'),
  rule('63', 'crc', { mandatory: true }),
  rule('64', 'language'),
];

/** Tag 62. 12–49 are reserved and 50–99 templates of payment systems. */
export const additionalData: readonly DataObjectRule[] = [
  rule('01', 'billNumber', { max: 25 }),
  rule('02', 'mobileNumber', { max: 25 }),
  rule('03', 'storeLabel', { max: 25 }),
  rule('04', 'loyaltyNumber', { max: 25 }),
  rule('05', 'referenceLabel', { max: 25 }),
  rule('06', 'customerLabel', { max: 25 }),
  rule('07', 'terminalLabel', { max: 25 }),
  rule('08', 'purposeOfTransaction', { max: 25 }),
  rule('09', 'additionalConsumerDataRequest'),
  rule('10', 'merchantTaxId'),
  rule('11', 'merchantChannel'),
];

/** Tag 64. */
export const language: readonly DataObjectRule[] = [
  rule('00', 'languagePreference', { mandatory: true }),
  rule('01', 'merchantName', { mandatory: true, max: 25 }),
  rule('02', 'merchantCity', { max: 15 }),
];

/** 26–51 and 80–99, as far as EMVCo goes. */
export const template: readonly DataObjectRule[] = [rule('00', 'globallyUniqueIdentifier', { max: 32 })];

/** Letters of 62-09: what the payer's app must send along. */
const consumerData: Readonly<Record<string, string>> = {
  A: 'consumerAddress',
  M: 'consumerMobileNumber',
  E: 'consumerEmail',
};

/**
 * What the payer's app must ask for, by name. §4.7.9: `***` in 62-01…08 unless the scheme means "none" by
 * it, and the letters of 62-09.
 */
export function askedOfPayer(objects: readonly DataObject[], starsMeanAbsent: boolean): string[] {
  const names: string[] = [];
  for (const { id, value } of objects) {
    if (value === '***' && id <= '08' && !starsMeanAbsent) {
      const row = additionalData.find((candidate) => candidate.id === id);
      if (row !== undefined) names.push(row.name);
    } else if (id === '09' && /^[AME]{1,3}$/.test(value)) {
      for (const letter of value) names.push(consumerData[letter] ?? letter);
    }
  }
  return names;
}

export const PAYLOAD_LENGTH_MAX = 512;
/** A length is two digits. */
export const VALUE_LENGTH_MAX = 99;

/** A table by numeric ID, for the hot path. */
export function byNumber(rules: readonly DataObjectRule[]): readonly (DataObjectRule | undefined)[] {
  const table = new Array<DataObjectRule | undefined>(100).fill(undefined);
  for (const row of rules) table[Number(row.id)] = row;
  return table;
}
