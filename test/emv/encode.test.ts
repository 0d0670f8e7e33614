import { describe, expect, it } from 'vitest';
import { decode, type ElqrData, type EncodeData, elqrOf, encode, encodeElqr } from '../../src/emv/index.ts';

const cafe = {
  merchantAccountInformation: [{ id: '26', guid: 'org.example', fields: { '01': '7', '10': 'till' } }],
  merchantCategoryCode: '5812',
  amount: { minor: 12550n, currency: 'USD' },
  countryCode: 'US',
  merchantName: 'Cafe',
  merchantCity: 'Springfield',
};

const sale: ElqrData = {
  provider: 'qr.tolom.kg',
  pointOfInitiationMethod: 'dynamic',
  serviceCode: '1',
  recipientId: 'merchant-42',
  transactionId: 'order-7',
  merchantCategoryCode: '5812',
  merchantName: 'Ala-Too Cafe',
  amountMinor: 12550n,
};

const long = (length: number) => 'x'.repeat(length);

describe('a code by names', () => {
  it('comes out in order, whatever the order of its fields', () => {
    expect(encode(cafe)).toEqual({
      ok: true,
      payload:
        '00020126280011org.example01017' +
        '1004till5204581253038405406125.505802US5904Cafe6011Springfield6304' +
        encodedCrc(cafe),
    });
  });

  it('keeps the order asked for', () => {
    const result = encode({ ...cafe, tagOrder: ['00', '60', '59', '54'] });
    const code = decode(result.ok ? result.payload : '');
    expect(code.ok && code.dataObjects.map(({ id }) => id).join(' ')).toBe('00 60 59 54 26 52 53 58 63');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['KGS under ELQR is tyiyn', { profile: 'elqr', amount: { minor: 12550, currency: 'KGS' } }, '12550'],
    ['elsewhere it has a point', { amount: { minor: 12550n, currency: 'KGS' } }, '125.50'],
    ['three decimals', { amount: { minor: 1_000_000n, currency: 'BHD' } }, '1000.000'],
    ['none', { amount: { minor: 500n, currency: '392' } }, '500'],
    ['small change', { amount: { minor: 5n, currency: 'USD' } }, '0.05'],
    ['Karekod pads', { profile: 'tr-karekod', amount: { minor: 2500n, currency: 'TRY' } }, '000000002500'],
  ])('%s', (_, more, text) => {
    const result = encode({ ...cafe, ...more });
    const code = decode(result.ok ? result.payload : '');
    expect(code).toMatchObject({ ok: true, transactionAmount: text });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown profile', { profile: 'nosuch' }, 'unknown-profile', 'profile'],
    ['no account', { merchantAccountInformation: [] }, 'missing-field', 'merchantAccountInformation'],
    ['no name', { merchantName: null }, 'missing-field', '59'],
    ['an empty name', { merchantName: '' }, 'invalid-value', '59'],
    ['a name of 26', { merchantName: long(26) }, 'too-long', '59'],
    ['a city of 16', { merchantCity: long(16) }, 'too-long', '60'],
    ['a postal code of 11', { postalCode: long(11) }, 'too-long', '61'],
    ['half a character', { merchantName: 'a\ud800' }, 'invalid-value', '59'],
    ['a category of three digits', { merchantCategoryCode: '581' }, 'invalid-value', '52'],
    ['a country in small letters', { countryCode: 'us' }, 'invalid-value', '58'],
    ['an unknown point of initiation', { pointOfInitiationMethod: '13' }, 'invalid-value', '01'],
    ['an amount of nothing', { amount: { minor: 0n, currency: 'USD' } }, 'invalid-amount', 'amount'],
    ['a negative amount', { amount: { minor: -5, currency: 'USD' } }, 'invalid-amount', 'amount'],
    ['half a cent', { amount: { minor: 0.5, currency: 'USD' } }, 'invalid-amount', 'amount'],
    ['too large an amount', { amount: { minor: 2n ** 53n, currency: 'USD' } }, 'invalid-amount', 'amount'],
    ['an unknown currency', { amount: { minor: 5n, currency: 'XXQ' } }, 'invalid-amount', 'amount'],
    ['two currencies', { transactionCurrency: '417' }, 'invalid-amount', 'amount'],
    ['two amounts', { transactionAmount: '99' }, 'invalid-amount', '54'],
    ['an amount that is no text of one', { amount: null, transactionAmount: '1,5' }, 'invalid-amount', '54'],
    ['dollars under ELQR', { profile: 'elqr' }, 'invalid-amount', 'amount'],
    [
      'a template over 99',
      { merchantAccountInformation: [{ id: '26', fields: { '01': long(96) } }] },
      'too-long',
      '26',
    ],
    [
      'a field over 99',
      { merchantAccountInformation: [{ id: '26', fields: { '01': long(100) } }] },
      'too-long',
      '26-01',
    ],
    [
      'a GUID of 33',
      { merchantAccountInformation: [{ id: '26', guid: long(33), fields: {} }] },
      'too-long',
      '26-00',
    ],
    [
      'a field ID of letters',
      { merchantAccountInformation: [{ id: '26', fields: { AB: 'x' } }] },
      'invalid-tag',
      '26-AB',
    ],
    [
      'a field twice',
      {
        merchantAccountInformation: [
          {
            id: '26',
            fields: [
              ['01', 'a'],
              ['01', 'b'],
            ],
          },
        ],
      },
      'duplicate-tag',
      '26-01',
    ],
    ['a tag twice', { unreservedTemplates: [{ id: '59', value: 'x' }] }, 'duplicate-tag', '59'],
    ['a bill number of 26', { additionalData: { '01': long(26) } }, 'too-long', '62-01'],
    ['a foreign name of 26', { language: { '00': 'ky', '01': long(26) } }, 'too-long', '64-01'],
  ])('%s is refused', (_, more, code, field) => {
    expect(encode({ ...cafe, ...more } as EncodeData)).toEqual({
      ok: false,
      code,
      field,
      detail: expect.any(String),
    });
  });

  it('a code of more than 512 characters is refused', () => {
    const unreservedTemplates = ['80', '81', '82', '83', '84'].map((id) => ({ id, value: long(99) }));
    expect(encode({ ...cafe, unreservedTemplates })).toMatchObject({
      ok: false,
      code: 'too-long',
      field: 'payload',
    });
  });
});

