/** Whatever people hold in their hands leads to what it is of, over HTTP. */
import { beforeAll, describe, expect, test } from 'vitest';
import { earliestTransferId, exampleId, newTransferId } from '../../src/kernel/index.ts';
import { findTransfers, transfersReferred } from '../../src/reports/index.ts';
import { referredQueries } from '../../src/reports/search.ts';
import { newStaffPerson } from '../support/people.ts';
import { adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newShop,
  newStaffKey,
  pay,
  type Shop,
} from '../support/town.ts';

const day = 86_400_000;
let issuer: Issuer;
let shop: Shop;
let account: string;
let order: string;
let payment: string;
let refund: string;

const search = async (text: string, key = adminKey, more: object = {}) =>
  (await post('/v1/centre/search', key, { text, ...more })).body;
const found = async (text: string, key = adminKey) =>
  (await search(text, key)).data.map(({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`);

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer('Токтогул банк');
  shop = await newShop({ name: 'Жибек Жолу дүкөнү' });
  ({ account } = await newPayer(issuer, 100_000));
  await post(`/v1/accounts/${account}/holder`, issuer.key, { phone: '+996700112233', name: 'Бегимай' });
  await post('/v1/callback-endpoints', shop.key, {
    url: 'https://receiver.example/hook',
    types: ['order.expired'],
  });
  const made = await newOrder(shop, 7_321, { reference: 'R-81' });
  order = made.id;
  payment = (await pay(issuer, { account }, { payload: made.qr.payload, reference: 'W-82' })).body.id;
  refund = (
    await post(`/v1/merchants/${shop.id}/payments/${payment}/refunds`, shop.key, { amount: 55 }, freshKey())
  ).body.id;
  await until(
    () => found(refund),
    (hits) => hits.length === 1,
  );
});

describe('an id', () => {
  test('of a payment or its refund leads to the payment', async () => {
    expect((await search(payment)).data).toEqual([
      {
        ...{ kind: 'payment', id: payment, payment, status: 'completed', name: 'Жибек Жолу дүкөнү' },
        ...{ owner: null, amount: { amount: 7_321, currency: 'KGS' }, references: ['R-81', 'W-82'] },
        ...{ order: null, at: expect.any(String) },
      },
    ]);
    expect((await search(refund)).data).toMatchObject([{ kind: 'refund', id: refund, payment }]);
  });

  test('of an order leads to it, whether anybody has paid it or not', async () => {
    const unpaid = await newOrder(shop, 9_900, { reference: 'R-82' });
    for (const role of ['admin', 'officer', 'analyst', 'support'] as const) {
      const answer = await search(unpaid.id, await newStaffKey(role));
      expect(answer, role).toMatchObject({ silent_books: 0, next_cursor: null });
      expect(answer.data, role).toEqual([
        {
          ...{ kind: 'order', id: unpaid.id, order: unpaid.id, owner: shop.id, name: 'Жибек Жолу дүкөнү' },
          ...{ status: 'open', amount: { amount: 9_900, currency: 'KGS' }, references: ['R-82'] },
          ...{ payment: null, at: unpaid.created_at },
        },
      ]);
    }
    expect((await search(order)).data).toMatchObject([{ kind: 'order', status: 'paid', payment }]);
  });

  test('of an event leads to what it tells of', async () => {
    const events = await until(
      () => get(`/v1/events?owner=${shop.id}`, adminKey),
      ({ body }) => body.data.length >= 3,
    );
    for (const { id, type, object } of events.body.data) {
      const wanted = object.startsWith('ord_') ? { order: object, payment: null } : { order: null, payment };
      expect((await search(id)).data).toMatchObject([{ kind: 'event', id, name: type, ...wanted }]);
    }
  });

  test('of what the directory has leads to it', async () => {
    expect((await search(shop.id)).data).toMatchObject([
      { kind: 'merchant', id: shop.id, name: 'Жибек Жолу дүкөнү', status: 'active' },
    ]);
    expect(await found(issuer.id)).toEqual([`participant ${issuer.id}`]);
    expect((await search(account)).data).toMatchObject([{ kind: 'account', id: account, owner: issuer.id }]);
    const { body } = await get('/v1/centre/keys', adminKey);
    expect(await found(body.data[0].id)).toEqual([`key ${body.data[0].id}`]);
  });

  test.each([
    ['that nobody has', () => newTransferId('payment', Date.now(), 3)],
    ['of a kind that is not kept', () => exampleId('session')],
    ['of an event that never was', () => exampleId('event')],
    ['of an order that was never made', () => exampleId('order')],
  ])('%s leads nowhere', async (_, id) => expect((await search(id())).data).toEqual([]));
});

describe('what is not an id', () => {
  test.each(['W-82', '73.21', '73,21', '73.21 '])('%s finds the payment', async (text) => {
    expect(await found(text)).toEqual([`payment ${payment}`]);
  });

  test('a reference is found whatever its age, or within the times that were asked for', async () => {
    const [{ at }] = (await search('W-82')).data;
    expect(await search('W-82')).toMatchObject({ payments_since: null, more_by_reference: false });
    const year = 365 * 86_400_000;
    const began = Date.parse(at) - year;
    await testEnv.REPORTS.prepare(
      `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant,
         reference, order_reference, created_at)
       VALUES (?1, 'payment', 'completed', 5, 0, 'KGS', 'a', 'b', 0, 'p', 'old', 'old', ?2)`,
    )
      .bind(earliestTransferId('payment', began), began)
      .run();
    const old = `payment ${earliestTransferId('payment', began)}`;
    expect(await found('old')).toEqual([old]);
    const { data } = await search('old', adminKey, { 'created[gte]': at });
    expect(data).toEqual([]);
  });

  test('the merchant’s reference finds what was given back, too', async () => {
    expect(await found('R-81')).toEqual([`refund ${refund}`, `payment ${payment}`, `order ${order}`]);
  });

  test('a reference finds orders nobody has paid, within the times that are asked for', async () => {
    const made = await newOrder(shop, 600, { reference: 'unpaid' });
    expect(await found('unpaid')).toEqual([`order ${made.id}`]);
    const later = new Date(Date.parse(made.created_at) + 1_000).toISOString();
    expect(await search('unpaid', adminKey, { 'created[gte]': later })).toMatchObject({ data: [] });
    expect(await search('unpaid', adminKey, { 'created[lt]': '2026-01-01T00:00:00Z' })).toMatchObject({
      data: [],
    });
  });

  test('a reference that many orders have finds the newest, and says that there are more', async () => {
    const made = await Promise.all(
      Array.from({ length: 21 }, () => newOrder(shop, 650, { reference: 'often' })),
    );
    const answer = await search('often');
    expect(answer).toMatchObject({ more_by_reference: true, silent_books: 0 });
    const newest = made
      .map(({ id }: { id: string }) => id)
      .sort()
      .slice(1);
    expect(answer.data.map(({ id }: { id: string }) => id).sort()).toEqual(newest);
  });

  test('an amount finds refunds, too, of the times that were asked for', async () => {
    expect(await found('0.55')).toEqual([`refund ${refund}`]);
    const earlier = await search('0.55', adminKey, { 'created[lt]': '2026-01-01T00:00:00Z' });
    expect(earlier).toMatchObject({
      data: [],
      payments_since: '1970-01-01T00:00:00.000Z',
      next_cursor: null,
    });
  });

  test('an amount is looked for since yesterday, then further back, to the first payment there is', async () => {
    const began = Date.parse('2025-03-01T00:00:00Z');
    const old = earliestTransferId('payment', began);
    await testEnv.REPORTS.prepare(
      `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant, created_at)
       VALUES (?1, 'payment', 'completed', 55, 0, 'KGS', 'a', 'b', 0, 'p', ?2)`,
    )
      .bind(old, began)
      .run();
    const first = await search('0.55');
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual([refund]);
    const agoMs = Date.now() - Date.parse(first.payments_since);
    expect(agoMs).toBeGreaterThanOrEqual(day);
    expect(agoMs).toBeLessThan(2 * day + 60_000);
    const further = await search('0.55', adminKey, { cursor: first.next_cursor });
    expect(further).toMatchObject({ data: [{ id: old }], next_cursor: null });
    const range = { 'created[gte]': '2025-03-01T00:00:00Z', 'created[lt]': '2025-03-02T00:00:00Z' };
    expect(await search('0.55', adminKey, range)).toMatchObject({
      ...{ data: [{ id: old }], payments_since: '2025-03-01T00:00:00.000Z', next_cursor: null },
    });
  });

  test.each(['x', 'bm90IGEgY3Vyc29y'])('the cursor %s is refused', async (cursor) => {
    expect(await post('/v1/centre/search', adminKey, { text: '0.55', cursor })).toMatchObject({
      ...{ status: 422, body: { code: 'request.invalid' } },
    });
  });

  test('a part of a name finds merchants and participants', async () => {
    expect(await found('жибек')).toEqual([`merchant ${shop.id}`]);
    expect(await found('Токтогул')).toEqual([`participant ${issuer.id}`]);
  });

  test('a phone finds the accounts of whose it is, for those who may see people', async () => {
    for (const role of ['admin', 'officer', 'support'] as const) {
      const key = await newStaffKey(role);
      expect(await found('+996 700 11-22-33', key), role).toEqual([`account ${account}`]);
      expect(JSON.stringify(await search('996700112233', key))).not.toContain('Бегимай');
    }
    expect(await found('+996700112233', await newStaffKey('analyst'))).toEqual([]);
    expect(await found('+996700112234')).toEqual([]);
  });

  test('who looked for a person is in the audit log, what they looked for is not', async () => {
    const answer = await post('/v1/centre/search', adminKey, { text: '+996700112233' });
    const request = answer.headers.get('x-request-id');
    const { body } = await get(`/v1/audit?request=${request}`, adminKey);
    expect(body.data).toMatchObject([{ actor: 'centre', after: { found: [account] } }]);
    expect(JSON.stringify(body.data)).not.toContain('700112233');
    const plain = await post('/v1/centre/search', adminKey, { text: 'W-82' });
    const none = await get(`/v1/audit?request=${plain.headers.get('x-request-id')}`, adminKey);
    expect(none.body.data).toEqual([]);
  });

  test('an e-mail address finds the person', async () => {
    const { id } = await newStaffPerson('support');
    const email = await testEnv.DIRECTORY.prepare('SELECT email FROM operator WHERE id = ?')
      .bind(id)
      .first('email');
    expect(await found(String(email))).toEqual([`operator ${id}`]);
    expect(await found(String(email), await newStaffKey('analyst'))).toEqual([]);
  });

  test.each(["' OR '1'='1", '%', '<script>', '🙂'])('%s finds nothing and harms nothing', async (text) => {
    expect((await search(text)).data).toEqual([]);
  });

  test.each([[''], ['x'.repeat(201)], [7]])('%s is refused', async (text) => {
    expect(await post('/v1/centre/search', adminKey, { text })).toMatchObject({ status: 422 });
  });
});

test('in an address it finds the same, but nobody by phone or e-mail', async () => {
  const asked = (text: string) => get(`/v1/centre/search?${new URLSearchParams({ text })}`, adminKey);
  expect((await asked('W-82')).body).toEqual(await search('W-82'));
  for (const text of ['+996700112233', 'somebody@shop.kg']) {
    expect(await asked(text)).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  }
});

test('it looks through so many rows at most, and says how far it came', async () => {
  const database = testEnv.REPORTS;
  const begin = Date.parse('2025-05-01T00:00:00Z');
  // A payment each second, more than are looked through at once.
  await database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 119999)
       INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant,
         reference, created_at)
       SELECT substr(?1, 1, 4) || printf('%09d', i) || '000000000000000', 'payment', 'completed', iif(i = 7, 77, 1), 0, 'KGS', 'a', 'b',
         0, 'p', iif(i = 7, 'deep', NULL), ?2 + i * 1000 FROM n`,
    )
    .bind(earliestTransferId('payment', 0), begin)
    .run();
  const whole = (from: string, before: string) => [{ database, from, before }];
  const range = { fromMs: 0, beforeMs: begin };
  const wanted = [{ minor: 77, currency: 'KGS' }];
  const first = await findTransfers(whole, wanted, range, 5);
  expect(first).toMatchObject({ rows: [], cursor: expect.any(String) });
  expect(first.sinceMs).toBeGreaterThan(0);
  const second = await findTransfers(whole, wanted, { ...range, cursor: first.cursor! }, 5);
  expect(second).toMatchObject({ rows: [{ reference: 'deep' }], sinceMs: 0, cursor: null });
  // What has a reference is found by it, however deep it lies.
  expect(await transfersReferred(whole, 'deep', range, 5)).toEqual(second.rows);
});

