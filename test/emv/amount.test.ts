import { describe, expect, it } from 'vitest';
import { currencies, currencyOf, decode, encode, fromMinor, toMinor } from '../../src/emv/index.ts';

function read(text: string, currency: string | null, templates: Record<string, string> = {}, more = {}) {
  const objects: Record<string, string> = { '00': '01', '02': '4000', ...templates, '54': text, ...more };
  if (currency !== null) objects['53'] = currency;
  const dataObjects = Object.entries(objects).map(([id, value]) => ({ id, value }));
  const result = encode({ dataObjects });
  const code = decode(result.ok ? result.payload : '');
  if (!code.ok) throw new Error(code.detail);
  const { amount, amountRule, transactionAmount, warnings, tip } = code;
  const named = warnings.filter((warning) => /amount|tip|54/.test(warning));
  return { amount, amountRule, transactionAmount, warnings: named, tip };
}

const elqr = { '32': '0011qr.tolom.kg01011' };
const karekod = { '26': '0010TR.COM.BKM' };
const elqrStyle = { '26': '0009bakai.app' };

describe('an amount with one sure reading', () => {
  it.each([
    ['98', '840', {}, 9800n, 'USD'],
    ['98.', '840', {}, 9800n, 'USD'],
    ['98.7', '840', {}, 9870n, 'USD'],
    ['98.73', '840', {}, 9873n, 'USD'],
    ['.50', '682', {}, 50n, 'SAR'],
    ['01.23', '944', {}, 123n, 'AZN'],
    ['98.7300', '840', {}, 9873n, 'USD'],
    ['100.500', '434', {}, 100_500n, 'LYD'],
    ['1000.000', '048', {}, 1_000_000n, 'BHD'],
    ['5000', '392', {}, 5000n, 'JPY'],
    ['500000.0', '600', {}, 500_000n, 'PYG'],
    ['15000000.00', '360', {}, 1_500_000_000n, 'IDR'],
    ['1000', 'MMK', {}, 100_000n, 'MMK'],
    ['1241200', '417', elqr, 1_241_200n, 'KGS'],
    ['0001241200', '417', elqr, 1_241_200n, 'KGS'],
    ['1', '417', elqr, 1n, 'KGS'],
    ['000000002500', '949', karekod, 2500n, 'TRY'],
    ['25.00', '949', karekod, 2500n, 'TRY'],
    ['25.00', '417', elqrStyle, 2500n, 'KGS'],
    ['90071992547409.91', '840', {}, 9_007_199_254_740_991n, 'USD'],
  ])('%s in %s', (text, currency, templates, minor, code) => {
    expect(read(text, currency, templates)).toMatchObject({
      amount: { minor, currency: code },
      amountRule: 'fixed',
      transactionAmount: text,
    });
  });
});

describe('an open amount', () => {
  it.each(['0', '0.00', '000', '0.'])('%s is said to be zero', (text) => {
    const open = { amount: null, amountRule: 'open', transactionAmount: text };
    expect(read(text, '840')).toMatchObject({ ...open, warnings: ['54-zero'] });
    expect(read(text, '417', elqr)).toMatchObject({ ...open, warnings: ['54-zero'] });
  });

  it('*** leaves it to the payer', () => {
    expect(read('***', '840')).toMatchObject({
      amount: null,
      amountRule: 'open',
      warnings: ['54-format:***'],
    });
  });

  it('an empty one is none', () => {
    expect(read('', '840')).toMatchObject({ amount: null, amountRule: 'open', warnings: ['zero-length:54'] });
  });
});

