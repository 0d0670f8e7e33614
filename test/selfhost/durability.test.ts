/** The switch itself, killed while it is being used: nothing acknowledged is lost, nothing is paid twice. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { apiOf, type Json } from '../../scripts/sandbox/api.ts';
import type { Sandbox } from '../../scripts/sandbox/seed.ts';
import { cleanUp, newState, start } from './harness.ts';

afterAll(cleanUp);

const command = [process.execPath, join(import.meta.dirname, '../../scripts/start.ts')];
const clients = 8;
const kills = 2;

interface Attempt {
  readonly account: string;
  readonly key: string;
  readonly amount: number;
  acknowledged: Json | undefined;
}

test('kill -9 under load: every acknowledged payment is found, a repeat is answered, and the books balance', async () => {
  const state = newState();
  const attempts: Attempt[] = [];
  for (let round = 0; round < kills; round++) {
    const running = await start(state, {}, command);
    const sandbox: Sandbox = JSON.parse(readFileSync(join(state, 'sandbox.json'), 'utf8'));
    const load = Promise.all(
      Array.from({ length: clients }, (_, client) => payUntilKilled(running.url, sandbox, client, attempts)),
    );
    await delay(1_500);
    process.kill(-running.pid, 'SIGKILL');
    process.kill(running.workerdPid, 'SIGKILL');
    await load;
  }

  const running = await start(state, {}, command);
  const sandbox: Sandbox = JSON.parse(readFileSync(join(state, 'sandbox.json'), 'utf8'));
  const acknowledged = attempts.filter((attempt) => attempt.acknowledged);
  expect(acknowledged.length).toBeGreaterThan(50);
  const paid = new Map<string, Json>();
  for (const attempt of attempts) {
    const answer = await payOnce(running.url, sandbox, attempt);
    expect(answer.status).toBe('completed');
    if (attempt.acknowledged) expect(answer).toEqual(attempt.acknowledged);
    paid.set(answer.id, answer);
  }
  // One payment per key, however often it was sent, and every som of it is where it should be.
  expect(paid.size).toBe(attempts.length);
  const wallet = apiOf(running.url, issuerOf(sandbox).api_key);
  for (const { id, balance } of accountsOf(sandbox)) {
    const spent = attempts
      .filter(({ account }) => account === id)
      .reduce((sum, { amount }) => sum + amount, 0);
    expect((await wallet.get(`/v1/accounts/${id}`)).balance.amount).toBe(balance - spent);
  }
  const centre = apiOf(running.url, sandbox.staff[0]!.api_key);
  expect(await centre.get('/v1/centre/trial-balance')).toMatchObject({ balanced: true });
  await reportsHave(centre, [...paid.keys()]);
});

test('a hundred requests at once on a switch that has just started are all answered', async () => {
  const state = newState();
  const first = await start(state, {}, command);
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  const running = await start(state, {}, command);
  const sandbox: Sandbox = JSON.parse(readFileSync(join(state, 'sandbox.json'), 'utf8'));
  const wallet = apiOf(running.url, issuerOf(sandbox).api_key);
  const payload = sandbox.merchants[0]!.qr;
  const scans = await Promise.all(Array.from({ length: 100 }, () => wallet.post('/v1/scans', { payload })));
  expect(scans.every((scan) => scan.payable)).toBe(true);
});

const issuerOf = (sandbox: Sandbox) => sandbox.participants[0]!;
const accountsOf = (sandbox: Sandbox) =>
  sandbox.accounts
    .filter(({ participant, currency }) => participant === issuerOf(sandbox).id && currency === 'KGS')
    .slice(0, clients);

async function payUntilKilled(
  url: string,
  sandbox: Sandbox,
  client: number,
  attempts: Attempt[],
): Promise<void> {
  for (;;) {
    const attempt: Attempt = {
      account: accountsOf(sandbox)[client]!.id,
      key: randomUUID(),
      amount: 1 + Math.floor(Math.random() * 100),
      acknowledged: undefined,
    };
    attempts.push(attempt);
    try {
      attempt.acknowledged = await payOnce(url, sandbox, attempt);
    } catch {
      return;
    }
  }
}

function payOnce(url: string, sandbox: Sandbox, { account, key, amount }: Attempt): Promise<Json> {
  const payload = sandbox.merchants[0]!.qr;
  return apiOf(url, issuerOf(sandbox).api_key).post(
    `/v1/accounts/${account}/payments`,
    { payload, amount },
    key,
  );
}

/** All of them, completed, in the report database: also those whose callback or row a kill cut short. */
async function reportsHave(centre: ReturnType<typeof apiOf>, ids: string[]): Promise<void> {
  const untilMs = Date.now() + 40_000;
  for (;;) {
    const found = new Set<string>();
    for (let cursor = ''; ; ) {
      const page = await centre.get(`/v1/centre/reports/payments?status=completed&limit=100${cursor}`);
      for (const { id } of page.data) found.add(id);
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return;
    if (Date.now() > untilMs) expect(missing).toEqual([]);
    await delay(500);
  }
}
