/** What a limit rule says of a payment: pure decisions, a row each. */
import { describe, expect, test } from 'vitest';
import { type LimitRule, type Measure, partOf, Rules, refuseLimit } from '../../src/ledger/index.ts';

const rule = (more: Partial<LimitRule> = {}): LimitRule => ({
  id: 'lim_1',
  version: 1,
  scope: 'account',
  subject: null,
  currency: 'KGS',
  direction: 'out',
  measure: 'amount',
  threshold: 100,
  windowSeconds: null,
  ...more,
});

describe('a payment by one rule', () => {
  test.each<[Measure, number, { sum: number; count: number }, number, string]>([
    ['amount', 100, { sum: 0, count: 0 }, 100, 'passes'],
    ['amount', 100, { sum: 0, count: 0 }, 101, 'limit.amount'],
    ['amount', 0, { sum: 0, count: 0 }, 1, 'limit.amount'],
    ['day_sum', 100, { sum: 60, count: 9 }, 40, 'passes'],
    ['day_sum', 100, { sum: 60, count: 9 }, 41, 'limit.day_sum'],
    ['month_sum', 100, { sum: 100, count: 1 }, 1, 'limit.month_sum'],
    ['day_count', 3, { sum: 1_000, count: 2 }, 1_000, 'passes'],
    ['day_count', 3, { sum: 0, count: 3 }, 1, 'limit.day_count'],
    ['month_count', 3, { sum: 0, count: 4 }, 1, 'limit.month_count'],
    ['velocity', 2, { sum: 0, count: 1 }, 1, 'passes'],
    ['velocity', 2, { sum: 0, count: 2 }, 1, 'limit.velocity'],
  ])('%s of %i after %o, of %i: %s', (measure, threshold, soFar, amount, outcome) => {
    const found = refuseLimit(rule({ measure, threshold }), threshold, soFar, amount);
    expect(found?.code ?? 'passes').toBe(outcome);
  });

  test.each<[Partial<LimitRule>, string]>([
    [{ direction: 'in' }, 'limit.receiver'],
    [{ scope: 'merchant', direction: 'in', measure: 'day_sum' }, 'limit.receiver'],
    [{ scope: 'till', direction: 'in', measure: 'velocity', windowSeconds: 5 }, 'limit.receiver'],
    [{ scope: 'participant' }, 'limit.participant'],
  ])('of %o is refused by its name only: %s', (more, code) => {
    expect(refuseLimit(rule({ ...more, threshold: 0 }), 0, { sum: 0, count: 0 }, 1)?.code).toBe(code);
  });

  test('is told what is left', () => {
    const found = refuseLimit(rule({ measure: 'day_sum' }), 100, { sum: 70, count: 1 }, 31);
    expect(found?.detail).toBe('lim_1 day_sum: at most 100, left: 30');
  });
});

test.each([
  [100, 1, [100]],
  [100, 3, [34, 33, 33]],
  [2, 4, [1, 1, 0, 0]],
  [0, 2, [0, 0]],
])('%i among %i: the parts add up to it', (threshold, of, parts) => {
  expect(Array.from({ length: of }, (_, index) => partOf(threshold, index, of))).toEqual(parts);
});

describe('which rules a payment has to keep', () => {
  const payer = { account: 'acc_p', kind: 'payer', owner: 'par_1' } as const;
  const shop = { account: 'acc_s', kind: 'merchant', owner: 'mch_1' } as const;
  const funding = { ...payer, kind: 'funding' } as const;
  const out = { direction: 'out', account: payer, currency: 'KGS', amountMinor: 1 } as const;
  const into = { direction: 'in', account: shop, till: 'til_1', currency: 'KGS', amountMinor: 1 } as const;
  test.each<[string, Partial<LimitRule>, Parameters<Rules['of']>[0], boolean]>([
    ['of every payer', {}, out, true],
    ['of this payer', { subject: 'acc_p' }, out, true],
    ['of another', { subject: 'acc_x' }, out, false],
    ['of payers, to funding accounts', {}, { ...out, account: funding }, false],
    ['in another currency', { currency: 'THB' }, out, false],
    ['of what is taken', { direction: 'in' }, out, false],
    ['of its participant', { scope: 'participant', subject: 'par_1' }, out, true],
    ['of every participant', { scope: 'participant' }, out, true],
    ['of another participant', { scope: 'participant', subject: 'par_2' }, out, false],
    ['of every merchant’s account', { direction: 'in' }, into, true],
    ['of every merchant', { scope: 'merchant', direction: 'in' }, into, true],
    ['of this merchant', { scope: 'merchant', direction: 'in', subject: 'mch_1' }, into, true],
    ['of another merchant', { scope: 'merchant', direction: 'in', subject: 'mch_2' }, into, false],
    ['of this till', { scope: 'till', direction: 'in', subject: 'til_1' }, into, true],
    ['of another till', { scope: 'till', direction: 'in', subject: 'til_2' }, into, false],
    ['of every till, without one', { scope: 'till', direction: 'in' }, { ...into, till: undefined }, false],
  ])('%s', (_, more, payment, applies) => {
    expect(new Rules([rule(more)]).of(payment).length).toBe(applies ? 1 : 0);
  });
});
