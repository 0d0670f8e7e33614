/**
 * Spreadsheets (Office Open XML, ECMA-376), written piece by piece. Amounts are numbers in whole units with the
 * decimals of their currency, times are UTC; texts are never formulas. A sheet takes 1,048,576 rows, more go to further ones.
 */
import { currencyOf } from '../emv/index.ts';
import { type Language, speakable } from '../kernel/index.ts';
import { type Column, fileColumns, type Report, type Row, type Value } from './table.ts';
import { headingOf, reportTitle } from './texts.ts';
import { emptyZip, Zip, type ZipState } from './zip.ts';

export interface XlsxState {
  readonly zip: ZipState;
  readonly sheets: number;
  /** In the sheet that is being written, its header included. */
  readonly rows: number;
}

const rowsPerSheet = 1_048_576;
// A spreadsheet keeps so many digits of a number; longer ones are written as text.
const exactMax = 999_999_999_999_999;
const dayMs = 86_400_000;
// Spreadsheets count days from the end of 1899.
const epochDay = 25_569;

const styles = { header: 1, time: 2, decimals: 3 } as const;
const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export const xlsxType = `${sheetType}.sheet`;
export const emptyXlsx: XlsxState = { zip: emptyZip, sheets: 0, rows: 0 };

interface Wish {
  /** Of the headings; null: names for programs. */
  readonly language?: Language | null;
  /** How many rows a sheet takes. */
  readonly limit?: number;
}

/** Writes rows, after the header where a sheet begins. */
export function xlsxRows(
  report: Report,
  rows: readonly Row[],
  state: XlsxState,
  { language = null, limit = rowsPerSheet }: Wish = {},
) {
  const zip = new Zip(state.zip);
  const columns = fileColumns(report);
  let { sheets, rows: written } = state;
  let text = '';
  const flush = () => {
    if (text !== '') zip.write(text);
    text = '';
  };
  const begin = () => {
    sheets++;
    zip.begin(`xl/worksheets/sheet${sheets}.xml`);
    text = sheetStart + rowOf(columns.map(({ name }) => textCell(headingOf(name, language), styles.header)));
    written = 1;
  };
  if (sheets === 0) begin();
  for (const row of rows) {
    if (written === limit) {
      text += sheetEnd;
      flush();
      zip.end();
      begin();
    }
    text += rowOf(columns.map((column) => cellOf(column, row[column.name] ?? null, row.currency ?? null)));
    written++;
  }
  flush();
  return { bytes: zip.bytes(), state: { zip: zip.state, sheets, rows: written } };
}

/** Ends the sheet and adds what makes it a workbook. */
export function xlsxEnd(
  report: Report,
  { zip: state, sheets }: XlsxState,
  language: Language | null = null,
): Uint8Array<ArrayBuffer> {
  const zip = new Zip(state);
  zip.write(sheetEnd);
  zip.end();
  for (const [name, text] of partsOf(language ? reportTitle(report.name, language) : report.name, sheets)) {
    zip.begin(name);
    zip.write(text);
    zip.end();
  }
  zip.close();
  return zip.bytes();
}

const sheetStart =
  `${xml}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>';
const sheetEnd = '</sheetData></worksheet>';

const rowOf = (cells: readonly string[]): string => `<row>${cells.join('')}</row>`;
const styled = (style: number): string => (style === 0 ? '' : ` s="${style}"`);
const textCell = (text: string, style = 0): string =>
  `<c t="inlineStr"${styled(style)}><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
const numberCell = (number: number | string, style = 0): string => `<c${styled(style)}><v>${number}</v></c>`;

function cellOf({ type }: Column, value: Value, currency: Value): string {
  if (value === null) return '<c/>';
  if (type === 'money') return moneyCell(Number(value), String(currency));
  if (type === 'time') return numberCell(Number(value) / dayMs + epochDay, styles.time);
  if (type === 'flag') return `<c t="b"><v>${value}</v></c>`;
  return type === 'count' ? numberCell(Number(value)) : textCell(String(value));
}

function moneyCell(minor: number, currency: string): string {
  const decimals = currencyOf(currency)?.decimals ?? 0;
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const text = `${minor < 0 ? '-' : ''}${digits.slice(0, point)}${decimals > 0 ? '.' : ''}${digits.slice(point)}`;
  return Math.abs(minor) > exactMax ? textCell(text) : numberCell(text, styles.decimals + decimals);
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string =>
  speakable(text).replaceAll(/[&<>]/g, (sign) => entities[sign] ?? sign);

function partsOf(title: string, sheets: number): [name: string, text: string][] {
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const type = (part: string, kind: string) =>
    `<Override PartName="/xl/${part}.xml" ContentType="${sheetType}.${kind}+xml"/>`;
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${relations}/${kind}" Target="${target}"/>`;
  const related = (text: string) =>
    `${xml}<Relationships xmlns="${packages}/relationships">${text}</Relationships>`;
  const each = (make: (number: number) => string) => numbers.map(make).join('');
  return [
    [
      'xl/workbook.xml',
      `${xml}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${each(
        (number) =>
          `<sheet name="${title}${number > 1 ? ` ${number}` : ''}" sheetId="${number}" r:id="r${number}"/>`,
      )}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      related(
        each((number) => relation(`r${number}`, 'worksheet', `worksheets/sheet${number}.xml`)) +
          relation('styles', 'styles', 'styles.xml'),
      ),
    ],
    ['xl/styles.xml', stylesXml],
    ['_rels/.rels', related(relation('workbook', 'officeDocument', 'xl/workbook.xml'))],
    [
      '[Content_Types].xml',
      `${xml}<Types xmlns="${packages}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        type('workbook', 'sheet.main') +
        type('styles', 'styles') +
        each((number) => type(`worksheets/sheet${number}`, 'worksheet')) +
        '</Types>',
    ],
  ];
}

// Formats of our own are numbered from 164: a time, then amounts with none to four decimals.
const formats = [
  'yyyy-mm-dd hh:mm:ss',
  ...[0, 1, 2, 3, 4].map((count) => `#,##0${count ? `.${'0'.repeat(count)}` : ''}`),
];
const stylesXml =
  `${xml}<styleSheet xmlns="${main}"><numFmts count="${formats.length}">` +
  formats.map((format, index) => `<numFmt numFmtId="${164 + index}" formatCode="${format}"/>`).join('') +
  '</numFmts><fonts count="2"><font/><font><b/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
  `<cellXfs count="${formats.length + 2}"><xf/><xf fontId="1" applyFont="1"/>` +
  formats.map((_, index) => `<xf numFmtId="${164 + index}" applyNumberFormat="1"/>`).join('') +
  '</cellXfs></styleSheet>';
