/**
 * Pages as people use them: one switch and one Chromium for a test file, contexts of a phone or a desk, what the console
 * complains about, whether it is accessible, and pictures of every page under `test/e2e/artifacts`.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { expect } from 'vitest';
import type { Sandbox } from '../../../scripts/sandbox/seed.ts';
import { cleanUp, type Started, start, temporaryFolder } from '../../selfhost/harness.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const project = resolve(import.meta.dirname, '../../..');
const artifacts = join(project, 'test', 'e2e', 'artifacts');
const axeScript = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A machine without a browser still runs everything else: `describe.skipIf(!hasBrowser)`. */
export const hasBrowser = existsSync(executablePath);

export const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true,
};
export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

export interface Stage {
  readonly tolom: Started;
  readonly browser: Browser;
  readonly sandbox: Sandbox;
  close(): Promise<void>;
}

/** Starts a switch with its sandbox and a browser: call it in `beforeAll`, `close` in `afterAll`. Neither stays if one fails. */
export async function openStage(environment: Record<string, string> = {}): Promise<Stage> {
  try {
    return await opened(environment);
  } catch (fault) {
    await cleanUp();
    throw fault;
  }
}

async function opened(environment: Record<string, string>): Promise<Stage> {
  const tolom = await start(join(temporaryFolder(), 'state'), environment, [
    process.execPath,
    join(project, 'scripts', 'start.ts'),
  ]);
  const sandbox: Sandbox = JSON.parse(readFileSync(join(tolom.state, 'sandbox.json'), 'utf8'));
  const browser = await launch();
  const close = async () => {
    await browser.close();
    await cleanUp();
  };
  return { tolom, browser, sandbox, close };
}

/** Another browser beside the stage's, e.g. one that has a camera. */
export function launch(...more: string[]): Promise<Browser> {
  const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'];
  const off = quiet.map((what) => `--disable-${what}`);
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--no-first-run', ...off, ...more],
  });
}

export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Whatever the console or the security policy complained about, and every host asked that is not the switch. */
  readonly complaints: string[];
}

/** A page of a fresh browser: nobody is signed in, nothing is kept. */
export async function openPage(
  { browser, tolom }: Pick<Stage, 'browser' | 'tolom'>,
  options: BrowserContextOptions,
): Promise<Opened> {
  const context = await browser.newContext({ baseURL: tolom.url, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(tolom.url)) {
      complaints.push(`asked ${request.url()}`);
    }
  });
  return { page, context, complaints };
}

interface AxeResults {
  violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
}

/** Fails with what an accessibility check finds wrong on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // By the debugger, which the page's security policy does not bind.
  await page.evaluate(axeScript);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
  expect(found, page.url()).toEqual([]);
}

/** Fails when the page is wider than its window. */
export async function expectFits(page: Page): Promise<void> {
  const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
  expect(await page.evaluate(tooWide), page.url()).toBeLessThanOrEqual(0);
}

/** Fails when a heading has letters that no font of this machine can draw: they would all be the same box. */
export async function expectLetters(page: Page): Promise<void> {
  const missing = await page.evaluate<string[]>(`(() => {
    const heading = document.querySelector('h1');
    const pixels = (text) => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d');
      context.font = '48px ' + getComputedStyle(heading).fontFamily;
      context.fillText(text, 40, 80);
      return canvas.toDataURL();
    };
    const box = pixels('\u{10fffd}');
    return [...heading.textContent].filter((letter) => letter.trim() !== '' && pixels(letter) === box);
  })()`);
  expect(missing, page.url()).toEqual([]);
}

/** Bytes of script a page has loaded, as a browser that caches nothing pays for them. */
export async function scriptBytes(page: Page): Promise<number> {
  const sizes = await page.evaluate(
    `performance.getEntriesByType('resource').filter(({ initiatorType }) => initiatorType === 'script')
      .map(({ decodedBodySize }) => decodedBodySize)`,
  );
  return (sizes as number[]).reduce((sum, size) => sum + size, 0);
}

/** Keeps a picture of what the window shows. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  await page.screenshot({ path: join(artifacts, `${name}.png`) });
}
