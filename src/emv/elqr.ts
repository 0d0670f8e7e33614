// ELQR, the Kyrgyz scheme, by the names of its own fields. Tag 32 says where the payment goes (00 provider,
// 01 service, 10 recipient, 11 transaction, 12 and 13 what the payer may change), 33 the merchant, 34 a
// comment, 35–39 whatever else the payer should see. Amounts are whole tyiyn.

import { type EncodeRefusal, type EncodeRefusalCode, encode, type TemplateData } from './encode.ts';
import { linkTo } from './link.ts';
import { walkTemplate } from './tlv.ts';
import type { Decoded, Fields } from './types.ts';

/** One of tags 35–39: something about the payment, shown before it is confirmed where `visible`. */
export interface ElqrExtraField {
  key: string;
  label: string;
  value: string;
  title: string;
  visible: boolean;
}

export interface ElqrData {
  /** 32-00: the domain of the provider, `qr.tolom.kg`. */
  provider: string;
  pointOfInitiationMethod: 'static' | 'dynamic';
  /** 32-01. Required unless `merchantId` is given. */
  serviceCode?: string | undefined;
  /** 32-10: whose account within the service. */
  recipientId?: string | undefined;
  /** 32-11 */
  transactionId?: string | undefined;
  /** 32-12; the scheme takes yes for granted. */
  amountEditable?: boolean | undefined;
  /** 32-13; likewise. */
  recipientEditable?: boolean | undefined;
  /** 33-00 */
  merchantId?: string | undefined;
  /** 33-01 */
  serviceName?: string | undefined;
  /** 34 */
  comment?: string | undefined;
  /** 35–39 */
  extraFields?: readonly ElqrExtraField[] | undefined;
  merchantCategoryCode: string;
  /** 59 */
  merchantName: string;
  /** Tyiyn; absent where the payer enters it. */
  amountMinor?: bigint | undefined;
}

export type ElqrResult = { ok: true; payload: string; link: string } | EncodeRefusal;

/** What a decoded ELQR code says in tags 32–39. */
export interface ElqrFields
  extends Pick<
    ElqrData,
    'serviceCode' | 'recipientId' | 'transactionId' | 'merchantId' | 'serviceName' | 'comment'
  > {
  provider: string | undefined;
  /** null where the code does not say. */
  amountEditable: boolean | null;
  recipientEditable: boolean | null;
  extraFields: ElqrExtraField[];
}

const YES = '11';
const NO = '12';
const FIELD_LENGTH_MAX = 32;
const VALUE_LENGTH_MAX = 99;
const EXTRA_TAGS = ['35', '36', '37', '38', '39'];

/** Writes an ELQR code and the link that carries it: `https://qr.tolom.kg/#0002…`. */
export function encodeElqr(data: ElqrData): ElqrResult {
  if (data.serviceCode === undefined && data.merchantId === undefined) {
    return refuse('missing-field', '32-01', 'a service code or a merchant id is required');
  }
  const service: (readonly [string, string | undefined])[] = [
    ['00', data.provider],
    ['01', data.serviceCode],
    ['10', data.recipientId],
    ['11', data.transactionId],
    ['12', flag(data.amountEditable)],
    ['13', flag(data.recipientEditable)],
  ];
  const merchant: (readonly [string, string | undefined])[] = [
    ['00', data.merchantId],
    ['01', data.serviceName],
  ];
  const templates: TemplateData[] = [];
  for (const [id, rows] of [
    ['32', service],
    ['33', merchant],
  ] as const) {
    const fields = rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
    const long = fields.find(([, text]) => [...text].length > FIELD_LENGTH_MAX);
    if (long !== undefined)
      return refuse('too-long', `${id}-${long[0]}`, `at most ${FIELD_LENGTH_MAX} characters`);
    if (fields.length > 0) templates.push({ id, fields });
  }
  if (data.comment !== undefined) {
    if ([...data.comment].length > FIELD_LENGTH_MAX) {
      return refuse('too-long', '34', `at most ${FIELD_LENGTH_MAX} characters`);
    }
    templates.push({ id: '34', value: data.comment });
  }
  const extra = packExtra(data.extraFields ?? []);
  if (!Array.isArray(extra)) return extra;
  const result = encode({
    profile: 'elqr',
    pointOfInitiationMethod: data.pointOfInitiationMethod,
    merchantAccountInformation: [...templates, ...extra],
    merchantCategoryCode: data.merchantCategoryCode,
    transactionCurrency: '417',
    amount: data.amountMinor === undefined ? null : { minor: data.amountMinor, currency: 'KGS' },
    merchantName: data.merchantName,
  });
  return result.ok ? { ...result, link: linkTo(data.provider, result.payload) } : result;
}

