/** Statements of account: right to the last unit, page by page, as files, and for nobody else's account. */
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readCamt } from '../../src/matching/camt053.ts';
import { adminKey, call, freshKey, get, migrate, post } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  type Payer,
  pay,
  type Shop,
} from '../support/town.ts';

interface Entry {
  id: string;
  kind: string;
  side: 'credit' | 'debit';
  amount: { amount: number };
  balance: { amount: number };
  [more: string]: unknown;
}

const [first, second] = ['2031-05-15', '2031-05-16'];
const at = (day: string, time: string) => void vi.setSystemTime(`${day}T${time}+06:00`);
const money = (amount: number) => ({ amount, currency: 'KGS' });
const whole = `from=${first}&to=${second}`;

let issuer: Issuer;
let payers: Payer[];
let shop: Shop;
let path: string;
const paid: number[] = [];

async function paidTo(payer: Payer, amount: number): Promise<string> {
  const order = await newOrder(shop, amount, { reference: `bill ${amount}` });
  const body = { payload: order.qr.payload, reference: `wallet ${amount}` };
  const answer = await pay(issuer, payer, body);
  expect(answer.body.status).toBe('completed');
  return answer.body.id;
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  at(first, '00:00:00.000');
  await migrate();
  issuer = await newIssuer('Ысык-Көл <банк> & Ко');
  shop = await newShop({ stripes: 3 });
  path = `/v1/merchants/${shop.id}/statement`;
  payers = await Promise.all([1, 2, 3, 4].map(() => newPayer(issuer, 1_000_000)));
  // Settles are lazy: reading writes them, on the day they belong to.
  const funding = `/v1/participants/${issuer.id}/statement?kind=funding&currency=KGS`;
  await get(`${funding}&from=${first}&to=${first}`, issuer.key);
  for (const [index, amount] of [1_000, 2_000, 3_005, 40].entries()) {
    at(first, `1${index}:00:00.000`);
    paid.push(amount);
    const id = await paidTo(payers[index]!, amount);
    if (amount !== 2_000) continue;
    const back = `/v1/merchants/${shop.id}/payments/${id}/refunds`;
    expect((await post(back, shop.key, { amount: 300 }, freshKey())).body.status).toBe('completed');
    await get(`${path}?from=${first}&to=${first}`, shop.key);
  }
  at(second, '09:00:00.000');
  paid.push(70_000);
  await paidTo(payers[0]!, 70_000);
  at('2031-05-17', '08:00:00.000');
});
afterAll(() => void vi.useRealTimers());

const statement = async (query: string, key = shop.key, of = path) => (await get(`${of}?${query}`, key)).body;
const signed = ({ side, amount }: Entry) => (side === 'credit' ? amount.amount : -amount.amount);

