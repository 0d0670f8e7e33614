import type { CamtPlace } from './camt053.ts';
import type { CsvPlace } from './csv.ts';
import type { Kind } from './rows.ts';

export type Place = Partial<CsvPlace & CamtPlace>;

/** Ids of ours from behind one to another: pages that lie side by side. */
export interface Stretch {
  readonly after: string;
  readonly upTo: string;
}

/**
 * What matching does next. ours: our payments and refunds, page by page, by id and by reference. references,
 * amounts: the pages of which something is left over, once more with less to go by. theirs: rows that are left.
 */
export type Progress =
  | {
      readonly phase: 'ours';
      readonly kind: Kind;
      readonly after: string;
      readonly left: readonly Stretch[];
    }
  | { readonly phase: 'references' | 'amounts'; readonly after: string; readonly left: readonly Stretch[] }
  | { readonly phase: 'theirs'; readonly after: number }
  | { readonly phase: 'totals' };

export const differenceTypes = ['missing_here', 'missing_there', 'amount', 'status', 'duplicate'] as const;
export type DifferenceType = (typeof differenceTypes)[number];
export const actions = ['partner_returns', 'partner_books', 'partner_corrects', 'wait'] as const;
export type Action = (typeof actions)[number];
export const manners = ['id', 'reference', 'amount'] as const;
/** By what a row was found to be one of ours. */
export type Manner = (typeof manners)[number];

/** Count and sum, in minor units as decimal text, of what completed. */
export interface Sum {
  readonly count: number;
  readonly minor: string;
}
/** By currency and kind, `KGS payment`. */
export type Sums = Readonly<Record<string, Sum>>;

export interface Counters {
  readonly matched: Readonly<Record<Manner, number>>;
  readonly differences: Readonly<Record<DifferenceType, number>>;
  readonly ours: Sums;
  readonly theirs: Sums;
}

export const noCounters: Counters = {
  matched: { id: 0, reference: 0, amount: 0 },
  differences: { missing_here: 0, missing_there: 0, amount: 0, status: 0, duplicate: 0 },
  ours: {},
  theirs: {},
};

export const start: Progress = { phase: 'ours', kind: 'payment', after: '', left: [] };

// Where a file lacks a little everywhere, the last stretch grows: a step's note stays small.
const stretchesMax = 200;

/** With one more page of which something is left over. */
export function withStretch(left: readonly Stretch[], page: Stretch): Stretch[] {
  const last = left.at(-1);
  if (!last || (last.upTo !== page.after && left.length < stretchesMax)) return [...left, page];
  return [...left.slice(0, -1), { after: last.after, upTo: page.upTo }];
}

/** What somebody said or decided about a difference. */
export interface History {
  readonly atMs: number;
  readonly by: string;
  readonly did: 'commented' | 'resolved' | 'proposed' | 'approved' | 'declined';
  readonly text: string;
}

/** Money to be given back of a payment of ours: moved only once another person has approved it. */
export interface Proposal {
  readonly amount: number;
  readonly by: string;
  readonly reason: string;
  readonly approvedBy?: string;
}

export const withSum = (sums: Sums, key: string, count: number, minor: bigint): Sums => {
  const known = sums[key] ?? { count: 0, minor: '0' };
  return { ...sums, [key]: { count: known.count + count, minor: (BigInt(known.minor) + minor).toString() } };
};
