/** What a device remembers of the receipts it was shown. */
import { expect, test } from 'vitest';
import { afterShowing, keptIn, shownAtMs } from '../../../src/web/register/shown.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 22, 9);

test('a receipt is new once; after that the device says when it was shown first', () => {
  const once = afterShowing([], 'pay_1', nowMs);
  expect(shownAtMs([], 'pay_1')).toBeUndefined();
  expect(shownAtMs(once, 'pay_1')).toBe(nowMs);
  expect(shownAtMs(once, 'pay_2')).toBeUndefined();
  const twice = afterShowing(once, 'pay_1', nowMs + 60_000);
  expect(shownAtMs(twice, 'pay_1')).toBe(nowMs);
});

test('what is two days old is forgotten, and never more is kept than a till is shown', () => {
  const old = afterShowing([], 'pay_old', nowMs - 2 * dayMs);
  expect(afterShowing(old, 'pay_new', nowMs).map(({ payment }) => payment)).toEqual(['pay_new']);
  const many = Array.from({ length: 2_000 }, (_, at) => ({ payment: `pay_${at}`, atMs: nowMs }));
  const kept = afterShowing(many, 'pay_last', nowMs);
  expect([kept.length, kept[0]?.payment, kept.at(-1)?.payment]).toEqual([2_000, 'pay_1', 'pay_last']);
});

test.each([null, '', '{', '{"a":1}', 'null'])('%j holds nothing', (text) => {
  expect(keptIn(text)).toEqual([]);
});
