/** One record of the directory at a time: found by name and status, read, and put right with a reason. */
import { beforeAll, describe, expect, test } from 'vitest';
import { newClerk } from '../support/centre.ts';
import { freshEmail, newBusiness, newStaffPerson } from '../support/people.ts';
import { adminKey, call, get, migrate, newIsolate, post } from '../support/switch.ts';
import { newIssuer, newPayer, newShop, newStaffKey, newTill, pay } from '../support/town.ts';

beforeAll(migrate);
const reason = 'as their letter says';
const auditOf = async (subject: string) =>
  (await get(`/v1/audit?subject=${subject}&limit=1`, adminKey)).body.data[0];

describe('merchants', () => {
  test('are found by a part of the name, in any case of letters, by id, and by status', async () => {
    const { id } = await newShop({ name: 'Чолпон-Ата кафе' });
    for (const q of ['чолпон', 'ЧОЛПОН', 'Ата каф', id]) {
      const { body } = await get(`/v1/centre/merchants?q=${encodeURIComponent(q)}`, adminKey);
      expect(body.data.map((row: { id: string }) => row.id)).toEqual([id]);
    }
    const none = await get(`/v1/centre/merchants?q=${encodeURIComponent('%')}`, adminKey);
    expect(none.body.data).toEqual([]);
    await post(`/v1/centre/merchants/${id}/suspend`, adminKey, { reason });
    const { body } = await get('/v1/centre/merchants?status=suspended', adminKey);
    expect(body.data.map((row: { id: string }) => row.id)).toEqual([id]);
  });

  test('that are registered as pending are paid by nobody until somebody activates them', async () => {
    const wish = { name: 'Күтөт', city: 'Ош', category_code: '5411', currency: 'KGS', pending: true };
    const { id, status } = (await post('/v1/centre/merchants', adminKey, wish)).body;
    expect(status).toBe('pending');
    const issuer = await newIssuer();
    const { payload } = (await get(`/v1/merchants/${id}`, adminKey)).body.qr;
    const scan = async () => (await post('/v1/scans', issuer.key, { payload })).body;
    expect(await scan()).toMatchObject({ payable: false, refusal: { code: 'merchant.inactive' } });
    await post(`/v1/centre/merchants/${id}/activate`, adminKey, { reason: 'licence seen' });
    expect((await get(`/v1/centre/merchants/${id}`, adminKey)).body.status).toBe('active');
  });

  test('are put right, and the audit log keeps why and what was', async () => {
    const { id } = await newShop();
    const wish = { name: 'Ош базары', category_code: '5812', reason };
    const changed = await post(`/v1/centre/merchants/${id}`, adminKey, wish);
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'Ош базары', category_code: '5812', city: 'Bishkek' },
    });
    expect((await get(`/v1/centre/merchants/${id}`, adminKey)).body).toEqual(changed.body);
    expect(await auditOf(id)).toMatchObject({
      reason,
      before: { name: 'Дордой базар' },
      after: { name: 'Ош базары' },
    });
  });

  test('are brought by acquirers only', async () => {
    const [shop, issuer] = [await newShop(), await newIssuer()];
    const wrong = await post(`/v1/centre/merchants/${shop.id}`, adminKey, { acquirer: issuer.id, reason });
    expect(wrong).toMatchObject({ status: 404, body: { code: 'participant.not_found' } });
  });

  test.each([[{ reason }], [{ name: 'N' }], [{ name: 'x'.repeat(26), reason }]])(
    '%j changes nothing',
    async (wish) => {
      const { id } = await newShop();
      expect(await post(`/v1/centre/merchants/${id}`, adminKey, wish)).toMatchObject({
        status: 422,
        body: { code: 'request.invalid' },
      });
    },
  );

  test('have stores and tills that are renamed; those of others are not there', async () => {
    const [one, other] = [await newBusiness(), await newBusiness()];
    const store = (merchant: string) => `/v1/centre/merchants/${merchant}/stores/${one.store}`;
    const till = (merchant: string) => `/v1/centre/merchants/${merchant}/tills/${one.till}`;
    const moved = await post(store(one.merchant), adminKey, { name: 'Рынок', address: 'Чүй 1', reason });
    expect(moved).toMatchObject({ status: 200, body: { name: 'Рынок', address: 'Чүй 1' } });
    expect(await post(till(one.merchant), adminKey, { name: 'Касса 7', reason })).toMatchObject({
      status: 200,
      body: { name: 'Касса 7' },
    });
    expect((await post(store(other.merchant), adminKey, { name: 'X', reason })).body.code).toBe(
      'store.not_found',
    );
    expect((await post(till(other.merchant), adminKey, { name: 'X', reason })).body.code).toBe(
      'till.not_found',
    );
  });
});

