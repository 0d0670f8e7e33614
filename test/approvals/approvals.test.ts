/** Four eyes: one person asks, another decides, and the switch does it, once. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { carryingMs, directoryOf } from '../../src/directory/index.ts';
import {
  approve,
  type Clerk,
  collect,
  newClerk,
  proposed,
  reject,
  seen,
  withdraw,
} from '../support/centre.ts';
import { freshEmail, newBusiness } from '../support/people.ts';
import {
  adminKey,
  call,
  freshKey,
  get,
  migrate,
  newIsolate,
  post,
  testAct,
  testEnv,
} from '../support/switch.ts';
import { newIssuer, newPayer, newShop } from '../support/town.ts';

const path = '/v1/centre/approvals';
const directory = directoryOf(testEnv.DIRECTORY);
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
const sweep = () => switchOf(testEnv).scheduled('* * * * *');
const why = { reason: 'it was asked for in writing' };

let maker: Clerk;
let checker: Clerk;
let officer: Clerk;
let analyst: Clerk;
beforeAll(async () => {
  await migrate();
  [maker, checker, officer, analyst] = [
    await newClerk('admin'),
    await newClerk('admin'),
    await newClerk('officer'),
    await newClerk('analyst'),
  ];
});
afterEach(() => {
  vi.useRealTimers();
});

const statusOf = async (participant: string) => (await directory.participant(participant))?.status;
/** A participant that the maker wants to suspend. */
async function suspension(by = maker) {
  const { id: participant } = await newIssuer();
  const id = await proposed(by, `/v1/centre/participants/${participant}/suspend`, why);
  return { participant, id };
}
/** What a crash after the approval leaves: approved, and nobody at work. */
const approvedAndLeft = (id: string, row: object = {}) =>
  directory.decideApproval(
    testAct,
    id,
    { status: 'approved', decidedBy: checker.id, decidedAtMs: Date.now(), note: null, changes: [], ...row },
    Date.now(),
  );
const passed = (id: string) =>
  testEnv.DIRECTORY.prepare('UPDATE approval SET expires_at = ? WHERE id = ?')
    .bind(Date.now() - 1, id)
    .run();
const withName = async (name: string) =>
  (await get('/v1/centre/participants?limit=100', adminKey)).body.data.filter(
    (row: { name: string }) => row.name === name,
  );

describe('what a person asks for', () => {
  test('waits, and says who wants what and why', async () => {
    const { id: participant } = await newIssuer('Ала-Тоо капчык');
    const answer = await maker.browser.post(`/v1/centre/participants/${participant}/suspend`, why);
    expect(answer).toMatchObject({
      status: 202,
      body: {
        status: 'proposed',
        action: 'participant.suspend',
        summary: 'Suspend a participant: its keys stop',
        object: { id: participant, kind: 'participant', name: 'Ала-Тоо капчык' },
        made_by: { id: maker.id, name: 'A admin' },
        reason: why.reason,
        body: why,
        decided_by: null,
      },
    });
    expect(await statusOf(participant)).toBe('active');
  });

  test('is checked as far as it goes: values, and whether it is about anything', async () => {
    const nobody = '/v1/centre/participants/par_1hq3v8k2m0abcdefgh01/suspend';
    expect(await maker.browser.post(nobody, {})).toMatchObject({
      status: 422,
      body: { code: 'request.invalid' },
    });
    expect(await maker.browser.post(nobody, why)).toMatchObject({
      status: 404,
      body: { code: 'participant.not_found' },
    });
  });

  test('is shown with what it would change, as it is now', async () => {
    const { id: participant } = await newIssuer();
    const id = await proposed(maker, `/v1/centre/participants/${participant}/rate`, {
      requests_per_second: 5,
    });
    expect((await seen(checker, id)).changes).toEqual([
      { field: 'requests_per_second', before: null, after: 5 },
    ]);
    await post(`/v1/centre/participants/${participant}/rate`, adminKey, { requests_per_second: 7 });
    expect((await seen(checker, id)).changes).toEqual([
      { field: 'requests_per_second', before: 7, after: 5 },
    ]);
    await reject(checker, id);
    await post(`/v1/centre/participants/${participant}/rate`, adminKey, { requests_per_second: 9 });
    expect((await seen(checker, id)).changes).toEqual([
      { field: 'requests_per_second', before: 7, after: 5 },
    ]);
  });

  test('is done by a key in the sandbox, where people are guarded and scripts go on', async () => {
    const { id: participant } = await newIssuer();
    const answer = await post(`/v1/centre/participants/${participant}/suspend`, maker.key, why);
    expect(answer).toMatchObject({ status: 200, body: { status: 'suspended' } });
  });

  test('asked for twice is one', async () => {
    const { id, participant } = await suspension();
    const again = await maker.browser.post(`/v1/centre/participants/${participant}/suspend`, why);
    expect(again).toMatchObject({ status: 202, body: { id } });
    await reject(checker, id);
    const anew = await maker.browser.post(`/v1/centre/participants/${participant}/suspend`, why);
    expect(anew.body.id).not.toBe(id);
  });
});

