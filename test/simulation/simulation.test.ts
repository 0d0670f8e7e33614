/**
 * Thousands of short random histories of the real ledger, in a process of their own: the simulation leads
 * the clock, timers and random numbers. Failures name their seed and how to run it again.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { mutants } from '../../scripts/simulate/mutants.ts';

const script = join(import.meta.dirname, '../../scripts/simulate.ts');
// Ten seconds of one core; `npm run simulate -- --seeds N` does more of them, and longer ones.
const runs = 2_000;
const commandsPerRun = 20;
// Several times what any mistake needs to be found.
const mutantRuns = 500;

function simulate(...options: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: string) => {
    output += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

test(`${runs} random histories keep every rule of the ledger`, { timeout: 300_000 }, async () => {
  const { code, output } = await simulate('--seeds', String(runs), '--commands', String(commandsPerRun));
  expect(output).toContain('every rule holds');
  // Histories without refunds, or without loans between stripes, would say nothing about them.
  expect(Number(/(\d+) refunds/.exec(output)?.[1])).toBeGreaterThan(100);
  expect(Number(/(\d+) loans/.exec(output)?.[1])).toBeGreaterThan(5);
  expect(code).toBe(0);
});

test('a seed fixes everything that happens, whatever ran before it', async () => {
  const traces = async (seed: number, seeds: number) => {
    const { output } = await simulate('--seed', String(seed), '--seeds', String(seeds), '--trace');
    return output.match(/^\d+ [0-9a-f]{16}$/gm);
  };
  const [all, last] = await Promise.all([traces(7, 5), traces(11, 1)]);
  expect(all).toHaveLength(5);
  expect(last).toEqual(all?.slice(-1));
  expect(new Set(all?.map((line) => line.split(' ')[1])).size).toBe(5);
});

test('a run that breaks a rule names its seed, and how to run it again', async () => {
  const [mutant] = mutants;
  const { code, output } = await simulate('--mutant', mutant!.name, '--seed', '1', '--seeds', '300');
  const seed = /^seed (\d+): (Violation|Bug): /m.exec(output)?.[1];
  expect(output).toContain(
    `again: npm run simulate -- --seed ${seed} --seeds 1 --commands 40 --mutant '${mutant!.name}'`,
  );
  expect(code).toBe(1);
});

describe('a simulation that finds nothing proves nothing:', () => {
  let output = '';
  beforeAll(async () => {
    ({ output } = await simulate('--mutants', '--seed', '1', '--seeds', String(mutantRuns)));
  }, 300_000);

  test.each(mutants)('a ledger that $name is found out', ({ name }) => {
    expect(output).toContain(`\nfound: a ledger that ${name}, by seed `);
  });
});
