/**
 * Files of reports that are larger than an answer: made in steps that are written down with what they made, or not
 * at all, so that any number of workers, crashes and restarts give the same file.
 */
import { type Language, logFault, newId, timeOfId, toHex } from '../kernel/index.ts';
import { asWritten, emptyFile, type FileFormat, kept, pieceOf } from './files.ts';
import type { ControlTotals } from './job-schema.ts';
import type { JobRow, Jobs } from './job-store.ts';
import { type Databases, readPage } from './read.ts';
import { restSince } from './rest.ts';
import { fileColumns, positionOf, type Query, type Report, type Row } from './table.ts';
import { reports } from './tables/index.ts';
import { merchantFile } from './tables/payments.ts';

export interface JobParts {
  readonly databases: Databases;
  readonly jobs: Jobs;
  readonly completeUpTo: () => Promise<number>;
}

const rowsPerStep = 2_000;
const attemptsMax = 5;
// A request may ask D1 a thousand things, and a large file has some thousand pieces of a few hundred kilobytes.
const piecesPerQuery = 8;
export const keptMs = 30 * 86_400_000;

export interface JobWish {
  readonly owner: string;
  readonly report: Report;
  readonly format: FileFormat;
  /** Of the headings; null: names for programs. */
  readonly language: Language | null;
  readonly query: Query;
  readonly startedBy: string;
}

/** What a job's file is made of; undefined for a report that there no longer is. */
export const reportOf = ({ owner, report }: Pick<JobRow, 'owner' | 'report'>): Report | undefined =>
  owner === 'centre' ? reports.find(({ name }) => name === report) : merchantFile;

/** Begins a file, under an id of its own or a given one; undefined when its owner has as many under way as may be. */
export async function startJob(parts: JobParts, wish: JobWish, id?: string): Promise<JobRow | undefined> {
  const { report, ...rest } = wish;
  const nowMs = Date.now();
  const row: JobRow = {
    ...rest,
    id: id ?? newId('reportJob', nowMs),
    report: report.name,
    status: 'running',
    startedAtMs: nowMs,
    finishedAtMs: null,
    completeUpToMs: report.projected ? await parts.completeUpTo() : nowMs,
    ...{ steps: 0, attempts: 0, position: null, file: emptyFile, pieces: 0, rows: 0, bytes: 0 },
    ...{ totals: {}, written: false, sha256: null },
  };
  return (await parts.jobs.add(row)) ? row : undefined;
}

/** Takes steps of whatever is under way for about so long; then forgets files that are old. */
export async function continueJobs(parts: JobParts, forMs: number): Promise<void> {
  const untilMs = Date.now() + forMs;
  for (;;) {
    const job = await parts.jobs.next();
    if (!job) break;
    const begunMs = Date.now();
    const went = await continueJob(parts, job);
    // What is wrong may be over in a minute: tried again at once, it would soon be given up.
    if (!went || Date.now() >= untilMs) break;
    await restSince(begunMs);
  }
  await parts.jobs.forget(Date.now() - keptMs);
}

/** The next step of a job; false when it failed. */
export async function continueJob(parts: JobParts, job: JobRow): Promise<boolean> {
  try {
    if (job.written) await finish(parts, job);
    else await writeMore(parts, job);
    return true;
  } catch (fault) {
    logFault('report job: a step failed', fault, { run: job.id });
    const attempts = job.attempts + 1;
    const ended = { status: 'failed', finishedAtMs: Date.now() } as const;
    await parts.jobs.advance(job, { ...job, attempts, ...(attempts >= attemptsMax && ended) });
    return false;
  }
}

async function writeMore({ databases, jobs }: JobParts, job: JobRow): Promise<void> {
  const report = reportOf(job);
  if (!report) throw new Error(`there is no report ${job.report}`);
  const page = { limit: rowsPerStep, after: job.position ?? undefined };
  const rows = await readPage(databases, report, job.query, page);
  const last = rows.at(-1);
  const written = rows.length < rowsPerStep;
  const piece = { rows, first: job.pieces === 0, last: written };
  const { bytes, state } = pieceOf(report, job.format, piece, job.file, job.language);
  const after: JobRow = {
    ...job,
    attempts: 0,
    position: last ? positionOf(report, job.query, last) : job.position,
    file: state,
    pieces: job.pieces + 1,
    rows: job.rows + rows.length,
    bytes: job.bytes + bytes.length,
    totals: added(report, job.totals, rows),
    written,
  };
  await jobs.advance(job, after, kept(job.format, bytes));
}

function added(report: Report, totals: ControlTotals, rows: readonly Row[]): ControlTotals {
  const money = fileColumns(report).filter(({ type }) => type === 'money');
  const sums = new Map(
    Object.entries(totals).map(([currency, of]) => [currency, new Map(Object.entries(of))]),
  );
  for (const row of rows) {
    const currency = String(row.currency);
    const of = sums.get(currency) ?? new Map<string, string>();
    if (money.length > 0) sums.set(currency, of);
    for (const { name } of money) {
      of.set(name, String(BigInt(of.get(name) ?? 0) + BigInt(row[name] ?? 0)));
    }
  }
  return Object.fromEntries([...sums].map(([currency, of]) => [currency, Object.fromEntries(of)]));
}

async function finish({ jobs }: JobParts, job: JobRow): Promise<void> {
  const digest = new crypto.DigestStream('SHA-256');
  const writer = digest.getWriter();
  for await (const bytes of fileOfJob(jobs, job)) await writer.write(bytes);
  await writer.close();
  const sha256 = toHex(new Uint8Array(await digest.digest));
  await jobs.advance(job, { ...job, status: 'finished', finishedAtMs: Date.now(), sha256 });
}

/** The file, piece by piece. */
export async function* fileOfJob(
  jobs: Jobs,
  { id, format, pieces }: Pick<JobRow, 'id' | 'format' | 'pieces'>,
): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < pieces; from += piecesPerQuery) {
    const before = Math.min(from + piecesPerQuery, pieces);
    const found = await jobs.pieces(id, from, before);
    if (found.length !== before - from) throw new Error(`report job ${id}: a piece from ${from} is missing`);
    for (const bytes of found) yield asWritten(format, bytes);
  }
}

/** Until when a file is kept: it is forgotten by its id, which may be older than its beginning. */
export const keptUntilMs = ({ id }: Pick<JobRow, 'id'>): number => timeOfId(id) + keptMs;

/** Control totals as the API shows them. */
export const totalsJson = ({ totals }: Pick<JobRow, 'totals'>) =>
  Object.entries(totals).flatMap(([currency, sums]) =>
    Object.entries(sums).map(([column, sum]) => ({ column, sum: { amount: Number(sum), currency } })),
  );
