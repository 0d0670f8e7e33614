/** What a merchant sends a payer along with an order's link, in every language. */
import { currencyOf } from '../emv/index.ts';
import { formatMinor, type Language } from '../kernel/index.ts';

interface Shared {
  readonly amount: string;
  readonly name: string;
  readonly link: string;
}

const texts: Record<Language, (order: Shared) => string> = {
  en: ({ amount, name, link }) => `Pay ${amount} to ${name}: ${link}`,
  ky: ({ amount, name, link }) => `${name}, ${amount} төлөө үчүн шилтеме: ${link}`,
  ru: ({ amount, name, link }) => `Оплатите ${amount}, получатель ${name}: ${link}`,
  th: ({ amount, name, link }) => `ชำระเงิน ${amount} ให้ ${name}: ${link}`,
  km: ({ amount, name, link }) => `បង់ប្រាក់ ${amount} ទៅ ${name}៖ ${link}`,
  zh: ({ amount, name, link }) => `请向 ${name} 支付 ${amount}：${link}`,
};

/** E.g. `Pay 45.00 KGS to Coffee House: https://…`; digits and currency code, which any app shows alike. */
export function shareText(
  amountMinor: number,
  currency: string,
  name: string,
  link: string,
  language: Language,
): string {
  const decimals = currencyOf(currency)?.decimals ?? 0;
  return texts[language]({ amount: `${formatMinor(BigInt(amountMinor), decimals)} ${currency}`, name, link });
}
