/** The real sources in plain Node: `cloudflare:workers` is ours, and a source may be broken on purpose. */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.ts';

const runtime = pathToFileURL(join(import.meta.dirname, 'durable-object.ts')).href;
const sources = pathToFileURL(join(import.meta.dirname, '..', '..', 'src')).href;

export function installHooks(mutant?: Mutant): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'cloudflare:workers' ? { url: runtime, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (!mutant || url !== `${sources}/${mutant.file}`) return loaded;
      const source = loaded.source === undefined || loaded.source === null ? '' : textOf(loaded.source);
      const parts = source.split(mutant.find);
      if (parts.length !== 2) {
        throw new Error(`${mutant.file} has ${parts.length - 1} times what "${mutant.name}" replaces`);
      }
      return { ...loaded, source: parts.join(mutant.replace) };
    },
  });
}

const textOf = (source: string | NodeJS.ArrayBufferView | ArrayBuffer): string =>
  typeof source === 'string' ? source : new TextDecoder().decode(source);
