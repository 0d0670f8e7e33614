/** Finding anything from the desk: what names a person stands in no address, an id leads straight to its page. */
import { beforeAll, describe, expect, it } from 'vitest';
import { businessZone, clockIn, dayAfter, exampleId, languages } from '../../../src/kernel/index.ts';
import { type Browser, newStaffPerson, site } from '../../support/people.ts';
import { adminKey, call, migrate, post, until } from '../../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../../support/town.ts';

const evil = '"><script>alert(1)</script>';
let payment: string;
let order: string;
let account: string;
let shop: Awaited<ReturnType<typeof newShop>>;
let support: Browser;

beforeAll(async () => {
  await migrate();
  const issuer = await newIssuer();
  shop = await newShop({ name: 'Ак-Сай дүкөнү' });
  ({ account } = await newPayer(issuer, 10_000));
  await post(`/v1/accounts/${account}/holder`, issuer.key, { phone: '+996700445566' });
  const made = await newOrder(shop, 4_321, { reference: 'R-90' });
  order = made.id;
  payment = (await pay(issuer, { account }, { payload: made.qr.payload, reference: evil.slice(0, 60) })).body
    .id;
  support = await newStaffPerson('support');
  await until(
    () => post('/v1/centre/search', adminKey, { text: payment }),
    ({ body }) => body.data.length === 1,
  );
});

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>) =>
  call('GET', path, { headers: { cookie } });
const search = (text: string, { cookie }: Pick<Browser, 'cookie'>) =>
  call('POST', '/centre/search', {
    body: new TextEncoder().encode(String(new URLSearchParams({ text }))),
    headers: { cookie, origin: site, 'content-type': 'application/x-www-form-urlencoded' },
  });
const at = (text: string) => `/centre/search?${new URLSearchParams({ q: text })}`;

describe('the field', () => {
  it('is on every page of the desk, but not on a wall', async () => {
    expect((await page('/centre', support)).body).toContain('action="/centre/search"');
    expect((await page('/centre?wall=1', support)).body).not.toContain('action="/centre/search"');
  });

  it('leads to a page of no place, not of the overview', async () => {
    const current = /href="\/centre" aria-current="page"/;
    expect((await page('/centre', support)).body).toMatch(current);
    for (const path of ['/centre/search', `/centre/payments/${payment}`]) {
      expect((await page(path, support)).body).not.toMatch(current);
    }
    expect((await page('/centre/reports/payments', support)).body).toMatch(
      /href="\/centre\/reports" aria-current="page"/,
    );
  });

  it('leads to an address, so that what was found can be passed on', async () => {
    const answer = await search(' R-90 ', support);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/centre/search?q=R-90');
    const found = await page(at('R-90'), support);
    expect(found).toMatchObject({
      status: 200,
      body: expect.stringContaining(`/centre/payments/${payment}`),
    });
  });

  it.each(['+996 700 44-55-66', '996700445566', 'nobody@shop.kg'])(
    'puts %s into no address',
    async (text) => {
      const answer = await search(text, support);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('location')).toBeNull();
      expect(answer.body).not.toContain(encodeURIComponent(text));
    },
  );

  it('finds the account of a phone for support, and nothing for an analyst', async () => {
    expect((await search('+996700445566', support)).body).toContain(`/centre/accounts/${account}`);
    const analyst = await newStaffPerson('analyst');
    expect((await search('+996700445566', analyst)).body).toContain('Nothing was found');
  });
});

it('an id leads straight to its page, also an order’s that nobody has paid', async () => {
  const unpaid = (await newOrder(shop, 10)).id;
  for (const [id, to] of [
    [payment, `/centre/payments/${payment}`],
    [shop.id, `/centre/merchants/${shop.id}`],
    [order, `/centre/merchants/${shop.id}/orders/${order}`],
    [unpaid, `/centre/merchants/${shop.id}/orders/${unpaid}`],
  ] as const) {
    const answer = await page(at(id), support);
    expect(answer.headers.get('location'), id).toBe(to);
    expect(await page(to, support), to).toMatchObject({ status: 200 });
  }
  for (const kind of ['payment', 'order'] as const) {
    const nothing = await page(at(exampleId(kind)), support);
    expect(nothing).toMatchObject({ status: 200, body: expect.stringContaining('Nothing has this id') });
  }
});

describe('an amount', () => {
  const linkIn = (body: string): string | undefined =>
    /<a href="([^"]+)">Look further back</.exec(body)?.[1]?.replaceAll('&amp;', '&');

  it('is looked for since yesterday, then as far back as there are payments', async () => {
    const { body } = await page(at('43.21'), support);
    expect(body).toContain('Payments were looked through that began since');
    expect(body).toContain(`/centre/payments/${payment}`);
    const further = linkIn(body);
    expect(further).toMatch(/^\/centre\/search\?q=43\.21&cursor=/);
    const all = await page(further!, support);
    expect(all.body).toContain('All payments were looked through');
    expect(all.body).not.toContain(`/centre/payments/${payment}`);
    expect(linkIn(all.body)).toBeUndefined();
  });

  it('is looked for in the days that are chosen, the last one included, then before them', async () => {
    const earlier = await page(`${at('43.21')}&from=2026-01-01&to=2026-01-31`, support);
    expect(earlier.body).not.toContain(`/centre/payments/${payment}`);
    expect(linkIn(earlier.body)).toBe('/centre/search?q=43.21&to=2025-12-31');
    const { day } = clockIn(businessZone.name, Date.now());
    const today = await page(`${at('43.21')}&from=${dayAfter(day, -1)}&to=${day}`, support);
    expect(today.body).toContain(`/centre/payments/${payment}`);
    expect(await page(`${at('43.21')}&from=yesterday`, support)).toMatchObject({ status: 200 });
  });
});

it('shows what it is asked as text', async () => {
  const { status, body } = await page(at(evil), support);
  expect(status).toBe(200);
  expect(body).not.toContain(evil);
});

it('says in every language what can be asked', async () => {
  for (const language of languages) {
    expect(await page(`/centre/search?lang=${language}`, support)).toMatchObject({ status: 200 });
    expect(await page(`${at('R-90')}&lang=${language}`, support)).toMatchObject({ status: 200 });
  }
  expect(await page(at('x'.repeat(300)), support)).toMatchObject({ status: 422 });
});
