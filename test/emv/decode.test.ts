import { describe, expect, it } from 'vitest';
import {
  type ChecksumKind,
  checksumOf,
  type DataObject,
  type Decoded,
  decode,
  encode,
  type LengthUnit,
} from '../../src/emv/index.ts';

/** A code of the objects given, `[id, value]` or `id → value`, its checksum right. */
function codeOf(
  objects: Record<string, string> | [string, string][],
  checksum: ChecksumKind = 'crc16',
): string {
  const listed = Array.isArray(objects)
    ? objects
    : Object.entries(objects).sort(([a], [b]) => (a < b ? -1 : 1));
  const dataObjects: DataObject[] = listed.map(([id, value]) => ({ id, value }));
  const result = encode({ dataObjects, checksum });
  if (!result.ok) throw new Error(result.detail);
  return result.payload;
}

function read(payload: string): Decoded {
  const result = decode(payload);
  if (!result.ok) throw new Error(`${result.code} ${result.detail}`);
  return result;
}

const field = (id: string, text: string) => `${id}${String([...text].length).padStart(2, '0')}${text}`;
const plain = { '00': '01', '02': '4000123456789', '52': '5812', '58': 'KG', '59': 'Cafe', '60': 'Bishkek' };
const KGS = { ...plain, '53': '417' };
const elqr = {
  '00': '01',
  '01': '11',
  '32': field('00', 'qr.tolom.kg') + field('01', '1') + field('10', 'm1'),
  '52': '5812',
  '53': '417',
  '59': 'Cafe',
};
const withCrc = (body: string) => `${body}6304${checksumOf('crc16', body)}`;

describe('what is not a code is refused once, with the reason that comes first', () => {
  const good = codeOf(KGS);
  const cut = good.slice(0, -8);
  const rows: [what: string, input: unknown, code: string, position: number][] = [
    ['nothing at all', undefined, 'not-text', 0],
    ['a number', 5, 'not-text', 0],
    ['an object', {}, 'not-text', 0],
    ['an empty text', '', 'not-mpm', 0],
    ['a web address', 'https://example.org/', 'not-mpm', 0],
    ['a web address with a fragment', 'https://example.org/#about', 'not-mpm', 0],
    ['a wifi code', 'WIFI:S:net;;', 'not-mpm', 0],
    ['encrypted base64', 'aGVsbG8gd29ybGQ=', 'not-mpm', 0],
    ['a Taiwanese link', 'TWQRP://bank/158/02/V1?D1=100', 'not-mpm', 0],
    ['4,097 characters', '0'.repeat(4097), 'too-long', 4096],
    ['a megabyte', '0'.repeat(1 << 20), 'too-long', 4096],
    ['4,096 characters of zeros', '0'.repeat(4096), 'duplicate-tag', 4],
    ['a length that is none', '00ab01', 'malformed', 2],
    ['a value cut short', good.slice(0, 10), 'truncated', 6],
    ['a header cut short', `${cut}62`, 'truncated', cut.length],
    ['a letter in a tag', withCrc(`${cut}AA0201`), 'invalid-tag', cut.length],
    ['a letter in a tag and no checksum', `${cut}AA0201`, 'invalid-tag', cut.length],
    ['a tag twice', withCrc(`${cut}5904Cafe`), 'duplicate-tag', cut.length],
    ['a tag twice and a wrong checksum', `${cut}5904Cafe63040000`, 'duplicate-tag', cut.length],
    ['a slip that is no merchant code', '0014AB0506070809CD91049C30', 'not-mpm', 0],
    ['no checksum', cut, 'missing-crc', cut.length],
    ['a checksum that is not last', `${good}6101X`, 'missing-crc', good.length + 5],
    ['a checksum without its value', `${cut}6304`, 'truncated-crc', cut.length],
    ['a checksum of three digits', good.slice(0, -1), 'truncated-crc', cut.length],
    ['half a checksum header', `${cut}63`, 'truncated-crc', cut.length],
    ['a checksum that says it has three digits', `${cut}6303ABC`, 'crc-length', cut.length + 2],
    ['a checksum that says it has five digits', `${cut}6305ABCDE`, 'crc-length', cut.length + 2],
    ['an empty checksum', `${cut}6300`, 'crc-length', cut.length + 2],
    ['a checksum too long for the text', `${cut}6310abcdef`, 'truncated', cut.length],
    ['a wrong checksum', `${cut}63040000`, 'crc', cut.length + 4],
    ['a checksum that is no hex', `${cut}6304XYZ!`, 'crc', cut.length + 4],
    ['half a character', `${cut}5901\ud8006304ABCD`, 'malformed', 0],
    ['percent signs that spell no UTF-8', `https://qr.tolom.kg/#${cut}%FF%FF`, 'malformed', 0],
  ];

  it.each(rows)('%s', (_, input, code, position) => {
    expect(decode(input as string)).toEqual({ ok: false, code, position, detail: expect.any(String) });
  });

  it('a letter swapped anywhere is caught', () => {
    for (let at = 0; at < good.length; at++) {
      const other = good[at] === '7' ? '8' : '7';
      expect(decode(good.slice(0, at) + other + good.slice(at + 1)).ok, `at ${at}`).toBe(false);
    }
  });

  it('a checksum is read in either case', () => {
    expect(decode(good.slice(0, -4) + good.slice(-4).toLowerCase()).ok).toBe(true);
  });
});

