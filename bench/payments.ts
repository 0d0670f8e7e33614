/**
 * Payments per second over HTTP with durable writes, the switch and a peer in turn on one machine: a static
 * code is paid with bearer key, idempotency key, decode, debit, credit, both entries and the outbox on disk
 * before the answer, while the reports are written beside it.
 *
 * Both stand ready all the time, but only one is asked at a time, and its turn ends when its reports have
 * caught up: an idle process costs nothing, and neither pays for the other's start or backlog. Rounds alternate, who
 * goes first alternates too, and the median round counts.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ceiling } from './load/ceiling.ts';
import { randomFrom, uniform, zipf } from './load/chance.ts';
import type { City } from './load/city.ts';
import { load, type Outcome, type Shot } from './load/client.ts';
import { machine } from './load/machine.ts';
import { switchCity } from './load/switch.ts';
import { type PeerStyle, postgresPeer } from './peers/postgres/index.ts';

const seed = 20_261_122;
const amountMax = 1_000;
const workloads: Record<string, (merchants: number, random: () => number) => () => number> = {
  uniform,
  zipf: (merchants, random) => zipf(merchants, 1, random),
  hot: () => () => 0,
};

interface Side {
  readonly name: string;
  /** One, or several processes with payers and merchants of their own. */
  readonly parts: readonly Part[];
}

interface Part {
  readonly city: City;
  /** What it has been paid so far. */
  payments: number;
  amountMinor: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const options = read(args);
  const { payers, merchants, books, names, clients, rounds } = options;
  console.log(machine());
  const sides: Side[] = [];
  const join = (name: string, ...cities: City[]) =>
    sides.push({ name, parts: cities.map((city) => ({ city, payments: 0, amountMinor: 0 })) });
  try {
    for (const style of options.peers) {
      const peer = await postgresPeer(style, payers, merchants);
      console.log(`${style}: ${peer?.name ?? 'none, there is no PostgreSQL on this machine'}`);
      if (peer) join(style, peer);
    }
    if (options.processes > 1) {
      const cities: City[] = [];
      for (let n = 0; n < options.processes; n++) cities.push(await switchCity(payers, merchants, books));
      join(`${options.processes} switches`, ...cities);
    }
    const city = await switchCity(payers, merchants, books);
    join('switch', city);
    sides.reverse();
    await Promise.all(sides.map((side) => settle(side)));
    const results: Result[] = [];
    const most = await ceiling(Math.max(...clients), shots({ city }, 'uniform', 0).next);
    console.log(
      `generator: at most ${Math.round(most.perSecond)}/s against a server that only answers, ` +
        `${most.generatorUs.toFixed(0)} µs of CPU per request`,
    );
    console.log(heading);
    for (const workload of names) {
      for (const count of clients) {
        const outcomes = new Map(sides.map(({ name }) => [name, [] as Outcome[]]));
        for (let round = 0; round < rounds; round++) {
          for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
            outcomes.get(side.name)?.push(await turn(side, workload, count, round, options));
          }
        }
        const medians = Object.fromEntries([...outcomes].map(([name, all]) => [name, median(all)]));
        const result = { workload, clients: count, outcomes: medians };
        results.push(result);
        for (const line of linesOf(result)) console.log(line);
      }
    }
    console.log('books add up on every side; every payment has its report row');
    console.log(JSON.stringify({ machine: machine(), options, generator: most, results }));
  } finally {
    for (const { city } of sides.flatMap(({ parts }) => parts)) await city.close();
  }
}

function read(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      payers: { type: 'string', default: '1000' },
      merchants: { type: 'string', default: '200' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      clients: { type: 'string' },
      workloads: { type: 'string', default: Object.keys(workloads).join(',') },
      books: { type: 'string', default: process.env.TOLOM_BOOKS || '1' },
      peers: { type: 'string', default: 'statements,function' },
      processes: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
    },
  });
  const names = values.workloads.split(',');
  const unknown = names.find((name) => !(name in workloads));
  if (unknown !== undefined) throw new Error(`no workload ${unknown}: ${Object.keys(workloads).join(', ')}`);
  const { quick } = values;
  return {
    payers: Number(quick ? '100' : values.payers),
    merchants: Number(quick ? '20' : values.merchants),
    books: Number(values.books),
    processes: Number(values.processes),
    seconds: Number(values.seconds ?? (quick ? '1' : '10')),
    warmUpSeconds: quick ? 0.5 : 2,
    rounds: Number(values.rounds ?? (quick ? '1' : '3')),
    clients: (values.clients ?? (quick ? '32' : '32,128')).split(',').map(Number),
    names,
    peers: values.peers.split(',').filter((style) => style !== '') as PeerStyle[],
  };
}

