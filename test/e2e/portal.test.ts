/**
 * The portal as a new merchant meets it: from the landing page to the first payment received, on a phone, with a wallet
 * in a second window, without reading anything; then every page for its accessibility, its width and its script.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { codeTexts } from '../../src/web/portal/codes/texts.ts';
import { todayTexts } from '../../src/web/portal/today/texts.ts';
import {
  expectAccessible,
  expectFits,
  hasBrowser,
  openPage,
  openStage,
  phone,
  picture,
  type Stage,
  scriptBytes,
} from './support/browser.ts';

const scriptBytesMax = 100_000;
const password = 'seven quiet yurts';

describe.skipIf(!hasBrowser)('the portal in a browser', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  }, 180_000);
  afterAll(() => stage?.close());

  /** From the landing page, as whoever sees it for the first time. */
  async function openAccount(page: Page, business: string): Promise<void> {
    await page.goto('/');
    await page.getByRole('link', { name: 'Open an account' }).click();
    await page.locator('[name=business]').fill(business);
    await page.locator('[name=city]').fill('Bishkek');
    await page.locator('[name=email]').fill(`${crypto.randomUUID()}@example.kg`);
    await page.locator('[name=password]').fill(password);
    await page.locator('main form button[type=submit]').click();
    await page.waitForURL('**/portal');
  }

  test('a new merchant is paid, and sees it at once', async () => {
    const { page, context, complaints } = await openPage(stage, phone);
    await openAccount(page, 'Ала-Тоо кофе');
    const say = todayTexts('en');
    await page.getByText(say('welcome')).waitFor();
    await picture(page, 'portal-first-phone');
    await expectAccessible(page);
    await page.getByRole('button', { name: say('makeCode') }).click();
    await page.getByText('Your QR code is ready.').waitFor();
    await picture(page, 'portal-code-new-phone');

    // The buyer's phone.
    const wallet = await context.newPage();
    const pay = page.getByRole('link', { name: 'Pay it with the wallet simulator' });
    const href = await pay.getAttribute('href');
    await wallet.goto(href ?? '');
    await wallet.locator('[name=currency]').first().click();
    await wallet.locator('[name=amount]').fill('125.50');
    await wallet.locator('main form button[type=submit]').first().click();
    await wallet.waitForURL('**/result');

    await page.bringToFront();
    await page.locator('#code-payments').getByText('KGS 125.50').first().waitFor({ timeout: 30_000 });
    await picture(page, 'portal-code-paid-phone');
    await page.getByRole('link', { name: 'Today' }).click();
    await page.getByRole('heading', { name: say('newest') }).waitFor();
    await picture(page, 'portal-today-phone');

    // Another one, while Today is looked at.
    await wallet.goto(href ?? '');
    await wallet.locator('[name=amount]').fill('80');
    await wallet.locator('main form button[type=submit]').first().click();
    await wallet.waitForURL('**/result');
    await page.bringToFront();
    await page.getByRole('status').getByText('New payment: KGS 80.00').waitFor({ timeout: 30_000 });
    await picture(page, 'portal-today-live-phone');
    expect(complaints).toEqual([]);
    await context.close();
  }, 240_000);

  /** Calls the API from the page, as its scripts may. */
  const post = (page: Page, path: string, body: unknown): Promise<{ id: string; qr: { payload: string } }> =>
    page.evaluate(
      `fetch('${path}', { method: 'POST', body: ${JSON.stringify(JSON.stringify(body))},
        headers: { 'content-type': 'application/json' } }).then((answer) => answer.json())`,
    );

  async function pay(payload: string): Promise<void> {
    const account = stage.sandbox.accounts.find(({ currency }) => currency === 'KGS')!;
    const issuer = stage.sandbox.participants.find(({ id }) => id === account.participant)!;
    const answer = await fetch(`${stage.tolom.url}/v1/accounts/${account.id}/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${issuer.api_key}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify({ payload }),
    });
    expect(await answer.json()).toMatchObject({ status: 'completed' });
  }

  test('every page is accessible, fits a phone and a desk, and loads little script', async () => {
    const { page, context, complaints } = await openPage(stage, phone);
    await openAccount(page, 'Дордой базар');
    const merchant = await page.evaluate<string>(
      `fetch('/v1/me').then((me) => me.json()).then((me) => me.merchant.id)`,
    );
    const of = (path: string) => `/v1/merchants/${merchant}${path}`;
    const sale = (amount: number) => ({ amount, currency: 'KGS', description: 'Эки нан, бир чай' });
    for (const amount of [12_550, 8_000, 990])
      await pay((await post(page, of('/orders'), sale(amount))).qr.payload);
    const order = await post(page, of('/orders'), { ...sale(4_500), reference: 'A-17' });
    const code = await post(page, of('/codes'), { name: 'Терраса, стол 5' });
    const endpoint = await post(page, '/v1/callback-endpoints', { url: 'http://127.0.0.1:9/hook' });
    await page.goto('/portal/payments');
    await expect
      .poll(() => page.reload().then(() => page.locator('tbody tr').count()), { timeout: 30_000 })
      .toBe(3);
    const payment = (await page.locator('tbody a').first().getAttribute('href')) ?? '';
    const paths = {
      today: '',
      payments: '/payments',
      payment: payment.replace('/portal', ''),
      refund: `${payment.replace('/portal', '')}/refund?amount=5`,
      links: '/orders',
      'new-link': '/orders/new',
      link: `/orders/${order.id}`,
      codes: '/codes',
      'new-code': '/codes/new',
      code: `/codes/${code.id}`,
      refunds: '/refunds',
      staff: '/staff',
      keys: '/keys',
      callbacks: '/callbacks',
      endpoint: `/callbacks/${endpoint.id}`,
      settings: '/settings',
    };
    const wide = await context.newPage();
    await wide.setViewportSize({ width: 1280, height: 800 });
    await wide.emulateMedia({ colorScheme: 'dark' });
    for (const [name, path] of Object.entries(paths)) {
      expect((await page.goto(`/portal${path}`))?.status(), name).toBe(200);
      await expectAccessible(page);
      await expectFits(page);
      expect(await scriptBytes(page), name).toBeLessThan(scriptBytesMax);
      await picture(page, `portal-${name}-phone`);
      await wide.goto(`/portal${path}`);
      await expectFits(wide);
      await picture(wide, `portal-${name}-wide-dark`);
    }
    await expectAccessible(wide);
    for (const language of languages) {
      await page.goto(`/portal?lang=${language}`);
      await expectFits(page);
      await picture(page, `portal-today-${language}`);
      await page.goto('/portal/codes/new');
      await page.getByRole('heading', { name: codeTexts(language)('newTitle') }).waitFor();
      await expectFits(page);
      await picture(page, `portal-new-code-${language}`);
      await page.goto('/');
      await expectFits(page);
      await picture(page, `landing-${language}`);
    }
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await context.close();
  }, 240_000);

  test('without script a link is made, shown and cancelled', async () => {
    const { page, context } = await openPage(stage, { ...phone, javaScriptEnabled: false });
    await openAccount(page, 'Токтогул нан');
    await page.goto('/portal/orders/new');
    await page.getByLabel('Amount').fill('12,5x');
    await page.getByRole('button', { name: 'Make the link' }).click();
    await page.getByText('Enter an amount such as 125.50.').waitFor();
    expect(await page.getByLabel('Amount').inputValue()).toBe('12,5x');
    await page.getByLabel('Amount').fill('12,5');
    await page.getByRole('button', { name: 'Make the link' }).click();
    await page.getByText('KGS 12.50').first().waitFor();
    await page.locator('summary', { hasText: 'Cancel this order' }).click();
    await page.getByRole('button', { name: 'Cancel this order' }).click();
    await page.getByText('Cancelled. It cannot be paid any more.').waitFor();
    await context.close();
  });
});
