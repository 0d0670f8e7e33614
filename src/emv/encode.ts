import { AMOUNT_MINOR_MAX, fromMinor, toMinor } from './amount.ts';
import { type LengthUnit, lengthOf, TEXT_LENGTH_MAX } from './cells.ts';
import { type ChecksumKind, checksumOf } from './checksum.ts';
import { type Currency, currencyOf } from './currencies.ts';
import {
  additionalData,
  byNumber,
  language,
  PAYLOAD_LENGTH_MAX,
  root,
  template,
  VALUE_LENGTH_MAX,
} from './data-objects.ts';
import { generic, type Profile, profiles } from './profiles.ts';
import { checkValue } from './strict.ts';
import { type DataObject, numberOf } from './tlv.ts';
import type { Fields } from './types.ts';

/** Why data is no code. `field` in the refusal says where: `59`, `32-10`, `amount`. */
export type EncodeRefusalCode =
  | 'unknown-profile'
  | 'invalid-tag'
  | 'duplicate-tag'
  | 'missing-field'
  | 'invalid-value'
  | 'invalid-amount'
  | 'too-long';

export interface EncodeRefusal {
  ok: false;
  code: EncodeRefusalCode;
  field: string;
  detail: string;
}

export type EncodeResult = { ok: true; payload: string } | EncodeRefusal;

/** Fields in the order given, or by ID where they are a plain object. */
export type FieldsData = Readonly<Fields> | readonly (readonly [id: string, text: string])[];

/** An object by its text, which goes in as it stands, or else a template by its GUID and fields. */
export interface TemplateData {
  id: string;
  value?: string | undefined;
  guid?: string | null | undefined;
  fields?: FieldsData | null | undefined;
}

interface Spelling {
  /** A profile's id. It gives the checksum and how amounts are spelled; without it, EMVCo's own. */
  profile?: string | undefined;
  checksum?: ChecksumKind | { kind: ChecksumKind | null } | undefined;
  checksumCase?: 'upper' | 'lower' | undefined;
  lengthUnit?: LengthUnit | undefined;
}

/** Every root object as it shall stand, in that order. Checked for shape only; 63 is worked out. */
export interface EncodeObjects extends Spelling {
  dataObjects: readonly DataObject[];
}

/** A code by the names of its parts, as `decode` gives them. null and absent are the same. */
export interface EncodeFields extends Spelling {
  /** `01` where absent; null leaves it out. */
  payloadFormatIndicator?: string | null | undefined;
  pointOfInitiationMethod?: 'static' | 'dynamic' | null | undefined;
  merchantAccountInformation?: readonly TemplateData[] | undefined;
  merchantCategoryCode?: string | null | undefined;
  /** ISO 4217 numeric; taken from `amount` where absent. */
  transactionCurrency?: string | null | undefined;
  /** Minor units, and the alphabetic or numeric currency. */
  amount?: { minor: bigint | number; currency: string } | null | undefined;
  /** The text of tag 54; beside `amount`, another spelling of it. */
  transactionAmount?: string | null | undefined;
  tipOrConvenienceIndicator?: string | null | undefined;
  valueOfConvenienceFeeFixed?: string | null | undefined;
  valueOfConvenienceFeePercentage?: string | null | undefined;
  countryCode?: string | null | undefined;
  merchantName?: string | null | undefined;
  merchantCity?: string | null | undefined;
  postalCode?: string | null | undefined;
  additionalData?: FieldsData | null | undefined;
  language?: FieldsData | null | undefined;
  unreservedTemplates?: readonly TemplateData[] | undefined;
  /** Root IDs in the order to write; the rest follow by ID. */
  tagOrder?: readonly string[] | undefined;
}

export type EncodeData = EncodeObjects | EncodeFields;

/** What a code without a scheme of its own must have: EMVCo MPM v1.1 table 3.1. */
const mandatory = root.filter((rule) => rule.mandatory && rule.id !== '63').map((rule) => rule.id);
const rootRules = byNumber(root);
const additionalRules = byNumber(additionalData);
const languageRules = byNumber(language);
const templateRules = byNumber(template);

/**
 * Writes the text of a code, its checksum included. Data that would make a code others cannot read is
 * refused: lengths, IDs, amounts, what EMVCo demands of each object.
 */
