/** `tolom/client` as it is used elsewhere: one file of JavaScript without imports, and its types. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const source = join(root, 'src', 'client');

/** Writes `index.js` into a folder. */
export async function buildClient(folder: string): Promise<string> {
  const outfile = join(folder, 'index.js');
  await build({
    entryPoints: [join(source, 'index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'error',
  });
  return outfile;
}

/** Writes the types beside it. */
export async function buildClientTypes(folder: string): Promise<void> {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', source, '--outDir', folder]);
}
