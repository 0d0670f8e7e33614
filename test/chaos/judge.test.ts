/** The judge of the chaos can say no: a record of a sound switch, and everything somebody could do to it. */
import { describe, expect, test } from 'vitest';
import type { Found } from '../../scripts/chaos/found.ts';
import { isSound, judge } from '../../scripts/chaos/judge.ts';
import { soundRecord } from './record.ts';

// biome-ignore lint/suspicious/noExplicitAny: a record is meddled with as no type would allow
type Meddled = any;
const of = (all: Meddled[], id: string): Meddled => all.find((one) => one.id === id);
const without = (all: Meddled[], id: string): Meddled[] => all.filter((one) => one.id !== id);

function judged(meddle: (found: Meddled) => void) {
  // As it is written down: nothing in it is the same object as something else.
  const found: Meddled = JSON.parse(JSON.stringify(soundRecord()));
  meddle(found);
  return judge(found as Found);
}

test('a sound switch is found sound', () => {
  const verdict = judge(soundRecord());
  expect(verdict).toEqual({ acked: 6, missing: 0, duplicated: 0, open: 0, clearing: 0, problems: [] });
  expect(isSound(verdict)).toBe(true);
});

test('a chaos in which nothing was acknowledged proves nothing', () => {
  const verdict = judged(({ attempts }) => {
    for (const attempt of attempts) attempt.acknowledged = false;
  });
  expect(isSound(verdict)).toBe(false);
});

type Case = [what: string, meddle: (found: Meddled) => void, problem: RegExp, counted?: object];

