/** What the operator set: environment variables, checked before anything starts. */
import { resolve } from 'node:path';
import { StartProblem } from './problem.ts';
import type { Mode } from './state.ts';

export interface Settings {
  readonly mode: Mode;
  readonly host: string;
  readonly port: number;
  readonly stateFolder: string;
  /** The address others use, where it differs from the one listened on. */
  readonly publicUrl: string | undefined;
  /** Network blocks the Worker may call besides public addresses, such as a bank's own network. */
  readonly outbound: readonly string[];
  /** Variables for the Worker, each overriding a var of wrangler.toml: every TOLOM_* that is not the launcher's. */
  readonly variables: Readonly<Record<string, string>>;
}

const launcherVariables = ['TOLOM_MODE', 'TOLOM_URL', 'TOLOM_STATE', 'TOLOM_OUTBOUND'];
const defaultPort = 8787;
// workerd is one thread: more books than one only share its writes to disk less well.
const localBooks = '1';

export function readSettings(environment: NodeJS.ProcessEnv, workingFolder: string): Settings {
  const variables = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith('TOLOM_') && !launcherVariables.includes(entry[0]) && Boolean(entry[1]),
  );
  return {
    mode: modeOf(environment.TOLOM_MODE || 'sandbox'),
    host: environment.HOST || '127.0.0.1',
    port: portOf(environment.PORT || String(defaultPort)),
    stateFolder: resolve(workingFolder, environment.TOLOM_STATE || '.tolom'),
    publicUrl: environment.TOLOM_URL ? urlOf(environment.TOLOM_URL) : undefined,
    outbound: (environment.TOLOM_OUTBOUND ?? '').split(/[\s,]+/).filter(Boolean),
    variables: { TOLOM_BOOKS: localBooks, ...Object.fromEntries(variables) },
  };
}

function modeOf(text: string): Mode {
  if (text === 'sandbox' || text === 'production') return text;
  throw new StartProblem(`TOLOM_MODE is "${text}": it must be sandbox or production.`);
}

/** 0 asks for any free port. */
function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new StartProblem(`PORT is "${text}": it must be a number up to 65535.`);
}

function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new StartProblem(`TOLOM_URL is "${text}": it must be a URL such as https://pay.example.kg`);
  }
  return text.replace(/\/+$/, '');
}
