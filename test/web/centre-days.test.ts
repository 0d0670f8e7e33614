/** The centre's pages of business days: what keeps one open, closing it, and opening it again with a trace. */
import { beforeAll, describe, expect, it } from 'vitest';
import { clockIn, dayAfter, languages, newTransferId, startOfDayMs } from '../../src/kernel/index.ts';
import { daysOf, type Version } from '../../src/web/centre/days/shapes.ts';
import { type Browser, newStaffPerson, site } from '../support/people.ts';
import { type Answer, call, migrate, post, testEnv, until } from '../support/switch.ts';
import { newStaffKey } from '../support/town.ts';

const place = '/centre/days';
const day = '2026-04-07';
let closer: Browser;
let analyst: Browser;

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>): Promise<Answer> =>
  call('GET', path, { headers: { cookie } });
const placeOf = ({ headers }: Answer): string => headers.get('location') ?? '';
const send = (path: string, fields: Record<string, string>, { cookie }: Browser): Promise<Answer> =>
  call('POST', path, {
    body: String(new URLSearchParams(fields)),
    headers: { cookie, origin: site, 'content-type': 'application/x-www-form-urlencoded' },
  });

/** A payment of the reports, begun at noon of the day. */
async function newRow(amount: number, status = 'completed'): Promise<string> {
  const atMs = startOfDayMs(day) + 12 * 3_600_000 + amount;
  const id = newTransferId('payment', atMs, amount);
  await testEnv.REPORTS.prepare(
    `INSERT INTO transfer (id, kind, status, amount, tip, currency, debtor, creditor, creditor_stripe, participant,
       created_at, ended_at) VALUES (?, 'payment', ?, ?, 0, 'KGS', 'acc_1', 'acc_2', 0, 'par_<1>', ?, ?)`,
  )
    .bind(id, status, amount, atMs, status === 'processing' ? null : atMs + 1_000)
    .run();
  return id;
}

beforeAll(async () => {
  await migrate();
  [closer, analyst] = [await newStaffPerson('officer'), await newStaffPerson('analyst')];
});

describe('a day', () => {
  it('says what keeps it open and what to do, and is closed once nothing does', async () => {
    await newRow(12_500);
    const open = await newRow(7_700, 'processing');
    const kept = await until(
      () => page(`${place}/${day}`, closer),
      ({ body }) => !body.includes('do not have everything'),
    );
    expect(kept.status).toBe(200);
    expect(kept.body).toContain('Transfers of this day have not ended yet');
    expect(kept.body).toContain(`href="/centre/payments/${open}"`);
    expect(kept.body).toContain('work queue');
    expect(kept.body).not.toContain(`${place}/${day}/close`);
    const refused = await send(`${place}/${day}/close`, {}, closer);
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('Transfers of this day have not ended yet');

    await testEnv.REPORTS.prepare(
      "UPDATE transfer SET status = 'declined', ended_at = created_at WHERE id = ?",
    )
      .bind(open)
      .run();
    const ready = await until(
      () => page(`${place}/${day}`, closer),
      ({ body }) => body.includes('it can be closed'),
    );
    expect(ready.body).toContain(`${place}/${day}/close`);
    expect((await page(`${place}/${day}`, analyst)).body).not.toContain(`${place}/${day}/close`);
    const done = await until(
      () => send(`${place}/${day}/close`, {}, closer),
      ({ status }) => status === 303,
    );
    expect(placeOf(done)).toBe(`${place}/${day}?done=dayClosed`);
  });

  it('that is closed has its totals, its signature, and what turned up since', async () => {
    await newRow(4_000);
    for (const language of languages) {
      expect((await page(`${place}/${day}?lang=${language}`, analyst)).status).toBe(200);
    }
    const { body } = await page(`${place}/${day}`, analyst);
    expect(body).toMatch(/KGS\s125\.00/);
    expect(body).toContain('Changed since it was closed');
    expect(body).toMatch(/KGS\s165\.00/);
    expect(body).toContain('Signed text');
    expect(body).toContain('par_&lt;1&gt;');
    expect(body).not.toContain('par_<1>');
    const list = await page(place, analyst);
    expect(list.body).toContain(`href="${place}/${day}"`);
    expect(list.body).toMatch(/KGS\s125\.00/);
  });

  it('is opened again by somebody else, with a reason that stays', async () => {
    const path = `${place}/${day}`;
    expect((await page(path, closer)).body).toContain('You closed it.');
    expect((await send(`${path}/reopen`, { reason: 'x' }, analyst)).status).toBe(403);
    const other = await newStaffPerson('officer');
    const blank = await send(`${path}/reopen`, { reason: ' ' }, other);
    expect(blank.status).toBe(422);
    expect(blank.body).toContain('field-reason-error');
    // What people decide waits for another of them; with a key it is done.
    const asked = await send(`${path}/reopen`, { reason: 'A late <refund>' }, other);
    expect(placeOf(asked)).toBe(`${path}?done=approval`);
    const key = await newStaffKey('officer');
    const opened = await post(`/v1/centre/business-days/${day}/reopen`, key, { reason: 'A late <refund>' });
    expect(opened.status).toBe(200);
    const { body } = await page(path, closer);
    expect(body).toContain('Open again');
    expect(body).toContain('A late &lt;refund&gt;');
    expect(body).toContain(`${path}/close`);
  });

  it('that is not over cannot be closed, and one that is none is not found', async () => {
    const today = clockIn('Asia/Bishkek', Date.now() + 60_000).day;
    const { body } = await page(`${place}/${today}`, closer);
    expect(body).toContain('Under way');
    expect(body).toContain('Close it then.');
    expect((await page(`${place}/tomorrow`, closer)).status).toBe(422);
  });
});

