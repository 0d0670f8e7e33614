/** What an account's entries say of it: at any time, over any period, to anyone who wants to check. */
import Papa from 'papaparse';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyExport } from '../../scripts/export/verify.ts';
import { adminKey, get, migrate } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, pay, type Shop } from '../support/town.ts';

let issuer: Issuer;
let shop: Shop;
let account: string;
/** The balance that the account was seen to have, and when. */
const seen: { at: string; balance: number }[] = [];

const read = async (path = '', key = issuer.key) => (await get(`/v1/accounts/${account}${path}`, key)).body;
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop({ stripes: 3 });
  account = (await newPayer(issuer, 10_000)).account;
  for (const amount of [1_000, 50_000, 2_500, 500]) {
    const order = await newOrder(shop, amount);
    await pay(issuer, { account }, { payload: order.qr.payload });
    const { balance } = await read();
    // Settles are written when entries are read.
    await read('/entries');
    await pause();
    seen.push({ at: new Date().toISOString(), balance: balance.amount });
    await pause();
  }
});

describe('the balance at a time', () => {
  test('is what it was then', async () => {
    expect(seen.map(({ balance }) => balance)).toEqual([9_000, 9_000, 6_500, 6_000]);
    for (const { at, balance } of seen) {
      expect(await read(`/balance?at=${at}`)).toEqual({
        account,
        at,
        balance: { amount: balance, currency: 'KGS' },
        available: { amount: balance, currency: 'KGS' },
        held: { amount: 0, currency: 'KGS' },
      });
    }
  });

  test('now, before the account was there, and in the future', async () => {
    expect((await read('/balance')).balance.amount).toBe(6_000);
    expect((await read('/balance?at=2020-01-01T00:00:00Z')).balance.amount).toBe(0);
    expect((await read('/balance?at=2099-01-01T00:00:00Z')).balance.amount).toBe(6_000);
  });

  test('of a merchant with stripes is their sum', async () => {
    const { body } = await get(`/v1/accounts/${shop.account}/balance`, adminKey);
    expect(body.balance.amount).toBe(4_000);
  });
});

describe('a statement', () => {
  test('opens, runs and closes on the same figures', async () => {
    const whole = await read('/statement');
    expect(whole).toMatchObject({
      account,
      currency: 'KGS',
      opening: { balance: 0 },
      closing: { balance: 6_000 },
    });
    let [balance, available, held] = [0, 0, 0];
    for (const line of whole.entries) {
      balance += line.change;
      available += line.available_change;
      held += line.held_change;
      expect(line).toMatchObject({ balance, available, held });
    }
    expect(balance).toBe(6_000);
    expect(whole.entries[0]).toMatchObject({ type: 'accept', kind: 'top_up', change: 10_000, sequence: 1 });
  });

  test('periods that follow one another leave nothing out and say nothing twice', async () => {
    const { entries } = await read('/statement');
    const times = ['2020-01-01T00:00:00Z', ...seen.map(({ at }) => at), '2099-01-01T00:00:00Z'];
    const parts = [];
    for (const [index, to] of times.slice(1).entries()) {
      parts.push(await read(`/statement?from=${times[index]}&to=${to}`));
    }
    expect(parts.flatMap((part) => part.entries)).toEqual(entries);
    for (const [index, part] of parts.slice(1).entries()) expect(part.opening).toEqual(parts[index].closing);
    expect(parts.slice(0, 4).map(({ closing }) => closing.balance)).toEqual(
      seen.map(({ balance }) => balance),
    );
  });

  test('as CSV says the same', async () => {
    const { entries } = await read('/statement');
    const text = (await read('/statement?format=csv')) as string;
    const { data } = Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, '').trim(), { header: true });
    expect(data.at(0)).toMatchObject({ type: 'opening', balance: '0', currency: 'KGS' });
    expect(data.at(-1)).toMatchObject({ type: 'closing', balance: '6000' });
    expect(data.slice(1, -1).map(({ change, balance }) => [Number(change), Number(balance)])).toEqual(
      entries.map((line: { change: number; balance: number }) => [line.change, line.balance]),
    );
  });

  test('of stripes runs in the order of time', async () => {
    const { body } = await get(`/v1/accounts/${shop.account}/statement`, adminKey);
    const times = body.entries.map((line: { created_at: string }) => line.created_at);
    expect(times).toEqual(times.toSorted());
    expect(body.entries.at(-1).balance).toBe(4_000);
    expect(body.closing.balance).toBe(4_000);
  });

  test('must not end before it begins', async () => {
    const query = 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z';
    expect(await read(`/statement?${query}`)).toMatchObject({ code: 'request.invalid' });
  });
});

describe('an export', () => {
  const linesOf = async (id: string) => {
    const { body } = await get(`/v1/accounts/${id}/export`, adminKey);
    return (body as string).trim().split('\n');
  };

  test('holds all that is needed to work out every figure', async () => {
    expect(verifyExport(await linesOf(account))).toMatchObject({ account, balance: 6_000n, problems: [] });
    expect(verifyExport(await linesOf(shop.account))).toMatchObject({ balance: 4_000n, problems: [] });
  });

  test.each<[string, (lines: string[]) => string[], RegExp]>([
    ['a figure', (lines) => lines.with(2, lines[2]!.replace(/"available_change":"-?\d/, '$&1')), /entry 2 /],
    ['a text', (lines) => lines.with(2, lines[2]!.replace('merchant', 'merchanT')), /entry 2 .*hash/],
    ['a lost line', (lines) => lines.toSpliced(2, 1), /entry 3 .*missing/],
    ['a lost last entry', (lines) => lines.toSpliced(-2, 1), /promised/],
    ['a lost end', (lines) => lines.slice(0, -1), /breaks off/],
    ['another account', (lines) => lines.with(0, lines[0]!.replace('acc_', 'acc_x')), /entry 1 .*hash/],
    [
      'a total',
      (lines) => lines.with(-1, lines.at(-1)!.replace('"held":"0"', '"held":"1"')),
      /total of held/,
    ],
  ])('shows when somebody changed %s', async (_, change, problem) => {
    const { problems } = verifyExport(change(await linesOf(account)));
    expect(
      problems.some((one) => problem.test(one)),
      problems.join('\n'),
    ).toBe(true);
  });
});
