/**
 * What is printed, read back: pictures of codes from a real switch, in every format, size and error-correction
 * level, and the sheets as Chromium prints them, scanned by a reader that has nothing to do with us (ZBar); a PDF is
 * drawn by Poppler first.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
}, 90_000);
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

describe('a sheet, as Chromium prints it', () => {
  let browser: Browser;
  let code: { id: string; payload: string };
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--no-first-run', '--disable-gpu'],
    });
    const { id, api_key } = merchantIn('KGS');
    code = await made(`/v1/merchants/${id}/codes`, api_key, {
      name: 'Терраса',
      amount: 12_550,
      currency: 'KGS',
    });
  });
  afterAll(() => browser?.close());

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
  const said = (pdf: string) => execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' });

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
    const facts = execFileSync('pdfinfo', [pdf], { encoding: 'utf8' });
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
