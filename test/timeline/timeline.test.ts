/** Payments as their timelines tell them, to staff and to either party, over HTTP. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { newTransferId } from '../../src/kernel/index.ts';
import { adminKey, call, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
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

// biome-ignore lint/suspicious/noExplicitAny: answers are read freely by tests
type Json = any;

let issuer: Issuer;
let shop: Shop;
/** In the merchant's book, and in another one. */
let neighbour: Payer;
let stranger: Payer;

const bookOf = async (account: string): Promise<number> =>
  JSON.parse(
    (await testEnv.DIRECTORY.prepare('SELECT books FROM account WHERE id = ?')
      .bind(account)
      .first('books')) ?? '[]',
  )[0];

async function payerIn(wanted: (book: number) => boolean): Promise<Payer> {
  for (;;) {
    const payer = await newPayer(issuer, 0);
    if (!wanted(await bookOf(payer.account))) continue;
    await post(
      `/v1/accounts/${payer.account}/top-ups`,
      adminKey,
      { amount: 10_000, currency: 'KGS' },
      freshKey(),
    );
    return payer;
  }
}

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop();
  const book = await bookOf(shop.account);
  neighbour = await payerIn((other) => other === book);
  stranger = await payerIn((other) => other !== book);
});

async function paid(payer: Payer, amount: number): Promise<string> {
  const order = await newOrder(shop, amount, { reference: 'R-1' });
  return (await pay(issuer, payer, { payload: order.qr.payload, reference: 'W-1' })).body.id;
}

const forStaff = async (payment: string): Promise<Json> =>
  (
    await until(
      () => get(`/v1/centre/payments/${payment}/timeline`, adminKey),
      ({ status }) => status === 200,
    )
  ).body;
const forPayer = async (payer: Payer, payment: string): Promise<Json> =>
  (await get(`/v1/accounts/${payer.account}/payments/${payment}/timeline`, issuer.key)).body;
const forMerchant = async (payment: string): Promise<Json> =>
  (await get(`/v1/merchants/${shop.id}/payments/${payment}/timeline`, shop.key)).body;

const codesOf = ({ steps }: Json): string[] => steps.map(({ code }: Json) => code);
const own = (timeline: Json): string[] => codesOf(timeline).filter((code) => !code.startsWith('callback.'));
const step = ({ steps }: Json, code: string): Json => steps.find((one: Json) => one.code === code);

