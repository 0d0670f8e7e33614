/**
 * The backend of the wallet app: it calls the switch's own `/v1` as the issuer an account belongs to, within the
 * process, so that the wallet can do nothing that a bank's own app could not. Sandbox only.
 *
 * Its keys are derived from the master secret, one for each issuer, and put into the directory like any other: nobody
 * outside can know one, none is stored, and staff see and revoke them like any other.
 */
import type { Context } from 'hono';
import { type Directory, hashKey, ownAct } from '../../directory/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { type Config, newId, toBase32, utf8 } from '../../kernel/index.ts';
import { derive } from '../../signing/index.ts';
import type { ApiAnswer, ApiProblem, Fetch, PageApi } from '../api.ts';
import { languageFor } from '../language.ts';

export type Issuer = Pick<PageApi, 'get' | 'post'>;

/** Whose accounts visitors open; made the first time somebody does. */
export const ownIssuer = 'par_00000000000000000000';

interface IssuerParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly fetch: Fetch;
}

const act = ownAct('wallet simulator');
const hintLength = 14;

/** Calls as one issuer, in the language of whoever holds the phone. */
export type IssuerFor = (c: Context<VisitEnv>, participant: string) => Issuer;

export function issuersOf({ config, directory, fetch }: IssuerParts): IssuerFor {
  // Keys that are known to be in the directory: values, not promises.
  const keys = new Map<string, string>();

  async function keyOf(participant: string): Promise<string> {
    const kept = keys.get(participant);
    if (kept !== undefined) return kept;
    const secret = await secretOf(config, participant);
    if (participant === ownIssuer) await ensureOwnIssuer(directory);
    await ensureKey(directory, participant, secret);
    keys.set(participant, secret);
    return secret;
  }

  return (c, participant) => {
    async function call<Value>(
      method: string,
      path: string,
      body?: unknown,
      idempotencyKey?: string,
    ): Promise<ApiAnswer<Value>> {
      const request = new Request(config.url + path, {
        method,
        headers: {
          authorization: `Bearer ${await keyOf(participant)}`,
          'accept-language': languageFor(c),
          'x-request-id': c.env.requestId,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const response = await fetch(request, c.executionCtx as ExecutionContext);
      const json = await response.json();
      const { status } = response;
      return response.ok
        ? { ok: true, status, value: json as Value }
        : { ok: false, status, problem: json as ApiProblem };
    }
    return {
      get: (path) => call('GET', path),
      post: (path, body, idempotencyKey) => call('POST', path, body, idempotencyKey),
    };
  };
}

/** Has the form of every participant's key: 160 bits, which no other deployment comes to. */
async function secretOf({ secret }: Config, participant: string): Promise<string> {
  const bytes = await derive(secret, 'wallet-simulator');
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(participant)));
  return `tolom_par_${Array.from(mac, (byte) => toBase32(byte % 32, 1)).join('')}`;
}

async function ensureOwnIssuer(directory: Directory): Promise<void> {
  if (await directory.participant(ownIssuer)) return;
  await directory.add(act, directory.tables.participants, {
    id: ownIssuer,
    name: 'Wallet simulator',
    role: 'issuer',
    country: 'KG',
    status: 'active',
    requireSignature: false,
    certificates: [],
    requestsPerSecond: null,
    createdAtMs: Date.now(),
  });
}

async function ensureKey(directory: Directory, owner: string, secret: string): Promise<void> {
  const nowMs = Date.now();
  // Refused by the directory when it is there already, whoever came first.
  await directory.add(act, directory.tables.keys, {
    id: newId('key', nowMs),
    hash: await hashKey(secret),
    hint: secret.slice(0, hintLength),
    owner,
    kind: 'participant',
    role: 'issuer',
    till: null,
    label: 'Wallet simulator',
    revokedAtMs: null,
    createdAtMs: nowMs,
  });
}
