/** The switch the demo pays with: the one that is running, or one of its own for as long as it takes. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox/seed.ts';
import { seedSandbox } from '../sandbox/seed.ts';
import { launch } from '../selfhost/index.ts';
import { readSettings } from '../selfhost/settings.ts';

export interface DemoSwitch {
  readonly sandbox: Sandbox;
  readonly url: string;
  done(): Promise<void>;
}

export async function runningSandbox(): Promise<DemoSwitch> {
  const { stateFolder } = readSettings(process.env, process.cwd());
  const file = join(stateFolder, 'sandbox.json');
  if (existsSync(file)) {
    const sandbox = await read(file);
    if (await answers(sandbox.url)) {
      console.log(`Using the switch at ${sandbox.url}.`);
      return { sandbox, url: sandbox.url, done: async () => undefined };
    }
  }
  console.log('No switch is running here (npm start), so the demo starts one for itself.');
  const folder = await mkdtemp(join(tmpdir(), 'tolom-demo-'));
  const running = await launch({
    ...readSettings({ PORT: '0', TOLOM_STATE: folder }, process.cwd()),
    configPath: join(import.meta.dirname, '..', '..', 'wrangler.toml'),
    log: () => undefined,
    seed: seedSandbox,
  });
  return {
    sandbox: await read(join(folder, 'sandbox.json')),
    url: running.localUrl,
    async done() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const read = async (file: string): Promise<Sandbox> => JSON.parse(await readFile(file, 'utf8'));

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
