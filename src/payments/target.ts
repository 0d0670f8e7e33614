/**
 * From a scanned text to who is paid. Everything a payer is shown comes from the directory, not from the
 * code: a code only addresses a merchant, and at most an order of theirs.
 */

import {
  type AccountRow,
  type CodeRow,
  type Directory,
  type MerchantRow,
  merchantRoute,
} from '../directory/index.ts';
import { type CodeSignature, currencyOf, type Decoded, decode } from '../emv/index.ts';
import {
  type Config,
  isId,
  ok,
  type Refusal,
  type Result,
  refuse,
  remembering,
  sha256,
  stripeOfOrder,
  toBase64Url,
} from '../kernel/index.ts';
import type { Leg, StickerReference } from '../ledger/index.ts';
import { addressIn, type CodeAddress, type Codes } from './codes.ts';
import type { PriceTerms } from './price.ts';

export interface OrderAddress {
  readonly id: string;
  readonly stripe: number;
  /** Of the code it came from; null where a sticker showed it. */
  readonly payloadDigest: string | null;
}

/** Whom a payer pays: a merchant of the switch, or one that only a partner knows, as its code describes it. */
export type Payee = { [Name in 'id' | 'name' | 'city' | 'categoryCode']: MerchantRow[Name] | null };

export interface Target extends PriceTerms {
  readonly merchant: Payee;
  /** What is credited in the switch: the merchant's account, or its acquirer's position. */
  readonly account: AccountRow;
  /** What its acquirer outside has to do. */
  readonly leg: Leg | null;
  /** The order this code belongs to, and the stripe that keeps it. */
  readonly order: OrderAddress | null;
  /** The printed code it is. */
  readonly printed: CodeRow | null;
  /** Where the payer came by a sticker, what they were shown there. */
  readonly sticker: StickerReference | null;
  readonly currency: string;
  /** EMVCo names of what the payer has to be asked before paying. */
  readonly askPayer: readonly string[];
}

export interface Resolved {
  readonly code: Decoded;
  readonly signature: CodeSignature['status'];
  /** Where the money goes, or why it cannot. */
  readonly target: Result<Target>;
}

// A code that is scanned is paid a moment later, and a printed one many times a day.
const decoded = remembering(decode, 1_000);

/** Refused only when the text is not a payment code at all; a code that cannot be paid still shows. */
export async function resolve(
  config: Config,
  codes: Codes,
  directory: Directory,
  payload: string,
): Promise<Result<Resolved>> {
  const code = decoded(payload);
  if (!code.ok) return refuse('qr.unreadable', `${code.code} at ${code.position}: ${code.detail}`);
  const signature = await codes.signatureOf(code);
  const target =
    signature === 'invalid'
      ? refuse('qr.altered', 'it says something else than what was signed')
      : await targetOf(config, directory, code);
  return ok({ code, signature, target });
}

async function targetOf(config: Config, directory: Directory, code: Decoded): Promise<Result<Target>> {
  const address = addressIn(code, config.qrProvider);
  const route = address ? undefined : await routeOf(directory, code);
  if (!address && !route) return refuse('qr.scheme_not_routed', `no route to ${code.scheme}`);
  if (code.expiresAtMs !== null && code.expiresAtMs <= Date.now()) return refuse('qr.expired');
  const unclear =
    code.amountRule === 'unreadable' || code.warnings.some((it) => it.startsWith('tip-unreadable'));
  if (unclear) return refuse('qr.amount_unreadable');
  if (address) return ownTarget(directory, code, address);
  return route ? partnerTarget(directory, code, route) : refuse('qr.scheme_not_routed');
}

interface Route {
  readonly participant: string;
  readonly leg: Leg;
}

