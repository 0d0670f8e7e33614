/** QR images of a payload: medium error correction, quiet zone of four modules as ISO/IEC 18004 asks. */
import { encode as encodePng } from 'fast-png';
import encodeQr from 'qr';

const quietZone = 4;
const pixelsPerModule = 8;

export const qrSvg = (payload: string): string =>
  encodeQr(payload, 'svg', { ecc: 'medium', border: quietZone, optimize: true });

export function qrPng(payload: string): Uint8Array<ArrayBuffer> {
  const modules = encodeQr(payload, 'raw', { ecc: 'medium', border: quietZone, scale: pixelsPerModule });
  const size = modules.length;
  const data = new Uint8Array(size * size);
  for (const [y, row] of modules.entries()) {
    for (const [x, dark] of row.entries()) data[y * size + x] = dark ? 0 : 255;
  }
  return Uint8Array.from(encodePng({ width: size, height: size, data, channels: 1 }));
}
