/** The centre's pages of schedules: a report that is made by itself, its files, and who may have one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { type Declared, questionsOf } from '../../src/web/centre/reports/declared.ts';
import { type Browser, newStaffPerson, site } from '../support/people.ts';
import { type Answer, call, migrate } from '../support/switch.ts';

const place = '/centre/reports/schedules';
let analyst: Browser;
let support: Browser;

beforeAll(async () => {
  await migrate();
  [analyst, support] = [await newStaffPerson('analyst'), await newStaffPerson('support')];
});

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>): Promise<Answer> =>
  call('GET', path, { headers: { cookie } });
const placeOf = ({ headers }: Answer): string => headers.get('location') ?? '';
const send = (path: string, fields: Record<string, string>, { cookie }: Browser): Promise<Answer> =>
  call('POST', path, {
    body: String(new URLSearchParams(fields)),
    headers: { cookie, origin: site, 'content-type': 'application/x-www-form-urlencoded' },
  });
const linksIn = (body: string): string[] =>
  [...body.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
/** An address with its parameters in order. */
const inOrder = (href: string): string => {
  const { pathname, searchParams } = new URL(href, site);
  searchParams.sort();
  return `${pathname}?${searchParams}`;
};
const wish = {
  name: 'Volumes <daily>',
  report: 'volumes',
  format: 'xlsx',
  at: '06:30',
  zone: 'Asia/Bishkek',
};

it('a schedule is made, run, paused, resumed and deleted', async () => {
  expect((await page(place, analyst)).body).toContain('No schedules yet.');
  expect((await page(`${place}/new`, analyst)).body).toContain(`href="${place}/new?report=volumes"`);
  expect((await page(`${place}/new?report=volumes`, analyst)).body).toContain('value="Asia/Bishkek"');
  const made = await send(
    `${place}/new`,
    { ...wish, every: 'week', weekday: 'fri', month_day: '1' },
    analyst,
  );
  const path = placeOf(made).replace('?done=saved', '');
  expect(path).toMatch(/^\/centre\/reports\/schedules\/\w+$/);
  const { body } = await page(path, support);
  for (const text of ['Volumes &lt;daily&gt;', 'Friday', '06:30', 'Active']) expect(body).toContain(text);
  expect(body).not.toContain(`${path}/run`);
  expect(placeOf(await send(`${path}/run`, {}, analyst))).toBe(`${path}?done=fileBegun`);
  expect((await page(path, analyst)).body).toMatch(/\d{4}-\d\d-\d\d – \d{4}-\d\d-\d\d/);
  expect(placeOf(await send(`${path}/pause`, {}, analyst))).toBe(`${path}?done=saved`);
  expect((await page(path, analyst)).body).toContain('Paused');
  await send(`${path}/resume`, {}, analyst);
  for (const language of languages) {
    for (const one of ['', '/new', '/new?report=volumes', path.replace(place, '')]) {
      expect(
        (await page(`${place}${one}${one.includes('?') ? '&' : '?'}lang=${language}`, analyst)).status,
      ).toBe(200);
    }
  }
  expect(placeOf(await send(`${path}/remove`, {}, analyst))).toBe(`${place}?done=saved`);
  expect((await page(path, analyst)).status).toBe(404);
});

it('what was typed wrongly stays, and is named', async () => {
  const wrong = await send(`${place}/new`, { ...wish, every: 'day', at: '25:00', zone: 'Mars' }, analyst);
  expect(wrong.status).toBe(422);
  for (const text of ['field-at-error', 'field-zone-error', 'value="25:00"', 'value="Mars"']) {
    expect(wrong.body).toContain(text);
  }
  expect(wrong.body).toContain('Volumes &lt;daily&gt;');
});

describe('the filters of a report', () => {
  const filtersOf = async (path: string) =>
    (await analyst.get(`/v1/centre/report-schedules/${path.split('/').at(-1)}`)).body.filters;

  it('come with the schedule that is made from its page, without its days', async () => {
    const report = '/centre/reports/volumes?from=2026-01-01&to=2026-01-02&by=merchant&kind=refund';
    const next = `${place}/new?by=merchant&kind=refund&report=volumes`;
    const shown = (await page(report, analyst)).body;
    expect(linksIn(shown).map(inOrder)).toContain(inOrder(next));
    expect(linksIn((await page(report, support)).body).map(inOrder)).not.toContain(inOrder(next));
    const { body } = await page(next, analyst);
    expect(body).toMatch(/<option value="refund" selected/);
    expect(body).toMatch(/<option value="merchant" selected/);
    expect(body).not.toContain('name="from"');
    const fields = { ...wish, every: 'day', kind: 'refund', by: 'merchant', status: '', from: '2026-01-01' };
    const made = placeOf(await send(`${place}/new`, fields, analyst)).replace('?done=saved', '');
    expect(await filtersOf(made)).toEqual({ kind: 'refund', by: 'merchant' });
    expect((await page(made, support)).body).toContain('Kind: Refund, Merchant');
  });

  it('are offered as the report declares them, whichever it is; none is called as a field of the form', async () => {
    const { data } = (await analyst.get('/v1/centre/reports')).body as unknown as { data: Declared[] };
    const ownFields = ['name', 'report', 'format', 'every', 'weekday', 'month_day', 'at', 'zone'];
    for (const report of data) {
      const { body } = await page(`${place}/new?report=${report.name}`, analyst);
      for (const { name } of questionsOf(report)) {
        expect(body, report.name).toContain(`name="${name}"`);
        expect(ownFields).not.toContain(name);
      }
      const fields = { ...wish, report: report.name, every: 'day' };
      const made = placeOf(await send(`${place}/new`, fields, analyst));
      expect(made, report.name).toMatch(/\?done=saved$/);
      expect(await filtersOf(made.replace('?done=saved', ''))).toEqual({});
    }
  });

  it('that it does not take are named, and what was typed stays', async () => {
    const fields = { ...wish, report: 'payments', every: 'day', merchant: '<nobody>', status: 'declined' };
    const wrong = await send(`${place}/new`, fields, analyst);
    expect(wrong.status).toBe(422);
    for (const text of [
      'field-merchant-error',
      'value="&lt;nobody&gt;"',
      '<option value="declined" selected',
    ]) {
      expect(wrong.body).toContain(text);
    }
    expect(wrong.body).not.toContain('field-status-error');
  });
});

it('support reads schedules and makes none; nobody comes in without signing in', async () => {
  expect((await page(place, support)).body).not.toContain(`${place}/new`);
  expect((await page(`${place}/new`, support)).status).toBe(403);
  expect((await send(`${place}/new`, { ...wish, every: 'day' }, support)).status).toBe(403);
  expect((await call('GET', place)).status).toBe(303);
});
