/**
 * The centre's desk as somebody sees it on their first day: whether all is well, why one payment failed, and what was
 * told of it, which is sent again. On a desk and on a phone, light and dark, on a wall, accessible throughout.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import {
  desktop,
  expectAccessible,
  expectFits,
  expectLetters,
  hasBrowser,
  type Opened,
  openPage,
  openStage,
  phone,
  picture,
  type Stage,
  scriptBytes,
} from './support/browser.ts';

// What the pages of the desk may weigh in script, the charts included.
const scriptMax = 100_000;

describe.skipIf(!hasBrowser)('the centre’s desk in a browser', () => {
  let stage: Stage;
  let receiver: Server;
  const received: string[] = [];
  let declined: string;

  beforeAll(async () => {
    stage = await openStage();
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (piece) => {
        body += piece;
      });
      request.on('end', () => {
        received.push(body);
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    declined = await plantDecline();
  }, 180_000);
  afterAll(async () => {
    receiver?.close();
    await stage?.close();
  });

  /** A payment of more than its payer has, at a merchant whose register hears of it; its id. */
  async function plantDecline(): Promise<string> {
    const { port } = receiver.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/hook`;
    await post('/v1/callback-endpoints', stage.sandbox.merchants[0]?.api_key ?? '', { url });
    return plantPayment(0, { amount: 99_000_000, reference: 'W-1007' });
  }

  /** A payment to one of the sandbox's merchants; its id. */
  async function plantPayment(to = 1, wish: object = { amount: 5_000 }): Promise<string> {
    const { sandbox } = stage;
    const merchant = sandbox.merchants[to];
    const account = sandbox.accounts[0];
    const issuer = sandbox.participants.find(({ id }) => id === account?.participant);
    if (!merchant || !account || !issuer) throw new Error('the sandbox has nobody to pay');
    const body = { payload: merchant.qr, ...wish };
    return (await post(`/v1/accounts/${account.id}/payments`, issuer.api_key, body)).id;
  }

  async function post(path: string, key: string, body: object): Promise<{ id: string }> {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const answer = await fetch(stage.tolom.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status, path).toBe(201);
    return (await answer.json()) as { id: string };
  }

  async function signedIn(role: string, options = desktop): Promise<Opened> {
    const opened = await openPage(stage, options);
    const person = stage.sandbox.staff.find((one) => one.role === role);
    await opened.page.goto('/centre?lang=en');
    await opened.page.getByLabel('E-mail').fill(person?.email ?? '');
    await opened.page.getByLabel('Password').fill(person?.password ?? '');
    await opened.page.getByRole('button', { name: 'Sign in with the password' }).click();
    await opened.page.waitForURL('**/centre**');
    return opened;
  }

  test('support finds out why a payment failed, and sends its callback again', async () => {
    const { page, complaints } = await signedIn('support');
    await page.locator('.plot canvas').waitFor();
    expect(await scriptBytes(page)).toBeLessThan(scriptMax);
    await expectAccessible(page);
    await picture(page, 'centre-overview');

    // A reference somebody reads out over the phone; a payment is found a moment after it was made.
    await expect
      .poll(
        async () => {
          await page.keyboard.press('/');
          await page.keyboard.type('W-1007');
          await page.keyboard.press('Enter');
          await page.waitForURL('**/centre/search?q=W-1007');
          const found = await page.locator(`a[href="/centre/payments/${declined}"]`).count();
          if (found === 0) await page.goto('/centre');
          return found;
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    await expectAccessible(page);
    await picture(page, 'centre-search');
    await page.locator(`a[href="/centre/payments/${declined}"]`).click();

    await page.getByText('Not enough money in the account').first().waitFor();
    await page.getByText('Who has to do something: the payer').waitFor();
    await expect.poll(() => received.length, { timeout: 20_000 }).toBe(1);
    await page.reload();
    await expectAccessible(page);
    await picture(page, 'centre-payment');
    const { port } = receiver.address() as AddressInfo;
    const told = page.locator('.told > li', { hasText: `127.0.0.1:${port}/hook` });
    await told.getByRole('button', { name: 'Send again' }).click();
    await page.waitForURL(`**/centre/payments/${declined}?done=sent`);
    await expect.poll(() => received.length, { timeout: 20_000 }).toBe(2);
    // The same bytes, which say whose payment it was.
    expect(received[1]).toBe(received[0]);
    expect(JSON.parse(received[0] ?? '').data).toMatchObject({ id: declined, status: 'declined' });
    expect(complaints).toEqual([]);
  }, 180_000);

  test('support finds an order that nobody has paid, by its id and among its merchant’s', async () => {
    const { page, complaints } = await signedIn('support');
    const [shop] = stage.sandbox.merchants;
    const order = await post(`/v1/merchants/${shop?.id}/orders`, shop?.api_key ?? '', {
      ...{ amount: 36_000, currency: shop?.currency, reference: 'R-2041' },
      items: [{ name: 'Нан', quantity: 3, unit_price: 12_000 }],
    });
    await page.keyboard.press('/');
    await page.keyboard.type(order.id);
    await page.keyboard.press('Enter');
    const orders = `/centre/merchants/${shop?.id}/orders`;
    await page.waitForURL(`**${orders}/${order.id}`);
    await page.getByText('3 × Нан').waitFor();
    await expectAccessible(page);
    await picture(page, 'centre-order');
    await page.getByRole('link', { name: 'Orders' }).click();
    await page.waitForURL(`**${orders}`);
    await page.getByLabel('Merchant’s reference').fill('R-2041');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('cell', { name: 'Waiting for payment' }).waitFor();
    await expectAccessible(page);
    await picture(page, 'centre-orders');
    await page.setViewportSize(phone.viewport ?? { width: 360, height: 740 });
    for (const path of [orders, `${orders}/${order.id}`, '/centre/search?q=R-2041', '/centre/search?q=12']) {
      await page.goto(path);
      await expectFits(page);
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
  }, 180_000);

  test('an officer approves a merchant that waits', async () => {
    const { page, complaints } = await signedIn('officer');
    await page.getByRole('link', { name: 'Merchants' }).click();
    await expectAccessible(page);
    await picture(page, 'centre-merchants');
    await page.getByRole('link', { name: 'Ысык-Көл балык' }).click();
    await page.getByText('Nobody can pay it yet').waitFor();
    await expectAccessible(page);
    await picture(page, 'centre-merchant');
    await page.setViewportSize(phone.viewport ?? { width: 360, height: 740 });
    await expectFits(page);
    await picture(page, 'centre-merchant-phone');
    await page.getByLabel('What you checked').fill('licence and passport seen');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved. Buyers can pay it now.').waitFor();
    for (const path of ['/centre/merchants', '/centre/audit', '/centre/routing/draft', '/centre/rules/new']) {
      await page.goto(path);
      await expectFits(page);
    }
    expect(complaints).toEqual([]);
  }, 180_000);

  test('an officer gives back a payment: another person approves, and the page shows it', async () => {
    const paid = await plantPayment();
    const { page, complaints } = await signedIn('officer');
    const path = `/centre/payments/${paid}`;
    await expect.poll(async () => (await page.goto(path))?.status(), { timeout: 20_000 }).toBe(200);
    await page.locator('summary', { hasText: 'Give back' }).click();
    await expect(page.getByLabel('Amount, KGS').inputValue()).resolves.toBe('50.00');
    await page.getByLabel('Amount, KGS').fill('20');
    await page.getByLabel('Reason').fill('charged twice');
    await page.getByRole('button', { name: 'Give back' }).click();
    await page.waitForURL(`**${path}?done=approval`);
    await expectAccessible(page);
    const approval = page.getByRole('link', { name: 'Waits for another person' });
    await page.locator('#give-back').scrollIntoViewIfNeeded();
    await picture(page, 'centre-give-back');
    const address = (await approval.getAttribute('href')) ?? '';

    const other = await signedIn('admin');
    await other.page.goto(address);
    await expectAccessible(other.page);
    await other.page.getByRole('button', { name: 'Approve' }).click();
    await other.page.waitForURL('**/centre/approvals?done=carriedOut');
    await page.goto(path);
    await page.getByText('charged twice').first().waitFor();
    await page.getByText('The centre:').waitFor();
    await page.setViewportSize(phone.viewport ?? { width: 360, height: 740 });
    await expectFits(page);
    expect([...complaints, ...other.complaints]).toEqual([]);
  }, 180_000);

  test('it fits a phone, is dark at night, speaks every language, and is read from a wall', async () => {
    const { page, complaints } = await signedIn('analyst', phone);
    for (const path of ['/centre', `/centre/payments/${declined}`, '/centre/search?q=W-1007']) {
      await page.goto(path);
      await expectFits(page);
    }
    await expectAccessible(page);
    for (const language of languages) {
      await page.goto(`/centre?lang=${language}&theme=dark`);
      await expectFits(page);
      await expectLetters(page);
      await picture(page, `centre-overview-phone-${language}`);
    }
    await expectAccessible(page);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.goto('/centre?lang=ru&wall=1');
    await page.locator('.plot canvas').waitFor();
    await expectFits(page);
    await picture(page, 'centre-wall');
    expect(complaints).toEqual([]);
  }, 180_000);
});