describe('an amount that could mean two things, or none, is never guessed', () => {
  it.each([
    ['1,50', '840', {}, 'format'],
    ['1 50', '840', {}, 'format'],
    ['-5', '840', {}, 'format'],
    ['1e3', '840', {}, 'format'],
    ['.', '840', {}, 'format'],
    ['1.2.3', '840', {}, 'format'],
    ['١٢', '840', {}, 'format'],
    ['999.123', '392', {}, 'too-many-decimals'],
    ['1.005', '840', {}, 'too-many-decimals'],
    ['90071992547409.92', '840', {}, 'too-large'],
    ['99999999999999999999999999', '840', {}, 'too-large'],
    ['000000002500', '840', {}, 'unit-unclear'],
    ['2500', '949', karekod, 'unit-unclear'],
    ['2500', '417', elqrStyle, 'unit-unclear'],
    ['124.12', '417', elqr, 'format'],
    ['124', '840', elqr, 'currency-not-of-scheme'],
    ['5', '849', {}, 'currency-unknown'],
    ['5', null, {}, 'currency-missing'],
    ['5', null, elqr, 'currency-missing'],
  ])('%s in %s', (text, currency, templates, fault) => {
    const result = read(text, currency, templates);
    expect(result).toMatchObject({ amount: null, amountRule: 'unreadable', transactionAmount: text });
    expect(result.warnings).toContain(`amount-unreadable:${fault}`);
  });
});

describe('tips and fees', () => {
  it.each([
    [{ '55': '01' }, { kind: 'prompt' }],
    [
      { '55': '02', '56': '5.00' },
      { kind: 'fixed', minor: 500n },
    ],
    [
      { '55': '02', '56': '0' },
      { kind: 'fixed', minor: 0n },
    ],
    [
      { '55': '03', '57': '0.7' },
      { kind: 'percentage', hundredths: 70 },
    ],
    [
      { '55': '03', '57': '05.00' },
      { kind: 'percentage', hundredths: 500 },
    ],
    [
      { '55': '03', '57': '99.99' },
      { kind: 'percentage', hundredths: 9999 },
    ],
    [{ '55': '01', '56': '500', '57': '5' }, { kind: 'prompt' }],
    [{ '56': '40.00' }, null],
    [{}, null],
  ])('%j', (tags, tip) => expect(read('10', '840', {}, tags).tip).toEqual(tip));

  it.each([
    [{ '55': '02' }, 'format'],
    [{ '55': '02', '56': '1.005' }, 'too-many-decimals'],
    [{ '55': '03' }, 'format'],
    [{ '55': '03', '57': '0' }, 'format'],
    [{ '55': '03', '57': '100' }, 'format'],
  ])('%j cannot be read', (tags, fault) => {
    const result = read('10', '840', {}, tags);
    expect(result.tip).toBeNull();
    expect(result.warnings).toContain(`tip-unreadable:${fault}`);
  });
});

describe('currencies', () => {
  it('are the ISO 4217 list', () => {
    expect(currencies().length).toBeGreaterThan(150);
    expect(new Set(currencies().map(({ code }) => code)).size).toBe(currencies().length);
    expect(new Set(currencies().map(({ numeric }) => numeric)).size).toBe(currencies().length);
    // The engine knows the codes too, but neither units of account nor what is newer than its data.
    const known = new Set(Intl.supportedValuesOf('currency'));
    const unknown = currencies().filter(({ code }) => !known.has(code));
    expect(
      unknown
        .map(({ code }) => code)
        .filter((code) => !['XAD', 'XCG', 'ZWG', 'CLF', 'UYI', 'UYW'].includes(code)),
    ).toEqual([]);
  });

  it.each([
    ['417', 'KGS', 2],
    ['392', 'JPY', 0],
    ['048', 'BHD', 3],
    ['990', 'CLF', 4],
  ])('%s is %s', (numeric, code, decimals) => {
    expect(currencyOf(numeric)).toEqual({ numeric, code, decimals });
    expect(currencyOf(code)).toBe(currencyOf(numeric));
  });
});

describe('minor units are spelled as they are read', () => {
  it.each(['major', 'minor', 'minor-padded', 'unclear'] as const)('%s', (rule) => {
    for (const decimals of [0, 2, 3]) {
      for (const minor of [1n, 7n, 50n, 999n, 1000n, 12550n, 99_999_999_999n]) {
        expect(toMinor(fromMinor(minor, decimals, rule), decimals, rule)).toBe(Number(minor));
      }
    }
  });
});
