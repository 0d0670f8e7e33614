/** Staff signed in by Cloudflare Access: who gets in, and that nobody does when anything of it is not right. */
import { createExecutionContext } from 'cloudflare:test';
import { sign } from 'hono/jwt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { type ConfigEnv, readConfig, toBase64Url, utf8 } from '../../src/kernel/index.ts';
import { cookieOf, freshEmail, goodPassword, newBusiness, site } from '../support/people.ts';
import { type Answer, adminKey, call, callThrough, get, migrate, post, testEnv } from '../support/switch.ts';

const issuer = 'https://desk.cloudflareaccess.com';
const audience = 'c0ffee'.padEnd(64, '0');
const configured = { TOLOM_ACCESS_ISSUER: issuer, TOLOM_ACCESS_AUDIENCE: audience };

type Keys = CryptoKeyPair & { jwk: JsonWebKey & { kid: string } };
let keys: Keys;
let otherKeys: Keys;
/** What the team's domain answers, and how often it was asked. */
let certs: () => Response;
let asked = 0;

async function newKeys(kid: string): Promise<Keys> {
  const rsa = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  };
  const pair = (await crypto.subtle.generateKey(rsa, true, ['sign', 'verify'])) as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey;
  return { ...pair, jwk: { ...jwk, kid, alg: 'RS256' } };
}

const { now: realNow } = Date;
const realFetch = globalThis.fetch;
let aheadMs = 0;
/** Where the clock stands still, if it does. */
let stillMs: number | undefined;
beforeAll(async () => {
  await migrate();
  [keys, otherKeys] = [await newKeys('one'), await newKeys('two')];
  Date.now = () => (stillMs ?? realNow()) + aheadMs;
  globalThis.fetch = async (input) => {
    expect(String(input)).toBe(`${issuer}/cdn-cgi/access/certs`);
    asked += 1;
    return certs();
  };
});
afterAll(() => {
  Date.now = realNow;
  globalThis.fetch = realFetch;
});
beforeEach(() => {
  asked = 0;
  stillMs = undefined;
  certs = () => Response.json({ keys: [keys.jwk] });
});

const down = () => new Response('no', { status: 502 });

/** A switch that asks for Access; its isolate has not fetched any keys yet. */
function newDesk(more: Partial<ConfigEnv> = configured) {
  const own = switchOf({ ...testEnv, ...more });
  const fetch = (request: Request) => own.fetch(request, createExecutionContext());
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    callThrough({ fetch }, method, path, { headers, ...(body !== undefined && { body }) });
  return {
    ask,
    me: (token: string): Promise<Answer> => ask('GET', '/v1/me', { 'cf-access-jwt-assertion': token }),
  };
}

async function newPerson(role: string, owner = 'centre') {
  const wish = { email: freshEmail(), name: 'Айгүл', role, ...(owner !== 'centre' && { owner }) };
  const { id, email } = (await post('/v1/centre/operators', adminKey, wish)).body;
  return { id: id as string, email: email as string };
}

const claims = (email: string, more: object = {}) => {
  const nowS = Math.floor(Date.now() / 1_000);
  const times = { iat: nowS, nbf: nowS, exp: nowS + 600 };
  return { iss: issuer, aud: [audience], email, type: 'app', sub: 'a', ...times, ...more };
};
const signed = (payload: object, by = keys, kid = by.jwk.kid) =>
  sign(
    payload as Parameters<typeof sign>[0],
    Object.assign(by.privateKey, { alg: 'RS256', kid }) as never,
    'RS256',
  );
/** By hand, for headers that no library would write. */
async function written(header: object, payload: object, signature: (text: string) => Promise<ArrayBuffer>) {
  const text = [header, payload].map((part) => toBase64Url(utf8(JSON.stringify(part)))).join('.');
  return `${text}.${toBase64Url(new Uint8Array(await signature(text)))}`;
}
const byKey = (text: string) => crypto.subtle.sign('RSASSA-PKCS1-v1_5', keys.privateKey, utf8(text));
const header = { alg: 'RS256', kid: 'one', typ: 'JWT' };
const tokenFor = (email: string, more: object = {}) => written(header, claims(email, more), byKey);

