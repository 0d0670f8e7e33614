/** The table of conditions: what is measured, from which figure on it is an alert, and down to which it is over. */
import { type BookState, silentAfterMs } from '../events/index.ts';

/** Handed in: what the switch knows of itself. Each is read at most once a minute, and only for the conditions that ask. */
export interface Figures {
  /** How many books there are. */
  readonly books: number;
  /** What the report database knows of books. */
  readonly work: () => Promise<{
    readonly books: ReadonlyMap<number, BookState>;
    /** How far each book is recorded. */
    readonly recorded: ReadonlyMap<number, number>;
  }>;
  /** Partners outside that do not answer, by their connections. */
  readonly silentPartners: () => Promise<
    readonly { readonly id: string; readonly silentSinceMs: number | null }[]
  >;
  readonly parkedCallbacks: () => Promise<number>;
  /** Endpoints that have taken nothing since a time, longest first. */
  readonly failingEndpoints: (sinceMs: number) => Promise<readonly { readonly id: string }[]>;
  /** Entries that the reports could not take, by their book. */
  readonly deadLetters: () => Promise<readonly { readonly id: string }[]>;
  /** Positions, and how much they use of their net debit caps. */
  readonly positions: () => Promise<readonly { readonly account: string; readonly usedPercent: number }[]>;
  /** The business day before today, when it should be closed by now and is not. */
  /** Oldest first. */
  readonly unclosedDays: () => Promise<readonly string[]>;
  /** What the last reconciliation found and could not repair. */
  readonly findings: () => Promise<{ readonly run: string; readonly count: number } | undefined>;
}

/** What a condition comes to for one subject. */
export interface Measure {
  /** Empty where there can be one only. */
  readonly subject: string;
  readonly value: number;
  /** Ids of what it concerns. */
  readonly concerns?: readonly string[];
}

export interface Condition {
  readonly unit: 'seconds' | 'percent' | 'count';
  /** Raised when the figure reaches this. */
  readonly raiseAt: number;
  /** Cleared when it has come down to this, or there is none any more. Further down, so that it does not flutter. */
  readonly clearAt: number;
  /** The event that tells of it already; the alert only stands in the list then. */
  readonly toldAs?: 'position.alert' | 'day.not_closed';
  readonly measure: (figures: Figures, nowMs: number) => Promise<readonly Measure[]>;
}

const hourMs = 3_600_000;
const only = (value: number, concerns: readonly string[] = []): Measure[] => [
  { subject: '', value, concerns },
];
const secondsSince = (atMs: number, nowMs: number): number => Math.max(0, Math.floor((nowMs - atMs) / 1_000));
const booksOf = async (figures: Figures) => {
  const { books, recorded } = await figures.work();
  const states = [...books].filter(([book]) => book < figures.books);
  return states.map(([book, state]) => ({ book, ...state, recorded: recorded.get(book) ?? 0 }));
};

export const conditions = {
  /** Age of the oldest entry that the reports miss: callbacks of it are not sent either. */
  'reports.behind': {
    ...{ unit: 'seconds', raiseAt: 120, clearAt: 30 },
    async measure(figures, nowMs) {
      const behind = (await booksOf(figures)).filter(({ position, recorded }) => recorded < position);
      const ages = behind.map(({ unreportedAtMs }) => secondsSince(unreportedAtMs ?? nowMs, nowMs));
      return only(Math.max(0, ...ages));
    },
  },
  /** Age of the oldest open transfer when its book was last visited. */
  'transfers.stuck': {
    ...{ unit: 'seconds', raiseAt: 120, clearAt: 60 },
    async measure(figures) {
      const ages = (await booksOf(figures)).map(({ oldestOpenAtMs, atMs }) =>
        secondsSince(oldestOpenAtMs ?? atMs, atMs),
      );
      return only(Math.max(0, ...ages));
    },
  },
  /** Books that the sweeper reached once, and for several rounds not any more. */
  'books.silent': {
    ...{ unit: 'count', raiseAt: 1, clearAt: 0 },
    async measure(figures, nowMs) {
      const silent = (await booksOf(figures)).filter(
        ({ atMs }) => nowMs - atMs > silentAfterMs(figures.books),
      );
      return only(
        silent.length,
        silent.map(({ book }) => `book ${book}`),
      );
    },
  },
  /** How long a partner outside has not answered at all; ends with its first answer. */
  'partner.down': {
    ...{ unit: 'seconds', raiseAt: 60, clearAt: 0 },
    async measure(figures, nowMs) {
      const silent = await figures.silentPartners();
      return silent.map(({ id, silentSinceMs }) => ({
        subject: id,
        value: secondsSince(silentSinceMs ?? nowMs, nowMs),
      }));
    },
  },
  /** Callbacks that were given up and wait for people. */
  'callbacks.parked': {
    ...{ unit: 'count', raiseAt: 1, clearAt: 0 },
    measure: async ({ parkedCallbacks }) => only(await parkedCallbacks()),
  },
  /** Endpoints that have taken nothing for an hour. */
  'callbacks.failing': {
    ...{ unit: 'count', raiseAt: 1, clearAt: 0 },
    async measure({ failingEndpoints }, nowMs) {
      const failing = await failingEndpoints(nowMs - hourMs);
      return only(
        failing.length,
        failing.map(({ id }) => id),
      );
    },
  },
  /** Books of which the reports could not take entries, and have not since. */
  'messages.dead': {
    ...{ unit: 'count', raiseAt: 1, clearAt: 0 },
    async measure({ deadLetters }) {
      const letters = await deadLetters();
      return only(
        letters.length,
        letters.map(({ id }) => id),
      );
    },
  },
  /** How much of its net debit cap a position uses. */
  'position.near_cap': {
    ...{ unit: 'percent', raiseAt: 90, clearAt: 75, toldAs: 'position.alert' },
    async measure({ positions }) {
      return (await positions()).map(({ account, usedPercent }) => ({
        subject: account,
        value: Math.floor(usedPercent),
      }));
    },
  },
  /** From six in the morning on which a day should be closed, for as long as one is not: the oldest of them. */
  'day.not_closed': {
    ...{ unit: 'count', raiseAt: 1, clearAt: 0, toldAs: 'day.not_closed' },
    async measure({ unclosedDays }) {
      const days = await unclosedDays();
      return days.slice(0, 1).map((day) => ({ subject: day, value: days.length }));
    },
  },
  /** What the last reconciliation found and did not repair. */
  'reconciliation.findings': {
    ...{ unit: 'count', raiseAt: 1, clearAt: 0 },
    async measure({ findings }) {
      const found = await findings();
      return found ? only(found.count, [found.run]) : [];
    },
  },
} as const satisfies Record<string, Condition>;

export type AlertName = keyof typeof conditions;
export const alertNames = Object.keys(conditions) as AlertName[];
export const conditionOf = (name: string): Condition | undefined =>
  Object.hasOwn(conditions, name) ? conditions[name as AlertName] : undefined;
