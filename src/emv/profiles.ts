// The national schemes, as data. A profile says what a code of the scheme means where EMVCo leaves it open;
// a GUID row says which template gives a scheme away. Adding a scheme is a line here and a line there.

import type { ChecksumKind } from './checksum.ts';

/**
 * What the text of tag 54 means. EMVCo MPM v1.1 §4.7.4 counts in the major unit, so `98`, `98.` and `98.73`
 * are plain (`major`). `minor`: an integer is minor units and a point means the code is not what it says.
 * `minor-padded`: twelve digits are minor units, a point is as in EMVCo, other integers could be either.
 * `unclear`: only a point settles the unit.
 */
export type AmountRule = 'major' | 'minor' | 'minor-padded' | 'unclear';

/** Where a template's field stands: the template's root ID, or its GUID in lower case, and the field's ID. */
export interface FieldPath {
  template: string;
  field: string;
}

export interface Profile {
  /** Stable lower-case name. */
  id: string;
  /** Name for people. */
  scheme: string;
  /** ISO 3166 alpha-2; null when the scheme crosses borders and tag 58 says where. */
  country: string | null;
  /** Tag 53 an amount must have for the amount rule to hold. */
  currency?: string;
  amount?: AmountRule;
  /** The checksum its codes carry besides CRC-16. */
  checksum?: ChecksumKind;
  /** At least one of these must be there, beyond what EMVCo demands. */
  mandatory?: readonly FieldPath[];
  /** A time after which the code is dead; `utcOffsetHours` is that of the scheme's clocks. */
  expiry?: FieldPath & { utcOffsetHours: number };
  /** Whether the payer may change the amount. */
  amountEditable?: FieldPath & { yes: string; no: string };
  /** In Pix `***` in 62-05 says "no transaction id", not "ask the payer". */
  starsMeanAbsent?: boolean;
}

const editableInPayNow = { template: 'sg.paynow', field: '03', yes: '1', no: '0' };

/** What a code is when nothing in it names a scheme. */
export const generic: Profile = { id: 'emvco', scheme: 'EMVCo generic', country: null };

