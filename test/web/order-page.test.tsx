import { describe, expect, it } from 'vitest';
import { languages, refusalText } from '../../src/kernel/index.ts';
import { moneyText, timeText } from '../../src/web/language.ts';
import { OrderPage, type PayableOrder } from '../../src/web/pay/page.tsx';
import { payTexts } from '../../src/web/pay/texts.ts';

const merchant = {
  id: 'mch_00000000000000000000',
  name: 'A & B',
  city: 'Osh',
  country: 'KG',
  active: true,
};
const order: PayableOrder = {
  id: 'ord_00000000000000000000',
  state: 'open',
  amountMinor: 12_550n,
  currency: 'KGS',
  description: null,
  reference: null,
  items: [],
  expiresAtMs: Date.UTC(2026, 10, 21, 20, 5),
  endedAtMs: null,
  payload: '000201',
  asksForTip: false,
  paid: null,
  merchant,
};
const show = (changes: Partial<PayableOrder>, language: (typeof languages)[number] = 'en'): string =>
  String(<OrderPage order={{ ...order, ...changes }} language={language} nowMs={0} />);

describe('the page of an order', () => {
  it('offers a wallet app only a code that is a link', () => {
    expect(show({})).not.toContain(payTexts.en.openWallet);
    expect(show({ payload: 'https://qr.tolom.kg/#0002' })).toContain('href="https://qr.tolom.kg/#0002"');
    expect(show({ payload: 'javascript:alert(1)' })).not.toContain('javascript:');
  });

  it('lets a payer choose among wallet apps, and hands the whole code over', () => {
    const wallets = [
      { name: 'A & B Wallet', link: 'https://ab.example/pay?qr={payload}&from=web' },
      { name: 'Some Bank', link: 'somebank://qr/{payload}' },
    ];
    const open = { ...order, payload: 'https://qr.tolom.kg/#00$&02' };
    const page = String(<OrderPage order={open} language="ru" nowMs={0} wallets={wallets} />);
    const code = 'https%3A%2F%2Fqr.tolom.kg%2F%2300%24%2602';
    expect(page).toContain(`href="https://ab.example/pay?qr=${code}&amp;from=web"`);
    expect(page).toContain(`href="somebank://qr/${code}"`);
    expect(page).toContain('A &amp; B Wallet');
    expect(page).toContain(payTexts.ru.otherWallet);
    expect(
      String(<OrderPage order={{ ...open, state: 'paid' }} language="ru" nowMs={0} wallets={wallets} />),
    ).not.toContain('ab.example');
  });

  it('shows no code of a merchant that cannot be paid now, and says why', () => {
    const page = show({ merchant: { ...merchant, active: false } }, 'ru');
    expect(page).toContain(refusalText('merchant.inactive', 'ru'));
    expect(page).not.toContain('qr.svg');
    expect(page).not.toContain('<script');
  });

  it('escapes what merchants write', () => {
    expect(show({ description: '"><img src=x onerror=alert(1)>' })).not.toContain('<img src=x');
    expect(show({})).toContain('A &amp; B');
  });

  it('shows what is sold, and a discount as what it is', () => {
    const page = show({
      items: [
        { name: 'Самса <жаңы>', quantity: 3, unit_price: 5_000 },
        { name: 'Арзандатуу', quantity: 1, unit_price: -2_450 },
      ],
    });
    expect(page).toContain('3 × Самса &lt;жаңы&gt;');
    expect(page).toContain('150.00');
    expect(page).toMatch(/-KGS.24\.50/);
  });

  it.each(languages)('has no text of another language in %s', (language) => {
    if (language === 'en') return;
    for (const [key, text] of Object.entries(payTexts[language])) {
      expect(text, key).not.toBe(payTexts.en[key as keyof typeof payTexts.en]);
      expect(text.trim(), key).toBe(text);
      expect(text, key).not.toBe('');
    }
  });
});

describe('money', () => {
  it.each([
    [1n, 'KGS', 'en', 'KGS 0.01'],
    [9_007_199_254_740_991n, 'KGS', 'en', 'KGS 90,071,992,547,409.91'],
    [5n, 'JPY', 'en', 'JP¥5'],
    [1n, 'BHD', 'en', 'BHD 0.001'],
    [100n, 'THB', 'th', '฿1.00'],
    [100_00n, 'KHR', 'km', '៛ 100.00'],
    [100_00n, 'KGS', 'ky', '100,00 сом'],
  ] as const)('%s minor units of %s in %s: %s', (minor, currency, language, text) => {
    expect(moneyText(minor, currency, language).replaceAll(/[\u00a0\u202f]/g, ' ')).toBe(text);
  });
});

describe('time', () => {
  it.each([
    ['KG', 'en', '22 Nov 2026, 02:05 GMT+6'],
    ['KG', 'ky', '22.11.2026, 02:05 GMT+6'],
    ['TH', 'km', '22/11/2026, 03:05 GMT+7'],
    ['TH', 'th', '22 พ.ย. 2569 03:05 GMT+7'],
    ['CN', 'zh', '2026年11月22日 04:05 GMT+8'],
    ['XX', 'en', '21 Nov 2026, 20:05 UTC'],
  ] as const)('in %s for %s: %s', (country, language, text) => {
    expect(timeText(order.expiresAtMs, country, language)).toBe(text);
  });
});
