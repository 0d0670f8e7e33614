/** The reader's language, and money and time as that language writes them. */
import type { Context } from 'hono';
import { currencyOf } from '../emv/index.ts';
import { languageOf } from '../http/index.ts';
import { formatMinor, type Language, zoneOf } from '../kernel/index.ts';
import { askedLanguage, keptLanguage } from './visit.ts';

export const languageNames: Record<Language, string> = {
  en: 'English',
  ky: 'Кыргызча',
  ru: 'Русский',
  th: 'ไทย',
  km: 'ខ្មែរ',
  zh: '中文',
};

/** `?lang=` when it names one of ours, else what was chosen before, else the browser's own wish. */
export const languageFor = (c: Context): Language =>
  askedLanguage(c) ?? keptLanguage(c) ?? languageOf(c.req.header('accept-language'));

// workerd is built without Kyrgyz and Khmer formats: a neighbour that groups digits alike stands in, and
// dates are all digits, so that no foreign month name shows.
const formats: Record<Language, { locales: string[]; month: 'short' | '2-digit' }> = {
  en: { locales: ['en-GB'], month: 'short' },
  ky: { locales: ['ru'], month: '2-digit' },
  ru: { locales: ['ru'], month: 'short' },
  th: { locales: ['th'], month: 'short' },
  km: { locales: ['en-GB'], month: '2-digit' },
  zh: { locales: ['zh'], month: 'short' },
};

// Signs people know that the runtime's tables lack.
const signs: Record<string, Partial<Record<Language, string>>> = {
  KGS: { ky: 'сом', ru: 'сом' },
  KHR: { km: '៛' },
};

/** The locale whose digits and dates are a language's, for scripts that write them too. */
export const localeOf = (language: Language): string => formats[language].locales[0] ?? 'en-GB';

/** How money stands around its digits, `{} сом`, for scripts. */
export const moneyPattern = (currency: string, language: Language): string =>
  moneyText(0n, currency, language).replace(/\d+([.,]\d+)?/, '{}');

/** Minor units as people read them, e.g. `1 255,00 сом`; exact whatever the size. */
export function moneyText(minor: bigint, currency: string, language: Language): string {
  const exponent = currencyOf(currency)?.decimals ?? 0;
  const format = new Intl.NumberFormat(formats[language].locales, {
    style: 'currency',
    currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  const sign = signs[currency]?.[language];
  // The specification takes decimal texts and formats them exactly; a number would round above 2^53.
  return format
    .formatToParts(formatMinor(minor, exponent) as `${number}`)
    .map((part) => (part.type === 'currency' ? (sign ?? part.value) : part.value))
    .join('');
}

/**
 * Date and time in the zone of `country` (ISO 3166), the zone named: the payer stands at the merchant's counter, so
 * the merchant's clock is theirs.
 */
export function timeText(ms: number, country: string, language: Language): string {
  const { locales, month } = formats[language];
  const timeZone = zoneOf(country);
  const time = new Intl.DateTimeFormat(locales, {
    day: 'numeric',
    month,
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(ms);
  return `${time} ${zoneName(ms, timeZone)}`;
}

/** The zone as people compare it everywhere, e.g. `GMT+6`. */
const zoneName = (ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'short' })
    .formatToParts(ms)
    .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
