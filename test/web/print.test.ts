/** Sheets to print a code on, as the switch serves them; `test/e2e/print.test.ts` prints them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { languages, newId } from '../../src/kernel/index.ts';
import { statementTexts } from '../../src/web/print/statement/texts.ts';
import { texts } from '../../src/web/print/texts.ts';
import { type Business, newBusiness, newStaff, newStaffPerson } from '../support/people.ts';
import { adminKey, call, get, migrate, post } from '../support/switch.ts';
import { newIssuer, newPayer, newShop, pay, type Shop } from '../support/town.ts';

let shop: Shop;
let code: { id: string; sheet_url: string };
let path: string;
beforeAll(async () => {
  await migrate();
  shop = await newShop();
  code = (await post(`/v1/merchants/${shop.id}/codes`, shop.key, { name: 'Hall & <yard>' })).body;
  path = code.sheet_url.replace('https://switch.test', '');
});

it('is in the merchant’s language, names merchant and code, and keeps its style to files of our own', async () => {
  const page = await get(path);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-language')).toBe('ky');
  expect(page.body).toContain('Дордой базар');
  expect(page.body).toContain('Hall &amp; &lt;yard&gt;');
  expect(page.body).toContain(`src="/v1/merchants/${shop.id}/codes/${code.id}/qr.svg?ecc=quartile"`);
  const [style] = page.body.match(/\/assets\/sheet-a6-\w+\.css/);
  expect((await get(style)).body).toContain('@page { size: 105mm 148mm');
});

it.each(languages)('speaks %s, and is a poster too', async (language) => {
  const page = await get(`${path}?sheet=a4&language=${language}`);
  expect(page.body).toContain(texts(language)('scanToPay'));
  expect(page.body).toMatch(/\/assets\/sheet-a4-\w+\.css/);
});

it('is not to be had of a code that is revoked or none', async () => {
  const { id } = (await post(`/v1/merchants/${shop.id}/codes`, shop.key, { name: 'N' })).body;
  await post(`/v1/merchants/${shop.id}/codes/${id}/revoke`, shop.key, { reason: 'lost' });
  for (const other of [id, newId('code', Date.now()), 'qrc_x']) {
    expect((await get(`/print/codes/${other}`)).status).toBe(404);
  }
  const image = await get(`/v1/merchants/${shop.id}/codes/${id}/qr.pdf`);
  expect(image).toMatchObject({ status: 410, body: { code: 'code.revoked' } });
});

describe('a statement', () => {
  let business: Business;
  let address: string;
  const page = (path: string, cookie = business.owner.cookie) => call('GET', path, { headers: { cookie } });

  beforeAll(async () => {
    business = await newBusiness();
    const [issuer, orders] = [await newIssuer('Көл банк'), `/v1/merchants/${business.merchant}/orders`];
    const payer = await newPayer(issuer);
    for (const amount of [12_550, 700]) {
      const order = await business.owner.post(orders, {
        amount,
        currency: 'KGS',
        reference: `bill ${amount}`,
      });
      expect((await pay(issuer, payer, { payload: order.body.qr.payload })).body.status).toBe('completed');
    }
    // Whatever the clocks of Bishkek show while this runs.
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    address = `/print/statements/merchants/${business.merchant}?from=${day(-1)}&to=${day(1)}`;
  });

  it('shows its owner balances, entries, and the sums of the page', async () => {
    const { status, body } = await page(`${address}&lang=en`);
    expect(status).toBe(200);
    for (const text of [
      'Ала-Тоо кофе',
      'Opening balance',
      'Credited, 2 entries',
      'Payment · Көл банк',
      'bill 700',
    ])
      expect(body).toContain(text);
    const sums = body.slice(body.indexOf('<tfoot>')).replaceAll(/[^0-9.<]/g, '');
    expect(sums).toContain('0.00');
    expect(sums.match(/132\.50/g)).toHaveLength(2);
    const [style] = body.match(/\/assets\/sheet-statement-\w+\.css/);
    expect((await get(style)).body).toContain('@page { size: 210mm 297mm');
    const [download] = body.match(/\/v1\/merchants\/[^"]*format=csv/);
    expect((await page(download.replaceAll('&amp;', '&'))).status).toBe(200);
  });

  it.each(languages)('speaks %s', async (language) => {
    const { body } = await page(`${address}&lang=${language}`);
    for (const key of ['title', 'pageSum', 'closing'] as const)
      expect(body).toContain(statementTexts(language)(key));
  });

  it('of days without entries, and of days that are none', async () => {
    const empty = await page(`${address.split('?')[0]}?from=2026-01-01&to=2026-01-31&lang=en`);
    expect(empty.body).toContain('Nothing was booked in these days.');
    expect((await page(`${address}x`)).status).toBe(422);
  });

  it('staff find it beside the account, also of a participant’s funding', async () => {
    const analyst = await newStaffPerson('analyst');
    const issuer = await newIssuer('Нарын банк');
    await newPayer(issuer, 900);
    const { data } = (await get('/v1/centre/reports/accounts?kind=funding', adminKey)).body;
    const { id } = data.find(({ owner }: { owner: string }) => owner === issuer.id);
    const { body } = await page(`/centre/accounts/${id}?lang=en`, analyst.cookie);
    const [href] = body.match(/\/print\/statements\/participants\/[^"]*/);
    const shown = await page(href.replaceAll('&amp;', '&'), analyst.cookie);
    expect(shown.status).toBe(200);
    for (const text of ['Нарын банк', 'Statement of account', 'name="currency" value="KGS"'])
      expect(shown.body).toContain(text);
  });

  it('is for who may read it: others are refused, and who has not signed in does so first', async () => {
    const cashier = await newStaff();
    expect((await page(address, cashier.browser.cookie)).status).toBe(403);
    expect((await get(address)).headers.get('location')).toMatch(/^\/sign-in\?next=%2Fprint/);
    expect((await page('/print/statements/merchants/mch_x')).status).toBe(404);
    const payments = await page('/portal/payments');
    expect(payments.body).toContain(`/print/statements/merchants/${business.merchant}`);
  });
});
