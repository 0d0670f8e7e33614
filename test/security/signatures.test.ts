/** Signed requests over HTTP: who may register keys, what a signature opens, and how each bad one is told. */
import { createExecutionContext, evictDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { contentDigest, type RequestSigner } from '../../src/signing/index.ts';
import {
  keysOf,
  newKeyPair,
  newSigner,
  proofOf,
  signedCall,
  signedHeaders,
  type Wish,
} from '../support/signing.ts';
import { adminKey, call, freshKey, get, migrate, post, testEnv } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  type Payer,
  type Shop,
} from '../support/town.ts';

let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let signer: RequestSigner;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 1_000_000);
  shop = await newShop();
  signer = await newSigner(issuer.id, issuer.key);
});
afterEach(() => {
  vi.useRealTimers();
});

const payments = () => `/v1/accounts/${payer.account}/payments`;
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

describe('a signed request', () => {
  test('reads and pays like one with a key, as the same participant', async () => {
    const { body: account } = await signedCall(signer, 'GET', `/v1/accounts/${payer.account}`);
    expect(account).toMatchObject({ id: payer.account, participant: issuer.id });
    const order = await newOrder(shop, 700);
    const paid = await signedCall(signer, 'POST', payments(), { body: { payload: order.qr.payload } });
    expect(paid).toMatchObject({ status: 201, body: { status: 'completed' } });
    const seen = await get(`${payments()}/${paid.body.id}`, issuer.key);
    expect(seen.body).toEqual(paid.body);
  });

  test('has its query in the signature', async () => {
    expect((await signedCall(signer, 'GET', '/v1/accounts?limit=1')).status).toBe(200);
    const headers = await signedHeaders(signer, 'GET', '/v1/accounts?limit=1');
    const longer = await call('GET', '/v1/accounts?limit=100', { headers });
    expect(longer).toMatchObject({ status: 401, body: { code: 'signature.wrong' } });
  });

  test('of a repeat is signed anew: same idempotency key, same stored answer', async () => {
    const order = await newOrder(shop, 800);
    const wish: Wish = { body: { payload: order.qr.payload }, idempotencyKey: freshKey() };
    const first = await signedCall(signer, 'POST', payments(), wish);
    const again = await signedCall(signer, 'POST', payments(), wish);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('opens what its participant may and nothing else', async () => {
    expect((await signedCall(signer, 'GET', '/v1/centre/participants')).body.code).toBe('auth.forbidden');
    const stranger = await newSigner((await newIssuer()).id);
    const foreign = await signedCall(stranger, 'GET', `/v1/accounts/${payer.account}`);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'account.not_found' } });
  });

  test('stops with its participant, and goes on with it', async () => {
    const other = await newIssuer();
    const theirs = await newSigner(other.id);
    const suspend = (verb: string) =>
      post(`/v1/centre/participants/${other.id}/${verb}`, adminKey, { reason: 'a test' });
    expect((await signedCall(theirs, 'GET', '/v1/accounts')).status).toBe(200);
    await suspend('suspend');
    expect((await signedCall(theirs, 'GET', '/v1/accounts')).body.code).toBe('signature.key_unknown');
    await suspend('resume');
    expect((await signedCall(theirs, 'GET', '/v1/accounts')).status).toBe(200);
  });
});

