/** One-time passwords: made for an account, found again by the phone number of its holder. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { AccountRow } from '../directory/index.ts';
import { randomBase32, toBase64Url, utf8 } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Holders } from '../personal/index.ts';

export const passwordLifetimeMs = 3 * 60_000;
export const passwordLength = 6;
// A person has an account or two; whoever has more is asked for the newest.
const accountsMax = 8;
const idLength = 12;
// Nobody's name: where no account could be meant, a book is asked all the same.
const nobody = 'nobody#0';

export interface FoundPassword {
  readonly account: AccountRow;
  readonly id: string;
}

/** Uniform: numbers of the last, incomplete million are drawn again. */
export function newPassword(): string {
  const count = 10 ** passwordLength;
  for (;;) {
    const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (number < Math.floor(2 ** 32 / count) * count) {
      return String(number % count).padStart(passwordLength, '0');
    }
  }
}

export const newPasswordId = (): string => randomBase32(idLength);

export const hashOf = (key: Uint8Array, account: string, password: string): string =>
  toBase64Url(hmac(sha256, key, utf8(`${account} ${password}`)));

/**
 * The account whose holder has this phone and whose live password this is. Every account that could be meant
 * counts a wrong one. Where there is none the work is the same, so that its duration tells nobody who is known.
 */
export async function findByPassword(
  { ledger, holders, books }: { ledger: Ledger; holders: Holders; books: number },
  key: Uint8Array,
  { phone, password, currency }: { phone: string; password: string; currency: string },
): Promise<FoundPassword | undefined> {
  const known = await holders.withPhone(phone, accountsMax);
  const fitting = known.filter((account) => account.kind === 'payer' && account.currency === currency);
  if (fitting.length === 0) {
    const book = Math.floor(Math.random() * books);
    await ledger.book(book).attemptPassword(nobody, hashOf(key, nobody, password));
    return undefined;
  }
  const attempts = fitting.map(async (account) => {
    const id = await ledger.stripe(account).attemptPassword(hashOf(key, account.id, password));
    return id === null ? [] : [{ account, id }];
  });
  return (await Promise.all(attempts)).flat()[0];
}
