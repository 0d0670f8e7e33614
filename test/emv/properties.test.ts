import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumOf, decode, encode, encodeElqr, toWire } from '../../src/emv/index.ts';
import { validVectors, vectors } from './vectors.ts';

const RUNS = 10_000;

/** Whatever the text: a whole code whose checksum is its own, or one refusal that says where and why. */
function checkAnswer(text: string): void {
  const result = decode(text);
  if (!result.ok) {
    expect(Object.keys(result)).toEqual(['ok', 'code', 'position', 'detail']);
    expect(Number.isInteger(result.position) && result.position >= 0).toBe(true);
    expect(result.position).toBeLessThanOrEqual(text.length);
    return;
  }
  const { kind, value } = result.checksum;
  expect(kind === null ? '' : checksumOf(kind, result.payload.slice(0, -8))).toBe(value.toUpperCase());
  const { dataObjects, lengthUnit } = result;
  const again = encode({ dataObjects, lengthUnit, checksum: kind ?? 'crc16' });
  expect(again.ok && again.payload.slice(0, -4)).toBe(result.payload.slice(0, -4));
  // Every part can be read, and the whole be sent on.
  expect(JSON.parse(JSON.stringify(toWire(result)))).toMatchObject({ ok: true, payload: result.payload });
  const minor = result.amount?.minor ?? 1n;
  expect(minor > 0n && minor <= 2n ** 53n - 1n).toBe(true);
  expect((result.amountRule === 'fixed') === (result.amount !== null)).toBe(true);
  if (result.amountRule === 'unreadable') expect(result.warnings.join()).toContain('amount-unreadable');
}

const vector = fc.constantFrom(...vectors.map(({ payload }) => payload));
const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });

describe('any text has an answer', () => {
  it('of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), checkAnswer), { numRuns: RUNS });
  });

  it('of digits and little else', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'00001234566789A%#+é😀'), maxLength: 200 });
    fc.assert(fc.property(digits, checkAnswer), { numRuns: RUNS });
  });

  it('of halves of characters', () => {
    const halves = fc.array(fc.integer({ min: 0xd7f0, max: 0xe00f }), { maxLength: 60 });
    fc.assert(fc.property(halves, (units) => checkAnswer(`5909${String.fromCharCode(...units)}6304ABCD`)));
  });

  it('up to 4,096 characters, in short time', () => {
    const unit = fc.constantFrom(...'0123456789%😀');
    const texts = fc.string({ unit, minLength: 3500, maxLength: 4096 });
    fc.assert(fc.property(texts, checkAnswer), { numRuns: 300 });
  });
});

describe('a code changed on its way', () => {
  it('by one character is caught, or still whole', () => {
    fc.assert(
      fc.property(vector, fc.nat(), anyCharacter, (text, seed, character) => {
        const at = seed % text.length;
        checkAnswer(text.slice(0, at) + character + text.slice(at + 1));
      }),
      { numRuns: RUNS },
    );
  });

  it('by a cut, a doubled stretch or a swap', () => {
    fc.assert(
      fc.property(vector, fc.nat(), fc.nat({ max: 30 }), fc.nat({ max: 2 }), (text, seed, length, how) => {
        const at = seed % text.length;
        const [before, part, after] = [
          text.slice(0, at),
          text.slice(at, at + length),
          text.slice(at + length),
        ];
        checkAnswer(
          [before + after, before + part + part + after, before + [...part].reverse().join('') + after][
            how
          ] ?? '',
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('by one digit never passes as another amount', () => {
    const priced = validVectors.filter(({ expect: { amount } = {} }) => typeof amount === 'string');
    for (const { payload } of priced.filter(({ checksum }) => checksum === 'crc16')) {
      const original = decode(payload);
      for (let at = 0; at < payload.length; at++) {
        for (const digit of '09') {
          const result = decode(payload.slice(0, at) + digit + payload.slice(at + 1));
          if (result.ok) expect(result.payload).toBe(original.ok && original.payload);
        }
      }
    }
  });
});

describe('what encode makes, decode reads', () => {
  const text = (maxLength: number) =>
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength })
      .filter((value) => [...value].length <= maxLength);
  const id = fc.integer({ min: 2, max: 62 }).map((n) => String(n).padStart(2, '0'));

  it('any objects, by any unit and checksum', () => {
    const objects = fc.uniqueArray(fc.record({ id, value: text(60) }), {
      selector: (object) => object.id,
      minLength: 1,
    });
    const unit = fc.constantFrom('character', 'utf16', 'byte');
    fc.assert(
      fc.property(objects, unit, (dataObjects, lengthUnit) => {
        const made = encode({ dataObjects, lengthUnit });
        const result = decode(made.ok ? made.payload : '');
        if (!made.ok) expect(made.code).toBe('too-long');
        else if (!result.ok) throw new Error(result.code);
        // A text may add up in characters as well as in what it was meant in: then it is read as the former.
        else if (result.lengthUnit === lengthUnit)
          expect(result.dataObjects.slice(0, -1)).toEqual(dataObjects);
        else expect(lengthUnit).not.toBe('character');
      }),
      { numRuns: 3000 },
    );
  });

  it('any ELQR code, out of its link too', () => {
    const code = fc.record({
      provider: fc.constant('qr.tolom.kg'),
      pointOfInitiationMethod: fc.constantFrom('static', 'dynamic'),
      serviceCode: text(10),
      transactionId: text(20),
      comment: text(32),
      merchantCategoryCode: fc.stringMatching(/^\d{4}$/),
      merchantName: text(25),
      amountMinor: fc.bigInt({ min: 1n, max: 9_999_999_999_999n }),
    });
    fc.assert(
      fc.property(code, (data) => {
        const made = encodeElqr(data);
        if (!made.ok) throw new Error(made.detail);
        const result = decode(made.link);
        expect(result).toMatchObject({
          ok: true,
          profile: 'elqr',
          merchantName: data.merchantName,
          amount: { minor: data.amountMinor, currency: 'KGS' },
        });
      }),
      { numRuns: 2000 },
    );
  });
});
