/** The daily close: a day is frozen and signed once everything in it is over and adds up; nothing after that is silent. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type ClosingParts,
  closeDay,
  reopenDay,
  tellUnclosed,
  unclosedDays,
} from '../../src/closing/close.ts';
import { directoryOf, ownAct } from '../../src/directory/index.ts';
import type { SwitchEvent } from '../../src/events/index.ts';
import { dayAfter, fromBase64Url, newTransferId, startOfDayMs } from '../../src/kernel/index.ts';
import { daySigner } from '../../src/signing/index.ts';
import { freshEmail } from '../support/people.ts';
import { adminKey, get, migrate, post, testEnv, until } from '../support/switch.ts';

const directory = directoryOf(testEnv.DIRECTORY);
const path = '/v1/centre/business-days';
let closer: string;
let other: string;

const staffKey = async (role: string): Promise<string> => {
  const person = { email: freshEmail(), name: role, role };
  const { id } = (await post('/v1/centre/operators', adminKey, person)).body;
  return (await post('/v1/centre/keys', adminKey, { owner: id })).body.api_key;
};

beforeAll(async () => {
  await migrate();
  [closer, other] = [await staffKey('officer'), await staffKey('officer')];
});

let sequence = 0;
/** A row of the reports, begun at a time; ended a second later. */
async function newRow(
  atMs: number,
  more: { status?: string; amount?: number; endedAtMs?: number | null } = {},
) {
  const { status = 'completed', amount = 100, endedAtMs = atMs + 1_000 } = more;
  const id = newTransferId('payment', atMs, ++sequence);
  await testEnv.REPORTS.prepare(
    `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant,
       created_at, ended_at) VALUES (?, 'payment', ?, ?, 0, 'KGS', 'acc_1', 'acc_2', 0, 'par_1', ?, ?)`,
  )
    .bind(id, status, amount, atMs, endedAtMs)
    .run();
  return id;
}

/** The reports may be a moment behind. */
const closed = (day: string, key = closer) =>
  until(
    () => post(`${path}/${day}/close`, key, {}),
    ({ body }) => body.code !== 'reports.behind',
  );

