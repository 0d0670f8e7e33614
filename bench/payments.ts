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
import { postgresPeer } from './peers/postgres/index.ts';

const seed = 20_261_122;
const amountMax = 1_000;
const workloads: Record<string, (merchants: number, random: () => number) => () => number> = {
  uniform,
  zipf: (merchants, random) => zipf(merchants, 1, random),
  hot: () => () => 0,
};

interface Side {
  readonly name: 'switch' | 'peer';
  readonly city: City;
  /** What it has been paid so far. */
  payments: number;
  amountMinor: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const options = read(args);
  const { payers, merchants, books, names, clients, rounds } = options;
  console.log(machine());
  const peer = options.peer ? await postgresPeer(payers, merchants) : undefined;
  if (peer) console.log(`peer: ${peer.name}`);
  else
    console.log(options.peer ? 'peer: none, there is no PostgreSQL on this machine' : 'peer: not asked for');
  const sides: Side[] = [];
  try {
    if (peer) sides.push({ name: 'peer', city: peer, payments: 0, amountMinor: 0 });
    const city = await switchCity(payers, merchants, books);
    sides.unshift({ name: 'switch', city, payments: 0, amountMinor: 0 });
    await Promise.all(sides.map((side) => settle(side)));
    const results: Result[] = [];
    const most = await ceiling(Math.max(...clients), shots(sides[0]!, 'uniform', 0).next);
    console.log(
      `generator: at most ${Math.round(most.perSecond)}/s against a server that only answers, ` +
        `${most.generatorUs.toFixed(0)} µs of CPU per request`,
    );
    console.log(heading);
    for (const workload of names) {
      for (const count of clients) {
        const outcomes: Record<Side['name'], Outcome[]> = { switch: [], peer: [] };
        for (let round = 0; round < rounds; round++) {
          for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
            outcomes[side.name].push(await turn(side, workload, count, round, options));
          }
        }
        const result = {
          workload,
          clients: count,
          switch: median(outcomes.switch),
          peer: peer ? median(outcomes.peer) : undefined,
        };
        results.push(result);
        console.log(line(result));
      }
    }
    console.log('books add up on every side; every payment has its report row');
    console.log(JSON.stringify({ machine: machine(), peer: peer?.name, options, generator: most, results }));
  } finally {
    for (const { city } of sides) await city.close();
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
      'no-peer': { type: 'boolean', default: false },
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
    seconds: Number(values.seconds ?? (quick ? '1' : '10')),
    warmUpSeconds: quick ? 0.5 : 2,
    rounds: Number(values.rounds ?? (quick ? '1' : '3')),
    clients: (values.clients ?? (quick ? '32' : '32,128')).split(',').map(Number),
    names,
    peer: !values['no-peer'],
  };
}

/** One side is paid for one round, and is quiet again before the other's turn. */
async function turn(
  side: Side,
  workload: string,
  clients: number,
  round: number,
  { seconds, warmUpSeconds }: { seconds: number; warmUpSeconds: number },
): Promise<Outcome> {
  const { next, amountMinor } = shots(side, workload, round);
  const outcome = await load({
    url: side.city.url,
    clients,
    seconds,
    warmUpSeconds,
    next,
    good: (status, body) => status === 201 && body.includes('"status":"completed"'),
  });
  if (outcome.failures > 0) {
    throw new Error(
      `${side.name}: ${outcome.failures} payments failed, the first with ${outcome.firstFailure}`,
    );
  }
  side.payments += outcome.answersInAll;
  side.amountMinor += amountMinor();
  await settle(side);
  return outcome;
}

async function settle({ name, city, payments, amountMinor }: Side): Promise<void> {
  const wrong = await city.audit(payments, amountMinor);
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.join('; ')}`);
}

/** Payments of one workload: the same sequence for both sides, another one each round. */
function shots({ city }: Pick<Side, 'city'>, workload: string, round: number) {
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
  readonly switch: Outcome;
  readonly peer: Outcome | undefined;
}

const median = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.toSorted((left, right) => left.perSecond - right.perSecond)[
    Math.floor((outcomes.length - 1) / 2)
  ]!;

const heading =
  'workload  clients   switch/s     peer/s   ratio   switch p50 / p99 ms     peer p50 / p99 ms   generator µs';

function line({ workload, clients, switch: ours, peer }: Result): string {
  const times = (outcome?: Outcome) =>
    outcome ? `${outcome.p50Ms.toFixed(1)} / ${outcome.p99Ms.toFixed(1)}` : '–';
  return [
    workload.padEnd(8),
    String(clients).padStart(8),
    ours.perSecond.toFixed(0).padStart(10),
    (peer?.perSecond.toFixed(0) ?? '–').padStart(10),
    (peer ? (ours.perSecond / peer.perSecond).toFixed(2) : '–').padStart(7),
    times(ours).padStart(21),
    times(peer).padStart(21),
    `${ours.generatorUs.toFixed(0)} / ${peer?.generatorUs.toFixed(0) ?? '–'}`.padStart(14),
  ].join(' ');
}
