/** A disk that is full: payments are refused, none that was acknowledged is lost, and it goes on once there is space. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { apiOf } from '../../scripts/sandbox/api.ts';
import { cleanUp, lives, newState, type Started, start, until } from './harness.ts';
import { adminOf, launcher, type Payment, pay, sandboxIn, walletsOf } from './wallets.ts';

const diskBytes = 64 * 1024 * 1024;
// What is left when it is full: a few payments' worth.
const leftBytes = 256 * 1024;
// Each payment writes more than one page: long before so many there is no space left.
const paymentsMax = 2_000;

let mounted: string | undefined;
afterEach(async () => {
  // Lazily: whoever still has something open there goes a moment later.
  if (mounted) execFileSync('umount', ['--lazy', mounted]);
  mounted = undefined;
  await cleanUp();
});

/** A small disk of its own, where this user may mount one. */
function smallDisk(state: string): void {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', state], { stdio: 'ignore' });
    mounted = state;
  } catch {
    // Not allowed: `fill` has another way.
  }
}

/** Nothing can be written any more, as far as this user can bring that about. */
function fill(state: string, { workerdPid }: Started): void {
  if (mounted) {
    const { bavail, bsize } = statfsSync(state);
    writeFileSync(join(state, 'filler'), Buffer.alloc(bavail * bsize - leftBytes));
  } else {
    // No file grows: workerd dies of the attempt.
    execFileSync('prlimit', ['--pid', String(workerdPid), '--fsize=4096']);
  }
}

test('a full disk: payments are refused, none that was acknowledged is lost, and all goes on once there is space', async () => {
  const state = newState();
  smallDisk(state);
  let running = await start(state, { TOLOM_BOOKS: '2' }, launcher);
  const sandbox = sandboxIn(state);
  const [wallets, qr] = [walletsOf(sandbox), sandbox.merchants[0]!.qr];
  const acknowledged: Payment[] = [];
  const refused: Pick<Payment, 'wallet' | 'key'>[] = [];
  const payNext = async () => {
    const wallet = wallets[(acknowledged.length + refused.length) % wallets.length]!;
    const key = randomUUID();
    const outcome = await pay(running.url, wallet, qr, key).catch(() => undefined);
    if (outcome?.answer.status === 'completed') acknowledged.push({ wallet, key, answer: outcome.answer });
    else refused.push({ wallet, key });
    return outcome;
  };
  await payNext();
  expect(acknowledged).toHaveLength(1);

  fill(state, running);
  for (let count = 0; refused.length < 10 && count < paymentsMax; count++) {
    const outcome = await payNext();
    // Told so, if anybody is there to tell it.
    if (outcome && outcome.answer.status !== 'completed') expect(outcome.answer.code).toBe('switch.error');
  }
  expect(refused).toHaveLength(10);

  rmSync(join(state, 'filler'), { force: true });
  if (!mounted) {
    await running.exited;
    running = await start(state, { TOLOM_BOOKS: '2' }, launcher);
  }
  expect(lives(running.workerdPid)).toBe(true);
  for (const { wallet, key, answer } of acknowledged) {
    expect((await pay(running.url, wallet, qr, key)).answer).toEqual(answer);
  }
  for (const { wallet, key } of refused) {
    expect((await pay(running.url, wallet, qr, key)).answer.status).toBe('completed');
  }
  const admin = apiOf(running.url, adminOf(sandbox));
  await until(async () => {
    const { data } = await admin.get('/v1/centre/reports/payments?status=completed&limit=100');
    return data.length === Math.min(acknowledged.length + refused.length, 100);
  }, 90_000);
  expect(await admin.get('/v1/centre/trial-balance')).toMatchObject({ balanced: true });
});
