/**
 * What wrangler.toml says, checked and in our words.
 *
 * The same file describes the Worker for Cloudflare and for one machine. Every key is either understood here,
 * or listed as meaningless on one machine, or an error: a setting dropped in silence would only be missed in
 * production.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { messageOf, StartProblem } from './problem.ts';

export type Json = z.infer<ReturnType<typeof z.json>>;

export interface WorkerPlan {
  /** Absolute path of wrangler.toml; other paths in it are relative to its folder. */
  readonly configPath: string;
  readonly main: string;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly objectBindings: readonly { binding: string; className: string }[];
  readonly objectClasses: readonly ObjectClass[];
  readonly databases: readonly Database[];
  readonly queueProducers: readonly { binding: string; queue: string }[];
  readonly queueConsumers: readonly z.infer<typeof queueConsumer>[];
  readonly crons: readonly string[];
  readonly vars: Readonly<Record<string, Json>>;
  readonly assets: z.infer<typeof assets> | undefined;
}

export interface ObjectClass {
  readonly className: string;
  /** The name the class first had: its objects' folder, which a rename must not change. */
  readonly storageKey: string;
}

export interface Database {
  readonly binding: string;
  /** Its identity on this machine: unlike `database_id`, the same before and after a Cloudflare set-up. */
  readonly name: string;
  readonly migrationsFolder: string;
}

const text = z.string().min(1);

const queueConsumer = z.strictObject({
  queue: text,
  max_batch_size: z.int().min(1).max(100).optional(),
  max_batch_timeout: z.int().min(0).max(60).optional(),
  max_retries: z.int().min(0).max(100).optional(),
  retry_delay: z.int().min(0).optional(),
  max_concurrency: z.int().min(1).optional(),
  dead_letter_queue: text.optional(),
});

const assets = z.strictObject({
  directory: text,
  binding: text.optional(),
  html_handling: text.optional(),
  not_found_handling: text.optional(),
  run_worker_first: z.union([z.boolean(), z.array(text)]).optional(),
});

const objectMigration = z.strictObject({
  tag: text,
  new_sqlite_classes: z.array(text).default([]),
  renamed_classes: z.array(z.strictObject({ from: text, to: text })).default([]),
  deleted_classes: z.array(text).default([]),
});

/** Settings of the build (wrangler itself obeys them) and of Cloudflare's side (nothing here corresponds). */
const elsewhere = Object.fromEntries(
  [
    ...['$schema', 'alias', 'build', 'define', 'dev', 'env', 'keep_names', 'minify', 'tsconfig'],
    ...['account_id', 'keep_vars', 'limits', 'logpush', 'observability', 'placement', 'preview_urls'],
    ...['route', 'routes', 'send_metrics', 'upload_source_maps', 'workers_dev'],
  ].map((key) => [key, z.unknown().optional()]),
);

const wranglerFile = z.strictObject({
  ...elsewhere,
  name: text,
  main: text,
  compatibility_date: z.iso.date(),
  compatibility_flags: z.array(text).default([]),
  durable_objects: z
    .strictObject({ bindings: z.array(z.strictObject({ name: text, class_name: text })) })
    .default({ bindings: [] }),
  migrations: z.array(objectMigration).default([]),
  d1_databases: z
    .array(
      z.strictObject({
        binding: text,
        database_name: text,
        database_id: text.optional(),
        preview_database_id: text.optional(),
        migrations_dir: text.default('migrations'),
      }),
    )
    .default([]),
  queues: z
    .strictObject({
      producers: z.array(z.strictObject({ queue: text, binding: text })).default([]),
      consumers: z.array(queueConsumer).default([]),
    })
    .default({ producers: [], consumers: [] }),
  triggers: z.strictObject({ crons: z.array(text).default([]) }).default({ crons: [] }),
  vars: z.record(text, z.json()).default({}),
  assets: assets.optional(),
});

/** Throws a StartProblem naming everything in wrangler.toml that it does not understand. */
export async function readPlan(configPath: string): Promise<WorkerPlan> {
  try {
    return planWorker(parse(await readFile(configPath, 'utf8')), configPath);
  } catch (error) {
    if (error instanceof StartProblem) throw error;
    throw new StartProblem(`Cannot read ${configPath}: ${messageOf(error)}`);
  }
}

function planWorker(rawConfig: unknown, configPath: string): WorkerPlan {
  const parsed = wranglerFile.safeParse(rawConfig);
  if (!parsed.success) {
    throw new StartProblem(
      `${configPath} has settings this launcher cannot honour:\n${z.prettifyError(parsed.error)}\n` +
        'Teach them to scripts/selfhost/wranglerConfig.ts, or remove them.',
    );
  }
  const file = parsed.data;
  const folder = dirname(configPath);
  const objectClasses = classesAfter(file.migrations, configPath);
  for (const { class_name } of file.durable_objects.bindings) {
    if (!objectClasses.some(({ className }) => className === class_name)) {
      throw new StartProblem(`${configPath}: no migration creates the durable object class ${class_name}.`);
    }
  }
  return {
    configPath,
    main: resolve(folder, file.main),
    compatibilityDate: file.compatibility_date,
    compatibilityFlags: file.compatibility_flags,
    objectBindings: file.durable_objects.bindings.map((b) => ({ binding: b.name, className: b.class_name })),
    objectClasses,
    databases: file.d1_databases.map((d) => ({
      binding: d.binding,
      name: d.database_name,
      migrationsFolder: resolve(folder, d.migrations_dir),
    })),
    queueProducers: file.queues.producers,
    queueConsumers: file.queues.consumers,
    crons: file.triggers.crons,
    vars: file.vars,
    assets: file.assets && { ...file.assets, directory: resolve(folder, file.assets.directory) },
  };
}

/** The classes left once every durable object migration has run, each with the name it was born with. */
function classesAfter(migrations: z.infer<typeof objectMigration>[], configPath: string): ObjectClass[] {
  const storageKeys = new Map<string, string>();
  const take = (className: string, tag: string): string => {
    const key = storageKeys.get(className);
    if (key === undefined) {
      throw new StartProblem(
        `${configPath}: migration ${tag} names ${className}, which no migration creates.`,
      );
    }
    storageKeys.delete(className);
    return key;
  };
  for (const { tag, new_sqlite_classes, renamed_classes, deleted_classes } of migrations) {
    for (const className of new_sqlite_classes) storageKeys.set(className, className);
    for (const { from, to } of renamed_classes) storageKeys.set(to, take(from, tag));
    for (const className of deleted_classes) take(className, tag);
  }
  return [...storageKeys].map(([className, storageKey]) => ({ className, storageKey }));
}
