/** A new version of the switch takes over in the middle of a busy minute: it is stopped, updated and started again. */
import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { apiOf } from '../../scripts/sandbox/api.ts';
import { cleanUp, newState, type Started, start, temporaryFolder, until } from './harness.ts';
import { adminOf, type Payment, pay, sandboxIn, type Wallet, walletsOf } from './wallets.ts';

afterAll(cleanUp);

const project = join(import.meta.dirname, '../..');
const needed = ['src', 'scripts', 'migrations', 'wrangler.toml', 'tsconfig.json', 'package.json'];
const changed = 'as the version after this one says it';

/** The project in a folder of its own, where its sources can be changed. */
function checkedOut(): string {
  const folder = temporaryFolder();
  for (const name of needed) cpSync(join(project, name), join(folder, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The next version: another answer, and one more migration of each database. */
function update(folder: string): void {
  const app = join(folder, 'src', 'app.ts');
  const source = readFileSync(app, 'utf8');
  const updated = source.replace('Whether the switch and its databases answer', changed);
  expect(updated).not.toBe(source);
  writeFileSync(app, updated);
  for (const name of ['directory', 'reports']) {
    const sql = `CREATE TABLE next_version (id text PRIMARY KEY NOT NULL);`;
    writeFileSync(join(folder, 'migrations', name, '9999_next.sql'), sql);
  }
}

test('an update under load: what was answered stays so, what was not is answered by the new version', async () => {
  const folder = checkedOut();
  const state = newState();
  const command = [process.execPath, join(folder, 'scripts/start.ts')];
  const environment = { TOLOM_BOOKS: '3' };
  let running: Started | undefined = await start(state, environment, command);
  const sandbox = sandboxIn(state);
  const [wallets, qr] = [walletsOf(sandbox).slice(0, 8), sandbox.merchants[0]!.qr];
  const payments: { wallet: Wallet; key: string; answer?: Payment['answer'] }[] = [];
  let stopped = false;
  const client = async (wallet: Wallet) => {
    while (!stopped) {
      const payment: (typeof payments)[number] = { wallet, key: randomUUID() };
      payments.push(payment);
      // Sent until somebody answers, whichever version that is.
      while (!payment.answer) {
        const outcome = running && (await pay(running.url, wallet, qr, payment.key).catch(() => undefined));
        if (outcome?.answer.status === 'completed') payment.answer = outcome.answer;
        else await delay(20);
      }
    }
  };
  const load = Promise.all(wallets.map(client));
  await until(() => payments.length > 100, 60_000);

  const { child, exited } = running;
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  running = undefined;
  update(folder);
  const answeredBefore = payments.filter(({ answer }) => answer).length;
  running = await start(state, environment, command);
  await until(() => payments.filter(({ answer }) => answer).length > answeredBefore + 100, 60_000);
  stopped = true;
  await load;

  const admin = apiOf(running.url, adminOf(sandbox));
  expect(JSON.stringify((await admin.get('/openapi.json')).paths['/healthz'])).toContain(changed);
  for (const { wallet, key, answer } of payments) {
    expect((await pay(running.url, wallet, qr, key)).answer).toEqual(answer);
  }
  expect(new Set(payments.map(({ answer }) => answer.id)).size).toBe(payments.length);
  expect(await admin.get('/v1/centre/trial-balance')).toMatchObject({ balanced: true });
  let run = await admin.post('/v1/centre/reconciliations', {});
  while (run.status === 'running') run = await admin.post('/v1/centre/reconciliations', {});
  expect(run.findings).toEqual([]);
});