describe('a person of the centre', () => {
  test('is let in by the token of Access alone, with the role the directory says', async () => {
    const { id, email } = await newPerson('officer');
    const { me, ask } = newDesk();
    const token = await tokenFor(email.toUpperCase(), { role: 'admin', custom: { role: 'admin' } });
    expect((await me(token)).body).toMatchObject({
      who: 'staff:officer',
      person: { id, email, role: 'officer' },
    });
    const page = await ask('GET', '/centre/merchants', { 'cf-access-jwt-assertion': token });
    expect(page.status).toBe(200);
    expect(asked).toBe(1);
  });

  test('stands in the audit log with what they change, which their own pages must have asked for', async () => {
    const { id, email } = await newPerson('admin');
    const { ask } = newDesk({ ...configured, TOLOM_FOUR_EYES: 'off' });
    const headers = { 'cf-access-jwt-assertion': await tokenFor(email) };
    const wish = { name: 'Bank', role: 'issuer', country: 'KG' };
    for (const foreign of [{}, { origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const refused = await ask('POST', '/v1/centre/participants', { ...headers, ...foreign }, wish);
      expect(refused).toMatchObject({ status: 403, body: { code: 'auth.cross_site' } });
    }
    const made = await ask('POST', '/v1/centre/participants', { ...headers, origin: site }, wish);
    expect(made.status).toBe(201);
    const { data } = (await get(`/v1/audit?subject=${made.body.id}`, adminKey)).body;
    expect(data).toMatchObject([{ actor: id, role: 'staff:admin', key: `access ${id}` }]);
  });

  test('has no other way in: no password, no passkey, no invitation, no session from before', async () => {
    const { id, email } = await newPerson('support');
    const { link } = (await post(`/v1/centre/operators/${id}/invite`, adminKey, {})).body;
    const accept = `/v1/invitations/${String(link).split('/').at(-1)}/accept`;
    const chosen = { name: 'Айгүл', password: goodPassword };
    const { ask } = newDesk();
    expect((await ask('POST', accept, {}, chosen)).body.code).toBe('access.required');
    const accepted = await call('POST', accept, { body: chosen });
    const cookie = cookieOf(accepted);
    expect((await call('GET', '/v1/me', { headers: { cookie } })).status).toBe(200);
    expect(await ask('GET', '/v1/me', { cookie })).toMatchObject({
      status: 401,
      body: { code: 'access.required' },
    });
    const signedIn = await ask('POST', '/v1/sessions', {}, { email, password: goodPassword });
    expect(signedIn).toMatchObject({ status: 401, body: { code: 'access.required' } });
    expect(signedIn.headers.get('set-cookie')).toBeNull();
    // Somebody who only guesses learns nothing of that.
    const guessed = await ask('POST', '/v1/sessions', {}, { email, password: 'seven noisy yurts' });
    expect(guessed.body.code).toBe('sign_in.refused');
  });

  test('is not asked for a password or a passkey on the page of their own', async () => {
    const { email } = await newPerson('support');
    const headers = { 'cf-access-jwt-assertion': await tokenFor(email) };
    const own = await newDesk().ask('GET', '/me', headers);
    expect(own).toMatchObject({ status: 200, body: expect.stringContaining('by Cloudflare Access') });
    expect(own.body).not.toMatch(/name="password"|id="add-passkey"|action="\/me\//);
  });

  test('is signed out by Access', async () => {
    const { email } = await newPerson('analyst');
    const { ask } = newDesk();
    const headers = { 'cf-access-jwt-assertion': await tokenFor(email), origin: site };
    const out = await ask('POST', '/sign-out', headers);
    expect([out.status, out.headers.get('location')]).toEqual([303, '/cdn-cgi/access/logout']);
  });

  test('is out within seconds once suspended', async () => {
    const { id, email } = await newPerson('officer');
    const { me } = newDesk();
    const token = await tokenFor(email);
    expect((await me(token)).status).toBe(200);
    await post(`/v1/centre/operators/${id}/suspend`, adminKey, {});
    aheadMs += 11_000;
    expect(await me(token)).toMatchObject({ status: 403, body: { code: 'access.unknown_person' } });
  });
});

describe('nobody gets in', () => {
  const hmac = async (text: string) => {
    const secret = utf8(JSON.stringify(keys.jwk));
    const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ]);
    return crypto.subtle.sign('HMAC', key, utf8(text));
  };
  const nowS = () => Math.floor(Date.now() / 1_000);
  let desk: ReturnType<typeof newDesk>;
  let email: string;
  beforeAll(async () => {
    desk = newDesk();
    ({ email } = await newPerson('admin'));
  });

  test.each<[string, (email: string) => Promise<string>]>([
    ['with a token for another application', (email) => tokenFor(email, { aud: ['d'.repeat(64)] })],
    ['with a token for no application', (email) => tokenFor(email, { aud: undefined })],
    [
      'with a token of another team',
      (email) => tokenFor(email, { iss: 'https://other.cloudflareaccess.com' }),
    ],
    ['with a token of nobody', (email) => tokenFor(email, { iss: undefined })],
    ['with an expired token', (email) => tokenFor(email, { exp: nowS() - 1 })],
    ['with a token that never expires', (email) => tokenFor(email, { exp: undefined })],
    ['with a token of later', (email) => tokenFor(email, { nbf: nowS() + 120 })],
    ['with a token made later', (email) => tokenFor(email, { iat: nowS() + 120 })],
    ['with a token that names no person, as a service’s', () => tokenFor('', { common_name: 'a service' })],
    ['with a token signed by another key', (email) => signed(claims(email), otherKeys, 'one')],
    ['with a token by a key nobody knows', (email) => signed(claims(email), otherKeys)],
    [
      'without a signature',
      (email) => written({ alg: 'none', kid: 'one' }, claims(email), async () => new ArrayBuffer()),
    ],
    ['with the public key as a secret', (email) => written({ ...header, alg: 'HS256' }, claims(email), hmac)],
    [
      'with another algorithm than the key’s',
      (email) => written({ ...header, alg: 'PS256' }, claims(email), byKey),
    ],
    ['with a token without a key’s name', (email) => written({ alg: 'RS256' }, claims(email), byKey)],
    [
      'with a token that was changed',
      async (email) =>
        (await tokenFor('other@example.kg')).replace(
          /\.[^.]+\./,
          `.${toBase64Url(utf8(JSON.stringify(claims(email))))}.`,
        ),
    ],
    ['with something else', async () => 'no.token.at all'],
    ['with something enormous', async (email) => `${await tokenFor(email)}${'A'.repeat(10_000)}`],
  ])('%s', async (_, tokenOf) => {
    expect((await desk.me(await tokenFor(email))).status).toBe(200);
    const refused = await desk.me(await tokenOf(email));
    expect(refused).toMatchObject({ status: 401, body: { code: 'access.refused' } });
  });

  test('whom no administrator has added, or who is a merchant’s', async () => {
    const { merchant, email } = await newBusiness();
    const own = await newPerson('owner', merchant);
    const { me, ask } = newDesk();
    for (const address of [freshEmail(), email, own.email]) {
      const token = await tokenFor(address);
      expect(await me(token)).toMatchObject({ status: 403, body: { code: 'access.unknown_person' } });
      const page = await ask('GET', '/centre', { 'cf-access-jwt-assertion': token });
      expect(page.status).toBe(403);
      expect(page.body).toContain('nobody of the centre has this e-mail address');
    }
  });

  test('without the header: the desk shows no form to sign in', async () => {
    const { email } = await newPerson('admin');
    const { ask } = newDesk();
    expect(await ask('GET', '/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.missing' } });
    // What Access keeps in the browser is not taken for its word.
    const cookie = `CF_Authorization=${await tokenFor(email)}`;
    expect((await ask('GET', '/v1/me', { cookie })).status).toBe(401);
    const page = await ask('GET', '/centre');
    expect(page.status).toBe(403);
    expect(page.body).toContain('Cloudflare Access');
    expect(page.body).not.toContain('type="password"');
  });

  test('where Access is not asked for, whatever the header says', async () => {
    const { email } = await newPerson('admin');
    const { me } = newDesk({});
    expect(await me(await tokenFor(email))).toMatchObject({ status: 401, body: { code: 'auth.missing' } });
    expect(asked).toBe(0);
  });
});

