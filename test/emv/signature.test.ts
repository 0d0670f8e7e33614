/** Signed codes: nothing a sticker says can be swapped, and everyone else still reads it as plain EMV. */
import { ed25519 } from '@noble/curves/ed25519.js';
import encodeQr from 'qr';
import decodeQr from 'qr/decode.js';
import { describe, expect, test } from 'vitest';
import {
  checkSignature,
  type Decoded,
  decode,
  type EncodeFields,
  encode,
  linkTo,
  signatureTemplates,
  textToSign,
} from '../../src/emv/index.ts';

const provider = 'qr.tolom.kg';
// RFC 8032 §7.1, test 1.
const seed = Uint8Array.from(
  '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'.match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
);
const base64Url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const keys = [{ kid: 'k1', x: base64Url(ed25519.getPublicKey(seed)) }];

const elqr: EncodeFields = {
  profile: 'elqr',
  pointOfInitiationMethod: 'dynamic',
  merchantAccountInformation: [
    { id: '32', guid: provider, fields: { '01': '1', '10': 'mch_1', '11': 'ord_1', '12': '12', '13': '12' } },
  ],
  merchantCategoryCode: '5411',
  amount: { minor: 12_550n, currency: 'KGS' },
  merchantName: 'Дордой базар',
};
const plain: EncodeFields = {
  pointOfInitiationMethod: 'static',
  merchantAccountInformation: [{ id: '26', guid: 'kg.tolom.qr', fields: { '01': 'mch_1' } }],
  merchantCategoryCode: '5812',
  transactionCurrency: '764',
  countryCode: 'TH',
  merchantName: 'Siam Cafe',
  merchantCity: 'Bangkok',
};
const forms = { elqr, plain };

const textOf = (data: Parameters<typeof encode>[0]): string => {
  const made = encode(data);
  if (!made.ok) throw new Error(JSON.stringify(made));
  return made.payload;
};
const codeOf = (payload: string): Decoded => {
  const code = decode(payload);
  if (!code.ok) throw new Error(JSON.stringify(code));
  return code;
};
const signed = (data: EncodeFields): string => {
  const signature = base64Url(ed25519.sign(textToSign(textOf(data)), seed));
  return textOf({ ...data, unreservedTemplates: signatureTemplates(provider, 'k1', signature) });
};
const check = (payload: string, more = {}) => checkSignature(codeOf(payload), { provider, keys, ...more });

/** A code with some of its objects replaced and its checksum made right again. */
function altered(payload: string, change: (id: string, value: string) => string | undefined): string {
  const { dataObjects, checksum, lengthUnit } = codeOf(payload);
  const objects = dataObjects.flatMap(({ id, value }) => {
    const next = change(id, value);
    return next === undefined ? [] : [{ id, value: next }];
  });
  return textOf({ dataObjects: objects, lengthUnit, checksum });
}

describe('known answers', () => {
  // Worked out with Python's `cryptography` over the same text: Ed25519 of RFC 8032, seed of its first test.
  test.each([
    [
      'elqr',
      '00020101021232500011qr.tolom.kg010111005mch_11105ord_11202121302125204541153034175405125505912Дордой базар80680011kg.tolom.qr0102k10243uqV930ysa53qVtsUhLuHYH6jbEpiCZflZ9SRE0mZ1UP81620011kg.tolom.qr0243i6GbF7KD9sm8g44BG0gfxOwJhDb4fe3M8j487GedOAw630417FC',
    ],
    [
      'plain',
      '00020101021126240011kg.tolom.qr0105mch_15204581253037645802TH5909Siam Cafe6007Bangkok80680011kg.tolom.qr0102k10243HzhN6aSaBzoy-L9tQnsBnYQdHUjwhBavMLwCf2-wC0N81620011kg.tolom.qr0243kru3JieSugxRXogyvxKfkFGCk5ASqgZzJj8eCqRufCg6304898F',
    ],
  ] as const)('%s', async (form, payload) => {
    expect(signed(forms[form])).toBe(payload);
    expect(await check(payload)).toEqual({ status: 'valid', keyId: 'k1' });
  });
});

