/** Codes that the payer shows: what EMVCo's own example says, there and back, and that nothing makes it throw. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePresented, encodePresented, type PresentedCode } from '../../src/emv/index.ts';

// The example that EMV QRCPS-CPM itself gives.
const example =
  'hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1W' +
  'Xy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw==';
const said: PresentedCode = {
  applications: [
    {
      fields: { applicationDefinitionFileName: 'A0000000555555', applicationLabel: 'Product1' },
      transparent: {},
    },
    {
      fields: { applicationDefinitionFileName: 'A0000000666666', applicationLabel: 'Product2' },
      transparent: {},
    },
  ],
  common: {
    fields: {
      applicationPan: '1234567890123458',
      cardholderName: 'CARDHOLDER/EMV',
      languagePreference: 'ruesdeen',
    },
    transparent: {
      issuerApplicationData: '06010A03000000',
      applicationCryptogram: '584FD385FA234BCC',
      applicationTransactionCounter: '0001',
      unpredictableNumber: '6D58EF13',
    },
  },
};

describe('the specification’s example', () => {
  test('is read', () => expect(decodePresented(example)).toEqual(said));
  test('is written, to the character', () => expect(encodePresented(said)).toBe(example));
});

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: 1, maxLength: bytes })
    .map((value) => Buffer.from(value).toString('hex').toUpperCase());
const fields = fc.record(
  {
    applicationDefinitionFileName: hex(16),
    applicationLabel: fc.string({ minLength: 1, maxLength: 16, unit: 'grapheme-ascii' }),
    applicationPan: fc.stringMatching(/^\d{10,19}$/),
    issuerApplicationData: hex(32),
  },
  { requiredKeys: ['applicationDefinitionFileName'] },
);

test('whatever is written is read again', () => {
  const code = fc.record({
    applications: fc.array(fc.record({ fields, transparent: fields }), { minLength: 1, maxLength: 2 }),
    common: fc.constant(null),
  });
  fc.assert(
    fc.property(code, (one) => {
      expect(decodePresented(encodePresented(one))).toEqual(one);
    }),
  );
});

describe('what is no such code is answered, never thrown', () => {
  test.each([
    ['nothing', ''],
    ['a merchant’s code', '00020101021126'],
    ['no base64', '#'.repeat(20)],
    ['base64 cut short', example.slice(0, -3)],
    ['an object cut short', example.slice(0, 96)],
    ['another version', btoa('\x85\x05CPV02\x61\x03\x4f\x01A')],
    ['no template', btoa('\x85\x05CPV01')],
    ['a length of four bytes', btoa('\x85\x05CPV01\x61\x84\x00\x00\x00\x01A')],
    ['more than a code holds', 'A'.repeat(516)],
  ])('%s', (_, text) => expect(decodePresented(text)).toBeUndefined());

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String({ maxLength: 520 })), (text) => {
        decodePresented(text);
      }),
    );
  });

  test('any damage to a good one', () => {
    fc.assert(
      fc.property(
        fc.nat(example.length - 1),
        fc.base64String({ minLength: 4, maxLength: 4 }),
        (at, other) => {
          decodePresented(example.slice(0, at) + other + example.slice(at + 4));
        },
      ),
    );
  });
});

test('a code longer than a QR code may hold is not made', () => {
  const transparent = { issuerApplicationData: 'AB'.repeat(400) };
  expect(() => encodePresented({ applications: [{ fields: {}, transparent }], common: null })).toThrow(
    RangeError,
  );
});
