/** Secrets the switch must be able to use again, such as callback secrets, are stored sealed: AES-256-GCM. */
import { fromBase64Url, toBase64Url, utf8 } from '../kernel/index.ts';
import { derive, type Purpose } from './derive.ts';

const nonceLength = 12;

/** Callback secrets, and personal data with a key of their own. */
type Sealing = Extract<Purpose, 'seal' | 'personal-seal'>;

const keyOf = async (secret: string, purpose: Sealing) =>
  crypto.subtle.importKey('raw', await derive(secret, purpose), 'AES-GCM', false, ['encrypt', 'decrypt']);

/** `owner` is bound in as additional data: a sealed text moved to another owner does not open. */
export async function seal(
  secret: string,
  owner: string,
  text: string,
  purpose: Sealing = 'seal',
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(nonceLength));
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(owner) };
  const sealed = await crypto.subtle.encrypt(algorithm, await keyOf(secret, purpose), utf8(text));
  return toBase64Url(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
}

/** Undefined when it was sealed with another secret, for another owner, or has been changed. */
export async function open(
  secret: string,
  owner: string,
  sealed: string,
  purpose: Sealing = 'seal',
): Promise<string | undefined> {
  const bytes = fromBase64Url(sealed);
  if (!bytes || bytes.length <= nonceLength) return undefined;
  const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, nonceLength), additionalData: utf8(owner) };
  try {
    const text = await crypto.subtle.decrypt(
      algorithm,
      await keyOf(secret, purpose),
      bytes.slice(nonceLength),
    );
    return new TextDecoder().decode(text);
  } catch {
    return undefined;
  }
}
