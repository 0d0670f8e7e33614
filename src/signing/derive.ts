import { utf8 } from '../kernel/index.ts';

/** What a derived key is for: a closed list, so that no two uses ever share a key. */
export type Purpose =
  | 'callback-ed25519'
  | 'code-ed25519'
  | 'partner-ed25519'
  | 'seal'
  | 'scan-token'
  | 'receipt-ed25519'
  | 'day-ed25519'
  | 'personal-seal'
  | 'personal-hash'
  | 'presented-scramble'
  | 'presented-mac'
  | 'presented-password'
  | 'wallet-simulator';

/** 32 bytes for one purpose: HKDF-SHA256 (RFC 5869) over the master secret. */
export async function derive(secret: string, purpose: Purpose): Promise<Uint8Array<ArrayBuffer>> {
  const master = await crypto.subtle.importKey('raw', utf8(secret), 'HKDF', false, ['deriveBits']);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: utf8('tolom'), info: utf8(purpose) };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, master, 256));
}
