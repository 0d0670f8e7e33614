/** What partners write, and what it means: amounts, times, rows of CSV and of statements, cut anywhere. */
import { describe, expect, test } from 'vitest';
import { newTransferId } from '../../src/kernel/index.ts';
import { readCamt, wholeEntries } from '../../src/matching/camt053.ts';
import { readCsv, wholeLines } from '../../src/matching/csv.ts';
import { type CamtFormat, type CsvFormat, formatSchema } from '../../src/matching/formats.ts';
import { keyOf, kindOf, minorOf, timeReader } from '../../src/matching/rows.ts';

const csv = (more: object): CsvFormat =>
  formatSchema.parse({ kind: 'csv', columns: { amount: 'amount' }, currency: 'KGS', ...more }) as CsvFormat;

describe('an amount', () => {
  test.each([
    ['125.50', 'KGS', {}, 12_550],
    ['-125.5', 'KGS', {}, -12_550],
    ['+7', 'KGS', {}, 700],
    ['1 250,75', 'KGS', { decimal: ',', grouping: ' ' }, 125_075],
    ['1\u00a0250,75', 'KGS', { decimal: ',', grouping: ' ' }, 125_075],
    ['1,250.75', 'KGS', { grouping: ',' }, 125_075],
    ["1'250.75", 'KGS', { grouping: "'" }, 125_075],
    ['12550', 'KGS', { unit: 'minor' }, 12_550],
    ['12550.00', 'KGS', { unit: 'minor' }, 12_550],
    ['125', 'JPY', {}, 125],
    ['125.000', 'KWD', {}, 125_000],
    ['0.10', 'KGS', {}, 10],
    ['90071992547409.91', 'KGS', {}, 9_007_199_254_740_991],
    // Never rounded, never guessed.
    ['90071992547409.92', 'KGS', {}, undefined],
    ['125.505', 'KGS', {}, undefined],
    ['125.500', 'KGS', {}, 12_550],
    ['125.5', 'JPY', {}, undefined],
    ['1,250.75', 'KGS', {}, undefined],
    ['125,50', 'KGS', {}, undefined],
    ['1e3', 'KGS', {}, undefined],
    ['', 'KGS', {}, undefined],
    ['.5', 'KGS', {}, undefined],
    ['125', 'XXY', {}, undefined],
  ])('%j of %s written %j is %s', (text, currency, written, minor) => {
    const usual = { decimal: '.', grouping: '', unit: 'major' } as const;
    expect(minorOf(text, currency, { ...usual, ...(written as object) })).toBe(minor);
  });
});

describe('a time', () => {
  const noon = Date.parse('2026-11-21T06:00:00Z');
  test.each([
    ['iso', '2026-11-21T12:00:00', noon, noon],
    ['iso', '2026-11-21T06:00:00Z', noon, noon],
    ['iso', '2026-11-21 12:00', noon, noon],
    ['iso', '2026-11-21T12:00:00.000+06:00', noon, noon],
    ['iso', '2026-11-21', Date.parse('2026-11-20T18:00:00Z'), Date.parse('2026-11-21T17:59:59.999Z')],
    ['dd.MM.yyyy HH:mm:ss', '21.11.2026 12:00:00', noon, noon],
    ['dd.MM.yyyy', '21.11.2026', Date.parse('2026-11-20T18:00:00Z'), Date.parse('2026-11-21T17:59:59.999Z')],
    ['yyyyMMddHHmmss', '20261121120000', noon, noon],
    ['unix_s', String(noon / 1_000), noon, noon],
    ['unix_ms', String(noon), noon, noon],
  ])('%s: %s', (form, text, from, to) => {
    expect(timeReader(form, '+06:00')(text)).toEqual([from, to]);
  });

  test.each([
    ['iso', '21.11.2026'],
    ['iso', '2026-13-01'],
    ['dd.MM.yyyy', '21-11-2026'],
    ['dd.MM.yyyy HH:mm', '21.11.2026'],
    ['dd.MM.yyyy', '45.11.2026'],
    ['unix_s', 'soon'],
  ])('%s is not %s', (form, text) => {
    expect(timeReader(form, '+06:00')(text)).toBeUndefined();
  });
});

