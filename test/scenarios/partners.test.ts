/** Payers whose accounts are kept at an issuer outside: whatever the issuer does, both books agree in the end. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { type SandboxRecord, sandboxAdapter } from '../../src/issuers/index.ts';
import { type Book, ledgerOf, type TransferDetails } from '../../src/ledger/index.ts';
import { newDevice, signText } from '../support/signing.ts';
import { adminKey, freshKey, get, migrate, post, testEnv } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newShop, type Shop } from '../support/town.ts';

let issuer: Issuer;
let shop: Shop;
let account: string;
let position: { account: string };
let connection: string;

const made = async (path: string, body: unknown, key = adminKey) => {
  const answer = await post(path, key, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

const rules = { payers: [] as object[], merchants: [] as object[] };
async function route(more: Partial<typeof rules>): Promise<void> {
  Object.assign(rules, more);
  const { body } = await get('/v1/centre/routing', adminKey);
  await made('/v1/centre/routing', { ...rules, based_on: body.version, reason: 'a test' });
}

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer('Tien Shan Bank');
  shop = await newShop();
  ({ id: connection } = await made('/v1/centre/connections', {
    participant: issuer.id,
    adapter: 'sandbox',
  }));
  position = await made('/v1/centre/positions', {
    participant: issuer.id,
    currency: 'KGS',
    cap: 100_000_000,
  });
  await route({ payers: [{ participant: issuer.id, connection }] });
  account = (await made('/v1/accounts', { currency: 'KGS', reference: 'KG-1' }, issuer.key)).id;
});

afterEach(() => {
  vi.useRealTimers();
});

const pay = async (amount: number, key = freshKey()) => {
  const { body } = await get(`/v1/merchants/${shop.id}`, shop.key);
  return post(`/v1/accounts/${account}/payments`, issuer.key, { payload: body.qr.payload, amount }, key);
};
const read = async (payment: string) =>
  (await get(`/v1/accounts/${account}/payments/${payment}`, issuer.key)).body;

const positionNow = async () =>
  (await get(`/v1/participants/${issuer.id}/positions`, issuer.key)).body.data[0];

/** The position's book, and what the platform does when its alarm is due, on the test's clock. */
async function ring(afterMs = 10_000): Promise<void> {
  const row = await testEnv.DIRECTORY.prepare('SELECT books FROM account WHERE id = ?')
    .bind(position.account)
    .first<{ books: string }>();
  const book = ledgerOf(testEnv.BOOKS).book(JSON.parse(row?.books ?? '[]')[0]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + afterMs });
  await runInDurableObject(book, (instance: Book) => instance.alarm());
}

/** Alarms, each later than the last, until a payment is final. */
async function inTime(
  payment: string,
  done: (status: string) => boolean = (status) => status !== 'processing',
) {
  for (let round = 0; round < 40; round++) {
    if (done((await read(payment)).status)) return;
    await ring();
  }
}

/** What the partner has on record of a transfer. */
async function atPartner(movement: string, id: string) {
  const row = await testEnv.DIRECTORY.prepare('SELECT record FROM sandbox_order WHERE key = ?')
    .bind(`${movement} ${id}`)
    .first<{ record: string }>();
  return row ? JSON.parse(row.record) : undefined;
}

