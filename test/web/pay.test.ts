import { beforeAll, describe, expect, it } from 'vitest';
import { languages, newId, newOrderId } from '../../src/kernel/index.ts';
import { payTexts } from '../../src/web/pay/texts.ts';
import { adminKey, call, get, migrate, post } from '../support/switch.ts';
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

let shop: Shop;
let issuer: Issuer;
let payer: Payer;

beforeAll(async () => {
  await migrate();
  shop = await newShop();
  issuer = await newIssuer();
  payer = await newPayer(issuer);
});

const pathOf = (order: { link: string }): string => order.link.replace('https://switch.test', '');
const statusPathOf = (order: { id: string }): string => `/pay/${order.id}/status?merchant=${shop.id}`;
/** Amounts hold spaces that do not break. */
const spaced = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const inLanguage = (path: string, language: string) =>
  call('GET', path, { headers: { 'accept-language': language } });

describe('the pay page of an open order', () => {
  it('shows whom to pay, how much, what for, and the code', async () => {
    const order = await newOrder(shop, 12_550, { description: 'Two loaves & <tea>', reference: 'sale-7' });
    const page = await get(pathOf(order));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.body).toContain('Дордой базар');
    expect(page.body).toContain('Bishkek');
    expect(spaced(page.body)).toContain('>KGS 125.50<');
    expect(page.body).toContain('Two loaves &amp; &lt;tea&gt;');
    expect(page.body).toContain('sale-7');
    expect(page.body).toContain(payTexts.en.open);
    expect(page.body).toContain(`src="/v1/merchants/${shop.id}/orders/${order.id}/qr.svg"`);
    expect(page.body).toContain(order.qr.payload.replaceAll('&', '&amp;'));
  });

  it('offers the wallet apps that the centre has named, until their participant is suspended', async () => {
    const path = `/v1/centre/participants/${issuer.id}`;
    const order = await newOrder(shop, 12_550);
    const code = encodeURIComponent(order.qr.payload);
    const named = await post(`${path}/wallet-link`, adminKey, { wallet_link: 'mbank://pay?qr={payload}' });
    expect(named.body).toMatchObject({ id: issuer.id, wallet_link: 'mbank://pay?qr={payload}' });
    expect((await get(pathOf(order))).body).toContain(`href="mbank://pay?qr=${code}"`);
    await post(`${path}/suspend`, adminKey, { reason: 'a test' });
    expect((await get(pathOf(order))).body).not.toContain('mbank:');
    await post(`${path}/resume`, adminKey, { reason: 'a test' });
    expect((await get(pathOf(order))).body).toContain('mbank:');
    await post(`${path}/wallet-link`, adminKey, { wallet_link: null });
    expect((await get(pathOf(order))).body).not.toContain('mbank:');
  });

  it.each([
    'https://wallet.example/pay',
    'https://wallet.example/{payload}/{payload}',
    'http://wallet.example/{payload}',
    'javascript:alert("{payload}")',
    ' javascript://x/{payload}',
    'JAVASCRIPT://%0aalert({payload})',
    'data://text/html,{payload}',
    'intent://{payload}',
    'mbank:{payload}',
    'mbank://"><script>{payload}',
    '{payload}',
  ])('opens no wallet by %s', async (wallet_link) => {
    const refused = await post(`/v1/centre/participants/${issuer.id}/wallet-link`, adminKey, { wallet_link });
    expect([refused.status, refused.body.violations[0].pointer]).toEqual([422, '/wallet_link']);
  });

  it.each(languages)('speaks %s', async (language) => {
    const order = await newOrder(shop, 12_550);
    const page = await inLanguage(pathOf(order), `${language}-XX, en;q=0.5`);
    expect(page.headers.get('content-language')).toBe(language);
    expect(page.body).toContain(`<html lang="${language}"`);
    expect(page.body).toContain(payTexts[language].openNext);
  });

  it('lets the link overrule the browser, and ignores a language it does not speak', async () => {
    const order = await newOrder(shop, 12_550);
    expect((await inLanguage(`${pathOf(order)}&lang=ky`, 'th')).body).toContain(payTexts.ky.open);
    expect((await inLanguage(`${pathOf(order)}&lang=xx`, 'th')).body).toContain(payTexts.th.open);
  });

  it.each([
    ['KGS', 'KG', 'ky', '1 234 567,00 сом'],
    ['KGS', 'KG', 'ru', '1 234 567,00 сом'],
    ['KGS', 'KG', 'zh', 'KGS 1,234,567.00'],
    ['JPY', 'JP', 'en', 'JP¥123,456,700'],
    ['KWD', 'KW', 'en', 'KWD 123,456.700'],
  ])('writes an amount in %s of %s for %s', async (currency, country, language, text) => {
    const foreign = await newShop({ name: 'Shop', currency, country });
    const order = await newOrder(foreign, 123_456_700);
    const page = await get(`${pathOf(order)}&lang=${language}`);
    expect(spaced(page.body)).toContain(`>${text}<`);
  });
});

