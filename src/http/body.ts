/** Bodies of requests, never read beyond what an honest one holds. */

// Far above any honest request, a 4,096 character payload included.
const bytesMax = 64 * 1024;

const decoder = new TextDecoder();

/** Bytes as text. */
export const decoded = (bytes: Uint8Array): string => decoder.decode(bytes);

/** The body as text; undefined when it is too large. */
export async function textOf(request: Request): Promise<string | undefined> {
  const length = request.headers.get('content-length');
  if (length !== null) return Number(length) <= bytesMax ? request.text() : undefined;
  const bytes = await bytesOf(request);
  return bytes && decoded(bytes);
}

/** The body as it came; undefined when it is too large. */
export async function bytesOf(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (Number(request.headers.get('content-length')) > bytesMax) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > bytesMax) return undefined;
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
