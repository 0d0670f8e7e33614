/** The register's pages as a browser asks for them: who may see what, and what works without script. */
import { beforeAll, describe, expect, test } from 'vitest';
import { directoryOf } from '../../../src/directory/index.ts';
import { languages, newTransferId } from '../../../src/kernel/index.ts';
import { hashPassword } from '../../../src/people/password.ts';
import { registerTexts } from '../../../src/web/register/texts/index.ts';
import {
  type Browser,
  type Business,
  browserWith,
  colleagueOf,
  cookieOf,
  freshEmail,
  goodPassword,
  newBusiness,
  signIn,
  site,
} from '../../support/people.ts';
import { adminKey, call, migrate, post, testAct, testEnv, until } from '../../support/switch.ts';
import { type Issuer, newIssuer, newPayer, type Payer, pay } from '../../support/town.ts';

const say = registerTexts('en');
let issuer: Issuer;
let payer: Payer;
let shop: Business;
let cashier: Browser;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 100_000_000);
  shop = await newBusiness({ name: 'Айгүл' });
  cashier = await colleagueOf(shop, 'cashier');
});

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>, headers: Record<string, string> = {}) =>
  call('GET', path, { headers: { cookie, 'accept-language': 'en', ...headers } });
const send = (path: string, { cookie }: Browser, form: Record<string, string>, origin = site) =>
  call('POST', path, {
    body: new URLSearchParams(form).toString(),
    headers: {
      cookie,
      origin,
      'accept-language': 'en',
      'content-type': 'application/x-www-form-urlencoded',
    },
  });

/** A payment to the shop, of an order that this person made. */
async function sale(seller: Browser, amount: number, more: object = {}, business = shop): Promise<string> {
  const orders = `/v1/merchants/${business.merchant}/orders`;
  const order = await seller.post(orders, { amount, currency: 'KGS', ...more });
  const paid = await pay(issuer, payer, { payload: order.body.qr.payload });
  expect(paid.body.status).toBe('completed');
  return paid.body.id;
}

/** The fields that a form of the page would send. */
const hidden = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );

/** Somebody of the centre, signed in. */
async function supporter(): Promise<Pick<Browser, 'cookie'>> {
  const email = freshEmail();
  const wish = { owner: 'centre', email, name: 'A supporter', role: 'support' };
  const { body } = await post('/v1/centre/operators', adminKey, wish);
  const directory = directoryOf(testEnv.DIRECTORY);
  const passwordHash = await hashPassword(goodPassword);
  const login = { id: body.id, email, passwordHash, createdAtMs: Date.now() };
  await directory.add(testAct, directory.tables.logins, login);
  return browserWith(cookieOf(await signIn(email, goodPassword)));
}

const paths = ['/register', '/register/payments', '/register/today', '/register/till', '/register/check'];

describe.each(paths)('%s', (path) => {
  test('leads whoever has not signed in there, and back', async () => {
    const answer = await call('GET', path);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
  });

  test('shows who is signed in, at which till, in every language', async () => {
    for (const language of languages) {
      const { status, body } = await page(`${path}?lang=${language}`, shop.owner);
      expect(status).toBe(200);
      expect(body).toContain(`<html lang="${language}"`);
      expect(body).toContain('<strong>Айгүл</strong>');
      expect(body).toContain('1 · Ала-Тоо кофе');
    }
  });

  test('runs nothing that stands in it, and asks no other host', async () => {
    const { body, headers } = await page(path, shop.owner);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).not.toMatch(
      /<script(?![^>]* src="\/assets\/)|<style| style=| on\w+=|https?:\/\/(?!switch\.test)/,
    );
  });
});

test('people of the centre are told that it is for shops', async () => {
  const { status, body } = await page('/register', await supporter());
  expect(status).toBe(403);
  expect(body).toContain(say('staffOnlyNext'));
});

