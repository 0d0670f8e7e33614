/**
 * The codes the switch makes and knows again. Merchants paid in som get an ELQR code; others get a plain
 * EMVCo code with a template of our own. Both only address a merchant and, if dynamic, one order.
 */
import type { MerchantRow } from '../directory/index.ts';
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
import { assert, Cache, type Config, once } from '../kernel/index.ts';
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
  /** Whether a code still says what the switch signed. */
  signatureOf(code: Decoded): Promise<CodeSignature['status']>;
  publicKeys(): Promise<readonly PublicKey[]>;
}

export interface CodeAddress {
  readonly merchant: string;
  readonly order: string | null;
}

// ELQR: 01 service code, 10 recipient, 11 transaction, 12 and 13 whether amount and recipient may be edited (11 yes, 12 no).
const elqr = { template: '32', merchant: '10', order: '11' } as const;
// Our own template in plain EMVCo codes.
const own = { template: '26', merchant: '01', order: '02' } as const;

const serviceCode = '1';

const elqrCurrency = 'KGS';

// A code that is scanned is paid a moment later, and a printed one many times a day.
const checkedMs = 60_000;
const checkedMax = 1_000;

export function codesOf({ qrProvider, secret, formerSecrets }: Config): Codes {
  const signer = once(() => codeSigner(secret, formerSecrets));
  const checked = new Cache<CodeSignature['status']>(checkedMs, checkedMax);
  return {
    async codeOf(merchant, order) {
      const plain = merchantCode({ qrProvider }, merchant, order);
      if (!merchant.signedCodes) return plain;
      const { publicKeys, sign } = await signer();
      const signature = await sign(textToSign(plain.emvText));
      const templates = signatureTemplates(qrProvider, publicKeys[0].kid, signature);
      return merchantCode({ qrProvider }, merchant, order, templates);
    },
    signatureOf: (code) =>
      checked.get(code.payload, async () => {
        const { publicKeys } = await signer();
        return (await checkSignature(code, { provider: qrProvider, keys: publicKeys })).status;
      }),
    publicKeys: async () => (await signer()).publicKeys,
  };
}

/** A code without signature, or with the templates of one. */
export function merchantCode(
  config: Pick<Config, 'qrProvider'>,
  merchant: MerchantRow,
  order?: OrderOfCode,
  signature: readonly TemplateData[] = [],
): MerchantCode {
  const national = merchant.currency === elqrCurrency;
  const encoded = encode({
    ...(national && { profile: 'elqr' }),
    payloadFormatIndicator: '01',
    pointOfInitiationMethod: order ? 'dynamic' : 'static',
    merchantAccountInformation: [templateOf(config.qrProvider, national, merchant.id, order?.id)],
    merchantCategoryCode: merchant.categoryCode,
    transactionCurrency: currencyOf(merchant.currency)?.numeric,
    ...(order?.asksForTip && { tipOrConvenienceIndicator: '01' }),
    ...(order && { amount: { minor: order.amountMinor, currency: merchant.currency } }),
    merchantName: merchant.name,
    unreservedTemplates: signature,
    ...(!national && { countryCode: merchant.country, merchantCity: merchant.city }),
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
  order: string | undefined,
): TemplateData {
  if (!national) {
    const fields = { [own.merchant]: merchant, ...(order !== undefined && { [own.order]: order }) };
    return { id: own.template, guid: guidOf(qrProvider), fields };
  }
  const transaction = order === undefined ? { '12': '11' } : { [elqr.order]: order, '12': '12' };
  const fields = { '01': serviceCode, [elqr.merchant]: merchant, ...transaction, '13': '12' };
  return { id: elqr.template, guid: qrProvider, fields };
}

/** Whom one of our codes addresses; undefined when it is somebody else's. */
export function addressIn(code: Decoded, qrProvider: string): CodeAddress | undefined {
  for (const { id, guid, fields } of code.merchantAccountInformation) {
    if (guid === null || fields === null) continue;
    const name = guid.toLowerCase();
    const form = name === qrProvider && id === elqr.template ? elqr : undefined;
    const known = form ?? (name === guidOf(qrProvider) && id === own.template ? own : undefined);
    if (known) return { merchant: fields[known.merchant] ?? '', order: fields[known.order] ?? null };
  }
  return undefined;
}
