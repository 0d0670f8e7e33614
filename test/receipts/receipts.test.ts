/** A receipt shows a payment to whoever doubts it: genuine ones without asking anybody, and nothing else. */
import { beforeAll, describe, expect, test } from 'vitest';
import { checkReceipt, type ReceiptWish } from '../../src/client/index.ts';
import { languages } from '../../src/kernel/index.ts';
import { callbackSigner, codeSigner, receiptSigner } from '../../src/signing/index.ts';
import { receiptTexts } from '../../src/web/receipt/texts.ts';
import { adminKey, call, freshKey, get, migrate, post, testEnv } from '../support/switch.ts';
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

let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let keys: JsonWebKey[];
let payment: string;
let token: string;
let link: string;

const ofShop = (path: string) => `/v1/merchants/${shop.id}/payments/${path}`;
const ofPayer = (path: string) => `/v1/accounts/${payer.account}/payments/${path}`;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 1_000_000);
  shop = await newShop({ name: 'Ала-Тоо кофе', stripes: 2 });
  keys = (await get('/.well-known/jwks.json')).body.keys;
  const order = await newOrder(shop, 12_550, { reference: 'чек-2026/00417' });
  payment = (await pay(issuer, payer, { payload: order.qr.payload })).body.id;
  ({ receipt: token, link } = (await get(ofShop(`${payment}/receipt`), shop.key)).body);
});

const problemOf = async (text: string, wish: Partial<ReceiptWish> = {}) => {
  const checked = await checkReceipt(text, { keys, ...wish });
  return checked.ok ? 'ok' : checked.problem;
};

describe('the receipt of a payment', () => {
  test('is the same for payer and merchant, and each time', async () => {
    const mine = (await get(ofPayer(`${payment}/receipt`), issuer.key)).body;
    expect(mine).toEqual((await get(ofShop(`${payment}/receipt`), shop.key)).body);
    expect(mine).toMatchObject({ payment, receipt: token, link: `https://switch.test/receipt/${token}` });
  });

  test('says what was paid, to whom and when, and shows no more of the reference than its end', async () => {
    const paid = (await get(ofShop(payment), shop.key)).body;
    const checked = await checkReceipt(link, { keys });
    expect(checked).toEqual({
      ok: true,
      receipt: {
        payment,
        merchant: shop.id,
        amount: { amount: 12_550, currency: 'KGS' },
        completed_at: paid.completed_at,
        reference: '0417',
        status: 'completed',
        kid: expect.stringMatching(/^[\w-]{8}$/),
      },
    });
    // With its link it fits into a QR code that a phone shows and another reads.
    expect(link).toMatch(/^https:\/\/switch\.test\/receipt\/[0-9A-Za-z_~-]{150,210}$/);
  });

  test('is there for completed payments only', async () => {
    const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
    const poor = await newPayer(issuer, 0);
    const declined = (await pay(issuer, poor, { payload, amount: 5 })).body.id;
    const asked = await get(`/v1/accounts/${poor.account}/payments/${declined}/receipt`, issuer.key);
    expect(asked).toMatchObject({ status: 409, body: { code: 'payment.not_completed' } });
    expect((await get(ofShop(`${declined}/receipt`), shop.key)).body.code).toBe('payment.not_found');
  });

  test('stays good under a new secret, as long as the former one is known', async () => {
    const secret = testEnv.TOLOM_SECRET ?? '';
    const renewed = await receiptSigner('another secret that only this very test uses', [secret]);
    expect(await renewed.check(token)).toMatchObject({ ok: true });
    const stranger = await receiptSigner('another secret that only this very test uses', []);
    expect(await stranger.check(token)).toMatchObject({ ok: false, problem: 'key_unknown' });
  });
});

