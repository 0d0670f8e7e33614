// BER-TLV as EMV uses it (EMV Book 3, Annex B): a tag of one byte or more, a length of one to three, a value.
// Only lengths are checked here; what a tag means is for whoever asks.

/** One data object of a BER-TLV text. */
export interface BerObject {
  /** In hexadecimal capitals, e.g. `9F10`. */
  readonly tag: string;
  readonly value: Uint8Array;
}

// All of these bits of a first tag byte, or the highest of one after it: more bytes of the tag follow.
const longTag = 0x1f;
const moreBytes = 0x80;

/** The objects in their order; undefined when a length does not fit. Padding bytes 00 between objects are passed over. */
export function readBer(bytes: Uint8Array): BerObject[] | undefined {
  const objects: BerObject[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === 0) {
      at++;
      continue;
    }
    const tagEnd = endOfTag(bytes, at);
    const length = lengthAt(bytes, tagEnd);
    if (!length || length.next + length.value > bytes.length) return undefined;
    const end = length.next + length.value;
    objects.push({ tag: hexOf(bytes.subarray(at, tagEnd)), value: bytes.subarray(length.next, end) });
    at = end;
  }
  return objects;
}

function endOfTag(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  if (((bytes[at] ?? 0) & longTag) !== longTag) return end;
  while (((bytes[end] ?? 0) & moreBytes) !== 0) end++;
  return end + 1;
}

function lengthAt(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: first, next: at + 1 };
  const [high, low] = [bytes[at + 1], bytes[at + 2]];
  if (first === 0x81 && high !== undefined) return { value: high, next: at + 2 };
  if (first === 0x82 && high !== undefined && low !== undefined)
    return { value: high * 256 + low, next: at + 3 };
  return undefined;
}

/** The text of some objects. Values of at most 65,535 bytes. */
export function writeBer(objects: readonly BerObject[]): Uint8Array {
  return Uint8Array.from(
    objects.flatMap(({ tag, value }) => [...fromHex(tag), ...lengthOf(value.length), ...value]),
  );
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >> 8, length & 0xff];
}

export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');

/** Of an even number of hexadecimal digits. */
export const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
