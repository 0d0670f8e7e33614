/** Managers: of the whole merchant, or kept to a store, whose orders, payments and codes they see and decide on. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Browser, type Business, colleagueOf, newBusiness } from '../support/people.ts';
import { type Answer, adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import {
  type Issuer,
  newIssuer,
  newOrder,
  newPayer,
  newTill,
  type Payer,
  pay,
  type Till,
} from '../support/town.ts';

interface Sale {
  readonly order: string;
  readonly payment: string;
}

let issuer: Issuer;
let payer: Payer;
let shop: Business;
/** Kept to a store; the key does the same for a program. */
let manager: Browser;
let managerKey: string;
let wide: Browser;
let ours: Till;
let theirs: Till;
let here: Sale;
let there: Sale;

const at = (path: string) => `/v1/merchants/${shop.merchant}${path}`;
const said = ({ status, body }: Answer) => `${status} ${body.code ?? body.status ?? ''}`.trim();
const idsIn = ({ body }: Answer): string[] => body.data.map(({ id }: { id: string }) => id);
const withKey = (key: string): Pick<Browser, 'get' | 'post'> => ({
  get: (path) => get(path, key),
  post: (path, body = {}) => post(path, key, body, freshKey()),
});

/** An order that was made at a till, and its payment. */
async function soldAt({ key }: Till, amount: number): Promise<Sale> {
  const order = await newOrder({ id: shop.merchant, account: '', key, currency: 'KGS' }, amount);
  const payment = await pay(issuer, payer, { payload: order.qr.payload });
  expect(payment.body.status).toBe('completed');
  return { order: order.id, payment: payment.body.id };
}

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 10_000_000);
  shop = await newBusiness();
  ours = await newTill({ id: shop.merchant }, shop.store);
  theirs = await newTill({ id: shop.merchant });
  manager = await colleagueOf(shop, 'manager', { store: ours.store });
  wide = await colleagueOf(shop, 'manager');
  const wish = { owner: shop.merchant, role: 'manager', till: ours.till };
  managerKey = (await post('/v1/centre/keys', adminKey, wish)).body.api_key;
  [here, there] = [await soldAt(ours, 1_100), await soldAt(theirs, 2_200)];
});