describe('of a merchant', () => {
  test('opens, runs and closes on the same figures', async () => {
    const body = await statement(whole);
    expect(body).toMatchObject({
      owner: { id: shop.id, name: 'Дордой базар' },
      ...{ account: shop.account, kind: 'merchant', currency: 'KGS', time_zone: 'Asia/Bishkek' },
      ...{
        from: first,
        to: second,
        begins_at: '2031-05-14T18:00:00.000Z',
        ends_at: '2031-05-16T18:00:00.000Z',
      },
      ...{ opening: money(0), closing: money(75_745), available: money(75_745) },
      ...{ complete_up_to: '2031-05-16T18:00:00.000Z', next_cursor: null },
    });
    let balance = 0;
    for (const entry of body.data as Entry[]) {
      balance += signed(entry);
      expect(entry.balance).toEqual(money(balance));
    }
    expect(balance).toBe(75_745);
    expect(body.data.map(signed)).toEqual([1_000, 2_000, -300, 3_005, 40, 70_000]);
    expect(body.sums).toEqual([
      {
        kind: 'payment',
        credits: { count: 5, sum: money(76_045) },
        debits: { count: 0, sum: money(0) },
      },
      { kind: 'refund', credits: { count: 0, sum: money(0) }, debits: { count: 1, sum: money(300) } },
    ]);
  });

  test('names the payer’s wallet, the references, and no account of a payer', async () => {
    const { data } = await statement(whole);
    expect(data[0]).toMatchObject({
      counterparty: { id: issuer.id, name: 'Ысык-Көл <банк> & Ко' },
      ...{ order_reference: 'bill 1000', reference: 'wallet 1000', account: null },
    });
    expect(JSON.stringify(data)).not.toContain('acc_');
  });

  test('days that follow one another leave nothing out and say nothing twice', async () => {
    const [one, two] = [await statement(`to=${first}`), await statement(`to=${second}`)];
    expect(one.closing).toEqual(money(5_745));
    expect(two.opening).toEqual(one.closing);
    expect([...one.data, ...two.data]).toEqual((await statement(whole)).data);
    // Yesterday, unless said.
    expect(await statement('')).toEqual(two);
  });

  test.each([1, 2, 4])('in pages of %i: every entry once, and on the last the sums of all', async (limit) => {
    const { data, sums, closing } = await statement(whole);
    const rows: Entry[] = [];
    let [cursor, last] = ['', undefined as undefined | { next_cursor: string | null; sums: object }];
    do {
      last = await statement(`${whole}&limit=${limit}&cursor=${cursor}`.replace(/&cursor=$/, ''));
      const page = last as unknown as { data: Entry[]; closing: object };
      expect(page.data.length).toBeLessThanOrEqual(limit);
      expect(page.closing).toEqual(closing);
      rows.push(...page.data);
      cursor = last?.next_cursor ?? '';
    } while (cursor !== '');
    expect(rows).toEqual(data);
    expect(last?.sums).toEqual(sums);
  });

  test('a cursor of another statement, or one that was written by hand, is refused', async () => {
    const { next_cursor: cursor } = await statement(`${whole}&limit=2`);
    expect(await statement(`from=${second}&to=${second}&cursor=${cursor}`)).toMatchObject({
      code: 'request.invalid',
    });
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    parts[3] = '1';
    const forged = Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const other of [forged, 'x', Buffer.from('[]').toString('base64url')]) {
      expect((await statement(`${whole}&cursor=${other}`)).code, other).toBe('request.invalid');
    }
  });

  test('of a day that goes on: what is there, and until when nothing is missing', async () => {
    const today = await statement('from=2031-05-17&to=2031-05-17');
    expect(today).toMatchObject({ opening: money(75_745), closing: money(75_745), data: [], sums: [] });
    expect(Date.parse(today.complete_up_to)).toBe(Date.now() - 60_000);
  });

  test.each([
    ['it ends before it begins', `from=${second}&to=${first}`],
    ['of more than a year', `from=2030-01-01&to=${first}`],
    ['of a day that there is not', 'to=2031-02-30'],
    ['a page of nothing', 'limit=0'],
  ])('%s: refused', async (_, query) => {
    expect((await statement(query)).code).toBe('request.invalid');
  });

  test('is for owners and managers, not for who is kept to a place', async () => {
    const keyOf = async (body: object) =>
      (await post('/v1/centre/keys', adminKey, { owner: shop.id, ...body })).body.api_key;
    const store = (await post(`/v1/centre/merchants/${shop.id}/stores`, adminKey, { name: 'Ош' })).body.id;
    const stores = `/v1/centre/merchants/${shop.id}/stores/${store}/tills`;
    const till = (await post(stores, adminKey, { name: '1' })).body.id;
    expect((await statement(whole, await keyOf({ role: 'manager' }))).closing).toEqual(money(75_745));
    for (const key of [await keyOf({ role: 'cashier', till }), await keyOf({ role: 'manager', till })]) {
      expect((await statement(whole, key)).code).toBe('auth.forbidden');
    }
  });
});

