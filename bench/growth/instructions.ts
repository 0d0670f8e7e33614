/**
 * Instructions that a process executes, counted by the processor through `perf`: the same work costs the
 * same, however busy the machine is. Not every machine lets one count.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const event = 'instructions:u';

/** Why instructions cannot be counted here; undefined when they can. */
export function whyNotCounted(): string | undefined {
  const { error, status, stderr } = spawnSync('perf', ['stat', '-x,', '-e', event, 'true'], {
    encoding: 'utf8',
  });
  if (error) return 'there is no `perf` on this machine (Debian: linux-perf)';
  if (status === 0 && countIn(stderr) !== undefined) return undefined;
  return `\`perf\` may not count here (no counters in this machine, or kernel.perf_event_paranoid above 2): ${stderr.trim().split('\n').at(-1)}`;
}

/** What the process and its threads execute while `work` goes on. */
export async function instructionsOf(pid: number, work: () => Promise<void>): Promise<number> {
  const perf = spawn('perf', ['stat', '-x,', '-e', event, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  perf.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  // It says nothing when it has attached; it takes milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 300));
  try {
    await work();
  } finally {
    perf.kill('SIGINT');
    await once(perf, 'close');
  }
  const count = countIn(told);
  if (count === undefined) throw new Error(`perf did not count: ${told}`);
  return count;
}

const countIn = (lines: string): number | undefined => {
  const line = lines.split('\n').find((one) => one.includes(event));
  const count = Number(line?.split(',')[0]);
  return line && Number.isFinite(count) ? count : undefined;
};
