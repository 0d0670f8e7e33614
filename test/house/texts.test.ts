/** Every catalogue of every page says everything in every language. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { languages } from '../../src/kernel/index.ts';
import type { Messages } from '../../src/web/messages.ts';

type Texts = Record<string, Messages>;

const folder = resolve(import.meta.dirname, '../../src/web');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(^|\/)texts(\/index)?\.ts$/.test(file),
);
const exported = await Promise.all(
  files.map(async (file) => [file, (await import(join(folder, file))) as Record<string, unknown>] as const),
);
const catalogues = exported.flatMap(([file, names]) =>
  Object.entries(names).flatMap(([name, value]) => {
    const texts = (typeof value === 'function' && 'messages' in value ? value.messages : value) as Texts;
    return typeof texts === 'object' && 'en' in texts ? [{ name: `${file} ${name}`, texts }] : [];
  }),
);

const forms = {
  en: ['one', 'other'],
  ky: ['one', 'other'],
  ru: ['few', 'many', 'one'],
  th: ['other'],
  km: ['other'],
  zh: ['other'],
};

const namesIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

it('the check sees the catalogues', () => {
  expect(catalogues.length).toBeGreaterThanOrEqual(files.length);
  expect(files.length).toBeGreaterThanOrEqual(2);
});

describe.each(catalogues)('$name', ({ texts }) => {
  it.each(languages)('says everything in %s', (language) => {
    const english = texts.en ?? {};
    const own = texts[language] ?? {};
    expect(Object.keys(own).sort()).toEqual(Object.keys(english).sort());
    for (const [key, message] of Object.entries(own)) {
      const original = english[key] ?? '';
      const wanted = typeof original === 'string' ? namesIn(original) : namesIn(original.other ?? '');
      if (typeof original === 'string') {
        expect(typeof message, key).toBe('string');
      } else {
        expect(Object.keys(message).sort(), key).toEqual(forms[language]);
      }
      for (const text of typeof message === 'string' ? [message] : Object.values(message)) {
        expect(text.trim(), key).not.toBe('');
        expect(namesIn(text), `${key} in ${language}`).toEqual(wanted);
      }
    }
  });
});
