import { expect, it } from 'vitest';
import { barcodeOf } from '../../src/web/kit/barcode.ts';

/** Widths of bars and gaps in turn, read back from the drawing. */
function widthsIn(path: string): string {
  const bars = [...path.matchAll(/M(\d+) 0h(\d+)v1h-\d+z/g)].map(([, x, width]) => [
    Number(x),
    Number(width),
  ]);
  return bars
    .flatMap(([x = 0, width = 0], index) => {
      const [next] = bars[index + 1] ?? [];
      return next === undefined ? [width] : [width, next - x - width];
    })
    .join('');
}

it('writes pairs of digits, their check symbol and the stop', () => {
  const { width, path } = barcodeOf('00123456');
  // Start C, 00, 12, 34, 56, check (105 + 0 + 24 + 102 + 224) mod 103 = 43, stop.
  expect(widthsIn(path)).toBe('211232212222112232131123331121112331' + '2331112');
  expect(width).toBe(10 + 6 * 11 + 13 + 10);
});

it.each(['', '1', '12a4', '１２'])('%j is a bug of whoever asks', (text) => {
  expect(() => barcodeOf(text)).toThrow();
});
