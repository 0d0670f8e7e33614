/** Requests of the switch: signed with one of its keys, and whatever changes something once only. */
import { type Result, refuse } from '../../src/kernel/index.ts';
import {
  type ReceivedRequest,
  type RequestSignature,
  skewS,
  verifyRequest,
} from '../../src/signing/index.ts';

export type Verify = (request: ReceivedRequest) => Promise<Result<unknown>>;

/** Remembers nonces for as long as their signatures are good, in memory: orders are carried out once anyway. */
export function verifierOf(keyOf: (id: string) => Promise<CryptoKey | undefined>): Verify {
  const forgottenAtS = new Map<string, number>();
  const isNew = ({ keyId, nonce, expiresS }: RequestSignature, nowS: number): boolean => {
    for (const [old, atS] of forgottenAtS) {
      if (atS >= nowS) break;
      forgottenAtS.delete(old);
    }
    const name = `${keyId} ${nonce}`;
    if (forgottenAtS.has(name)) return false;
    forgottenAtS.set(name, expiresS + skewS);
    return true;
  };
  return async (request) => {
    const nowMs = Date.now();
    const verified = await verifyRequest(request, keyOf, nowMs);
    if (!verified.ok || request.method === 'GET') return verified;
    return isNew(verified.value, nowMs / 1_000) ? verified : refuse('signature.replayed');
  };
}
