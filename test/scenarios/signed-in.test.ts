/** People who are signed in: each cashier has its own orders, payments and refunds; the owner sees all of them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { receiptTexts } from '../../src/web/receipt/texts.ts';
import { type Business, newBusiness } from '../support/people.ts';
import { type Answer, migrate, post, testEnv, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, type Payer, pay } from '../support/town.ts';

let issuer: Issuer;
let payer: Payer;
let shop: Business;
let first: Business;
let second: Business;

const said = ({ status, body }: Answer) => `${status} ${body.code ?? body.status ?? ''}`.trim();
const at = (path: string) => `/v1/merchants/${shop.merchant}${path}`;
const idsIn = ({ body }: Answer): string[] => body.data.map(({ id }: { id: string }) => id);

/** Somebody who signs in as a cashier of the shop, with a limit for refunds or as usual, at one store or all. */
async function newCashier(refundLimit: number | null, store: string | null = null): Promise<Business> {
  const person = await newBusiness();
  await testEnv.DIRECTORY.prepare(
    "UPDATE operator SET owner = ?, role = 'cashier', refund_limit = ?, store = ? WHERE id = ?",
  )
    .bind(shop.merchant, refundLimit, store, person.person)
    .run();
  return person;
}

/** An order that a person made, and its payment. */
async function soldBy({ owner: browser }: Business, amount: number) {
  const order = await browser.post(at('/orders'), { amount, currency: 'KGS' });
  expect(order.status).toBe(201);
  const payment = await pay(issuer, payer, { payload: order.body.qr.payload });
  expect(payment.body.status).toBe('completed');
  return { order: order.body, payment: payment.body.id as string };
}

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 10_000_000);
  shop = await newBusiness({ business: 'Ала-Тоо кофе' });
  [first, second] = [await newCashier(null), await newCashier(10_000)];
});

