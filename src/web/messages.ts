/**
 * What pages say, in every language: `catalogue({ en, ky, ru, th, km, zh })` in a page's `texts.ts`. A key, a language
 * or a plural form that is missing does not compile; `{names}` in a text are arguments, and one that is not given does
 * not compile either. Scripts get the messages of one language with `messages` and speak them with `speaker`.
 */
import type { Language } from '../kernel/index.ts';
import { type Messages, type Say, speaker } from './speak.ts';

export { type Messages, type Say, speaker } from './speak.ts';

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

type EnglishMessages = Readonly<Record<string, string | Plural<'en'>>>;
type Translation<English, L extends Language> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Plural<L>;
};

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
