/**
 * What pages say, in every language: `catalogue({ en, ky, ru, th, km, zh })` in a page's `texts.ts`. A key, a language
 * or a plural form that is missing does not compile; `{names}` in a text are arguments, and one that is not given does
 * not compile either. Scripts get the messages of one language with `messages` and speak them with `speaker`.
 */
import type { Language } from '../kernel/index.ts';

/** CLDR's forms of a count, which is a whole number: fractions have forms of their own. */
interface Forms {
  en: 'one' | 'other';
  ky: 'one' | 'other';
  ru: 'one' | 'few' | 'many';
  th: 'other';
  km: 'other';
  zh: 'other';
}

/** A text by its `{count}`. */
type Plural<L extends Language> = { readonly [Form in Forms[L]]: string };

type Message = string | Readonly<Partial<Record<'one' | 'few' | 'many' | 'other', string>>>;
export type Messages = Readonly<Record<string, Message>>;

type EnglishMessages = Readonly<Record<string, string | Plural<'en'>>>;
type Translation<English, L extends Language> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Plural<L>;
};

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type ArgumentsOf<English> = English extends string
  ? { readonly [Name in NamesIn<English>]: string | number }
  : { readonly count: number } & { readonly [Name in NamesIn<English[keyof English]>]: string | number };

/** Says a message: `say('title')`, `say('payments', { count: 3 })`. */
export type Say<English> = <Key extends keyof English>(
  key: Key,
  ...args: keyof ArgumentsOf<English[Key]> extends never ? [] : [ArgumentsOf<English[Key]>]
) => string;

export interface Catalogue<English> {
  (language: Language): Say<English>;
  readonly messages: Record<Language, Messages>;
}

/** What says the texts of a catalogue, e.g. `Speaker<typeof texts>`. */
export type Speaker<C> = C extends Catalogue<infer English> ? Say<English> : never;

export function catalogue<const English extends EnglishMessages>(
  texts: { en: English } & { [L in Exclude<Language, 'en'>]: Translation<NoInfer<English>, L> },
): Catalogue<English> {
  const messages = texts as unknown as Record<Language, Messages>;
  return Object.assign((language: Language) => speaker<English>(language, messages[language]), { messages });
}

// Kyrgyz, which the runtime's tables lack, counts like English: one, and all others.
const rules: Record<Language, string> = { en: 'en', ky: 'en', ru: 'ru', th: 'th', km: 'th', zh: 'zh' };

export function speaker<English>(language: Language, messages: Messages): Say<English> {
  const plurals = new Intl.PluralRules(rules[language]);
  return (key, ...[given]) => {
    const values: Readonly<Record<string, string | number>> = given ?? {};
    const message = messages[key as string] ?? String(key);
    const form = plurals.select(Number(values.count)) as keyof Exclude<Message, string>;
    const text = typeof message === 'string' ? message : (message[form] ?? '');
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  };
}
