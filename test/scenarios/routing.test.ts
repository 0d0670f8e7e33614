/** Codes of other schemes, payable through a partner acquirer; the routing table; positions and their caps. */
import { beforeAll, describe, expect, test } from 'vitest';
import { adminKey, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, type Payer, pay, type Shop } from '../support/town.ts';

// A till of Acleda in US dollars, and one of another bank.
const khqr =
  '00020101021130640009khqr@aclb0111855124649060215ACLEDA Bank Plc051385500000019425204593153038405802KH5912KHQR TESTING6010Phnom Penh6102126213020901753577164360002KM0112KHQR TESTING0210Phnom Penh6304AC1C';
const otherKhqr =
  '00020101021230410015john_smith@devb01061234560208Dev Bank52045999530384054035.05802KH5916john smith actor6010Phnom Penh62150111Invoice#0699917001316134385758926304552D';

const made = async (path: string, body: unknown, key = adminKey) => {
  const answer = await post(path, key, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

async function connected(role: 'issuer' | 'acquirer', currency: string, cap: number, stripes = 1) {
  const participant = await made('/v1/centre/participants', { name: 'Bakong', role, country: 'KH' });
  const connection = await made('/v1/centre/connections', {
    participant: participant.id,
    adapter: 'sandbox',
  });
  const position = await made('/v1/centre/positions', {
    participant: participant.id,
    currency,
    cap,
    stripes,
  });
  const { api_key: key } = await made('/v1/centre/keys', { owner: participant.id });
  return { id: participant.id, key, connection: connection.id, position: position.account };
}

const table = { payers: [] as object[], merchants: [] as object[] };
async function route(more: Partial<typeof table>) {
  Object.assign(table, more);
  const { body } = await get('/v1/centre/routing', adminKey);
  return made('/v1/centre/routing', { ...table, based_on: body.version, reason: 'a test' });
}
const positionOf = async ({ id, key }: { id: string; key: string }) =>
  (await get(`/v1/participants/${id}/positions`, key)).body.data[0];

let issuer: Issuer;
let payer: Payer;
let shop: Shop;
beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  payer = await newPayer(issuer, 1_000_000, 'USD');
  shop = await newShop();
});

