// EMVCo MPM v1.1 §3: a code is a row of data objects: two-digit ID, two-digit length, value.

/** One data object as it stands in the code. `id` is two characters, digits except inside some templates. */
export interface DataObject {
  id: string;
  value: string;
}

/**
 * What a length counts. Characters (code points) in nearly every code ever seen; UTF-16 units and UTF-8
 * bytes exist because of careless generators. Where no character takes two units, as nearly everywhere,
 * units and characters are the same, and units are what a string is quickest walked by.
 */
export type LengthUnit = 'character' | 'utf16' | 'byte';

/** The root of a code: its objects in order, their values by ID (`values[59]` is tag 59), and where it broke. */
export interface Walk {
  objects: DataObject[];
  values: (string | undefined)[];
  /** null when the walk reached the end of the text. */
  fault: WalkFault | null;
  /** Where the first ID that is not two digits stands, or -1. Offsets are UTF-16, as everywhere. */
  invalidTagAt: number;
  /** Where the first repeated ID stands, or -1. */
  duplicateAt: number;
  lastAt: number;
}

export interface WalkFault {
  code: 'truncated' | 'malformed' | 'truncated-crc';
  position: number;
  detail: string;
}

const HEADER = 4;
/** The hundred numeric IDs, ready-made: the hot path hands these out instead of cutting new strings. */
const ids: readonly string[] = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/**
 * Walks the root. Any two characters are taken for an ID and reported afterwards, because where a walk
 * ends tells a cut code (`truncated`) from a code that lost step (`malformed`).
 */
export function walkRoot(text: string, unit: LengthUnit): Walk {
  const objects: DataObject[] = [];
  const values = new Array<string | undefined>(ids.length);
  const walk: Walk = { objects, values, fault: null, invalidTagAt: -1, duplicateAt: -1, lastAt: -1 };
  let at = 0;
  while (at < text.length) {
    const length = twoDigits(text, at + 2);
    const end = length < 0 ? -1 : endOf(text, at + HEADER, length, unit);
    if (end < 0) {
      walk.fault = faultAt(text, at, length);
      return walk;
    }
    const tag = twoDigits(text, at);
    const value = text.slice(at + HEADER, end);
    if (tag < 0) {
      if (walk.invalidTagAt < 0) walk.invalidTagAt = at;
    } else if (values[tag] === undefined) values[tag] = value;
    else if (walk.duplicateAt < 0) walk.duplicateAt = at;
    objects.push({ id: tag < 0 ? text.slice(at, at + 2) : (ids[tag] as string), value });
    walk.lastAt = at;
    at = end;
  }
  return walk;
}

/** The objects of a template one level deep, or null when its value does not walk as one. */
export function walkTemplate(text: string, unit: LengthUnit): DataObject[] | null {
  const objects: DataObject[] = [];
  let at = 0;
  while (at < text.length) {
    const length = twoDigits(text, at + 2);
    const end = length < 0 ? -1 : endOf(text, at + HEADER, length, unit);
    if (end < 0) return null;
    const tag = twoDigits(text, at);
    const id = tag < 0 ? text.slice(at, at + 2) : (ids[tag] as string);
    objects.push({ id, value: text.slice(at + HEADER, end) });
    at = end;
  }
  return objects;
}

/** The number of a two-digit ID; -1 of any other. */
export function numberOf(id: string): number {
  return twoDigits(id, 0);
}

/** How many units a text holds: the length an encoder must declare. */
export function lengthOf(text: string, unit: LengthUnit): number {
  if (unit === 'utf16') return text.length;
  let count = 0;
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) as number;
    count += unit === 'byte' ? utf8Length(point) : 1;
    at += point > 0xffff ? 2 : 1;
  }
  return count;
}

/** Where `length` units from an offset end; -1 past the end of the text or inside a character. */
function endOf(text: string, from: number, length: number, unit: LengthUnit): number {
  if (unit === 'utf16') {
    const end = from + length;
    return end > text.length || cutsCharacter(text, end) ? -1 : end;
  }
  let at = from;
  let left = length;
  while (left > 0) {
    const point = text.codePointAt(at);
    if (point === undefined) return -1;
    left -= unit === 'byte' ? utf8Length(point) : 1;
    at += point > 0xffff ? 2 : 1;
  }
  return left === 0 ? at : -1;
}

/** Whether the second half of a surrogate pair stands at an offset. */
function cutsCharacter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/** The number written in two digits, or -1; past the end there are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function faultAt(text: string, at: number, length: number): WalkFault {
  const left = text.length - at;
  const isCrc = twoDigits(text, at) === 63;
  if (length >= 0) {
    const code = isCrc && length === 4 ? 'truncated-crc' : 'truncated';
    return { code, position: at, detail: `the object declares ${length} characters, fewer are left` };
  }
  if (left >= HEADER) return { code: 'malformed', position: at + 2, detail: 'a length is two digits' };
  // A code cut inside its checksum's own header can say no more than `63` or `630`.
  const code = isCrc && (left === 2 || text[at + 2] === '0') ? 'truncated-crc' : 'truncated';
  return { code, position: at, detail: `${left} characters are left, an object has at least ${HEADER}` };
}