test('our id is the key wherever it stands, and says what the row is', () => {
  const [payment, refund] = [newTransferId('payment', 1, 1), newTransferId('refund', 1, 1)];
  expect(keyOf(['their-1', payment])).toBe(payment);
  expect(keyOf(['', ' their-1 ', undefined])).toBe('their-1');
  expect(keyOf([undefined, ' '])).toBeNull();
  expect(kindOf('payments_negative', false, payment)).toBe('payment');
  expect(kindOf('none', false, refund)).toBe('refund');
  expect(kindOf('none', true, 'their-1')).toBeNull();
  expect(kindOf('payments_negative', true, null)).toBe('payment');
  expect(kindOf('refunds_negative', true, null)).toBe('refund');
});

describe('CSV', () => {
  const format = csv({
    delimiter: ';',
    skip_lines: 1,
    columns: { reference: 'Ref', amount: 'Сумма', time: 4, status: 'State' },
    decimal: ',',
    time: 'dd.MM.yyyy HH:mm',
    statuses: { completed: ['OK'], declined: ['no'], pending: [] },
    window_seconds: 60,
  });
  const text =
    'Statement of the day;;;\r\nRef;Сумма;State;When\r\nA-1;12,50;ok;21.11.2026 12:00\r\n' +
    '"A;2";7;NO;21.11.2026 12:01\r\n\r\nA-3;x;ok;21.11.2026 12:02\r\n"A\n4";1;maybe;21.11.2026 12:03\r\nA-5;1;ok;then\r\n';

  test('is read by its format; what cannot be read is named, line by line', () => {
    const read = readCsv(text, format, { lines: 0 });
    const noon = Date.parse('2026-11-21T06:00:00Z');
    expect(read).toMatchObject({
      rows: [
        { line: 3, key: 'A-1', amount: 1_250, currency: 'KGS', kind: null, status: 'completed' },
        { line: 4, key: 'A;2', amount: 700, status: 'declined' },
      ],
      unread: [
        { line: 6, problem: expect.stringContaining('"x"') },
        { line: 7, problem: expect.stringContaining('"maybe"') },
        { line: 8, problem: expect.stringContaining('"then"') },
      ],
    });
    expect((read as { rows: object[] }).rows[0]).toMatchObject({
      earliestMs: noon - 60_000,
      latestMs: noon + 60_000,
    });
  });

  test('reads the same wherever it is cut', () => {
    const whole = readCsv(text, format, { lines: 0 });
    const bytes = new TextEncoder().encode(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const rows: unknown[] = [];
      const unread: unknown[] = [];
      let place: { lines: number } = { lines: 0 };
      let carry = new Uint8Array();
      for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
        const joined = Uint8Array.from([...carry, ...part]);
        const end = wholeLines(joined);
        carry = joined.slice(end);
        const read = readCsv(new TextDecoder().decode(joined.subarray(0, end)), format, place);
        if (typeof read === 'string') throw new Error(read);
        rows.push(...read.rows);
        unread.push(...read.unread);
        place = read.place;
      }
      expect({ rows, unread, place }).toEqual(whole);
      expect(carry.length).toBe(0);
    }
  });

  test.each([
    [csv({ columns: { amount: 'Total' } }), 'there is no column called Total'],
    [csv({ header: false }), /the file has no header/],
  ])('that its format does not fit is refused', (wrong, problem) => {
    expect(readCsv('amount\n1\n', wrong, { lines: 0 })).toMatch(problem);
  });
});

