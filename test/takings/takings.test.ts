/** A merchant's day in figures: what was taken and given back, when, by whom and where. */
import { beforeAll, describe, expect, test } from 'vitest';
import { clockIn, newId, newTransferId } from '../../src/kernel/index.ts';
import { periodsOf, reportsOf } from '../../src/reports/index.ts';
import { adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay, type Shop } from '../support/town.ts';

interface Row {
  kind?: 'payment' | 'refund';
  status?: string;
  amount: number;
  tip?: number;
  at: string | number;
  person?: string;
  till?: string;
  store?: string;
  code?: string;
}

let sequence = 0;

/** Puts rows in as the projector does. */
async function insert(merchant: string, rows: Row[]): Promise<void> {
  const values = rows.map(({ at, kind = 'payment', status = 'completed', tip = 0, ...row }) => {
    const atMs = typeof at === 'number' ? at : Date.parse(at);
    return { ...row, kind, status, tip, at: atMs, id: newTransferId(kind, atMs, ++sequence) };
  });
  const names = ['id', 'kind', 'status', 'amount', 'tip', 'person', 'till', 'store', 'code'];
  await testEnv.REPORTS.prepare(
    `INSERT INTO transfer (debtor, creditor, creditor_stripe, currency, participant, merchant, created_at, ended_at,
       ${names.join(', ')})
     SELECT 'acc_1', 'acc_2', 0, 'KGS', 'par_1', ?1, value ->> 'at', value ->> 'at',
       ${names.map((name) => `value ->> '${name}'`).join(', ')} FROM json_each(?2)`,
  )
    .bind(merchant, JSON.stringify(values))
    .run();
}

const takings = async (shop: Shop, query: string, key = shop.key) =>
  (await get(`/v1/merchants/${shop.id}/takings?${query}`, key)).body;
const figures = ({ count, sum, refunds, net }: Awaited<ReturnType<typeof takings>>) => [
  count,
  sum.amount,
  refunds.count,
  refunds.sum.amount,
  net.amount,
];

beforeAll(migrate);