describe('a replay', () => {
  /** Exactly the same request, sent again. */
  async function twice(path: string, wish: Wish, between: () => Promise<unknown> = async () => {}) {
    const headers = await signedHeaders(signer, 'POST', path, wish);
    const first = await call('POST', path, { headers, body: wish.body });
    await between();
    return [first, await call('POST', path, { headers, body: wish.body })] as const;
  }

  test('of a payment is refused', async () => {
    const order = await newOrder(shop, 900);
    const wish = { body: { payload: order.qr.payload }, idempotencyKey: freshKey() };
    const [first, again] = await twice(payments(), wish);
    expect(first.status).toBe(201);
    expect(again).toMatchObject({ status: 401, body: { code: 'signature.replayed' } });
  });

  test('is refused after a restart', async () => {
    const evict = () => evictDurableObject(testEnv.NONCES.get(testEnv.NONCES.idFromName(signer.keyId)));
    const [first, again] = await twice('/v1/accounts', { body: { currency: 'KGS' } }, evict);
    expect(first.status).toBe(201);
    expect(again).toMatchObject({ status: 401, body: { code: 'signature.replayed' } });
  });

  test('at the same moment is taken once', async () => {
    const wish = { body: { currency: 'KGS' } };
    const headers = await signedHeaders(signer, 'POST', '/v1/accounts', wish);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => call('POST', '/v1/accounts', { headers, body: wish.body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(401)]);
  });

  test('of a read is answered: it changes nothing', async () => {
    const headers = await signedHeaders(signer, 'GET', '/v1/accounts');
    for (let turn = 0; turn < 2; turn++)
      expect((await call('GET', '/v1/accounts', { headers })).status).toBe(200);
  });

  test('a refused request leaves its nonce unused', async () => {
    const wish = { body: { currency: 'KGS' } };
    const headers = await signedHeaders(signer, 'POST', '/v1/accounts', wish);
    const tampered = await call('POST', '/v1/accounts', { headers, body: { currency: 'THB' } });
    expect(tampered).toMatchObject({ status: 401, body: { code: 'signature.digest_mismatch' } });
    expect((await call('POST', '/v1/accounts', { headers, body: wish.body })).status).toBe(201);
  });
});

describe('each bad signature is told by name', () => {
  const path = '/v1/accounts';
  const wish = { body: { currency: 'KGS' } };
  const send = (headers: Record<string, string>, body: unknown = wish.body) =>
    call('POST', path, { headers, body });

  const rows: [code: string, explains: RegExp, send: () => Promise<{ status: number; body: object }>][] = [
    [
      'signature.expired',
      /^expired \d+ seconds ago; it is \d+$/,
      async () => send(await signedHeaders(signer, 'POST', path, { ...wish, nowMs: Date.now() - 100_000 })),
    ],
    [
      'signature.not_yet_valid',
      /^created is \d+ seconds ahead; it is \d+$/,
      async () => send(await signedHeaders(signer, 'POST', path, { ...wish, nowMs: Date.now() + 60_000 })),
    ],
    [
      'signature.key_unknown',
      /keyid/,
      async () =>
        send(await signedHeaders({ ...signer, keyId: 'sgk_1hq3v8k2m0abcdefgh01' }, 'POST', path, wish)),
    ],
    [
      'signature.key_unknown',
      /keyid/,
      async () => send(await signedHeaders({ ...signer, keyId: "' OR 1=1 --" }, 'POST', path, wish)),
    ],
    [
      'signature.digest_mismatch',
      /^sha-256 of the body is another$/,
      async () => send(await signedHeaders(signer, 'POST', path, wish), { currency: 'USD' }),
    ],
    [
      'signature.incomplete',
      /^"content-digest" is not covered$/,
      async () => send(await signedHeaders(signer, 'POST', path)),
    ],
    [
      'signature.incomplete',
      /^"content-digest" is not covered$/,
      async () => ({
        ...(await send({
          ...(await signedHeaders(signer, 'POST', path)),
          'content-digest': await contentDigest(JSON.stringify(wish.body)),
        })),
      }),
    ],
    [
      'signature.incomplete',
      /^"idempotency-key" is not covered$/,
      async () => send({ ...(await signedHeaders(signer, 'POST', path, wish)), 'idempotency-key': 'k' }),
    ],
    ['signature.malformed', /one signature/, async () => send({ 'signature-input': '', signature: '' })],
    [
      'signature.wrong',
      /\n"@target-uri": https:\/\/switch\.test\/v1\/accounts\n/,
      async () => send(await signedHeaders(signer, 'POST', `${path}?x`, wish)),
    ],
  ];
  test.each(rows)('%s: %s', async (code, explains, sent) => {
    const answer = await sent();
    expect(answer).toMatchObject({
      status: 401,
      body: { code, explanation: expect.stringMatching(explains) },
    });
  });

  test('with a key as well, the key counts', async () => {
    const headers = { authorization: 'Bearer tolom_par_00000000000000000000000000000000' };
    const answer = await send({ ...(await signedHeaders(signer, 'POST', path, wish)), ...headers });
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid' } });
  });
});

