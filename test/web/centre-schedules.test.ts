/** The centre's pages of schedules: a report that is made by itself, its files, and who may have one. */
import { beforeAll, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
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
const wish = {
  name: 'Volumes <daily>',
  report: 'volumes',
  format: 'xlsx',
  at: '06:30',
  zone: 'Asia/Bishkek',
};

it('a schedule is made, run, paused, resumed and deleted', async () => {
  expect((await page(place, analyst)).body).toContain('No schedules yet.');
  expect((await page(`${place}/new`, analyst)).body).toContain('value="Asia/Bishkek"');
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
    for (const one of ['', '/new', path.replace(place, '')]) {
      expect((await page(`${place}${one}?lang=${language}`, analyst)).status).toBe(200);
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

it('support reads schedules and makes none; nobody comes in without signing in', async () => {
  expect((await page(place, support)).body).not.toContain(`${place}/new`);
  expect((await page(`${place}/new`, support)).status).toBe(403);
  expect((await send(`${place}/new`, { ...wish, every: 'day' }, support)).status).toBe(403);
  expect((await call('GET', place)).status).toBe(303);
});