export function encode(data: EncodeData): EncodeResult {
  const profile = data.profile === undefined ? generic : profiles.get(data.profile);
  if (profile === undefined)
    return refuse('unknown-profile', 'profile', `no profile is called ${data.profile}`);
  if ('dataObjects' in data && data.dataObjects !== undefined) return write(data.dataObjects, data, profile);
  const fields = data as EncodeFields;
  const objects = rootOf(fields, profile);
  if (!Array.isArray(objects)) return objects;
  const fault = faultIn(objects, profile);
  if (fault !== null) return fault;
  const result = write(inOrder(objects, fields.tagOrder ?? []), data, profile);
  if (result.ok && lengthOf(result.payload, 'character') > PAYLOAD_LENGTH_MAX) {
    return refuse('too-long', 'payload', `a code holds at most ${PAYLOAD_LENGTH_MAX} characters`);
  }
  return result;
}

/** Root objects to text, checking no more than their shape. */
function write(objects: readonly DataObject[], data: Spelling, profile: Profile): EncodeResult {
  const unit = data.lengthUnit ?? 'character';
  const seen = new Set<string>();
  let body = '';
  for (const { id, value } of objects) {
    if (id === '63') continue;
    if (seen.has(id)) return refuse('duplicate-tag', id, 'no ID stands twice');
    seen.add(id);
    const object = objectText(id, value, unit, '');
    if (typeof object !== 'string') return object;
    body += object;
  }
  const stated = typeof data.checksum === 'object' ? data.checksum.kind : data.checksum;
  const checksum = checksumOf(stated ?? profile.checksum ?? 'crc16', body);
  const payload = `${body}6304${data.checksumCase === 'lower' ? checksum.toLowerCase() : checksum}`;
  if (payload.length <= TEXT_LENGTH_MAX) return { ok: true, payload };
  return refuse('too-long', 'payload', `more than ${TEXT_LENGTH_MAX} characters`);
}

/** The objects named by the parts of a code, by no order yet. */
function rootOf(data: EncodeFields, profile: Profile): DataObject[] | EncodeRefusal {
  const money = moneyOf(data, profile);
  if ('ok' in money) return money;
  const poi = data.pointOfInitiationMethod;
  const texts: readonly (readonly [id: string, text: string | null | undefined])[] = [
    ['00', data.payloadFormatIndicator === undefined ? '01' : data.payloadFormatIndicator],
    ['01', poi === 'static' ? '11' : poi === 'dynamic' ? '12' : poi],
    ['52', data.merchantCategoryCode],
    ['53', money.currency],
    ['54', money.amount],
    ['55', data.tipOrConvenienceIndicator],
    ['56', data.valueOfConvenienceFeeFixed],
    ['57', data.valueOfConvenienceFeePercentage],
    ['58', data.countryCode],
    ['59', data.merchantName],
    ['60', data.merchantCity],
    ['61', data.postalCode],
  ];
  const objects: DataObject[] = [];
  for (const [id, value] of texts) if (value !== undefined && value !== null) objects.push({ id, value });
  const templates: TemplateData[] = [
    ...(data.merchantAccountInformation ?? []),
    ...(data.unreservedTemplates ?? []),
  ];
  if (data.additionalData) templates.push({ id: '62', fields: data.additionalData });
  if (data.language) templates.push({ id: '64', fields: data.language });
  for (const template of templates) {
    const value = template.value ?? templateText(template, data.lengthUnit ?? 'character');
    if (typeof value !== 'string') return value;
    objects.push({ id: template.id, value });
  }
  return objects;
}

/** Tags 53 and 54. */
function moneyOf(
  { amount, transactionAmount: text, transactionCurrency }: EncodeFields,
  profile: Profile,
): { currency: string | null | undefined; amount: string | null | undefined } | EncodeRefusal {
  const named = transactionCurrency ?? amount?.currency;
  const currency = named === undefined ? undefined : currencyOf(named);
  if (amount !== undefined && amount !== null) {
    if (currency === undefined) return refuse('invalid-amount', 'amount', `${named} is not a known currency`);
    const spelled = amountText(amount, currency, profile);
    if ('ok' in spelled || text === undefined || text === null) return spelled;
    const same = toMinor(text, currency.decimals, profile.amount) === Number(amount.minor);
    return same ? { ...spelled, amount: text } : refuse('invalid-amount', '54', `${text} is another amount`);
  }
  if (text !== undefined && text !== null) {
    const minor = toMinor(text, currency?.decimals ?? 2, profile.amount);
    if (typeof minor === 'string') return refuse('invalid-amount', '54', `${text}: ${minor}`);
  }
  return { currency: currency?.numeric ?? transactionCurrency, amount: text };
}

