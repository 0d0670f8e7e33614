/**
 * Signed requests: the vectors of RFC 9421 and RFC 9530, an independent library in both directions, and every
 * way in which a signature falls short.
 */
import { createPrivateKey, createPublicKey, sign as nodeSign, verify as nodeVerify } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { beforeAll, describe, expect, test } from 'vitest';
import { ok } from '../../src/kernel/index.ts';
import {
  contentDigest,
  digestProblem,
  importPublicKey,
  provesRegistration,
  publicKeyProblem,
  registrationText,
  signatureBase,
  signRequest,
  verifyRequest,
} from '../../src/signing/index.ts';

const bytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const toBase64Url = (data: Uint8Array) =>
  btoa(String.fromCharCode(...data))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

// RFC 9421 B.1.4, test-key-ed25519.
const publicPem = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----`;
const privatePem = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----`;
const publicKey = toBase64Url(fromBase64('JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs='));

let verifying: CryptoKey;
let signing: CryptoKey;
beforeAll(async () => {
  verifying = await importPublicKey(publicKey);
  const pkcs8 = fromBase64('MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF');
  signing = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
});

describe('RFC 9421, appendix B', () => {
  // B.2, test-request.
  const request = {
    method: 'POST',
    url: 'https://example.com/foo?param=Value&Pet=dog',
    headers: new Headers({
      host: 'example.com',
      date: 'Tue, 20 Apr 2021 02:07:55 GMT',
      'content-type': 'application/json',
      'content-digest':
        'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
      'content-length': '18',
    }),
  };
  const components = ['date', '@method', '@path', '@authority', 'content-type', 'content-length'];
  const parameters =
    '("date" "@method" "@path" "@authority" "content-type" "content-length")' +
    ';created=1618884473;keyid="test-key-ed25519"';

  test('B.2.6: the signature base is the published one', () => {
    expect(signatureBase(request, components, parameters)).toBe(
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        `"@signature-params": ${parameters}`,
      ].join('\n'),
    );
  });

  test('B.2.6: the published signature verifies, and is the one that is made', async () => {
    const base = bytes(signatureBase(request, components, parameters) ?? '');
    const published =
      'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
    expect(await crypto.subtle.verify('Ed25519', verifying, fromBase64(published), base)).toBe(true);
    const made = new Uint8Array(await crypto.subtle.sign('Ed25519', signing, base));
    expect(made).toEqual(fromBase64(published));
  });

  // §2.2 and §2.1: the examples of each derived component and of fields.
  test.each([
    ['@method', 'POST'],
    ['@target-uri', 'https://example.com/foo?param=Value&Pet=dog'],
    ['@authority', 'example.com'],
    ['@scheme', 'https'],
    ['@request-target', '/foo?param=Value&Pet=dog'],
    ['@path', '/foo'],
    ['@query', '?param=Value&Pet=dog'],
  ])('%s is %s', (name, value) => {
    expect(signatureBase(request, [name], '()')).toBe(`"${name}": ${value}\n"@signature-params": ()`);
  });

  test('an absent query is a question mark, a default port is none, fields are joined', () => {
    const headers = new Headers([
      ['cache-control', '  max-age=60 '],
      ['cache-control', 'must-revalidate'],
      ['x-empty', ''],
    ]);
    const plain = { method: 'GET', url: 'https://Example.COM:443/', headers };
    const base = signatureBase(plain, ['@query', '@authority', 'cache-control', 'x-empty'], '()');
    expect(base?.split('\n').slice(0, 4)).toEqual([
      '"@query": ?',
      '"@authority": example.com',
      '"cache-control": max-age=60, must-revalidate',
      '"x-empty": ',
    ]);
  });

  test('a component that is not there has no base', () => {
    expect(signatureBase(request, ['x-none'], '()')).toBeUndefined();
    expect(signatureBase(request, ['@status'], '()')).toBeUndefined();
    expect(signatureBase(request, ['@query-param'], '()')).toBeUndefined();
  });
});

