/** The report of payments: filters, pages, and the file. Rows are put in as the projector puts them. */
import Papa from 'papaparse';
import { beforeAll, describe, expect, test } from 'vitest';
import { newId, newOrderId, newTransferId } from '../../src/kernel/index.ts';
import { addEnding } from '../../src/reports/rollup.ts';
import { type Answer, adminKey, get, migrate, testEnv } from '../support/switch.ts';

interface Row {
  id: string;
  kind: 'payment' | 'refund' | 'top_up';
  status: string;
  amount: number;
  tip: number;
  currency: string;
  participant: string;
  merchant: string | null;
  merchant_name: string | null;
  order_id: string | null;
  order_reference: string | null;
  reference: string | null;
  payment: string | null;
  refusal: string | null;
  created_at: number;
  ended_at: number | null;
}

let sequence = 0;
const dayMs = 86_400_000;
const startMs = Date.parse('2026-11-01T00:00:00Z');

const idKinds = { payment: 'payment', refund: 'refund', top_up: 'topUp' } as const;

function rowOf(more: Partial<Row> = {}): Row {
  const createdAtMs = more.created_at ?? startMs + ++sequence * 1_000;
  return {
    id: newTransferId(idKinds[more.kind ?? 'payment'], createdAtMs, ++sequence),
    kind: 'payment',
    status: 'completed',
    amount: 100,
    tip: 0,
    currency: 'KGS',
    participant: 'par_1hq3v8k2m0abcdefgh01',
    merchant: 'mch_1hq3v8k2m0abcdefgh01',
    merchant_name: 'Дордой',
    order_id: null,
    order_reference: null,
    reference: null,
    payment: null,
    refusal: null,
    created_at: createdAtMs,
    ended_at: createdAtMs + 5,
    ...more,
  };
}

async function insert(rows: Row[]): Promise<void> {
  const columns = Object.keys(rows[0]!);
  const values = JSON.stringify(rows.map((row) => Object.values(row)));
  const sums = addEnding(columns).map((text) => testEnv.REPORTS.prepare(text).bind(values));
  const insertion = testEnv.REPORTS.prepare(
    `INSERT INTO transfer (debtor, creditor, creditor_stripe, ${columns.join(', ')})
     SELECT 'acc_1hq3v8k2m0abcdefgh01', 'acc_1hq3v8k2m0abcdefgh02', 0,
       ${columns.map((name) => `value ->> '${name}'`).join(', ')} FROM json_each(?)`,
  ).bind(JSON.stringify(rows));
  await testEnv.REPORTS.batch([...sums, insertion]);
}

const path = '/v1/centre/reports/payments';
const report = async (query: string): Promise<Answer> => get(`${path}?${query}`, adminKey);
const idsOf = (answer: Answer): string[] => answer.body.data.map((row: { id: string }) => row.id);

/** A file as a spreadsheet reads it. */
async function file(query: string) {
  const answer = await report(`format=csv&${query}`);
  const text = answer.body as unknown as string;
  const parsed = Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: true,
  });
  expect(parsed.errors).toEqual([]);
  return { answer, text, rows: parsed.data, columns: parsed.meta.fields ?? [] };
}

beforeAll(migrate);

