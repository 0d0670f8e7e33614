/**
 * One switch per state. Two workerd processes on the same SQLite files would each keep their own idea of every
 * account in memory.
 *
 * The lock is SQLite's own, on an empty file: the kernel drops it when the process dies, however it dies, so it is
 * never stale and no process id is trusted. running.json only says who holds it. What may survive a killed launcher
 * is its workerd: the next start finds it there, makes sure it is ours, and ends it.
 */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readJson, writeJson } from './files.ts';
import { messageOf, StartProblem } from './problem.ts';
import type { StateFolder } from './state.ts';
import { drainMs } from './workerd.ts';

export interface StateLock {
  /** Writes down the workerd that now has the state open, and where it answers. */
  record(workerdPid: number, url: string): Promise<void>;
  release(): Promise<void>;
}

const running = z.object({ pid: z.int(), workerdPid: z.int(), url: z.string() });

const pollMs = 50;

/** Throws a StartProblem when another switch runs on this state; ends a workerd that a dead one left behind. */
export async function lockState(state: StateFolder): Promise<StateLock> {
  const database = new DatabaseSync(state.lockPath);
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!messageOf(error).includes('database is locked')) throw error;
    throw new StartProblem(await describeHolder(state));
  }
  const left = await readJson(state.runningPath, running).catch(() => undefined);
  if (left) await endOrphan(left.workerdPid, state.runFolder);
  return {
    record: (workerdPid, url) => writeJson(state.runningPath, { pid: process.pid, workerdPid, url }),
    release: async () => {
      await rm(state.runningPath, { force: true });
      database.close();
    },
  };
}

/** The process id of the workerd that has the state open; undefined when none has. */
export async function workerdOn(state: StateFolder): Promise<number | undefined> {
  const holder = await readJson(state.runningPath, running).catch(() => undefined);
  return holder && (await isWorkerdOf(holder.workerdPid, state.runFolder)) ? holder.workerdPid : undefined;
}

async function describeHolder(state: StateFolder): Promise<string> {
  // The holder may still be starting, or be rewriting the file.
  const holder = await readJson(state.runningPath, running).catch(() => undefined);
  const who = holder ? ` (process ${holder.pid}, ${holder.url})` : '';
  return (
    `A switch already runs on ${state.path}${who}.\n` +
    'Stop it first, or start another beside it: TOLOM_STATE=<folder> PORT=<port> npm start'
  );
}

async function endOrphan(pid: number, runFolder: string): Promise<void> {
  const deadline = Date.now() + drainMs;
  for (let signal: NodeJS.Signals = 'SIGTERM'; await isWorkerdOf(pid, runFolder); await delay(pollMs)) {
    if (Date.now() > deadline + drainMs) {
      throw new StartProblem(
        `Process ${pid} of an earlier start still uses the state and cannot be stopped.`,
      );
    }
    if (Date.now() > deadline) signal = 'SIGKILL';
    try {
      process.kill(pid, signal);
    } catch {
      // Gone in between: the next look says so.
    }
  }
}

/** Process ids are reused; a command line that names this very state is not. */
async function isWorkerdOf(pid: number, runFolder: string): Promise<boolean> {
  const commandLine = await commandLineOf(pid);
  return commandLine.includes('workerd') && commandLine.includes(`${runFolder}/`);
}

async function commandLineOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return (await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)])).stdout;
  } catch {
    return '';
  }
}
