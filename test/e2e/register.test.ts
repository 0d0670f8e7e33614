/** The register as a cashier uses it: a real browser against a real switch, payers paying by the API beside it. */
import { decode, encode } from 'fast-png';
import type { BrowserContextOptions, Page } from 'playwright-core';
import encodeQr from 'qr';
import decodeQr from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Language, languages } from '../../src/kernel/index.ts';
import { kitTexts } from '../../src/web/kit/texts.ts';
import { registerTexts } from '../../src/web/register/texts/index.ts';
import { walletTexts } from '../../src/web/wallet/texts.ts';
import {
  desktop,
  expectAccessible,
  expectFits,
  hasBrowser,
  type Opened,
  openPage,
  openStage,
  phone,
  picture,
  type Stage,
  scriptBytes,
} from './support/browser.ts';

const say = registerTexts('en');
const readCode = kitTexts('en')('readCode');
const scriptBytesMax = 100_000;

/** A picture of a code, as a phone would take it. */
function photoOf(text: string): Buffer {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: 4, scale: 6 });
  const data = Uint8Array.from(rows.flat(), (dark) => (dark ? 0 : 255));
  return Buffer.from(encode({ width: rows.length, height: rows.length, data, channels: 1 }));
}

/** The width of each page of a printed document, in whole millimetres. */
const paperMm = (pdf: Buffer): number[] =>
  [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+)/g)].map(([, points]) =>
    Math.round((Number(points) / 72) * 25.4),
  );