const cases: Case[] = [
  [
    'a lost payment',
    (found) => {
      found.payments = without(found.payments, 'pay_printed');
    },
    /^payment pay_printed .* is not found/,
    { missing: 1 },
  ],
  [
    'a lost refund',
    (found) => {
      found.refunds = without(found.refunds, 'ref_part');
    },
    /^refund ref_part .* is not found/,
    { missing: 1 },
  ],
  [
    'a payment of another amount',
    (found) => {
      of(found.payments, 'pay_printed').amount.amount = 301;
    },
    /^payment pay_printed .* is not found as it was acknowledged/,
    { missing: 1 },
  ],
  [
    'a payment that was declined after it was acknowledged',
    (found) => {
      of(found.payments, 'pay_order').status = 'declined';
    },
    /^payment pay_order .* is not found as it was acknowledged/,
    { missing: 1 },
  ],
  [
    'one key paid twice',
    (found) => {
      found.payments.push({ ...of(found.payments, 'pay_printed'), id: 'pay_again' });
    },
    /^the payment of key key pay_printed is there twice/,
    { duplicated: 2 },
  ],
  [
    'a payment that nobody asked for',
    (found) => {
      found.payments.push({ ...of(found.payments, 'pay_printed'), id: 'pay_nobody', reference: 'nobody' });
    },
    /^pay_nobody was asked for by nobody/,
    { duplicated: 1 },
  ],
  [
    'an order paid twice',
    (found) => {
      Object.assign(of(found.payments, 'pay_late'), { status: 'completed', refusal: null });
    },
    /^the payment of order ord_paid is there twice/,
    { duplicated: 1 },
  ],
  [
    'an order that is paid without a payment',
    (found) => {
      of(found.orders, 'ord_cancelled').status = 'paid';
    },
    /^order ord_cancelled is paid, its payment null/,
  ],
  [
    'a cancelled order that is open again',
    (found) => {
      of(found.orders, 'ord_cancelled').status = 'open';
    },
    /^order ord_cancelled was cancelled, now it is open/,
  ],
  [
    'an order that is gone',
    (found) => {
      found.orders = without(found.orders, 'ord_cancelled');
    },
    /^order ord_cancelled is not found/,
  ],
  [
    'more given back than was paid',
    (found) => {
      for (const all of [found.refunds, found.reports.refunds]) of(all, 'ref_part').amount.amount = 301;
    },
    /^of payment pay_printed 301 is given back, 300 was paid/,
    { missing: 1 },
  ],
  [
    'a payment that does not show what was given back',
    (found) => {
      of(found.payments, 'pay_printed').amount_refunded.amount = 0;
    },
    /^of payment pay_printed 100 is given back, it says 0/,
  ],
  [
    'a som too many',
    (found) => {
      found.balances.mch_shop++;
    },
    /^mch_shop has 401, should have 400/,
  ],
  [
    'money between accounts',
    (found) => {
      found.currencies[0].sum.amount = -5;
    },
    /^-5 KGS are between accounts/,
    { clearing: 5 },
  ],
  [
    'a transfer that stays open',
    (found) => {
      Object.assign(found.currencies[0], { open_transfers: 1, held: { amount: 7 } });
    },
    /^1 transfers are still under way/,
    { open: 1 },
  ],
  [
    'an entry whose amount was edited',
    (found) => {
      found.exports[0][2] = found.exports[0][2].replace('"-300"', '"-299"');
    },
    /^acc_aida, stripe 0, entry 2 \(pay_printed\): available does not add up/,
  ],
  [
    'an entry whose text was edited',
    (found) => {
      found.exports[2][3] = found.exports[2][3].replace('"body":"{}"', '"body":"{ }"');
    },
    /^acc_shop, stripe 0, entry 3 \(ref_part\): its hash does not match/,
  ],
  [
    'an entry cut out',
    (found) => {
      found.exports[2].splice(2, 1);
    },
    /^acc_shop, stripe 0, entry 3 \(ref_part\): follows 1: an entry is missing/,
  ],
  [
    'a balance its entries do not make',
    (found) => {
      found.balances.acc_bek--;
    },
    /^acc_bek has 199799, its entries make 199800/,
  ],
  [
    'a finding of the reconciliation',
    (found) => {
      const place = { account: 'acc_shop#0', sequence: 3, subject: 'ref_part' };
      found.findings.push({ check: 'chain', ...place, problem: 'its hash does not match its contents' });
    },
    /^reconciliation, chain acc_shop#0 3 ref_part: its hash/,
  ],
  [
    'a report row that is missing',
    (found) => {
      found.reports.payments = without(found.reports.payments, 'pay_order');
    },
    /^the report row of pay_order is not what its account has/,
  ],
  [
    'a report row too many',
    (found) => {
      found.reports.refunds.push({ ...of(found.reports.refunds, 'ref_part'), id: 'ref_nobody' });
    },
    /^3 report rows of 2 refunds/,
  ],
  [
    'a report that shows less given back',
    (found) => {
      of(found.reports.payments, 'pay_printed').amount_refunded.amount = 0;
    },
    /^the report row of pay_printed is not what its account has/,
  ],
  [
    'an event that was not delivered',
    (found) => {
      delete found.callbacks.received['mch_shop refund.completed ref_part'];
    },
    /^mch_shop refund.completed ref_part did not come, and is not parked/,
  ],
  [
    'an event that is still being tried',
    (found) => {
      found.callbacks.retrying.push({ type: 'order.paid', owner: 'mch_shop' });
    },
    /^order.paid for mch_shop is still being tried/,
  ],
  [
    'an event told under two ids',
    (found) => {
      found.callbacks.received['mch_shop order.paid ord_paid'].push('evt_another');
    },
    /^mch_shop order.paid ord_paid came under 2 ids/,
  ],
  [
    'a client that was told two things',
    (found) => {
      found.problems.push('payment key 1 was answered differently before');
    },
    /answered differently/,
  ],
];

describe('something is wrong, and named:', () => {
  test.each(cases)('%s', (_, meddle, problem, counted = {}) => {
    const verdict = judged(meddle);
    expect(verdict.problems).toContainEqual(expect.stringMatching(problem));
    expect(verdict).toMatchObject(counted);
    expect(isSound(verdict)).toBe(false);
  });
});

test('a parked event stands for one that did not come, and for no other', () => {
  const park = (found: Meddled) => {
    delete found.callbacks.received['mch_shop order.paid ord_paid'];
    found.callbacks.parked.push({ owner: 'mch_shop', type: 'order.paid' });
  };
  expect(isSound(judged(park))).toBe(true);
  const verdict = judged((found) => {
    park(found);
    delete found.callbacks.received['mch_shop order.cancelled ord_cancelled'];
  });
  expect(verdict.problems).toEqual([
    'mch_shop order.cancelled ord_cancelled did not come, and is not parked',
  ]);
});