describe('a manager who is kept to a store', () => {
  test('finds its orders and payments, and another store’s nowhere', async () => {
    const open = (await shop.owner.post(at('/orders'), { amount: 5, currency: 'KGS', till: theirs.till }))
      .body.id;
    const asked = async (who: Pick<Browser, 'get' | 'post'>, { order, payment }: Sale) => [
      said(await who.get(at(`/orders/${order}`))),
      said(await who.get(at(`/payments/${payment}`))),
      said(await who.get(at(`/payments/${payment}/refunds`))),
      said(await who.get(at(`/payments/${payment}/timeline`))),
      said(await who.get(at(`/payments/${payment}/receipt`))),
      said(await who.post(at(`/payments/${payment}/refunds`), { amount: 1 })),
    ];
    const [anOrder, aPayment] = ['404 order.not_found', '404 payment.not_found'];
    for (const who of [manager, withKey(managerKey)]) {
      expect(await asked(who, here)).toEqual([
        '200 paid',
        '200 completed',
        '200',
        '200 completed',
        '200',
        '201 completed',
      ]);
      expect(await asked(who, there)).toEqual([anOrder, aPayment, aPayment, aPayment, aPayment, aPayment]);
      expect(said(await who.post(at(`/orders/${open}/cancel`)))).toBe(anOrder);
    }
    expect(said(await wide.get(at(`/payments/${there.payment}`)))).toBe('200 completed');
  });

  test('has that store in every list, file and sum', async () => {
    await until(
      () => shop.owner.get(at('/payments')),
      (answer) => [here.payment, there.payment].every((id) => idsIn(answer).includes(id)),
    );
    for (const who of [manager, withKey(managerKey)]) {
      expect(idsIn(await who.get(at('/orders')))).toEqual([here.order]);
      expect(idsIn(await who.get(at('/payments')))).toEqual([here.payment]);
      expect(idsIn(await who.get(at(`/payments?store=${theirs.store}`)))).toEqual([]);
      expect((await who.get(at('/takings'))).body).toMatchObject({
        takings: { count: 1, sum: { amount: 1_100 } },
        by_store: [{ id: ours.store }],
      });
    }
    const files = [
      await manager.get(at('/orders?format=csv')),
      await manager.get(at('/payments?format=csv')),
    ];
    for (const { body } of files) {
      expect(String(body)).toContain(here.order);
      expect(String(body)).not.toContain(there.order);
    }
    expect((await wide.get(at('/takings'))).body.takings).toMatchObject({ count: 2 });
  });

  test('has files made of that store, and not those of the whole merchant', async () => {
    const whole = (await shop.owner.post(at('/report-jobs'), { format: 'csv' })).body.id;
    expect(said(await manager.get(at(`/report-jobs/${whole}`)))).toBe('404 report_job.not_found');
    expect(said(await manager.get(at(`/report-jobs/${whole}/file`)))).toBe('404 report_job.not_found');
    const elsewhere = { format: 'csv', filters: { store: theirs.store } };
    expect(said(await manager.post(at('/report-jobs'), elsewhere))).toBe('404 store.not_found');
    const own = (await manager.post(at('/report-jobs'), { format: 'csv' })).body;
    expect(own).toMatchObject({ status: 'finished' });
    const file = String((await manager.get(at(`/report-jobs/${own.id}/file`))).body);
    expect(file).toContain(here.payment);
    expect(file).not.toContain(there.payment);
    expect(idsIn(await manager.get(at('/report-jobs')))).toEqual([own.id]);
    expect(idsIn(await wide.get(at('/report-jobs')))).toEqual([own.id, whole]);
  });

  test('decides on refunds that were asked for there; others’ requests are not there', async () => {
    const requestOf = async (till: Till): Promise<string> => {
      const { payment } = await soldAt(till, 700_000);
      const asked = await post(at(`/payments/${payment}/refunds`), till.key, { amount: 600_000 }, freshKey());
      expect(asked.body.status).toBe('requires_approval');
      return asked.body.id;
    };
    const [mine, other] = [await requestOf(ours), await requestOf(theirs)];
    expect(idsIn(await manager.get(at('/refund-requests')))).toEqual([mine]);
    expect(idsIn(await wide.get(at('/refund-requests')))).toEqual([other, mine]);
    const path = (request: string) => at(`/refund-requests/${request}`);
    for (const answer of [
      await manager.get(path(other)),
      await manager.post(`${path(other)}/approve`),
      await manager.post(`${path(other)}/decline`),
    ]) {
      expect(said(answer)).toBe('404 refund_request.not_found');
    }
    expect(said(await manager.post(`${path(mine)}/approve`))).toBe('200 approved');
    expect(said(await wide.post(`${path(other)}/decline`))).toBe('200 declined');
  });

  test('sells and makes codes there and nowhere else', async () => {
    const wish = { amount: 100, currency: 'KGS' };
    expect((await manager.post(at('/orders'), wish)).body).toMatchObject({ store: ours.store });
    expect(said(await manager.post(at('/orders'), { ...wish, store: theirs.store }))).toBe(
      '404 store.not_found',
    );
    expect(said(await manager.post(at('/orders'), { ...wish, till: theirs.till }))).toBe(
      '404 till.not_found',
    );
    const made = await manager.post(at('/codes'), { name: 'Терраса' });
    expect(made.body).toMatchObject({ store: ours.store, till: null });
    expect((await manager.post(at('/codes'), { name: 'A', till: ours.till })).status).toBe(201);
    const [store, till] = [
      { name: 'B', store: theirs.store },
      { name: 'B', till: theirs.till },
    ];
    expect(said(await manager.post(at('/codes'), store))).toBe('404 store.not_found');
    expect(said(await manager.post(at('/codes'), till))).toBe('404 till.not_found');
  });

  test('reads, changes and counts the codes of that store', async () => {
    const codeOf = async (wish: object): Promise<string> =>
      (await shop.owner.post(at('/codes'), { name: 'C', ...wish })).body.id;
    const mine = await codeOf({ till: ours.till });
    const [other, everywhere] = [await codeOf({ store: theirs.store }), await codeOf({})];
    const found = idsIn(await manager.get(at('/codes?limit=100')));
    expect(found).toContain(mine);
    for (const code of [other, everywhere]) {
      expect(found).not.toContain(code);
      const path = at(`/codes/${code}`);
      for (const answer of [
        await manager.get(path),
        await manager.get(`${path}/turnover`),
        await manager.post(path, { name: 'D' }),
        await manager.post(`${path}/pause`),
        await manager.post(`${path}/revoke`, { reason: 'a test' }),
      ]) {
        expect(said(answer)).toBe('404 code.not_found');
      }
    }
    expect((await manager.get(at(`/codes/${mine}/turnover`))).status).toBe(200);
    expect(said(await manager.post(at(`/codes/${mine}/pause`)))).toBe('200 paused');
  });

  test('adds tills to that store; the others, and what is all the merchant’s, it leaves alone', async () => {
    const tills = (store: string) => at(`/stores/${store}/tills`);
    expect((await manager.post(tills(ours.store), { name: '7' })).status).toBe(201);
    expect(said(await manager.post(tills(theirs.store), { name: '7' }))).toBe('404 store.not_found');
    expect(said(await manager.get(tills(theirs.store)))).toBe('404 store.not_found');
    expect(idsIn(await manager.get(at('/stores')))).toEqual([ours.store]);
    for (const answer of [
      await manager.post(at('/stores'), { name: 'S' }),
      await manager.post(at('/code-signing'), { signed_codes: true }),
      await manager.get('/v1/events'),
      await manager.get('/v1/callback-endpoints'),
      await manager.post('/v1/callback-endpoints', { url: 'https://receiver.example/hook' }),
    ]) {
      expect(said(answer)).toBe('403 auth.forbidden');
    }
    expect((await wide.get('/v1/events')).status).toBe(200);
    expect((await wide.post(at('/stores'), { name: 'S' })).status).toBe(201);
  });

  test('sees the rest once it is let go', async () => {
    const person = (await wide.get('/v1/me')).body.person.id;
    const path = at(`/staff/${person}`);
    const payments = async () => said(await wide.get(at(`/payments/${there.payment}`)));
    expect((await shop.owner.post(path, { store: ours.store })).body).toMatchObject({ store: ours.store });
    expect(await payments()).toBe('404 payment.not_found');
    expect((await shop.owner.post(path, { store: null })).status).toBe(200);
    expect(await payments()).toBe('200 completed');
  });
});

