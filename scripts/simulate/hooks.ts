/**
 * The real sources in plain Node: `cloudflare:workers` is ours, and a source may be broken on purpose. Each
 * mutant has its own copy of every module that is not a package, told apart by the query of its address.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Mutant, mutants } from './mutants.ts';

const runtime = pathToFileURL(join(import.meta.dirname, 'durable-object.ts')).href;
const root = join(import.meta.dirname, '..', '..');
const copied = [join(root, 'src'), import.meta.dirname].map((folder) => pathToFileURL(`${folder}/`).href);

/** From now on the sources can be imported, as they are or with `?mutant=NUMBER`. */
export function installHooks(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'cloudflare:workers') return { url: runtime, shortCircuit: true };
      const resolved = next(specifier, context);
      const query = /\?mutant=\d+$/.exec(context.parentURL ?? '')?.[0];
      if (!query || resolved.url.endsWith(query)) return resolved;
      return copied.some((folder) => resolved.url.startsWith(folder))
        ? { ...resolved, url: resolved.url + query }
        : resolved;
    },
    load: (url, context, next) => {
      const mutant = mutants[Number(/\?mutant=(\d+)$/.exec(url)?.[1] ?? Number.NaN)];
      const loaded = next(url, context);
      if (!mutant || fileURLToPath(url) !== join(root, 'src', mutant.file)) return loaded;
      return { ...loaded, source: broken(textOf(loaded.source ?? ''), mutant) };
    },
  });
}

function broken(source: string, { name, file, find, replace }: Mutant): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times what "${name}" replaces`);
  return parts.join(replace);
}

const textOf = (source: string | NodeJS.ArrayBufferView | ArrayBuffer): string =>
  typeof source === 'string' ? source : new TextDecoder().decode(source);
