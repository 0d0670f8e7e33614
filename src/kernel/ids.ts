/**
 * Ids: a type prefix and a time-ordered Crockford base32 text, e.g. `ord_1hq3v8k2m0abcdefgh01`.
 * Lower case, no look-alike letters, short enough for a QR field. The first nine characters are
 * the creation time in milliseconds, so ids sort by age.
 *
 * Two kinds carry an address, so that finding the thing needs no index: an order ends with its merchant
 * stripe (2 characters); in a transfer its sequence in the debited account (7) follows the time, so that the
 * transfers of an account sort by age even within a millisecond.
 */
import { assert } from './assert.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const timeLength = 9; // 45 bits of milliseconds: until the year 3084
const stripeLength = 2;
/** How many stripes an account can have: as many as an order's id can address. */
export const stripesMax = 32 ** stripeLength;
const sequenceLength = 7; // 34 billion entries per account

export const idPrefixes = {
  participant: 'par',
  account: 'acc',
  merchant: 'mch',
  store: 'sto',
  till: 'til',
  operator: 'opr',
  key: 'key',
  signingKey: 'sgk',
  endpoint: 'cbe',
  standing: 'sta',
  audit: 'aud',
  order: 'ord',
  code: 'qrc',
  payment: 'pay',
  topUp: 'top',
  refund: 'ref',
  refundRequest: 'rrq',
  gather: 'gat',
  event: 'evt',
  resend: 'rsd',
  request: 'req',
  reconciliation: 'rec',
  fileFormat: 'ffm',
  partnerFile: 'pfl',
  difference: 'dif',
  businessDay: 'bdy',
  connection: 'con',
  limitRule: 'lim',
  limitRuleVersion: 'lrv',
  session: 'ses',
  passkey: 'psk',
  invitation: 'inv',
  deviceKey: 'dvk',
  reportJob: 'rpj',
  reportSchedule: 'rps',
  reportRun: 'rpr',
  deadLetter: 'dlt',
  alert: 'alr',
  approval: 'apr',
} as const;
export type IdKind = keyof typeof idPrefixes;

/** Base32 of a non-negative integer, left padded with zeros to exactly `length` characters. */
export function toBase32(value: number, length: number): string {
  let rest = value;
  let text = '';
  for (let index = 0; index < length; index++) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  assert(rest === 0, `${value} does not fit ${length} base32 characters`);
  return text;
}

/** The integer behind a base32 text; undefined when a character is not in the alphabet. */
export function fromBase32(text: string): number | undefined {
  let value = 0;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    value = value * 32 + digit;
  }
  return value;
}

/** `length` random base32 characters, five bits each. */
export function randomBase32(length: number): string {
  let text = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(length))) text += alphabet.charAt(byte % 32);
  return text;
}

/**
 * Eleven base32 characters that always come out the same for a text: two 32-bit FNV-1a hashes. Good enough
 * to tell texts apart that nobody chose to collide; where somebody could, the text has to hold a SHA-256.
 */
export function fingerprint(text: string): string {
  let [one, two] = [0x811c9dc5, 0x050c5d1f];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ (unit + index), 0x01000193);
  }
  return toBase32(one >>> 2, 6) + toBase32(two >>> 7, 5);
}

/** A new id: 45 bits of time and 55 random ones. */
export const newId = (kind: IdKind, nowMs: number): string =>
  `${idPrefixes[kind]}_${toBase32(nowMs, timeLength)}${randomBase32(11)}`;

/** A new order id, addressed to a stripe of its merchant's account. */
export const newOrderId = (nowMs: number, stripe: number): string =>
  `${idPrefixes.order}_${toBase32(nowMs, timeLength)}${randomBase32(9)}${toBase32(stripe, stripeLength)}`;

/** The kinds of id that transfers have. */
export type TransferIdKind = 'payment' | 'topUp' | 'refund' | 'gather';

/** Sorts before every transfer of a kind that began at that time or later, and after all earlier ones. */
export const earliestTransferId = (kind: TransferIdKind, atMs: number): string =>
  `${idPrefixes[kind]}_${timeText(atMs)}`;

/** Sorts before everything of a kind that was made at that time or later, and after all that is older. */
export const earliestId = (kind: IdKind, atMs: number): string => `${idPrefixes[kind]}_${timeText(atMs)}`;

/** Sorts before everything of the kind of an id that was made at that time or later, and after all that is older. */
export const earliestAlike = (id: string, atMs: number): string => `${id.slice(0, 4)}${timeText(atMs)}`;

/** Any time will do: what is beyond the first or last that an id can say is taken for that one. */
const timeText = (atMs: number): string =>
  toBase32(Math.min(Math.max(0, atMs), 32 ** timeLength - 1), timeLength);

/** A new transfer id, addressed to the entry that holds the money in the debited account. */
export const newTransferId = (kind: TransferIdKind, nowMs: number, sequence: number): string =>
  `${idPrefixes[kind]}_${toBase32(nowMs, timeLength)}${toBase32(sequence, sequenceLength)}${randomBase32(8)}`;

/** The same event gets the same id however often it is projected: time of the entry, then what tells it apart. */
export const eventId = (atMs: number, text: string): string =>
  `${idPrefixes.event}_${toBase32(atMs, timeLength)}${fingerprint(text)}`;

/** An id that always comes out the same for a text: of what is made once, however often it is tried. */
export const derivedId = (kind: IdKind, atMs: number, text: string): string =>
  `${idPrefixes[kind]}_${toBase32(atMs, timeLength)}${fingerprint(text)}`;

/** When the thing an id names began, or an event happened, in epoch milliseconds; 0 when it says no time. */
export const timeOfId = (id: string): number => fromBase32(id.slice(4, 4 + timeLength)) ?? 0;

/** Sorts before every event of that time or later, and after all earlier ones. */
export const earliestEventId = (atMs: number): string => `${idPrefixes.event}_${timeText(atMs)}`;

const lengths: Partial<Record<IdKind, number>> = { payment: 24, topUp: 24, refund: 24, gather: 24 };

/** An id for documents: of the right form, and nobody's. */
export const exampleId = (kind: IdKind): string =>
  `${idPrefixes[kind]}_1hq3v8k2m0abcdefgh012345`.slice(
    0,
    idPrefixes[kind].length + 1 + (lengths[kind] ?? 20),
  );

/** Whether `text` has the form of such an id. Says nothing about whether the thing exists. */
export function isId(kind: IdKind, text: string): boolean {
  const prefix = `${idPrefixes[kind]}_`;
  return (
    text.startsWith(prefix) &&
    text.length === prefix.length + (lengths[kind] ?? 20) &&
    fromBase32(text.slice(prefix.length)) !== undefined
  );
}

/** The stripe an order id is addressed to; undefined when it is not an order id. */
export const stripeOfOrder = (id: string): number | undefined =>
  isId('order', id) ? fromBase32(id.slice(-stripeLength)) : undefined;

/** The sequence of the entry a transfer id is addressed to; undefined when it is not a transfer id. */
export const sequenceOfTransfer = (id: string): number | undefined =>
  isTransferId(id) ? fromBase32(id.slice(-24).slice(timeLength, timeLength + sequenceLength)) : undefined;

/** When a transfer began, in epoch milliseconds; undefined when it is not a transfer id. */
export const timeOfTransfer = (id: string): number | undefined =>
  isTransferId(id) ? fromBase32(id.slice(-24, timeLength - 24)) : undefined;

export const isTransferId = (id: string): boolean =>
  isId('payment', id) || isId('topUp', id) || isId('refund', id) || isId('gather', id);
