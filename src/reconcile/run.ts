/** A run, step by step. Each step asks one book or one database for one page, and is written down before the next. */
import { type Directory, logStart, recordHash } from '../directory/index.ts';
import { type ProjectorParts, projectNext, type Run } from '../events/index.ts';
import { faultText, logFault, newId } from '../kernel/index.ts';
import { type AccountFacts, type AuditPage, accountName, auditStart, type Ledger } from '../ledger/index.ts';
import {
  type Counters,
  type Finding,
  judge,
  type LogEnd,
  noCounters,
  openForMs,
  type Progress,
  type Step,
  withStep,
} from './model.ts';
import type { Reconciliations, RunRow } from './store.ts';

/** The report rows, as far as a run is concerned. */
export interface ReportRows {
  /** Puts right rows that say something else than recorded entries; answers which. */
  repair(runs: readonly Run[]): Promise<{ id: string; problem: string }[]>;
  /** Of transfers begun before a time, per currency. */
  totals(beforeMs: number): Promise<{ currency: string; count: number; sum: string }[]>;
}

export interface ReconcileParts {
  readonly books: number;
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly projector: ProjectorParts;
  readonly rows: ReportRows;
  readonly runs: Reconciliations;
}

// A row of a database holds 2 MB: beyond so many, findings are only counted.
const findingsKeptMax = 1_000;
// A book or database that fails so often in a row is named and passed over.
const attemptsMax = 3;
const rowsPerStep = 250;
const accountsPerStep = 100;
const recordsPerStep = 250;
// Payments come first: between two steps the switch is left alone for about so long.
const pauseMs = 20;

/** Begins a run; one that is under way is answered instead. */
export async function startRun(parts: ReconcileParts, startedBy: string): Promise<RunRow> {
  const running = await parts.runs.running();
  if (running) return running;
  const nowMs = Date.now();
  const row: RunRow = {
    id: newId('reconciliation', nowMs),
    status: 'running',
    startedBy,
    startedAtMs: nowMs,
    finishedAtMs: null,
    steps: 0,
    progress: { phase: 'audit', book: 0, cursor: auditStart, attempts: 0 },
    counters: noCounters,
    findings: [],
  };
  await parts.runs.add(row);
  return row;
}

