/** The page of a payment at the centre's desk: for every role, in every language, whatever is in the payment. */
import { beforeAll, describe, expect, it } from 'vitest';
import { languages, newTransferId } from '../../../src/kernel/index.ts';
import { approve, type Clerk, newClerk } from '../../support/centre.ts';
import { type Browser, newStaffPerson, site } from '../../support/people.ts';
import { adminKey, call, get, migrate, post, until } from '../../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../../support/town.ts';

const evil = '<script>alert(1)</script>';
let declined: string;
let completed: string;
let shop: Awaited<ReturnType<typeof newShop>>;

beforeAll(async () => {
  await migrate();
  const issuer = await newIssuer();
  shop = await newShop({ name: evil.slice(0, 25) });
  const payer = await newPayer(issuer, 1_000);
  // It hears of other things: what is told of payments is only written down.
  const endpoint = { url: 'https://receiver.example/hook', types: ['order.expired'] };
  await post('/v1/callback-endpoints', shop.key, endpoint);
  const paid = async (amount: number) => {
    const order = await newOrder(shop, amount, { reference: evil });
    return (await pay(issuer, payer, { payload: order.qr.payload, reference: evil })).body.id;
  };
  [declined, completed] = [await paid(99_000), await paid(700)];
  await until(
    () => get(`/v1/centre/payments/${completed}/events`, adminKey),
    ({ body }) => body.data?.length === 2,
  );
});

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>) =>
  call('GET', path, { headers: { cookie } });
const send = (path: string, fields: Record<string, string>, { cookie }: Pick<Browser, 'cookie'>) =>
  call('POST', path, {
    body: new TextEncoder().encode(String(new URLSearchParams(fields))),
    headers: { cookie, origin: site, 'content-type': 'application/x-www-form-urlencoded' },
  });

it.each(['admin', 'officer', 'analyst', 'support'])('an %s sees why it was refused', async (role) => {
  const person = await newStaffPerson(role);
  const { status, body } = await page(`/centre/payments/${declined}`, person);
  expect(status).toBe(200);
  expect(body).toContain('Not enough money in the account');
  expect(body).toContain('payment.insufficient_funds');
  expect(body).toContain('Who has to do something: the payer');
  expect(body).toContain('Nothing moved');
  expect(body).not.toContain(evil);
});

it('shows both sides, the receipt, and that the reports have it, in every language', async () => {
  const person = await newStaffPerson('analyst');
  for (const language of languages) {
    const { status, body } = await page(`/centre/payments/${completed}?lang=${language}`, person);
    expect(status, language).toBe(200);
    expect(body).toContain(`lang="${language}"`);
    for (const text of [shop.account, shop.id, completed, '/receipt/']) expect(body).toContain(text);
  }
});

describe('sending a callback again', () => {
  const eventOf = async () =>
    (await get(`/v1/centre/payments/${completed}/events`, adminKey)).body.data[0].id as string;

  it('is offered to whoever unblocks what is stuck, and to nobody else', async () => {
    const [support, analyst] = await Promise.all([newStaffPerson('support'), newStaffPerson('analyst')]);
    const path = `/centre/payments/${completed}`;
    expect((await page(path, support)).body).toContain('/resend');
    expect((await page(path, analyst)).body).not.toContain('/resend');
    const resend = `${path}/events/${await eventOf()}/resend`;
    expect(await send(resend, { owner: shop.id }, analyst)).toMatchObject({ status: 403 });
  });

  it('is sent, and the page says so', async () => {
    const support = await newStaffPerson('support');
    await post('/v1/callback-endpoints', shop.key, { url: 'https://receiver.example/all' });
    const answer = await send(
      `/centre/payments/${completed}/events/${await eventOf()}/resend`,
      { owner: shop.id },
      support,
    );
    expect(answer.status).toBe(303);
    const next = answer.headers.get('location') ?? '';
    expect(next).toBe(`/centre/payments/${completed}?done=sent`);
    expect((await page(next, support)).body).toContain('Sending it again');
  });

  it('of somebody else’s event is refused', async () => {
    const support = await newStaffPerson('support');
    const path = `/centre/payments/${completed}/events/${await eventOf()}/resend`;
    expect(await send(path, { owner: 'centre' }, support)).toMatchObject({ status: 404 });
    expect(await send(path, { owner: evil }, support)).toMatchObject({ status: 422 });
  });
});

