/** Whose account it is: sealed, found again, shown by role, exported and erased; and nowhere else at all. */
import { createExecutionContext, runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Env, switchOf } from '../../src/app.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { documentOf, masked, phoneOf } from '../../src/personal/index.ts';
import { linesOf } from '../support/console.ts';
import { adminKey, call, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newOrder, newPayer, newShop, pay } from '../support/town.ts';

let issuer: Issuer;
let other: Issuer;
const staff: Record<string, string> = {};
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  other = await newIssuer('Another Wallet');
  for (const role of ['admin', 'officer', 'analyst', 'support']) {
    const body = { email: `${role}@centre.kg`, name: role, role };
    const { id } = (await post('/v1/centre/operators', adminKey, body)).body;
    staff[role] = (await post('/v1/centre/keys', adminKey, { owner: id })).body.api_key;
  }
});

let counter = 0;
/** Somebody nobody else is. */
const newPerson = () => {
  const number = String(++counter).padStart(6, '0');
  return { name: 'Айнура Токтогулова', phone: `+996555${number}`, document: `AN${number}7` };
};
const opened = async (more: object, of = issuer): Promise<string> => {
  const answer = await post('/v1/accounts', of.key, { currency: 'KGS', ...more });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body.id;
};
const holderOf = async (account: string, key = issuer.key) =>
  (await get(`/v1/accounts/${account}/holder`, key)).body;
const withPhone = async (phone: string, key = issuer.key) =>
  (await get(`/v1/accounts?phone=${encodeURIComponent(phone)}`, key)).body.data.map(
    ({ id }: { id: string }) => id,
  );
const erase = (account: string, key = issuer.key) =>
  call('DELETE', `/v1/accounts/${account}/holder`, { key });

describe('forms', () => {
  test.each([
    ['+996555123456', '+996555123456'],
    ['+996 (555) 12-34-56', '+996555123456'],
    ['00996 555 123.456', '+996555123456'],
    [' 996555123456', '+996555123456'],
    ['0555123456', undefined],
    ['+0996555123456', undefined],
    ['+99655', undefined],
    ['+9965551234567890', undefined],
    ['+996abc', undefined],
    ['٠٠٩٩٦', undefined],
    ['', undefined],
  ])('the phone %j is %s', (text, phone) => expect(phoneOf(text)).toBe(phone));

  test.each([
    ['an 123-45 67', 'AN1234567'],
    ['АН1234567', 'АН1234567'],
    ['ＡＮ１２３４', 'AN1234'],
    ['123', undefined],
    ['A'.repeat(33), undefined],
    ["AN' OR 1=1", undefined],
  ])('the document %j is %s', (text, document) => expect(documentOf(text)).toBe(document));

  test('masked, they tell people apart and not who they are', () => {
    const person = { name: 'Айнура Токтогулова', phone: '+996555123456', document: 'AN1234567' };
    expect(masked(person)).toEqual({ name: 'А••• Т•••', phone: '+99•••56', document: '•••67' });
    const nobody = { name: null, phone: null, document: null };
    expect(masked(nobody)).toEqual(nobody);
  });
});

