/** The portal by role: what is hidden is refused as well; owners keep their staff. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Browser,
  browserWith,
  cookieOf,
  freshEmail,
  goodPassword,
  newStaff,
  site,
} from '../support/people.ts';
import { type Answer, adminKey, call, get, migrate, post, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, type Payer, pay } from '../support/town.ts';

interface Person {
  readonly browser: Browser;
  readonly owner: Browser;
  readonly merchant: string;
}

let cashier: Person;
let manager: Person;
let issuer: Issuer;
let payer: Payer;

beforeAll(async () => {
  await migrate();
  cashier = await newStaff({ refund_limit: 1_000 });
  manager = await newStaff({ role: 'manager' });
  issuer = await newIssuer();
  payer = await newPayer(issuer);
});

const page = (path: string, { cookie }: Browser): Promise<Answer> =>
  call('GET', path, { headers: { cookie } });

const send = (path: string, fields: Record<string, string>, { cookie }: Browser): Promise<Answer> =>
  call('POST', path, {
    body: String(new URLSearchParams(fields)),
    headers: { cookie, origin: site, 'content-type': 'application/x-www-form-urlencoded' },
  });

const placeOf = (answer: Answer): string => answer.headers.get('location') ?? '';

async function paidTo({ merchant }: Person, by: Browser, amount: number): Promise<string> {
  const order = await by.post(`/v1/merchants/${merchant}/orders`, { amount, currency: 'KGS' });
  const paid = await pay(issuer, payer, { payload: order.body.qr.payload });
  expect(paid.body.status).toBe('completed');
  return paid.body.id;
}

const listed = (path: string, browser: Browser, text: string) =>
  until(
    () => page(path, browser),
    ({ body }) => body.includes(text),
  );

describe('a cashier', () => {
  it.each(['/staff', '/keys', '/callbacks', '/settings', '/codes/new'])(
    'is not let into /portal%s',
    async (path) => {
      const answer = await page(`/portal${path}`, cashier.browser);
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('This page is not for your role');
    },
  );

  it.each([
    ['/codes', { name: 'C' }],
    ['/keys', { role: 'owner', label: 'K' }],
    ['/staff', { email: 'x@y.kg', role: 'owner' }],
    ['/settings', { name: 'N', city: 'C', language: 'ru' }],
    ['/settings/stores', { store: 'S' }],
    ['/callbacks', { url: 'https://receiver.example/' }],
  ])('may not send to /portal%s', async (path, fields) => {
    const answer = await send(`/portal${path}`, fields as Record<string, string>, cashier.browser);
    expect(answer.status).toBe(403);
  });

  it('is shown no way there', async () => {
    const { body } = await page('/portal', cashier.browser);
    for (const path of ['staff', 'keys', 'callbacks', 'settings']) {
      expect(body).not.toContain(`href="/portal/${path}"`);
    }
    expect(body).toContain('href="/portal/payments"');
  });

  it('sees what they took themselves, and not what others took', async () => {
    const own = await paidTo(cashier, cashier.browser, 2_100);
    const others = await paidTo(cashier, cashier.owner, 9_900);
    await listed('/portal/payments', cashier.owner, others);
    const seen = await listed('/portal/payments', cashier.browser, own);
    expect(seen.body).not.toContain(others);
    expect((await page(`/portal/payments/${others}`, cashier.browser)).status).toBe(404);
    expect((await page('/portal', cashier.browser)).body).not.toMatch(/99\.00/);
  });

  it('above their limit asks, and the owner decides on the page of refunds', async () => {
    const payment = await paidTo(cashier, cashier.browser, 5_000);
    const fields = { minor: '4000', amount: '40', reason: 'Broken <cup>', once: crypto.randomUUID() };
    const asked = await send(`/portal/payments/${payment}/refund`, fields, cashier.browser);
    expect(placeOf(asked)).toBe(`/portal/payments/${payment}?done=requested`);
    expect((await page(placeOf(asked), cashier.browser)).body).toContain('Sent to a manager');
    const own = await page('/portal/refunds', cashier.browser);
    expect(own.body).toContain('Somebody else has to decide');
    expect(own.body).not.toContain('/approve');
    expect((await page('/portal', cashier.owner)).body).toContain('Refunds waiting for you');
    const waiting = await page('/portal/refunds', cashier.owner);
    expect(waiting.body).toContain('Broken &lt;cup&gt;');
    expect(waiting.body).toContain('Айгүл');
    const path = /\/portal\/refunds\/\w+\/approve/.exec(waiting.body)?.[0] ?? '';
    expect((await send(path, {}, cashier.browser)).status).toBe(403);
    expect(placeOf(await send(path, { note: 'fine' }, cashier.owner))).toBe('/portal/refunds?done=approved');
    const after = await cashier.owner.get(`/v1/merchants/${cashier.merchant}/payments/${payment}`);
    expect(after.body.amount_refunded.amount).toBe(4_000);
  });
});

describe('a manager', () => {
  it('makes codes and stores, and is let into no keys, staff or callbacks', async () => {
    for (const path of ['/codes/new', '/settings', '/refunds']) {
      expect((await page(`/portal${path}`, manager.browser)).status).toBe(200);
    }
    for (const path of ['/staff', '/keys', '/callbacks']) {
      expect((await page(`/portal${path}`, manager.browser)).status).toBe(403);
    }
    const renamed = await send('/portal/settings', { name: 'N', city: 'C', language: 'ru' }, manager.browser);
    expect(renamed.status).toBe(403);
  });
});

describe('an owner', () => {
  it('invites, changes, suspends and lets somebody work again', async () => {
    const { owner } = manager;
    const email = freshEmail();
    const invited = await send(
      '/portal/staff',
      { email, name: 'Бек <b>', role: 'cashier', place: '', limit: '25,50' },
      owner,
    );
    expect(invited.body).toContain('Бек &lt;b&gt;');
    const token = /value="[^"]+\/invitation\/(\w+)"/.exec(invited.body)?.[1] ?? '';
    const accepted = await call('POST', `/v1/invitations/${token}/accept`, {
      body: { name: 'Бек', password: goodPassword },
    });
    const bek = browserWith(cookieOf(accepted));
    expect((await page('/portal', bek)).status).toBe(200);
    const list = await page('/portal/staff', owner);
    expect(list.body).not.toContain(token);
    const { data } = (await owner.get(`/v1/merchants/${manager.merchant}/staff`)).body;
    const path = `/portal/staff/${data.find((one: { email: string }) => one.email === email).id}`;
    expect((await page(path, owner)).body).toContain('value="25.50"');
    expect(placeOf(await send(path, { role: 'manager', place: '', limit: '' }, owner))).toBe(
      `${path}?done=saved`,
    );
    expect((await page('/portal/settings', bek)).status).toBe(200);
    expect(placeOf(await send(`${path}/suspend`, {}, owner))).toBe(`${path}?done=suspended`);
    expect((await page('/portal', bek)).status).toBe(303);
    await send(`${path}/resume`, {}, owner);
    expect((await send(`${path}/invite`, {}, owner)).body).toContain('/invitation/');
    expect((await page(path, cashier.owner)).status).toBe(404);
  });

  it('is told beside the field what cannot be, and keeps what was typed', async () => {
    const wrong = await send('/portal/staff', { email: 'nobody', role: 'cashier', limit: '' }, manager.owner);
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('field-email-error');
    expect(wrong.body).toContain('value="nobody"');
    const limit = await send(
      '/portal/staff',
      { email: freshEmail(), role: 'cashier', limit: 'much' },
      manager.owner,
    );
    expect(limit.body).toContain('field-limit-error');
    expect(limit.body).toContain('value="much"');
  });
});

describe('somebody of the centre', () => {
  it('is told that the portal is not theirs', async () => {
    const email = freshEmail();
    const made = await post('/v1/centre/operators', adminKey, { email, name: 'Officer', role: 'officer' });
    const { link } = (await post(`/v1/centre/operators/${made.body.id}/invite`, adminKey, {})).body;
    const accepted = await call('POST', `/v1/invitations/${String(link).split('/').at(-1)}/accept`, {
      body: { name: 'Officer', password: goodPassword },
    });
    const answer = await page('/portal', browserWith(cookieOf(accepted)));
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('The portal is for people of a merchant');
  });

  it('nor is it for whoever only has a key', async () => {
    expect((await get('/portal', adminKey)).status).toBe(303);
  });
});
