/** What a payer pays: refusals in their order of precedence, tips by every rule a code can carry. */
import { describe, expect, test } from 'vitest';
import type { Tip } from '../../src/emv/index.ts';
import { amountMinorMax } from '../../src/kernel/index.ts';
import { price, tipOf } from '../../src/payments/price.ts';

const fixed: Tip = { kind: 'fixed', minor: 50n };
const percentage: Tip = { kind: 'percentage', hundredths: 1_250 };
const prompt: Tip = { kind: 'prompt' };

interface Terms {
  fixedMinor?: bigint;
  editable?: boolean;
  tip?: Tip;
}
interface Wish {
  amountMinor?: bigint;
  tipMinor?: bigint;
}

const rows: [string, Terms, Wish, string][] = [
  ['an open code needs an amount', {}, {}, 'payment.amount_required'],
  ['an open code takes the entered amount', {}, { amountMinor: 700n }, '700 + 0'],
  ['a stated amount is paid', { fixedMinor: 900n }, {}, '900 + 0'],
  ['a stated amount may be repeated', { fixedMinor: 900n }, { amountMinor: 900n }, '900 + 0'],
  ['a stated amount is not changed', { fixedMinor: 900n }, { amountMinor: 901n }, 'payment.amount_mismatch'],
  ['unless the code allows it', { fixedMinor: 900n, editable: true }, { amountMinor: 5n }, '5 + 0'],
  ['no tip where none is asked for', { fixedMinor: 900n }, { tipMinor: 1n }, 'payment.tip_not_allowed'],
  ['no tip at all is no tip', { fixedMinor: 900n }, { tipMinor: 0n }, '900 + 0'],
  ['a tip that is asked for', { fixedMinor: 900n, tip: prompt }, { tipMinor: 80n }, '900 + 80'],
  ['and not given', { fixedMinor: 900n, tip: prompt }, {}, '900 + 0'],
  ['a fixed fee is added', { fixedMinor: 900n, tip: fixed }, {}, '900 + 50'],
  [
    'a fixed fee is not changed',
    { fixedMinor: 900n, tip: fixed },
    { tipMinor: 49n },
    'payment.tip_not_allowed',
  ],
  ['a percentage is added', { tip: percentage }, { amountMinor: 1_000n }, '1000 + 125'],
  [
    'more than numbers hold',
    { tip: prompt },
    { amountMinor: amountMinorMax, tipMinor: 1n },
    'payment.amount_too_large',
  ],
  [
    'a wrong amount goes before a wrong tip',
    { fixedMinor: 9n },
    { amountMinor: 8n, tipMinor: 1n },
    'payment.amount_mismatch',
  ],
];

test.each(rows)('%s', (_, terms, wish, outcome) => {
  const { fixedMinor = null, editable = false, tip = null } = terms;
  const priced = price({ fixedMinor, editable, tip }, wish);
  if (!priced.ok) return expect(priced.refusal.code).toBe(outcome);
  const { principalMinor, tipMinor, totalMinor } = priced.value;
  expect(`${principalMinor} + ${tipMinor}`).toBe(outcome);
  expect(totalMinor).toBe(principalMinor + tipMinor);
});

describe('a percentage is rounded half up to the minor unit', () => {
  test.each([
    [1n, 5_000, 1n],
    [1n, 4_999, 0n],
    [199n, 1_250, 25n],
    [10_000n, 1, 1n],
    [4_999n, 1, 0n],
    [5_000n, 1, 1n],
  ])('%d at %d hundredths of a per cent is %d', (principal, hundredths, tip) => {
    expect(tipOf({ kind: 'percentage', hundredths }, principal)).toBe(tip);
  });
});
