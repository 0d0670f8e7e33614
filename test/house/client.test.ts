/** The client: says what the API says, and stands alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { buildClient } from '../../scripts/client/build.ts';
import { typesOf } from '../../scripts/client/types.ts';
import { documentOf } from '../../scripts/openapi/document.ts';
import { cleanUp, temporaryFolder } from '../selfhost/harness.ts';

const folder = join(import.meta.dirname, '../../src/client');
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');
afterAll(cleanUp);

test('its types are the API’s', async () => {
  // The layout is the formatter's: it may break lines, and begin a union or end a list with a sign of its own.
  const bare = (text: string) =>
    text
      .replaceAll(/\s+/g, '')
      .replaceAll(/([:=(])\|/g, '$1')
      .replaceAll(';', '')
      .replaceAll(/[()]/g, '');
  const same = bare(textOf('types.ts')) === bare(typesOf(await documentOf('https://switch.example')));
  expect(same, 'npm run client-types').toBe(true);
});

test('it imports nothing but itself', () => {
  for (const name of sources) {
    for (const [, from] of textOf(name).matchAll(/from '([^']+)'/g))
      expect(from, name).toMatch(/^\.\/\w+\.ts$/);
    expect(textOf(name), name).not.toMatch(/\b(?:Buffer|process|require|import)\s*[.(]/);
  }
});

test('it is one small file without imports that any runtime loads', async () => {
  const built = await buildClient(temporaryFolder());
  const text = readFileSync(built, 'utf8');
  expect(text).not.toMatch(/^import\s|\bimport\(|\brequire\(/m);
  expect(text.length).toBeLessThan(24_000);
  const { clientOf, verifyCallback } = await import(pathToFileURL(built).href);
  expect([typeof clientOf, typeof verifyCallback]).toEqual(['function', 'function']);
});
