/** What is a person's own: sessions, password, passkeys. */
import { beforeAll, describe, expect, test } from 'vitest';
import { directoryOf } from '../../src/directory/index.ts';
import { browserWith, cookieOf, goodPassword, newBusiness, signIn, site } from '../support/people.ts';
import { call, get, migrate, testEnv } from '../support/switch.ts';
import { newShop } from '../support/town.ts';

beforeAll(migrate);

describe('sessions', () => {
  test('are listed with their devices, and one is ended', async () => {
    const { owner, email } = await newBusiness();
    const phone = browserWith(cookieOf(await signIn(email, goodPassword, { 'user-agent': 'A phone' })));
    const { data } = (await owner.get('/v1/sessions')).body;
    expect(data).toMatchObject([
      { agent: 'A phone', method: 'password', current: false },
      { method: 'registration', current: true },
    ]);
    expect((await owner.delete(`/v1/sessions/${data[0].id}`)).status).toBe(200);
    expect((await phone.get('/v1/me')).status).toBe(401);
    expect((await owner.get('/v1/sessions')).body.data).toHaveLength(1);
    expect((await owner.delete(`/v1/sessions/${data[0].id}`)).body.code).toBe('session.not_found');
  });

  test('somebody else’s is like none', async () => {
    const [mine, theirs] = [await newBusiness(), await newBusiness()];
    const { id } = (await theirs.owner.get('/v1/sessions')).body.data[0];
    const answer = await mine.owner.delete(`/v1/sessions/${id}`);
    expect(answer).toMatchObject({ status: 404, body: { code: 'session.not_found' } });
    expect((await theirs.owner.get('/v1/me')).status).toBe(200);
  });

  test('all end at once', async () => {
    const { owner, email } = await newBusiness();
    const phone = browserWith(cookieOf(await signIn(email, goodPassword)));
    const ended = await owner.delete('/v1/sessions');
    expect(ended).toMatchObject({ status: 200, body: { ended: 2 } });
    expect(ended.headers.get('set-cookie')).toContain('Max-Age=0');
    for (const browser of [owner, phone]) expect((await browser.get('/v1/me')).status).toBe(401);
  });
});

describe('a password', () => {
  const other = 'nine patient horses';

  test('is changed by whoever knows it, and other sessions end', async () => {
    const { owner, email } = await newBusiness();
    const phone = browserWith(cookieOf(await signIn(email, goodPassword)));
    const changed = await owner.post('/v1/me/password', { current: goodPassword, password: other });
    expect(changed).toMatchObject({ status: 200, body: { ended: 1 } });
    expect((await owner.get('/v1/me')).status).toBe(200);
    expect((await phone.get('/v1/me')).status).toBe(401);
    expect((await signIn(email, goodPassword)).status).toBe(401);
    expect((await signIn(email, other)).status).toBe(201);
  });

  test('is not changed by whoever found the screen unlocked, however often they guess', async () => {
    const { owner } = await newBusiness();
    const guess = () => owner.post('/v1/me/password', { current: 'a guess', password: other });
    for (let count = 0; count < 5; count++) expect((await guess()).body.code).toBe('sign_in.refused');
    expect((await guess()).body.code).toBe('sign_in.locked');
  });

  test('is kept as a hash, each with its own salt, and stands nowhere else', async () => {
    const { email } = await newBusiness();
    const { DIRECTORY } = testEnv;
    const rows = await DIRECTORY.prepare('SELECT password_hash AS hash FROM login').all<{ hash: string }>();
    const hashes = rows.results.map(({ hash }) => hash);
    for (const hash of hashes) expect(hash).toMatch(/^scrypt\$14\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
    expect(new Set(hashes).size).toBe(hashes.length);
    const log = await DIRECTORY.prepare('SELECT group_concat(after) AS text FROM audit').first<{
      text: string;
    }>();
    expect(log?.text).toContain(email);
    expect(log?.text).not.toContain(goodPassword);
    for (const hash of hashes) expect(log?.text).not.toContain(hash);
  });
});

describe('passkeys', () => {
  test('options are for this host and person, and need the device to know its owner', async () => {
    const { owner, email } = await newBusiness();
    const { body } = await owner.post('/v1/me/passkeys/options');
    expect(body).toMatchObject({
      rp: { id: 'switch.test' },
      user: { name: email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    const again = await owner.post('/v1/me/passkeys/options');
    expect(again.body.challenge).not.toBe(body.challenge);
  });

  test.each([
    ['nothing of a passkey', { id: 'AAAA', response: {} }],
    [
      'one nobody has',
      { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { clientDataJSON: 'AAAA' } },
    ],
  ])('%s signs nobody in', async (_, response) => {
    const answer = await call('POST', '/v1/sessions/passkey', {
      body: { response },
      headers: { origin: site },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'passkey.refused' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('what no device has signed is not kept', async () => {
    const { owner } = await newBusiness();
    const { challenge } = (await owner.post('/v1/me/passkeys/options')).body;
    const clientDataJSON = btoa(JSON.stringify({ type: 'webauthn.create', challenge, origin: site }));
    const response = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { clientDataJSON } };
    const answer = await owner.post('/v1/me/passkeys', { label: 'A phone', response });
    expect(answer).toMatchObject({ status: 422, body: { code: 'passkey.refused' } });
    expect((await owner.get('/v1/me/passkeys')).body.data).toEqual([]);
  });
});

test('a challenge is answered once, within five minutes', async () => {
  const directory = directoryOf(testEnv.DIRECTORY);
  const asked = async () => (await call('POST', '/v1/sessions/passkey-options')).body.challenge;
  const [first, second] = [await asked(), await asked()];
  const nowMs = Date.now();
  expect(await directory.takeChallenge(first, nowMs)).toMatchObject({ person: null });
  expect(await directory.takeChallenge(first, nowMs)).toBeUndefined();
  expect(await directory.takeChallenge(second, nowMs + 300_001)).toBeUndefined();
});

test('a key has nothing of a person', async () => {
  const { key } = await newShop();
  for (const path of ['/v1/sessions', '/v1/me/passkeys']) {
    expect((await get(path, key)).body.code).toBe('session.required');
  }
  for (const path of ['/v1/sessions', '/v1/sessions/current']) {
    expect((await call('DELETE', path, { key })).body.code).toBe('session.required');
  }
});
