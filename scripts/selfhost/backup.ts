/**
 * Copies of the state, taken while the switch runs.
 *
 * Money between two books is only right when both are copied as of the same moment. workerd is stopped (SIGSTOP) for
 * the few milliseconds it takes to begin a read in every database; each then stands still for that reader alone
 * (SQLite's write-ahead log), and is copied while the switch goes on. What is copied is what a power cut at that
 * moment would have left, which the switch recovers from by itself. A copy is complete when its manifest is there.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readJson, writeJson } from './files.ts';
import { workerdOn } from './lock.ts';
import { messageOf, StartProblem } from './problem.ts';
import type { StateFolder } from './state.ts';

const manifestName = 'backup.json';
const manifestSchema = z.object({
  format: z.literal(1),
  made_at: z.string(),
  paused_ms: z.number(),
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

// 8 MB at once.
const pagesPerStep = 2_000;
// A reader may come while workerd holds a lock it is about to give back.
const attemptsMax = 100;
const attemptPauseMs = 20;

/** Copies a state into a folder that does not exist yet. Throws a StartProblem for what the operator can put right. */
export async function backUp(state: StateFolder, target: string): Promise<Manifest> {
  if (!existsSync(state.dataFolder)) throw new StartProblem(`${state.path} holds nothing to back up.`);
  if (existsSync(target)) throw new StartProblem(`${target} is there already: choose another folder.`);
  const unfinished = `${target}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const { databases, madeAtMs, pausedMs } = await standStill(state);
  try {
    for (const { path, connection } of databases) {
      const copy = join(unfinished, path);
      await mkdir(dirname(copy), { recursive: true });
      await copyDatabase(connection, copy, { rate: pagesPerStep });
      checkCopy(copy);
    }
  } finally {
    for (const { connection } of databases) connection.close();
  }
  for (const path of [state.stampPath, state.secretsPath, state.sandboxPath]) {
    if (existsSync(path)) await copyFile(path, join(unfinished, path.slice(state.path.length + 1)));
  }
  const manifest: Manifest = {
    format: 1,
    made_at: new Date(madeAtMs).toISOString(),
    paused_ms: pausedMs,
    files: await describe(unfinished, await filesIn(unfinished)),
  };
  await writeJson(join(unfinished, manifestName), manifest);
  await rename(unfinished, target);
  return manifest;
}

/** Puts a copy where no state is. Throws a StartProblem when the copy is not whole, or a state is there. */
export async function restore(source: string, stateFolder: string): Promise<Manifest> {
  const manifest = await readJson(join(source, manifestName), manifestSchema);
  if (!manifest) throw new StartProblem(`${source} is no finished backup: it has no ${manifestName}.`);
  if (existsSync(join(stateFolder, 'data'))) {
    throw new StartProblem(
      `${stateFolder} has data already. Move it away, or restore elsewhere: TOLOM_STATE=<folder> npm run restore`,
    );
  }
  const found = await describe(
    source,
    (await filesIn(source)).filter((path) => path !== manifestName),
  );
  const damage = differences(manifest.files, found);
  if (damage.length > 0) throw new StartProblem(`${source} is damaged:\n${damage.join('\n')}`);
  const unfinished = join(stateFolder, 'data.unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  for (const { path } of manifest.files) {
    const copy = path.startsWith('data/') ? join(unfinished, path.slice(5)) : join(stateFolder, path);
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(join(source, path), copy);
  }
  await rename(unfinished, join(stateFolder, 'data'));
  return manifest;
}

/** Names of the finished backups in a folder, oldest first. */
export async function backupsIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names.filter((name) => existsSync(join(folder, name, manifestName))).sort();
}

interface OpenDatabase {
  /** Below the state folder. */
  readonly path: string;
  readonly connection: DatabaseSync;
}

/** A read begun in every database at one moment. */
async function standStill(
  state: StateFolder,
): Promise<{ databases: OpenDatabase[]; madeAtMs: number; pausedMs: number }> {
  for (let attempt = 1; ; attempt++) {
    const workerd = await workerdOn(state);
    const startedMs = performance.now();
    if (workerd !== undefined) {
      watchOver(workerd);
      process.kill(workerd, 'SIGSTOP');
    }
    const opened: OpenDatabase[] = [];
    try {
      if (workerd !== undefined) await untilStopped(workerd);
      const madeAtMs = Date.now();
      for (const path of await databasesIn(state)) opened.push({ path, connection: reading(state, path) });
      return { databases: opened, madeAtMs, pausedMs: Math.round(performance.now() - startedMs) };
    } catch (error) {
      for (const { connection } of opened) connection.close();
      const busy = /locked|busy/.test(messageOf(error));
      if (!busy || attempt === attemptsMax) throw error;
    } finally {
      if (workerd !== undefined) process.kill(workerd, 'SIGCONT');
    }
    await delay(attemptPauseMs);
  }
}

function reading({ path: folder }: StateFolder, path: string): DatabaseSync {
  const connection = new DatabaseSync(join(folder, path));
  try {
    connection.exec('PRAGMA query_only = 1; BEGIN');
    // The read begins with the first question, not with BEGIN.
    connection.prepare('SELECT count(*) FROM sqlite_master').get();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Every thread of it: one that waits for the disk stops only after that. */
async function untilStopped(pid: number): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    if (await isStopped(pid)) return;
    await delay(1);
  }
  throw new StartProblem('The switch is busy with its disk and does not stand still; try again.');
}

async function isStopped(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-p', String(pid)]);
    return stdout.trim().startsWith('T');
  }
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => ') T')),
  );
  // The name before the state may hold anything, also brackets.
  return states.every((line) => line.slice(line.lastIndexOf(')') + 2).startsWith('T'));
}

/** Lets workerd go on even if we are killed while it stands still. */
function watchOver(pid: number): void {
  const seconds = 2;
  spawn('sh', ['-c', `sleep ${seconds}; kill -CONT ${pid}`], { detached: true, stdio: 'ignore' }).unref();
}

async function databasesIn({ path, dataFolder }: StateFolder): Promise<string[]> {
  const names = await readdir(dataFolder, { recursive: true });
  return names
    .filter((name) => name.endsWith('.sqlite'))
    .map((name) => join(dataFolder, name).slice(path.length + 1))
    .sort();
}

function checkCopy(path: string): void {
  const copy = new DatabaseSync(path);
  try {
    const { quick_check: found } = copy.prepare('PRAGMA quick_check').get() as { quick_check: string };
    if (found !== 'ok') throw new StartProblem(`${path} is damaged in the state itself: ${found}`);
  } finally {
    copy.close();
  }
}

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

function describe(folder: string, paths: readonly string[]): Promise<Manifest['files']> {
  return Promise.all(
    paths.map(async (path) => {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(join(folder, path))) hash.update(chunk);
      return { path, bytes: (await stat(join(folder, path))).size, sha256: hash.digest('hex') };
    }),
  );
}

/** In words; empty when what was found is what was written down. */
function differences(expected: Manifest['files'], found: Manifest['files']): string[] {
  const byPath = new Map(found.map((file) => [file.path, file.sha256]));
  const known = new Set(expected.map(({ path }) => path));
  return [
    ...expected
      .filter(({ path, sha256 }) => byPath.get(path) !== sha256)
      .map(({ path }) => `${path} is ${byPath.has(path) ? 'not what was copied' : 'missing'}`),
    ...found.filter(({ path }) => !known.has(path)).map(({ path }) => `${path} does not belong to it`),
  ];
}
