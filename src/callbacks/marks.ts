import type { CallbackLog } from './log.ts';

/** How endpoints were told of some events, as far as it is on record: for those who follow one payment. */
export interface DeliveryMark {
  readonly event: string;
  readonly endpoint: string;
  /** Of an attempt: delivered or failed. Of what is open after it: retrying or parked. */
  readonly state: 'delivered' | 'failed' | 'retrying' | 'parked';
  /** Attempts so far. */
  readonly attempt: number;
  readonly atMs: number;
  /** HTTP status of the last answer; null when there was none. */
  readonly status: number | null;
  readonly error: string | null;
}

/** Every attempt, and how the delivery stands when there is more to come or it was given up. */
export async function marksOf(
  log: CallbackLog,
  wanted: readonly { readonly id: string; readonly owner: string }[],
): Promise<DeliveryMark[]> {
  const [events, open] = await Promise.all([
    Promise.all(wanted.map(({ owner, id }) => log.event(owner, id))),
    log.openOf(wanted),
  ]);
  const attempted = events.flatMap((event) =>
    (event?.attempts ?? []).map((attempt) => ({
      event: event?.id ?? '',
      endpoint: attempt.endpoint,
      state: attempt.error === null ? ('delivered' as const) : ('failed' as const),
      attempt: attempt.number,
      atMs: attempt.atMs + attempt.tookMs,
      status: attempt.status,
      error: attempt.error,
    })),
  );
  const standing = open.map((row) => ({
    event: row.event,
    endpoint: row.endpoint,
    // Behind a pause it will be sent, too.
    state: row.status === 'parked' ? ('parked' as const) : ('retrying' as const),
    attempt: row.attempts,
    atMs: row.updatedAtMs,
    status: row.lastStatus,
    error: row.lastError,
  }));
  return [...attempted, ...standing];
}