describe('the keys of Access', () => {
  test('that cannot be had let nobody in, and are asked for again soon', async () => {
    const { email } = await newPerson('admin');
    const { me } = newDesk();
    certs = down;
    stillMs = realNow();
    for (let time = 0; time < 3; time++) {
      const answer = await me(await tokenFor(email));
      expect(answer).toMatchObject({ status: 503, body: { code: 'access.unavailable', retryable: true } });
    }
    expect(asked).toBe(1);
    certs = () => Response.json({ keys: [keys.jwk] });
    aheadMs += 6_000;
    expect((await me(await tokenFor(email))).status).toBe(200);
  });

  test('are had by all who come while they are being fetched for the first time', async () => {
    const { email } = await newPerson('admin');
    const token = await tokenFor(email);
    const { me } = newDesk();
    const answers = await Promise.all([me(token), me(token), me(token)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await me(token)).status).toBe(200);
    expect(asked).toBeLessThanOrEqual(3);
  });

  test('serve on for a day while they cannot be had, and no longer', async () => {
    const { email } = await newPerson('admin');
    const { me } = newDesk();
    expect((await me(await tokenFor(email))).status).toBe(200);
    certs = down;
    aheadMs += 23 * 3_600_000;
    expect((await me(await tokenFor(email))).status).toBe(200);
    aheadMs += 2 * 3_600_000;
    expect((await me(await tokenFor(email))).status).toBe(503);
  });

  test('change: an unknown one is looked for at once, but once a minute at most', async () => {
    const { email } = await newPerson('admin');
    const { me } = newDesk();
    expect((await me(await tokenFor(email))).status).toBe(200);
    certs = () => Response.json({ keys: [keys.jwk, otherKeys.jwk] });
    expect((await me(await signed(claims(email), otherKeys))).status).toBe(401);
    aheadMs += 61_000;
    expect((await me(await signed(claims(email), otherKeys))).status).toBe(200);
    for (let time = 0; time < 3; time++) {
      expect((await me(await signed(claims(email), otherKeys, `${time}`))).status).toBe(401);
    }
    expect(asked).toBe(2);
  });

  test('are RSA keys, whatever else stands beside them', async () => {
    const { email } = await newPerson('admin');
    const { me } = newDesk();
    const secret = { kty: 'oct', kid: 'one', k: 'c2VjcmV0' };
    certs = () => Response.json({ keys: [null, 'x', secret, keys.jwk] });
    expect((await me(await tokenFor(email))).status).toBe(200);
    for (const broken of ['not json', '{}', '[]']) {
      certs = () => new Response(broken);
      expect((await newDesk().me(await tokenFor(email))).status, broken).toBe(503);
    }
  });
});

