/** Payments that their payer has to confirm, over the API: devices, signatures, and who hears of it. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Device, deviceProofOf, newDevice, newKeyPair, signText } from '../support/signing.ts';
import { type Answer, adminKey, call, freshKey, get, migrate, post, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, type Shop } from '../support/town.ts';

let issuer: Issuer;
let shop: Shop;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop({ name: 'Дордой базар' });
  for (const { key } of [issuer, shop]) {
    await post('/v1/callback-endpoints', key, { url: 'https://receiver.example/hook' });
  }
});
afterEach(() => void vi.useRealTimers());

interface Wallet {
  readonly account: string;
  readonly device: Device;
}

/** A payer whose payments above 1,000 need a signature, with a device. */
async function newWallet(): Promise<Wallet> {
  const { account } = await newPayer(issuer, 50_000);
  const rule = { scope: 'account', subject: account, currency: 'KGS', direction: 'out', measure: 'amount' };
  const body = { rule: { ...rule, threshold: 1_000, above: 'confirm' }, reason: 'a test' };
  const made = await post('/v1/centre/limit-rules', adminKey, body);
  expect(made).toMatchObject({ status: 201, body: { above: 'confirm', books_left: 0 } });
  return { account, device: await newDevice(account, issuer.key) };
}

const path = ({ account }: Wallet, payment = '') =>
  `/v1/accounts/${account}/payments${payment && `/${payment}`}`;
const buy = async (wallet: Wallet, amount = 2_500, order?: { qr: { payload: string } }) => {
  const { qr } = order ?? (await newOrder(shop, amount));
  return post(path(wallet), issuer.key, { payload: qr.payload }, freshKey());
};
const read = async (wallet: Wallet, payment: string) => (await get(path(wallet, payment), issuer.key)).body;

/** What the payer signs, put together as the documents say. */
// biome-ignore lint/suspicious/noExplicitAny: read freely, like every answer
const textOf = (payment: any): string =>
  [
    'tolom payment confirmation',
    payment.id,
    payment.amount.amount,
    payment.amount.currency,
    payment.confirmation.expires_at,
    payment.merchant.id,
    payment.merchant.name,
  ].join('\n');
const confirm = async (wallet: Wallet, payment: string, text: string, { id, privateKey } = wallet.device) =>
  post(`${path(wallet, payment)}/confirm`, issuer.key, {
    key: id,
    signature: await signText(privateKey, text),
  });
const said = ({ body }: Answer): string => body.refusal?.code ?? body.code ?? body.status;

