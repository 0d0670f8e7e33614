/** The portal as its visitors get it: who is let in where, what is shown, what forms do and keep, what is refused. */
import { createExecutionContext } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { languages } from '../../src/kernel/index.ts';
import { portalTexts } from '../../src/web/portal/texts.ts';
import { type Business, freshEmail, goodPassword, newBusiness, site } from '../support/people.ts';
import {
  type Answer,
  adminKey,
  call,
  freshKey,
  get,
  migrate,
  post,
  testEnv,
  until,
} from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, type Payer, pay } from '../support/town.ts';

let shop: Business;
let other: Business;
let issuer: Issuer;
let payer: Payer;

beforeAll(async () => {
  await migrate();
  shop = await newBusiness();
  other = await newBusiness({ business: 'Other' });
  issuer = await newIssuer();
  payer = await newPayer(issuer);
});

const page = (path: string, who: Business = shop, headers: Record<string, string> = {}): Promise<Answer> =>
  call('GET', path, { headers: { cookie: who.owner.cookie, ...headers } });

/** A form as a browser without script sends it. */
const send = (
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = { origin: site },
  who: Business = shop,
): Promise<Answer> =>
  call('POST', path, {
    body: String(new URLSearchParams(fields)),
    headers: { cookie: who.owner.cookie, ...headers, 'content-type': 'application/x-www-form-urlencoded' },
  });

const placeOf = (answer: Answer): string => answer.headers.get('location') ?? '';
const idIn = (answer: Answer): string => /\/(\w+)(?:\?|$)/.exec(placeOf(answer))?.[1] ?? '';

interface Made {
  id: string;
  qr: { payload: string };
}

async function newPaid(amount: number, more: object = {}): Promise<{ order: Made; payment: string }> {
  const made = await shop.owner.post(`/v1/merchants/${shop.merchant}/orders`, {
    amount,
    currency: 'KGS',
    ...more,
  });
  const paid = await pay(issuer, payer, { payload: made.body.qr.payload });
  expect(paid.body.status).toBe('completed');
  const id: string = paid.body.id;
  await until(
    () => shop.owner.get(`/v1/merchants/${shop.merchant}/payments?limit=100`),
    ({ body }) => body.data.some((row: { id: string }) => row.id === id),
  );
  return { order: made.body, payment: id };
}

