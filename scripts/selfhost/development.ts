/**
 * `wrangler dev` for working on the Worker: reloads on change, a sandbox of its own under `<state>/dev`.
 *
 * Good for development only: its proxy is slow and its queues live in memory. Its databases are not those of
 * `npm start`, so the migrations are applied here by wrangler.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freeAddress } from './address.ts';
import { wranglerEnvironment, wranglerScript } from './build.ts';
import { untilHealthy } from './health.ts';
import type { LaunchOptions } from './index.ts';
import { lockState } from './lock.ts';
import { StartProblem } from './problem.ts';
import { openStateFolder, resolveSecrets, type StateFolder } from './state.ts';
import { readPlan, type WorkerPlan } from './wranglerConfig.ts';

const environment = {
  ...process.env,
  ...wranglerEnvironment,
  // Recording every request costs more than serving it.
  X_LOCAL_OBSERVABILITY: 'false',
  X_LOCAL_EXPLORER: 'false',
  // Else it downloads a sample of Cloudflare's request properties.
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

/** Runs until a signal or until wrangler ends; resolves with the exit code. */
export async function develop(options: LaunchOptions): Promise<number> {
  const { log } = options;
  const state = await openStateFolder(join(options.stateFolder, 'dev'));
  const lock = await lockState(state);
  try {
    const { listen, localUrl } = await freeAddress(options.host, options.port);
    const plan = await readPlan(options.configPath);
    const secrets = await resolveSecrets(state, 'sandbox', options.variables);
    log('Applying the databases’ migrations …');
    for (const { name } of plan.databases) await applyWithWrangler(plan, name, state.dataFolder);

    const url = options.publicUrl ?? localUrl;
    const variablesPath = join(state.runFolder, 'development.env');
    const variables = { ...options.variables, ...secrets, TOLOM_MODE: 'sandbox', TOLOM_URL: url };
    await writeFile(variablesPath, environmentFile(variables), { mode: 0o600 });
    const wrangler = startWrangler(plan, state, listen, variablesPath);
    const ended = new Promise<string>((resolve) => {
      wrangler.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
    });
    await lock.record(wrangler.pid ?? 0, localUrl);
    const stopped = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        stopped.abort();
        wrangler.kill('SIGTERM');
      });
    }
    await fill(options, state, localUrl, secrets.TOLOM_ADMIN_KEY, ended).catch((error: unknown) => {
      // A developer may well be changing the very code that the seed met.
      if (!stopped.signal.aborted) console.error('The sandbox is not filled:', error);
    });
    const how = await ended;
    return stopped.signal.aborted || how === 'exit code 0' ? 0 : 1;
  } finally {
    await lock.release();
  }
}

async function fill(
  { seed, log }: LaunchOptions,
  state: StateFolder,
  url: string,
  adminKey: string,
  ended: Promise<string>,
): Promise<void> {
  await untilHealthy(url, ended);
  if (seed && !existsSync(state.sandboxPath)) await seed({ url, adminKey, stateFolder: state.path, log });
  if (existsSync(state.sandboxPath)) log(`Keys and log-ins: ${state.sandboxPath}`);
}

async function applyWithWrangler(plan: WorkerPlan, database: string, dataFolder: string): Promise<void> {
  const target = [database, '--local', '--persist-to', dataFolder, '--config', plan.configPath];
  try {
    await promisify(execFile)(process.execPath, [wranglerScript, 'd1', 'migrations', 'apply', ...target], {
      cwd: dirname(plan.configPath),
      env: environment,
    });
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error && 'stderr' in error ? error : undefined;
    if (!output) throw error;
    throw new StartProblem(`The migrations of ${database} fail:\n${output.stdout}${output.stderr}`);
  }
}

function startWrangler(
  plan: WorkerPlan,
  state: StateFolder,
  listen: string,
  variablesPath: string,
): ChildProcess {
  const separator = listen.lastIndexOf(':');
  return spawn(
    process.execPath,
    [
      ...[wranglerScript, 'dev', '--config', plan.configPath, '--persist-to', state.dataFolder],
      ...['--ip', listen.slice(0, separator), '--port', listen.slice(separator + 1)],
      // Values go by file: arguments are there for every user of the machine to read.
      ...['--env-file', variablesPath],
    ],
    { cwd: dirname(plan.configPath), env: environment, stdio: 'inherit' },
  );
}

/** dotenv's syntax, in which quotes take everything literally except, to its expansion, a dollar sign. */
function environmentFile(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    const quote = ["'", '"', '`'].find((candidate) => !value.includes(candidate));
    if (!quote) throw new StartProblem(`${name} holds all three kinds of quotes, which an env file cannot.`);
    return `${name}=${quote}${value.replaceAll('$', '\\$')}${quote}`;
  });
  return `${lines.join('\n')}\n`;
}
