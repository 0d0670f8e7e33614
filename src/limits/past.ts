/** Reads the payments a dry run needs, as far as one request may go. */
import type { Directory } from '../directory/index.ts';
import { startOfDayMs } from '../kernel/index.ts';
import type { LimitRule } from '../ledger/index.ts';
import {
  decidedAtMs,
  dryRun,
  type PastPayment,
  type Places,
  periodStartMs,
  type WouldRefuse,
} from './dry-run.ts';

export interface PaidFilter {
  readonly currency: string;
  readonly debtor?: string;
  readonly creditor?: string;
  readonly merchant?: string;
  readonly participant?: string;
  readonly till?: string;
}

/** Completed payments that began in a time, oldest first: from the report database. */
export type ReadPaid = (
  filter: PaidFilter,
  fromMs: number,
  beforeMs: number,
  limit: number,
  afterId?: string,
) => Promise<PastPayment[]>;

export interface DryRunParts {
  readonly directory: Directory;
  readonly paid: ReadPaid;
  /** How many books there are. */
  readonly books: number;
}

export interface DryRun {
  /** Payments of the day that the rule is about. */
  readonly payments: number;
  readonly refused: readonly WouldRefuse[];
  /** Whether everything was looked at that the day's answers depend on. */
  readonly complete: boolean;
}

type Place = Places extends ReadonlyMap<string, infer Value> ? Value : never;

const dayMs = 86_400_000;
// What a merchant's account took may have begun this much earlier; few payments take longer than seconds.
const underWayMaxMs = 600_000;
const rowsAtOnceMax = 5_000;
const paymentsMax = 50_000;
const placesAtOnceMax = 1_000;

/** What a rule would have refused of a day's completed payments, in the order they were decided. */
export async function runDry(parts: DryRunParts, rule: LimitRule, day: string): Promise<DryRun> {
  const dayFromMs = startOfDayMs(day);
  const dayToMs = dayFromMs + dayMs;
  const fromMs = periodStartMs(rule, dayFromMs);
  const { rows, complete } = await read(parts, rule, fromMs - underWayMaxMs, dayToMs);
  const at = (payment: PastPayment) => decidedAtMs(rule, payment);
  const decided = rows
    .filter((payment) => at(payment) >= fromMs && at(payment) < dayToMs)
    .sort((one, other) => at(one) - at(other));
  const places = await placesOf(parts.directory, rule, decided);
  // Reports do not say for whom a position paid.
  const known = decided.filter(
    ({ debtor }) => rule.direction === 'in' || places.get(debtor)?.kind !== 'position',
  );
  const ofDay = (payment: PastPayment) => at(payment) >= dayFromMs;
  return {
    payments: known.filter(ofDay).length,
    refused: dryRun(rule, known, places, parts.books).filter(({ payment }) => ofDay(payment)),
    complete: complete && known.length === decided.length,
  };
}

async function read({ paid }: DryRunParts, rule: LimitRule, fromMs: number, toMs: number) {
  const rows: PastPayment[] = [];
  for (;;) {
    const page = await paid(filterOf(rule), fromMs, toMs, rowsAtOnceMax, rows.at(-1)?.id);
    rows.push(...page);
    if (page.length < rowsAtOnceMax) return { rows, complete: true };
    if (rows.length >= paymentsMax) return { rows, complete: false };
  }
}

function filterOf({ scope, subject, direction, currency }: LimitRule): PaidFilter {
  if (subject === null) return { currency };
  if (scope === 'account') return { currency, [direction === 'out' ? 'debtor' : 'creditor']: subject };
  return { currency, [scope]: subject };
}

/** Of the accounts among whose stripes or books the rule's limit is divided. */
async function placesOf(
  directory: Directory,
  { direction }: LimitRule,
  payments: readonly PastPayment[],
): Promise<Places> {
  const ids = [...new Set(payments.map(({ debtor, creditor }) => (direction === 'in' ? creditor : debtor)))];
  const places: Map<string, Place> = new Map();
  for (let from = 0; from < ids.length; from += placesAtOnceMax) {
    const found = await directory.limitRules.places(ids.slice(from, from + placesAtOnceMax));
    for (const [id, place] of found) places.set(id, place);
  }
  return places;
}
