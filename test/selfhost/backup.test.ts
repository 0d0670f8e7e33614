/** A copy taken while the switch is used is the switch at one moment: money agrees, nothing acknowledged before is lost. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf, type Json } from '../../scripts/sandbox/api.ts';
import type { Sandbox } from '../../scripts/sandbox/seed.ts';
import { cleanUp, newState, type Started, start, temporaryFolder } from './harness.ts';

const scripts = join(import.meta.dirname, '../../scripts');
const command = [process.execPath, join(scripts, 'start.ts')];
// Money between books is where a copy that is not of one moment would show.
const books = { TOLOM_BOOKS: '4' };

let running: Started;
let sandbox: Sandbox;

beforeAll(async () => {
  running = await start(newState(), books, command);
  sandbox = sandboxIn(running.state);
});
afterAll(cleanUp);

const sandboxIn = (state: string): Sandbox => JSON.parse(readFileSync(join(state, 'sandbox.json'), 'utf8'));

/** Runs one of our commands on a state; its exit code and all it said. */
async function say(
  script: string,
  state: string,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const env = { ...process.env, TOLOM_STATE: state };
  return promisify(execFile)(process.execPath, [join(scripts, script), ...args], { env }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  );
}

const onlyIn = (folder: string): string => join(folder, readdirSync(folder).at(0)!);

/** Pays until told to stop, from every payer to every merchant of its currency. */
function traffic(url: string, { accounts, merchants, participants }: Sandbox) {
  const acknowledged: Json[] = [];
  let over = false;
  const payers = accounts.filter(({ currency }) => currency === 'KGS').slice(0, 8);
  const shops = merchants.filter(({ currency }) => currency === 'KGS');
  const load = Promise.all(
    payers.map(async ({ id, participant }, number) => {
      const key = participants.find((owner) => owner.id === participant)!.api_key;
      for (let paid = 0; !over; paid++) {
        const { qr: payload } = shops[(number + paid) % shops.length]!;
        const path = `/v1/accounts/${id}/payments`;
        acknowledged.push(await apiOf(url, key).post(path, { payload, amount: 7 }, randomUUID()));
      }
    }),
  );
  const end = () => {
    over = true;
    return load;
  };
  return { acknowledged, end };
}

test('taken under load, restored elsewhere: everything agrees and every payment from before is there', async () => {
  const { acknowledged, end } = traffic(running.url, sandbox);
  while (acknowledged.length <= 20) await delay(100);
  const before = [...acknowledged];
  const folder = temporaryFolder();
  const { code, said } = await say('backup.ts', running.state, folder);
  expect(said).toMatch(/as of .* files, .* MB; the switch paused \d+ ms/);
  expect(code).toBe(0);
  const meanwhile = acknowledged.length;
  await delay(300);
  await end();
  // It went on being used.
  expect(acknowledged.length).toBeGreaterThan(meanwhile);

  const state = newState();
  expect(await say('restore.ts', state, onlyIn(folder))).toMatchObject({ code: 0 });
  const copy = await start(state, books, command);
  const centre = apiOf(copy.url, sandboxIn(state).staff[0]!.api_key);
  await untilClosed(centre);
  expect(await centre.get('/v1/centre/trial-balance')).toMatchObject({ balanced: true });
  expect(await reconciled(centre)).toMatchObject({ status: 'finished', findings: [] });
  for (const { id, account, participant } of before) {
    const key = sandbox.participants.find((owner) => owner.id === participant)!.api_key;
    expect((await apiOf(copy.url, key).get(`/v1/accounts/${account}/payments/${id}`)).status).toBe(
      'completed',
    );
  }
  copy.child.kill('SIGTERM');
  await copy.exited;
});

describe('what cannot be put back is said', () => {
  let folder: string;
  let copy: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    await say('backup.ts', running.state, folder);
    copy = onlyIn(folder);
  });

  test('onto a state that is there', async () => {
    expect(await say('restore.ts', running.state, copy)).toMatchObject({
      code: 1,
      said: expect.stringContaining('has data already'),
    });
  });

  test('a copy that was not finished', async () => {
    renameSync(join(copy, 'backup.json'), join(folder, 'kept'));
    const { code, said } = await say('restore.ts', newState(), copy);
    renameSync(join(folder, 'kept'), join(copy, 'backup.json'));
    expect([code, said]).toEqual([1, expect.stringContaining('no finished backup')]);
  });

  test('a copy with a changed, a missing and a foreign file, each named', async () => {
    const [changed, missing] = readdirSync(join(copy, 'data'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sqlite'))
      .map((name) => join('data', name));
    appendFileSync(join(copy, changed!), 'x');
    rmSync(join(copy, missing!));
    writeFileSync(join(copy, 'data', 'foreign'), '');
    const state = newState();
    const { code, said } = await say('restore.ts', state, copy);
    expect(code).toBe(1);
    expect(said).toContain(`${changed} is not what was copied`);
    expect(said).toContain(`${missing} is missing`);
    expect(said).toContain('data/foreign does not belong to it');
    expect(existsSync(join(state, 'data'))).toBe(false);
  });

  test('which backup was meant, and a state with nothing in it', async () => {
    expect((await say('restore.ts', newState())).said).toContain('Which backup?');
    expect((await say('backup.ts', newState(), temporaryFolder())).said).toContain('nothing to back up');
    expect((await say('backup.ts', running.state, '--keep', 'all')).said).toContain('--keep needs a number');
  });
});

test('a stopped switch is copied too, and only so many copies are kept', async () => {
  running.child.kill('SIGTERM');
  await running.exited;
  const folder = temporaryFolder();
  for (let made = 0; made < 3; made++) await say('backup.ts', running.state, folder, '--keep', '2');
  const left = readdirSync(folder).sort();
  expect(left).toHaveLength(2);
  const { said } = await say('backup.ts', running.state, folder, '--keep', '2');
  expect(said).toContain(`removed ${left[0]}`);
});

async function untilClosed(centre: ReturnType<typeof apiOf>): Promise<void> {
  for (const untilMs = Date.now() + 30_000; Date.now() < untilMs; await delay(250)) {
    const { open_transfers } = await centre.get('/v1/centre/trial-balance');
    if (!open_transfers) return;
  }
}

async function reconciled(centre: ReturnType<typeof apiOf>): Promise<Json> {
  const path = '/v1/centre/reconciliations';
  const { id } = await centre.post(path, {});
  for (;;) {
    const reconciliation = await centre.get(`${path}/${id}`);
    if (reconciliation.status !== 'running') return reconciliation;
    await delay(200);
  }
}
