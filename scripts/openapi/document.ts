/** The API's own description without a running switch: the Worker is put together and asked once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

// Durable Objects are only declared by what answers the document; nothing of them runs.
const workersStub = {
  name: 'cloudflare:workers',
  setup(building: import('esbuild').PluginBuild) {
    building.onResolve({ filter: /^cloudflare:workers$/ }, ({ path }) => ({ path, namespace: 'stub' }));
    building.onLoad({ filter: /./, namespace: 'stub' }, () => ({
      contents: 'export class DurableObject {}\nexport class WorkerEntrypoint {}',
    }));
  },
};

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, read by tools and tests
export type Document = any;

/** The OpenAPI document as a switch with this public address serves it. */
export async function documentOf(url: string): Promise<Document> {
  const folder = await mkdtemp(join(tmpdir(), 'tolom-openapi-'));
  try {
    const outfile = join(folder, 'app.mjs');
    await build({
      entryPoints: [join(root, 'src', 'app.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      mainFields: ['module', 'main'],
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      plugins: [workersStub],
      logLevel: 'error',
    });
    const { switchOf } = await import(pathToFileURL(outfile).href);
    const secret = 'nothing is signed while the document is made';
    const unused = new Proxy({}, { get: () => () => unused });
    const env = new Proxy(
      { TOLOM_URL: url, TOLOM_SECRET: secret, TOLOM_MODE: 'sandbox' },
      {
        get: (given: Record<string, unknown>, name: string) =>
          given[name] ?? (name.startsWith('TOLOM_') ? undefined : unused),
      },
    );
    const answer = await switchOf(env).fetch(new Request(`${url}/openapi.json`), {});
    return await answer.json();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
