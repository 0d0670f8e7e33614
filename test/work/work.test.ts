/** What else waits for a person: callbacks that were given up, entries the reports could not take, all of it in one list. */
import { createMessageBatch } from 'cloudflare:test';
import { beforeAll, describe, expect, test } from 'vitest';
import { switchOf } from '../../src/app.ts';
import { eventId, newId } from '../../src/kernel/index.ts';
import { ledgerOf } from '../../src/ledger/index.ts';
import { adminKey, get, migrate, post, testEnv } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newStaffKey } from '../support/town.ts';

const path = '/v1/centre/work';
let issuer: Issuer;
let officer: string;
let support: string;
let analyst: string;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  officer = await newStaffKey('officer');
  support = await newStaffKey('support');
  analyst = await newStaffKey('analyst');
});

/** A callback that was given up, to an endpoint that is disabled: sent again, it is parked again. */
async function parked(): Promise<{ event: string; endpoint: string }> {
  const made = await post('/v1/callback-endpoints', issuer.key, { url: 'https://wallet.test/hook' });
  expect(made.status).toBe(201);
  const event = eventId(Date.now() - 3_600_000, crypto.randomUUID());
  const endpoint = made.body.id;
  await testEnv.REPORTS.prepare(
    `INSERT INTO delivery (id, event, type, endpoint, owner, status, attempts, updated_at)
     VALUES (?1 || ' ' || ?2, ?1, 'payment.completed', ?2, ?3, 'parked', 11, 0)`,
  )
    .bind(event, endpoint, issuer.id)
    .run();
  return { event, endpoint };
}

const items = async (kind: string) =>
  (await get(path, analyst)).body.data.filter((item: { kind: string }) => item.kind === kind);

describe('a callback that was given up', () => {
  test('is in the list, the oldest first, until somebody drops it with a reason', async () => {
    const first = await parked();
    expect(await items('callback')).toContainEqual(
      expect.objectContaining({ id: first.event, endpoint: first.endpoint, about: issuer.id }),
    );
    const one = `${path}/callbacks/${first.event}/${first.endpoint}`;
    expect((await post(`${one}/drop`, support, {})).status).toBe(422);
    expect((await post(`${one}/drop`, analyst, { reason: 'gone' })).status).toBe(403);
    expect((await post(`${one}/drop`, support, { reason: 'their old system' })).status).toBe(200);
    expect(await items('callback')).not.toContainEqual(expect.objectContaining({ id: first.event }));
    expect((await post(`${one}/drop`, support, { reason: 'again' })).body.code).toBe('callback.not_parked');
    const { body } = await get(`/v1/audit?subject=${first.event}`, adminKey);
    expect(JSON.stringify(body.data)).toContain('their old system');
  });

  test('is tried again, and only that one', async () => {
    const [first, second] = [await parked(), await parked()];
    expect((await post(`${path}/callbacks/${first.event}/${first.endpoint}/send`, officer, {})).status).toBe(
      200,
    );
    const { body } = await get(`/v1/audit?subject=${first.event}`, adminKey);
    expect(body.data).toMatchObject([{ after: { sent: first.endpoint } }]);
    const rows = await testEnv.REPORTS.prepare('SELECT event, status FROM delivery WHERE event IN (?, ?)')
      .bind(first.event, second.event)
      .all<{ event: string; status: string }>();
    expect(rows.results.find(({ event }) => event === first.event)?.status).not.toBe('parked');
    expect(rows.results.find(({ event }) => event === second.event)?.status).toBe('parked');
  });
});