describe('registration', () => {
  const wishOf = async (participant: string, more: object = {}) => {
    const pair = await newKeyPair();
    return { public_key: pair.publicKey, proof: await proofOf(pair, participant), ...more };
  };

  test('takes a JWK too, and lists what it knows', async () => {
    const { id } = await newIssuer();
    const wish = await wishOf(id, { label: 'Core banking', not_after: '2099-01-01T00:00:00.000Z' });
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: wish.public_key, use: 'sig', alg: 'EdDSA' };
    const made = await post(keysOf(id), adminKey, { ...wish, public_key: jwk });
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^sgk_/),
        participant: id,
        public_key: { kty: 'OKP', crv: 'Ed25519', x: wish.public_key },
        label: 'Core banking',
        not_after: '2099-01-01T00:00:00.000Z',
        revoked_at: null,
      },
    });
    expect((await get(keysOf(id), adminKey)).body).toEqual({ data: [made.body], next_cursor: null });
  });

  test('is once for each public key, whoever asks', async () => {
    const [one, two] = [await newIssuer(), await newIssuer()];
    const pair = await newKeyPair();
    const wish = async (id: string) => ({ public_key: pair.publicKey, proof: await proofOf(pair, id) });
    expect((await post(keysOf(one.id), one.key, await wish(one.id))).status).toBe(201);
    for (const { id, key } of [one, two]) {
      expect(await post(keysOf(id), key, await wish(id))).toMatchObject({
        status: 409,
        body: { code: 'resource.exists' },
      });
    }
  });

  test.each([
    [
      'for another participant',
      (pair: Awaited<ReturnType<typeof newKeyPair>>) => proofOf(pair, signer.keyId),
    ],
    [
      'for another switch',
      (pair: Awaited<ReturnType<typeof newKeyPair>>) => proofOf(pair, issuer.id, 'https://elsewhere.test'),
    ],
    ['by another key', async () => proofOf(await newKeyPair(), issuer.id)],
  ])('a proof %s is refused', async (_, proof) => {
    const pair = await newKeyPair();
    const wish = { public_key: pair.publicKey, proof: await proof(pair) };
    const answer = await post(keysOf(issuer.id), issuer.key, wish);
    expect(answer).toMatchObject({ status: 422, body: { code: 'signing_key.unproven' } });
    expect(answer.body.explanation).toContain(issuer.id);
  });

  test('refuses a key of small order, whatever the proof', async () => {
    const wish = { public_key: `AQ${'A'.repeat(41)}`, proof: `AQ${'A'.repeat(84)}` };
    const answer = await post(keysOf(issuer.id), issuer.key, wish);
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'signing_key.refused', explanation: 'a key of small order' },
    });
  });

  test.each([
    ['a private key', { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), d: 'A'.repeat(43) }],
    ['another curve', { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) }],
    ['an RSA key', { kty: 'RSA', n: 'A', e: 'AQAB' }],
    ['32 bytes in hex', 'a'.repeat(64)],
    ['a PEM', '-----BEGIN PUBLIC KEY-----'],
  ])('%s is not read', async (_, key) => {
    const wish = { public_key: key, proof: 'A'.repeat(86) };
    const answer = await post(keysOf(issuer.id), issuer.key, wish);
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  });

  test('ten are enough', async () => {
    const { id, key } = await newIssuer();
    for (let count = 0; count < 10; count++) await newSigner(id, key);
    expect(await post(keysOf(id), key, await wishOf(id))).toMatchObject({
      status: 422,
      body: { code: 'signing_key.refused' },
    });
    const [first] = (await get(keysOf(id), key)).body.data;
    await call('DELETE', `${keysOf(id)}/${first.id}`, { key });
    expect((await post(keysOf(id), key, await wishOf(id))).status).toBe(201);
  });
});