describe('a code of another scheme', () => {
  test('without a route is refused by the name of its scheme', async () => {
    const scan = await post('/v1/scans', issuer.key, { payload: khqr });
    expect(scan.body).toMatchObject({ payable: false, refusal: { code: 'qr.scheme_not_routed' } });
    const paid = await pay(issuer, payer, { payload: khqr, amount: 500 });
    expect(paid).toMatchObject({ status: 422, body: { code: 'qr.scheme_not_routed' } });
    expect(paid.body.explanation).toBe('no route to KHQR');
  });

  test('with a route is payable, credited at the partner, and refused for other providers', async () => {
    const partner = await connected('acquirer', 'USD', 0);
    await route({ merchants: [{ profile: 'khqr', provider: 'aclb', connection: partner.connection }] });
    const scan = await post('/v1/scans', issuer.key, { payload: khqr });
    expect(scan.body).toMatchObject({
      payable: true,
      scheme: 'KHQR',
      currency: 'USD',
      merchant: { id: null, name: 'KHQR TESTING', city: 'Phnom Penh' },
    });
    const paid = await pay(issuer, payer, { scan: scan.body.scan, amount: 2_500 });
    expect(paid).toMatchObject({
      status: 201,
      body: { status: 'completed', merchant: { id: '', name: 'KHQR TESTING' }, account: payer.account },
    });
    const row = await testEnv.DIRECTORY.prepare('SELECT record FROM sandbox_order WHERE key = ?')
      .bind(`credit ${paid.body.id}`)
      .first<{ record: string }>();
    expect(JSON.parse(row?.record ?? '{}')).toMatchObject({
      state: 'approved',
      amountMinor: 2_500,
      account: expect.stringMatching(/^khqr@aclb\/85512464906\//),
    });
    expect(await positionOf(partner)).toMatchObject({ balance: { amount: 2_500, currency: 'USD' } });
    const other = await pay(issuer, payer, { payload: otherKhqr });
    expect(other.body).toMatchObject({ code: 'qr.scheme_not_routed' });
  });

  test('is given back by the institution of its merchant, not by the centre', async () => {
    const paid = await pay(issuer, payer, { payload: khqr, amount: 1_900 });
    const path = `/v1/centre/payments/${paid.body.id}`;
    await until(
      () => get(path, adminKey),
      ({ status }) => status === 200,
    );
    const refused = await post(`${path}/refunds`, adminKey, { reason: 'paid twice' }, freshKey());
    expect(refused).toMatchObject({ status: 409, body: { code: 'refund.outside' } });
    expect((await get(path, adminKey)).body.refunds).toEqual([]);
  });

  test('that the partner declines is declined, and nothing is taken', async () => {
    const before = await get(`/v1/accounts/${payer.account}`, issuer.key);
    const declined = await pay(issuer, payer, { payload: khqr, amount: 66_607 });
    expect(declined.body).toMatchObject({ status: 'declined', refusal: { code: 'acquirer.declined' } });
    const unknown = await pay(issuer, payer, { payload: khqr, amount: 66_608 });
    expect(unknown.body).toMatchObject({ status: 'declined', refusal: { code: 'qr.merchant_unknown' } });
    const after = await get(`/v1/accounts/${payer.account}`, issuer.key);
    expect(after.body.available).toEqual(before.body.available);
  });

  test('is paid from an account outside too: one partner debits, another credits', async () => {
    const [debits, credits] = [
      await connected('issuer', 'USD', 100_000),
      await connected('acquirer', 'USD', 0),
    ];
    await route({
      payers: [{ participant: debits.id, connection: debits.connection }],
      merchants: [{ profile: 'khqr', connection: credits.connection }],
    });
    const wish = { currency: 'USD', reference: 'US-1' };
    const { id: account } = await made('/v1/accounts', wish, debits.key);
    const path = `/v1/accounts/${account}/payments`;
    const paid = await until(
      () => post(path, debits.key, { payload: khqr, amount: 300 }, freshKey()),
      ({ status }) => status === 201,
      15_000,
    );
    expect(paid.body).toMatchObject({ status: 'completed' });
    expect((await positionOf(debits)).balance.amount).toBe(-300);
    expect((await positionOf(credits)).balance.amount).toBe(300);
    const declined = await post(path, debits.key, { payload: khqr, amount: 66_608 }, freshKey());
    expect(declined.body).toMatchObject({ status: 'declined' });
    expect((await positionOf(debits)).available.amount).toBe(-300);
  });
});

describe('a net debit cap', () => {
  test('stops payments when it is reached, and tells issuer and centre before', async () => {
    const far = await connected('issuer', 'KGS', 10_000);
    const receiver = { url: 'https://receiver.example/hook' };
    await made('/v1/callback-endpoints', receiver, far.key);
    await made('/v1/callback-endpoints', { ...receiver, owner: 'centre' });
    await route({ payers: [{ participant: far.id, connection: far.connection }] });
    const { id: account } = await made('/v1/accounts', { currency: 'KGS', reference: 'K-1' }, far.key);
    const { body: merchant } = await get(`/v1/merchants/${shop.id}`, shop.key);
    const take = async (amount: number) =>
      (
        await post(
          `/v1/accounts/${account}/payments`,
          far.key,
          { payload: merchant.qr.payload, amount },
          freshKey(),
        )
      ).body;
    await until(
      () => take(100),
      ({ status }) => status === 'completed',
      15_000,
    );
    const { used_percent: used } = await positionOf(far);
    expect((await take(7_600 - used * 100)).status).toBe('completed');
    expect((await take(100)).status).toBe('completed');
    expect((await take(1_400)).status).toBe('completed');
    expect(await take(1_000)).toMatchObject({
      status: 'declined',
      refusal: { code: 'position.cap_reached' },
    });
    expect(await positionOf(far)).toMatchObject({ used_percent: 91, left: { amount: 900 } });
    for (const owner of [far.id, 'centre']) {
      const told = await until(
        () => get(`/v1/events?type=position.alert&owner=${owner}`, adminKey),
        ({ body }) => body.data.length >= 2,
      );
      const levels = told.body.data.map(({ body }: { body: string }) => JSON.parse(body).data.level);
      expect(levels.sort(), owner).toEqual([75, 90]);
    }
    const top = await post(
      `/v1/accounts/${far.position}/top-ups`,
      adminKey,
      { amount: 50_000, currency: 'KGS' },
      freshKey(),
    );
    expect(top.body).toMatchObject({ status: 'completed' });
    expect((await take(1_000)).status).toBe('completed');
  });
});

describe('a position of several stripes', () => {
  test('pays up to the cap of all of them, whichever stripe pays', async () => {
    const far = await connected('issuer', 'KGS', 900, 3);
    await route({ payers: [{ participant: far.id, connection: far.connection }] });
    const { id: account } = await made('/v1/accounts', { currency: 'KGS', reference: 'K-2' }, far.key);
    const { body: merchant } = await get(`/v1/merchants/${shop.id}`, shop.key);
    const path = `/v1/accounts/${account}/payments`;
    const take = (amount: number, key = freshKey()) =>
      post(path, far.key, { payload: merchant.qr.payload, amount }, key);
    await until(
      () => take(1),
      ({ status }) => status === 201,
      15_000,
    );
    const { left } = await positionOf(far);
    const key = freshKey();
    const paid = await take(left.amount - 10, key);
    expect(paid.body).toMatchObject({ status: 'completed' });
    expect((await take(left.amount - 10, key)).body).toEqual(paid.body);
    expect((await take(11)).body).toMatchObject({ refusal: { code: 'position.cap_reached' } });
    expect((await take(10)).body).toMatchObject({ status: 'completed' });
    expect(await positionOf(far)).toMatchObject({ left: { amount: 0 }, used_percent: 100, stripes: 3 });
  });
});

describe('the routing table', () => {
  test('keeps every version, and refuses a change that is based on an older one', async () => {
    const before = (await get('/v1/centre/routing', adminKey)).body;
    const after = await route({});
    expect(after.version).toBe(before.version + 1);
    const late = await post('/v1/centre/routing', adminKey, {
      ...table,
      based_on: before.version,
      reason: 'late',
    });
    expect(late).toMatchObject({ status: 409, body: { code: 'routing.changed' } });
    const versions = (await get('/v1/centre/routing/versions?limit=2', adminKey)).body;
    expect(versions.data.map(({ version }: { version: number }) => version)).toEqual([
      after.version,
      before.version,
    ]);
    expect(versions.data[0]).toMatchObject({ reason: 'a test', operator: 'centre' });
    const rest = await get(`/v1/centre/routing/versions?cursor=${versions.next_cursor}`, adminKey);
    expect(rest.body.data[0]?.version).toBe(before.version - 1);
  });

  test('leads nowhere unknown, and no issuer to another’s connection', async () => {
    const { version } = (await get('/v1/centre/routing', adminKey)).body;
    const far = await connected('issuer', 'EUR', 0);
    const wish = { based_on: version, reason: 'r', merchants: [] };
    const absent = { participant: far.id, connection: 'con_00000000000000000000' };
    const unknown = await post('/v1/centre/routing', adminKey, { ...wish, payers: [absent] });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'connection.not_found' } });
    const strange = { participant: issuer.id, connection: far.connection };
    const refused = await post('/v1/centre/routing', adminKey, { ...wish, payers: [strange] });
    expect(refused).toMatchObject({ status: 422, body: { code: 'connection.refused' } });
  });
});

