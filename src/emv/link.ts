// Codes carried in a link. ELQR and ERIP print `https://<provider>/#<payload>`, the payload percent-encoded;
// lengths and checksum count the decoded text.

export interface Carried {
  /** What stands before `#`. */
  link: string;
  /** The fragment as it stands, still encoded. */
  fragment: string;
}

/** Splits a link from its fragment; null for a text that begins like a code or has no fragment. */
export function carriedIn(text: string): Carried | null {
  const first = text.charCodeAt(0);
  if (first >= 48 && first <= 57) return null;
  const hash = text.indexOf('#');
  return hash < 0 ? null : { link: text.slice(0, hash), fragment: text.slice(hash + 1) };
}

/** The text of a percent-encoded one, or null when the bytes spelled are not UTF-8. A lone `%` is itself. */
export function percentDecode(text: string): string | null {
  if (!text.includes('%')) return text;
  const escaped = text.replace(/%(?![\da-fA-F]{2})/g, '%25');
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}

/**
 * The link that carries a payload: `https://qr.tolom.kg/#0002…`. Everything a URL fragment may not hold is
 * percent-encoded as UTF-8.
 */
export function linkTo(provider: string, payload: string): string {
  const base = /^[a-z]+:\/\//i.test(provider) ? provider : `https://${provider}/`;
  return `${base}#${encodeURIComponent(payload)}`;
}
