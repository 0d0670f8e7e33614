/**
 * EMV merchant-presented QR codes: text to typed data and back. A tolerant walk of EMVCo MPM v1.1, then the
 * national scheme, recognised by GUID, checksum and form, decides what the amount means, which checksum
 * holds and what else counts. Schemes are rows of `profiles.ts` and `recognise.ts`.
 *
 * Two promises: `decode` answers every text with a code or one refusal, and never guesses an amount.
 * `presented.ts` does the same for codes that the payer shows (EMVCo CPM v1.1).
 * No dependencies, no I/O, nothing but the language: runs in browsers too.
 */
export { AMOUNT_MINOR_MAX, type AmountFault, fromMinor, toMinor } from './amount.ts';
export { type LengthUnit, TEXT_LENGTH_MAX } from './cells.ts';
export { type ChecksumKind, checksumOf, crc16 } from './checksum.ts';
export { type Currency, currencies, currencyOf } from './currencies.ts';
export { type DecodeOptions, decode } from './decode.ts';
export {
  type ElqrData,
  type ElqrExtraField,
  type ElqrFields,
  type ElqrResult,
  elqrOf,
  encodeElqr,
} from './elqr.ts';
export {
  type EncodeData,
  type EncodeFields,
  type EncodeObjects,
  type EncodeRefusal,
  type EncodeRefusalCode,
  type EncodeResult,
  encode,
  type FieldsData,
  type TemplateData,
} from './encode.ts';
export { linkTo } from './link.ts';
export {
  decodePresented,
  encodePresented,
  type PresentedCode,
  type PresentedFields,
  type PresentedTemplate,
  presentedLengthMax,
} from './presented.ts';
export { type AmountRule, type Profile, profiles } from './profiles.ts';
export { sha256 } from './sha256.ts';
export {
  type CodeKey,
  type CodeSignature,
  checkSignature,
  type Ed25519Verify,
  guidOf,
  type InvalidSignature,
  type SignatureTerms,
  signatureTemplates,
  textToSign,
} from './signature.ts';
export type { DataObject } from './tlv.ts';
export type {
  Amount,
  Decoded,
  DecodeResult,
  Fields,
  Refusal,
  RefusalCode,
  Template,
  Tip,
} from './types.ts';
export { toWire, type WireCode, type WireTemplate, type WireTip } from './wire.ts';
