/** Files: answers of any length, made piece by piece as they are read, never whole in memory. */
import Papa from 'papaparse';

// The mark lets spreadsheets read names in Kyrgyz, Thai or Chinese as what they are.
const byteOrderMark = '\uFEFF';

/** A CSV file to be saved under a name. */
export const csvFile = (name: string, chunks: AsyncIterable<string> | Iterable<string>): Response =>
  fileOf(name, 'text/csv; charset=utf-8', chunks, byteOrderMark);

// As a cell begins that a spreadsheet may run: whatever follows, and also where the signs are full-width ones.
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Lines of a file; `columns` are those of the first line unless said. A text that a spreadsheet would run as a formula
 * is marked as text. Numbers are not: what may be negative is handed in as one, a bigint where it may be large.
 */
export const csvText = (lines: object[], header: boolean, columns?: string[]): string =>
  lines.length === 0
    ? ''
    : `${Papa.unparse(lines, { header, escapeFormulae: formula, ...(columns && { columns }) })}\r\n`;

/** A short text of any type that is read at once and kept nowhere. */
export const textAnswer = (type: string, text: string): Response =>
  new Response(text, { headers: { 'content-type': type, 'cache-control': 'no-store' } });

/** A file of any type; what fails while it is read breaks it off, so a short one is not taken for whole. */
export function fileOf(
  name: string,
  type: string,
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string>,
  start = '',
): Response {
  const encoder = new TextEncoder();
  const iterator =
    Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (start !== '') controller.enqueue(encoder.encode(start));
    },
    async pull(controller) {
      let piece = await iterator.next();
      // Who pulls is owed something: a pull that gives nothing is not made again.
      while (!piece.done && piece.value.length === 0) piece = await iterator.next();
      if (piece.done) controller.close();
      else controller.enqueue(typeof piece.value === 'string' ? encoder.encode(piece.value) : piece.value);
    },
  });
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  });
}
