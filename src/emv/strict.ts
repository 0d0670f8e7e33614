// The rules of EMVCo MPM v1.1 that a code can break and still be read. Every one broken is named, so that a
// wallet can show the code and an acquirer can mend it.

import { isZero } from './amount.ts';
import { lengthOf } from './cells.ts';
import {
  additionalData,
  byNumber,
  type DataObjectRule,
  language,
  PAYLOAD_LENGTH_MAX,
  root,
} from './data-objects.ts';
import { type DataObject, numberOf } from './tlv.ts';
import type { Template } from './types.ts';
import type { View } from './view.ts';

/** §4.7.10: a GUID has at most 32 characters. */
const GUID_LENGTH_MAX = 32;
const rootRules = byNumber(root);
const additionalRules = byNumber(additionalData);
const languageRules = byNumber(language);
const mandatory = root.filter((rule) => rule.mandatory).map((rule) => Number(rule.id));

/** Every rule the code breaks, by name: `52-format:59991`, `missing:60`, `26-no-guid`. */
export function strictViolations(view: View): string[] {
  const found: string[] = [];
  const { values, payload, objects } = view;
  if (payload.length > PAYLOAD_LENGTH_MAX) checkPayloadLength(payload, found);
  if (values[0] !== undefined && objects[0]?.id !== '00') found.push('00-not-first');
  if (view.accounts.length === 0) found.push('missing:merchant-account');
  for (const tag of mandatory) {
    if (values[tag] === undefined) found.push(`missing:${String(tag).padStart(2, '0')}`);
  }
  checkObjects(objects, rootRules, '', found);
  checkTemplates(view.accounts, found);
  checkTemplates(view.unreserved, found);
  // §4.7.6 and §4.7.7: 56 goes with 55 = 02, 57 with 55 = 03, and neither without.
  if ((values[55] === '02') !== (values[56] !== undefined)) found.push('55/56-mismatch');
  if ((values[55] === '03') !== (values[57] !== undefined)) found.push('55/57-mismatch');
  if (view.additional !== null) {
    checkObjects(view.additional, additionalRules, '62-', found);
    for (const { id } of view.additional) if (id === '00') found.push('62-00-used');
  } else if (values[62] !== undefined) found.push('62-not-a-template');
  if (view.language !== null) checkLanguage(view.language, found);
  else if (values[64] !== undefined) found.push('64-not-a-template');
  if (hasLowerCaseHex(values[63] ?? '')) found.push('crc-lower-case');
  return found;
}

/** What one value breaks of its rule, added to `found`; `tag` is how the object is called there. */
export function checkValue(rule: DataObjectRule, value: string, tag: string, found: string[]): void {
  if (rule.oneOf?.includes(value) === false) found.push(`${tag}-value:${value}`);
  if (rule.format !== null) {
    if (!hasFormat(rule, value)) found.push(`${tag}-format:${value}`);
    if (tag === '54' && isZero(value)) found.push('54-zero');
  }
  // Characters never outnumber UTF-16 units, so only long texts need counting.
  if (value.length > rule.max && lengthOf(value, 'character') > rule.max) found.push(`${tag}-too-long`);
  if (rule.ans && !isAns(value)) found.push(`${tag}-non-ans`);
}

function checkObjects(
  objects: readonly DataObject[],
  rules: readonly (DataObjectRule | undefined)[],
  prefix: string,
  found: string[],
): void {
  for (const { id, value } of objects) {
    if (value === '') {
      found.push(`zero-length:${prefix}${id}`);
      continue;
    }
    const tag = numberOf(id);
    const rule = rules[tag];
    if (rule !== undefined) checkValue(rule, value, prefix === '' ? id : prefix + id, found);
    // §4.8.2: 65–79 are EMVCo's own for later.
    else if (prefix === '' && tag >= 65 && tag <= 79) found.push(`rfu:${id}`);
  }
}

/** §4.7.10 and §4.8.1: a template names itself in 00, in at most 32 characters. */
function checkTemplates(templates: readonly Template[], found: string[]): void {
  for (const { id, guid, fields } of templates) {
    if (guid !== null) {
      if (guid.length > GUID_LENGTH_MAX) found.push(`${id}-guid-too-long`);
    } else if (fields !== null) found.push(`${id}-no-guid`);
    else if (numberOf(id) >= 26) found.push(`${id}-not-a-template`);
  }
}

function checkLanguage(objects: readonly DataObject[], found: string[]): void {
  for (const rule of language) {
    if (rule.mandatory && !objects.some(({ id }) => id === rule.id)) found.push(`64-missing:${rule.id}`);
  }
  checkObjects(objects, languageRules, '64-', found);
}

function checkPayloadLength(payload: string, found: string[]): void {
  const length = lengthOf(payload, 'character');
  if (length > PAYLOAD_LENGTH_MAX) found.push(`payload-over-${PAYLOAD_LENGTH_MAX}:${length}`);
}

function hasFormat(rule: DataObjectRule, value: string): boolean {
  if (rule.format === 'digits') return value.length === rule.length && within(value, 48, 57);
  if (rule.format === 'letters') return value.length === rule.length && within(value, 65, 90);
  return rule.format === 'amount' ? isAmount(value) : /^\d{1,2}(\.\d{0,2})?$/.test(value);
}

/** §4.7.4: `98`, `98.` and `98.73`, but not `.73`. */
function isAmount(value: string): boolean {
  let points = 0;
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    if (unit === 46 ? at === 0 || points++ > 0 : unit < 48 || unit > 57) return false;
  }
  return true;
}

function isAns(value: string): boolean {
  return within(value, 0x20, 0x7e);
}

function within(value: string, low: number, high: number): boolean {
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    if (unit < low || unit > high) return false;
  }
  return true;
}

function hasLowerCaseHex(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    if (unit >= 97 && unit <= 102) return true;
  }
  return false;
}
