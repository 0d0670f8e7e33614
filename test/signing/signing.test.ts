/** Signatures and secrets, checked by foreign verifiers and published vectors where there are any. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import {
  callbackSigner,
  derive,
  newCallbackSecret,
  open,
  readToken,
  seal,
  signToken,
} from '../../src/signing/index.ts';

const master = 'a master secret of these tests, long enough';
const other = 'another master secret of these tests, long too';
const bytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
const base64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (data: Uint8Array) => [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const id = 'evt_1hq3v8k2m0abcdefgh01';
const body = JSON.stringify({ type: 'payment.completed', data: { merchant: 'Дордой ก ខ 支' } });

async function signed(timestampS = Math.floor(Date.now() / 1_000)) {
  const secret = newCallbackSecret();
  const signer = await callbackSigner(master);
  const signature = await signer.sign({ id, timestampS, body }, secret);
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signature,
  };
  return { secret, signer, headers, timestampS };
}

describe('v1, for any Standard Webhooks library', () => {
  test('verifies, and gives the body back', async () => {
    const { secret, headers } = await signed();
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });

  test('signs as the library signs', async () => {
    const { secret, headers, timestampS } = await signed();
    const theirs = new Webhook(secret).sign(id, new Date(timestampS * 1_000), body);
    expect(headers['webhook-signature'].split(' ')[0]).toBe(theirs);
  });

  // https://github.com/standard-webhooks/standard-webhooks, the example every library tests itself with.
  test('known answer of the specification’s libraries', async () => {
    const signer = await callbackSigner(master);
    const signature = await signer.sign(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampS: 1_614_265_330, body: '{"test": 2432232314}' },
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    );
    expect(signature.split(' ')[0]).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  test.each([
    ['the body', { body: `${body} ` }],
    ['the id', { headers: { 'webhook-id': 'evt_1hq3v8k2m0abcdefgh02' } }],
    ['the signature', { headers: { 'webhook-signature': `v1,${btoa('x'.repeat(32))}` } }],
    ['v1 left out', { v1: false }],
  ])('%s changed: refused', async (_, change: { body?: string; headers?: object; v1?: boolean }) => {
    const { secret, headers } = await signed();
    const changed = { ...headers, ...change.headers };
    if (change.v1 === false) changed['webhook-signature'] = headers['webhook-signature'].split(' ')[1] ?? '';
    expect(() => new Webhook(secret).verify(change.body ?? body, changed)).toThrow('No matching signature');
  });

  test('a moved timestamp is refused, an old one too', async () => {
    const { secret, headers, timestampS } = await signed();
    const moved = { ...headers, 'webhook-timestamp': String(timestampS + 1) };
    expect(() => new Webhook(secret).verify(body, moved)).toThrow('No matching signature');
    const old = await signed(timestampS - 3_600);
    expect(() => new Webhook(old.secret).verify(body, old.headers)).toThrow('too old');
  });

  test('another endpoint’s secret does not verify', async () => {
    const { headers } = await signed();
    expect(() => new Webhook(newCallbackSecret()).verify(body, headers)).toThrow('No matching signature');
  });

  test.each(['', 'whsec', 'whsec_*', 'secret_AAAA'])(
    '“%s” is no secret: nothing is signed',
    async (secret) => {
      const signer = await callbackSigner(master);
      await expect(signer.sign({ id, timestampS: 1, body }, secret)).rejects.toThrow('not a callback secret');
    },
  );

  test('secrets are 32 fresh bytes', () => {
    const secrets = Array.from({ length: 20 }, newCallbackSecret);
    expect(new Set(secrets).size).toBe(20);
    for (const secret of secrets) expect(base64(secret.replace(/^whsec_/, ''))).toHaveLength(32);
  });
});

describe('v1a, with nothing but the public key', () => {
  const verify = async (jwk: object, signature: string, text: string) => {
    const key = await crypto.subtle.importKey('jwk', jwk as JsonWebKey, 'Ed25519', false, ['verify']);
    const [, mac = ''] = signature
      .split(' ')
      .find((one) => one.startsWith('v1a,'))!
      .split(',');
    return crypto.subtle.verify('Ed25519', key, base64(mac), bytes(text));
  };

  test('verifies from the JWK by WebCrypto, and not once anything is changed', async () => {
    const { signer, headers, timestampS } = await signed();
    const { kty, crv, x } = signer.publicKey;
    const check = (text: string, jwk: object = { kty, crv, x }) =>
      verify(jwk, headers['webhook-signature'], text);
    expect(await check(`${id}.${timestampS}.${body}`)).toBe(true);
    expect(await check(`${id}.${timestampS}.${body} `)).toBe(false);
    expect(await check(`${id}.${timestampS + 1}.${body}`)).toBe(false);
    expect(await check(`evt_x.${timestampS}.${body}`)).toBe(false);
    const another = (await callbackSigner(other)).publicKey;
    expect(await check(`${id}.${timestampS}.${body}`, { kty, crv, x: another.x })).toBe(false);
  });

  test('the key is the same after every start, another with another master, and public only', async () => {
    const [first, again, another] = [
      await callbackSigner(master),
      await callbackSigner(master),
      await callbackSigner(other),
    ];
    expect(again.publicKey).toEqual(first.publicKey);
    expect(another.publicKey.x).not.toBe(first.publicKey.x);
    expect(another.publicKey.kid).not.toBe(first.publicKey.kid);
    expect(Object.keys(first.publicKey).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });
});

describe('derived keys', () => {
  test('one per purpose and master, 32 bytes, always the same', async () => {
    const purposes = ['callback-ed25519', 'seal', 'scan-token'] as const;
    const all = await Promise.all(
      purposes.flatMap((purpose) => [derive(master, purpose), derive(other, purpose)]),
    );
    for (const key of all) expect(key).toHaveLength(32);
    expect(new Set(all.map(toHex)).size).toBe(6);
    expect(toHex(await derive(master, 'seal'))).toBe(toHex(await derive(master, 'seal')));
  });

  test('follow RFC 5869: extract with HMAC, then expand', async () => {
    const hmac = async (key: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) => {
      const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
        'sign',
      ]);
      return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data));
    };
    const hkdf = async (
      ikm: Uint8Array<ArrayBuffer>,
      salt: Uint8Array<ArrayBuffer>,
      info: Uint8Array<ArrayBuffer>,
    ) => hmac(await hmac(salt, ikm), Uint8Array.from([...info, 1]));
    // Appendix A.1, first block: this test's own HKDF is right …
    const okm = await hkdf(
      fromHex('0b'.repeat(22)),
      fromHex('000102030405060708090a0b0c'),
      fromHex('f0f1f2f3f4f5f6f7f8f9'),
    );
    expect(toHex(okm)).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf');
    // … and the switch's agrees with it.
    expect(toHex(await derive(master, 'seal'))).toBe(
      toHex(await hkdf(bytes(master), bytes('tolom'), bytes('seal'))),
    );
  });
});

describe('sealed secrets', () => {
  test('open for their owner', async () => {
    const sealed = await seal(master, 'cbe_1', 'whsec_тест');
    expect(await open(master, 'cbe_1', sealed)).toBe('whsec_тест');
    expect(sealed).not.toContain('whsec');
  });

  test('look different every time', async () => {
    expect(await seal(master, 'cbe_1', 'x')).not.toBe(await seal(master, 'cbe_1', 'x'));
  });

  test('open for nobody else, nowhere else, and not when changed', async () => {
    const sealed = await seal(master, 'cbe_1', 'whsec_x');
    expect(await open(master, 'cbe_2', sealed)).toBeUndefined();
    expect(await open(other, 'cbe_1', sealed)).toBeUndefined();
    for (let index = 0; index < sealed.length; index += 5) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
      expect(await open(master, 'cbe_1', changed), `character ${index}`).toBeUndefined();
    }
    for (const text of ['', 'AAAA', '***', sealed.slice(0, 16), sealed.slice(0, -2)]) {
      expect(await open(master, 'cbe_1', text)).toBeUndefined();
    }
  });
});

describe('tokens', () => {
  const contents = { payload: '000201', participant: 'par_1', expiresAtMs: 5, name: 'Нан ก' };

  test('give back what was put in', async () => {
    expect(await readToken(master, 'scan', await signToken(master, 'scan', contents))).toEqual(contents);
  });

  test('are read with their own prefix and secret only', async () => {
    const token = await signToken(master, 'scan', contents);
    expect(token).toMatch(/^scan_[\w-]+\.[\w-]{43}$/);
    expect(await readToken(master, 'link', token)).toBeUndefined();
    expect(await readToken(other, 'scan', token)).toBeUndefined();
    // The prefix is under the signature: renaming a token of another kind does not help.
    const renamed = (await signToken(master, 'link', contents)).replace(/^link/, 'scan');
    expect(await readToken(master, 'scan', renamed)).toBeUndefined();
  });

  test('no character can be changed', async () => {
    const token = await signToken(master, 'scan', contents);
    // The last character of 32 bytes in base64url carries two unused bits; all others count.
    for (let index = 0; index < token.length - 1; index++) {
      const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
      expect(await readToken(master, 'scan', changed), `character ${index}`).toBeUndefined();
    }
  });

  test.each([
    '',
    '.',
    'scan_',
    'scan_.',
    'scan_e30',
    'scan_e30.',
    '.scan_e30',
    'scan_***.***',
    `scan_e30.${'A'.repeat(43)}`,
  ])('“%s” is none', async (token) => {
    expect(await readToken(master, 'scan', token)).toBeUndefined();
  });
});
