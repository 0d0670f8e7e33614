import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { applyMigrations } from '../../scripts/selfhost/migrations.ts';
import { StartProblem } from '../../scripts/selfhost/problem.ts';
import { cleanUp, fixtureFolder, temporaryFolder } from './harness.ts';

afterAll(cleanUp);

let folder: string;
let migrationsFolder: string;

beforeEach(() => {
  folder = temporaryFolder();
  migrationsFolder = join(folder, 'migrations');
  mkdirSync(join(folder, 'data'));
  cpSync(join(fixtureFolder, 'migrations', 'directory'), migrationsFolder, { recursive: true });
});

const apply = () =>
  applyMigrations({
    databases: [{ binding: 'DIRECTORY', name: 'd', migrationsFolder }],
    dataFolder: join(folder, 'data'),
    runFolder: folder,
    started: async () => {},
  });

const refusal = () =>
  apply().then(
    () => 'applied',
    (error) => {
      if (!(error instanceof StartProblem)) throw error;
      return error.message;
    },
  );

const add = (name: string, sql: string) => writeFileSync(join(migrationsFolder, name), sql);

/** Rows of the one database file there is. */
function rows(sql: string): unknown[] {
  const d1 = join(folder, 'data', 'd1');
  const file = readdirSync(d1).find((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite')!;
  const database = new DatabaseSync(join(d1, file));
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

test('each migration is applied once, in order of its number, and wrangler would agree', async () => {
  expect(await apply()).toEqual(['d/0000_people.sql', 'd/0001_age.sql']);
  expect(await apply()).toEqual([]);
  add('10_last.sql', 'DROP TABLE later;');
  add('2_first.sql', 'CREATE TABLE later (id TEXT); INSERT INTO later VALUES (1);');
  expect(await apply()).toEqual(['d/2_first.sql', 'd/10_last.sql']);
  expect(rows('SELECT id, name FROM d1_migrations ORDER BY id')).toMatchObject([
    { id: 1, name: '0000_people.sql' },
    { id: 2, name: '0001_age.sql' },
    { id: 3, name: '2_first.sql' },
    { id: 4, name: '10_last.sql' },
  ]);
});

test('a migration that fails leaves no trace, and is applied once it is put right', async () => {
  add(
    '0002_broken.sql',
    'CREATE TABLE half (id TEXT);\n--> statement-breakpoint\nINSERT INTO nowhere VALUES (1);',
  );
  expect(await refusal()).toMatch(
    /Migration 0002_broken.sql of d failed and left no trace: no such table: nowhere/,
  );
  expect(rows("SELECT name FROM sqlite_schema WHERE name = 'half'")).toEqual([]);
  expect(rows('SELECT count(*) AS applied FROM d1_migrations')).toMatchObject([{ applied: 2 }]);
  add('0002_broken.sql', 'CREATE TABLE half (id TEXT);');
  expect(await apply()).toEqual(['d/0002_broken.sql']);
});

test('an applied migration that is gone, or one put before it, is refused', async () => {
  await apply();
  add('0000_inserted.sql', 'CREATE TABLE inserted (id TEXT);');
  expect(await refusal()).toMatch(
    /0000_inserted.sql of d comes before 0000_people.sql, which is already applied/,
  );
  rmSync(join(migrationsFolder, '0000_inserted.sql'));
  rmSync(join(migrationsFolder, '0001_age.sql'));
  expect(await refusal()).toMatch(/Migration 0001_age.sql of d is applied, but its file is gone/);
});

test('a database without migrations is only opened', async () => {
  rmSync(migrationsFolder, { recursive: true });
  expect(await apply()).toEqual([]);
});
