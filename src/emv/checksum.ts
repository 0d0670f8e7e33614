// Tag 63. EMVCo MPM v1.1 §4.7.3: CRC-16/CCITT-FALSE over the UTF-8 bytes of everything up to and including
// `6304`. Two families of schemes compute something else; which of the three holds is the profile's affair.

import { sha256 } from './sha256.ts';

/**
 * `crc16`: the specification's. `crc16-without-6304`: MMQR, the same sum stopping before the tag's own
 * header. `sha256-last4`: ELQR and ERIP, the last four hex digits of SHA-256 over that same text.
 */
export type ChecksumKind = 'crc16' | 'crc16-without-6304' | 'sha256-last4';

const HEADER = '6304';
const VALUE_LENGTH = 4;
/** A row of the table; a row per byte of the step. */
const ROW = 256;
const STEP = 8;

/**
 * Slicing by eight: row n is what a byte does to the sum when n more bytes follow it, so eight bytes cost
 * one step of the chain instead of eight.
 */
const table = new Uint16Array(STEP * ROW);
for (let byte = 0; byte < ROW; byte++) {
  let crc = byte << 8;
  for (let bit = 1; bit <= STEP * 8; bit++) {
    crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
    if (bit % 8 === 0) table[(bit / 8 - 1) * ROW + byte] = crc;
  }
}

const encoder = new TextEncoder();

/** CRC-16/CCITT-FALSE (0x1021, init 0xFFFF, nothing reflected) over the UTF-8 bytes of `text`. */
export function crc16(text: string): number {
  const bytes = encoder.encode(text);
  return crc16Of(bytes, bytes.length);
}

/** The same over the first `end` bytes. */
function crc16Of(bytes: Uint8Array, end: number): number {
  let crc = 0xffff;
  let at = 0;
  for (const last = end - STEP; at <= last; at += STEP) {
    crc =
      look(7, (crc >> 8) ^ byteAt(bytes, at)) ^
      look(6, (crc & 0xff) ^ byteAt(bytes, at + 1)) ^
      look(5, byteAt(bytes, at + 2)) ^
      look(4, byteAt(bytes, at + 3)) ^
      look(3, byteAt(bytes, at + 4)) ^
      look(2, byteAt(bytes, at + 5)) ^
      look(1, byteAt(bytes, at + 6)) ^
      look(0, byteAt(bytes, at + 7));
  }
  for (; at < end; at++) crc = ((crc << 8) & 0xff00) ^ look(0, (crc >> 8) ^ byteAt(bytes, at));
  return crc;
}

function look(row: number, index: number): number {
  return table[row * ROW + index] as number;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

/** The four hex digits a code must end with, upper case. `body` is everything before `6304`. */
export function checksumOf(kind: ChecksumKind, body: string): string {
  if (kind === 'sha256-last4') {
    const digest = sha256(encoder.encode(body));
    return fourHex(((digest[30] as number) << 8) | (digest[31] as number));
  }
  return fourHex(crc16(kind === 'crc16' ? body + HEADER : body));
}

/** Everything before tag 63, which is last. */
export function bodyOf(payload: string): string {
  return payload.slice(0, -(HEADER.length + VALUE_LENGTH));
}

/** The checksum a payload states. */
export function statedIn(payload: string): string {
  return payload.slice(-VALUE_LENGTH);
}

/** Whether the checksum a payload states, in either case, is the one of the kind. */
export function checksumHolds(kind: ChecksumKind, payload: string): boolean {
  return checksumOf(kind, bodyOf(payload)) === statedIn(payload).toUpperCase();
}

/** Whether the last four of so many bytes are, in hex, the CRC-16 of what stands before them. */
export function crcHoldsIn(bytes: Uint8Array, end: number): boolean {
  return crc16Of(bytes, end - VALUE_LENGTH) === statedNumber(bytes, end);
}

/** The number the last four characters spell in hex, or -1. */
function statedNumber(bytes: Uint8Array, end: number): number {
  let sum = 0;
  for (let at = end - VALUE_LENGTH; at < end; at++) {
    const unit = byteAt(bytes, at);
    const letter = unit | 0x20;
    if (unit >= 48 && unit <= 57) sum = sum * 16 + unit - 48;
    else if (letter >= 97 && letter <= 102) sum = sum * 16 + letter - 87;
    else return -1;
  }
  return sum;
}

function fourHex(sum: number): string {
  return sum.toString(16).toUpperCase().padStart(VALUE_LENGTH, '0');
}
