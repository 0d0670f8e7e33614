/** Routing and limits on the centre's desk: tried before they are in force, published, brought back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { pagesOf, placeOf } from '../support/pages.ts';
import { type Browser, newStaffPerson } from '../support/people.ts';
import { adminKey, get, migrate, newIsolate, post, until } from '../support/switch.ts';
import { newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

// What pages do when nobody else has to approve it; the approvals' tests look at the rest.
const { look, send } = pagesOf(newIsolate({ TOLOM_FOUR_EYES: 'off' }));

let officer: Browser;
let support: Browser;
let connection: string;
let participant: string;

beforeAll(async () => {
  await migrate();
  officer = await newStaffPerson('officer');
  support = await newStaffPerson('support');
  participant = (await newIssuer('Bakong')).id;
  connection = (await post('/v1/centre/connections', adminKey, { participant, adapter: 'sandbox' })).body.id;
});

it('whoever has not signed in is sent to do so', async () => {
  for (const path of ['/routing', '/routing/draft', '/rules', '/rules/new']) {
    expect((await get(`/centre${path}`)).status).toBe(303);
  }
});

it('every page is there in every language', async () => {
  for (const path of ['/routing', '/routing/draft', '/rules', '/rules/new']) {
    for (const language of languages) {
      const answer = await look(`/centre${path}?lang=${language}`, officer);
      expect(answer.status, path).toBe(200);
      expect(answer.body).not.toMatch(/undefined|\[object|\{\w+\}/);
    }
  }
});

describe('the routing table', () => {
  const based = async () => String((await get('/v1/centre/routing', adminKey)).body.version);
  const rows = () => ({
    'payers-0-participant': participant,
    'payers-0-connection': connection,
    'merchants-1-profile': 'khqr',
    'merchants-1-provider': 'aclb',
    'merchants-1-connection': connection,
  });

  it('is tried in a draft, published with a reason, and brought back', async () => {
    const version = await based();
    const wish = { profile: 'khqr', provider: 'aclb', issuer: participant, currency: 'USD' };
    const draft = { based_on: version, ...rows() };
    const tried = await send('/centre/routing/draft', { ...draft, ...wish, deed: 'try' }, officer);
    expect(tried.status).toBe(200);
    expect(tried.body).toContain('through Bakong · sandbox');
    expect(tried.body).toContain('refused');
    expect(tried.body).toContain('would go another way');
    expect(await based()).toBe(version);
    const missing = await send('/centre/routing/draft', { ...draft, deed: 'publish', reason: '' }, officer);
    expect(missing.status).toBe(422);
    expect(missing.body).toContain('id="field-reason-error"');
    expect(missing.body).toContain('value="aclb"');
    const published = await send(
      '/centre/routing/draft',
      { ...draft, deed: 'publish', reason: 'a contract' },
      officer,
    );
    expect(placeOf(published)).toBe('/centre/routing?done=published');
    const shown = await look('/centre/routing', support);
    expect(shown.body).toContain('a contract');
    expect(shown.body).toContain('khqr');
    const late = await send('/centre/routing/draft', { ...draft, deed: 'publish', reason: 'late' }, officer);
    expect(late.status).toBe(409);
    expect(late.body).toContain('Somebody published another version meanwhile');
    const empty = { based_on: await based(), deed: 'publish', reason: 'none any more' };
    await send('/centre/routing/draft', empty, officer);
    const versions = await look('/centre/routing', officer);
    expect(versions.body).toMatch(/− <del class="break">khqr aclb → con_/);
    const older = await look(`/centre/routing/draft?version=${Number(version) + 1}`, officer);
    expect(older.body).toContain('value="aclb"');
    expect(older.body).toContain(`name="based_on" value="${await based()}"`);
  });

  it('comes as JSON too; what is none keeps the text', async () => {
    const json = JSON.stringify({ payers: [], merchants: [{ profile: 'promptpay', connection }] });
    const loaded = await send('/centre/routing/draft', { based_on: '0', deed: 'load', json }, officer);
    expect(loaded.body).toContain('value="promptpay"');
    const wrong = await send('/centre/routing/draft', { based_on: '0', deed: 'load', json: '<b>' }, officer);
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('This is no JSON');
    expect(wrong.body).toContain('&lt;b&gt;');
  });

  it('what is wrong is marked in its row', async () => {
    const draft = {
      based_on: '0',
      'payers-0-participant': participant,
      'payers-0-currency': 'som',
      'payers-0-connection': connection,
    };
    const wrong = await send('/centre/routing/draft', { ...draft, deed: 'try' }, officer);
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('id="field-payers-0-currency-error"');
  });

  it('says where a payment goes to whoever asks; support changes nothing', async () => {
    const shop = await newShop();
    const order = await newOrder(shop, 100);
    const asked = await send('/centre/routing', { payload: order.qr.payload }, support);
    expect(asked.body).toContain('in the switch itself');
    const unreadable = await send('/centre/routing', { payload: '<script>' }, support);
    expect(unreadable.body).toContain('&lt;script&gt;');
    expect(unreadable.body).not.toContain('<script>');
    expect((await look('/centre/routing/draft', support)).status).toBe(403);
    expect((await send('/centre/routing/draft', { deed: 'publish' }, support)).status).toBe(403);
    const cross = { origin: 'https://evil.example' };
    const version = await based();
    await send('/centre/routing/draft', { based_on: version, deed: 'publish', reason: 'r' }, officer, cross);
    expect(await based()).toBe(version);
  });
});

describe('limits', () => {
  const form = { scope: 'account', direction: 'out', measure: 'day_sum', currency: 'KGS', above: 'refuse' };

  it('are tried on a day of real payments, then put in force, changed and taken out', async () => {
    const issuer = await newIssuer();
    const payer = await newPayer(issuer);
    const shop = await newShop();
    const order = await newOrder(shop, 40_000);
    const paid = await pay(issuer, payer, { payload: order.qr.payload });
    // Its business day, in Bishkek.
    const today = new Date(Date.parse(paid.body.created_at) + 6 * 3_600_000).toISOString().slice(0, 10);
    const wish = { ...form, subject: payer.account, threshold: '300.00', day: today };
    const tried = await until(
      () => send('/centre/rules/new', { ...wish, deed: 'try' }, officer),
      ({ body }) => body.includes('Of 1 payments'),
    );
    expect(tried.body).toMatch(/it would have stopped 1, together KGS\s400\.00/);
    expect(tried.body).toContain('value="300.00"');
    const made = await send('/centre/rules/new', { ...wish, deed: 'publish', reason: 'risk' }, officer);
    expect(placeOf(made)).toMatch(/^\/centre\/rules\/lim_\w+\?done=published$/);
    const path = placeOf(made).replace('?done=published', '');
    const changed = await send(
      `${path}/change`,
      { version: '1', threshold: '500', above: 'confirm', reason: 'less' },
      officer,
    );
    expect(placeOf(changed)).toBe(`${path}?done=published`);
    const shown = await look(path, support);
    expect(shown.body).toMatch(/KGS\s500\.00/);
    expect(shown.body).toContain('let the payer confirm');
    const late = await send(`${path}/retire`, { version: '1', reason: 'x' }, officer);
    expect(late.status).toBe(409);
    await send(`${path}/retire`, { version: '2', reason: 'over' }, officer);
    expect((await look(path, officer)).body).toContain('Out of force');
  });

  it('say what is wrong beside the field and keep the rest; support reads', async () => {
    const wrong = await send(
      '/centre/rules/new',
      { ...form, threshold: 'much', deed: 'publish', reason: 'r' },
      officer,
    );
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('id="new-threshold-error"');
    expect(wrong.body).toContain('value="much"');
    const strange = { ...form, subject: '<i>', threshold: '1', deed: 'publish', reason: 'r' };
    const refused = await send('/centre/rules/new', strange, officer);
    expect(refused.body).toContain('id="new-subject-error"');
    expect(refused.body).toContain('value="&lt;i&gt;"');
    expect((await look('/centre/rules/new', support)).status).toBe(403);
    expect((await look('/centre/rules', support)).status).toBe(200);
  });
});
