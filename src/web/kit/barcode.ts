/**
 * Code 128 in its set C (ISO/IEC 15417), which writes two digits as one symbol: what a register's laser reads where it
 * has no camera. As a path, so that it prints and scales sharply.
 */
import { assert } from '../../kernel/index.ts';

// Widths of bars and gaps in turn, by the symbol's value (Table 1); the last one ends a code.
const symbols = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'
).split(' ');
const startC = 105;
const stop = 106;
const modulus = 103;
// Modules of nothing on either side, without which it is not found.
const quietModules = 10;

export interface Barcode {
  /** In modules, with the quiet zones. */
  readonly width: number;
  /** The bars, one unit high. */
  readonly path: string;
}

/** `digits` are an even number of them. */
export function barcodeOf(digits: string): Barcode {
  assert(/^(\d\d)+$/.test(digits), 'set C writes pairs of digits');
  const values = (digits.match(/\d\d/g) ?? []).map(Number);
  const check = values.reduce((sum, value, index) => sum + value * (index + 1), startC) % modulus;
  let x = quietModules;
  let path = '';
  for (const value of [startC, ...values, check, stop]) {
    [...(symbols[value] ?? '')].forEach((text, index) => {
      const width = Number(text);
      if (index % 2 === 0) path += `M${x} 0h${width}v1h-${width}z`;
      x += width;
    });
  }
  return { width: x + quietModules, path };
}
