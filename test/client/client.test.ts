/** Wallets and registers written with the client, against the real switch. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  confirmationText,
  deviceKeyOf,
  NoAnswer,
  Refused,
  registerOf,
  walletOf,
} from '../../src/client/index.ts';
import { adminKey, get, migrate, post } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, type Payer, type Shop } from '../support/town.ts';
import { type Fate, lineOf, problem } from './world.ts';

let issuer: Issuer;
let shop: Shop;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop();
});

const register = (fates?: Fate[]) => {
  const line = lineOf({ key: shop.key }, fates);
  return { ...line, till: registerOf(line.client, shop.id) };
};
const wallet = (fates?: Fate[]) => {
  const line = lineOf({ key: issuer.key }, fates);
  return { ...line, phone: walletOf(line.client) };
};
const balanceOf = async ({ account }: Payer) =>
  (await get(`/v1/accounts/${account}`, issuer.key)).body.balance;

const newPair = async () =>
  (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;

/** From now on a payer has to confirm what is above a thousand. */
async function newConfirmRule(account: string): Promise<void> {
  const rule = { scope: 'account', subject: account, currency: 'KGS', direction: 'out', measure: 'amount' };
  const body = { rule: { ...rule, threshold: 1_000, above: 'confirm' }, reason: 'a test' };
  expect((await post('/v1/centre/limit-rules', adminKey, body)).status).toBe(201);
}

/** What a call that must fail failed with. */
const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error) => error,
  );

