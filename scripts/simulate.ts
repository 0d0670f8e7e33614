/**
 * `npm run simulate`: random histories of the real ledger over a platform that loses messages, repeats them,
 * crashes and sets its clock wrong; after each, every rule is checked. The seed fixes all of it.
 */
import { parseArgs } from 'node:util';
import { installHooks } from './simulate/hooks.ts';
import { mutants } from './simulate/mutants.ts';

const usage = `npm run simulate -- [--seeds N] [--seed S] [--commands M] [--mutants | --mutant NAME] [--trace]

  --seeds N     how many histories (default 2000)
  --seed S      the first seed (default: a random one); the others follow it
  --commands M  how long each is (default 40)
  --trace       print the hash of everything that happened in each
  --mutants     with mistakes made on purpose, one after the other: each has to be found
  --mutant NAME with one of them: ${mutants.map(({ name }) => `\n                  ${name}`).join('')}`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    commands: { type: 'string', default: '40' },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const numbers = {
  seeds: Number(values.seeds),
  first: Number(values.seed),
  commands: Number(values.commands),
};
const mutant =
  values.mutant === undefined ? undefined : mutants.findIndex(({ name }) => name === values.mutant);
if (Object.values(numbers).some((number) => !Number.isSafeInteger(number) || number < 0) || mutant === -1) {
  console.error(usage);
  process.exit(2);
}

const counted = ['steps', 'transfers', 'refunds', 'loans', 'entries'] as const;
installHooks();
const { seeds, first, commands } = numbers;
console.log(`seeds ${first} to ${first + seeds - 1}, ${commands} commands each`);
const ok = values.mutants ? await allMutantsAreFound() : await everyRuleHolds();
// Of a run that was broken off something may still be waiting.
process.exit(ok ? 0 : 1);

async function everyRuleHolds(): Promise<boolean> {
  const startMs = performance.now();
  const outcome = await histories(mutant);
  if ('fault' in outcome) {
    const { seed, fault } = outcome;
    console.error(`seed ${seed}: ${fault instanceof Error ? fault.stack : String(fault)}`);
    const withMutant = values.mutant === undefined ? '' : ` --mutant '${values.mutant}'`;
    console.error(`again: npm run simulate -- --seed ${seed} --seeds 1 --commands ${commands}${withMutant}`);
    return false;
  }
  const seconds = (performance.now() - startMs) / 1_000;
  console.log(
    `${seeds} runs in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)} a second): ` +
      `${outcome.transfers} transfers, ${outcome.refunds} refunds among them, ${outcome.loans} loans between stripes, ` +
      `${outcome.entries} entries, ${outcome.steps} steps; every rule holds`,
  );
  return true;
}

async function allMutantsAreFound(): Promise<boolean> {
  let found = 0;
  for (const [index, { name }] of mutants.entries()) {
    // A mistake that cannot be made any more, because the source has changed, is no mistake found.
    const outcome = await histories(index).catch((fault) => ({ unmade: fault }));
    if ('fault' in outcome) found++;
    console.log(
      'fault' in outcome
        ? `found: a ledger that ${name}, by seed ${outcome.seed}: ${String(outcome.fault)}`
        : `NOT FOUND: a ledger that ${name}${'unmade' in outcome ? `: ${String(outcome.unmade)}` : ''}`,
    );
  }
  console.log(`${found} of ${mutants.length} mistakes are found`);
  return found === mutants.length;
}

/** Runs seed after seed until something is wrong. */
async function histories(mutant: number | undefined) {
  const query = mutant === undefined ? '' : `?mutant=${mutant}`;
  // Only now: what it imports passes through the hooks.
  const { simulate }: typeof import('./simulate/run.ts') = await import(`./simulate/run.ts${query}`);
  const sums = { steps: 0, transfers: 0, refunds: 0, loans: 0, entries: 0 };
  for (let seed = first; seed < first + seeds; seed++) {
    try {
      const outcome = await simulate(seed, commands);
      for (const what of counted) sums[what] += outcome[what];
      if (values.trace) console.log(`${seed} ${outcome.trace}`);
    } catch (fault) {
      return { seed, fault };
    }
  }
  return sums;
}
