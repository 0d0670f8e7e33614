/**
 * workerd's configuration, from what wrangler.toml plans.
 *
 * Wrangler's bindings become services of one process: the Worker, and beside it workerd's own D1, Queues and
 * Cron Workers (`bundled` modules, whose headers in workerd's source document the bindings they ask for). No
 * value from the environment is ever written here: such bindings name a variable, and workerd reads it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Capnp, configFile, Embed } from './capnp.ts';
import { codeOf } from './problem.ts';
import type { Database, WorkerPlan } from './wranglerConfig.ts';

export type ModuleKind = 'esModule' | 'text' | 'data' | 'wasm';

/** One file of the built Worker: `name` is how it is imported, `path` where it is, relative to the config file. */
export interface WorkerModule {
  readonly name: string;
  readonly path: string;
  readonly kind: ModuleKind;
}

export interface WorkerdOptions {
  readonly plan: WorkerPlan;
  /** The entry point first. */
  readonly modules: readonly WorkerModule[];
  /** Absolute folder of everything durable: objects, databases, queues and schedules. */
  readonly dataFolder: string;
  /** Where the switch listens, such as `127.0.0.1:8787`. */
  readonly address: string;
  /** Whom `fetch` may reach: `public`, `private` (which includes this machine) or network blocks. */
  readonly outbound: readonly string[];
  /** Environment variables the Worker receives under their own name, instead of a var of that name. */
  readonly environmentNames: readonly string[];
}

// The bundled Workers need RPC; their date is ours to choose, apart from the Worker's.
const bundledDate = '2026-01-01';

export function workerdConfig(options: WorkerdOptions): string {
  const { plan, address, outbound } = options;
  const services: Capnp[] = [
    { name: 'tolom', worker: mainWorker(options) },
    {
      name: 'outbound',
      network: { allow: outbound, tlsOptions: { trustBrowserCas: true } },
    },
    diskService(options.dataFolder),
  ];
  if (plan.databases.length > 0) services.push(d1Service());
  if (plan.queueProducers.length + plan.queueConsumers.length > 0) services.push(queuesService(plan));
  if (plan.crons.length > 0) services.push(cronService(plan));
  if (plan.assets) services.push(assetsService(plan.assets));
  return configFile({
    services,
    sockets: [{ name: 'http', address, http: {}, service: plan.assets ? 'assets' : 'tolom' }],
  });
}

/** Only the databases, each on the socket named after its place in the list, for applying migrations. */
export function databasesConfig(
  databases: readonly Database[],
  dataFolder: string,
  address: (index: number) => string,
): string {
  return configFile({
    services: [d1Service(), diskService(dataFolder)],
    sockets: databases.map(({ name }, index) => ({
      name: `database-${index}`,
      address: address(index),
      http: {},
      service: databaseDesignator(name),
    })),
  });
}

function mainWorker({ plan, modules, environmentNames }: WorkerdOptions): Capnp {
  const vars = Object.entries(plan.vars).filter(([name]) => !environmentNames.includes(name));
  return {
    modules: modules.map(({ name, path, kind }) => ({ name, [kind]: new Embed(path) })),
    compatibilityDate: plan.compatibilityDate,
    compatibilityFlags: plan.compatibilityFlags,
    globalOutbound: 'outbound',
    durableObjectNamespaces: plan.objectClasses.map(({ className, storageKey }) => ({
      className,
      uniqueKey: `objects-${storageKey}`,
      enableSql: true,
    })),
    durableObjectStorage: { localDisk: 'data' },
    bindings: [
      ...vars.map(([name, value]) =>
        typeof value === 'string' ? { name, text: value } : { name, json: JSON.stringify(value) },
      ),
      ...environmentNames.map((name) => ({ name, fromEnvironment: name })),
      ...plan.objectBindings.map(({ binding, className }) => ({
        name: binding,
        durableObjectNamespace: className,
      })),
      ...plan.databases.map(({ binding, name }) => ({
        name: binding,
        wrapped: {
          moduleName: 'cloudflare-internal:d1-api',
          innerBindings: [{ name: 'fetcher', service: databaseDesignator(name) }],
        },
      })),
      ...plan.queueProducers.map(({ binding, queue }) => ({
        name: binding,
        queue: { name: 'queues', props: { json: JSON.stringify({ queue }) } },
      })),
      ...(plan.assets?.binding
        ? [{ name: plan.assets.binding, service: { name: 'assets', entrypoint: 'AssetWorker' } }]
        : []),
    ],
  };
}

function diskService(dataFolder: string): Capnp {
  return { name: 'data', disk: { path: dataFolder, writable: true } };
}

function databaseDesignator(name: string): Capnp {
  return { name: 'd1', props: { json: JSON.stringify({ database: name }) } };
}

function d1Service(): Capnp {
  return bundledService('d1', 'D1Database', 'DATABASE', []);
}

function queuesService(plan: WorkerPlan): Capnp {
  const consumers = plan.queueConsumers.map((consumer) => [
    consumer.queue,
    {
      consumer: 'WORKER',
      maxBatchSize: consumer.max_batch_size,
      maxBatchTimeout: consumer.max_batch_timeout,
      maxRetries: consumer.max_retries,
      retryDelay: consumer.retry_delay,
      maxConcurrency: consumer.max_concurrency,
      deadLetterQueue: consumer.dead_letter_queue,
    },
  ]);
  return bundledService('queues', 'QueueShard', 'SHARD', [
    { name: 'CONSUMERS', json: JSON.stringify(Object.fromEntries(consumers)) },
    { name: 'WORKER', service: 'tolom' },
  ]);
}

function cronService(plan: WorkerPlan): Capnp {
  return bundledService('cron', 'Schedule', 'SCHEDULE', [
    { name: 'CRONS', json: JSON.stringify({ WORKER: plan.crons }) },
    { name: 'WORKER', service: 'tolom' },
  ]);
}

/** A Worker that comes with workerd and keeps its state in one class of durable objects. */
function bundledService(name: string, className: string, binding: string, bindings: Capnp[]): Capnp {
  return {
    name,
    worker: {
      modules: [{ name: `${name}.js`, bundled: `/workerd/${name}.js` }],
      compatibilityDate: bundledDate,
      compatibilityFlags: ['service_binding_extra_handlers'],
      bindings: [{ name: binding, durableObjectNamespace: className }, ...bindings],
      durableObjectNamespaces: [{ className, uniqueKey: name, enableSql: true }],
      durableObjectStorage: { localDisk: 'data' },
    },
  };
}

function assetsService(assets: NonNullable<WorkerPlan['assets']>): Capnp {
  const { directory, binding: _, ...settings } = assets;
  const rules = {
    headers: textOf(join(directory, '_headers')),
    redirects: textOf(join(directory, '_redirects')),
    ignore: textOf(join(directory, '.assetsignore')),
  };
  return {
    name: 'assets',
    assets: { path: directory, config: JSON.stringify({ ...settings, ...rules }), userWorker: 'tolom' },
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
