/** The centre's pages of reports: one page for every declared report, its rows as a file, and who may see what. */
import { beforeAll, describe, expect, it } from 'vitest';
import { clockIn, dayAfter, languages } from '../../src/kernel/index.ts';
import { reports } from '../../src/reports/tables/index.ts';
import type { Declared } from '../../src/web/centre/reports/declared.ts';
import { ReportPage } from '../../src/web/centre/reports/report.tsx';
import { render } from '../../src/web/respond.tsx';
import { type Browser, newStaffPerson, site } from '../support/people.ts';
import { type Answer, call, freshKey, get, migrate, post, testEnv, until } from '../support/switch.ts';
import { type Issuer, newIssuer, newPayer, newShop, type Payer, pay, type Shop } from '../support/town.ts';

let analyst: Browser;
let support: Browser;
let issuer: Issuer;
let payer: Payer;
let shop: Shop;
let payment: string;

const page = (path: string, { cookie }: Pick<Browser, 'cookie'>): Promise<Answer> =>
  call('GET', path, { headers: { cookie } });
const send = (path: string, fields: Record<string, string>, { cookie }: Browser): Promise<Answer> =>
  call('POST', path, {
    body: String(new URLSearchParams(fields)),
    headers: { cookie, origin: site, 'content-type': 'application/x-www-form-urlencoded' },
  });

const visitAt = (time: string) =>
  ({ language: 'en', theme: 'system', path: '/', search: '', nowMs: Date.parse(time) }) as const;

beforeAll(async () => {
  await migrate();
  [analyst, support] = [await newStaffPerson('analyst'), await newStaffPerson('support')];
  issuer = await newIssuer();
  payer = await newPayer(issuer, 1_000_000);
  shop = await newShop();
  const { payload } = (await get(`/v1/merchants/${shop.id}`, shop.key)).body.qr;
  payment = (await pay(issuer, payer, { payload, amount: 12_550, reference: 'till <7>' })).body.id;
  await until(
    () => page('/centre/reports/payments', analyst),
    ({ body }) => body.includes(payment),
  );
});

describe('the list of reports', () => {
  it('names every report and what it answers, in every language', async () => {
    for (const language of languages) {
      const { status, body } = await page(`/centre/reports?lang=${language}`, analyst);
      expect(status).toBe(200);
      for (const { name } of reports) expect(body).toContain(`href="/centre/reports/${name}"`);
    }
  });

  it('has yesterday’s totals as a spreadsheet at hand', async () => {
    const { body } = await page('/centre/reports', analyst);
    const href = /href="(\/v1\/centre\/reports\/volumes[^"]*format=xlsx)"/.exec(body)?.[1] ?? '';
    const yesterday = dayAfter(clockIn('Asia/Bishkek', Date.now()).day, -1);
    expect(href).toContain(`from=${yesterday}&amp;to=${yesterday}`);
    const file = await page(href.replaceAll('&amp;', '&'), analyst);
    expect(file.status).toBe(200);
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="volumes.xlsx"');
  });

  it('leaves out what the role may not read, and refuses it', async () => {
    expect((await page('/centre/reports', support)).body).not.toContain('/centre/reports/audit');
    expect((await page('/centre/reports/audit', support)).status).toBe(403);
    expect((await page('/centre/reports/nothing', support)).status).toBe(404);
  });

  it('sends whoever has not signed in to do so', async () => {
    for (const path of ['/centre/reports', '/centre/reports/payments', '/centre/reports/files']) {
      const answer = await call('GET', path);
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
    }
  });
});

