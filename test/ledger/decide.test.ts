import { describe, expect, test } from 'vitest';
import { amountMinorMax } from '../../src/kernel/index.ts';
import { refuseAccept, refuseHold } from '../../src/ledger/decide.ts';
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
  const refusal = refuseHold({ ...facts, ...more }, { available, held }, { amountMinor, currency, creditor });
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

describe('accept', () => {
  test.each(accepts)('%s', (_, more, [available, held], [amountMinor, currency], code) => {
    const refusal = refuseAccept({ ...facts, ...more }, { available, held }, { amountMinor, currency });
    expect(refusal?.code).toBe(code);
  });
});
