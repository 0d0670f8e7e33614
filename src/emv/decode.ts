import { cells, cellsOf, cellsOfUtf8, encodeUtf8, type LengthUnit, TEXT_LENGTH_MAX } from './cells.ts';
import { checksumHolds, crcHoldsIn } from './checksum.ts';
import { Code } from './code.ts';
import { carriedIn, percentDecode } from './link.ts';
import { recognise } from './recognise.ts';
import { numberOf, type Walk, walk } from './tlv.ts';
import type { DecodeResult, Refusal, RefusalCode } from './types.ts';

const bytesOnly: readonly LengthUnit[] = ['byte'];
const unitsThenBytes: readonly LengthUnit[] = ['utf16', 'byte'];
const CRC_LENGTH = 4;
const ZERO = 48;
/** A format indicator is two digits; KHQR's own tests have three. Beyond that tag 00 is something else. */
const FORMAT_INDICATOR_LENGTH_MAX = 4;

export interface DecodeOptions {
  /** `ignore` reads codes whose checksum is wrong, for looking at them; never for paying them. */
  checksum?: 'verify' | 'ignore';
}

/**
 * Reads the text of an EMV merchant-presented QR code (EMVCo MPM v1.1, bent as the national schemes bend it).
 * Takes any value and never throws: a text that is not a whole, unharmed code gives a refusal.
 */
export function decode(text: string, options?: DecodeOptions): DecodeResult {
  if (typeof text !== 'string') return refuse('not-text', 0, `a ${typeof text} is not a text`);
  if (text.length > TEXT_LENGTH_MAX && isTooLong(text)) {
    return refuse('too-long', TEXT_LENGTH_MAX, `more than ${TEXT_LENGTH_MAX} characters`);
  }
  const verify = options?.checksum !== 'ignore';
  const carried = carriedIn(text);
  if (carried !== null) return decodeLink(carried.link, carried.fragment, verify);
  const result = decodePayload(text, null, verify);
  if (result.ok || !text.includes('%')) return result;
  // A fragment may arrive already cut out of its link, but not yet decoded.
  const decoded = percentDecode(text);
  const second = decoded === null || decoded === text ? result : decodePayload(decoded, null, verify);
  return second.ok ? second : result;
}

/** Tries a fragment percent-decoded, then form-decoded (`+` for a space), then as it stands. */
function decodeLink(link: string, fragment: string, verify: boolean): DecodeResult {
  const decoded = percentDecode(fragment);
  if (decoded === null) return refuse('malformed', 0, 'the fragment is not percent-encoded UTF-8');
  const first = decodePayload(decoded, link, verify);
  if (first.ok) return first;
  const form = fragment.includes('+') ? percentDecode(fragment.replaceAll('+', ' ')) : null;
  for (const candidate of [form, fragment]) {
    if (candidate === null || candidate === decoded) continue;
    const result = decodePayload(candidate, link, verify);
    if (result.ok) return result;
  }
  return first;
}

/** Lengths count characters; only where that fails may they count UTF-16 units or bytes instead. */
function decodePayload(payload: string, link: string | null, verify: boolean): DecodeResult {
  const bytes = encodeUtf8(payload);
  const given = { payload, link, verify, crcHolds: crcHoldsIn(cells, bytes) };
  const ascii = bytes === payload.length;
  if (!ascii && !payload.isWellFormed()) return refuse('malformed', 0, 'the text holds half a character');
  const characters = cellsOfUtf8(payload, bytes, 'character');
  const first = walk(characters);
  const fault = structureFault(payload, first);
  if (fault === null) return verified(given, first, 'character');
  if (ascii) return fault;
  // Where the cells took no offsets, UTF-16 units are the same as characters.
  for (const unit of characters.offsets === null ? bytesOnly : unitsThenBytes) {
    const second = walk(cellsOf(payload, unit));
    if (structureFault(payload, second) === null) return verified(given, second, unit);
  }
  return fault;
}

interface Given {
  payload: string;
  link: string | null;
  verify: boolean;
  crcHolds: boolean;
}

/** What is wrong with the root as a whole, by precedence. */
function structureFault(text: string, row: Walk): Refusal | null {
  if (numberOf(text) < 0) return refuse('not-mpm', 0, 'the text does not begin with a data object');
  if (row.fault !== null) return refuse(row.fault.code, row.fault.position, row.fault.detail);
  if (row.invalidTagAt >= 0) return refuse('invalid-tag', row.invalidTagAt, 'a tag is two digits');
  if (row.duplicateAt >= 0) {
    const tag = text.slice(row.duplicateAt, row.duplicateAt + 2);
    return refuse('duplicate-tag', row.duplicateAt, `tag ${tag} stands twice`);
  }
  const { tag, at } = row.last;
  if (tag !== 63) {
    if (row.values[63] !== undefined) return refuse('missing-crc', text.length, 'tag 63 is not last');
    // A Thai payment slip's mini code has a template in 00 and its checksum in 91.
    const foreign = (row.values[0] ?? '').length > FORMAT_INDICATOR_LENGTH_MAX;
    if (foreign) return refuse('not-mpm', 0, 'tag 00 is not a payload format indicator');
    return refuse('missing-crc', text.length, 'there is no tag 63');
  }
  if (text.charCodeAt(at + 2) === ZERO && text.charCodeAt(at + 3) === ZERO + CRC_LENGTH) return null;
  return refuse('crc-length', at + 2, `tag 63 says it has ${text.slice(at + 2, at + 4)} characters`);
}

/** A code whose checksum is not EMVCo's may still carry the one its scheme prescribes. */
function verified(given: Given, row: Walk, unit: LengthUnit): DecodeResult {
  const { payload, link, verify, crcHolds } = given;
  if (crcHolds) return new Code(row, unit, link, 'crc16');
  const recognised = recognise(row, unit);
  const own = recognised.profile.checksum;
  const kind = own !== undefined && checksumHolds(own, payload) ? own : null;
  if (kind !== null || !verify) return new Code(row, unit, link, kind, recognised);
  const stated = payload.slice(-CRC_LENGTH);
  return refuse('crc', payload.length - CRC_LENGTH, `${stated} is not the checksum of the text`);
}

function isTooLong(text: string): boolean {
  return text.length > TEXT_LENGTH_MAX * 2 || [...text].length > TEXT_LENGTH_MAX;
}

function refuse(code: RefusalCode, position: number, detail: string): Refusal {
  return { ok: false, code, position, detail };
}
