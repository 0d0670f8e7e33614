/** Starts real switches as processes of their own, and leaves none behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildWorker } from '../../scripts/selfhost/build.ts';
import { readPlan } from '../../scripts/selfhost/wranglerConfig.ts';

export const fixtureFolder = join(import.meta.dirname, 'fixture');
export const fixtureConfig = join(fixtureFolder, 'wrangler.toml');

// A start takes a few seconds; on a machine that does much else, many.
const startMsMax = 60_000;
const processes: ChildProcess[] = [];
const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tolom test-'));
  folders.push(folder);
  return folder;
}

let builtOnce: string | undefined;

/** Builds the fixture once for all states of a test file. */
export async function prepareStates(): Promise<void> {
  builtOnce = temporaryFolder();
  await buildWorker(await readPlan(fixtureConfig), builtOnce, () => {});
}

/** The folder of a switch that never ran, except that its Worker is built already. */
export function newState(): string {
  const state = temporaryFolder();
  if (builtOnce) cpSync(builtOnce, join(state, 'run'), { recursive: true });
  return state;
}

export interface Process {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<number | NodeJS.Signals | null>;
  output(): string;
}

export interface Started extends Process {
  readonly state: string;
  readonly url: string;
  readonly workerdPid: number;
  get(path: string): Promise<unknown>;
}

type Environment = Record<string, string>;

/** A switch that must come up. */
export async function start(
  state: string,
  environment: Environment = {},
  command?: string[],
): Promise<Started> {
  const started = run(state, environment, command);
  await until(
    () => started.output().includes('Tolom is running') || started.child.exitCode !== null,
    startMsMax,
  );
  if (started.child.exitCode !== null) throw new Error(`It did not start:\n${started.output()}`);
  const { url, workerdPid } = runningFile(state);
  const get = async (path: string) => {
    const answer = await fetch(`${url}${path}`);
    const text = await answer.text();
    return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  };
  return { ...started, state, url, workerdPid, get };
}

/** A switch that may or may not come up, in a process group of its own. */
export function run(state: string, environment: Environment = {}, command: string[] = []): Process {
  const [program = process.execPath, ...args] = command;
  const child = spawn(program, command.length > 0 ? args : [join(fixtureFolder, 'start.ts')], {
    cwd: fixtureFolder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), PORT: '0', TOLOM_STATE: state, ...environment },
  });
  processes.push(child);
  let output = '';
  const collect = (chunk: string) => {
    output += chunk;
  };
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  return { child, pid: child.pid!, exited, output: () => output };
}

/** Neither npm's variables nor a developer's own TOLOM_* reach the switch under test. */
function cleanEnvironment(): Environment {
  const entries = Object.entries(process.env).filter(([name]) => !/^(npm_|TOLOM_|PORT$|HOST$)/i.test(name));
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return { ...Object.fromEntries(entries), PATH: path } as Environment;
}

export function runningFile(state: string): { url: string; workerdPid: number } {
  return JSON.parse(readFileSync(join(state, 'running.json'), 'utf8'));
}

/** Whether a process lives; one that only awaits its parent's notice does not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return (
      !existsSync(`/proc/${pid}/stat`) || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    );
  } catch {
    return false;
  }
}

export function filesContaining(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
    .map((path) => path.slice(folder.length + 1));
}

export async function until(condition: () => boolean | Promise<boolean>, msMax = 10_000): Promise<void> {
  const deadline = Date.now() + msMax;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${msMax} ms for ${condition}`);
    await delay(30);
  }
}

export async function cleanUp(): Promise<void> {
  for (const child of processes.splice(0)) {
    if (child.pid === undefined) continue;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group ended already.
    }
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
