/**
 * Codes that the payer shows: EMVCo's Consumer-Presented Mode (EMV QRCPS-CPM v1.1). A QR code holds, in base64,
 * a row of BER-TLV objects: the payload format indicator, then templates of applications, each named by its AID,
 * and what all of them have in common.
 */
import { type BerObject, fromHex, hexOf, readBer, writeBer } from './ber.ts';

/** What a data object holds: bytes shown in hexadecimal, decimal digits packed in pairs, or text. */
type Format = 'hex' | 'digits' | 'text';

/** The data objects of templates 61 and 62 and of their transparent templates 63 and 64. */
const dataObjects = {
  applicationDefinitionFileName: ['4F', 'hex'],
  applicationLabel: ['50', 'text'],
  track2EquivalentData: ['57', 'hex'],
  applicationPan: ['5A', 'digits'],
  cardholderName: ['5F20', 'text'],
  languagePreference: ['5F2D', 'text'],
  issuerUrl: ['5F50', 'text'],
  applicationVersionNumber: ['9F08', 'hex'],
  tokenRequestorId: ['9F19', 'digits'],
  paymentAccountReference: ['9F24', 'text'],
  last4DigitsOfPan: ['9F25', 'digits'],
  applicationInterchangeProfile: ['82', 'hex'],
  issuerApplicationData: ['9F10', 'hex'],
  applicationCryptogram: ['9F26', 'hex'],
  cryptogramInformationData: ['9F27', 'hex'],
  applicationTransactionCounter: ['9F36', 'hex'],
  unpredictableNumber: ['9F37', 'hex'],
} as const satisfies Record<string, readonly [tag: string, format: Format]>;

/** Bytes are hexadecimal capitals. */
export type PresentedFields = Partial<Record<keyof typeof dataObjects, string>>;

/** A template: its own data objects, and those that go to the issuer unread in its transparent template. */
export interface PresentedTemplate {
  readonly fields: PresentedFields;
  readonly transparent: PresentedFields;
}

export interface PresentedCode {
  readonly applications: readonly PresentedTemplate[];
  readonly common: PresentedTemplate | null;
}

const payloadFormatIndicator = '85';
const version = 'CPV01';
const application = { template: '61', transparent: '63' } as const;
const common = { template: '62', transparent: '64' } as const;
type Place = typeof application | typeof common;

/** What a QR code may hold, in characters of base64. */
export const presentedLengthMax = 512;

const names = new Map<string, keyof typeof dataObjects>(
  Object.entries(dataObjects).map(([name, [tag]]) => [tag, name as keyof typeof dataObjects]),
);

/** The text of the QR code. Throws when it would be longer than a code may be. */
export function encodePresented(code: PresentedCode): string {
  const objects = [{ tag: payloadFormatIndicator, value: bytesOf(version, 'text') }];
  for (const template of code.applications) objects.push(templateObject(application, template));
  if (code.common) objects.push(templateObject(common, code.common));
  const text = toBase64(writeBer(objects));
  if (text.length > presentedLengthMax) throw new RangeError(`${text.length} characters are too many`);
  return text;
}

const templateObject = (place: Place, { fields, transparent }: PresentedTemplate): BerObject => {
  const inner = objectsOf(transparent);
  const nested = inner.length > 0 ? [{ tag: place.transparent, value: writeBer(inner) }] : [];
  return { tag: place.template, value: writeBer([...objectsOf(fields), ...nested]) };
};

const objectsOf = (fields: PresentedFields): BerObject[] =>
  Object.entries(dataObjects).flatMap(([name, [tag, format]]) => {
    const value = fields[name as keyof PresentedFields];
    return value === undefined ? [] : [{ tag, value: bytesOf(value, format) }];
  });

/** Undefined when the text is no code of this kind. Tags that are not in the table are passed over. */
export function decodePresented(text: string): PresentedCode | undefined {
  const bytes = text.length > presentedLengthMax ? undefined : fromBase64(text);
  const objects = bytes && readBer(bytes);
  const [first] = objects ?? [];
  if (!objects || first?.tag !== payloadFormatIndicator || textOf(first.value, 'text') !== version) {
    return undefined;
  }
  const applications: PresentedTemplate[] = [];
  let shared: PresentedTemplate | null = null;
  for (const object of objects) {
    const place = [application, common].find(({ template }) => template === object.tag);
    if (!place) continue;
    const template = templateOf(place, object.value);
    if (!template) return undefined;
    if (place === application) applications.push(template);
    else shared = template;
  }
  return applications.length === 0 && !shared ? undefined : { applications, common: shared };
}

function templateOf(place: Place, value: Uint8Array): PresentedTemplate | undefined {
  const objects = readBer(value);
  const nested = objects?.find(({ tag }) => tag === place.transparent);
  const inner = nested ? readBer(nested.value) : [];
  return objects && inner && { fields: fieldsOf(objects), transparent: fieldsOf(inner) };
}

function fieldsOf(objects: readonly BerObject[]): PresentedFields {
  const fields: PresentedFields = {};
  for (const { tag, value } of objects) {
    const name = names.get(tag);
    if (name !== undefined) fields[name] = textOf(value, dataObjects[name][1]);
  }
  return fields;
}

function bytesOf(value: string, format: Format): Uint8Array {
  if (format === 'hex') return fromHex(value);
  // Packed digits are filled up with F at the end.
  if (format === 'digits') return fromHex(value.length % 2 === 0 ? value : `${value}F`);
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function textOf(bytes: Uint8Array, format: Format): string {
  if (format === 'text') return String.fromCharCode(...bytes);
  return format === 'hex' ? hexOf(bytes) : hexOf(bytes).replace(/F+$/, '');
}

// The language alone has no base64.
const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    const digits = Math.min(bytes.length - at, 3) + 1;
    for (let digit = 0; digit < 4; digit++) {
      text += digit < digits ? base64Digits.charAt((group >> (18 - 6 * digit)) & 63) : '=';
    }
  }
  return text;
}

function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const bytes: number[] = [];
  let [group, bits] = [0, 0];
  for (const character of text.replace(/=+$/, '')) {
    group = ((group << 6) | base64Digits.indexOf(character)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((group >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}
