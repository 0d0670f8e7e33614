/** Whose wallet a visitor's phone has: a cookie that only this switch can write. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Config } from '../../kernel/index.ts';
import { readToken, signToken } from '../../signing/index.ts';

export interface Phone {
  readonly account: string;
  readonly participant: string;
  readonly currency: string;
}

const cookie = 'tolom_wallet';
const tokenPrefix = 'wallet';
const monthS = 30 * 24 * 3_600;

const place = { path: '/wallet' } as const;

export async function phoneOf(c: Context, { secret }: Config): Promise<Phone | undefined> {
  const token = getCookie(c, cookie);
  return token === undefined
    ? undefined
    : ((await readToken(secret, tokenPrefix, token)) as Phone | undefined);
}

export async function keepPhone(c: Context, { secret, url }: Config, phone: Phone): Promise<void> {
  const token = await signToken(secret, tokenPrefix, phone);
  const secure = url.startsWith('https:');
  setCookie(c, cookie, token, { ...place, httpOnly: true, sameSite: 'Lax', maxAge: monthS, secure });
}

export const dropPhone = (c: Context): void => {
  deleteCookie(c, cookie, place);
};