describe('a payment above a limit that has to be confirmed', () => {
  test('says what to sign and until when, and is made by the signature', async () => {
    const wallet = await newWallet();
    expect((await buy(wallet, 1_000)).body).toMatchObject({ status: 'completed', confirmation: null });
    const asked = await buy(wallet);
    expect(asked).toMatchObject({
      status: 201,
      body: {
        status: 'requires_confirmation',
        refusal: null,
        completed_at: null,
        confirmation: { reason: 'limit', confirmed_at: null },
      },
    });
    const { id, confirmation, created_at } = asked.body;
    expect(Date.parse(confirmation.expires_at) - Date.parse(created_at)).toBe(5 * 60_000);
    expect(await read(wallet, id)).toEqual(asked.body);
    expect(confirmation.text).toBe(textOf(asked.body));
    expect(confirmation.text).toContain('\nДордой базар');
    const made = await confirm(wallet, id, textOf(asked.body));
    expect(made).toMatchObject({ status: 200, body: { id, status: 'completed', refusal: null } });
    expect(made.body.confirmation.text).toBeUndefined();
    expect(made.body.confirmation.confirmed_at).not.toBeNull();
    expect((await confirm(wallet, id, 'anything')).body).toEqual(made.body);
    expect(await read(wallet, id)).toEqual(made.body);
  });

  test('is told to its issuer alone, and stands in reports and on its timeline', async () => {
    const wallet = await newWallet();
    const cancelled = (await buy(wallet)).body;
    await post(`${path(wallet, cancelled.id)}/cancel`, issuer.key, {});
    const { body } = await buy(wallet);
    const rowOf = async (payment: string) =>
      (await get('/v1/centre/reports/payments?limit=100', adminKey)).body.data.find(
        ({ id }: { id: string }) => id === payment,
      );
    await until(
      () => rowOf(body.id),
      (row) => row?.status === 'requires_confirmation',
    );
    await confirm(wallet, body.id, textOf(body));
    const row = await until(
      () => rowOf(body.id),
      (found) => found?.status === 'completed',
    );
    expect(row.created_at).toBe(body.created_at);
    expect(await rowOf(cancelled.id)).toMatchObject({ status: 'cancelled', refusal: 'payment.cancelled' });
    const heard = async (key: string): Promise<string[]> =>
      (await get('/v1/events?limit=100', key)).body.data
        .filter(({ object }: { object: string }) => [body.id, cancelled.id].includes(object))
        .map(
          ({ type, body: text }: Record<string, string>) => `${type} ${JSON.parse(text ?? '').data.status}`,
        )
        .sort();
    const events = await until(
      () => heard(issuer.key),
      (found) => found.length === 4,
    );
    expect(events).toEqual([
      'payment.cancelled cancelled',
      'payment.completed completed',
      'payment.requires_confirmation requires_confirmation',
      'payment.requires_confirmation requires_confirmation',
    ]);
    const toShop = await until(
      () => heard(shop.key),
      (found) => found.length === 2,
    );
    expect(toShop).toEqual(['payment.cancelled cancelled', 'payment.completed completed']);
    const stepsOf = async (payment: string) =>
      (await get(`${path(wallet, payment)}/timeline`, issuer.key)).body.steps
        .map(({ code }: { code: string }) => code)
        .filter((code: string) => !/^(callback|report)/.test(code));
    expect((await stepsOf(body.id)).slice(0, 5)).toEqual([
      ...['payment.requested', 'payment.routed', 'payment.checked', 'payment.confirmation_asked'],
      'payment.confirmed',
    ]);
    expect((await stepsOf(cancelled.id)).slice(3)).toEqual([
      'payment.confirmation_asked',
      'payment.cancelled',
    ]);
    const metrics = (await get('/metrics', adminKey)).body as unknown as string;
    expect(metrics).toMatch(/tolom_confirmations_asked_total [1-9]/);
    expect(metrics).toMatch(/status="cancelled",refusal="payment.cancelled"\} [1-9]/);
  });

  test('shows a merchant neither the payer’s device nor the limit', async () => {
    const wallet = await newWallet();
    const { body } = await buy(wallet);
    await confirm(wallet, body.id, textOf(body));
    const seen = await get(`/v1/merchants/${shop.id}/payments/${body.id}/timeline`, shop.key);
    expect(JSON.stringify(seen.body)).not.toMatch(new RegExp(`${wallet.device.id}|lim_|dvk_`));
  });

  test('is declined for what happened to its order meanwhile', async () => {
    const wallet = await newWallet();
    const other = await newPayer(issuer, 50_000);
    const order = await newOrder(shop, 3_000);
    const { body } = await buy(wallet, 3_000, order);
    const paid = await post(
      `/v1/accounts/${other.account}/payments`,
      issuer.key,
      { payload: order.qr.payload },
      freshKey(),
    );
    expect(paid.body.status).toBe('completed');
    expect(await confirm(wallet, body.id, textOf(body))).toMatchObject({
      status: 200,
      body: { status: 'declined', refusal: { code: 'order.already_paid' } },
    });
  });

  test('expires by itself', async () => {
    const wallet = await newWallet();
    const { body } = await buy(wallet);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(body.confirmation.expires_at) });
    expect(await read(wallet, body.id)).toMatchObject({
      status: 'expired',
      refusal: { code: 'payment.confirmation_expired', retryable: false },
    });
    expect(said(await confirm(wallet, body.id, textOf(body)))).toBe('payment.confirmation_expired');
    const cancel = await post(`${path(wallet, body.id)}/cancel`, issuer.key, {});
    expect(cancel).toMatchObject({ status: 409, body: { code: 'payment.not_awaiting' } });
  });

  test('is cancelled by the wallet, twice the same', async () => {
    const wallet = await newWallet();
    const { body } = await buy(wallet);
    const cancel = () => post(`${path(wallet, body.id)}/cancel`, issuer.key, {});
    const first = await cancel();
    expect(first).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect((await cancel()).body).toEqual(first.body);
    expect((await confirm(wallet, body.id, textOf(body))).body.status).toBe('cancelled');
  });

  test('needs none when it is below: there is nothing to confirm or cancel', async () => {
    const wallet = await newWallet();
    const { body } = await buy(wallet, 10);
    const refused = { status: 409, body: { code: 'payment.not_awaiting' } };
    expect(await confirm(wallet, body.id, 'anything')).toMatchObject(refused);
    expect(await post(`${path(wallet, body.id)}/cancel`, issuer.key, {})).toMatchObject(refused);
  });
});