describe('lengths', () => {
  const name = 'Кафе 😀 «Ала-Тоо»';
  const inUnits = (lengthUnit: LengthUnit) => {
    const dataObjects = Object.entries({ ...KGS, '59': name })
      .sort()
      .map(([id, value]) => ({ id, value }));
    const result = encode({ dataObjects, lengthUnit });
    return result.ok ? result.payload : '';
  };

  it.each(['character', 'utf16', 'byte'] as const)('in %ss', (lengthUnit) => {
    const code = read(inUnits(lengthUnit));
    expect(code).toMatchObject({ lengthUnit, merchantName: name });
    expect(code.warnings.includes(`length-unit:${lengthUnit}`)).toBe(lengthUnit !== 'character');
  });

  it.each(['character', 'utf16', 'byte'] as const)('in %ss, inside templates too', (lengthUnit) => {
    const result = encode({
      lengthUnit,
      ...KGS_NAMED,
      language: { '00': 'ky', '01': '😀 кафе', '02': 'Бишкек' },
    });
    expect(read(result.ok ? result.payload : '').language).toEqual({
      '00': 'ky',
      '01': '😀 кафе',
      '02': 'Бишкек',
    });
  });

  it('bytes count only where the checksum holds', () => {
    const bytes = inUnits('byte');
    expect(decode(`${bytes.slice(0, -4)}0000`)).toMatchObject({ ok: false, code: 'crc' });
  });
});

const KGS_NAMED = {
  merchantAccountInformation: [{ id: '02', value: '4000123456789' }],
  merchantCategoryCode: '5812',
  transactionCurrency: '417',
  countryCode: 'KG',
  merchantName: 'Cafe',
  merchantCity: 'Bishkek',
};

describe('links', () => {
  const payload = codeOf({ ...elqr, '59': 'Кафе +1 100%' }, 'sha256-last4');

  it.each([
    ['percent-encoded', `https://qr.tolom.kg/#${encodeURIComponent(payload)}`, 'https://qr.tolom.kg/'],
    ['with a path', `https://app.mbank.kg/qr/#${encodeURIComponent(payload)}`, 'https://app.mbank.kg/qr/'],
    ['without a slash', `https://bakai.app#${encodeURIComponent(payload)}`, 'https://bakai.app'],
    ['not encoded at all', `https://qr.tolom.kg/#${payload}`, 'https://qr.tolom.kg/'],
    ['in capitals', `HTTPS://QR.TOLOM.KG/#${encodeURIComponent(payload)}`, 'HTTPS://QR.TOLOM.KG/'],
    ['without a scheme', `qr.tolom.kg#${encodeURIComponent(payload)}`, 'qr.tolom.kg'],
    ['the fragment alone', encodeURIComponent(payload), null],
    ['the text alone', payload, null],
  ])('%s', (_, text, link) => {
    expect(read(text)).toMatchObject({ profile: 'elqr', merchantName: 'Кафе +1 100%', link, payload });
  });

  it('with + for a space, where the checksum then holds', () => {
    const spaced = codeOf({ ...elqr, '59': 'Cafe on 7' }, 'sha256-last4');
    expect(read(`https://qr.tolom.kg/#${spaced.replaceAll(' ', '+')}`).merchantName).toBe('Cafe on 7');
    expect(decode(spaced.replaceAll(' ', '+'))).toMatchObject({ ok: false, code: 'crc' });
  });

  it('of other schemes', () => {
    const erip = codeOf(
      { '00': '01', '32': field('00', 'by.raschet') + field('01', '7'), '53': '933' },
      'sha256-last4',
    );
    expect(read(`https://pay.raschet.by/#${erip}`)).toMatchObject({ profile: 'erip', country: 'BY' });
  });
});

describe('checksums belong to schemes', () => {
  const mmqr = { '00': '01', '26': field('00', 'mm.com.mmqr'), '53': '104', '58': 'MM' };
  it.each([
    ['ELQR', codeOf(elqr, 'sha256-last4'), 'sha256-last4'],
    ['ELQR by a careless generator', codeOf(elqr), 'crc16'],
    ['MMQR', codeOf(mmqr, 'crc16-without-6304'), 'crc16-without-6304'],
    ['MMQR by the book', codeOf(mmqr), 'crc16'],
  ])('%s', (_, payload, kind) => expect(read(payload).checksum.kind).toBe(kind));

  it('and to no others', () => {
    for (const kind of ['sha256-last4', 'crc16-without-6304'] as const) {
      expect(decode(codeOf({ ...KGS, '53': '840', '58': 'US' }, kind))).toMatchObject({
        ok: false,
        code: 'crc',
      });
    }
  });

  it('an ELQR code under CRC-16 is told apart', () => {
    expect(read(codeOf(elqr)).warnings).toContain('checksum-kind:crc16');
  });
});

