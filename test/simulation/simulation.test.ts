/**
 * Thousands of short random histories of the real ledger, in a process of their own: the simulation leads
 * the clock, timers and random numbers. Failures name their seed and how to run it again.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutants } from '../../scripts/simulate/mutants.ts';

const script = join(import.meta.dirname, '../../scripts/simulate.ts');
// A third of a minute; `npm run simulate -- --seeds N` does more of them, and longer ones.
const runs = 2_000;
const commandsPerRun = 20;
// Far more than any mistake needs to be found.
const mutantRuns = 300;

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
  expect(code).toBe(0);
});

test('a seed fixes everything that happens', async () => {
  const traces = async () => {
    const { output } = await simulate('--seeds', '5', '--seed', '7', '--trace');
    return output.match(/^\d+ [0-9a-f]{16}$/gm);
  };
  const [first, second] = [await traces(), await traces()];
  expect(first).toHaveLength(5);
  expect(second).toEqual(first);
  expect(new Set(first?.map((line) => line.split(' ')[1])).size).toBe(5);
});

test.each(mutants)('a ledger that $name is found out', async ({ name }) => {
  const { code, output } = await simulate('--mutant', name, '--seed', '1', '--seeds', String(mutantRuns));
  expect(output).toMatch(/^seed \d+: (Violation|Bug): /m);
  expect(output).toContain(`--commands 40 --mutant '${name}'`);
  expect(code).toBe(1);
});
