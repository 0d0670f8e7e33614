/** The work queue in pages: the oldest first, one decision on a page, by whoever may decide it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { callbackLogOf } from '../../src/callbacks/index.ts';
import { directoryOf } from '../../src/directory/index.ts';
import { eventId, languages } from '../../src/kernel/index.ts';
import { type Browser, newStaffPerson, site } from '../support/people.ts';
import { type Answer, call, migrate, post, testEnv } from '../support/switch.ts';
import { type Issuer, newIssuer } from '../support/town.ts';

type Person = Browser & { readonly id: string };
let issuer: Issuer;
let support: Person;
let analyst: Person;

beforeAll(async () => {
  await migrate();
  issuer = await newIssuer();
  support = await newStaffPerson('support');
  analyst = await newStaffPerson('analyst');
});

const page = (path: string, { cookie }: Browser): Promise<Answer> =>
  call('GET', path, { headers: { cookie } });
const send = (path: string, fields: Record<string, string>, { cookie }: Browser, origin = site) =>
  call('POST', path, {
    body: String(new URLSearchParams(fields)),
    headers: { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' },
  });
const placeOf = ({ headers }: Answer): string => headers.get('location') ?? '';

/** A callback that was given up. */
async function parked(): Promise<string> {
  const made = await post('/v1/callback-endpoints', issuer.key, { url: 'https://wallet.test/hook' });
  const id = eventId(Date.now() - 3_600_000, crypto.randomUUID());
  const event = { id, owner: issuer.id, type: 'payment.completed', object: 'pay_1', body: '{"hurt":"<b>"}' };
  await callbackLogOf(testEnv.REPORTS).record({
    events: [{ ...event, attempts: [] }],
    open: [
      {
        ...{ id: `${id} ${made.body.id}`, event: id, type: event.type, endpoint: made.body.id },
        ...{ owner: issuer.id, status: 'parked', attempts: 11, lastStatus: 500, lastError: 'answered 500' },
        ...{ body: null, dueAtMs: 0, updatedAtMs: 0 },
      },
    ],
    closed: [],
  });
  return `/centre/work/callbacks/${id}/${made.body.id}`;
}

describe('the work queue', () => {
  test('says that nothing waits, in every language', async () => {
    for (const language of languages) {
      expect((await page(`/centre/work?lang=${language}`, analyst)).status).toBe(200);
    }
    expect((await page('/centre/work', analyst)).body).toContain('Nothing waits. Well done.');
  });

  test('leads to a callback that was given up, which is dropped only with a reason', async () => {
    const path = await parked();
    const list = await page('/centre/work?kind=callback', support);
    expect(list.body).toContain(`${path}?owner=${issuer.id}`);
    const one = await page(`${path}?owner=${issuer.id}`, support);
    expect(one.body).toContain('Never send it');
    expect(one.body).toContain('{&quot;hurt&quot;:&quot;&lt;b&gt;&quot;}');
    const empty = await send(`${path}/drop`, { reason: '' }, support);
    expect(empty).toMatchObject({ status: 422, body: expect.stringContaining('aria-invalid="true"') });
    const dropped = await send(`${path}/drop`, { reason: 'their old system' }, support);
    expect(placeOf(dropped)).toBe('/centre/work?done=dropped');
    expect((await page('/centre/work', support)).body).not.toContain(path);
    expect((await send(`${path}/send`, {}, support)).status).toBe(409);
  });

  test('shows analysts what waits and lets them decide nothing', async () => {
    const path = await parked();
    const one = await page(`${path}?owner=${issuer.id}`, analyst);
    expect(one.status).toBe(200);
    expect(one.body).not.toContain('<form method="post" action="/centre/work');
    expect((await send(`${path}/drop`, { reason: 'mine' }, analyst)).status).toBe(403);
    expect((await send(`${path}/send`, {}, analyst)).status).toBe(403);
    expect((await send(`${path}/drop`, { reason: 'x' }, support, 'https://elsewhere.test')).status).not.toBe(
      303,
    );
    expect(placeOf(await send(`${path}/send`, {}, support))).toBe('/centre/work?done=begunAgain');
  });

  test('shows entries the reports could not take, why, and puts them aside with a reason', async () => {
    const directory = directoryOf(testEnv.DIRECTORY);
    await directory.addDeadLetter({ book: 2, position: 900, fault: 'no such <table>' });
    const [letter] = await directory.deadLetters('open', 1);
    const path = `/centre/work/dead-letters/${letter?.id}`;
    const one = await page(path, support);
    expect(one.body).toContain('no such &lt;table&gt;');
    expect(one.body).toContain('entry 0 of 900');
    expect(placeOf(await send(`${path}/retry`, {}, support))).toBe(`${path}?done=triedInVain`);
    expect((await send(`${path}/resolve`, { reason: '' }, support)).status).toBe(422);
    expect(placeOf(await send(`${path}/resolve`, { reason: 'a test' }, support))).toBe(
      '/centre/work?done=resolved',
    );
    expect(placeOf(await page(path, support))).toBe('/centre/work?done=over');
  });

  test('says of a transfer that it has ended meanwhile', async () => {
    const path = '/centre/work/transfers/pay_1';
    expect(placeOf(await page(path, analyst))).toBe('/centre/work?done=over');
    expect((await send(`${path}/ask`, {}, analyst)).status).toBe(403);
    expect((await send(`${path}/decide`, { decision: 'done' }, support)).status).toBe(403);
  });
});
