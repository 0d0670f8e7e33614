/** Business days as the API answers them, and the last of them as a list. */
import type { Money } from '../../../client/index.ts';
import type { MoneyCell, Row } from '../reports/declared.ts';

interface DaySum {
  readonly currency: string;
  readonly participant: string;
  readonly kind: string;
  readonly status: string;
  readonly count: number;
  readonly sum: Money;
}

export interface Version {
  readonly day: string;
  readonly version: number;
  readonly status: 'closed' | 'reopened';
  readonly by: string;
  readonly reason: string | null;
  readonly at: string;
  readonly totals: readonly DaySum[];
  readonly signed: { readonly text: string; readonly signature: string; readonly key: string } | null;
}

interface Figures {
  readonly count: number;
  readonly sum: Money;
}

export interface WholeDay extends Version {
  readonly exceptions: readonly (Omit<DaySum, 'count' | 'sum'> & {
    readonly frozen: Figures;
    readonly now: Figures;
  })[];
  readonly late_transfers: readonly string[];
  readonly versions: readonly Version[];
}

export interface Obstacles {
  readonly day: string;
  readonly over_at: string;
  readonly obstacles: readonly {
    readonly code:
      | 'business_day.not_over'
      | 'reports.behind'
      | 'business_day.open_transfers'
      | 'business_day.not_balanced';
    readonly title: string;
    readonly detail: string | null;
    readonly transfers: readonly string[];
  }[];
}

export interface TrialBalance {
  readonly balanced: boolean;
  readonly read_at: string;
  readonly accounts: number;
  readonly currencies: readonly {
    readonly currency: string;
    readonly sum: Money;
    readonly payer: Money;
    readonly merchant: Money;
    readonly funding: Money;
    readonly position: Money;
    readonly held: Money;
    readonly open_transfers: number;
  }[];
}

export interface ListedDay {
  readonly day: string;
  readonly state: 'closed' | 'reopened' | 'open' | 'underWay';
  /** Completed payments, by currency. */
  readonly paid: readonly (Figures & { readonly currency: string })[];
  readonly last: Version | undefined;
}

/** Days with payments, and days that somebody closed or reopened, newest first; what a closed day has is what was frozen. */
export function daysOf(versions: readonly Version[], volumes: readonly Row[], today: string): ListedDay[] {
  const last = new Map<string, Version>();
  for (const version of versions) if (!last.has(version.day)) last.set(version.day, version);
  const days = [...new Set([...last.keys(), ...volumes.map(({ day }) => String(day))])].sort().reverse();
  return days.map((day) => {
    const version = last.get(day);
    const state = version?.status ?? (day >= today ? 'underWay' : 'open');
    return {
      day,
      state,
      last: version,
      paid: version?.status === 'closed' ? frozenIn(version) : paidOn(volumes, day),
    };
  });
}

function frozenIn({ totals }: Version): ListedDay['paid'] {
  const sums = new Map<string, Figures>();
  for (const { kind, status, currency, count, sum } of totals) {
    if (kind !== 'payment' || status !== 'completed') continue;
    const known = sums.get(currency);
    const amount = sum.amount + (known?.sum.amount ?? 0);
    sums.set(currency, { count: count + (known?.count ?? 0), sum: { amount, currency } });
  }
  return [...sums].map(([currency, figures]) => ({ currency, ...figures }));
}

const paidOn = (volumes: readonly Row[], day: string): ListedDay['paid'] =>
  volumes
    .filter((row) => row.day === day)
    .map(({ currency, count, sum }) => ({
      currency: String(currency),
      count: Number(count),
      sum: { amount: (sum as MoneyCell).amount ?? 0, currency: String(currency) },
    }));