describe('a day', () => {
  const day = '2026-03-05';
  const beginMs = startOfDayMs(day);
  const lastMs = startOfDayMs(dayAfter(day, 1)) - 1;

  beforeAll(async () => {
    await newRow(beginMs, { amount: 100 });
    await newRow(beginMs + 5_000, { amount: 250 });
    await newRow(beginMs + 6_000, { amount: 70, status: 'declined' });
    // It ended the day after, and belongs to the one it began in.
    await newRow(lastMs, { amount: 1_000 });
    await newRow(lastMs + 1, { amount: 5_000 });
    await newRow(beginMs - 1, { amount: 5_000 });
  });

  test('is closed with the totals of what began in it, signed by the centre', async () => {
    const { body, status } = await closed(day);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      day,
      time_zone: 'Asia/Bishkek',
      from: '2026-03-04T18:00:00.000Z',
      before: '2026-03-05T18:00:00.000Z',
      version: 1,
      status: 'closed',
      totals: [
        {
          currency: 'KGS',
          participant: 'par_1',
          kind: 'payment',
          status: 'completed',
          count: 3,
          sum: { amount: 1_350 },
        },
        {
          currency: 'KGS',
          participant: 'par_1',
          kind: 'payment',
          status: 'declined',
          count: 1,
          sum: { amount: 70 },
        },
      ],
    });
    const { keys } = (await get('/.well-known/jwks.json')).body;
    const { text, signature, key } = body.signed;
    const { x } = keys.find(({ kid }: { kid: string }) => kid === key);
    const isSigned = (said: string) =>
      ed25519.verify(fromBase64Url(signature)!, new TextEncoder().encode(said), fromBase64Url(x)!);
    expect(isSigned(text)).toBe(true);
    expect(isSigned(text.replace('1350', '1351'))).toBe(false);
    expect(JSON.parse(text)).toMatchObject({ day, version: 1, totals: [{ sum: '1350' }, { sum: '70' }] });
    // Closed again, by whoever, it is what it was.
    expect((await closed(day, other)).body).toEqual(body);
  });

  test('shows by name what turns up later', async () => {
    expect((await get(`${path}/${day}`, closer)).body).toMatchObject({ exceptions: [], late_transfers: [] });
    const late = await newRow(beginMs + 7_000, { amount: 40, endedAtMs: Date.now() + 1_000 });
    expect((await get(`${path}/${day}`, closer)).body).toMatchObject({
      status: 'closed',
      exceptions: [
        {
          kind: 'payment',
          status: 'completed',
          frozen: { count: 3, sum: { amount: 1_350 } },
          now: { count: 4, sum: { amount: 1_390 } },
        },
      ],
      late_transfers: [late],
    });
  });

  test('is reopened by somebody else, with a reason, and every version stays', async () => {
    expect(await post(`${path}/${day}/reopen`, closer, { reason: 'x' })).toMatchObject({
      status: 403,
      body: { code: 'business_day.own' },
    });
    const opened = await post(`${path}/${day}/reopen`, other, { reason: 'a payment turned up' });
    expect(opened.body).toMatchObject({
      version: 2,
      status: 'reopened',
      reason: 'a payment turned up',
      signed: null,
    });
    expect(await post(`${path}/${day}/reopen`, other, { reason: 'x' })).toMatchObject({
      body: { code: 'business_day.not_closed' },
    });
    expect((await closed(day)).body).toMatchObject({ version: 3, totals: [{ count: 4 }, { count: 1 }] });
    const { body } = await get(`${path}/${day}`, closer);
    expect(body).toMatchObject({
      version: 3,
      exceptions: [],
      versions: [
        { version: 3 },
        { version: 2, status: 'reopened' },
        { version: 1, totals: [{ count: 3 }, {}] },
      ],
    });
    const list = (await get(`${path}?limit=2`, closer)).body;
    expect(list.data).toHaveLength(2);
    expect(
      (await get(`${path}?limit=2&cursor=${list.next_cursor}`, closer)).body.data.length,
    ).toBeGreaterThan(0);
  });
});

