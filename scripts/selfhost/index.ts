/**
 * The switch on one machine: `npm start`, and the same as a function.
 *
 * wrangler.toml stays the only description of the Worker. From it come workerd's configuration and the databases'
 * migrations, so the switch here is the one a deployment to Cloudflare would run. Invariants: one switch per state;
 * nothing acknowledged is lost by stopping, however it stops; no secret is written outside secrets.json.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Address, freeAddress } from './address.ts';
import { buildWorker } from './build.ts';
import { untilHealthy } from './health.ts';
import { lockState, type StateLock } from './lock.ts';
import { applyMigrations } from './migrations.ts';
import type { Settings } from './settings.ts';
import { claimForMode, type Mode, openStateFolder, resolveSecrets, type StateFolder } from './state.ts';
import { startWorkerd, type WorkerdProcess } from './workerd.ts';
import { workerdConfig } from './workerdConfig.ts';
import { readPlan } from './wranglerConfig.ts';

export interface SeedContext {
  /** Where the switch answers on this machine. */
  readonly url: string;
  readonly adminKey: string;
  readonly stateFolder: string;
  log(line: string): void;
}

export interface LaunchOptions extends Settings {
  /** Absolute path of the Worker's wrangler.toml. */
  readonly configPath: string;
  log(line: string): void;
  /** Fills a new sandbox and then writes sandbox.json; called again at the next start if it did not get there. */
  seed?(context: SeedContext): Promise<void>;
  /** Where the Worker's console output goes; to this process's by default. */
  readonly output?: 'inherit' | 'ignore' | number;
  /** Gives the start up: what was started is stopped, and `launch` throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface RunningSwitch {
  readonly mode: Mode;
  /** The address others use. */
  readonly url: string;
  /** The address on this machine. */
  readonly localUrl: string;
  readonly state: StateFolder;
  readonly adminKey: string;
  readonly workerdPid: number;
  /** Resolves when workerd is gone, asked or not, with a description of how. */
  readonly ended: Promise<string>;
  /** Lets requests in flight finish, ends workerd and frees the state. */
  stop(): Promise<void>;
}

/** Starts a switch and resolves once it answers. Throws a StartProblem for what the operator can put right. */
export async function launch(options: LaunchOptions): Promise<RunningSwitch> {
  const state = await openStateFolder(options.stateFolder);
  const lock = await lockState(state);
  let workerd: WorkerdProcess | undefined;
  try {
    await claimForMode(state, options.mode);
    const address = await freeAddress(options.host, options.port);
    const prepared = await prepare(options, state, lock, address);
    options.signal?.throwIfAborted();
    workerd = await startWorkerd({ ...prepared, output: options.output ?? 'inherit' });
    await lock.record(workerd.pid, address.localUrl);
    await untilHealthy(address.localUrl, workerd.ended, options.signal);
    await seedOnce(options, state, {
      url: address.localUrl,
      adminKey: prepared.adminKey,
      ended: workerd.ended,
    });
    return running(options.mode, state, lock, workerd, address, prepared);
  } catch (error) {
    await workerd?.stop();
    await lock.release();
    throw error;
  }
}

interface Prepared {
  readonly configPath: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly url: string;
  readonly adminKey: string;
}

/** Everything up to the moment workerd can start: secrets, build, migrations, configuration. */
async function prepare(
  options: LaunchOptions,
  state: StateFolder,
  lock: StateLock,
  address: Address,
): Promise<Prepared> {
  const { mode, log } = options;
  const url = options.publicUrl ?? address.localUrl;
  const plan = await readPlan(options.configPath);
  const modules = await buildWorker(plan, state.runFolder, log);
  const secrets = await resolveSecrets(state, mode, options.variables);
  options.signal?.throwIfAborted();

  await mkdir(state.dataFolder, { recursive: true });
  const { dataFolder, runFolder } = state;
  const applied = await applyMigrations({
    databases: plan.databases,
    dataFolder,
    runFolder,
    started: (pid) => lock.record(pid, address.localUrl),
  });
  if (applied.length > 0) log(`Applied migrations: ${applied.join(', ')}`);

  const variables = { ...options.variables, ...secrets, TOLOM_MODE: mode, TOLOM_URL: url };
  const configPath = join(runFolder, 'workerd.capnp');
  const config = workerdConfig({
    plan,
    modules,
    dataFolder,
    address: address.listen,
    // A sandbox's partners run beside it, on this machine or its network; production must not be led there.
    outbound: mode === 'sandbox' ? ['public', 'private'] : ['public', ...options.outbound],
    environmentNames: Object.keys(variables),
  });
  await writeFile(configPath, config);
  const environment = { ...process.env, ...variables };
  return { configPath, environment, url, adminKey: secrets.TOLOM_ADMIN_KEY };
}

/** Until sandbox.json exists the sandbox is not filled: the seed runs again after a start that was cut short. */
async function seedOnce(
  options: LaunchOptions,
  state: StateFolder,
  { url, adminKey, ended }: { url: string; adminKey: string; ended: Promise<string> },
): Promise<void> {
  const { mode, seed, log, signal } = options;
  if (mode !== 'sandbox' || !seed || existsSync(state.sandboxPath)) return;
  log('Filling the sandbox (first start only) …');
  const interrupted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    void ended.then((how) =>
      reject(new Error(`workerd ended by itself while the sandbox was filled: ${how}`)),
    );
  });
  // The loser of the race may still fail, after its switch is gone: that is no news.
  interrupted.catch(() => {});
  const seeding = seed({ url, adminKey, stateFolder: state.path, log });
  seeding.catch(() => {});
  await Promise.race([seeding, interrupted]);
}

function running(
  mode: Mode,
  state: StateFolder,
  lock: StateLock,
  workerd: WorkerdProcess,
  address: Address,
  { url, adminKey }: Prepared,
): RunningSwitch {
  const released = workerd.ended.then(async (how) => {
    await lock.release();
    return how;
  });
  return {
    ...{ mode, url, localUrl: address.localUrl, state, adminKey, workerdPid: workerd.pid, ended: released },
    stop: async () => {
      await workerd.stop();
      await released;
    },
  };
}
