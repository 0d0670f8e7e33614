/**
 * What of a request is signed, as the text that is signed: RFC 9421 §2. Used by both sides, so it imports
 * nothing of a server.
 */

/** A request as far as signatures are concerned. */
export interface SignedMessage {
  readonly method: string;
  /** The target URI: absolute, as the client asked for it. */
  readonly url: string;
  readonly headers: Headers;
}

type Derive = (message: SignedMessage) => string;

// §2.2, those of requests. `@query-param` needs a parameter, and no component with parameters is read here.
const derived: Readonly<Record<string, Derive>> = {
  '@method': ({ method }) => method,
  '@target-uri': ({ url }) => url,
  '@authority': ({ url }) => new URL(url).host,
  '@scheme': ({ url }) => new URL(url).protocol.slice(0, -1),
  '@request-target': ({ url }) => new URL(url).pathname + new URL(url).search,
  '@path': ({ url }) => new URL(url).pathname,
  '@query': ({ url }) => new URL(url).search || '?',
};

/** A component's value; undefined when the message has none, or the name is not one of a request. */
export const componentValue = (message: SignedMessage, name: string): string | undefined =>
  name.startsWith('@') ? derived[name]?.(message) : (message.headers.get(name)?.trim() ?? undefined);

/**
 * The signature base, §2.5. `parameters` is the value of `@signature-params`: the covered components and the
 * signature's parameters as they are serialised. Undefined when the message lacks a component.
 */
export function signatureBase(
  message: SignedMessage,
  components: readonly string[],
  parameters: string,
): string | undefined {
  let text = '';
  for (const name of components) {
    const value = componentValue(message, name);
    if (value === undefined) return undefined;
    text += `"${name}": ${value}\n`;
  }
  return `${text}"@signature-params": ${parameters}`;
}