test('page by page every payment and refund of an amount is shown once, newest first', async () => {
  const database = testEnv.REPORTS;
  const begin = Date.parse('2024-05-01T00:00:00Z');
  const made = Array.from({ length: 40 }, (_, index) => {
    // Three of them at once, and payments and refunds by turns.
    const kind = index % 3 === 0 ? 'refund' : 'payment';
    return { id: newTransferId(kind, begin + Math.floor(index / 3) * 1_000, index), kind };
  });
  await database
    .prepare(
      `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant, created_at)
       SELECT value ->> 'id', value ->> 'kind', 'completed', 91, 0, 'KGS', 'a', 'b', 0, 'p', ?2 FROM json_each(?1)`,
    )
    .bind(JSON.stringify(made), begin)
    .run();
  const whole = (from: string, before: string) => [{ database, from, before }];
  const range = { fromMs: begin, beforeMs: begin + day };
  const shown: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await findTransfers(whole, [{ minor: 91, currency: 'KGS' }], { ...range, cursor }, 7);
    shown.push(...page.rows.map(({ id }) => id));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  expect(shown).toEqual(made.map(({ id }) => id).toReversed());
});

test.each(referredQueries)('%s reads what has this reference, and nothing else', async (query) => {
  const { results } = await testEnv.REPORTS.prepare(`EXPLAIN QUERY PLAN ${query}`)
    .bind('R-81', 'pay_', 'pay_z', 5)
    .all<{ detail: string }>();
  expect(results.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(
      /^SEARCH transfer USING INDEX transfer_\w*reference \(\w*reference=\? AND id>\? AND id<\?\)$/,
    ),
  ]);
});
