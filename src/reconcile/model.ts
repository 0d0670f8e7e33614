import type { AuditCursor } from '../ledger/index.ts';

/**
 * chain, entry, held, batch, open: a book's own history (see `ledger/audit.ts`). projection, row, total: the
 * reports against the books. directory: accounts against the directory. sum: the accounts against each
 * other. log: the audit log's own chain. fault: what gave no answer.
 */
export const checks = [
  ...(['chain', 'entry', 'held', 'batch', 'open'] as const),
  ...(['projection', 'row', 'total', 'directory', 'sum', 'log', 'fault'] as const),
] as const;

export interface Finding {
  readonly check: (typeof checks)[number];
  readonly book?: number;
  /** With its stripe: `acc_…#0`. */
  readonly account?: string;
  /** Of the entry, in its account. */
  readonly sequence?: number;
  /** The transfer it is about. */
  readonly subject?: string;
  readonly problem: string;
  readonly repaired: boolean;
}

/** What a run does next; phases follow one another, the first three for each book. */
export type Progress = { readonly attempts: number } & (
  | { readonly phase: 'audit'; readonly book: number; readonly cursor: AuditCursor }
  | { readonly phase: 'projection'; readonly book: number }
  | { readonly phase: 'rows'; readonly book: number; readonly position: number; readonly to: number }
  | { readonly phase: 'directory'; readonly account: string }
  | { readonly phase: 'log'; readonly end: LogEnd; readonly earlier: LogEnd | null }
  | { readonly phase: 'totals' }
);

/** How far the audit log was checked: the last record, and its hash. */
export interface LogEnd {
  readonly sequence: number;
  readonly hash: string;
}

/** Minor units as decimal text: sums over everything may exceed 2^53. */
export interface CurrencySums {
  readonly netMinor: string;
  readonly openMinor: string;
  readonly transfers: number;
  readonly transfersMinor: string;
}

export interface Counters {
  readonly books: number;
  readonly accounts: number;
  readonly entries: number;
  readonly rows: number;
  readonly findings: number;
  readonly repaired: number;
  /** Where the audit log ended: the next run holds it against what it finds there. */
  readonly logEnd?: LogEnd;
  /** Of transfers begun a minute before the run or earlier. */
  readonly currencies: Readonly<Record<string, CurrencySums>>;
}

export const noCounters: Counters = {
  books: 0,
  accounts: 0,
  entries: 0,
  rows: 0,
  findings: 0,
  repaired: 0,
  currencies: {},
};

/** Transfers may be under way for this long; older open ones are named. */
export const openForMs = 60_000;

/** What a step found out: added to what was known before it. */
export interface Step {
  /** Undefined when the run is done. */
  readonly next: Progress | undefined;
  readonly counted?: Partial<Pick<Counters, 'books' | 'accounts' | 'entries' | 'rows'>>;
  readonly currencies?: Counters['currencies'];
  readonly logEnd?: LogEnd;
  readonly findings?: readonly Finding[];
}

export function withStep(
  counters: Counters,
  { counted = {}, findings = [], currencies = {}, ...step }: Step,
) {
  const sums = { ...counters.currencies };
  const logEnd = step.logEnd ?? counters.logEnd;
  for (const [currency, more] of Object.entries(currencies)) {
    const known = sums[currency];
    sums[currency] = known ? added(known, more) : more;
  }
  return {
    books: counters.books + (counted.books ?? 0),
    accounts: counters.accounts + (counted.accounts ?? 0),
    entries: counters.entries + (counted.entries ?? 0),
    rows: counters.rows + (counted.rows ?? 0),
    findings: counters.findings + findings.length,
    repaired: counters.repaired + findings.filter(({ repaired }) => repaired).length,
    currencies: sums,
    ...(logEnd && { logEnd }),
  } satisfies Counters;
}

const plus = (left: string, right: string): string => (BigInt(left) + BigInt(right)).toString();

const added = (left: CurrencySums, right: CurrencySums): CurrencySums => ({
  netMinor: plus(left.netMinor, right.netMinor),
  openMinor: plus(left.openMinor, right.openMinor),
  transfers: left.transfers + right.transfers,
  transfersMinor: plus(left.transfersMinor, right.transfersMinor),
});

/** What the sums of a whole run say: money neither made nor lost, and every transfer in the reports. */
export function judge(
  currencies: Counters['currencies'],
  reported: readonly { currency: string; count: number; sum: string }[],
): Finding[] {
  const findings: Finding[] = [];
  const rows = new Map(reported.map((row) => [row.currency, row]));
  for (const currency of new Set([...Object.keys(currencies), ...rows.keys()])) {
    const sums = currencies[currency];
    const off = BigInt(sums?.netMinor ?? 0) + BigInt(sums?.openMinor ?? 0);
    if (off !== 0n) {
      const problem = `${currency}: credits and debits differ by ${off} minor units beyond open transfers`;
      findings.push({ check: 'sum', problem, repaired: false });
    }
    const { count = 0, sum = '0' } = rows.get(currency) ?? {};
    const [transfers, transfersMinor] = [sums?.transfers ?? 0, sums?.transfersMinor ?? '0'];
    if (count !== transfers || BigInt(sum) !== BigInt(transfersMinor)) {
      const problem = `${currency}: reports have ${count} transfers of ${sum}, accounts ${transfers} of ${transfersMinor}`;
      findings.push({ check: 'total', problem, repaired: false });
    }
  }
  return findings;
}