describe.each(Object.entries(forms))('a signed %s code', (_, data) => {
  const payload = signed(data);

  test('is valid, by WebCrypto and by noble', async () => {
    expect(await check(payload)).toEqual({ status: 'valid', keyId: 'k1' });
    const verify = (signature: Uint8Array, text: Uint8Array, key: Uint8Array) =>
      ed25519.verify(signature, text, key);
    expect(await check(payload, { verify })).toEqual({ status: 'valid', keyId: 'k1' });
    expect(await check(linkTo(provider, payload))).toEqual({ status: 'valid', keyId: 'k1' });
  });

  test('says what it said before, with no new warning, and is 138 characters longer', () => {
    const [before, after] = [codeOf(textOf(data)), codeOf(payload)];
    const { merchantName, amount, merchantAccountInformation, profile, warnings, transactionCurrency } =
      before;
    expect(after).toMatchObject({ merchantName, amount, merchantAccountInformation, profile, warnings });
    expect(after.transactionCurrency).toBe(transactionCurrency);
    // With a key id of 8 characters it would be 144.
    expect(payload.length - before.payload.length).toBe(138);
  });

  test('is read back from its picture', () => {
    const link = linkTo(provider, payload);
    const modules = encodeQr(link, 'raw', { ecc: 'medium', border: 4, scale: 4 });
    const pixels = modules.flat().flatMap((dark) => (dark ? [0, 0, 0, 255] : [255, 255, 255, 255]));
    expect(
      decodeQr({ height: modules.length, width: modules.length, data: Uint8ClampedArray.from(pixels) }),
    ).toBe(link);
  });

  test.each<[string, string, (value: string) => string]>([
    ['the account', data === elqr ? '32' : '26', (value) => value.replace('mch_1', 'mch_2')],
    ['the name', '59', (value) => `X${value.slice(1)}`],
    ['the currency', '53', () => '840'],
    ['static or dynamic', '01', (value) => (value === '11' ? '12' : '11')],
    ['the category', '52', () => '7995'],
  ])('shows that %s was swapped', async (_, tag, swap) => {
    const other = altered(payload, (id, value) => (id === tag ? swap(value) : value));
    expect(other).not.toBe(payload);
    expect(await check(other)).toEqual({ status: 'invalid', why: 'wrong' });
  });

  test('shows an amount that was changed or put in', async () => {
    const { amount: _1, ...open } = data;
    const other = data.amount ? { ...data, amount: { minor: 1n, currency: 'KGS' } } : { ...data };
    const put = data.amount ? open : { ...data, transactionAmount: '5.00' };
    const templates = codeOf(payload).unreservedTemplates.map(({ id, value }) => ({ id, value }));
    for (const one of [other, put]) {
      const moved = textOf({ ...one, unreservedTemplates: templates });
      expect(await check(moved)).toEqual(
        moved === payload ? { status: 'valid', keyId: 'k1' } : { status: 'invalid', why: 'wrong' },
      );
    }
  });

  test('shows anything that was added, taken away or put in another order', async () => {
    const { dataObjects, checksum } = codeOf(payload);
    const [first, ...rest] = dataObjects;
    const [second, ...others] = rest;
    const rows = [
      [...dataObjects, { id: '62', value: '0503abc' }],
      dataObjects.filter(({ id }) => id !== '52'),
      [first, ...others.slice(0, 1), second, ...others.slice(1)],
      [...dataObjects, { id: '85', value: '0003abc0102xy' }],
    ];
    for (const row of rows) {
      const other = textOf({ dataObjects: row.flatMap((one) => (one ? [one] : [])), checksum });
      expect(await check(other)).toEqual({ status: 'invalid', why: 'wrong' });
    }
  });

  test('without its signature is a code without signature', async () => {
    const bare = altered(payload, (id, value) => (id === '80' || id === '81' ? undefined : value));
    expect(bare).toBe(textOf(data));
    expect(await check(bare)).toEqual({ status: 'absent' });
    // Somebody else's templates are nobody's signature.
    const foreign = {
      ...data,
      unreservedTemplates: [{ id: '80', guid: 'org.example', fields: { '01': 'x' } }],
    };
    expect(await check(textOf(foreign))).toEqual({ status: 'absent' });
  });

  test('with a signature changed in any one character is invalid', async () => {
    const { unreservedTemplates: templates } = codeOf(payload);
    for (const { id, value } of templates) {
      for (let at = value.length - 43; at < value.length; at++) {
        const turned = value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);
        const other = altered(payload, (tag, text) => (tag === id ? turned : text));
        expect((await check(other)).status, `${id} at ${at}`).toBe('invalid');
      }
    }
  });

  test.each<[string, (id: string, value: string) => string | undefined]>([
    ['only half of it', (id, value) => (id === '81' ? undefined : value)],
    ['only its other half', (id, value) => (id === '80' ? undefined : value)],
    ['more beside it', (id, value) => (id === '81' ? `${value}0301x` : value)],
    ['a field twice', (id, value) => (id === '80' ? `${value}0102k1` : value)],
    ['no key', (id, value) => (id === '80' ? value.replace('0102k1', '') : value)],
    ['a short half', (id, value) => (id === '81' ? `${value.slice(0, 15)}0203abc` : value)],
  ])('with %s is invalid, not absent', async (_, change) => {
    expect(await check(altered(payload, change))).toEqual({ status: 'invalid', why: 'malformed' });
  });

  test('by another key is invalid, whether the wallet knows that key or not', async () => {
    const other = { kid: 'k1', x: base64Url(ed25519.getPublicKey(seed.toReversed())) };
    expect(await check(payload, { keys: [other] })).toEqual({ status: 'invalid', why: 'wrong' });
    expect(await check(payload, { keys: [] })).toEqual({ status: 'invalid', why: 'unknown-key' });
    expect(await check(payload, { provider: 'qr.other.kg' })).toEqual({ status: 'absent' });
  });
});

test('the longest code of ours fits: names in any script, a GUID as long as they get', async () => {
  const long = 'qr.provider-with-a-long-name.kgz';
  expect(long).toHaveLength(32);
  const data: EncodeFields = {
    ...plain,
    merchantAccountInformation: [
      {
        id: '26',
        guid: long,
        fields: { '01': 'mch_1hq3v8k2m0abcdefgh01', '02': 'ord_1hq3v8k2m0abcdefgh0123' },
      },
    ],
    amount: { minor: 9_999_999_999n, currency: 'THB' },
    merchantName: 'ก'.repeat(25),
    merchantCity: 'ก'.repeat(15),
  };
  const signature = base64Url(ed25519.sign(textToSign(textOf(data)), seed));
  const payload = textOf({ ...data, unreservedTemplates: signatureTemplates(long, '12345678', signature) });
  expect([...payload].length).toBeLessThanOrEqual(512);
  const key = { kid: '12345678', x: keys[0]?.x ?? '' };
  expect(await checkSignature(codeOf(payload), { provider: long, keys: [key] })).toMatchObject({
    status: 'valid',
  });
});
