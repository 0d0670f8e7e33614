import { type Bundle, gzipBytesMax } from './bundle.ts';
import type { Memory } from './memory.ts';
import type { Cost } from './payments.ts';
import type { Start } from './start.ts';

export interface Findings {
  readonly costs: readonly Cost[];
  readonly starts: readonly Start[];
  readonly memory: Memory;
  readonly bundle: Bundle;
}

export function print({ costs, starts, memory, bundle }: Findings): void {
  console.log('\nOne payment; beside each number, how much more than in the first line of its group');
  row(['', '', 'rows read', '', 'rows written', '', 'instructions', '']);
  let group = '';
  for (const cost of costs) {
    const first = costs.find((one) => one.group === cost.group) ?? cost;
    row([
      cost.group === group ? '' : cost.group,
      cost.name,
      ...[cost.rowsRead.toFixed(2), more(cost.rowsRead, first.rowsRead)],
      ...[cost.rowsWritten.toFixed(2), more(cost.rowsWritten, first.rowsWritten)],
      cost.instructions === null ? '–' : Math.round(cost.instructions).toLocaleString('en'),
      cost.instructions === null || first.instructions === null
        ? ''
        : more(cost.instructions, first.instructions),
    ]);
    group = cost.group;
  }
  console.log('\nCold start');
  for (const { city, processMs, bookRowsRead, bookMs, firstPaymentMs } of starts) {
    console.log(
      `  ${city.padEnd(45)} process ${processMs.toFixed(0)} ms; book: ${bookRowsRead} rows read, ` +
        `${bookMs.toFixed(0)} ms; first payment ${firstPaymentMs.toFixed(0)} ms`,
    );
  }
  console.log('\nMemory');
  console.log(`  idle: ${memory.idleMb.toFixed(0)} MB`);
  console.log(
    `  a live book: ${memory.perBookKb.toFixed(0)} KB, ${memory.filesPerBook.toFixed(1)} open files`,
  );
  console.log(
    `  a live account: ${memory.perAccountKb.toFixed(2)} KB; ` +
      `one more when as many as are kept are there: ${memory.perFurtherAccountKb.toFixed(2)} KB`,
  );
  const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MB`;
  console.log(
    `\nBundle: ${mb(bundle.bytes)}, gzipped ${mb(bundle.gzipBytes)} ` +
      `(Cloudflare takes ${mb(gzipBytesMax.paid)} gzipped, ${mb(gzipBytesMax.free)} on the free plan)`,
  );
}

const more = (value: number, first: number): string =>
  value === first
    ? ''
    : `${value > first ? '+' : '−'}${Math.abs((100 * (value - first)) / first).toFixed(1)} %`;

const widths = [25, 30, 11, 9, 13, 9, 14, 9];

const row = (cells: readonly string[]): void =>
  console.log(
    cells
      .map((cell, index) => (index < 2 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)))
      .join(''),
  );
