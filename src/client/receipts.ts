/**
 * Receipts, whoever checks them: a payer's phone shows one, a cashier's device reads it and tells without asking
 * anybody whether the switch wrote it. A receipt is a text of fields with an Ed25519 signature at its end, made of
 * characters that addresses and QR codes take as they are; its link is an address that ends with it.
 */
import { moneyText } from './money.ts';

export interface Receipt {
  readonly payment: string;
  /** Empty: a merchant of another scheme. */
  readonly merchant: string;
  /** What was paid, tip included, in minor units. */
  readonly amount: { readonly amount: number; readonly currency: string };
  readonly completed_at: string;
  /** The last letters and digits, four at most, of the register's own number of the sale. */
  readonly reference: string;
  readonly status: 'completed';
  /** Which key of the switch signed. */
  readonly kid: string;
}

export type ReceiptProblem =
  | 'unreadable'
  | 'key_unknown'
  | 'signature_wrong'
  | 'merchant_differs'
  | 'amount_differs'
  | 'too_old'
  | 'too_new';

export interface ReceiptWish {
  /** Public keys of the switch: see `callbackKeys`; keep them, and checking needs no connection. */
  readonly keys: readonly JsonWebKey[];
  /** Whose register checks. */
  readonly merchant?: string;
  /** What was to be paid. */
  readonly amount?: { readonly amount: number; readonly currency: string };
  /** A day unless given. */
  readonly maxAgeS?: number;
  readonly nowMs?: number;
}

/** Only a receipt of the switch is ever answered: what a forged one says is nobody's word. */
export type CheckedReceipt =
  | { readonly ok: true; readonly receipt: Receipt }
  | {
      readonly ok: false;
      readonly problem: ReceiptProblem;
      /** For people who look into it. */
      readonly detail: string;
      /** Of a genuine one that is another than the one wished for. */
      readonly receipt?: Receipt;
    };

const version = 'TR1';
const maxAgeDefaultS = 86_400;
// How far the register's clock may be behind.
const toleranceS = 300;
const linkPath = '/receipt/';
const form =
  /^TR1~(pay_[0-9a-z]{24})~((?:mch_[0-9a-z]{20})?)~([1-9]\d{0,15})~([A-Z]{3})~([1-9]\d{12})~([0-9A-Za-z]{0,4})~(completed)~([\w-]{8})~([\w-]{86})$/;

/** Receipt or link, as it was scanned; says what is wrong with it, the signature first. */
export async function checkReceipt(text: string, wish: ReceiptWish): Promise<CheckedReceipt> {
  const read = readReceipt(text);
  if (!read) return { ok: false, problem: 'unreadable', detail: 'not a receipt' };
  const { receipt, signature } = read;
  const key = wish.keys.find((one) => (one as { kid?: string }).kid === receipt.kid);
  if (!key) return { ok: false, problem: 'key_unknown', detail: `no key ${receipt.kid}` };
  const { kty = 'OKP', crv = 'Ed25519', x = '' } = key;
  const publicKey = await crypto.subtle.importKey('jwk', { kty, crv, x }, 'Ed25519', false, ['verify']);
  if (!(await crypto.subtle.verify('Ed25519', publicKey, signature, signedText(receipt)))) {
    return { ok: false, problem: 'signature_wrong', detail: 'it was not written by the switch' };
  }
  const unlike = unlikeWish(receipt, wish);
  return unlike ? { ok: false, ...unlike, receipt } : { ok: true, receipt };
}

function unlikeWish(
  { merchant, amount: paid, completed_at: completedAt }: Receipt,
  wish: ReceiptWish,
): { problem: ReceiptProblem; detail: string } | undefined {
  const { amount, maxAgeS = maxAgeDefaultS, nowMs = Date.now() } = wish;
  if (wish.merchant !== undefined && merchant !== wish.merchant) {
    return { problem: 'merchant_differs', detail: `paid to ${merchant || 'somebody of another scheme'}` };
  }
  if (amount && (paid.amount !== amount.amount || paid.currency !== amount.currency)) {
    return { problem: 'amount_differs', detail: `${moneyText(paid)} was paid` };
  }
  const ageS = (nowMs - Date.parse(completedAt)) / 1_000;
  if (ageS > maxAgeS) return { problem: 'too_old', detail: `paid at ${completedAt}` };
  if (ageS < -toleranceS) return { problem: 'too_new', detail: `paid at ${completedAt}, says the receipt` };
  return undefined;
}

/** What a receipt says, whoever wrote it; undefined when it is none. */
export function readReceipt(
  text: string,
): { receipt: Receipt; signature: Uint8Array<ArrayBuffer> } | undefined {
  const start = text.lastIndexOf(linkPath);
  const token = start < 0 ? text : text.slice(start + linkPath.length);
  const [, payment, merchant = '', amount, currency, time, reference = '', status, kid, sealed] =
    form.exec(token.trim()) ?? [];
  if (!payment || !currency || !kid || !sealed || status !== 'completed') return undefined;
  const signature = fromBase64Url(sealed);
  if (!signature || !Number.isSafeInteger(Number(amount))) return undefined;
  const receipt: Receipt = {
    payment,
    merchant,
    amount: { amount: Number(amount), currency },
    completed_at: new Date(Number(time)).toISOString(),
    reference,
    status,
    kid,
  };
  return { receipt, signature };
}

/** The receipt as text, before its signature. */
export const receiptText = (receipt: Receipt): string =>
  [
    version,
    receipt.payment,
    receipt.merchant,
    receipt.amount.amount,
    receipt.amount.currency,
    Date.parse(receipt.completed_at),
    receipt.reference,
    receipt.status,
    receipt.kid,
  ].join('~');

/** What is signed: never taken for anything else that the same kind of key signs. */
export const signedText = (receipt: Receipt): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(new TextEncoder().encode(`tolom receipt\n${receiptText(receipt)}`));

/** Sixty-four bytes; undefined where the same bytes are written in another way than the usual one. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const again = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  if (again !== text) return undefined;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
