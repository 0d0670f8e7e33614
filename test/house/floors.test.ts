/** The house rule: a folder of src imports only from lower floors, and through their `index.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../src');

const floors: Record<string, number> = {
  kernel: 0,
  client: 0,
  emv: 1,
  signing: 1,
  ledger: 2,
  directory: 2,
  nonces: 2,
  issuers: 2,
  http: 3,
  events: 3,
  personal: 3,
  accounts: 4,
  audit: 5,
  approvals: 5,
  payments: 4,
  onboarding: 5,
  people: 5,
  trust: 5,
  partners: 5,
  orders: 5,
  limits: 5,
  codes: 5,
  callbacks: 5,
  refunds: 5,
  presented: 5,
  reports: 5,
  takings: 5,
  receipts: 5,
  live: 5,
  reconcile: 5,
  matching: 5,
  closing: 5,
  statements: 5,
  timeline: 5,
  metrics: 5,
  search: 5,
  work: 5,
  alerts: 5,
  web: 6,
};

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? files(join(folder, entry.name))
      : /\.tsx?$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  );

interface Import {
  from: string;
  to: string;
  statement: string;
}

/** Imports between our own folders; `from` and `to` are folder names, files of src itself are ''. */
function importsBetweenFolders(): Import[] {
  const found: Import[] = [];
  for (const file of files(root)) {
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      const target = relative(root, resolve(dirname(file), match[1] ?? ''));
      const from = folderOf(relative(root, file));
      const to = folderOf(target);
      if (from !== to) found.push({ from, to, statement: `${relative(root, file)} → ${target}` });
    }
  }
  return found;
}

const folderOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : '');

describe('floors', () => {
  const imports = importsBetweenFolders();

  test('every folder of src has its floor', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(floors).sort());
  });

  test('every folder says in its index.ts what it is', () => {
    for (const folder of Object.keys(floors)) {
      expect(readFileSync(join(root, folder, 'index.ts'), 'utf8'), folder).toMatch(/^\/\*\*[\s\S]+?\*\//);
    }
  });

  test('folders import from lower floors only; those on one floor never import each other', () => {
    const wrong = imports.filter(
      ({ from, to }) => from !== '' && (to === '' || (floors[to] ?? 99) >= (floors[from] ?? 0)),
    );
    expect(wrong.map(({ statement }) => statement)).toEqual([]);
  });

  test('a folder is entered through its index.ts', () => {
    const wrong = imports.filter(({ statement }) => !/ → [^/]+\/index\.ts$| → [^/]+\.ts$/.test(statement));
    expect(wrong.map(({ statement }) => statement)).toEqual([]);
  });

  test('the check itself sees imports', () => {
    expect(imports.length).toBeGreaterThan(50);
    expect(imports.some(({ from, to }) => from === 'payments' && to === 'emv')).toBe(true);
  });

  test('the codec depends on nothing but itself and the language', () => {
    for (const file of files(join(root, 'emv'))) {
      for (const match of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)) {
        expect(match[1], file).toMatch(/^\.\/|^\.\.\/kernel\//);
      }
    }
  });
});