describe('a cashier who is signed in', () => {
  test('has its own orders and payments; another cashier’s are not there, the owner has all', async () => {
    const [mine, other] = [await soldBy(first, 1_000), await soldBy(second, 2_000)];
    expect(mine.order.person).toBe(first.person);
    const { owner: me } = first;
    expect(said(await me.get(at(`/orders/${mine.order.id}`)))).toBe('200 paid');
    expect(said(await me.get(at(`/orders/${other.order.id}`)))).toBe('404 order.not_found');
    expect(said(await me.get(at(`/payments/${other.payment}`)))).toBe('404 payment.not_found');
    expect(said(await me.get(at(`/payments/${other.payment}/receipt`)))).toBe('404 payment.not_found');
    expect(said(await me.post(at(`/payments/${other.payment}/refunds`)))).toBe('404 payment.not_found');
    expect(idsIn(await me.get(at('/orders')))).toEqual([mine.order.id]);
    expect(idsIn(await shop.owner.get(at('/orders')))).toEqual(
      expect.arrayContaining([mine.order.id, other.order.id]),
    );
    const all = await until(
      () => shop.owner.get(at('/payments')),
      (answer) => [mine.payment, other.payment].every((id) => idsIn(answer).includes(id)),
    );
    const made = all.body.data.map(({ id, person }: { id: string; person: string }) => [id, person]);
    expect(made).toEqual(expect.arrayContaining([[mine.payment, first.person]]));
    expect(idsIn(await me.get(at('/payments')))).toEqual([mine.payment]);
    expect(idsIn(await shop.owner.get(at(`/payments?person=${second.person}`)))).toEqual([other.payment]);
  });

  test('gives back up to a limit of its own; above it the owner decides, and the refund names both', async () => {
    const { payment } = await soldBy(second, 30_000);
    const refunds = at(`/payments/${payment}/refunds`);
    const small = await second.owner.post(refunds, { amount: 10_000 });
    expect(small.body).toMatchObject({ status: 'completed', made_by: second.person, approved_by: null });
    const large = await second.owner.post(refunds, { amount: 5_000 });
    expect(said(large)).toBe('201 requires_approval');
    const request = at(`/refund-requests/${large.body.id}`);
    expect(said(await first.owner.get(request))).toBe('404 refund_request.not_found');
    expect(said(await second.owner.post(`${request}/approve`))).toBe('403 auth.forbidden');
    expect(said(await shop.owner.post(`${request}/approve`))).toBe('200 approved');
    expect((await shop.owner.get(request)).body).toMatchObject({
      made_by: second.person,
      made_by_name: 'Ала-Тоо кофе',
      decided_by_name: 'Ала-Тоо кофе',
    });
    const made = (await second.owner.get(refunds)).body.data;
    expect(made).toHaveLength(2);
    expect(made[0]).toMatchObject({ made_by: second.person, approved_by: shop.person });
  });

  test('takes what a payer shows for an order of its own, not for another cashier’s', async () => {
    const { owner: me } = first;
    const order = (await me.post(at('/orders'), { amount: 700, currency: 'KGS' })).body.id;
    const { code } = (await post(`/v1/accounts/${payer.account}/codes`, issuer.key, {})).body;
    const sale = { code, amount: 700, currency: 'KGS', order };
    const path = at('/presented-payments');
    expect(said(await second.owner.post(path, sale))).toBe('404 order.not_found');
    expect(said(await me.post(path, sale))).toBe('201 completed');
  });

  test('keeps its order’s payment, whoever of the shop takes what the payer shows', async () => {
    const { owner: me } = first;
    const wish = { amount: 800, currency: 'KGS', store: shop.store, till: shop.till };
    const order = (await me.post(at('/orders'), wish)).body.id;
    const buyer = await newPayer(issuer);
    const { code } = (await post(`/v1/accounts/${buyer.account}/codes`, issuer.key, {})).body;
    const sale = { code, amount: 800, currency: 'KGS', order };
    const taken = await shop.owner.post(at('/presented-payments'), sale);
    expect(taken.body).toMatchObject({ status: 'completed', person: first.person, till: shop.till });
    expect(said(await me.get(at(`/payments/${taken.body.id}`)))).toBe('200 completed');
  });

  test('sees on a till’s sticker what it shows there itself; kept to another store, not even the sticker', async () => {
    const wish = { kind: 'sticker', name: 'Till 1', till: shop.till };
    const sticker = (await shop.owner.post(at('/codes'), wish)).body.id;
    const path = at(`/codes/${sticker}/order`);
    const order = (await first.owner.post(path, { amount: 300, currency: 'KGS' })).body.id;
    expect((await first.owner.get(path)).body.order.id).toBe(order);
    expect((await shop.owner.get(path)).body.order.id).toBe(order);
    expect((await second.owner.get(path)).body).toEqual({ order: null, being_paid_until: null });
    const store = (await shop.owner.post(at('/stores'), { name: 'Базар' })).body.id;
    const { owner: away } = await newCashier(null, store);
    for (const answer of [
      await away.get(path),
      await away.delete(path),
      await away.post(path, { order }),
      await away.post(path, { amount: 100, currency: 'KGS' }),
    ]) {
      expect(said(answer)).toBe('404 code.not_found');
    }
    expect(said(await first.owner.get(at(`/orders/${order}`)))).toBe('200 open');
  });

  test('takes a day of its own', async () => {
    const day = (await first.owner.get(at('/takings'))).body;
    const people = (await shop.owner.get(at('/takings'))).body.by_person;
    expect(day.by_person.map(({ id }: { id: string }) => id)).not.toContain(second.person);
    expect(people.length).toBeGreaterThanOrEqual(day.by_person.length);
  });
});

test('the page of a receipt tells who may see the payment what was given back, and another cashier nothing', async () => {
  const { payment } = await soldBy(first, 4_000);
  await first.owner.post(at(`/payments/${payment}/refunds`), { amount: 1_500 });
  const { receipt } = (await first.owner.get(at(`/payments/${payment}/receipt`))).body;
  const refunded = receiptTexts('en')('refunded');
  const page = async ({ owner: browser }: Business) =>
    (await browser.get(`/receipt/${receipt}?lang=en`)).body;
  expect(await page(shop)).toContain(refunded);
  expect(await page(first)).toContain(refunded);
  expect(await page(second)).not.toContain(refunded);
});
