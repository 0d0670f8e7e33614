/** What a cashier is told of a receipt that was checked. Pure. */
import type { CheckedReceipt, ReceiptProblem } from '../../client/index.ts';

export interface Verdict {
  /** `wait`: look twice, or try again. */
  readonly tone: 'good' | 'bad' | 'wait';
  readonly word: 'genuine' | 'forged' | 'unchecked' | 'unreadable' | 'otherShop';
  readonly why?: 'altered' | 'keyUnknown' | 'otherTime' | 'shownBefore';
}

const verdicts: Record<ReceiptProblem, Verdict> = {
  unreadable: { tone: 'bad', word: 'unreadable' },
  signature_wrong: { tone: 'bad', word: 'forged', why: 'altered' },
  key_unknown: { tone: 'wait', word: 'unchecked', why: 'keyUnknown' },
  merchant_differs: { tone: 'bad', word: 'otherShop' },
  amount_differs: { tone: 'wait', word: 'genuine' },
  too_old: { tone: 'wait', word: 'genuine', why: 'otherTime' },
  too_new: { tone: 'wait', word: 'genuine', why: 'otherTime' },
};

/**
 * `allKeys`: the device has just been given every key there is, so that one it does not know is nobody's.
 * `before`: it was shown this receipt before.
 */
export function verdictOf(checked: CheckedReceipt, allKeys: boolean, before: boolean): Verdict {
  const isGenuine = checked.ok || verdicts[checked.problem].word === 'genuine';
  if (isGenuine && before) return { tone: 'wait', word: 'genuine', why: 'shownBefore' };
  if (checked.ok) return { tone: 'good', word: 'genuine' };
  return verdicts[allKeys && checked.problem === 'key_unknown' ? 'signature_wrong' : checked.problem];
}
