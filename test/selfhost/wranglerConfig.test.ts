import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildWorker } from '../../scripts/selfhost/build.ts';
import { configFile } from '../../scripts/selfhost/capnp.ts';
import { readSettings } from '../../scripts/selfhost/settings.ts';
import { workerdConfig } from '../../scripts/selfhost/workerdConfig.ts';
import { readPlan } from '../../scripts/selfhost/wranglerConfig.ts';
import { cleanUp, fixtureConfig, fixtureFolder, temporaryFolder } from './harness.ts';

afterAll(cleanUp);

describe('wrangler.toml', () => {
  const planOf = async (change: (toml: string) => string) => {
    const path = join(temporaryFolder(), 'wrangler.toml');
    writeFileSync(path, change(readFileSync(fixtureConfig, 'utf8')));
    return readPlan(path);
  };

  test('the switch’s own file is understood', async () => {
    const plan = await readPlan(join(import.meta.dirname, '..', '..', 'wrangler.toml'));
    expect(plan.objectBindings).toContainEqual({ binding: 'BOOKS', className: 'Book' });
    expect(plan.databases.map(({ binding }) => binding)).toEqual(['DIRECTORY', 'REPORTS']);
  });

  test('the plan carries every queue setting', async () => {
    const plan = await planOf((toml) => toml);
    expect(plan.queueConsumers[0]).toEqual({
      queue: 'fixture-jobs',
      max_batch_size: 10,
      max_batch_timeout: 0,
      max_retries: 1,
      retry_delay: 1,
      dead_letter_queue: 'fixture-jobs-dead',
    });
  });

  test.each([
    [
      'a binding of another kind',
      (t: string) => `${t}\n[[kv_namespaces]]\nbinding = "KV"\nid = "1"\n`,
      'kv_namespaces',
    ],
    [
      'a consumer setting',
      (t: string) => t.replace('max_retries', 'visibility_timeout_ms = 1\nmax_retries'),
      'visibility_timeout_ms',
    ],
    [
      'an object in another Worker',
      (t: string) => t.replace('"Counter" }', '"Counter", script_name = "x" }'),
      'script_name',
    ],
    ['objects without SQLite', (t: string) => t.replace('new_sqlite_classes', 'new_classes'), 'new_classes'],
    ['a class nobody creates', (t: string) => t.replace('["Counter"]', '["Other"]'), 'no migration creates'],
    [
      'a delivery delay',
      (t: string) => t.replace('binding = "JOBS"', 'binding = "JOBS"\ndelivery_delay = 5'),
      'delivery_delay',
    ],
    ['broken TOML', (t: string) => `${t}\n[[`, 'Cannot read'],
  ])('%s is refused by name', async (_, change, named) => {
    await expect(planOf(change)).rejects.toThrow(named);
  });

  test('a renamed class keeps the storage it was born with', async () => {
    const plan = await planOf((toml) =>
      toml
        .replace('class_name = "Counter"', 'class_name = "Tally"')
        .replace(
          '[[d1',
          '[[migrations]]\ntag = "v2"\nrenamed_classes = [{ from = "Counter", to = "Tally" }]\n[[d1',
        ),
    );
    expect(plan.objectClasses).toEqual([{ className: 'Tally', storageKey: 'Counter' }]);
  });
});

test('a build is repeated only when something it was made from has changed', async () => {
  const project = join(temporaryFolder(), 'project');
  const runFolder = temporaryFolder();
  cpSync(fixtureFolder, project, { recursive: true, filter: (path) => !path.includes('.wrangler') });
  const lines: string[] = [];
  const build = async () =>
    buildWorker(await readPlan(join(project, 'wrangler.toml')), runFolder, (line) => lines.push(line));

  const first = await build();
  expect(first.map(({ kind }) => kind)).toEqual(['esModule', 'text']);
  expect(await build()).toEqual(first);
  expect(lines).toHaveLength(1);

  writeFileSync(join(project, 'src', 'note.txt'), 'another text module');
  const second = await build();
  expect(lines).toHaveLength(2);
  expect(readFileSync(join(runFolder, second[1]!.path), 'utf8')).toBe('another text module');

  writeFileSync(join(project, 'src', 'worker.ts'), 'export default {');
  await expect(build()).rejects.toThrow(/The Worker does not build.*worker\.ts/s);
});

test('values of the environment are named in the configuration, never written', async () => {
  const plan = await readPlan(fixtureConfig);
  const options = { plan, modules: [], dataFolder: '/data', address: '127.0.0.1:1', outbound: ['public'] };
  const config = workerdConfig({ ...options, environmentNames: ['TOLOM_MODE', 'TOLOM_SECRET'] });
  expect(config).toContain('(name = "TOLOM_MODE", fromEnvironment = "TOLOM_MODE")');
  expect(config).not.toContain('text = "production"');
});

test('text is quoted for Cap’n Proto', () => {
  expect(configFile({ text: 'a "b"\\\n\tдос', list: [true, 5] })).toContain(
    '(text = "a \\x22b\\x22\\x5c\\x0a\\x09дос", list = [true, 5])',
  );
});

test.each([
  [{ PORT: 'http' }, 'PORT is "http"'],
  [{ PORT: '70000' }, 'PORT is "70000"'],
  [{ TOLOM_MODE: 'prod' }, 'must be sandbox or production'],
  [{ TOLOM_URL: 'pay.example.kg' }, 'must be a URL'],
])('%j is refused', (environment, message) => {
  expect(() => readSettings(environment, '/')).toThrow(message);
});

test('every TOLOM_ variable but the launcher’s own reaches the Worker', () => {
  const environment = {
    TOLOM_SECRET: 's',
    TOLOM_QR_PROVIDER: 'q',
    TOLOM_STATE: 'x',
    OTHER: 'o',
    TOLOM_EMPTY: '',
  };
  expect(readSettings(environment, '/home')).toMatchObject({
    mode: 'sandbox',
    port: 8787,
    stateFolder: '/home/x',
    variables: { TOLOM_SECRET: 's', TOLOM_QR_PROVIDER: 'q' },
  });
});
