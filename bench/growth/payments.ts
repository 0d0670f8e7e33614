/** The cities, and what a payment costs in each. */
import { randomUUID } from 'node:crypto';
import { randomFrom, uniform } from '../load/chance.ts';
import type { Shot } from '../load/client.ts';
import { filesOf, type Ground, type Serving, serve, settleOn } from './city.ts';
import { drive } from './drive.ts';
import { fill } from './fill.ts';
import { instructionsOf } from './instructions.ts';
import type { Rows } from './meter.ts';

const seed = 20_261_122;
const amountMax = 1_000;
// Rows are the same for every payment that comes alone, so some are enough.
const alonePayments = 300;
// A payment between books is settled by the payer's book within five seconds.
const settledWithinMs = 6_000;

export interface Plan {
  readonly accounts: number;
  /** Of the merchant. */
  readonly entries: number;
  readonly spread: 'one book' | 'all books';
}

export interface City extends Plan {
  readonly folder: string;
  readonly serving: Serving;
  readonly payers: readonly string[];
}

/** One line of the table, compared with the first of its group. */
export interface Case {
  readonly group: string;
  readonly name: string;
  readonly plan: Plan;
  /** How many of the accounts pay; the others are only there. */
  readonly paying: number;
}

/** Of one payment. */
export interface Cost extends Pick<Case, 'group' | 'name'> {
  /** In all books, when each payment comes alone. */
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Of the whole process, when several come together: scan, payment, reports. Null where nobody may count. */
  readonly instructions: number | null;
}

export const keyOf = ({ accounts, entries, spread }: Plan): string =>
  `${accounts} accounts, ${entries} entries, ${spread}`;

export async function found(ground: Ground, plan: Plan): Promise<City> {
  const folder = await settleOn(ground, keyOf(plan));
  const startedMs = Date.now();
  const { payers } = await fill(
    filesOf(ground, folder),
    {
      ...{ issuer: ground.issuer, merchant: ground.merchant, payers: plan.accounts, payments: plan.entries },
      payerBooks: plan.spread === 'one book' ? [ground.merchantBook] : [...Array(ground.books).keys()],
    },
    randomFrom(seed),
  );
  console.log(`filled in ${((Date.now() - startedMs) / 1_000).toFixed(1)} s: ${keyOf(plan)}`);
  return { ...plan, folder, payers, serving: await serve(ground.folder, folder, ground.books) };
}

export async function measurePayments(
  ground: Ground,
  cities: ReadonlyMap<string, City>,
  cases: readonly Case[],
  { warmUp, payments, rounds, clients }: Record<'warmUp' | 'payments' | 'rounds' | 'clients', number>,
  counted: boolean,
): Promise<Cost[]> {
  const rows: Rows[] = [];
  const instructions = cases.map((): number[] => []);
  const cityOf = ({ plan }: Case) => cities.get(keyOf(plan))!;
  for (const [index, one] of cases.entries()) {
    const city = cityOf(one);
    // Code is compiled, caches are filled; once, so that no process has more behind it than another.
    const isFirst = cases.findIndex(({ plan }) => keyOf(plan) === keyOf(one.plan)) === index;
    if (isFirst) await pay(ground, city, one.paying, warmUp, clients);
    rows[index] = await rowsOf(ground, city, one.paying);
  }
  for (let round = 0; counted && round < rounds; round++) {
    for (const [index, one] of cases.entries()) {
      const city = cityOf(one);
      const pid = city.serving.running.workerdPid;
      const count = await instructionsOf(pid, () => pay(ground, city, one.paying, payments, clients));
      instructions[index]!.push(count / payments);
    }
  }
  return cases.map(({ group, name }, index) => ({
    ...{ group, name },
    rowsRead: rows[index]!.read / alonePayments,
    rowsWritten: rows[index]!.written / alonePayments,
    instructions: median(instructions[index]!),
  }));
}

/** Pays, and waits until the reports have it all. */
async function pay(
  ground: Ground,
  city: City,
  paying: number,
  count: number,
  clients: number,
): Promise<void> {
  const { localUrl } = city.serving.running;
  await drive(localUrl, { clients, count, next: shots(ground, city, paying) });
  await untilReported(ground, city);
}

async function untilReported({ books }: Ground, { serving }: City): Promise<void> {
  while ((await serving.bench(`/bench/behind?to=${books}`)) !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Of payments one after the other; nobody else asks the books anything meanwhile. */
async function rowsOf(ground: Ground, city: City, paying: number): Promise<Rows> {
  const { running, bench } = city.serving;
  await bench(`/bench/rows?to=${ground.books}&count=on`);
  await drive(running.localUrl, { clients: 1, count: alonePayments, next: shots(ground, city, paying) });
  if (city.spread === 'all books') await new Promise((resolve) => setTimeout(resolve, settledWithinMs));
  return (await bench(`/bench/rows?to=${ground.books}&count=off`)) as Rows;
}

let sequences = 0;

/** Payments to the merchant by payers chosen evenly; another sequence each time. */
export function shots({ walletKey, code }: Ground, { payers }: City, paying: number): () => Shot {
  const random = randomFrom(seed + ++sequences);
  const payer = uniform(paying, random);
  return () => ({
    method: 'POST',
    path: `/v1/accounts/${payers[payer()]}/payments`,
    headers: {
      authorization: `Bearer ${walletKey}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ payload: code, amount: 1 + Math.floor(random() * amountMax) }),
  });
}

/** What was filled past the switch, and paid through it, must agree in every hash, sum and row. */
export async function reconcile({ serving: { admin }, ...plan }: City): Promise<void> {
  const path = '/v1/centre/reconciliations';
  // Asking goes on with the run that is under way.
  const { id } = await admin.post(path, {});
  let run = await admin.get(`${path}/${id}`);
  while (run.status === 'running') {
    await admin.post(path, {});
    run = await admin.get(`${path}/${id}`);
  }
  if (run.findings_count > 0) throw new Error(`${keyOf(plan)}: ${JSON.stringify(run.findings)}`);
  console.log(`reconciled: ${keyOf(plan)}: ${run.entries} entries checked, ${run.rows_compared} compared`);
}

const median = (values: readonly number[]): number | null =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? null;
