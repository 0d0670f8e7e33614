/**
 * `npm run chaos`: a real switch under load is killed at random moments and started again; afterwards nothing
 * acknowledged is missing, nothing is paid twice or given back beyond what was paid, and histories, reports and
 * callbacks tell the same. The last line is JSON.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildCity } from './chaos/city.ts';
import { startLoad } from './chaos/clients.ts';
import { type Found, readBooks, readCallbacks, readFindings, readReports } from './chaos/found.ts';
import { isSound, judge, wrongCallbacks, wrongReports } from './chaos/judge.ts';
import { randomOf } from './chaos/random.ts';
import { receiver as newReceiver } from './chaos/receiver.ts';
import { answerAll, eventually, patienceMs } from './chaos/settle.ts';
import { newSwitch } from './chaos/switch.ts';
import { apiOf } from './sandbox/api.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    record: { type: 'string' },
  },
});
const numbers = { kills: Number(values.kills), seconds: Number(values.seconds), seed: Number(values.seed) };
if (Object.values(numbers).some((number) => !Number.isSafeInteger(number) || number < 0)) {
  console.error('npm run chaos -- [--kills 10] [--seconds 60] [--seed S] [--record FILE]');
  process.exit(2);
}
// What is told at most of what went wrong.
const problemsShown = 20;
const startMs = Date.now();
const say = (text: string) =>
  console.log(`${((Date.now() - startMs) / 1_000).toFixed(1).padStart(6)} s  ${text}`);

process.exitCode = (await chaos(numbers)) ? 0 : 1;

async function chaos({ kills, seconds, seed }: typeof numbers): Promise<boolean> {
  say(`seed ${seed}: ${kills} kills in ${seconds} s`);
  const random = randomOf(seed);
  const chaosSwitch = await newSwitch();
  const receiver = await newReceiver(random);
  const interrupted = () => void chaosSwitch.close().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  try {
    const { adminKey } = chaosSwitch;
    let url = await chaosSwitch.start();
    const city = await buildCity(url, adminKey, receiver);
    say(`${city.payers.length} payers, ${city.merchants.length} merchants; the load begins`);

    const load = startLoad(chaosSwitch, city, random);
    const { attempts, problems } = load;
    const answered = () => attempts.filter(({ acknowledged }) => acknowledged).length;
    const loadMs = Date.now();
    const momentsMs = Array.from({ length: kills }, () => random.below(seconds * 1_000)).sort(
      (a, b) => a - b,
    );
    for (const [index, momentMs] of momentsMs.entries()) {
      // A start takes a while: a moment that has passed by then comes at once, or a little later.
      const dueMs = Math.max(momentMs - (Date.now() - loadMs), random.below(700));
      await delay(dueMs);
      await chaosSwitch.kill();
      say(`kill ${index + 1}: ${answered()} of ${attempts.length} requests answered so far`);
      url = await chaosSwitch.start();
    }
    await delay(Math.max(seconds * 1_000 - (Date.now() - loadMs), 1_000));
    await load.stop();
    say(`the load has ended: ${answered()} of ${attempts.length} answered; the others are asked again`);

    const untilMs = Date.now() + patienceMs;
    await answerAll(url, attempts, problems, untilMs);
    const admin = apiOf(url, adminKey);
    const books = await readBooks(url, adminKey, city, attempts);
    const { payments, refunds } = books;
    const lost = payments.filter(({ refusal }) => refusal?.code === 'order.already_paid').length;
    say(`${payments.length} payments, ${lost} of them too late for an order, ${refunds.length} refunds`);
    say('reports and callbacks catch up');
    const known = { ...books, city, attempts };
    const reports = await eventually(
      () => readReports(admin),
      (read) => wrongReports(known, read),
      untilMs,
    );
    const callbacks = await eventually(
      () => readCallbacks(admin, receiver),
      (read) => wrongCallbacks(known, read),
      untilMs,
    );
    say(`${receiver.received.size} callbacks received, ${callbacks.parked.length} parked`);
    const findings = await readFindings(admin);
    const found: Found = {
      ...known,
      ...{ reports, callbacks, findings },
      problems: [...problems, ...receiver.problems],
    };
    if (values.record !== undefined) writeFileSync(values.record, JSON.stringify(found));

    const verdict = judge(found);
    for (const problem of verdict.problems.slice(0, problemsShown)) say(`NOT SO: ${problem}`);
    const { acked, missing, duplicated, open, clearing } = verdict;
    const ok = isSound(verdict);
    console.log(JSON.stringify({ acked, missing, duplicated, open, clearing, kills, ok }));
    return ok;
  } finally {
    await chaosSwitch.close();
    await receiver.close();
  }
}