test('machines go on with their keys, and merchants with their sessions', async () => {
  const { id } = await newPerson('analyst');
  const { api_key: key } = (await post('/v1/centre/keys', adminKey, { owner: id })).body;
  const { owner } = await newBusiness();
  const { ask } = newDesk();
  expect((await ask('GET', '/v1/me', { authorization: `Bearer ${key}` })).body.who).toBe('staff:analyst');
  expect((await ask('GET', '/v1/me', { cookie: owner.cookie })).body.who).toBe('merchant:owner');
});

test.each<[string, Partial<ConfigEnv>]>([
  ['an issuer alone', { TOLOM_ACCESS_ISSUER: issuer }],
  ['an audience alone', { TOLOM_ACCESS_AUDIENCE: audience }],
  ['an issuer without TLS', { ...configured, TOLOM_ACCESS_ISSUER: 'http://desk.cloudflareaccess.com' }],
  ['an issuer with a path', { ...configured, TOLOM_ACCESS_ISSUER: `${issuer}/` }],
  ['an audience that is none', { ...configured, TOLOM_ACCESS_AUDIENCE: 'centre' }],
])('%s stops the switch from starting', (_, more) => {
  expect(() => readConfig({ ...testEnv, ...more } as ConfigEnv)).toThrow('TOLOM_ACCESS');
});
