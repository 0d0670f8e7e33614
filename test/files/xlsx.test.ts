/** Spreadsheets as another program reads them: openpyxl, which knows nothing of how they were written. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Language } from '../../src/kernel/index.ts';
import { fileColumns, type Report, type Row } from '../../src/reports/table.ts';
import { emptyXlsx, xlsxEnd, xlsxRows } from '../../src/reports/xlsx.ts';

const report: Report = {
  name: 'payments',
  ...{ summary: '', row: '', access: [], database: 'reports', projected: true, from: '', filters: {} },
  currency: 'currency',
  columns: [
    { name: 'id', type: 'id', sql: '' },
    { name: 'amount', type: 'money', sql: '' },
    { name: 'count', type: 'count', sql: '' },
    { name: 'paid', type: 'flag', sql: '' },
    { name: 'at', type: 'time', sql: '' },
  ],
};

// Debian's own, for which CI installs the reader.
const python = '/usr/bin/python3';
const reader = `
import json, sys, zipfile, openpyxl
assert zipfile.ZipFile(sys.argv[1]).testzip() is None
book = openpyxl.load_workbook(sys.argv[1])
show = lambda cell: cell.value.isoformat(timespec='milliseconds') if hasattr(cell.value, 'isoformat') else cell.value
print(json.dumps([{'name': sheet.title, 'rows': [[show(c) for c in row] for row in sheet.iter_rows()],
  'formats': [c.number_format for c in sheet[2]], 'types': [c.data_type for c in sheet[2]]} for sheet in book]))
`;

interface Sheet {
  readonly name: string;
  readonly rows: unknown[][];
  readonly formats: string[];
  readonly types: string[];
}

function read(bytes: Uint8Array): Sheet[] {
  const folder = mkdtempSync(join(tmpdir(), 'tolom-xlsx-'));
  try {
    const file = join(folder, 'report.xlsx');
    writeFileSync(file, bytes);
    return JSON.parse(execFileSync(python, ['-c', reader, file], { encoding: 'utf8', maxBuffer: 1e8 }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Written in pieces of so many rows; what is remembered between two is text once. */
function written(
  rows: readonly Row[],
  pieceSize: number,
  limit?: number,
  language: Language | null = null,
): Uint8Array {
  const wish = { language, ...(limit !== undefined && { limit }) };
  const pieces: Uint8Array[] = [];
  let state = emptyXlsx;
  for (let at = 0; at === 0 || at < rows.length; at += pieceSize) {
    const piece = xlsxRows(report, rows.slice(at, at + pieceSize), JSON.parse(JSON.stringify(state)), wish);
    pieces.push(piece.bytes);
    state = piece.state;
  }
  return Buffer.concat([...pieces, xlsxEnd(report, state, language)]);
}

const rowOf = (id: string, more: Partial<Row> = {}): Row => ({
  ...{ id, amount: 12_550, count: 3, paid: 1, at: Date.parse('2026-11-21T08:30:00.250Z'), currency: 'KGS' },
  ...more,
});

test('names, numbers, times and currencies are what they are', () => {
  const rows = [
    rowOf('Өзгөн «нан» & <ТЦ>'),
    rowOf('=HYPERLINK("http://evil.example")', { amount: -5, count: 0, paid: 0 }),
    rowOf(' ร้าน\u0007อาหาร 🍜 ', { amount: 1_500, currency: 'JPY' }),
    rowOf('large', { amount: Number.MAX_SAFE_INTEGER, currency: 'BHD' }),
    rowOf('nothing', { amount: null, at: null, count: null }),
  ];
  const [sheet, ...others] = read(written(rows, 2));
  expect(others).toEqual([]);
  expect(sheet?.name).toBe('payments');
  expect(sheet?.formats).toEqual([
    'General',
    'General',
    'General',
    'yyyy-mm-dd hh:mm:ss',
    '#,##0.00',
    'General',
  ]);
  expect(sheet?.rows).toEqual([
    fileColumns(report).map(({ name }) => name),
    ['Өзгөн «нан» & <ТЦ>', 3, true, '2026-11-21T08:30:00.250', 125.5, 'KGS'],
    ['=HYPERLINK("http://evil.example")', 0, false, '2026-11-21T08:30:00.250', -0.05, 'KGS'],
    [' ร้านอาหาร 🍜 ', 3, true, '2026-11-21T08:30:00.250', 1_500, 'JPY'],
    ['large', 3, true, '2026-11-21T08:30:00.250', '9007199254740.991', 'BHD'],
    ['nothing', null, true, null, null, 'KGS'],
  ]);
});

test('people read its columns, and its name, in their language', () => {
  const [sheet] = read(written([rowOf('one')], 1, undefined, 'ky'));
  expect(sheet?.name).toBe('Төлөмдөр');
  expect(sheet?.rows[0]).toEqual(['Номери', 'Саны', 'Төлөндү', 'Убактысы', 'Суммасы', 'Валюта']);
});

test('no text is a formula', () => {
  const [sheet] = read(written([rowOf('=1+1')], 1));
  expect(sheet?.types[0]).not.toBe('f');
});

test('pieces of any size are the same workbook; a full sheet is followed by another', () => {
  const rows = Array.from({ length: 25 }, (_, index) => rowOf(`row ${index}`, { amount: index }));
  const whole = read(written(rows, 100, 11));
  expect(whole.map(({ name, rows: { length } }) => [name, length])).toEqual([
    ['payments', 11],
    ['payments 2', 11],
    ['payments 3', 6],
  ]);
  expect(whole.flatMap((sheet) => sheet.rows.slice(1).map(([id]) => id))).toEqual(rows.map(({ id }) => id));
  for (const size of [1, 7, 10]) expect(read(written(rows, size, 11))).toEqual(whole);
});

test('of nothing it is a sheet with its columns', () => {
  const bytes = written([], 1);
  expect(bytes.length).toBeGreaterThan(500);
  const folder = mkdtempSync(join(tmpdir(), 'tolom-xlsx-'));
  const file = join(folder, 'report.xlsx');
  writeFileSync(file, bytes);
  const script = 'import sys, openpyxl; print(openpyxl.load_workbook(sys.argv[1]).active.max_row)';
  expect(execFileSync(python, ['-c', script, file], { encoding: 'utf8' }).trim()).toBe('1');
  rmSync(folder, { recursive: true });
});