function amountText(
  { minor, currency: named }: { minor: bigint | number; currency: string },
  currency: Currency,
  profile: Profile,
): { currency: string; amount: string } | EncodeRefusal {
  if (currencyOf(named) !== currency) return refuse('invalid-amount', 'amount', 'two currencies are given');
  if (profile.currency !== undefined && profile.currency !== currency.numeric) {
    return refuse('invalid-amount', 'amount', `${profile.scheme} has no amounts in ${currency.code}`);
  }
  const whole = typeof minor === 'bigint' || Number.isSafeInteger(minor);
  if (!whole || minor <= 0 || minor > AMOUNT_MINOR_MAX) {
    return refuse('invalid-amount', 'amount', 'minor units are a whole number from 1 to 2^53 - 1');
  }
  return { currency: currency.numeric, amount: fromMinor(BigInt(minor), currency.decimals, profile.amount) };
}

/** A template's value. */
function templateText({ id, guid, fields }: TemplateData, unit: LengthUnit): string | EncodeRefusal {
  const listed = Array.isArray(fields)
    ? fields
    : Object.entries(fields ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const all: (readonly [string, string])[] =
    typeof guid === 'string' ? [['00', guid], ...listed] : [...listed];
  const seen = new Set<string>();
  let text = '';
  for (const [field, value] of all) {
    if (seen.has(field)) return refuse('duplicate-tag', `${id}-${field}`, 'no ID stands twice');
    seen.add(field);
    const object = objectText(field, value, unit, `${id}-`);
    if (typeof object !== 'string') return object;
    const fault = fieldFault(id, field, value);
    if (fault !== null) return fault;
    text += object;
  }
  return text;
}

function fieldFault(id: string, field: string, value: string): EncodeRefusal | null {
  const path = `${id}-${field}`;
  if (value === '') return refuse('invalid-value', path, 'a value has at least one character');
  const rules = id === '62' ? additionalRules : id === '64' ? languageRules : templateRules;
  const rule = rules[numberOf(field)];
  const found: string[] = [];
  if (rule !== undefined) checkValue(rule, value, path, found);
  return found[0] === undefined ? null : refusedBy(found[0], path);
}

/** ID, length, value. */
function objectText(id: string, value: string, unit: LengthUnit, prefix: string): string | EncodeRefusal {
  const field = prefix + id;
  if (id.length !== 2 || numberOf(id) < 0) return refuse('invalid-tag', field, 'an ID is two digits');
  if (typeof value !== 'string' || !value.isWellFormed()) return refuse('invalid-value', field, 'not a text');
  const length = lengthOf(value, unit);
  if (length > VALUE_LENGTH_MAX) {
    return refuse('too-long', field, `${length} characters, a length is two digits`);
  }
  return id + String(length).padStart(2, '0') + value;
}

/** What EMVCo, or the scheme, does not allow. */
function faultIn(objects: readonly DataObject[], profile: Profile): EncodeRefusal | null {
  const has = (id: string) => objects.some((object) => object.id === id);
  if (!objects.some(({ id }) => id >= '02' && id <= '51')) {
    return refuse('missing-field', 'merchantAccountInformation', 'a code names at least one account');
  }
  const missing = profile === generic ? mandatory.find((id) => !has(id)) : undefined;
  if (missing !== undefined) return refuse('missing-field', missing, 'EMVCo demands it');
  for (const { id, value } of objects) {
    if (value === '') return refuse('invalid-value', id, 'a value has at least one character');
    const rule = rootRules[numberOf(id)];
    const found: string[] = [];
    // An amount has had its own rule already, the profile's.
    if (rule !== undefined && id !== '54') checkValue(rule, value, id, found);
    // Names in a scheme's own script are everyday; EMVCo's ANS would forbid them.
    const violation = found.find((name) => !name.endsWith('non-ans'));
    if (violation !== undefined) return refusedBy(violation, id);
  }
  return null;
}

function refusedBy(violation: string, field: string): EncodeRefusal {
  return refuse(violation.endsWith('too-long') ? 'too-long' : 'invalid-value', field, violation);
}

/** By the order asked for, then by ID. */
function inOrder(objects: readonly DataObject[], order: readonly string[]): DataObject[] {
  const placeOf = ({ id }: DataObject) => {
    const place = order.indexOf(id);
    return place < 0 ? order.length : place;
  };
  return objects.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.id < b.id ? -1 : 1));
}

function refuse(code: EncodeRefusalCode, field: string, detail: string): EncodeRefusal {
  return { ok: false, code, field, detail };
}
