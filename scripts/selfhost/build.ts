/**
 * Builds the Worker with wrangler, exactly as a deployment would.
 *
 * That takes most of a start, so the result is kept, with a digest of everything it was made from: a restart of an
 * unchanged switch skips it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join, parse, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { StartProblem } from './problem.ts';
import type { ModuleKind, WorkerModule } from './workerdConfig.ts';
import type { WorkerPlan } from './wranglerConfig.ts';

const require = createRequire(import.meta.url);

/** Wrangler as a quiet build tool: it asks nothing, reports to nobody, looks for no update and keeps no log. */
export const wranglerEnvironment = {
  DO_NOT_TRACK: '1',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
} as const;

const wranglerFolder = dirname(require.resolve('wrangler/package.json'));
export const wranglerScript = join(wranglerFolder, 'bin', 'wrangler.js');

const record = z.object({ digest: z.string(), extraInputs: z.array(z.string()) });

/** Builds into `<runFolder>/worker`, unless that is already the build of the present sources. */
export async function buildWorker(
  plan: WorkerPlan,
  runFolder: string,
  log: (line: string) => void,
): Promise<WorkerModule[]> {
  const outputFolder = join(runFolder, 'worker');
  const recordPath = join(runFolder, 'build.json');
  const kept = await keptBuild(recordPath);
  if (kept?.digest !== (await digest(plan, kept?.extraInputs ?? []))) {
    log('Building the Worker …');
    await rm(recordPath, { force: true });
    await rm(outputFolder, { recursive: true, force: true });
    await mkdir(outputFolder, { recursive: true });
    const extraInputs = await runWrangler(plan, outputFolder, join(runFolder, 'metafile.json'));
    await writeFile(recordPath, JSON.stringify({ digest: await digest(plan, extraInputs), extraInputs }));
  }
  return builtModules(outputFolder, plan.main);
}

async function keptBuild(path: string): Promise<z.infer<typeof record> | undefined> {
  try {
    return record.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // None yet, or one cut short by a crash: build again.
    return undefined;
  }
}

/** Returns the sources outside the Worker's own folder and node_modules, for the digest. */
async function runWrangler(plan: WorkerPlan, outputFolder: string, metafile: string): Promise<string[]> {
  const projectFolder = dirname(plan.configPath);
  const { CLOUDFLARE_ENV: _, ...inherited } = process.env;
  try {
    await promisify(execFile)(
      process.execPath,
      [
        ...[wranglerScript, 'deploy', '--dry-run', '--config', plan.configPath],
        ...['--outdir', outputFolder, '--metafile', metafile],
      ],
      {
        cwd: projectFolder,
        // The build's own command runs with this Node, whatever the machine has.
        env: {
          ...inherited,
          ...wranglerEnvironment,
          PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
        },
        maxBuffer: 64 * 1024 * 1024,
      },
    );
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error && 'stdout' in error ? error : undefined;
    if (!output) throw error;
    throw new StartProblem(`The Worker does not build:\n${output.stdout}${output.stderr}`.trim());
  }
  const { inputs } = z
    .object({ inputs: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(await readFile(metafile, 'utf8')));
  const sourceFolder = `${dirname(plan.main)}/`;
  return Object.keys(inputs)
    .map((input) => resolve(projectFolder, input))
    .filter(
      (input) => existsSync(input) && !input.startsWith(sourceFolder) && !input.includes('/node_modules/'),
    );
}

/** Over the Worker's folder (text modules appear in no metafile), the settings, and what is installed. */
async function digest(plan: WorkerPlan, extraInputs: string[]): Promise<string> {
  const projectFolder = dirname(plan.configPath);
  const sources = await readdir(dirname(plan.main), { recursive: true, withFileTypes: true });
  const paths = [
    ...sources.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
    ...extraInputs,
    plan.configPath,
    join(projectFolder, 'tsconfig.json'),
    join(dirname(wranglerFolder), '.package-lock.json'),
  ].sort();
  const hash = createHash('sha256');
  for (const path of paths) {
    if (existsSync(path))
      hash
        .update(`${path}\0`)
        .update(await readFile(path))
        .update('\0');
  }
  return hash.digest('hex');
}

/** Wrangler's default module rules; a file of any other kind in the build would be one we cannot serve. */
const moduleKinds: Readonly<Record<string, ModuleKind>> = {
  '.js': 'esModule',
  '.mjs': 'esModule',
  '.txt': 'text',
  '.html': 'text',
  '.sql': 'text',
  '.bin': 'data',
  '.wasm': 'wasm',
};

async function builtModules(outputFolder: string, main: string): Promise<WorkerModule[]> {
  const entry = `${parse(main).name}.js`;
  const names = (await readdir(outputFolder)).filter(
    (name) => !name.endsWith('.map') && name !== 'README.md',
  );
  if (!names.includes(entry)) throw new Error(`The build has no ${entry}: ${names.join(', ')}`);
  const others = names.filter((name) => name !== entry).sort();
  return [entry, ...others].map((name) => {
    const kind = moduleKinds[parse(name).ext];
    if (!kind)
      throw new StartProblem(`The Worker imports ${name}, a kind of module this launcher cannot serve.`);
    return { name, path: `${basename(outputFolder)}/${name}`, kind };
  });
}
