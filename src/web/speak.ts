/** Speaks the messages of one language: puts arguments in and chooses plural forms. Scripts use it too. */
type Message = string | Readonly<Partial<Record<'one' | 'few' | 'many' | 'other', string>>>;
export type Messages = Readonly<Record<string, Message>>;

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type ArgumentsOf<English> = English extends string
  ? { readonly [Name in NamesIn<English>]: string | number }
  : { readonly count: number } & { readonly [Name in NamesIn<English[keyof English]>]: string | number };

/** Says a message: `say('title')`, `say('payments', { count: 3 })`. */
export type Say<English> = <Key extends keyof English>(
  key: Key,
  ...args: keyof ArgumentsOf<English[Key]> extends never ? [] : [ArgumentsOf<English[Key]>]
) => string;

// Kyrgyz, which the runtime's tables lack, counts like English: one, and all others.
const rules: Readonly<Record<string, string>> = {
  en: 'en',
  ky: 'en',
  ru: 'ru',
  th: 'th',
  km: 'th',
  zh: 'zh',
};

export function speaker<English>(language: string, messages: Messages): Say<English> {
  const plurals = new Intl.PluralRules(rules[language] ?? language);
  return (key, ...[given]) => {
    const values: Readonly<Record<string, string | number>> = given ?? {};
    const message = messages[key as string] ?? String(key);
    const form = plurals.select(Number(values.count)) as keyof Exclude<Message, string>;
    const text = typeof message === 'string' ? message : (message[form] ?? '');
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  };
}
