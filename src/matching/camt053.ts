/**
 * camt.053, a bank's statement (ISO 20022, BankToCustomerStatement, any version): its entries (`Ntry`) are read one
 * after the other as they arrive, each whole in itself. An entry of several transactions (`TxDtls`) is a row for each.
 */
import { XMLParser } from 'fast-xml-parser';
import type { CamtFormat } from './formats.ts';
import { type FileRow, keyOf, kindOf, minorOf, spanOf, timeReader, type Unread } from './rows.ts';

export interface CamtPlace {
  readonly rows: number;
  /** Whether the document's element was seen, which says what the file is. */
  readonly begun: boolean;
}

const documentForm =
  /<(?:\w+:)?Document\b[^>]*\bxmlns(?::\w+)?="urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d{2}"/;
const entryForm = /<((?:\w+:)?Ntry)(?:\s[^>]*)?>[\s\S]*?<\/\1>/g;
const lists = new Set(['Ntry', 'NtryDtls', 'TxDtls']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  // What an entity stands for could be anything; those of XML itself are read.
  processEntities: true,
  isArray: (name) => lists.has(name),
});

/** Where the last whole entry ends, in bytes: names of elements are the same in every encoding we read. */
export function wholeEntries(bytes: Uint8Array): number {
  const text = new TextDecoder('latin1').decode(bytes);
  const last = [...text.matchAll(/<\/(?:\w+:)?Ntry>/g)].at(-1);
  return last ? last.index + last[0].length : 0;
}

export function readCamt(
  text: string,
  format: CamtFormat,
  place: CamtPlace,
): { rows: FileRow[]; unread: Unread[]; place: CamtPlace } | string {
  if (/<!(?:DOCTYPE|ENTITY|\[CDATA\[)/i.test(text))
    return 'a statement must not have a document type or CDATA';
  if (!place.begun && !documentForm.test(text)) return 'not a camt.053 document';
  const rows: FileRow[] = [];
  const unread: Unread[] = [];
  const readRow = rowReader(format);
  let line = place.rows;
  for (const entry of entriesIn(text)) {
    const transactions = transactionsOf(entry);
    for (const details of transactions) {
      line++;
      const row = readRow(entry, details, line, transactions.length === 1);
      if (typeof row === 'string') unread.push({ line, problem: row });
      else rows.push(row);
    }
  }
  return { rows, unread, place: { rows: line, begun: true } };
}

function entriesIn(text: string): unknown[] {
  const found = text.match(entryForm) ?? [];
  if (found.length === 0) return [];
  const content: unknown = parser.parse(`<Stmt>${found.join('')}</Stmt>`);
  const entries = under(content, 'Stmt/Ntry');
  return Array.isArray(entries) ? entries : [];
}

/** An entry that says nothing more of itself is one transaction. */
function transactionsOf(entry: unknown): unknown[] {
  const details = under(entry, 'NtryDtls');
  const found = (Array.isArray(details) ? details : []).flatMap((one) => {
    const transactions = under(one, 'TxDtls');
    return Array.isArray(transactions) ? transactions : [];
  });
  return found.length > 0 ? found : [undefined];
}

function rowReader(format: CamtFormat) {
  const timesIn = timeReader('iso', format.offset);
  const windowMs = format.window_seconds * 1_000;

  /** The row, or what is wrong with it; one of several transactions has not the amount of all of them. */
  return (entry: unknown, details: unknown, line: number, isAlone: boolean): FileRow | string => {
    const own = under(details, 'Amt') ?? under(details, 'AmtDtls/TxAmt/Amt');
    const paid = own ?? (isAlone ? under(entry, 'Amt') : undefined);
    if (paid === undefined && !isAlone) return 'one of several transactions, without an amount of its own';
    const currency = textIn(paid, '@Ccy') ?? '';
    const written = textIn(paid, '#') ?? '';
    const amount = minorOf(written, currency, { decimal: '.', grouping: '', unit: 'major' });
    if (amount === undefined)
      return `not an amount of ${currency || 'any currency'}: ${JSON.stringify(written.slice(0, 40))}`;
    const side = textIn(details, 'CdtDbtInd') ?? textIn(entry, 'CdtDbtInd');
    if (side !== 'DBIT' && side !== 'CRDT') return 'neither a debit nor a credit';
    const said =
      textIn(details, 'RltdDts/AccptncDtTm') ??
      textIn(details, 'RltdDts/TxDtTm') ??
      textIn(entry, 'BookgDt/DtTm') ??
      textIn(entry, 'BookgDt/Dt');
    const times = said === undefined ? undefined : timesIn(said);
    if (said !== undefined && !times) return `not a time: ${JSON.stringify(said.slice(0, 40))}`;
    // Sts is a code in later versions, and a text in earlier ones: booked, or still to be (PDNG).
    const status = (textIn(entry, 'Sts/Cd') ?? textIn(entry, 'Sts')) === 'PDNG' ? 'pending' : 'completed';
    const key = keyOf([
      ...['EndToEndId', 'TxId', 'InstrId', 'AcctSvcrRef'].map((name) =>
        provided(textIn(details, `Refs/${name}`)),
      ),
      textIn(entry, 'AcctSvcrRef'),
      textIn(entry, 'NtryRef'),
    ]);
    const kind = kindOf(format.sign, side === 'DBIT', key);
    return { line, key, amount: Math.abs(amount), currency, kind, status, ...spanOf(times, windowMs) };
  };
}

// What ISO 20022 has written where there is nothing to write.
const provided = (text: string | undefined) => (text === 'NOTPROVIDED' ? undefined : text);

function under(content: unknown, path: string): unknown {
  let found: unknown = content;
  for (const name of path.split('/')) {
    found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  }
  return found;
}

function textIn(content: unknown, path: string): string | undefined {
  const found = under(content, path);
  return typeof found === 'string' ? found.trim() : undefined;
}