describe('the order of a code', () => {
  it.each([
    ['DuitNow has 02 in 00', { ...KGS, '00': '02', '58': 'MY' }, ['00-value:02']],
    ['NepalPay has no 00', { '01': '11', '29': field('00', 'NCHL0001') }, ['missing:00']],
  ])('%s', (_, objects, warnings) => {
    expect(read(codeOf(objects as Record<string, string>)).warnings).toEqual(
      expect.arrayContaining(warnings),
    );
  });

  it('AZQR begins with 39 and 40', () => {
    const code = read(
      codeOf([
        ['39', 'x'],
        ['40', 'y'],
        ['00', '01'],
        ['37', field('01', 'z')],
        ['58', 'AZ'],
      ]),
    );
    expect(code).toMatchObject({ profile: 'azqr', payloadFormatIndicator: '01' });
    expect(code.warnings).toContain('00-not-first');
    expect(code.dataObjects.map(({ id }) => id)).toEqual(['39', '40', '00', '37', '58', '63']);
  });

  it('templates may be anything', () => {
    const code = read(
      codeOf({
        ...KGS,
        '26': `${field('01', 'a')}${field('00', 'com.witta.merchant')}`,
        '27': 'not a template',
        '28': field('01', ''),
        '62': `${field('AA', 'x')}${field('50', field('00', 'nested'))}`,
      }),
    );
    expect(code.merchantAccountInformation.slice(1)).toEqual([
      { id: '26', guid: 'com.witta.merchant', fields: { '01': 'a' }, value: '0101a0018com.witta.merchant' },
      { id: '27', guid: null, fields: null, value: 'not a template' },
      { id: '28', guid: null, fields: { '01': '' }, value: '0100' },
    ]);
    expect(code.additionalData).toEqual({ AA: 'x', '50': '0006nested' });
  });
});

describe('what the payer is asked', () => {
  it.each([
    ['nothing', field('05', 'order 7'), []],
    [
      'fields with ***',
      field('02', '***') + field('01', '***') + field('07', 'till'),
      ['mobileNumber', 'billNumber'],
    ],
    ['data about himself', field('09', 'AME'), ['consumerAddress', 'consumerMobileNumber', 'consumerEmail']],
    ['not a misused 09', field('09', 'INV-2024'), []],
  ])('%s', (_, additional, asked) => {
    expect(read(codeOf({ ...KGS, '62': additional })).askPayer).toEqual(asked);
  });

  it('in Pix *** only says there is no transaction id', () => {
    const pix = { ...plain, '26': field('00', 'br.gov.bcb.pix'), '62': field('05', '***'), '58': 'BR' };
    expect(read(codeOf(pix)).askPayer).toEqual([]);
  });
});

describe('when a code dies', () => {
  const khqr = { ...plain, '29': field('00', 'a@devb'), '58': 'KH' };
  const paynow = (time: string) => ({
    ...plain,
    '26': field('00', 'SG.PAYNOW') + field('04', time),
    '58': 'SG',
  });
  const fps = (time: string) => ({
    ...plain,
    '26': field('00', 'hk.com.hkicl') + field('05', time),
    '58': 'HK',
  });
  it.each([
    [
      'KHQR, milliseconds',
      { ...khqr, '99': field('00', '1726821915797') + field('01', '1726822035797') },
      1726822035797,
    ],
    ['KHQR without', { ...khqr, '99': field('00', '1726821915797') }, null],
    ['PayNow, a day', paynow('20230315'), Date.UTC(2023, 2, 15, 15, 59, 59, 999)],
    ['PayNow, a moment', paynow('230914205029'), Date.UTC(2023, 8, 14, 12, 50, 29)],
    ['FPS, a moment', fps('20240229235959'), Date.UTC(2024, 1, 29, 15, 59, 59)],
  ])('%s', (_, objects, expiresAtMs) => {
    const code = read(codeOf(objects as Record<string, string>));
    expect(code.expiresAtMs).toBe(expiresAtMs);
    expect(code.warnings.filter((warning) => warning.startsWith('expiry'))).toEqual([]);
  });

  it.each(['20230231', '20231301', '12345678901234567890123456789012345', 'never', '230914'])(
    '%s is no time',
    (text) => {
      const code = read(codeOf(paynow(text)));
      expect(code.expiresAtMs).toBeNull();
      expect(code.warnings).toContain(`expiry-unreadable:${text}`);
    },
  );
});

describe('whether the payer may change the amount', () => {
  const rows: [string, Record<string, string>, boolean | null][] = [
    ['ELQR yes', { ...elqr, '32': elqr['32'] + field('12', '11') }, true],
    ['ELQR no', { ...elqr, '32': elqr['32'] + field('12', '12') }, false],
    ['ELQR silent', elqr, null],
    ['PayNow yes', { ...plain, '26': field('00', 'SG.PAYNOW') + field('03', '1'), '58': 'SG' }, true],
    ['PayNow no', { ...plain, '26': field('00', 'SG.PAYNOW') + field('03', '0'), '58': 'SG' }, false],
    ['no such field', KGS, null],
  ];
  it.each(rows)('%s', (_, objects, editable) => expect(read(codeOf(objects)).amountEditable).toBe(editable));
});
