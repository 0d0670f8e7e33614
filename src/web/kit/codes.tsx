/** Codes on a screen, drawn on the server: black on white whatever the theme, since cameras and lasers read them. */
import type { FC } from 'hono/jsx';
import encodeQr from 'qr';
import { barcodeOf } from './barcode.ts';

// ISO/IEC 18004 asks for four modules of nothing around it.
const quietModules = 4;

export const QrCode: FC<{ text: string; label: string }> = ({ text, label }) => {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: quietModules });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg class="qr" viewBox={`0 0 ${rows.length} ${rows.length}`} role="img" aria-label={label}>
      <title>{label}</title>
      <path fill="#fff" d={`M0 0H${rows.length}V${rows.length}H0z`} />
      <path d={path} shape-rendering="crispEdges" />
    </svg>
  );
};

/** A Code 128 of an even number of digits. */
export const BarCode: FC<{ digits: string; label: string }> = ({ digits, label }) => {
  const { width, path } = barcodeOf(digits);
  return (
    <svg class="barcode" viewBox={`0 0 ${width} 1`} preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <path fill="#fff" d={`M0 0H${width}V1H0z`} />
      <path d={path} shape-rendering="crispEdges" />
    </svg>
  );
};
