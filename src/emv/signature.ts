// Signed codes. A provider signs what its code says with Ed25519, so that a wallet finds out without asking
// anybody whether a sticker still says what the provider printed. To everyone else the code stays plain EMV.
//
// A signature has 86 characters of base64url and an object at most 99, its template's GUID included: it stands
// in two of EMVCo's unreserved templates, both with the provider's GUID in 00.
//   80: 01 id of the key, 02 the first 43 characters of the signature
//   81: 02 the other 43
// Signed is the UTF-8 of `tolom code` and a line feed, followed by the text of the code without these two
// templates and without tag 63, every other object as it stands and where it stands. The checksum comes last and
// covers the signature too, whichever checksum the scheme has.

import type { TemplateData } from './encode.ts';
import type { Decoded, Template } from './types.ts';

/** A public key as it stands in a JWK set (RFC 8037). */
export interface CodeKey {
  readonly kid: string;
  /** 32 bytes, base64url. */
  readonly x: string;
}

export type CodeSignature =
  | { readonly status: 'valid'; readonly keyId: string }
  | { readonly status: 'absent' }
  | { readonly status: 'invalid'; readonly why: InvalidSignature };

/** `wrong`: what the code says is not what was signed. `unknown-key`: the key set may be out of date. */
export type InvalidSignature = 'malformed' | 'unknown-key' | 'wrong';

/** Verifies an Ed25519 signature; noble's `ed25519.verify` is one, for browsers whose WebCrypto has none. */
export type Ed25519Verify = (
  signature: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
  publicKey: Uint8Array<ArrayBuffer>,
) => boolean | Promise<boolean>;

export interface SignatureTerms {
  /** The provider whose codes are signed, `qr.tolom.kg`. */
  readonly provider: string;
  /** Its key set: the `keys` of `/.well-known/jwks.json`. */
  readonly keys: readonly CodeKey[];
  /** WebCrypto where absent. */
  readonly verify?: Ed25519Verify | undefined;
}

const firstTemplate = '80';
const secondTemplate = '81';
const keyField = '01';
const signatureField = '02';
const halfLength = 43;
/** Tells this use of Ed25519 from every other one. */
const context = 'tolom code\n';
/** `6304` and four digits. */
const checksumLength = 8;
const objectHeaderLength = 4;

// 64 bytes leave two bits to the last character: four of its values are the right way to write them.
const signatureForm = /^[\w-]{85}[AQgw]$/;
const encoder = new TextEncoder();

/** A provider's name as a GUID: reversed, as EMVCo MPM v1.1 §4.7.8 has it. */
export const guidOf = (provider: string): string => provider.split('.').reverse().join('.');

/** What is signed of a code that has no signature yet. */
export const textToSign = (payload: string): Uint8Array<ArrayBuffer> =>
  bytesOf(context + payload.slice(0, -checksumLength));

/** The templates that make a code a signed one. `signature` is base64url, `keyId` at most 8 characters. */
export const signatureTemplates = (provider: string, keyId: string, signature: string): TemplateData[] =>
  templatesOf(guidOf(provider), keyId, signature);

const templatesOf = (guid: string, keyId: string, signature: string) => [
  {
    id: firstTemplate,
    value: rowOf(['00', guid], [keyField, keyId], [signatureField, signature.slice(0, halfLength)]),
  },
  { id: secondTemplate, value: rowOf(['00', guid], [signatureField, signature.slice(halfLength)]) },
];

const rowOf = (...objects: readonly (readonly [id: string, text: string])[]): string =>
  objects.map(([id, text]) => id + String(text.length).padStart(2, '0') + text).join('');

/**
 * Whether a code still says what its provider signed. Never throws for what a code holds. A valid signature
 * tells who made the code, not that the sticker belongs where it hangs: show the payer the merchant's name.
 */
export async function checkSignature(code: Decoded, terms: SignatureTerms): Promise<CodeSignature> {
  const guid = guidOf(terms.provider).toLowerCase();
  const own = code.unreservedTemplates.filter((template) => template.guid?.toLowerCase() === guid);
  if (own.length === 0) return { status: 'absent' };
  const read = readTemplates(own);
  if (read === undefined) return { status: 'invalid', why: 'malformed' };
  const key = terms.keys.find(({ kid }) => kid === read.keyId);
  if (key === undefined) return { status: 'invalid', why: 'unknown-key' };
  const verify = terms.verify ?? webCryptoVerify;
  const good = await verify(fromBase64Url(read.signature), signedText(code), fromBase64Url(key.x));
  return good ? { status: 'valid', keyId: read.keyId } : { status: 'invalid', why: 'wrong' };
}

/** The two templates and nothing else; undefined when they are not of this form. */
function readTemplates(own: readonly Template[]): { keyId: string; signature: string } | undefined {
  const [first, second, ...others] = own;
  if (first?.id !== firstTemplate || second?.id !== secondTemplate || others.length > 0) return undefined;
  const keyId = first.fields?.[keyField] ?? '';
  const signature = (first.fields?.[signatureField] ?? '') + (second.fields?.[signatureField] ?? '');
  if (!signatureForm.test(signature)) return undefined;
  // Whatever else they held would be signed by nobody.
  const [whole, rest] = templatesOf(first.guid ?? '', keyId, signature);
  return first.value === whole?.value && second.value === rest?.value ? { keyId, signature } : undefined;
}

/** What is signed of a code as it was read: every object but the signature's and the checksum. */
function signedText({ payload, dataObjects }: Decoded): Uint8Array<ArrayBuffer> {
  let text = context;
  let at = 0;
  for (const { id, value } of dataObjects) {
    const end = at + objectHeaderLength + value.length;
    if (id !== firstTemplate && id !== secondTemplate && id !== '63') text += payload.slice(at, end);
    at = end;
  }
  return bytesOf(text);
}

const webCryptoVerify: Ed25519Verify = async (signature, text, publicKey) => {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature, text);
};

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text) as Uint8Array<ArrayBuffer>;

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
