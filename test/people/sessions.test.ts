/** Signing in and out: what a session is worth, to whom, and for how long. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { attempt } from '../../src/people/lock.ts';
import {
  browserWith,
  cookieName,
  cookieOf,
  freshEmail,
  goodPassword,
  newBusiness,
  signIn,
  site,
} from '../support/people.ts';
import { call, get, migrate, newIsolate, testAct, testEnv } from '../support/switch.ts';

const directory = directoryOf(testEnv.DIRECTORY);
beforeAll(migrate);

const dayMs = 24 * 3_600_000;
/** Does something at a later time, as every clock says. */
async function later<Value>(ms: number, work: () => Promise<Value>): Promise<Value> {
  const startMs = Date.now();
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => startMs + ms);
  try {
    return await work();
  } finally {
    clock.mockRestore();
  }
}

describe('signing in', () => {
  test('with address and password gives a session that stands in for a key', async () => {
    const { email, merchant, person } = await newBusiness();
    const signedIn = await signIn(email, goodPassword, { 'user-agent': 'A phone' });
    expect(signedIn).toMatchObject({
      status: 201,
      body: { method: 'password', agent: 'A phone', current: true },
    });
    const browser = browserWith(cookieOf(signedIn));
    expect((await browser.get('/v1/me')).body).toMatchObject({
      who: 'merchant:owner',
      owner: merchant,
      key: signedIn.body.id,
      person: { id: person, email, role: 'owner' },
      merchant: { id: merchant, status: 'active' },
    });
    const order = await browser.post(`/v1/merchants/${merchant}/orders`, { amount: 100, currency: 'KGS' });
    expect(order).toMatchObject({ status: 201, body: { status: 'open' } });
  });

  test('the address is the same in capitals', async () => {
    const { email } = await newBusiness();
    expect((await signIn(email.toUpperCase(), goodPassword)).status).toBe(201);
  });

  test('a wrong password and an address nobody has are answered alike', async () => {
    const { email } = await newBusiness();
    const wrong = await signIn(email, 'seven noisy yurts');
    const nobodys = await signIn(freshEmail(), goodPassword);
    expect(wrong).toMatchObject({ status: 401, body: { code: 'sign_in.refused' } });
    const { request_id: _1, ...told } = wrong.body;
    const { request_id: _2, ...toldOfNobody } = nobodys.body;
    expect(told).toEqual(toldOfNobody);
  });

  test('the cookie is out of reach of scripts and of other sites', async () => {
    const { email } = await newBusiness();
    const header = (await signIn(email, goodPassword)).headers.get('set-cookie') ?? '';
    const [pair, ...flags] = header.split('; ');
    expect(pair).toMatch(new RegExp(`^${cookieName}=[0-9a-z]{40}$`));
    expect(flags.sort()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  test('the token stands nowhere in the directory', async () => {
    const { email } = await newBusiness();
    const signedIn = await signIn(email, goodPassword);
    const token = cookieOf(signedIn).split('=')[1] ?? '';
    const row = await directory.session(signedIn.body.id);
    expect(JSON.stringify(row)).not.toContain(token);
    const records = await directory.audit.list({ subject: signedIn.body.id }, 10);
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toContain(row?.tokenHash);
  });

  test('a token that a browser was given by somebody else is never made good', async () => {
    const { email } = await newBusiness();
    const planted = `${cookieName}=${'0'.repeat(40)}`;
    const signedIn = await signIn(email, goodPassword, { cookie: planted, origin: site });
    expect(signedIn.status).toBe(201);
    expect(cookieOf(signedIn)).not.toBe(planted);
    expect((await browserWith(planted).get('/v1/me')).status).toBe(401);
  });

  test('signing in again ends the session the browser had', async () => {
    const { email, owner } = await newBusiness();
    const again = await signIn(email, goodPassword, { cookie: owner.cookie, origin: site });
    expect((await owner.get('/v1/me')).status).toBe(401);
    expect((await browserWith(cookieOf(again)).get('/v1/me')).status).toBe(200);
  });

  test('no other site signs anybody in', async () => {
    const { email } = await newBusiness();
    for (const headers of [{ origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await signIn(email, goodPassword, headers);
      expect(answer).toMatchObject({ status: 403, body: { code: 'auth.cross_site' } });
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });
});

describe('the end of a session', () => {
  test('signing out ends it, here and on every other isolate', async () => {
    const { owner } = await newBusiness();
    const elsewhere = newIsolate();
    const asked = () => elsewhere('GET', '/v1/me', { headers: { cookie: owner.cookie } });
    expect((await asked()).status).toBe(200);
    const signedOut = await owner.delete('/v1/sessions/current');
    expect(signedOut).toMatchObject({ status: 200, body: { ended: 1 } });
    expect(signedOut.headers.get('set-cookie')).toContain(`${cookieName}=; Max-Age=0`);
    expect((await owner.get('/v1/me')).status).toBe(401);
    expect((await later(11_000, asked)).status).toBe(401);
  });

  test('it ends when it is not used for a week, and not when it is', async () => {
    const { email } = await newBusiness();
    const [used, unused] = [await signIn(email, goodPassword), await signIn(email, goodPassword)].map(
      (answer) => browserWith(cookieOf(answer)),
    );
    expect((await later(4 * dayMs, () => used?.get('/v1/me') ?? expect.fail()))?.status).toBe(200);
    expect((await later(8 * dayMs, () => used?.get('/v1/me') ?? expect.fail()))?.status).toBe(200);
    expect((await later(8 * dayMs, () => unused?.get('/v1/me') ?? expect.fail()))?.status).toBe(401);
  });

  test('after a month it ends in any case', async () => {
    const { owner } = await newBusiness();
    for (let day = 0; day < 30; day += 5) {
      expect((await later(day * dayMs, () => owner.get('/v1/me'))).status, `day ${day}`).toBe(200);
    }
    expect((await later(30 * dayMs + 1_000, () => owner.get('/v1/me'))).status).toBe(401);
  });

  test('whoever is suspended is out at once', async () => {
    const { owner, person } = await newBusiness();
    expect((await owner.get('/v1/me')).status).toBe(200);
    await directoryOf(testEnv.DIRECTORY).changeOperator(testAct, person, { status: 'suspended' });
    expect((await later(11_000, () => owner.get('/v1/me'))).status).toBe(401);
  });
});

describe('requests by cookie', () => {
  const foreign = [
    ['without a word of where it comes from', {}],
    ['from another site', { origin: 'https://elsewhere.example' }],
    ['from another site, as browsers say it', { 'sec-fetch-site': 'cross-site' }],
    ['from a sister site', { 'sec-fetch-site': 'same-site' }],
    ['from nowhere', { origin: 'null' }],
    ['from an address that begins like ours', { origin: `${site}.elsewhere.example` }],
  ] as const;
  test.each(foreign)('%s change nothing', async (_, headers) => {
    const { owner, merchant } = await newBusiness();
    const answer = await call('POST', `/v1/merchants/${merchant}/orders`, {
      body: { amount: 100, currency: 'KGS' },
      headers: { cookie: owner.cookie, ...headers },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.cross_site' } });
  });

  test('our own pages may change something', async () => {
    const { owner, merchant } = await newBusiness();
    for (const headers of [{ origin: site }, { 'sec-fetch-site': 'same-origin' }]) {
      const answer = await call('POST', `/v1/merchants/${merchant}/orders`, {
        body: { amount: 100, currency: 'KGS' },
        headers: { cookie: owner.cookie, ...headers },
      });
      expect(answer.status).toBe(201);
    }
  });

  test('no other site opens a socket', async () => {
    const { owner } = await newBusiness();
    const headers = { cookie: owner.cookie, upgrade: 'websocket', origin: 'https://elsewhere.example' };
    expect((await call('GET', '/v1/me', { headers })).body.code).toBe('auth.cross_site');
  });

  test('a key that comes with a cookie is what counts', async () => {
    const { owner } = await newBusiness();
    const answer = await call('GET', '/v1/me', { key: 'tolom_mer_none', headers: { cookie: owner.cookie } });
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid' } });
  });

  test('another cookie is none', async () => {
    for (const cookie of ['a=b', `x${cookieName}=${'0'.repeat(40)}`, `${cookieName}=`]) {
      const answer = await call('GET', '/v1/me', { headers: { cookie } });
      expect(answer, cookie).toMatchObject({ status: 401, body: { code: 'auth.missing' } });
    }
  });

  test('a token that is none is refused without a look into the directory', async () => {
    const headers = { cookie: `${cookieName}=' OR 1=1 --` };
    expect((await call('GET', '/v1/me', { headers })).body.code).toBe('auth.invalid');
  });
});

describe('lock-out', () => {
  const wrong = (email: string) => signIn(email, 'not the password');

  test('after five failures even the right password waits, a minute, then longer', async () => {
    const { email } = await newBusiness();
    for (let failure = 0; failure < 5; failure++) expect((await wrong(email)).status).toBe(401);
    const locked = await signIn(email, goodPassword);
    expect(locked).toMatchObject({ status: 429, body: { code: 'sign_in.locked', retryable: true } });
    expect(locked.body.explanation).toMatch(/try again in 1 min$/);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await later(61_000, () => wrong(email))).status).toBe(401);
    expect((await later(61_000 + 61_000, () => signIn(email, goodPassword))).status).toBe(429);
    expect((await later(61_000 + 121_000, () => signIn(email, goodPassword))).status).toBe(201);
  });

  test('an address nobody has is locked like any other', async () => {
    const email = freshEmail();
    for (let failure = 0; failure < 5; failure++) expect((await wrong(email)).status).toBe(401);
    expect((await wrong(email)).status).toBe(429);
  });

  test('many attempts at once are no more than one after another', async () => {
    const { email } = await newBusiness();
    const answers = await Promise.all(Array.from({ length: 12 }, () => wrong(email)));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect(answers.every(({ status }) => [401, 429].includes(status))).toBe(true);
  });

  test('a network many share is locked for what failed there within the hour, not for weeks of typing', async () => {
    const noonMs = Date.parse('2031-05-15T12:00:00Z');
    let person = 0;
    const failsAt = async (nowMs: number) =>
      'refusal' in (await attempt(directory, { email: `${++person}@shop.kg`, network: '192.0.2.9', nowMs }));
    for (let count = 0; count < 120; count++) {
      expect(await failsAt(noonMs + count * 1_800_000), `attempt ${count}`).toBe(false);
    }
    const busyMs = noonMs + 300 * 3_600_000;
    for (let count = 0; count < 100; count++) expect(await failsAt(busyMs + count)).toBe(false);
    expect(await failsAt(busyMs + 100)).toBe(true);
  });

  test('whoever gets in has a clean slate', async () => {
    const { email } = await newBusiness();
    for (let round = 0; round < 3; round++) {
      for (let failure = 0; failure < 3; failure++) expect((await wrong(email)).status).toBe(401);
      expect((await signIn(email, goodPassword)).status).toBe(201);
    }
  });
});

describe('who am I', () => {
  test('a key has no person', async () => {
    const { merchant, till } = await newBusiness();
    const made = await call('POST', '/v1/centre/keys', {
      key: testEnv.TOLOM_ADMIN_KEY,
      body: { owner: merchant, role: 'cashier', till },
    });
    expect((await get('/v1/me', made.body.api_key)).body).toMatchObject({
      who: 'merchant:cashier',
      person: null,
      merchant: { id: merchant },
    });
  });
});
