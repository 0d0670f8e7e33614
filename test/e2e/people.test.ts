/**
 * People sign in as they do, in a real browser with a device of its own that makes passkeys: an account is opened on a
 * phone, a passkey added and used, a colleague invited. Every page is accessible, and speaks every language.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import {
  desktop,
  expectAccessible,
  expectFits,
  hasBrowser,
  openPage,
  openStage,
  phone,
  picture,
  type Stage,
} from './support/browser.ts';

describe.skipIf(!hasBrowser)('people in a browser', () => {
  let stage: Stage;
  // A passkey belongs to a name; `127.0.0.1` is none.
  const home = () => stage.tolom.url.replace('127.0.0.1', 'localhost');

  beforeAll(async () => {
    stage = await openStage();
  }, 180_000);
  afterAll(() => stage?.close());

  test('an account is opened on a phone; its owner signs in with a passkey, and removes it', async () => {
    const { page, context } = await openPage(stage, { ...phone, baseURL: home() });
    const device = await context.newCDPSession(page);
    await device.send('WebAuthn.enable');
    await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto('/register-business?lang=en');
    await expectAccessible(page);
    await picture(page, 'register-business');
    await page.getByLabel('Name of the business').fill('Ala-Too Coffee');
    await page.getByLabel('City').fill('Bishkek');
    await page.getByLabel('E-mail').fill('passkey@shop.test');
    await page.getByLabel('Password').fill('seven quiet yurts');
    await page.getByRole('button', { name: 'Open the account' }).click();
    await page.waitForURL('**/portal');

    await page.goto('/me');
    await page.getByRole('button', { name: 'Add this device' }).click();
    await page.waitForURL('**/me?done=passkey');
    await expectAccessible(page);
    await picture(page, 'me');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.waitForURL('**/sign-in');

    await expectAccessible(page);
    await picture(page, 'sign-in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL('**/portal');
    const me = await page.request.get('/v1/me');
    expect(await me.json()).toMatchObject({ who: 'merchant:owner', person: { email: 'passkey@shop.test' } });
    const sessions = await page.request.get('/v1/sessions');
    expect((await sessions.json()).data).toMatchObject([{ method: 'passkey', current: true }]);

    await page.goto('/me');
    await page.getByRole('button', { name: 'Remove: ' }).click();
    await page.waitForURL('**/me?done=passkeys');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.waitForURL('**/sign-in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('That did not work.').waitFor();
    await context.close();

    const key = stage.sandbox.staff.find(({ role }) => role === 'admin')?.api_key;
    const log = await fetch(`${stage.tolom.url}/v1/audit?limit=100`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { data } = (await log.json()) as { data: { action: string }[] };
    const actions = data.map(({ action }) => action);
    for (const action of [
      'POST /v1/me/passkeys',
      'POST /v1/sessions/passkey',
      'DELETE /v1/me/passkeys/{passkey}',
    ]) {
      expect(actions).toContain(action);
    }
  });

  test('the sandbox’s people sign in without a script, each to their own place', async () => {
    const everybody = [...stage.sandbox.people, ...stage.sandbox.staff];
    expect(everybody).toHaveLength(8);
    const places: Record<string, string> = { owner: '/portal', manager: '/portal', cashier: '/register' };
    for (const { email, password, role } of everybody) {
      const { page, context } = await openPage(stage, { ...desktop, javaScriptEnabled: false });
      await page.goto('/sign-in?lang=en');
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in with the password' }).click();
      await page.waitForURL(`**${places[role] ?? '/centre'}`);
      await context.close();
    }
  });

  test('every page speaks every language, and fits a phone', async () => {
    const { page, context, complaints } = await openPage(stage, phone);
    for (const path of ['/sign-in', '/register-business']) {
      for (const language of languages) {
        await page.goto(`${path}?lang=${language}`);
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        await expectFits(page);
        await picture(page, `${path.slice(1)}-${language}`);
      }
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});
