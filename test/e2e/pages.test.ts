/**
 * Every page in a real browser, against a real switch: it fits a phone and a desktop in light and dark,
 * its security policy blocks nothing of its own, and the pay page turns green by itself.
 * `TOLOM_SCREENSHOTS=folder` keeps a picture of each.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { payTexts } from '../../src/web/pay/texts.ts';
import { cleanUp, type Started, start, temporaryFolder } from '../selfhost/harness.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const pictures = process.env.TOLOM_SCREENSHOTS;
const project = resolve(import.meta.dirname, '../..');

interface Sandbox {
  participants: { id: string; api_key: string }[];
  accounts: { id: string; participant: string; currency: string }[];
  merchants: { id: string; currency: string; api_key: string }[];
}

const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true,
};
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

// A machine without a browser still runs everything else.
describe.skipIf(!existsSync(executablePath))('in a browser', () => {
  let tolom: Started;
  let browser: Browser;
  let sandbox: Sandbox;

  beforeAll(async () => {
    tolom = await start(join(temporaryFolder(), 'state'), {}, [
      process.execPath,
      join(project, 'scripts', 'start.ts'),
    ]);
    sandbox = JSON.parse(readFileSync(join(tolom.state, 'sandbox.json'), 'utf8'));
    const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'];
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet.map((what) => `--disable-${what}`)],
    });
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
  });

  async function send(path: string, key: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`${tolom.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
    expect(answer.status, path).toBe(201);
    return (await answer.json()) as Record<string, unknown>;
  }

  interface Order {
    link: string;
    qr: { payload: string };
  }

  async function newOrder(more: object = {}): Promise<Order> {
    const shop = sandbox.merchants.find(({ currency }) => currency === 'KGS')!;
    const body = { amount: 12_550, currency: 'KGS', description: 'Эки нан, бир чай', ...more };
    return (await send(`/v1/merchants/${shop.id}/orders`, shop.api_key, body)) as unknown as Order;
  }

  async function payFor(order: Order): Promise<void> {
    const account = sandbox.accounts.find(({ currency }) => currency === 'KGS')!;
    const issuer = sandbox.participants.find(({ id }) => id === account.participant)!;
    const body = { payload: order.qr.payload };
    const payment = await send(`/v1/accounts/${account.id}/payments`, issuer.api_key, body);
    expect(payment.status).toBe('completed');
  }

  /** A page of a fresh browser that notes whatever its console or its security policy complains about. */
  async function newPage(options: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }> {
    const page = await (await browser.newContext(options)).newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(tolom.url) && !request.url().startsWith('data:')) {
        complaints.push(`asked ${request.url()}`);
      }
    });
    return { page, complaints };
  }

  /** How far the page, or an amount in its card, is wider than its place. */
  const wider = (page: Page): Promise<number> =>
    page.evaluate(
      `Math.max(...[document.documentElement, ...document.querySelectorAll('.amount, .status')]
        .map((element) => element.scrollWidth - element.clientWidth))`,
    );

  const sizes = { phone, desktop };
  const views = (['phone', 'desktop'] as const).flatMap((size) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ size, colorScheme })),
  );

  test.each(views)('every page fits a $size in $colorScheme', async ({ size, colorScheme }) => {
    const order = await newOrder();
    const large = await newOrder({ amount: Number.MAX_SAFE_INTEGER, description: 'а'.repeat(140) });
    const { page, complaints } = await newPage({ ...sizes[size], colorScheme });
    const addresses: [name: string, address: string][] = [
      ['home', `${tolom.url}/`],
      ['docs', `${tolom.url}/docs`],
      ['guides', `${tolom.url}/docs/guides`],
      ['refusals', `${tolom.url}/docs/refusals?lang=ru`],
      ['large', large.link],
      ...languages.map((language): [string, string] => [`pay-${language}`, `${order.link}&lang=${language}`]),
    ];
    for (const [name, address] of addresses) {
      expect((await page.goto(address))?.status(), name).toBe(200);
      expect(await wider(page), name).toBeLessThanOrEqual(0);
      const broken = 'Array.from(document.images).filter((image) => !image.naturalWidth).length';
      expect(await page.evaluate(broken), name).toBe(0);
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${size}-${colorScheme}.png`) });
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('the pay page counts down, and says paid by itself', async () => {
    const order = await newOrder();
    const { page, complaints } = await newPage(phone);
    await page.goto(`${order.link}&lang=ky`);
    expect(await page.getByRole('status').textContent()).toBe(payTexts.ky.open);
    expect(await page.getByRole('timer').textContent()).toMatch(/^14:\d\d$|^15:00$/);
    await payFor(order);
    await page.getByText(payTexts.ky.paidNext).waitFor({ timeout: 10_000 });
    expect(await page.title()).toContain(payTexts.ky.paid);
    expect(await page.locator('img').count()).toBe(0);
    if (pictures) await page.screenshot({ path: join(pictures, 'paid.png') });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('without script the browser looks again', async () => {
    const order = await newOrder();
    const { page } = await newPage({ ...phone, javaScriptEnabled: false });
    await page.goto(order.link);
    await payFor(order);
    await page.getByText(payTexts.en.paidNext).waitFor({ timeout: 15_000 });
    await page.context().close();
  });

  test('without a connection it says so, and recovers', async () => {
    const order = await newOrder();
    const { page } = await newPage(phone);
    await page.goto(order.link);
    await page.context().setOffline(true);
    await page.getByText(payTexts.en.offline).waitFor({ timeout: 10_000 });
    await payFor(order);
    await page.context().setOffline(false);
    await page.getByText(payTexts.en.paidNext).waitFor({ timeout: 10_000 });
    await page.context().close();
  });

  test('the language switcher keeps the order', async () => {
    const order = await newOrder();
    const { page } = await newPage(desktop);
    await page.goto(order.link);
    await page.getByRole('link', { name: 'Кыргызча' }).click();
    await page.getByText(payTexts.ky.openNext).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ky');
    await page.context().close();
  });
});
