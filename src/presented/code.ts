/**
 * The digits of a code: which account, and in which second it was made. Twenty of them fit a Code 128 and a
 * numeric QR code. Nothing is stored for one.
 *
 * In the clear they are the account's locator (9), the second (3, of a round of a thousand) and a tag (8): a
 * MAC over the locator and the whole second, so that it fits no other round. All of it is scrambled as one
 * number (FF1, NIST SP 800-38G): who has seen any number of codes knows nothing of the next, and who changes one
 * digit has another number altogether.
 */
import { FF1 } from '@noble/ciphers/ff1.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { assert, utf8 } from '../kernel/index.ts';
import { derive } from '../signing/index.ts';

export interface CodeKeys {
  readonly scramble: Uint8Array;
  readonly mac: Uint8Array;
}

export interface ReadCode {
  readonly locator: number;
  readonly madeAtS: number;
  /** Its minute is not over. */
  readonly live: boolean;
}

export const codeLength = 20;
const locatorLength = 9;
const secondLength = 3;
const tagLength = 8;
/** How long a code is good: a wallet shows the next one before. */
export const codeLifetimeS = 60;
const roundS = 10 ** secondLength;
// The clocks of two machines differ: a code may come from so far ahead.
const aheadMaxS = 5;
const tagBytes = 6;

export async function codeKeysOf(secret: string): Promise<CodeKeys> {
  const [scramble, mac] = await Promise.all([
    derive(secret, 'presented-scramble'),
    derive(secret, 'presented-mac'),
  ]);
  return { scramble, mac };
}

/** The same for an account within one second. */
export function codeOf(keys: CodeKeys, locator: number, madeAtS: number): string {
  assert(Number.isInteger(locator) && locator > 0 && locator < 10 ** locatorLength, 'no locator');
  const clear =
    padded(locator, locatorLength) + padded(madeAtS % roundS, secondLength) + tagOf(keys, locator, madeAtS);
  return FF1(10, keys.scramble).encrypt(digitsOf(clear)).join('');
}

/**
 * What a code says; undefined when it is none of ours, or older than a round less a moment. Of several keys the
 * first that fits: codes of a former secret stay good for their minute.
 */
export function readCode(keys: readonly CodeKeys[], code: string, nowS: number): ReadCode | undefined {
  for (const key of keys) {
    const clear = FF1(10, key.scramble).decrypt(digitsOf(code)).join('');
    const locator = Number(clear.slice(0, locatorLength));
    const second = Number(clear.slice(locatorLength, locatorLength + secondLength));
    const ageS = (((nowS - second) % roundS) + roundS) % roundS;
    const madeAtS = ageS >= roundS - aheadMaxS ? nowS + roundS - ageS : nowS - ageS;
    if (tagOf(key, locator, madeAtS) !== clear.slice(-tagLength)) continue;
    return { locator, madeAtS, live: nowS < madeAtS + codeLifetimeS };
  }
  return undefined;
}

function tagOf({ mac }: CodeKeys, locator: number, madeAtS: number): string {
  const bytes = hmac(sha256, mac, utf8(`${locator} ${madeAtS}`)).subarray(0, tagBytes);
  let number = 0;
  for (const byte of bytes) number = number * 256 + byte;
  return padded(number % 10 ** tagLength, tagLength);
}

const padded = (number: number, length: number): string => String(number).padStart(length, '0');
const digitsOf = (text: string): number[] => [...text].map(Number);