describe('camt.053', () => {
  const format = formatSchema.parse({ kind: 'camt053', window_seconds: 60 }) as CamtFormat;
  const id = newTransferId('payment', Date.parse('2026-11-21T06:00:00Z'), 1);
  const entry = (amount: string, side: string, more: string, details = '') =>
    `<Ntry><Amt Ccy="KGS">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd>${more}<NtryDtls>${details}</NtryDtls></Ntry>`;
  const entries = [
    entry(
      '12.50',
      'DBIT',
      '<Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2026-11-21T12:00:00</DtTm></BookgDt><AcctSvcrRef>B-1</AcctSvcrRef>',
      `<TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs></TxDtls>`,
    ),
    entry(
      '30',
      'CRDT',
      '<Sts>BOOK</Sts><BookgDt><Dt>2026-11-21</Dt></BookgDt><AcctSvcrRef>B-2</AcctSvcrRef>',
      '<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><TxId>T&amp;1</TxId></Refs><Amt Ccy="KGS">10</Amt></TxDtls>' +
        '<TxDtls><AmtDtls><TxAmt><Amt Ccy="KGS">20</Amt></TxAmt></AmtDtls></TxDtls>',
    ),
    '<Ntry><Amt Ccy="KGS">1</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts></Ntry>',
    '<Ntry><Amt Ccy="KGS">1.001</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>',
  ];
  const documentOf = (inner: string, name = 'camt.053.001.08') =>
    `<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${name}"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>S</Id>${inner}</Stmt></BkToCstmrStmt></Document>`;
  const text = documentOf(entries.join('\n'));
  const begin = { rows: 0, begun: false };

  test('gives a row for each transaction, whatever its version', () => {
    for (const name of ['camt.053.001.02', 'camt.053.001.08', 'camt.053.001.13']) {
      expect(readCamt(documentOf(entries.join(''), name), format, begin)).toMatchObject({
        rows: [
          { line: 1, key: id, amount: 1_250, currency: 'KGS', kind: 'payment', status: 'completed' },
          { line: 2, key: 'T&1', amount: 1_000, kind: 'refund' },
          { line: 3, key: 'B-2', amount: 2_000, kind: 'refund' },
          { line: 4, key: null, amount: 100, status: 'pending', earliestMs: null },
        ],
        unread: [{ line: 5, problem: expect.stringContaining('1.001') }],
        place: { rows: 5, begun: true },
      });
    }
  });

  test('one of several transactions has not the amount of all of them', () => {
    const transaction = (key: string, more = '') =>
      `<TxDtls><Refs><EndToEndId>${key}</EndToEndId></Refs>${more}</TxDtls>`;
    const own = '<Amt Ccy="KGS">10</Amt>';
    const together = entry('30', 'DBIT', '', transaction('a', own) + transaction('b') + transaction('c'));
    const problem = 'one of several transactions, without an amount of its own';
    expect(readCamt(documentOf(together), format, begin)).toMatchObject({
      rows: [{ line: 1, key: 'a', amount: 1_000 }],
      unread: [
        { line: 2, problem },
        { line: 3, problem },
      ],
    });
  });

  test('with prefixes is the same', () => {
    const prefixed = text.replaceAll(/<(\/?)([A-Z])/g, '<$1ns:$2').replace('xmlns=', 'xmlns:ns=');
    expect(readCamt(prefixed, format, begin)).toEqual(readCamt(text, format, begin));
  });

  test('reads the same wherever it is cut', () => {
    const whole = readCamt(text, format, begin);
    if (typeof whole === 'string') throw new Error(whole);
    for (let cut = 0; cut <= text.length; cut += 3) {
      const rows: unknown[] = [];
      let place = begin;
      let carry = '';
      for (const part of [text.slice(0, cut), text.slice(cut)]) {
        const end = wholeEntries(new TextEncoder().encode(carry + part));
        const read = end === 0 ? undefined : readCamt((carry + part).slice(0, end), format, place);
        if (typeof read === 'string') throw new Error(read);
        rows.push(...(read?.rows ?? []));
        place = read?.place ?? place;
        carry = (carry + part).slice(end);
      }
      expect(rows).toEqual(whole.rows);
      expect(place).toEqual(whole.place);
    }
  });

  test.each([
    ['another message', documentOf('', 'camt.052.001.08'), /not a camt.053/],
    [
      'a document type',
      text.replace('<Document', '<!DOCTYPE x [<!ENTITY a "b">]><Document'),
      /document type/,
    ],
    ['no XML', 'Ref;Amount', /not a camt.053/],
  ])('%s is refused', (_, wrong, problem) => {
    expect(readCamt(wrong, format, begin)).toMatch(problem);
  });
});
