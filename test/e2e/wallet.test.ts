/**
 * The wallet simulator on a phone: a wallet in one tap, a picture of a code, a pasted text, the keyboard alone; what was
 * paid is seen in the history and refunds appear by themselves. Every page in every language fits, is accessible, loads
 * little script and complains of nothing.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import encodeQr from 'qr';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import { payTexts } from '../../src/web/pay/texts.ts';
import { walletTexts } from '../../src/web/wallet/texts.ts';
import { temporaryFolder } from '../selfhost/harness.ts';
import {
  desktop,
  expectAccessible,
  expectFits,
  expectLetters,
  hasBrowser,
  launch,
  type Opened,
  openPage,
  openStage,
  phone,
  picture,
  type Stage,
  scriptBytes,
} from './support/browser.ts';

const scriptBytesMax = 100_000;
const say = walletTexts('en');

/** What a camera sees that is held before a code: a film of one frame (YUV4MPEG2, 4:2:0). */
function filmOf(text: string): Buffer {
  const side = 720;
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: 4 });
  const scale = Math.floor(side / rows.length);
  const light = Buffer.alloc(side * side, 235);
  for (let y = 0; y < scale * rows.length; y++) {
    for (let x = 0; x < scale * rows.length; x++) {
      if (rows[Math.floor(y / scale)]?.[Math.floor(x / scale)]) light[y * side + x] = 16;
    }
  }
  const head = `YUV4MPEG2 W${side} H${side} F10:1 Ip A1:1 C420jpeg\nFRAME\n`;
  return Buffer.concat([Buffer.from(head), light, Buffer.alloc((side * side) / 2, 128)]);
}

