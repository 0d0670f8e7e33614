/**
 * Applies D1 migrations to the databases of one machine, before the switch starts on them.
 *
 * A short-lived workerd serves only the databases, on Unix sockets in a private folder, so that the switch itself
 * needs no route that runs SQL. The bookkeeping is wrangler's own table: a file and the row that says it was applied
 * are written in one transaction, so a crash leaves either both or neither.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { codeOf, StartProblem } from './problem.ts';
import { startWorkerd } from './workerd.ts';
import { databasesConfig } from './workerdConfig.ts';
import type { Database } from './wranglerConfig.ts';

// As wrangler creates it: the same files can be applied by either.
const bookkeeping = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

const startMsMax = 20_000;
const pollMs = 15;

interface Query {
  readonly sql: string;
  readonly params?: readonly string[];
}

export interface MigrationOptions {
  readonly databases: readonly Database[];
  /** The data folder the switch will start on. */
  readonly dataFolder: string;
  /** Where the configuration of the short-lived workerd goes. */
  readonly runFolder: string;
  /** Told which process has the databases open. */
  started(pid: number): Promise<void>;
}

/** What was applied, as `<database>/<file>`, in order. */
export async function applyMigrations(options: MigrationOptions): Promise<string[]> {
  const { databases, dataFolder, runFolder, started } = options;
  if (databases.length === 0) return [];
  const socketFolder = await mkdtemp(join(tmpdir(), 'tolom-'));
  const socketOf = (index: number) => join(socketFolder, String(index));
  const configPath = join(runFolder, 'databases.capnp');
  await writeFile(
    configPath,
    databasesConfig(databases, dataFolder, (index) => `unix:${socketOf(index)}`),
  );
  const workerd = await startWorkerd({ configPath, environment: process.env, output: 'inherit' });
  try {
    await started(workerd.pid);
    let running = true;
    void workerd.ended.then(() => {
      running = false;
    });
    const applied: string[] = [];
    for (const [index, database] of databases.entries()) {
      await untilListening(socketOf(index), () => running);
      const run = (queries: Query[]) => query(socketOf(index), queries);
      for (const file of await migrate(database, run)) applied.push(`${database.name}/${file}`);
    }
    return applied;
  } finally {
    await workerd.stop();
    await rm(socketFolder, { recursive: true, force: true });
  }
}

async function migrate(
  { name, migrationsFolder }: Database,
  run: (queries: Query[]) => Promise<Record<string, unknown>[]>,
): Promise<string[]> {
  await run([{ sql: bookkeeping }]);
  const rows = await run([{ sql: 'SELECT name FROM d1_migrations ORDER BY id' }]);
  const applied = rows.map((row) => String(row.name));
  const files = await migrationFiles(migrationsFolder);
  checkHistory(name, migrationsFolder, applied, files);
  const missing = files.slice(applied.length);
  for (const file of missing) {
    const statements = statementsOf(await readFile(join(migrationsFolder, file), 'utf8'));
    try {
      await run([
        ...statements.map((sql) => ({ sql })),
        { sql: 'INSERT INTO d1_migrations (name) VALUES (?)', params: [file] },
      ]);
    } catch (error) {
      if (!(error instanceof StartProblem)) throw error;
      throw new StartProblem(`Migration ${file} of ${name} failed and left no trace: ${error.message}`);
    }
  }
  return missing;
}

/** What is applied must be how the files begin, else somebody removed, renamed or inserted one. */
function checkHistory(
  name: string,
  folder: string,
  applied: readonly string[],
  files: readonly string[],
): void {
  for (const [place, file] of applied.entries()) {
    if (files[place] === file) continue;
    throw new StartProblem(
      files.includes(file)
        ? `Migration ${files[place]} of ${name} comes before ${file}, which is already applied. ` +
            `New migrations go last: give it a higher number. (${folder})`
        : `Migration ${file} of ${name} is applied, but its file is gone from ${folder}. ` +
            'Bring it back, or start an older state with the version of the switch that made it.',
    );
  }
}

async function migrationFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort(byNumberThenName);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

// Wrangler's order: 2_x.sql before 10_x.sql, and names without a number last.
function byNumberThenName(a: string, b: string): number {
  const [first, second] = [a, b].map((name) => Number.parseInt(name, 10));
  const byNumber = (first ?? Number.NaN) - (second ?? Number.NaN);
  if (byNumber) return byNumber;
  if (Number.isNaN(first) !== Number.isNaN(second)) return Number.isNaN(first) ? 1 : -1;
  return a < b ? -1 : 1;
}

/** drizzle-kit separates statements by a comment of its own; a file without it is run whole. */
function statementsOf(text: string): string[] {
  return text.split('--> statement-breakpoint').filter((statement) => statement.trim() !== '');
}

const answers = z.union([
  z.array(z.object({ results: z.array(z.record(z.string(), z.unknown())) })),
  z.object({ success: z.literal(false), error: z.string() }),
]);

/** All statements in one transaction; the rows of the last. Throws a StartProblem with SQLite's message. */
async function query(socketPath: string, queries: Query[]): Promise<Record<string, unknown>[]> {
  const answer = answers.parse(JSON.parse(await post(socketPath, '/query', JSON.stringify(queries))));
  if ('error' in answer) throw new StartProblem(answer.error);
  return answer.at(-1)?.results ?? [];
}

function post(socketPath: string, path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: 'POST', agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => resolve(text)).on('error', reject);
    });
    outgoing.on('error', reject).end(body);
  });
}

async function untilListening(socketPath: string, running: () => boolean): Promise<void> {
  const deadline = Date.now() + startMsMax;
  while (running() && Date.now() < deadline) {
    try {
      await post(socketPath, '/', '');
      return;
    } catch {
      await delay(pollMs);
    }
  }
  throw new Error('workerd did not open the databases; its own message is above.');
}
