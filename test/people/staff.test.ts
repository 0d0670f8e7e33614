/** A merchant's people: invited, changed, suspended, and never without an owner. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  browserWith,
  cookieOf,
  freshEmail,
  goodPassword,
  newBusiness,
  newColleague,
  newStaff,
  signIn,
} from '../support/people.ts';
import { adminKey, call, get, migrate, newIsolate, post } from '../support/switch.ts';
import { newIssuer, newPayer, pay } from '../support/town.ts';

beforeAll(migrate);

const accept = (token: string, body: object = { name: 'Айгүл', password: goodPassword }) =>
  call('POST', `/v1/invitations/${token}/accept`, { body });
async function later<Value>(ms: number, work: () => Promise<Value>): Promise<Value> {
  const startMs = Date.now();
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => startMs + ms);
  try {
    return await work();
  } finally {
    clock.mockRestore();
  }
}

describe('an invitation', () => {
  test('says whom it is for, and gives them a session', async () => {
    const { token, email, merchant } = await newColleague({ role: 'manager' });
    expect((await get(`/v1/invitations/${token}`)).body).toMatchObject({
      email,
      role: 'manager',
      merchant: 'Ала-Тоо кофе',
    });
    const accepted = await accept(token);
    expect(accepted).toMatchObject({ status: 201, body: { method: 'invitation' } });
    const me = await browserWith(cookieOf(accepted)).get('/v1/me');
    expect(me.body).toMatchObject({
      who: 'merchant:manager',
      owner: merchant,
      person: { name: 'Айгүл', email },
    });
    expect((await signIn(email, goodPassword)).status).toBe(201);
  });

  test('is good once', async () => {
    const { token } = await newColleague();
    expect((await accept(token)).status).toBe(201);
    expect(await accept(token)).toMatchObject({ status: 404, body: { code: 'invitation.not_found' } });
    expect((await get(`/v1/invitations/${token}`)).status).toBe(404);
  });

  test('of two who accept at once one does', async () => {
    const { token } = await newColleague();
    const answers = await Promise.all([accept(token), accept(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404]);
  });

  test('is good for a week', async () => {
    const { token } = await newColleague();
    const dayMs = 24 * 3_600_000;
    expect((await later(6.9 * dayMs, () => get(`/v1/invitations/${token}`))).status).toBe(200);
    expect(await later(7.1 * dayMs, () => accept(token))).toMatchObject({
      status: 410,
      body: { code: 'invitation.expired' },
    });
  });

  test('is useless as soon as there is a newer one', async () => {
    const { owner, path, token } = await newColleague();
    const { link } = (await owner.post(`${path}/invite`)).body;
    expect((await accept(token)).status).toBe(404);
    expect((await accept(String(link).split('/').at(-1) ?? '')).status).toBe(201);
  });

  test('needs a password nobody guesses, and is still good after that', async () => {
    const { token } = await newColleague();
    expect(await accept(token, { name: 'N', password: 'password123' })).toMatchObject({
      status: 422,
      body: { code: 'password.weak' },
    });
    expect((await accept(token)).status).toBe(201);
  });

  test('is for somebody who does not sign in elsewhere', async () => {
    const { owner, merchant } = await newBusiness();
    const { email } = await newBusiness();
    const invited = await owner.post(`/v1/merchants/${merchant}/invitations`, { email, role: 'cashier' });
    expect(invited).toMatchObject({ status: 409, body: { code: 'operator.exists' } });
  });

  test('replaces a lost password, and ends what sessions there were', async () => {
    const { owner, path, browser, email } = await newStaff();
    const { link } = (await owner.post(`${path}/invite`)).body;
    expect((await browser.get('/v1/me')).status).toBe(200);
    const password = 'nine patient horses';
    expect((await accept(String(link).split('/').at(-1) ?? '', { name: 'N', password })).status).toBe(201);
    expect((await browser.get('/v1/me')).status).toBe(401);
    expect((await signIn(email, goodPassword)).status).toBe(401);
    expect((await signIn(email, password)).status).toBe(201);
  });

  test('stands nowhere in the audit log', async () => {
    const { owner, merchant, token } = await newColleague();
    expect((await owner.get(`/v1/merchants/${merchant}/staff`)).body.data).toHaveLength(2);
    const log = await get('/v1/audit?limit=100', adminKey);
    expect(JSON.stringify(log.body)).not.toContain(token);
  });
});

describe('roles', () => {
  test('only the owner sees people and manages them', async () => {
    for (const role of ['manager', 'cashier']) {
      const { browser, merchant, path } = await newStaff({ role });
      expect((await browser.get(`/v1/merchants/${merchant}/staff`)).status).toBe(403);
      const wish = { email: freshEmail(), role: 'owner' };
      expect((await browser.post(`/v1/merchants/${merchant}/invitations`, wish)).status).toBe(403);
      for (const asked of [path, `${path}/suspend`, `${path}/resume`, `${path}/invite`]) {
        const answer = await browser.post(asked, asked === path ? { role: 'owner' } : {});
        expect(answer, asked).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
      }
      expect((await browser.get(`/v1/merchants/${merchant}/keys`)).status).toBe(403);
    }
  });

  test('a change of role counts within seconds, on every isolate', async () => {
    const { owner, path, merchant, browser } = await newStaff();
    const elsewhere = newIsolate();
    const asked = () =>
      elsewhere('GET', `/v1/merchants/${merchant}/staff`, { headers: { cookie: browser.cookie } });
    expect((await asked()).status).toBe(403);
    expect((await owner.post(path, { role: 'owner' })).body).toMatchObject({ role: 'owner' });
    expect((await browser.get('/v1/me')).body.who).toBe('merchant:owner');
    expect((await later(11_000, asked)).status).toBe(200);
  });

  test('whoever is suspended is out at once, cannot sign in, and comes back', async () => {
    const { owner, path, browser, email } = await newStaff();
    expect((await owner.post(`${path}/suspend`)).body.status).toBe('suspended');
    expect((await browser.get('/v1/me')).status).toBe(401);
    expect(await signIn(email, goodPassword)).toMatchObject({
      status: 401,
      body: { code: 'sign_in.refused' },
    });
    expect((await owner.post(`${path}/resume`)).body.status).toBe('active');
    expect((await browser.get('/v1/me')).status, 'the old session stays ended').toBe(401);
    expect((await signIn(email, goodPassword)).status).toBe(201);
  });

  test('whoever is suspended before they accept cannot, and is still invited when let in again', async () => {
    const { owner, path, token } = await newColleague();
    await owner.post(`${path}/suspend`);
    expect((await accept(token)).status).toBe(404);
    expect((await owner.post(`${path}/resume`)).body.status).toBe('invited');
    expect((await accept(token)).status).toBe(201);
  });

  test('whoever is suspended while they accept stays so', async () => {
    const { owner, merchant, path, token, email } = await newColleague();
    const [accepted] = await Promise.all([accept(token), owner.post(`${path}/suspend`)]);
    const { data } = (await owner.get(`/v1/merchants/${merchant}/staff`)).body;
    expect(data.find((person: { email: string }) => person.email === email).status).toBe('suspended');
    expect((await browserWith(cookieOf(accepted)).get('/v1/me')).status).toBe(401);
  });

  test('the last owner stays one', async () => {
    const { owner, merchant, person } = await newBusiness();
    const path = `/v1/merchants/${merchant}/staff/${person}`;
    for (const [asked, body] of [
      [path, { role: 'manager' }],
      [`${path}/suspend`, {}],
    ] as const) {
      expect(await owner.post(asked, body)).toMatchObject({
        status: 409,
        body: { code: 'operator.last_owner' },
      });
    }
    expect((await owner.get('/v1/me')).body.who).toBe('merchant:owner');
  });

  test('of two owners who send each other away at once one stays', async () => {
    const { owner, merchant, browser, path } = await newStaff({ role: 'owner' });
    const { data } = (await owner.get(`/v1/merchants/${merchant}/staff`)).body;
    const first = data.find(({ name }: { name: string }) => name === 'Ала-Тоо кофе').id;
    const answers = await Promise.all([
      owner.post(`${path}/suspend`),
      browser.post(`/v1/merchants/${merchant}/staff/${first}/suspend`),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const left = await get(`/v1/merchants/${merchant}/staff`, adminKey);
    const active = left.body.data.filter(({ status }: { status: string }) => status === 'active');
    expect(active).toHaveLength(1);
  });

  test('somebody is kept to a till of the store', async () => {
    const { owner, path, store, till, browser } = await newStaff();
    expect((await owner.post(path, { till })).body).toMatchObject({ store, till });
    expect((await browser.get('/v1/me')).body).toMatchObject({ till, person: { store, till } });
    expect((await owner.post(path, { till: null, store: null })).body).toMatchObject({
      store: null,
      till: null,
    });
  });

  test('whoever is kept to a store sells there, and nowhere else', async () => {
    const { owner, path, merchant, store, browser } = await newStaff();
    const other = (await owner.post(`/v1/merchants/${merchant}/stores`, { name: 'Ош' })).body.id;
    const till = (await owner.post(`/v1/merchants/${merchant}/stores/${other}/tills`, { name: '1' })).body.id;
    await owner.post(path, { store });
    const order = (place: object) =>
      browser.post(`/v1/merchants/${merchant}/orders`, { amount: 100, currency: 'KGS', ...place });
    expect(await order({})).toMatchObject({ status: 201, body: { store } });
    expect((await order({ store: other })).body.code).toBe('store.not_found');
    expect((await order({ till })).body.code).toBe('till.not_found');
  });

  test('a cashier has a refund limit of their own', async () => {
    const { owner, path, merchant, browser } = await newStaff({ refund_limit: 100 });
    const issuer = await newIssuer();
    const payer = await newPayer(issuer);
    const order = await browser.post(`/v1/merchants/${merchant}/orders`, { amount: 500, currency: 'KGS' });
    const payment = (await pay(issuer, payer, { payload: order.body.qr.payload })).body.id;
    const refund = (amount: number) =>
      browser.post(`/v1/merchants/${merchant}/payments/${payment}/refunds`, { amount });
    expect((await refund(100)).body.status).toBe('completed');
    expect((await refund(50)).body.status).not.toBe('completed');
    await owner.post(path, { refund_limit: 500 });
    expect((await refund(60)).body.status).toBe('completed');
  });
});

describe('people of the centre', () => {
  test('choose their first password by a link of an administrator, and work with their role', async () => {
    const email = freshEmail();
    const person = await post('/v1/centre/operators', adminKey, { email, name: 'Бакыт', role: 'officer' });
    const invited = await post(`/v1/centre/operators/${person.body.id}/invite`, adminKey, {});
    const accepted = await accept(String(invited.body.link).split('/').at(-1) ?? '');
    const browser = browserWith(cookieOf(accepted));
    expect((await browser.get('/v1/me')).body).toMatchObject({
      who: 'staff:officer',
      owner: person.body.id,
      person: { id: person.body.id },
      merchant: null,
    });
    expect((await browser.get('/v1/centre/merchants')).status).toBe(200);
    expect(accepted.headers.get('set-cookie')).toContain('Max-Age=43200');
    expect((await later(2.1 * 3_600_000, () => browser.get('/v1/me'))).status, 'after two idle hours').toBe(
      401,
    );
  });

  test('what they do is in the audit log under their name', async () => {
    const person = await post('/v1/centre/operators', adminKey, {
      email: freshEmail(),
      name: 'N',
      role: 'admin',
    });
    const invited = await post(`/v1/centre/operators/${person.body.id}/invite`, adminKey, {});
    const accepted = await accept(String(invited.body.link).split('/').at(-1) ?? '');
    const browser = browserWith(cookieOf(accepted));
    const made = await browser.post('/v1/centre/participants', { name: 'P', role: 'issuer', country: 'KG' });
    expect((await get(`/v1/audit?subject=${made.body.id}`, adminKey)).body.data).toMatchObject([
      { actor: person.body.id, role: 'staff:admin', key: accepted.body.id },
    ]);
  });

  test('suspended, their sessions and keys stop', async () => {
    const person = await post('/v1/centre/operators', adminKey, {
      email: freshEmail(),
      name: 'N',
      role: 'support',
    });
    const { api_key: key } = (await post('/v1/centre/keys', adminKey, { owner: person.body.id })).body;
    expect((await get('/v1/me', key)).status).toBe(200);
    await post(`/v1/centre/operators/${person.body.id}/suspend`, adminKey, {});
    expect((await get('/v1/me', key)).status).toBe(401);
    await post(`/v1/centre/operators/${person.body.id}/resume`, adminKey, {});
    expect((await later(6_000, () => get('/v1/me', key))).status).toBe(200);
  });
});
