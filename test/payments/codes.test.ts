/** Signed codes at the switch: made, checked by a wallet that asks nobody, and refused once they were changed. */
import { createExecutionContext } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Env, switchOf } from '../../src/app.ts';
import { type CodeKey, checkSignature, type Decoded, decode, encode, linkTo } from '../../src/emv/index.ts';
import { adminKey, get, migrate, post, testEnv } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, pay, type Shop } from '../support/town.ts';

const provider = 'qr.tolom.kg';
let issuer: Issuer;
let shop: Shop;
let keys: CodeKey[];
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  shop = await newShop();
  keys = (await get('/.well-known/jwks.json')).body.keys;
});

const codeOf = (payload: string): Decoded => {
  const code = decode(payload);
  if (!code.ok) throw new Error(JSON.stringify(code));
  return code;
};
const offline = async (payload: string) => (await checkSignature(codeOf(payload), { provider, keys })).status;
const scanOf = async (payload: string) => (await post('/v1/scans', issuer.key, { payload })).body;
const stickerOf = async ({ id, key }: Shop): Promise<string> =>
  (await get(`/v1/merchants/${id}`, key)).body.qr.payload;
const signing = (of: Shop, signed: boolean, key = of.key) =>
  post(`/v1/merchants/${of.id}/code-signing`, key, { signed_codes: signed });

/** The code with objects replaced or left out, its checksum made right again, in a link as ours are. */
function altered(payload: string, change: (id: string, value: string) => string | undefined): string {
  const { dataObjects, checksum, lengthUnit } = codeOf(payload);
  const objects = dataObjects.flatMap(({ id, value }) => {
    const next = change(id, value);
    return next === undefined ? [] : [{ id, value: next }];
  });
  const made = encode({ dataObjects: objects, lengthUnit, checksum });
  if (!made.ok) throw new Error(JSON.stringify(made));
  return linkTo(provider, made.payload);
}

test.each(['KGS', 'THB'])(
  'a wallet finds the codes of a %s merchant genuine without asking',
  async (currency) => {
    const merchant = await newShop({ currency });
    const order = await newOrder(merchant, 12_550);
    for (const payload of [await stickerOf(merchant), order.qr.payload]) {
      expect(await offline(payload)).toBe('valid');
      expect(await scanOf(payload)).toMatchObject({ signature: 'valid', payable: true });
    }
    // The same sticker whenever it is printed.
    expect(await stickerOf(merchant)).toBe(await stickerOf(merchant));
  },
);

describe('a sticker on which somebody changed', () => {
  const other = 'mch_1hq3v8k2m0abcdefgh01';
  test.each<[string, string, (value: string) => string]>([
    ['the account', '32', (value) => value.replace(shop.id, other)],
    ['the provider it is routed to', '32', (value) => value.replace('qr.tolom.kg', 'qr.other.kg')],
    ['the name', '59', () => 'Дордой'],
    ['the category', '52', () => '7995'],
    ['the currency', '53', () => '840'],
  ])('%s is refused', async (_, tag, swap) => {
    const payload = altered(await stickerOf(shop), (id, value) => (id === tag ? swap(value) : value));
    expect(await offline(payload)).toBe('invalid');
    expect(await scanOf(payload)).toMatchObject({
      signature: 'invalid',
      payable: false,
      refusal: { code: 'qr.altered' },
    });
    const payer = await newPayer(issuer);
    const paid = await pay(issuer, payer, { payload, amount: 100 });
    expect(paid).toMatchObject({ status: 422, body: { code: 'qr.altered' } });
  });

  test('nothing but the amount of an order', async () => {
    const order = await newOrder(shop, 900);
    const payload = altered(order.qr.payload, (id, value) => (id === '54' ? '100' : value));
    expect(await offline(payload)).toBe('invalid');
    expect(await scanOf(payload)).toMatchObject({ refusal: { code: 'qr.altered' } });
  });
});

test('codes printed without a signature stay good', async () => {
  const bare = altered(await stickerOf(shop), (id, value) => (id >= '80' ? undefined : value));
  expect(await offline(bare)).toBe('absent');
  expect(await scanOf(bare)).toMatchObject({ signature: 'absent', payable: true, merchant: { id: shop.id } });
});

describe('a merchant whose stickers are small', () => {
  test('has codes without signature, and takes payments by those it printed before', async () => {
    const small = await newShop();
    const signed = await stickerOf(small);
    const answer = await signing(small, false);
    expect(answer).toMatchObject({ status: 200, body: { id: small.id, signed_codes: false } });
    expect(answer.body.payload).toBe(await stickerOf(small));
    expect(codeOf(signed).payload.length - codeOf(answer.body.payload).payload.length).toBe(144);
    expect(await scanOf(answer.body.payload)).toMatchObject({ signature: 'absent', payable: true });
    expect(await scanOf(signed)).toMatchObject({ signature: 'valid', payable: true });
    const order = await newOrder(small, 100);
    expect(await scanOf(order.qr.payload)).toMatchObject({ signature: 'absent', payable: true });
    await signing(small, true, adminKey);
    expect(await stickerOf(small)).toBe(signed);
  });

  test('can be registered so', async () => {
    const body = { name: 'N', city: 'Osh', category_code: '5411', currency: 'KGS', signed_codes: false };
    const merchant = (await post('/v1/centre/merchants', adminKey, body)).body;
    expect(merchant.signed_codes).toBe(false);
    const { body: seen } = await get(`/v1/merchants/${merchant.id}`, adminKey);
    expect(await offline(seen.qr.payload)).toBe('absent');
  });
});

describe('a new master secret', () => {
  const fresh = 'the next master secret, which these tests alone use';
  const ask = async (env: Partial<Env>, path: string, body?: unknown) => {
    const request = new Request(`https://switch.test${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${issuer.key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await switchOf({ ...testEnv, ...env }).fetch(request, createExecutionContext());
    // biome-ignore lint/suspicious/noExplicitAny: read freely, as everywhere in tests
    return (await answer.json()) as any;
  };

  test('leaves stickers good while the former one is named, and ends them afterwards', async () => {
    const payload = await stickerOf(shop);
    const former = { TOLOM_SECRET: fresh, TOLOM_FORMER_SECRETS: testEnv.TOLOM_SECRET ?? '' };
    expect(await ask(former, '/v1/scans', { payload })).toMatchObject({ signature: 'valid' });
    const published = (await ask(former, '/.well-known/jwks.json')).keys as CodeKey[];
    expect(published.map(({ kid }) => kid)).toContain(keys[1]?.kid);
    // Of callbacks and of requests to partners; of codes, receipts and business days, now and before.
    expect(new Set(published.map(({ x }) => x)).size).toBe(8);
    const forgotten = await ask({ TOLOM_SECRET: fresh }, '/v1/scans', { payload });
    expect(forgotten).toMatchObject({ signature: 'invalid', refusal: { code: 'qr.altered' } });
  });

  test('is not taken when a former one is too short to have been one', () => {
    const env = { ...testEnv, TOLOM_FORMER_SECRETS: 'short' };
    expect(() => switchOf(env)).toThrow('TOLOM_FORMER_SECRETS');
  });
});
