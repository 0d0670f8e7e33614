/** Which row is which of ours, and in what they differ. Pure. */
import { isTransferId } from '../kernel/index.ts';
import type { Action, DifferenceType, Manner } from './model.ts';
import type { FileRow, Kind } from './rows.ts';

/** A payment or refund as the reports have it. */
export interface Ours {
  readonly id: string;
  readonly kind: Kind;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly references: readonly string[];
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

export interface Pair {
  readonly row: FileRow;
  readonly ours: Ours;
  readonly by: Manner;
}

export interface Difference {
  readonly type: DifferenceType;
  readonly action: Action;
  readonly row?: FileRow | undefined;
  readonly ours?: Ours | undefined;
}

export interface Found {
  readonly pairs: Pair[];
  /** Those of ours that no row is. */
  readonly left: Ours[];
}

/** Rows by what they say: an id is one of ours; a reference with its amount is as good as one. */
export function matchKeys(ours: readonly Ours[], rows: readonly FileRow[]): Found {
  const byId = pairUp(
    ours,
    rows,
    'id',
    ({ id }) => [id],
    () => true,
  );
  const taken = new Set(byId.pairs.map(({ row }) => row));
  const rest = rows.filter((row) => !taken.has(row));
  const byReference = pairUp(byId.left.filter(isCompleted), rest, 'reference', referencesOf, sameMoney);
  return {
    pairs: [...byId.pairs, ...byReference.pairs],
    left: [...byReference.left, ...byId.left.filter((one) => !isCompleted(one))],
  };
}

/** What a reference says, where the amount is another one. */
export const matchReferences = (ours: readonly Ours[], rows: readonly FileRow[]): Found =>
  pairUp(ours, rows, 'reference', referencesOf, isSameWay);

/**
 * Amount and time, where nothing else is known: each of ours takes the row that is nearest to it. A row that names
 * one of ours by its id is no other one.
 */
export function matchAmounts(ours: readonly Ours[], rows: readonly FileRow[]): Found {
  const timed = rows
    .flatMap(timedOf)
    .sort((one, other) => one.atMs - other.atMs || one.row.line - other.row.line);
  const open = Map.groupBy(timed, ({ row }) => moneyOf(row));
  const pairs: Pair[] = [];
  const left: Ours[] = [];
  for (const one of ours) {
    const group = open.get(moneyOf(one)) ?? [];
    const nearest = nearestTo(one, group);
    if (nearest) {
      group.splice(group.indexOf(nearest), 1);
      pairs.push({ row: nearest.row, ours: one, by: 'amount' });
    } else left.push(one);
  }
  return { pairs, left };
}

/** A row by the middle of the time in which it happened. */
interface Timed {
  readonly row: FileRow;
  readonly atMs: number;
  readonly reachMs: number;
}

function timedOf(row: FileRow): Timed[] {
  const { key, earliestMs, latestMs } = row;
  if (earliestMs === null || latestMs === null || (key !== null && isTransferId(key))) return [];
  return [{ row, atMs: (earliestMs + latestMs) / 2, reachMs: (latestMs - earliestMs) / 2 }];
}

const moneyOf = ({ currency, amount }: Ours | FileRow): string => `${currency} ${amount}`;

/** Of rows in the order of their times, then of their lines: looked for from where ours began and ended, outwards. */
function nearestTo(one: Ours, group: readonly Timed[]): Timed | undefined {
  let best: Timed | undefined;
  const awayMs = ({ row }: Timed) => awayFromMs(one, row);
  const isNearer = (next: Timed) =>
    !best || awayMs(next) < awayMs(best) || (awayMs(next) === awayMs(best) && next.row.line < best.row.line);
  for (const atMs of new Set([one.createdAtMs, one.endedAtMs ?? one.createdAtMs])) {
    const start = firstFrom(group, atMs);
    for (const [from, by] of [
      [start, 1],
      [start - 1, -1],
    ] as const) {
      for (let index = from; ; index += by) {
        const next = group[index];
        if (!next || (best && Math.abs(next.atMs - atMs) > awayMs(best))) break;
        const fits = awayMs(next) <= next.reachMs && isSameWay(one, next.row);
        if (fits && isNearer(next)) best = next;
      }
    }
  }
  return best;
}

/** Index of the first at that time or later. */
function firstFrom(group: readonly Timed[], atMs: number): number {
  let [low, high] = [0, group.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((group[middle]?.atMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pairUp(
  ours: readonly Ours[],
  rows: readonly FileRow[],
  by: Manner,
  keysOf: (one: Ours) => readonly string[],
  fits: (one: Ours, row: FileRow) => boolean,
): Found {
  const open = Map.groupBy(rows, ({ key }) => key);
  const pairs: Pair[] = [];
  const left: Ours[] = [];
  for (const one of ours) {
    const candidates = keysOf(one).flatMap((key) => (open.get(key) ?? []).filter((row) => fits(one, row)));
    const row = candidates.reduce<FileRow | undefined>(
      (best, next) => (best && !isBetter(one, next, best) ? best : next),
      undefined,
    );
    if (!row) {
      left.push(one);
      continue;
    }
    pairs.push({ row, ours: one, by });
    open.set(
      row.key,
      (open.get(row.key) ?? []).filter((other) => other !== row),
    );
  }
  return { pairs, left };
}

function isBetter(one: Ours, next: FileRow, best: FileRow): boolean {
  const [right, known] = [sameMoney(one, next), sameMoney(one, best)];
  if (right !== known) return right;
  const [near, nearest] = [awayFromMs(one, next), awayFromMs(one, best)];
  return near === nearest ? next.line < best.line : near < nearest;
}

/** How far a row's time is from ours: from when it began or ended, whichever is nearer. */
function awayFromMs({ createdAtMs, endedAtMs }: Ours, { earliestMs, latestMs }: FileRow): number {
  if (earliestMs === null || latestMs === null) return Number.POSITIVE_INFINITY;
  const middleMs = (earliestMs + latestMs) / 2;
  return Math.min(Math.abs(createdAtMs - middleMs), Math.abs((endedAtMs ?? createdAtMs) - middleMs));
}

const referencesOf = ({ references }: Ours) => references;
const isSameWay = (one: Ours, { kind }: FileRow): boolean => kind === null || kind === one.kind;
const sameMoney = (one: Ours, row: FileRow): boolean =>
  row.amount === one.amount && row.currency === one.currency && isSameWay(one, row);

export const isCompleted = ({ status }: Pick<Ours, 'status'>): boolean => status === 'completed';
const isOpen = ({ status }: Ours): boolean => status === 'processing' || status === 'requires_confirmation';

/** In what the two sides of a pair differ. */
export function differencesOf({ row, ours }: Pair): Difference[] {
  const found: Difference[] = [];
  if (!sameMoney(ours, row)) found.push({ type: 'amount', action: 'partner_corrects', row, ours });
  const ourStatus = isCompleted(ours) ? 'completed' : isOpen(ours) ? 'pending' : 'declined';
  if (row.status !== ourStatus) {
    const isUnderWay = row.status === 'pending' || ourStatus === 'pending';
    const action = isUnderWay ? 'wait' : ourStatus === 'completed' ? 'partner_books' : 'partner_returns';
    found.push({ type: 'status', action, row, ours });
  }
  return found;
}

/** One of ours that the file does not have. */
export const missingThere = (ours: Ours): Difference => ({
  type: 'missing_there',
  action: 'partner_books',
  ours,
});

/** A row that is none of ours; what the partner declined has moved nothing and is no difference. */
export function strange(row: FileRow, isTwice: boolean): Difference[] {
  if (row.status === 'declined') return [];
  const action = row.status === 'pending' ? 'wait' : 'partner_returns';
  return [{ type: isTwice ? 'duplicate' : 'missing_here', action, row }];
}
