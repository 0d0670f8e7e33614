/** The digits: there and back, for their minute, and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CodeKeys, codeKeysOf, codeOf, readCode } from '../../src/presented/code.ts';
import { digitsIn, qrTextOf } from '../../src/presented/shown.ts';

const keys = await codeKeysOf('a master secret of at least thirty-two characters');
const others = await codeKeysOf('another master secret, of the same length or so');
const locators = fc.integer({ min: 1, max: 999_999_999 });
const seconds = fc.integer({ min: 1_700_000_000, max: 4_000_000_000 });
const property = <Values extends [unknown, ...unknown[]]>(
  arbitraries: { [At in keyof Values]: fc.Arbitrary<Values[At]> },
  check: (...values: Values) => void,
) => fc.assert(fc.property(...(arbitraries as unknown as [fc.Arbitrary<unknown>]), check as never));
const read = (code: string, nowS: number, by: readonly CodeKeys[] = [keys]) => readCode(by, code, nowS);

describe('a code', () => {
  test('is twenty digits that say the account and the second, for a minute', () => {
    property([locators, seconds, fc.integer({ min: 0, max: 59 })], (locator, madeAtS, ageS) => {
      const code = codeOf(keys, locator, madeAtS);
      expect(code).toMatch(/^\d{20}$/);
      expect(read(code, madeAtS + ageS)).toEqual({ locator, madeAtS, live: true });
    });
  });

  test('is over after the minute, and is known as such for a quarter of an hour', () => {
    property([locators, seconds, fc.integer({ min: 60, max: 994 })], (locator, madeAtS, ageS) => {
      expect(read(codeOf(keys, locator, madeAtS), madeAtS + ageS)).toEqual({ locator, madeAtS, live: false });
    });
  });

  test('is nothing in any later round of a thousand seconds', () => {
    property([locators, seconds, fc.integer({ min: 995, max: 1_000_000 })], (locator, madeAtS, ageS) => {
      expect(read(codeOf(keys, locator, madeAtS), madeAtS + ageS)).toBeUndefined();
    });
  });

  test('of a clock that is a little ahead is good', () => {
    property([locators, seconds, fc.integer({ min: 1, max: 5 })], (locator, madeAtS, aheadS) => {
      expect(read(codeOf(keys, locator, madeAtS), madeAtS - aheadS)).toEqual({
        locator,
        madeAtS,
        live: true,
      });
    });
  });

  test('with other digits is none', () => {
    const places = fc.uniqueArray(fc.integer({ min: 0, max: 19 }), { minLength: 1, maxLength: 20 });
    property([locators, seconds, places], (locator, madeAtS, changed) => {
      const digits = [...codeOf(keys, locator, madeAtS)];
      for (const at of changed) digits[at] = String((Number(digits[at]) + 1 + (at % 9)) % 10);
      expect(read(digits.join(''), madeAtS)).toBeUndefined();
    });
  });

  test('of another switch is none; one of a former secret is good', () => {
    property([locators, seconds], (locator, madeAtS) => {
      const code = codeOf(others, locator, madeAtS);
      expect(read(code, madeAtS)).toBeUndefined();
      expect(read(code, madeAtS, [keys, others])).toEqual({ locator, madeAtS, live: true });
    });
  });

  test('does not show whose it is: neighbours have nothing in common, nor have two seconds', () => {
    const [one, next, later] = [
      codeOf(keys, 1, 1_800_000_000),
      codeOf(keys, 2, 1_800_000_000),
      codeOf(keys, 1, 1_800_000_001),
    ];
    const common = (left: string, right: string) =>
      [...left].filter((digit, at) => digit === right[at]).length;
    expect(common(one, next)).toBeLessThan(10);
    expect(common(one, later)).toBeLessThan(10);
  });
});

describe('what a register scans', () => {
  const digits = codeOf(keys, 7, 1_800_000_000);

  test.each([
    ['the digits', digits],
    ['the digits as they are printed', digits.replaceAll(/(.{4})/g, '$1 ')],
    ['the consumer-presented QR code', qrTextOf(digits)],
  ])('%s', (_, scanned) => expect(digitsIn(scanned)).toEqual({ ok: true, value: digits }));

  test.each([
    ['an article’s number', '4006381333931', 'code.unknown'],
    ['a merchant’s code', '00020101021126360014org.example.pay', 'code.unknown'],
    [
      'a card scheme’s wallet',
      'hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0Mg==',
      'qr.scheme_not_routed',
    ],
  ])('%s is refused', (_, scanned, code) => {
    expect(digitsIn(scanned)).toMatchObject({ ok: false, refusal: { code } });
  });

  test('the QR code stays small', () => expect(qrTextOf(digits).length).toBeLessThanOrEqual(60));
});
