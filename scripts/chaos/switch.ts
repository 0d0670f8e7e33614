/** The switch as a process group of its own, to be killed without warning and started again. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const launcher = join(import.meta.dirname, '..', 'start.ts');
const startMsMax = 60_000;
// More than one: most transfers then go from one object to another.
const books = '4';

export interface ChaosSwitch {
  readonly adminKey: string;
  /** Where it answers now; undefined while it is down. */
  readonly url: () => string | undefined;
  start(): Promise<string>;
  /** SIGKILL to the launcher and to workerd. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export async function newSwitch(): Promise<ChaosSwitch> {
  const state = await mkdtemp(join(tmpdir(), 'tolom-chaos-'));
  // Filled by us: the sandbox's own callbacks would go to nobody.
  await writeFile(join(state, 'sandbox.json'), '{}');
  const adminKey = 'an-administrator-for-as-long-as-the-chaos-lasts';
  let url: string | undefined;
  let pids: number[] = [];
  let ended: Promise<unknown> = Promise.resolve();

  const kill = async () => {
    url = undefined;
    for (const pid of pids.splice(0)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was gone already.
      }
    }
    await ended;
  };

  return {
    adminKey,
    url: () => url,
    kill,
    async start() {
      const child = spawn(process.execPath, [launcher], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
          HOME: process.env.HOME ?? state,
          PORT: '0',
          TOLOM_STATE: state,
          TOLOM_BOOKS: books,
          TOLOM_LIMITS: 'participant=1000000,register=1000000,staff=1000000,poll=1000000',
          TOLOM_ADMIN_KEY: adminKey,
        },
      });
      if (child.pid === undefined) throw new Error('the switch did not start');
      // The whole group of the launcher.
      pids = [-child.pid];
      let output = '';
      const collect = (chunk: string) => {
        output = (output + chunk).slice(-20_000);
      };
      child.stdout.setEncoding('utf8').on('data', collect);
      child.stderr.setEncoding('utf8').on('data', collect);
      ended = new Promise((resolve) => child.once('exit', resolve));
      const untilMs = Date.now() + startMsMax;
      while (!output.includes('Tolom is running')) {
        if (child.exitCode !== null || Date.now() > untilMs) throw new Error(`it did not start:\n${output}`);
        await delay(20);
      }
      const running = JSON.parse(readFileSync(join(state, 'running.json'), 'utf8'));
      pids.push(running.workerdPid);
      url = String(running.url);
      return url;
    },
    async close() {
      await kill();
      await rm(state, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
