/**
 * Every page in a real browser, against a real switch: it fits a phone and a desktop in light and dark,
 * its security policy blocks nothing of its own, the pay page turns green by itself, and the documentation makes
 * the calls it describes.
 */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages, refusalText } from '../../src/kernel/index.ts';
import { payTexts } from '../../src/web/pay/texts.ts';
import {
  desktop,
  expectAccessible,
  hasBrowser,
  openPage,
  openStage,
  phone,
  picture,
  type Stage,
} from './support/browser.ts';

describe.skipIf(!hasBrowser)('in a browser', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  }, 180_000);
  afterAll(() => stage?.close());

  async function send(path: string, key: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`${stage.tolom.url}${path}`, {
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
    const shop = stage.sandbox.merchants.find(({ currency }) => currency === 'KGS')!;
    const body = { amount: 12_550, currency: 'KGS', description: 'Эки нан, бир чай', ...more };
    return (await send(`/v1/merchants/${shop.id}/orders`, shop.api_key, body)) as unknown as Order;
  }

  async function payFor(order: Order): Promise<void> {
    const account = stage.sandbox.accounts.find(({ currency }) => currency === 'KGS')!;
    const issuer = stage.sandbox.participants.find(({ id }) => id === account.participant)!;
    const body = { payload: order.qr.payload };
    const payment = await send(`/v1/accounts/${account.id}/payments`, issuer.api_key, body);
    expect(payment.status).toBe('completed');
  }

  const newPage = (options: BrowserContextOptions) => openPage(stage, options);

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
      ['home', `${stage.tolom.url}/`],
      ['docs', `${stage.tolom.url}/docs`],
      ['guides', `${stage.tolom.url}/docs/guides`],
      ['refusals', `${stage.tolom.url}/docs/refusals?lang=ru`],
      ['large', large.link],
      ...languages.map((language): [string, string] => [`pay-${language}`, `${order.link}&lang=${language}`]),
    ];
    for (const [name, address] of addresses) {
      expect((await page.goto(address))?.status(), name).toBe(200);
      expect(await wider(page), name).toBeLessThanOrEqual(0);
      const broken = 'Array.from(document.images).filter((image) => !image.naturalWidth).length';
      expect(await page.evaluate(broken), name).toBe(0);
      await picture(page, `${name}-${size}-${colorScheme}`);
      // The documentation is long: once is enough.
      if (size === 'phone' && (name !== 'docs' || colorScheme === 'dark')) await expectAccessible(page);
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
    await picture(page, 'pay-paid');
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

  /** Opens an operation's form with the keyboard. */
  async function openForm(page: Page, operation: string): Promise<Locator> {
    const details = page.locator(`#${operation} .try-it`);
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    return details.locator('form');
  }

  test.each(views)('a reader of the documentation pays, on a $size in $colorScheme', async (view) => {
    const { size, colorScheme } = view;
    const order = await newOrder();
    const account = stage.sandbox.accounts.find(({ currency }) => currency === 'KGS')!;
    const key = stage.sandbox.participants.find(({ id }) => id === account.participant)!.api_key;
    const { page, complaints } = await newPage({ ...sizes[size], colorScheme });
    await page.goto(`${stage.tolom.url}/docs`);

    const read = await openForm(page, 'get-v1-accounts-account');
    const balanceOf = async (): Promise<number> => {
      const said = await read.getByRole('status').textContent();
      await read.getByLabel('account').press('Enter');
      const saysAnew = async () => {
        const now = (await read.getByRole('status').textContent()) ?? '';
        return now !== said && now.startsWith('Answered 200');
      };
      await expect.poll(saysAnew, { timeout: 10_000 }).toBe(true);
      return JSON.parse((await read.locator('pre').textContent())!).balance.amount;
    };
    await read.getByLabel('account').fill(account.id);
    await read.getByLabel('account').press('Enter');
    await read.getByText('This call needs a key.').waitFor();
    await read.getByRole('link').click();
    await page.keyboard.type(key);
    const before = await balanceOf();
    expect(await read.getByRole('status').textContent()).toMatch(/ in \d+ ms, request \S+\.$/);

    const pay = await openForm(page, 'post-v1-accounts-account-payments');
    const send = pay.getByRole('button', { name: 'Send' });
    const intent = pay.getByLabel('Idempotency-Key');
    const firstIntent = await intent.inputValue();
    expect(firstIntent).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    await pay.getByLabel('account').fill(account.id);
    await pay.getByLabel('Body').fill(JSON.stringify({ payload: order.qr.payload }));
    await send.click();
    await pay.getByText('Answered 201').waitFor();
    const payment = JSON.parse((await pay.locator('pre').textContent())!);
    expect(payment).toMatchObject({ status: 'completed', amount: { amount: 12_550 } });
    expect(await balanceOf()).toBe(before - 12_550);
    expect(await wider(page)).toBeLessThanOrEqual(0);
    await picture(page, `try-${size}-${colorScheme}`);

    await pay.getByLabel('Body').fill('{ "payload": ');
    await send.click();
    await pay.getByText('The body is no JSON').waitFor();
    expect(await pay.getByLabel('Body').getAttribute('aria-invalid')).toBe('true');
    expect(complaints).toEqual([]);

    await pay.getByRole('button', { name: 'New' }).click();
    expect(await intent.inputValue()).not.toBe(firstIntent);
    await pay.getByLabel('Body').fill('{ "payload": 7 }');
    await send.click();
    await pay.getByText('Refused with 422').waitFor();
    const why = pay.getByRole('link');
    expect(await why.textContent()).toBe(refusalText('request.invalid', 'en'));
    expect(await why.getAttribute('href')).toBe('/docs/refusals#request.invalid');
    expect(await pay.locator('pre').textContent()).toContain('"pointer": "/payload"');
    await picture(page, `try-refused-${size}-${colorScheme}`);

    // The browser itself notes the refused call.
    expect(complaints).toEqual([expect.stringContaining('422')]);
    expect(page.url() + (await page.content())).not.toContain(key);
    expect(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length')).toBe(
      0,
    );
    await page.context().close();
  });

  test('without script the documentation has no forms to see', async () => {
    const { page } = await newPage({ ...phone, javaScriptEnabled: false });
    await page.goto(`${stage.tolom.url}/docs`);
    expect(await page.locator('form').count()).toBeGreaterThan(100);
    expect(await page.locator('.try-it:visible').count()).toBe(0);
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