describe('a sale', () => {
  test('is ordered, scanned, paid, waited for and given back', async () => {
    const payer = await newPayer(issuer, 50_000);
    const [{ till }, { phone }] = [register(), wallet()];
    const order = await till.createOrder({ amount: 12_550, currency: 'KGS', reference: 'sale-1' });
    const waiting = till.waitForOrder(order.id);
    const scan = await phone.scan(order.qr.payload);
    expect(scan).toMatchObject({ payable: true, amount: { amount: 12_550, currency: 'KGS' } });
    const payment = await phone.settled(await phone.pay(payer.account, { scan: scan.scan }));
    expect(payment.status).toBe('completed');
    expect(await waiting).toMatchObject({ status: 'paid', payment: { id: payment.id } });

    const refund = await till.refund(payment.id, { amount: 2_550 });
    expect(refund).toMatchObject({ status: 'completed', amount: { amount: 2_550, currency: 'KGS' } });
    expect((await till.payment(payment.id)).amount_refunded.amount).toBe(2_550);
    expect(await balanceOf(payer)).toEqual({ amount: 40_000, currency: 'KGS' });
  });

  test('that nobody pays is cancelled, and waiting for it ends', async () => {
    const { till } = register();
    const order = await till.createOrder({ amount: 100, currency: 'KGS' });
    const waiting = till.waitForOrder(order.id);
    expect((await till.cancelOrder(order.id)).status).toBe('cancelled');
    expect((await waiting).status).toBe('cancelled');
  });

  test('is waited for through lost connections, and each is told', async () => {
    const fates: Fate[] = [undefined, ...Array<Fate>(7).fill('request lost')];
    const { till, attempts } = register(fates);
    const order = await till.createOrder({ amount: 100, currency: 'KGS' });
    const told: NoAnswer[] = [];
    const waiting = till.waitForOrder(order.id, { onOffline: (lost) => told.push(lost) });
    await register().till.cancelOrder(order.id);
    expect((await waiting).status).toBe('cancelled');
    expect(told).toHaveLength(1);
    expect(attempts).toHaveLength(1 + 7 + 1);
  });

  test('is paid with a code the payer shows, once, however often its answer is lost', async () => {
    const payer = await newPayer(issuer, 50_000);
    const [{ till }, { phone }] = [register(['answer lost', 'request lost']), wallet()];
    const { code } = await phone.showCode(payer.account);
    const payment = await till.takeCode({ code, amount: 12_550, currency: 'KGS', reference: 'sale-2' });
    expect(payment).toMatchObject({ status: 'completed', presentation: 'code', order_reference: 'sale-2' });
    expect(await till.waitForTaken(payment.id)).toEqual(payment);
    expect(await balanceOf(payer)).toEqual({ amount: 37_450, currency: 'KGS' });
  });

  test('is paid with a password the payer reads out', async () => {
    const payer = await newPayer(issuer, 50_000);
    const phoneNumber = '+996555777001';
    await post(`/v1/accounts/${payer.account}/holder`, issuer.key, { phone: phoneNumber });
    const { password } = await wallet().phone.askPassword(payer.account);
    const sale = { phone: phoneNumber, password, amount: 12_550, currency: 'KGS' };
    expect(await register().till.takePassword(sale)).toMatchObject({ status: 'completed' });
    expect(await balanceOf(payer)).toEqual({ amount: 37_450, currency: 'KGS' });
  });

  test('that the payer has to confirm is signed by their device, however often answers are lost', async () => {
    const [payer, pair] = [await newPayer(issuer, 50_000), await newPair()];
    const { client } = wallet();
    const registered = await client.call('POST /v1/accounts/{account}/device-keys', {
      params: { account: payer.account },
      body: await deviceKeyOf('https://switch.test', payer.account, pair),
    });
    const device = { keyId: registered.id, privateKey: pair.privateKey };
    await newConfirmRule(payer.account);
    const orderOf = async () => ({
      payload: (await register().till.createOrder({ amount: 9_000, currency: 'KGS' })).qr.payload,
    });
    const payment = await wallet().phone.pay(payer.account, await orderOf());
    expect(payment.status).toBe('requires_confirmation');
    expect(confirmationText(payment)).toBe(payment.confirmation?.text);
    const { phone, attempts } = wallet(['answer lost', 'request lost']);
    expect(await phone.confirm(payment, device)).toMatchObject({ id: payment.id, status: 'completed' });
    expect(attempts).toHaveLength(3);
    expect(await balanceOf(payer)).toEqual({ amount: 41_000, currency: 'KGS' });
    const other = await phone.pay(payer.account, await orderOf());
    expect(await phone.cancel(other)).toMatchObject({ status: 'cancelled' });
    const plain = { ...other, confirmation: null };
    expect(() => confirmationText(plain)).toThrow('needs no confirmation');
  });

  test('is waited for as long as the register wants', async () => {
    const { till } = register();
    const order = await till.createOrder({ amount: 100, currency: 'KGS' });
    const ending = new AbortController();
    const waiting = failure(till.waitForOrder(order.id, { signal: ending.signal }));
    ending.abort(new Error('the buyer left'));
    expect(await waiting).toEqual(new Error('the buyer left'));
  });
});

describe('a refusal', () => {
  test('is thrown with its code, who must act, and a text in the language asked for', async () => {
    const { client } = lineOf({ key: shop.key }, [], { language: 'ky' });
    const refused = await failure(registerOf(client, shop.id).order('ord_1hq3v8k2m0abcdefgh00'));
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ code: 'order.not_found', problem: { status: 404, actor: 'merchant' } });
    expect((refused as Refused).problem.detail).not.toBe((refused as Refused).problem.title);
  });

  test('is not asked for twice', async () => {
    const { till, attempts } = register();
    expect(await failure(till.createOrder({ amount: 100, currency: 'THB' }))).toMatchObject({
      code: 'payment.currency_mismatch',
    });
    expect(attempts).toHaveLength(1);
  });

  test('of a payment is a payment: declined, with why', async () => {
    const payer = await newPayer(issuer, 0);
    const order = await register().till.createOrder({ amount: 100, currency: 'KGS' });
    const payment = await wallet().phone.pay(payer.account, { payload: order.qr.payload });
    expect(payment).toMatchObject({ status: 'declined', refusal: { code: 'payment.insufficient_funds' } });
  });
});