test('what was done in an approval’s name is looked for behind its own record, not in the whole log', async () => {
  const { id, participant } = await suspension();
  expect(await directory.hadEffects(id)).toBe(false);
  await approve(checker, id);
  expect(await directory.hadEffects(id)).toBe(true);
  expect(await directory.hadEffects(participant)).toBe(false);
  const plans: string[] = [];
  const explaining = new Proxy(testEnv.DIRECTORY, {
    get: (target, name) =>
      name === 'prepare'
        ? (query: string) => ({
            bind: (...values: unknown[]) => ({
              async raw() {
                const plan = target.prepare(`EXPLAIN QUERY PLAN ${query}`).bind(...values);
                plans.push(...(await plan.all<{ detail: string }>()).results.map(({ detail }) => detail));
                return [];
              },
            }),
          })
        : Reflect.get(target, name),
  });
  await directoryOf(explaining).hadEffects(id);
  expect(plans).toContain('SEARCH audit USING INTEGER PRIMARY KEY (rowid>?)');
  expect(plans.join()).not.toContain('SCAN');
});

describe('another person approves', () => {
  test('and it is done, as the maker’s act, with both in the audit log', async () => {
    const { id, participant } = await suspension();
    const answer = await approve(checker, id, 'seen the letter');
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'done', decided_by: { id: checker.id }, note: 'seen the letter', body: null },
    });
    expect(await statusOf(participant)).toBe('suspended');
    const { data } = (await get(`/v1/audit?subject=${participant}`, adminKey)).body;
    expect(data[0]).toMatchObject({
      actor: maker.id,
      request: id,
      approved_by: checker.id,
      reason: why.reason,
      action: 'POST /v1/centre/participants/{participant}/suspend',
      before: { status: 'active' },
      after: { status: 'suspended' },
    });
    const whole = await seen(analyst, id);
    expect(whole.result).toMatchObject({ status: 200, body: { id: participant, status: 'suspended' } });
    expect(whole.changes).toEqual([{ field: 'status', before: 'active', after: 'suspended' }]);
    expect(whole.history).toMatchObject([
      { by: { id: maker.id }, status: 'proposed', reason: why.reason },
      { by: { id: checker.id }, status: 'approved', reason: 'seen the letter' },
      { by: { id: checker.id }, status: 'done' },
    ]);
  });

  test('never whoever asked: not in the browser, not by key', async () => {
    const { id } = await suspension();
    expect(await approve(maker, id)).toMatchObject({ status: 403, body: { code: 'approval.own' } });
    expect(await reject(maker, id)).toMatchObject({ status: 403, body: { code: 'approval.own' } });
    for (const key of [
      maker.key,
      (await post('/v1/centre/keys', adminKey, { owner: maker.id })).body.api_key,
    ]) {
      const byKey = await post(`${path}/${id}/approve`, key, {});
      expect(byKey).toMatchObject({ status: 403, body: { code: 'approval.own' } });
    }
    expect(await seen(maker, id)).toMatchObject({ status: 'proposed', may_decide: false });
  });

  test('never the key of the deployment, which is nobody', async () => {
    const { id } = await suspension();
    const answer = await post(`${path}/${id}/approve`, adminKey, {});
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
  });

  test('who may do it alone: not analysts, and officers only what officers do', async () => {
    const { id } = await suspension();
    expect((await approve(analyst, id)).body.code).toBe('auth.forbidden');
    expect((await reject(analyst, id)).body.code).toBe('auth.forbidden');
    expect((await approve(officer, id)).body.status).toBe('done');
    const role = await proposed(maker, `/v1/centre/operators/${analyst.id}`, { role: 'officer', ...why });
    expect(await seen(officer, role)).toMatchObject({ may_decide: false });
    expect(await approve(officer, role)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect((await reject(officer, role)).body.code).toBe('auth.forbidden');
    await withdraw(maker, role);
  });

  test('who may do this one: people of the centre are for administrators', async () => {
    const person = (owner: string) => ({ owner, email: freshEmail(), name: 'N', role: 'analyst' });
    const asked = await officer.browser.post('/v1/centre/operators', person('centre'));
    expect(asked).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    const before = (await officer.browser.get('/v1/centre/approval-counts')).body.for_me;
    const id = await proposed(maker, '/v1/centre/operators', person('centre'));
    expect((await officer.browser.get('/v1/centre/approval-counts')).body.for_me).toBe(before);
    expect((await approve(officer, id)).body.code).toBe('auth.forbidden');
    expect((await approve(checker, id)).body.status).toBe('done');
    const { id: shop } = await newShop();
    const cashier = await proposed(maker, '/v1/centre/operators', { ...person(shop), role: 'cashier' });
    expect((await approve(officer, cashier)).body.status).toBe('done');
  });

  test('twice at once, and it is done once', async () => {
    const name = `Twice ${freshKey()}`.slice(0, 60);
    const id = await proposed(maker, '/v1/centre/participants', { name, role: 'issuer', country: 'KG' });
    const answers = await Promise.all([checker, officer, checker, officer].map((by) => approve(by, id)));
    const approved = answers.filter(({ status }) => status === 200);
    expect(approved.length).toBeGreaterThan(0);
    for (const { status, body } of answers) {
      if (status !== 200) expect(body.code).toBe('approval.decided');
    }
    expect(new Set(approved.map(({ body }) => body.decided_by.id)).size).toBe(1);
    expect(await withName(name)).toHaveLength(1);
    const again = await approve(approved[0]?.body.decided_by.id === checker.id ? checker : officer, id);
    expect(again).toMatchObject({ status: 200, body: { status: 'done' } });
    expect(await withName(name)).toHaveLength(1);
  });

  test('what was asked for with a key of its own is paid once', async () => {
    const { account } = await newPayer(await newIssuer(), 0);
    const wish = { amount: 700, currency: 'KGS' };
    const key = freshKey();
    const ask = () =>
      call('POST', `/v1/accounts/${account}/top-ups`, {
        body: wish,
        headers: { cookie: maker.browser.cookie, origin: 'https://switch.test', 'idempotency-key': key },
      });
    const first = await ask();
    expect(first.status).toBe(202);
    expect((await approve(checker, first.body.id)).body.status).toBe('done');
    const again = await ask();
    expect(again).toMatchObject({ status: 202, body: { id: first.body.id, status: 'done' } });
    const { body } = await get(`/v1/accounts/${account}`, adminKey);
    expect(JSON.stringify(body)).toContain('700');
    expect((await get(`/v1/accounts/${account}/entries`, adminKey)).body.data).toHaveLength(1);
  });
});

