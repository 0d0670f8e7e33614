/** Sheets to print a code on, as the switch serves them; `test/e2e/print.test.ts` prints them. */
import { beforeAll, expect, it } from 'vitest';
import { languages, newId } from '../../src/kernel/index.ts';
import { texts } from '../../src/web/print/texts.ts';
import { get, migrate, post } from '../support/switch.ts';
import { newShop, type Shop } from '../support/town.ts';

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
