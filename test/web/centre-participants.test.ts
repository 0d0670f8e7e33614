/** Participants, accounts and people on the centre's desk. */
import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { pagesOf, placeOf, send as sendWaiting } from '../support/pages.ts';
import { type Browser, freshEmail, newBusiness, newStaffPerson } from '../support/people.ts';
import { newKeyPair, proofOf } from '../support/signing.ts';
import { adminKey, get, migrate, newIsolate, post } from '../support/switch.ts';
import { newIssuer, newPayer } from '../support/town.ts';

// What pages do when nobody else has to approve it; the approvals' tests look at the rest.
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

const hiddenIn = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="(\\w+)"`).exec(html)?.[1] ?? '';

it('whoever has not signed in is sent to do so', async () => {
  for (const path of ['/participants', '/people', '/accounts']) {
    expect((await get(`/centre${path}`)).status).toBe(303);
  }
});

it('every page is there in every language', async () => {
  const issuer = await newIssuer();
  const { account } = await newPayer(issuer);
  const paths = ['/participants', '/participants/new', `/participants/${issuer.id}`];
  for (const path of [...paths, '/people', `/people/${officer.id}`, '/accounts', `/accounts/${account}`]) {
    for (const language of languages) {
      const answer = await look(`/centre${path}?lang=${language}`, admin);
      expect(answer.status, path).toBe(200);
      expect(answer.body.replaceAll(/<code.*?<\/code>|placeholder="[^"]*"/g, '')).not.toMatch(
        /undefined|\[object|\{\w+\}/,
      );
    }
  }
});

describe('participants', () => {
  it('are admitted; what is wrong is said beside the field', async () => {
    const form = { name: 'Айыл <Банк>', role: 'issuer', country: 'kg' };
    const wrong = await send('/centre/participants/new', form, officer);
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('id="new-country-error"');
    expect(wrong.body).toContain('value="Айыл &lt;Банк&gt;"');
    const made = await send('/centre/participants/new', { ...form, country: 'KG' }, officer);
    expect(placeOf(made)).toMatch(/^\/centre\/participants\/par_\w+\?done=added$/);
    const found = await look(`/centre/participants?q=${encodeURIComponent('айыл')}&role=issuer`, support);
    expect(found.body).toContain('Айыл &lt;Банк&gt;');
  });

  it('are suspended and resumed with a reason', async () => {
    const { id } = await newIssuer();
    const path = `/centre/participants/${id}`;
    const missing = await send(`${path}/suspend`, { reason: '' }, officer);
    expect(missing.body).toContain('id="suspend-reason-error"');
    await send(`${path}/suspend`, { reason: 'late settlement' }, officer);
    expect((await get(`/v1/centre/participants/${id}`, adminKey)).body.status).toBe('suspended');
    const shown = await look(path, analyst);
    expect(shown.body).toContain('late settlement');
    await send(`${path}/resume`, { reason: 'settled' }, officer);
    expect((await get(`/v1/centre/participants/${id}`, adminKey)).body.status).toBe('active');
  });

  it('wait for another person where somebody has to approve it', async () => {
    const { id } = await newIssuer();
    const path = `/centre/participants/${id}`;
    const waits = await sendWaiting(`${path}/suspend`, { reason: 'late settlement' }, officer);
    expect(placeOf(waits)).toBe(`${path}?done=approval`);
    expect((await look(placeOf(waits), officer)).body).toContain('as soon as another person approves it');
    expect((await get(`/v1/centre/participants/${id}`, adminKey)).body.status).toBe('active');
  });

  it('register signing keys, which end and are revoked', async () => {
    const { id } = await newIssuer();
    const path = `/centre/participants/${id}`;
    const pair = await newKeyPair();
    const form = { public_key: pair.publicKey, proof: await proofOf(pair, id), label: 'Core 1' };
    const unproven = await send(`${path}/signing-key`, { ...form, proof: 'A'.repeat(86) }, admin);
    expect(unproven.status).toBe(422);
    expect(unproven.body).toContain(`value="${pair.publicKey}"`);
    const added = await send(`${path}/signing-key`, form, admin);
    expect(placeOf(added)).toBe(`${path}?done=added`);
    const shown = await look(path, admin);
    expect(shown.body).toContain('Core 1');
    const key = /<option value="(sgk_\w+)"/.exec(shown.body)?.[1] ?? '';
    const ended = await send(`${path}/signing-key-end`, { key, not_after: '2099-12-31' }, admin);
    expect(placeOf(ended)).toBe(`${path}?done=saved`);
    const keys = await get(`/v1/participants/${id}/signing-keys`, adminKey);
    expect(keys.body.data[0].not_after).toBe('2099-12-31T18:00:00.000Z');
    await send(`${path}/signing-key-revoke`, { key }, admin);
    expect((await look(path, admin)).body).toContain('Revoked');
  });

  it('are told what their requests must come with, and how many a second may', async () => {
    const { id } = await newIssuer();
    const path = `/centre/participants/${id}`;
    const fingerprint = 'ab'.repeat(32);
    await send(`${path}/trust`, { certificates: ` ${fingerprint.toUpperCase()}\r\n` }, admin);
    await send(`${path}/rate`, { requests_per_second: '50' }, officer);
    expect((await get(`/v1/participants/${id}/trust`, adminKey)).body).toMatchObject({
      require_signature: false,
      certificates: [fingerprint],
      requests_per_second: 50,
    });
    const unsigned = await send(`${path}/trust`, { require_signature: 'yes' }, admin);
    expect(unsigned.status).toBe(404);
    expect(unsigned.body).toMatch(/name="require_signature"[^>]* checked/);
    const wrong = await send(`${path}/rate`, { requests_per_second: 'many' }, officer);
    expect(wrong.body).toContain('id="rate-requests_per_second-error"');
    await send(`${path}/rate`, { requests_per_second: '' }, officer);
    expect((await get(`/v1/participants/${id}/trust`, adminKey)).body.requests_per_second).toBeNull();
  });

  it('get positions with a cap, which is changed with what it was before one', async () => {
    const { id } = await newIssuer();
    const path = `/centre/participants/${id}`;
    const wrong = await send(`${path}/position`, { currency: 'KGS', cap: 'much' }, officer);
    expect(wrong.body).toContain('id="position-cap-error"');
    await send(`${path}/position`, { currency: 'KGS', cap: '1000.50' }, officer);
    const shown = await look(path, officer);
    expect(shown.body).toMatch(/Now: <span class="money">KGS\s1,000\.50/);
    const position = hiddenIn(shown.body, 'position');
    await send(`${path}/cap`, { position, currency: 'KGS', cap: '0' }, officer);
    const after = await get(`/v1/participants/${id}/positions`, adminKey);
    expect(after.body.data[0].cap).toEqual({ amount: 0, currency: 'KGS' });
  });

  it('are connected, tried, stopped and started', async () => {
    const { id } = await newIssuer();
    const path = `/centre/participants/${id}`;
    await send(`${path}/connection`, { adapter: 'sandbox', deadline_ms: '8000' }, officer);
    const connection = hiddenIn((await look(path, officer)).body, 'connection');
    const tried = await send(`${path}/connection-test`, { connection }, officer);
    expect(tried.body).toMatch(/It answered after \d+ ms/);
    await send(`${path}/connection-change`, { connection, status: 'disabled' }, officer);
    expect((await look(path, officer)).body).toContain('Start again');
    const wrong = await send(`${path}/connection`, { adapter: 'http', deadline_ms: '1' }, officer);
    expect(wrong.body).toContain('id="connection-deadline_ms-error"');
  });

  it('are read by analysts and support, who are offered nothing and refused what they send', async () => {
    const { id } = await newIssuer();
    for (const person of [analyst, support]) {
      const shown = await look(`/centre/participants/${id}`, person);
      expect(shown.status).toBe(200);
      expect(shown.body).not.toContain('class="deed"');
      const sent = await send(`/centre/participants/${id}/suspend`, { reason: 'r' }, person);
      expect(sent.status).toBe(403);
    }
    const cross = await send(`/centre/participants/${id}/suspend`, { reason: 'r' }, officer, {
      origin: 'https://evil.example',
    });
    expect(cross.status).toBe(403);
    expect((await get(`/v1/centre/participants/${id}`, adminKey)).body.status).toBe('active');
    expect((await send(`/centre/participants/${id}/key`, { label: 'x' }, officer)).status).toBe(403);
  });
});

describe('accounts', () => {
  it('show whose they are to those who ask, masked to support, and not at all to analysts', async () => {
    const issuer = await newIssuer();
    const { account } = await newPayer(issuer);
    const holder = { name: 'Айгүл Асанова', phone: '+996555123456' };
    await post(`/v1/accounts/${account}/holder`, issuer.key, holder);
    const path = `/centre/accounts/${account}`;
    const plain = await look(path, officer);
    expect(plain.body).toMatch(/KGS\s1,000\.00/);
    expect(plain.body).not.toContain('Асанова');
    const asked = await look(`${path}?holder=shown`, officer);
    expect(asked.body).toContain('Айгүл Асанова');
    const noted = await get(`/v1/audit?subject=${account}&actor=${officer.id}`, adminKey);
    expect(noted.body.data).toMatchObject([{ action: 'GET /v1/accounts/{account}/holder' }]);
    const masked = await look(`${path}?holder=shown`, support);
    expect(masked.body).not.toContain('Асанова');
    expect(masked.body).toContain('А••• А•••');
    const none = await look(`${path}?holder=shown`, analyst);
    expect(none.body).not.toMatch(/Асанова|А•••/);
  });

  it('are frozen, reopened and, when empty, closed', async () => {
    const { account } = await newPayer(await newIssuer());
    const path = `/centre/accounts/${account}`;
    await send(`${path}/freeze`, { reason: 'a court order' }, officer);
    expect((await look(path, officer)).body).toContain('Frozen');
    await send(`${path}/reopen`, { reason: 'lifted' }, officer);
    const full = await send(`${path}/close`, { reason: 'asked for' }, officer);
    expect(full.status).toBe(409);
    expect(full.body).toContain('value="asked for"');
    expect((await send(`${path}/freeze`, { reason: 'r' }, support)).status).toBe(403);
  });

  it('are found by their owner; by their id one comes straight to them', async () => {
    const issuer = await newIssuer();
    const { account } = await newPayer(issuer);
    expect((await look(`/centre/accounts?owner=${issuer.id}&kind=payer`, support)).body).toContain(account);
    expect(placeOf(await look(`/centre/accounts?owner=${account}`, support))).toBe(
      `/centre/accounts/${account}`,
    );
    expect((await look('/centre/accounts?owner=%3Cb%3E', support)).body).toContain('value="&lt;b&gt;"');
  });
});

describe('people of the centre', () => {
  it('are added by administrators, with a link shown once, and get another role', async () => {
    const form = { name: 'Нурлан', email: freshEmail(), role: 'support' };
    const added = await send('/centre/people/person', form, admin);
    expect(added.body).toMatch(/\/invitation\/[0-9a-z]{40}/);
    const list = await look('/centre/people', admin);
    expect(list.body).not.toContain('/invitation/');
    const id = /\/centre\/people\/(opr_\w+)">Нурлан/.exec(list.body)?.[1] ?? '';
    const changed = await send(`/centre/people/${id}/change`, { role: 'analyst', reason: 'moved' }, admin);
    expect(placeOf(changed)).toBe(`/centre/people/${id}?done=saved`);
    const shown = await look(`/centre/people/${id}`, admin);
    expect(shown.body).toContain('moved');
    await send(`/centre/people/${id}/suspend`, {}, admin);
    expect((await look(`/centre/people/${id}`, admin)).body).toContain('Suspended');
    const made = await send(`/centre/people/${id}/key`, { label: 'Reports job' }, admin);
    expect(made.body).toMatch(/tolom_sta_[0-9a-z]{32}/);
  });

  it('are kept by administrators only; officers look after people of merchants', async () => {
    const shown = await look(`/centre/people/${support.id}`, officer);
    expect(shown.body).not.toContain('class="deed"');
    for (const deed of ['suspend', 'invite']) {
      expect((await send(`/centre/people/${support.id}/${deed}`, {}, officer)).status).toBe(403);
    }
    expect(
      (await send('/centre/people/person', { name: 'N', email: freshEmail(), role: 'admin' }, officer))
        .status,
    ).toBe(403);
    const { person } = await newBusiness();
    const link = await send(`/centre/people/${person}/invite`, {}, officer);
    expect(link.body).toMatch(/\/invitation\/[0-9a-z]{40}/);
    const suspended = await send(`/centre/people/${person}/suspend`, {}, officer);
    expect(placeOf(suspended)).toBe(`/centre/people/${person}?done=suspended`);
  });
});