describe('RFC 9530', () => {
  // Appendix D, and the digest of RFC 9421's test-request.
  const published: [body: string, header: string][] = [
    ['{"hello": "world"}\n', 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:'],
    [
      '{"hello": "world"}',
      'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
    ],
    ['{"hello": "world"}', 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:'],
    ['', 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'],
  ];
  test.each(published)('%j hashes to %s', async (body, header) => {
    const algorithm = header.startsWith('sha-256') ? 'sha-256' : 'sha-512';
    expect(await contentDigest(body, algorithm)).toBe(header);
    expect(await digestProblem(header, bytes(body))).toBeUndefined();
    expect(await digestProblem(header, bytes(`${body} `))).toContain('of the body is another');
  });

  test('every known algorithm must agree, unknown ones are passed over', async () => {
    const [sha256, sha512] = [await contentDigest('x'), await contentDigest('x', 'sha-512')];
    expect(await digestProblem(`${sha256}, ${sha512}, unixsum=:AAA=:`, bytes('x'))).toBeUndefined();
    expect(await digestProblem(`${sha256}, ${await contentDigest('y', 'sha-512')}`, bytes('x'))).toMatch(
      /^sha-512/,
    );
  });

  test.each([
    ['', 'neither'],
    ['md5=:AAA=:', 'neither'],
    ['sha-256=abc', 'not a byte sequence'],
    ['sha-256', 'not a byte sequence'],
    ['sha-256=("a" "b")', 'not a byte sequence'],
    ['sha-256=:***:', 'not a dictionary'],
    ['SHA-256=:AAA=:', 'not a dictionary'],
  ])('%j is refused: %s', async (header, problem) => {
    expect(await digestProblem(header, bytes('x'))).toContain(problem);
  });
});

const url = 'https://pay.example.kg/v1/accounts/acc_1hq3v8k2m0abcdefgh01/payments?x=1';
const body = JSON.stringify({ amount: 100, note: 'Төлөм ก ខ 支' });
const nowMs = 1_700_000_000_500;
const nowS = 1_700_000_000;

const received = (
  headers: HeadersInit,
  more: Partial<{ method: string; url: string; body: string }> = {},
) => ({
  method: more.method ?? 'POST',
  url: more.url ?? url,
  headers: new Headers(headers),
  body: async () => ok(bytes(more.body ?? body)),
});
const keyOf = async (id: string) => (id === 'sgk_1' ? verifying : undefined);

async function signed(headers: Record<string, string> = { 'idempotency-key': 'k-1' }, text = body) {
  const all = new Headers(
    text === '' ? headers : { ...headers, 'content-digest': await contentDigest(text) },
  );
  const signature = await signRequest(
    { method: 'POST', url, headers: all },
    { keyId: 'sgk_1', privateKey: signing },
    { nowMs },
  );
  return { ...Object.fromEntries(all), ...signature };
}

describe('an independent library', () => {
  const theirKey = {
    id: 'sgk_1',
    alg: 'ed25519',
    sign: async (data: Buffer) => nodeSign(null, data, createPrivateKey(privatePem)),
  };

  test('verifies what is signed here', async () => {
    const seen: object[] = [];
    const request = { method: 'POST', url, headers: await signed() };
    const verified = await httpbis.verifyMessage(
      {
        requiredFields: ['@method', '@target-uri', 'content-digest', 'idempotency-key'],
        requiredParams: ['created', 'expires', 'nonce', 'keyid'],
        notAfter: new Date(nowMs),
        tolerance: 10 ** 12,
        keyLookup: async (parameters) => {
          seen.push(parameters);
          return {
            id: 'sgk_1',
            algs: ['ed25519'],
            verify: async (data, signature) => nodeVerify(null, data, createPublicKey(publicPem), signature),
          };
        },
      },
      request,
    );
    expect(verified).toBe(true);
    expect(seen).toMatchObject([{ keyid: 'sgk_1', alg: 'ed25519' }]);
    const changed = { ...request, headers: { ...request.headers, 'idempotency-key': 'k-2' } };
    const again = httpbis.verifyMessage(
      {
        tolerance: 10 ** 12,
        keyLookup: async () => ({
          verify: async (data, signature) => nodeVerify(null, data, createPublicKey(publicPem), signature),
        }),
      },
      changed,
    );
    expect(await again).toBe(false);
  });

  test.each([
    ['only what is asked for', ['@method', '@target-uri', 'content-digest', 'idempotency-key'], 'ed25519'],
    [
      'much more, in another order',
      [
        'content-type',
        'idempotency-key',
        '@authority',
        '@path',
        '@query',
        '@target-uri',
        'content-digest',
        '@method',
      ],
      undefined,
    ],
  ])('signs what is verified here: %s', async (_, fields, alg) => {
    const headers = {
      'content-type': 'application/json',
      'content-digest': await contentDigest(body, 'sha-512'),
      'idempotency-key': 'k-1',
    };
    const message = await httpbis.signMessage(
      {
        key: alg === undefined ? { id: theirKey.id, sign: theirKey.sign } : theirKey,
        name: 'sig1',
        fields,
        params: ['nonce', 'keyid', 'expires', 'created', ...(alg === undefined ? [] : ['alg'])],
        paramValues: {
          created: new Date(nowMs),
          expires: new Date(nowMs + 300_000),
          nonce: 'a nonce of theirs, "quoted"'.replaceAll(' ', '_'),
        },
      },
      { method: 'POST', url, headers },
    );
    const verified = await verifyRequest(received(message.headers as Record<string, string>), keyOf, nowMs);
    expect(verified).toMatchObject({ ok: true, value: { keyId: 'sgk_1', createdS: nowS } });
  });
});

describe('a good signature', () => {
  test('tells its key and its nonce, never the same twice', async () => {
    const [one, two] = await Promise.all(
      [await signed(), await signed()].map((headers) => verifyRequest(received(headers), keyOf, nowMs)),
    );
    expect(one).toMatchObject({ ok: true, value: { keyId: 'sgk_1', createdS: nowS, expiresS: nowS + 60 } });
    expect(one?.ok && two?.ok && one.value.nonce !== two.value.nonce).toBe(true);
  });

  test('of a request without body or idempotency key covers neither', async () => {
    const headers = await signed({}, '');
    expect(headers['signature-input']).toMatch(/^tolom=\("@method" "@target-uri"\);created=/);
    expect(await verifyRequest(received(headers, { body: '' }), keyOf, nowMs)).toMatchObject({ ok: true });
  });

  test.each([
    ['30 seconds ahead', -30],
    ['as it ends', 60],
    ['30 seconds after its end', 90],
  ])('is taken %s', async (_, laterS) => {
    const verified = await verifyRequest(received(await signed()), keyOf, nowMs + laterS * 1_000);
    expect(verified.ok).toBe(true);
  });
});

describe('a signature that falls short is refused by name', () => {
  const good = 'created=1700000000;expires=1700000060;nonce="0123456789abcdef";keyid="sgk_1"';
  const covered = '"@method" "@target-uri" "content-digest" "idempotency-key"';

  /** Signed by hand, so that nothing but what the row says is wrong. */
  async function byHand(input: string, more: { body?: string; headers?: Record<string, string> } = {}) {
    const headers = new Headers({
      'content-digest': await contentDigest(more.body ?? body),
      'idempotency-key': 'k-1',
      ...more.headers,
    });
    const names = [...(/\(([^)]*)\)/.exec(input)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(([, name]) => name!);
    const base = signatureBase({ method: 'POST', url, headers }, names, input) ?? 'nothing';
    const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', signing, bytes(base)));
    headers.set('signature-input', `s=${input}`);
    headers.set('signature', `s=:${btoa(String.fromCharCode(...signature))}:`);
    return headers;
  }
  const refusalOf = async (headers: HeadersInit, more: Parameters<typeof received>[1] = {}, at = nowMs) => {
    const verified = await verifyRequest(received(headers, more), keyOf, at);
    return verified.ok ? 'accepted' : `${verified.refusal.code}: ${verified.refusal.detail}`;
  };
  const without = (name: string) => good.replace(new RegExp(`;?${name}=[^;]*`), '').replace(/^;/, '');

  test('the row of reference is good', async () => {
    expect(await refusalOf(await byHand(`(${covered});${good}`))).toBe('accepted');
  });

  const rows: [input: string, refusal: string][] = [
    [`(${covered});${without('created')}`, 'signature.incomplete: created is missing'],
    [`(${covered});${without('expires')}`, 'signature.incomplete: expires is missing'],
    [`(${covered});${without('nonce')}`, 'signature.incomplete: nonce is missing'],
    [`(${covered});${without('keyid')}`, 'signature.incomplete: keyid is missing'],
    [
      `(${covered});${good.replace('created=1700000000', 'created="1700000000"')}`,
      'signature.incomplete: created',
    ],
    [
      `(${covered});${good.replace('created=1700000000', 'created=1700000000.5')}`,
      'signature.incomplete: created',
    ],
    [`(${covered});${good.replace('0123456789abcdef', 'short')}`, 'signature.malformed: nonce must have 16'],
    [`(${covered});${good.replace('0123456789abcdef', 'with blanks in it')}`, 'signature.malformed: nonce'],
    [`(${covered});${good.replace('0123456789abcdef', 'n'.repeat(129))}`, 'signature.malformed: nonce'],
    [`(${covered});${good};alg="rsa-pss-sha512"`, 'signature.malformed: alg must be'],
    [`(${covered});${good};alg="hmac-sha256"`, 'signature.malformed: alg must be'],
    [`(${covered});${good.replace('sgk_1', 'sgk_2')}`, 'signature.key_unknown: keyid is unknown'],
    [`("@target-uri" "content-digest" "idempotency-key");${good}`, 'signature.incomplete: "@method" is not'],
    [`("@method" "content-digest" "idempotency-key");${good}`, 'signature.incomplete: "@target-uri" is not'],
    [
      `("@method" "@path" "content-digest" "idempotency-key");${good}`,
      'signature.incomplete: "@target-uri" is',
    ],
    [`("@method" "@target-uri" "idempotency-key");${good}`, 'signature.incomplete: "content-digest" is not'],
    [`("@method" "@target-uri" "content-digest");${good}`, 'signature.incomplete: "idempotency-key" is not'],
    [`(${covered} "x-none");${good}`, 'signature.incomplete: "x-none" is covered, but not in the request'],
    [`(${covered} "@status");${good}`, 'signature.incomplete: "@status" is covered, but not'],
    [`(${covered} "@method");${good}`, 'signature.malformed: "@method" is covered twice'],
    [
      `(${covered} "@query-param";name="x");${good}`,
      'signature.malformed: components must be strings without',
    ],
    [`("@method";req "@target-uri");${good}`, 'signature.malformed: components must be strings without'],
    [`(${covered} date);${good}`, 'signature.malformed: components must be strings without'],
    [`"@method";${good}`, 'signature.malformed: signature-input must list'],
    [`(${covered});${good.replace('60;', '00;')}`, 'signature.malformed: expires must be 1 to 300'],
    [`(${covered});${good.replace('0060;', '0301;')}`, 'signature.malformed: expires must be 1 to 300'],
    [
      `(${covered});created=1700000031;expires=1700000091;nonce="0123456789abcdef";keyid="sgk_1"`,
      'signature.not_yet_valid: created is 31 seconds ahead; it is 1700000000',
    ],
    [
      `(${covered});created=1699999700;expires=1699999969;nonce="0123456789abcdef";keyid="sgk_1"`,
      'signature.expired: expired 31 seconds ago; it is 1700000000',
    ],
  ];
  test.each(rows)('%s', async (input, refusal) => {
    expect(await refusalOf(await byHand(input))).toContain(refusal);
  });

  test('five minutes are not too long', async () => {
    expect(await refusalOf(await byHand(`(${covered});${good.replace('0060;', '0300;')}`))).toBe('accepted');
  });

  test('another body', async () => {
    const headers = await byHand(`(${covered});${good}`);
    expect(await refusalOf(headers, { body: `${body} ` })).toContain('signature.digest_mismatch: sha-256');
    headers.set('content-digest', await contentDigest(`${body} `));
    expect(await refusalOf(headers, { body: `${body} ` })).toContain('signature.wrong');
  });

  test('a body without a digest', async () => {
    const headers = await signed({}, '');
    expect(await refusalOf(headers)).toContain('signature.incomplete: "content-digest" is not covered');
  });

  test.each([
    ['another method', { method: 'PUT' }],
    ['another address', { url: `${url}2` }],
    ['another host', { url: url.replace('pay.example.kg', 'test.example.kg') }],
    ['plain http', { url: url.replace('https', 'http') }],
  ])('%s', async (_, more) => {
    const headers = await byHand(`(${covered});${good}`);
    expect(await refusalOf(headers, more)).toContain(
      'signature.wrong: not a signature of this text:\n"@method": ',
    );
  });

  test('another idempotency key', async () => {
    const headers = await byHand(`(${covered});${good}`);
    headers.set('idempotency-key', 'k-2');
    expect(await refusalOf(headers)).toContain('signature.wrong');
  });

  test('a later end than was signed', async () => {
    const headers = await byHand(`(${covered});${good}`);
    headers.set('signature-input', headers.get('signature-input')!.replace('1700000060', '1700000300'));
    expect(await refusalOf(headers)).toContain('signature.wrong');
  });

  test('of another key', async () => {
    const headers = await byHand(`(${covered});${good}`);
    const other = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const stranger = (other as CryptoKeyPair).publicKey;
    const verified = await verifyRequest(received(headers), async () => stranger, nowMs);
    expect(verified).toMatchObject({ ok: false, refusal: { code: 'signature.wrong' } });
  });

  test.each([
    ['no signature', { signature: '' }, 'signature has no byte sequence "s"'],
    ['under another label', { signature: 't=:AAAA:' }, 'signature has no byte sequence "s"'],
    ['no bytes', { signature: 's="AAAA"' }, 'signature has no byte sequence "s"'],
    ['rubbish', { signature: 's=:***:' }, 'must be dictionaries'],
    ['rubbish as input', { 'signature-input': '((' }, 'must be dictionaries'],
    ['an endless input', { 'signature-input': `s=(${'"a" '.repeat(2_000)})` }, 'of 4,096 characters at most'],
    ['nothing as input', { 'signature-input': '' }, 'must hold one signature'],
    ['two signatures', { 'signature-input': 's=("@method"), t=("@method")' }, 'must hold one signature'],
  ])('%s', async (_, change, problem) => {
    const headers = await byHand(`(${covered});${good}`);
    for (const [name, value] of Object.entries(change)) headers.set(name, value);
    expect(await refusalOf(headers)).toContain(`signature.malformed: `);
    expect(await refusalOf(headers)).toContain(problem);
  });

  test('an empty, short or long signature, and one of any other bytes', async () => {
    for (const [length, byte] of [
      [0, 0],
      [1, 0],
      [63, 0],
      [64, 0],
      [64, 1],
      [64, 255],
      [65, 0],
      [1_000, 0],
    ]) {
      const headers = await byHand(`(${covered});${good}`);
      headers.set('signature', `s=:${btoa(String.fromCharCode(byte!).repeat(length!))}:`);
      const expected = length === 64 ? 'signature.wrong' : 'signature.malformed: signature "s" must have 64';
      expect(await refusalOf(headers), `${length} × ${byte}`).toContain(expected);
    }
  });

  test('a stranger’s body is not even read', async () => {
    let read = false;
    const headers = await byHand(`(${covered});${good.replace('sgk_1', 'sgk_2')}`);
    const body = async () => {
      read = true;
      return ok(bytes(''));
    };
    await verifyRequest({ method: 'POST', url, headers, body }, keyOf, nowMs);
    expect(read).toBe(false);
  });
});

describe('public keys', () => {
  const text = registrationText('https://pay.example.kg', 'par_1', publicKey);
  const proofOf = async (what: string) =>
    toBase64Url(new Uint8Array(await crypto.subtle.sign('Ed25519', signing, bytes(what))));

  test('a proof is good for one key of one participant of one switch', async () => {
    const proof = await proofOf(text);
    expect(publicKeyProblem(publicKey)).toBeUndefined();
    expect(provesRegistration(text, publicKey, proof)).toBe(true);
    for (const other of [
      registrationText('https://test.example.kg', 'par_1', publicKey),
      registrationText('https://pay.example.kg', 'par_2', publicKey),
      registrationText('https://pay.example.kg', 'par_1', `${publicKey.slice(0, -1)}Y`),
    ]) {
      expect(provesRegistration(other, publicKey, proof)).toBe(false);
    }
    expect(provesRegistration(text, publicKey, proof.slice(0, -2))).toBe(false);
    expect(provesRegistration(text, publicKey, '*')).toBe(false);
  });

  // The points of order 1, 2, 4 and 8, and their other encodings (RFC 8032 §5.1.7; NCC's list of 14).
  const smallOrder = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '0000000000000000000000000000000000000000000000000000000000000000',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ];
  test.each(smallOrder)('%s is of small order, or no encoding of a point', (hex) => {
    const key = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    expect(publicKeyProblem(toBase64Url(key))).toMatch(/small order|not a point/);
    // With such a key, R = identity and S = 0 fit any text where the check is loose.
    const forged = new Uint8Array(64);
    forged[0] = 1;
    expect(provesRegistration('any text', toBase64Url(key), toBase64Url(forged))).toBe(false);
  });

  test.each([
    ['', 'not 32 bytes'],
    ['AAAA', 'not 32 bytes'],
    ['A'.repeat(44), 'not 32 bytes'],
    ['*'.repeat(43), 'not 32 bytes'],
    [`Ag${'A'.repeat(41)}`, 'not a point'],
  ])('%j: %s', (key, problem) => {
    expect(publicKeyProblem(key)).toContain(problem);
  });
});