describe('a store or a till that is closed', () => {
  const reason = 'the building is sold';

  test('sells nothing new, its codes are paused, and it may be opened again', async () => {
    const [shop, issuer] = [await newShop(), await newIssuer()];
    const payer = await newPayer(issuer);
    const { store, till, key } = await newTill(shop);
    const merchant = `/v1/merchants/${shop.id}`;
    const centre = `/v1/centre/merchants/${shop.id}`;
    const order = (place: object, by = shop.key) =>
      post(`${merchant}/orders`, by, { amount: 100, currency: 'KGS', ...place });
    const made = (await order({ till })).body;
    const code = (await post(`${merchant}/codes`, shop.key, { name: 'counter', till })).body;

    const closed = await post(`${centre}/tills/${till}`, adminKey, { status: 'closed', reason });
    expect(closed).toMatchObject({ status: 200, body: { status: 'closed', store } });
    expect(await order({ till })).toMatchObject({ status: 409, body: { code: 'till.closed' } });
    expect((await order({}, key)).body.code, 'by the key of the till').toBe('till.closed');
    expect((await order({ store })).status, 'elsewhere in the store').toBe(201);
    expect((await pay(issuer, payer, { payload: made.qr.payload })).body.status).toBe('completed');

    await post(`${centre}/stores/${store}`, adminKey, { status: 'closed', reason });
    expect((await order({ store })).body.code).toBe('store.closed');
    expect((await order({ till })).body.code).toBe('store.closed');
    expect((await post(`${merchant}/codes`, shop.key, { name: 'x', store })).body.code).toBe('store.closed');
    expect((await order({})).status, 'at no store').toBe(201);
    const scanned = await newIsolate()('POST', '/v1/scans', {
      key: issuer.key,
      body: { payload: code.payload },
    });
    expect(JSON.stringify(scanned.body)).toContain('code.paused');

    await post(`${centre}/stores/${store}`, adminKey, { status: 'open', reason: 'not sold' });
    await post(`${centre}/tills/${till}`, adminKey, { status: 'open', reason: 'not sold' });
    expect((await order({ till })).status).toBe(201);
    const again = await newIsolate()('POST', '/v1/scans', {
      key: issuer.key,
      body: { payload: code.payload },
    });
    expect(JSON.stringify(again.body)).not.toContain('code.paused');
  });

  test('is closed for a reason, by whoever may', async () => {
    const { id } = await newShop();
    const { till } = await newTill({ id });
    const path = `/v1/centre/merchants/${id}/tills/${till}`;
    expect((await post(path, adminKey, { status: 'closed' })).status).toBe(422);
    expect((await post(path, adminKey, { status: 'gone', reason })).status).toBe(422);
    const support = await newStaffKey('support');
    expect((await post(path, support, { status: 'closed', reason })).status).toBe(403);
  });
});

describe('participants', () => {
  test('are found by name and role, read, and renamed', async () => {
    const { id } = await newIssuer('Байтушум');
    const found = await get(`/v1/centre/participants?q=${encodeURIComponent('байт')}&role=issuer`, adminKey);
    expect(found.body.data).toMatchObject([{ id, name: 'Байтушум' }]);
    const none = await get(`/v1/centre/participants?q=${encodeURIComponent('байт')}&role=acquirer`, adminKey);
    expect(none.body.data).toEqual([]);
    const renamed = await post(`/v1/centre/participants/${id}`, adminKey, { name: 'Bai-Tushum', reason });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Bai-Tushum', country: 'KG' } });
    expect((await get(`/v1/centre/participants/${id}`, adminKey)).body).toEqual(renamed.body);
    expect(await auditOf(id)).toMatchObject({ reason, before: { name: 'Байтушум' } });
  });
});

describe('people of the centre', () => {
  test('get another role, which counts from their next request on', async () => {
    const person = await newStaffPerson('support');
    expect((await person.get('/v1/audit')).status).toBe(403);
    const changed = await post(`/v1/centre/operators/${person.id}`, adminKey, { role: 'analyst', reason });
    expect(changed).toMatchObject({ status: 200, body: { role: 'analyst', owner: 'centre' } });
    expect((await person.get('/v1/audit')).status).toBe(200);
  });

  test('are for administrators; officers look after people of merchants', async () => {
    const { key: officer } = await newClerk('officer');
    const asOfficer = (path: string, body: object = {}) => post(path, officer, body);
    const colleague = await newStaffPerson('support');
    const { merchant } = await newBusiness();
    const person = (owner: string, role: string) => ({ owner, email: freshEmail(), name: 'N', role });
    expect((await asOfficer('/v1/centre/operators', person('centre', 'admin'))).status).toBe(403);
    const added = await asOfficer('/v1/centre/operators', person(merchant, 'manager'));
    expect(added.status).toBe(201);
    const path = (id: string, verb: string) => `/v1/centre/operators/${id}/${verb}`;
    expect((await asOfficer(path(added.body.id, 'invite'))).body.link).toMatch(/\/invitation\/\w+$/);
    expect((await asOfficer(path(added.body.id, 'suspend'))).body.status).toBe('suspended');
    for (const verb of ['invite', 'suspend', 'resume']) {
      expect(await asOfficer(path(colleague.id, verb))).toMatchObject({
        status: 403,
        body: { code: 'auth.forbidden' },
      });
    }
  });

  test('and of merchants: only their owners say what they may do', async () => {
    const { person } = await newBusiness();
    const wish = { role: 'admin', reason };
    expect(await post(`/v1/centre/operators/${person}`, adminKey, wish)).toMatchObject({
      status: 404,
      body: { code: 'operator.not_found' },
    });
    expect((await get(`/v1/centre/operators/${person}`, adminKey)).body).toMatchObject({ role: 'owner' });
  });
});

test('the audit log is asked for a part of the action and for what was changed; its file says the same', async () => {
  const { id } = await newShop();
  await post(`/v1/centre/merchants/${id}/suspend`, adminKey, { reason });
  const query = `subject=${id}&action=${encodeURIComponent('/suspend')}&kind=merchant`;
  const { body } = await get(`/v1/audit?${query}`, adminKey);
  expect(body.data).toMatchObject([
    { action: 'POST /v1/centre/merchants/{merchant}/suspend', subject: id, reason },
  ]);
  const file = await call('GET', `/v1/centre/reports/audit?${query}&format=csv`, { key: adminKey });
  expect(String(file.body).trim().split('\n')).toHaveLength(2);
});