describe('a bad connection', () => {
  const fates: [string, Fate[]][] = [
    ['the request is lost', ['request lost', 'request lost']],
    ['the answer is lost', ['answer lost', 'answer lost']],
    ['the answer is cut short', ['cut short']],
    ['a proxy answers in its place', [new Response('<h1>Bad gateway</h1>', { status: 502 })]],
    ['a network wants a log-in first', [new Response('<h1>Welcome</h1>')]],
    ['the switch is busy, after it has paid', ['answer lost', problem(503, 'switch.busy')]],
    ['the switch fails', [problem(500, 'switch.error')]],
    ['the first call still runs', ['answer lost', problem(409, 'idempotency.in_flight')]],
    ['the limit is reached', [problem(429, 'rate.exceeded', { 'retry-after': '1' })]],
  ];
  test.each(fates)('%s: one debit, and the same answer', async (_, ahead) => {
    const payer = await newPayer(issuer, 50_000);
    const order = await register().till.createOrder({ amount: 12_550, currency: 'KGS' });
    const { phone, attempts } = wallet(ahead);
    const payment = await phone.pay(payer.account, { payload: order.qr.payload });
    expect(payment).toMatchObject({ status: 'completed', order: order.id });
    expect(attempts).toHaveLength(ahead.length + 1);
    const keys = attempts.map((request) => request.headers.get('idempotency-key'));
    expect(new Set(keys).size).toBe(1);
    expect(await balanceOf(payer)).toEqual({ amount: 37_450, currency: 'KGS' });
  });

  test('that stays bad is said, with the key under which the payment can be asked for later', async () => {
    const payer = await newPayer(issuer, 50_000);
    const order = await register().till.createOrder({ amount: 12_550, currency: 'KGS' });
    const { phone, attempts } = wallet(Array<Fate>(6).fill('answer lost'));
    const lost = (await failure(phone.pay(payer.account, { payload: order.qr.payload }))) as NoAnswer;
    expect(lost).toBeInstanceOf(NoAnswer);
    expect(attempts).toHaveLength(6);
    const idempotencyKey = lost.idempotencyKey!;
    const again = await wallet().phone.pay(payer.account, { payload: order.qr.payload }, { idempotencyKey });
    expect(again).toMatchObject({ status: 'completed', order: order.id });
    expect(await balanceOf(payer)).toEqual({ amount: 37_450, currency: 'KGS' });
  });

  test('does not make what has no key happen twice', async () => {
    const { client, attempts } = lineOf({ key: shop.key }, ['answer lost']);
    const body = { url: 'https://shop.example/callbacks' };
    expect(await failure(client.call('POST /v1/callback-endpoints', { body }))).toBeInstanceOf(NoAnswer);
    expect(attempts).toHaveLength(1);
    const { data } = await client.call('GET /v1/callback-endpoints', {});
    expect(data.filter(({ url }) => url === body.url)).toHaveLength(1);
  });

  test('is waited out longer each time, and as long as the switch asks for', async () => {
    const { till, pauses } = register([
      'request lost',
      'request lost',
      'request lost',
      problem(429, 'rate.exceeded', { 'retry-after': '9' }),
      problem(503, 'switch.busy', { 'retry-after': new Date(Date.now() + 29_000).toUTCString() }),
    ]);
    await till.createOrder({ amount: 100, currency: 'KGS' });
    const [first, second, third, asked, until] = pauses as [number, number, number, number, number];
    for (const [index, ms] of [first, second, third].entries()) {
      expect(ms).toBeGreaterThanOrEqual(125 * 2 ** index);
      expect(ms).toBeLessThanOrEqual(250 * 2 ** index);
    }
    expect(asked).toBe(9_000);
    expect(until).toBeGreaterThan(9_000);
  });

  test('a switch that asks for a long pause is not kept waiting for', async () => {
    const { till, attempts } = register([problem(429, 'rate.exceeded', { 'retry-after': '3600' })]);
    expect(await failure(till.createOrder({ amount: 100, currency: 'KGS' }))).toMatchObject({
      code: 'rate.exceeded',
      retryAfterMs: 3_600_000,
    });
    expect(attempts).toHaveLength(1);
  });
});
