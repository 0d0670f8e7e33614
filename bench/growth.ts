/**
 * What grows and what does not: the cost of one payment beside ten entries and beside a million, among a
 * thousand accounts and among a hundred thousand; cold start, memory and bundle. A payment is counted in rows
 * and instructions, which do not depend on how busy the machine is; never in seconds.
 *
 * Cities are filled by the ledger's own engine while nobody serves them, then served by the product's Worker
 * with a meter on its books. All stand ready together and are paid in turns.
 */
import { parseArgs } from 'node:util';
import { measureBundle } from './growth/bundle.ts';
import { breakGround, clear } from './growth/city.ts';
import { whyNotCounted } from './growth/instructions.ts';
import { measureMemory } from './growth/memory.ts';
import { type Case, type City, found, keyOf, measurePayments, reconcile } from './growth/payments.ts';
import { measureStart, type Start } from './growth/start.ts';
import { print } from './growth/table.ts';
import { machine } from './load/machine.ts';

const books = 64;

export async function run(args: readonly string[]): Promise<void> {
  const options = read(args);
  console.log(machine());
  const uncounted = whyNotCounted();
  if (uncounted) console.log(`Instructions are not counted, only rows: ${uncounted}.`);
  const bundle = await measureBundle();
  const ground = await breakGround(books);
  const cities = new Map<string, City>();
  try {
    const cases = casesOf(options);
    for (const { plan } of cases) {
      if (!cities.has(keyOf(plan))) cities.set(keyOf(plan), await found(ground, plan));
    }
    const costs = await measurePayments(ground, cities, cases, options, uncounted === undefined);
    if (options.reconcile) for (const city of cities.values()) await reconcile(city);
    const starts: Start[] = [];
    for (const city of cities.values()) {
      await city.serving.running.stop();
      starts.push(await measureStart(ground, city));
    }
    const memory = await measureMemory(ground, cities);
    print({ costs, starts, memory, bundle });
    console.log(JSON.stringify({ machine: machine(), options, costs, starts, memory, bundle }));
  } finally {
    for (const { serving } of cities.values()) await serving.running.stop();
    await clear(ground);
  }
}

function read(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      entries: { type: 'string' },
      accounts: { type: 'string' },
      payments: { type: 'string' },
      rounds: { type: 'string' },
      'warm-up': { type: 'string' },
      clients: { type: 'string', default: '8' },
      reconcile: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  const numbers = (text: string) => text.split(',').map(Number);
  return {
    entries: numbers(values.entries ?? (quick ? '10,1000' : '10,10000,1000000')),
    accounts: numbers(values.accounts ?? (quick ? '100,1000' : '1000,100000')),
    payments: Number(values.payments ?? (quick ? '200' : '2000')),
    warmUp: Number(values['warm-up'] ?? (quick ? '200' : '3000')),
    rounds: Number(values.rounds ?? (quick ? '1' : '5')),
    clients: Number(values.clients),
    reconcile: values.reconcile,
  };
}

function casesOf({ entries, accounts }: ReturnType<typeof read>): Case[] {
  const few = accounts[0] ?? 1;
  const many = accounts.at(-1) ?? few;
  const middle = entries[1] ?? entries[0] ?? 0;
  const said = (count: number) => count.toLocaleString('en');
  const cases = entries.map(
    (count): Case => ({
      group: 'entries of the merchant',
      name: said(count),
      plan: { accounts: few, entries: count, spread: 'one book' },
      paying: few,
    }),
  );
  for (const spread of ['one book', 'all books'] as const) {
    const group = spread === 'one book' ? 'accounts in one book' : `accounts in ${books} books`;
    const plan = (count: number) => ({ accounts: count, entries: middle, spread });
    cases.push({ group, name: said(few), plan: plan(few), paying: few });
    cases.push({ group, name: `${said(many)}, ${said(few)} of them pay`, plan: plan(many), paying: few });
    cases.push({ group, name: `${said(many)}, all of them pay`, plan: plan(many), paying: many });
  }
  return cases;
}
