/** Files of reports, written piece by piece; what must be remembered between two pieces is plain data. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Language } from '../kernel/index.ts';
import { csvHead, csvRows, jsonRows } from './lists.ts';
import type { Report, Row } from './table.ts';
import { emptyXlsx, type XlsxState, xlsxEnd, xlsxRows, xlsxType } from './xlsx.ts';

export const fileFormats = ['csv', 'xlsx', 'jsonl'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Only spreadsheets have anything to remember. */
export type FileState = XlsxState;
export const emptyFile: FileState = emptyXlsx;

export const typeOf: Record<FileFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl',
  xlsx: xlsxType,
};

const byteOrderMark = '\uFEFF';

export interface Piece {
  readonly rows: readonly Row[];
  readonly first: boolean;
  readonly last: boolean;
}

/** The next piece of a file. */
export function pieceOf(
  report: Report,
  format: FileFormat,
  { rows, first, last }: Piece,
  state: FileState,
  language: Language | null,
) {
  if (format === 'xlsx') {
    const piece = xlsxRows(report, rows, state, { language });
    const end = last ? xlsxEnd(report, piece.state, language) : new Uint8Array();
    const bytes = new Uint8Array(piece.bytes.length + end.length);
    bytes.set(piece.bytes);
    bytes.set(end, piece.bytes.length);
    return { bytes, state: piece.state };
  }
  const head = first && format === 'csv' ? byteOrderMark + csvHead(report, language) : '';
  const text = head + (format === 'csv' ? csvRows(report, rows) : jsonRows(report, rows));
  return { bytes: new TextEncoder().encode(text), state };
}

/** As pieces are kept; spreadsheets are packed already. */
export const kept = (format: FileFormat, bytes: Uint8Array): Uint8Array =>
  format === 'xlsx' ? bytes : gzipSync(bytes);
export const asWritten = (format: FileFormat, bytes: Uint8Array): Uint8Array =>
  format === 'xlsx' ? bytes : gunzipSync(bytes);