describe('a report', () => {
  it.each(reports.map(({ name }) => name))('%s is shown in every language', async (name) => {
    for (const language of languages) {
      const answer = await page(`/centre/reports/${name}?lang=${language}`, analyst);
      expect(answer, `${name} ${language}`).toMatchObject({ status: 200 });
      expect(answer.body).toContain(`format=xlsx`);
    }
  });

  it('of rows leads to what they are about, and shows nothing as markup', async () => {
    const { body } = await page(`/centre/reports/payments?merchant=${shop.id}`, analyst);
    expect(body).toContain(`href="/centre/payments/${payment}"`);
    expect(body).toContain(`href="/centre/merchants/${shop.id}"`);
    expect(body).toContain('till &lt;7&gt;');
    expect(body).toMatch(/KGS\s125\.50/);
  });

  it('of refunds leads to the payment they are of', async () => {
    const path = `/v1/merchants/${shop.id}/payments/${payment}/refunds`;
    const { id } = (await post(path, shop.key, { amount: 50 }, freshKey())).body;
    const link = `/centre/search?q=${id}`;
    await until(
      () => page('/centre/reports/refunds', analyst),
      ({ body }) => body.includes(`href="${link}"`),
    );
    expect((await page(link, analyst)).headers.get('location')).toBe(`/centre/payments/${payment}`);
  });

  it('takes its days in the scheme’s zone', async () => {
    const { day } = clockIn('Asia/Bishkek', Date.now());
    const on = (one: string) =>
      page(`/centre/reports/payments?merchant=${shop.id}&from=${one}&to=${one}`, analyst);
    // Whatever midnight the test runs over, the payment was on one of them.
    const found = await Promise.all([on(dayAfter(day, -1)), on(day)]);
    expect(found.some(({ body }) => body.includes(payment))).toBe(true);
    expect((await on(dayAfter(day, 2))).body).toContain('Nothing matches');
  });

  it('in groups is added up by what was chosen, with its totals', async () => {
    const asked = `merchant=${shop.id}&kind=payment&status=completed`;
    const byMerchant = await page(`/centre/reports/volumes?by=merchant&${asked}`, analyst);
    expect(byMerchant.body).toMatch(/<tfoot>.*125\.50.*<\/tfoot>/s);
    expect(byMerchant.body).toMatch(/<a href="[^"]*by=merchant[^"]*" aria-current="page">Merchant<\/a>/);
    expect(byMerchant.body).toMatch(new RegExp(`href="/centre/merchants/${shop.id}"[^>]*>Дордой базар</a>`));
    expect(byMerchant.body).toContain('class="chart"');
  });

  it('keeps what was typed wrongly, and says so beside it', async () => {
    const answer = await page('/centre/reports/payments?merchant=%3Cb%3E&from=2026-13-40', analyst);
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('field-merchant-error');
    expect(answer.body).toContain('field-from-error');
    expect(answer.body).toContain('value="&lt;b&gt;"');
    expect(answer.body).not.toContain('<b>');
  });

  it('says until when it is complete, and warns when it is behind', async () => {
    const fresh = await page('/centre/reports/payments', analyst);
    expect(fresh.body).toContain('Complete up to');
    expect(fresh.body).not.toContain('This report is behind');
    const { data } = (await analyst.get('/v1/centre/reports')).body;
    const behind = (report: Declared) =>
      render(
        <ReportPage
          {...{ report, asked: {}, names: new Map(), charts: undefined, zone: 'Asia/Bishkek' }}
          {...{ problem: undefined, errors: {}, file: () => '', schedules: true }}
          rows={{ data: [], next_cursor: null, complete_up_to: '2026-11-20T10:00:00.000Z' }}
        />,
        visitAt('2026-11-20T10:05:00.000Z'),
      );
    expect(await behind(data.find(({ name }: Declared) => name === 'payments'))).toContain('is behind');
    // What is read from the directory itself is always as it is.
    expect(await behind(data.find(({ name }: Declared) => name === 'merchants'))).not.toContain('is behind');
  });
});

describe('a file of a report', () => {
  const jobs = async () => (await analyst.get('/v1/centre/report-jobs')).body.data;

  it('is made of what the page shows, is downloaded, and is made again', async () => {
    const fields = { merchant: shop.id, format: 'csv', from: '2026-01-01' };
    const made = await send('/centre/reports/payments/files', fields, analyst);
    expect(made.headers.get('location')).toBe('/centre/reports/files?done=fileBegun');
    const [job] = await until(jobs, ([one]) => one?.status === 'finished');
    expect(job.filters).toMatchObject({
      merchant: shop.id,
      kind: 'payment',
      'created[gte]': '2025-12-31T18:00:00.000Z',
    });
    const list = await page('/centre/reports/files?done=fileBegun', analyst);
    expect(list.body).toContain('The file is being made');
    expect(list.body).toContain(`/v1/centre/report-jobs/${job.id}/file`);
    expect(list.body).toContain(job.sha256);
    expect(list.body).toContain('2026-01-01');
    expect((await page(`/v1/centre/report-jobs/${job.id}/file`, analyst)).body).toContain(payment);
    const again = new URLSearchParams(
      [...list.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name, value]) => [name ?? '', value ?? ''],
      ),
    );
    expect(Object.fromEntries(again)).toEqual({ ...fields, kind: 'payment' });
  });

  it('of what is no report, or in no format, is refused', async () => {
    expect((await send('/centre/reports/nothing/files', { format: 'csv' }, analyst)).status).toBe(404);
    expect((await send('/centre/reports/payments/files', { format: 'pdf' }, analyst)).status).toBe(422);
  });

  it('is stopped', async () => {
    const [job] = await jobs();
    await testEnv.REPORTS.prepare("UPDATE report_job SET status = 'running' WHERE id = ?").bind(job.id).run();
    expect((await page('/centre/reports/files', analyst)).body).toContain('Is being made');
    const stopped = await send(`/centre/reports/files/${job.id}/cancel`, {}, analyst);
    expect(stopped.headers.get('location')).toBe('/centre/reports/files?done=fileStopped');
    expect((await page('/centre/reports/files', analyst)).body).toContain('Stopped');
  });
});
