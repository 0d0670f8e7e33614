/**
 * The codes the switch makes and knows again. Merchants paid in som get an ELQR code; others get a plain
 * EMVCo code with a template of our own. Both only address a merchant and, if dynamic, one order, or, if
 * printed for a place, that code of the merchant's.
 */
import type { CodeRow, MerchantRow } from '../directory/index.ts';
import {
  type CodeSignature,
  checkSignature,
  currencyOf,
  type Decoded,
  encode,
  guidOf,
  linkTo,
  signatureTemplates,
  type TemplateData,
  textToSign,
} from '../emv/index.ts';
import { assert, Cache, type Config, isId, once } from '../kernel/index.ts';
import { codeSigner, type PublicKey } from '../signing/index.ts';

export interface MerchantCode {
  /** What goes into the QR code: for ELQR a link whose fragment is the code. */
  readonly payload: string;
  /** The EMV text itself. */
  readonly emvText: string;
}

export interface OrderOfCode {
  readonly id: string;
  readonly amountMinor: bigint;
  /** Whether the payer's wallet is to ask for a tip. */
  readonly asksForTip?: boolean;
}

/** The switch's codes and their signatures. */
export interface Codes {
  /** The merchant's static code, or with `order` the dynamic code of one order; signed unless the merchant opted out. */
  codeOf(merchant: MerchantRow, order?: OrderOfCode): Promise<MerchantCode>;
  /** One of the merchant's printed codes. What it says never changes, so that a print stays good. */
  printedCodeOf(merchant: MerchantRow, printed: CodeRow): Promise<MerchantCode>;
  /** Whether a code still says what the switch signed. */
  signatureOf(code: Decoded): Promise<CodeSignature['status']>;
  publicKeys(): Promise<readonly PublicKey[]>;
}

export interface CodeAddress {
  readonly merchant: string;
  readonly order: string | null;
  /** The printed code. */
  readonly code: string | null;
}

// ELQR: 01 service code, 10 recipient, 11 transaction, where a printed code has its own id, 12 and 13 whether amount and recipient may be edited (11 yes, 12 no).
const elqr = { template: '32', merchant: '10', order: '11', code: '11' } as const;
// Our own template in plain EMVCo codes; where it stands is said in EMVCo's own objects of 62 besides.
const own = { template: '26', merchant: '01', order: '02', code: '03' } as const;

const serviceCode = '1';

const elqrCurrency = 'KGS';

// A code that is scanned is paid a moment later, and a printed one many times a day.
const checkedMs = 60_000;
const checkedMax = 1_000;

export function codesOf({ qrProvider, secret, formerSecrets }: Config): Codes {
  const signer = once(() => codeSigner(secret, formerSecrets));
  const checked = new Cache<CodeSignature['status']>(checkedMs, checkedMax);
  const signed = async (merchant: MerchantRow, subject?: OrderOfCode | CodeRow): Promise<MerchantCode> => {
    const plain = merchantCode({ qrProvider }, merchant, subject);
    if (!merchant.signedCodes) return plain;
    const { publicKeys, sign } = await signer();
    const signature = await sign(textToSign(plain.emvText));
    const templates = signatureTemplates(qrProvider, publicKeys[0].kid, signature);
    return merchantCode({ qrProvider }, merchant, subject, templates);
  };
  return {
    codeOf: signed,
    printedCodeOf: signed,
    signatureOf: (code) =>
      checked.get(code.payload, async () => {
        const { publicKeys } = await signer();
        return (await checkSignature(code, { provider: qrProvider, keys: publicKeys })).status;
      }),
    publicKeys: async () => (await signer()).publicKeys,
  };
}

/** A code without signature, or with the templates of one; of an order, a printed code, or the merchant itself. */
export function merchantCode(
  config: Pick<Config, 'qrProvider'>,
  merchant: MerchantRow,
  subject?: OrderOfCode | CodeRow,
  signature: readonly TemplateData[] = [],
): MerchantCode {
  const national = merchant.currency === elqrCurrency;
  const printed = subject && 'kind' in subject ? subject : undefined;
  const amountMinor = subject?.amountMinor ?? null;
  const encoded = encode({
    ...(national && { profile: 'elqr' }),
    payloadFormatIndicator: '01',
    pointOfInitiationMethod: subject && !printed ? 'dynamic' : 'static',
    merchantAccountInformation: [templateOf(config.qrProvider, national, merchant.id, subject)],
    merchantCategoryCode: merchant.categoryCode,
    transactionCurrency: currencyOf(merchant.currency)?.numeric,
    ...(subject && 'asksForTip' in subject && subject.asksForTip && { tipOrConvenienceIndicator: '01' }),
    ...(amountMinor !== null && { amount: { minor: amountMinor, currency: merchant.currency } }),
    merchantName: merchant.name,
    unreservedTemplates: signature,
    ...(!national && {
      countryCode: merchant.country,
      merchantCity: merchant.city,
      ...(printed && { additionalData: placeIn(printed) }),
    }),
  });
  assert(encoded.ok, `a merchant of the directory cannot be put into a code: ${JSON.stringify(encoded)}`);
  const emvText = encoded.payload;
  const payload = national ? linkTo(config.qrProvider, emvText) : emvText;
  return { payload, emvText };
}

function templateOf(
  qrProvider: string,
  national: boolean,
  merchant: string,
  subject: OrderOfCode | CodeRow | undefined,
): TemplateData {
  const is = subject && 'kind' in subject ? 'code' : 'order';
  if (!national) {
    const fields = { [own.merchant]: merchant, ...(subject && { [own[is]]: subject.id }) };
    return { id: own.template, guid: guidOf(qrProvider), fields };
  }
  const editable = subject === undefined || subject.amountMinor === null;
  const transaction = subject ? { [elqr[is]]: subject.id } : {};
  const edit = { '12': editable ? '11' : '12', '13': '12' };
  return {
    id: elqr.template,
    guid: qrProvider,
    fields: { '01': serviceCode, [elqr.merchant]: merchant, ...transaction, ...edit },
  };
}

/** EMVCo MPM v1.1 table 3.7: store, reference and terminal label. Null when none is known. */
function placeIn({ store, till, reference }: CodeRow): Record<string, string> | null {
  const fields = {
    ...(store !== null && { '03': store }),
    ...(reference !== null && { '05': reference }),
    ...(till !== null && { '07': till }),
  };
  return Object.keys(fields).length > 0 ? fields : null;
}

/** Whom one of our codes addresses; undefined when it is somebody else's. */
export function addressIn(code: Decoded, qrProvider: string): CodeAddress | undefined {
  for (const { id, guid, fields } of code.merchantAccountInformation) {
    if (guid === null || fields === null) continue;
    const name = guid.toLowerCase();
    const form = name === qrProvider && id === elqr.template ? elqr : undefined;
    const known = form ?? (name === guidOf(qrProvider) && id === own.template ? own : undefined);
    if (!known) continue;
    const [order = null, printed = null] = [fields[known.order], fields[known.code]];
    const code = printed !== null && isId('code', printed) ? printed : null;
    return { merchant: fields[known.merchant] ?? '', order: order === code ? null : order, code };
  }
  return undefined;
}