describe('to staff', () => {
  test('a payment within a book: asked, routed, checked, debited and accepted at once', async () => {
    const payment = await paid(neighbour, 700);
    const timeline = await forStaff(payment);
    expect(timeline).toMatchObject({ payment, status: 'completed', refusal: null, more_refunds: false });
    expect(timeline.amount).toEqual({ amount: 700, currency: 'KGS' });
    expect(own(timeline)).toEqual([
      'payment.requested',
      'payment.routed',
      'payment.checked',
      'payment.debited',
      'payment.accepted',
      'report.recorded',
    ]);
    const book = await bookOf(shop.account);
    expect(step(timeline, 'payment.requested')).toMatchObject({ at: null, facts: { reference: 'W-1' } });
    expect(step(timeline, 'payment.routed')).toMatchObject({
      at: null,
      facts: { scheme: expect.any(String), merchant: shop.id, order_reference: 'R-1' },
    });
    expect(step(timeline, 'payment.checked')).toMatchObject({
      at: expect.any(String),
      object: { account: neighbour.account, book },
      facts: { amount: 700, available_before: 10_000, limit_now: 0 },
    });
    expect(step(timeline, 'payment.accepted')).toMatchObject({
      object: { account: shop.account, stripe: 0, book, sequence: expect.any(Number) },
      entry: { type: 'accept' },
    });
    // Both parties' notices and the order's, though nobody asked to be told.
    const told = timeline.steps.filter(({ callback }: Json) => callback);
    expect(told.map(({ party, callback }: Json) => `${party} ${callback.type}`).sort()).toEqual([
      'merchant order.paid',
      'merchant payment.completed',
      'payer payment.completed',
    ]);
  });

  test('a payment between books: held, accepted, and settled when its turn comes', async () => {
    const payment = await paid(stranger, 800);
    expect(['payment.settle_awaited', 'payment.settled']).toContain(own(await forStaff(payment))[5]);
    await get(`/v1/accounts/${stranger.account}/entries`, issuer.key);
    const timeline = await forStaff(payment);
    expect(own(timeline).slice(3)).toEqual([
      'payment.held',
      'payment.accepted',
      'payment.settled',
      'report.recorded',
    ]);
    const [held, accepted] = [step(timeline, 'payment.held'), step(timeline, 'payment.accepted')];
    expect(held.object.book).not.toBe(accepted.object.book);
    expect(held.at <= accepted.at).toBe(true);
  });

  test('a declined payment: why, and that nothing moved', async () => {
    for (const payer of [neighbour, stranger]) {
      const payment = await paid(payer, 9_999_999);
      const timeline = await forStaff(payment);
      const refusal = { code: 'payment.insufficient_funds' };
      expect(timeline).toMatchObject({ status: 'declined', refusal });
      expect(own(timeline).slice(2)).toEqual([
        'payment.check_refused',
        'payment.declined',
        'report.recorded',
      ]);
      expect(step(timeline, 'payment.check_refused').refusal).toMatchObject(refusal);
      expect(step(timeline, 'payment.declined').entry.contents).toMatchObject({ available_change: '0' });
    }
  });

  test('refunds follow their payment, the merchant debited and the payer credited', async () => {
    const payment = await paid(neighbour, 600);
    const refunds: string[] = [];
    for (const amount of [100, 200]) {
      const path = `/v1/merchants/${shop.id}/payments/${payment}/refunds`;
      refunds.push((await post(path, shop.key, { amount, reason: 'bruised' }, freshKey())).body.id);
    }
    const timeline = await forStaff(payment);
    const back = timeline.steps.filter(({ code }: Json) => code.startsWith('refund.'));
    expect(back.map(({ transfer, code, party }: Json) => [refunds.indexOf(transfer), code, party])).toEqual(
      [0, 1].flatMap((index) => [
        [index, 'refund.requested', 'merchant'],
        [index, 'refund.checked', 'merchant'],
        [index, 'refund.debited', 'merchant'],
        [index, 'refund.accepted', 'payer'],
      ]),
    );
    expect(back[0].facts).toEqual({ reason: 'bruised' });
    expect(back[3].object.account).toBe(neighbour.account);
  });

  test('every entry can be verified, and stands where the account’s export has it', async () => {
    const payment = await paid(stranger, 300);
    await get(`/v1/accounts/${stranger.account}/entries`, issuer.key);
    const { steps } = await forStaff(payment);
    const entries = steps.filter(({ entry }: Json) => entry);
    expect(entries.map(({ entry }: Json) => entry.type)).toEqual(['hold', 'accept', 'settle']);
    for (const { entry, object } of entries) {
      const { at_ms, subject, available_change, held_change, available, held, body } = entry.contents;
      const hashed = [entry.previous_hash, object.sequence, at_ms, entry.type, subject];
      const text = JSON.stringify([...hashed, available_change, held_change, available, held, body]);
      expect(createHash('sha256').update(text).digest('base64url')).toBe(entry.hash);
      const file = await get(`/v1/accounts/${object.account}/export`, adminKey);
      const lines = String(file.body)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const at = (sequence: number) =>
        lines.find((line) => line.line === 'entry' && line.sequence === sequence)?.hash ??
        `${object.account}#${object.stripe}`;
      expect(at(object.sequence)).toBe(entry.hash);
      expect(at(object.sequence - 1)).toBe(entry.previous_hash);
    }
  });

  test('what the reports do not have is found under its account or its merchant', async () => {
    const payment = await paid(neighbour, 10);
    await forStaff(payment);
    await testEnv.REPORTS.prepare('DELETE FROM transfer WHERE id = ?').bind(payment).run();
    const missing = await get(`/v1/centre/payments/${payment}/timeline`, adminKey);
    expect(missing).toMatchObject({ status: 404, body: { code: 'payment.not_found' } });
    for (const place of [`accounts/${neighbour.account}`, `merchants/${shop.id}`]) {
      const { body } = await get(`/v1/${place}/payments/${payment}/timeline`, adminKey);
      expect(own(body).at(-1)).toBe('report.awaited');
      expect(step(body, 'payment.accepted').entry.contents).not.toBeNull();
    }
  });

  test('a top-up has none: it is no payment', async () => {
    const top = newTransferId('topUp', Date.now(), 1);
    const answer = await get(`/v1/accounts/${stranger.account}/payments/${top}/timeline`, adminKey);
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  });
});