describe('the way in', () => {
  it('leads whoever has not signed in to the sign-in, and back', async () => {
    const answer = await get('/portal/payments?q=7');
    expect(answer.status).toBe(303);
    expect(placeOf(answer)).toBe('/sign-in?next=%2Fportal%2Fpayments%3Fq%3D7');
    const posted = await call('POST', '/portal/codes', { body: '' });
    expect(placeOf(posted)).toBe('/sign-in?next=/portal');
  });

  it.each([
    '',
    '/payments',
    '/orders',
    '/orders/new',
    '/codes',
    '/codes/new',
    '/refunds',
    '/staff',
    '/keys',
    '/callbacks',
    '/settings',
  ])('an owner sees /portal%s in every language', async (path) => {
    for (const language of languages) {
      const answer = await page(`/portal${path}?lang=${language}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-language')).toBe(language);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.body).toContain(portalTexts(language)('payments'));
      expect(answer.body).toContain('Ала-Тоо кофе');
      expect(answer.body).not.toMatch(/undefined|\[object|\{\w+\}/);
    }
  });
});

describe('a new merchant', () => {
  it('is told what to do, makes the first code with one click, and is paid', async () => {
    const fresh = await newBusiness();
    const today = await page('/portal', fresh);
    expect(today.body).toContain('Your first payment in three steps');
    expect(today.body).toContain('href="/wallet"');
    const made = await send('/portal/codes', { name: 'Counter' }, { origin: site }, fresh);
    expect(made.status).toBe(303);
    const code = await page(placeOf(made), fresh);
    expect(code.body).toContain('Your QR code is ready');
    expect(code.body).toContain(`/codes/${idIn(made)}/qr.svg`);
    const known = await fresh.owner.get(`/v1/merchants/${fresh.merchant}/codes/${idIn(made)}`);
    await pay(issuer, payer, { payload: known.body.payload, amount: 4_000 });
    const after = await until(
      () => page('/portal', fresh),
      ({ body }) => body.includes('Latest payments'),
    );
    expect(after.body).not.toContain('Your first payment');
    expect(after.body).toMatch(/KGS\s40\.00/);
  });
});

describe('outside a sandbox', () => {
  it('a new merchant looks around, is told to wait, and is offered no simulator', async () => {
    const production = switchOf({ ...testEnv, TOLOM_MODE: 'production' });
    const ask = (path: string, more: RequestInit) =>
      production.fetch(new Request(`${site}${path}`, more), createExecutionContext());
    const registered = await ask('/v1/registrations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        business: 'Жаңы',
        city: 'Osh',
        category_code: '5812',
        email: freshEmail(),
        password: goodPassword,
      }),
    });
    const cookie = (registered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    for (const path of ['/portal', '/portal/settings', '/portal/codes']) {
      const shown = await ask(path, { headers: { cookie } });
      expect(shown.status).toBe(200);
      const html = await shown.text();
      expect(html).toContain('You can look around already.');
      expect(html).not.toMatch(/\/wallet|[Ss]andbox/);
    }
  });
});

describe('payments', () => {
  it('are found by receipt number, by amount and by id', async () => {
    const { payment } = await newPaid(7_777, { reference: 'sale <7>' });
    const byReference = await page(`/portal/payments?q=${encodeURIComponent('sale <7>')}`);
    expect(byReference.body).toContain(`/portal/payments/${payment}`);
    expect(byReference.body).toContain('sale &lt;7&gt;');
    expect((await page('/portal/payments?q=77,77')).body).toContain(`/portal/payments/${payment}`);
    expect(placeOf(await page(`/portal/payments?q=${payment}`))).toBe(`/portal/payments/${payment}`);
    expect((await page('/portal/payments?q=nothing-like-it')).body).toContain('No payment fits.');
    expect((await page('/portal/payments?from=2020-01-01&to=2020-01-31')).body).toContain('No payment fits.');
  });

  it('one shows what happened, and gives back a part in two steps', async () => {
    const { payment } = await newPaid(10_000);
    const shown = await page(`/portal/payments/${payment}`);
    expect(shown.body).toMatch(/KGS\s100\.00/);
    expect(shown.body).toContain('class="timeline"');
    const wrong = await page(`/portal/payments/${payment}/refund?amount=100.01`);
    expect(wrong.body).toMatch(/At most KGS\s100\.00 is left/);
    expect(wrong.body).toContain('value="100.01"');
    const asked = await page(`/portal/payments/${payment}/refund?amount=30&reason=%3Cb%3E`);
    expect(asked.body).toMatch(/Stays with you.*KGS\s70\.00/s);
    expect(asked.body).toContain('&lt;b&gt;');
    const once = /name="once" value="([\w-]+)"/.exec(asked.body)?.[1] ?? '';
    const fields = { minor: '3000', amount: '30', reason: '', once };
    for (const _ of ['sent', 'sent twice']) {
      const given = await send(`/portal/payments/${payment}/refund`, fields);
      expect(placeOf(given)).toBe(`/portal/payments/${payment}?done=refunded`);
    }
    const after = await shop.owner.get(`/v1/merchants/${shop.merchant}/payments/${payment}`);
    expect(after.body.amount_refunded.amount).toBe(3_000);
  });

  it('that the centre gave back says who did', async () => {
    const { payment } = await newPaid(4_000);
    const path = `/v1/centre/payments/${payment}/refunds`;
    const given = await post(path, adminKey, { amount: 1_500, reason: 'charged twice' }, freshKey());
    expect(given.body).toMatchObject({ status: 'completed', asked_by: 'centre', made_by: 'centre' });
    const { body } = await page(`/portal/payments/${payment}`);
    expect(body).toContain('charged twice');
    expect(body).toContain('By the processing centre');
    expect(body).toContain('The processing centre decided to give money back in the merchant’s place.');
  });

  it('that was declined says why, and gives nothing back', async () => {
    const poor = await newPayer(issuer, 0);
    const made = await shop.owner.post(`/v1/merchants/${shop.merchant}/orders`, {
      amount: 6_543,
      currency: 'KGS',
    });
    const declined = await pay(issuer, poor, { payload: made.body.qr.payload });
    expect(declined.body.status).toBe('declined');
    const path = `/portal/payments/${declined.body.id}`;
    const shown = await until(
      () => page(path),
      ({ status }) => status === 200,
    );
    expect(shown.body).toContain('Declined');
    expect(shown.body).toContain(declined.body.refusal.detail);
    expect(shown.body).not.toContain('/refund"');
  });

  it('go into a file with the filters of the page', async () => {
    const { payment } = await newPaid(3_333, { reference: 'for-the-file' });
    const list = await page('/portal/payments?q=for-the-file&status=completed');
    const link = /href="([^"]+format=csv[^"]*)"/.exec(list.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const file = await page(link);
    expect(file.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(file.body.trim().split('\r\n')).toHaveLength(2);
    expect(file.body).toContain(payment);
  });

  it('of another merchant are not found', async () => {
    const { payment, order } = await newPaid(1_000);
    expect((await page(`/portal/payments/${payment}`, other)).status).toBe(404);
    expect((await page(`/portal/payments/${payment}/refund`, other)).status).toBe(404);
    expect((await page(`/portal/orders/${order.id}`, other)).status).toBe(404);
    expect((await page('/portal/payments/pay_nonsense')).status).toBeGreaterThanOrEqual(400);
  });
});

describe('payment links', () => {
  it('are made, shown with code and text to send, and cancelled', async () => {
    const made = await send('/portal/orders', {
      amount: '1 250,50',
      description: '<script>alert(1)</script>',
      expires: '3600',
    });
    const shown = await page(placeOf(made));
    expect(shown.body).toMatch(/KGS\s1,250\.50/);
    expect(shown.body).not.toContain('<script>alert');
    expect(shown.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(shown.body).toContain(`/orders/${idIn(made)}/qr.svg`);
    expect(shown.body).toContain(`${site}/pay/${idIn(made)}`);
    const cancelled = await send(`/portal/orders/${idIn(made)}/cancel`, {});
    expect(placeOf(cancelled)).toContain('done=cancelled');
    expect((await page(placeOf(cancelled))).body).not.toContain('qr.svg');
    expect((await page('/portal/orders?status=cancelled')).body).toContain(idIn(made));
  });

  it('with an amount that is none keep what was typed and say so beside it', async () => {
    const answer = await send('/portal/orders', { amount: '12.345', description: 'Эки нан', expires: '900' });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('value="12.345"');
    expect(answer.body).toContain('value="Эки нан"');
    expect(answer.body).toMatch(/id="field-amount-error"/);
  });
});

describe('codes', () => {
  it('are paused, resumed, renamed, and revoked with a reason', async () => {
    const made = await send('/portal/codes', { name: 'Table <1>', amount: '80', place: `till ${shop.till}` });
    const path = `/portal/codes/${idIn(made)}`;
    expect((await page(path)).body).toContain('Table &lt;1&gt;');
    expect(placeOf(await send(`${path}/pause`, {}))).toBe(`${path}?done=paused`);
    expect((await page(path)).body).toContain(`${path}/resume`);
    await send(`${path}/resume`, {});
    await send(path, { name: 'Terrace', note: 'by the door' });
    const renamed = await page(path);
    expect(renamed.body).toContain('Terrace');
    expect(renamed.body).toContain('by the door');
    const unsaid = await send(`${path}/revoke`, { reason: '' });
    expect(unsaid.status).toBe(422);
    expect(unsaid.body).toContain('field-reason-error');
    expect(placeOf(await send(`${path}/revoke`, { reason: 'stolen' }))).toBe(`${path}?done=revoked`);
    const revoked = await page(path);
    expect(revoked.body).toContain('stolen');
    expect(revoked.body).not.toContain('qr.svg');
  });

  it('without a name are not made, and keep the rest', async () => {
    const answer = await send('/portal/codes', { name: '', amount: '80', note: 'n' });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('field-name-error');
    expect(answer.body).toContain('value="80"');
  });
});

describe('keys', () => {
  it('are shown once, listed without their secret, and revoked', async () => {
    const made = await send('/portal/keys', { role: 'cashier', till: shop.till, label: 'Front <till>' });
    const key = /value="(tolom_mer_\w+)"/.exec(made.body)?.[1] ?? '';
    expect((await get(`/v1/merchants/${shop.merchant}/orders`, key)).status).toBe(200);
    const listed = await page('/portal/keys');
    expect(listed.body).not.toContain(key);
    expect(listed.body).toContain('Front &lt;till&gt;');
    const id = /\/portal\/keys\/(key_\w+)\/revoke/.exec(listed.body)?.[1] ?? '';
    expect(placeOf(await send(`/portal/keys/${id}/revoke`, {}))).toBe('/portal/keys?done=revoked');
    expect((await get(`/v1/merchants/${shop.merchant}/orders`, key)).status).toBe(401);
  });
});

describe('callbacks', () => {
  it('are added with a secret shown once, paused, rotated and removed', async () => {
    const added = await send('/portal/callbacks', { url: 'https://receiver.example/hook' });
    expect(added.body).toMatch(/value="whsec_/);
    const id = /\/portal\/callbacks\/(\w+)\/ping/.exec(added.body)?.[1] ?? '';
    const path = `/portal/callbacks/${id}`;
    expect((await page(path)).body).not.toContain('whsec_');
    expect(placeOf(await send(`${path}/pause`, {}))).toBe(`${path}?done=paused`);
    expect((await send(`${path}/rotate`, {})).body).toMatch(/value="whsec_/);
    expect((await page(path, other)).status).toBe(404);
    expect(placeOf(await send(`${path}/remove`, {}))).toBe('/portal/callbacks?done=removed');
  });

  it('to an address that cannot be are refused beside the field', async () => {
    const answer = await send('/portal/callbacks', { url: 'ftp://receiver.example/<hook>' });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('field-url-error');
    expect(answer.body).toContain('ftp://receiver.example/&lt;hook&gt;');
  });

  it('show what was told, and tell it again', async () => {
    await newPaid(500);
    await send('/portal/callbacks', { url: 'https://receiver.example/again' });
    const list = await until(
      () => page('/portal/callbacks'),
      ({ body }) => body.includes('/portal/callbacks/events/'),
    );
    const path = /\/portal\/callbacks\/events\/\w+/.exec(list.body)?.[0] ?? '';
    const event = await page(path);
    expect(event.body).toContain('&quot;type&quot;');
    expect(placeOf(await send(`${path}/resend`, {}))).toBe(`${path}?done=sent`);
    expect((await page(path, other)).status).toBe(404);
  });
});

describe('settings', () => {
  it('change the name on codes and the language, and add stores and tills', async () => {
    const own = await newBusiness();
    const saved = await send(
      '/portal/settings',
      { name: 'Жаңы ат', city: 'Osh', language: 'ru' },
      undefined,
      own,
    );
    expect(placeOf(saved)).toBe('/portal/settings?done=saved');
    await send('/portal/settings/signing', { signed: 'no' }, undefined, own);
    await send('/portal/settings/stores', { store: 'Экинчи', address: '' }, undefined, own);
    await send(`/portal/settings/stores/${own.store}/tills`, { till: 'Касса 9' }, undefined, own);
    const shown = await page('/portal/settings', own);
    for (const text of ['Жаңы ат', 'Osh', 'Экинчи', 'Касса 9', 'Codes are not signed.']) {
      expect(shown.body).toContain(text);
    }
  });

  it('too long a name is said beside it and kept', async () => {
    const name = 'x'.repeat(26);
    const answer = await send('/portal/settings', { name, city: 'Osh', language: 'ru' });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain(`value="${name}"`);
    expect(answer.body).toContain('field-name-error');
    const store = await send('/portal/settings/stores', { store: '', address: 'A' });
    expect(store.body).toContain('field-store-error');
  });
});

describe('what another site sends', () => {
  it.each([
    ['/portal/codes', { name: 'C' }],
    ['/portal/keys', { role: 'owner', label: 'K' }],
    ['/portal/orders', { amount: '5', expires: '900' }],
    ['/portal/settings', { name: 'N', city: 'C', language: 'ru' }],
    ['/portal/callbacks', { url: 'https://receiver.example/' }],
  ])('to %s is refused', async (path, fields) => {
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}]) {
      const answer = await send(path, fields as Record<string, string>, headers as Record<string, string>);
      expect([403, 422]).toContain(answer.status);
      expect(answer.body).toContain('auth.cross_site');
    }
  });
});
