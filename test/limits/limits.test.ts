/** Limit rules over the API: made, changed, retired, told to books, and tried on what was paid already. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { newId } from '../../src/kernel/index.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { ruleTeller } from '../../src/limits/index.ts';
import { type Answer, adminKey, get, migrate, post, testAct, testEnv, until } from '../support/switch.ts';
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

const path = '/v1/centre/limit-rules';
let issuer: Issuer;

// Noon, as it were: no business day ends while these tests run.
const noonMs = Date.parse('2031-05-15T06:00:00Z');
const day = '2031-05-15';

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: noonMs });
  await migrate();
  issuer = await newIssuer();
});
afterAll(() => void vi.useRealTimers());

const limit = (more: object) => ({
  scope: 'account',
  currency: 'KGS',
  direction: 'out',
  measure: 'day_sum',
  threshold: 1_000,
  ...more,
});
// Time passes only here, a second at a time.
const tick = () => void vi.setSystemTime(Date.now() + 1_000);
const made = async (more: object) => {
  tick();
  const answer = await post(path, adminKey, { rule: limit(more), reason: 'a test' });
  expect([answer.status, answer.body.books_left]).toEqual([201, 0]);
  return answer.body;
};
const changed = (id: string, version: number, verb: string, more: object = {}) =>
  post(`${path}/${id}/${verb}`, adminKey, { version, reason: 'a test', ...more });
const said = ({ body }: Answer): string => body.refusal?.code ?? body.code ?? body.status;
const buy = async (payer: Payer, shop: Shop, amount: number) => {
  tick();
  return pay(issuer, payer, { payload: (await newOrder(shop, amount)).qr.payload });
};
/** Until the reports have a payer's payments. */
const reported = (count: number, query: string) =>
  until(
    () => get(`/v1/centre/reports/payments?status=completed&limit=100&${query}`, adminKey),
    ({ body }) => body.data.length >= count,
  );

