/**
 * A code as a PDF (ISO 32000-1) of one page: every dark module in one filled path, so that it prints sharp at
 * any size and no seam shows between them. Written by ourselves, since it takes five operators: the libraries
 * for it would enlarge the Worker by half.
 */
import { utf8 } from '../kernel/index.ts';

const pointsPerMillimetre = 72 / 25.4;

/** Modules row by row, dark ones true, on a square page of a size. */
export function modulesPdf(
  modules: readonly (readonly boolean[])[],
  sizeMm: number,
): Uint8Array<ArrayBuffer> {
  const points = round(sizeMm * pointsPerMillimetre);
  const scale = round(points / modules.length);
  const drawing = `${scale} 0 0 ${scale} 0 0 cm 0 g\n${modules.flatMap(rowPath(modules.length)).join('\n')}\nf\n`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${points} ${points}] /Resources << >> /Contents 4 0 R >>`,
    `<< /Length ${drawing.length} >>\nstream\n${drawing}endstream`,
  ];
  return utf8(fileOf(objects));
}

/** Dark runs of a row as rectangles; a page's origin is its lower left corner. */
const rowPath = (height: number) => (row: readonly boolean[], y: number) => {
  const runs: string[] = [];
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const from = x;
    while (row[x + 1]) x++;
    runs.push(`${from} ${height - y - 1} ${x - from + 1} 1 re`);
  }
  return runs;
};

/** §7.5: header, numbered objects, where each of them begins, and the trailer. All of it is ASCII. */
function fileOf(objects: readonly string[]): string {
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = objects.length + 1;
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${entries}`;
  return `${text}${table}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
