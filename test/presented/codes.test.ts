/** Codes that payers show at registers: paid once, by one register, within their minute. */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { sha256, toBase64Url } from '../../src/kernel/index.ts';
import { bookName, ledgerOf } from '../../src/ledger/index.ts';
import { codeKeysOf, codeOf, readCode } from '../../src/presented/code.ts';
import { newDevice, signText } from '../support/signing.ts';
import { adminKey, freshKey, get, migrate, newIsolate, post, testEnv, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, type Shop } from '../support/town.ts';
import { balanceOf, locatorOf, showCode, takeCode, type Wallet } from './counter.ts';

let issuer: Issuer;
let shop: Shop;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop();
});
afterEach(() => {
  vi.useRealTimers();
});
const newWallet = async (minor = 50_000, currency = 'KGS'): Promise<Wallet> => ({
  issuer,
  ...(await newPayer(issuer, minor, currency)),
});
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
const setAside = (wallet: Wallet, confirm_above: number | null) =>
  post(`/v1/accounts/${wallet.account}/presented-settings`, wallet.issuer.key, { confirm_above });

/** The second a code was made in. */
async function secondOf(code: string): Promise<number> {
  const keys = [await codeKeysOf(testEnv.TOLOM_SECRET ?? '')];
  return readCode(keys, code, Math.floor(Date.now() / 1_000))?.madeAtS ?? 0;
}

/** A code that was made `agoS` seconds ago. */
async function olderCode(wallet: Wallet, agoS: number): Promise<string> {
  await showCode(wallet);
  const keys = await codeKeysOf(testEnv.TOLOM_SECRET ?? '');
  return codeOf(keys, await locatorOf(wallet.account), Math.floor(Date.now() / 1_000) - agoS);
}

describe('a payer shows a code', () => {
  test('the register sends it with the amount: the payer is debited, the merchant credited, both hear of it', async () => {
    const url = 'https://receiver.example/hook';
    for (const key of [issuer.key, shop.key]) await post('/v1/callback-endpoints', key, { url });
    const wallet = await newWallet();
    const { code, qr } = await showCode(wallet);
    expect(code).toMatch(/^\d{20}$/);
    expect(atob(qr).slice(2, 7)).toBe('CPV01');
    const paid = await takeCode(shop, { code, reference: 'R-7' });
    expect(paid).toMatchObject({
      status: 201,
      body: {
        status: 'completed',
        presentation: 'code',
        amount: { amount: 5_000, currency: 'KGS' },
        order_reference: 'R-7',
        account: null,
        merchant: { id: shop.id },
      },
    });
    expect(await balanceOf(wallet.account)).toBe(45_000);
    const { id } = paid.body;
    const atWallet = await get(`/v1/accounts/${wallet.account}/payments/${id}`, issuer.key);
    expect(atWallet.body).toMatchObject({
      id,
      status: 'completed',
      presentation: 'code',
      account: wallet.account,
    });
    expect((await get(`/v1/merchants/${shop.id}/payments/${id}`, shop.key)).body).toMatchObject({ id });
    const timeline = await get(`/v1/accounts/${wallet.account}/payments/${id}/timeline`, issuer.key);
    expect(timeline.body.steps[0]).toMatchObject({ code: 'payment.presented_code' });
    for (const key of [issuer.key, shop.key]) {
      const told = await until(
        async () => (await get(`/v1/events?object=${id}`, key)).body.data[0],
        (event) => event !== undefined,
        20_000,
      );
      expect(JSON.parse(told.body)).toMatchObject({
        type: 'payment.completed',
        data: { id, presentation: 'code' },
      });
    }
  });

  test('the QR code says the same as the digits, and is spent with them', async () => {
    const wallet = await newWallet();
    const { code, qr } = await showCode(wallet);
    expect((await takeCode(shop, { code: qr })).body).toMatchObject({ status: 'completed' });
    expect(await takeCode(shop, { code })).toMatchObject({ status: 409, body: { code: 'code.used' } });
  });

  test('nothing is stored for a code: the directory has one row for the account, however many are made', async () => {
    const wallet = await newWallet();
    for (let count = 0; count < 5; count++) await showCode(wallet);
    const { results } = await testEnv.DIRECTORY.prepare('SELECT * FROM presenter WHERE id = ?')
      .bind(wallet.account)
      .all();
    expect(results).toHaveLength(1);
  });

  test('a merchant with many stripes is paid the same', async () => {
    const chain = await newShop({ stripes: 4 });
    const wallet = await newWallet();
    const { code } = await showCode(wallet);
    const paid = await takeCode(chain, { code });
    expect(paid.body).toMatchObject({ status: 'completed' });
    const read = `/v1/merchants/${chain.id}/presented-payments/${paid.body.id}`;
    expect((await get(`${read}?wait=5`, chain.key)).body).toMatchObject({
      id: paid.body.id,
      status: 'completed',
    });
    expect((await get(read, shop.key)).body).toMatchObject({ code: 'merchant.not_found' });
    const elsewhere = `/v1/merchants/${shop.id}/presented-payments/${paid.body.id}`;
    expect((await get(elsewhere, shop.key)).body).toMatchObject({ code: 'payment.not_found' });
  });
});