describe('an owner', () => {
  test('sees every store, wherever it sells', async () => {
    const owner = await colleagueOf(shop, 'owner', { store: ours.store });
    expect(said(await owner.get(at(`/payments/${there.payment}`)))).toBe('200 completed');
    expect((await owner.post(at('/orders'), { amount: 1, currency: 'KGS' })).body.store).toBe(ours.store);
  });

  test('is told what stands on the account, as staff are; its people are not', async () => {
    const balanceFor = async (who: Pick<Browser, 'get'>) => (await who.get(at(''))).body.balance;
    expect(await balanceFor(shop.owner)).toMatchObject({ currency: 'KGS' });
    expect(await balanceFor(withKey(adminKey))).toMatchObject({ currency: 'KGS' });
    for (const who of [wide, manager, withKey(ours.key)]) {
      expect((await who.get(at(''))).body).toMatchObject({
        ...{ id: shop.merchant, status: 'active', qr: { payload: expect.any(String) } },
        ...{ balance: null, available: null, held: null },
      });
    }
  });
});

describe('a cashier’s key', () => {
  test.each([{}, { role: 'cashier' }])('is for a till: %j is refused by that field', async (wish) => {
    for (const answer of [
      await post('/v1/centre/keys', adminKey, { owner: shop.merchant, ...wish }),
      await shop.owner.post(at('/keys'), wish),
    ]) {
      expect(answer).toMatchObject({
        status: 422,
        body: { violations: [{ pointer: '/till', message: 'a cashier’s key is for a till' }] },
      });
    }
  });

  test('that once was made for none sells at none, and sees what nobody made at any', async () => {
    const made = (await shop.owner.post(at('/keys'), { role: 'cashier', till: ours.till })).body;
    await testEnv.DIRECTORY.prepare('UPDATE api_key SET till = NULL WHERE id = ?').bind(made.id).run();
    const old = withKey(made.api_key);
    const wish = { amount: 300, currency: 'KGS' };
    const own = (await old.post(at('/orders'), wish)).body;
    const persons = (await shop.owner.post(at('/orders'), wish)).body.id;
    const payment = (await pay(issuer, payer, { payload: own.qr.payload })).body.id;
    expect(said(await old.post(at('/orders'), { ...wish, till: ours.till }))).toBe('404 till.not_found');
    expect(said(await old.get(at(`/orders/${persons}`)))).toBe('404 order.not_found');
    expect(said(await old.get(at(`/payments/${here.payment}`)))).toBe('404 payment.not_found');
    expect(idsIn(await old.get(at('/orders')))).toEqual([own.id]);
    const listed = await until(
      () => old.get(at('/payments')),
      (answer) => idsIn(answer).length > 0,
    );
    expect(idsIn(listed)).toEqual([payment]);
    expect((await old.get(at('/takings'))).body.takings).toMatchObject({ count: 1, sum: { amount: 300 } });
    expect(said(await old.post(at(`/payments/${payment}/refunds`)))).toBe('201 completed');
  });
});
