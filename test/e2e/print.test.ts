/**
 * What is printed, read back: pictures of codes from a real switch, in every format, size and error-correction
 * level, and the sheets as Chromium prints them, scanned by a reader that has nothing to do with us (ZBar); a PDF is
 * drawn by Poppler first. Statements are read by Poppler.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../scripts/sandbox/seed.ts';
import { cleanUp, type Started, start, temporaryFolder } from '../selfhost/harness.ts';

const project = resolve(import.meta.dirname, '../..');

interface Merchant {
  id: string;
  currency: string;
  api_key: string;
}

let tolom: Started;
let folder: string;
const merchants = new Map<string, Merchant>();

beforeAll(async () => {
  folder = temporaryFolder();
  tolom = await start(join(temporaryFolder(), 'state'), {}, [
    process.execPath,
    join(project, 'scripts', 'start.ts'),
  ]);
  const sandbox = JSON.parse(readFileSync(join(tolom.state, 'sandbox.json'), 'utf8'));
  for (const merchant of sandbox.merchants as Merchant[]) merchants.set(merchant.currency, merchant);
}, 180_000);
afterAll(cleanUp);

const merchantIn = (currency: string): Merchant => merchants.get(currency)!;

async function made(path: string, key: string, body: object) {
  const answer = await fetch(`${tolom.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status, path).toBe(201);
  // biome-ignore lint/suspicious/noExplicitAny: read freely, as everywhere in tests
  return (await answer.json()) as any;
}

/** The texts of the QR codes in a picture. */
const scanned = (picture: string): string[] =>
  // It complains where no desktop runs.
  execFileSync('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', picture], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .trim()
    .split('\n');

/** A page of a PDF as a picture, at so many dots an inch. */
function drawn(pdf: string, dpi: number): string {
  execFileSync('pdftoppm', ['-r', String(dpi), '-png', '-singlefile', pdf, pdf]);
  return `${pdf}.png`;
}

let count = 0;
async function fetched(path: string, query: string): Promise<string> {
  const answer = await fetch(`${tolom.url}${path}${query}`);
  expect(answer.status, `${path}${query}`).toBe(200);
  const file = join(folder, `${++count}.${path.split('.').at(-1)}`);
  writeFileSync(file, new Uint8Array(await answer.arrayBuffer()));
  return file;
}

describe.each(['KGS', 'THB'])('a printed code of a %s merchant', (currency) => {
  let code: { payload: string; path: string };
  beforeAll(async () => {
    const { id, api_key } = merchantIn(currency);
    const path = `/v1/merchants/${id}/codes`;
    const printed = await made(path, api_key, { name: 'Terrace', reference: 'table 5' });
    code = { payload: printed.payload, path: `${path}/${printed.id}` };
  });

  test.each(['low', 'medium', 'quartile', 'high'])('scans with %s error correction', async (ecc) => {
    const png = await fetched(`${code.path}/qr.png`, `?ecc=${ecc}&size=640`);
    expect(scanned(png)).toEqual([code.payload]);
    const pdf = await fetched(`${code.path}/qr.pdf`, `?ecc=${ecc}&size=60`);
    expect(scanned(drawn(pdf, 300))).toEqual([code.payload]);
  });

  test('scans as small and as large as it may be', async () => {
    const least = async (format: string, from: number) => {
      const answer = await fetch(`${tolom.url}${code.path}/qr.${format}?size=${from}`);
      expect(answer.status).toBe(422);
      const { explanation } = (await answer.json()) as { explanation: string };
      return explanation.match(/at least (\d+)/)![1]!;
    };
    const png = await fetched(`${code.path}/qr.png`, `?size=${await least('png', 100)}`);
    const pdf = await fetched(`${code.path}/qr.pdf`, `?size=${await least('pdf', 15)}`);
    for (const picture of [png, drawn(pdf, 600)]) expect(scanned(picture)).toEqual([code.payload]);
    const largest = await fetched(`${code.path}/qr.png`, '?size=2000');
    expect(scanned(largest)).toEqual([code.payload]);
  });
});

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--no-first-run', '--disable-gpu'],
  });
});
afterAll(() => browser?.close());

const said = (pdf: string) => execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
const factsOf = (pdf: string) => execFileSync('pdfinfo', [pdf], { encoding: 'utf8' });

