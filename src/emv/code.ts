// A decoded code. Before it exists its root has been walked and its checksum held; the rest is worked out
// when first asked for, because a switch that routes a code rarely reads all of it.

import { type AmountReading, readAmount, readTip, type TipReading } from './amount.ts';
import type { LengthUnit } from './cells.ts';
import type { ChecksumKind } from './checksum.ts';
import { askedOfPayer } from './data-objects.ts';
import { type ExpiryReading, readExpiry } from './expiry.ts';
import type { Profile } from './profiles.ts';
import { type Recognised, recognise } from './recognise.ts';
import { strictViolations } from './strict.ts';
import type { DataObject, Walk } from './tlv.ts';
import type { Amount, Decoded, Fields, Template, Tip } from './types.ts';
import { fieldAt, fieldsOf, type View, viewOf } from './view.ts';
import { type WireCode, wireOf } from './wire.ts';

export class Code implements Decoded {
  readonly ok = true;
  readonly payload: string;
  readonly link: string | null;
  readonly lengthUnit: LengthUnit;
  readonly #kind: ChecksumKind | null;
  readonly #walk: Walk;
  #view: View | undefined;
  #recognised: Recognised | undefined;
  #amount: AmountReading | undefined;
  #tip: TipReading | undefined;
  #expiry: ExpiryReading | undefined;
  #additionalData: Fields | null | undefined;
  #language: Fields | null | undefined;
  #warnings: string[] | undefined;

  /** `recognised` is handed in where settling the checksum took it. */
  constructor(
    walk: Walk,
    lengthUnit: LengthUnit,
    link: string | null,
    kind: ChecksumKind | null,
    recognised?: Recognised,
  ) {
    this.payload = walk.text;
    this.link = link;
    this.lengthUnit = lengthUnit;
    this.#kind = kind;
    this.#walk = walk;
    this.#recognised = recognised;
  }

  get profile(): string {
    return this.#scheme().profile.id;
  }

  get scheme(): string {
    return this.#scheme().scheme;
  }

  get country(): string | null {
    return this.#scheme().profile.country ?? this.#text(58);
  }

  get payloadFormatIndicator(): string | null {
    return this.#text(0);
  }

  get pointOfInitiationMethod(): 'static' | 'dynamic' | null {
    const text = this.#text(1);
    return text === '11' ? 'static' : text === '12' ? 'dynamic' : null;
  }

  get merchantAccountInformation(): Template[] {
    return this.#open().accounts;
  }

  get merchantCategoryCode(): string | null {
    return this.#text(52);
  }

  get transactionCurrency(): string | null {
    return this.#text(53);
  }

  get transactionAmount(): string | null {
    return this.#text(54);
  }

  get amount(): Amount | null {
    return this.#readAmount().amount;
  }

  get amountRule(): Decoded['amountRule'] {
    return this.#readAmount().amountRule;
  }

  get amountEditable(): boolean | null {
    const rule = this.#scheme().profile.amountEditable;
    if (rule === undefined) return null;
    const text = fieldAt(this.#open(), rule.template, rule.field);
    return text === rule.yes ? true : text === rule.no ? false : null;
  }

  get tip(): Tip | null {
    return this.#readTip().tip;
  }

  get tipOrConvenienceIndicator(): string | null {
    return this.#text(55);
  }

  get valueOfConvenienceFeeFixed(): string | null {
    return this.#text(56);
  }

  get valueOfConvenienceFeePercentage(): string | null {
    return this.#text(57);
  }

  get countryCode(): string | null {
    return this.#text(58);
  }

  get merchantName(): string | null {
    return this.#text(59);
  }

  get merchantCity(): string | null {
    return this.#text(60);
  }

  get postalCode(): string | null {
    return this.#text(61);
  }

  get additionalData(): Fields | null {
    if (this.#additionalData === undefined) this.#additionalData = fieldsOf(this.#open().additional);
    return this.#additionalData;
  }

  get askPayer(): string[] {
    return askedOfPayer(this.#open().additional ?? [], this.#scheme().profile.starsMeanAbsent === true);
  }

  get language(): Fields | null {
    if (this.#language === undefined) this.#language = fieldsOf(this.#open().language);
    return this.#language;
  }

  get unreservedTemplates(): Template[] {
    return this.#open().unreserved;
  }

  get expiresAtMs(): number | null {
    return this.#readExpiry().expiresAtMs;
  }

  get warnings(): string[] {
    this.#warnings ??= [...strictViolations(this.#open()), ...this.#profileWarnings()];
    return this.#warnings;
  }

  get checksum(): Decoded['checksum'] {
    return { kind: this.#kind, value: this.#text(63) ?? '' };
  }

  get dataObjects(): DataObject[] {
    return this.#walk.objects;
  }

  toJSON(): WireCode {
    return wireOf(this);
  }

  #text(tag: number): string | null {
    return this.#walk.values[tag] ?? null;
  }

  #open(): View {
    this.#view ??= viewOf(this.#walk, this.lengthUnit);
    return this.#view;
  }

  #scheme(): Recognised {
    this.#recognised ??= recognise(this.#walk, this.lengthUnit);
    return this.#recognised;
  }

  #readAmount(): AmountReading {
    this.#amount ??= readAmount(this.#walk.values, this.#scheme().profile);
    return this.#amount;
  }

  #readTip(): TipReading {
    this.#tip ??= readTip(this.#walk.values, this.#scheme().profile);
    return this.#tip;
  }

  #readExpiry(): ExpiryReading {
    this.#expiry ??= readExpiry(this.#open(), this.#scheme().profile);
    return this.#expiry;
  }

  /** What the scheme itself finds wrong, beyond EMVCo, and what could not be read for sure. */
  #profileWarnings(): string[] {
    const found: string[] = [];
    const { profile } = this.#scheme();
    const kind = this.#kind;
    if (kind === null) found.push('crc');
    // A scheme that hashes has readers that know no CRC.
    else if (profile.checksum === 'sha256-last4' && kind === 'crc16') found.push('checksum-kind:crc16');
    if (this.lengthUnit !== 'character') found.push(`length-unit:${this.lengthUnit}`);
    if (!hasMandatory(this.#open(), profile)) found.push(`missing:${pathsOf(profile)}`);
    const amountFault = this.#readAmount().fault;
    if (amountFault !== null) found.push(`amount-unreadable:${amountFault}`);
    const tipFault = this.#readTip().fault;
    if (tipFault !== null) found.push(`tip-unreadable:${tipFault}`);
    const expiryFault = this.#readExpiry().fault;
    if (expiryFault !== null) found.push(`expiry-unreadable:${expiryFault}`);
    return found;
  }
}

function hasMandatory(view: View, { mandatory }: Profile): boolean {
  return mandatory?.some(({ template, field }) => fieldAt(view, template, field) !== undefined) ?? true;
}

/** `32-01/33-00` */
function pathsOf({ mandatory = [] }: Profile): string {
  return mandatory.map(({ template, field }) => `${template}-${field}`).join('/');
}
