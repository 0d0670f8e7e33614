/** The directory on the centre's desk: who sees what, what forms do and keep, and what is refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { pagesOf, placeOf } from '../support/pages.ts';
import { type Browser, freshEmail, newBusiness, newStaffPerson } from '../support/people.ts';
import { adminKey, call, get, migrate, newIsolate, post } from '../support/switch.ts';
import { newShop } from '../support/town.ts';

// What pages do when nobody else has to approve it; what they say when somebody has, the approvals' tests look at.
const { look, send } = pagesOf(newIsolate({ TOLOM_FOUR_EYES: 'off' }));
type Person = Browser & { readonly id: string };
let admin: Person;
let officer: Person;
let analyst: Person;
let support: Person;

beforeAll(async () => {
  await migrate();
  admin = await newStaffPerson('admin');
  officer = await newStaffPerson('officer');
  analyst = await newStaffPerson('analyst');
  support = await newStaffPerson('support');
});

/** A merchant as it is after registering itself where staff have to look at it. */
async function newWaiting(name: string): Promise<string> {
  const wish = { name, city: 'Bishkek', category_code: '5411', currency: 'KGS', pending: true };
  return (await post('/v1/centre/merchants', adminKey, wish)).body.id;
}
const statusOf = async (id: string) => (await get(`/v1/centre/merchants/${id}`, adminKey)).body.status;

