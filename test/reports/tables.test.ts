/** Every report of the centre, each from one declaration: pages, groups, totals, files, and what they read for it. */
import Papa from 'papaparse';
import { beforeAll, describe, expect, test } from 'vitest';
import { earliestTransferId } from '../../src/kernel/index.ts';
import { pageOf, type Query, totalsOf } from '../../src/reports/table.ts';
import { reports } from '../../src/reports/tables/index.ts';
import { payments } from '../../src/reports/tables/payments.ts';
import { type Answer, adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
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

const issuerName = 'Ала-Тоо банк';
let issuer: Issuer;
let rich: Payer;
let poor: Payer;
let shop: Shop;
let other: Shop;
let firstPayment: string;

const report = (name: string, query = ''): Promise<Answer> =>
  get(`/v1/centre/reports/${name}?${query}`, adminKey);
const money = (amount: number) => ({ amount, currency: 'KGS' });

async function paid(payer: Payer, at: Shop, amount: number) {
  const order = await newOrder(at, amount);
  return (await pay(issuer, payer, { payload: order.qr.payload })).body;
}

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer(issuerName);
  shop = await newShop({ name: 'Ош базары' });
  other = await newShop();
  rich = await newPayer(issuer, 100_000);
  poor = await newPayer(issuer, 10);
  firstPayment = (await paid(rich, shop, 1_000)).id;
  await paid(rich, shop, 500);
  await paid(rich, other, 70);
  await paid(poor, shop, 9_000);
  await paid(poor, shop, 9_000);
  const back = await post(
    `/v1/merchants/${shop.id}/payments/${firstPayment}/refunds`,
    shop.key,
    { amount: 300 },
    freshKey(),
  );
  expect(back.body.status).toBe('completed');
  await until(
    () => report('refunds'),
    ({ body }) => body.data.length === 1 && body.data[0].status === 'completed',
  );
  await until(
    () => report('declines'),
    ({ body }) => body.totals[0]?.count === 2,
  );
});

describe('reports in groups', () => {
  test('a day’s volumes, by kind and status', async () => {
    const { body } = await report('volumes', `participant=${issuer.id}`);
    const figures = body.data.map(({ kind, status, count, sum }: Record<string, unknown>) => [
      kind,
      status,
      count,
      sum,
    ]);
    expect(figures).toEqual([
      ['payment', 'completed', 3, money(1_570)],
      ['payment', 'declined', 2, money(18_000)],
      ['refund', 'completed', 1, money(300)],
      ['top_up', 'completed', 2, money(100_010)],
    ]);
    expect(body.totals).toEqual([{ currency: 'KGS', count: 8, sum: money(119_880) }]);
    expect(body.data[0]).toMatchObject({ merchant: null, hour: null, participant: null });
  });

  test('by merchant, and of one merchant', async () => {
    const each = await report('volumes', 'by=merchant&status=completed&kind=payment');
    expect(
      new Map(each.body.data.map((row: { merchant: string; sum: object }) => [row.merchant, row.sum])),
    ).toEqual(
      new Map([
        [shop.id, money(1_500)],
        [other.id, money(70)],
      ]),
    );
    expect(each.body.data.find(({ merchant }: { merchant: string }) => merchant === shop.id)).toMatchObject({
      ...{ merchant_name: 'Ош базары', participant_name: null },
    });
    const one = await report('volumes', `by=status&merchant=${shop.id}&kind=payment`);
    expect(one.body.data).toMatchObject([
      { status: 'completed', count: 2, sum: money(1_500) },
      { status: 'declined', count: 2, sum: money(18_000) },
    ]);
  });

  test('declines by reason', async () => {
    const { body } = await report('declines');
    expect(body.data).toMatchObject([
      { refusal: 'payment.insufficient_funds', currency: 'KGS', count: 2, sum: money(18_000) },
    ]);
  });

  test('fees are nothing as long as there are no tariffs', async () => {
    const { body } = await report('fees', `merchant=${shop.id}`);
    expect(body.data).toMatchObject([
      {
        ...{ merchant: shop.id, payments: 2, gross: money(1_500), refunded: money(300) },
        ...{ fee: money(0), net: money(1_200) },
      },
    ]);
  });

  test('what a participant owes for its payers', async () => {
    const { body } = await report('positions', 'by=participant');
    expect(body.data).toMatchObject([
      {
        ...{ participant: issuer.id, participant_name: issuerName },
        paid: money(1_570),
        refunded: money(300),
        topped_up: money(100_010),
        net: money(1_270),
      },
    ]);
  });

  test('page after page, every row once', async () => {
    const rows: object[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: Answer = await report(
        'volumes',
        `by=merchant,kind,status&limit=2${cursor && `&cursor=${cursor}`}`,
      );
      expect(body.data.length).toBeLessThanOrEqual(2);
      rows.push(...body.data);
      cursor = body.next_cursor;
    }
    const whole = await report('volumes', 'by=merchant,kind,status&limit=100');
    expect(rows.length).toBeGreaterThan(4);
    expect(rows).toEqual(whole.body.data);
  });

  test('days without payments have no rows, and no totals', async () => {
    const { body } = await report('volumes', 'from=2020-01-01&to=2020-12-31');
    expect(body).toMatchObject({ data: [], totals: [], next_cursor: null });
  });

  test('up to days that are far away, what there is', async () => {
    const { body } = await report('volumes', 'from=2020-01-01&to=2999-12-31');
    expect(body.data.length).toBeGreaterThan(0);
  });

  test.each([
    ...['by=nothing', 'by=currency', 'by=', 'from=1999-12-31', 'from=today', 'cursor=x', 'limit=0'],
    // The day after it could not be written any more.
    'to=9999-12-31',
  ])('%s is refused', async (query) => {
    expect((await report('volumes', query)).body.code).toBe('request.invalid');
  });
});