describe('a day that is over', () => {
  const [person, code] = [newId('operator', 1), newId('event', 1)];
  let shop: Shop;
  beforeAll(async () => {
    shop = await newShop();
    await insert(shop.id, [
      // Bishkek is six hours ahead: its 10th begins at six in the evening of the 9th.
      { amount: 1, at: '2026-03-09T17:59:59.999Z' },
      { amount: 100, at: '2026-03-09T18:00:00.000Z', till: 'til_a', store: 'sto_a', person },
      { amount: 250, tip: 50, at: '2026-03-10T04:30:00Z', till: 'til_a', store: 'sto_a' },
      { amount: 400, at: '2026-03-10T04:59:59.999Z', till: 'til_b', store: 'sto_a', code },
      { amount: 900, at: '2026-03-10T17:59:59.999Z' },
      { amount: 999, at: '2026-03-10T05:00:00Z', status: 'declined' },
      { kind: 'refund', amount: 30, at: '2026-03-10T06:00:00Z', till: 'til_a', store: 'sto_a', person },
      { kind: 'refund', amount: 77, at: '2026-03-10T06:00:00Z', status: 'declined' },
      { amount: 5, at: '2026-03-10T18:00:00.000Z' },
    ]);
    await insert(newId('merchant', 1), [{ amount: 7_000, at: '2026-03-10T05:00:00Z' }]);
  });

  test('is that of the merchant’s clocks, and compared with all of the day before', async () => {
    const day = await takings(shop, 'date=2026-03-10');
    expect(day).toMatchObject({
      date: '2026-03-10',
      time_zone: 'Asia/Bishkek',
      from: '2026-03-09T18:00:00.000Z',
      to: '2026-03-10T18:00:00.000Z',
      complete_up_to: '2026-03-10T18:00:00.000Z',
      before: { date: '2026-03-09', from: '2026-03-08T18:00:00.000Z', to: '2026-03-09T18:00:00.000Z' },
    });
    expect(figures(day.takings)).toEqual([4, 1_650, 1, 30, 1_620]);
    expect(day.takings.tips).toEqual({ amount: 50, currency: 'KGS' });
    expect(figures(day.before)).toEqual([1, 1, 0, 0, 1]);
  });

  test('in another zone is another day', async () => {
    const day = await takings(shop, 'date=2026-03-10&zone=UTC');
    expect(figures(day.takings)).toEqual([4, 1_555, 1, 30, 1_525]);
    expect(figures(day.before)).toEqual([2, 101, 0, 0, 101]);
  });

  test('has 24 hours, that add up', async () => {
    const { by_hour: hours, takings: all } = await takings(shop, 'date=2026-03-10');
    expect(hours.map(({ hour }: { hour: number }) => hour)).toEqual(
      Array.from({ length: 24 }, (_, hour) => hour),
    );
    const taken = hours.flatMap((row: never) =>
      figures(row)[0] ? [[(row as { hour: number }).hour, figures(row)[1]]] : [],
    );
    expect(taken).toEqual([
      [0, 100],
      [10, 650],
      [23, 900],
    ]);
    expect(hours[12].refunds).toEqual({ count: 1, sum: { amount: 30, currency: 'KGS' } });
    const sums: number[] = hours.map(({ net }: { net: { amount: number } }) => net.amount);
    expect(sums.reduce((sum, net) => sum + net)).toBe(all.net.amount);
  });

  test('is divided by person, till, store and code, the highest first', async () => {
    const day = await takings(shop, 'date=2026-03-10');
    const groups = (name: string) =>
      day[name].map((group: never) => [(group as { id: string }).id, ...figures(group)]);
    expect(groups('by_till')).toEqual([
      [null, 1, 900, 0, 0, 900],
      ['til_b', 1, 400, 0, 0, 400],
      ['til_a', 2, 350, 1, 30, 320],
    ]);
    expect(groups('by_store')).toEqual([
      [null, 1, 900, 0, 0, 900],
      ['sto_a', 3, 750, 1, 30, 720],
    ]);
    expect(groups('by_person')).toEqual([
      [null, 3, 1_550, 0, 0, 1_550],
      [person, 1, 100, 1, 30, 70],
    ]);
    expect(groups('by_code')).toEqual([
      [null, 3, 1_250, 1, 30, 1_220],
      [code, 1, 400, 0, 0, 400],
    ]);
  });

  test.each([
    ['Europe/Berlin', '2025-03-30', 23],
    ['Europe/Berlin', '2025-10-26', 25],
    ['Asia/Bishkek', '2025-03-30', 24],
  ])('in %s the %s has %i hours', async (zone, date, hours) => {
    const { from, to, by_hour: rows } = await takings(shop, `date=${date}&zone=${zone}`);
    expect(Date.parse(to) - Date.parse(from)).toBe(hours * 3_600_000);
    expect(rows).toHaveLength(24);
  });

  test.each(['date=2026-02-30', 'date=yesterday', 'date=1999-12-31', 'zone=Mars', 'zone='])(
    '%s is refused',
    async (query) => {
      expect((await get(`/v1/merchants/${shop.id}/takings?${query}`, shop.key)).body.code).toBe(
        'request.invalid',
      );
    },
  );
});

