/** What makes the register an app of the device: its manifest, its icons, its service worker. */

import { sha256 } from '@noble/hashes/sha2.js';
import { encode } from 'fast-png';
import type { Language } from '../../kernel/index.ts';
import { toHex, utf8 } from '../../kernel/index.ts';
import { islands } from '../islands.ts';
import { stylesheet } from '../style/index.ts';
import { registerTexts } from './texts/index.ts';

const blue = [0x23, 0x52, 0xbd] as const;
const white = [0xff, 0xff, 0xff] as const;

// The mark of the switch on a grid of 24: three squares and a broken fourth.
const marks = [
  [3, 3, 7, 7],
  [14, 3, 7, 7],
  [3, 14, 7, 7],
  [14, 14, 3, 3],
  [18, 18, 3, 3],
] as const;
// Devices cut icons to circles: what matters stays within the middle 80 %.
const safePart = 0.56;

export const iconSizes = [192, 512] as const;

/** A square picture of the mark, white on blue. */
export function iconPng(size: number): Uint8Array<ArrayBuffer> {
  const unit = (size * safePart) / 24;
  const edge = (size - size * safePart) / 2;
  const isMark = (x: number, y: number): boolean =>
    marks.some(([left, top, width, height]) => {
      const [column, row] = [(x - edge) / unit, (y - edge) / unit];
      return column >= left && column < left + width && row >= top && row < top + height;
    });
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) data.set(isMark(x, y) ? white : blue, (y * size + x) * 3);
  }
  return Uint8Array.from(encode({ width: size, height: size, data, channels: 3 }));
}

export const manifest = (language: Language): object => {
  const name = registerTexts(language)('register');
  return {
    id: '/register',
    name: `Tolom · ${name}`,
    short_name: name,
    lang: language,
    start_url: '/register',
    scope: '/register',
    display: 'standalone',
    background_color: '#f5f6f8',
    theme_color: '#2352bd',
    icons: iconSizes.map((size) => ({
      src: `/register/icon-${size}.png`,
      sizes: `${size}x${size}`,
      type: 'image/png',
      purpose: 'any maskable',
    })),
  };
};

/** Pages that open without a connection: the sale, and the check of a buyer's receipt. */
const pages = ['/register', '/register/check'];

/** The service worker, after the list of what it keeps; another list is another worker. */
export function workerScript(): string {
  const scripts = (['kit', 'kit-scan', 'register', 'register-check'] as const).map(
    (name) => islands[name].path,
  );
  const files = [stylesheet.path, ...scripts];
  const { text } = islands['register-worker'];
  const version = toHex(sha256(utf8(files.join() + text))).slice(0, 12);
  return `globalThis.shell=${JSON.stringify({ version, files, pages })};\n${text}`;
}