describe('lists of the directory', () => {
  test('merchants with what they have', async () => {
    const { body } = await report('merchants', 'limit=2');
    expect(body.data).toMatchObject([
      { id: other.id, stores: 0, tills: 0, codes: 0, status: 'active' },
      { id: shop.id, name: 'Ош базары' },
    ]);
  });

  test('tills and printed codes of a merchant', async () => {
    const store = (await post(`/v1/centre/merchants/${shop.id}/stores`, adminKey, { name: 'Ош' })).body.id;
    const till = (
      await post(`/v1/centre/merchants/${shop.id}/stores/${store}/tills`, adminKey, { name: '1' })
    ).body.id;
    const code = (
      await post(`/v1/merchants/${shop.id}/codes`, shop.key, {
        name: 'C',
        amount: 250,
        currency: 'KGS',
        store,
      })
    ).body.id;
    expect((await report('tills', `merchant=${shop.id}`)).body.data).toMatchObject([
      { id: till, store_name: 'Ош' },
    ]);
    expect((await report('codes', `merchant=${shop.id}`)).body.data).toMatchObject([
      { id: code, amount: money(250), store, till: null, status: 'active' },
    ]);
  });

  test('accounts by kind, and who did what', async () => {
    const payers = await report('accounts', `kind=payer&owner=${issuer.id}`);
    expect(payers.body.data.map(({ id }: { id: string }) => id)).toEqual([poor.account, rich.account]);
    const { body } = await report('audit', `subject=${shop.id}`);
    expect(body.data).toMatchObject([{ kind: 'merchant', action: 'POST /v1/centre/merchants' }]);
  });
});

