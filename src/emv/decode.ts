import { checksumHolds, scan, TEXT_LENGTH_MAX } from './checksum.ts';
import { Code } from './code.ts';
import { carriedIn, percentDecode } from './link.ts';
import { recognise } from './recognise.ts';
import { type LengthUnit, numberOf, type Walk, walkRoot } from './tlv.ts';
import type { DecodeResult, Refusal, RefusalCode } from './types.ts';
import { viewOf } from './view.ts';

const bytesOnly: readonly LengthUnit[] = ['byte'];
const unitsThenBytes: readonly LengthUnit[] = ['utf16', 'byte'];
const CRC_LENGTH = 4;
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
  const { ascii, crcHolds } = scan(payload);
  if (!ascii && !payload.isWellFormed()) return refuse('malformed', 0, 'the text holds half a character');
  const wide = !ascii && hasSurrogates(payload);
  const given = { payload, link, verify, crcHolds };
  const walk = walkRoot(payload, wide ? 'character' : 'utf16');
  const fault = structureFault(payload, walk);
  if (fault === null) return verified(given, walk, wide ? 'character' : 'utf16', 'character');
  if (ascii) return fault;
  for (const unit of wide ? unitsThenBytes : bytesOnly) {
    const second = walkRoot(payload, unit);
    if (structureFault(payload, second) === null) return verified(given, second, unit, unit);
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
function structureFault(text: string, walk: Walk): Refusal | null {
  if (numberOf(text) < 0) return refuse('not-mpm', 0, 'the text does not begin with a data object');
  if (walk.fault !== null) return refuse(walk.fault.code, walk.fault.position, walk.fault.detail);
  if (walk.invalidTagAt >= 0) return refuse('invalid-tag', walk.invalidTagAt, 'a tag is two digits');
  if (walk.duplicateAt >= 0) {
    const tag = text.slice(walk.duplicateAt, walk.duplicateAt + 2);
    return refuse('duplicate-tag', walk.duplicateAt, `tag ${tag} stands twice`);
  }
  const crc = walk.values[63];
  if (crc === undefined) {
    // A Thai payment slip's mini code has a template in 00 and its checksum in 91.
    const foreign = (walk.values[0] ?? '').length > FORMAT_INDICATOR_LENGTH_MAX;
    if (foreign) return refuse('not-mpm', 0, 'tag 00 is not a payload format indicator');
    return refuse('missing-crc', text.length, 'there is no tag 63');
  }
  if (walk.objects.at(-1)?.id !== '63') return refuse('missing-crc', text.length, 'tag 63 is not last');
  if (text.slice(walk.lastAt + 2, walk.lastAt + 4) !== '04') {
    return refuse('crc-length', walk.lastAt + 2, `tag 63 holds ${crc.length} characters`);
  }
  return null;
}

/** A code whose checksum is not EMVCo's may still carry the one its scheme prescribes. */
function verified(given: Given, walk: Walk, unit: LengthUnit, lengthUnit: LengthUnit): DecodeResult {
  const { payload, link, verify, crcHolds } = given;
  if (crcHolds) return new Code({ payload, walk, unit, lengthUnit, link, kind: 'crc16' });
  const view = viewOf(payload, walk, unit);
  const recognised = recognise(view);
  const own = recognised.profile.checksum;
  const kind = own !== undefined && checksumHolds(own, payload) ? own : null;
  if (kind === null && verify) {
    return refuse('crc', payload.length - CRC_LENGTH, `${walk.values[63]} is not the checksum of the text`);
  }
  return new Code({ payload, walk, unit, lengthUnit, link, kind }, view, recognised);
}

function hasSurrogates(text: string): boolean {
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xf800) === 0xd800) return true;
  return false;
}

function isTooLong(text: string): boolean {
  return text.length > TEXT_LENGTH_MAX * 2 || [...text].length > TEXT_LENGTH_MAX;
}

function refuse(code: RefusalCode, position: number, detail: string): Refusal {
  return { ok: false, code, position, detail };
}
