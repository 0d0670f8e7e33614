import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
const d = JSON.parse(readFileSync('.tolom/sandbox.json'));
const u = d.url;
const [who, prefix, ...paths] = process.argv.slice(2);
const staff = d.staff.find((s) => s.role === who);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, size, scheme] of [['wide', { width: 1360, height: 860 }, 'light'], ['phone', { width: 390, height: 800 }, 'dark']]) {
  const ctx = await browser.newContext({ viewport: size, colorScheme: scheme, locale: 'en' });
  const page = await ctx.newPage();
  page.on('console', (m) => { if (m.type() === 'error') console.log('console', m.text()); });
  await page.goto(`${u}/sign-in?next=/centre`);
  await page.fill('[name=email]', staff.email);
  await page.fill('[name=password]', staff.password);
  await page.click('form button[type=submit]');
  await page.waitForLoadState();
  for (const p of paths) {
    const r = await page.goto(u + p);
    console.log(name, p, r.status(), page.url().slice(u.length));
    const w = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (w > 0) console.log('  overflows by', w);
    await page.screenshot({ path: `/tmp/pics/${prefix}-${name}-${p.replaceAll(/[^a-z0-9]+/gi, '_').slice(0,50)}.png`, fullPage: name==='wide' });
  }
  await ctx.close();
}
await browser.close();
