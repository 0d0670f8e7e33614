import { expect } from 'vitest';
import { type Language, languages } from '../../src/kernel/index.ts';

/** The script a language is written in, and how its sentences end; Thai has no sentence punctuation. */
const writing: Record<Exclude<Language, 'en'>, { script: RegExp; end: RegExp }> = {
  ky: { script: /\p{Script=Cyrillic}/u, end: /[^.]\.$/u },
  ru: { script: /\p{Script=Cyrillic}/u, end: /[^.]\.$/u },
  th: { script: /\p{Script=Thai}/u, end: /[\p{L}\p{M}]$/u },
  km: { script: /\p{Script=Khmer}/u, end: /[^។]។$/u },
  zh: { script: /\p{Script=Han}/u, end: /[^。]。$/u },
};

export const translated = languages.filter((language) => language !== 'en');

/** A text is in its language's script, ends as its sentences do, and is not the English one. */
export function expectWritten(text: string, language: Exclude<Language, 'en'>, english: string): void {
  const { script, end } = writing[language];
  expect(text.trim()).not.toBe('');
  expect(text).toBe(text.trim());
  expect(text).not.toBe(english);
  const letters = text.match(/\p{L}/gu) ?? [];
  const own = letters.filter((letter) => script.test(letter));
  expect(own.length * 2, `script of “${text}”`).toBeGreaterThanOrEqual(Math.max(1, letters.length));
  expect(text).toMatch(end);
}
