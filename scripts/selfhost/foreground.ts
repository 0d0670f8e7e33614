/** A switch in the foreground of a terminal, a container or a service manager: messages, signals, exit code. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type LaunchOptions, launch, type RunningSwitch } from './index.ts';
import { StartProblem } from './problem.ts';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// A signal to the whole process group may end workerd a moment before our own handler runs.
const signalGraceMs = 200;
const parentPollMs = 250;

/** Runs until a signal, then resolves with exit code 0. Throws when the switch cannot start or ends by itself. */
export async function runInForeground(options: LaunchOptions): Promise<number> {
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error('stopped while starting'));
  // Ctrl-C reaches us twice under npm, from the terminal and from npm: the handlers stay, and once is enough.
  for (const signal of stopSignals) process.on(signal, stop);
  stopWithNpm(stop);
  try {
    const tolom = await launch({ ...options, signal: stopping.signal });
    for (const line of welcome(tolom)) options.log(line);
    const asked = new Promise<void>((resolve) => {
      if (stopping.signal.aborted) resolve();
      stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const how = await Promise.race([asked, tolom.ended]);
    if (how !== undefined) await Promise.race([asked, delay(signalGraceMs)]);
    if (!stopping.signal.aborted) throw new StartProblem(`The switch ended by itself: ${how}.`);
    options.log('Stopping …');
    await tolom.stop();
    options.log('Stopped. Everything is kept; npm start continues where it was.');
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    throw error;
  }
}

/**
 * Under npm a shell may stand between: it dies of the signal npm hands on, and hands on nothing itself. And npm cannot
 * hand on a SIGKILL. Either way we are left with another parent, which is the sign to stop.
 */
function stopWithNpm(stop: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentPollMs).unref();
}

function welcome({ mode, url, localUrl, state }: RunningSwitch): string[] {
  const rows: [string, string][] = [
    ['Switch', url === localUrl ? url : `${url} (here: ${localUrl})`],
    ['API guide', `${url}/docs`],
    ['Merchants', `${url}/register, ${url}/portal`],
    ['The centre', `${url}/centre`],
    ...(mode === 'sandbox' ? ([['A wallet', `${url}/wallet`]] satisfies [string, string][]) : []),
    ['State', state.path],
  ];
  if (existsSync(state.sandboxPath)) rows.push(['Keys, log-ins', state.sandboxPath]);
  if (mode === 'sandbox') rows.push(['Try next', 'npm run demo   (in another terminal)']);
  rows.push(['Stop', 'Ctrl-C']);
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    '',
    `Tolom is running, in ${mode} mode.`,
    '',
    ...rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
    '',
  ];
}