/** Reads tags 32–39 of a decoded ELQR code. */
export function elqrOf(code: Decoded): ElqrFields {
  const raw = (id: string) => code.dataObjects.find((object) => object.id === id)?.value;
  const account = (id: string) => code.merchantAccountInformation.find((template) => template.id === id);
  const service: Fields = account('32')?.fields ?? {};
  const merchant = account('33');
  return {
    provider: account('32')?.guid ?? undefined,
    serviceCode: service['01'],
    recipientId: service['10'],
    transactionId: service['11'],
    amountEditable: readFlag(service['12']),
    recipientEditable: readFlag(service['13']),
    merchantId: merchant?.guid ?? undefined,
    serviceName: merchant?.fields?.['01'],
    comment: raw('34'),
    extraFields: EXTRA_TAGS.flatMap((id) => readExtra(raw(id) ?? '')),
  };
}

/** As many fields into each of 35–39 as its 99 characters hold. */
function packExtra(fields: readonly ElqrExtraField[]): TemplateData[] | EncodeRefusal {
  const templates: { id: string; fields: [string, string][]; length: number }[] = [];
  for (const { key, label, value, title, visible } of fields) {
    const parts = [key, label, value, title];
    if (parts.some((part) => part.includes(':'))) {
      return refuse('invalid-value', '35', 'a part of an extra field holds no colon');
    }
    const text = [...parts, visible ? YES : NO].join(':');
    const length = [...text].length + 4;
    let last = templates.at(-1);
    if (last === undefined || last.length + length > VALUE_LENGTH_MAX) {
      const id = EXTRA_TAGS[templates.length];
      if (id === undefined || length > VALUE_LENGTH_MAX) {
        return refuse('too-long', '35', 'extra fields take more than tags 35 to 39 hold');
      }
      last = { id, fields: [], length: 0 };
      templates.push(last);
    }
    last.fields.push([String(last.fields.length).padStart(2, '0'), text]);
    last.length += length;
  }
  return templates.map(({ id, fields: packed }) => ({ id, value: packed.map(objectText).join('') }));
}

function objectText([id, text]: [string, string]): string {
  return id + String([...text].length).padStart(2, '0') + text;
}

/** `key:label:value:title:visible`, several in a template or one by itself; what is neither is left out. */
function readExtra(text: string): ElqrExtraField[] {
  const lines = walkTemplate(text, 'character')?.map((object) => object.value) ?? [text];
  return lines.flatMap((line) => {
    const [key, label, value, title, visible, ...more] = line.split(':');
    if (key === undefined || label === undefined || value === undefined || title === undefined) return [];
    if (more.length > 0 || (visible !== YES && visible !== NO)) return [];
    return [{ key, label, value, title, visible: visible === YES }];
  });
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? YES : NO;
}

function readFlag(text: string | undefined): boolean | null {
  return text === YES ? true : text === NO ? false : null;
}

function refuse(code: EncodeRefusalCode, field: string, detail: string): EncodeRefusal {
  return { ok: false, code, field, detail };
}
