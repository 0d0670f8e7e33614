/**
 * The state folder: everything a switch on one machine must not lose, in one place to back up.
 *
 *   data/          durable objects, databases, queues and schedules (SQLite files, written by workerd alone)
 *   secrets.json   the sandbox's generated secrets; production takes its own from the environment
 *   sandbox.json   the sandbox's participants, merchants, keys and log-ins, written by the seed
 *   state.json     the mode the state was made in
 *   lock, running.json   who is using it
 *   run/           the built Worker and workerd's configuration: can be deleted at any time
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from './files.ts';
import { StartProblem } from './problem.ts';

export type Mode = 'sandbox' | 'production';

export interface StateFolder {
  readonly path: string;
  readonly dataFolder: string;
  readonly runFolder: string;
  readonly lockPath: string;
  readonly runningPath: string;
  readonly secretsPath: string;
  readonly sandboxPath: string;
  readonly stampPath: string;
}

/** What stands where in a state folder, whether it is there or not. */
export const stateFolderAt = (path: string): StateFolder => ({
  path,
  dataFolder: join(path, 'data'),
  runFolder: join(path, 'run'),
  lockPath: join(path, 'lock'),
  runningPath: join(path, 'running.json'),
  secretsPath: join(path, 'secrets.json'),
  sandboxPath: join(path, 'sandbox.json'),
  stampPath: join(path, 'state.json'),
});

/** Creates the folder where there is none, for its owner alone. */
export async function openStateFolder(path: string): Promise<StateFolder> {
  const state = stateFolderAt(path);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await mkdir(state.runFolder, { recursive: true });
  return state;
}

const stamp = z.object({ mode: z.enum(['sandbox', 'production']) });

/**
 * A state belongs to the mode it was made in: production must not inherit the sandbox's published keys, and a
 * forgotten TOLOM_MODE must not fill a production ledger with sandbox accounts.
 */
export async function claimForMode(state: StateFolder, mode: Mode): Promise<void> {
  const made = await readJson(state.stampPath, stamp);
  if (made && made.mode !== mode) {
    throw new StartProblem(
      `${state.path} was made in ${made.mode} mode and cannot be used in ${mode} mode.\n` +
        `Set TOLOM_MODE=${made.mode}, or choose another folder with TOLOM_STATE.`,
    );
  }
  if (!made) await writeJson(state.stampPath, { mode });
}

/** What the Worker needs to read its state, and what opens an empty one. */
const secretNames = ['TOLOM_SECRET', 'TOLOM_ADMIN_KEY'] as const;
type Secrets = Record<(typeof secretNames)[number], string>;

const secretsFile = z.partialRecord(z.enum(secretNames), z.string());
// The Worker refuses shorter ones too, but it can only say so to each request.
const secretLengthMin = 32;

/**
 * Each secret's value. The environment wins; a sandbox generates what is missing at its first start and keeps it.
 * A secret that was lost is never made up again: what it protects in `data/` could no longer be read.
 */
export async function resolveSecrets(
  state: StateFolder,
  mode: Mode,
  environment: Readonly<Record<string, string>>,
): Promise<Secrets> {
  const kept = mode === 'sandbox' ? ((await readJson(state.secretsPath, secretsFile)) ?? {}) : {};
  const missing = secretNames.filter((name) => !environment[name] && !kept[name]);
  if (missing.length > 0 && mode === 'production') {
    throw new StartProblem(
      `Production needs ${missing.join(' and ')} in the environment, each at least ${secretLengthMin} characters.\n` +
        'Make one with: openssl rand -base64 32. Keep it safe: without it the state cannot be read.',
    );
  }
  if (missing.length > 0 && existsSync(state.dataFolder)) {
    throw new StartProblem(
      `${state.path} has data but no ${missing.join(' and no ')}: neither in the environment nor in ` +
        `${state.secretsPath}.\nBring it back, or delete ${state.path} to start a new sandbox.`,
    );
  }
  const generated = Object.fromEntries(missing.map((name) => [name, randomBytes(32).toString('base64url')]));
  if (missing.length > 0) await writeJson(state.secretsPath, { ...kept, ...generated });
  const secretOf = (name: keyof Secrets) => {
    const value = environment[name] || kept[name] || generated[name] || '';
    if (value.length >= secretLengthMin) return value;
    throw new StartProblem(`${name} is too short: it must have at least ${secretLengthMin} characters.`);
  };
  return { TOLOM_SECRET: secretOf('TOLOM_SECRET'), TOLOM_ADMIN_KEY: secretOf('TOLOM_ADMIN_KEY') };
}