describe('every report', () => {
  const plans = reports.flatMap((one) => {
    const usual: Query = one.filters.kind ? { kind: one.name === 'refunds' ? 'refund' : 'payment' } : {};
    const merchant = one.filters.merchant ? [[{ ...usual, merchant: 'm' }, 'of one merchant'] as const] : [];
    return [[usual, 'all of it'] as const, ...merchant].map(([query, what]) => ({
      one,
      query,
      what,
      name: one.name,
    }));
  });

  test.each(plans)('$name, $what: no page walks a table or sorts it', async ({ one, query }) => {
    const after = one.by ? undefined : ['z'];
    const statements = [pageOf(one, query, { limit: 20, after }), ...(one.by ? [totalsOf(one, query)] : [])];
    for (const { text, values } of statements) {
      const database = one.database === 'reports' ? testEnv.REPORTS : testEnv.DIRECTORY;
      const { results } = await database
        .prepare(`EXPLAIN QUERY PLAN ${text}`)
        .bind(...values)
        .all<{ detail: string }>();
      // Of sums: the mark, the hours and days there are, and what was found by them.
      const made = /^SCAN (CONSTANT ROW|folded|found|hours|days|sums)$/;
      const plan = results.map(({ detail }) => detail).filter((detail) => !made.test(detail));
      const walks = plan.filter((detail) => /^SCAN (?!\(?subquery)/i.test(detail));
      expect(walks, plan.join('\n')).toEqual([]);
      // Groups are sorted, since there are few; rows come in the order of their index.
      if (!one.by)
        expect(
          plan.filter((detail) => /TEMP B-TREE/.test(detail)),
          plan.join('\n'),
        ).toEqual([]);
    }
  });

  test.each([
    ['volumes', { merchant: 'm' }],
    ['volumes', { by: ['day'] }],
    ['positions', {}],
    ['fees', { merchant: 'm' }],
  ])('%s %j: sums by day and by hour are sought by whose they are, too', async (name, query) => {
    const one = reports.find((report) => report.name === name)!;
    const { text, values } = pageOf(one, query, { limit: 20 });
    const { results } = await testEnv.REPORTS.prepare(`EXPLAIN QUERY PLAN ${text}`)
      .bind(...values)
      .all<{ detail: string }>();
    const sought = results.map(({ detail }) => detail).filter((detail) => /merchant=\?/.test(detail));
    expect(sought).toEqual([
      'SEARCH rollup USING PRIMARY KEY (hour=? AND merchant=?)',
      'SEARCH rollup_day USING PRIMARY KEY (day=? AND merchant=?)',
    ]);
  });

  test('a page deep in a range of time seeks with one bound on either side, the nearest', () => {
    const at = (hour: number) => `2026-11-21T0${hour}:00:00Z`;
    const query = { kind: 'payment', 'created[gte]': at(1), 'created[lt]': at(5) };
    const boundsOf = (after: string[] | undefined) => {
      const { text, values } = pageOf(payments, query, { limit: 20, after });
      expect(text.match(/transfer\.id (>=|<) \?/g)).toEqual(['transfer.id >= ?', 'transfer.id < ?']);
      return values.slice(1, 3);
    };
    const began = (hour: number) => earliestTransferId('payment', Date.parse(at(hour)));
    expect(boundsOf(undefined)).toEqual([began(1), began(5)]);
    expect(boundsOf([began(3)])).toEqual([began(1), began(3)]);
  });

  test('CSV for people has their words above its columns, and for programs the names of fields', async () => {
    const heads = await Promise.all(
      ['', '&language=zh', '&language=en'].map(async (language) => {
        const { body } = await report('declines', `format=csv${language}`);
        return String(body)
          .replace(/^\uFEFF/, '')
          .split('\r\n')[0];
      }),
    );
    expect(heads).toEqual([
      'hour,day,participant,participant_name,merchant,merchant_name,refusal,count,sum,currency',
      '小时,营业日,参与方,参与方名称,商户,商户名称,拒绝原因,笔数,合计,币种',
      'Hour,Business day,Participant,Participant’s name,Merchant,Merchant’s name,Reason of refusal,Number,Sum,Currency',
    ]);
    expect((await report('declines', 'format=csv&language=xx')).body.code).toBe('request.invalid');
  });

  test.each(reports.map(({ name }) => name))(
    '%s says how fresh it is, and is the same as a file',
    async (name) => {
      const { body, status } = await report(name, 'limit=100');
      expect(status).toBe(200);
      expect(Date.parse(body.complete_up_to)).toBeLessThanOrEqual(Date.now());
      expect(Date.parse(body.complete_up_to)).toBeGreaterThan(Date.now() - 60_000);
      const lines = String((await report(name, 'format=jsonl')).body);
      const read = lines
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      expect(read.slice(0, 100)).toEqual(body.data);
      const text = String((await report(name, 'format=csv')).body).replace(/^\uFEFF/, '');
      const parsed = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
      expect(parsed.errors).toEqual([]);
      expect(parsed.data).toHaveLength(read.length);
    },
  );
});