describe('entries the reports could not take', () => {
  const given = (book: number, upTo: number) =>
    switchOf(testEnv).queue(
      createMessageBatch('tolom-events-dead', [
        { id: crypto.randomUUID(), timestamp: new Date(), attempts: 5, body: { book, entries: [], upTo } },
      ]),
    );

  test('are one letter for each book, and say why', async () => {
    await given(2, 900);
    await given(2, 1_000);
    const { body } = await get(`${path}/dead-letters`, analyst);
    expect(body.data).toMatchObject([{ book: 2, position: 1_000, times: 2, status: 'open' }]);
    expect(body.data[0].fault).toContain('book 2: entry 1 is missing');
    expect(await items('dead_letter')).toMatchObject([{ id: body.data[0].id }]);
  });

  test('are tried again, and put aside with a reason', async () => {
    const [letter] = (await get(`${path}/dead-letters`, analyst)).body.data;
    const one = `${path}/dead-letters/${letter.id}`;
    expect((await post(`${one}/retry`, analyst, {})).status).toBe(403);
    expect(await post(`${one}/retry`, support, {})).toMatchObject({ status: 200, body: { status: 'open' } });
    expect((await post(`${one}/resolve`, support, {})).status).toBe(422);
    expect(await post(`${one}/resolve`, support, { reason: 'a test message' })).toMatchObject({
      status: 200,
      body: { status: 'resolved' },
    });
    expect((await post(`${one}/resolve`, support, { reason: 'twice' })).body.code).toBe(
      'dead_letter.resolved',
    );
    expect((await post(`${one}/retry`, support, {})).body.code).toBe('dead_letter.resolved');
    expect((await get(`${path}/dead-letters?status=resolved`, analyst)).body.data).toMatchObject([
      { id: letter.id },
    ]);
    const { body } = await get(`/v1/audit?subject=${letter.id}`, adminKey);
    expect(body.data).toMatchObject([{ reason: 'a test message' }, { after: { tried: 2 } }]);
  });

  test('that the reports could take when tried once more are no letters', async () => {
    await newPayer(issuer);
    for (const book of [0, 1, 2]) {
      const { entries } = await ledgerOf(testEnv.BOOKS).book(book).feed(0, 10);
      if (entries.length > 0) await given(book, entries.length);
    }
    expect((await get(`${path}/dead-letters`, analyst)).body.data).toEqual([]);
  });

  test('are resolved by themselves once the reports have them', async () => {
    await testEnv.DIRECTORY.prepare(
      `INSERT INTO dead_letter (id, book, position, times, fault, status, last_at, created_at)
       VALUES ('dlt_00000000000000000001', 0, 0, 1, 'a fault', 'open', 0, 0)`,
    ).run();
    await switchOf(testEnv).scheduled('* * * * *');
    expect((await get(`${path}/dead-letters`, analyst)).body.data).toEqual([]);
    const { body } = await get('/v1/audit?subject=dlt_00000000000000000001', adminKey);
    expect(body.data).toMatchObject([{ actor: 'switch', kind: 'dead_letter' }]);
  });

  test('are nobody else’s to see', async () => {
    for (const key of [undefined, 'tolom_sta_00000000000000000000000000000000']) {
      expect((await get(`${path}/dead-letters`, key)).status).toBe(401);
      expect((await get(path, key)).status).toBe(401);
    }
    expect((await get(path, issuer.key)).status).toBe(403);
    expect((await post(`${path}/dead-letters/dlt_00000000000000000009/retry`, support, {})).status).toBe(404);
  });
});

test('of one kind the oldest are shown, however many others are older', async () => {
  const wish = { url: 'https://wallet.test/hook' };
  const { id: endpoint } = (await post('/v1/callback-endpoints', issuer.key, wish)).body;
  const events = Array.from({ length: 55 }, (_, index) => eventId(1_000 + index, crypto.randomUUID()));
  await testEnv.REPORTS.prepare(
    `INSERT INTO delivery (id, event, type, endpoint, owner, status, attempts, updated_at)
     SELECT value || ' ' || ?2, value, 'payment.completed', ?2, ?3, 'parked', 11, 0 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(events), endpoint, issuer.id)
    .run();
  const id = newId('deadLetter', Date.now());
  await testEnv.DIRECTORY.prepare(
    `INSERT INTO dead_letter (id, book, position, times, fault, status, last_at, created_at)
     VALUES (?, 1, 1000000, 1, 'a fault', 'open', 0, ?)`,
  )
    .bind(id, Date.now())
    .run();
  expect(await items('dead_letter')).toEqual([]);
  const only = async (kind: string) => (await get(`${path}?kind=${kind}`, analyst)).body.data;
  expect(await only('dead_letter')).toMatchObject([{ kind: 'dead_letter', id }]);
  expect(await only('callback')).toHaveLength(50);
  expect((await get(`${path}?kind=x`, analyst)).status).toBe(422);
});