describe('filters', () => {
  const [merchant, participant] = [newId('merchant', 1), newId('participant', 1)];
  const order = newOrderId(startMs, 0);
  const rows = {
    plain: rowOf(),
    merchant: rowOf({ merchant }),
    participant: rowOf({ participant }),
    both: rowOf({ merchant, participant }),
    declined: rowOf({ merchant, status: 'declined', refusal: 'payment.insufficient_funds' }),
    processing: rowOf({ merchant, status: 'processing', ended_at: null }),
    dollars: rowOf({ merchant, currency: 'USD' }),
    ordered: rowOf({ merchant, order_id: order, order_reference: 'R-1' }),
    referred: rowOf({ merchant, reference: 'W-1' }),
    early: rowOf({ created_at: startMs - dayMs }),
    topUp: rowOf({ kind: 'top_up', merchant: null, merchant_name: null }),
  };
  type Name = keyof typeof rows;
  const ofMerchant: Name[] = ['merchant', 'both', 'declined', 'processing', 'dollars', 'ordered', 'referred'];
  const at = (ms: number) => new Date(ms).toISOString();

  beforeAll(() => insert(Object.values(rows)));

  const table: [query: string, names: Name[]][] = [
    [`merchant=${merchant}`, ofMerchant],
    [`participant=${participant}`, ['participant', 'both']],
    [`merchant=${merchant}&participant=${participant}`, ['both']],
    [`merchant=${merchant}&status=declined`, ['declined']],
    [`merchant=${merchant}&status=processing`, ['processing']],
    ['status=declined', ['declined']],
    [`merchant=${merchant}&currency=USD`, ['dollars']],
    ['currency=USD&status=declined', []],
    [`order=${order}`, ['ordered']],
    ['reference=W-1', ['referred']],
    ['reference=W-', []],
    ['reference=%25', []],
    [`created[lt]=${at(startMs)}`, ['early']],
    [`created[gte]=${at(startMs - dayMs)}&created[lt]=${at(startMs)}`, ['early']],
    [`created[gte]=${at(startMs - dayMs + 1)}&created[lt]=${at(startMs)}`, []],
    [
      `created[gte]=${at(rows.merchant.created_at)}&created[lt]=${at(rows.both.created_at)}`,
      ['merchant', 'participant'],
    ],
    [`merchant=${newId('merchant', 2)}`, []],
  ];
  test.each(table)('%s', async (query, names) => {
    const answer = await report(query);
    const wanted = names
      .map((name) => rows[name].id)
      .sort()
      .reverse();
    expect(idsOf(answer)).toEqual(wanted);
    const { rows: lines, columns } = await file(query);
    expect(lines.map(({ id }) => id)).toEqual(wanted);
    expect(columns).toContain('merchant_name');
  });

  test('a top-up is no payment', async () => {
    const answer = await report('limit=100');
    expect(idsOf(answer)).not.toContain(rows.topUp.id);
    expect(idsOf(answer)).toContain(rows.plain.id);
  });

  test('a refund is asked for by its kind, and shows beside its payment', async () => {
    const shop = newId('merchant', 9);
    const paid = rowOf({ merchant: shop, amount: 100 });
    const back = (amount: number, status = 'completed') =>
      rowOf({ merchant: shop, kind: 'refund', amount, status, payment: paid.id });
    await insert([paid, back(30), back(20), back(50, 'declined')]);
    const payments = await report(`merchant=${shop}`);
    expect(payments.body.data).toMatchObject([
      { id: paid.id, kind: 'payment', payment: null, amount_refunded: { amount: 50, currency: 'KGS' } },
    ]);
    const refunds = await report(`merchant=${shop}&kind=refund&status=completed`);
    expect(refunds.body.data).toMatchObject([
      { kind: 'refund', payment: paid.id, amount: { amount: 20 }, amount_refunded: { amount: 0 } },
      { kind: 'refund', payment: paid.id, amount: { amount: 30 } },
    ]);
    const { rows: lines } = await file(`merchant=${shop}`);
    expect(lines).toMatchObject([{ amount: '100', amount_refunded: '50', kind: 'payment' }]);
  });

  test('a row says all there is to say', async () => {
    const { body } = await report(`merchant=${merchant}&status=declined`);
    expect(body.data[0]).toMatchObject({
      status: 'declined',
      refusal: 'payment.insufficient_funds',
      amount: { amount: 100, currency: 'KGS' },
      tip: null,
      merchant,
      created_at: at(rows.declined.created_at),
    });
  });

  test.each([
    ['status=paid', '/query/status'],
    ['merchant=mch_1', '/query/merchant'],
    ['participant=%27%20OR%201%3D1', '/query/participant'],
    ['currency=kgs', '/query/currency'],
    ['created[gte]=yesterday', '/query/created[gte]'],
    ['created[gte]=2026-11-21', '/query/created[gte]'],
    ['created[gte]=2026-11-21T08:00:00%2B06:00', '/query/created[gte]'],
    ['format=pdf', '/query/format'],
    ['created[gt]=2026-11-21T08:00:00Z', '/query'],
  ])('%s is refused', async (query, pointer) => {
    const answer = await report(query);
    expect(answer).toMatchObject({ status: 422, body: { violations: [{ pointer }] } });
  });

  test('pages reach every row once', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Answer = await report(`merchant=${merchant}&limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...idsOf(page));
      cursor = page.body.next_cursor;
    }
    expect(seen).toEqual(
      ofMerchant
        .map((name) => rows[name].id)
        .sort()
        .reverse(),
    );
  });
});

describe('the file', () => {
  test('names in every script, quotes, commas and line ends come back as they were', async () => {
    const names = ['Өзгөн “нан”, ТЦ', 'ร้านอาหารไทย', 'ហាង​ភ្នំពេញ', '支付宝商店', 'Say "hi"', 'a,b;c', 'O’Shea'];
    const merchant = newId('merchant', 3);
    await insert(names.map((merchant_name) => rowOf({ merchant, merchant_name })));
    const { answer, rows, text } = await file(`merchant=${merchant}`);
    expect(rows.map((row) => row.merchant_name).sort()).toEqual([...names].sort());
    expect(text).toContain('\r\n');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="payments.csv"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('begins with a byte order mark, once', async () => {
    const { exports } = await import('cloudflare:workers');
    const worker = (exports as unknown as { default: Fetcher }).default;
    const response = await worker.fetch(`https://switch.test${path}?format=csv&reference=none`, {
      headers: { authorization: `Bearer ${adminKey}` },
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([...bytes.slice(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 'i'.charCodeAt(0)]);
  });

  test('no cell runs as a formula', async () => {
    const merchant = newId('merchant', 4);
    const cells = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://evil.example","x")'];
    cells.push('=1+1\nand more', '\n=1', '＝1+1');
    await insert(cells.map((reference) => rowOf({ merchant, reference, merchant_name: reference })));
    const { rows } = await file(`merchant=${merchant}`);
    expect(rows).toHaveLength(cells.length);
    for (const row of rows) {
      for (const cell of [row.reference, row.merchant_name]) expect(cell).toMatch(/^'/);
    }
    expect(rows.map((row) => row.reference?.slice(1)).sort()).toEqual([...cells].sort());
  });

  test('amounts are numbers in minor units, with the currency beside them', async () => {
    const merchant = newId('merchant', 5);
    await insert([rowOf({ merchant, amount: 2 ** 53 - 1, tip: 5 })]);
    const { rows } = await file(`merchant=${merchant}`);
    expect(rows[0]).toMatchObject({ amount: '9007199254740991', tip: '5', currency: 'KGS' });
  });

  test.each([1_000, 2_000, 2_345])('holds all of %i rows, whatever the page', async (count) => {
    const merchant = newId('merchant', 10 + count);
    for (let done = 0; done < count; done += 500) {
      await insert(Array.from({ length: Math.min(500, count - done) }, () => rowOf({ merchant })));
    }
    const { rows } = await file(`merchant=${merchant}&limit=1`);
    expect(rows).toHaveLength(count);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(count);
    expect(rows.map(({ id }) => id)).toEqual(
      rows
        .map(({ id }) => id!)
        .sort()
        .reverse(),
    );
    expect(rows.filter(({ id }) => id === 'id')).toEqual([]);
  });

  test('of nothing has its columns, the same as the file of something', async () => {
    const none = await file('reference=none');
    const some = await file('limit=1');
    expect(none.rows).toEqual([]);
    expect(none.columns).toEqual(some.columns);
    expect(none.columns).toEqual(
      expect.arrayContaining(['id', 'status', 'amount', 'tip', 'currency', 'ended_at']),
    );
  });
});

describe('a business day is a day in Bishkek', () => {
  const merchant = newId('merchant', 6);
  const other = newId('merchant', 7);
  const lone = newId('merchant', 8);
  const daily = async (query: string) => get(`/v1/centre/reports/daily?${query}`, adminKey);
  const ended = (time: string, more: Partial<Row> = {}) =>
    rowOf({ merchant, created_at: Date.parse(time) - 1_000, ended_at: Date.parse(time), ...more });

  beforeAll(() =>
    insert([
      ended('2026-10-09T17:59:59.999Z', { amount: 1 }),
      ended('2026-10-09T18:00:00.000Z', { amount: 10 }),
      ended('2026-10-10T12:00:00.000Z', { amount: 100, currency: 'USD' }),
      ended('2026-10-10T17:59:59.999Z', { amount: 1_000, merchant_name: 'Дордой' }),
      ended('2026-10-10T18:00:00.000Z', { amount: 10_000 }),
      ended('2026-10-10T12:00:00.000Z', { amount: 7, merchant: other }),
      ended('2026-10-10T12:00:00.000Z', { status: 'declined' }),
      ended('2026-10-10T12:00:00.000Z', { kind: 'top_up' }),
      ended('2026-10-10T12:00:00.000Z', { kind: 'refund', amount: 3 }),
      ended('2026-10-10T12:00:00.000Z', { kind: 'refund', amount: 5, status: 'declined' }),
      ended('2026-10-12T12:00:00.000Z', { kind: 'refund', amount: 4, merchant: lone }),
    ]),
  );

  type Figure = [count: number, amount: number];
  const figures = (currency: string, [count, amount]: Figure, [backs, back]: Figure = [0, 0]) => ({
    count,
    sum: { amount, currency },
    refunds: { count: backs, sum: { amount: back, currency } },
  });

  test('a day of refunds alone shows no payments', async () => {
    const { body } = await daily('from=2026-10-12&to=2026-10-12');
    expect(body.data).toMatchObject([{ merchant: lone, ...figures('KGS', [0, 0], [1, 4]) }]);
  });

  test('from midnight to midnight, per merchant and currency', async () => {
    const { body } = await daily('from=2026-10-10&to=2026-10-10');
    expect(body).toMatchObject({ time_zone: 'Asia/Bishkek', from: '2026-10-10', to: '2026-10-10' });
    const day = '2026-10-10';
    expect(body.data).toEqual([
      { day, merchant, merchant_name: 'Дордой', ...figures('KGS', [2, 1_010], [1, 3]) },
      { day, merchant, merchant_name: 'Дордой', ...figures('USD', [1, 100]) },
      { day, merchant: other, merchant_name: 'Дордой', ...figures('KGS', [1, 7]) },
    ]);
    expect(body.totals).toEqual([figures('KGS', [3, 1_017], [1, 3]), figures('USD', [1, 100])]);
  });

  test('several days, newest first, of one merchant and currency', async () => {
    const { body } = await daily(`from=2026-10-09&to=2026-10-11&merchant=${merchant}&currency=KGS`);
    expect(
      body.data.map((row: { day: string; sum: { amount: number } }) => [row.day, row.sum.amount]),
    ).toEqual([
      ['2026-10-11', 10_000],
      ['2026-10-10', 1_010],
      ['2026-10-09', 1],
    ]);
  });

  test('as a file', async () => {
    const answer = await daily(`from=2026-10-10&to=2026-10-10&merchant=${merchant}&format=csv`);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="daily.csv"');
    expect(
      String(answer.body)
        .replace(/^\uFEFF/, '')
        .trim()
        .split('\r\n'),
    ).toEqual([
      'day,merchant,merchant_name,currency,count,sum,refunds,refunds_sum',
      `2026-10-10,${merchant},Дордой,KGS,2,1010,1,3`,
      `2026-10-10,${merchant},Дордой,USD,1,100,0,0`,
    ]);
  });

  test('a file of nothing ends, and has its columns', async () => {
    const answer = await daily('from=2020-01-01&to=2020-01-01&format=csv');
    expect(
      String(answer.body)
        .replace(/^\uFEFF/, '')
        .trim(),
    ).toBe('day,merchant,merchant_name,currency,count,sum,refunds,refunds_sum');
  });

  test('without dates: the thirty days up to today', async () => {
    const { body } = await daily('');
    const days = (Date.parse(body.to) - Date.parse(body.from)) / dayMs;
    expect(days).toBe(29);
    expect(Math.abs(Date.parse(body.to) - Date.now())).toBeLessThan(2 * dayMs);
  });

  test.each([
    'from=2026-02-30',
    'to=0000-01-01',
    'from=10.10.2026',
    'to=2026-1-1',
    'from=2026-10-10T00:00:00Z',
  ])('%s is refused', async (query) => {
    expect((await daily(query)).status).toBe(422);
  });
});