describe('rotation', () => {
  test('old and new sign side by side, until the old one ends', async () => {
    const { id, key } = await newIssuer();
    const old = await newSigner(id, key);
    const fresh = await newSigner(id, key);
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const told = await signedCall(fresh, 'POST', `${keysOf(id)}/${old.keyId}/expire`, {
      body: { not_after: end },
    });
    expect(told).toMatchObject({ status: 200, body: { id: old.keyId, not_after: end, revoked_at: null } });
    for (const either of [old, fresh])
      expect((await signedCall(either, 'GET', '/v1/accounts')).status).toBe(200);
    later(3_601_000);
    expect((await signedCall(old, 'GET', '/v1/accounts')).body.code).toBe('signature.key_unknown');
    expect((await signedCall(fresh, 'GET', '/v1/accounts')).status).toBe(200);
  });

  test('an end in the past is refused: that is a revocation', async () => {
    const wish = { not_after: new Date(Date.now() - 1_000).toISOString() };
    const answer = await post(`${keysOf(issuer.id)}/${signer.keyId}/expire`, issuer.key, wish);
    expect(answer).toMatchObject({ status: 422, body: { violations: [{ pointer: '/not_after' }] } });
  });
});

describe('revocation', () => {
  test('by staff stops a key at once where it was made, and keeps the first time', async () => {
    const { id } = await newIssuer();
    const theirs = await newSigner(id);
    expect((await signedCall(theirs, 'GET', '/v1/accounts')).status).toBe(200);
    const path = `${keysOf(id)}/${theirs.keyId}`;
    const revoked = await call('DELETE', path, { key: adminKey });
    expect(revoked.body.revoked_at).not.toBeNull();
    expect((await signedCall(theirs, 'GET', '/v1/accounts')).body.code).toBe('signature.key_unknown');
    expect((await call('DELETE', path, { key: adminKey })).body).toEqual(revoked.body);
    const end = { not_after: '2099-01-01T00:00:00.000Z' };
    expect((await post(`${path}/expire`, adminKey, end)).body).toEqual(revoked.body);
  });

  test('elsewhere stops it within a minute: what is cached lives half as long', async () => {
    const { id } = await newIssuer();
    const theirs = await newSigner(id);
    expect((await signedCall(theirs, 'GET', '/v1/accounts')).status).toBe(200);
    // Another machine's revocation: this one is not told.
    await testEnv.DIRECTORY.prepare('UPDATE signing_key SET revoked_at = 1 WHERE id = ?')
      .bind(theirs.keyId)
      .run();
    later(30_000);
    expect((await signedCall(theirs, 'GET', '/v1/accounts')).body.code).toBe('signature.key_unknown');
  });

  test('somebody else’s key is nobody’s', async () => {
    const other = await newIssuer();
    const answer = await call('DELETE', `${keysOf(other.id)}/${signer.keyId}`, { key: other.key });
    expect(answer).toMatchObject({ status: 404, body: { code: 'signing_key.not_found' } });
  });
});