describe('an account that is kept at its issuer', () => {
  test('has no balance here, and says so', async () => {
    const far = await connected('issuer', 'KGS', 0);
    const none = await post('/v1/accounts', far.key, { currency: 'EUR', reference: 'x' });
    expect(none).toMatchObject({ status: 404, body: { code: 'position.not_found' } });
    const account = await made('/v1/accounts', { currency: 'KGS', reference: 'KG-77' }, far.key);
    const shown = (await get(`/v1/accounts/${account.id}`, far.key)).body;
    expect(shown).toMatchObject({ kind: 'external', reference: 'KG-77', position: far.position });
    expect(shown).not.toHaveProperty('balance');
    for (const path of ['entries', 'balance', 'statement', 'export']) {
      const refused = await get(`/v1/accounts/${account.id}/${path}`, far.key);
      expect(refused, path).toMatchObject({ status: 422, body: { code: 'account.external' } });
    }
    const again = await post('/v1/accounts', far.key, { currency: 'KGS', reference: 'KG-77' });
    expect(again).toMatchObject({ status: 409, body: { code: 'resource.exists' } });
    const list = (await get('/v1/accounts', far.key)).body.data;
    expect(list.map(({ id }: { id: string }) => id)).toEqual([account.id]);
  });

  test('pays nothing while it is frozen, has no route, or its connection is stopped', async () => {
    const far = await connected('issuer', 'KGS', 1_000_000);
    const account = (await made('/v1/accounts', { currency: 'KGS', reference: 'KG-78' }, far.key)).id;
    const { body: merchant } = await get(`/v1/merchants/${shop.id}`, shop.key);
    const take = () =>
      post(
        `/v1/accounts/${account}/payments`,
        far.key,
        { payload: merchant.qr.payload, amount: 10 },
        freshKey(),
      );
    expect(await take()).toMatchObject({ status: 503, body: { code: 'issuer.unavailable' } });
    await route({ payers: [{ participant: far.id, connection: far.connection }] });
    await until(take, ({ body }) => body.status === 'completed', 15_000);
    await post(`/v1/centre/accounts/${account}/freeze`, adminKey, { reason: 'r' });
    expect(await take()).toMatchObject({ status: 422, body: { code: 'account.frozen' } });
    await post(`/v1/centre/accounts/${account}/reopen`, adminKey, { reason: 'r' });
    await post(`/v1/centre/connections/${far.connection}`, adminKey, { status: 'disabled' });
    expect(await take()).toMatchObject({ status: 503, body: { code: 'issuer.unavailable' } });
  });
});