describe('a faked one', () => {
  const fields = [
    'version',
    'payment',
    'merchant',
    'amount',
    'currency',
    'time',
    'reference',
    'status',
    'kid',
  ];
  const lies: Record<string, (was: string) => string> = {
    payment: (was) => was.slice(0, -1) + (was.endsWith('0') ? '1' : '0'),
    merchant: (was) => was.slice(0, -1) + (was.endsWith('0') ? '1' : '0'),
    amount: () => '1255000',
    currency: () => 'USD',
    time: (was) => String(Number(was) + 60_000),
    reference: () => '0418',
  };

  test.each(Object.entries(lies))('with another %s has no signature that fits', async (field, lie) => {
    const parts = token.split('~');
    const at = fields.indexOf(field);
    parts[at] = lie(parts[at] ?? '');
    const text = parts.join('~');
    expect(text).not.toBe(token);
    expect(await problemOf(text)).toBe('signature_wrong');
    const page = await get(`/receipt/${text}?lang=en`);
    expect(page.status).toBe(404);
    expect(page.body).toContain(receiptTexts('en')('wrong'));
    expect((await get(`/receipt/${text}/qr.svg`)).status).toBe(404);
  });

  test('with any single character changed is refused', async () => {
    for (let at = 0; at < token.length; at++) {
      const changed = token[at] === 'b' ? 'c' : 'b';
      const text = token.slice(0, at) + changed + token.slice(at + 1);
      expect(await problemOf(text), `${at}`).toMatch(/^(?:unreadable|key_unknown|signature_wrong)$/);
    }
  });

  test.each([
    ['nothing', ''],
    ['a word', 'paid'],
    ['half of one', 'TR1~pay_000000000000000000000000~'],
    ['a megabyte', '~'.repeat(1_000_000)],
    ['the link of another page', 'https://switch.test/pay/ord_0'],
  ])('that is %s is unreadable', async (_, text) => {
    expect(await problemOf(text)).toBe('unreadable');
  });

  test('signed by somebody else, or by our other keys, is refused', async () => {
    const forger = await receiptSigner('a secret that a forger has made up for himself', []);
    const receipt = {
      payment,
      merchant: shop.id,
      amount: { amount: 12_550, currency: 'KGS' },
      completed_at: new Date().toISOString(),
      reference: '0417',
    };
    const forged = await forger.sign(receipt);
    expect(await problemOf(forged)).toBe('key_unknown');
    const { kid } = (await receiptSigner(testEnv.TOLOM_SECRET ?? '', [])).publicKeys[0];
    expect(await problemOf(forged.replace(/~[\w-]{8}~([\w-]{86})$/, `~${kid}~$1`))).toBe('signature_wrong');
    const codes = await codeSigner(testEnv.TOLOM_SECRET ?? '', []);
    expect(codes.publicKeys[0].kid).not.toBe(kid);
    expect((await callbackSigner(testEnv.TOLOM_SECRET ?? '')).publicKey.kid).not.toBe(kid);
  });

  test('or one for which no keys are known', async () => {
    expect(await problemOf(token, { keys: [] })).toBe('key_unknown');
  });
});

describe('a genuine one for another sale', () => {
  test('is told apart by merchant, amount and time, and shown', async () => {
    const paidAtMs = Date.parse((await get(ofShop(payment), shop.key)).body.completed_at);
    const other = (await newShop()).id;
    expect(await problemOf(token, { merchant: shop.id, amount: { amount: 12_550, currency: 'KGS' } })).toBe(
      'ok',
    );
    const problems: [Partial<ReceiptWish>, string][] = [
      [{ merchant: other }, 'merchant_differs'],
      [{ amount: { amount: 12_551, currency: 'KGS' } }, 'amount_differs'],
      [{ amount: { amount: 12_550, currency: 'USD' } }, 'amount_differs'],
      [{ nowMs: paidAtMs + 86_400_001 }, 'too_old'],
      [{ maxAgeS: 60, nowMs: paidAtMs + 60_001 }, 'too_old'],
      [{ nowMs: paidAtMs - 300_001 }, 'too_new'],
    ];
    for (const [wish, problem] of problems) {
      const checked = await checkReceipt(link, { keys, ...wish });
      expect(checked).toMatchObject({ ok: false, problem, receipt: { payment } });
    }
    expect(await problemOf(token, { nowMs: paidAtMs + 86_400_000 })).toBe('ok');
    expect(await problemOf(token, { nowMs: paidAtMs - 300_000 })).toBe('ok');
  });
});

describe('its page', () => {
  test.each(languages)('says in %s that it is genuine', async (language) => {
    const page = await get(`/receipt/${token}?lang=${language}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const text of [receiptTexts(language)('signed'), payment, '0417', 'Ала-Тоо кофе', '125']) {
      expect(page.body).toContain(text);
    }
    expect(page.body).not.toContain(payer.account);
  });

  test('has the code to be checked by', async () => {
    const picture = await get(`/receipt/${token}/qr.svg`);
    expect(picture.status).toBe(200);
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
  });

  test('tells nobody who merely has the link what was given back, and the receipt stays as it is', async () => {
    await post(ofShop(`${payment}/refunds`), shop.key, { amount: 50 }, freshKey());
    const after = (await get(ofShop(`${payment}/receipt`), shop.key)).body;
    expect(after).toMatchObject({ receipt: token, amount_refunded: { amount: 50 } });
    expect((await get(ofPayer(`${payment}/receipt`), issuer.key)).body.amount_refunded.amount).toBe(50);
    const page = await get(`/receipt/${token}?lang=en`);
    expect(page.body).not.toContain(receiptTexts('en')('refunded'));
    const cookie = { cookie: 'tolom_session=guessed; __Host-tolom_session=guessed' };
    const guessed = await call('GET', `/receipt/${token}?lang=en`, { headers: cookie });
    expect(guessed.status).toBe(200);
    expect(guessed.body).not.toContain(receiptTexts('en')('refunded'));
  });
});

test('a cashier of another till gets none', async () => {
  const stores = `/v1/centre/merchants/${shop.id}/stores`;
  const { id: store } = (await post(stores, adminKey, { name: 'ЦУМ' })).body;
  const { id: till } = (await post(`${stores}/${store}/tills`, adminKey, { name: '1' })).body;
  const wish = { owner: shop.id, role: 'cashier', till };
  const key = (await post('/v1/centre/keys', adminKey, wish)).body.api_key;
  expect((await get(ofShop(`${payment}/receipt`), key)).body.code).toBe('payment.not_found');
});
