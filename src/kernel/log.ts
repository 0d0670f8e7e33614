/**
 * The log: one line of JSON per event, on the console. A line is made of ids, codes, counts and durations from
 * a closed list of fields, so that a payload, a name or a key has no field to be in.
 *
 * A line costs as much as half a queue message, so faults are always written, and requests only from the level
 * the deployment chose.
 */
import { faultText } from './faults.ts';
import type { RefusalCode } from './refusals.ts';

/** Which requests are written: none, those that were refused or declined, or every one. */
export const logLevels = ['faults', 'refusals', 'requests'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogFields {
  /** Id of the request. */
  readonly request?: string | undefined;
  /** Method and pattern of its path, never the path itself. */
  readonly route?: string | undefined;
  readonly status?: number | undefined;
  readonly refusal?: RefusalCode | undefined;
  /** Participant, merchant or operator that called. */
  readonly owner?: string | undefined;
  /** Id of its key. */
  readonly key?: string | undefined;
  readonly transfer?: string | undefined;
  /** Id of the connection to a partner outside. */
  readonly partner?: string | undefined;
  /** Id of the event that a callback tells. */
  readonly event?: string | undefined;
  readonly book?: number | undefined;
  /** Id of the reconciliation, or of the partner's file that is matched. */
  readonly run?: string | undefined;
  /** How many messages or entries it is about. */
  readonly count?: number | undefined;
  /** Duration. Cloudflare's clock stands still while the processor works: this is time spent waiting. */
  readonly ms?: number | undefined;
}

/** Something failed: always written. `what` is a text of ours; `fault` is what was caught, if anything was. */
export function logFault(what: string, fault: unknown, fields: LogFields = {}): void {
  console.error(lineOf('fault', what, fault === undefined ? fields : { ...fields, fault: faultText(fault) }));
}

/** Whether a level writes a request. */
export const logs = (level: LogLevel, refused: boolean): boolean =>
  level === 'requests' || (level === 'refusals' && refused);

/** A request that was answered: written after `logs` said so. */
export const logRequest = (fields: LogFields): void =>
  console.log(lineOf('request', 'request answered', fields));

const lineOf = (kind: string, what: string, fields: object): string =>
  JSON.stringify({ at: new Date(Date.now()).toISOString(), kind, what, ...fields });
