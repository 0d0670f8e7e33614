/** Money on its way between two stripes of an account is the account's all the time: once, and in no statement. */
import { abortAllDurableObjects } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { statement, totalsAt } from '../../src/accounts/statement.ts';
import type { AccountRow } from '../../src/directory/index.ts';
import {
  alarm,
  command,
  cutOff,
  funded,
  ledger,
  newBook,
  openedShop,
  outcomeOf,
  type TestAccount,
} from '../ledger/bank.ts';
import { migrate } from '../support/switch.ts';

beforeAll(migrate);

let row: AccountRow;
let lender: TestAccount;
let borrower: TestAccount;
let payer: TestAccount;
/** When it was all on one stripe, when some was on its way or taken already, and when it had arrived. */
const at: number[] = [];

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
async function noted(): Promise<void> {
  await pause();
  at.push(Date.now());
  await pause();
}
const paid = async (amountMinor: bigint) =>
  expect(await outcomeOf(payer, command(lender, amountMinor, { creditorStripe: 0 }))).toBe('completed');

describe.each(['question lost', 'answer lost'] as const)('a loan whose %s', (fault) => {
  beforeAll(async () => {
    const books = [newBook(), newBook()] as const;
    const id = `acc_transit_${fault.replace(' ', '_')}`;
    ({ payer } = await funded(1_000n));
    lender = await openedShop({ account: id, stripe: 0, stripes: 2, book: books[0] });
    borrower = await openedShop({ account: id, stripe: 1, stripes: 2, book: books[1] });
    row = { id, books: [...books] } as unknown as AccountRow;
    at.length = 0;
    await paid(100n);
    await noted();
    await cutOff(lender, fault);
    const loan = { kind: 'gather', creditor: id, creditorBooks: books, creditorStripe: 1 } as const;
    expect(await outcomeOf(lender, command(borrower, 40n, loan))).toBe('processing');
    await noted();
    await paid(7n);
    await noted();
  });

  const balancesThen = async () => {
    const found = [];
    for (const atMs of at) found.push(await totalsAt(ledger, row, atMs));
    return found.map(({ available, held }) => [available, held]);
  };
  const lines = async (from: number, to: number) => {
    const found = await statement(ledger, row, from, to);
    const list = [];
    for await (const { entry, running } of found.lines())
      list.push([entry.type, running.available, running.held]);
    return { opening: found.opening.available, list, closing: found.closing.available };
  };
  const always = [
    [100n, 0n],
    [100n, 0n],
    [107n, 0n],
  ];

  test('counts once while it is open', async () => {
    expect(await balancesThen()).toEqual(always);
    expect(await lines(at[1]!, at[2]!)).toEqual({
      ...{ opening: 100n, list: [['accept', 107n, 0n]], closing: 107n },
    });
  });

  test('and the same is said of those times once it has come to its end', async () => {
    await abortAllDurableObjects();
    await alarm(lender);
    await lender.stub.entries(Number.MAX_SAFE_INTEGER, 1);
    expect(await borrower.stub.balance()).toMatchObject({ balanceMinor: 40n });
    expect(await lender.stub.balance()).toMatchObject({ balanceMinor: 67n, heldMinor: 0n });
    await noted();
    expect(await balancesThen()).toEqual([...always, [107n, 0n]]);
    expect(await lines(0, at[3]!)).toEqual({
      opening: 0n,
      list: [
        ['accept', 100n, 0n],
        ['accept', 107n, 0n],
      ],
      closing: 107n,
    });
  });
});