it('what keeps a day open is told by the API, nothing once it is closed', async () => {
  const path = `/v1/centre/business-days/2026-04-01`;
  const closed = await until(
    () => closer.post(`${path}/close`),
    ({ body }) => body.code !== 'reports.behind',
  );
  expect(closed.status).toBe(200);
  expect((await closer.get(`${path}/obstacles`)).body).toEqual({
    day: '2026-04-01',
    over_at: '2026-04-01T18:00:00.000Z',
    obstacles: [],
  });
  const future = (await closer.get('/v1/centre/business-days/2999-01-01/obstacles')).body;
  expect(future.obstacles).toEqual([
    {
      ...{ code: 'business_day.not_over', title: 'The business day is not over yet.' },
      ...{ detail: null, transfers: [] },
    },
  ]);
});

it('the accounts’ sum is shown, zero', async () => {
  const { status, body } = await page(`${place}/balance`, analyst);
  expect(status).toBe(200);
  expect(body).toContain('All accounts add up to zero.');
});

it('nobody comes in without signing in', async () => {
  for (const path of ['', '/balance', `/${day}`]) {
    expect((await call('GET', `${place}${path}`)).status).toBe(303);
  }
});

it('a list has days with payments and days that were closed, by their last version', () => {
  const today = '2026-11-22';
  const version = (of: string, status: 'closed' | 'reopened', number: number): Version => ({
    ...{ day: of, version: number, status, by: 'opr_1', reason: null, at: `${of}T00:00:00Z`, signed: null },
    totals: ['completed', 'declined'].map((outcome) => ({
      ...{ currency: 'KGS', participant: 'par_1', kind: 'payment', status: outcome, count: 2 },
      sum: { amount: 500, currency: 'KGS' },
    })),
  });
  const volume = (of: string) => ({
    day: of,
    currency: 'KGS',
    count: 3,
    sum: { amount: 900, currency: 'KGS' },
  });
  const days = daysOf(
    [
      version('2026-11-20', 'reopened', 2),
      version('2026-11-20', 'closed', 1),
      version('2026-11-19', 'closed', 1),
    ],
    [volume('2026-11-19'), volume(dayAfter(today, -1)), volume(today)],
    today,
  );
  expect(days.map(({ day: of, state, paid }) => [of, state, paid[0]?.sum.amount])).toEqual([
    ['2026-11-22', 'underWay', 900],
    ['2026-11-21', 'open', 900],
    ['2026-11-20', 'reopened', undefined],
    ['2026-11-19', 'closed', 500],
  ]);
});