describe('to either party', () => {
  test('its own entries, and of the other side only that it happened', async () => {
    const payment = await paid(stranger, 450);
    await get(`/v1/accounts/${stranger.account}/entries`, issuer.key);
    const refund = `/v1/merchants/${shop.id}/payments/${payment}/refunds`;
    expect((await post(refund, shop.key, { amount: 50 }, freshKey())).body.status).toBe('completed');
    const whole = await forStaff(payment);
    for (const [party, timeline] of [
      ['payer', await forPayer(stranger, payment)],
      ['merchant', await forMerchant(payment)],
    ]) {
      expect(timeline).toMatchObject({ payment, status: 'completed' });
      const without = (list: Json) => own(list).filter((code) => !/settle|report/.test(code));
      expect(without(timeline)).toEqual(without(whole));
      const mine = party === 'payer' ? stranger.account : shop.account;
      for (const { code, party: whose, object, entry, callback, facts, at } of timeline.steps) {
        if (whose === 'switch') continue;
        if (whose === party) {
          if (object) expect(object).toMatchObject({ account: mine, book: null });
          if (entry) expect(entry).toMatchObject({ hash: expect.any(String), contents: null });
        } else {
          expect({ code, object, entry, callback, facts }).toEqual({
            code,
            object: null,
            entry: null,
            callback: null,
            facts: null,
          });
        }
        if (/held|accepted|debited/.test(code)) expect(at).not.toBeNull();
      }
      const others = whole.steps.filter((one: Json) => one.party !== party && one.party !== 'switch');
      const text = JSON.stringify(timeline);
      expect(text).not.toContain(party === 'payer' ? shop.account : stranger.account);
      for (const { entry, callback } of others) {
        if (entry) expect(text).not.toContain(entry.hash);
        if (callback) expect(text).not.toContain(callback.event);
      }
      expect(timeline.steps.filter(({ callback }: Json) => callback).length).toBeGreaterThan(0);
    }
  });

  test('a declined payment too', async () => {
    const payment = await paid(neighbour, 9_999_998);
    await forStaff(payment);
    for (const timeline of [await forPayer(neighbour, payment), await forMerchant(payment)]) {
      expect(timeline).toMatchObject({ status: 'declined', refusal: { code: 'payment.insufficient_funds' } });
    }
    expect(step(await forMerchant(payment), 'payment.check_refused').facts).toBeNull();
  });

  test('in their language', async () => {
    const payment = await paid(neighbour, 20);
    const path = `/v1/accounts/${neighbour.account}/payments/${payment}/timeline`;
    const texts = async (language: string) => {
      const headers = { 'accept-language': language };
      const { body } = await call('GET', path, { key: issuer.key, headers });
      return body.steps.find(({ code }: Json) => code === 'payment.accepted').explanation;
    };
    expect(await texts('en')).toBe(
      'The merchant’s account took the money. From here on the payment is final.',
    );
    expect(await texts('ky-KG')).toMatch(/^Сатуучунун эсеби/);
    expect(await texts('th')).toMatch(/^บัญชีร้านค้า/);
  });
});