describe('a code is good once', () => {
  test('two registers send it at once: one is paid, the other is told', async () => {
    const wallet = await newWallet();
    const others = await Promise.all([newShop(), newShop(), newShop()]);
    const { code } = await showCode(wallet);
    const answers = await Promise.all([shop, ...others].map((one) => takeCode(one, { code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect(answers.filter(({ body }) => body.code === 'code.used')).toHaveLength(3);
    expect(await balanceOf(wallet.account)).toBe(45_000);
  });

  test('one register sends it twice with keys of their own: one is paid', async () => {
    const wallet = await newWallet();
    const { code } = await showCode(wallet);
    const answers = await Promise.all([takeCode(shop, { code }), takeCode(shop, { code })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await balanceOf(wallet.account)).toBe(45_000);
  });

  test('a declined payment spends it too', async () => {
    const wallet = await newWallet(1_000);
    const { code } = await showCode(wallet);
    const declined = await takeCode(shop, { code });
    expect(declined).toMatchObject({
      status: 201,
      body: { status: 'declined', refusal: { code: 'payment.insufficient_funds', actor: 'payer' } },
    });
    expect((await takeCode(shop, { code, amount: 500 })).body).toMatchObject({ code: 'code.used' });
    const read = await get(`/v1/merchants/${shop.id}/presented-payments/${declined.body.id}`, shop.key);
    expect(read.body).toMatchObject({ id: declined.body.id, status: 'declined' });
  });
});

describe('a register that lost the answer asks again', () => {
  test('and gets it, also when the code has long expired and after a crash', async () => {
    const wallet = await newWallet();
    const { code } = await showCode(wallet);
    const key = freshKey();
    const first = await takeCode(shop, { code }, key);
    await abortAllDurableObjects();
    later(3_600_000);
    const again = await takeCode(shop, { code }, key);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await balanceOf(wallet.account)).toBe(45_000);
  });

  test('whose first request died after its key was remembered: the payment is made now, once', async () => {
    const wallet = await newWallet();
    const { code } = await showCode(wallet);
    const madeAtS = await secondOf(code);
    const [key, path] = [freshKey(), `/v1/merchants/${shop.id}/presented-payments`];
    const body = { amount: 5_000, currency: 'KGS', code };
    const request = toBase64Url(await sha256(`POST\n${path}\n${JSON.stringify(body)}`));
    const asked = { key: `${shop.id} presented ${key}`, request };
    const account = await directoryOf(testEnv.DIRECTORY).account(shop.account);
    const desk = ledgerOf(testEnv.BOOKS).stripe(account!);
    await desk.remember(asked, `code ${wallet.account} ${madeAtS}`);
    const paid = await post(path, shop.key, body, key);
    expect(paid).toMatchObject({ status: 201, body: { status: 'completed' } });
    expect(await post(path, shop.key, body, key)).toMatchObject({ status: 200, body: { id: paid.body.id } });
    expect(await balanceOf(wallet.account)).toBe(45_000);
  });

  test('many times at once: one payment, and no other answer than that it is under way', async () => {
    const wallet = await newWallet();
    const { code } = await showCode(wallet);
    const key = freshKey();
    const answers = await Promise.all(Array.from({ length: 6 }, () => takeCode(shop, { code }, key)));
    const ids = answers.filter(({ status }) => status < 300).map(({ body }) => body.id);
    expect(new Set(ids).size).toBe(1);
    for (const { status, body } of answers) {
      if (status >= 300) expect(body.code).toBe('idempotency.in_flight');
    }
    expect(await balanceOf(wallet.account)).toBe(45_000);
  });

  test('with the payer’s next code under the same key it is refused, and nobody pays twice', async () => {
    const wallet = await newWallet();
    const key = freshKey();
    const first = await takeCode(shop, { code: await olderCode(wallet, 2) }, key);
    expect(first.body).toMatchObject({ status: 'completed' });
    const { code } = await showCode(wallet);
    const second = await takeCode(shop, { code }, key);
    expect(second).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
    expect(await balanceOf(wallet.account)).toBe(45_000);
    expect((await takeCode(shop, { code })).body).toMatchObject({ status: 'completed' });
  });

  test('a refusal that spent nothing is no answer for ever', async () => {
    const wallet = await newWallet();
    const key = freshKey();
    const { code } = await showCode(wallet);
    await setAside(wallet, 0);
    expect((await takeCode(shop, { code }, key)).body.code).toBe('payment.confirmation_required');
    await setAside(wallet, null);
    expect((await takeCode(shop, { code }, key)).body).toMatchObject({ status: 'completed' });
  });
});

describe('a code is refused', () => {
  test.each([
    ['when its minute is over', 61, 410, 'code.expired'],
    ['a quarter of an hour later, when nothing is left of it', 1_000, 422, 'code.unknown'],
    ['when it was made in another round of a thousand seconds', 2_003, 422, 'code.unknown'],
  ])('%s', async (_, agoS, status, code) => {
    const wallet = await newWallet();
    const answer = await takeCode(shop, { code: await olderCode(wallet, agoS) });
    expect(answer).toMatchObject({ status, body: { code, actor: 'payer', retryable: false } });
    expect(await balanceOf(wallet.account)).toBe(50_000);
  });

  test('when somebody made it up', async () => {
    const { code } = await showCode(await newWallet());
    const other = String((Number(code[19]) + 1) % 10);
    for (const made of [code.slice(0, 19) + other, '0'.repeat(20), '12345678901234567890']) {
      expect((await takeCode(shop, { code: made })).body).toMatchObject({ code: 'code.unknown' });
    }
  });

  test('when it stands for an account that never was', async () => {
    const code = codeOf(
      await codeKeysOf(testEnv.TOLOM_SECRET ?? ''),
      999_999_999,
      Math.floor(Date.now() / 1_000),
    );
    expect((await takeCode(shop, { code })).body).toMatchObject({ code: 'code.unknown' });
  });

  test('when the money is of another kind, and stays good for a shop that takes it', async () => {
    const wallet = await newWallet();
    const abroad = await newShop({ currency: 'THB', country: 'TH' });
    const { code } = await showCode(wallet);
    const wrong = await takeCode(abroad, { code });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'payment.currency_mismatch' } });
    expect((await takeCode(abroad, { code, currency: 'KGS' })).body.code).toBe('payment.currency_mismatch');
    expect((await takeCode(shop, { code })).body).toMatchObject({ status: 'completed' });
  });

  test('when the account is frozen', async () => {
    const wallet = await newWallet();
    const { code } = await showCode(wallet);
    await post(`/v1/centre/accounts/${wallet.account}/freeze`, adminKey, { reason: 'asked' });
    expect((await takeCode(shop, { code })).body).toMatchObject({
      status: 'declined',
      refusal: { code: 'account.frozen' },
    });
    expect(await balanceOf(wallet.account)).toBe(50_000);
  });

  test('when its issuer is suspended, or the merchant is', async () => {
    const gone = await newIssuer('Gone Wallet');
    const wallet = { issuer: gone, ...(await newPayer(gone)) };
    const { code } = await showCode(wallet);
    await post(`/v1/centre/participants/${gone.id}/suspend`, adminKey, { reason: 'asked' });
    const body = { code, amount: 100, currency: 'KGS' };
    const headers = { 'idempotency-key': freshKey() };
    const path = `/v1/merchants/${shop.id}/presented-payments`;
    const refused = await newIsolate()('POST', path, { key: shop.key, body, headers });
    expect(refused).toMatchObject({ status: 422, body: { code: 'participant.inactive' } });
    const closed = await newShop();
    await post(`/v1/centre/merchants/${closed.id}/suspend`, adminKey, { reason: 'asked' });
    const { code: another } = await showCode(await newWallet());
    expect((await takeCode(closed, { code: another })).body).toMatchObject({ code: 'merchant.inactive' });
  });
});

describe('above the payer’s threshold', () => {
  /** A payer with a device, and a payment that waits for it. */
  async function waiting() {
    const wallet = await newWallet(500_000);
    const device = await newDevice(wallet.account, issuer.key);
    const { code } = await showCode(wallet);
    const key = freshKey();
    const asked = await takeCode(shop, { code, amount: 100_001 }, key);
    const path = `/v1/accounts/${wallet.account}/payments/${asked.body.id}`;
    const confirm = async () => {
      const { text } = (await get(path, issuer.key)).body.confirmation;
      const signature = await signText(device.privateKey, text);
      return post(`${path}/confirm`, issuer.key, { key: device.id, signature });
    };
    const read = `/v1/merchants/${shop.id}/presented-payments/${asked.body.id}`;
    return { wallet, code, key, asked, path, confirm, read };
  }

  test('the wallet confirms: it hears of the payment, signs it, and the register that waits is told', async () => {
    await post('/v1/callback-endpoints', issuer.key, { url: 'https://receiver.example/confirm' });
    const { wallet, code, key, asked, confirm, read } = await waiting();
    expect(asked).toMatchObject({
      status: 201,
      body: { status: 'requires_confirmation', presentation: 'code', confirmation: null, account: null },
    });
    expect(await balanceOf(wallet.account)).toBe(500_000);
    const told = await until(
      async () => (await get(`/v1/events?object=${asked.body.id}`, issuer.key)).body.data[0],
      (event) => event !== undefined,
      20_000,
    );
    expect(JSON.parse(told.body)).toMatchObject({
      type: 'payment.requires_confirmation',
      data: { presentation: 'code', confirmation: { reason: 'asked' } },
    });
    expect((await takeCode(await newShop(), { code })).body).toMatchObject({ code: 'code.used' });
    const ended = get(`${read}?wait=20`, shop.key);
    expect((await confirm()).body).toMatchObject({ status: 'completed' });
    expect((await ended).body).toMatchObject({ id: asked.body.id, status: 'completed', refusal: null });
    expect(await balanceOf(wallet.account)).toBe(399_999);
    const again = await takeCode(shop, { code, amount: 100_001 }, key);
    expect(again).toMatchObject({ status: 200, body: { id: asked.body.id, status: 'completed' } });
  });

  test('the register’s first request died right after the payment: a repeat says it, and it is found again', async () => {
    const { code, key, asked, read } = await waiting();
    const account = await directoryOf(testEnv.DIRECTORY).account(shop.account);
    const book = testEnv.BOOKS.get(testEnv.BOOKS.idFromName(bookName(account?.books[0] ?? -1)));
    const forgotten = await runInDurableObject(
      book,
      (_, { storage }) =>
        storage.sql.exec('DELETE FROM idempotency WHERE key LIKE ?', `%presented-payment ${asked.body.id}`)
          .rowsWritten,
    );
    expect(forgotten).toBeGreaterThan(0);
    expect((await get(read, shop.key)).body.code).toBe('payment.not_found');
    const again = await takeCode(shop, { code, amount: 100_001 }, key);
    expect(again).toMatchObject({ status: 200, body: { id: asked.body.id } });
    expect((await get(read, shop.key)).body).toMatchObject({ status: 'requires_confirmation' });
  });

  test('the payer says no, and the register hears it', async () => {
    const { wallet, asked, path, read } = await waiting();
    expect((await post(`${path}/cancel`, issuer.key, {})).body).toMatchObject({ status: 'cancelled' });
    expect((await get(`${read}?wait=5`, shop.key)).body).toMatchObject({
      id: asked.body.id,
      status: 'cancelled',
    });
    expect(await balanceOf(wallet.account)).toBe(500_000);
  });

  test('whose wallet cannot sign is to scan the merchant’s code; below it the code stays good', async () => {
    const wallet = await newWallet(500_000);
    const { code, confirm_above } = await showCode(wallet);
    expect(confirm_above).toEqual({ amount: 100_000, currency: 'KGS' });
    const refused = await takeCode(shop, { code, amount: 100_001 });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'payment.confirmation_required', actor: 'payer' },
    });
    expect((await takeCode(shop, { code, amount: 100_000 })).body).toMatchObject({ status: 'completed' });
  });

  test('the payer says where it is, and takes it back', async () => {
    const wallet = await newWallet();
    const settings = `/v1/accounts/${wallet.account}/presented-settings`;
    const usual = { confirm_above: { amount: 100_000, currency: 'KGS' }, is_default: true };
    expect((await get(settings, issuer.key)).body).toMatchObject(usual);
    expect((await setAside(wallet, 4_999)).body).toMatchObject({
      account: wallet.account,
      confirm_above: { amount: 4_999, currency: 'KGS' },
      is_default: false,
    });
    const { code } = await showCode(wallet);
    expect((await takeCode(shop, { code })).body).toMatchObject({ code: 'payment.confirmation_required' });
    expect((await setAside(wallet, null)).body).toMatchObject(usual);
  });

  test('in a currency without a usual one, everything is', async () => {
    const wallet = await newWallet(50_000, 'EUR');
    const { code } = await showCode(wallet);
    const euros = await newShop({ currency: 'EUR', country: 'DE' });
    expect((await takeCode(euros, { code, amount: 1 })).body).toMatchObject({
      code: 'payment.confirmation_required',
    });
  });
});

