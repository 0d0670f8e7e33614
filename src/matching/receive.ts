/** A file comes in parts, in their order. Of each, whole rows are read at once; the rest waits for the next part. */
import { fromBase64Url, ok, type Result, refuse, toBase64Url, utf8 } from '../kernel/index.ts';
import { readCamt, wholeEntries } from './camt053.ts';
import { readCsv, wholeLines } from './csv.ts';
import type { Format } from './formats.ts';
import type { Place } from './model.ts';
import type { FileRow } from './rows.ts';
import type { MatchingStore, PartnerFileRow } from './store.ts';

export const partBytesMax = 1024 * 1024;
// One row, or one entry of a statement with all its transactions.
const carryBytesMax = 512 * 1024;
const partsMax = 1_000;
const unreadKeptMax = 100;

/** Reads a part; one that was received before is answered as it stands. */
export async function receivePart(
  store: MatchingStore,
  file: PartnerFileRow,
  format: Format,
  number: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Result<PartnerFileRow>> {
  const hash = toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  const known = file.parts[number - 1];
  if (known !== undefined) return known === hash ? ok(file) : refuse('partner_file.part_changed');
  if (file.status !== 'receiving') return refuse('partner_file.complete');
  if (number !== file.parts.length + 1 || number > partsMax) {
    return refuse(
      'partner_file.out_of_order',
      `part ${file.parts.length + 1} of at most ${partsMax} comes next`,
    );
  }
  const read = readNext(file, format, joined(carried(file), bytes));
  if (typeof read === 'string') return refuse('partner_file.unreadable', read);
  const received = { ...read.after, parts: [...file.parts, hash], bytes: file.bytes + bytes.length };
  if (await store.receive(file, received, read.rows))
    return ok({ ...file, ...received, steps: file.steps + 1 });
  return refuse('partner_file.out_of_order', 'another part was received meanwhile');
}

/** Reads what is left after the last part, and lets matching begin. */
export async function endOfFile(
  store: MatchingStore,
  file: PartnerFileRow,
  format: Format,
): Promise<Result<undefined>> {
  const left = carried(file);
  const torn = tornEnd(left, format);
  if (torn) return refuse('partner_file.unreadable', torn);
  const read = readNext(file, format, left.length > 0 ? joined(left, lineFeed) : left, true);
  if (typeof read === 'string') return refuse('partner_file.unreadable', read);
  const { after, rows } = read;
  if (after.rows === 0)
    return refuse('partner_file.unreadable', firstProblem(after.unread) ?? 'it has no rows');
  await store.receive(file, { ...after, status: 'matching' }, rows);
  return ok(undefined);
}

const lineFeed = utf8('\n');
const carried = ({ carry }: PartnerFileRow) => fromBase64Url(carry) ?? new Uint8Array();

/** What shows that a file was cut short. */
function tornEnd(left: Uint8Array, format: Format): string | undefined {
  if (format.kind === 'csv') {
    return wholeLines(joined(left, lineFeed)) <= left.length ? 'it ends within a quoted cell' : undefined;
  }
  const text = new TextDecoder().decode(left);
  return /<\/(?:\w+:)?Document>/.test(text) && !/<(?:\w+:)?Ntry[\s>]/.test(text)
    ? undefined
    : 'it ends before the document does';
}

const firstProblem = ([first]: PartnerFileRow['unread']) => first && `line ${first.line}: ${first.problem}`;

/** A whole file that is small enough to be read at once. */
export const readWhole = (bytes: Uint8Array, format: Format) => {
  const text = textOf(bytes, format);
  return text === undefined ? 'it is not written in the encoding of the format' : readText(text, format, {});
};

interface Read {
  readonly after: Pick<PartnerFileRow, 'place' | 'carry' | 'rows' | 'unreadCount' | 'unread'>;
  readonly rows: FileRow[];
}

/** What the file becomes with these bytes, and the rows in them; a text when they cannot be read. */
function readNext(file: PartnerFileRow, format: Format, bytes: Uint8Array, isLast = false): Read | string {
  const whole = format.kind === 'csv' ? wholeLines(bytes) : wholeEntries(bytes);
  const end = isLast ? bytes.length : whole;
  const carry = bytes.subarray(end);
  if (carry.length > carryBytesMax) return `no row ends within ${carryBytesMax} bytes`;
  const text = textOf(bytes.subarray(0, end), format);
  if (text === undefined) return 'it is not written in the encoding of the format';
  const read = readText(text, format, file.place);
  if (typeof read === 'string') return read;
  const after = {
    place: read.place,
    carry: toBase64Url(carry),
    rows: file.rows + read.rows.length,
    unreadCount: file.unreadCount + read.unread.length,
    unread: [...file.unread, ...read.unread].slice(0, unreadKeptMax),
  };
  return { after, rows: read.rows };
}

function readText(text: string, format: Format, place: Place) {
  if (text === '') return { rows: [], unread: [], place };
  if (format.kind === 'csv') return readCsv(text, format, { ...place, lines: place.lines ?? 0 });
  return readCamt(text, format, { rows: place.rows ?? 0, begun: place.begun ?? false });
}

function textOf(bytes: Uint8Array, format: Format): string | undefined {
  const encoding = format.kind === 'csv' ? format.encoding : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
