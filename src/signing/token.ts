/**
 * Short-lived tokens that carry their own contents: JSON and its HMAC-SHA256, both base64url. Whoever holds
 * one can read it but not change it; nothing has to be stored.
 */
import { fromBase64Url, toBase64Url, utf8 } from '../kernel/index.ts';
import { derive } from './derive.ts';

// One secret per deployment: kept as a value, since a promise would belong to the request that made it.
let imported: { secret: string; key: CryptoKey } | undefined;

async function keyOf(secret: string): Promise<CryptoKey> {
  if (imported?.secret === secret) return imported.key;
  const bytes = await derive(secret, 'scan-token');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
  imported = { secret, key };
  return key;
}

/** `prefix` names the kind of token and is covered by the signature. */
export async function signToken(secret: string, prefix: string, contents: object): Promise<string> {
  const text = `${prefix}_${toBase64Url(utf8(JSON.stringify(contents)))}`;
  const mac = await crypto.subtle.sign('HMAC', await keyOf(secret), utf8(text));
  return `${text}.${toBase64Url(new Uint8Array(mac))}`;
}

/** The contents; undefined when the token is not of this kind or was not made with this secret. */
export async function readToken(secret: string, prefix: string, token: string): Promise<unknown> {
  const dot = token.lastIndexOf('.');
  const text = token.slice(0, dot);
  const mac = fromBase64Url(token.slice(dot + 1));
  if (dot < 0 || !mac || !text.startsWith(`${prefix}_`)) return undefined;
  if (!(await crypto.subtle.verify('HMAC', await keyOf(secret), mac, utf8(text)))) return undefined;
  const contents = fromBase64Url(text.slice(prefix.length + 1));
  return contents && JSON.parse(new TextDecoder().decode(contents));
}
