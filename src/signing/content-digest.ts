/** `Content-Digest`, RFC 9530: what the body hashes to, as a header that a signature can cover. */
import { parseDictionary } from 'structured-headers';
import { toBase64, utf8 } from '../kernel/index.ts';

// RFC 9530 §5: the two algorithms that are not deprecated.
const algorithms = { 'sha-256': 'SHA-256', 'sha-512': 'SHA-512' } as const;
export type DigestAlgorithm = keyof typeof algorithms;

const isKnown = (name: string): name is DigestAlgorithm => Object.hasOwn(algorithms, name);

/** The header's value for a body. */
export async function contentDigest(
  body: Uint8Array<ArrayBuffer> | string,
  algorithm: DigestAlgorithm = 'sha-256',
): Promise<string> {
  const bytes = typeof body === 'string' ? utf8(body) : body;
  const digest = await crypto.subtle.digest(algorithms[algorithm], bytes);
  return `${algorithm}=:${toBase64(new Uint8Array(digest))}:`;
}

/**
 * Why a header is not the digest of a body; undefined when it is. Every algorithm known here must agree and
 * one must be there; others are passed over (§2).
 */
export async function digestProblem(
  header: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<string | undefined> {
  let digests: [string, unknown][];
  try {
    digests = [...parseDictionary(header)].map(([name, [value]]) => [name, value]);
  } catch {
    return 'content-digest is not a dictionary (RFC 9530)';
  }
  const known = digests.filter((entry): entry is [DigestAlgorithm, unknown] => isKnown(entry[0]));
  if (known.length === 0) return 'content-digest has neither sha-256 nor sha-512';
  for (const [name, value] of known) {
    if (!(value instanceof ArrayBuffer)) return `content-digest: ${name} is not a byte sequence`;
    const given = `${name}=:${toBase64(new Uint8Array(value))}:`;
    if (given !== (await contentDigest(body, name))) return `${name} of the body is another`;
  }
  return undefined;
}
