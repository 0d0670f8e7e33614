/**
 * What an account's entries say: its balance at a time, a statement with running balance, and an export from
 * which anyone can work out every figure again. An account with stripes is read as one: their entries in the
 * order of time, their totals added up.
 */
import type { AccountRow } from '../directory/index.ts';
import { csvText, isoTime } from '../http/index.ts';
import { isId } from '../kernel/index.ts';
import { type AccountStripe, accountName, type Entry, type Ledger } from '../ledger/index.ts';

const entriesPerPage = 200;

export interface Totals {
  readonly available: bigint;
  readonly held: bigint;
}

interface Start extends Totals {
  readonly seq: number;
  readonly atMs: number;
  readonly hash: string | null;
}

const none: Start = { seq: 0, atMs: 0, available: 0n, held: 0n, hash: null };

/** Moves between the stripes of an account are no business of its holder: what it has stays the same. */
const isInternal = ({ subject }: Entry): boolean => isId('gather', subject);

const sum = (parts: readonly Totals[]): Totals =>
  parts.reduce<Totals>(
    (left, right) => ({ available: left.available + right.available, held: left.held + right.held }),
    none,
  );

/** Where each stripe stood at a time, its entries of that moment included. */
const startsAt = (ledger: Ledger, row: AccountRow, atMs: number): Promise<Start[]> =>
  Promise.all(ledger.stripes(row).map(async (stripe) => (await stripe.lastEntryAt(atMs)) ?? none));

export const totalsAt = async (ledger: Ledger, row: AccountRow, atMs: number): Promise<Totals> =>
  totalsOf(ledger, row, await startsAt(ledger, row, atMs));

/** The sum over the stripes; money that was on its way from one to another is available once, and not held. */
async function totalsOf(ledger: Ledger, row: AccountRow, starts: readonly Start[]): Promise<Totals> {
  if (starts.length === 1) return sum(starts);
  const held = await Promise.all(
    starts.map((start, stripe) => (start.held > 0n ? ledger.stripe(row, stripe).heldAfter(start.seq) : [])),
  );
  const onTheWay = held.flat().filter(({ kind }) => kind === 'gather');
  const corrections = await Promise.all(
    onTheWay.map(async ({ id, creditorStripe, amountMinor }): Promise<Totals> => {
      const credit = await ledger.stripe(row, creditorStripe).credit(id);
      const arrived = credit !== null && credit.atMs <= (starts[creditorStripe]?.atMs ?? 0);
      return { available: arrived ? 0n : BigInt(amountMinor), held: -BigInt(amountMinor) };
    }),
  );
  return sum([...starts, ...corrections]);
}

export interface StatementLine {
  readonly stripe: number;
  readonly entry: Entry;
  /** Of the whole account, after this entry. */
  readonly running: Totals;
}

/** Up to which line a statement was read, and what the account had after it. */
export interface LinePlace {
  readonly stripe: number;
  readonly sequence: number;
  readonly atMs: number;
  readonly running: Totals;
}

export interface Statement {
  readonly opening: Totals;
  readonly closing: Totals;
  /** All of them, or those after a place; they may be read again. */
  lines(after?: LinePlace): AsyncGenerator<StatementLine>;
}

/** Entries from `fromMs` on and before `toMs`, oldest first, without moves between stripes. */
export async function statement(
  ledger: Ledger,
  row: AccountRow,
  fromMs: number,
  toMs: number,
): Promise<Statement> {
  const starts = await startsAt(ledger, row, fromMs - 1);
  const ends = await startsAt(ledger, row, toMs - 1);
  const [opening, closing] = [await totalsOf(ledger, row, starts), await totalsOf(ledger, row, ends)];
  const from = (seqs: readonly number[], running: Totals) =>
    merged(
      ledger
        .stripes(row)
        .map((stripe, index) => entriesOf(stripe, index, seqs[index] ?? 0, ends[index]?.seq ?? 0)),
      running,
    );
  return {
    opening,
    closing,
    async *lines(after) {
      const first = starts.map(({ seq }) => seq);
      yield* after ? from(await seqsAfter(ledger, row, after), after.running) : from(first, opening);
    },
  };
}

/** How far each stripe was read: of one moment the lines of lower stripes come first. */
const seqsAfter = (ledger: Ledger, row: AccountRow, { stripe, sequence, atMs }: LinePlace) =>
  Promise.all(
    ledger.stripes(row).map(async (source, index) => {
      if (index === stripe) return sequence;
      return (await source.lastEntryAt(index < stripe ? atMs : atMs - 1))?.seq ?? 0;
    }),
  );

interface StripeEntry {
  readonly stripe: number;
  readonly entry: Entry;
}

