/**
 * A world of two Workers in one workerd: the switch as it is deployed, and a partner who receives its
 * callbacks. Whatever the switch fetches goes to the partner; nothing leaves this machine.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { wranglerEnvironment, wranglerScript } from '../../scripts/selfhost/build.ts';

const projectFolder = join(import.meta.dirname, '..', '..');
export const adminKey = 'an-administrator-that-only-the-partner-tests-know';

/** One callback as it arrived. */
export interface Received {
  url: string;
  headers: Record<string, string>;
  body: string;
  answered: number;
}

// `/flaky` fails each event twice, `/gone` is gone, `/moved` was gone once, `/stall` takes what it gets and never
// says so; everything else takes what it gets.
const partnerScript = `
const received = [];
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/received') return Response.json(received);
    const id = request.headers.get('webhook-id');
    const before = received.filter((one) => one.url === request.url && one.headers['webhook-id'] === id).length;
    const known = received.some((one) => one.url === request.url);
    const gone = pathname === '/gone' || (pathname === '/moved' && !known);
    const answered = gone ? 410 : pathname === '/flaky' && before < 2 ? 500 : 204;
    received.push({ url: request.url, headers: Object.fromEntries(request.headers), body: await request.text(), answered });
    if (pathname === '/stall') await scheduler.wait(3_600_000);
    return new Response(null, { status: answered });
  },
};`;

export interface World {
  call(method: string, path: string, key?: string, body?: unknown): Promise<{ status: number; body: Json }>;
  received(): Promise<Received[]>;
  stop(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read freely by tests
export type Json = any;

export async function newWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'tolom-partners-'));
  const args = ['deploy', '--dry-run', '--outdir', folder];
  const env = { ...process.env, ...wranglerEnvironment };
  await promisify(execFile)(process.execPath, [wranglerScript, ...args], { cwd: projectFolder, env });
  const options = convertV4MiniflareOptions({
    workers: [
      {
        name: 'switch',
        compatibilityDate: '2026-11-01',
        modules: modulesIn(folder),
        bindings: {
          TOLOM_MODE: 'production',
          TOLOM_URL: 'https://switch.example',
          TOLOM_SECRET: 'a master secret that only the partner tests use',
          TOLOM_ADMIN_KEY: adminKey,
          TOLOM_FOUR_EYES: 'off',
        },
        durableObjects: {
          BOOKS: { className: 'Book', useSQLite: true },
          NONCES: { className: 'Nonces', useSQLite: true },
        },
        d1Databases: { DIRECTORY: 'directory', REPORTS: 'reports' },
        queueProducers: {
          EVENTS: 'tolom-events',
          CALLBACKS: 'tolom-callbacks',
          RETRIES: 'tolom-callbacks-again',
        },
        queueConsumers: {
          'tolom-events': { maxBatchSize: 100, maxBatchTimeout: 0, maxRetries: 10 },
          'tolom-callbacks': { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 100 },
          'tolom-callbacks-again': { maxBatchSize: 50, maxBatchTimeout: 0, maxRetries: 100 },
        },
        outboundService: 'partner',
      },
      {
        name: 'partner',
        compatibilityDate: '2026-11-01',
        modules: [{ type: 'ESModule', path: 'partner.js', contents: partnerScript }],
      },
    ],
  });
  const miniflare = new Miniflare(options);
  for (const [binding, migrations] of [
    ['DIRECTORY', 'directory'],
    ['REPORTS', 'reports'],
  ] as const) {
    const database = await miniflare.getD1Database(binding, 'switch');
    for (const statement of statementsOf(join(projectFolder, 'migrations', migrations))) {
      await database.prepare(statement).run();
    }
  }
  const partner = await miniflare.getWorker('partner');
  return {
    async call(method, path, key, body) {
      const response = await miniflare.dispatchFetch(`https://switch.example${path}`, {
        method,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && {
            'content-type': 'application/json',
            'idempotency-key': crypto.randomUUID(),
          }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
    received: async () =>
      (await (await partner.fetch('https://partner.example/received')).json()) as Received[],
    async stop() {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const moduleTypes: Record<string, 'ESModule' | 'Text' | 'Data' | 'CompiledWasm'> = {
  '.js': 'ESModule',
  '.txt': 'Text',
  '.html': 'Text',
  '.sql': 'Text',
  '.bin': 'Data',
  '.wasm': 'CompiledWasm',
};

/** What wrangler built: the entry first. */
function modulesIn(folder: string) {
  const names = readdirSync(folder).filter((name) => extname(name) in moduleTypes);
  return names
    .sort((left, right) => Number(right === 'index.js') - Number(left === 'index.js'))
    .map((name) => ({
      type: moduleTypes[extname(name)]!,
      path: name,
      contents: readFileSync(join(folder, name)),
    }));
}

const statementsOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('--> statement-breakpoint'));