describe.skipIf(!hasBrowser)('the register', () => {
  let stage: Stage;
  let shop: Shop;

  interface Shop {
    readonly merchant: string;
    readonly till: string;
    /** How each of its people signs in. */
    readonly owner: string;
    readonly cashier: string;
    /** The owner's session. */
    readonly cookie: string;
  }
  const password = 'seven quiet yurts';

  beforeAll(async () => {
    stage = await openStage();
    shop = await newShop();
  }, 180_000);
  afterAll(() => stage?.close());

  interface Caller {
    readonly key?: string;
    readonly cookie?: string;
  }

  async function answerTo(method: string, path: string, body?: unknown, { key, cookie }: Caller = {}) {
    const answer = await fetch(`${stage.tolom.url}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(cookie !== undefined && { cookie, origin: stage.tolom.url }),
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: the API's answers are read freely
    const json: any = await answer.json();
    expect([200, 201], `${path}: ${JSON.stringify(json)}`).toContain(answer.status);
    return { json, cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  }

  const send = async (method: string, path: string, body?: unknown, caller?: Caller) =>
    (await answerTo(method, path, body, caller)).json;

  /** A business that has registered itself, and a cashier its owner has invited. */
  async function newShop(): Promise<Shop> {
    const [owner, cashier] = [`${crypto.randomUUID()}@shop.kg`, `${crypto.randomUUID()}@shop.kg`];
    const { json, cookie } = await answerTo('POST', '/v1/registrations', {
      business: 'Ала-Тоо кофе',
      city: 'Bishkek',
      category_code: '5812',
      name: 'Бакыт Осмонов',
      email: owner,
      password,
    });
    const invitations = `/v1/merchants/${json.merchant}/invitations`;
    const { link } = await send('POST', invitations, { email: cashier, role: 'cashier' }, { cookie });
    const token = String(link).split('/').at(-1);
    await send('POST', `/v1/invitations/${token}/accept`, { name: 'Айгүл Асанова', password });
    return { merchant: json.merchant, till: json.till, owner, cashier, cookie };
  }

  /** A fresh browser in which somebody of the shop has signed in, as people do. */
  async function signedIn(options: BrowserContextOptions, email = shop.cashier): Promise<Opened> {
    const opened = await openPage(stage, { locale: 'en', reducedMotion: 'reduce', ...options });
    const { page } = opened;
    await page.goto('/register');
    await page.locator('input[name=email]').fill(email);
    await page.locator('input[name=password]').fill(password);
    await page.locator('input[name=password]').press('Enter');
    await page.waitForURL('**/register');
    await page.locator('[data-ready]').waitFor();
    return opened;
  }

  /** What a payer's camera reads on the screen. */
  async function scanned(page: Page, language: Language = 'en'): Promise<string> {
    const shown = page.getByRole('img', { name: registerTexts(language)('qrCode') });
    await shown.waitFor();
    // Seen, and drawn.
    const isDrawn = `(({ complete, naturalWidth }) => complete && naturalWidth > 0)(document.querySelector('[data-code]'))`;
    await expect.poll(() => page.evaluate(isDrawn), { timeout: 10_000 }).toBe(true);
    const { width, height, channels, data: pixels } = decode(await shown.screenshot());
    const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, index) =>
      index % 4 === 3 ? 255 : Number(pixels[Math.floor(index / 4) * channels + (index % 4)]),
    );
    return decodeQr({ width, height, data });
  }

  function payer() {
    const account = stage.sandbox.accounts.find(({ currency }) => currency === 'KGS')!;
    const issuer = stage.sandbox.participants.find(({ id }) => id === account.participant)!;
    return { account, issuer };
  }

  /** The code once it is shown. */
  async function codeOf(page: Page): Promise<string> {
    await page.getByRole('img', { name: say('qrCode') }).waitFor();
    return scanned(page);
  }

  const ordersOf = async (page: Page): Promise<{ id: string; status: string }[]> => {
    const answer = await page.request.get(`/v1/merchants/${shop.merchant}/orders`);
    return (await answer.json()).data;
  };

  async function payFor(payload: string): Promise<void> {
    const { account, issuer } = payer();
    const path = `/v1/accounts/${account.id}/payments`;
    const caller = { key: issuer.api_key };
    const { scan } = await send('POST', '/v1/scans', { payload }, caller);
    const payment = await send('POST', path, { scan }, caller);
    expect(payment.status).toBe('completed');
  }

  const view = (page: Page, name: string) => page.locator(`[data-view=${name}]`);

  test('sells by keyboard alone: digits, Enter, a code that a payer reads, and Paid', async () => {
    const { page, complaints } = await signedIn(desktop);
    await picture(page, 'register-amount-desktop');
    // A digit by the mouse, the others by keys: Enter goes on, and presses none again.
    await page.locator('[data-key="1"]').click();
    await page.keyboard.type('25.5');
    expect(await page.locator('[data-typed]').textContent()).toMatch(/125\.5$/);
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: say('qrCode') }).waitFor();
    await picture(page, 'register-open-desktop');
    await expectAccessible(page);
    await payFor(await scanned(page));
    await view(page, 'paid').waitFor();
    expect(await page.locator('.paid-words .paid-amount').textContent()).toMatch(/125\.50/);
    await picture(page, 'register-paid-desktop');
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await view(page, 'amount').waitFor();
    expect(complaints).toEqual([]);
    expect(await scriptBytes(page)).toBeLessThan(scriptBytesMax);
    await page.context().close();
  });

  test.each(languages)('every step on a phone in %s', async (lang) => {
    const colorScheme = languages.indexOf(lang) % 2 === 0 ? 'light' : 'dark';
    const { page, complaints } = await signedIn({ ...phone, colorScheme });
    const text = registerTexts(lang);
    await page.goto(`/register?lang=${lang}`);
    await expectFits(page);
    for (const key of ['1', '2', '5', '5']) await page.locator(`[data-key="${key}"]`).tap();
    await picture(page, `register-amount-${lang}`);
    await expectAccessible(page);
    await page.getByRole('button', { name: text('charge') }).tap();
    await page.getByRole('img', { name: text('qrCode') }).waitFor();
    await expectFits(page);
    await picture(page, `register-open-${lang}`);
    await page.getByRole('button', { name: text('askPassword') }).tap();
    await expectFits(page);
    await picture(page, `register-password-${lang}`);
    await expectAccessible(page);
    await page.getByRole('button', { name: text('back') }).tap();
    await payFor(await scanned(page, lang));
    await view(page, 'paid').waitFor();
    await expectFits(page);
    await picture(page, `register-paid-${lang}`);
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  /** Sells something; its payment. */
  async function sold(page: Page, amount: string): Promise<string> {
    await page.keyboard.type(amount);
    await page.keyboard.press('Enter');
    await payFor(await codeOf(page));
    await view(page, 'paid').waitFor();
    return (await page.locator('[data-paid-id]').textContent()) ?? '';
  }

  test('without a connection it keeps the sale, and says paid as soon as it is back', async () => {
    const { page, context } = await signedIn(phone);
    await page.keyboard.type('80');
    await page.keyboard.press('Enter');
    const payload = await codeOf(page);
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await context.setOffline(true);
    await page.getByText(say('offline')).waitFor();
    // Switched off and on again, it shows the same code.
    await page.reload();
    expect(await codeOf(page)).toBe(payload);
    await picture(page, 'register-offline');
    await payFor(payload);
    expect(await view(page, 'paid').isVisible()).toBe(false);
    await context.setOffline(false);
    await view(page, 'paid').waitFor();
    expect(await page.getByText(say('offline')).isVisible()).toBe(false);
    await context.close();
  });

  test('a sale begun without a connection is one order, made when it is back', async () => {
    const { page, context } = await signedIn(phone);
    const before = await ordersOf(page);
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await context.setOffline(true);
    await page.keyboard.type('33');
    await page.keyboard.press('Enter');
    await page.getByText(say('makingCode')).waitFor();
    // Switched off and on again, still without a connection: the page opens, and the wish is still there.
    await page.reload();
    await page.getByText(say('makingCode')).waitFor();
    await context.setOffline(false);
    await page.getByRole('img', { name: say('qrCode') }).waitFor();
    expect((await ordersOf(page)).length).toBe(before.length + 1);
    await page.reload();
    await page.getByRole('img', { name: say('qrCode') }).waitFor();
    expect((await ordersOf(page)).length).toBe(before.length + 1);
    await page.keyboard.press('Escape');
    await view(page, 'amount').waitFor();
    expect((await ordersOf(page))[0]).toMatchObject({ status: 'cancelled' });
    await context.close();
  });

  test('a code the payer shows pays the sale; a wrong one says so and the sale goes on', async () => {
    const { page, context } = await signedIn(phone);
    await page.keyboard.type('45');
    await page.keyboard.press('Enter');
    await codeOf(page);
    await page.getByRole('button', { name: say('scanBuyer') }).tap();
    await page.locator('[data-panel=scan] textarea').fill('48209133756102948837');
    await page.locator('[data-panel=scan]').getByRole('button', { name: readCode }).tap();
    await view(page, 'open').getByRole('alert').waitFor();
    await picture(page, 'register-taking-refused');
    await expectAccessible(page);
    const { account, issuer } = payer();
    const shown = await send('POST', `/v1/accounts/${account.id}/codes`, {}, { key: issuer.api_key });
    await page.getByRole('button', { name: say('scanBuyer') }).tap();
    await expectFits(page);
    await picture(page, 'register-scan');
    await expectAccessible(page);
    // What the camera reads, a picture shows too; this machine has none.
    const file = { name: 'code.png', mimeType: 'image/png', buffer: photoOf(shown.qr) };
    await page.locator('[data-panel=scan] input[type=file]').setInputFiles(file);
    await view(page, 'paid').waitFor();
    await context.close();
  });

  test('the link is copied where the device cannot share, and leads to the same sale', async () => {
    const { page, context } = await signedIn(desktop);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.type('29');
    await page.keyboard.press('Enter');
    await codeOf(page);
    await page.getByRole('button', { name: say('sendLink') }).click();
    await page.getByText(say('linkCopied')).waitFor();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    const [link = ''] = /https?:\S+$/.exec(text) ?? [];
    const buyer = await openPage(stage, phone);
    await buyer.page.goto(link);
    expect(await buyer.page.locator('main').textContent()).toMatch(/29[.,]00/);
    await buyer.context.close();
    await context.close();
  });

  test.each([
    ['that arrived is seen to be paid', true],
    ['that never arrived is asked again by a person', false],
  ])('a payment without an answer %s, and is charged once', async (_, arrives) => {
    const { page, context } = await signedIn({ ...phone, serviceWorkers: 'block' });
    await page.keyboard.type('47');
    await page.keyboard.press('Enter');
    await codeOf(page);
    const { account, issuer } = payer();
    const caller = { key: issuer.api_key };
    const shown = await send('POST', `/v1/accounts/${account.id}/codes`, {}, caller);
    const balanceOf = async () =>
      (await send('GET', `/v1/accounts/${account.id}`, undefined, caller)).balance.amount;
    const before = await balanceOf();
    let asked = 0;
    await page.route('**/presented-payments', async (route) => {
      asked++;
      if (asked > 1) return route.continue();
      if (arrives) await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: say('scanBuyer') }).tap();
    await page.locator('[data-panel=scan] textarea').fill(shown.code);
    await page.getByRole('button', { name: readCode }).tap();
    if (!arrives) {
      await page.getByText(say('takeLost')).waitFor();
      await picture(page, 'register-take-lost');
      await expectAccessible(page);
      await page.getByRole('button', { name: say('takeAgain') }).tap();
    }
    await view(page, 'paid').waitFor();
    expect(await balanceOf()).toBe(before - 4_700);
    expect(asked).toBe(arrives ? 1 : 2);
    await context.close();
  });

  test('gives back by keyboard: before and after, then once', async () => {
    const { page, complaints, context } = await signedIn(phone);
    const id = await sold(page, '60');
    await page.getByText(say('receipt'), { exact: true }).tap();
    await page.getByRole('img', { name: say('receiptHint') }).waitFor();
    await picture(page, 'register-receipt');
    await expectAccessible(page);
    await page.goto(`/register/payments?search=${id}`);
    await expectFits(page);
    await picture(page, 'register-payment');
    await expectAccessible(page);
    await page.locator('input[name=amount]').fill('25');
    await page.keyboard.press('Enter');
    const confirm = page.getByRole('button', { name: 'Give back KGS\u00a025.00' });
    await confirm.waitFor();
    await picture(page, 'register-refund');
    await expectAccessible(page);
    await confirm.press('Enter');
    await page.getByText('25.00 given back.').waitFor();
    await picture(page, 'register-refunded');
    for (const path of ['/register/payments', '/register/today', '/register/till']) {
      await page.goto(path);
      await expectFits(page);
      await picture(page, path.slice(1).replace('/', '-'));
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  describe('and the wallet in a second window', () => {
    const wallet = walletTexts('en');

    async function withWallet(): Promise<Opened> {
      const opened = await openPage(stage, { ...phone, locale: 'en-GB' });
      await opened.page.goto('/wallet');
      await opened.page.getByRole('button', { name: wallet('openKGS') }).click();
      await opened.page.getByText(wallet('nothingPaid')).waitFor();
      return opened;
    }

    test('a picture of the register’s screen is paid, and both windows say so by themselves', async () => {
      const register = await signedIn(phone);
      const payer = await withWallet();
      await register.page.keyboard.type('64.5');
      await register.page.keyboard.press('Enter');
      await codeOf(register.page);
      const image = await register.page.getByRole('img', { name: say('qrCode') }).screenshot();
      await payer.page.goto('/wallet/scan');
      const file = { name: 'code.png', mimeType: 'image/png', buffer: image };
      await payer.page.locator('input[type="file"]').setInputFiles(file);
      await payer.page.getByRole('button', { name: /^Pay .*64\.50/ }).click();
      await view(register.page, 'paid').waitFor();
      await payer.page.locator('[data-result="good"]').waitFor();
      expect([...register.complaints, ...payer.complaints]).toEqual([]);
      await register.context.close();
      await payer.context.close();
    });

    test('above the payer’s threshold the register waits until the payer confirms', async () => {
      const register = await signedIn(phone);
      const payer = await withWallet();
      await payer.page.goto('/wallet/show');
      await payer.page.locator('[data-device="ready"]').waitFor({ state: 'attached' });
      const digits = (await payer.page.locator('.shown-digits').textContent()) ?? '';
      await register.page.keyboard.type('5000');
      await register.page.keyboard.press('Enter');
      await codeOf(register.page);
      await register.page.getByRole('button', { name: say('scanBuyer') }).tap();
      await register.page.locator('[data-panel=scan] textarea').fill(digits.replaceAll(' ', ''));
      await register.page.getByRole('button', { name: readCode }).tap();
      await register.page.getByText(say('confirming')).waitFor();
      await picture(register.page, 'register-confirming');
      await payer.page.getByRole('button', { name: wallet('confirm') }).click();
      await view(register.page, 'paid').waitFor();
      expect(register.complaints).toEqual([]);
      await register.context.close();
      await payer.context.close();
    });

    test('a phone number and a password, read out, pay the sale', async () => {
      const register = await signedIn(phone);
      const payer = await withWallet();
      await payer.page.goto('/wallet/show/password');
      await payer.page.getByRole('button', { name: wallet('makePassword') }).click();
      const [number = '', word = ''] = await payer.page.locator('.shown-word').allTextContents();
      await register.page.keyboard.type('31');
      await register.page.keyboard.press('Enter');
      await codeOf(register.page);
      await register.page.getByRole('button', { name: say('askPassword') }).tap();
      await register.page.getByLabel(say('phone')).fill(number);
      await register.page.locator('input[name=password]').fill(word);
      await register.page.getByRole('button', { name: say('take') }).tap();
      await view(register.page, 'paid').waitFor();
      expect(register.complaints).toEqual([]);
      await register.context.close();
      await payer.context.close();
    });
  });

  test('prints a receipt as wide as the paper of this device', async () => {
    const { page, context } = await signedIn(phone);
    await sold(page, '12');
    await page.locator('.slip img[src]').waitFor({ state: 'attached' });
    const narrow = await page.pdf({ preferCSSPageSize: true });
    expect(paperMm(narrow)).toEqual([58]);
    await page.goto('/register/till');
    await page.getByLabel(say('paper')).selectOption('80');
    await page.getByRole('button', { name: say('useTill') }).tap();
    await view(page, 'paid').waitFor();
    await page.locator('.slip img[src]').waitFor({ state: 'attached' });
    expect(paperMm(await page.pdf({ preferCSSPageSize: true }))).toEqual([80]);
    await page.emulateMedia({ media: 'print' });
    await picture(page, 'register-slip');
    await context.close();
  });

  test('above a cashier’s limit a refund becomes a request to the manager, who sees it', async () => {
    const { page, context } = await signedIn(phone);
    const id = await sold(page, '6000');
    await page.goto(`/register/payments/${id}`);
    await page.locator('input[name=amount]').press('Enter');
    await page.getByRole('button', { name: 'Give back KGS\u00a06,000.00' }).tap();
    await page.getByText(say('refundAsked')).waitFor();
    await expectFits(page);
    await picture(page, 'register-refund-asked');
    await expectAccessible(page);
    const path = `/v1/merchants/${shop.merchant}/refund-requests?status=pending`;
    const { data } = await send('GET', path, undefined, { cookie: shop.cookie });
    expect(data).toMatchObject([{ payment: id, amount: { amount: 600_000 } }]);
    await context.close();
  });

  test('a cashier sees their own sales and not the owner’s', async () => {
    const boss = await signedIn(desktop, shop.owner);
    const id = await sold(boss.page, '91');
    await boss.page.goto('/register/today');
    await picture(boss.page, 'register-today-desktop');
    await boss.context.close();
    const { page, context } = await signedIn(phone);
    expect((await page.goto(`/register/payments/${id}`))?.status()).toBe(404);
    await page.getByText(say('noPayment')).waitFor();
    await context.close();
  });

  test('a sale stands on the till’s sticker too, and whoever scans that pays it', async () => {
    const codes = `/v1/merchants/${shop.merchant}/codes`;
    const wish = { name: 'Касса', kind: 'sticker', till: shop.till };
    const sticker = await send('POST', codes, wish, { cookie: shop.cookie });
    const { page, context } = await signedIn(phone);
    await page.keyboard.type('55');
    await page.keyboard.press('Enter');
    await codeOf(page);
    await page.getByText(say('onSticker')).waitFor();
    await payFor(sticker.payload);
    await view(page, 'paid').waitFor();
    expect(await page.locator('.paid-words .paid-amount').textContent()).toContain('55.00');
    await send('POST', `${codes}/${sticker.id}/revoke`, { reason: 'Torn' }, { cookie: shop.cookie });
    // The page does not know that yet, and sells all the same.
    await page.keyboard.press('Enter');
    await sold(page, '56');
    await context.close();
  });

  test('tells a genuine receipt from a faked one, without a connection', async () => {
    const { page, complaints, context } = await signedIn(phone);
    const id = await sold(page, '70');
    const { account, issuer } = payer();
    const path = `/v1/accounts/${account.id}/payments/${id}/receipt`;
    const { link } = await send('GET', path, undefined, { key: issuer.api_key });
    await page.goto('/register/check');
    await expect
      .poll(() => page.evaluate('localStorage.getItem("tolom.keys")'), { timeout: 10_000 })
      .not.toBeNull();
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await context.setOffline(true);
    await page.reload();
    await page.locator('[data-ready]').waitFor();
    const check = async (receipt: string) => {
      await page.locator('textarea').fill(receipt);
      await page.getByRole('button', { name: readCode }).tap();
    };
    await check(link);
    await page.locator('.verdict.good').waitFor();
    expect(await page.locator('.verdict').textContent()).toContain('70.00');
    await picture(page, 'register-genuine');
    await expectAccessible(page);
    await check(link);
    await page.locator('.verdict.wait').waitFor();
    await picture(page, 'register-shown-before');
    await expectAccessible(page);
    await check(link.replace('~7000~', '~9000~'));
    await page.locator('.verdict.bad').waitFor();
    expect(await page.locator('.verdict').textContent()).not.toContain('90.00');
    await picture(page, 'register-forged');
    await expectAccessible(page);
    expect(complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
    await context.close();
  });
});
