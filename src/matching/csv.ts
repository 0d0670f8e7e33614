/** CSV (RFC 4180) in parts: each is cut behind its last whole line, and the rest waits for the next one. */
import Papa from 'papaparse';
import type { CsvFormat } from './formats.ts';
import {
  type FileRow,
  keyOf,
  kindOf,
  minorOf,
  spanOf,
  type TheirStatus,
  timeReader,
  type Unread,
} from './rows.ts';

/** What has to be remembered between parts. */
export interface CsvPlace {
  /** Lines so far. */
  readonly lines: number;
  /** Where each column stands; undefined before the header was read. */
  readonly columns?: Readonly<Record<string, number>>;
}

const [lineFeed, quote] = [0x0a, 0x22];

/** Where the last whole line of some bytes ends: a line feed within quotes belongs to its cell. */
export function wholeLines(bytes: Uint8Array): number {
  let end = 0;
  let quoted = false;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] === quote) quoted = !quoted;
    else if (bytes[index] === lineFeed && !quoted) end = index + 1;
  }
  return end;
}

interface Read {
  readonly rows: FileRow[];
  readonly unread: Unread[];
  readonly place: CsvPlace;
}

/** Reads whole lines; a text when the file is not of this format at all. */
export function readCsv(text: string, format: CsvFormat, place: CsvPlace): Read | string {
  const bare = place.lines === 0 ? text.replace(/^\uFEFF/, '') : text;
  const { data } = Papa.parse<string[]>(bare, { delimiter: format.delimiter });
  // What follows the last line feed is no line.
  if (data.at(-1)?.length === 1 && data.at(-1)?.[0] === '') data.pop();
  const rows: FileRow[] = [];
  const unread: Unread[] = [];
  let { lines, columns } = place;
  const readRow = rowReader(format);
  for (const cells of data) {
    lines++;
    if (lines <= format.skip_lines || cells.every((cell) => cell.trim() === '')) continue;
    if (!columns) {
      const found = columnsOf(format, cells);
      if (typeof found === 'string') return found;
      columns = found;
      if (format.header) continue;
    }
    const row = readRow(cells, columns, lines);
    if (typeof row === 'string') unread.push({ line: lines, problem: row });
    else rows.push(row);
  }
  return { rows, unread, place: { lines, ...(columns && { columns }) } };
}

/** Numbers, from 0, of the columns that the format names. */
function columnsOf(
  { columns, header }: CsvFormat,
  first: readonly string[],
): Record<string, number> | string {
  const names = first.map((name) => name.trim().toLowerCase());
  const found: Record<string, number> = {};
  for (const [field, column] of Object.entries(columns)) {
    if (column === undefined) continue;
    if (typeof column === 'string' && !header)
      return `column ${column} has a name, but the file has no header`;
    const index = typeof column === 'number' ? column - 1 : names.indexOf(column.toLowerCase());
    if (index < 0) return `there is no column called ${column}`;
    found[field] = index;
  }
  return found;
}

function rowReader(format: CsvFormat) {
  const timesIn = timeReader(format.time, format.offset);
  const statuses = new Map<string, TheirStatus>();
  for (const status of ['completed', 'pending', 'declined'] as const) {
    for (const word of format.statuses?.[status] ?? []) statuses.set(word.toLowerCase(), status);
  }
  const windowMs = format.window_seconds * 1_000;

  /** The row, or what is wrong with it. */
  return (
    cells: readonly string[],
    columns: Readonly<Record<string, number>>,
    line: number,
  ): FileRow | string => {
    const cell = (field: string): string | undefined => {
      const index = columns[field];
      return index === undefined ? undefined : (cells[index] ?? '').trim();
    };
    const currency = (cell('currency') || format.currency || '').toUpperCase();
    const amount = minorOf(cell('amount') ?? '', currency, format);
    if (amount === undefined)
      return `not an amount of ${currency || 'any currency'}: ${shown(cell('amount'))}`;
    const said = cell('time');
    const times = said ? timesIn(said) : undefined;
    if (said && !times) return `not a time: ${shown(said)}`;
    const word = cell('status');
    const status = word === undefined || word === '' ? 'completed' : statuses.get(word.toLowerCase());
    if (!status) return `a status the format does not know: ${shown(word)}`;
    const key = keyOf([cell('id'), cell('reference')]);
    const kind = kindOf(format.sign, amount < 0, key);
    return { line, key, amount: Math.abs(amount), currency, kind, status, ...spanOf(times, windowMs) };
  };
}

const shown = (text: string | undefined): string => JSON.stringify((text ?? '').slice(0, 40));
