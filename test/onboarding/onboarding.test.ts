/** How the centre fills the directory: each form's rules, lists, pages, and who may do what. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, adminKey, get, migrate, post } from '../support/switch.ts';

beforeAll(migrate);
const missing = {
  participant: 'par_1hq3v8k2m0abcdefgh01',
  merchant: 'mch_1hq3v8k2m0abcdefgh01',
  store: 'sto_1hq3v8k2m0abcdefgh01',
};

const participant = { name: 'Ала-Тоо Банк', role: 'issuer', country: 'KG' };
const merchant = { name: 'Дордой базар', city: 'Бишкек', category_code: '5411', currency: 'KGS' };
const made = async (path: string, body: unknown, key = adminKey) => {
  const answer = await post(path, key, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
};

describe('what is made is what was sent, with defaults filled in', () => {
  test('a participant', async () => {
    expect(await made('/v1/centre/participants', participant)).toEqual({
      id: expect.stringMatching(/^par_[0-9a-z]{20}$/),
      ...participant,
      status: 'active',
      wallet_link: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test('a merchant, with its account', async () => {
    const row = await made('/v1/centre/merchants', { ...merchant, stripes: 3 });
    expect(row).toMatchObject({
      ...merchant,
      country: 'KG',
      language: 'ky',
      acquirer: null,
      signed_codes: true,
      status: 'active',
    });
    expect((await get(`/v1/accounts/${row.account}`, adminKey)).body).toMatchObject({
      kind: 'merchant',
      participant: row.id,
      balance: { amount: 0, currency: 'KGS' },
    });
    for (const [stripe, status] of [
      [2, 200],
      [3, 404],
    ] as const) {
      expect((await get(`/v1/accounts/${row.account}/entries?stripe=${stripe}`, adminKey)).status).toBe(
        status,
      );
    }
  });

  test('names are trimmed, e-mail addresses are in small letters', async () => {
    expect((await made('/v1/centre/participants', { ...participant, name: '  Bank  ' })).name).toBe('Bank');
    const person = { email: 'Aigul@Centre.KG', name: 'Айгүл', role: 'analyst' };
    expect(await made('/v1/centre/operators', person)).toMatchObject({
      email: 'aigul@centre.kg',
      owner: 'centre',
    });
  });
});

describe('what is refused, and where it is wrong', () => {
  const store = { name: 'ЦУМ' };
  const rows: [path: string, body: object, pointer: string][] = [
    ['/v1/centre/participants', { ...participant, role: 'bank' }, '/role'],
    ['/v1/centre/participants', { ...participant, country: 'kg' }, '/country'],
    ['/v1/centre/participants', { ...participant, name: '' }, '/name'],
    ['/v1/centre/participants', { ...participant, name: 'x'.repeat(81) }, '/name'],
    ['/v1/centre/participants', { ...participant, status: 'suspended' }, ''],
    ['/v1/centre/accounts', { participant: 'x', currency: 'KGS' }, '/participant'],
    ['/v1/centre/accounts', { participant: missing.participant, currency: 'SOM' }, '/currency'],
    ['/v1/centre/merchants', { ...merchant, name: 'x'.repeat(26) }, '/name'],
    ['/v1/centre/merchants', { ...merchant, city: 'x'.repeat(16) }, '/city'],
    ['/v1/centre/merchants', { ...merchant, category_code: '541' }, '/category_code'],
    ['/v1/centre/merchants', { ...merchant, language: 'de' }, '/language'],
    ['/v1/centre/merchants', { ...merchant, stripes: 0 }, '/stripes'],
    ['/v1/centre/merchants', { ...merchant, stripes: 1_025 }, '/stripes'],
    [`/v1/centre/merchants/${missing.merchant}/stores`, { ...store, name: ' ' }, '/name'],
    ['/v1/centre/operators', { email: 'nobody', name: 'N', role: 'admin' }, '/email'],
    ['/v1/centre/operators', { email: 'a@b.kg', name: 'N', role: 'cashier' }, '/role'],
    ['/v1/centre/operators', { owner: missing.merchant, email: 'a@b.kg', name: 'N', role: 'admin' }, '/role'],
    ['/v1/centre/keys', { owner: 'acc_1hq3v8k2m0abcdefgh01' }, '/owner'],
  ];
  test.each(rows)('%s %j', async (path, body, pointer) => {
    const answer = await post(path, adminKey, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    expect(answer.body.violations.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
  });

  const absent: [path: string, body: object, code: string][] = [
    ['/v1/centre/accounts', { participant: missing.participant, currency: 'KGS' }, 'participant.not_found'],
    ['/v1/centre/merchants', { ...merchant, acquirer: missing.participant }, 'participant.not_found'],
    [`/v1/centre/merchants/${missing.merchant}/stores`, store, 'merchant.not_found'],
    [`/v1/centre/merchants/${missing.merchant}/stores/${missing.store}/tills`, store, 'store.not_found'],
    [
      '/v1/centre/operators',
      { owner: missing.merchant, email: 'a@b.kg', name: 'N', role: 'owner' },
      'merchant.not_found',
    ],
    ['/v1/centre/keys', { owner: missing.participant }, 'participant.not_found'],
    ['/v1/centre/keys', { owner: missing.merchant, role: 'owner' }, 'merchant.not_found'],
    ['/v1/centre/keys', { owner: 'opr_1hq3v8k2m0abcdefgh01' }, 'operator.not_found'],
  ];
  test.each(absent)('%s %j: nothing there', async (path, body, code) => {
    expect(await post(path, adminKey, body)).toMatchObject({ status: 404, body: { code } });
  });

  test('accounts are at issuers, acquirers bring merchants', async () => {
    const acquirer = await made('/v1/centre/participants', { ...participant, role: 'acquirer' });
    const issuer = await made('/v1/centre/participants', participant);
    const account = await post('/v1/centre/accounts', adminKey, {
      participant: acquirer.id,
      currency: 'KGS',
    });
    expect(account).toMatchObject({ status: 404, body: { explanation: 'not an issuer' } });
    expect((await made('/v1/centre/merchants', { ...merchant, acquirer: acquirer.id })).acquirer).toBe(
      acquirer.id,
    );
    const wrong = await post('/v1/centre/merchants', adminKey, { ...merchant, acquirer: issuer.id });
    expect(wrong).toMatchObject({ status: 404, body: { explanation: 'not an acquirer' } });
  });

  test('a store of another merchant takes no till', async () => {
    const [first, second] = [
      await made('/v1/centre/merchants', merchant),
      await made('/v1/centre/merchants', merchant),
    ];
    const { id } = await made(`/v1/centre/merchants/${first.id}/stores`, store);
    const tills = `/v1/centre/merchants/${second.id}/stores/${id}/tills`;
    expect((await post(tills, adminKey, { name: '1' })).body.code).toBe('store.not_found');
    expect((await get(tills, adminKey)).body.code).toBe('store.not_found');
  });

  test('an e-mail address is taken once per owner, in any case of letters', async () => {
    const shop = await made('/v1/centre/merchants', merchant);
    const person = { email: 'bakyt@centre.kg', name: 'Бакыт', role: 'support' };
    await made('/v1/centre/operators', person);
    const again = await post('/v1/centre/operators', adminKey, { ...person, email: 'BAKYT@centre.kg' });
    expect(again).toMatchObject({ status: 409, body: { code: 'resource.exists' } });
    await made('/v1/centre/operators', { ...person, owner: shop.id, role: 'owner' });
    const list = await get(`/v1/centre/operators?owner=${shop.id}`, adminKey);
    expect(list.body.data).toMatchObject([{ email: 'bakyt@centre.kg', role: 'owner' }]);
  });
});

describe('lists', () => {
  async function all(path: string, limit: number): Promise<{ id: string }[]> {
    const seen: { id: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const separator = path.includes('?') ? '&' : '?';
      const page: Answer = await get(
        `${path}${separator}limit=${limit}${cursor && `&cursor=${cursor}`}`,
        adminKey,
      );
      expect(page.status).toBe(200);
      expect(page.body.data.length).toBeLessThanOrEqual(limit);
      seen.push(...page.body.data);
      cursor = page.body.next_cursor;
    }
    return seen;
  }

  test('stores and tills belong to their merchant and store, newest first, page by page', async () => {
    const shop = await made('/v1/centre/merchants', merchant);
    const path = `/v1/centre/merchants/${shop.id}/stores`;
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.push((await made(path, { name: `Дүкөн ${index}` })).id);
    const newestFirst = [...ids].sort().reverse();
    expect((await all(path, 2)).map(({ id }) => id)).toEqual(newestFirst);
    expect((await all(path, 5)).map(({ id }) => id)).toEqual(newestFirst);
    const [first, second] = ids;
    const till = await made(`${path}/${first}/tills`, { name: 'Касса 1' });
    expect(await all(`${path}/${first}/tills`, 10)).toEqual([till]);
    expect(await all(`${path}/${second}/tills`, 10)).toEqual([]);
    const { api_key: manager } = await made('/v1/centre/keys', { owner: shop.id, role: 'manager' });
    const own = `/v1/merchants/${shop.id}/stores`;
    expect((await get(own, manager)).body).toEqual((await get(path, adminKey)).body);
    expect((await get(`${own}/${first}/tills`, manager)).body.data).toEqual([till]);
  });

  test('accounts by owner and kind', async () => {
    const { id: owner } = await made('/v1/centre/participants', participant);
    const account = await made('/v1/centre/accounts', {
      participant: owner,
      currency: 'KGS',
      label: 'Айгүл',
    });
    await made('/v1/centre/accounts', { participant: owner, currency: 'USD' });
    expect(await all(`/v1/centre/accounts?owner=${owner}`, 1)).toHaveLength(2);
    expect(await all(`/v1/centre/accounts?owner=${owner}&kind=funding`, 1)).toEqual([]);
    expect((await all(`/v1/centre/accounts?owner=${owner}&kind=payer`, 1)).map(({ id }) => id)).toContain(
      account.id,
    );
    expect((await get('/v1/centre/accounts?kind=gold', adminKey)).status).toBe(422);
  });

  test('participants, merchants, people and keys through all pages', async () => {
    for (const list of ['participants', 'merchants', 'operators', 'keys']) {
      const one = await all(`/v1/centre/${list}`, 1);
      const many = await all(`/v1/centre/${list}`, 100);
      expect(one).toEqual(many);
      expect(many.map(({ id }) => id)).toEqual(
        many
          .map(({ id }) => id)
          .sort()
          .reverse(),
      );
    }
  });
});

describe('who of the centre may do what', () => {
  const keys: Record<string, string> = {};
  beforeAll(async () => {
    for (const role of ['admin', 'officer', 'analyst', 'support']) {
      const person = await made('/v1/centre/operators', { email: `${role}@roles.kg`, name: role, role });
      keys[role] = (await made('/v1/centre/keys', { owner: person.id })).api_key;
    }
  });

  const table: [what: string, path: string, body: object | undefined, allowed: string[]][] = [
    ['reads participants', '/v1/centre/participants', undefined, ['admin', 'officer', 'analyst', 'support']],
    ['reads keys', '/v1/centre/keys', undefined, ['admin', 'officer', 'analyst', 'support']],
    ['reads reports', '/v1/centre/reports/payments', undefined, ['admin', 'officer', 'analyst', 'support']],
    ['admits participants', '/v1/centre/participants', participant, ['admin', 'officer']],
    ['registers merchants', '/v1/centre/merchants', merchant, ['admin', 'officer']],
    ['adds people', '/v1/centre/operators', { email: 'x@y.kg', name: 'X', role: 'admin' }, ['admin']],
    ['makes keys', '/v1/centre/keys', { owner: missing.participant }, ['admin']],
  ];
  test.each(table)('%s', async (_, path, body, allowed) => {
    for (const role of Object.keys(keys)) {
      const answer = body ? await post(path, keys[role]!, body) : await get(path, keys[role]);
      expect(answer.status === 403, role).toBe(!allowed.includes(role));
    }
  });
});
