/**
 * Folding: sums of hours that are over are added up by business day, in the background. A question about days then
 * reads a row where it would read one for every hour and participant. Pieces of an hour's merchants at a time, each in
 * one transaction with the mark it moves: any number of workers and crashes fold every hour once.
 */
import { dayStartMs } from '../kernel/index.ts';
import type { Periods } from './periods.ts';
import { rebuildState } from './rebuild.ts';
import { restSince } from './rest.ts';
import {
  addTo,
  allMerchants,
  allParticipants,
  foldedNote,
  hourMs,
  hoursWithSums,
  type Mark,
} from './rollup.ts';
import type { Reports } from './store.ts';

// Rows are written within seconds; what is later costs a row of its day more.
const lateMs = 10 * 60_000;
// So that a question about today reads few hours. Each time a day's row is written again: a few rows per merchant and day.
const hoursAtOnce = 6;
const hoursOfDay = 24;
// Of each hour in one transaction, which keeps the database for some tens of milliseconds.
const rowsOfHour = 500;
// After every id of a merchant.
const afterAll = '~';

const noMark: Mark = { hour: 0, until: 0, merchant: '' };

/** Folds what there is to fold for about so long. A rebuild is waited for: it writes old hours. */
export async function foldDays({ databases }: Periods, reports: Reports, forMs: number): Promise<void> {
  if ((await rebuildState(reports))?.status === 'running') return;
  const beganMs = Date.now();
  for (const database of databases) {
    for (;;) {
      const begunMs = Date.now();
      if (begunMs >= beganMs + forMs) return;
      if (!(await foldNext(database, begunMs))) break;
      await restSince(begunMs);
    }
  }
}

/** Folds the next piece of what was over by a time, about so many rows of each hour; false if there is nothing to fold. */
export async function foldNext(database: D1Database, nowMs: number, rows = rowsOfHour): Promise<boolean> {
  const { note, first } = await place(database);
  const known: Mark = note === null ? noMark : JSON.parse(note);
  const mark = known.hour < known.until ? known : nextStretch(known, first, nowMs);
  if (!mark) return false;
  const before = await endOfPiece(database, mark, rows);
  const after: Mark =
    before === null ? { ...noMark, hour: mark.until, until: mark.until } : { ...mark, merchant: before };
  await database.batch([
    database.prepare(fold).bind(mark.hour, mark.until, mark.merchant, before ?? afterAll, note),
    database.prepare(moveMark).bind(note, JSON.stringify(after)),
  ]);
  return true;
}

/** The note with the mark, and the first hour behind what it is about. */
async function place(database: D1Database): Promise<{ note: string | null; first: number | null }> {
  const found = await database
    .prepare(
      `WITH mark(note) AS (SELECT max(value) FROM note WHERE name = '${foldedNote}')
       SELECT note, (SELECT min(hour) FROM rollup WHERE hour >= coalesce(note ->> 'until', 0)) AS first FROM mark`,
    )
    .first<{ note: string | null; first: number | null }>();
  return found ?? { note: null, first: null };
}

/** From the mark to the end of a day that is over, or of a part of it. Hours without sums may have some by then. */
function nextStretch({ hour }: Mark, first: number | null, nowMs: number): Mark | undefined {
  if (first === null) return undefined;
  const start = dayStartMs(first * hourMs) / hourMs;
  const part = start + (Math.floor((first - start) / hoursAtOnce) + 1) * hoursAtOnce;
  const until = [start + hoursOfDay, part].find((end) => end * hourMs + lateMs <= nowMs);
  return until === undefined ? undefined : { hour, until, merchant: '' };
}

/** The merchant before which a piece of bounded size ends; null if that is all. */
async function endOfPiece(
  database: D1Database,
  { hour, until, merchant }: Mark,
  rows: number,
): Promise<string | null> {
  return database
    .prepare(
      `WITH RECURSIVE ${hoursWithSums('?1', '?2')}
       SELECT min((SELECT merchant FROM rollup WHERE rollup.hour = hours.hour AND merchant > (
         SELECT merchant FROM rollup WHERE rollup.hour = hours.hour AND merchant >= ?3
         ORDER BY merchant LIMIT 1 OFFSET ?4) ORDER BY merchant LIMIT 1)) AS merchant FROM hours`,
    )
    .bind(hour, until, merchant, rows)
    .first<string>('merchant');
}

// Nothing is folded, and the mark stays, when it is not where it was found any more.
const isUnmoved = (note: string) => `(SELECT max(value) FROM note WHERE name = '${foldedNote}') IS ${note}`;

const fold = `WITH RECURSIVE ${hoursWithSums('?1', '?2')} ${addTo(
  'rollup_day',
  `SELECT hours.day, merchant, iif(merchant = '${allMerchants}', participant, '${allParticipants}'), kind, currency,
     status, refusal, sum(count), sum(sum), sum(tips), max(name)
   FROM hours CROSS JOIN rollup ON rollup.hour = hours.hour AND merchant >= ?3 AND merchant < ?4
   WHERE ${isUnmoved('?5')} GROUP BY 1, 2, 3, 4, 5, 6, 7`,
)}`;

const moveMark = `INSERT INTO note (name, value) SELECT '${foldedNote}', ?2 WHERE ${isUnmoved('?1')}
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