describe('a day is not closed', () => {
  test('before it is over', async () => {
    const today = dayAfter(new Date().toISOString().slice(0, 10), 1);
    expect(await post(`${path}/${today}/close`, closer, {})).toMatchObject({
      status: 409,
      body: { code: 'business_day.not_over' },
    });
  });

  test('while something that began in it is under way, which is named', async () => {
    const day = '2026-03-10';
    const open = await newRow(startOfDayMs(day) + 1, { status: 'processing', endedAtMs: null });
    const answer = await closed(day);
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'business_day.open_transfers', explanation: open },
    });
    await testEnv.REPORTS.prepare("UPDATE transfer SET status = 'completed', ended_at = ? WHERE id = ?")
      .bind(startOfDayMs(day) + 2, open)
      .run();
    expect((await closed(day)).body).toMatchObject({ status: 'closed', totals: [{ count: 1 }] });
  });

  const told: SwitchEvent[] = [];
  const parts = (more: Partial<ClosingParts>): ClosingParts => ({
    directory,
    signer: () => daySigner('a secret of this test alone', []),
    sums: async () => [],
    stragglers: async () => [],
    trialBalance: async () => ({ balanced: true, accounts: 0, currencies: [] }),
    completeUpTo: async () => Date.now(),
    announce: async (events) => void told.push(...events),
    firstTime: async () => told.length === 0,
    ...more,
  });

  test('while the reports miss some of it, or the accounts do not add up', async () => {
    const behind = parts({ completeUpTo: async () => startOfDayMs('2026-03-13') - 1 });
    expect(await closeDay(behind, ownAct('a test'), '2026-03-12')).toMatchObject({
      refusal: { code: 'reports.behind' },
    });
    const off = { balanced: false, accounts: 2, currencies: [{ currency: 'KGS', sum: { amount: -7 } }] };
    const refused = await closeDay(parts({ trialBalance: async () => off }), ownAct('a test'), '2026-03-12');
    expect(refused).toMatchObject({ refusal: { code: 'business_day.not_balanced', detail: 'KGS -7' } });
    expect(await get(`${path}/2026-03-12`, closer)).toMatchObject({ status: 404 });
    // A sum that was off for a moment, while payments went on, is read again.
    let reads = 0;
    const moment = async () => (++reads === 1 ? off : { ...off, balanced: true });
    expect(await closeDay(parts({ trialBalance: moment }), ownAct('a test'), '2026-03-12')).toMatchObject({
      ok: true,
    });
    expect(told).toMatchObject([
      { type: 'day.closed', owner: 'centre', data: { day: '2026-03-12', version: 1 } },
    ]);
  });

  describe('silently', () => {
    // As if the switch had been at work since a moment.
    const since = (time: string): Partial<ClosingParts> => {
      const [first] = [{ atMs: Date.parse(`${time}+06:00`) }] as Awaited<
        ReturnType<typeof directory.audit.after>
      >;
      const audit = { ...directory.audit, after: async () => (first ? [first] : []) };
      return { directory: { ...directory, audit } };
    };
    const at = (time: string) => Date.parse(`${time}+06:00`);
    const silently = { announce: async () => undefined };
    const close = (day: string) => closeDay(parts(silently), ownAct('a test'), day);

    test('by morning the centre is told, once', async () => {
      told.length = 0;
      const known = parts(since('2026-03-15T12:00:00'));
      await tellUnclosed(known, at('2026-03-16T05:59:00'));
      expect(told).toEqual([]);
      await tellUnclosed(known, at('2026-03-16T06:01:00'));
      await tellUnclosed(known, at('2026-03-16T06:02:00'));
      expect(told).toMatchObject([
        { type: 'day.not_closed', owner: 'centre', data: { day: '2026-03-15', status: 'open' } },
      ]);
      told.length = 0;
      await close('2026-03-15');
      await tellUnclosed(known, at('2026-03-16T06:03:00'));
      expect(told).toEqual([]);
    });

    test('what is not closed stays so over midnight, until it is; one that is opened again is among it', async () => {
      const known = parts(since('2026-02-01T12:00:00'));
      const open = (time: string) => unclosedDays(known, at(time));
      expect((await open('2026-02-20T05:59:00')).at(-1)).toBe('2026-02-18');
      expect((await open('2026-02-20T06:00:00')).at(-1)).toBe('2026-02-19');
      for (const day of ['2026-02-01', '2026-02-02', '2026-02-04']) await close(day);
      expect(await open('2026-02-05T23:59:00')).toEqual(['2026-02-03']);
      expect(await open('2026-02-06T00:00:00')).toEqual(['2026-02-03']);
      expect(await open('2026-02-06T06:00:00')).toEqual(['2026-02-03', '2026-02-05']);
      await close('2026-02-03');
      const reopened = await reopenDay(
        parts(silently),
        { ...ownAct('a test'), by: { owner: 'somebody else', key: 'k', who: 'switch' } },
        '2026-02-02',
      );
      expect(reopened).toMatchObject({ ok: true });
      expect(await open('2026-02-06T06:00:00')).toEqual(['2026-02-02', '2026-02-05']);
      expect(await open('2026-06-20T06:00:00')).toHaveLength(31);
    });

    test('a day on which the switch was not at work yet is nobody’s to close', async () => {
      const open = (time: string) => unclosedDays(parts(since('2026-01-10T23:00:00')), at(time));
      expect(await open('2026-01-11T05:59:00')).toEqual([]);
      expect(await open('2026-01-11T06:00:00')).toEqual(['2026-01-10']);
      expect(await unclosedDays(parts({}), at('2026-01-11T06:00:00'))).toEqual([]);
    });
  });
});

test('the centre’s endpoints hear of a day that is closed', async () => {
  const target = {
    url: 'https://receiver.example/',
    owner: 'centre',
    types: ['day.closed', 'day.not_closed'],
  };
  expect((await post('/v1/callback-endpoints', adminKey, target)).status).toBe(201);
  await closed('2026-03-20');
  const { body } = await until(
    () => get('/v1/events?type=day.closed&owner=centre', adminKey),
    (answer) => answer.body.data?.length > 0,
  );
  expect(body.data[0]).toMatchObject({ type: 'day.closed', owner: 'centre' });
});
