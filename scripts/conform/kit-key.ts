/** The key with which the kit signs in the switch's place: made once, kept in a file. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type PublicKey, partnerSigner, type RequestSigner } from '../../src/signing/index.ts';

export interface KitKey {
  readonly signer: RequestSigner;
  readonly publicKey: PublicKey;
  /** What it follows from. */
  readonly secret: string;
}

const keyOf = async (secret: string): Promise<KitKey> => {
  const signer = await partnerSigner(secret);
  return { signer, publicKey: signer.publicKey, secret };
};

export const newKitKey = (): Promise<KitKey> =>
  keyOf(Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'));

export async function kitKeyIn(path: string): Promise<KitKey> {
  if (existsSync(path)) return keyOf(readFileSync(path, 'utf8').trim());
  const key = await newKitKey();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${key.secret}\n`, { mode: 0o600 });
  return key;
}