describe('the till', () => {
  test('is the only one there is, without asking', async () => {
    const { body } = await page('/register', cashier);
    expect(body).toContain(`data-till="${shop.till}"`);
    expect(body).toContain(`data-store="${shop.store}"`);
  });

  test('is chosen once where there are several, and kept on the device', async () => {
    const business = await newBusiness();
    const tills = `/v1/centre/merchants/${business.merchant}/stores/${business.store}/tills`;
    const second = await post(tills, adminKey, { name: 'Террас' });
    const asked = await page('/register', business.owner);
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/register/till']);
    expect((await page('/register/till', business.owner)).body).toContain('Террас');
    const wish = { till: second.body.id, paper: '80' };
    const chosen = await send('/register/till', business.owner, wish);
    expect([chosen.status, chosen.headers.get('location')]).toEqual([303, '/register']);
    const kept = chosen.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    const { body } = await page('/register', { cookie: [business.owner.cookie, ...kept].join('; ') });
    expect(body).toContain('class="slip paper-80"');
    expect(body).toContain(`data-till="${second.body.id}"`);
  });

  test('of whoever is kept to a store is one of that store, whatever the device kept', async () => {
    const business = await newBusiness();
    const stores = `/v1/centre/merchants/${business.merchant}/stores`;
    const other = (await post(stores, adminKey, { name: 'Ош' })).body.id;
    const tills = await Promise.all(
      ['2', '3'].map((name) => post(`${stores}/${other}/tills`, adminKey, { name })),
    );
    const kept = await colleagueOf(business, 'cashier', { store: business.store });
    const cookie = `${kept.cookie}; tolom_till=${tills[0]?.body.id}`;
    expect((await page('/register', { cookie })).body).toContain(`data-till="${business.till}"`);
    expect((await page('/register/till', { cookie })).body).not.toContain('Ош');
  });

  test('shows sales on its sticker, while it has one', async () => {
    const { owner, merchant, till } = await newBusiness();
    expect((await page('/register', owner)).body).not.toContain('data-sticker');
    const codes = `/v1/merchants/${merchant}/codes`;
    const { body: sticker } = await owner.post(codes, { name: 'Касса', kind: 'sticker', till });
    const shown = (await page('/register', owner)).body;
    expect(shown).toContain(`data-sticker="${sticker.id}"`);
    expect(shown).toContain(say('onSticker'));
    await owner.post(`${codes}/${sticker.id}/revoke`, { reason: 'Torn' });
    expect((await page('/register', owner)).body).not.toContain('data-sticker');
  });

  test.each<[string, (own: Business) => string, string]>([
    ['of another shop', () => shop.till, site],
    ['that is none', () => 'x', site],
    ['by another site', (own) => own.till, 'https://elsewhere.example'],
  ])('%s is not taken', async (_, till, origin) => {
    const business = await newBusiness();
    const answer = await send('/register/till', business.owner, { till: till(business) }, origin);
    expect(answer.headers.get('location')).toBe('/register/till');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});

describe('payments', () => {
  test('are found by receipt number and by amount; a payment’s own number leads to it', async () => {
    const id = await sale(shop.owner, 77_750, { reference: 'R-778' });
    const found = async (search: string) =>
      (await page(`/register/payments?search=${encodeURIComponent(search)}`, shop.owner)).body as string;
    await until(
      () => found('R-778'),
      (body) => body.includes(id),
    );
    expect(await found('777,5')).toContain(id);
    expect(await found('777.51')).toContain(say('nothingFound'));
    const direct = await page(`/register/payments?search=${id}`, shop.owner);
    expect(direct.headers.get('location')).toBe(`/register/payments/${id}`);
  });

  test('of a cashier are their own, and others’ are not found', async () => {
    const [own, others] = [await sale(cashier, 1_100), await sale(shop.owner, 1_200)];
    const list = await until(
      () => page('/register/payments', cashier),
      ({ body }) => body.includes(own),
    );
    expect(list.body).toContain(say('ownOnly'));
    expect(list.body).not.toContain(others);
    expect((await page(`/register/payments/${own}`, cashier)).status).toBe(200);
    for (const id of [others, newTransferId('payment', Date.now(), 1), 'x']) {
      const refused = await page(`/register/payments/${id}`, cashier);
      expect(refused.status).toBe(404);
    }
  });

  test('show what strangers wrote as text', async () => {
    const id = await sale(shop.owner, 1_300, { reference: '<b>"R"</b>' });
    const { body } = await page(`/register/payments/${id}`, shop.owner);
    expect(body).toContain('&lt;b&gt;');
    expect(body).not.toContain('<b>"R"');
    const searched = await page(`/register/payments?search=${encodeURIComponent('"><script>')}`, shop.owner);
    expect(searched.body).not.toContain('"><script>');
  });
});

describe('a refund', () => {
  const refundsOf = async (id: string) =>
    (await shop.owner.get(`/v1/merchants/${shop.merchant}/payments/${id}/refunds`)).body.data;

  test('shows what it changes, and is given once however often it is confirmed', async () => {
    const id = await sale(cashier, 50_000);
    const path = `/register/payments/${id}`;
    expect((await page(path, cashier)).body).toContain('value="500.00"');
    const asked = await send(path, cashier, { amount: '200,50', reason: 'Муздак' });
    expect(asked.body).toContain(say('before'));
    expect(asked.body).toMatch(/200\.50[\s\S]*299\.50/);
    expect(await refundsOf(id)).toEqual([]);
    const form = hidden(asked.body);
    expect(form).toMatchObject({ confirmed: '20050', reason: 'Муздак' });
    for (const _ of [1, 2]) {
      const given = await send(path, cashier, form);
      expect(given.status).toBe(303);
      const told = await page(given.headers.get('location') ?? '', cashier);
      expect(told.body).toContain('200.50 given back');
    }
    expect(await refundsOf(id)).toMatchObject([{ amount: { amount: 20_050 }, reason: 'Муздак' }]);
    expect((await page(path, cashier)).body).toContain('value="299.50"');
  });

  test.each(['0', '-1', '600', '500.001', 'all', ''])(
    'of “%s” is no refund: said beside the field',
    async (amount) => {
      const id = await sale(cashier, 50_000);
      const answer = await send(`/register/payments/${id}`, cashier, { amount, reason: 'Kept' });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatch(/aria-invalid="true"[\s\S]*Enter an amount of at most/);
      expect(answer.body).toContain('value="Kept"');
    },
  );

  test('above a cashier’s limit becomes a request to the manager, and says so', async () => {
    const id = await sale(cashier, 900_000);
    const asked = await send(`/register/payments/${id}`, cashier, { amount: '9000' });
    const given = await send(`/register/payments/${id}`, cashier, hidden(asked.body));
    const told = await page(given.headers.get('location') ?? '', cashier);
    expect(told.body).toContain(say('refundAsked'));
    expect((await page(`/register/payments/${id}`, cashier)).body).toContain(say('toBeApproved'));
    expect(await refundsOf(id)).toEqual([]);
  });

  test('that the switch refuses is told in the reader’s words', async () => {
    const id = await sale(cashier, 50_000);
    const form = { confirmed: '50001', key: crypto.randomUUID() };
    const answer = await send(`/register/payments/${id}`, cashier, form);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatch(/role="alert"[\s\S]*more than is left/i);
  });

  test('is not given because another site asks', async () => {
    const id = await sale(cashier, 50_000);
    const form = { confirmed: '50000', key: crypto.randomUUID() };
    await send(`/register/payments/${id}`, cashier, form, 'https://elsewhere.example');
    expect(await refundsOf(id)).toEqual([]);
  });
});

describe('today', () => {
  test('says that there is nothing yet', async () => {
    const { owner } = await newBusiness();
    expect((await page('/register/today', owner)).body).toContain(say('noTakings'));
  });

  test('adds up by cashier; a cashier sees their own', async () => {
    const business = await newBusiness({ name: 'Owner' });
    const till = await colleagueOf(business, 'cashier');
    await sale(business.owner, 30_000, {}, business);
    await sale(till, 12_000, {}, business);
    const all = await until(
      () => page('/register/today', business.owner),
      ({ body }) => body.includes('KGS\u00a0420.00'),
    );
    expect(all.body).toMatch(/Owner[\s\S]*300\.00[\s\S]*A cashier[\s\S]*120\.00/);
    const own = await page('/register/today', till);
    expect(own.body).toContain('120.00');
    expect(own.body).not.toContain('300.00');
  });
});

test('without script a receipt is checked by its own page', async () => {
  const id = await sale(cashier, 1_400);
  const path = `/v1/merchants/${shop.merchant}/payments/${id}/receipt`;
  const { link, receipt } = (await cashier.get(path)).body;
  const answer = await page(`/register/check?receipt=${encodeURIComponent(link)}`, cashier);
  expect(decodeURIComponent(answer.headers.get('location') ?? '')).toBe(`/receipt/${receipt}`);
  expect((await page(answer.headers.get('location') ?? '', cashier)).status).toBe(200);
});

describe('as an app of the device', () => {
  test('it has a manifest with icons that are there', async () => {
    const { body, headers } = await call('GET', '/register/manifest.webmanifest?lang=ky');
    expect(headers.get('content-type')).toContain('application/manifest+json');
    const manifest = typeof body === 'string' ? JSON.parse(body) : body;
    expect(manifest).toMatchObject({ start_url: '/register', display: 'standalone', short_name: 'Касса' });
    for (const { src, sizes } of manifest.icons) {
      const icon = await call('GET', src);
      expect(icon.headers.get('content-type'), sizes).toBe('image/png');
    }
  });

  test('its service worker keeps files that are there, and may stand above its own folder', async () => {
    const { body, headers } = await call('GET', '/register/sw.js');
    expect(headers.get('service-worker-allowed')).toBe('/register');
    const [, list = ''] = /^globalThis\.shell=(\{.*?\});\n/.exec(body) ?? [];
    const { files, pages } = JSON.parse(list);
    expect(pages).toContain('/register');
    for (const file of files) expect((await call('GET', file)).status, file).toBe(200);
    const shown = (await page('/register', shop.owner)).body as string;
    for (const [, file] of shown.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) expect(files).toContain(file);
  });
});

test('a business that waits for the centre is told that it cannot be paid yet', async () => {
  const business = await newBusiness();
  await post(`/v1/centre/merchants/${business.merchant}/suspend`, adminKey, {
    reason: 'test',
  });
  const { body } = await until(
    () => page('/register', business.owner),
    ({ body }) => body.includes(say('notActive')),
  );
  expect(body).toContain('data-register');
});