describe('a payer whose account is kept at an issuer outside', () => {
  const made = async (path: string, body: object, key = adminKey) => {
    const answer = await post(path, key, body);
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  let wallet: Wallet;
  beforeAll(async () => {
    const bank = await newIssuer('Tien Shan Bank');
    const participant = bank.id;
    const { id: connection } = await made('/v1/centre/connections', { participant, adapter: 'sandbox' });
    await made('/v1/centre/positions', { participant, currency: 'KGS', cap: 100_000_000 });
    const rules = { payers: [{ participant, connection }], merchants: [] };
    await made('/v1/centre/routing', { ...rules, based_on: 0, reason: 'a test' });
    const account = await made('/v1/accounts', { currency: 'KGS', reference: 'KG-1' }, bank.key);
    wallet = { issuer: bank, account: account.id };
  });

  test('pays with a code too: the issuer is asked for the debit, once', async () => {
    const { code } = await showCode(wallet);
    const paid = await takeCode(shop, { code });
    expect(paid.body).toMatchObject({
      status: 'completed',
      presentation: 'code',
      participant: wallet.issuer.id,
    });
    expect((await takeCode(shop, { code })).body).toMatchObject({ code: 'code.used' });
    const atWallet = await get(`/v1/accounts/${wallet.account}/payments/${paid.body.id}`, wallet.issuer.key);
    expect(atWallet.body).toMatchObject({ status: 'completed', account: wallet.account });
    const read = `/v1/merchants/${shop.id}/presented-payments/${paid.body.id}`;
    expect((await get(read, shop.key)).body).toMatchObject({ status: 'completed', account: null });
  });

  test('has no password here: its issuer knows the phone number', async () => {
    const answer = await post(`/v1/accounts/${wallet.account}/passwords`, wallet.issuer.key, {});
    expect(answer).toMatchObject({ status: 422, body: { code: 'account.external' } });
  });
});

describe('where and for what', () => {
  test('a key that is bound to a till takes payments there, and nowhere else', async () => {
    const places = `/v1/centre/merchants/${shop.id}/stores`;
    const { id: store } = (await post(places, adminKey, { name: 'Ош базары' })).body;
    const { id: till } = (await post(`${places}/${store}/tills`, adminKey, { name: '1' })).body;
    const { id: next } = (await post(`${places}/${store}/tills`, adminKey, { name: '2' })).body;
    const bound = { owner: shop.id, role: 'cashier', till };
    const { api_key: cashier } = (await post('/v1/centre/keys', adminKey, bound)).body;
    const { code } = await showCode(await newWallet());
    const wrong = await takeCode(shop, { code, till: next }, freshKey(), cashier);
    expect(wrong.body).toMatchObject({ code: 'till.not_found' });
    const paid = await takeCode(shop, { code }, freshKey(), cashier);
    expect(paid.body).toMatchObject({ status: 'completed', store, till });
  });

  test('an order is paid with it, once, and by its amount', async () => {
    const wallet = await newWallet();
    const order = await newOrder(shop, 5_000, { reference: 'R-8' });
    const { code } = await showCode(wallet);
    const wrong = await takeCode(shop, { code, order: order.id, amount: 4_000 });
    expect(wrong.body).toMatchObject({ code: 'payment.amount_mismatch' });
    const paid = await takeCode(shop, { code, order: order.id });
    expect(paid.body).toMatchObject({ status: 'completed', order: order.id, order_reference: 'R-8' });
    const read = await get(`/v1/merchants/${shop.id}/orders/${order.id}`, shop.key);
    expect(read.body).toMatchObject({ status: 'paid', payment: { id: paid.body.id } });
    const { code: another } = await showCode(await newWallet());
    expect((await takeCode(shop, { code: another, order: order.id })).body.code).toBe('order.already_paid');
    expect((await takeCode(shop, { code: another })).body).toMatchObject({ status: 'completed' });
  });

  test('another merchant’s order is none', async () => {
    const order = await newOrder(await newShop(), 5_000);
    const { code } = await showCode(await newWallet());
    expect((await takeCode(shop, { code, order: order.id })).body).toMatchObject({ code: 'order.not_found' });
  });
});
