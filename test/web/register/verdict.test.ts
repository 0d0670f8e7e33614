/** What a cashier is told of a receipt, whatever the check found. */
import { expect, test } from 'vitest';
import type { CheckedReceipt, Receipt, ReceiptProblem } from '../../../src/client/index.ts';
import { type Verdict, verdictOf } from '../../../src/web/register/verdict.ts';

const receipt: Receipt = {
  payment: 'pay_1',
  merchant: 'mch_1',
  amount: { amount: 7_000, currency: 'KGS' },
  completed_at: '2026-11-22T03:00:00.000Z',
  reference: '',
  status: 'completed',
  kid: 'key',
};
const wrong = (problem: ReceiptProblem): CheckedReceipt => ({ ok: false, problem, detail: '', receipt });

test.each<[string, CheckedReceipt, boolean, Verdict]>([
  ['as it should be', { ok: true, receipt }, false, { tone: 'good', word: 'genuine' }],
  ['no receipt', wrong('unreadable'), false, { tone: 'bad', word: 'unreadable' }],
  ['altered', wrong('signature_wrong'), false, { tone: 'bad', word: 'forged', why: 'altered' }],
  [
    'by a key this device does not know',
    wrong('key_unknown'),
    false,
    { tone: 'wait', word: 'unchecked', why: 'keyUnknown' },
  ],
  ['by a key nobody has', wrong('key_unknown'), true, { tone: 'bad', word: 'forged', why: 'altered' }],
  ['of another shop', wrong('merchant_differs'), true, { tone: 'bad', word: 'otherShop' }],
  ['of last week', wrong('too_old'), true, { tone: 'wait', word: 'genuine', why: 'otherTime' }],
  ['of tomorrow', wrong('too_new'), true, { tone: 'wait', word: 'genuine', why: 'otherTime' }],
])('%s', (_, checked, allKeys, verdict) => {
  expect(verdictOf(checked, allKeys, false)).toEqual(verdict);
});

const again: Verdict = { tone: 'wait', word: 'genuine', why: 'shownBefore' };
test.each<[string, CheckedReceipt, Verdict]>([
  ['a genuine one', { ok: true, receipt }, again],
  ['one of last week', wrong('too_old'), again],
  ['of another shop', wrong('merchant_differs'), { tone: 'bad', word: 'otherShop' }],
  ['a forged one', wrong('signature_wrong'), { tone: 'bad', word: 'forged', why: 'altered' }],
])('%s that was shown before', (_, checked, verdict) => {
  expect(verdictOf(checked, false, true)).toEqual(verdict);
});
