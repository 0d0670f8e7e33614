/**
 * Islands: the little script that pages need. Every `src/web/**\/island*.ts` becomes one file for browsers, and all
 * of them one generated module of the Worker. Generated instead of loaded by a rule of the bundler, because wrangler,
 * `npm start` and the tests each bundle in a way of their own.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const pagesFolder = join(import.meta.dirname, '..', '..', 'src', 'web');
const target = join(pagesFolder, 'islands.generated.ts');

/** Writes the module; leaves it alone when it is what it should be, since builds may run side by side. */
export async function writeIslands(): Promise<void> {
  const module = await islandsModule();
  if (existsSync(target) && (await readFile(target, 'utf8')) === module) return;
  const unfinished = `${target}.${process.pid}`;
  await writeFile(unfinished, module);
  await rename(unfinished, target);
}

/** The module's text: the script of every island by its name. */
async function islandsModule(): Promise<string> {
  const files = (await readdir(pagesFolder, { recursive: true }))
    .filter((file) => /^island(-[a-z-]+)?\.ts$/.test(basename(file)))
    .sort();
  const scripts = await Promise.all(
    files.map(async (file) => [nameOf(file), await bundle(join(pagesFolder, file))] as const),
  );
  return [
    '// Made by scripts/islands.ts.',
    `export type IslandName = ${scripts.map(([name]) => `'${name}'`).join(' | ')};`,
    `export const scripts: Record<IslandName, string> = ${JSON.stringify(Object.fromEntries(scripts), null, 2)};`,
    '',
  ].join('\n');
}

/** `wallet/island.ts` is `wallet`, `wallet/island-scan.ts` is `wallet-scan`. */
function nameOf(file: string): string {
  const folder = dirname(file).replaceAll('/', '-');
  const [, own] = basename(file, '.ts').match(/^island-(.+)$/) ?? [];
  return own === undefined ? folder : `${folder}-${own}`;
}

async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
