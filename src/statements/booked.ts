/** The entries of an account that change its balance, each with the transfer it is about. */
import type { LinePlace, Statement, StatementLine } from '../accounts/index.ts';
import type { AccountRow } from '../directory/index.ts';
import type { HoldBody, Ledger, TransferDetails } from '../ledger/index.ts';

export interface BookedLine {
  readonly place: LinePlace;
  readonly transfer: TransferDetails;
  /** What the balance changes by; never nothing. */
  readonly changeMinor: bigint;
  readonly balanceMinor: bigint;
}

/** Entries and money by kind of transfer. */
export interface KindSum {
  credits: number;
  creditMinor: bigint;
  debits: number;
  debitMinor: bigint;
}
export type KindSums = Map<string, KindSum>;

// Lines whose transfers are looked up together.
const linesPerLookUp = 200;

/** Where to go on, and how many lines are wanted; all of them unless said. */
export interface Part {
  readonly after?: LinePlace | undefined;
  readonly wanted?: number;
}

/** Money on hold is still the account's: a hold and its void change nothing, its settle does. */
const changeOf = ({ entry }: StatementLine): bigint => entry.availableDelta + entry.heldDelta;

/** Oldest first, as they are read. */
export async function* bookedLines(
  ledger: Ledger,
  row: AccountRow,
  { lines }: Pick<Statement, 'lines'>,
  { after, wanted = linesPerLookUp }: Part = {},
): AsyncGenerator<BookedLine> {
  const together = Math.min(wanted, linesPerLookUp);
  let waiting: StatementLine[] = [];
  for await (const line of lines(after)) {
    if (changeOf(line) !== 0n) waiting.push(line);
    if (waiting.length < together) continue;
    yield* told(ledger, row, waiting);
    waiting = [];
  }
  yield* told(ledger, row, waiting);
}

async function* told(ledger: Ledger, row: AccountRow, lines: StatementLine[]): AsyncGenerator<BookedLine> {
  const held = await heldTransfers(ledger, row, lines);
  for (const line of lines) {
    const { entry, stripe, running } = line;
    const transfer = JSON.parse(entry.body).transfer ?? held.get(entry.subject);
    if (!transfer) throw new Error(`entry ${entry.seq}: its transfer is not there`);
    const place = { stripe, sequence: entry.seq, atMs: entry.atMs, running };
    yield { place, transfer, changeMinor: changeOf(line), balanceMinor: running.available + running.held };
  }
}

/** Settles name their hold only, which says what the transfer is. */
async function heldTransfers(
  ledger: Ledger,
  row: AccountRow,
  lines: readonly StatementLine[],
): Promise<Map<string, TransferDetails>> {
  const settled = Map.groupBy(
    lines.filter(({ entry }) => entry.type === 'settle'),
    ({ stripe }) => stripe,
  );
  const found = new Map<string, TransferDetails>();
  for (const [stripe, own] of settled) {
    const traces = await ledger.stripe(row, stripe).traces(
      own.map(({ entry }) => entry.subject),
      0,
    );
    for (const { entry } of traces.flatMap(({ entries }) => entries)) {
      if (entry.type !== 'hold') continue;
      const { transfer }: HoldBody = JSON.parse(entry.body);
      found.set(entry.subject, transfer);
    }
  }
  return found;
}

export function addTo(sums: KindSums, { transfer: { kind }, changeMinor }: BookedLine): void {
  const sum = sums.get(kind) ?? { credits: 0, creditMinor: 0n, debits: 0, debitMinor: 0n };
  sums.set(kind, sum);
  if (changeMinor > 0n) {
    sum.credits++;
    sum.creditMinor += changeMinor;
  } else {
    sum.debits++;
    sum.debitMinor -= changeMinor;
  }
}