/** Takes steps for about so long, or so many; undefined when nothing is under way. */
export async function continueRun(
  parts: ReconcileParts,
  { forMs, stepsMax = Number.POSITIVE_INFINITY }: { forMs: number; stepsMax?: number },
): Promise<RunRow | undefined> {
  const untilMs = Date.now() + forMs;
  let run = await parts.runs.running();
  for (let taken = 0; run?.status === 'running' && taken < stepsMax; taken++) {
    if (taken > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
    const after = stepped(run, await stepOrFault(parts, run));
    if (!(await parts.runs.advance(run, after))) return parts.runs.find(run.id);
    run = after;
    if (Date.now() >= untilMs) break;
  }
  return run;
}

function stepped(run: RunRow, step: Step): RunRow {
  const found = step.findings ?? [];
  return {
    ...run,
    steps: run.steps + 1,
    counters: withStep(run.counters, step),
    findings: [...run.findings, ...found].slice(0, findingsKeptMax),
    ...(step.next ? { progress: step.next } : { status: 'finished', finishedAtMs: Date.now() }),
  };
}

/** A fault is tried again by later steps; one that stays becomes a finding. */
async function stepOrFault(parts: ReconcileParts, run: RunRow): Promise<Step> {
  const { progress } = run;
  try {
    return await step(parts, run);
  } catch (fault) {
    const book = 'book' in progress ? { book: progress.book } : {};
    logFault(`reconcile: a step of ${progress.phase} failed`, fault, { run: run.id, ...book });
    const attempts = progress.attempts + 1;
    if (attempts < attemptsMax) return { next: { ...progress, attempts } };
    const problem = `no ${progress.phase}: ${faultText(fault)}`;
    return {
      next: afterFault(parts, progress),
      findings: [{ check: 'fault', ...book, problem, repaired: false }],
    };
  }
}

function afterFault(parts: ReconcileParts, progress: Progress): Progress | undefined {
  if ('book' in progress) return nextBook(parts, progress.book);
  if (progress.phase === 'directory') return logFrom(null);
  return progress.phase === 'log' ? { phase: 'totals', attempts: 0 } : undefined;
}

const nextBook = (parts: ReconcileParts, book: number): Progress =>
  book + 1 < parts.books
    ? { phase: 'audit', book: book + 1, cursor: auditStart, attempts: 0 }
    : { phase: 'directory', account: '', attempts: 0 };

async function step(parts: ReconcileParts, run: RunRow): Promise<Step> {
  const { progress } = run;
  if (progress.phase === 'audit') return audit(parts, run, progress);
  if (progress.phase === 'projection') return catchUp(parts, run, progress.book);
  if (progress.phase === 'rows') return compareRows(parts, progress);
  if (progress.phase === 'directory') return compareDirectory(parts, progress.account);
  if (progress.phase === 'log') return checkLog(parts.directory, progress);
  const reported = await parts.rows.totals(run.startedAtMs - openForMs);
  return { next: undefined, findings: judge(run.counters.currencies, reported) };
}

async function audit(
  parts: ReconcileParts,
  run: RunRow,
  { book, cursor }: Extract<Progress, { phase: 'audit' }>,
): Promise<Step> {
  const object = parts.ledger.book(book);
  // What is open is asked about first: only what gives no answer is worth a finding.
  if (cursor.account === 0 && cursor.seq === 0) {
    await object.sweep(Number.MAX_SAFE_INTEGER);
  }
  const page: AuditPage = await object.audit(cursor, run.startedAtMs - openForMs);
  const strangers = await unlisted(parts.directory, book, page.accounts);
  return {
    next: page.next
      ? { phase: 'audit', book, cursor: page.next, attempts: 0 }
      : { phase: 'projection', book, attempts: 0 },
    counted: { accounts: page.accounts.length, entries: page.entries },
    currencies: currenciesOf(page),
    findings: [
      ...page.findings.map(
        ({ seq, ...finding }): Finding => ({
          ...finding,
          book,
          ...(seq !== undefined && { sequence: seq }),
          repaired: false,
        }),
      ),
      ...strangers,
    ],
  };
}

const currenciesOf = ({ sums }: AuditPage): Counters['currencies'] =>
  Object.fromEntries(
    [...sums].map(([currency, { netMinor, openMinor, transfers, transfersMinor }]) => [
      currency,
      {
        netMinor: netMinor.toString(),
        openMinor: openMinor.toString(),
        transfers,
        transfersMinor: transfersMinor.toString(),
      },
    ]),
  );

/** Accounts of a book that the directory does not know, or knows differently. */
async function unlisted(
  directory: Directory,
  book: number,
  accounts: readonly AccountFacts[],
): Promise<Finding[]> {
  const rows = await directory.accountsIn([...new Set(accounts.map(({ account }) => account))]);
  const listed = new Map(rows.map((row) => [row.id, row]));
  return accounts.flatMap(({ account, stripe, currency, owner, kind }) => {
    const row = listed.get(account);
    const same =
      row?.currency === currency && row.owner === owner && row.kind === kind && row.books[stripe] === book;
    if (same) return [];
    const problem = row ? 'the directory says something else of it' : 'the directory does not know it';
    return [
      { check: 'directory' as const, book, account: accountName(account, stripe), problem, repaired: false },
    ];
  });
}

/** Brings the reports up to where the book stands. Being a minute behind is worth a finding, seconds are not. */
async function catchUp(parts: ReconcileParts, run: RunRow, book: number): Promise<Step> {
  const mark = (await parts.projector.projection.watermarks([book])).get(book) ?? 0;
  const [missing] = (await parts.ledger.book(book).feed(mark, 1)).entries;
  if (!missing) return { next: { phase: 'rows', book, position: 0, to: mark, attempts: 0 } };
  const projected = await projectNext(book, parts.projector);
  const late = missing.entry.atMs < run.startedAtMs - openForMs;
  const problem = `entries ${mark + 1} to ${mark + projected} of the book were not in the reports`;
  return {
    next: { phase: 'projection', book, attempts: 0 },
    findings: late ? [{ check: 'projection', book, problem, repaired: true }] : [],
  };
}

async function compareRows(
  parts: ReconcileParts,
  { book, position, to }: Extract<Progress, { phase: 'rows' }>,
): Promise<Step> {
  const done = { next: nextBook(parts, book), counted: { books: 1 } };
  if (position >= to) return done;
  const feed = await parts.ledger.book(book).feed(position, Math.min(rowsPerStep, to - position));
  const last = feed.entries.at(-1);
  if (!last) {
    const problem = `the book ends with entry ${position}, the reports have ${to}: entries were lost`;
    return { ...done, findings: [{ check: 'projection', book, problem, repaired: false }] };
  }
  const repaired = await parts.rows.repair([{ book, entries: feed.entries }]);
  return {
    next: { phase: 'rows', book, position: last.position, to, attempts: 0 },
    counted: { rows: feed.entries.length },
    findings: repaired.map(({ id, problem }) => ({
      check: 'row',
      book,
      subject: id,
      problem,
      repaired: true,
    })),
  };
}

/** Accounts the directory lists and no book keeps. */
async function compareDirectory(parts: ReconcileParts, after: string): Promise<Step> {
  const rows = await parts.directory.accountsAfter(after, accountsPerStep);
  const byBook = new Map<number, string[]>();
  for (const { id, books } of rows) {
    for (const [stripe, book] of books.entries()) {
      byBook.set(book, [...(byBook.get(book) ?? []), accountName(id, stripe)]);
    }
  }
  const findings: Finding[] = [];
  for (const [book, names] of byBook) {
    const known = await parts.ledger.book(book).known(names);
    for (const [index, account] of names.entries()) {
      if (known[index]) continue;
      findings.push({
        check: 'directory',
        book,
        account,
        problem: 'its book does not know it',
        repaired: false,
      });
    }
  }
  const last = rows.at(-1);
  const more = last !== undefined && rows.length === accountsPerStep;
  return {
    next: more
      ? { phase: 'directory', account: last.id, attempts: 0 }
      : logFrom((await parts.runs.lastFinished())?.counters.logEnd ?? null),
    findings,
  };
}

const logFrom = (earlier: LogEnd | null): Progress => ({
  phase: 'log',
  end: { sequence: 0, hash: logStart },
  earlier,
  attempts: 0,
});

/**
 * The audit log: no number missing, every hash the one that follows from the record and the one before. And where
 * an earlier run ended, it is as it was then: who rewrites all hashes from some record on is found all the same.
 */
async function checkLog(
  directory: Directory,
  { end, earlier }: Extract<Progress, { phase: 'log' }>,
): Promise<Step> {
  if (end.sequence === 0) await directory.audit.seal();
  const rows = await directory.audit.after(end.sequence, recordsPerStep);
  const findings: Finding[] = [];
  const note = (sequence: number, problem: string) =>
    findings.push({ check: 'log', sequence, problem, repaired: false });
  let last = end;
  for (const row of rows) {
    // Written while the run goes on.
    if (row.hash === null) break;
    if (row.seq !== last.sequence + 1)
      note(row.seq, `records ${last.sequence + 1} to ${row.seq - 1} are missing`);
    else if (row.hash !== (await recordHash(last.hash, row)))
      note(row.seq, 'it was changed, or one before it');
    if (row.seq === earlier?.sequence && row.hash !== earlier.hash) {
      note(row.seq, 'it is not what it was at the last reconciliation');
    }
    // From here on as it stands: one wrong record is not every later one's fault.
    last = { sequence: row.seq, hash: row.hash };
  }
  if (rows.length === recordsPerStep && last.sequence === rows.at(-1)?.seq) {
    return { next: { phase: 'log', end: last, earlier, attempts: 0 }, findings };
  }
  if (earlier && earlier.sequence > last.sequence) {
    note(last.sequence, `records ${last.sequence + 1} to ${earlier.sequence} are missing`);
  }
  return { next: { phase: 'totals', attempts: 0 }, findings, logEnd: last };
}
