import type { Report } from '../table.ts';
import { callbacks } from './callbacks.ts';
import { accounts, audit, codes, merchants, tills } from './directory.ts';
import { payments, refunds } from './payments.ts';
import { declines, fees, positions, volumes } from './sums.ts';

/** Every report of the centre. */
export const reports: readonly Report[] = [
  ...[payments, refunds, volumes, declines, fees, positions],
  ...[merchants, tills, codes, accounts, callbacks, audit],
];