describe('the issuer', () => {
  test('tells who holds an account when it is opened, and sees it in full', async () => {
    const person = newPerson();
    const account = await opened({ ...person, phone: ` ${person.phone.slice(1)}`, document: 'an-9999 99' });
    expect(await holderOf(account)).toEqual({ account, ...person, document: 'AN999999', masked: false });
  });

  test('changes it afterwards, and takes it back', async () => {
    const account = await opened({});
    const path = `/v1/accounts/${account}/holder`;
    expect(await holderOf(account)).toMatchObject({ name: null, phone: null, document: null });
    const person = newPerson();
    expect((await post(path, issuer.key, person)).body).toEqual({ account, ...person, masked: false });
    await post(path, issuer.key, { phone: person.phone });
    expect(await holderOf(account)).toMatchObject({ name: null, phone: person.phone, document: null });
    await post(path, issuer.key, {});
    expect(await holderOf(account)).toMatchObject({ phone: null });
    expect(await withPhone(person.phone)).toEqual([]);
  });

  test('finds accounts by phone, its own only, newest first and page by page', async () => {
    const { phone } = newPerson();
    const accounts = [await opened({ phone }), await opened({ phone }), await opened({ phone })];
    const theirs = await opened({ phone }, other);
    expect((await withPhone(phone)).sort()).toEqual([...accounts].sort());
    expect(await withPhone(phone, other.key)).toEqual([theirs]);
    expect(await withPhone(newPerson().phone)).toEqual([]);
    const seen: string[] = [];
    let cursor = '';
    do {
      const query = `phone=${phone}&limit=2${cursor && `&cursor=${cursor}`}`;
      const { data, next_cursor: next } = (await get(`/v1/accounts?${query}`, issuer.key)).body;
      seen.push(...data.map(({ id }: { id: string }) => id));
      cursor = next ?? '';
    } while (cursor);
    expect(seen).toEqual([...accounts].sort().reverse());
  });

  test('is told what is no phone and no document, without hearing it again', async () => {
    for (const body of [{ phone: '0555123456' }, { document: "'; DROP" }, { name: 'x'.repeat(121) }]) {
      const answer = await post('/v1/accounts', issuer.key, { currency: 'KGS', ...body });
      expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
      expect(JSON.stringify(answer.body)).not.toContain(Object.values(body)[0]);
    }
  });
});

describe('who sees how much', () => {
  let account: string;
  const person = { name: 'Бакыт Асанов', phone: '+996700998877', document: 'ID5550011' };
  beforeAll(async () => {
    account = await opened(person);
  });
  const records = async () =>
    (await get(`/v1/audit?subject=${account}&limit=100`, adminKey)).body.data.filter(
      ({ kind }: { kind: string }) => kind === 'request',
    );

  test('support sees it masked, and leaves no record', async () => {
    const before = (await records()).length;
    const seen = await holderOf(account, staff.support);
    expect(seen).toEqual({ account, ...masked(person), masked: true });
    expect(await records()).toHaveLength(before);
  });

  test.each(['admin', 'officer'])('%s sees all of it, and the audit log says who looked', async (role) => {
    const before = (await records()).length;
    expect(await holderOf(account, staff[role])).toEqual({ account, ...person, masked: false });
    await get(`/v1/accounts/${account}/holder/export`, staff[role]);
    const [exported, looked, ...earlier] = await records();
    expect(earlier).toHaveLength(before);
    expect(looked).toMatchObject({ action: 'GET /v1/accounts/{account}/holder', role: `staff:${role}` });
    expect(exported.action).toBe('GET /v1/accounts/{account}/holder/export');
  });

  test('nobody else sees anything', async () => {
    const path = `/v1/accounts/${account}/holder`;
    expect((await get(path, staff.analyst)).status).toBe(403);
    expect((await get(path)).status).toBe(401);
    const shop = await newShop();
    expect((await get(path, shop.key)).status).toBe(403);
    for (const part of ['', '/export']) {
      const answer = await get(path + part, other.key);
      expect(answer).toMatchObject({ status: 404, body: { code: 'account.not_found' } });
    }
    expect((await post(path, other.key, { name: 'Mine' })).status).toBe(404);
    expect((await erase(account, other.key)).status).toBe(404);
    expect((await get(`${path}/export`, staff.support)).status).toBe(403);
    expect((await erase(account, staff.support)).status).toBe(403);
    expect(await holderOf(account)).toMatchObject(person);
  });
});