describe.skipIf(!hasBrowser)('the wallet', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  }, 180_000);
  afterAll(() => stage?.close());

  const shop = () => stage.sandbox.merchants.find(({ currency }) => currency === 'KGS')!;

  async function ask(path: string, key: string, body: unknown): Promise<Record<string, never>> {
    const answer = await fetch(stage.tolom.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
    expect(answer.status, path).toBe(201);
    return (await answer.json()) as Record<string, never>;
  }

  const newOrder = (more: object = {}) =>
    ask(`/v1/merchants/${shop().id}/orders`, shop().api_key, { amount: 12_550, currency: 'KGS', ...more });

  async function withWallet(options = phone): Promise<Opened> {
    const opened = await openPage(stage, { ...options, locale: 'en-GB' });
    await opened.page.goto('/wallet');
    await opened.page.getByRole('button', { name: say('openKGS') }).click();
    await opened.page.getByText(say('nothingPaid')).waitFor();
    return opened;
  }

  test('a picture of an order’s code is paid, and a refund appears by itself', async () => {
    const order = await newOrder({ description: 'Two loaves' });
    const { qr } = order as unknown as { qr: { png_url: string } };
    const image = Buffer.from(await (await fetch(qr.png_url)).arrayBuffer());
    const { page, context, complaints } = await withWallet();
    expect(await page.locator('.purse-amount').textContent()).toMatch(/10,000\.00/);

    await page
      .getByRole('link', { name: say('scan') })
      .first()
      .click();
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: image });
    await page.getByRole('button', { name: /^Pay .*125\.50/ }).waitFor();
    await page.getByText('Two loaves').waitFor();
    await page.getByText(say('genuine')).waitFor();
    await page.getByRole('button', { name: /^Pay/ }).click();
    await page.locator('[data-result="good"]').waitFor();
    expect(await page.getByRole('status').textContent()).toBe(say('paid'));

    await page.getByRole('link', { name: say('done') }).click();
    await page.getByText(/9,874\.50/).waitFor();
    const href = await page.locator('.feed a').getAttribute('href');
    const payment = href?.split('/').at(-1);
    await ask(`/v1/merchants/${shop().id}/payments/${payment}/refunds`, shop().api_key, {
      amount: 2_550,
    });
    await page.getByText(/9,900\.00/).waitFor();
    await page
      .locator('.feed')
      .getByText(/25\.50.* given back/)
      .waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('from a payment link: whoever has no wallet opens one, and pays', async () => {
    const { link } = (await newOrder()) as unknown as { link: string };
    const { page, context, complaints } = await openPage(stage, { ...phone, locale: 'en-GB' });
    await page.goto(link);
    await page.getByRole('link', { name: payTexts.en.simulator }).click();
    await page.getByRole('button', { name: say('openKGS') }).click();
    await page.getByRole('button', { name: /^Pay .*125\.50/ }).click();
    await page.locator('[data-result="good"]').waitFor();
    await page.goto(link);
    await page.getByText(payTexts.en.paidNext).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a code before the camera is read by itself', async () => {
    const video = join(temporaryFolder(), 'camera.y4m');
    writeFileSync(video, filmOf(shop().qr));
    const browser = await launch(
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${video}`,
    );
    onTestFinished(() => browser.close());
    const { page, complaints } = await openPage({ ...stage, browser }, { ...phone, locale: 'en-GB' });
    await page.goto('/wallet');
    await page.getByRole('button', { name: say('openKGS') }).click();
    await page.getByText(say('nothingPaid')).waitFor();
    await page.goto('/wallet/scan');
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByLabel(/^Amount/).waitFor();
    await page.getByText(shop().name).waitFor();
    expect(complaints).toEqual([]);
  });

  test('a picture without a code says so; a pasted text with an amount of one’s own is paid', async () => {
    const { page, context, complaints } = await withWallet();
    await page.goto('/wallet/scan');
    const nothing = await page.screenshot({ clip: { x: 0, y: 0, width: 60, height: 40 } });
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'nothing.png', mimeType: 'image/png', buffer: nothing });
    await page.getByText('No code was found').waitFor();
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByText('The camera cannot be used').waitFor();

    await page.getByLabel('Text of the code').fill('no code at all');
    await page.getByRole('button', { name: 'Read this code' }).click();
    const field = page.getByLabel('Text of the code');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill(shop().qr);
    await page.getByRole('button', { name: 'Read this code' }).click();

    await page.getByLabel(/^Amount/).fill('12.345');
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.getByText(say('amountWrong')).waitFor();
    await page.getByLabel(/^Amount/).fill('999999');
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.locator('[data-result="bad"]').waitFor();
    expect(await page.getByRole('status').textContent()).toBe(say('notPaid'));

    await page.goto(`/wallet/pay?payload=${encodeURIComponent(shop().qr)}`);
    await page.getByLabel(/^Amount/).fill('40');
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.locator('[data-result="good"]').waitFor();
    await page.goto('/wallet/payments');
    expect(await page.locator('.feed li').count()).toBe(2);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a code on the screen is read by a scanner, taken by a register, and the phone says paid', async () => {
    const { page, context, complaints } = await withWallet({ ...phone, deviceScaleFactor: 3 });
    await page
      .getByRole('link', { name: say('show') })
      .first()
      .click();
    const digits = (await page.locator('.shown-digits').textContent())?.replaceAll(' ', '') ?? '';
    const screen = join(temporaryFolder(), 'screen.png');
    await page.locator('.shown').screenshot({ path: screen });
    const read = execFileSync('zbarimg', ['--quiet', screen], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(read).toContain(`CODE-128:${digits}`);
    const [, text = ''] = read.match(/QR-Code:(.+)/) ?? [];
    await ask(`/v1/merchants/${shop().id}/presented-payments`, shop().api_key, {
      code: text,
      amount: 4_200,
      currency: 'KGS',
    });
    await page.locator('[data-result="good"]').waitFor();
    await page.getByText(/42\.00/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a larger amount is confirmed with a key that the phone makes, and the next one with the same', async () => {
    const { page, context, complaints } = await withWallet();
    for (const balance of [/5,000\.00/, /0\.00/]) {
      await page.goto('/wallet/show');
      await page.locator('[data-device="ready"]').waitFor({ state: 'attached' });
      const digits = await page.locator('.shown-digits').textContent();
      const taken = await ask(`/v1/merchants/${shop().id}/presented-payments`, shop().api_key, {
        code: digits?.replaceAll(' ', ''),
        amount: 500_000,
        currency: 'KGS',
      });
      expect(taken).toMatchObject({ status: 'requires_confirmation' });
      await page.getByRole('button', { name: say('confirm') }).click();
      await page.locator('[data-result="good"]').waitFor();
      await page.getByRole('link', { name: say('done') }).click();
      await page.locator('.purse-amount').getByText(balance).waitFor();
    }
    const account = (await page.locator('code').filter({ hasText: 'acc_' }).textContent()) ?? '';
    await page.locator('.feed a').first().click();
    await page.getByRole('link', { name: say('receipt') }).click();
    await page.waitForURL(/\/receipt\//);
    const staff = stage.sandbox.staff.find(({ role }) => role === 'admin');
    const keys = await fetch(`${stage.tolom.url}/v1/accounts/${account}/device-keys`, {
      headers: { authorization: `Bearer ${staff?.api_key}` },
    });
    expect(((await keys.json()) as { data: unknown[] }).data).toHaveLength(1);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a phone number and a password, read out, pay as well', async () => {
    const { page, context, complaints } = await withWallet();
    await page.goto('/wallet/show/password');
    await page.getByRole('button', { name: say('makePassword') }).click();
    const [phoneNumber = '', password = ''] = await page.locator('.shown-word').allTextContents();
    await ask(`/v1/merchants/${shop().id}/password-payments`, shop().api_key, {
      phone: phoneNumber,
      password,
      amount: 3_100,
      currency: 'KGS',
    });
    await page.locator('[data-result="good"]').waitFor();
    await page.getByText(/31\.00/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('with the keyboard alone', async () => {
    const order = await newOrder();
    const { payload } = (order as unknown as { qr: { payload: string } }).qr;
    const { page, context, complaints } = await openPage(stage, desktop);
    const reach = async (matches: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(matches)})`)) return;
      }
      throw new Error(`The keyboard does not reach ${matches}`);
    };
    await page.goto('/wallet');
    await reach('button[value="KGS"]');
    await page.keyboard.press('Enter');
    await page.getByText(say('nothingPaid')).waitFor();
    await reach('.deeds a');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: say('scanTitle') }).waitFor();
    await reach('textarea');
    await page.keyboard.insertText(payload);
    await reach('form button');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Pay/ }).waitFor();
    await reach('form[action="/wallet/pay"] button');
    await page.keyboard.press('Enter');
    await page.locator('[data-result="good"]').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test.each(languages)('every page in %s', async (language) => {
    const order = await newOrder({ description: 'Эки нан, бир чай', reference: 'A-17' });
    const { payload } = (order as unknown as { qr: { payload: string } }).qr;
    const { page, context, complaints } = await openPage(stage, {
      ...phone,
      colorScheme: languages.indexOf(language) % 2 === 0 ? 'light' : 'dark',
    });
    const look = async (name: string) => {
      expect(await page.locator('html').getAttribute('lang'), name).toBe(language);
      await expectFits(page);
      // Light in English, dark in Kyrgyz: words of other languages change nothing of it.
      if (language === 'en' || language === 'ky') await expectAccessible(page);
      expect(await scriptBytes(page), name).toBeLessThan(scriptBytesMax);
      await picture(page, `wallet-${name}-${language}`);
    };
    await page.goto(`/wallet?lang=${language}`);
    await expectLetters(page);
    await look('welcome');
    await page.getByRole('button', { name: walletTexts(language)('openTHB') }).waitFor();
    await page.getByRole('button', { name: walletTexts(language)('openKGS') }).click();
    await page.locator('.purse').waitFor();
    await look('empty');
    await page.goto('/wallet/scan');
    await look('scan');
    await page.goto(`/wallet/pay?payload=${encodeURIComponent(payload)}`);
    await look('order');
    await page.locator('form[action="/wallet/pay"] button').click();
    await page.locator('[data-result="good"]').waitFor();
    await look('paid');
    await page.getByRole('link', { name: walletTexts(language)('details') }).click();
    await page.locator('.timeline').waitFor();
    await look('payment');
    await page.goto(`/wallet/pay?payload=${encodeURIComponent(shop().qr)}`);
    await look('amount');
    await page.locator('[name="amount"]').fill('5000000');
    await page.locator('form[action="/wallet/pay"] button').first().click();
    await page.locator('[data-result="bad"]').waitFor();
    await look('declined');
    await page.goto('/wallet/show');
    await page.locator('[data-device="ready"]').waitFor({ state: 'attached' });
    await look('code');
    const shown = await page.locator('.shown-digits').textContent();
    await ask(`/v1/merchants/${shop().id}/presented-payments`, shop().api_key, {
      code: shown?.replaceAll(' ', ''),
      amount: 500_000,
      currency: 'KGS',
    });
    await page.locator('[data-confirm]').waitFor();
    await look('confirm');
    await page.locator('form[action$="/cancel"] button').click();
    await page.locator('[data-result="over"]').waitFor();
    await look('cancelled');
    await page.goto('/wallet/show/password');
    await page.locator('form[action="/wallet/show/password"] button').click();
    await page.locator('.shown-word').first().waitFor();
    await look('password');
    await page.goto('/wallet/payments');
    await look('history');
    await page.goto('/wallet');
    await look('home');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