describe('a payment from an account outside', () => {
  test('is debited there, taken from the position, and credited here', async () => {
    const before = await positionNow();
    const paid = await pay(12_500);
    expect(paid).toMatchObject({
      status: 201,
      body: { status: 'completed', account, participant: issuer.id },
    });
    expect(await atPartner('debit', paid.body.id)).toMatchObject({
      state: 'approved',
      account: 'KG-1',
      amountMinor: 12_500,
    });
    const after = await positionNow();
    expect(before.balance.amount - after.balance.amount).toBe(12_500);
    expect(await read(paid.body.id)).toMatchObject({ status: 'completed' });
  });

  test('is answered the same when it is repeated, and debited once', async () => {
    const key = freshKey();
    const first = await pay(700, key);
    const second = await pay(700, key);
    expect(second.body).toEqual(first.body);
    expect(await atPartner('debit', first.body.id)).toMatchObject({ orders: 1 });
  });

  test.each([
    [66_601, 'payment.insufficient_funds'],
    [66_602, 'account.not_found'],
    [66_605, 'issuer.limit_exceeded'],
    [66_606, 'issuer.suspected_fraud'],
    [66_607, 'issuer.declined'],
  ])('of %i is declined by the issuer: %s', async (amount, code) => {
    const before = await positionNow();
    const { body } = await pay(amount);
    expect(body).toMatchObject({ status: 'declined', refusal: { code } });
    expect((await positionNow()).available).toEqual(before.available);
  });

  test.each([
    [66_611, 'completed', 'approved'],
    [66_613, 'completed', 'approved'],
    [66_617, 'completed', 'approved'],
    [66_612, 'declined', 'reversed'],
    [66_614, 'declined', 'reversed'],
    [66_616, 'declined', 'reversed'],
    [66_618, 'declined', 'reversed'],
  ])('of %i is unknown at first and ends %s, at the issuer %s', async (amount, status, there) => {
    const before = await positionNow();
    const { body } = await pay(amount);
    if (amount !== 66_616) expect(body).toMatchObject({ status: 'processing' });
    await inTime(body.id);
    expect(await read(body.id)).toMatchObject({ status });
    expect(await atPartner('debit', body.id)).toMatchObject({ state: there });
    const taken = before.available.amount - (await positionNow()).available.amount;
    expect(taken).toBe(status === 'completed' ? amount : 0);
  });

  test('that is approved after it was reversed is reversed again', async () => {
    const { body } = await pay(66_615);
    await inTime(body.id);
    expect(await read(body.id)).toMatchObject({ status: 'declined', refusal: { code: 'issuer.no_answer' } });
    expect(await atPartner('debit', body.id)).toMatchObject({ reversals: 1 });
    await inTime(body.id, () => false);
    expect(await atPartner('debit', body.id)).toMatchObject({ state: 'reversed', reversals: 2 });
  });

  test('that has to be confirmed is debited there only once it is', async () => {
    const rule = { scope: 'account', subject: account, currency: 'KGS', direction: 'out', measure: 'amount' };
    const limit = await made('/v1/centre/limit-rules', {
      rule: { ...rule, threshold: 40_000, above: 'confirm' },
      reason: 'a test',
    });
    const device = await newDevice(account, issuer.key);
    const { body } = await pay(40_001);
    expect(body).toMatchObject({ status: 'requires_confirmation', account });
    expect(await atPartner('debit', body.id)).toBeUndefined();
    const signature = await signText(device.privateKey, body.confirmation.text);
    const confirm = () =>
      post(`/v1/accounts/${account}/payments/${body.id}/confirm`, issuer.key, { key: device.id, signature });
    expect(await confirm()).toMatchObject({ status: 200, body: { status: 'completed', account } });
    expect((await confirm()).body.status).toBe('completed');
    expect(await atPartner('debit', body.id)).toMatchObject({ state: 'approved', orders: 1 });
    await post(`/v1/centre/limit-rules/${limit.id}/retire`, adminKey, { version: 1, reason: 'a test' });
  });

  test('to an order that was paid meanwhile is reversed at the issuer', async () => {
    const order = await newOrder(shop, 4_400);
    const payload = order.qr.payload;
    const path = `/v1/accounts/${account}/payments`;
    const outcomes = await Promise.all([1, 2, 3].map(() => post(path, issuer.key, { payload }, freshKey())));
    const paid = outcomes.filter(({ body }) => body.status === 'completed');
    expect(paid).toHaveLength(1);
    for (const { body } of outcomes) {
      if (body.status === 'completed' || body.id === undefined) continue;
      expect(body).toMatchObject({ status: 'declined', refusal: { code: 'order.already_paid' } });
      expect(await atPartner('debit', body.id)).toMatchObject({ state: 'reversed' });
    }
  });

  test('is given back there by a refund', async () => {
    const { body } = await pay(9_000);
    const path = `/v1/merchants/${shop.id}/payments/${body.id}/refunds`;
    const refund = await post(path, shop.key, { amount: 4_000 }, freshKey());
    expect(refund).toMatchObject({ status: 201, body: { status: 'completed' } });
    expect(await atPartner('refund', refund.body.id)).toMatchObject({
      state: 'approved',
      amountMinor: 4_000,
    });
    expect((await read(body.id)).amount_refunded.amount).toBe(4_000);
    const timeline = await get(`/v1/accounts/${account}/payments/${body.id}/timeline`, issuer.key);
    const codes = timeline.body.steps.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(expect.arrayContaining(['payment.held', 'payment.accepted', 'refund.accepted']));
  });

  test('is nobody else’s to read, of the same issuer either', async () => {
    const { body } = await pay(1_100);
    const other = (await made('/v1/accounts', { currency: 'KGS', reference: 'KG-2' }, issuer.key)).id;
    for (const path of ['', '/timeline']) {
      const answer = await get(`/v1/accounts/${other}/payments/${body.id}${path}`, issuer.key);
      expect(answer, path).toMatchObject({ status: 404, body: { code: 'payment.not_found' } });
    }
    expect((await get(`/v1/accounts/${other}/payments`, issuer.key)).body.data).toEqual([]);
    const own = (await get(`/v1/accounts/${account}/payments?limit=3`, issuer.key)).body;
    expect(own.data[0].id).toBe(body.id);
    expect(own.data).toHaveLength(3);
    expect(own.next_cursor).not.toBeNull();
  });
});

