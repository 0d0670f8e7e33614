/** What the routes of the work queue share: who may do what, where they are, what they are handed. */
import type { Who } from '../directory/index.ts';
import { textSchema } from '../http/index.ts';
import type { DeadLetterParts } from './dead-letters.ts';
import type { StuckParts } from './stuck.ts';

export const readers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:analyst', 'staff:support'];
/** Who may try again and put aside: no money moves by it. */
export const unblockers: readonly Who[] = ['staff:admin', 'staff:officer', 'staff:support'];
export const deciders: readonly Who[] = ['staff:admin', 'staff:officer'];
export const path = '/v1/centre/work';
export const reason = textSchema(500).openapi({ description: 'Kept in the audit log' });

// Most transfers end within seconds: one that has not by then is looked at.
export const stuckAfterMs = 5 * 60_000;

/** A callback that was given up. */
export interface ParkedCallback {
  readonly event: string;
  readonly type: string;
  readonly endpoint: string;
  readonly owner: string;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** What differs between a partner's file and the switch. */
export interface OpenDifference {
  readonly id: string;
  readonly type: string;
  readonly participant: string;
  readonly status: string;
  readonly createdAtMs: number;
}

export interface WorkParts extends StuckParts, DeadLetterParts {
  readonly callbacks: {
    /** Oldest first. */
    parked(limit: number): Promise<readonly ParkedCallback[]>;
    /** At most 10,000. */
    count(): Promise<number>;
    /** Begins anew; false when it is not parked. */
    send(event: string, endpoint: string): Promise<boolean>;
    /** Is never tried again; false when it is not parked. */
    drop(event: string, endpoint: string): Promise<boolean>;
  };
  readonly differences: {
    /** Open and proposed ones, oldest first. */
    open(limit: number): Promise<readonly OpenDifference[]>;
    /** At most 10,000. */
    count(): Promise<number>;
  };
}
