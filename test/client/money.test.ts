import { describe, expect, test } from 'vitest';
import { amountOf, decimalsOf, moneyText } from '../../src/client/index.ts';
import { currencies } from '../../src/emv/index.ts';

test('every currency has as many decimals as the codec says', () => {
  for (const { code, decimals } of currencies()) expect([code, decimalsOf(code)]).toEqual([code, decimals]);
});

describe('amounts that people type', () => {
  test.each([
    ['125.50', 'KGS', 12_550],
    ['125,5', 'KGS', 12_550],
    [' 125 ', 'KGS', 12_500],
    ['0.01', 'KGS', 1],
    ['0.1', 'THB', 10],
    ['19.99', 'KGS', 1_999],
    ['12550', 'JPY', 12_550],
    ['1.234', 'KWD', 1_234],
    ['90071992547409.91', 'KGS', Number.MAX_SAFE_INTEGER],
  ])('%s %s', (text, currency, minor) => {
    expect(amountOf(text, currency)).toBe(minor);
  });
  test.each([
    ['1.005', 'KGS'],
    ['1.5', 'JPY'],
    ['-1', 'KGS'],
    ['1 000', 'KGS'],
    ['1,000.00', 'KGS'],
    ['1e3', 'KGS'],
    ['', 'KGS'],
    ['.5', 'KGS'],
    ['5.', 'KGS'],
    ['90071992547409.92', 'KGS'],
  ])('“%s” is no amount of %s', (text, currency) => {
    expect(amountOf(text, currency)).toBeUndefined();
  });
});

test('amounts are shown to the last digit', () => {
  const plain = (amount: number, currency: string) => moneyText({ amount, currency }).replaceAll(/\s/g, ' ');
  expect(plain(12_550, 'KGS')).toBe('KGS 125.50');
  expect(plain(-5, 'KGS')).toBe('-KGS 0.05');
  expect(plain(12_550, 'JPY')).toBe('JPY 12,550');
  expect(plain(1, 'KWD')).toBe('KWD 0.001');
  expect(plain(Number.MAX_SAFE_INTEGER, 'KGS')).toBe('KGS 90,071,992,547,409.91');
});
