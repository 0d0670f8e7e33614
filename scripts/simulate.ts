/**
 * `npm run simulate`: random histories of the real ledger over a platform that loses messages, repeats them,
 * crashes and sets its clock wrong; after each, every rule is checked. The seed fixes all of it.
 */
import { parseArgs } from 'node:util';
import { installHooks } from './simulate/hooks.ts';
import { mutants } from './simulate/mutants.ts';

const usage = `npm run simulate -- [--seeds N] [--seed S] [--commands M] [--mutant NAME] [--trace]

  --seeds N     how many histories (default 2000)
  --seed S      the first seed (default: a random one); the others follow it
  --commands M  how long each is (default 40)
  --mutant NAME with a mistake made on purpose, to see it found: ${mutants.map(({ name }) => `\n                  ${name}`).join('')}
  --trace       print the hash of everything that happened in each`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    commands: { type: 'string', default: '40' },
    mutant: { type: 'string' },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const [seeds, first, commands] = [values.seeds, values.seed, values.commands].map(Number);
const mutant = mutants.find(({ name }) => name === values.mutant);
const wrong = [seeds, first, commands].some((number) => !Number.isSafeInteger(number) || Number(number) < 0);
if (
  seeds === undefined ||
  first === undefined ||
  commands === undefined ||
  wrong ||
  (values.mutant && !mutant)
) {
  console.error(usage);
  process.exit(2);
}

installHooks(mutant);
// Only now: what it imports passes through the hooks.
const { simulate } = await import('./simulate/run.ts');

console.log(`seeds ${first} to ${first + seeds - 1}, ${commands} commands each`);
const startMs = performance.now();
const sums = { steps: 0, transfers: 0, entries: 0 };
for (let seed = first; seed < first + seeds; seed++) {
  try {
    const { trace, steps, transfers, entries } = await simulate(seed, commands);
    sums.steps += steps;
    sums.transfers += transfers;
    sums.entries += entries;
    if (values.trace) console.log(`${seed} ${trace}`);
  } catch (fault) {
    console.error(`seed ${seed}: ${fault instanceof Error ? fault.stack : String(fault)}`);
    const withMutant = mutant ? ` --mutant '${mutant.name}'` : '';
    console.error(`again: npm run simulate -- --seed ${seed} --seeds 1 --commands ${commands}${withMutant}`);
    process.exit(1);
  }
}
const seconds = (performance.now() - startMs) / 1_000;
console.log(
  `${seeds} runs in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)} a second): ` +
    `${sums.transfers} transfers, ${sums.entries} entries, ${sums.steps} steps; every rule holds`,
);
