// EMVCo MPM v1.1 §3: a code is a row of data objects: two-digit ID, two-digit length, value. A template's
// value is such a row again.

import { type Cells, cells, cellsOf, type LengthUnit } from './cells.ts';

/** One data object as it stands in the code. `id` is two characters, digits except inside some templates. */
export interface DataObject {
  id: string;
  value: string;
}

/**
 * A row of objects, walked: where they stand, and where it broke. Texts are cut out when asked for, since a
 * code that is refused, or only routed, needs few of them. Offsets are UTF-16, as everywhere.
 */
export class Walk {
  readonly text: string;
  /** Three numbers an object: its ID (-1 where that is not two digits), where it starts, where it ends. */
  readonly marks: number[] = [];
  /** null when the walk reached the end of the text. */
  fault: WalkFault | null = null;
  /** Where the first ID that is not two digits stands, or -1. */
  invalidTagAt = -1;
  /** Where the first repeated ID stands, or -1. */
  duplicateAt = -1;
  #objects: DataObject[] | undefined;
  #values: (string | undefined)[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The objects in their order. */
  get objects(): DataObject[] {
    this.#objects ??= this.#cut();
    return this.#objects;
  }

  /** The values by ID: `values[59]` is tag 59. */
  get values(): readonly (string | undefined)[] {
    if (this.#values === undefined) {
      this.#values = new Array<string | undefined>(ids.length).fill(undefined);
      for (const { id, value } of this.objects) this.#values[numberOf(id)] = value;
    }
    return this.#values;
  }

  /** The ID of the last object, and where that starts. */
  get last(): { tag: number; at: number } {
    const { marks } = this;
    return { tag: marks.at(-3) ?? -1, at: marks.at(-2) ?? 0 };
  }

  #cut(): DataObject[] {
    const { text, marks } = this;
    const objects: DataObject[] = [];
    for (let n = 0; n < marks.length; n += 3) {
      const tag = marks[n] as number;
      const at = marks[n + 1] as number;
      const id = tag < 0 ? text.slice(at, at + 2) : (ids[tag] as string);
      objects.push({ id, value: text.slice(at + HEADER, marks[n + 2]) });
    }
    return objects;
  }
}

export interface WalkFault {
  code: 'truncated' | 'malformed' | 'truncated-crc';
  position: number;
  detail: string;
}

const HEADER = 4;
/** The hundred numeric IDs, ready-made: better than cutting new strings. */
const ids: readonly string[] = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/**
 * Walks a row. Any two characters are taken for an ID and reported afterwards, because where a walk ends
 * tells a cut code (`truncated`) from a code that lost step (`malformed`).
 */
export function walk({ text, count, offsets }: Cells): Walk {
  const row = new Walk(text);
  const { marks } = row;
  // A bit an ID: which have been seen.
  let low = 0;
  let middle = 0;
  let high = 0;
  let highest = 0;
  let cell = 0;
  while (cell < count) {
    const length = cell + HEADER <= count ? twoDigits(cell + 2) : -1;
    const next = cell + HEADER + length;
    const at = offsets === null ? cell : (offsets[cell] as number);
    const end = offsets === null ? next : (offsets[next] ?? -1);
    if (length < 0 || next > count || end < 0) {
      row.fault = faultAt(cell, count, at, length);
      return row;
    }
    const tag = twoDigits(cell);
    const bit = 1 << (tag & 31);
    let seen = 0;
    if (tag < 0) {
      if (row.invalidTagAt < 0) row.invalidTagAt = at;
    } else if (tag < 32) {
      seen = low & bit;
      low |= bit;
    } else if (tag < 64) {
      seen = middle & bit;
      middle |= bit;
    } else if (tag < 96) {
      seen = high & bit;
      high |= bit;
    } else {
      seen = highest & bit;
      highest |= bit;
    }
    if (seen !== 0 && row.duplicateAt < 0) row.duplicateAt = at;
    marks.push(tag, at, end);
    cell = next;
  }
  return row;
}

/** The objects of a template one level deep, or null when its value does not walk as one. */
export function walkTemplate(value: string, unit: LengthUnit): DataObject[] | null {
  const row = walk(cellsOf(value, unit));
  return row.fault === null ? row.objects : null;
}

/** A template's GUID, its field 00, without cutting out the rest; null where it has none, or is no template. */
export function guidIn(value: string, unit: LengthUnit): string | null {
  const { marks, fault } = walk(cellsOf(value, unit));
  if (fault !== null) return null;
  for (let n = 0; n < marks.length; n += 3) {
    if (marks[n] === 0) return value.slice((marks[n + 1] as number) + HEADER, marks[n + 2]);
  }
  return null;
}

/** The number of a two-digit ID; -1 of any other. */
export function numberOf(id: string): number {
  const tens = id.charCodeAt(0) - 48;
  const ones = id.charCodeAt(1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** The number two cells spell, or -1. */
function twoDigits(cell: number): number {
  const tens = (cells[cell] as number) - 48;
  const ones = (cells[cell + 1] as number) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function faultAt(cell: number, count: number, position: number, length: number): WalkFault {
  const left = count - cell;
  const isCrc = left >= 2 && twoDigits(cell) === 63;
  if (length >= 0) {
    const code = isCrc && length === 4 ? 'truncated-crc' : 'truncated';
    return { code, position, detail: `the object declares ${length} characters, fewer are left` };
  }
  if (left >= HEADER) return { code: 'malformed', position: position + 2, detail: 'a length is two digits' };
  // A code cut inside its checksum's own header can say no more than `63` or `630`.
  const code = isCrc && (left === 2 || cells[cell + 2] === 48) ? 'truncated-crc' : 'truncated';
  return { code, position, detail: `${left} characters are left, an object has at least ${HEADER}` };
}
