import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cleanUp,
  filesContaining,
  fixtureFolder,
  lives,
  newState,
  prepareStates,
  run,
  runningFile,
  type Started,
  start,
  temporaryFolder,
  until,
} from './harness.ts';

beforeAll(prepareStates);
afterAll(cleanUp);

const secret = 'a-secret-that-only-the-environment-knows';
const adminKey = 'an-admin-key-that-only-the-environment-knows';

interface Job {
  queue: string;
  id: string;
  attempts: number;
  seen_ms: number;
}

const jobs = async (tolom: Started, id: string) =>
  ((await tolom.get('/jobs')) as Job[]).filter((job) => job.id === id);

/** When the schedule runs next: workerd keeps it as an alarm, in nanoseconds. */
function nextOccurrenceMs(state: string): number {
  const alarms = new DatabaseSync(join(state, 'data', 'cron', 'metadata.sqlite'));
  const row = alarms.prepare('SELECT scheduled_time / 1000000 AS ms FROM _cf_ALARM').get();
  alarms.close();
  return Number(row?.ms);
}

test('a first start serves every binding, keeps its secrets to itself, and stops on SIGTERM in order', async () => {
  const tolom = await start(join(temporaryFolder(), 'state'));
  expect(await tolom.get('/people')).toEqual([{ id: 1, name: 'Aizada; -- not a comment', age: null }]);
  expect(await tolom.get('/increment')).toBe(1);
  expect(await tolom.get('/note')).toBe('a text module\n');
  expect(await tolom.get('/hello.txt')).toBe('static file\n');
  expect(await tolom.get('/assets-binding')).toBe('static file\n');
  expect(await tolom.get('/vars?name=GREETING')).toBe('salam "дос"');
  expect(await tolom.get('/vars?name=LIMITS')).toEqual({ perDay: 5 });
  expect(await tolom.get('/vars?name=TOLOM_MODE')).toBe('sandbox');
  expect(await tolom.get('/vars?name=TOLOM_URL')).toBe(tolom.url);
  expect(await tolom.get(`/fetch?url=${tolom.url}/healthz`)).toEqual({ status: 200, body: '{"ok":true}' });
  expect(JSON.parse(readFileSync(join(tolom.state, 'sandbox.json'), 'utf8'))).toMatchObject({ count: 0 });

  await tolom.get('/throw');
  await until(() => tolom.output().includes('a fault from the Worker'));
  expect(tolom.output()).toContain('a line from the Worker');

  const generated = JSON.parse(readFileSync(join(tolom.state, 'secrets.json'), 'utf8'));
  expect(await tolom.get('/vars?name=TOLOM_SECRET')).toBe(generated.TOLOM_SECRET);
  expect(statSync(join(tolom.state, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(statSync(tolom.state).mode & 0o777).toBe(0o700);
  for (const value of [generated.TOLOM_SECRET, generated.TOLOM_ADMIN_KEY]) {
    expect(value.length).toBeGreaterThanOrEqual(32);
    expect(filesContaining(tolom.state, value)).toEqual(['secrets.json']);
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(value);
  }

  const inFlight = tolom.get('/slow');
  await delay(100);
  process.kill(tolom.pid, 'SIGTERM');
  expect(await inFlight).toBe('slow');
  expect(await tolom.exited).toBe(0);
  expect(lives(tolom.workerdPid)).toBe(false);
  expect(existsSync(join(tolom.state, 'running.json'))).toBe(false);
  expect(nextOccurrenceMs(tolom.state) - Date.now()).toBeLessThanOrEqual(60_000);
});

test('a message is retried after its delay, then moves to the dead-letter queue', async () => {
  const tolom = await start(newState());
  await tolom.get('/send?id=p&poison');
  await until(async () => (await jobs(tolom, 'p')).length === 3);
  const seen = await jobs(tolom, 'p');
  expect(seen.map(({ queue, attempts }) => `${queue} ${attempts}`)).toEqual([
    'fixture-jobs 1',
    'fixture-jobs 2',
    'fixture-jobs-dead 1',
  ]);
  expect(seen[1]!.seen_ms - seen[0]!.seen_ms).toBeGreaterThanOrEqual(900);
});

test('kill -9 of everything loses nothing: objects, databases, queued messages', async () => {
  const state = newState();
  const first = await start(state);
  await first.get('/increment');
  await first.get('/send?id=late&delaySeconds=2');
  process.kill(-first.pid, 'SIGKILL');
  await first.exited;

  const second = await start(state);
  expect(second.output()).not.toMatch(/Applied|Building|Filling/);
  expect(await second.get('/increment')).toBe(2);
  expect(await second.get('/people')).toHaveLength(1);
  await until(async () => (await jobs(second, 'late')).length === 1);
  expect(readFileSync(join(state, 'seeds'), 'utf8')).toBe('seeded\n');
});

test('a killed launcher leaves no workerd behind, with and without a next start', async () => {
  const state = newState();
  const first = await start(state);
  await first.get('/increment');
  process.kill(first.pid, 'SIGKILL');
  const second = await start(state, { PORT: new URL(first.url).port });
  expect(lives(first.workerdPid)).toBe(false);
  expect(await second.get('/increment')).toBe(2);

  process.kill(second.pid, 'SIGKILL');
  await until(() => !lives(second.workerdPid));
});

test('one switch per state and per port; a workerd that dies takes the launcher with it', async () => {
  const tolom = await start(newState());
  const sameState = run(tolom.state);
  expect(await sameState.exited).toBe(1);
  expect(sameState.output()).toContain(
    `A switch already runs on ${tolom.state} (process ${tolom.pid}, ${tolom.url})`,
  );

  const { port } = new URL(tolom.url);
  const samePort = run(newState(), { PORT: port });
  expect(await samePort.exited).toBe(1);
  expect(samePort.output()).toContain(`Port ${port} on 127.0.0.1 is taken`);
  expect(await tolom.get('/healthz')).toEqual({ ok: true });

  process.kill(tolom.workerdPid, 'SIGKILL');
  expect(await tolom.exited).toBe(1);
  expect(tolom.output()).toContain('The switch ended by itself: killed by SIGKILL.');
});

/** A server that sends whoever asks for `/0`, `/1` and so on to another address. */
async function redirecting(...targets: string[]) {
  const server = createServer((request, response) => {
    response.writeHead(307, { location: targets[Number(request.url?.slice(1))] }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

test('production takes its secrets from the environment, never seeds, and calls no private address', async () => {
  const production = { TOLOM_MODE: 'production', TOLOM_SECRET: secret, TOLOM_ADMIN_KEY: adminKey };
  const state = newState();
  const bare = run(state, { TOLOM_MODE: 'production', TOLOM_SECRET: secret });
  expect(await bare.exited).toBe(1);
  expect(bare.output()).toContain('Production needs TOLOM_ADMIN_KEY in the environment');
  const short = run(state, { ...production, TOLOM_SECRET: 'short' });
  expect(await short.exited).toBe(1);
  expect(short.output()).toContain('TOLOM_SECRET is too short');

  const tolom = await start(state, { ...production, TOLOM_URL: 'https://pay.example.kg/' });
  expect(await tolom.get('/vars?name=TOLOM_MODE')).toBe('production');
  expect(await tolom.get('/vars?name=TOLOM_URL')).toBe('https://pay.example.kg');
  expect(await tolom.get('/vars?name=TOLOM_SECRET')).toBe(secret);
  const local = `http://127.0.0.1:${new URL((await start(newState())).url).port}/healthz`;
  expect(await tolom.get(`/fetch?url=${local}`)).toHaveProperty('error');
  // What counts is the address a name leads to when it is called, whatever it led to before.
  expect(await tolom.get(`/fetch?url=${local.replace('127.0.0.1', 'localhost')}`)).toHaveProperty('error');
  expect(filesContaining(state, secret)).toEqual([]);
  expect(filesContaining(state, adminKey)).toEqual([]);
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(secret);
  expect(existsSync(join(state, 'seeds'))).toBe(false);
  process.kill(-tolom.pid, 'SIGTERM');
  expect(await tolom.exited).toBe(0);

  const allowed = await start(state, { ...production, TOLOM_OUTBOUND: '127.0.0.0/8' });
  expect(await allowed.get(`/fetch?url=${local}`)).toHaveProperty('status', 200);
  expect(await allowed.get(`/fetch?url=${local.replace('127.0.0.1', 'localhost')}`)).toHaveProperty(
    'status',
    200,
  );
  // An address that may be called leads nobody to one that may not.
  const bait = await redirecting('http://[::1]:1/', 'http://10.0.0.1/', 'http://169.254.169.254/latest/');
  for (const number of [0, 1, 2]) {
    expect(await allowed.get(`/fetch?url=${bait.url}${number}`)).toHaveProperty('error');
  }
  bait.close();
  process.kill(-allowed.pid, 'SIGINT');
  expect(await allowed.exited).toBe(0);

  const forgotten = run(state, { TOLOM_SECRET: secret, TOLOM_ADMIN_KEY: adminKey });
  expect(await forgotten.exited).toBe(1);
  expect(forgotten.output()).toContain('was made in production mode and cannot be used in sandbox mode');
});

test('a seed that fell over stops the start, and runs again at the next', async () => {
  const state = newState();
  const broken = run(state, { FIXTURE_SEED: 'fail' });
  expect(await broken.exited).toBe(1);
  expect(broken.output()).toContain('the seed fell over');
  await start(state);
  expect(readFileSync(join(state, 'seeds'), 'utf8')).toBe('seeded\nseeded\n');
});

test.each([
  ['SIGTERM to npm alone', (pid: number) => process.kill(pid, 'SIGTERM')],
  ['Ctrl-C, a SIGINT to all', (pid: number) => process.kill(-pid, 'SIGINT')],
])('under npm, %s stops everything and npm exits with 0', async (_, signal) => {
  const tolom = await start(newState(), {}, ['npm', 'start']);
  signal(tolom.pid);
  expect(await tolom.exited).toBe(0);
  expect(existsSync(join(tolom.state, 'running.json'))).toBe(false);
  expect(lives(tolom.workerdPid)).toBe(false);
  expect(tolom.output()).toContain('Stopped.');
});

test('a shell between npm and the launcher that swallows the signal does not keep the switch alive', async () => {
  const tolom = await start(newState(), {}, ['npm', 'run', 'start:under-shell']);
  process.kill(tolom.pid, 'SIGTERM');
  await until(() => !existsSync(join(tolom.state, 'running.json')));
  expect(lives(tolom.workerdPid)).toBe(false);
});

test('development: wrangler dev with the migrations applied, sandbox variables and a seed', async () => {
  const state = newState();
  const dev = run(state, {}, [process.execPath, join(fixtureFolder, 'start.ts'), 'dev']);
  await until(() => dev.output().includes('Keys and log-ins:') || dev.child.exitCode !== null, 40_000);
  const { url } = runningFile(join(state, 'dev'));
  const get = async (path: string) => (await fetch(`${url}${path}`)).json();
  expect(await get('/people')).toHaveLength(1);
  expect(await get('/vars?name=TOLOM_MODE')).toBe('sandbox');
  const { TOLOM_SECRET } = JSON.parse(readFileSync(join(state, 'dev', 'secrets.json'), 'utf8'));
  expect(await get('/vars?name=TOLOM_SECRET')).toBe(TOLOM_SECRET);
  expect(existsSync(join(fixtureFolder, '.dev.vars'))).toBe(false);
  process.kill(dev.pid, 'SIGTERM');
  expect(await dev.exited).toBe(0);
});
