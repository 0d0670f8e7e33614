import { describe, expect, test } from 'vitest';
import {
  fromBase32,
  isId,
  newId,
  newOrderId,
  newTransferId,
  sequenceOfTransfer,
  stripeOfOrder,
  timeOfTransfer,
  toBase32,
} from '../../src/kernel/index.ts';

test.each([
  [0, 1, '0'],
  [31, 1, 'z'],
  [32, 2, '10'],
  [1_023, 2, 'zz'],
  [32 ** 7 - 1, 7, 'zzzzzzz'],
  [1_700_000_000_000, 9, '1hf7yat00'],
])('base32: %d in %d characters is %s, and back', (value, length, text) => {
  expect(toBase32(value, length)).toBe(text);
  expect(fromBase32(text)).toBe(value);
});

test('a value that does not fit is a bug', () => {
  expect(() => toBase32(1_024, 2)).toThrow(/does not fit/);
  expect(() => newOrderId(0, 1_024)).toThrow(/does not fit/);
});

test('look-alike letters are no digits', () => {
  for (const letter of 'ilouA-') expect(fromBase32(letter)).toBeUndefined();
});

test('ids sort by age', () => {
  const ids = [1, 31, 32, 1_000, 1_700_000_000_000, 1_700_000_000_001].map((ms) => newId('order', ms));
  expect([...ids].sort()).toEqual(ids);
});

describe('ids that carry an address', () => {
  test.each([0, 1, 31, 32, 1_023])('an order knows its stripe: %d', (stripe) => {
    const id = newOrderId(Date.now(), stripe);
    expect(isId('order', id)).toBe(true);
    expect(stripeOfOrder(id)).toBe(stripe);
  });

  test.each([1, 32, 1_000_000, 32 ** 7 - 1])('a transfer knows its entry: %d', (sequence) => {
    for (const kind of ['payment', 'topUp', 'refund'] as const) {
      const nowMs = Date.now();
      const id = newTransferId(kind, nowMs, sequence);
      expect(isId(kind, id)).toBe(true);
      expect(sequenceOfTransfer(id)).toBe(sequence);
      expect(timeOfTransfer(id)).toBe(nowMs);
    }
  });

  test('the transfers of an account sort by age, also within a millisecond', () => {
    const ids = [1, 2, 33, 1_000].map((sequence) => newTransferId('payment', 1_700_000_000_000, sequence));
    expect([...ids].sort()).toEqual(ids);
  });

  test.each([
    '',
    'pay_',
    'pay_1',
    'ord_00000000000000000001',
    `pay_${'u'.repeat(24)}`,
    `PAY_${'0'.repeat(24)}`,
  ])('not a transfer: %s', (text) => expect(sequenceOfTransfer(text)).toBeUndefined());
});
