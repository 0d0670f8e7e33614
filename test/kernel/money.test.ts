import { expect, test } from 'vitest';
import { amountMinorMax, formatMinor, toMoneyJson } from '../../src/kernel/index.ts';

test.each([
  [0n, 0, '0'],
  [5n, 0, '5'],
  [0n, 2, '0.00'],
  [5n, 2, '0.05'],
  [12_550n, 2, '125.50'],
  [-5n, 2, '-0.05'],
  [1n, 3, '0.001'],
  [-1_001n, 3, '-1.001'],
  [12_345n, 4, '1.2345'],
  [amountMinorMax, 2, '90071992547409.91'],
])('%d with %d decimals is %s', (minor, exponent, text) => {
  expect(formatMinor(minor, exponent)).toBe(text);
});

test('the largest amount and balance are exact on the wire', () => {
  for (const minor of [amountMinorMax, -amountMinorMax]) {
    expect(BigInt(JSON.parse(JSON.stringify(toMoneyJson(minor, 'KGS'))).amount)).toBe(minor);
  }
});