const rows: readonly Profile[] = [
  generic,
  {
    id: 'elqr',
    scheme: 'ELQR',
    country: 'KG',
    currency: '417',
    amount: 'minor',
    checksum: 'sha256-last4',
    mandatory: [
      { template: '32', field: '01' },
      { template: '33', field: '00' },
    ],
    amountEditable: { template: '32', field: '12', yes: '11', no: '12' },
  },
  { id: 'elqr-style', scheme: 'ELQR-style (KG)', country: 'KG', amount: 'unclear', checksum: 'sha256-last4' },
  { id: 'erip', scheme: 'ERIP', country: 'BY', checksum: 'sha256-last4' },
  {
    id: 'khqr',
    scheme: 'KHQR',
    country: 'KH',
    expiry: { template: '99', field: '01', utcOffsetHours: 7 },
  },
  { id: 'aba-p2p', scheme: 'ABA Bank P2P (KH)', country: 'KH' },
  {
    id: 'promptpay',
    scheme: 'PromptPay',
    country: 'TH',
    mandatory: [
      { template: '29', field: '01' },
      { template: '29', field: '02' },
      { template: '29', field: '03' },
      { template: '29', field: '04' },
    ],
  },
  {
    id: 'thai-bill-payment',
    scheme: 'Thai QR bill payment',
    country: 'TH',
    mandatory: [{ template: '30', field: '01' }],
  },
  { id: 'thai-payment-innovation', scheme: 'Thai payment innovation', country: 'TH' },
  { id: 'pix', scheme: 'Pix', country: 'BR', starsMeanAbsent: true },
  { id: 'qris', scheme: 'QRIS', country: 'ID' },
  { id: 'vietqr', scheme: 'VietQR', country: 'VN', mandatory: [{ template: '38', field: '01' }] },
  { id: 'vnpay', scheme: 'VNPAY', country: 'VN' },
  { id: 'sgqr', scheme: 'SGQR', country: 'SG', amountEditable: editableInPayNow },
  {
    id: 'paynow',
    scheme: 'PayNow',
    country: 'SG',
    expiry: { template: 'sg.paynow', field: '04', utcOffsetHours: 8 },
    amountEditable: editableInPayNow,
  },
  { id: 'duitnow', scheme: 'DuitNow', country: 'MY' },
  { id: 'qr-ph', scheme: 'QR Ph', country: 'PH' },
  { id: 'bharat-qr', scheme: 'Bharat QR', country: 'IN' },
  {
    id: 'fps',
    scheme: 'FPS',
    country: 'HK',
    mandatory: [
      { template: '26', field: '02' },
      { template: '26', field: '03' },
      { template: '26', field: '04' },
    ],
    expiry: { template: 'hk.com.hkicl', field: '05', utcOffsetHours: 8 },
  },
  { id: 'twqr', scheme: 'TWQR', country: 'TW' },
  { id: 'jpqr', scheme: 'JPQR', country: 'JP' },
  { id: 'zeropay', scheme: 'ZeroPay', country: 'KR' },
  { id: 'bc-card', scheme: 'BC Card QR (KR)', country: 'KR' },
  { id: 'lapnet', scheme: 'LAPNet/Lao QR', country: 'LA' },
  { id: 'mmqr', scheme: 'MMQR', country: 'MM', checksum: 'crc16-without-6304' },
  { id: 'qpay', scheme: 'QPay (MN)', country: 'MN' },
  { id: 'fonepay', scheme: 'Fonepay', country: 'NP' },
  { id: 'nepalpay', scheme: 'NepalPay QR', country: 'NP' },
  { id: 'lankaqr', scheme: 'LankaQR', country: 'LK' },
  { id: 'bangla-qr', scheme: 'Bangla QR', country: 'BD' },
  { id: 'raast', scheme: 'Raast', country: 'PK' },
  { id: '1link', scheme: '1LINK', country: 'PK' },
  { id: 'bhutan-qr', scheme: 'Bhutan QR', country: 'BT' },
  { id: 'qr-online', scheme: 'QR-Online', country: 'UZ' },
  { id: 'azqr', scheme: 'AZQR', country: 'AZ' },
  { id: 'tr-karekod', scheme: 'TR Karekod', country: 'TR', amount: 'minor-padded' },
  { id: 'nqr', scheme: 'NQR', country: 'NG' },
  { id: 'paycashless', scheme: 'Paycashless', country: 'NG' },
  { id: 'ghqr', scheme: 'GhQR', country: 'GH' },
  { id: 'tanqr', scheme: 'TanQR', country: 'TZ' },
  { id: 'ke-qr', scheme: 'KE-QR', country: 'KE' },
  { id: 'pi-spi', scheme: 'PI-SPI (BCEAO)', country: null },
  { id: 'wave', scheme: 'Wave', country: null },
  { id: 'maucas', scheme: 'MauCAS', country: 'MU' },
  { id: 'meeza', scheme: 'Meeza QR', country: 'EG' },
  { id: 'ethqr', scheme: 'EthQR', country: 'ET' },
  { id: 'ebs', scheme: 'EBS (SD)', country: 'SD' },
  { id: 'qr-tn', scheme: 'QR (TN)', country: 'TN' },
  { id: 'lypay', scheme: 'LYPay', country: 'LY' },
  { id: 'mobile-money-rw', scheme: 'Mobile money QR (RW)', country: 'RW' },
  { id: 'scan-to-pay', scheme: 'Scan to Pay (ZA)', country: 'ZA' },
  { id: 'cliq', scheme: 'CliQ (JO)', country: 'JO' },
  { id: 'sama', scheme: 'SAMA QR (SA)', country: 'SA' },
  { id: 'stc-pay', scheme: 'STC Pay (SA)', country: 'SA' },
  { id: 'halalah', scheme: 'Halalah (SA)', country: 'SA' },
  { id: 'benefitpay', scheme: 'BenefitPay (BH)', country: 'BH' },
  { id: 'oman-qr', scheme: 'Oman QR', country: 'OM' },
  { id: 'mercado-pago', scheme: 'Mercado Pago', country: null },
  { id: 'transferencias', scheme: 'Transferencias 3.0 (AR)', country: 'AR' },
  { id: 'bre-b', scheme: 'Bre-B / EASPBV (CO)', country: 'CO' },
  { id: 'qr-simple', scheme: 'QR Simple (BO)', country: 'BO' },
  { id: 'yape', scheme: 'Yape (PE)', country: 'PE' },
  { id: 'ecuador-qr', scheme: 'Ecuador QR (tag 39)', country: 'EC' },
  { id: 'qr-py', scheme: 'QR (PY)', country: 'PY' },
  { id: 'facebook-pay', scheme: 'Facebook Pay', country: null },
  { id: 'mojaloop', scheme: 'Mojaloop', country: null },
  { id: 'x9', scheme: 'X9 (US)', country: 'US' },
  { id: 'unionpay', scheme: 'UnionPay', country: null },
  { id: 'cards', scheme: 'Visa/Mastercard QR', country: null },
];

/** Every profile by its id. */
export const profiles: ReadonlyMap<string, Profile> = new Map(rows.map((row) => [row.id, row]));