async function* entriesOf(
  source: AccountStripe,
  stripe: number,
  afterSeq: number,
  toSeq: number,
): AsyncGenerator<StripeEntry> {
  for (let seq = afterSeq; seq < toSeq; ) {
    const page = await source.history(seq, Math.min(entriesPerPage, toSeq - seq));
    if (page.length === 0) throw new Error(`entry ${seq + 1} of ${toSeq} is not there`);
    for (const entry of page) yield { stripe, entry };
    seq = page.at(-1)?.seq ?? toSeq;
  }
}

async function* merged(
  sources: readonly AsyncGenerator<StripeEntry>[],
  opening: Totals,
): AsyncGenerator<StatementLine> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  let running = opening;
  for (;;) {
    let first: StripeEntry | undefined;
    for (const { done, value } of heads) {
      if (!done && (!first || value.entry.atMs < first.entry.atMs)) first = value;
    }
    const source = first && sources[first.stripe];
    if (!first || !source) return;
    const { availableDelta, heldDelta } = first.entry;
    if (!isInternal(first.entry)) {
      running = { available: running.available + availableDelta, held: running.held + heldDelta };
      yield { ...first, running };
    }
    heads[first.stripe] = await source.next();
  }
}

const totalsJson = ({ available, held }: Totals) => ({
  balance: Number(available + held),
  available: Number(available),
  held: Number(held),
});

const lineJson = ({ stripe, entry, running }: StatementLine) => {
  const { transfer } = JSON.parse(entry.body);
  return {
    stripe,
    sequence: entry.seq,
    type: entry.type,
    subject: entry.subject,
    kind: transfer?.kind ?? null,
    reference: transfer?.facts?.reference ?? null,
    change: Number(entry.availableDelta + entry.heldDelta),
    available_change: Number(entry.availableDelta),
    held_change: Number(entry.heldDelta),
    ...totalsJson(running),
    created_at: isoTime(entry.atMs),
  };
};

/** A statement as one JSON object, written as it is read. */
export async function* statementJson(
  row: AccountRow,
  period: { from: string; to: string },
  { opening, closing, lines }: Statement,
): AsyncGenerator<string> {
  const facts = { account: row.id, currency: row.currency, ...period, opening: totalsJson(opening) };
  yield `${JSON.stringify(facts).slice(0, -1)},"entries":[`;
  let separator = '';
  for await (const line of lines()) {
    yield `${separator}\n${JSON.stringify(lineJson(line))}`;
    separator = ',';
  }
  yield `\n],"closing":${JSON.stringify(totalsJson(closing))}}\n`;
}

const csvColumns = [
  ...['created_at', 'type', 'subject', 'kind', 'reference', 'change', 'balance', 'available', 'held'],
  ...['available_change', 'held_change', 'stripe', 'sequence', 'currency'],
];

/** The same as CSV: the first row opens, the last one closes. */
export async function* statementCsv(
  row: AccountRow,
  period: { from: string; to: string },
  { opening, closing, lines }: Statement,
): AsyncGenerator<string> {
  const text = (line: object, header = false) =>
    csvText([{ ...line, currency: row.currency }], header, csvColumns);
  yield text({ created_at: period.from, type: 'opening', ...totalsJson(opening) }, true);
  for await (const line of lines()) yield text(lineJson(line));
  yield text({ created_at: period.to, type: 'closing', ...totalsJson(closing) });
}

/**
 * JSON lines: the account, then every entry exactly as it is stored, stripe by stripe, then each stripe's
 * totals. `scripts/export/verify.ts` shows how to work it all out again.
 */
export async function* exportLines(ledger: Ledger, row: AccountRow): AsyncGenerator<string> {
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  const ends = await startsAt(ledger, row, Number.MAX_SAFE_INTEGER);
  yield line({
    line: 'account',
    account: row.id,
    kind: row.kind,
    owner: row.owner,
    currency: row.currency,
    stripes: row.books.length,
    exported_at: isoTime(Date.now()),
  });
  for (const [index, stripe] of ledger.stripes(row).entries()) {
    for await (const { entry } of entriesOf(stripe, index, 0, ends[index]?.seq ?? 0)) {
      yield line({
        line: 'entry',
        stripe: index,
        sequence: entry.seq,
        at_ms: entry.atMs,
        type: entry.type,
        subject: entry.subject,
        available_change: entry.availableDelta.toString(),
        held_change: entry.heldDelta.toString(),
        available: entry.available.toString(),
        held: entry.held.toString(),
        body: entry.body,
        hash: entry.hash,
      });
    }
  }
  for (const [stripe, { seq, available, held, hash }] of ends.entries()) {
    yield line({
      line: 'totals',
      stripe,
      name: accountName(row.id, stripe),
      entries: seq,
      available: available.toString(),
      held: held.toString(),
      hash,
    });
  }
}