describe('the way in', () => {
  it.each(['/merchants', '/merchants/mch_1', '/audit'])(
    '/centre%s leads to the sign-in, and back',
    async (path) => {
      const answer = await get(`/centre${path}`);
      expect(answer.status).toBe(303);
      expect(placeOf(answer)).toBe(`/sign-in?next=${encodeURIComponent(`/centre${path}`)}`);
    },
  );

  it('every page is there in every language', async () => {
    const { merchant } = await newBusiness();
    for (const path of [
      '/merchants',
      '/merchants?status=closed',
      '/merchants/new',
      `/merchants/${merchant}`,
      '/audit',
    ]) {
      for (const language of languages) {
        const answer = await look(`/centre${path}${path.includes('?') ? '&' : '?'}lang=${language}`, admin);
        expect(answer.status, path).toBe(200);
        expect(answer.headers.get('content-language')).toBe(language);
        // The audit log names routes with their parameters.
        expect(answer.body.replaceAll(/<code.*?<\/code>/g, '')).not.toMatch(/undefined|\[object|\{\w+\}/);
      }
    }
  });

  it('what is not there is said so', async () => {
    const answer = await look('/centre/merchants/mch_1hq3v8k2m0abcdefgh01', admin);
    expect(answer).toMatchObject({ status: 404, body: expect.stringContaining('There is nothing here') });
  });
});

describe('merchants', () => {
  it('that wait stand first, and are approved by one decision', async () => {
    const id = await newWaiting('Бишкек нан');
    const list = await look('/centre/merchants', officer);
    expect(list.body.indexOf(id)).toBeLessThan(list.body.indexOf('class="filters"'));
    const shown = await look(`/centre/merchants/${id}`, officer);
    expect(shown.body).toContain('Approve this merchant?');
    expect(shown.body).toContain('Nobody can pay it yet');
    const approved = await send(`/centre/merchants/${id}/approve`, { reason: 'licence seen' }, officer);
    expect(placeOf(approved)).toBe(`/centre/merchants/${id}?done=approved`);
    expect(await statusOf(id)).toBe('active');
    const after = await look(placeOf(approved), officer);
    expect(after.body).toContain('Approved. Buyers can pay it now.');
    expect(after.body).not.toContain('Approve this merchant?');
    expect(after.body).toContain('licence seen');
  });

  it('are found by name; what is typed is text', async () => {
    const { id } = await newShop({ name: '<b>Жибек</b>' });
    const found = await look(`/centre/merchants?q=${encodeURIComponent('жибек')}`, support);
    expect(found.body).toContain(id);
    expect(found.body).toContain('&lt;b&gt;Жибек&lt;/b&gt;');
    expect(found.body).not.toContain('<b>Жибек');
    const nobody = await look(`/centre/merchants?q=${encodeURIComponent('"><script>')}`, support);
    expect(nobody.body).not.toContain('"><script>');
    expect(nobody.body).toContain('Nobody is called like that');
  });

  it('are registered; a wrong form keeps what was typed and says what is wrong beside the field', async () => {
    const form = { name: 'Ысык-Көл', city: 'Каракол', category_code: '54', country: 'KG', currency: 'KGS' };
    const wrong = await send('/centre/merchants/new', form, officer);
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('value="Ысык-Көл"');
    expect(wrong.body).toContain('id="new-category_code-error"');
    const made = await send('/centre/merchants/new', { ...form, category_code: '5411' }, officer);
    expect(placeOf(made)).toMatch(/^\/centre\/merchants\/mch_\w+\?done=added$/);
    expect((await look(placeOf(made), officer)).body).toContain('Ысык-Көл');
  });

  it('are put right and suspended with a reason, and both stand in the history', async () => {
    const { id } = await newShop();
    const path = `/centre/merchants/${id}`;
    const form = { name: 'Ош базары', city: 'Ош', category_code: '5411', language: 'ru' };
    const missing = await send(`${path}/change`, form, officer);
    expect(missing.status).toBe(422);
    expect(missing.body).toContain('id="change-reason-error"');
    expect(missing.body).toContain('value="Ош базары"');
    await send(`${path}/change`, { ...form, reason: 'moved' }, officer);
    const suspended = await send(`${path}/suspend`, { reason: 'complaints' }, officer);
    expect(placeOf(suspended)).toBe(`${path}?done=suspended`);
    const shown = await look(path, analyst);
    expect(shown.body).toContain('complaints');
    expect(shown.body).toMatch(/<code>city<\/code> <del>.*Bishkek.*<\/del> <ins>.*Ош/);
    await send(`${path}/resume`, { reason: 'settled' }, officer);
    expect(await statusOf(id)).toBe('active');
  });

  it('get stores and tills, which are renamed', async () => {
    const { merchant, store, till } = await newBusiness();
    const path = `/centre/merchants/${merchant}`;
    await send(`${path}/store`, { name: 'ЦУМ', address: 'Чүй 155' }, officer);
    await send(`${path}/till`, { store, name: 'Касса 2' }, officer);
    await send(`${path}/store-change`, { store, name: 'Башкы', reason: 'r' }, officer);
    await send(`${path}/till-change`, { till, name: 'Касса 1', reason: 'r' }, officer);
    const shown = await look(path, officer);
    for (const text of ['ЦУМ', 'Чүй 155', 'Башкы', 'Касса 2, Касса 1']) expect(shown.body).toContain(text);
  });

  it('get an owner, whose invitation is shown once', async () => {
    const { id } = await newShop();
    const path = `/centre/merchants/${id}`;
    const form = { name: 'Айбек', email: freshEmail(), role: 'owner' };
    const added = await send(`${path}/person`, form, officer);
    expect(added.status).toBe(200);
    expect(added.body).toMatch(/\/invitation\/[0-9a-z]{40}/);
    const again = await look(path, officer);
    expect(again.body).toContain('Айбек');
    expect(again.body).not.toContain('/invitation/');
    const taken = await send(`${path}/person`, form, officer);
    expect(taken.status).toBe(409);
    expect(taken.body).toContain(`value="${form.email}"`);
  });

  it('get keys, which are shown once and revoked; by administrators', async () => {
    const { merchant: id, till } = await newBusiness();
    const path = `/centre/merchants/${id}`;
    const everywhere = await send(`${path}/key`, { label: 'Till 9', role: 'cashier' }, admin);
    expect(everywhere.body).toContain('id="key-till-error"');
    expect(everywhere.body).toContain('value="Till 9"');
    const made = await send(`${path}/key`, { label: 'Till 9', role: 'cashier', till }, admin);
    expect(made.body).toMatch(/tolom_mer_[0-9a-z]{32}/);
    const shown = await look(path, admin);
    expect(shown.body).toContain('Till 9');
    expect(shown.body).not.toMatch(/tolom_mer_[0-9a-z]{32}/);
    const key = /name="key" value="(key_\w+)"/.exec(shown.body)?.[1] ?? '';
    await send(`${path}/revoke`, { key }, admin);
    expect((await look(path, admin)).body).toContain('Revoked');
    expect((await send(`${path}/key`, { label: 'x', role: 'owner' }, officer)).status).toBe(403);
  });

  it('are read by analysts and support, who are offered nothing and refused what they send', async () => {
    const id = await newWaiting('Күтүүдө');
    for (const person of [analyst, support]) {
      const shown = await look(`/centre/merchants/${id}`, person);
      expect(shown.status).toBe(200);
      expect(shown.body).not.toContain('/approve"');
      expect(shown.body).not.toContain('/suspend"');
      expect((await look('/centre/merchants/new', person)).status).toBe(403);
      const sent = await send(`/centre/merchants/${id}/approve`, { reason: 'r' }, person);
      expect(sent).toMatchObject({
        status: 403,
        body: expect.stringContaining('This page is not for your role'),
      });
    }
    expect(await statusOf(id)).toBe('pending');
  });

  it('are closed for good when nothing is left', async () => {
    const { id } = await newShop();
    const closed = await send(`/centre/merchants/${id}/close`, { reason: 'gone' }, officer);
    expect(placeOf(closed)).toBe(`/centre/merchants/${id}?done=closed`);
    const shown = await look(`/centre/merchants/${id}`, officer);
    expect(shown.body).toContain('Closed');
    expect(shown.body).not.toMatch(/\/(suspend|resume|close)"/);
  });

  it('nothing is done from another site', async () => {
    const id = await newWaiting('Чет');
    const sent = await send(`/centre/merchants/${id}/approve`, { reason: 'r' }, officer, {
      origin: 'https://evil.example',
    });
    expect(sent.status).toBe(403);
    expect(await statusOf(id)).toBe('pending');
  });
});

describe('the audit log', () => {
  it('says who did what, old → new, and is narrowed by the address', async () => {
    const { id } = await newShop();
    await send(`/centre/merchants/${id}/suspend`, { reason: '<i>why</i>' }, officer);
    const shown = await look(`/centre/audit?subject=${id}&action=suspend`, analyst);
    expect(shown.body).toContain('A officer');
    expect(shown.body).toContain('&lt;i&gt;why&lt;/i&gt;');
    expect(shown.body).toMatch(/<code>status<\/code> <del>.*active.*<\/del> <ins>.*suspended/);
    expect(shown.body).not.toContain('POST /v1/centre/merchants</code>');
    const file =
      /href="(\/v1\/centre\/reports\/audit[^"]*)"/.exec(shown.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const csv = await call('GET', file, { headers: { cookie: analyst.cookie } });
    expect(csv.status).toBe(200);
    expect(String(csv.body).trim().split('\n')).toHaveLength(2);
  });

  it('says whether its chain is whole', async () => {
    expect((await look('/centre/audit', analyst)).body).toContain('has not been checked yet');
    await send('/centre/audit/check', {}, officer);
    expect((await look('/centre/audit', analyst)).body).toMatch(/is whole, up to record \d+/);
  });

  it('is not for support', async () => {
    expect((await look('/centre/audit', support)).status).toBe(403);
    expect((await look('/centre/merchants', support)).body).not.toContain('href="/centre/audit"');
  });
});