describe('whoever asked the issuer is gone', () => {
  /** Held by a Worker that never asks, or never tells what it was answered. */
  async function held(amount: number) {
    const { body: merchant } = await get(`/v1/merchants/${shop.id}`, shop.key);
    const [row, shopRow] = await Promise.all(
      [position.account, merchant.account].map((id) =>
        testEnv.DIRECTORY.prepare('SELECT id, books FROM account WHERE id = ?')
          .bind(id)
          .first<{ id: string; books: string }>(),
      ),
    );
    const place = { id: position.account, books: JSON.parse(row?.books ?? '[]') };
    const started = await ledgerOf(testEnv.BOOKS)
      .stripe(place)
      .transfer({
        kind: 'payment',
        amountMinor: BigInt(amount),
        currency: 'KGS',
        creditor: shopRow?.id ?? '',
        creditorStripe: 0,
        creditorBooks: JSON.parse(shopRow?.books ?? '[]'),
        legs: [{ does: 'debit', partner: connection, account }],
        facts: { payerParticipant: issuer.id, payerAccount: account, merchant: shop.id },
        idempotency: { key: freshKey(), request: 'r' },
      });
    if (!started.ok) throw new Error(started.refusal.code);
    expect(started.value).toMatchObject({ view: { state: 'processing' }, task: { does: 'perform', leg: 0 } });
    return started.value.view.transfer;
  }
  const sandbox = sandboxAdapter({
    change: (key, change) => directoryOf(testEnv.DIRECTORY).changeSandboxOrder<SandboxRecord>(key, change),
  });
  const performed = async ({ id, amountMinor, currency, heldAtMs: atMs }: TransferDetails) => {
    const order = { id, amountMinor, currency, account: 'KG-1', atMs };
    await sandbox.perform('debit', order, new AbortController().signal).catch(() => {});
  };

  test('before it asked: the book asks, and does not debit a payer who has gone', async () => {
    const transfer = await held(3_100);
    await abortAllDurableObjects();
    await inTime(transfer.id);
    const { status } = await read(transfer.id);
    const there = await atPartner('debit', transfer.id);
    expect(there?.state === 'approved').toBe(status === 'completed');
  });

  test('after it asked: the book hears the same answer, and the payer is debited once', async () => {
    const transfer = await held(3_200);
    await performed(transfer);
    await abortAllDurableObjects();
    await inTime(transfer.id);
    expect(await read(transfer.id)).toMatchObject({ status: 'completed' });
    expect(await atPartner('debit', transfer.id)).toMatchObject({ state: 'approved', orders: 1 });
  });

  test('after the merchant was paid: it stays paid, although the issuer no longer says what it did', async () => {
    const { body } = await pay(3_300);
    expect(body).toMatchObject({ status: 'completed' });
    await abortAllDurableObjects();
    const record = { ...(await atPartner('debit', body.id)), state: 'pending', askedMinor: 66_614 };
    await testEnv.DIRECTORY.prepare('UPDATE sandbox_order SET record = ? WHERE key = ?')
      .bind(JSON.stringify(record), `debit ${body.id}`)
      .run();
    for (let round = 0; round < 12; round++) await ring(30_000);
    expect(await read(body.id)).toMatchObject({ status: 'completed' });
    expect(await atPartner('debit', body.id)).toMatchObject({ reversals: 0 });
  });

  test('and crashes in between do not make the book forget that it has given up', async () => {
    const transfer = await held(66_618);
    await performed(transfer);
    for (let round = 0; round < 20 && (await read(transfer.id)).status === 'processing'; round++) {
      await abortAllDurableObjects();
      await ring(60_000);
    }
    expect(await read(transfer.id)).toMatchObject({
      status: 'declined',
      refusal: { code: 'issuer.no_answer' },
    });
    expect(await atPartner('debit', transfer.id)).toMatchObject({ state: 'reversed', reversals: 3 });
  });
});
