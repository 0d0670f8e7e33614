/** Files the pages load from `/assets/`, named by their content. */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../kernel/index.ts';

export interface Asset {
  readonly path: string;
  readonly contentType: string;
  readonly text: string;
}

// Enough of the digest that two versions never share a name.
const digestLength = 12;

export function assetOf(name: string, extension: string, contentType: string, text: string): Asset {
  const digest = toHex(sha256(utf8(text))).slice(0, digestLength);
  return { path: `/assets/${name}-${digest}.${extension}`, contentType, text };
}

export const assetResponse = ({ contentType, text }: Asset): Response =>
  new Response(text, {
    headers: { 'content-type': contentType, 'cache-control': 'public, max-age=31536000, immutable' },
  });
