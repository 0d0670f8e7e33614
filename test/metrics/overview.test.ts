/** What staff and their screens are told of the switch at work, over HTTP, and that it reads no payments for it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { busiest, periodsOf, reportsOf } from '../../src/reports/index.ts';
import { adminKey, get, migrate, newIsolate, post, testEnv, until } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, newStaffKey, pay } from '../support/town.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read freely by tests
type Json = any;

let issuer: Awaited<ReturnType<typeof newIssuer>>;
let shop: Awaited<ReturnType<typeof newShop>>;
let position: string;

/** As an isolate sees it that has just come to life: what others remember for seconds is not in the way. */
const looked = async (key = adminKey): Promise<Json> =>
  (await newIsolate()('GET', '/v1/centre/overview', { key })).body;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer('Нарын банк');
  shop = await newShop({ name: 'Кымыз дүкөнү' });
  const payer = await newPayer(issuer, 2_000);
  for (const amount of [500, 600, 90_000]) {
    await pay(issuer, payer, { payload: (await newOrder(shop, amount)).qr.payload });
  }
  position = (
    await post('/v1/centre/positions', adminKey, { participant: issuer.id, currency: 'KGS', cap: 1_000 })
  ).body.account;
  await until(
    () => reportsOf(periodsOf(testEnv)).figures(),
    ({ transfers }) =>
      transfers.filter(({ kind }) => kind === 'payment').reduce((sum, { count }) => sum + count, 0) === 3,
  );
});

describe('the overview', () => {
  test('of a new switch counts what happened since it began', async () => {
    const seen = await looked();
    expect(seen.hour).toMatchObject({ completed: 2, refused: 1, success_percent: 66.7 });
    expect(seen.hour.refusals).toEqual([{ code: 'payment.insufficient_funds', count: 1 }]);
    expect(seen.payments_per_minute).toBe(3);
    expect(seen.minutes).toMatchObject([{ completed: 2, refused: 1 }]);
  });

  test('says who pays and who is refused, with names', async () => {
    const seen = await looked(await newStaffKey('analyst'));
    expect(seen.busiest.issuers).toEqual([{ id: issuer.id, name: 'Нарын банк', completed: 2, refused: 1 }]);
    expect(seen.busiest.merchants).toEqual([{ id: shop.id, name: 'Кымыз дүкөнү', completed: 2, refused: 1 }]);
  });

  test('shows positions against their caps', async () => {
    expect((await looked()).positions).toEqual([
      {
        ...{ account: position, participant: issuer.id, name: 'Нарын банк', used_percent: 0 },
        balance: { amount: 0, currency: 'KGS' },
        cap: { amount: 1_000, currency: 'KGS' },
      },
    ]);
  });

  test('says what is late, and what waits for people', async () => {
    await switchOf(testEnv).scheduled('* * * * *');
    await testEnv.REPORTS.batch([
      testEnv.REPORTS.prepare('UPDATE watermark SET position = position - 2 WHERE position > 2'),
      ...['open', 'open', 'proposed', 'resolved'].map((status, index) =>
        testEnv.REPORTS.prepare(
          `INSERT INTO difference (id, file, participant, type, status, "action", currency, created_at, history)
           VALUES (?, 'pfl_1', 'par_1', 'amount', ?, 'wait', 'KGS', 0, '[]')`,
        ).bind(`dif_${index}`, status),
      ),
    ]);
    const seen = await looked();
    expect(seen.outbox.entries_behind).toBeGreaterThan(0);
    expect(seen.open_transfers).toMatchObject({ count: expect.any(Number) });
    expect(seen.differences).toBe(3);
    expect(seen.callbacks).toEqual({ retrying: 0, parked: 0, oldest_at: null });
  });

  test('is the same for all who watch within seconds', async () => {
    const [first, second] = [
      await get('/v1/centre/overview', adminKey),
      await get('/v1/centre/overview', adminKey),
    ];
    expect(second.body.minutes).toEqual(first.body.minutes);
  });
});

test('who pays is read from two hours of sums, however many there are', async () => {
  await testEnv.REPORTS.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     INSERT INTO rollup (hour, merchant, participant, kind, currency, status, refusal, count, sum, tips, name)
     SELECT 1, 'mch_' || i, 'par_x', 'payment', 'KGS', 'completed', '', 1000, 1, 0, 'M' FROM n`,
  ).run();
  let rowsRead = 0;
  const counted = new Proxy(testEnv.REPORTS, {
    get: (database, name) =>
      name === 'batch'
        ? async (statements: D1PreparedStatement[]) => {
            const results = await database.batch(statements);
            for (const { meta } of results) rowsRead += meta.rows_read;
            return results;
          }
        : Reflect.get(database, name).bind(database),
  });
  await busiest(periodsOf({ REPORTS: counted }), Date.now() - 3_600_000, 10);
  expect(rowsRead).toBeGreaterThan(0);
  expect(rowsRead).toBeLessThan(40);
});
