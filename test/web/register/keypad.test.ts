/** Keys to an amount: what a cashier types, in the money of the shop. */
import { expect, test } from 'vitest';
import { minorOf, minorText, typed, typedText } from '../../../src/web/register/keypad.ts';

const after = (keys: readonly string[], decimals: number): string =>
  keys.reduce((text, key) => typed(text, key, decimals), '');

test.each<[keys: string[], decimals: number, text: string, minor: number]>([
  [[], 2, '', 0],
  [['1', '2', '5'], 2, '125', 12_500],
  [['1', '2', '5', '.', '5'], 2, '125.5', 12_550],
  [['1', ',', '0', '5'], 2, '1.05', 105],
  [['.', '5'], 2, '0.5', 50],
  [['0', '0', '7'], 2, '7', 700],
  [['0', '.', '0', '7'], 2, '0.07', 7],
  [['1', '.', '.', '5'], 2, '1.5', 150],
  [['1', '.', '2', '5', '9'], 2, '1.25', 125],
  [['1', '00'], 2, '100', 10_000],
  [['00'], 2, '0', 0],
  [['1', '2', 'Backspace', '3'], 2, '13', 1_300],
  [['1', '.', 'Backspace'], 2, '1', 100],
  [['Backspace'], 2, '', 0],
  [['1', 'a', '+', '-', 'e', ' ', '2'], 2, '12', 1_200],
  [[...'123456789'], 2, '12345678', 1_234_567_800],
  [['5', '.', '0'], 0, '50', 50],
  [['1', '.', '2', '3', '4'], 3, '1.234', 1_234],
  [['1', '.', '2'], 3, '1.2', 1_200],
])('%j with %i decimals is “%s”, %i minor units', (keys, decimals, text, minor) => {
  const is = after(keys, decimals);
  expect(is).toBe(text);
  expect(minorOf(is, decimals)).toBe(minor);
});

test.each<[text: string, locale: string, shown: string]>([
  ['', 'ru', '0'],
  ['125', 'ru', '125'],
  ['1255.5', 'ru', '1\u00a0255,5'],
  ['1255.', 'ru', '1\u00a0255,'],
  ['12345678.05', 'en-GB', '12,345,678.05'],
])('“%s” is shown in %s as “%s”, with no decimal that was not typed', (text, locale, shown) => {
  expect(typedText(text, locale)).toBe(shown);
});

test.each<[minor: number, decimals: number, locale: string, pattern: string, shown: string]>([
  [12_550, 2, 'ru', '{} сом', '125,50 сом'],
  [5, 2, 'en-GB', 'KGS {}', 'KGS 0.05'],
  [1_000, 0, 'en-GB', '¥{}', '¥1,000'],
  [Number.MAX_SAFE_INTEGER, 2, 'en-GB', '{}', '90,071,992,547,409.91'],
])('%i minor units with %i decimals in %s as “%s” are “%s”', (minor, decimals, locale, pattern, shown) => {
  expect(minorText(minor, decimals, locale, pattern)).toBe(shown);
});
