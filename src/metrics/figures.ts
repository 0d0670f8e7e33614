/** From what the report database knows to metrics. Pure. */
import { type BookState, silentAfterMs } from '../events/index.ts';
import type { Metric } from './openmetrics.ts';

/** Handed in: what the reports know. */
export interface WorkFigures {
  readonly transfers: readonly {
    readonly kind: string;
    readonly status: string;
    readonly refusal: string | null;
    readonly count: number;
  }[];
  /** How far each book is recorded. */
  readonly recorded: ReadonlyMap<number, number>;
  readonly newestEntryAtMs: number;
  /** Each book as the sweeper last found it. */
  readonly books: ReadonlyMap<number, BookState>;
  readonly deadLetters: number;
}

/** Handed in: what callbacks are still to be delivered. */
export interface CallbackFigures {
  readonly retrying: number;
  readonly parked: number;
  readonly oldestAtMs: number | null;
}

export function metricsOf(
  books: number,
  work: WorkFigures,
  callbacks: CallbackFigures,
  nowMs: number,
): Metric[] {
  const states = [...work.books].filter(([book]) => book < books).sort(([left], [right]) => left - right);
  const heard = states.filter(([, { atMs }]) => nowMs - atMs <= silentAfterMs(books)).length;
  const ageS = (atMs: number | null) => (atMs === null ? 0 : Math.max(0, nowMs - atMs) / 1_000);
  const oldestOpenAtMs = states.reduce<number | null>(
    (oldest, [, state]) => earlier(oldest, state.oldestOpenAtMs),
    null,
  );
  const asked = work.transfers.filter(({ status }) => status === 'requires_confirmation');
  const ended = work.transfers.filter(({ status }) => status !== 'requires_confirmation');
  return [
    {
      name: 'tolom_transfers',
      type: 'counter',
      help: 'Transfers that ended, as recorded by the reports; of those that were not made by refusal code',
      samples: ended.map(({ kind, status, refusal, count }) => ({
        labels: { kind, status, ...(refusal !== null && { refusal }) },
        value: count,
      })),
    },
    {
      name: 'tolom_confirmations_asked',
      type: 'counter',
      help: 'Transfers that their payer had to confirm, however they ended',
      samples: [{ value: asked.reduce((sum, { count }) => sum + count, 0) }],
    },
    gauge(
      'tolom_open_transfers',
      'Transfers under way when the sweeper last came by',
      states.reduce((sum, [, { open }]) => sum + open, 0),
    ),
    gauge(
      'tolom_oldest_open_transfer_age_seconds',
      'Age of the oldest of them; 0 when there is none',
      ageS(oldestOpenAtMs),
    ),
    {
      name: 'tolom_outbox_lag_entries',
      type: 'gauge',
      help: 'Entries a book had when the sweeper last came by, and the reports still have not',
      samples: states.map(([book, { position }]) => ({
        labels: { book: String(book) },
        value: Math.max(0, position - (work.recorded.get(book) ?? 0)),
      })),
    },
    gauge('tolom_books', 'Books that new accounts are spread over', books),
    gauge('tolom_books_silent', 'Books that missed several rounds of the sweeper', books - heard),
    gauge(
      'tolom_reports_newest_entry_timestamp_seconds',
      'When the newest entry that is recorded was written; 0 when there is none',
      work.newestEntryAtMs / 1_000,
    ),
    {
      name: 'tolom_callbacks_undelivered',
      type: 'gauge',
      help: 'Callbacks that are retried, and that were parked for people; at most 10000 are counted',
      samples: [
        { labels: { state: 'retrying' }, value: callbacks.retrying },
        { labels: { state: 'parked' }, value: callbacks.parked },
      ],
    },
    gauge(
      'tolom_oldest_undelivered_callback_age_seconds',
      'Age of the oldest event that is still being retried; 0 when there is none',
      ageS(callbacks.oldestAtMs),
    ),
    {
      name: 'tolom_dead_letters',
      type: 'counter',
      help: 'Messages the events queue gave up; their entries are sent again by the sweeper',
      samples: [{ value: work.deadLetters }],
    },
  ];
}

const gauge = (name: string, help: string, value: number): Metric => ({
  name,
  type: 'gauge',
  help,
  samples: [{ value }],
});

const earlier = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? (left ?? right) : Math.min(left, right);
