/** How endpoints were told of some events, as far as it is on record: for those who follow one payment. */
export interface DeliveryMark {
  readonly event: string;
  readonly endpoint: string;
  readonly state: 'delivered' | 'retrying' | 'parked';
  /** Attempts so far. */
  readonly attempt: number;
  readonly atMs: number;
  /** HTTP status of the last answer; null when there was none. */
  readonly status: number | null;
  readonly error: string | null;
}

/** Found by owner and event, one look-up each. */
export async function marksOf(
  database: D1Database,
  events: readonly { readonly id: string; readonly owner: string }[],
): Promise<DeliveryMark[]> {
  const found = await database
    .prepare(
      `SELECT delivery.event, endpoint, status AS state, attempts AS attempt, updated_at AS atMs,
         last_status AS status, last_error AS error
       FROM json_each(?) AS wanted CROSS JOIN delivery
       WHERE delivery.owner = wanted.value ->> 0 AND delivery.event = wanted.value ->> 1`,
    )
    .bind(JSON.stringify(events.map(({ id, owner }) => [owner, id])))
    .all<DeliveryMark>();
  return found.results;
}