describe('the pay page of an order that asks for a tip', () => {
  it('says so, and what was paid with it', async () => {
    const order = await newOrder(shop, 2_000, { tip_requested: true });
    expect((await get(pathOf(order))).body).toContain(payTexts.en.asksForTip);
    const paid = await pay(issuer, payer, { payload: order.qr.payload, tip: 500 });
    const { body } = await get(pathOf(order));
    expect(body).not.toContain(payTexts.en.asksForTip);
    expect(spaced(body)).toMatch(/Tip<\/dt><dd>KGS 5\.00.*Paid in all<\/dt><dd>KGS 25\.00/);
    expect(body).toContain(paid.body.id);
  });
});

describe('the pay page of an order that has ended', () => {
  it('says paid, and shows no code any more', async () => {
    const order = await newOrder(shop, 2_000);
    expect((await get(statusPathOf(order))).body).toEqual({ status: 'open' });
    await pay(issuer, payer, { payload: order.qr.payload });
    const page = await get(pathOf(order));
    expect(page.body).toContain(payTexts.en.paid);
    expect(page.body).toContain(payTexts.en.paidNext);
    expect(page.body).not.toContain('qr.svg');
    expect(page.body).not.toContain('<script');
    expect((await get(statusPathOf(order))).body).toEqual({ status: 'paid' });
  });

  it('leads to the receipt, the very one that payer and merchant have', async () => {
    const order = await newOrder(shop, 2_000, { reference: 'sale-1042', tip_requested: true });
    expect((await get(pathOf(order))).body).not.toContain('/receipt/');
    const paid = await pay(issuer, payer, { payload: order.qr.payload, tip: 100 });
    const path = `/v1/accounts/${payer.account}/payments/${paid.body.id}/receipt`;
    const { receipt } = (await get(path, issuer.key)).body;
    const { body } = await get(pathOf(order));
    expect(body).toContain(`href="/receipt/${receipt}"`);
    expect(receipt).toContain('~1042~');
    expect((await get(`/receipt/${receipt}`)).status).toBe(200);
  });

  it('tells nothing of the payer', async () => {
    const order = await newOrder(shop, 2_000);
    await pay(issuer, payer, { payload: order.qr.payload });
    const { body } = await get(pathOf(order));
    expect(body).not.toContain(payer.account);
    expect(body).not.toContain(issuer.id);
  });

  it('says cancelled', async () => {
    const order = await newOrder(shop, 2_000);
    await post(`/v1/merchants/${shop.id}/orders/${order.id}/cancel`, shop.key, {});
    expect((await get(pathOf(order))).body).toContain(payTexts.en.cancelledNext);
    expect((await get(statusPathOf(order))).body).toEqual({ status: 'cancelled' });
  });
});

describe('a link that leads nowhere', () => {
  const order = newOrderId(Date.now(), 0);
  const merchant = newId('merchant', Date.now());

  it.each([
    ['an order that never was', () => `/pay/${order}?merchant=${shop.id}`],
    ['a merchant that never was', () => `/pay/${order}?merchant=${merchant}`],
    ['no merchant', () => `/pay/${order}`],
    ['a stripe the merchant does not have', () => `/pay/${newOrderId(Date.now(), 9)}?merchant=${shop.id}`],
    ['not an id', () => `/pay/%3Cscript%3Ealert(1)%3C%2Fscript%3E?merchant=%22%3E%3Cscript%3E`],
  ])('%s: 404, in words, with nothing of the link in it', async (_, path) => {
    const page = await inLanguage(path(), 'ky');
    expect(page.status).toBe(404);
    expect(page.body).toContain(payTexts.ky.notFound);
    expect(page.body).not.toContain('<script');
    expect((await get(path().replace('?', '/status?'))).status).toBe(404);
  });

  it('the order of another merchant', async () => {
    const other = await newShop({ name: 'Other' });
    const theirs = await newOrder(other, 2_000);
    expect((await get(`/pay/${theirs.id}?merchant=${shop.id}`)).status).toBe(404);
  });
});