describe('a dry run of the routing table', () => {
  const dryRun = async (wish: object) => post('/v1/centre/routing/dry-run', adminKey, wish);

  test('says where a payment goes now, and where it would by a draft', async () => {
    const [live, other] = [await connected('acquirer', 'USD', 0), await connected('acquirer', 'USD', 0)];
    await route({
      payers: [],
      merchants: [{ profile: 'khqr', provider: 'aclb', connection: live.connection }],
    });
    const { version } = (await get('/v1/centre/routing', adminKey)).body;
    const draft = { payers: [], merchants: [{ profile: 'khqr', connection: other.connection }] };
    const way = (where: typeof live) => ({
      where: 'partner',
      connection: where.connection,
      participant: where.id,
    });
    const tried = await dryRun({ draft, merchant: { payload: khqr }, payer: { account: payer.account } });
    expect(tried).toMatchObject({
      status: 200,
      body: {
        version,
        payer: { live: { where: 'switch' }, draft: { where: 'switch' } },
        merchant: { live: way(live), draft: way(other) },
        last: null,
      },
    });
    const bare = await dryRun({ draft, merchant: { profile: 'khqr', provider: 'devb' } });
    expect(bare.body.merchant).toMatchObject({
      live: { where: 'refused', refusal: { code: 'qr.scheme_not_routed' } },
      draft: way(other),
    });
    expect((await get('/v1/centre/routing', adminKey)).body.version).toBe(version);
  });

  test('routes real payments again, and names those that would go another way', async () => {
    const [live, other] = [await connected('acquirer', 'USD', 0), await connected('acquirer', 'USD', 0)];
    const debits = await connected('issuer', 'USD', 100_000);
    const payers = [{ participant: debits.id, connection: debits.connection }];
    await route({ payers, merchants: [{ profile: 'khqr', connection: live.connection }] });
    const { id: account } = await made('/v1/accounts', { currency: 'USD', reference: 'US-2' }, debits.key);
    const paid = await pay(debits, { account }, { payload: khqr, amount: 700 });
    expect(paid.body.status).toBe('completed');
    const { id } = paid.body;
    const rerun = async (draft: object) =>
      (await dryRun({ draft, last: 1 })).body.last as { payments: number; changed: number; data: object[] };
    const moved = await until(
      () =>
        rerun({
          payers: [],
          merchants: [{ profile: 'khqr', provider: 'aclb', connection: other.connection }],
        }),
      ({ data }) => data.some((one) => (one as { payment: string }).payment === id),
    );
    expect(moved).toEqual({
      payments: 1,
      changed: 2,
      data: [
        { payment: id, side: 'payer', live: debits.connection, draft: null },
        { payment: id, side: 'merchant', live: live.connection, draft: other.connection },
      ],
    });
    const same = await rerun({ payers, merchants: [{ profile: 'khqr', connection: live.connection }] });
    expect(same).toEqual({ payments: 1, changed: 0, data: [] });
  });

  test('reads real codes only, and leads nowhere that is not there', async () => {
    expect((await dryRun({ merchant: { payload: 'hello' } })).body.code).toBe('qr.unreadable');
    expect((await dryRun({ payer: { account: 'acc_1hq3v8k2m0abcdefgh01' } })).body.code).toBe(
      'account.not_found',
    );
    const draft = { payers: [], merchants: [{ profile: 'khqr', connection: 'con_1hq3v8k2m0abcdefgh01' }] };
    expect((await dryRun({ draft })).body.code).toBe('connection.not_found');
  });

  test('an account outside goes by its issuer and currency', async () => {
    const outside = await connected('issuer', 'USD', 100_000);
    const draft = {
      payers: [{ participant: outside.id, currency: 'USD', connection: outside.connection }],
      merchants: [],
    };
    const way = async (currency: string) =>
      (await dryRun({ draft, payer: { issuer: outside.id, currency } })).body.payer.draft;
    expect(await way('USD')).toMatchObject({ where: 'partner', connection: outside.connection });
    expect(await way('KGS')).toMatchObject({ where: 'refused', refusal: { code: 'issuer.unavailable' } });
  });
});

test('a connection is tried without moving anything', async () => {
  const { id } = await newIssuer();
  const wish = { participant: id, adapter: 'sandbox' };
  const { id: connection } = await made('/v1/centre/connections', wish);
  const tried = await post(`/v1/centre/connections/${connection}/test`, adminKey, {});
  expect(tried).toMatchObject({ status: 200, body: { answered: true, took_ms: expect.any(Number) } });
  const silent = await made('/v1/centre/connections', {
    ...{ participant: id, adapter: 'http', deadline_ms: 500 },
    url: 'http://127.0.0.1:9/issuer',
  });
  const unheard = await post(`/v1/centre/connections/${silent.id}/test`, adminKey, {});
  expect(unheard.body).toMatchObject({ answered: false });
  const absent = await post('/v1/centre/connections/con_1hq3v8k2m0abcdefgh01/test', adminKey, {});
  expect(absent.body.code).toBe('connection.not_found');
});