describe('a rule', () => {
  test('is in force as soon as it is made, changed or retired, and every version stays', async () => {
    const [shop, payer] = [await newShop(), await newPayer(issuer)];
    const rule = await made({ subject: payer.account });
    expect(said(await buy(payer, shop, 1_001))).toBe('limit.day_sum');
    expect(said(await buy(payer, shop, 900))).toBe('completed');
    expect(await changed(rule.id, 1, 'change', { threshold: 1_200 })).toMatchObject({
      status: 200,
      body: { version: 2, threshold: 1_200, books_left: 0 },
    });
    expect(said(await buy(payer, shop, 301))).toBe('limit.day_sum');
    expect(said(await buy(payer, shop, 300))).toBe('completed');
    expect((await changed(rule.id, 2, 'retire')).body).toMatchObject({ version: 3, status: 'retired' });
    expect(said(await buy(payer, shop, 1))).toBe('completed');
    const versions = (await get(`${path}/${rule.id}/versions`, adminKey)).body;
    expect(
      versions.data.map(({ version, threshold, status }: never) => [version, threshold, status]),
    ).toEqual([
      [3, 1_200, 'retired'],
      [2, 1_200, 'active'],
      [1, 1_000, 'active'],
    ]);
    const audit = (await get(`/v1/audit?subject=${versions.data[1].version_id}`, adminKey)).body.data;
    expect(audit).toMatchObject([
      { kind: 'limit_rule', reason: 'a test', after: { rule: rule.id, version: 2, threshold: 1_200 } },
    ]);
  });

  test('is changed by one of those who read the same version', async () => {
    const { id } = await made({ subject: (await newPayer(issuer, 0)).account });
    const answers = await Promise.all([1, 2, 3].map((threshold) => changed(id, 1, 'change', { threshold })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(said(await changed(id, 1, 'retire'))).toBe('limit_rule.changed');
    await changed(id, 2, 'retire');
    expect(said(await changed(id, 3, 'change', { threshold: 5 }))).toBe('limit_rule.not_found');
  });

  test('is listed as it is now, in pages', async () => {
    const one = await made({ currency: 'CNY', threshold: 1 });
    const two = await made({ currency: 'CNY', threshold: 2 });
    await changed(one.id, 1, 'change', { threshold: 7 });
    const first = (await get(`${path}?limit=1`, adminKey)).body;
    const second = (await get(`${path}?limit=1&cursor=${first.next_cursor}`, adminKey)).body;
    expect(new Set([first.data[0].id, second.data[0].id])).toEqual(new Set([one.id, two.id]));
    expect((await get(`${path}/${one.id}`, adminKey)).body).toMatchObject({ version: 2, threshold: 7 });
    await changed(one.id, 2, 'retire');
    await changed(two.id, 1, 'retire');
    const retired = (await get(`${path}?status=retired&limit=100`, adminKey)).body.data;
    expect(retired.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([one.id, two.id]));
    expect(said(await get(`${path}/${newId('limitRule', Date.now())}`, adminKey))).toBe(
      'limit_rule.not_found',
    );
  });

  test.each<[string, object, string]>([
    ['of the wrong kind of subject', { subject: newId('merchant', 0) }, 'request.invalid'],
    ['of an account nobody knows', { subject: newId('account', 0) }, 'account.not_found'],
    [
      'of a till nobody knows',
      { scope: 'till', direction: 'in', subject: newId('till', 0) },
      'till.not_found',
    ],
    ['of what a till pays', { scope: 'till' }, 'request.invalid'],
    ['of what a participant takes', { scope: 'participant', direction: 'in' }, 'request.invalid'],
    [
      'of how quickly a participant pays',
      { scope: 'participant', measure: 'velocity', window_seconds: 5 },
      'request.invalid',
    ],
    ['of quickness without seconds', { measure: 'velocity' }, 'request.invalid'],
    ['of a day with seconds', { window_seconds: 5 }, 'request.invalid'],
    ['below nothing', { threshold: -1 }, 'request.invalid'],
  ])('%s is refused', async (_, more, code) => {
    expect(said(await post(path, adminKey, { rule: limit(more), reason: 'a test' }))).toBe(code);
  });

  test('in another currency than its account is refused', async () => {
    const { account: subject } = await newPayer(issuer, 0);
    const rule = limit({ subject, currency: 'THB' });
    expect(said(await post(path, adminKey, { rule, reason: 'a test' }))).toBe('request.invalid');
  });
});

test('what is left is told to the party whose limit it is, and to no other', async () => {
  const [shop, payer] = [await newShop(), await newPayer(issuer)];
  await post('/v1/callback-endpoints', shop.key, { url: 'https://receiver.example/hook' });
  const own = await made({ subject: payer.account });
  const mine = await buy(payer, shop, 1_001);
  expect(mine.body.refusal).toMatchObject({
    actor: 'payer',
    explanation: expect.stringContaining('left: 1000'),
  });
  const theirs = await made({ scope: 'merchant', direction: 'in', subject: shop.id, threshold: 10 });
  const order = await newOrder(shop, 11);
  const refused = await pay(issuer, payer, { payload: order.qr.payload });
  expect(refused.body.refusal).toMatchObject({ code: 'limit.receiver', actor: 'merchant' });
  expect(refused.body.refusal.explanation).toBeUndefined();
  const listed = await until(
    () => get('/v1/events?limit=100&type=payment.declined', shop.key),
    ({ body }) => body.data.length >= 2,
  );
  const bodies = await Promise.all(
    listed.body.data.map(
      async ({ id }: { id: string }) => (await get(`/v1/events/${id}`, shop.key)).body.body,
    ),
  );
  const explained = bodies.map((body) => JSON.parse(body).data.refusal);
  expect(explained).toContainEqual(
    expect.objectContaining({ explanation: expect.stringContaining('left: 10') }),
  );
  expect(JSON.stringify(explained)).not.toContain('left: 1000');
  await changed(own.id, 1, 'retire');
  await changed(theirs.id, 1, 'retire');
});

describe('books', () => {
  const directory = directoryOf(testEnv.DIRECTORY);
  const set = () => ledgerOf(testEnv.BOOKS);

  test('have the rules before they have an account', async () => {
    const rule = await made({ currency: 'THB', threshold: 5 });
    const [shop, payer] = [await newShop({ currency: 'THB' }), await newPayer(issuer, 100, 'THB')];
    expect(said(await buy(payer, shop, 6))).toBe('limit.day_sum');
    expect(said(await buy(payer, shop, 5))).toBe('completed');
    await changed(rule.id, 1, 'retire');
  });

  test('that were not told when a rule was made are told within a minute', async () => {
    const [shop, payer] = [await newShop(), await newPayer(issuer)];
    const row = {
      subject: payer.account,
      measure: 'amount',
      threshold: 9,
      windowSeconds: null,
      above: 'refuse',
    } as const;
    await directory.limitRules.add(testAct, {
      ...{ ...row, id: newId('limitRuleVersion', noonMs), rule: newId('limitRule', noonMs), version: 1 },
      ...{ scope: 'account', currency: 'KGS', direction: 'out', status: 'active', createdAtMs: noonMs },
    });
    expect(said(await buy(payer, shop, 10))).toBe('completed');
    const tell = ruleTeller(directory, set(), 3);
    expect([await tell(), await tell()]).toEqual([0, 0]);
    expect(said(await buy(payer, shop, 10))).toBe('limit.amount');
  });
});

describe('a dry run', () => {
  const dryRun = async (rule: object, query = '') =>
    (await post(`${path}/dry-run${query}`, adminKey, { rule, day })).body;
  const amounts = [300, 500, 250, 200, 1_100, 100, 90, 10, 1];

  /** What happens to the same payments with the rule in force. */
  const refusedWith = async (rule: object, payer: Payer, shop: Shop) => {
    const { id } = await made(rule);
    const refused: number[] = [];
    for (const amount of amounts) {
      const outcome = said(await buy(payer, shop, amount));
      if (outcome !== 'completed') refused.push(amount);
    }
    await changed(id, 1, 'retire');
    return refused;
  };

  test.each<[string, object]>([
    ['a sum', { measure: 'day_sum', threshold: 1_000 }],
    ['a sum of the month', { measure: 'month_sum', threshold: 850 }],
    ['a count', { measure: 'day_count', threshold: 4 }],
    ['an amount', { measure: 'amount', threshold: 250 }],
    ['velocity', { measure: 'velocity', threshold: 3, window_seconds: 5 }],
  ])('says what the rule does: %s', async (_, more) => {
    const [shop, before, after] = [await newShop(), await newPayer(issuer), await newPayer(issuer)];
    for (const amount of amounts) expect(said(await buy(before, shop, amount))).toBe('completed');
    await reported(amounts.length, `merchant=${shop.id}`);
    const found = await dryRun(limit({ ...more, subject: before.account }), '?limit=100');
    const refused = await refusedWith({ ...more, subject: after.account }, after, shop);
    expect(refused.length).toBeGreaterThan(0);
    expect(found.data.map(({ amount }: { amount: { amount: number } }) => amount.amount)).toEqual(refused);
    expect(found).toMatchObject({
      day,
      time_zone: 'Asia/Bishkek',
      payments: amounts.length,
      refused: refused.length,
      refused_sum: { amount: refused.reduce((sum, amount) => sum + amount, 0), currency: 'KGS' },
      complete: true,
    });
  });

  test('of a merchant of several stripes divides as its account does', async () => {
    const [shop, again, payer] = [await newShop({ stripes: 3 }), await newShop(), await newPayer(issuer)];
    for (const amount of amounts) expect(said(await buy(payer, shop, amount))).toBe('completed');
    await reported(amounts.length, `merchant=${shop.id}`);
    const merchant = { scope: 'merchant', direction: 'in', threshold: 0 };
    expect(await dryRun(limit({ ...merchant, subject: shop.id }))).toMatchObject({ payments: 9, refused: 9 });
    expect(await dryRun(limit({ ...merchant, subject: again.id }))).toMatchObject({
      payments: 0,
      refused: 0,
    });
    const whole = limit({ ...merchant, subject: shop.id, threshold: 3 * 2_551 });
    expect(await dryRun(whole)).toMatchObject({ payments: 9, refused: 0 });
  });

  test('comes in pages, and of another day is empty; yesterday is what it asks about by itself', async () => {
    const [shop, payer] = [await newShop(), await newPayer(issuer)];
    for (const amount of [1, 2, 3]) await buy(payer, shop, amount);
    await reported(3, `merchant=${shop.id}`);
    const none = limit({ subject: payer.account, measure: 'amount', threshold: 0 });
    const first = await dryRun(none, '?limit=2');
    const second = await dryRun(none, `?limit=2&cursor=${first.next_cursor}`);
    expect([first.data.length, second.data.length, second.next_cursor]).toEqual([2, 1, null]);
    expect(second.data[0].amount.amount).toBe(3);
    const other = await post(`${path}/dry-run`, adminKey, { rule: none });
    expect(other.body).toMatchObject({ day: '2031-05-14', payments: 0, refused: 0, next_cursor: null });
  });
});