describe('a participant that is bound to client certificates', () => {
  const bytes = new TextEncoder().encode('the DER of a certificate');
  const certificate = { pem: `:${btoa(String.fromCharCode(...bytes))}:`, sha256: '' };
  let bound: Issuer;
  beforeAll(async () => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    certificate.sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    bound = await newIssuer();
    const certificates = ['00'.repeat(32), certificate.sha256];
    await post(`/v1/participants/${bound.id}/trust`, bound.key, { certificates });
  });

  /** As the deployment gets it: what the edge says of the connection, and headers. */
  const ask = async (env: object, cf?: object, headers: Record<string, string> = {}) => {
    const request = new Request('https://switch.test/v1/accounts', {
      headers: { authorization: `Bearer ${bound.key}`, ...headers },
      ...(cf && { cf }),
    });
    const response = await switchOf({ ...testEnv, ...env }).fetch(
      request as Request,
      createExecutionContext(),
    );
    return { status: response.status, body: (await response.json()) as { code?: string } };
  };
  const refused = { status: 401, body: { code: 'certificate.required' } };
  const verified = () => ({
    certPresented: '1',
    certVerified: 'SUCCESS',
    certRevoked: '0',
    certFingerprintSHA256: certificate.sha256,
  });

  test('is let in with one of them', async () => {
    expect(await ask({}, { tlsClientAuth: verified() })).toMatchObject({ status: 200 });
  });

  test.each([
    ['nothing is known of the connection', undefined],
    ['there is no TLS', {}],
    ['none was presented', { certPresented: '0', certVerified: 'NONE', certRevoked: '0' }],
    ['it did not verify', { certVerified: 'FAILED:unable to get local issuer certificate' }],
    ['it was revoked', { certRevoked: '1' }],
    ['nobody knows whether it was revoked', { certRevoked: undefined }],
    ['it is another', { certFingerprintSHA256: '11'.repeat(32) }],
    ['it has no fingerprint', { certFingerprintSHA256: '' }],
  ])('is refused when %s', async (_, change) => {
    const cf =
      change && Object.keys(change).length > 0 ? { tlsClientAuth: { ...verified(), ...change } } : change;
    expect(await ask({}, cf)).toMatchObject(refused);
  });

  test('is refused where no proxy is trusted, whatever a header says', async () => {
    expect(await ask({}, undefined, { 'client-cert': certificate.pem })).toMatchObject(refused);
  });

  test('is let in on the word of the proxy that the deployment names', async () => {
    const trusting = { TOLOM_CERTIFICATE_HEADER: 'client-cert' };
    expect(await ask(trusting, undefined, { 'client-cert': certificate.pem })).toMatchObject({ status: 200 });
    for (const other of [
      '',
      '::',
      ':AAAA:',
      ':***:',
      certificate.sha256,
      certificate.pem.replaceAll(':', ''),
    ]) {
      expect(await ask(trusting, undefined, { 'client-cert': other }), other).toMatchObject(refused);
    }
  });

  test('is bound when it signs, too', async () => {
    const signs = await newSigner(bound.id);
    expect(await signedCall(signs, 'GET', '/v1/accounts')).toMatchObject(refused);
  });
});

describe('a participant that requires signatures', () => {
  const trustOf = (id: string) => `/v1/participants/${id}/trust`;

  test('refuses its bearer keys, from then on', async () => {
    const { id, key } = await newIssuer();
    const unready = await post(trustOf(id), key, { require_signature: true });
    expect(unready).toMatchObject({ status: 404, body: { code: 'signing_key.not_found' } });
    const theirs = await newSigner(id, key);
    const set = await post(trustOf(id), key, { require_signature: true });
    expect(set.body).toMatchObject({ participant: id, require_signature: true, certificates: [] });
    expect(await get('/v1/accounts', key)).toMatchObject({
      status: 401,
      body: { code: 'signature.required' },
    });
    expect((await signedCall(theirs, 'GET', '/v1/accounts')).status).toBe(200);
    // The key that was stolen cannot take it back; a signature can.
    expect((await post(trustOf(id), key, { require_signature: false })).body.code).toBe('signature.required');
    await signedCall(theirs, 'POST', trustOf(id), { body: { require_signature: false } });
    expect((await get('/v1/accounts', key)).status).toBe(200);
  });

  test('keeps what a change does not name', async () => {
    const { id, key } = await newIssuer();
    await newSigner(id, key);
    await post(trustOf(id), adminKey, { require_signature: true });
    const certificates = ['ab'.repeat(32)];
    const both = { participant: id, require_signature: true, certificates, requests_per_second: null };
    expect((await post(trustOf(id), adminKey, { certificates })).body).toEqual(both);
    expect((await get(trustOf(id), adminKey)).body).toEqual(both);
  });
});
