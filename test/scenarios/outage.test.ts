/**
 * The databases are down for minutes. Money does not need them: whoever is known goes on paying, others are
 * told to try again, nothing is lost, and the reports catch up.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
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

const minuteMs = 60_000;

let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let staticQr: string;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer);
  shop = await newShop();
  staticQr = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr.payload;
});

const realNow = Date.now;
let aheadMs = 0;
beforeEach(() => {
  aheadMs = 0;
  Date.now = () => realNow() + aheadMs;
});
afterEach(async () => {
  Date.now = realNow;
  for (const database of down.splice(0))
    await renamed(database, (name) => name.slice('down_'.length), 'down_');
});

const down: D1Database[] = [];

/** Nothing it is asked can be answered: its tables are called something else. */
async function goDown(...databases: D1Database[]): Promise<void> {
  for (const database of databases) {
    down.push(database);
    await renamed(database, (name) => `down_${name}`);
  }
}

async function renamed(database: D1Database, to: (name: string) => string, prefix = ''): Promise<void> {
  const { results } = await database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_cf%'",
    )
    .all<{ name: string }>();
  const names = results.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  await database.batch(names.map((name) => database.prepare(`ALTER TABLE ${name} RENAME TO ${to(name)}`)));
}

const up = async () => {
  for (const database of down.splice(0))
    await renamed(database, (name) => name.slice('down_'.length), 'down_');
};

const balanceOf = async () =>
  (await get(`/v1/accounts/${payer.account}`, issuer.key)).body.balance.amount as number;

/** Everything the payments need was asked for a moment ago. */
const warm = async () => {
  expect((await pay(issuer, payer, { payload: staticQr, amount: 1 })).body.status).toBe('completed');
};

const rowOf = (id: string) =>
  testEnv.REPORTS.prepare('SELECT status FROM transfer WHERE id = ?').bind(id).first<string>('status');

test('both are down for minutes: those who are known pay orders and printed codes, and all of it is reported later', async () => {
  await warm();
  const before = await balanceOf();
  await goDown(testEnv.DIRECTORY, testEnv.REPORTS);
  const paid: string[] = [];
  for (let minute = 1; minute <= 4; minute++) {
    aheadMs = minute * minuteMs;
    const order = await newOrder(shop, 200);
    for (const body of [{ payload: staticQr, amount: 100 }, { payload: order.qr.payload }]) {
      const answer = await pay(issuer, payer, body);
      expect(answer.status).toBe(201);
      expect(answer.body.status).toBe('completed');
      paid.push(answer.body.id);
    }
    const found = await get(`/v1/merchants/${shop.id}/orders/${order.id}`, shop.key);
    expect(found.body).toMatchObject({ status: 'paid', payment: { id: paid.at(-1) } });
  }
  // What is asked of the reports themselves is refused, and says that a repeat is safe.
  const report = await get('/v1/centre/reports/payments', adminKey);
  expect(report.body).toMatchObject({ code: 'switch.error', retryable: true });

  await up();
  expect(await balanceOf()).toBe(before - 4 * 300);
  // The sweeper comes every minute.
  await switchOf(testEnv).scheduled('* * * * *');
  for (const id of paid)
    await until(
      () => rowOf(id),
      (status) => status === 'completed',
    );
});

describe('refused clearly, with nothing half done', () => {
  test('a key or an account that nobody has used lately', async () => {
    const newcomer = await newIssuer();
    const stranger = await newPayer(issuer, 0);
    await warm();
    const before = await balanceOf();
    await goDown(testEnv.DIRECTORY);
    const body = { payload: staticQr, amount: 1 };
    for (const answer of [await pay(newcomer, payer, body), await pay(issuer, stranger, body)]) {
      expect(answer.status).toBe(500);
      expect(answer.body).toMatchObject({ code: 'switch.error', retryable: true });
    }
    await up();
    expect(await balanceOf()).toBe(before);
    expect((await pay(issuer, stranger, body)).body.refusal.code).toBe('payment.insufficient_funds');
  });

  test('everybody, when it lasts too long for what is known to be trusted; a repeat later is paid', async () => {
    await warm();
    const before = await balanceOf();
    await goDown(testEnv.DIRECTORY);
    aheadMs = 6 * minuteMs;
    const key = freshKey();
    const body = { payload: staticQr, amount: 70 };
    const path = `/v1/accounts/${payer.account}/payments`;
    const refused = await post(path, issuer.key, body, key);
    expect(refused.status).toBe(500);
    expect(refused.body).toMatchObject({ code: 'switch.error', retryable: true });
    await up();
    expect(await balanceOf()).toBe(before);
    expect((await post(path, issuer.key, body, key)).body.status).toBe('completed');
    expect(await balanceOf()).toBe(before - 70);
  });
});