describe('a sheet, as Chromium prints it', () => {
  let code: { id: string; payload: string };
  beforeAll(async () => {
    const { id, api_key } = merchantIn('KGS');
    code = await made(`/v1/merchants/${id}/codes`, api_key, {
      name: 'Терраса',
      amount: 12_550,
      currency: 'KGS',
    });
  });

  async function printed(sheet: string, language: string): Promise<string> {
    const context = await browser.newContext({ colorScheme: 'dark' });
    const page = await context.newPage();
    await page.goto(`${tolom.url}/print/codes/${code.id}?sheet=${sheet}&language=${language}`);
    await page.emulateMedia({ media: 'print' });
    const room = await page
      .locator('.sheet')
      .evaluate(({ scrollHeight, clientHeight }) => clientHeight - scrollHeight);
    expect(room).toBe(0);
    const file = join(folder, `${sheet}-${language}.pdf`);
    writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    if (process.env.TOLOM_SCREENSHOTS) {
      await page.screenshot({ path: join(process.env.TOLOM_SCREENSHOTS, `print-${sheet}-${language}.png`) });
    }
    await context.close();
    return file;
  }

  test.each([
    ['a6', 'en', 'Scan to pay'],
    ['a6', 'ky', 'Төлөө үчүн сканерлеңиз'],
    ['a6', 'ru', 'Сканируйте, чтобы заплатить'],
    ['a6', 'th', undefined],
    ['a6', 'km', undefined],
    ['a6', 'zh', undefined],
    ['a4', 'ky', 'Төлөө үчүн сканерлеңиз'],
  ])('%s in %s is one page that scans', async (sheet, language, words) => {
    const pdf = await printed(sheet, language);
    const facts = factsOf(pdf);
    expect(facts).toMatch(/Pages: +1\n/);
    // In points: 105 by 148 mm, 210 by 297 mm.
    expect(facts).toMatch(
      sheet === 'a6' ? /Page size: +29[78]\S* x (?:419|420)/ : /Page size: +59[45]\S* x 84[12]/,
    );
    expect(said(pdf)).toContain('Терраса');
    // The others are drawn by fonts that need not be here, and by shapes that are not read back letter by letter.
    if (words !== undefined) expect(said(pdf).replaceAll(/\s+/g, ' ')).toContain(words);
    expect(scanned(drawn(pdf, sheet === 'a6' ? 200 : 100))).toEqual([code.payload]);
  });
});

describe('a statement, as Chromium prints it', () => {
  const count = 45;
  const amounts = Array.from({ length: count }, (_, index) => 1_000 + index);
  const total = `KGS ${(amounts.reduce((sum, amount) => sum + amount) / 100).toFixed(2)}`;
  let address: string;
  let context: BrowserContext;

  beforeAll(async () => {
    const sandbox: Sandbox = JSON.parse(readFileSync(join(tolom.state, 'sandbox.json'), 'utf8'));
    const { email, password, merchant: id } = sandbox.people.find(({ role }) => role === 'owner')!;
    const { currency, qr } = sandbox.merchants.find((one) => one.id === id)!;
    const payer = sandbox.accounts.find((one) => one.currency === currency)!;
    const { api_key } = sandbox.participants.find((one) => one.id === payer.participant)!;
    for (const amount of amounts) {
      const answer = await fetch(`${tolom.url}/v1/accounts/${payer.id}/payments`, {
        method: 'POST',
        headers: {
          ...{ authorization: `Bearer ${api_key}`, 'content-type': 'application/json' },
          'idempotency-key': crypto.randomUUID(),
        },
        body: JSON.stringify({ payload: qr, amount }),
      });
      expect(await answer.json()).toMatchObject({ status: 'completed' });
    }
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    address = `/print/statements/merchants/${id}?from=${day(-1)}&to=${day(1)}`;
    context = await browser.newContext({ colorScheme: 'dark', baseURL: tolom.url });
    const page = await context.newPage();
    await page.goto(`/sign-in?next=${encodeURIComponent(address)}`);
    await page.locator('[name=email]').fill(email);
    await page.locator('[name=password]').fill(password);
    await page.locator('main form button[type=submit]').first().click();
    await page.waitForURL('**/print/statements/**');
  });
  afterAll(() => context?.close());

  async function printed(language: string): Promise<string> {
    const page = await context.newPage();
    await page.goto(`${address}&lang=${language}`);
    const file = join(folder, `statement-${language}.pdf`);
    writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    await page.close();
    return file;
  }

  test('three pages of A4, each with its head and its sums, and nothing to click', async () => {
    const pdf = await printed('en');
    expect(factsOf(pdf)).toMatch(/Pages: +3\n/);
    expect(factsOf(pdf)).toMatch(/Page size: +59[45]\S* x 84[12]/);
    const pages = said(pdf).split('\f').slice(0, 3);
    for (const [index, text] of pages.entries()) {
      expect(text).toContain(`Page ${index + 1} of 3`);
      expect(text).toMatch(/Time +Entry +Debit +Credit +Balance/);
      expect(text).not.toMatch(/Download|Show/);
    }
    expect(pages[0]).toContain(total);
    const sums = pages.map((text) => /This page .*KGS ([\d.,]+) +KGS [\d.,]+\n/.exec(text)?.[1]);
    const parts = [amounts.slice(0, 17), amounts.slice(17, 41), amounts.slice(41)];
    expect(sums.map((text) => Number(text) * 100)).toEqual(
      parts.map((part) =>
        expect.closeTo(
          part.reduce((sum, amount) => sum + amount),
          5,
        ),
      ),
    );
    expect(pages[2]?.trimEnd()).toMatch(new RegExp(`${total.replace('.', '\\.')}$`));
  });

  test.each(['ky', 'ru', 'th', 'km', 'zh'])('%s is as long', async (language) => {
    expect(factsOf(await printed(language))).toMatch(/Pages: +3\n/);
  });
});