describe('a person', () => {
  test('is given everything about them, of all their accounts at the issuer', async () => {
    const person = newPerson();
    const som = await opened(person);
    const baht = await opened({ ...newPerson(), document: person.document, currency: 'THB' });
    await opened({ document: person.document }, other);
    const { body } = await get(`/v1/accounts/${som}/holder/export`, issuer.key);
    expect(body).toMatchObject(person);
    const found = body.accounts.map(({ id }: { id: string }) => id);
    expect(found.sort()).toEqual([som, baht].sort());
    for (const one of body.accounts) {
      expect(one).toMatchObject({ participant: issuer.id, balance: { amount: 0 } });
      const entries = await get(new URL(one.export_url).pathname, issuer.key);
      expect(entries.status).toBe(200);
    }
  });

  test('is forgotten at all accounts with the same document, with no entry touched', async () => {
    const person = newPerson();
    const { account } = await newPayer(issuer, 5_000);
    await post(`/v1/accounts/${account}/holder`, issuer.key, person);
    const second = await opened({ document: person.document });
    const family = await opened({ phone: person.phone });
    const theirs = await opened(person, other);
    const before = (await get(`/v1/accounts/${account}/entries`, issuer.key)).body;
    const erased = await erase(account);
    expect(erased.body).toEqual({ account, erased: 2 });
    for (const one of [account, second]) {
      expect(await holderOf(one)).toMatchObject({ name: null, phone: null, document: null });
    }
    expect(await withPhone(person.phone)).toEqual([family]);
    expect(await holderOf(theirs, other.key)).toMatchObject(person);
    const after = (await get(`/v1/accounts/${account}/entries`, issuer.key)).body;
    expect(after).toEqual(before);
    expect(after.data.length).toBeGreaterThan(0);
    expect((await get(`/v1/accounts/${account}`, issuer.key)).body.balance.amount).toBe(5_000);
    expect((await erase(account)).body).toEqual({ account, erased: 0 });
    const [record] = (await get(`/v1/audit?subject=${account}`, adminKey)).body.data;
    expect(record).toMatchObject({ kind: 'holder', actor: issuer.id, after: null });
  });

  test('without a document is one account', async () => {
    const { phone } = newPerson();
    const [first, second] = [await opened({ phone }), await opened({ phone })];
    expect((await erase(first)).body.erased).toBe(1);
    expect(await holderOf(second)).toMatchObject({ phone });
  });
});

/** Everything that is stored: rows of both databases, and of every book that is in use. */
async function stored(): Promise<string> {
  const parts: unknown[] = [];
  for (const database of [testEnv.DIRECTORY, testEnv.REPORTS]) {
    const { results } = await database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of results) {
      if (!/^(?:sqlite_|_cf|d1_)/.test(String(name)))
        parts.push((await database.prepare(`SELECT * FROM "${name}"`).all()).results);
    }
  }
  const ledger = ledgerOf(testEnv.BOOKS);
  for (let book = 0; book < 3; book++) {
    parts.push(
      await runInDurableObject(ledger.book(book), (_, { storage: { sql } }) =>
        sql
          .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
          .toArray()
          .map(({ name }) => sql.exec(`SELECT * FROM "${name}"`).toArray()),
      ),
    );
  }
  const plain = (_: string, value: unknown) =>
    value instanceof ArrayBuffer
      ? new TextDecoder().decode(value)
      : typeof value === 'bigint'
        ? String(value)
        : value;
  return JSON.stringify(parts, plain);
}