function encodedCrc(data: EncodeData): string {
  const result = encode(data);
  return result.ok ? result.payload.slice(-4) : '';
}

describe('a code by objects', () => {
  it.each<[string, { id: string; value: string }[], string, string]>([
    ['an ID of one digit', [{ id: '5', value: 'x' }], 'invalid-tag', '5'],
    ['an ID of letters', [{ id: 'AA', value: 'x' }], 'invalid-tag', 'AA'],
    [
      'an ID twice',
      [
        { id: '02', value: 'x' },
        { id: '02', value: 'y' },
      ],
      'duplicate-tag',
      '02',
    ],
    ['a value of 100', [{ id: '02', value: long(100) }], 'too-long', '02'],
  ])('%s is refused', (_, dataObjects, code, field) => {
    expect(encode({ dataObjects })).toMatchObject({ ok: false, code, field });
  });

  it('counts lengths in the unit asked for', () => {
    const texts = (['character', 'utf16', 'byte'] as const).map((lengthUnit) => {
      const result = encode({ dataObjects: [{ id: '59', value: 'Ж😀' }], lengthUnit });
      return result.ok ? result.payload.slice(0, 4) : '';
    });
    expect(texts).toEqual(['5902', '5903', '5906']);
  });
});

describe('an ELQR code', () => {
  it('is a link whose fragment is the code', () => {
    const result = encodeElqr(sale);
    if (!result.ok) throw new Error(result.detail);
    expect(result.payload).toMatch(
      /^00020101021232460011qr\.tolom\.kg010111011merchant-421107order-75204581253034175405125505912Ala-Too Cafe6304[\dA-F]{4}$/,
    );
    expect(result.link).toBe(`https://qr.tolom.kg/#${encodeURIComponent(result.payload)}`);
    for (const text of [result.link, result.payload]) {
      expect(decode(text)).toMatchObject({
        ok: true,
        profile: 'elqr',
        pointOfInitiationMethod: 'dynamic',
        amount: { minor: 12550n, currency: 'KGS' },
        merchantName: 'Ala-Too Cafe',
        checksum: { kind: 'sha256-last4' },
      });
    }
  });

  it('gives back every field it was made of', () => {
    const fields = {
      provider: 'qr.tolom.kg',
      serviceCode: 'averspay-items',
      recipientId: 'm-1',
      transactionId: 'ОсОО "Төлөм"',
      amountEditable: false,
      recipientEditable: true,
      merchantId: '34077',
      serviceName: 'Жарык үчүн төлөм',
      comment: 'стол:7 😀',
      extraFields: Array.from({ length: 6 }, (_, n) => ({
        key: `k${n}`,
        label: `Лицевой счёт ${n}`,
        value: '100500',
        title: 'Счёт',
        visible: n % 2 === 0,
      })),
    };
    const result = encodeElqr({
      ...fields,
      pointOfInitiationMethod: 'static',
      merchantCategoryCode: '4900',
      merchantName: 'Кафе «Ала-Тоо»',
    });
    const code = decode(result.ok ? result.link : '');
    if (!code.ok) throw new Error(code.code);
    expect(elqrOf(code)).toEqual(fields);
    expect(code).toMatchObject({ amount: null, amountRule: 'open', amountEditable: false });
    expect(code.warnings).toEqual(['missing:58', 'missing:60', '59-non-ans', '34-not-a-template']);
  });

  const extra = { key: 'k', label: long(90), value: 'v', title: 't', visible: true };
  it.each<[string, Partial<ElqrData>, string, string]>([
    ['neither service nor merchant', { serviceCode: undefined }, 'missing-field', '32-01'],
    ['a recipient of 33', { recipientId: long(33) }, 'too-long', '32-10'],
    ['a comment of 33', { comment: long(33) }, 'too-long', '34'],
    [
      '32 beyond 99',
      { provider: long(32), recipientId: long(32), transactionId: long(32) },
      'too-long',
      '32',
    ],
    ['an empty transaction id', { transactionId: '' }, 'invalid-value', '32-11'],
    ['a colon in an extra field', { extraFields: [{ ...extra, label: 'a:b' }] }, 'invalid-value', '35'],
    ['too long an extra field', { extraFields: [extra] }, 'too-long', '35'],
    ['too many of them', { extraFields: Array(6).fill({ ...extra, label: long(50) }) }, 'too-long', '35'],
    ['no amount at all', { amountMinor: 0n }, 'invalid-amount', 'amount'],
    ['a bad category', { merchantCategoryCode: 'food' }, 'invalid-value', '52'],
    ['too long a name', { merchantName: long(26) }, 'too-long', '59'],
  ])('%s is refused', (_, more, code, field) => {
    expect(encodeElqr({ ...sale, ...more })).toMatchObject({ ok: false, code, field });
  });

  it('of strangers reads as far as it goes', () => {
    const dataObjects = [
      { id: '00', value: '01' },
      { id: '32', value: '1302110011qr.tolom.kg' },
      { id: '35', value: 'k:label:v:title:11' },
      { id: '36', value: 'free text' },
      { id: '37', value: 'k:label:v:title:maybe' },
    ];
    const result = encode({ profile: 'elqr', dataObjects });
    const code = decode(result.ok ? result.payload : '');
    if (!code.ok) throw new Error(code.code);
    expect(elqrOf(code)).toMatchObject({
      provider: 'qr.tolom.kg',
      recipientEditable: true,
      amountEditable: null,
      extraFields: [{ key: 'k', label: 'label', value: 'v', title: 'title', visible: true }],
    });
    expect(code.warnings).toContain('missing:32-01/33-00');
  });
});