describe('another person turns it down', () => {
  test('with a reason, and nothing is done', async () => {
    const { id, participant } = await suspension();
    const mute = await checker.browser.post(`${path}/${id}/reject`, {});
    expect(mute).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    const long = await checker.browser.post(`${path}/${id}/reject`, { reason: 'x'.repeat(501) });
    expect(long.status).toBe(422);
    expect(await reject(checker, id, 'no letter')).toMatchObject({
      status: 200,
      body: { status: 'rejected', note: 'no letter', body: null },
    });
    expect(await statusOf(participant)).toBe('active');
    expect(await approve(officer, id)).toMatchObject({ status: 409, body: { code: 'approval.decided' } });
  });

  test('and whoever asked may take it back, nobody else', async () => {
    const { id } = await suspension();
    expect(await withdraw(checker, id)).toMatchObject({ status: 403, body: { code: 'approval.not_own' } });
    expect(await withdraw(maker, id)).toMatchObject({ status: 200, body: { status: 'withdrawn' } });
    expect((await approve(checker, id)).body.code).toBe('approval.decided');
  });
});

describe('what was approved', () => {
  test('and is refused when it is done, has failed, and says why', async () => {
    const { account } = await newPayer(await newIssuer(), 500);
    const id = await proposed(maker, `/v1/centre/accounts/${account}/close`, why);
    expect((await approve(checker, id)).body).toMatchObject({
      status: 'failed',
      refusal: { code: 'account.not_empty' },
    });
    expect((await approve(checker, id)).body.status).toBe('failed');
  });

  test('fails when somebody else changed it meanwhile', async () => {
    const rule = {
      scope: 'account',
      currency: 'KGS',
      direction: 'out',
      measure: 'amount',
      threshold: 2 ** 50,
    };
    const { id: limit } = (await post('/v1/centre/limit-rules', adminKey, { rule, ...why })).body;
    const change = { version: 1, threshold: 2 ** 49, ...why };
    const id = await proposed(maker, `/v1/centre/limit-rules/${limit}/change`, change);
    await post(`/v1/centre/limit-rules/${limit}/change`, adminKey, { ...change, threshold: 2 ** 48 });
    expect((await approve(checker, id)).body).toMatchObject({
      status: 'failed',
      refusal: { code: 'limit_rule.changed', explanation: 'it is at version 2' },
    });
  });

  test('fails when whoever asked may not any more', async () => {
    const leaver = await newClerk('officer');
    const { id, participant } = await suspension(leaver);
    await post(`/v1/centre/operators/${leaver.id}/suspend`, adminKey, {});
    expect((await approve(checker, id)).body).toMatchObject({
      status: 'failed',
      refusal: { code: 'auth.forbidden' },
    });
    expect(await statusOf(participant)).toBe('active');
    const demoted = await newClerk('admin');
    const role = await proposed(demoted, `/v1/centre/operators/${analyst.id}`, { role: 'officer', ...why });
    await post(`/v1/centre/operators/${demoted.id}`, adminKey, { role: 'officer', ...why });
    expect((await approve(checker, role)).body).toMatchObject({ status: 'failed' });
  });

  test('before a crash, is done by the schedule', async () => {
    const { id, participant } = await suspension();
    await approvedAndLeft(id, { triedAtMs: Date.now() });
    await sweep();
    expect(await statusOf(participant)).toBe('active');
    later(carryingMs + 1_000);
    await sweep();
    expect(await statusOf(participant)).toBe('suspended');
    expect((await directory.approval(id))?.status).toBe('done');
  });

  test.each([
    [
      'a participant',
      '/v1/centre/participants',
      { name: 'Crash', role: 'issuer', country: 'KG' },
      'participant',
    ],
    [
      'a merchant',
      '/v1/centre/merchants',
      { name: 'Crash', city: 'Osh', category_code: '5411', currency: 'KGS' },
      'merchant',
    ],
    [
      'a person',
      '/v1/centre/operators',
      { email: 'crash@centre.kg', name: 'N', role: 'analyst' },
      'operator',
    ],
  ])('and done before a crash that forgot it, is not done twice: %s', async (_, where, wish, table) => {
    const count = async () =>
      (await testEnv.DIRECTORY.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())?.n ?? 0;
    const accounts = async () =>
      (await testEnv.DIRECTORY.prepare('SELECT count(*) AS n FROM account').first<{ n: number }>())?.n;
    const before = await count();
    const id = await proposed(maker, where, wish);
    const { sealed } = (await directory.approval(id)) ?? {};
    expect((await approve(checker, id)).body.status).toBe('done');
    const opened = await accounts();
    await testEnv.DIRECTORY.prepare(
      `UPDATE approval SET status = 'approved', tried_at = NULL, sealed = ? WHERE id = ?`,
    )
      .bind(sealed, id)
      .run();
    await sweep();
    expect((await directory.approval(id))?.status).toBe('done');
    expect(await count()).toBe(before + 1);
    expect(await accounts()).toBe(opened);
  });

  test('cannot be passed off: a caller’s request id is never an approval’s', async () => {
    const { id } = await suspension();
    const answer = await call('GET', '/v1/me', { key: maker.key, headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).not.toBe(id);
  });
});

describe('a secret that is shown once', () => {
  const keyFor = async () => {
    const { id: owner } = await newIssuer();
    return { owner, id: await proposed(maker, '/v1/centre/keys', { owner }) };
  };
  const keysOf = async (owner: string) => (await get(`/v1/centre/keys?owner=${owner}`, adminKey)).body.data;

  test('is seen by whoever asked, once, and kept nowhere', async () => {
    const { owner, id } = await keyFor();
    expect((await collect(maker, id)).body.code).toBe('approval.not_ready');
    expect((await approve(checker, id)).body).toMatchObject({ status: 'approved', collected: true });
    expect(await keysOf(owner)).toHaveLength(1);
    expect(await collect(checker, id)).toMatchObject({ status: 403, body: { code: 'approval.not_own' } });
    const collected = await collect(maker, id);
    expect(collected).toMatchObject({ status: 200, body: { approval: { status: 'done' } } });
    const { api_key: key, id: keyId } = collected.body.answer;
    expect((await get('/v1/accounts', key)).status).toBe(200);
    expect(await collect(maker, id)).toMatchObject({ status: 409, body: { code: 'approval.not_ready' } });
    expect((await seen(checker, id)).result).toEqual({ status: 201, body: { id: keyId } });
    for (const table of ['approval', 'audit', 'api_key']) {
      const { results } = await testEnv.DIRECTORY.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(results)).not.toContain(key);
    }
  });

  test('collected twice at once is one key', async () => {
    const { owner, id } = await keyFor();
    await approve(checker, id);
    const answers = await Promise.all([collect(maker, id), collect(maker, id), collect(maker, id)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await keysOf(owner)).toHaveLength(2);
  });

  test('that a crash kept from whoever asked is made anew, in the place of the first', async () => {
    const { owner, id } = await keyFor();
    const { sealed } = (await directory.approval(id)) ?? {};
    await approve(checker, id);
    const first = (await collect(maker, id)).body.answer;
    await testEnv.DIRECTORY.prepare(
      `UPDATE approval SET status = 'approved', tried_at = NULL, sealed = ? WHERE id = ?`,
    )
      .bind(sealed, id)
      .run();
    const second = (await collect(maker, id)).body.answer;
    expect(second.id).toBe(first.id);
    expect(await keysOf(owner)).toHaveLength(2);
    expect((await get('/v1/accounts', second.api_key)).status).toBe(200);
    later(60_000);
    expect((await get('/v1/accounts', first.api_key)).status).toBe(401);
  });

  test('may be taken back before it is collected', async () => {
    const { owner, id } = await keyFor();
    await approve(checker, id);
    expect((await withdraw(maker, id)).body.status).toBe('withdrawn');
    expect((await collect(maker, id)).body.code).toBe('approval.not_ready');
    expect(await keysOf(owner)).toHaveLength(1);
  });

  test('of a link by which somebody signs in goes to whoever asked for it', async () => {
    const id = await proposed(maker, `/v1/centre/operators/${analyst.id}/invite`, {});
    await approve(checker, id);
    const { link } = (await collect(maker, id)).body.answer;
    expect((await get(`/v1/invitations/${link.split('/').at(-1)}`)).status).toBe(200);
    expect(JSON.stringify(await seen(checker, id))).not.toContain(link);
  });
});

describe('what is about people', () => {
  test('is sealed while it waits, and gone when it is over', async () => {
    const email = freshEmail();
    const id = await proposed(maker, '/v1/centre/operators', { email, name: 'Чынара', role: 'officer' });
    expect((await seen(checker, id)).body).toMatchObject({ email, name: 'Чынара' });
    const clear = async () =>
      JSON.stringify((await testEnv.DIRECTORY.prepare('SELECT * FROM approval').all()).results);
    expect(await clear()).not.toContain(email);
    await reject(checker, id);
    expect(await clear()).not.toContain(email);
    const whole = await seen(checker, id);
    expect(whole.body).toBeNull();
    expect(whole.changes).toEqual([
      { field: 'owner', before: null, after: 'centre' },
      { field: 'role', before: null, after: 'officer' },
    ]);
    expect((await directory.approval(id))?.sealed).toBeNull();
    const { results } = await testEnv.DIRECTORY.prepare('SELECT * FROM audit').all();
    expect(JSON.stringify(results)).not.toContain(email);
  });
});

describe('after seven days', () => {
  test('nobody decides any more, and nothing is kept of what was asked', async () => {
    const { id, participant } = await suspension();
    const { createdAtMs = 0, expiresAtMs } = (await directory.approval(id)) ?? {};
    expect(expiresAtMs).toBe(createdAtMs + 7 * 86_400_000);
    await passed(id);
    const answer = await post(`${path}/${id}/approve`, checker.key, {});
    expect(answer).toMatchObject({ status: 410, body: { code: 'approval.expired' } });
    expect((await get(`${path}/${id}`, adminKey)).body.status).toBe('expired');
    expect((await get(`${path}?status=proposed`, adminKey)).body.data).not.toContainEqual(
      expect.objectContaining({ id }),
    );
    await sweep();
    expect(await directory.approval(id)).toMatchObject({ status: 'expired', sealed: null });
    expect(await statusOf(participant)).toBe('active');
  });

  test('and nothing is collected', async () => {
    const { id: owner } = await newIssuer();
    const id = await proposed(maker, '/v1/centre/keys', { owner });
    await approve(checker, id);
    await passed(id);
    const answer = await post(`${path}/${id}/collect`, maker.key, {});
    expect(answer.body.code).toBe('approval.not_ready');
    await sweep();
    expect((await directory.approval(id))?.status).toBe('expired');
  });
});

describe('the inbox', () => {
  test('shows what waits oldest first, page by page, and counts it', async () => {
    const { body: before } = await checker.browser.get('/v1/centre/approval-counts');
    const ids = [(await suspension()).id, (await suspension()).id, (await suspension()).id];
    const { body: after } = await checker.browser.get('/v1/centre/approval-counts');
    expect(after.for_me).toBe(before.for_me + 3);
    const found: string[] = [];
    for (let cursor = ''; ; ) {
      const query = `status=proposed&maker=${maker.id}&action=participant.suspend&limit=2${cursor}`;
      const { data, next_cursor: next } = (await checker.browser.get(`${path}?${query}`)).body;
      found.push(...data.map((row: { id: string }) => row.id));
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(found).toEqual([...found].sort());
    expect(found.filter((id) => ids.includes(id)).sort()).toEqual([...ids].sort());
    expect((await analyst.browser.get('/v1/centre/approval-counts')).body.for_me).toBe(0);
    const mine = (await maker.browser.get('/v1/centre/approval-counts')).body;
    expect(mine.mine).toBeGreaterThanOrEqual(3);
  });

  test('finds what is about an object, whatever became of it', async () => {
    const { id, participant } = await suspension();
    await reject(checker, id);
    const { data } = (await checker.browser.get(`${path}?object=${participant}`)).body;
    expect(data).toMatchObject([{ id, status: 'rejected' }]);
  });

  test('an approval nobody has is not found', async () => {
    const none = `${path}/apr_1hq3v8k2m0abcdefgh01`;
    expect((await checker.browser.get(none)).body.code).toBe('approval.not_found');
    for (const verb of ['approve', 'withdraw', 'collect']) {
      expect((await checker.browser.post(`${none}/${verb}`)).body.code).toBe('approval.not_found');
    }
  });

  test('the centre’s events tell of it', async () => {
    const url = 'https://centre.example/hook';
    const types = ['approval.proposed', 'approval.decided'];
    expect(
      (await post('/v1/callback-endpoints', adminKey, { url, owner: 'par_1hq3v8k2m0abcdefgh01', types })).body
        .code,
    ).toBe('participant.not_found');
    // It listens for something else, so that what is told is only written down, at once.
    const made = await post('/v1/callback-endpoints', adminKey, {
      url,
      owner: 'centre',
      types: ['day.closed'],
    });
    expect(made.status).toBe(201);
    const { id, participant } = await suspension();
    await reject(checker, id);
    const { data } = (await get('/v1/events?owner=centre&limit=100', adminKey)).body;
    const told = data.filter((event: { object: string }) => event.object === id);
    expect(told.map(({ type }: { type: string }) => type).sort()).toEqual(types.sort());
    const decided = told.find(({ type }: { type: string }) => type === 'approval.decided');
    const { body } = (await get(`/v1/events/${decided.id}?owner=centre`, adminKey)).body;
    expect(JSON.parse(body).data).toMatchObject({ action: 'participant.suspend', status: 'rejected' });
    expect(JSON.parse(body).data).toMatchObject({ id, object: participant, made_by: maker.id });
  });
});

describe('four eyes for everyone, as in production', () => {
  const everyone = newIsolate({ TOLOM_FOUR_EYES: 'everyone' });
  const by = (key: string, where: string, body: unknown) => everyone('POST', where, { key, body });
  const participant = { name: 'P', role: 'issuer', country: 'KG' };

  test('guard keys too', async () => {
    for (const key of [maker.key, adminKey]) {
      const answer = await by(key, '/v1/centre/participants', { ...participant, name: key.slice(-5) });
      expect(answer).toMatchObject({ status: 202, body: { action: 'participant.create' } });
      const done = await by(checker.key, `${path}/${answer.body.id}/approve`, {});
      expect(done.body.status).toBe('done');
    }
  });

  test('switched off, guard nobody', async () => {
    const off = newIsolate({ TOLOM_FOUR_EYES: 'off' });
    const headers = { cookie: maker.browser.cookie, origin: 'https://switch.test' };
    const answer = await off('POST', '/v1/centre/participants', { body: participant, headers });
    expect(answer.status).toBe(201);
  });

  test('are by default what the mode says, and nothing else', () => {
    const mode = (TOLOM_MODE: string, TOLOM_FOUR_EYES?: string) =>
      switchOf({ ...testEnv, TOLOM_MODE, ...(TOLOM_FOUR_EYES && { TOLOM_FOUR_EYES }) });
    expect(() => mode('sandbox', 'nobody')).toThrow('TOLOM_FOUR_EYES');
  });

  test('begin with the deployment’s key: two administrators, then nobody alone', async () => {
    // As if nobody had ever worked here.
    await testEnv.DIRECTORY.prepare(`UPDATE operator SET role = 'support' WHERE role = 'admin'`).run();
    const person = (role: string) => ({ email: freshEmail(), name: role, role });
    const [one, two] = [
      await by(adminKey, '/v1/centre/operators', person('admin')),
      await by(adminKey, '/v1/centre/operators', person('admin')),
    ];
    expect([one.status, two.status]).toEqual([201, 201]);
    const keys = [];
    for (const { body } of [one, two]) {
      const made = await by(adminKey, '/v1/centre/keys', { owner: body.id });
      expect(made.status).toBe(201);
      keys.push(made.body.api_key);
    }
    // Nothing else is its to do alone.
    const asked = await by(adminKey, '/v1/centre/participants', { ...participant, name: 'Begin' });
    expect(asked.status).toBe(202);
    // The first does something by asking, the second by approving.
    expect((await by(keys[0], '/v1/centre/participants', participant)).status).toBe(202);
    expect((await by(adminKey, '/v1/centre/operators', person('officer'))).status).toBe(201);
    expect((await by(keys[1], `${path}/${asked.body.id}/approve`, {})).body.status).toBe('done');
    for (const [where, body] of [
      ['/v1/centre/operators', person('officer')],
      ['/v1/centre/keys', { owner: one.body.id }],
      [`/v1/centre/operators/${one.body.id}/invite`, {}],
    ] as const) {
      expect((await by(adminKey, where, body)).status, where).toBe(202);
    }
  });
});

describe('a merchant that registered itself', () => {
  async function newPending() {
    const { merchant, email, owner } = await newBusiness();
    await testEnv.DIRECTORY.prepare(`UPDATE merchant SET status = 'pending' WHERE id = ?`)
      .bind(merchant)
      .run();
    return { merchant, email, owner };
  }
  const activate = (by: Clerk, merchant: string) =>
    by.browser.post(`/v1/centre/merchants/${merchant}/activate`, why);

  test('is activated by one officer: its owner asked', async () => {
    const { merchant } = await newPending();
    expect(await activate(officer, merchant)).toMatchObject({ status: 200, body: { status: 'active' } });
    expect(await activate(officer, merchant)).toMatchObject({
      status: 409,
      body: { code: 'merchant.not_pending' },
    });
  });

  test.each(['resume', 'suspend'])('is not let around that by “%s”', async (verb) => {
    const { merchant } = await newPending();
    expect((await post(`/v1/centre/merchants/${merchant}/${verb}`, officer.key, why)).body.code).toBe(
      'merchant.inactive',
    );
    expect((await directory.merchant(merchant))?.status).toBe('pending');
  });

  test('never by somebody who works there', async () => {
    const { merchant } = await newPending();
    const wish = { owner: merchant, email: officer.email, name: 'N', role: 'cashier' };
    await post('/v1/centre/operators', adminKey, wish);
    expect((await activate(officer, merchant)).body.code).toBe('approval.own');
  });

  test('and is suspended does not come back this way', async () => {
    const { id } = await newShop();
    await post(`/v1/centre/merchants/${id}/suspend`, adminKey, why);
    expect((await activate(officer, id)).body.code).toBe('merchant.not_pending');
  });
});
