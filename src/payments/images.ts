/**
 * Pictures of codes: SVG and PDF to print in millimetres, PNG in pixels. With a quiet zone of four modules, as
 * ISO/IEC 18004 asks, and never so small that a phone could not read it.
 */
import { z } from '@hono/zod-openapi';
import { encode as encodePng } from 'fast-png';
import encodeQr from 'qr';
import { ok, type Refused, type Result, refuse } from '../kernel/index.ts';
import { modulesPdf } from './pdf.ts';

const quietZone = 4;
const pixelsPerModule = 8;
// What cameras of phones resolve at arm's length, and half of it to spare.
const millimetresPerModuleMin = 0.25;
const pixelsPerModuleMin = 2;

const formats = {
  svg: { contentType: 'image/svg+xml', unit: 'Millimetres', min: 15, max: 500 },
  png: { contentType: 'image/png', unit: 'Pixels', min: 100, max: 2_000 },
  pdf: { contentType: 'application/pdf', unit: 'Millimetres', min: 15, max: 500 },
} as const;
export type ImageFormat = keyof typeof formats;
export const imageFormats = Object.keys(formats) as ImageFormat[];

const pdfDefaultMm = 50;

export const imageTypeOf = (format: ImageFormat): string => formats[format].contentType;

/** How a picture is wished for. */
export const imageQuery = (format: ImageFormat) => {
  const { unit, min, max } = formats[format];
  const size = format === 'png' ? z.coerce.number().int() : z.coerce.number();
  return z.object({
    size: size
      .min(min)
      .max(max)
      .optional()
      .openapi({ description: `${unit}, width and height alike, the white margin included` }),
    ecc: z
      .enum(['low', 'medium', 'quartile', 'high'])
      .default('medium')
      .openapi({ description: 'How much of it may be dirty or torn: 7, 15, 25 or 30 %' }),
  });
};
export type ImageWish = z.output<ReturnType<typeof imageQuery>>;

/** The picture of a payload as an answer; refused when it would be too small to be scanned. */
export function qrImage(format: ImageFormat, payload: string, wish: ImageWish): Response | Refused {
  const image = render(format, payload, wish);
  if (!image.ok) return image;
  const headers = {
    'content-type': imageTypeOf(format),
    'cache-control': 'public, max-age=86400',
    // An SVG is a document too: opened by itself, it runs nothing and loads nothing.
    'content-security-policy': "default-src 'none'",
  };
  return new Response(image.value, { headers });
}

function render(
  format: ImageFormat,
  payload: string,
  { ecc, size }: ImageWish,
): Result<string | Uint8Array<ArrayBuffer>> {
  const modules = encodeQr(payload, 'raw', { ecc, border: quietZone });
  const tooSmall = size !== undefined && refuseSmall(format, modules.length, size);
  if (tooSmall) return tooSmall;
  if (format === 'png') return ok(pngOf(modules, size ?? modules.length * pixelsPerModule));
  if (format === 'pdf') return ok(modulesPdf(modules, size ?? pdfDefaultMm));
  const svg = encodeQr(payload, 'svg', { ecc, border: quietZone, optimize: true });
  return ok(size === undefined ? svg : svg.replace('<svg ', `<svg width="${size}mm" height="${size}mm" `));
}

function refuseSmall(format: ImageFormat, modules: number, size: number) {
  const perModule = format === 'png' ? pixelsPerModuleMin : millimetresPerModuleMin;
  const least = Math.ceil(modules * perModule);
  if (size >= least) return undefined;
  return refuse(
    'request.invalid',
    `size: this code needs at least ${least} ${formats[format].unit.toLowerCase()}`,
  );
}

/** As many pixels to each module as go in; what is left over widens the quiet zone. */
function pngOf(modules: readonly (readonly boolean[])[], size: number): Uint8Array<ArrayBuffer> {
  const scale = Math.floor(size / modules.length);
  const margin = Math.floor((size - modules.length * scale) / 2);
  const data = new Uint8Array(size * size).fill(255);
  for (const [y, row] of modules.entries()) {
    for (const [x, dark] of row.entries()) {
      if (!dark) continue;
      for (let line = 0; line < scale; line++) {
        const from = (margin + y * scale + line) * size + margin + x * scale;
        data.fill(0, from, from + scale);
      }
    }
  }
  return Uint8Array.from(encodePng({ width: size, height: size, data, channels: 1 }));
}
