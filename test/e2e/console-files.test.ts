/** What the centre's people do with files: a report into a spreadsheet, a bank's file against the switch. */
import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

// Debian's own, for which CI installs the reader.
const python = '/usr/bin/python3';
const reader = `
import json, sys, openpyxl
print(json.dumps([list(row) for row in openpyxl.load_workbook(open(sys.argv[1], 'rb')).active.iter_rows(values_only=True)]))
`;

describe.skipIf(!hasBrowser)('the centre’s files in a browser', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  }, 180_000);
  afterAll(() => stage?.close());

  async function signIn(page: Page, role: string): Promise<void> {
    const person = stage.sandbox.staff.find((one) => one.role === role)!;
    await page.goto('/sign-in');
    await page.locator('[name=email]').fill(person.email);
    await page.locator('[name=password]').fill(person.password);
    await page.locator('main form button[type=submit]').first().click();
    await page.waitForURL('**/centre');
  }

  async function pay(amount: number): Promise<{ id: string; created_at: string }> {
    const account = stage.sandbox.accounts.find(({ currency }) => currency === 'KGS')!;
    const issuer = stage.sandbox.participants.find(({ id }) => id === account.participant)!;
    const answer = await fetch(`${stage.tolom.url}/v1/accounts/${account.id}/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${issuer.api_key}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify({ payload: stage.sandbox.merchants[0]!.qr, amount }),
    });
    const payment = (await answer.json()) as { id: string; created_at: string };
    expect(payment).toMatchObject({ status: 'completed' });
    return payment;
  }

  async function sheetBehind(page: Page, name: string): Promise<unknown[][]> {
    const begun = page.waitForEvent('download');
    await page.getByRole('link', { name }).first().click();
    const file = await (await begun).path();
    return JSON.parse(execFileSync(python, ['-c', reader, file], { encoding: 'utf8' }));
  }

  test('an analyst gets yesterday’s totals into a spreadsheet, and a large report as a file', async () => {
    for (const amount of [12_500, 20_000]) await pay(amount);
    const { page, context, complaints } = await openPage(stage, desktop);
    await signIn(page, 'analyst');
    await page.getByRole('link', { name: 'Reports' }).click();
    // A new sandbox took nothing yesterday: a sheet of headings.
    const [heading, ...yesterday] = await sheetBehind(page, 'Spreadsheet');
    expect(heading).toContain('Sum');
    expect(yesterday).toEqual([]);
    await expectAccessible(page);
    await picture(page, 'console-reports');

    await page.getByRole('link', { name: 'Volumes' }).click();
    await expect
      .poll(() => page.reload().then(() => page.locator('.rows tbody').textContent()), { timeout: 30_000 })
      .toContain('325.00');
    await expectAccessible(page);
    await picture(page, 'console-volumes');
    const [names = [], ...rows] = await sheetBehind(page, 'Spreadsheet');
    const totals = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
    const paid = totals.filter(({ Kind, Status }) => Kind === 'payment' && Status === 'completed');
    expect(paid.reduce((sum, row) => sum + Number(row.Sum), 0)).toBe(325);

    await page.getByRole('link', { name: 'Merchant', exact: true }).click();
    await page.locator('[name=kind]').selectOption('payment');
    await page.waitForURL('**kind=payment**');
    await page.getByRole('button', { name: 'Make the file' }).click();
    await page.getByText('Ready').waitFor();
    await expectAccessible(page);
    await picture(page, 'console-files');
    const [, ...made] = await sheetBehind(page, 'Download');
    expect(made.length).toBeGreaterThan(0);

    const narrow = await context.newPage();
    await narrow.setViewportSize(phone.viewport!);
    for (const [name, path] of Object.entries({
      reports: '',
      volumes: '/volumes',
      payments: '/payments',
      merchants: '/merchants',
      files: '/files',
    })) {
      await narrow.goto(`/centre/reports${path}`);
      await expectFits(narrow);
      await picture(narrow, `console-${name}-phone`);
    }
    await narrow.goto('/centre/reports/payments?lang=km&theme=dark');
    await expectFits(narrow);
    await expectAccessible(narrow);
    await page.goto('/centre/reports/payments');
    await picture(page, 'console-payments-report');
    expect(complaints).toEqual([]);
    await context.close();
  }, 240_000);

  test('an officer matches a bank’s file with three planted differences', async () => {
    const [one, two, three] = [await pay(41_000), await pay(42_000), await pay(43_000)];
    const issuer = stage.sandbox.accounts.find(({ currency }) => currency === 'KGS')!.participant;
    const name = stage.sandbox.participants.find(({ id }) => id === issuer)!.name;
    // The first is not there, the second has another amount, and one that nobody here has made.
    const line = ({ id, created_at: at }: { id: string; created_at: string }, sum: string) =>
      `${id};${at};${sum};Исполнен\n`;
    const stranger = { id: 'RRN-77', created_at: one.created_at };
    const text = [
      'Номер платежа;Время;Сумма;Состояние\n',
      ...[line(two, '420,50'), line(three, '430,00'), line(stranger, '99,00')],
    ].join('');
    const file = { name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    const { page, context, complaints } = await openPage(stage, desktop);
    await signIn(page, 'officer');
    await page.getByRole('link', { name: 'Reconciliation' }).click();
    await page.locator('main').getByRole('link', { name }).click();
    await page.getByRole('link', { name: 'New format' }).click();
    await page.locator('[name=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Recognise' }).click();
    await page.getByText('KGS 420.50').waitFor();
    await expectAccessible(page);
    await picture(page, 'console-format');
    await page.getByLabel('Name of the format').fill('Bank, daily');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[name=file]').setInputFiles(file);
    // Yesterday is offered; a new sandbox has only what happens now, whichever day that is.
    await page.locator('[name=to]').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
    await expectAccessible(page);
    await picture(page, 'console-upload');
    await page.getByRole('button', { name: 'Upload and match' }).click();
    await page.getByRole('heading', { name: 'Both sides' }).waitFor({ timeout: 30_000 });
    for (const type of ['Missing here', 'Missing there', 'Another amount']) {
      await page.locator('#differences tbody').getByText(type).first().waitFor();
    }
    await expectAccessible(page);
    await picture(page, 'console-matched');
    await page.locator('#differences tbody').getByRole('link', { name: 'Another amount' }).click();
    await page.getByText('KGS 420.50').waitFor();
    await expectAccessible(page);
    await picture(page, 'console-difference');
    await page.locator('[name=resolve]').fill('The bank has put it right');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('Resolved.').waitFor();
    const matched = page.url();
    for (const [name, path] of Object.entries({ days: '', day: '/2026-11-01', balance: '/balance' })) {
      await page.setViewportSize(desktop.viewport!);
      await page.goto(`/centre/days${path}`);
      await expectAccessible(page);
      await picture(page, `console-${name}`);
      await page.setViewportSize(phone.viewport!);
      await expectFits(page);
      await picture(page, `console-${name}-phone`);
    }
    await page.goto(matched);
    await expectFits(page);
    await picture(page, 'console-difference-phone');
    await page.getByRole('link', { name: 'File', exact: false }).first().click();
    await page.getByRole('heading', { name: 'Both sides' }).waitFor();
    await expectFits(page);
    await picture(page, 'console-matched-phone');
    expect(complaints).toEqual([]);
    await context.close();
  }, 240_000);
});
