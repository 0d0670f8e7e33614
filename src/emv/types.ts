// What a decoded code looks like. Names are EMVCo's own in camelCase; texts are exactly as they stand in the
// code; null is what the code does not hold.

import type { LengthUnit } from './cells.ts';
import type { ChecksumKind } from './checksum.ts';
import type { DataObject } from './tlv.ts';

/** Why a text is not a code. Ordered by precedence: the first that applies is the one given. */
export type RefusalCode =
  | 'not-text'
  | 'too-long'
  | 'not-mpm'
  | 'malformed'
  | 'truncated'
  | 'truncated-crc'
  | 'invalid-tag'
  | 'duplicate-tag'
  | 'missing-crc'
  | 'crc-length'
  | 'crc';

export interface Refusal<Code extends string = RefusalCode> {
  ok: false;
  code: Code;
  /** UTF-16 offset of the trouble in the EMV text (in a link: in its decoded fragment). */
  position: number;
  detail: string;
}

/**
 * A root object of 02–51 or 80–99. `fields` is null where the value is not a template; `guid` is its field
 * 00, null where there is none. `fields` leaves 00 out.
 */
export interface Template {
  id: string;
  value: string;
  guid: string | null;
  fields: Fields | null;
}

/** Field ID → text. */
export type Fields = Record<string, string>;

export interface Amount {
  /** Minor units of the currency, at most 2^53 − 1. */
  minor: bigint;
  /** ISO 4217 alphabetic code. */
  currency: string;
}

/** Tags 55–57: ask the payer for a tip, add a fixed fee (minor units), or add hundredths of a per cent. */
export type Tip =
  | { kind: 'prompt' }
  | { kind: 'fixed'; minor: bigint }
  | { kind: 'percentage'; hundredths: number };

/** Parts are worked out when read, so a spread copies few of them: `toWire` gives plain data. */
export interface Decoded {
  ok: true;
  /** Stable id of the profile: `elqr`, `pix`, … or `emvco`. */
  profile: string;
  /** The scheme's name for people. */
  scheme: string;
  /** The scheme's country, or tag 58 for schemes that cross borders. */
  country: string | null;
  payloadFormatIndicator: string | null;
  /** null where tag 01 is absent or neither 11 nor 12. */
  pointOfInitiationMethod: 'static' | 'dynamic' | null;
  merchantAccountInformation: Template[];
  merchantCategoryCode: string | null;
  transactionCurrency: string | null;
  transactionAmount: string | null;
  /** null unless the text of tag 54 has one sure reading under the profile's rule. */
  amount: Amount | null;
  /**
   * `fixed`: the code states `amount`. `open`: it states none (absent, zero, `***`), the payer enters it.
   * `unreadable`: it states something that must not be guessed at; a warning says what is wrong.
   */
  amountRule: 'fixed' | 'open' | 'unreadable';
  /** Whether the scheme lets the payer change the amount; null where the code does not say. */
  amountEditable: boolean | null;
  tip: Tip | null;
  tipOrConvenienceIndicator: string | null;
  valueOfConvenienceFeeFixed: string | null;
  valueOfConvenienceFeePercentage: string | null;
  countryCode: string | null;
  merchantName: string | null;
  merchantCity: string | null;
  postalCode: string | null;
  /** Tag 62, sub-ID → text; null where absent or not a template. */
  additionalData: Fields | null;
  /** Additional data the payer's app must ask for: fields holding `***`, and those named in 62-09. */
  askPayer: string[];
  /** Tag 64, sub-ID → text; null where absent or not a template. */
  language: Fields | null;
  unreservedTemplates: Template[];
  /** Epoch milliseconds after which the scheme says the code is dead. */
  expiresAtMs: number | null;
  /** Every broken EMVCo rule by name, then what the profile has to say. */
  warnings: string[];
  /** `kind` is null only when the checksum was not asked for and matches nothing. */
  checksum: { kind: ChecksumKind | null; value: string };
  /** What lengths had to count for the code to add up. */
  lengthUnit: LengthUnit;
  /** Of a code carried in a URL's fragment: the URL before `#`. */
  link: string | null;
  /** The EMV text itself, out of its link. */
  payload: string;
  /** The root as it stands, for what has no name above and to encode the very same code again. */
  dataObjects: DataObject[];
}

export type DecodeResult = Decoded | Refusal;
