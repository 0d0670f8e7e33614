import { describe, expect, it } from 'vitest';
import { type Language, languages, type RefusalCode, refusals, refusalText } from '../../src/kernel/index.ts';

const codes = Object.keys(refusals) as RefusalCode[];

/** The script a language is written in, and how its sentences end; Thai has no sentence punctuation. */
const writing: Record<Exclude<Language, 'en'>, { script: RegExp; end: RegExp }> = {
  ky: { script: /\p{Script=Cyrillic}/u, end: /[^.]\.$/u },
  ru: { script: /\p{Script=Cyrillic}/u, end: /[^.]\.$/u },
  th: { script: /\p{Script=Thai}/u, end: /[\p{L}\p{M}]$/u },
  km: { script: /\p{Script=Khmer}/u, end: /[^។]។$/u },
  zh: { script: /\p{Script=Han}/u, end: /[^。]。$/u },
};

const translated = languages.filter((language) => language !== 'en');

describe.each(translated)('refusal texts in %s', (language) => {
  const { script, end } = writing[language];

  it.each(codes)('%s', (code) => {
    const text = refusalText(code, language);
    expect(text.trim()).not.toBe('');
    expect(text).toBe(text.trim());
    expect(text).not.toBe(refusalText(code, 'en'));

    const letters = text.match(/\p{L}/gu) ?? [];
    const own = letters.filter((letter) => script.test(letter));
    expect(own.length * 2, `script of “${text}”`).toBeGreaterThanOrEqual(Math.max(1, letters.length));

    expect(text).toMatch(end);
  });
});
