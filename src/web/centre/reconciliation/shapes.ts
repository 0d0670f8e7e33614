/** Partners' files and differences as the API answers them. */
import type { Money } from '../../../client/index.ts';

export interface Participant {
  readonly id: string;
  readonly name: string;
}

export interface Format {
  readonly id: string;
  readonly name: string;
  readonly rules: { readonly kind: 'csv' | 'camt053' };
  readonly created_at: string;
}

export interface Sample {
  readonly data: readonly {
    readonly line: number;
    readonly key: string | null;
    readonly kind: 'payment' | 'refund' | null;
    readonly amount: Money;
    readonly status: 'completed' | 'pending' | 'declined';
    readonly earliest: string | null;
    readonly latest: string | null;
  }[];
  readonly rows: number;
  readonly unread: readonly Unread[];
}

export interface Unread {
  readonly line: number;
  readonly problem: string;
}

export const types = ['missing_here', 'missing_there', 'amount', 'status', 'duplicate'] as const;
export type Type = (typeof types)[number];
export const states = ['open', 'proposed', 'approved', 'resolved'] as const;
export type State = (typeof states)[number];

interface SideSum {
  readonly kind: 'payment' | 'refund';
  readonly count: number;
  readonly sum: Money;
}

export interface PartnerFile {
  readonly id: string;
  readonly participant: string;
  readonly name: string;
  readonly from: string;
  readonly before: string;
  readonly status: 'receiving' | 'matching' | 'finished';
  readonly rows: number;
  readonly unread_count: number;
  readonly unread: readonly Unread[];
  readonly matched: Readonly<Record<'id' | 'reference' | 'amount', number>>;
  readonly matched_count: number;
  readonly differences: Readonly<Record<Type, number>>;
  readonly differences_count: number;
  readonly ours: readonly SideSum[];
  readonly theirs: readonly SideSum[];
  readonly made_by: string;
  readonly created_at: string;
}

interface Side {
  readonly amount: Money;
  readonly status: string;
}

export interface Difference {
  readonly id: string;
  readonly file: string;
  readonly participant: string;
  readonly type: Type;
  readonly status: State;
  readonly suggested_action: 'partner_returns' | 'partner_books' | 'partner_corrects' | 'wait';
  readonly line: number | null;
  readonly key: string | null;
  readonly transfer: string | null;
  readonly ours: Side | null;
  readonly theirs: Side | null;
  readonly proposal: {
    readonly amount: Money;
    readonly by: string;
    readonly reason: string;
    readonly approved_by: string | null;
  } | null;
  readonly refund: string | null;
  readonly created_at: string;
  readonly history: readonly {
    readonly at: string;
    readonly by: string;
    readonly did: 'commented' | 'resolved' | 'proposed' | 'approved' | 'declined';
    readonly text: string;
  }[];
}
