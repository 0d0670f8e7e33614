/**
 * Counters of what the entries say: how many transfers ended how, and how many had to be confirmed. They stand in the row that says how far a
 * book was recorded, so they cost no row of their own, count every entry once whatever is repeated or comes
 * out of order, and survive restarts and rebuilds.
 */
import {
  type AwaitBody,
  type BookEntry,
  type DeclineBody,
  type HoldBody,
  stateOfRefused,
  type VoidBody,
} from '../ledger/index.ts';
import type { TransferRow } from './rows.ts';

export interface TransferCount {
  readonly kind: TransferRow['kind'];
  readonly status: 'requires_confirmation' | 'completed' | 'declined' | 'cancelled' | 'expired';
  /** Null for completed ones, and where it is that a confirmation was asked for. */
  readonly refusal: string | null;
  readonly count: number;
}

/** What each of these entries adds one to, with its position; most add nothing. */
export function countedIn(entries: readonly BookEntry[]): [position: number, name: string][] {
  return entries.flatMap(({ position, entry: { type, body } }): [number, string][] => {
    if (type === 'await') {
      const { transfer }: AwaitBody = JSON.parse(body);
      return [[position, `${transfer.kind} requires_confirmation`]];
    }
    if (type === 'accept') {
      const { transfer }: HoldBody = JSON.parse(body);
      return [[position, `${transfer.kind} completed`]];
    }
    if (type === 'decline' || type === 'void') {
      const { transfer, refusal }: DeclineBody | VoidBody = JSON.parse(body);
      return [[position, `${transfer.kind} ${stateOfRefused(refusal)} ${refusal.code}`]];
    }
    return [];
  });
}

/** The counters of all books together, in the order of their names. */
export function totalCounts(rows: readonly { readonly counts: string }[]): TransferCount[] {
  const totals = new Map<string, number>();
  for (const { counts } of rows) {
    for (const [name, count] of Object.entries<number>(JSON.parse(counts))) {
      totals.set(name, (totals.get(name) ?? 0) + count);
    }
  }
  return [...totals]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, count]) => {
      const [kind, status, refusal = null] = name.split(' ');
      return { kind, status, refusal, count } as TransferCount;
    });
}