describe('today', () => {
  test('is compared with the same time of yesterday', async () => {
    const shop = await newShop();
    const nowMs = Date.now();
    // Wherever it is noon now, an hour more or less is the same day.
    const zone = zoneWhereItIsNoon(nowMs);
    const [dayMs, hourMs] = [86_400_000, 3_600_000];
    await insert(shop.id, [
      { amount: 10, at: nowMs - hourMs },
      { amount: 20, at: nowMs - dayMs - hourMs },
      { amount: 40, at: nowMs - dayMs + hourMs },
    ]);
    const day = await takings(shop, `zone=${zone}`);
    expect(figures(day.takings)).toEqual([1, 10, 0, 0, 10]);
    expect(figures(day.before)).toEqual([1, 20, 0, 0, 20]);
    expect(Date.parse(day.to) - Date.parse(day.from)).toBe(
      Date.parse(day.before.to) - Date.parse(day.before.from),
    );
  });

  test('shows what was paid a moment ago, by name; a cashier sees its own till', async () => {
    const issuer = await newIssuer();
    const payer = await newPayer(issuer, 100_000);
    const shop = await newShop();
    const stores = `/v1/centre/merchants/${shop.id}/stores`;
    const store = (await post(stores, adminKey, { name: 'Ош базары' })).body.id;
    const tillAt = async (name: string) => {
      const { id } = (await post(`${stores}/${store}/tills`, adminKey, { name })).body;
      const wish = { owner: shop.id, role: 'cashier', till: id };
      return { id, name, cashier: (await post('/v1/centre/keys', adminKey, wish)).body.api_key as string };
    };
    const [first, second] = [await tillAt('Касса 1'), await tillAt('Касса 2')];
    for (const [till, amount] of [
      [first, 1_000],
      [second, 3_000],
    ] as const) {
      const order = await newOrder({ ...shop, key: till.cashier }, amount);
      const payment = await pay(issuer, payer, { payload: order.qr.payload });
      const back = `/v1/merchants/${shop.id}/payments/${payment.body.id}/refunds`;
      await post(back, till.cashier, { amount: amount / 10 }, freshKey());
    }
    // However late it is, what was paid began today or, just now, yesterday: the day of its merchant's clocks.
    const { day: date } = clockIn('Asia/Bishkek', Date.now() - 60_000);
    const seen = async (key: string) => {
      const [one, next] = [await takings(shop, `date=${date}`, key), await takings(shop, '', key)];
      return next.date === one.date ? [one] : [one, next];
    };
    const sumOf = (days: { takings: { net: { amount: number } } }[]) =>
      days.reduce((sum, { takings: { net } }) => sum + net.amount, 0);
    await until(
      () => seen(shop.key),
      (days) => sumOf(days) === 3_600,
    );
    expect(sumOf(await seen(first.cashier))).toBe(900);
    expect(sumOf(await seen(second.cashier))).toBe(2_700);
    const tills = (await seen(shop.key)).flatMap(({ by_till: groups }) => groups);
    expect(tills.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['Касса 1', 'Касса 2']),
    );
  });
});

test('nothing but the rows of the day is read: no table is walked', async () => {
  const plans: string[] = [];
  const explaining = {
    prepare: (query: string) => {
      const plan = testEnv.REPORTS.prepare(`EXPLAIN QUERY PLAN ${query}`);
      return {
        bind: (...values: unknown[]) => ({
          async all() {
            const { results } = await plan.bind(...values).all<{ detail: string }>();
            plans.push(...results.map(({ detail }) => detail));
            return { results: [] };
          },
        }),
      };
    },
  } as unknown as D1Database;
  const [merchant, fromMs, beforeMs] = [newId('merchant', 1), 1, 2];
  const { takings: read } = reportsOf(periodsOf({ REPORTS: explaining }));
  for (const only of [undefined, { person: newId('operator', 1) }, { till: newId('till', 1) }]) {
    await read({ merchant, fromMs, beforeMs, only });
  }
  const tables = plans.filter((step) => /\btransfer\b/.test(step));
  expect(tables).toHaveLength(6);
  for (const step of tables) {
    expect(step).toMatch(
      /^SEARCH transfer USING INDEX transfer_(?:merchant|person) \(\w+=\? AND id>\? AND id<\?\)$/,
    );
  }
});

/** A zone of whole hours in which it is between noon and one now. */
function zoneWhereItIsNoon(atMs: number): string {
  const ahead = 12 - new Date(atMs).getUTCHours();
  // POSIX counts the other way.
  return ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