/** The way to a foreign code's merchant; undefined when there is none, or it is closed. */
async function routeOf(directory: Directory, code: Decoded): Promise<Route | undefined> {
  const templates = code.merchantAccountInformation;
  const route = merchantRoute(await directory.cachedRules(), { profile: code.profile, templates });
  const connection = route && (await directory.usableConnection(route.connection));
  if (!route || !connection) return undefined;
  const leg = { does: 'credit', partner: connection.id, account: route.account } as const;
  return { participant: connection.participant, leg };
}

async function partnerTarget(directory: Directory, code: Decoded, route: Route): Promise<Result<Target>> {
  const currency = currencyOf(code.transactionCurrency ?? '');
  if (!currency) return refuse('qr.currency_unknown');
  const account = await directory.cachedPosition(route.participant, currency.code);
  if (!account) return refuse('qr.scheme_not_routed', `no route to ${code.scheme} in ${currency.code}`);
  const { merchantName: name, merchantCity: city, merchantCategoryCode: categoryCode } = code;
  return ok({
    merchant: { id: null, name, city, categoryCode },
    account,
    leg: route.leg,
    order: null,
    printed: null,
    sticker: null,
    currency: currency.code,
    fixedMinor: code.amount?.minor ?? null,
    editable: code.amountEditable === true,
    tip: code.tip,
    askPayer: code.askPayer,
  });
}

async function ownTarget(directory: Directory, code: Decoded, address: CodeAddress): Promise<Result<Target>> {
  const merchant = isId('merchant', address.merchant)
    ? await directory.cachedMerchant(address.merchant)
    : undefined;
  if (!merchant) return refuse('qr.merchant_unknown');
  if (merchant.status !== 'active') return refuse('merchant.inactive');
  const currency = currencyOf(code.transactionCurrency ?? '');
  if (!currency) return refuse('qr.currency_unknown');
  if (currency.code !== merchant.currency) return refuse('qr.altered', 'the currency is not the merchant’s');
  const printed = address.code === null ? ok(null) : await printedOf(directory, merchant, code, address.code);
  if (!printed.ok) return printed;
  const stripe = address.order === null ? null : stripeOfOrder(address.order);
  if (stripe === undefined) return refuse('qr.altered', 'not an order of this merchant');
  const account = await directory.accountWithStripe(merchant.account, stripe ?? printed.value?.stripe ?? 0);
  if (!account) return refuse('qr.altered', 'not an order of this merchant');
  return ok({
    merchant,
    account,
    leg: null,
    order:
      address.order === null || stripe === null
        ? null
        : { id: address.order, stripe, payloadDigest: await digestOf(code.payload) },
    printed: printed.value,
    sticker: null,
    currency: currency.code,
    fixedMinor: code.amount?.minor ?? null,
    editable: address.order === null && code.amountEditable === true,
    tip: code.tip,
    askPayer: code.askPayer,
  });
}

/** A printed code of the merchant, while it may be paid with and says what was printed. */
async function printedOf(
  directory: Directory,
  merchant: MerchantRow,
  { amount }: Decoded,
  id: string,
): Promise<Result<CodeRow>> {
  const row = await directory.cachedCode(id);
  if (row?.merchant !== merchant.id) return refuse('code.not_found');
  if (row.status === 'paused') return refuse('code.paused');
  if (row.status === 'revoked') return refuse('code.revoked');
  const stated = amount === null ? null : Number(amount.minor);
  return stated === row.amountMinor ? ok(row) : refuse('qr.altered', 'the amount is not the printed one');
}

/** SHA-256, base64url, of the EMV text: what an order's claim remembers of the code it was shown as. */
export const digestOf = async (emvText: string): Promise<string> => toBase64Url(await sha256(emvText));

/** The merchant asks the payer for these and has not been answered. */
export function missingAnswers(
  askPayer: readonly string[],
  answers: Readonly<Record<string, string>>,
): Refusal | undefined {
  const missing = askPayer.filter((field) => !answers[field]);
  return missing.length === 0
    ? undefined
    : { code: 'payment.answers_required', detail: `answers: ${missing.join(', ')}` };
}
