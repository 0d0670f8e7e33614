import type { JSX } from 'hono/jsx/jsx-runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Language, languages } from '../../src/kernel/index.ts';
import { islands } from '../../src/web/islands.ts';
import {
  AppShell,
  BarChart,
  Dialog,
  Field,
  LandingShell,
  Money,
  Notice,
  Select,
  type Status,
  StatusTag,
  Table,
  Time,
} from '../../src/web/kit/index.ts';
import { kitTexts } from '../../src/web/kit/texts.ts';
import { payTexts } from '../../src/web/pay/texts.ts';
import { receiptTexts } from '../../src/web/receipt/texts.ts';
import { registerTexts } from '../../src/web/register/texts/index.ts';
import { render } from '../../src/web/respond.tsx';
import { walletTexts } from '../../src/web/wallet/texts.ts';
import { call, migrate } from '../support/switch.ts';

beforeAll(migrate);

const get = (path: string, headers: Record<string, string> = {}) => call('GET', path, { headers });

const nowMs = Date.UTC(2026, 10, 22, 6, 0);

const drawn = (page: JSX.Element, { language = 'en' as Language, search = '', path = '/portal' } = {}) =>
  render(page, { language, theme: 'system', path, search, nowMs });

describe('a field', () => {
  it('has its label, its hint and its error beside it, and says so to those who do not see', async () => {
    const html = await drawn(<Field label="Phone" name="phone" hint="With country code" error="Too short" />);
    expect(html).toContain('<label for="field-phone">Phone</label>');
    expect(html).toContain('aria-describedby="field-phone-hint field-phone-error"');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toMatch(/id="field-phone-error">.*Too short/);
  });

  it('without an error is not wrong', async () => {
    expect(await drawn(<Field label="Phone" name="phone" />)).not.toMatch(/aria-(invalid|describedby)/);
  });

  it('keeps what was typed as text', async () => {
    const html = await drawn(<Field label="Name" name="name" value={'"><script>'} />);
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;"');
  });

  it('of a choice marks what is chosen', async () => {
    const options = [['a', 'A'] as const, ['b', 'B'] as const];
    const html = await drawn(<Select label="Which" name="which" options={options} value="b" />);
    expect(html).toContain('<option value="b" selected="">B</option>');
  });
});

describe('a table', () => {
  const rows = [{ id: 'pay_1', amount: 12_550 }];
  const columns = [
    { title: 'Payment', cell: ({ id }: (typeof rows)[number]) => id },
    {
      title: 'Amount',
      number: true,
      cell: ({ amount }: (typeof rows)[number]) => <Money amount={amount} currency="KGS" />,
      total: <Money amount={12_550} currency="KGS" />,
    },
  ];
  const table = (more: object = {}) => (
    <Table
      caption="Payments"
      columns={columns}
      rows={rows}
      href={({ id }) => `/portal/${id}`}
      empty="Nothing"
      {...more}
    />
  );

  it('links its rows, puts numbers right and adds up', async () => {
    const html = await drawn(table(), { language: 'ky' });
    expect(html).toContain('<a href="/portal/pay_1">pay_1</a>');
    expect(html).toMatch(/<td class="number" data-label="Amount"><span class="money">125,50\sсом/);
    expect(html).toContain(`<th scope="row">${kitTexts('ky')('total')}</th>`);
  });

  it('leads to what is older, and keeps the filters that stand in its address', async () => {
    const html = await drawn(table({ next: 'c/2' }), { search: '?status=paid' });
    expect(html).toContain('href="?status=paid&amp;cursor=c%2F2"');
    expect(html).not.toContain(kitTexts('en')('firstPage'));
    expect(await drawn(table(), { search: '?cursor=x&status=paid' })).toContain('href="?status=paid"');
  });

  it('says what to do when it has no rows', async () => {
    const html = await drawn(table({ rows: [] }));
    expect(html).toContain('Nothing');
    expect(html).not.toContain('<table');
  });
});

describe('a time', () => {
  const drawnTime = (ms: number, language: Language = 'en') => drawn(<Time at={nowMs - ms} />, { language });

  it('of today says how long ago, the exact one by pointing at it', async () => {
    const html = await drawnTime(120_000);
    expect(html).toMatch(/title="22 Nov 2026, 11:58 GMT\+6">2 minutes ago</);
    expect(await drawnTime(3_600_000, 'ru')).toContain('1 час назад');
    expect(await drawnTime(5_000, 'ky')).toContain('азыр эле');
  });

  it('of another day, or to come, is exact', async () => {
    expect(await drawnTime(86_400_000)).toContain('>21 Nov 2026, 12:00 GMT+6<');
    expect(await drawnTime(-60_000)).toContain('>22 Nov 2026, 12:01 GMT+6<');
  });
});

