/** Which switch a command of the centre talks to, and with whose key. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Api, apiOf } from '../sandbox/api.ts';
import type { Sandbox } from '../sandbox/seed.ts';

export interface Connection {
  readonly api: Api;
  readonly url: string;
  /** Print JSON only. */
  readonly json: boolean;
}

export const connectionHelp = `  --url URL   the switch; otherwise TOLOM_URL, or the sandbox of TOLOM_STATE (.tolom)
  --key KEY   an administrator's key; otherwise TOLOM_ADMIN_KEY, or the sandbox's own
  --json      print JSON only`;

/** From the command line, the environment, or the sandbox that runs here, in this order. */
export function connection(usage: string): Connection {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(`${usage}\n\n${connectionHelp}`);
    process.exit(0);
  }
  const file = join(process.env.TOLOM_STATE || '.tolom', 'sandbox.json');
  const sandbox: Sandbox | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const url = values.url ?? (process.env.TOLOM_URL || sandbox?.url);
  const key =
    values.key ??
    (process.env.TOLOM_ADMIN_KEY || sandbox?.staff.find(({ role }) => role === 'admin')?.api_key);
  if (!url || !key) {
    console.error(`No switch to talk to: there is no ${file}.\n\n${usage}\n\n${connectionHelp}`);
    process.exit(2);
  }
  return { api: apiOf(url.replace(/\/+$/, ''), key), url, json: values.json };
}

/** Asks again every second until it is done, telling how far it is. */
export async function followed<State>(
  first: State,
  again: () => Promise<State>,
  running: (state: State) => boolean,
  tell: (state: State) => void,
): Promise<State> {
  let state = first;
  while (running(state)) {
    tell(state);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    state = await again();
  }
  return state;
}
