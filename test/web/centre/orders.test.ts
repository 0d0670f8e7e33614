/** A merchant's orders at the centre's desk: for every role, in every language, whatever stands in an order. */
import { beforeAll, describe, expect, it } from 'vitest';
import { exampleId, languages } from '../../../src/kernel/index.ts';
import { type Browser, newBusiness, newStaffPerson } from '../../support/people.ts';
import { adminKey, call, get, migrate, post, until } from '../../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, newTill, pay, type Shop } from '../../support/town.ts';

const evil = '"><script>alert(1)</script>';
let shop: Shop;
let till: string;
let open: string;
let paid: string;
let payment: string;
let cancelled: string;
let analyst: Browser;

beforeAll(async () => {
  await migrate();
  const issuer = await newIssuer();
  shop = await newShop({ name: 'Тоо чайканасы' });
  ({ till } = await newTill(shop));
  const items = [{ name: evil, quantity: 2, unit_price: 400 }];
  open = (await newOrder(shop, 800, { reference: evil, description: evil, items, till })).id;
  const made = await newOrder(shop, 900, { reference: 'R-1' });
  paid = made.id;
  const payer = await newPayer(issuer, 10_000);
  payment = (await pay(issuer, payer, { payload: made.qr.payload })).body.id;
  cancelled = (await newOrder(shop, 1_000)).id;
  await post(`/v1/merchants/${shop.id}/orders/${cancelled}/cancel`, shop.key, {});
  analyst = await newStaffPerson('analyst');
});

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>) =>
  call('GET', path, { headers: { cookie } });
const list = (query = '') => `/centre/merchants/${shop.id}/orders${query}`;
const shownIn = (body: string): string[] =>
  [...body.matchAll(/\/orders\/(ord_[0-9a-z]+)"/g)].map(([, id]) => String(id));

describe('the list', () => {
  it('is led to from the merchant, and has its orders, newest first', async () => {
    expect((await page(`/centre/merchants/${shop.id}`, analyst)).body).toContain(`href="${list()}"`);
    const { status, body } = await page(list(), analyst);
    expect(status).toBe(200);
    expect(shownIn(body)).toEqual([cancelled, paid, open].toSorted().toReversed());
    expect(body).not.toContain(evil);
  });

  it.each([
    ['?status=open', () => open],
    ['?status=paid', () => paid],
    ['?q=R-1', () => paid],
  ])('%s shows those only', async (query, wanted) => {
    expect(shownIn((await page(list(query), analyst)).body)).toEqual([wanted()]);
  });

  it('shows those of a till, of some days, and the same as a file', async () => {
    const { body } = await page(list(`?till=${till}`), analyst);
    expect(shownIn(body)).toEqual([open]);
    const csv = /href="([^"]+format=csv)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
    expect(csv).toBe(`/v1/merchants/${shop.id}/orders?till=${till}&format=csv`);
    expect(String((await page(csv!, analyst)).body)).toContain(open);
    expect((await page(list('?to=2026-01-01'), analyst)).body).toContain('No order is like this');
  });

  it('has pages', async () => {
    const busy = await newShop();
    await Promise.all(Array.from({ length: 26 }, (_, index) => newOrder(busy, 100 + index)));
    const first = await page(`/centre/merchants/${busy.id}/orders`, analyst);
    expect(shownIn(first.body)).toHaveLength(25);
    const next = /rel="next" href="([^"]+)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&');
    const second = await page(`/centre/merchants/${busy.id}/orders${next}`, analyst);
    expect(shownIn(second.body)).toHaveLength(1);
  });
});

describe('an order', () => {
  it.each(['admin', 'officer', 'analyst', 'support'])('is explained to an %s', async (role) => {
    const person = await newStaffPerson(role);
    const { status, body } = await page(list(`/${paid}`), person);
    expect(status).toBe(200);
    for (const text of [paid, shop.id, 'Тоо чайканасы', `/centre/payments/${payment}`, 'What happened']) {
      expect(body).toContain(text);
    }
  });

  it('that nobody has paid says what was asked, until when, and leads to no payment', async () => {
    for (const language of languages) {
      const { status, body } = await page(list(`/${open}?lang=${language}`), analyst);
      expect(status, language).toBe(200);
      expect(body).toContain(`lang="${language}"`);
      expect(body).toContain('2 × &quot;&gt;&lt;script&gt;');
      expect(body).not.toContain(evil);
      expect(body).not.toContain('/centre/payments/');
    }
    const { body } = await page(list(`/${open}`), analyst);
    for (const text of ['Waiting for payment', 'Pay before', 'Ош базары · 1']) expect(body).toContain(text);
    expect((await page(list(`/${cancelled}`), analyst)).body).toContain('Cancelled');
  });

  it('is led to from its payment', async () => {
    await until(
      () => get(`/v1/centre/payments/${payment}`, adminKey),
      ({ status }) => status === 200,
    );
    const found = await page(`/centre/payments/${payment}`, analyst);
    expect(found.body).toContain(`/centre/merchants/${shop.id}/orders/${paid}`);
  });

  it('of another merchant, or none, is not there', async () => {
    const other = await newShop();
    for (const path of [
      `/centre/merchants/${other.id}/orders/${open}`,
      list(`/${exampleId('order')}`),
      `/centre/merchants/${exampleId('merchant')}/orders`,
    ]) {
      expect(await page(path, analyst), path).toMatchObject({ status: 404 });
    }
  });
});

it('is nobody’s page but the centre’s', async () => {
  const { owner } = await newBusiness();
  for (const path of [list(), list(`/${open}`)]) {
    expect(await page(path, owner), path).toMatchObject({ status: 403 });
    const stranger = await call('GET', path);
    expect(stranger.status, path).toBe(303);
    expect(stranger.headers.get('location')).toContain('/sign-in');
  }
});