it.each(languages)('a status in %s is colour, icon and word', async (language) => {
  for (const status of ['paid', 'processing', 'declined', 'expired'] satisfies Status[]) {
    const html = await drawn(<StatusTag status={status} />, { language });
    expect(html).toMatch(/class="state (good|wait|bad|over)"><svg/);
    expect(html).toContain(kitTexts(language)(status));
  }
});

it('a chart has axes with their unit, both series and the table behind them', async () => {
  const html = await drawn(
    <BarChart
      id="hours"
      title="Takings by hour"
      unit="сом"
      bars={[
        { label: '09', value: 300, before: 700 },
        { label: '10', value: 0 },
      ]}
      names={{ label: 'Hour', value: 'Today', before: 'Yesterday' }}
      text={(value) => `${value} сом`}
    />,
  );
  expect(html).toContain('role="img" aria-labelledby="hours-title"');
  expect(html).toContain('>800<');
  expect(html).toMatch(/<td class="number">300 сом<\/td><td class="number">700 сом<\/td>/);
  expect(html).not.toMatch(/NaN|undefined| style=/);
  expect(html.match(/<path class="(value|before)"/g)).toHaveLength(2);
});

describe('a shell', () => {
  const places = ['home', 'list', 'qr', 'people', 'key', 'settings'].map((icon, index) => ({
    href: index === 0 ? '/portal' : `/portal/${icon}`,
    text: icon,
    icon: icon as 'home',
  }));
  const shell = (
    <AppShell title="Staff" name="Чайхана & Co" places={places} signOut="/sign-out" sandbox>
      <Notice tone="wait">Careful</Notice>
      <Dialog id="sure" title="Sure?" />
    </AppShell>
  );

  it('marks the nearest place, and keeps within reach of a thumb what fits there', async () => {
    const html = await drawn(shell, { path: '/portal/key/key_1' });
    expect(html.match(/aria-current="page"/g)).toHaveLength(2);
    expect(html).toMatch(/href="\/portal\/key" aria-current="page"/);
    expect(html.match(/<li class="beyond">/g)).toHaveLength(2);
    expect(html).toContain('Чайхана &amp; Co');
  });

  it('links to itself in every language, with the rest of its address kept', async () => {
    const html = await drawn(shell, { language: 'km', search: '?day=today&lang=km' });
    for (const language of languages) expect(html).toContain(`href="?day=today&amp;lang=${language}"`);
    expect(html).toContain('<html lang="km"');
  });

  it('for everybody has no places and nobody to sign out', async () => {
    const html = await drawn(<LandingShell title="Welcome" narrow />);
    expect(html).not.toContain('class="places"');
    expect(html).toContain('class="narrow"');
  });
});

describe('wishes', () => {
  const cookies = ({ headers }: { headers: Headers }) => headers.getSetCookie().join('\n');
  const languageOf = ({ headers }: { headers: Headers }) => headers.get('content-language');

  it('a language asked for by address is kept, and given to the next page', async () => {
    const asked = await get('/docs/refusals?lang=km');
    expect(languageOf(asked)).toBe('km');
    expect(cookies(asked)).toMatch(
      /^tolom_language=km; Max-Age=31536000; Path=\/; HttpOnly;.* SameSite=Lax$/m,
    );
    const next = await get('/docs/refusals', { cookie: 'tolom_language=km', 'accept-language': 'ru' });
    expect(languageOf(next)).toBe('km');
    expect(cookies(next)).toBe('');
  });

  it.each(['tolom_language=xx', 'other=ky', ''])('with the cookie %j the browser decides', async (cookie) => {
    const asked = await get('/docs/refusals', { cookie, 'accept-language': 'ru' });
    expect(languageOf(asked)).toBe('ru');
  });

  it('light or dark is kept too, on pages that are rendered once as well', async () => {
    const asked = await get('/docs?theme=dark');
    expect(asked.body).toContain('data-theme="dark"');
    expect(cookies(asked)).toContain('tolom_theme=dark');
    expect((await get('/docs')).body).not.toContain('data-theme');
    expect((await get('/docs', { cookie: 'tolom_theme=light' })).body).toContain('data-theme="light"');
  });
});

it.each(Object.values(islands))('$path is small, and served for ever', async ({ path, text }) => {
  expect(new TextEncoder().encode(text).length).toBeLessThan(100_000);
  const { status, headers } = await get(path);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(headers.get('cache-control')).toContain('immutable');
});

describe('a payment that went through', () => {
  it.each(languages)('is called the same on every page in %s', (language) => {
    const words = [kitTexts, walletTexts, receiptTexts, registerTexts].map((texts) =>
      texts(language)('paid'),
    );
    const all = [...words, kitTexts(language)('completed'), payTexts[language].paid];
    expect(new Set(all).size, all.join(', ')).toBe(1);
    expect(kitTexts(language)('refunded')).not.toBe(all[0]);
  });
});
