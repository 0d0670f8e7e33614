/**
 * The workerd process: started with as many file descriptors as the machine grants, stopped in order, and never
 * left behind. A workerd without its launcher would keep the state locked and answer on the port, so a small
 * watchdog, waiting on a pipe that only the launcher holds open, ends it when the launcher is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';

const workerdModule: { default?: unknown } = createRequire(import.meta.url)('workerd');
const binary = String(workerdModule.default);

/** How long requests in flight may take to finish. Below the 10 seconds Docker grants, so that we stay in charge. */
export const drainMs = 5_000;

export interface WorkerdProcess {
  readonly pid: number;
  /** Resolves once the process is gone, with a description of how it ended. */
  readonly ended: Promise<string>;
  /** Ends it after the requests in flight, or after `drainMs`. */
  stop(): Promise<void>;
}

export interface WorkerdStart {
  readonly configPath: string;
  readonly environment: NodeJS.ProcessEnv;
  /** `inherit` passes its output through; `ignore` drops it. */
  readonly output: 'inherit' | 'ignore' | number;
}

// The state is its owner's alone, even in a folder that is not. Each live object takes about three descriptors; where
// the hard limit is "unlimited" the system may still refuse it, so a large number is the second try. Ctrl-C and a
// closed terminal reach the whole process group: workerd ignores both (a disposition that exec keeps), because the
// launcher stops it in order.
const startScript = `
trap '' INT HUP
umask 077
ulimit -n "$(ulimit -Hn)" 2>/dev/null || ulimit -n 65536 2>/dev/null || true
exec "$@"`;

// Reads "done" when workerd has ended by other means, or end of file when the launcher is gone.
const watchdogScript = `
read -r word
[ "$word" = done ] && exit 0
kill -TERM "$1" 2>/dev/null
tries=0
while [ $tries -lt ${drainMs / 1_000} ] && kill -0 "$1" 2>/dev/null; do sleep 1; tries=$((tries + 1)); done
kill -KILL "$1" 2>/dev/null`;

// SQLite keeps the pages it would need to undo part of a transaction in a nameless temporary file. They need not
// survive anything, and there are more of them than of those that must.
const memoryFolder = '/dev/shm';
const forSqlite = existsSync(memoryFolder) ? { SQLITE_TMPDIR: memoryFolder } : {};

export function startWorkerd({ configPath, environment, output }: WorkerdStart): Promise<WorkerdProcess> {
  const child = spawn(
    'sh',
    ['-c', startScript, 'tolom', binary, 'serve', '--experimental', configPath, 'config'],
    { env: { ...forSqlite, ...environment }, stdio: ['ignore', output, output] },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      const { pid } = child;
      if (pid === undefined) return reject(new Error('workerd started without a process id'));
      const watchdog = startWatchdog(pid);
      const ended = endOf(child).finally(() => watchdog.stdin?.end('done\n'));
      resolve({ pid, ended, stop: () => stopProcess(child, ended) });
    });
  });
}

/** In its own session, where the signals of this one's terminal and process group do not reach it. */
function startWatchdog(pid: number): ChildProcess {
  const watchdog = spawn('sh', ['-c', watchdogScript, 'tolom-watchdog', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  // A watchdog that somebody killed must not take the switch with it.
  watchdog.on('error', () => {});
  watchdog.stdin?.on('error', () => {});
  return watchdog;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
  });
}

async function stopProcess(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const abandon = new AbortController();
  const timeout = delay(drainMs, 'timeout', { signal: abandon.signal }).catch(() => 'ended');
  if ((await Promise.race([ended, timeout])) === 'timeout') child.kill('SIGKILL');
  await ended;
  abandon.abort();
}