describe('as a file', () => {
  const file = async (format: string) => {
    const answer = await get(`${path}?${whole}&format=${format}`, shop.key);
    expect(answer.status).toBe(200);
    return { text: String(answer.body), name: answer.headers.get('content-disposition') };
  };

  test('CSV: the same entries between opening and closing', async () => {
    const { text, name } = await file('csv');
    expect(name).toBe(`attachment; filename="statement-${shop.id}-${first}-${second}.csv"`);
    const { data, errors } = Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, '').trim(), {
      header: true,
    });
    expect(errors).toEqual([]);
    expect(data[0]).toMatchObject({ kind: 'opening', balance: '0' });
    expect(data.at(-1)).toMatchObject({ kind: 'closing', debit: '300', credit: '76045', balance: '75745' });
    expect(data.slice(1, -1).map(({ credit, debit }) => Number(credit) - Number(debit))).toEqual(
      (await statement(whole)).data.map(signed),
    );
  });

  test('camt.053: our own reader of partners’ files finds every entry, by our ids', async () => {
    const { text, name } = await file('camt.053');
    expect(name).toMatch(/\.xml"$/);
    const format = { kind: 'camt.053', offset: '+06:00', window_seconds: 0, sign: 'none' } as never;
    const read = readCamt(text, format, { rows: 0, begun: false });
    if (typeof read === 'string') throw new Error(read);
    expect(read.unread).toEqual([]);
    const { data } = await statement(whole);
    expect(read.rows.map(({ key, amount, kind, status }) => ({ id: key, amount, kind, status }))).toEqual(
      data.map(({ id, kind, amount }: Entry) => ({ id, kind, amount: amount.amount, status: 'completed' })),
    );
    expect(text).toContain('<OrgId><Othr><Id>');
    expect(text).toContain('Ысык-Көл &lt;банк&gt; &amp; Ко');
  });

  test('camt.053 of a day that is not over is refused', async () => {
    const answer = await get(`${path}?to=2031-05-17&format=camt.053`, shop.key);
    expect(answer.body).toMatchObject({ code: 'business_day.not_over', retryable: true });
  });
});

describe('of a participant', () => {
  const of = () => `/v1/participants/${issuer.id}/statement`;

  test('its funding: what was topped up, to which of its payers', async () => {
    const body = await statement(`${whole}&kind=funding&currency=KGS`, issuer.key, of());
    expect(body).toMatchObject({ opening: money(0), closing: money(-4_000_000), kind: 'funding' });
    const accounts = body.data.map(({ account }: Entry) => account);
    expect(accounts.toSorted()).toEqual(payers.map(({ account }) => account).toSorted());
    expect(body.data.map(signed)).toEqual([-1_000_000, -1_000_000, -1_000_000, -1_000_000]);
  });

  test('its funding as CSV: what is below zero is a number, too', async () => {
    const answer = await get(`${of()}?${whole}&kind=funding&currency=KGS&format=csv`, issuer.key);
    const { data } = Papa.parse<Record<string, string>>(
      String(answer.body)
        .replace(/^\uFEFF/, '')
        .trim(),
      {
        header: true,
      },
    );
    expect(data.map(({ balance }) => balance)).toEqual([
      '0',
      '-1000000',
      '-2000000',
      '-3000000',
      '-4000000',
      '-4000000',
    ]);
  });

  test('its position', async () => {
    const wish = { participant: issuer.id, currency: 'KGS', cap: 0 };
    const { account } = (await post('/v1/centre/positions', adminKey, wish)).body;
    const top = { amount: 5_000, currency: 'KGS' };
    await post(`/v1/accounts/${account}/top-ups`, adminKey, top, freshKey());
    const day = '2031-05-17';
    const body = await statement(`from=${day}&to=${day}&currency=KGS`, adminKey, of());
    expect(body).toMatchObject({ account, kind: 'position', closing: money(5_000) });
    expect(body.data).toMatchObject([{ kind: 'top_up', side: 'credit', account: null, counterparty: null }]);
  });

  test('of another, or of an account that it has not', async () => {
    const other = await newIssuer();
    expect((await statement('currency=KGS', other.key, of())).code).toBe('participant.not_found');
    expect((await statement('currency=THB', issuer.key, of())).code).toBe('position.not_found');
    expect((await statement('currency=THB&kind=funding', issuer.key, of())).code).toBe('account.not_found');
    expect((await call('GET', `${of()}?currency=KGS`, { key: shop.key })).body.code).toBe('auth.forbidden');
  });
});