/** One side is paid for one round, and is quiet again before the other's turn. */
async function turn(
  { name, parts }: Side,
  workload: string,
  clients: number,
  round: number,
  { seconds, warmUpSeconds }: { seconds: number; warmUpSeconds: number },
): Promise<Outcome> {
  const outcomes = await Promise.all(
    parts.map(async (part) => {
      const { next, amountMinor } = shots(part, workload, round);
      const outcome = await load({
        url: part.city.url,
        clients: clients / parts.length,
        seconds,
        warmUpSeconds,
        next,
        good: (status, body) => status === 201 && body.includes('"status":"completed"'),
      });
      part.payments += outcome.answersInAll;
      part.amountMinor += amountMinor();
      return outcome;
    }),
  );
  const failed = outcomes.find(({ failures }) => failures > 0);
  if (failed) {
    throw new Error(`${name}: ${failed.failures} payments failed, the first with ${failed.firstFailure}`);
  }
  await settle({ name, parts });
  return together(outcomes);
}

/** Rates add up; of waiting times the longest part's counts. */
function together(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
  const most = (of: (outcome: Outcome) => number) => Math.max(...outcomes.map(of));
  return {
    ...outcomes[0]!,
    answers: sum(({ answers }) => answers),
    answersInAll: sum(({ answersInAll }) => answersInAll),
    perSecond: sum(({ perSecond }) => perSecond),
    p50Ms: most(({ p50Ms }) => p50Ms),
    p99Ms: most(({ p99Ms }) => p99Ms),
    // The generator is one: each part has counted the work for all.
    generatorUs: most(({ generatorUs }) => generatorUs) / outcomes.length,
  };
}

async function settle({ name, parts }: Side): Promise<void> {
  for (const { city, payments, amountMinor } of parts) {
    const wrong = await city.audit(payments, amountMinor);
    if (wrong.length > 0) throw new Error(`${name}: ${wrong.join('; ')}`);
  }
}

/** Payments of one workload: the same sequence for both sides, another one each round. */
function shots({ city }: Pick<Part, 'city'>, workload: string, round: number) {
  const random = randomFrom(seed + round);
  const payer = uniform(city.payers.length, random);
  const merchant = workloads[workload]!(city.codes.length, random);
  let paidMinor = 0;
  const next = (): Shot => {
    const amount = 1 + Math.floor(random() * amountMax);
    paidMinor += amount;
    return {
      method: 'POST',
      path: `/v1/accounts/${city.payers[payer()]}/payments`,
      headers: {
        authorization: `Bearer ${city.walletKey}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ payload: city.codes[merchant()], amount }),
    };
  };
  return { next, amountMinor: () => paidMinor };
}

interface Result {
  readonly workload: string;
  readonly clients: number;
  /** By side. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

const median = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.toSorted((left, right) => left.perSecond - right.perSecond)[
    Math.floor((outcomes.length - 1) / 2)
  ]!;

const heading = 'workload  clients  side         payments/s   switch ÷ side    p50 / p99 ms   generator µs';

function* linesOf({ workload, clients, outcomes }: Result): Generator<string> {
  for (const [name, { perSecond, p50Ms, p99Ms, generatorUs }] of Object.entries(outcomes)) {
    const ratio = name === 'switch' ? '' : (outcomes.switch!.perSecond / perSecond).toFixed(2);
    yield [
      workload.padEnd(8),
      String(clients).padStart(8),
      ` ${name.padEnd(12)}`,
      perSecond.toFixed(0).padStart(9),
      ratio.padStart(15),
      `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)}`.padStart(15),
      generatorUs.toFixed(0).padStart(14),
    ].join(' ');
  }
}
