/** One run: random commands with faults, then rest, then every rule. The seed fixes all of it. */
import { isId } from '../../src/kernel/index.ts';
import { randomCommand, sweepAll } from './commands.ts';
import { checkConfirmations } from './confirmations.ts';
import { within } from './globals.ts';
import { checkLimits, tellLimits } from './limits.ts';
import { checkRefunds } from './refunds.ts';
import {
  checkAccounts,
  checkAnswers,
  checkAudit,
  checkBalances,
  checkClaims,
  checkReports,
  histories,
} from './rest.ts';
import { Town } from './town.ts';
import { checkUnderWay } from './under-way.ts';
import { Violation, World } from './world.ts';

const minuteMs = 60_000;
// Rounds of a quiet minute each: a transfer that is not finished by then is stuck.
const roundsMax = 60;

export interface Outcome {
  readonly trace: string;
  readonly steps: number;
  readonly transfers: number;
  /** How many of them gave something back. */
  readonly refunds: number;
  /** Loans between the stripes of an account. */
  readonly loans: number;
  readonly entries: number;
}

export function simulate(seed: number, commands: number): Promise<Outcome> {
  const world = new World(seed);
  return within(world, async () => {
    const town = new Town(world);
    world.faults = false;
    await open(town);
    world.faults = true;
    for (let command = 0; command < commands; command++) {
      randomCommand(town);
      // Most overlap; now and then there is a pause.
      await world.pass(world.random(8) === 0 ? world.random(20_000) : world.random(30));
    }
    checkUnderWay(town);
    world.faults = false;
    await rest(town);
    const all = await finished(world, histories(town));
    checkUnderWay(town);
    checkAccounts(town, all);
    checkLimits(town, all);
    checkConfirmations(town, all);
    town.bank.check(all);
    await finished(world, checkBalances(town, all));
    await finished(world, checkAnswers(town));
    await finished(world, checkClaims(town, all));
    await finished(world, checkRefunds(town, all));
    await finished(world, checkReports(town, all));
    // It counts everything again: not every time.
    if (world.random(4) === 0) await finished(world, checkAudit(town));
    for (const entries of all.byName.values()) world.note(entries.at(-1)?.hash ?? '-');
    town.close();
    const entries = all.byBook.reduce((sum, { length }) => sum + length, 0);
    const refunds = town.sent.filter(
      ({ what, answer }) => 'payment' in what && answer?.state === 'completed',
    );
    const loans = all.byBook
      .flat()
      .filter(({ entry: { type, subject } }) => type === 'accept' && isId('gather', subject));
    return {
      trace: world.traceHash(),
      steps: world.steps,
      transfers: town.sent.length,
      refunds: refunds.length,
      loans: loans.length,
      entries,
    };
  });
}

async function open(town: Town): Promise<void> {
  for (const { number } of town.hosts) town.ask(() => town.ledger.book(number).feed(0, 1));
  tellLimits(town);
  for (const account of town.accounts) town.put(account);
  await town.world.pass(1_000);
  for (const payer of town.payers) {
    const amount = BigInt(town.world.random(150));
    if (amount > 0n) town.sendNew(town.funding, town.command(payer, amount, { kind: 'top_up' }));
  }
  await town.world.pass(1_000);
}

/** The machine room is quiet again: accounts are open, and the sweeper comes by every minute. */
async function rest(town: Town): Promise<void> {
  const { world } = town;
  for (const host of town.hosts) host.crash(true);
  // The last claim runs out.
  world.jump(20 * minuteMs);
  for (const account of town.accounts) town.put(account);
  for (let round = 0; ; round++) {
    if (round === roundsMax) throw new Violation(`not at rest after ${roundsMax} minutes`);
    sweepAll(town);
    await world.pass(minuteMs);
    if (round > 0 && town.waiting === 0 && (await isAtRest(town))) return;
  }
}

async function isAtRest(town: Town): Promise<boolean> {
  if (town.reports.waiting > 0 || town.bank.isOpen) return false;
  const waiting = [
    "SELECT 1 FROM claim WHERE state = 'open' LIMIT 1",
    'SELECT 1 FROM confirmation WHERE ended_seq IS NULL LIMIT 1',
  ];
  if (town.hosts.some(({ storage }) => waiting.some((query) => storage.rows(query).length > 0))) return false;
  const { projection } = town.reports.reports;
  const { world, hosts, ledger } = town;
  const marks = await finished(world, projection.watermarks(hosts.map(({ number }) => number)));
  for (const { number } of hosts) {
    const { open, position } = await finished(world, ledger.book(number).sweep(marks.get(number) ?? 0));
    if (open > 0 || position !== (marks.get(number) ?? 0)) return false;
  }
  return true;
}

/** Lets the world go on until a promise has settled. */
async function finished<T>(world: World, promise: Promise<T>): Promise<T> {
  let done = false;
  const settled = promise.finally(() => {
    done = true;
  });
  settled.catch(() => undefined);
  await world.pass(10 * minuteMs, () => done);
  if (!done) throw new Violation('an answer never came');
  return settled;
}