test('no personal data stand in entries, reports, events, the audit log or the logs, nor in the directory', async () => {
  const person = { name: 'Жылдыз Үмөталиева', phone: '+996779314159', document: 'QX2718281' };
  const shop = await newShop();
  await post('/v1/callback-endpoints', issuer.key, { url: 'https://receiver.example/hook' });
  let account = '';
  const asked = async (method: string, path: string, key: string, body?: unknown) => {
    const request = new Request(`https://switch.test${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': freshKey(),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const env: Env = { ...testEnv, TOLOM_LOG: 'requests' };
    return switchOf(env).fetch(request, createExecutionContext());
  };
  const lines = await linesOf(async () => {
    const answer = await asked('POST', '/v1/accounts', issuer.key, { currency: 'KGS', ...person });
    account = ((await answer.json()) as { id: string }).id;
    await asked('POST', `/v1/accounts/${account}/top-ups`, adminKey, { amount: 9_000, currency: 'KGS' });
    const order = await newOrder(shop, 700);
    const paid = await pay(issuer, { account }, { payload: order.qr.payload });
    expect(paid.body.status).toBe('completed');
    await asked('POST', `/v1/merchants/${shop.id}/payments/${paid.body.id}/refunds`, shop.key, {
      amount: 100,
    });
    await asked('GET', `/v1/accounts?phone=${encodeURIComponent(person.phone)}`, issuer.key);
    await asked('GET', `/v1/accounts?phone=${person.phone}&x=1`, other.key);
    for (const key of [issuer.key, adminKey, staff.support ?? '', other.key]) {
      for (const part of ['', '/export']) await asked('GET', `/v1/accounts/${account}/holder${part}`, key);
    }
    await asked('POST', `/v1/accounts/${account}/holder`, issuer.key, { ...person, name: '' });
    await asked('POST', `/v1/accounts/${account}/holder`, issuer.key, person);
    await until(
      async () => (await get(`/v1/centre/reports/payments?order=${order.id}`, adminKey)).body.data[0],
      (row) => row?.status === 'completed',
    );
  });
  expect(lines.length).toBeGreaterThan(10);
  const kept = await stored();
  for (const id of [account, shop.id]) expect(kept).toContain(id);
  for (const secret of [person.name, 'Жылдыз', person.phone, person.phone.slice(1), person.document]) {
    expect(kept).not.toContain(secret);
    for (const line of lines) expect(line).not.toContain(secret);
    for (const line of lines) expect(line).not.toContain(encodeURIComponent(secret));
  }
  // The check itself sees what is there.
  expect(kept).toContain('Дордой базар');
  await erase(account);
  const left = await testEnv.DIRECTORY.prepare('SELECT count(*) AS n FROM holder WHERE id = ?')
    .bind(account)
    .first('n');
  expect(left).toBe(0);
});

describe('the master secret', () => {
  const fresh = 'the next master secret, which these tests alone use';
  const old = testEnv.TOLOM_SECRET ?? '';
  const envs = {
    rotating: { ...testEnv, TOLOM_SECRET: fresh, TOLOM_FORMER_SECRETS: old },
    rotated: { ...testEnv, TOLOM_SECRET: fresh },
  };
  const ask = async (env: Env, path: string) => {
    const headers = { authorization: `Bearer ${issuer.key}` };
    const request = new Request(`https://switch.test${path}`, { headers });
    const answer = await switchOf(env).fetch(request, createExecutionContext());
    // biome-ignore lint/suspicious/noExplicitAny: read freely, as everywhere in tests
    return { status: answer.status, body: (await answer.json()) as any };
  };

  test('is changed without losing anybody, and the former one is not needed in the end', async () => {
    const person = newPerson();
    const account = await opened(person);
    const holder = `/v1/accounts/${account}/holder`;
    const byPhone = `/v1/accounts?phone=${encodeURIComponent(person.phone)}`;
    // Without the former secret nothing can be read, and nothing is made up.
    await linesOf(async () => expect((await ask(envs.rotated, holder)).status).toBe(500));
    expect((await ask(envs.rotated, byPhone)).body.data).toEqual([]);
    expect((await ask(envs.rotating, holder)).body).toMatchObject(person);
    expect((await ask(envs.rotating, byPhone)).body.data).toMatchObject([{ id: account }]);
    await linesOf(() => switchOf(envs.rotating).scheduled('* * * * *'));
    expect((await ask(envs.rotated, holder)).body).toMatchObject(person);
    expect((await ask(envs.rotated, byPhone)).body.data).toMatchObject([{ id: account }]);
  });

  test('nothing opens for another account', async () => {
    const [first, second] = [await opened(newPerson()), await opened(newPerson())];
    await testEnv.DIRECTORY.prepare(
      'UPDATE holder SET sealed = (SELECT sealed FROM holder WHERE id = ?) WHERE id = ?',
    )
      .bind(first, second)
      .run();
    const headers = { authorization: `Bearer ${issuer.key}` };
    const request = new Request(`https://switch.test/v1/accounts/${second}/holder`, { headers });
    let answer = new Response();
    await linesOf(async () => {
      answer = await switchOf(testEnv).fetch(request, createExecutionContext());
    });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('Айнура');
  });
});
