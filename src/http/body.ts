/** Bodies of requests: no larger, no slower and no deeper than honest ones. */
import type { Refusal } from '../kernel/index.ts';

// Far above any honest request, a 4,096 character payload included.
const bytesMax = 64 * 1024;
// An honest one comes with its headers; whoever needs longer holds a connection for the sake of holding it.
const withinMs = 10_000;
// Ours need four.
const depthMax = 32;

const tooLarge: Refusal = { code: 'request.too_large' };
const decoder = new TextDecoder();

/** Bytes as text. */
export const decoded = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The body as text, or why it is not read to its end. */
export async function textOf(request: Request): Promise<string | Refusal> {
  const length = request.headers.get('content-length');
  if (length !== null) return Number(length) <= bytesMax ? inTime(request.text()) : tooLarge;
  const bytes = await bytesOf(request);
  return bytes instanceof Uint8Array ? decoded(bytes) : bytes;
}

/** The body as it came, or why it is not read to its end. */
export async function bytesOf(request: Request, most = bytesMax): Promise<Uint8Array<ArrayBuffer> | Refusal> {
  if (Number(request.headers.get('content-length')) > most) return tooLarge;
  return inTime(gathered(request.body, most));
}

async function gathered(
  body: ReadableStream | null,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | Refusal> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > most) return tooLarge;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

async function inTime<Body>(reading: Promise<Body>): Promise<Body | Refusal> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Refusal>((resolve) => {
    timer = setTimeout(() => resolve({ code: 'request.too_slow' }), withinMs);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a JSON text nests deeper than any of ours: told before it is parsed. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index);
    else if (code === openBrace || code === openBracket) {
      if (++depth > depthMax) return true;
    } else if (code === closeBrace || code === closeBracket) depth--;
  }
  return false;
}

const [quote, backslash] = [0x22, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text.charCodeAt(index) !== quote) {
    index += text.charCodeAt(index) === backslash ? 2 : 1;
  }
  return index;
}
