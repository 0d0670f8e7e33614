import type { AccountFacts, BookEntry, Entry } from '../ledger/index.ts';

/** Entries of one book that projections have not seen: contiguous, right after what they have. */
export interface Run {
  readonly book: number;
  readonly entries: readonly BookEntry[];
}

/** What is kept in step with the entries: the report database. */
export interface Projection {
  /** The highest position recorded per book; 0 where none is. */
  watermarks(books: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /**
   * How far each book's events were announced before it had to be recorded anew; 0 where never. What a
   * rebuild records again must not be told again.
   */
  announced(books: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /**
   * Records runs, and moves the watermarks when all of it is written. Recording one twice changes nothing, and a
   * run that does not follow what is recorded does not move the watermark.
   */
  apply(runs: readonly Run[]): Promise<void>;
}

/** Something an owner is told about. The same entry always gives the same event with the same id. */
export interface SwitchEvent {
  readonly id: string;
  readonly type: string;
  readonly atMs: number;
  /** The participant or merchant to be told. */
  readonly owner: string;
  /** Number of the entry it comes from: events about one object can be put in order by it. */
  readonly sequence: number;
  /** The whole object, as the API shows it. */
  readonly data: object;
  /** The only endpoint of the owner that is to hear of it; absent: all that want to. */
  readonly endpoint?: string;
}

/** What a capability has to say about an entry. */
export type EventSource = (
  facts: AccountFacts,
  entry: Entry,
) => Omit<SwitchEvent, 'id' | 'atMs' | 'sequence'>[];