describe('a signature', () => {
  const altered: [string, (text: string) => string][] = [
    ['another amount', (text) => text.replace('\n2500\n', '\n25\n')],
    ['another payment', (text) => text.replace(/pay_\w{8}/, 'pay_00000000')],
    ['a later end', (text) => text.replace(/\n20\d\d/, '\n2999')],
    ['another merchant', (text) => text.replace(/mch_\w{4}/, 'mch_0000')],
    ['another name', (text) => `${text} 2`],
    ['no text', () => ''],
  ];
  test.each(altered)('of %s confirms nothing', async (_, alter) => {
    const wallet = await newWallet();
    const { body } = await buy(wallet);
    const answer = await confirm(wallet, body.id, alter(textOf(body)));
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'payment.confirmation_wrong', explanation: 'tries left: 4' },
    });
    expect((await read(wallet, body.id)).status).toBe('requires_confirmation');
    expect(said(await confirm(wallet, body.id, textOf(body)))).toBe('completed');
  });

  test('that is wrong five times declines the payment, and a right one comes too late', async () => {
    const wallet = await newWallet();
    const { body } = await buy(wallet);
    const wrong = [];
    for (let count = 0; count < 5; count++) wrong.push(said(await confirm(wallet, body.id, 'wrong')));
    expect(new Set(wrong)).toEqual(new Set(['payment.confirmation_wrong']));
    expect(await confirm(wallet, body.id, textOf(body))).toMatchObject({
      status: 200,
      body: { status: 'declined', refusal: { code: 'payment.confirmation_failed' } },
    });
  });

  test('is taken from any device of the account that is not revoked, and from no other', async () => {
    const wallet = await newWallet();
    const [second, strangers] = [await newDevice(wallet.account, issuer.key), (await newWallet()).device];
    const { body } = await buy(wallet);
    const unknown = { status: 404, body: { code: 'device_key.not_found' } };
    expect(await confirm(wallet, body.id, textOf(body), strangers)).toMatchObject(unknown);
    await call('DELETE', `/v1/accounts/${wallet.account}/device-keys/${wallet.device.id}`, {
      key: issuer.key,
    });
    expect(await confirm(wallet, body.id, textOf(body))).toMatchObject(unknown);
    const forged = { ...second, privateKey: strangers.privateKey };
    expect(said(await confirm(wallet, body.id, textOf(body), forged))).toBe('payment.confirmation_wrong');
    expect(said(await confirm(wallet, body.id, textOf(body), second))).toBe('completed');
  });
});

describe('device keys', () => {
  const keysOf = (account: string) => `/v1/accounts/${account}/device-keys`;
  const bad: [string, string][] = [
    ['of small order', 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['that are no point', 'AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ];
  test.each(bad)('%s are refused', async (_, publicKey) => {
    const { account } = await newPayer(issuer, 0);
    const wish = { public_key: publicKey, proof: 'A'.repeat(86) };
    expect(said(await post(keysOf(account), issuer.key, wish))).toBe('device_key.refused');
  });

  test('need a proof made for this account', async () => {
    const [{ account }, other] = [await newPayer(issuer, 0), await newPayer(issuer, 0)];
    const pair = await newKeyPair();
    const wish = (proof: string) => ({ public_key: pair.publicKey, proof });
    const elsewhere = await deviceProofOf(pair, other.account);
    expect(said(await post(keysOf(account), issuer.key, wish(elsewhere)))).toBe('device_key.unproven');
    const proof = await deviceProofOf(pair, account);
    expect((await post(keysOf(account), issuer.key, wish(proof))).status).toBe(201);
    expect(said(await post(keysOf(account), issuer.key, wish(proof)))).toBe('resource.exists');
    // One device may serve several accounts of its owner.
    expect((await post(keysOf(other.account), issuer.key, wish(elsewhere))).status).toBe(201);
  });

  test('are of payers only', async () => {
    const pair = await newKeyPair();
    const wish = { public_key: pair.publicKey, proof: await deviceProofOf(pair, shop.account) };
    expect(said(await post(keysOf(shop.account), issuer.key, wish))).toBe('account.not_found');
  });

  test('are listed, revoked once, and ten at most are good at a time', async () => {
    const { account } = await newPayer(issuer, 0);
    const devices: Device[] = [];
    for (let count = 0; count < 10; count++) devices.push(await newDevice(account, issuer.key));
    const pair = await newKeyPair();
    const wish = { public_key: pair.publicKey, proof: await deviceProofOf(pair, account) };
    expect(said(await post(keysOf(account), issuer.key, wish))).toBe('device_key.refused');
    const revoke = (key: string) => call('DELETE', `${keysOf(account)}/${devices[0]?.id}`, { key });
    const first = await revoke(adminKey);
    expect(first.body.revoked_at).not.toBeNull();
    expect((await revoke(issuer.key)).body).toEqual(first.body);
    expect((await post(keysOf(account), issuer.key, wish)).status).toBe(201);
    const page = (await get(`${keysOf(account)}?limit=6`, issuer.key)).body;
    const rest = (await get(`${keysOf(account)}?limit=6&cursor=${page.next_cursor}`, adminKey)).body;
    const ids = [...page.data, ...rest.data].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(11);
    expect(rest.next_cursor).toBeNull();
  });
});
