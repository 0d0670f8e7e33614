/**
 * Callers who sign (RFC 9421), and what a participant asks of its own requests beyond a key: that they are
 * signed, that they come with its client certificate.
 */
import type { Context } from 'hono';
import type { Directory, Principal, Requirements } from '../directory/index.ts';
import { type Config, fromBase64, isId, ok, type Refusal, toHex } from '../kernel/index.ts';
import type { NonceStore } from '../nonces/index.ts';
import { skewS, verifyRequest } from '../signing/index.ts';
import { bytesOf } from './body.ts';
import type { Limits } from './limits.ts';
import type { VisitEnv } from './visit.ts';

/** What a caller is identified with. */
export interface Gate {
  readonly config: Config;
  readonly directory: Directory;
  readonly nonces: NonceStore;
  readonly limits: Limits;
  /** Who a token of Cloudflare Access says is calling, where staff sign in there. */
  readonly access?: (token: string) => Promise<Principal | Refusal>;
}

/**
 * The caller behind a signature. The address that counts is the public one, whatever a proxy on the way makes
 * of it. Nonces of reads are not kept: a read changes nothing, and its signature dies within minutes.
 */
export async function signedCaller(
  c: Context<VisitEnv>,
  { config, directory, nonces }: Gate,
  mayLookUp: () => boolean,
): Promise<Principal | Refusal> {
  const nowMs = Date.now();
  const { method, url, raw } = c.req;
  const request = {
    method,
    url: config.url + url.slice(url.indexOf('/', url.indexOf('//') + 2)),
    headers: raw.headers,
    body: async () => {
      const body = await bytesOf(raw);
      if (!(body instanceof Uint8Array)) return { ok: false, refusal: body } as const;
      c.env.body = body;
      return ok(body);
    },
  };
  let limited = false;
  let caller: Principal | undefined;
  const keyOf = async (id: string) => {
    if (!isId('signingKey', id)) return undefined;
    limited = !directory.knowsSigner(id) && !mayLookUp();
    const signer = limited ? undefined : await directory.signer(id);
    if (!signer || (signer.notAfterMs ?? nowMs) < nowMs) return undefined;
    caller = signer.principal;
    return signer.publicKey;
  };
  const verified = await verifyRequest(request, keyOf, nowMs);
  if (limited) return { code: 'rate.exceeded' };
  if (!verified.ok) return verified.refusal;
  if (!caller) return { code: 'signature.key_unknown' };
  const { keyId, nonce, expiresS } = verified.value;
  const reads = method === 'GET' || method === 'HEAD';
  if (!reads && !(await nonces.take(keyId, nonce, (expiresS + skewS) * 1_000))) {
    return { code: 'signature.replayed', detail: 'this nonce was used before with this key' };
  }
  return caller;
}

/** What a caller's own participant asks for and the request does not bring; undefined when nothing. */
export async function unmet(
  { signature, certificates }: Requirements,
  request: Request,
  signed: boolean,
  config: Config,
): Promise<Refusal | undefined> {
  if (signature && !signed) return { code: 'signature.required' };
  if (certificates.length === 0) return undefined;
  const shown = await certificateOf(request, config);
  if (shown !== undefined && certificates.includes(shown)) return undefined;
  const detail = shown === undefined ? 'no verified client certificate came with it' : `not bound: ${shown}`;
  return { code: 'certificate.required', detail };
}

/**
 * SHA-256, in hex, of the client certificate that was verified on the way here; undefined when there is none.
 * Cloudflare says so itself. Elsewhere only a proxy can know, and its word is taken when the deployment names
 * the header it speaks in (RFC 9440: the certificate, a byte sequence).
 */
async function certificateOf(request: Request, config: Config): Promise<string | undefined> {
  const tls = request.cf?.tlsClientAuth as Partial<IncomingRequestCfPropertiesTLSClientAuth> | undefined;
  if (tls?.certVerified === 'SUCCESS' && tls.certRevoked === '0' && tls.certFingerprintSHA256) {
    return tls.certFingerprintSHA256.toLowerCase();
  }
  const header = config.certificateHeader && request.headers.get(config.certificateHeader);
  const [, text] = header?.match(/^:([A-Za-z0-9+/]+={0,2}):$/) ?? [];
  const certificate = text && fromBase64(text);
  if (!certificate) return undefined;
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', certificate)));
}
