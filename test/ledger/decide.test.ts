import { describe, expect, test } from 'vitest';
import { amountMinorMax } from '../../src/kernel/index.ts';
import { refuseAccept, refuseHold, refuseRefund } from '../../src/ledger/decide.ts';
import type { AccountFacts } from '../../src/ledger/index.ts';

const facts: AccountFacts = {
  account: 'A',
  stripe: 0,
  book: 0,
  kind: 'payer',
  currency: 'KGS',
  owner: 'P',
  status: 'active',
  limitMinor: 0n,
  stripes: 1,
  version: 1,
};

// One case per row, in order of precedence: each row is wrong in everything the rows below it are.
const holds: [
  string,
  Partial<AccountFacts>,
  [bigint, bigint],
  [bigint, string, string],
  string | undefined,
][] = [
  ['closed before all else', { status: 'closed' }, [0n, 0n], [0n, 'USD', 'A'], 'account.closed'],
  ['frozen', { status: 'frozen' }, [0n, 0n], [0n, 'USD', 'A'], 'account.frozen'],
  ['to itself', {}, [0n, 0n], [0n, 'USD', 'A'], 'payment.same_account'],
  ['another currency', {}, [0n, 0n], [0n, 'USD', 'B'], 'payment.currency_mismatch'],
  ['nothing', {}, [5n, 0n], [0n, 'KGS', 'B'], 'payment.amount_too_large'],
  ['less than nothing', {}, [5n, 0n], [-1n, 'KGS', 'B'], 'payment.amount_too_large'],
  ['more than an amount can be', {}, [5n, 0n], [amountMinorMax + 1n, 'KGS', 'B'], 'payment.amount_too_large'],
  ['one more than it has', {}, [99n, 0n], [100n, 'KGS', 'B'], 'payment.insufficient_funds'],
  ['what is held is not available', {}, [1n, 99n], [2n, 'KGS', 'B'], 'payment.insufficient_funds'],
  ['all it has', {}, [100n, 0n], [100n, 'KGS', 'B'], undefined],
  ['down to its limit', { limitMinor: 50n }, [0n, 0n], [50n, 'KGS', 'B'], undefined],
  ['beyond its limit', { limitMinor: 50n }, [0n, 0n], [51n, 'KGS', 'B'], 'payment.insufficient_funds'],
  ['the largest amount', {}, [amountMinorMax, 0n], [amountMinorMax, 'KGS', 'B'], undefined],
  ['yen, without decimals', { currency: 'JPY' }, [1n, 0n], [1n, 'JPY', 'B'], undefined],
  ['yen it has not', { currency: 'JPY' }, [0n, 0n], [1n, 'JPY', 'B'], 'payment.insufficient_funds'],
  ['dinar, three decimals', { currency: 'KWD' }, [1_001n, 0n], [1_001n, 'KWD', 'B'], undefined],
  ['a fils too much', { currency: 'KWD' }, [1_000n, 0n], [1_001n, 'KWD', 'B'], 'payment.insufficient_funds'],
  [
    'funding, at the end of exact numbers',
    { kind: 'funding', limitMinor: amountMinorMax * 2n },
    [-amountMinorMax, 0n],
    [1n, 'KGS', 'B'],
    'account.balance_limit',
  ],
  [
    'held beyond exact numbers',
    { limitMinor: amountMinorMax },
    [0n, amountMinorMax],
    [1n, 'KGS', 'B'],
    'account.balance_limit',
  ],
];

test.each(holds)('hold: %s', (_, more, [available, held], [amountMinor, currency, creditor], code) => {
  const refusal = refuseHold(
    { ...facts, ...more },
    { available, held },
    { kind: 'payment', amountMinor, currency, creditor },
  );
  expect(refusal?.code).toBe(code);
});

const max = Number(amountMinorMax);
const accepts: [string, Partial<AccountFacts>, [bigint, bigint], [number, string], string | undefined][] = [
  ['closed', { status: 'closed' }, [amountMinorMax, 0n], [1, 'USD'], 'account.closed'],
  ['closed merchant', { status: 'closed', kind: 'merchant' }, [0n, 0n], [1, 'USD'], 'merchant.inactive'],
  ['frozen', { status: 'frozen' }, [amountMinorMax, 0n], [1, 'USD'], 'account.frozen'],
  ['frozen merchant', { status: 'frozen', kind: 'merchant' }, [0n, 0n], [1, 'USD'], 'merchant.inactive'],
  ['another currency', {}, [amountMinorMax, 0n], [1, 'USD'], 'payment.currency_mismatch'],
  ['one too many', {}, [amountMinorMax, 0n], [1, 'KGS'], 'account.balance_limit'],
  ['what is held counts', {}, [0n, amountMinorMax], [1, 'KGS'], 'account.balance_limit'],
  ['full to the brim', {}, [0n, 0n], [max, 'KGS'], undefined],
  ['from far below', {}, [-amountMinorMax, 0n], [max, 'KGS'], undefined],
];

// What it may give back, of 100 paid: already given back, asked for, the caller's limit.
const refunds: [string, number, bigint, bigint | null, string | undefined][] = [
  ['all', 0, 100n, null, undefined],
  ['one too many', 0, 101n, null, 'refund.exceeds_remaining'],
  ['the rest', 70, 30n, null, undefined],
  ['more than the rest', 70, 31n, null, 'refund.exceeds_remaining'],
  ['of nothing left', 100, 0n, null, 'refund.exceeds_remaining'],
  ['less than nothing', 0, -1n, null, 'refund.exceeds_remaining'],
  ['too many before not allowed', 0, 101n, 10n, 'refund.exceeds_remaining'],
  ['within the limit', 0, 10n, 10n, undefined],
  ['beyond the limit', 0, 11n, 10n, 'refund.not_allowed'],
  ['beyond it together', 5, 6n, 10n, 'refund.not_allowed'],
];

test.each(refunds)('refund: %s', (_, refundedMinor, amountMinor, totalMaxMinor, code) => {
  const refusal = refuseRefund({ amountMinor: 100, refundedMinor }, amountMinor, totalMaxMinor);
  expect(refusal?.code).toBe(code);
});

describe('accept', () => {
  test.each(accepts)('%s', (_, more, [available, held], [amountMinor, currency], code) => {
    const refusal = refuseAccept({ ...facts, ...more }, { available, held }, { amountMinor, currency });
    expect(refusal?.code).toBe(code);
  });
});
