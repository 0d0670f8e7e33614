import Papa from 'papaparse';

/** Lines of a file. A cell that a spreadsheet would run as a formula is quoted as text. */
export const csvText = (lines: object[], header: boolean): string =>
  lines.length === 0 ? '' : `${Papa.unparse(lines, { header, escapeFormulae: true })}\r\n`;
