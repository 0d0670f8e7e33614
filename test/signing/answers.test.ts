/** Signed answers, held against another implementation of RFC 9421. */
import { httpbis } from 'http-message-signatures';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/kernel/index.ts';
import {
  answerProblem,
  contentDigest,
  importPublicKey,
  type SignedAnswer,
  signAnswer,
} from '../../src/signing/index.ts';
import { type KeyPair, newKeyPair } from '../support/signing.ts';

const body = '{"status":"approved"}';
const bytes = utf8(body);
const url = 'https://partner.example/debits/pay_1m80c5577000000asjjnxa6a';
const request = () => ({ method: 'PUT', url, headers: new Headers({ signature: 'tolom=:AAAA:' }) });

async function answer(more: Partial<SignedAnswer> = {}): Promise<SignedAnswer> {
  const headers = new Headers({ 'content-digest': await contentDigest(body) });
  return { status: 200, headers, request: request(), ...more };
}

async function signed(pair: KeyPair, nowMs = Date.now()): Promise<SignedAnswer> {
  const unsigned = await answer();
  const signer = { keyId: 'sgk_1', privateKey: pair.privateKey };
  for (const [name, value] of Object.entries(await signAnswer(unsigned, signer, nowMs))) {
    unsigned.headers.set(name, value);
  }
  return unsigned;
}

const keyOf = (pair: KeyPair) => async (id: string) =>
  id === 'sgk_1' ? importPublicKey(pair.publicKey) : undefined;
const problemOf = (pair: KeyPair, given: SignedAnswer, text: Uint8Array<ArrayBuffer> = bytes) =>
  answerProblem(given, text, keyOf(pair), Date.now());

describe('an answer', () => {
  test('that we sign is verified by the other library', async () => {
    const pair = await newKeyPair();
    const { headers, status } = await signed(pair);
    const key = await importPublicKey(pair.publicKey);
    const verified = await httpbis.verifyMessage(
      {
        keyLookup: async () => ({
          id: 'sgk_1',
          algs: ['ed25519'],
          verify: async (data, signature) =>
            crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(data)),
        }),
      },
      { status, headers: Object.fromEntries(headers) },
      { method: 'PUT', url, headers: Object.fromEntries(request().headers) },
    );
    expect(verified).toBe(true);
  });

  test('that the other library signs is verified by us', async () => {
    const pair = await newKeyPair();
    const unsigned = await answer();
    const message = await httpbis.signMessage(
      {
        key: {
          id: 'sgk_1',
          alg: 'ed25519',
          sign: async (data) =>
            Buffer.from(await crypto.subtle.sign('Ed25519', pair.privateKey, new Uint8Array(data))),
        },
        fields: ['@status', 'content-digest', '@method;req', '@target-uri;req', 'signature;req'],
        params: ['created', 'keyid', 'alg'],
      },
      { status: 200, headers: Object.fromEntries(unsigned.headers) },
      { method: 'PUT', url, headers: Object.fromEntries(request().headers) },
    );
    const headers = new Headers(message.headers as Record<string, string>);
    expect(await problemOf(pair, { ...unsigned, headers })).toBeUndefined();
  });

  test('is good for this request, this body and this status only', async () => {
    const pair = await newKeyPair();
    const good = await signed(pair);
    expect(await problemOf(pair, good)).toBeUndefined();
    expect(await problemOf(pair, { ...good, status: 404 })).toMatch(/^not a signature/);
    expect(await problemOf(pair, { ...good, request: { ...request(), method: 'GET' } })).toMatch(
      /^not a sig/,
    );
    expect(await problemOf(pair, { ...good, request: { ...request(), url: `${url}/reversal` } })).toMatch(
      /^not/,
    );
    const other = new Headers({ signature: 'tolom=:BBBB:' });
    expect(await problemOf(pair, { ...good, request: { ...request(), headers: other } })).toMatch(/^not/);
    const changed = utf8('{"status":"refused"}');
    expect(await problemOf(pair, good, changed)).toBe('sha-256 of the body is another');
  });

  test('is none from another key, from long ago, or without a signature', async () => {
    const pair = await newKeyPair();
    expect(await problemOf(await newKeyPair(), await signed(pair))).toMatch(/^not a signature/);
    expect(await problemOf(pair, await signed(pair, Date.now() - 600_000))).toBe('created is not now');
    expect(await problemOf(pair, await answer())).toBe('it is not signed');
    const unknown = await signed(pair);
    const input = unknown.headers.get('signature-input') ?? '';
    unknown.headers.set('signature-input', input.replace('sgk_1', 'sgk_2'));
    expect(await problemOf(pair, unknown)).toBe('keyid is not a key of the partner');
  });

  test.each(['"@status" ', ' "content-digest"', ' "@method";req', ' "@target-uri";req', ' "signature";req'])(
    'that does not cover%s is none',
    async (component) => {
      const pair = await newKeyPair();
      const given = await signed(pair);
      const input = given.headers.get('signature-input') ?? '';
      given.headers.set('signature-input', input.replace(component, ''));
      expect(await problemOf(pair, given)).toBe(`${component.trim()} is not covered`);
    },
  );

  test.each([
    ['tolom', '();created=1;keyid="sgk_1"'],
    ['tolom=1', 'tolom=1'],
    ['two', 'a=("@status";sf);created=1;keyid="sgk_1"'],
    ['no times', 'tolom=("@status");keyid="sgk_1"'],
    ['rubbish', '((('],
  ])('with a damaged signature is none: %s', async (_, input) => {
    const pair = await newKeyPair();
    const given = await signed(pair);
    given.headers.set('signature-input', input);
    expect(await problemOf(pair, given)).toEqual(expect.any(String));
  });
});