describe('giving it back', () => {
  let maker: Clerk;
  let checker: Clerk;
  beforeAll(async () => {
    [maker, checker] = [await newClerk('officer'), await newClerk('admin')];
  });
  const formOf = (body: string) => ({
    once: /name="once" value="([^"]+)"/.exec(body)?.[1] ?? '',
    currency: 'KGS',
  });

  it('waits for another person, and is on the page when it is done', async () => {
    const path = `/centre/payments/${completed}`;
    const before = (await page(path, maker.browser)).body;
    expect(before).toMatch(/Left of this payment: KGS\s7\.00/);
    const fields = { ...formOf(before), amount: '3', reason: 'charged <b>twice</b>' };
    for (const _ of ['once', 'and again']) {
      const asked = await send(`${path}/give-back`, fields, maker.browser);
      expect(asked.headers.get('location')).toBe(`${path}?done=approval`);
    }
    const waiting = (await get(`/v1/centre/approvals?object=${completed}`, adminKey)).body.data;
    expect(waiting).toHaveLength(1);
    const approval = `/centre/approvals/${waiting[0].id}`;
    for (const language of languages) {
      const { status, body } = await page(`${path}?lang=${language}`, maker.browser);
      expect(status).toBe(200);
      expect(body).toContain(`href="${approval}"`);
      expect(body).not.toContain('<b>');
    }
    const decided = (await page(approval, checker.browser)).body;
    expect(decided).toMatch(/KGS\s3\.00/);
    expect(decided).toContain(`href="${path}"`);
    expect((await approve(checker, waiting[0].id)).body.status).toBe('done');
    const after = (await page(path, maker.browser)).body;
    expect(after).toMatch(/Left of this payment: KGS\s4\.00/);
    expect(after).toContain(`The centre: ${maker.name}`);
    expect(after).toContain(`approved by: ${checker.name}`);
    expect(after).not.toContain(`href="${approval}"`);
  });

  it('keeps what was typed wrongly, and says why it failed', async () => {
    const path = `/centre/payments/${completed}`;
    const typed = { ...formOf((await page(path, maker.browser)).body), reason: 'again' };
    const nothing = await send(`${path}/give-back`, { ...typed, amount: 'four' }, maker.browser);
    expect(nothing.status).toBe(422);
    for (const text of ['value="four"', 'value="again"', 'give-back-amount-error']) {
      expect(nothing.body).toContain(text);
    }
    const much = await send(`${path}/give-back`, { ...typed, amount: '4.01' }, maker.browser);
    expect(much.status).toBe(422);
    expect(much.body).toContain('More than is left of this payment cannot be refunded.');
    const once = { ...typed, amount: '4' };
    const asked = await send(`${path}/give-back`, once, maker.browser);
    expect(asked.status).toBe(303);
    const own = `/v1/merchants/${shop.id}/payments/${completed}/refunds`;
    expect((await post(own, shop.key, { amount: 1 }, 'first')).status).toBe(201);
    const found = await get(`/v1/centre/approvals?object=${completed}&status=proposed`, adminKey);
    const id: string = found.body.data[0].id;
    expect((await approve(checker, id)).body.status).toBe('failed');
    const failed = (await page(path, maker.browser)).body;
    expect(failed).toContain('More than is left of this payment cannot be refunded.');
    expect(failed).toContain(`href="/centre/approvals/${id}"`);
  });

  it('is offered to those who decide about money, of what can be given back', async () => {
    const [analyst, support] = [await newStaffPerson('analyst'), await newStaffPerson('support')];
    const path = `/centre/payments/${completed}`;
    for (const person of [analyst, support]) {
      expect((await page(path, person)).body).not.toContain('/give-back"');
      const fields = { amount: '1', currency: 'KGS', reason: 'x', once: 'k' };
      expect((await send(`${path}/give-back`, fields, person)).status).toBe(403);
    }
    expect((await page(`/centre/payments/${declined}`, maker.browser)).body).not.toContain('/give-back"');
  });
});

it.each([
  ['a payment that never was', () => newTransferId('payment', Date.now(), 1), 404],
  ['what is no id', () => encodeURIComponent(evil), 422],
])('%s is answered in words', async (_, id, status) => {
  const answer = await page(`/centre/payments/${id()}`, await newStaffPerson('support'));
  expect(answer.status).toBe(status);
  expect(answer.body).not.toContain(evil);
});
