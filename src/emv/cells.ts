// What lengths count. A code is walked over cells: characters (code points) in nearly every code ever seen,
// UTF-16 units or UTF-8 bytes for the sake of a few careless generators. A cell is one byte: the character
// itself where it is ASCII, anything above 0x7F where it is not, since all a walk reads is digits.

export type LengthUnit = 'character' | 'utf16' | 'byte';

/** Good until the next text is put into cells: they stand in one buffer, for nothing here pauses. */
export interface Cells {
  text: string;
  count: number;
  /** Cell → UTF-16 offset, for `count + 1` cells, -1 inside a character; null where they are the same. */
  offsets: Int16Array | null;
}

/** Longer texts are refused unread: a full QR code holds fewer, and work must stay bounded. */
export const TEXT_LENGTH_MAX = 4096;
const UTF8_LENGTH_MAX = 4;
const NOT_ASCII = 0xff;
const INSIDE = -1;
/** The least first byte of a four-byte character, which takes two UTF-16 units. */
const FOUR_BYTES = 0xf0;

/** The UTF-8 of the text at hand, then its cells. */
export const cells = new Uint8Array(TEXT_LENGTH_MAX * UTF8_LENGTH_MAX);
const encoder = new TextEncoder();

/** Puts the UTF-8 of a text of at most `TEXT_LENGTH_MAX` characters into `cells`; how many bytes that is. */
export function encodeUtf8(text: string): number {
  return encoder.encodeInto(text, cells).written;
}

/** Puts a text without half characters into cells. */
export function cellsOf(text: string, unit: LengthUnit): Cells {
  return cellsOfUtf8(text, encodeUtf8(text), unit);
}

/** The same when the UTF-8 of the text, so many bytes, is in `cells` already. */
export function cellsOfUtf8(text: string, bytes: number, unit: LengthUnit): Cells {
  if (bytes === text.length) return { text, count: bytes, offsets: null };
  if (unit === 'byte') return { text, count: bytes, offsets: byteOffsets(text, bytes) };
  const count = joinBytes(bytes);
  return count === text.length ? { text, count, offsets: null } : wideCells(text, unit);
}

function byteOffsets(text: string, bytes: number): Int16Array {
  const offsets = new Int16Array(bytes + 1);
  let at = 0;
  for (let cell = 0; cell < bytes; cell++) {
    const byte = cells[cell] as number;
    offsets[cell] = isContinuation(byte) ? INSIDE : at;
    if (!isContinuation(byte)) at += byte >= FOUR_BYTES ? 2 : 1;
  }
  offsets[bytes] = text.length;
  return offsets;
}

/** Makes one cell of each character's bytes; as many as the text has UTF-16 units where none takes two. */
function joinBytes(bytes: number): number {
  let count = 0;
  for (let at = 0; at < bytes; at++) {
    const byte = cells[at] as number;
    // Writes never overtake reads: a character has at least as many bytes as cells.
    if (!isContinuation(byte)) cells[count++] = byte;
  }
  return count;
}

/** A text in which some character takes two UTF-16 units, in characters or units. */
function wideCells(text: string, unit: LengthUnit): Cells {
  const offsets = new Int16Array(text.length + 1);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) as number;
    offsets[count] = at;
    cells[count++] = point < 0x80 ? point : NOT_ASCII;
    if (point <= 0xffff) continue;
    at++;
    if (unit === 'character') continue;
    offsets[count] = INSIDE;
    cells[count++] = NOT_ASCII;
  }
  offsets[count] = text.length;
  return { text, count, offsets };
}

/** How many cells a text takes: the length an encoder must declare. */
export function lengthOf(text: string, unit: LengthUnit): number {
  if (unit === 'utf16') return text.length;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) as number;
    count += unit === 'byte' ? utf8Length(point) : 1;
    if (point > 0xffff) at++;
  }
  return count;
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
