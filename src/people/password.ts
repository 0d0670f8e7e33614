/**
 * Passwords: kept as scrypt (RFC 7914) with N 2^14, r 8, p 5, which OWASP counts as strong as N 2^17 with p 1, in
 * 16 MB instead of 128, the whole memory of an isolate. The runtime's own takes 90 ms of processor time, which stops
 * a switch on one machine for as long; written in JavaScript it takes thirty times as much there.
 */
import { scrypt } from 'node:crypto';
import { assert, fromBase64Url, toBase64Url, utf8 } from '../kernel/index.ts';
import { common } from './common.ts';

export const passwordLengthMin = 10;
export const passwordLengthMax = 200;

const cost = { N: 2 ** 14, r: 8, p: 5, maxmem: 32 * 2 ** 20 };
const hashBytes = 32;
const saltBytes = 16;
/** What is kept of a password: algorithm, cost, salt and hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  return `scrypt$14$8$5$${toBase64Url(salt)}$${toBase64Url(await derived(password, salt))}`;
}

// For whoever has no password: being refused must take as long.
const nobodys = `scrypt$14$8$5$${toBase64Url(new Uint8Array(saltBytes))}$${toBase64Url(new Uint8Array(32))}`;

/** Whether it is the password that was kept; with none kept, the same work is done and it is not. */
export async function isPassword(password: string, kept: string | null | undefined): Promise<boolean> {
  const [, , , , salt, hash] = (kept ?? nobodys).split('$').map(fromBase64Url);
  assert(salt && hash, 'a password is kept in a form that is not ours');
  const given = await derived(password, salt);
  return kept != null && crypto.subtle.timingSafeEqual(given, hash);
}

const derived = (password: string, salt: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    // The same characters typed on another keyboard are the same password.
    scrypt(utf8(password.normalize('NFKC')), salt, hashBytes, cost, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });

const runs = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv',
];
const runsOfKeyboards = [...runs, 'йцукенгшщзхъфывапролджэячсмитьбю', 'абвгдежзийклмнопрстуфхцчшщъыьэюя'];
const distinctMin = 5;
// Who adds years and exclamation marks to a common word still has that word.
const ownPartMin = 4;

/** Whether others would soon guess it: short, common, a run of the keyboard, or the person's own name. */
export function isWeak(password: string, own: readonly string[]): boolean {
  const text = password.normalize('NFKC').toLowerCase();
  if ([...text].length < passwordLengthMin || new Set(text).size < distinctMin) return true;
  const word = plain(text);
  if (common.has(text) || common.has(word)) return true;
  const backwards = [...text].reverse().join('');
  if (runsOfKeyboards.some((run) => run.includes(text) || run.includes(backwards))) return true;
  const names = own.flatMap((name) => [squeezed(name), ...name.toLowerCase().split(/[^\p{L}\p{N}]+/u)]);
  const rest = names
    .filter((name) => name.length >= ownPartMin)
    .reduce((left, name) => left.replaceAll(name, ''), squeezed(text));
  return rest.length < ownPartMin;
}

const squeezed = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

const lookAlikes: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '1': 'i',
  '3': 'e',
  $: 's',
  '5': 's',
  '7': 't',
};

/** The word in it, without what is put around it and in its place. */
const plain = (text: string): string =>
  text
    .replaceAll(/^[^\p{L}@$]+|[^\p{L}@$]+$/gu, '')
    .replaceAll(/[@4013$57]/g, (sign) => lookAlikes[sign] ?? sign)
    .replaceAll(/[^\p{L}]/gu, '');
